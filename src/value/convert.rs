//! Text to values, and numbers to other kinds of numbers, as Bro's functions and implicit conversions do it.
//!
//! Bro leans on C's library here: blanks before a number are skipped, numbers that do not fit become the nearest that
//! does, and some functions read only the beginning of the text. Nothing here reports; a caller says what was wrong.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Address, Protocol, Subnet, Value};
use crate::types::TypeTag;

/// The number at the beginning of a text, 0 where there is none: what `to_int` gives.
pub fn leading_int(text: &[u8]) -> i64 {
    scan_int(text).map_or(0, |(number, _)| number)
}

/// A text that is a number and nothing else; a minus sign counts down from the end of the range, as in C.
pub fn parse_count(text: &[u8]) -> Option<u64> {
    let text = skip_blanks(text);
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
    // Too large a number stays the largest, with either sign.
    Some(number.map_or(u64::MAX, |number| if negative { number.wrapping_neg() } else { number }))
}

/// A text that is a number and nothing else: decimal, hexadecimal (`0x1.8p3`), `inf` or `nan`.
pub fn parse_double(text: &[u8]) -> Option<f64> {
    let (negative, rest) = sign(skip_blanks(text));
    let rest = std::str::from_utf8(rest).ok()?;
    let lower = rest.to_ascii_lowercase();
    let size = if let Some(hex) = lower.strip_prefix("0x") {
        parse_hex_double(hex)?
    } else if lower == "inf" || lower == "infinity" {
        f64::INFINITY
    } else if lower == "nan" || (lower.starts_with("nan(") && is_nan_note(&lower)) {
        f64::NAN
    } else if rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
        && !rest.starts_with(['+', '-'])
    {
        rest.parse().ok()?
    } else {
        return None;
    };
    Some(if negative { -size } else { size })
}

fn is_nan_note(text: &str) -> bool {
    let note = text.strip_prefix("nan(").and_then(|rest| rest.strip_suffix(')'));
    note.is_some_and(|note| note.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// Digits, a point among them, and a power of two: `1.8p3`.
fn parse_hex_double(text: &str) -> Option<f64> {
    let (digits, power) = text.split_once('p').map_or((text, None), |(digits, power)| (digits, Some(power)));
    let power = match power {
        Some(power) => {
            let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            scan_int(power.as_bytes())?.0.clamp(-100_000, 100_000) as i32
        }
        None => 0,
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0f64;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let places = i32::try_from(fraction.len()).unwrap_or(i32::MAX).saturating_mul(4);
    let shift = power.saturating_sub(places);
    // In two steps, so that the scale itself neither overflows nor vanishes.
    let half = shift / 2;
    Some(value * 2f64.powi(half) * 2f64.powi(shift - half))
}

/// An address as `to_addr` reads it. IPv4 may have anything behind it; IPv6 may not.
pub fn parse_address(text: &[u8]) -> Option<Address> {
    if text.contains(&b':') {
        let address: Ipv6Addr = std::str::from_utf8(text).ok()?.parse().ok()?;
        return Some(Address::new(IpAddr::V6(address)));
    }
    let mut rest = text;
    let mut octets = [0; 4];
    for (place, octet) in octets.iter_mut().enumerate() {
        if place > 0 {
            rest = rest.strip_prefix(b".")?;
        }
        let (number, behind) = scan_int(rest)?;
        *octet = u8::try_from(number).ok()?;
        rest = behind;
    }
    Some(Address(IpAddr::V4(Ipv4Addr::from(octets))))
}

/// Why a text is no subnet, with the part that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadSubnet {
    NoSlash,
    Address(Vec<u8>),
    Width(i64),
}

/// `10.0.0.0/8`, `2001:db8::/32`; bits behind the width are cleared.
pub fn parse_subnet(text: &[u8]) -> Result<Subnet, BadSubnet> {
    let slash = text.iter().position(|&byte| byte == b'/').ok_or(BadSubnet::NoSlash)?;
    let (address, width) = text.split_at_checked(slash).unwrap_or((text, b""));
    let address = parse_address(address).ok_or_else(|| BadSubnet::Address(address.to_vec()))?;
    let width = leading_int(width.get(1..).unwrap_or_default());
    let widest = if address.is_v4() { 32 } else { 128 };
    match u8::try_from(width) {
        Ok(fits) if fits <= widest => Ok(Subnet::new(address, fits)),
        _ => Err(BadSubnet::Width(width)),
    }
}

/// `80/tcp` as `to_port` reads it: fewer than ten bytes, and any byte may stand for the slash. Otherwise the number
/// that Bro takes together with the unknown protocol.
pub fn parse_port(text: &[u8]) -> Result<(i64, Protocol), i64> {
    if text.len() >= 10 {
        return Err(0);
    }
    let (number, rest) = scan_int(text).unwrap_or((0, text));
    match rest.get(1..) {
        Some(b"tcp") => Ok((number, Protocol::Tcp)),
        Some(b"udp") => Ok((number, Protocol::Udp)),
        Some(b"icmp") => Ok((number, Protocol::Icmp)),
        _ => Err(number),
    }
}

/// The number at the beginning of a text, held to the range, and what is behind it.
fn scan_int(text: &[u8]) -> Option<(i64, &[u8])> {
    let (negative, rest) = sign(skip_blanks(text));
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at_checked(length).filter(|(digits, _)| !digits.is_empty())?;
    let mut number: i64 = 0;
    for digit in digits {
        let digit = i64::from(digit - b'0');
        number = number.saturating_mul(10).saturating_add(if negative { -digit } else { digit });
    }
    Some((number, rest))
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    }
}

/// What C's `isspace` takes as blank, which has the vertical tab beside the usual ones.
fn skip_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x0b).count();
    text.get(blanks..).unwrap_or_default()
}

