//! The messages by which two endpoints agree to be peers, one a frame.
//!
//! A message is checked as a whole before anyone acts on it. What is wrong with it is data, because the other side is
//! told: see [`Fault::code`] and [`Fault::text`].

use super::reader::{Reader, put_text, put_varying};
use super::{DecodeError, EndpointId, ErrorCode};

/// `ZEEK`
const MAGIC: u32 = 0x5a45_454b;

/// The only version of the protocol there is.
pub const VERSION: u8 = 1;

/// Prefixes of the topics that an endpoint wants.
pub type Filter = Vec<Vec<u8>>;

const HELLO: u8 = 6;
const PROBE: u8 = 7;
const VERSION_SELECT: u8 = 8;
const DROP_CONNECTION: u8 = 9;
const ORIGINATOR_SYN: u8 = 10;
const RESPONDER_SYN_ACK: u8 = 11;
const ORIGINATOR_ACK: u8 = 12;

/// A message of the handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handshake {
    Hello {
        sender: EndpointId,
        versions: (u8, u8),
    },
    /// Shows the connector that there is a listener; nobody acts on it.
    Probe,
    VersionSelect {
        sender: EndpointId,
        version: u8,
    },
    DropConnection {
        sender: EndpointId,
        code: ErrorCode,
        text: Vec<u8>,
    },
    OriginatorSyn(Filter),
    ResponderSynAck(Filter),
    OriginatorAck,
}

/// What is wrong with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    UnknownTag(u8),
    /// With the name of the message that it should have been.
    Malformed(&'static str),
    WrongMagic,
    VersionsOffered(u8, u8),
    VersionSelected(u8),
    /// A refusal with a code that nobody knows, and its text.
    UnknownCode(u8, Vec<u8>),
}

impl Fault {
    /// The code with which the connection is refused.
    pub fn code(&self) -> ErrorCode {
        match self {
            Fault::UnknownTag(_) | Fault::Malformed(_) => ErrorCode::InvalidMessage,
            Fault::WrongMagic => ErrorCode::WrongMagicNumber,
            Fault::VersionsOffered(..) | Fault::VersionSelected(_) => ErrorCode::PeerIncompatible,
            Fault::UnknownCode(..) => ErrorCode::Unspecified,
        }
    }

    /// What the other side is told, in Broker's words.
    pub fn text(&self) -> Vec<u8> {
        match self {
            Fault::UnknownTag(_) => b"invalid message type tag".to_vec(),
            Fault::Malformed(message) => format!("failed to parse {message}").into_bytes(),
            Fault::WrongMagic => b"wrong magic number".to_vec(),
            Fault::VersionsOffered(..) => b"unsupported versions offered".to_vec(),
            Fault::VersionSelected(_) => b"unsupported version selected".to_vec(),
            Fault::UnknownCode(_, text) => text.clone(),
        }
    }
}

impl Handshake {
    /// Appends the message, without the length of its frame.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let signed = |out: &mut Vec<u8>, tag: u8, sender: &EndpointId| {
            out.push(tag);
            out.extend_from_slice(&MAGIC.to_be_bytes());
            out.extend_from_slice(&sender.0);
        };
        match self {
            Handshake::Hello { sender, versions: (least, most) } => {
                signed(out, HELLO, sender);
                out.extend_from_slice(&[*least, *most]);
            }
            Handshake::Probe => {
                out.push(PROBE);
                out.extend_from_slice(&MAGIC.to_be_bytes());
            }
            Handshake::VersionSelect { sender, version } => {
                signed(out, VERSION_SELECT, sender);
                out.push(*version);
            }
            Handshake::DropConnection { sender, code, text } => {
                signed(out, DROP_CONNECTION, sender);
                out.push(*code as u8);
                put_text(text, out);
            }
            Handshake::OriginatorSyn(filter) => {
                out.push(ORIGINATOR_SYN);
                put_filter(filter, out);
            }
            Handshake::ResponderSynAck(filter) => {
                out.push(RESPONDER_SYN_ACK);
                put_filter(filter, out);
            }
            Handshake::OriginatorAck => out.push(ORIGINATOR_ACK),
        }
    }

    /// Reads what a frame holds. Bytes behind the last field do not matter.
    pub fn decode(payload: &[u8]) -> Result<Self, Fault> {
        let mut reader = Reader::new(payload);
        let tag = reader.u8().map_err(|_| Fault::UnknownTag(0))?;
        let name = match tag {
            HELLO => "hello_msg",
            PROBE => "probe_msg",
            VERSION_SELECT => "version_select_msg",
            DROP_CONNECTION => "drop_conn_msg",
            ORIGINATOR_SYN => "v1::originator_syn_msg",
            RESPONDER_SYN_ACK => "v1::responder_syn_ack_msg",
            ORIGINATOR_ACK => return Ok(Handshake::OriginatorAck),
            unknown => return Err(Fault::UnknownTag(unknown)),
        };
        fields(tag, &mut reader).unwrap_or(Err(Fault::Malformed(name)))
    }
}

fn fields(tag: u8, reader: &mut Reader<'_>) -> Result<Result<Handshake, Fault>, DecodeError> {
    match tag {
        ORIGINATOR_SYN => return Ok(Ok(Handshake::OriginatorSyn(filter(reader)?))),
        RESPONDER_SYN_ACK => return Ok(Ok(Handshake::ResponderSynAck(filter(reader)?))),
        _ => {}
    }
    // The fields are read to their end first: a message that is cut is malformed, whatever its magic.
    let magic = reader.u32()?;
    let message = match tag {
        PROBE => Ok(Handshake::Probe),
        HELLO => {
            let sender = EndpointId::read(reader)?;
            match (reader.u8()?, reader.u8()?) {
                (least, most) if (least..=most).contains(&VERSION) => {
                    Ok(Handshake::Hello { sender, versions: (least, most) })
                }
                (least, most) => Err(Fault::VersionsOffered(least, most)),
            }
        }
        VERSION_SELECT => {
            let sender = EndpointId::read(reader)?;
            match reader.u8()? {
                VERSION => Ok(Handshake::VersionSelect { sender, version: VERSION }),
                version => Err(Fault::VersionSelected(version)),
            }
        }
        _ => {
            let sender = EndpointId::read(reader)?;
            let number = reader.u8()?;
            let text = reader.text()?.to_vec();
            match ErrorCode::from_number(number) {
                Some(code) => Ok(Handshake::DropConnection { sender, code, text }),
                None => Err(Fault::UnknownCode(number, text)),
            }
        }
    };
    Ok(if magic == MAGIC { message } else { Err(Fault::WrongMagic) })
}

pub(super) fn put_filter(filter: &Filter, out: &mut Vec<u8>) {
    put_varying(filter.len(), out);
    filter.iter().for_each(|prefix| put_text(prefix, out));
}

pub(super) fn filter(reader: &mut Reader<'_>) -> Result<Filter, DecodeError> {
    let mut filter = Vec::new();
    for _ in 0..reader.count(1)? {
        filter.push(reader.text()?.to_vec());
    }
    Ok(filter)
}
