//! Broker's binary encoding of data.
//!
//! One byte for the type, then the content; numbers in network order, lengths in groups of seven bits. Reals have
//! quirks of their own, which are kept: the two infinities are swapped, and not-a-number is all ones. Reading takes any
//! bytes: what is cut, nested too deep or doubled is an error, never a panic.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::reader::{Reader, put_text, put_varying};
use super::{Data, Real};

/// Containers inside each other deeper than this are refused.
const MAX_DEPTH: u32 = 100;

/// Why bytes are no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes end too early.
    Cut,
    /// No type has this number.
    UnknownType(u8),
    /// A number that its type does not have.
    OutOfRange,
    /// An element of a set or a key of a table is there twice.
    Doubled,
    TooDeep,
    /// There are bytes behind the end.
    Trailing,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Cut => f.write_str("data ends too early"),
            DecodeError::UnknownType(number) => write!(f, "no type of data has the number {number}"),
            DecodeError::OutOfRange => f.write_str("number out of range"),
            DecodeError::Doubled => f.write_str("element is there twice"),
            DecodeError::TooDeep => f.write_str("data is nested too deep"),
            DecodeError::Trailing => f.write_str("more bytes than the data has"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Appends the encoding of data.
pub fn encode(data: &Data, out: &mut Vec<u8>) {
    out.push(data.data_type() as u8);
    match data {
        Data::None => {}
        Data::Bool(flag) => out.push(u8::from(*flag)),
        Data::Count(number) => out.extend_from_slice(&number.to_be_bytes()),
        Data::Integer(number) | Data::Timestamp(number) | Data::Timespan(number) => {
            out.extend_from_slice(&number.to_be_bytes());
        }
        Data::Real(number) => out.extend_from_slice(&real_bits(number.0).to_be_bytes()),
        Data::String(text) | Data::Enum(text) => {
            put_text(text, out);
        }
        Data::Address(bytes) => out.extend_from_slice(bytes),
        Data::Subnet(bytes, width) => {
            out.extend_from_slice(bytes);
            out.push(*width);
        }
        Data::Port(number, protocol) => {
            out.extend_from_slice(&number.to_be_bytes());
            out.push(*protocol);
        }
        Data::Set(elements) => {
            put_varying(elements.len(), out);
            elements.iter().for_each(|element| encode(element, out));
        }
        Data::Table(entries) => {
            put_varying(entries.len(), out);
            for (key, value) in entries {
                encode(key, out);
                encode(value, out);
            }
        }
        Data::Vector(elements) => {
            put_varying(elements.len(), out);
            elements.iter().for_each(|element| encode(element, out));
        }
    }
}

/// Reads data that takes all the bytes.
pub fn decode(bytes: &[u8]) -> Result<Data, DecodeError> {
    let mut reader = Reader::new(bytes);
    let value = decode_next(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Reads data that other things may follow.
pub(super) fn decode_next(reader: &mut Reader<'_>) -> Result<Data, DecodeError> {
    data(reader, 0)
}

/// Reads data that lies in so many containers, and that other things may follow.
pub(super) fn decode_inside(reader: &mut Reader<'_>, containers: u32) -> Result<Data, DecodeError> {
    data(reader, containers)
}

const PLUS_INFINITY: u64 = 0xfff0_0000_0000_0000;
const MINUS_INFINITY: u64 = 0x7ff0_0000_0000_0000;
const NOT_A_NUMBER: u64 = u64::MAX;

fn real_bits(number: f64) -> u64 {
    if number.is_nan() {
        NOT_A_NUMBER
    } else if number == f64::INFINITY {
        PLUS_INFINITY
    } else if number == f64::NEG_INFINITY {
        MINUS_INFINITY
    } else if number.is_subnormal() {
        // Broker's own coder makes garbage of these.
        0
    } else {
        number.to_bits()
    }
}

pub(super) fn real_from(bits: u64) -> f64 {
    match bits {
        NOT_A_NUMBER => f64::NAN,
        PLUS_INFINITY => f64::INFINITY,
        MINUS_INFINITY => f64::NEG_INFINITY,
        bits => f64::from_bits(bits),
    }
}

/// Reads one value, from within as many containers as `depth` says.
fn data(reader: &mut Reader<'_>, depth: u32) -> Result<Data, DecodeError> {
    if depth > MAX_DEPTH {
        return Err(DecodeError::TooDeep);
    }
    Ok(match reader.u8()? {
        0 => Data::None,
        1 => Data::Bool(reader.u8()? != 0),
        2 => Data::Count(reader.u64()?),
        3 => Data::Integer(reader.i64()?),
        4 => Data::Real(Real(real_from(reader.u64()?))),
        5 => Data::String(reader.text()?.to_vec()),
        6 => Data::Address(reader.array()?),
        7 => {
            let address = u128::from_be_bytes(reader.array()?);
            let width = reader.u8()?;
            let mask = u128::MAX.checked_shl(128 - u32::from(width.min(128))).unwrap_or(0);
            if width > 128 {
                return Err(DecodeError::OutOfRange);
            }
            Data::Subnet((address & mask).to_be_bytes(), width)
        }
        8 => {
            let number = reader.u16()?;
            match reader.u8()? {
                protocol @ 0..=3 => Data::Port(number, protocol),
                _ => return Err(DecodeError::OutOfRange),
            }
        }
        9 => Data::Timestamp(reader.i64()?),
        10 => Data::Timespan(reader.i64()?),
        11 => Data::Enum(reader.text()?.to_vec()),
        12 => {
            let mut elements = BTreeSet::new();
            for _ in 0..reader.count(1)? {
                if !elements.insert(data(reader, depth + 1)?) {
                    return Err(DecodeError::Doubled);
                }
            }
            Data::Set(elements)
        }
        13 => {
            let mut entries = BTreeMap::new();
            for _ in 0..reader.count(1)? {
                let key = data(reader, depth + 1)?;
                if entries.insert(key, data(reader, depth + 1)?).is_some() {
                    return Err(DecodeError::Doubled);
                }
            }
            Data::Table(entries)
        }
        14 => {
            let mut elements = Vec::new();
            for _ in 0..reader.count(1)? {
                elements.push(data(reader, depth + 1)?);
            }
            Data::Vector(elements)
        }
        number => return Err(DecodeError::UnknownType(number)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{DecodeError, decode, encode};
    use crate::wire::{Data, Real};

    fn bytes(data: &Data) -> Vec<u8> {
        let mut out = Vec::new();
        encode(data, &mut out);
        out
    }

    fn hex(text: &str) -> Vec<u8> {
        text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
    }

    #[test]
    fn known_encodings() {
        let mut v4 = [0; 16];
        v4[10..].copy_from_slice(&[255, 255, 10, 0, 0, 0]);
        let record = Data::Vector(vec![Data::Count(7), Data::None, Data::string("x")]);
        for (data, encoded) in [
            (Data::None, "00"),
            (Data::Bool(true), "01 01"),
            (Data::Count(42), "02 00 00 00 00 00 00 00 2a"),
            (Data::Integer(-1), "03 ff ff ff ff ff ff ff ff"),
            (Data::Real(Real(1.5)), "04 3f f8 00 00 00 00 00 00"),
            (Data::Real(Real(f64::INFINITY)), "04 ff f0 00 00 00 00 00 00"),
            (Data::Real(Real(f64::NEG_INFINITY)), "04 7f f0 00 00 00 00 00 00"),
            (Data::string("hi"), "05 02 68 69"),
            (Data::Subnet(v4, 104), "07 00 00 00 00 00 00 00 00 00 00 ff ff 0a 00 00 00 68"),
            (Data::Port(80, 1), "08 00 50 01"),
            (Data::Timestamp(1_700_000_000_500_000_000), "09 17 97 9c fe 53 f7 65 00"),
            (Data::Timespan(-1_000_000), "0a ff ff ff ff ff f0 bd c0"),
            (Data::Enum(b"Conn::LOG".to_vec()), "0b 09 43 6f 6e 6e 3a 3a 4c 4f 47"),
            (
                Data::Set([Data::Count(2), Data::Count(1)].into()),
                "0c 02 02 00 00 00 00 00 00 00 01 02 00 00 00 00 00 00 00 02",
            ),
            (Data::Table([(Data::string("a"), Data::Count(1))].into()), "0d 01 05 01 61 02 00 00 00 00 00 00 00 01"),
            (record, "0e 03 02 00 00 00 00 00 00 00 07 00 05 01 78"),
        ] {
            assert_eq!(bytes(&data), hex(encoded));
            assert_eq!(decode(&hex(encoded)), Ok(data));
        }
        assert_eq!(bytes(&Data::String(vec![0; 200]))[..3], [5, 0xc8, 1]);
        assert_eq!(bytes(&Data::Real(Real(f64::NAN))), hex("04 ff ff ff ff ff ff ff ff"));
    }

    #[test]
    fn bad_bytes_are_told_apart() {
        assert_eq!(decode(b""), Err(DecodeError::Cut));
        assert_eq!(decode(b"\x05\x05ab"), Err(DecodeError::Cut));
        assert_eq!(decode(b"\x0e\xff\xff\xff\xff\x0f"), Err(DecodeError::Cut));
        assert_eq!(decode(b"\x05\xff\xff\xff\xff\xff\x01"), Err(DecodeError::OutOfRange));
        assert_eq!(decode(b"\x0f"), Err(DecodeError::UnknownType(15)));
        assert_eq!(decode(b"\x0c\x02\x01\x01\x01\x01"), Err(DecodeError::Doubled));
        assert_eq!(decode(b"\x00\x00"), Err(DecodeError::Trailing));
        assert_eq!(decode(&[&[14, 1].repeat(200)[..], &[0]].concat()), Err(DecodeError::TooDeep));
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_again(bytes in any::<Vec<u8>>()) {
            if let Ok(data) = decode(&bytes) {
                let mut out = Vec::new();
                encode(&data, &mut out);
                assert_eq!(decode(&out), Ok(data));
            }
        }
    }
}