/// A number as one of another kind: the implicit conversions among count, int, double, time, interval, and from bool
/// and enum. `None` where either is no number.
pub fn coerce_number(value: &Value, target: TypeTag) -> Option<Value> {
    Some(match target {
        TypeTag::Count => Value::Count(as_count(value)?),
        TypeTag::Int => Value::Int(as_int(value)?),
        TypeTag::Double => Value::Double(as_double(value)?),
        TypeTag::Time => Value::Time(as_double(value)?),
        TypeTag::Interval => Value::Interval(as_double(value)?),
        _ => return None,
    })
}

/// A count beyond the range becomes negative, as the bits say.
pub fn as_int(value: &Value) -> Option<i64> {
    Some(match value {
        Value::Int(number) => *number,
        Value::Count(number) => *number as i64,
        Value::Bool(flag) => i64::from(*flag),
        Value::Enum(number, _) => i64::from(*number),
        Value::Double(number) | Value::Time(number) | Value::Interval(number) => *number as i64,
        _ => return None,
    })
}

/// A negative number becomes a very large one, as the bits say.
pub fn as_count(value: &Value) -> Option<u64> {
    Some(match value {
        Value::Double(number) | Value::Time(number) | Value::Interval(number) => double_as_count(*number),
        _ => as_int(value)? as u64,
    })
}

pub fn as_double(value: &Value) -> Option<f64> {
    Some(match value {
        Value::Double(number) | Value::Time(number) | Value::Interval(number) => *number,
        Value::Count(number) => *number as f64,
        _ => as_int(value)? as f64,
    })
}

