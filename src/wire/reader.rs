//! Taking numbers, lengths and texts from bytes that somebody else wrote.
//!
//! Nothing is believed before it is there: no length allocates, and what ends too early is an error.

use super::DecodeError;

/// What is left of some bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// That everything has been read.
    pub(crate) fn end(&self) -> Result<(), DecodeError> {
        if self.rest.is_empty() { Ok(()) } else { Err(DecodeError::Trailing) }
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(DecodeError::Cut)?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(DecodeError::Cut)?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, DecodeError> {
        self.array().map(i64::from_be_bytes)
    }

    /// A number in groups of seven bits, the lowest first, the top bit on all groups but the last; at most 32 bits.
    pub(crate) fn varying(&mut self) -> Result<usize, DecodeError> {
        let mut number = 0u64;
        for group in 0..5 {
            let byte = self.u8()?;
            number |= u64::from(byte & 0x7f) << (7 * group);
            if byte & 0x80 == 0 {
                return u32::try_from(number).map(|number| number as usize).map_err(|_| DecodeError::OutOfRange);
            }
        }
        Err(DecodeError::OutOfRange)
    }

    /// Bytes behind their length.
    pub(crate) fn text(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.varying()?;
        self.bytes(length)
    }

    /// How many elements follow, each of which takes `size` bytes at the least.
    pub(crate) fn count(&mut self, size: usize) -> Result<usize, DecodeError> {
        let count = self.varying()?;
        if count > self.rest.len() / size.max(1) { Err(DecodeError::Cut) } else { Ok(count) }
    }
}

/// Appends a number as [`Reader::varying`] reads it.
pub(crate) fn put_varying(number: usize, out: &mut Vec<u8>) {
    let mut rest = number as u32;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

/// Appends bytes behind their length.
pub(crate) fn put_text(text: &[u8], out: &mut Vec<u8>) {
    put_varying(text.len(), out);
    out.extend_from_slice(text);
}
