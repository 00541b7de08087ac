//! Records of logs that are sent together: one message of many, put into bytes record by record.
//!
//! The same could be built as a [`Message`](super::Message) and encoded; this keeps no copy of each record in parts.

use super::DataType;
use super::log::{LogType, LogValue, encode_record};
use super::message::{BATCH, LOG_WRITE, VERSION};
use super::reader::{put_text, put_varying};

/// Where one record belongs.
#[derive(Clone, Copy, Debug)]
pub struct LogPlace<'a> {
    /// `Conn::LOG`
    pub stream: &'a [u8],
    /// `Log::WRITER_ASCII`
    pub writer: &'a [u8],
    pub path: &'a [u8],
}

/// A batch that grows.
#[derive(Clone, Debug, Default)]
pub struct LogBatch {
    bytes: Vec<u8>,
    count: usize,
    record: Vec<u8>,
}

impl LogBatch {
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Adds a record, whose values are of the types of the columns.
    pub fn push(&mut self, place: LogPlace<'_>, types: impl ExactSizeIterator<Item = LogType>, values: &[LogValue]) {
        self.record.clear();
        encode_record(types, values, &mut self.record);
        let out = &mut self.bytes;
        put_head(LOG_WRITE, 4, out);
        for (ty, text) in [
            (DataType::Enum, place.stream),
            (DataType::Enum, place.writer),
            (DataType::String, place.path),
            (DataType::String, self.record.as_slice()),
        ] {
            out.push(ty as u8);
            put_text(text, out);
        }
        self.count += 1;
    }

    /// Adds all records of another one, in their order.
    pub fn append(&mut self, mut other: LogBatch) {
        self.bytes.append(&mut other.bytes);
        self.count += other.count;
    }

    /// The payload of an envelope with all records, after which there are none.
    pub fn take(&mut self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes.len() + 32);
        put_head(BATCH, self.count, &mut out);
        out.append(&mut self.bytes);
        self.count = 0;
        out
    }
}

/// What stands before the fields of a message.
fn put_head(kind: u64, fields: usize, out: &mut Vec<u8>) {
    out.push(DataType::Vector as u8);
    put_varying(3, out);
    for number in [VERSION, kind] {
        out.push(DataType::Count as u8);
        out.extend_from_slice(&number.to_be_bytes());
    }
    out.push(DataType::Vector as u8);
    put_varying(fields, out);
}
