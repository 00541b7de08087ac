//! Numbers, times and addresses as the text Bro prints.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Address, Subnet};

/// Doubles above this are printed with an exponent.
const LARGEST_PLAIN: f64 = 2_147_483_647.0;

/// The number of digits behind the point, at most; zeros at the end are not printed.
const DIGITS: i32 = 6;
const SCALE: f64 = 1_000_000.0;

/// A double as `print` shows it: six digits at most behind the point, `.0` where it is a whole number, an exponent
/// where it is large.
pub fn double_text(value: f64) -> String {
    let mut text = short_double(value);
    if value.is_finite() && value.round_ties_even() == value && !text.contains('e') {
        text.push_str(".0");
    }
    text
}

/// Bro rounds in its own way: upwards from a half of the last digit where that digit is odd or the fraction is zero.
fn short_double(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    let size = value.abs();
    if size > LARGEST_PLAIN {
        return super::printf::exponent(value, DIGITS as usize, false);
    }
    let mut whole = size as u64;
    let scaled = (size - whole as f64) * SCALE;
    let mut fraction = scaled as u64;
    let rest = scaled - fraction as f64;
    if rest > 0.5 {
        fraction += 1;
        if fraction >= SCALE as u64 {
            fraction = 0;
            whole += 1;
        }
    } else if rest == 0.5 && (fraction == 0 || fraction % 2 == 1) {
        fraction += 1;
    }
    let sign = if value < 0.0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{fraction:06}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

/// An interval by its units: `1.0 day 2.0 hrs`, `0 secs`. What is below a microsecond is not shown.
pub fn interval_text(seconds: f64) -> String {
    const UNITS: [(f64, &str); 6] =
        [(86_400.0, "day"), (3600.0, "hr"), (60.0, "min"), (1.0, "sec"), (1e-3, "msec"), (1e-6, "usec")];
    if seconds == 0.0 {
        return "0 secs".to_owned();
    }
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, name) in UNITS {
        if rest.abs() < unit || rest.is_nan() {
            continue;
        }
        let number = (rest / unit).trunc();
        if number != 0.0 {
            let plural = if number.abs() == 1.0 { "" } else { "s" };
            parts.push(format!("{} {name}{plural}", double_text(number)));
            rest -= number * unit;
        }
    }
    parts.join(" ")
}

/// An address without brackets.
pub fn address_text(address: Address) -> String {
    match address.0 {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => ipv6_text(v6),
    }
}

/// `10.0.0.0/8`, `2001:db8::/32`
pub fn subnet_text(net: Subnet) -> String {
    format!("{}/{}", address_text(net.prefix), net.width)
}

/// The first longest run of at least two zero groups becomes `::`; addresses that carry an IPv4 address end with it.
fn ipv6_text(address: Ipv6Addr) -> String {
    let groups = address.segments();
    let (start, length) = longest_zeros(groups);
    let carries_v4 = start == 0
        && match length {
            6 => true,
            5 => groups[5] == 0xffff,
            4 => groups[4] == 0xffff && groups[5] == 0,
            _ => false,
        };
    let shown = if carries_v4 { 6 } else { 8 };
    let hex = |groups: &[u16]| groups.iter().map(|group| format!("{group:x}")).collect::<Vec<_>>().join(":");
    let mut text = if length < 2 {
        hex(&groups)
    } else {
        let end = start + length;
        format!("{}::{}", hex(&groups[..start]), hex(groups.get(end..shown).unwrap_or_default()))
    };
    if carries_v4 {
        if !text.ends_with(':') {
            text.push(':');
        }
        let [.., a, b, c, d] = address.octets();
        text.push_str(&Ipv4Addr::new(a, b, c, d).to_string());
    }
    text
}

fn longest_zeros(groups: [u16; 8]) -> (usize, usize) {
    let mut best = (0, 0);
    let mut start = 0;
    for (place, group) in groups.iter().enumerate() {
        if *group != 0 {
            start = place + 1;
        } else if place + 1 - start > best.1 {
            best = (start, place + 1 - start);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{address_text, double_text, interval_text, subnet_text};
    use crate::value::{Address, Subnet};

    #[test]
    fn doubles_have_six_digits_and_show_that_they_are_doubles() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "0.0"),
            (3.0, "3.0"),
            (-3.0, "-3.0"),
            (3.25, "3.25"),
            (0.5, "0.5"),
            (1.0 / 3.0, "0.333333"),
            (2.0 / 3.0, "0.666667"),
            (0.000_000_1, "0"),
            (-0.000_000_1, "-0"),
            (0.999_999_9, "1"),
            (1e9, "1000000000.0"),
            (2_147_483_647.0, "2147483647.0"),
            (2_147_483_648.0, "2.147484e+09"),
            (-1e100, "-1.000000e+100"),
            (1_299_470_395.25, "1299470395.25"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(double_text(value), text);
        }
    }

    #[test]
    fn intervals_are_split_into_units() {
        for (seconds, text) in [
            (0.0, "0 secs"),
            (1.0, "1.0 sec"),
            (10.0, "10.0 secs"),
            (300.0, "5.0 mins"),
            (93_600.0, "1.0 day 2.0 hrs"),
            (-3660.0, "-1.0 hr -1.0 min"),
            (0.1, "100.0 msecs"),
            (1.5, "1.0 sec 500.0 msecs"),
            (0.000_001, "1.0 usec"),
            (0.000_000_1, ""),
            (1e15, "1.157407e+10 days 1.0 hr 46.0 mins 40.0 secs"),
        ] {
            assert_eq!(interval_text(seconds), text);
        }
    }

    #[test]
    fn addresses_are_as_short_as_in_bro() {
        for text in [
            "10.1.2.3",
            "::",
            "::1",
            "2001:db8::1",
            "2001:db8:0:1:1:1:1:1",
            "1:0:0:2::3",
            "fe80::",
            "::ffff:0:1.2.3.4",
            "::1.2.3.4",
            "::2",
            "ff02::1:ff00:1",
            "1:2:3:4:5:6:7:8",
        ] {
            assert_eq!(address_text(Address(text.parse::<IpAddr>().unwrap())), text);
        }
        let net = Subnet::new(Address::new("10.1.2.3".parse::<IpAddr>().unwrap()), 8);
        assert_eq!(subnet_text(net), "10.0.0.0/8");
    }
}
