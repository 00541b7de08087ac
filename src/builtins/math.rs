//! Mathematics on doubles.

use crate::vm::natives;

natives! {
    /// Gives the largest whole number that is not above `d`.
    #[example("floor(3.14)", "3.0")]
    #[example("floor(-3.14)", "-4.0")]
    fn "floor" = "function(d: double): double";
    |_vm, d: f64| -> f64 {
        Ok(d.floor())
    }

    /// Gives the smallest whole number that is not below `d`.
    #[example("ceil(3.14)", "4.0")]
    fn "ceil" = "function(d: double): double";
    |_vm, d: f64| -> f64 {
        Ok(d.ceil())
    }

    /// Gives the square root of `x`.
    #[example("sqrt(4.0)", "2.0")]
    fn "sqrt" = "function(x: double): double";
    |vm, x: f64| -> f64 {
        if x < 0.0 {
            vm.error_without_place("negative sqrt argument");
            return Ok(-1.0);
        }
        Ok(x.sqrt())
    }

    /// Gives e to the power of `d`.
    #[example("exp(0.0)", "1.0")]
    fn "exp" = "function(d: double): double";
    |_vm, d: f64| -> f64 {
        Ok(d.exp())
    }

    /// Gives the natural logarithm of `d`.
    #[example("ln(1.0)", "0.0")]
    fn "ln" = "function(d: double): double";
    |_vm, d: f64| -> f64 {
        Ok(d.ln())
    }

    /// Gives the logarithm of `d` to base 2.
    #[example("log2(8.0)", "3.0")]
    fn "log2" = "function(d: double): double";
    |_vm, d: f64| -> f64 {
        Ok(d.log2())
    }

    /// Gives the logarithm of `d` to base 10.
    #[example("log10(1000.0)", "3.0")]
    fn "log10" = "function(d: double): double";
    |_vm, d: f64| -> f64 {
        Ok(d.log10())
    }

    /// Gives `x` to the power of `y`.
    #[example("pow(2.0, 10.0)", "1024.0")]
    fn "pow" = "function(x: double, y: double): double";
    |_vm, x: f64, y: f64| -> f64 {
        Ok(x.powf(y))
    }

    /// Gives the distance in miles between two places on earth, whose latitudes and longitudes are given in degrees.
    #[example("fmt(\"%.1f\", haversine_distance(53.3, -1.7, 41.9, 12.5))", "1024.8")]
    fn "haversine_distance" = "function(lat1: double, long1: double, lat2: double, long2: double): double";
    |_vm, lat1: f64, long1: f64, lat2: f64, long2: f64| -> f64 {
        // Bro's own figures, so that the results are the same.
        #[allow(clippy::approx_constant)]
        const PI: f64 = 3.14159;
        const RADIUS: f64 = 3958.8;
        let half_lat = ((lat2 - lat1) * PI / 360.0).sin();
        let half_long = ((long2 - long1) * PI / 360.0).sin();
        let cosines = (lat1 * PI / 180.0).cos() * (lat2 * PI / 180.0).cos();
        let a = half_lat * half_lat + cosines * half_long * half_long;
        Ok(2.0 * RADIUS * a.sqrt().asin())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;
    use crate::value::Value;

    #[test]
    fn no_root_of_negative_numbers() {
        let mut natives = Natives::new();
        assert_eq!(natives.text("sqrt", &[Value::Double(-4.0)]), "-1.0");
        assert_eq!(natives.messages(), "error: negative sqrt argument\n");
    }

    #[test]
    fn distances() {
        let mut natives = Natives::new();
        let places = [53.3, -1.7, 41.9, 12.5].map(Value::Double);
        assert_eq!(natives.text("haversine_distance", &places), "1024.813802");
    }
}
