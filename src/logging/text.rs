//! Values as the text of a log: one line of columns, what cannot be told apart otherwise escaped.

use super::value::LogValue;
use crate::value::numbers::{address_text, double_text, subnet_text};
use crate::value::{Address, Subnet};

/// What stands between and in place of values.
#[derive(Clone, Debug)]
pub(super) struct Separators {
    pub(super) separator: Vec<u8>,
    pub(super) set_separator: Vec<u8>,
    pub(super) empty_field: Vec<u8>,
    pub(super) unset_field: Vec<u8>,
}

impl Separators {
    /// Writes a line of values, without its end.
    pub(super) fn line(&self, out: &mut Vec<u8>, values: &[LogValue]) {
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                out.extend_from_slice(&self.separator);
            }
            self.value(out, value);
        }
    }

    /// Writes one value.
    pub(super) fn value(&self, out: &mut Vec<u8>, value: &LogValue) {
        match value {
            LogValue::Set(elements) | LogValue::Vector(elements) => self.elements(out, elements),
            _ => self.simple(out, value, &[&self.separator]),
        }
    }

    /// Writes the elements of a set or vector.
    pub(super) fn elements(&self, out: &mut Vec<u8>, elements: &[LogValue]) {
        if elements.is_empty() {
            return escape(out, &self.empty_field, &[&self.separator]);
        }
        for (place, element) in elements.iter().enumerate() {
            if place > 0 {
                out.extend_from_slice(&self.set_separator);
            }
            self.simple(out, element, &[&self.separator, &self.set_separator]);
        }
    }

    fn simple(&self, out: &mut Vec<u8>, value: &LogValue, special: &[&[u8]]) {
        let text = match value {
            LogValue::Unset | LogValue::Set(_) | LogValue::Vector(_) => return escape(out, &self.unset_field, special),
            LogValue::Bool(flag) => (if *flag { "T" } else { "F" }).to_owned(),
            LogValue::Int(number) => number.to_string(),
            LogValue::Count(number) => number.to_string(),
            LogValue::Double(number) => plain_double(*number),
            LogValue::Time(number) | LogValue::Interval(number) => fixed_double(*number),
            LogValue::Port(number, _) => number.to_string(),
            LogValue::Addr(address) => address_text(Address(*address)),
            LogValue::Subnet(address, width) => subnet_text(Subnet { prefix: Address(*address), width: *width }),
            LogValue::Text(text) => return self.text(out, text, special),
        };
        escape(out, text.as_bytes(), special);
    }

    fn text(&self, out: &mut Vec<u8>, text: &[u8], special: &[&[u8]]) {
        let Some((first, rest)) = text.split_first() else { return escape(out, &self.empty_field, special) };
        // A text that reads as the mark for something unset or empty must not be taken for it.
        if text == self.unset_field || text == self.empty_field {
            hex(out, *first);
            escape(out, rest, special);
        } else {
            escape(out, text, special);
        }
    }
}

/// `\x0a`
pub(super) fn hex(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.extend([b'\\', b'x', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
}

/// Writes text with what is not printable, the backslash and the special texts escaped.
pub(super) fn escape(out: &mut Vec<u8>, text: &[u8], special: &[&[u8]]) {
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        let length = if !(b' '..=b'~').contains(&byte) || byte == b'\\' {
            1
        } else {
            special.iter().find(|special| !special.is_empty() && rest.starts_with(special)).map_or(0, |text| text.len())
        };
        if length == 0 {
            out.push(byte);
            rest = behind;
            continue;
        }
        let (escaped, behind) = rest.split_at_checked(length).unwrap_or((rest, b""));
        for byte in escaped {
            if *byte == b'\\' {
                out.extend_from_slice(b"\\\\");
            } else {
                hex(out, *byte);
            }
        }
        rest = behind;
    }
}

/// The text of a header: only blanks and what is not printable are escaped.
pub(super) fn escape_header(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in text {
        if byte.is_ascii_graphic() {
            out.push(*byte);
        } else {
            hex(&mut out, *byte);
        }
    }
    out
}

/// Always six digits behind the point, as times and intervals are logged.
fn fixed_double(number: f64) -> String {
    let text = double_text(number);
    if text.contains('e') || !number.is_finite() {
        return text;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}.{fraction:0<6}")
}

/// As `print` shows it, but never with an exponent.
fn plain_double(number: f64) -> String {
    let text = double_text(number);
    if !text.contains('e') {
        return text;
    }
    // Bro loses the sign of large numbers here no more than anywhere else.
    let digits = format!("{number:.6}");
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    if number.round_ties_even() == number { format!("{digits}.0") } else { digits.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Separators, escape_header, fixed_double, plain_double};
    use crate::logging::value::LogValue;
    use crate::value::Protocol;

    fn separators(separator: &str) -> Separators {
        Separators {
            separator: separator.into(),
            set_separator: b",".to_vec(),
            empty_field: b"(empty)".to_vec(),
            unset_field: b"-".to_vec(),
        }
    }

    fn text(value: &LogValue) -> String {
        let mut out = Vec::new();
        separators("\t").value(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    fn string(text: &str) -> LogValue {
        LogValue::Text(text.into())
    }

    #[test]
    fn values() {
        assert_eq!(text(&LogValue::Unset), "-");
        assert_eq!(text(&LogValue::Bool(true)), "T");
        assert_eq!(text(&LogValue::Time(1_300_000_000.25)), "1300000000.250000");
        assert_eq!(text(&LogValue::Interval(-0.5)), "-0.500000");
        assert_eq!(text(&LogValue::Double(3.0)), "3.0");
        assert_eq!(text(&LogValue::Port(53, Protocol::Udp)), "53");
        assert_eq!(text(&LogValue::Subnet("2001:db8::".parse().unwrap(), 32)), "2001:db8::/32");
        assert_eq!(text(&string("")), "(empty)");
        assert_eq!(text(&string("-")), "\\x2d");
        assert_eq!(text(&string("(empty)")), "\\x28empty)");
        assert_eq!(text(&string("a\tb\\c\n\u{e9}")), "a\\x09b\\\\c\\x0a\\xc3\\xa9");
    }

    #[test]
    fn elements_escape_what_separates_them() {
        assert_eq!(text(&LogValue::Set(vec![string("a,b"), string(""), LogValue::Count(1)])), "a\\x2cb,(empty),1");
        assert_eq!(text(&LogValue::Vector(vec![LogValue::Unset, string("-")])), "-,\\x2d");
        assert_eq!(text(&LogValue::Vector(Vec::new())), "(empty)");
        assert_eq!(text(&string("a,b")), "a,b");
    }

    #[test]
    fn any_text_can_separate() {
        let mut out = Vec::new();
        separators("||").line(&mut out, &[string("a||b|c"), LogValue::Count(2)]);
        assert_eq!(out, b"a\\x7c\\x7cb|c||2");
        assert_eq!(escape_header(b"\t|"), b"\\x09|");
    }

    #[test]
    fn doubles() {
        assert_eq!(fixed_double(0.1), "0.100000");
        assert_eq!(fixed_double(1e10), "1.000000e+10");
        assert_eq!(plain_double(1e10), "10000000000.0");
        assert_eq!(plain_double(4e9 + 0.5), "4000000000.5");
        assert_eq!(plain_double(0.25), "0.25");
    }
}
