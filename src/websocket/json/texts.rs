//! The values that are texts in JSON: addresses, subnets, ports, times. Reading follows Broker, where that is no accident
//! of its parsers; writing follows it to the byte.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use crate::value::{Address, Subnet};
use crate::wire::Data;

const NANOSECONDS: f64 = 1e9;

/// The bits before those of an IPv4 address.
const MAPPED: u8 = 96;

pub(super) fn address(text: &str) -> Option<Data> {
    text.parse::<IpAddr>().ok().map(|address| Data::Address(Address::new(address).bytes()))
}

/// Bits behind the prefix are cleared. A prefix that is too long makes it, as in Broker, the net of everything.
pub(super) fn subnet(text: &str) -> Option<Data> {
    let (address, width) = text.split_once('/')?;
    let address = Address::new(address.parse::<IpAddr>().ok()?);
    let width: u8 = digits(width)?.try_into().ok()?;
    let most = if address.is_v4() { 32 } else { 128 };
    if width > most {
        return Some(Data::Subnet([0; 16], 0));
    }
    let net = Subnet::new(address, width);
    Some(Data::Subnet(net.prefix.bytes(), if address.is_v4() { width + MAPPED } else { width }))
}

/// Without a protocol it is of TCP. Numbers that are too large lose what is too large.
pub(super) fn port(text: &str) -> Option<Data> {
    let (number, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let protocol = match protocol {
        "tcp" => 1,
        "udp" => 2,
        "icmp" => 3,
        _ => 0,
    };
    Some(Data::Port(digits(number)? as u16, protocol))
}

/// A number without sign.
fn digits(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// `2023-11-14T22:13:20.5`, with up to nine digits behind the point, and with `Z` or an offset; without either it is UTC.
pub(super) fn timestamp(text: &str) -> Option<Data> {
    let (date, rest) = text.split_at_checked(10)?;
    let (time, rest) = rest.strip_prefix('T')?.split_at_checked(8)?;
    let [year, month, day] = parts(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = parts(time, ':', [2, 2, 2])?;
    let (fraction, zone) = match rest.strip_prefix('.') {
        None => (0, rest),
        Some(rest) => {
            let count = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (fraction, zone) = rest.split_at_checked(count)?;
            if !(1..=9).contains(&count) {
                return None;
            }
            (digits(&format!("{fraction:0<9}"))?, zone)
        }
    };
    let offset = match zone {
        "" | "Z" => 0,
        _ => {
            let sign = match zone.as_bytes().first()? {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let [hours, minutes] = parts(zone.get(1..)?, ':', [2, 2])?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            sign * (hours as i32 * 60 + minutes as i32) * 60
        }
    };
    let small = |number: u64| i8::try_from(number).ok();
    let civil = DateTime::new(
        year as i16,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        fraction as i32,
    );
    let zone = TimeZone::fixed(Offset::from_seconds(offset).ok()?);
    let time = civil.ok()?.to_zoned(zone).ok()?.timestamp();
    i64::try_from(time.as_nanosecond()).ok().map(Data::Timestamp)
}

/// Numbers of fixed widths with a separator between them.
fn parts<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[u64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        *number = parts.next().filter(|part| part.len() == width).and_then(digits)?;
    }
    parts.next().is_none().then_some(numbers)
}

/// The names of units, longest first where one begins another.
const UNITS: [(&str, i64); 6] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("min", 60_000_000_000),
    ("s", 1_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A number, with a fraction or without, and its unit: `1.5s`.
pub(super) fn timespan(text: &str) -> Option<Data> {
    let (number, unit) = UNITS.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)))?;
    let plain = number.strip_prefix(['+', '-']).unwrap_or(number);
    if !plain.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    if plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.parse::<i64>().ok()?.checked_mul(unit).map(Data::Timespan);
    }
    let nanoseconds = number.parse::<f64>().ok()? * unit as f64;
    let fits = nanoseconds.abs() < i64::MAX as f64;
    fits.then_some(Data::Timespan(nanoseconds.round() as i64))
}

/// The largest unit that leaves no fraction.
pub(super) fn timespan_text(nanoseconds: i64) -> String {
    let units = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)];
    match units.iter().find(|(_, unit)| nanoseconds % unit == 0) {
        Some((name, unit)) => format!("{}{name}", nanoseconds / unit),
        None => format!("{nanoseconds}ns"),
    }
}

