//! Broker's data as JSON, in the form that Zeek's WebSocket servers call `v1`.
//!
//! Every value is an object of its type and what it is; in a message these two stand next to the topic:
//!
//! ```json
//! {"type":"data-message","topic":"zeek/event/my/","@data-type":"count","data":42}
//! ```
//!
//! Whatever a text holds, reading it gives data or an error.

mod decode;
mod encode;
mod reader;
mod texts;

use std::fmt;

pub use decode::{Message, Unsubscribable, decode, decode_subscriptions};
pub use encode::{Dialect, encode_ack, encode_error, encode_message};

use crate::wire::DataType;

/// Why a text is no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// It is no JSON: what was expected at which byte.
    Malformed { at: usize, expected: &'static str },
    /// It is JSON, but no object.
    NotAnObject,
    /// It is JSON, but no data: what is wrong, in the value that begins at which byte.
    NoData { at: usize, reason: String },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Malformed { at, expected } => write!(f, "no JSON: {expected} expected at byte {at}"),
            DecodeError::NotAnObject => f.write_str("a message is an object"),
            DecodeError::NoData { at, reason } => write!(f, "{reason} (at byte {at})"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The word for a type in JSON.
fn type_name(ty: DataType) -> &'static str {
    match ty {
        DataType::Enum => "enum-value",
        _ => ty.name(),
    }
}
