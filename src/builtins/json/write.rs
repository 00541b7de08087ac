//! Values as JSON.

use crate::pattern::Pattern;
use crate::types::Field;
use crate::value::describe::protocol_name;
use crate::value::{RecordObject, TableObject, Value};
use crate::vm::{Raise, Vm};

/// How deep values may nest.
const MAX_DEPTH: usize = 256;

pub(super) struct Style<'s> {
    /// Of records only fields with the attribute `&log`.
    pub(super) only_loggable: bool,
    /// What is cut off the names of fields.
    pub(super) escape: &'s Pattern,
    /// Intervals as seconds, otherwise as text.
    pub(super) interval_as_double: bool,
}

pub(super) fn to_json(vm: &mut Vm, value: &Value, style: &Style<'_>) -> Result<Vec<u8>, Raise> {
    let mut writer = Writer { vm, style, out: Vec::new() };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct Writer<'w> {
    vm: &'w mut Vm,
    style: &'w Style<'w>,
    out: Vec<u8>,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Raise> {
        if depth > MAX_DEPTH || self.out.len() > super::super::results::MAX_STRING {
            return Err(Raise::error("value is nested too deep or too large for JSON"));
        }
        match value {
            Value::Bool(flag) => self.raw(if *flag { "true" } else { "false" }),
            Value::Int(number) => self.raw(&number.to_string()),
            Value::Count(number) => self.raw(&number.to_string()),
            Value::Double(number) | Value::Time(number) => self.raw(&double(*number)),
            Value::Interval(seconds) if self.style.interval_as_double => self.raw(&double(*seconds)),
            Value::Port(number, protocol) => {
                self.raw(&format!("{{\"port\":{number},\"proto\":\"{}\"}}", protocol_name(*protocol)));
            }
            Value::Addr4(_)
            | Value::Addr6(_)
            | Value::Subnet4(..)
            | Value::Subnet6(_)
            | Value::Pattern(_)
            | Value::Interval(_) => self.string(&value.to_text()),
            Value::String(_) | Value::Enum(..) | Value::File(_) | Value::Func(_) => {
                self.string(&printable(&value.to_text()));
            }
            Value::Table(table) => self.table(table, depth)?,
            Value::Record(record) => self.record(record, depth)?,
            Value::Vector(vector) => {
                let elements = vector.with(<[Value]>::to_vec);
                self.array(&elements, depth)?;
            }
            Value::List(values) => self.array(values, depth)?,
            Value::Opaque(object) => {
                self.raw("{\"opaque_type\":");
                self.string(object.ty.to_string().trim_start_matches("opaque of ").as_bytes());
                self.raw("}");
            }
            Value::Unset | Value::Type(_) | Value::Iterator(_) => self.raw("null"),
        }
        Ok(())
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn array(&mut self, values: &[Value], depth: usize) -> Result<(), Raise> {
        self.raw("[");
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                self.raw(",");
            }
            self.value(value, depth + 1)?;
        }
        self.raw("]");
        Ok(())
    }

    fn table(&mut self, table: &TableObject, depth: usize) -> Result<(), Raise> {
        let is_set = table.is_set();
        self.raw(if is_set { "[" } else { "{" });
        for (place, (key, value)) in table.snapshot().into_iter().enumerate() {
            if place > 0 {
                self.raw(",");
            }
            let key = match &key[..] {
                [single] => single.clone(),
                _ => Value::List(key.into()),
            };
            if is_set {
                self.value(&key, depth + 1)?;
                continue;
            }
            // An index is written as JSON of its own first, and that text is the name.
            let out = std::mem::take(&mut self.out);
            self.value(&key, depth + 1)?;
            let name = std::mem::replace(&mut self.out, out);
            self.string(if is_string(&key) { name.get(1..name.len() - 1).unwrap_or_default() } else { &name });
            self.raw(":");
            self.value(&value, depth + 1)?;
        }
        self.raw(if is_set { "]" } else { "}" });
        Ok(())
    }

    fn record(&mut self, record: &RecordObject, depth: usize) -> Result<(), Raise> {
        let fields = record.record_type().map(|ty| ty.with_fields(<[Field]>::to_vec)).unwrap_or_default();
        self.raw("{");
        let mut first = true;
        for (offset, field) in (0..).zip(fields) {
            if self.style.only_loggable && !field.log {
                continue;
            }
            let value = match (record.get(offset), field.default) {
                (Value::Unset, Some(default)) => self.vm.thunk(default)?,
                (value, _) => value,
            };
            if !value.is_set() {
                continue;
            }
            if !std::mem::take(&mut first) {
                self.raw(",");
            }
            let name = field.name.as_str().as_bytes();
            let escape = self.style.escape;
            if escape.matches_anywhere(name) {
                self.string(&escape.substitute(name, b"", false));
            } else {
                self.string(name);
            }
            self.raw(":");
            self.value(&value, depth + 1)?;
        }
        self.raw("}");
        Ok(())
    }

    fn string(&mut self, text: &[u8]) {
        self.out.push(b'"');
        for &byte in text {
            match byte {
                b'"' | b'\\' => self.out.extend([b'\\', byte]),
                0x08 => self.raw("\\b"),
                0x0c => self.raw("\\f"),
                b'\n' => self.raw("\\n"),
                b'\r' => self.raw("\\r"),
                b'\t' => self.raw("\\t"),
                0..0x20 => self.raw(&format!("\\u{byte:04X}")),
                _ => self.out.push(byte),
            }
        }
        self.out.push(b'"');
    }
}

