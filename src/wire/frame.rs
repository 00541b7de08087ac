//! Frames: a length of four bytes, then as many bytes.
//!
//! Bytes come in as the network gives them and go out as whole frames. Memory grows with what has come, never with
//! what a length announces, and a length beyond the bound of the phase ends the connection.

use std::fmt;

/// The most that a frame of the handshake may hold. Broker has no bound there; a filter needs a few kilobytes.
pub const MAX_HANDSHAKE: usize = 1 << 20;

/// The most that any later frame may hold, Broker's own bound.
pub const MAX_ENVELOPE: usize = i32::MAX as usize - 4;

const LENGTH: usize = 4;

/// A frame that nobody may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// What the length says.
    pub length: usize,
    pub most: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "frame of {} bytes, where at most {} may be", self.length, self.most)?;
        match self.length.to_be_bytes().last_chunk() {
            // A hello or an alert of TLS.
            Some([0x16 | 0x15, 3, _, _]) => f.write_str("; the other side seems to speak TLS (Broker::disable_ssl)"),
            Some(b"GET " | b"POST" | b"HEAD" | b"PUT " | b"OPTI") => {
                f.write_str("; the other side seems to speak HTTP")
            }
            _ => Ok(()),
        }
    }
}

impl std::error::Error for TooLong {}

/// Cuts a stream of bytes into frames.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// How much of the bytes has been given out.
    used: usize,
}

impl Frames {
    /// Adds what came in.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.used == self.bytes.len() {
            self.bytes.clear();
            self.used = 0;
        } else if self.used > self.bytes.len() / 2 {
            self.bytes.drain(..self.used);
            self.used = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame's content, if all of it has come. `most` is the bound of the phase.
    pub fn next(&mut self, most: usize) -> Result<Option<&[u8]>, TooLong> {
        let rest = self.bytes.get(self.used..).unwrap_or_default();
        let Some((length, rest)) = rest.split_first_chunk::<LENGTH>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*length) as usize;
        if length > most {
            return Err(TooLong { length, most });
        }
        if rest.len() < length {
            return Ok(None);
        }
        let from = self.used + LENGTH;
        self.used = from + length;
        Ok(self.bytes.get(from..self.used))
    }

    /// How many bytes wait for the rest of their frame, or for being asked for.
    pub fn waiting(&self) -> usize {
        self.bytes.len() - self.used
    }
}

/// Appends a frame whose content `write` appends; whatever `write` gives is passed on.
pub fn put_frame<R>(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    let start = out.len();
    out.extend_from_slice(&[0; LENGTH]);
    let result = write(out);
    let length = (out.len() - start - LENGTH) as u32;
    if let Some(place) = out.get_mut(start..start + LENGTH) {
        place.copy_from_slice(&length.to_be_bytes());
    }
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::{Frames, MAX_HANDSHAKE, TooLong, put_frame};

    proptest! {
        #[test]
        fn frames_come_out_however_they_came_in(
            contents in prop::collection::vec(any::<Vec<u8>>(), 0..8), piece in 1usize..40,
        ) {
            let mut stream = Vec::new();
            for content in &contents {
                put_frame(&mut stream, |out| out.extend_from_slice(content));
            }
            let (mut frames, mut out) = (Frames::default(), Vec::new());
            for bytes in stream.chunks(piece) {
                frames.push(bytes);
                while let Some(frame) = frames.next(MAX_HANDSHAKE).unwrap() {
                    out.push(frame.to_vec());
                }
            }
            assert_eq!(out, contents);
            assert_eq!(frames.waiting(), 0);
        }
    }

    #[test]
    fn a_length_beyond_the_bound_is_refused_before_anything_else_has_come() {
        let mut frames = Frames::default();
        frames.push(b"GET ");
        assert_eq!(frames.next(MAX_HANDSHAKE), Err(TooLong { length: 0x4745_5420, most: MAX_HANDSHAKE }));
    }
}