/// In milliseconds. As in Broker, times before 1970 lose their fraction.
pub(super) fn timestamp_text(nanoseconds: i64) -> String {
    let seconds = nanoseconds / NANOSECONDS as i64;
    let milliseconds = (nanoseconds / 1_000_000 % 1000).max(0);
    match Timestamp::from_second(seconds) {
        Ok(time) => {
            let civil = Offset::UTC.to_datetime(time);
            format!("{}.{milliseconds:03}", civil.strftime("%Y-%m-%dT%H:%M:%S"))
        }
        // No 64 bits of nanoseconds lead there.
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{address, port, subnet, timespan, timespan_text, timestamp, timestamp_text};
    use crate::wire::Data;

    #[test]
    fn times_go_both_ways() {
        for (text, expected) in [
            ("1970-01-01T00:00:00", 0),
            ("2023-11-14T22:13:20.5", 1_700_000_000_500_000_000),
            ("2023-11-14T22:13:20.123456789Z", 1_700_000_000_123_456_789),
            ("2023-11-14T22:13:20.5+01:00", 1_699_996_400_500_000_000),
            ("1969-12-31T23:59:59-00:30", 1_799_000_000_000),
        ] {
            assert_eq!(timestamp(text), Some(Data::Timestamp(expected)), "{text}");
        }
        for text in [
            "",
            "2023-11-14",
            "2023-11-14 22:13:20",
            "2023-02-30T00:00:00",
            "2023-11-14T24:00:00",
            "2023-11-14T22:13:20.",
            "2023-11-14T22:13:20.1234567890",
            "2023-11-14T22:13:20+1:00",
            "2023-11-14T22:13:20+24:00",
            "2023-11-14T22:13:20x",
            "9999-01-01T00:00:00",
            "２023-11-14T22:13:20",
            "+023-11-14T22:13:20",
        ] {
            assert_eq!(timestamp(text), None, "{text}");
        }
        assert_eq!(timestamp_text(1_700_000_000_123_456_789), "2023-11-14T22:13:20.123");
        assert_eq!(timestamp_text(-1_500_000_000), "1969-12-31T23:59:59.000");
        assert_eq!(timestamp_text(i64::MAX), "2262-04-11T23:47:16.854");
        assert_eq!(timestamp_text(i64::MIN), "1677-09-21T00:12:44.000");
    }

    #[test]
    fn spans_take_the_largest_unit() {
        for (nanoseconds, text) in [
            (0, "0s"),
            (1, "1ns"),
            (1_000, "1us"),
            (-1_500_000_000, "-1500ms"),
            (86_400_000_000_000, "86400s"),
            (i64::MIN, "-9223372036854775808ns"),
        ] {
            assert_eq!(timespan_text(nanoseconds), text);
            assert_eq!(timespan(text), Some(Data::Timespan(nanoseconds)));
        }
        for (text, nanoseconds) in
            [("1.5s", 1_500_000_000), ("1min", 60_000_000_000), ("1e+3ns", 1000), ("-2h", -7_200_000_000_000)]
        {
            assert_eq!(timespan(text), Some(Data::Timespan(nanoseconds)), "{text}");
        }
        for text in ["", "s", "5", "1d", "1 s", "infs", "nans", ".5s", "--1s", "10000000000000h", "1e300s", "1xs"] {
            assert_eq!(timespan(text), None, "{text}");
        }
    }

    #[test]
    fn places_on_the_network_are_read_as_by_broker() {
        let v4 = |last: [u8; 4]| {
            let mut bytes = [0; 16];
            bytes[10..12].fill(0xff);
            bytes[12..].copy_from_slice(&last);
            bytes
        };
        assert_eq!(address("10.0.0.1"), Some(Data::Address(v4([10, 0, 0, 1]))));
        assert_eq!(address("nowhere"), None);
        assert_eq!(subnet("10.0.0.1/8"), Some(Data::Subnet(v4([10, 0, 0, 0]), 104)));
        assert_eq!(subnet("10.0.0.0/99"), Some(Data::Subnet([0; 16], 0)));
        assert_eq!(subnet("::1/0"), Some(Data::Subnet([0; 16], 0)));
        for text in ["10.0.0.0", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/256", "/8", "x/8"] {
            assert_eq!(subnet(text), None, "{text}");
        }
        assert_eq!(port("80"), Some(Data::Port(80, 1)));
        assert_eq!(port("53/udp"), Some(Data::Port(53, 2)));
        assert_eq!(port("8/icmp"), Some(Data::Port(8, 3)));
        assert_eq!(port("80/sctp"), Some(Data::Port(80, 0)));
        assert_eq!(port("99999/tcp"), Some(Data::Port(34463, 1)));
        for text in ["", "/tcp", "x/tcp", "-1/tcp", "99999999999999999999/tcp"] {
            assert_eq!(port(text), None, "{text}");
        }
    }
}
