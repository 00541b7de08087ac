//! Events written and read as they lie in their bytes, without data in between.
//!
//! Most of what nodes say to each other are events with a few numbers and strings. What is written here is what
//! [`super::Message`] would have encoded; what is read here is read by [`super::Message`] in the same way, and whatever
//! is out of the ordinary is left to it.

use super::binary::{decode_inside, encode, real_from};
use super::reader::{Reader, put_text, put_varying};
use super::{Data, DataType, DecodeError, Real};

/// A message: a vector of three, the version, and that it is an event.
const HEAD: [u8; 20] = [14, 3, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1];

/// The message, its content, and the arguments are containers around each argument.
const CONTAINERS: u32 = 3;

const STRING: u8 = DataType::String as u8;
const VECTOR: u8 = DataType::Vector as u8;

/// Appends an event up to its arguments, each of which is to follow, and then [`put_metadata`] where there is any.
pub fn put_event(name: &[u8], arguments: usize, has_metadata: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(&HEAD);
    put_vector(if has_metadata { 3 } else { 2 }, out);
    put_string(name, out);
    put_vector(arguments, out);
}

/// Appends what goes with an event.
pub fn put_metadata(metadata: &[(u64, Data)], out: &mut Vec<u8>) {
    put_vector(metadata.len(), out);
    for (number, value) in metadata {
        put_vector(2, out);
        encode(&Data::Count(*number), out);
        encode(value, out);
    }
}

/// Appends a string.
pub fn put_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(STRING);
    put_text(text, out);
}

/// Appends a vector up to its elements, which are to follow.
pub fn put_vector(elements: usize, out: &mut Vec<u8>) {
    out.push(VECTOR);
    put_varying(elements, out);
}

/// An argument of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument<'a> {
    Bool(bool),
    Count(u64),
    Integer(i64),
    Real(f64),
    String(&'a [u8]),
    Timestamp(i64),
    Timespan(i64),
    Other(Data),
}

impl Argument<'_> {
    pub fn into_data(self) -> Data {
        match self {
            Argument::Bool(flag) => Data::Bool(flag),
            Argument::Count(number) => Data::Count(number),
            Argument::Integer(number) => Data::Integer(number),
            Argument::Real(number) => Data::Real(Real(number)),
            Argument::String(text) => Data::string(text),
            Argument::Timestamp(time) => Data::Timestamp(time),
            Argument::Timespan(time) => Data::Timespan(time),
            Argument::Other(data) => data,
        }
    }
}

/// An ordinary event: one without metadata, or with none in its list.
#[derive(Clone, Debug)]
pub struct EventReader<'a> {
    pub name: &'a [u8],
    /// How many arguments it has.
    pub arguments: usize,
    reader: Reader<'a>,
    has_metadata: bool,
}

impl<'a> EventReader<'a> {
    /// `None` where it is something else.
    pub fn new(payload: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(payload.strip_prefix(&HEAD)?);
        let fields = vector(&mut reader)?;
        if !matches!(fields, 2 | 3) || reader.u8().ok()? != STRING {
            return None;
        }
        let name = reader.text().ok()?;
        let arguments = vector(&mut reader)?;
        Some(EventReader { name, arguments, reader, has_metadata: fields == 3 })
    }

    /// The next argument.
    pub fn next_argument(&mut self) -> Result<Argument<'a>, DecodeError> {
        let mut reader = self.reader;
        let argument = match reader.u8()? {
            1 => Argument::Bool(reader.u8()? != 0),
            2 => Argument::Count(reader.u64()?),
            3 => Argument::Integer(reader.i64()?),
            4 => Argument::Real(real_from(reader.u64()?)),
            STRING => Argument::String(reader.text()?),
            9 => Argument::Timestamp(reader.i64()?),
            10 => Argument::Timespan(reader.i64()?),
            _ => {
                reader = self.reader;
                Argument::Other(decode_inside(&mut reader, CONTAINERS)?)
            }
        };
        self.reader = reader;
        Ok(argument)
    }

    /// Whether all there is has been read.
    pub fn is_at_end(mut self) -> bool {
        let metadata = if self.has_metadata { vector(&mut self.reader) } else { Some(0) };
        metadata == Some(0) && self.reader.end().is_ok()
    }
}

fn vector(reader: &mut Reader<'_>) -> Option<usize> {
    (reader.u8().ok()? == VECTOR).then_some(())?;
    reader.count(1).ok()
}

#[cfg(test)]
mod tests {
    use super::{Argument, EventReader, put_event, put_metadata, put_string};
    use crate::wire::{Data, Event, Message, Real, encode};

    fn message(arguments: &[Data], metadata: Option<Vec<(u64, Data)>>) -> Vec<u8> {
        let mut out = Vec::new();
        let event = Event { name: b"e".to_vec(), arguments: arguments.to_vec(), metadata };
        encode(&Message::Event(event).into_data(), &mut out);
        out
    }

    fn some() -> Vec<Data> {
        let vector = Data::Vector(vec![Data::None, Data::Count(1)]);
        vec![
            Data::string("x"),
            Data::Bool(true),
            Data::Count(7),
            Data::Integer(-7),
            Data::Real(Real(f64::NEG_INFINITY)),
            Data::Timestamp(5),
            Data::Timespan(-5),
            Data::Port(80, 1),
            vector,
        ]
    }

    #[test]
    fn an_event_is_written_as_its_message_is() {
        for metadata in [None, Some(Vec::new()), Some(vec![(1, Data::Timestamp(3)), (9, Data::Count(1))])] {
            let mut out = Vec::new();
            put_event(b"e", 9, metadata.is_some(), &mut out);
            put_string(b"x", &mut out);
            some().iter().skip(1).for_each(|data| encode(data, &mut out));
            metadata.iter().for_each(|metadata| put_metadata(metadata, &mut out));
            assert_eq!(out, message(&some(), metadata));
        }
    }

    #[test]
    fn an_event_is_read_as_it_was_written() {
        for metadata in [None, Some(Vec::new())] {
            let bytes = message(&some(), metadata);
            let mut event = EventReader::new(&bytes).unwrap();
            assert_eq!((event.name, event.arguments), (&b"e"[..], 9));
            let arguments: Vec<Data> = (0..9).map(|_| event.next_argument().unwrap().into_data()).collect();
            assert_eq!(arguments, some());
            assert!(event.is_at_end());
            let mut event = EventReader::new(&bytes).unwrap();
            assert_eq!(event.next_argument(), Ok(Argument::String(b"x")));
            assert!(!event.is_at_end());
        }
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_alone() {
        let with_time = message(&[], Some(vec![(1, Data::Timestamp(3))]));
        assert!(!EventReader::new(&with_time).unwrap().is_at_end());
        let mut longer = message(&[], None);
        longer.push(0);
        assert!(!EventReader::new(&longer).unwrap().is_at_end());
        let whole = message(&some(), None);
        for end in 0..whole.len() {
            let read = EventReader::new(&whole[..end]).is_some_and(|mut event| {
                (0..event.arguments).all(|_| event.next_argument().is_ok()) && event.is_at_end()
            });
            assert!(!read, "cut at {end}");
        }
        let update = Message::IdentifierUpdate { name: b"x".to_vec(), value: Data::None };
        let mut bytes = Vec::new();
        encode(&update.into_data(), &mut bytes);
        assert!(EventReader::new(&bytes).is_none());
    }
}
