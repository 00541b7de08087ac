//! What the master and the clones of a data store say to each other, the payload of an envelope of its own kind.
//!
//! Actions change a store and are numbered, so that a gap shows; everything else keeps the two channels between a master
//! and its clone going.

use super::binary::{decode_next, encode};
use super::reader::{Reader, put_varying};
use super::{Data, DataType, DecodeError, EntityId};

/// A command with its place in the channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The number of an action, or 0. `AckClone` repeats its offset here.
    pub sequence: u64,
    pub sender: EntityId,
    /// Nil where it is for everyone.
    pub receiver: EntityId,
    pub body: CommandBody,
}

/// What is to be done. Times are nanoseconds from when the command arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandBody {
    Put {
        key: Data,
        value: Data,
        expiry: Option<i64>,
        publisher: EntityId,
    },
    PutUnique {
        key: Data,
        value: Data,
        expiry: Option<i64>,
        who: EntityId,
        request: u64,
        publisher: EntityId,
    },
    PutUniqueResult {
        inserted: bool,
        who: EntityId,
        request: u64,
        publisher: EntityId,
    },
    Erase {
        key: Data,
        publisher: EntityId,
    },
    Expire {
        key: Data,
        publisher: EntityId,
    },
    /// `initial` is the type of what an absent key counts as.
    Add {
        key: Data,
        value: Data,
        initial: DataType,
        expiry: Option<i64>,
        publisher: EntityId,
    },
    Subtract {
        key: Data,
        value: Data,
        expiry: Option<i64>,
        publisher: EntityId,
    },
    Clear {
        publisher: EntityId,
    },
    /// A clone will write, from behind the offset on.
    AttachWriter {
        offset: u64,
        heartbeat: u16,
    },
    /// How far the sender has come.
    Keepalive {
        sequence: u64,
    },
    /// Everything up to here has arrived.
    CumulativeAck {
        sequence: u64,
    },
    /// These did not arrive; `[0]` asks for everything.
    Nack {
        sequences: Vec<u64>,
    },
    /// All of a store, as it is at the offset.
    AckClone {
        offset: u64,
        heartbeat: u16,
        state: Vec<(Data, Data)>,
    },
    /// The action of this number is gone for good.
    RetransmitFailed {
        sequence: u64,
    },
}

/// What Broker calls them, by their numbers.
const NAMES: [&str; 14] = [
    "put",
    "put_unique",
    "put_unique_result",
    "erase",
    "expire",
    "add",
    "subtract",
    "clear",
    "attach_writer",
    "keepalive",
    "cumulative_ack",
    "nack",
    "ack_clone",
    "retransmit_failed",
];

impl Command {
    /// What Broker calls the command in a payload, of which only that is looked at.
    pub fn name_in(payload: &[u8]) -> Option<&'static str> {
        let mut reader = Reader::new(payload);
        reader.u64().ok()?;
        EntityId::read(&mut reader).ok()?;
        EntityId::read(&mut reader).ok()?;
        NAMES.get(usize::from(reader.u8().ok()?)).copied()
    }

    /// Appends the payload of the envelope.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.sequence.to_be_bytes());
        self.sender.write(out);
        self.receiver.write(out);
        self.body.encode(out);
    }

    /// Reads the payload of an envelope. Bytes behind the last field do not matter.
    pub fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(payload);
        Ok(Command {
            sequence: reader.u64()?,
            sender: EntityId::read(&mut reader)?,
            receiver: EntityId::read(&mut reader)?,
            body: CommandBody::decode(&mut reader)?,
        })
    }
}

