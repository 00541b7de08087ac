//! What crosses the wire: frames, the messages of the handshake, envelopes, Broker's data, and what Zeek and data stores
//! say in them. Plain owned data and its encodings: no script values, no I/O.

mod binary;
mod command;
mod data;
mod envelope;
mod error_code;
mod event;
mod frame;
mod glance;
mod handshake;
mod id;
mod log;
mod log_batch;
mod message;
mod reader;
mod text;

#[cfg(test)]
mod tests;

pub use binary::{DecodeError, decode, encode};
pub use command::{Command, CommandBody};
pub use data::{Data, DataType, Real};
pub use envelope::{Envelope, Kind, MAX_TOPIC, RESERVED, decode_filter, encode_filter};
pub use error_code::ErrorCode;
pub use event::{Argument, EventReader, put_event, put_metadata, put_string, put_vector};
pub use frame::{Frames, MAX_ENVELOPE, MAX_HANDSHAKE, TooLong, put_frame};
pub use glance::Glance;
pub use handshake::{Fault, Filter, Handshake, VERSION};
pub use id::{EndpointId, EntityId, NotAnId};
pub use log::{LogKind, LogType, LogValue, RecordError, decode_record, encode_record};
pub use log_batch::{LogBatch, LogPlace};
pub use message::{Event, Invalid, LogCreate, LogField, Message, NETWORK_TIMESTAMP};
