//! Text to values, as the logs write them.
//!
//! What cannot be read is reported and gives no value, so that the reader leaves its line out. A bad address alone is
//! an error that ends the stream, as in Bro.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::output::Output;
use crate::logging::{Kind, LogValue};
use crate::value::convert::parse_double;
use crate::value::{Address, Protocol, Subnet};

/// What separates and stands for values.
#[derive(Clone, Debug)]
pub(super) struct Format {
    pub(super) set_separator: u8,
    pub(super) empty_field: Vec<u8>,
    /// Empty where nothing stands for an unset value.
    pub(super) unset_field: Vec<u8>,
}

pub(super) fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

impl Format {
    /// The value of a column; `None` where the text is none.
    pub(super) fn parse(
        &self,
        text: &[u8],
        name: &str,
        kind: Kind,
        element: Option<Kind>,
        output: &mut Output,
    ) -> Option<LogValue> {
        if !self.unset_field.is_empty() && text == self.unset_field {
            return Some(LogValue::Unset);
        }
        match (kind, element) {
            (Kind::Set, Some(element)) => self.elements(text, name, element, output).map(LogValue::Set),
            (Kind::Vector, Some(element)) => self.elements(text, name, element, output).map(LogValue::Vector),
            _ => simple(text, name, kind, output),
        }
    }

    fn elements(&self, text: &[u8], name: &str, kind: Kind, output: &mut Output) -> Option<Vec<LogValue>> {
        if text == self.empty_field {
            return Some(Vec::new());
        }
        let mut elements = Vec::new();
        for part in text.split(|byte| *byte == self.set_separator) {
            let Some(element) = self.parse(part, name, kind, None, output) else {
                output.warning("Error while reading set or vector");
                return None;
            };
            elements.push(element);
        }
        Some(elements)
    }
}

fn simple(text: &[u8], name: &str, kind: Kind, output: &mut Output) -> Option<LogValue> {
    Some(match kind {
        Kind::String | Kind::Enum => LogValue::Text(unescape(text)),
        Kind::Bool => match text {
            b"T" | b"1" => LogValue::Bool(true),
            b"F" | b"0" => LogValue::Bool(false),
            _ => {
                output.warning(format!("Field: {name} Invalid value for boolean: {}", lossy(text)));
                return None;
            }
        },
        Kind::Int => LogValue::Int(int(text, output)?),
        Kind::Count => LogValue::Count(count(text, output)?),
        Kind::Double => LogValue::Double(double(text, output)?),
        Kind::Time => LogValue::Time(double(text, output)?),
        Kind::Interval => LogValue::Interval(double(text, output)?),
        Kind::Port => port(text, output)?,
        Kind::Addr => LogValue::Addr(address(&unescape(text), output)),
        Kind::Subnet => subnet(text, output)?,
        Kind::File | Kind::Func | Kind::Set | Kind::Vector => {
            output.warning(format!("unsupported field format {} for {name}", kind.name()));
            return None;
        }
    })
}

/// `\x41` is a byte; everything else stands for itself.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        if let [b'\\', b'x', high, low, behind @ ..] = rest
            && let (Some(high), Some(low)) = (char::from(*high).to_digit(16), char::from(*low).to_digit(16))
        {
            out.push((high << 4 | low) as u8);
            rest = behind;
        } else {
            out.push(byte);
            rest = behind;
        }
    }
    out
}

/// Cuts a text behind the number it begins with, and says what is wrong with it. `length` is that of the number with
/// the blanks before it, 0 where there is none.
fn number_part<'t>(text: &'t [u8], length: usize, output: &mut Output) -> Option<&'t [u8]> {
    let (number, behind) = text.split_at_checked(length)?;
    if number.is_empty() {
        output.warning(match text {
            [] => "Got empty string for number field".to_owned(),
            _ => format!("String '{}' contained no parseable number", lossy(text)),
        });
        return None;
    }
    if !behind.is_empty() {
        output.warning(format!(
            "Number '{}' contained non-numeric trailing characters. Ignored trailing characters '{}'",
            lossy(text),
            lossy(behind)
        ));
    }
    Some(number)
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x0b).count()
}

/// The sign and digits of a whole number with blanks before it.
fn whole_number<'t>(text: &'t [u8], output: &mut Output) -> Option<(bool, &'t [u8])> {
    let start = blanks(text);
    let rest = text.get(start..)?;
    let sign = usize::from(matches!(rest, [b'+' | b'-', ..]));
    let digits = rest.iter().skip(sign).take_while(|byte| byte.is_ascii_digit()).count();
    let length = if digits == 0 { 0 } else { start + sign + digits };
    let number = number_part(text, length, output)?;
    Some((rest.first() == Some(&b'-'), number.get(start + sign..)?))
}

fn out_of_range<T>(text: &[u8], output: &mut Output) -> Option<T> {
    output.warning(format!("Number '{}' out of supported range.", lossy(text)));
    None
}

