//! What peers send each other once they are peers, one envelope a frame.
//!
//! The payload stays as it is: whoever only passes an envelope on need not look into it.

use super::handshake::{self, Filter};
use super::reader::Reader;
use super::{DecodeError, EndpointId};

/// The topic of everything that has no topic of its own.
pub const RESERVED: &[u8] = b"<$>";

/// Stands in every envelope; nobody counts it down.
const TIME_TO_LIVE: u16 = 16;

/// A topic longer than this cannot be sent.
pub const MAX_TOPIC: usize = u16::MAX as usize;

/// What the payload of an envelope is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// One value of Broker's data.
    Data = 1,
    /// A command of a data store.
    Command = 2,
    /// The filter of the sender, in full.
    RoutingUpdate = 3,
    Ping = 4,
    Pong = 5,
}

/// An envelope whose topic and payload lie in somebody else's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The last hop.
    pub sender: EndpointId,
    /// Nil where the topic says who gets it.
    pub receiver: EndpointId,
    pub kind: Kind,
    pub topic: &'a [u8],
    pub payload: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Appends the envelope, without the length of its frame. Of a topic longer than [`MAX_TOPIC`] the rest is left out;
    /// whoever publishes refuses such topics.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let topic = self.topic.get(..MAX_TOPIC).unwrap_or(self.topic);
        out.extend_from_slice(&self.sender.0);
        out.extend_from_slice(&self.receiver.0);
        out.push(self.kind as u8);
        out.extend_from_slice(&TIME_TO_LIVE.to_be_bytes());
        out.extend_from_slice(&(topic.len() as u16).to_be_bytes());
        out.extend_from_slice(topic);
        out.extend_from_slice(self.payload);
    }

    /// Reads what a frame holds.
    pub fn decode(frame: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(frame);
        let sender = EndpointId::read(&mut reader)?;
        let receiver = EndpointId::read(&mut reader)?;
        let kind = match reader.u8()? {
            1 => Kind::Data,
            2 => Kind::Command,
            3 => Kind::RoutingUpdate,
            4 => Kind::Ping,
            5 => Kind::Pong,
            number => return Err(DecodeError::UnknownType(number)),
        };
        let _time_to_live = reader.u16()?;
        let length = reader.u16()?;
        let topic = reader.bytes(usize::from(length))?;
        Ok(Envelope { sender, receiver, kind, topic, payload: reader.rest() })
    }
}

/// The payload of a routing update.
pub fn encode_filter(filter: &Filter) -> Vec<u8> {
    let mut out = Vec::new();
    handshake::put_filter(filter, &mut out);
    out
}

/// The filter in a routing update. Unlike anything else in an envelope, a malformed one brings a Zeek down, so none that
/// does not read to its end is ever passed on.
pub fn decode_filter(payload: &[u8]) -> Result<Filter, DecodeError> {
    let mut reader = Reader::new(payload);
    let filter = handshake::filter(&mut reader)?;
    reader.end()?;
    Ok(filter)
}
