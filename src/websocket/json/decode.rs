//! Texts as messages.

use std::collections::{BTreeMap, BTreeSet};

use super::reader::{Kind, Number, Reader};
use super::{DecodeError, texts, type_name};
use crate::wire::{Data, DataType, RESERVED, Real};

/// What a client says.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// `None` where the text has none, or one that is no string.
    pub topic: Option<Vec<u8>>,
    pub data: Data,
}

/// Reads one message. What else stands in the object is skipped.
pub fn decode(text: &[u8]) -> Result<Message, DecodeError> {
    let mut reader = Reader::new(text);
    if reader.kind()? != Kind::Object {
        reader.skip_value()?;
        reader.end()?;
        return Err(DecodeError::NotAnObject);
    }
    let mut topic = None;
    let data = object(&mut reader, |reader, key| {
        if key != b"topic" || topic.is_some() {
            return reader.skip_value();
        }
        topic = Some(match reader.kind()? {
            Kind::String => Some(reader.string()?).filter(|topic| topic != RESERVED),
            _ => {
                reader.skip_value()?;
                None
            }
        });
        Ok(())
    })?;
    reader.end()?;
    Ok(Message { topic: topic.flatten(), data })
}

/// Why a text is no list of subscriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsubscribable {
    NotAnArray,
    NotAString,
}

/// Reads the first message of a client: an array of prefixes of topics.
pub fn decode_subscriptions(text: &[u8]) -> Result<BTreeSet<Vec<u8>>, Unsubscribable> {
    let mut reader = Reader::new(text);
    let (mut prefixes, mut strings) = (BTreeSet::new(), true);
    let is_array = reader.kind() == Ok(Kind::Array);
    let read = reader.array(|reader| {
        if reader.kind()? != Kind::String {
            strings = false;
            return reader.skip_value();
        }
        prefixes.insert(reader.string()?);
        Ok(())
    });
    if !is_array || read.and_then(|()| reader.end()).is_err() {
        return Err(Unsubscribable::NotAnArray);
    }
    if strings { Ok(prefixes) } else { Err(Unsubscribable::NotAString) }
}

fn no_data<T>(at: usize, reason: impl Into<String>) -> Result<T, DecodeError> {
    Err(DecodeError::NoData { at, reason: reason.into() })
}