fn int(text: &[u8], output: &mut Output) -> Option<i64> {
    let (negative, digits) = whole_number(text, output)?;
    let number = digits.iter().try_fold(0i64, |sum, digit| {
        let digit = i64::from(digit - b'0');
        sum.checked_mul(10)?.checked_add(if negative { -digit } else { digit })
    });
    number.or_else(|| out_of_range(text, output))
}

/// A minus sign counts down from the end of the range, as in C.
fn count(text: &[u8], output: &mut Output) -> Option<u64> {
    let (negative, digits) = whole_number(text, output)?;
    let number = digits.iter().try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
    let number = number.or_else(|| out_of_range(text, output))?;
    Some(if negative { number.wrapping_neg() } else { number })
}

fn double(text: &[u8], output: &mut Output) -> Option<f64> {
    // No number is longer than what its letters, digits and signs make up; the longest such beginning is taken.
    let start = blanks(text);
    let may_belong =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'(' | b')' | b'_');
    let longest = text.iter().skip(start).take_while(may_belong).count().min(MAX_DOUBLE);
    let length =
        (1..=longest).rev().find(|length| parse_double(text.get(..start + length).unwrap_or_default()).is_some());
    let number = number_part(text, length.map_or(0, |length| start + length), output)?;
    let value = parse_double(number)?;
    let named = number.get(start..).unwrap_or_default().iter().any(|byte| matches!(byte, b'n' | b'N'));
    if value.is_infinite() && !named {
        return out_of_range(text, output);
    }
    Some(value)
}

/// No number is written with more letters than this.
const MAX_DOUBLE: usize = 400;

/// `80/tcp`, or a number alone, whose protocol stays unknown.
fn port(text: &[u8], output: &mut Output) -> Option<LogValue> {
    let slash = text.iter().position(|byte| *byte == b'/');
    let mut protocol = Protocol::Unknown;
    if let Some(name) = slash.and_then(|slash| text.get(slash + 1..)).filter(|name| !name.is_empty()) {
        match name.to_ascii_lowercase().as_slice() {
            b"tcp" => protocol = Protocol::Tcp,
            b"udp" => protocol = Protocol::Udp,
            b"icmp" => protocol = Protocol::Icmp,
            b"unknown" => {}
            _ => output.warning(format!("Port '{}' contained unknown protocol '{}'", lossy(text), lossy(name))),
        }
    }
    let number = slash.filter(|slash| *slash > 0).and_then(|slash| text.get(..slash)).unwrap_or(text);
    let number = count(number, output)?;
    Some(LogValue::Port(port_number(number), protocol))
}

/// Numbers that no port has become 0.
pub(super) fn port_number(number: u64) -> u16 {
    u16::try_from(number).unwrap_or_default()
}

/// The protocol that another column names.
pub(super) fn protocol(text: &[u8], output: &mut Output) -> Protocol {
    match text {
        b"tcp" => Protocol::Tcp,
        b"udp" => Protocol::Udp,
        b"icmp" => Protocol::Icmp,
        b"unknown" => Protocol::Unknown,
        _ => {
            output.error(format!("Tried to parse invalid/unknown protocol: {}", lossy(text)));
            Protocol::Unknown
        }
    }
}

fn subnet(text: &[u8], output: &mut Output) -> Option<LogValue> {
    let plain = unescape(text);
    let Some(slash) = plain.iter().position(|byte| *byte == b'/') else {
        output.warning(format!("Invalid value for subnet: {}", lossy(text)));
        return None;
    };
    let width = int(plain.get(slash + 1..).unwrap_or_default(), output)?;
    let address = address(plain.get(..slash).unwrap_or_default(), output);
    // One byte is all that Bro takes of the width.
    let net = Subnet::new(Address::new(address), width as u8);
    Some(LogValue::Subnet(net.prefix.0, net.width))
}

/// An address; what is none is an error, and stands as that of no host.
pub(super) fn address(text: &[u8], output: &mut Output) -> IpAddr {
    let parsed = std::str::from_utf8(text).ok();
    let is_v6 = text.contains(&b':');
    let found = if is_v6 {
        parsed.and_then(|text| text.parse::<Ipv6Addr>().ok()).map(IpAddr::V6)
    } else {
        parsed.and_then(short_address).map(IpAddr::V4)
    };
    let found = found.unwrap_or_else(|| {
        output.error(format!("Bad address: {}", lossy(text)));
        if is_v6 { IpAddr::V6(Ipv6Addr::UNSPECIFIED) } else { IpAddr::V4(Ipv4Addr::UNSPECIFIED) }
    });
    found.to_canonical()
}

/// An IPv4 address as C's `inet_aton` reads it: one to four numbers, of which the last fills what is left; they may be
/// octal or hexadecimal.
fn short_address(text: &str) -> Option<Ipv4Addr> {
    let mut parts: Vec<u32> = Vec::new();
    for part in text.split('.') {
        let (digits, radix) = match part.as_bytes() {
            [b'0', b'x' | b'X', ..] => (part.get(2..)?, 16),
            [b'0', _, ..] => (part.get(1..)?, 8),
            _ => (part, 10),
        };
        if digits.starts_with('+') {
            return None;
        }
        parts.push(u32::from_str_radix(digits, radix).ok()?);
    }
    let (last, firsts) = parts.split_last()?;
    let left = 4usize.checked_sub(firsts.len()).filter(|left| *left > 0)?;
    if firsts.iter().any(|part| *part > 255) || (left < 4 && *last >> (8 * left) != 0) {
        return None;
    }
    let high = firsts.iter().fold(0u32, |sum, part| sum << 8 | part);
    Some(Ipv4Addr::from(high.checked_shl(8 * left as u32).unwrap_or(0) | last))
}

