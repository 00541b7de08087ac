//! Records of logs: their values, and the format in which they travel.
//!
//! The format is not that of Broker's data but an older one: a number of values, and each with the number of its type,
//! one for its elements that says nothing, and whether it is there at all. What is read is held against the columns that
//! were announced: bytes that would bring a Zeek down, or a value of another type, are an error and nothing more.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::DecodeError;
use super::reader::Reader;
use crate::syntax::ast::Protocol;

/// The kind of a column, or of the elements of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogKind {
    Bool,
    Int,
    Count,
    Double,
    Time,
    Interval,
    String,
    Enum,
    Port,
    Addr,
    Subnet,
    File,
    Func,
    Set,
    Vector,
}

/// The kinds with the numbers and names that Zeek's types have.
const KINDS: [(LogKind, u32, &str); 15] = [
    (LogKind::Bool, 1, "bool"),
    (LogKind::Int, 2, "int"),
    (LogKind::Count, 3, "count"),
    (LogKind::Double, 4, "double"),
    (LogKind::Time, 5, "time"),
    (LogKind::Interval, 6, "interval"),
    (LogKind::String, 7, "string"),
    (LogKind::Enum, 9, "enum"),
    (LogKind::Port, 10, "port"),
    (LogKind::Addr, 11, "addr"),
    (LogKind::Subnet, 12, "subnet"),
    (LogKind::Set, 14, "set"),
    (LogKind::Func, 17, "func"),
    (LogKind::File, 18, "file"),
    (LogKind::Vector, 19, "vector"),
];

impl LogKind {
    fn row(self) -> (u32, &'static str) {
        KINDS.iter().find(|(kind, ..)| *kind == self).map_or((0, ""), |(_, number, name)| (*number, name))
    }

    /// The number of the type.
    pub fn number(self) -> u32 {
        self.row().0
    }

    /// The kind with a type's number; `None` where such values are not logged.
    pub fn from_number(number: u64) -> Option<Self> {
        KINDS.iter().find(|(_, known, _)| u64::from(*known) == number).map(|(kind, ..)| *kind)
    }

    /// The name of the type.
    pub fn name(self) -> &'static str {
        self.row().1
    }
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogType {
    pub kind: LogKind,
    /// For sets and vectors: the kind of their elements, which is none of these two.
    pub element: Option<LogKind>,
}

/// A value of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum LogValue {
    #[default]
    Unset,
    Bool(bool),
    Int(i64),
    Count(u64),
    Double(f64),
    Time(f64),
    Interval(f64),
    /// Strings, the names of enum values and files, and functions as they print.
    Text(Vec<u8>),
    Port(u16, Protocol),
    Addr(IpAddr),
    /// With the width within the family.
    Subnet(IpAddr, u8),
    Set(Vec<LogValue>),
    Vector(Vec<LogValue>),
}

impl LogValue {
    pub fn is_set(&self) -> bool {
        !matches!(self, LogValue::Unset)
    }
}

/// Why bytes are no record of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordError {
    /// There is not even the number of values.
    Length,
    /// Another number of values than there are columns.
    Fields { got: usize },
    /// The value of a column does not read.
    Malformed { column: usize, error: DecodeError },
    /// The value of a column, or an element of it, is of a type that the column does not have.
    Type { column: usize, got: u32 },
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordError::Length => f.write_str("no number of fields"),
            RecordError::Fields { got } => write!(f, "{got} fields"),
            RecordError::Malformed { column, error } => write!(f, "field {column}: {error}"),
            RecordError::Type { column, got } => write!(f, "field {column} is of type {got}"),
        }
    }
}

impl std::error::Error for RecordError {}

/// Appends a record, whose values are of the types of the columns.
pub fn encode_record(types: impl ExactSizeIterator<Item = LogType>, values: &[LogValue], out: &mut Vec<u8>) {
    let count = types.len().min(values.len());
    out.extend_from_slice(&(count as u32).to_be_bytes());
    for (ty, value) in types.zip(values) {
        encode_value(ty, value, out);
    }
}

fn encode_value(ty: LogType, value: &LogValue, out: &mut Vec<u8>) {
    let number = ty.kind.number().to_be_bytes();
    out.extend_from_slice(&number);
    if !value.is_set() {
        out.extend_from_slice(&[0; 5]);
        return;
    }
    out.extend_from_slice(&number);
    out.push(1);
    match value {
        LogValue::Unset => {}
        LogValue::Bool(flag) => out.extend_from_slice(&i64::from(*flag).to_be_bytes()),
        LogValue::Int(number) => out.extend_from_slice(&number.to_be_bytes()),
        LogValue::Count(number) => out.extend_from_slice(&number.to_be_bytes()),
        LogValue::Double(number) | LogValue::Time(number) | LogValue::Interval(number) => {
            out.extend_from_slice(&number.to_be_bytes());
        }
        LogValue::Text(text) => {
            let length = text.len().min(i32::MAX as usize);
            out.extend_from_slice(&(length as u32).to_be_bytes());
            out.extend_from_slice(text.get(..length).unwrap_or_default());
        }
        LogValue::Port(number, protocol) => {
            out.extend_from_slice(&u64::from(*number).to_be_bytes());
            out.extend_from_slice(&protocol_number(*protocol).to_be_bytes());
        }
        LogValue::Addr(address) => put_address(*address, out),
        LogValue::Subnet(address, width) => {
            out.push(if address.is_ipv4() { width.saturating_add(96) } else { *width });
            put_address(*address, out);
        }
        LogValue::Set(elements) | LogValue::Vector(elements) => {
            let element = LogType { kind: ty.element.unwrap_or(LogKind::String), element: None };
            out.extend_from_slice(&(elements.len() as u64).to_be_bytes());
            elements.iter().for_each(|value| encode_value(element, value, out));
        }
    }
}

