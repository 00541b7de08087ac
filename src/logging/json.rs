//! Values as JSON: an object a line, without the fields that are not set.

use super::value::{Field, LogValue};
use crate::calendar::{local_time, strftime};
use crate::value::numbers::{address_text, double_text, subnet_text};
use crate::value::{Address, Subnet};

/// How times look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeFormat {
    Epoch,
    Milliseconds,
    Iso8601,
}

impl TimeFormat {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "JSON::TS_EPOCH" => TimeFormat::Epoch,
            "JSON::TS_MILLIS" => TimeFormat::Milliseconds,
            "JSON::TS_ISO8601" => TimeFormat::Iso8601,
            _ => return None,
        })
    }

    /// Writes an object. What could not be written is told.
    pub(super) fn object(self, out: &mut Vec<u8>, fields: &[Field], values: &[LogValue]) -> Vec<String> {
        let mut problems = Vec::new();
        out.push(b'{');
        for (field, value) in fields.iter().zip(values).filter(|(_, value)| value.is_set()) {
            if !matches!(out.last(), Some(b'{' | b',' | b'[')) {
                out.push(b',');
            }
            out.push(b'"');
            out.extend_from_slice(field.name.as_bytes());
            out.extend_from_slice(b"\":");
            self.value(out, value, &mut problems);
        }
        out.push(b'}');
        problems
    }

    fn value(self, out: &mut Vec<u8>, value: &LogValue, problems: &mut Vec<String>) {
        match value {
            LogValue::Set(elements) | LogValue::Vector(elements) => {
                out.push(b'[');
                for (place, element) in elements.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    self.simple(out, element, problems);
                }
                out.push(b']');
            }
            _ => self.simple(out, value, problems),
        }
    }

    fn simple(self, out: &mut Vec<u8>, value: &LogValue, problems: &mut Vec<String>) {
        let text = match value {
            LogValue::Unset | LogValue::Set(_) | LogValue::Vector(_) => return,
            LogValue::Bool(flag) => flag.to_string(),
            LogValue::Int(number) => number.to_string(),
            LogValue::Count(number) => limited(*number).unwrap_or_else(|| {
                problems.push(format!("count value too large for JSON: {number}"));
                "null".to_owned()
            }),
            LogValue::Port(number, _) => number.to_string(),
            LogValue::Addr(address) => format!("\"{}\"", address_text(Address(*address))),
            LogValue::Subnet(address, width) => {
                format!("\"{}\"", subnet_text(Subnet { prefix: Address(*address), width: *width }))
            }
            LogValue::Double(number) | LogValue::Interval(number) => double_text(*number),
            LogValue::Time(time) => self.time(*time, problems),
            LogValue::Text(text) => return string(out, text),
        };
        out.extend_from_slice(text.as_bytes());
    }

    fn time(self, time: f64, problems: &mut Vec<String>) -> String {
        match self {
            TimeFormat::Epoch => double_text(time),
            TimeFormat::Milliseconds => {
                let milliseconds = (time * 1000.0) as u64;
                limited(milliseconds).unwrap_or_else(|| {
                    problems.push(format!("time value too large for JSON milliseconds: {milliseconds}"));
                    "null".to_owned()
                })
            }
            TimeFormat::Iso8601 => {
                let Some(second) = local_time(&jiff::tz::TimeZone::UTC, time.floor()) else {
                    problems.push(format!("json formatter: failure getting time: ({time:.6})"));
                    return "\"2000-01-01T00:00:00.000000\"".to_owned();
                };
                let second = strftime(b"%Y-%m-%dT%H:%M:%S", &second);
                let fraction = time - time.floor();
                format!("\"{}.{:06.0}Z\"", String::from_utf8_lossy(&second), fraction * 1e6)
            }
        }
    }
}

/// JSON has no unsigned numbers of 64 bits.
fn limited(number: u64) -> Option<String> {
    i64::try_from(number).ok().filter(|number| *number < i64::MAX).map(|number| number.to_string())
}

fn string(out: &mut Vec<u8>, text: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for &byte in text {
        if !(b' '..=b'~').contains(&byte) || matches!(byte, b'"' | b'\'' | b'\\' | b'&') {
            out.extend_from_slice(b"\\u00");
            out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        } else {
            out.push(byte);
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::TimeFormat;
    use crate::logging::value::{Field, Kind, LogValue};

    fn object(format: TimeFormat, values: &[LogValue]) -> (String, Vec<String>) {
        let field = |name: &str| Field { name: name.into(), kind: Kind::Int, element: None, optional: false };
        let fields: Vec<Field> = ["a", "b", "c"].map(field).into();
        let mut out = Vec::new();
        let problems = format.object(&mut out, &fields, values);
        (String::from_utf8(out).unwrap(), problems)
    }

    #[test]
    fn what_is_not_set_is_left_out() {
        let values = [LogValue::Unset, LogValue::Count(1), LogValue::Bool(false)];
        assert_eq!(object(TimeFormat::Epoch, &values).0, r#"{"b":1,"c":false}"#);
        let values = [LogValue::Vector(vec![]), LogValue::Unset, LogValue::Text(b"'a\"\n&".to_vec())];
        assert_eq!(object(TimeFormat::Epoch, &values).0, r#"{"a":[],"c":"\u0027a\u0022\u000a\u0026"}"#);
    }

    #[test]
    fn times_in_three_ways() {
        let time = [LogValue::Time(1_300_475_167.096_535)];
        assert_eq!(object(TimeFormat::Epoch, &time).0, r#"{"a":1300475167.096535}"#);
        assert_eq!(object(TimeFormat::Milliseconds, &time).0, r#"{"a":1300475167096}"#);
        assert_eq!(object(TimeFormat::Iso8601, &time).0, r#"{"a":"2011-03-18T19:06:07.096535Z"}"#);
    }

    #[test]
    fn numbers_too_large_are_null() {
        let (text, problems) = object(TimeFormat::Epoch, &[LogValue::Count(u64::MAX)]);
        assert_eq!(text, r#"{"a":null}"#);
        assert_eq!(problems, ["count value too large for JSON: 18446744073709551615"]);
    }
}