#[cfg(test)]
mod tests {
    use super::{Format, short_address};
    use crate::input::output::{Message, Output};
    use crate::logging::{Kind, LogValue};
    use crate::value::Protocol;

    /// The value and what was said.
    fn parse(text: &str, kind: Kind, element: Option<Kind>) -> (Option<LogValue>, Vec<String>) {
        let format = Format { set_separator: b',', empty_field: b"(empty)".to_vec(), unset_field: b"-".to_vec() };
        let mut output = Output::default();
        let value = format.parse(text.as_bytes(), "f", kind, element, &mut output);
        let said = output.messages.into_iter().map(|message| match message {
            Message::Report(_, text) => text,
            other => format!("{other:?}"),
        });
        (value, said.collect())
    }

    fn good(text: &str, kind: Kind) -> LogValue {
        let (value, said) = parse(text, kind, None);
        assert_eq!(said, Vec::<String>::new());
        value.unwrap()
    }

    fn bad(text: &str, kind: Kind) -> String {
        let (value, said) = parse(text, kind, None);
        assert_eq!(value, None);
        said.join("|")
    }

    #[test]
    fn numbers() {
        assert_eq!(good(" -7", Kind::Int), LogValue::Int(-7));
        assert_eq!(good("-1", Kind::Count), LogValue::Count(u64::MAX));
        assert_eq!(good("1.5e3", Kind::Double), LogValue::Double(1500.0));
        assert_eq!(good("inf", Kind::Interval), LogValue::Interval(f64::INFINITY));
        assert_eq!(good("-", Kind::Int), LogValue::Unset);
        assert_eq!(bad("x", Kind::Int), "String 'x' contained no parseable number");
        assert_eq!(bad("", Kind::Double), "Got empty string for number field");
        assert_eq!(bad("99999999999999999999", Kind::Count), "Number '99999999999999999999' out of supported range.");
        assert_eq!(bad("1e999", Kind::Time), "Number '1e999' out of supported range.");
        let (value, said) = parse("12ab", Kind::Count, None);
        assert_eq!(value, Some(LogValue::Count(12)));
        let said = said.join("|");
        assert_eq!(said, "Number '12ab' contained non-numeric trailing characters. Ignored trailing characters 'ab'");
    }

    #[test]
    fn ports_may_name_their_protocol() {
        assert_eq!(good("80/TCP", Kind::Port), LogValue::Port(80, Protocol::Tcp));
        assert_eq!(good("80", Kind::Port), LogValue::Port(80, Protocol::Unknown));
        assert_eq!(bad("/tcp", Kind::Port), "String '/tcp' contained no parseable number");
        let (value, said) = parse("80/x", Kind::Port, None);
        assert_eq!(value, Some(LogValue::Port(80, Protocol::Unknown)));
        assert_eq!(said, ["Port '80/x' contained unknown protocol 'x'"]);
    }

    #[test]
    fn addresses() {
        assert_eq!(good("::ffff:1.2.3.4", Kind::Addr), LogValue::Addr("1.2.3.4".parse().unwrap()));
        assert_eq!(good("10.1.0.0/8", Kind::Subnet), LogValue::Subnet("10.0.0.0".parse().unwrap(), 8));
        assert_eq!(bad("10.0.0.0", Kind::Subnet), "Invalid value for subnet: 10.0.0.0");
        let (value, said) = parse("1.2.3.x", Kind::Addr, None);
        assert_eq!(value, Some(LogValue::Addr("0.0.0.0".parse().unwrap())));
        assert_eq!(said, ["Bad address: 1.2.3.x"]);
        assert_eq!(short_address("1.2"), Some([1, 0, 0, 2].into()));
        assert_eq!(short_address("0x7f000001"), Some([127, 0, 0, 1].into()));
        assert_eq!(short_address("1.2.3.256"), None);
        assert_eq!(short_address("1.2.3.4.5"), None);
    }

    #[test]
    fn sets_and_vectors() {
        let set = |text| parse(text, Kind::Set, Some(Kind::String));
        let text = |text: &str| LogValue::Text(text.into());
        assert_eq!(set("a,-,b").0, Some(LogValue::Set(vec![text("a"), LogValue::Unset, text("b")])));
        assert_eq!(set("(empty)").0, Some(LogValue::Set(Vec::new())));
        assert_eq!(set("a\\x2cb,").0, Some(LogValue::Set(vec![text("a,b"), text("")])));
        let (value, said) = parse("1,x", Kind::Vector, Some(Kind::Count));
        assert_eq!((value, said.len()), (None, 2));
    }
}
