//! Numbers, times and text into one another.

use std::rc::Rc;

use super::results::without_zeros;
use crate::value::convert::{double_as_count, leading_int, parse_count, parse_double};
use crate::value::{Text, Value};
use crate::vm::{Interval, Time, Vm, natives};

/// What C's `strtoll` reads at the beginning of a text: the number without its sign, `None` where it is too large,
/// whether it is negative, and what is left.
fn scan(text: &[u8], base: u64) -> (Option<u64>, bool, &[u8]) {
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x0b).count();
    let number = text.get(blanks..).unwrap_or_default();
    let (negative, digits) = match number {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, number),
    };
    let (radix, digits) = match (base, digits) {
        (0 | 16, [b'0', b'x' | b'X', rest @ ..]) if rest.first().is_some_and(u8::is_ascii_hexdigit) => (16, rest),
        (0, [b'0', ..]) => (8, digits),
        (0, _) => (10, digits),
        (2..=36, _) => (base as u32, digits),
        _ => return (Some(0), false, text),
    };
    let mut value = Some(0u64);
    let mut length = 0;
    for digit in digits.iter().map_while(|byte| char::from(*byte).to_digit(radix)) {
        value = value.and_then(|value| value.checked_mul(u64::from(radix))?.checked_add(u64::from(digit)));
        length += 1;
    }
    if length == 0 { (Some(0), false, text) } else { (value, negative, digits.get(length..).unwrap_or_default()) }
}

/// The bytes of a number in the order given, as Bro takes them for lengths of 1, 2, 4 and 8.
fn bytes_as_count(bytes: &[u8], little: bool) -> Option<u64> {
    if !matches!(bytes.len(), 1 | 2 | 4 | 8) {
        return None;
    }
    let add = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
    Some(if little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) })
}

fn bad_count(vm: &mut Vm, argument: &Value) {
    vm.builtin_error_about("bad conversion to count", argument);
}

