//! What crosses the wire: Broker's data, plain and owned, and its encodings. No script values, no I/O.

mod binary;
mod data;
mod text;

pub use binary::{DecodeError, decode, encode};
pub use data::{Data, DataType, Real};
