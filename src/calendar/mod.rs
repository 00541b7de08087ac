//! Calendar time: text from times and times from text in the manner of C, and when files are rotated. No clock is
//! read here; times are seconds since the epoch, zones are handed in.

mod format;
mod parse;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

pub use format::strftime;
pub use parse::strptime;

const DAY: f64 = 86_400.0;

/// The names that C has for them, from Sunday and from January.
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The local time of whole seconds; `None` far out of reach.
pub fn local_time(zone: &TimeZone, time: f64) -> Option<Zoned> {
    Some(Timestamp::from_second(time as i64).ok()?.to_zoned(zone.clone()))
}

/// Seconds from midnight out of `HH:MM`.
pub fn time_of_day(text: &str) -> Option<f64> {
    strptime(text.as_bytes(), b"%H:%M", &TimeZone::UTC).map(|seconds| seconds as f64 % DAY)
}

/// Seconds from `now` to the next rotation: at multiples of the interval since the epoch, or counted from the base
/// time of the day, itself in seconds from midnight.
pub fn next_rotation(zone: &TimeZone, now: f64, interval: f64, base: Option<f64>) -> f64 {
    let midnight = || {
        let start = local_time(zone, now)?.start_of_day().ok()?;
        Some(start.timestamp().as_second() as f64)
    };
    match (base, base.and_then(|_| midnight())) {
        (Some(base), Some(midnight)) => midnight + base + ((now - midnight - base) / interval).ceil() * interval - now,
        _ => (now / interval).floor() * interval + interval - now,
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{next_rotation, time_of_day};

    #[test]
    fn rotation_is_at_round_times() {
        let next = |base: &str, interval| next_rotation(&TimeZone::UTC, 1_000_000_003.0, interval, time_of_day(base));
        // 2001-09-09 01:46:43
        assert_eq!(next("02:00", 86_400.0), 797.0);
        assert_eq!(next("01:00", 3600.0), 797.0);
        assert_eq!(next("00:00", 86_400.0), 79_997.0);
        assert_eq!(next("x", 10.0), 7.0);
    }
}