fn put_address(address: IpAddr, out: &mut Vec<u8>) {
    match address {
        IpAddr::V4(address) => {
            out.push(4);
            out.extend_from_slice(&address.octets());
        }
        IpAddr::V6(address) => {
            out.push(6);
            out.extend_from_slice(&address.octets());
        }
    }
}

fn protocol_number(protocol: Protocol) -> u32 {
    match protocol {
        Protocol::Unknown => 0,
        Protocol::Tcp => 1,
        Protocol::Udp => 2,
        Protocol::Icmp => 3,
    }
}

/// Reads a record of these columns. As in Zeek, bytes behind the last value say nothing.
pub fn decode_record(
    types: impl ExactSizeIterator<Item = LogType>,
    bytes: &[u8],
) -> Result<Vec<LogValue>, RecordError> {
    let mut reader = Reader::new(bytes);
    let got = reader.u32().map_err(|_| RecordError::Length)? as usize;
    if got != types.len() {
        return Err(RecordError::Fields { got });
    }
    let mut values = Vec::with_capacity(got);
    for (column, ty) in types.enumerate() {
        values.push(value(&mut reader, ty).map_err(|fault| match fault {
            Fault::Malformed(error) => RecordError::Malformed { column, error },
            Fault::Type(got) => RecordError::Type { column, got },
        })?);
    }
    Ok(values)
}

enum Fault {
    Malformed(DecodeError),
    Type(u32),
}

impl From<DecodeError> for Fault {
    fn from(error: DecodeError) -> Self {
        Fault::Malformed(error)
    }
}

/// What the smallest value takes: two numbers and a flag.
const SMALLEST: usize = 9;

fn value(reader: &mut Reader<'_>, ty: LogType) -> Result<LogValue, Fault> {
    let (number, _said_again, present) = (reader.u32()?, reader.u32()?, reader.u8()?);
    if number != ty.kind.number() {
        return Err(Fault::Type(number));
    }
    if present == 0 {
        return Ok(LogValue::Unset);
    }
    Ok(match ty.kind {
        LogKind::Bool => LogValue::Bool(reader.i64()? != 0),
        LogKind::Int => LogValue::Int(reader.i64()?),
        LogKind::Count => LogValue::Count(reader.u64()?),
        LogKind::Double => LogValue::Double(double(reader)?),
        LogKind::Time => LogValue::Time(double(reader)?),
        LogKind::Interval => LogValue::Interval(double(reader)?),
        LogKind::String | LogKind::Enum | LogKind::File | LogKind::Func => {
            let length = usize::try_from(reader.u32()?).map_err(|_| DecodeError::OutOfRange)?;
            LogValue::Text(reader.bytes(length)?.to_vec())
        }
        LogKind::Port => {
            let number = u16::try_from(reader.u64()?).map_err(|_| DecodeError::OutOfRange)?;
            let protocol = match reader.u32()? {
                0 => Protocol::Unknown,
                1 => Protocol::Tcp,
                2 => Protocol::Udp,
                3 => Protocol::Icmp,
                _ => return Err(DecodeError::OutOfRange.into()),
            };
            LogValue::Port(number, protocol)
        }
        LogKind::Addr => LogValue::Addr(address(reader)?),
        LogKind::Subnet => {
            let width = reader.u8()?;
            let address = address(reader)?;
            let (offset, most) = if address.is_ipv4() { (96, 32) } else { (0, 128) };
            let width = width.checked_sub(offset).filter(|width| *width <= most).ok_or(DecodeError::OutOfRange)?;
            LogValue::Subnet(address, width)
        }
        LogKind::Set => LogValue::Set(elements(reader, ty)?),
        LogKind::Vector => LogValue::Vector(elements(reader, ty)?),
    })
}

fn double(reader: &mut Reader<'_>) -> Result<f64, DecodeError> {
    reader.array().map(f64::from_be_bytes)
}

fn address(reader: &mut Reader<'_>) -> Result<IpAddr, DecodeError> {
    match reader.u8()? {
        4 => reader.array::<4>().map(|bytes| Ipv4Addr::from(bytes).into()),
        6 => reader.array::<16>().map(|bytes| Ipv6Addr::from(bytes).into()),
        _ => Err(DecodeError::OutOfRange),
    }
}

fn elements(reader: &mut Reader<'_>, ty: LogType) -> Result<Vec<LogValue>, Fault> {
    let count = usize::try_from(reader.u64()?).map_err(|_| DecodeError::OutOfRange)?;
    if count > reader.rest().len() / SMALLEST {
        return Err(DecodeError::Cut.into());
    }
    // A set of sets is no column, which also bounds the depth of this.
    let kind = ty.element.filter(|kind| !matches!(kind, LogKind::Set | LogKind::Vector));
    let kind = kind.ok_or(Fault::Type(ty.kind.number()))?;
    (0..count).map(|_| value(reader, LogType { kind, element: None })).collect()
}
