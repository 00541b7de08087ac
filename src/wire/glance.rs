//! What a message is and what it is about, read from its first bytes: those who watch messages pass need no more, and
//! most of a log or a batch lies behind.

use super::DataType;
use super::message::{BATCH, EVENT, IDENTIFIER_UPDATE, LOG_CREATE, LOG_WRITE, VERSION};
use super::reader::Reader;

/// A message, of which the rest may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glance<'a> {
    /// With the name of the event.
    Event(&'a [u8]),
    /// With the stream.
    Log(&'a [u8]),
    /// With the name of the global.
    Identifier(&'a [u8]),
    /// So many messages.
    Batch(usize),
}

impl<'a> Glance<'a> {
    /// `None` where it is something else.
    pub fn at(payload: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(payload);
        if vector(&mut reader)? != 3 || count(&mut reader)? != VERSION {
            return None;
        }
        let kind = count(&mut reader)?;
        let fields = vector(&mut reader)?;
        Some(match kind {
            EVENT => Glance::Event(text(&mut reader, DataType::String)?),
            LOG_CREATE | LOG_WRITE => Glance::Log(text(&mut reader, DataType::Enum)?),
            IDENTIFIER_UPDATE => Glance::Identifier(text(&mut reader, DataType::String)?),
            BATCH => Glance::Batch(fields),
            _ => return None,
        })
    }
}

fn is_next(reader: &mut Reader<'_>, ty: DataType) -> Option<()> {
    (reader.u8().ok()? == ty as u8).then_some(())
}

fn vector(reader: &mut Reader<'_>) -> Option<usize> {
    is_next(reader, DataType::Vector)?;
    reader.count(1).ok()
}

fn count(reader: &mut Reader<'_>) -> Option<u64> {
    is_next(reader, DataType::Count)?;
    reader.u64().ok()
}

fn text<'a>(reader: &mut Reader<'a>, ty: DataType) -> Option<&'a [u8]> {
    is_next(reader, ty)?;
    reader.text().ok()
}

#[cfg(test)]
mod tests {
    use super::Glance;
    use crate::wire::{Command, CommandBody};
    use crate::wire::{Data, EndpointId, EntityId, Event, Message, encode};

    fn bytes(data: &Data) -> Vec<u8> {
        let mut out = Vec::new();
        encode(data, &mut out);
        out
    }

    #[test]
    fn messages_are_told_apart_by_their_beginnings() {
        let event = Message::Event(Event { name: b"e".to_vec(), arguments: Vec::new(), metadata: None });
        let text = |text: &str| text.as_bytes().to_vec();
        let log = Message::LogWrite { stream: text("S"), writer: text("W"), path: text("p"), record: text("r") };
        let update = Message::IdentifierUpdate { name: text("g"), value: Data::Count(1) };
        let batch = Message::Batch(vec![event.clone(), log.clone()]);
        for (message, glance) in [
            (event, Glance::Event(b"e")),
            (log, Glance::Log(b"S")),
            (update, Glance::Identifier(b"g")),
            (batch, Glance::Batch(2)),
        ] {
            let bytes = bytes(&message.into_data());
            assert_eq!(Glance::at(&bytes), Some(glance));
            // The first three elements are needed, and the first of the third.
            assert_eq!(Glance::at(&bytes[..20]), None);
        }
        for other in [Data::None, Data::string("e"), Data::Vector(vec![Data::Count(2), Data::Count(1), Data::None])] {
            assert_eq!(Glance::at(&bytes(&other)), None, "{other:?}");
        }
    }

    #[test]
    fn commands_have_the_names_of_their_numbers() {
        let entity = || EntityId { endpoint: EndpointId([7; 16]), object: 3 };
        for (body, name) in [
            (CommandBody::Put { key: Data::None, value: Data::None, expiry: None, publisher: entity() }, "put"),
            (CommandBody::Clear { publisher: entity() }, "clear"),
            (CommandBody::RetransmitFailed { sequence: 1 }, "retransmit_failed"),
        ] {
            let mut bytes = Vec::new();
            Command { sequence: 1, sender: entity(), receiver: entity(), body }.encode(&mut bytes);
            assert_eq!(Command::name_in(&bytes), Some(name));
            assert_eq!(Command::name_in(&bytes[..40]), None);
        }
    }
}
