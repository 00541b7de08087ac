//! Messages as texts.

use super::{texts, type_name};
use crate::wire::Data;

/// How data that JSON has no form for is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// As JSON, so that every client can read it: control characters are escaped, bytes that are no UTF-8 stand as
    /// `\xff` as in logs, infinity is a number beyond all others, and what is no number is null.
    #[default]
    Json,
    /// As Zeek does, which is no JSON then: bytes as they are, `\v`, `inf` and `nan`.
    Zeek,
}

/// A message with data for a topic.
pub fn encode_message(topic: &[u8], data: &Data, dialect: Dialect) -> Vec<u8> {
    let mut out = Writer { out: Vec::new(), dialect };
    out.raw(br#"{"type":"data-message","topic":"#);
    out.string(topic);
    out.raw(b",");
    out.members(data);
    out.raw(b"}");
    out.out
}

/// The answer to subscriptions.
pub fn encode_ack(endpoint: &str, version: &str) -> Vec<u8> {
    control(&[("type", "ack"), ("endpoint", endpoint), ("version", version)])
}

/// The answer to what cannot be taken. The detail is more than Zeek says.
pub fn encode_error(code: &str, context: &str, detail: Option<&str>) -> Vec<u8> {
    let mut members = vec![("type", "error"), ("code", code), ("context", context)];
    members.extend(detail.map(|detail| ("detail", detail)));
    control(&members)
}

fn control(members: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Writer { out: Vec::new(), dialect: Dialect::Json };
    for (place, (key, value)) in members.iter().enumerate() {
        out.raw(if place == 0 { b"{" } else { b"," });
        out.string(key.as_bytes());
        out.raw(b":");
        out.string(value.as_bytes());
    }
    out.raw(b"}");
    out.out
}

struct Writer {
    out: Vec<u8>,
    dialect: Dialect,
}

impl Writer {
    fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    fn value(&mut self, data: &Data) {
        self.raw(b"{");
        self.members(data);
        self.raw(b"}");
    }

    /// The type and the value, without the object around them.
    fn members(&mut self, data: &Data) {
        self.raw(br#""@data-type":""#);
        self.raw(type_name(data.data_type()).as_bytes());
        self.raw(br#"","data":"#);
        match data {
            Data::None => self.raw(b"{}"),
            Data::Bool(flag) => self.raw(if *flag { b"true" } else { b"false" }),
            Data::Count(number) => self.raw(number.to_string().as_bytes()),
            Data::Integer(number) => self.raw(number.to_string().as_bytes()),
            Data::Real(number) => self.real(number.0),
            Data::String(text) | Data::Enum(text) => self.string(text),
            Data::Address(_) | Data::Subnet(..) | Data::Port(..) => {
                self.raw(b"\"");
                self.raw(&data.to_text());
                self.raw(b"\"");
            }
            Data::Timestamp(nanoseconds) => self.quoted(&texts::timestamp_text(*nanoseconds)),
            Data::Timespan(nanoseconds) => self.quoted(&texts::timespan_text(*nanoseconds)),
            Data::Vector(elements) => self.array(elements, Self::value),
            Data::Set(elements) => self.array(elements, Self::value),
            Data::Table(entries) => self.array(entries, |out, (key, value)| {
                out.raw(br#"{"key":"#);
                out.value(key);
                out.raw(br#","value":"#);
                out.value(value);
                out.raw(b"}");
            }),
        }
    }

    fn array<T>(&mut self, elements: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.raw(b"[");
        for (place, element) in elements.into_iter().enumerate() {
            if place > 0 {
                self.raw(b",");
            }
            write(self, element);
        }
        self.raw(b"]");
    }

    fn real(&mut self, number: f64) {
        let sign = if number.is_sign_negative() { "-" } else { "" };
        let text = match self.dialect {
            _ if number.is_finite() => format!("{number:.6}"),
            Dialect::Zeek if number.is_nan() => format!("{sign}nan"),
            Dialect::Zeek => format!("{sign}inf"),
            Dialect::Json if number.is_nan() => "null".to_owned(),
            Dialect::Json => format!("{sign}1e999"),
        };
        self.raw(text.as_bytes());
    }

    /// A text that has nothing to be escaped.
    fn quoted(&mut self, text: &str) {
        self.raw(b"\"");
        self.raw(text.as_bytes());
        self.raw(b"\"");
    }

    fn string(&mut self, text: &[u8]) {
        self.raw(b"\"");
        match self.dialect {
            Dialect::Zeek => self.characters(text),
            Dialect::Json => {
                for chunk in text.utf8_chunks() {
                    self.characters(chunk.valid().as_bytes());
                    for byte in chunk.invalid() {
                        self.raw(format!("\\\\x{byte:02x}").as_bytes());
                    }
                }
            }
        }
        self.raw(b"\"");
    }

    fn characters(&mut self, text: &[u8]) {
        for byte in text {
            let escape: &[u8] = match byte {
                b'\\' => br"\\",
                b'"' => br#"\""#,
                8 => br"\b",
                12 => br"\f",
                b'\n' => br"\n",
                b'\r' => br"\r",
                b'\t' => br"\t",
                11 if self.dialect == Dialect::Zeek => br"\v",
                0..0x20 if self.dialect == Dialect::Json => {
                    self.raw(format!("\\u{byte:04x}").as_bytes());
                    continue;
                }
                byte => std::slice::from_ref(byte),
            };
            self.raw(escape);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, encode_ack, encode_error, encode_message};
    use crate::wire::{Data, Real};

    #[test]
    fn what_json_has_no_form_for_is_json_all_the_same() {
        let data = Data::Vector(vec![
            Data::string(b"\x00\x0b\x1f\x7f \xc3\xbc \xff\xc3"),
            Data::Real(Real(f64::NEG_INFINITY)),
            Data::Real(Real(f64::NAN)),
        ]);
        let text = String::from_utf8(encode_message(b"\xff\n", &data, Dialect::Json)).unwrap();
        assert_eq!(
            text,
            "{\"type\":\"data-message\",\"topic\":\"\\\\xff\\n\",\"@data-type\":\"vector\",\"data\":[\
             {\"@data-type\":\"string\",\"data\":\"\\u0000\\u000b\\u001f\x7f ü \\\\xff\\\\xc3\"},\
             {\"@data-type\":\"real\",\"data\":-1e999},{\"@data-type\":\"real\",\"data\":null}]}"
        );
        let plain = Data::string("plain");
        assert_eq!(encode_message(b"t", &plain, Dialect::Json), encode_message(b"t", &plain, Dialect::Zeek));
    }

    #[test]
    fn answers_have_their_members_in_order() {
        assert_eq!(encode_ack("id", "1"), br#"{"type":"ack","endpoint":"id","version":"1"}"#);
        let error = encode_error("c", "x \"y\"", Some("z"));
        assert_eq!(error, br#"{"type":"error","code":"c","context":"x \"y\"","detail":"z"}"#);
    }
}