/// Reads the object of a value; `other` reads what else stands in it. Of a key that stands there twice the first counts.
fn object(
    reader: &mut Reader<'_>,
    mut other: impl FnMut(&mut Reader<'_>, &[u8]) -> Result<(), DecodeError>,
) -> Result<Data, DecodeError> {
    let start = reader.at();
    let mut ty = None;
    let mut data = None;
    // Where the value is, if it stands before its type.
    let mut skipped = None;
    reader.object(|reader, key| match key {
        b"@data-type" if ty.is_none() => {
            ty = Some(data_type(reader)?);
            Ok(())
        }
        b"data" if data.is_none() && skipped.is_none() => match ty {
            Some(ty) => {
                data = Some(value(reader, ty)?);
                Ok(())
            }
            None => {
                skipped = Some(reader.at());
                reader.skip_value()
            }
        },
        _ => other(reader, key),
    })?;
    let Some(ty) = ty else { return no_data(start, "there is no @data-type") };
    if let Some(skipped) = skipped {
        let end = reader.at();
        reader.go_to(skipped);
        data = Some(value(reader, ty)?);
        reader.go_to(end);
    }
    match data {
        Some(data) => Ok(data),
        None if ty == DataType::None => Ok(Data::None),
        None => no_data(start, "there is no data"),
    }
}

fn data_type(reader: &mut Reader<'_>) -> Result<DataType, DecodeError> {
    let at = reader.at();
    if reader.kind()? != Kind::String {
        return no_data(at, "@data-type is no string");
    }
    let name = reader.string()?;
    let known = (0..).map_while(DataType::from_number).find(|ty| type_name(*ty).as_bytes() == name);
    known.map_or_else(|| no_data(at, format!("@data-type \"{}\" is unknown", String::from_utf8_lossy(&name))), Ok)
}

/// Reads what is behind `data`, where the type is known.
fn value(reader: &mut Reader<'_>, ty: DataType) -> Result<Data, DecodeError> {
    let at = reader.at();
    let kind = reader.kind()?;
    let wanted = match ty {
        DataType::None => {
            reader.skip_value()?;
            return Ok(Data::None);
        }
        DataType::Bool => Kind::Bool,
        DataType::Count | DataType::Integer | DataType::Real => Kind::Number,
        DataType::Set | DataType::Table | DataType::Vector => Kind::Array,
        _ => Kind::String,
    };
    if kind != wanted {
        return no_data(at, format!("data of type {} is {}, not {}", type_name(ty), wanted.name(), kind.name()));
    }
    match ty {
        DataType::None => Ok(Data::None),
        DataType::Bool => reader.bool().map(Data::Bool),
        DataType::Count => match reader.number()? {
            Number::Whole(number) => Ok(Data::Count(number)),
            _ => no_data(at, "a count is a whole number that is not negative"),
        },
        DataType::Integer => match reader.number()? {
            Number::Whole(number) if i64::try_from(number).is_ok() => Ok(Data::Integer(number as i64)),
            Number::Negative(number) => Ok(Data::Integer(number)),
            _ => no_data(at, "an integer is a whole number of 64 bits"),
        },
        DataType::Real => match reader.number()? {
            Number::Real(number) => Ok(Data::Real(Real(number))),
            _ => no_data(at, "a real number has a point or an exponent"),
        },
        DataType::String => reader.string().map(Data::String),
        DataType::Enum => reader.string().map(Data::Enum),
        DataType::Address => text(reader, ty, texts::address),
        DataType::Subnet => text(reader, ty, texts::subnet),
        DataType::Port => text(reader, ty, texts::port),
        DataType::Timestamp => text(reader, ty, texts::timestamp),
        DataType::Timespan => text(reader, ty, texts::timespan),
        DataType::Vector => {
            let mut elements = Vec::new();
            reader.array(|reader| {
                elements.push(element(reader)?);
                Ok(())
            })?;
            Ok(Data::Vector(elements))
        }
        DataType::Set => {
            let mut elements = BTreeSet::new();
            reader.array(|reader| {
                let at = reader.at();
                if elements.insert(element(reader)?) { Ok(()) } else { no_data(at, "the set has this element already") }
            })?;
            Ok(Data::Set(elements))
        }
        DataType::Table => {
            let mut entries = BTreeMap::new();
            reader.array(|reader| {
                let at = reader.at();
                let (key, value) = entry(reader)?;
                match entries.insert(key, value) {
                    None => Ok(()),
                    Some(_) => no_data(at, "the table has this key already"),
                }
            })?;
            Ok(Data::Table(entries))
        }
    }
}

/// A value inside another one.
fn element(reader: &mut Reader<'_>) -> Result<Data, DecodeError> {
    match reader.kind()? {
        Kind::Object => object(reader, |reader, _| reader.skip_value()),
        kind => no_data(reader.at(), format!("a value is an object with @data-type and data, not {}", kind.name())),
    }
}

fn entry(reader: &mut Reader<'_>) -> Result<(Data, Data), DecodeError> {
    let start = reader.at();
    if reader.kind()? != Kind::Object {
        return no_data(start, "an entry of a table is an object with key and value");
    }
    let (mut found_key, mut found_value) = (None, None);
    reader.object(|reader, key| {
        let place = match key {
            b"key" => &mut found_key,
            b"value" => &mut found_value,
            _ => return reader.skip_value(),
        };
        if place.is_some() {
            return reader.skip_value();
        }
        *place = Some(element(reader)?);
        Ok(())
    })?;
    match (found_key, found_value) {
        (Some(key), Some(value)) => Ok((key, value)),
        _ => no_data(start, "an entry of a table has a key and a value"),
    }
}

/// A string that is something else.
fn text(reader: &mut Reader<'_>, ty: DataType, parse: fn(&str) -> Option<Data>) -> Result<Data, DecodeError> {
    let at = reader.at();
    let text = reader.string()?;
    let data = std::str::from_utf8(&text).ok().and_then(parse);
    data.map_or_else(|| no_data(at, format!("\"{}\" is no {}", String::from_utf8_lossy(&text), type_name(ty))), Ok)
}

#[cfg(test)]
mod tests {
    use super::{Unsubscribable, decode, decode_subscriptions};
    use crate::wire::Data;

    fn error(text: &str) -> String {
        decode(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn the_order_of_keys_does_not_matter() {
        let message =
            decode(br#"{"data":[{"data":1,"@data-type":"count"}],"x":[{}],"topic":"t","@data-type":"vector"}"#);
        let message = message.unwrap();
        assert_eq!((message.topic.as_deref(), message.data), (Some(&b"t"[..]), Data::Vector(vec![Data::Count(1)])));
        // The first of two counts.
        let twice = decode(br#"{"@data-type":"count","@data-type":"real","data":1,"data":2.0,"topic":5,"topic":"t"}"#);
        assert_eq!(twice.map(|message| (message.topic, message.data)), Ok((None, Data::Count(1))));
    }

    #[test]
    fn errors_say_what_is_wrong_and_where() {
        assert_eq!(error("hello{"), "no JSON: a value expected at byte 0");
        assert_eq!(error("{\"a\":1"), "no JSON: a comma or the end of an object expected at byte 6");
        assert_eq!(error("[1,2]"), "a message is an object");
        assert_eq!(error("{}"), "there is no @data-type (at byte 0)");
        assert_eq!(error(r#"{"@data-type":"foo","data":[]}"#), "@data-type \"foo\" is unknown (at byte 14)");
        assert_eq!(
            error(r#"{"@data-type":"vector","data":[{"@data-type":"count","data":"1"}]}"#),
            "data of type count is a number, not a string (at byte 60)"
        );
        assert_eq!(
            error(r#"{"@data-type":"vector","data":[1]}"#),
            "a value is an object with @data-type and data, not a number (at byte 31)"
        );
        assert_eq!(error(r#"{"@data-type":"timespan","data":"1d"}"#), "\"1d\" is no timespan (at byte 32)");
        assert_eq!(error(r#"{"@data-type":"count"}"#), "there is no data (at byte 0)");
        assert_eq!(
            error(r#"{"@data-type":"table","data":[{"key":{"@data-type":"count","data":1}}]}"#),
            "an entry of a table has a key and a value (at byte 30)"
        );
    }

    #[test]
    fn subscriptions_are_an_array_of_strings() {
        let read = |text: &str| decode_subscriptions(text.as_bytes());
        assert_eq!(read(r#" ["b", "a", "b"] "#), Ok([b"a".to_vec(), b"b".to_vec()].into()));
        assert_eq!(read("[]").map(|prefixes| prefixes.len()), Ok(0));
        for text in ["", "{}", "5", "[", "[\"a\"", "[\"a\"] x", "[1,"] {
            assert_eq!(read(text), Err(Unsubscribable::NotAnArray), "{text}");
        }
        assert_eq!(read("[1]"), Err(Unsubscribable::NotAString));
    }
}