natives! {
    /// Gives the number at the beginning of `str`, 0 where there is none. `base` is that of the digits; 0 lets `0x` and
    /// `0` in front say it.
    #[example("to_int(\"-42abc\")", "-42")]
    #[example("to_int(\"ff\", 16)", "255")]
    fn "to_int" = "function(str: string, base: count &default=10): int";
    |vm, str: Rc<Text>, base: u64| -> i64 {
        let text = without_zeros(vm, &str);
        if base == 10 {
            return Ok(leading_int(text));
        }
        let (number, negative, _) = scan(text, base);
        let number = number.map(i128::from).map(|number| if negative { -number } else { number });
        let nearest = if negative { i64::MIN } else { i64::MAX };
        Ok(number.and_then(|number| i64::try_from(number).ok()).unwrap_or(nearest))
    }

    /// Gives the number that `str` is, in digits of `base`; 0 lets `0x` and `0` in front say it.
    #[example("to_count(\"42\")", "42")]
    #[example("to_count(\"777\", 8)", "511")]
    fn "to_count" = "function(str: string, base: count &default=10): count";
    |vm, str: Rc<Text>, base: u64| -> u64 {
        let text = without_zeros(vm, &str);
        let number = if base == 10 {
            parse_count(text)
        } else {
            let (number, negative, rest) = scan(text, base);
            let number = number.map_or(u64::MAX, |number| if negative { number.wrapping_neg() } else { number });
            Some(number).filter(|_| rest.is_empty() && !text.is_empty())
        };
        Ok(number.unwrap_or_else(|| {
            bad_count(vm, &Value::String(str.clone()));
            0
        }))
    }

    /// Gives the number that `str` is.
    #[example("to_double(\"3.5\")", "3.5")]
    fn "to_double" = "function(str: string): double";
    |vm, str: Rc<Text>| -> f64 {
        let number = parse_double(without_zeros(vm, &str));
        Ok(number.unwrap_or_else(|| {
            vm.builtin_error_about("bad conversion to double", &Value::String(str.clone()));
            0.0
        }))
    }

    /// Gives a number that is not negative as a count.
    #[example("int_to_count(+3)", "3")]
    fn "int_to_count" = "function(n: int): count";
    |vm, n: i64| -> u64 {
        Ok(u64::try_from(n).unwrap_or_else(|_| {
            bad_count(vm, &Value::Int(n));
            0
        }))
    }

    /// Gives the nearest whole number; of two, the even one.
    #[example("double_to_count(2.5)", "2")]
    fn "double_to_count" = "function(d: double): count";
    |vm, d: f64| -> u64 {
        if d < 0.0 {
            bad_count(vm, &Value::Double(d));
        }
        Ok(double_as_count(d.round_ties_even()))
    }

    /// Gives the nearest whole number; of two, the even one.
    #[example("double_to_int(-2.6)", "-3")]
    fn "double_to_int" = "function(d: double): int";
    |_vm, d: f64| -> i64 {
        Ok(d.round_ties_even() as i64)
    }

    /// Gives a number as a double.
    #[example("int_to_double(-3)", "-3.0")]
    fn "int_to_double" = "function(i: int): double";
    |_vm, i: i64| -> f64 {
        Ok(i as f64)
    }

    /// Gives a number as a double.
    #[example("count_to_double(3)", "3.0")]
    fn "count_to_double" = "function(c: count): double";
    |_vm, c: u64| -> f64 {
        Ok(c as f64)
    }

    /// Gives the number that stands for an enum's name.
    #[example("enum_to_int(tcp)", "1")]
    fn "enum_to_int" = "function(e: any): int";
    |vm, e: Value| -> i64 {
        if let Value::Enum(number, _) = e {
            return Ok(i64::from(number));
        }
        vm.builtin_error("enum_to_int() requires enum value");
        Ok(-1)
    }

    /// Gives an interval as seconds.
    #[example("interval_to_double(1min)", "60.0")]
    fn "interval_to_double" = "function(i: interval): double";
    |_vm, i: f64| -> f64 {
        Ok(i)
    }

    /// Gives a time as seconds since 1970.
    #[example("time_to_double(double_to_time(1.5))", "1.5")]
    fn "time_to_double" = "function(t: time): double";
    |_vm, t: f64| -> f64 {
        Ok(t)
    }

    /// Gives the time that many seconds after the beginning of 1970.
    #[example("double_to_time(1.5)", "1.5")]
    fn "double_to_time" = "function(d: double): time";
    |_vm, d: f64| -> Time {
        Ok(Time(d))
    }

    /// Gives an interval of that many seconds.
    #[example("double_to_interval(90.0)", "1.0 min 30.0 secs")]
    fn "double_to_interval" = "function(d: double): interval";
    |_vm, d: f64| -> Interval {
        Ok(Interval(d))
    }

    /// Gives the number that `s` holds as 8 bytes, highest first, in the form of IEEE 754.
    #[example("bytestring_to_double(\"\\x3f\\xf8\\x00\\x00\\x00\\x00\\x00\\x00\")", "1.5")]
    fn "bytestring_to_double" = "function(s: string): double";
    |vm, s: Rc<Text>| -> f64 {
        Ok(<[u8; 8]>::try_from(s.as_bytes()).map_or_else(
            |_| {
                vm.builtin_error("bad conversion to double");
                0.0
            },
            f64::from_be_bytes,
        ))
    }

    /// Gives the number that `s` holds as 4 bytes, highest first, in the form of IEEE 754.
    #[example("bytestring_to_float(\"\\x3f\\xc0\\x00\\x00\")", "1.5")]
    fn "bytestring_to_float" = "function(s: string): double";
    |vm, s: Rc<Text>| -> f64 {
        Ok(<[u8; 4]>::try_from(s.as_bytes()).map_or_else(
            |_| {
                vm.builtin_error("bad conversion to float");
                0.0
            },
            |bytes| f64::from(f32::from_be_bytes(bytes)),
        ))
    }

    /// Gives the number that `s` holds as 1, 2, 4 or 8 bytes, the highest first, or with `is_le` the lowest.
    #[example("bytestring_to_count(\"\\x01\\x02\")", "258")]
    #[example("bytestring_to_count(\"\\x01\\x02\", T)", "513")]
    fn "bytestring_to_count" = "function(s: string, is_le: bool &default=F): count";
    |vm, s: Rc<Text>, is_le: bool| -> u64 {
        Ok(bytes_as_count(s.as_bytes(), is_le).unwrap_or_else(|| {
            vm.builtin_error("unsupported byte length for bytestring_to_count");
            0
        }))
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;
    use crate::value::Value;

    #[test]
    fn numbers_in_any_base() {
        let mut natives = Natives::new();
        let mut read =
            |name: &str, text: &str, base: u64| natives.text(name, &[Value::string(text), Value::Count(base)]);
        for (text, base, expected) in [
            ("42", 10, "42"),
            (" -0x1fz", 16, "-31"),
            ("0x10", 0, "16"),
            ("010", 0, "8"),
            ("zz", 36, "1295"),
            ("0x", 16, "0"),
            ("-9223372036854775809", 10, "-9223372036854775808"),
            ("-8000000000000001", 16, "-9223372036854775808"),
            ("ffffffffffffffffff", 16, "9223372036854775807"),
            ("1", 99, "0"),
        ] {
            assert_eq!(read("to_int", text, base), expected, "{text} {base}");
        }
        assert_eq!(read("to_count", "ff", 16), "255");
        assert_eq!(read("to_count", "fg", 16), "0");
        assert_eq!(natives.messages(), "error: bad conversion to count\n");
    }

    #[test]
    fn numbers_that_do_not_fit_are_reported() {
        let mut natives = Natives::new();
        assert_eq!(natives.text("int_to_count", &[Value::Int(-1)]), "0");
        assert_eq!(natives.text("double_to_count", &[Value::Double(-0.4)]), "0");
        assert_eq!(natives.text("to_double", &[Value::string("")]), "0.0");
        assert_eq!(natives.text("enum_to_int", &[Value::Count(1)]), "-1");
        assert_eq!(natives.messages().lines().count(), 4);
        assert_eq!(natives.text("double_to_count", &[Value::Double(3.5)]), "4");
    }

    #[test]
    fn bytes_as_numbers() {
        let mut natives = Natives::new();
        let mut count =
            |bytes: &[u8], little| natives.text("bytestring_to_count", &[Value::string(bytes), Value::Bool(little)]);
        assert_eq!(count(b"\x01", true), "1");
        assert_eq!(count(b"\x00\x00\x01\x02", false), "258");
        assert_eq!(count(b"\x02\x01\x00\x00\x00\x00\x00\x00", true), "258");
        assert_eq!(count(b"\x02\x01\x00", true), "0");
        assert_eq!(natives.messages(), "error: unsupported byte length for bytestring_to_count\n");
    }
}
