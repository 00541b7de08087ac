//! Time: the clocks, text from times and times from text, when to rotate.

use std::rc::Rc;

use crate::calendar::{local_time, next_rotation, strftime, strptime};
use crate::value::Text;
use crate::vm::{Interval, Time, natives};

natives! {
    /// Gives the time of the clock on the wall.
    #[example("current_time() > double_to_time(0.0)", "T")]
    fn "current_time" = "function(): time";
    |vm| -> Time {
        // Bro's clock counts microseconds.
        let now = vm.host.now();
        Ok(Time((now * 1e6).floor() / 1e6))
    }

    /// Gives the time that events happen at: the clock at the beginning of the current round of events.
    #[example("network_time() <= current_time()", "T")]
    fn "network_time" = "function(): time";
    |vm| -> Time {
        Ok(Time(vm.network_time()))
    }

    /// Moves the time that events happen at, until the clock moves it again with the next round of events.
    fn "set_network_time" = "function(nt: time): bool";
    |vm, nt: Time| -> bool {
        vm.set_network_time(nt.0);
        Ok(true)
    }

    /// Gives a time as text. `fmt` is that of the function of this name in C; the time is shown in the local zone.
    #[example("strftime(\"%Y-%m-%d\", double_to_time(86400.0 * 366))", "1971-01-02")]
    fn "strftime" = "function(fmt: string, d: time): string";
    |vm, fmt: Rc<Text>, d: Time| -> Vec<u8> {
        let zone = vm.time_zone();
        let text = local_time(&zone, d.0).map(|time| strftime(fmt.as_bytes(), &time));
        // Bro's buffer has room for so many bytes; and C tells an empty text from an error by nothing.
        Ok(text.filter(|text| !text.is_empty() && text.len() < 128).unwrap_or_else(|| b"<strftime error>".to_vec()))
    }

    /// Reads a time from text. `fmt` is that of the function of this name in C; the text is taken as local time, and
    /// what it leaves out is that of the beginning of 1970. A text that does not fit gives a warning and the time 0.
    #[example("strptime(\"%Y-%m-%d\", \"1970-01-02\")", "86400.0")]
    fn "strptime" = "function(fmt: string, d: string): time";
    |vm, fmt: Rc<Text>, d: Rc<Text>| -> Time {
        let zone = vm.time_zone();
        let Some(seconds) = strptime(d.as_bytes(), fmt.as_bytes(), &zone) else {
            let message = format!("strptime conversion failed: fmt:{} d:{}", fmt.to_lossy(), d.to_lossy());
            vm.warning_without_place(message);
            return Ok(Time(0.0));
        };
        Ok(Time(seconds as f64))
    }

    /// Gives the interval from now to the next rotation of files that are rotated every `i`: counted from
    /// `log_rotate_base_time` where that is set.
    #[example("calc_next_rotate(10 secs) <= 10 secs", "T")]
    fn "calc_next_rotate" = "function(i: interval): interval";
    |vm, i: Interval| -> Interval {
        let base = vm.rotation_base();
        let interval = if i.0 == 0.0 {
            vm.error_without_place("calc_next_rotate(): interval is zero, falling back to 24hrs");
            86_400.0
        } else {
            i.0
        };
        let zone = vm.time_zone();
        Ok(Interval(next_rotation(&zone, vm.network_time(), interval, base)))
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::bench::Bench;
    use crate::value::Value;
    use crate::vm::{Host, MemoryHost};

    #[test]
    fn text_and_back() {
        let mut bench = Bench::new();
        let time = Value::Time(1_330_000_123.7);
        let format = Value::string("%Y-%m-%d %H:%M:%S");
        let text = bench.call("strftime", &[format.clone(), time]);
        assert_eq!(text.as_bytes(), Some(&b"2012-02-23 12:28:43"[..]));
        assert_eq!(bench.text("strptime", &[format.clone(), text]), "1330000123.0");
        assert_eq!(bench.text("strptime", &[format, Value::string("yesterday")]), "0.0");
        let expected = "warning: strptime conversion failed: fmt:%Y-%m-%d %H:%M:%S d:yesterday";
        assert_eq!(bench.reports(), [expected]);
        assert_eq!(bench.text("strftime", &[Value::string(""), Value::Time(0.0)]), "<strftime error>");
    }

    #[test]
    fn local_time_is_that_of_tz() {
        let mut host = MemoryHost::new();
        host.set_variable("TZ", "EST5EDT,M3.2.0,M11.1.0");
        let mut bench = Bench::with_host(host);
        let summer = [Value::string("%H %Z %z"), Value::Time(1_340_000_000.0)];
        assert_eq!(bench.text("strftime", &summer), "02 EDT -0400");
        // Nothing says that it is summer, and the hour is that of the beginning of 1970 at this place.
        let text = [Value::string("%Y-%m-%d"), Value::string("2012-06-18")];
        assert_eq!(bench.text("strptime", &text), "1340064000.0");
    }

    #[test]
    fn rotation_is_at_round_times() {
        let mut bench = Bench::new();
        bench.vm.set_network_time(1_000_000_003.0);
        assert_eq!(bench.text("calc_next_rotate", &[Value::Interval(10.0)]), "7.0 secs");
        assert_eq!(bench.text("calc_next_rotate", &[Value::Interval(0.0)]), "22.0 hrs 13.0 mins 17.0 secs");
        assert_eq!(bench.reports().len(), 1);
    }
}