impl CommandBody {
    fn encode(&self, out: &mut Vec<u8>) {
        let number = |out: &mut Vec<u8>, number: u64| out.extend_from_slice(&number.to_be_bytes());
        match self {
            CommandBody::Put { key, value, expiry, publisher } => {
                out.push(0);
                encode(key, out);
                encode(value, out);
                put_span(*expiry, out);
                publisher.write(out);
            }
            CommandBody::PutUnique { key, value, expiry, who, request, publisher } => {
                out.push(1);
                encode(key, out);
                encode(value, out);
                put_span(*expiry, out);
                who.write(out);
                number(out, *request);
                publisher.write(out);
            }
            CommandBody::PutUniqueResult { inserted, who, request, publisher } => {
                out.extend_from_slice(&[2, u8::from(*inserted)]);
                who.write(out);
                number(out, *request);
                publisher.write(out);
            }
            CommandBody::Erase { key, publisher } => {
                out.push(3);
                encode(key, out);
                publisher.write(out);
            }
            CommandBody::Expire { key, publisher } => {
                out.push(4);
                encode(key, out);
                publisher.write(out);
            }
            CommandBody::Add { key, value, initial, expiry, publisher } => {
                out.push(5);
                encode(key, out);
                encode(value, out);
                out.push(*initial as u8);
                put_span(*expiry, out);
                publisher.write(out);
            }
            CommandBody::Subtract { key, value, expiry, publisher } => {
                out.push(6);
                encode(key, out);
                encode(value, out);
                put_span(*expiry, out);
                publisher.write(out);
            }
            CommandBody::Clear { publisher } => {
                out.push(7);
                publisher.write(out);
            }
            CommandBody::AttachWriter { offset, heartbeat } => {
                out.push(8);
                number(out, *offset);
                out.extend_from_slice(&heartbeat.to_be_bytes());
            }
            CommandBody::Keepalive { sequence } => {
                out.push(9);
                number(out, *sequence);
            }
            CommandBody::CumulativeAck { sequence } => {
                out.push(10);
                number(out, *sequence);
            }
            CommandBody::Nack { sequences } => {
                out.push(11);
                put_varying(sequences.len(), out);
                sequences.iter().for_each(|sequence| number(out, *sequence));
            }
            CommandBody::AckClone { offset, heartbeat, state } => {
                out.push(12);
                number(out, *offset);
                out.extend_from_slice(&heartbeat.to_be_bytes());
                put_varying(state.len(), out);
                for (key, value) in state {
                    encode(key, out);
                    encode(value, out);
                }
            }
            CommandBody::RetransmitFailed { sequence } => {
                out.push(13);
                number(out, *sequence);
            }
        }
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match reader.u8()? {
            0 => CommandBody::Put {
                key: decode_next(reader)?,
                value: decode_next(reader)?,
                expiry: span(reader)?,
                publisher: EntityId::read(reader)?,
            },
            1 => CommandBody::PutUnique {
                key: decode_next(reader)?,
                value: decode_next(reader)?,
                expiry: span(reader)?,
                who: EntityId::read(reader)?,
                request: reader.u64()?,
                publisher: EntityId::read(reader)?,
            },
            2 => CommandBody::PutUniqueResult {
                inserted: reader.u8()? != 0,
                who: EntityId::read(reader)?,
                request: reader.u64()?,
                publisher: EntityId::read(reader)?,
            },
            3 => CommandBody::Erase { key: decode_next(reader)?, publisher: EntityId::read(reader)? },
            4 => CommandBody::Expire { key: decode_next(reader)?, publisher: EntityId::read(reader)? },
            5 => CommandBody::Add {
                key: decode_next(reader)?,
                value: decode_next(reader)?,
                initial: reader.u8().and_then(|number| DataType::from_number(number).ok_or(DecodeError::OutOfRange))?,
                expiry: span(reader)?,
                publisher: EntityId::read(reader)?,
            },
            6 => CommandBody::Subtract {
                key: decode_next(reader)?,
                value: decode_next(reader)?,
                expiry: span(reader)?,
                publisher: EntityId::read(reader)?,
            },
            7 => CommandBody::Clear { publisher: EntityId::read(reader)? },
            8 => CommandBody::AttachWriter { offset: reader.u64()?, heartbeat: reader.u16()? },
            9 => CommandBody::Keepalive { sequence: reader.u64()? },
            10 => CommandBody::CumulativeAck { sequence: reader.u64()? },
            11 => {
                let count = reader.count(size_of::<u64>())?;
                CommandBody::Nack { sequences: (0..count).map(|_| reader.u64()).collect::<Result<_, _>>()? }
            }
            12 => {
                let (offset, heartbeat) = (reader.u64()?, reader.u16()?);
                let mut state = Vec::new();
                for _ in 0..reader.count(2)? {
                    state.push((decode_next(reader)?, decode_next(reader)?));
                }
                CommandBody::AckClone { offset, heartbeat, state }
            }
            13 => CommandBody::RetransmitFailed { sequence: reader.u64()? },
            number => return Err(DecodeError::UnknownType(number)),
        })
    }
}

fn put_span(span: Option<i64>, out: &mut Vec<u8>) {
    out.push(u8::from(span.is_some()));
    if let Some(span) = span {
        out.extend_from_slice(&span.to_be_bytes());
    }
}

fn span(reader: &mut Reader<'_>) -> Result<Option<i64>, DecodeError> {
    match reader.u8()? {
        0 => Ok(None),
        _ => reader.i64().map(Some),
    }
}