/// Whether a value of this kind becomes a string.
fn is_string(value: &Value) -> bool {
    !matches!(
        value,
        Value::Bool(_)
            | Value::Int(_)
            | Value::Count(_)
            | Value::Double(_)
            | Value::Time(_)
            | Value::Port(..)
            | Value::Table(_)
            | Value::Record(_)
            | Value::Vector(_)
            | Value::List(_)
            | Value::Opaque(_)
    )
}

/// A double with as many digits as it takes to read it back, in the form of `RapidJSON`; what is no number is `null`.
pub(super) fn double(number: f64) -> String {
    /// Digits in front of the point at most, and zeros behind it at most, without an exponent.
    const PLAIN: std::ops::RangeInclusive<i32> = -6..=20;
    if !number.is_finite() {
        return "null".to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    if PLAIN.contains(&power) {
        let text = format!("{number}");
        return if text.contains('.') { text } else { format!("{text}.0") };
    }
    format!("{digits}e{power}")
}

/// Text as Zeek hands it to JSON: control characters as `\x07`, and where there is such a character or anything that is
/// not UTF-8, every byte beyond ASCII as well.
fn printable(text: &[u8]) -> Vec<u8> {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t'..=b'\r');
    if text.iter().all(is_plain) {
        return text.to_vec();
    }
    let is_fine = |character: char| {
        let code = u32::from(character);
        let is_special = matches!(code, 0x80..=0x9f | 0xe000..=0xf8ff | 0xfff0..=0xffff);
        if character.is_ascii() { is_plain(&(code as u8)) } else { !is_special }
    };
    if std::str::from_utf8(text).is_ok_and(|text| text.chars().all(is_fine)) {
        return text.to_vec();
    }
    let mut escaped = Vec::with_capacity(text.len() * 2);
    for byte in text {
        if is_plain(byte) {
            escaped.push(*byte);
        } else {
            escaped.extend(format!("\\x{byte:02x}").bytes());
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{double, printable};

    #[test]
    fn doubles_as_rapidjson_writes_them() {
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (3.0, "3.0"),
            (0.1, "0.1"),
            (1_299_470_395.25, "1299470395.25"),
            (1e20, "100000000000000000000.0"),
            (1e21, "1e21"),
            (1.5e300, "1.5e300"),
            (0.000_001, "0.000001"),
            (0.000_000_1, "1e-7"),
            (f64::NAN, "null"),
            (f64::INFINITY, "null"),
        ] {
            assert_eq!(double(number), text);
        }
    }

    #[test]
    fn what_cannot_be_shown_is_escaped() {
        assert_eq!(printable("ä\n".as_bytes()), "ä\n".as_bytes());
        assert_eq!(printable("ä\x07".as_bytes()), b"\\xc3\\xa4\\x07");
        assert_eq!(printable(b"a\xff"), b"a\\xff");
        assert_eq!(printable("\u{fffd}".as_bytes()), b"\\xef\\xbf\\xbd");
    }
}