/// What the conversion in C gives on the machines Bro runs on.
pub fn double_as_count(number: f64) -> u64 {
    if number < 0.0 { number as i64 as u64 } else { number as u64 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{
        BadSubnet, coerce_number, leading_int, parse_address, parse_count, parse_double, parse_port, parse_subnet,
    };
    use crate::syntax::ast::Protocol;
    use crate::types::TypeTag;
    use crate::value::numbers::{address_text, subnet_text};
    use crate::value::{Address, Subnet, Value};

    #[test]
    fn integers_are_read_from_the_beginning() {
        for (text, number) in [
            ("42", 42),
            (" \t\x0b-42xyz", -42),
            ("+7", 7),
            ("", 0),
            ("x", 0),
            ("- 1", 0),
            ("9223372036854775808", i64::MAX),
            ("-9223372036854775809", i64::MIN),
        ] {
            assert_eq!(leading_int(text.as_bytes()), number, "{text}");
        }
    }

    #[test]
    fn counts_are_the_whole_text() {
        for (text, number) in [
            ("42", Some(42)),
            (" 42", Some(42)),
            ("42 ", None),
            ("", None),
            (" ", None),
            ("-1", Some(u64::MAX)),
            ("18446744073709551616", Some(u64::MAX)),
            ("0x10", None),
            ("1\u{0}", None),
        ] {
            assert_eq!(parse_count(text.as_bytes()), number, "{text}");
        }
    }

    #[test]
    fn doubles_are_the_whole_text() {
        for (text, number) in [
            ("3.5", Some(3.5)),
            (" -3.5e2", Some(-350.0)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("0x1.8p3", Some(12.0)),
            ("0x.1", Some(0.0625)),
            ("-INF", Some(f64::NEG_INFINITY)),
            ("1e999", Some(f64::INFINITY)),
            ("", None),
            (".", None),
            ("--1", None),
            ("1e", None),
            ("0x", None),
            ("0x1p", None),
            ("3.5 ", None),
            ("infx", None),
        ] {
            assert_eq!(parse_double(text.as_bytes()), number, "{text}");
        }
        assert!(parse_double(b"nan(1)").unwrap().is_nan());
    }

    #[test]
    fn addresses() {
        let read = |text: &str| parse_address(text.as_bytes()).map(address_text);
        assert_eq!(read("1.2.3.4"), Some("1.2.3.4".to_owned()));
        assert_eq!(read("001.02.3.4 and more"), Some("1.2.3.4".to_owned()));
        assert_eq!(read("1.2.3"), None);
        assert_eq!(read("1.2.3.256"), None);
        assert_eq!(read("::ffff:1.2.3.4"), Some("1.2.3.4".to_owned()));
        assert_eq!(read("2001:DB8::1"), Some("2001:db8::1".to_owned()));
        assert_eq!(read("2001:db8::1 "), None);
        assert_eq!(read("2001:db8:::1"), None);
    }

    #[test]
    fn subnets() {
        let read = |text: &str| parse_subnet(text.as_bytes()).map(subnet_text);
        assert_eq!(read("10.1.2.3/8"), Ok("10.0.0.0/8".to_owned()));
        assert_eq!(read("2001:db8::1/32"), Ok("2001:db8::/32".to_owned()));
        assert_eq!(read("10.1.2.3"), Err(BadSubnet::NoSlash));
        assert_eq!(read("10.1.2/8"), Err(BadSubnet::Address(b"10.1.2".to_vec())));
        assert_eq!(read("10.1.2.3/33"), Err(BadSubnet::Width(33)));
    }

    #[test]
    fn ports() {
        assert_eq!(parse_port(b"80/tcp"), Ok((80, Protocol::Tcp)));
        assert_eq!(parse_port(b"53:udp"), Ok((53, Protocol::Udp)));
        assert_eq!(parse_port(b"8/icmp"), Ok((8, Protocol::Icmp)));
        assert_eq!(parse_port(b"80"), Err(80));
        assert_eq!(parse_port(b"80/sctp"), Err(80));
        assert_eq!(parse_port(b"0000080/tcp"), Err(0));
    }

    #[test]
    fn numbers_change_their_kind() {
        let change = |value, target| coerce_number(&value, target).map(|value| value.to_text());
        assert_eq!(change(Value::Int(-1), TypeTag::Count), Some(b"18446744073709551615".to_vec()));
        assert_eq!(change(Value::Count(u64::MAX), TypeTag::Int), Some(b"-1".to_vec()));
        assert_eq!(change(Value::Double(-1.9), TypeTag::Int), Some(b"-1".to_vec()));
        assert_eq!(change(Value::Double(-1.0), TypeTag::Count), Some(b"18446744073709551615".to_vec()));
        assert_eq!(change(Value::Count(3), TypeTag::Double), Some(b"3.0".to_vec()));
        assert_eq!(change(Value::Int(60), TypeTag::Interval), Some(b"1.0 min".to_vec()));
        assert_eq!(change(Value::string("1"), TypeTag::Count), None);
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in any::<Vec<u8>>()) {
            let _ = (leading_int(&text), parse_count(&text), parse_double(&text), parse_port(&text));
            let _ = (parse_address(&text), parse_subnet(&text));
        }

        #[test]
        fn what_is_printed_is_read_back(bytes in any::<[u8; 16]>(), bits in any::<u32>(), width in 0..=32u8) {
            let v6 = Address::new(bytes.into());
            assert_eq!(parse_address(address_text(v6).as_bytes()), Some(v6));
            let net = Subnet::new(Address::new(std::net::Ipv4Addr::from_bits(bits).into()), width);
            assert_eq!(parse_subnet(subnet_text(net).as_bytes()), Ok(net));
        }

        #[test]
        fn doubles_agree_with_rust(number in any::<f64>()) {
            let read = parse_double(format!("{number:e}").to_lowercase().as_bytes()).unwrap();
            assert!(read == number || number.is_nan());
        }
    }
}
