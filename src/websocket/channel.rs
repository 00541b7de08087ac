//! The frames of one WebSocket, in memory: bytes in, messages out and back.

use std::io::{self, Read, Write};

use tungstenite::error::{CapacityError, Error};
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tungstenite::protocol::frame::{CloseFrame, Frame, Utf8Bytes};
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Bytes, Message};

/// The longest message of a client.
const MOST: usize = 16 << 20;

/// What is set aside for each client to read into.
const PIECE: usize = 4096;

/// The longest reason of an end that a frame has room for.
const MOST_REASON: usize = 123;

/// What a client said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// As text or as bytes.
    Message(Vec<u8>),
    Pong,
    /// It ends the WebSocket, with the code and the reason that it gave.
    Closed {
        code: u16,
        reason: String,
    },
    /// It does not keep to the protocol, for which it is given this code.
    Broken {
        code: u16,
        reason: String,
    },
}

/// The code of an end without one.
const NO_STATUS: (u16, &str) = (1005, "No status code");

/// The bytes that have come and those that are to go.
#[derive(Debug, Default)]
struct Memory {
    input: Vec<u8>,
    read: usize,
    output: Vec<u8>,
}

impl Memory {
    /// Adds bytes that have come. Room of those that were read is used again, also where some always wait.
    fn take_in(&mut self, bytes: &[u8]) {
        if self.read > self.input.len() / 2 {
            self.input.drain(..self.read);
            self.read = 0;
        }
        self.input.extend_from_slice(bytes);
    }
}

impl Read for Memory {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut rest = self.input.get(self.read..).unwrap_or_default();
        if rest.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = rest.read(buffer)?;
        self.read += count;
        if self.read >= self.input.len() {
            (self.input, self.read) = (Vec::new(), 0);
        }
        Ok(count)
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The server's side of a WebSocket.
#[derive(Debug)]
pub(super) struct Channel {
    context: WebSocketContext,
    memory: Memory,
    /// Something may be there that was not looked at.
    unread: bool,
    /// The client broke the protocol; nothing of what follows means anything.
    broken: bool,
}

impl Channel {
    pub(super) fn new() -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(PIECE)
            .write_buffer_size(0)
            .max_message_size(Some(MOST))
            .max_frame_size(Some(MOST));
        Channel {
            context: WebSocketContext::new(Role::Server, Some(config)),
            memory: Memory::default(),
            unread: false,
            broken: false,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.broken {
            return;
        }
        self.memory.take_in(bytes);
        self.unread = true;
    }

    /// Whether something may be there for [`Channel::next`].
    pub(super) fn has_unread(&self) -> bool {
        self.unread
    }

    /// How much has come and was not read.
    pub(super) fn unread(&self) -> usize {
        self.memory.input.len() - self.memory.read
    }

    /// What the client said next. Pings are answered here.
    pub(super) fn next(&mut self) -> Option<Incoming> {
        if self.broken {
            return None;
        }
        loop {
            let message = match self.context.read(&mut self.memory) {
                Ok(message) => message,
                Err(error) => {
                    self.unread = false;
                    return self.broken(&error);
                }
            };
            return Some(match message {
                Message::Text(text) => Incoming::Message(Bytes::from(text).into()),
                Message::Binary(bytes) => Incoming::Message(bytes.into()),
                Message::Pong(_) => Incoming::Pong,
                Message::Ping(_) | Message::Frame(_) => continue,
                Message::Close(frame) => {
                    // The answer to it goes out with this.
                    let _ = self.context.flush(&mut self.memory);
                    let (code, reason) = frame.map_or_else(
                        || (NO_STATUS.0, NO_STATUS.1.to_owned()),
                        |frame| (frame.code.into(), frame.reason.as_str().to_owned()),
                    );
                    Incoming::Closed { code, reason }
                }
            });
        }
    }

    fn broken(&mut self, error: &Error) -> Option<Incoming> {
        let (code, reason) = match error {
            Error::Io(_) | Error::ConnectionClosed | Error::AlreadyClosed => return None,
            Error::Utf8(_) => (CloseCode::Invalid, "Invalid frame payload data".to_owned()),
            Error::Capacity(CapacityError::MessageTooLong { .. }) => {
                (CloseCode::Size, format!("Messages have {MOST} bytes at most"))
            }
            error => (CloseCode::Protocol, error.to_string()),
        };
        self.broken = true;
        Some(Incoming::Broken { code: code.into(), reason })
    }

    /// Sends a text, which in the dialect of Zeek need not be UTF-8.
    pub(super) fn send(&mut self, text: &[u8]) {
        let frame = Frame::message(Bytes::copy_from_slice(text), OpCode::Data(Data::Text), true);
        // Nothing but an end that is there already keeps memory from taking it.
        let _ = self.context.write(&mut self.memory, Message::Frame(frame));
    }

    pub(super) fn ping(&mut self, payload: String) {
        let _ = self.context.write(&mut self.memory, Message::Ping(payload.into_bytes().into()));
    }

    /// Puts out bytes that are no frames: what comes before there are any.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.memory.output.extend_from_slice(bytes);
    }

    /// Says the end; [`Incoming::Closed`] follows when the client has said it too.
    pub(super) fn close(&mut self, code: u16, reason: &str) {
        let reason = reason.get(..reason.floor_char_boundary(MOST_REASON)).unwrap_or_default();
        let frame = CloseFrame { code: code.into(), reason: Utf8Bytes::from(reason) };
        let _ = self.context.close(&mut self.memory, Some(frame));
    }

    /// How many bytes wait to be sent.
    pub(super) fn outgoing(&self) -> usize {
        self.memory.output.len()
    }

    pub(super) fn take_outgoing(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.memory.output)
    }
}

#[cfg(test)]
mod tests {
    use super::{Channel, Incoming, MOST};

    /// A frame of a client.
    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [1, 2, 3, 4];
        let mut bytes = vec![first];
        match payload.len() {
            length @ 0..126 => bytes.push(0x80 | length as u8),
            length => {
                bytes.push(0xfe);
                bytes.extend_from_slice(&(length as u16).to_be_bytes());
            }
        }
        bytes.extend_from_slice(&mask);
        bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        bytes
    }

    fn all(channel: &mut Channel) -> Vec<Incoming> {
        std::iter::from_fn(|| channel.next()).collect()
    }

    #[test]
    fn messages_come_in_any_pieces() {
        let long = vec![b'x'; 60_000];
        let bytes = [
            frame(0x81, b"text"),
            frame(0x02, b"one, "),
            frame(0x89, b"ping"),
            frame(0x80, b"message"),
            frame(0x8a, b""),
            frame(0x81, &long),
        ]
        .concat();
        for piece in [1, 7, 100_000] {
            let (mut channel, mut seen) = (Channel::new(), Vec::new());
            for bytes in bytes.chunks(piece) {
                channel.push(bytes);
                seen.extend(all(&mut channel));
            }
            let message = |text: &[u8]| Incoming::Message(text.to_vec());
            assert_eq!(seen, [message(b"text"), message(b"one, message"), Incoming::Pong, message(&long)]);
            assert_eq!(channel.take_outgoing(), b"\x8a\x04ping");
            assert!(!channel.has_unread() && channel.unread() == 0);
        }
    }

    #[test]
    fn bytes_that_were_read_take_no_room() {
        let (mut channel, text) = (Channel::new(), frame(0x81, &[b'x'; 5000]));
        channel.push(&text);
        for _ in 0..1000 {
            // One message always waits.
            channel.push(&text);
            assert!(matches!(channel.next(), Some(Incoming::Message(_))));
        }
        assert!(channel.memory.input.len() < 50_000, "{}", channel.memory.input.len());
    }

    #[test]
    fn the_end_has_a_code() {
        let mut channel = Channel::new();
        channel.push(&frame(0x88, b"\x03\xe8bye"));
        assert_eq!(all(&mut channel), [Incoming::Closed { code: 1000, reason: "bye".to_owned() }]);
        assert_eq!(channel.take_outgoing(), b"\x88\x05\x03\xe8bye");
        let mut channel = Channel::new();
        channel.push(&frame(0x88, b""));
        assert_eq!(all(&mut channel), [Incoming::Closed { code: 1005, reason: "No status code".to_owned() }]);
        let mut channel = Channel::new();
        channel.close(1001, "Terminating");
        assert_eq!(channel.take_outgoing(), b"\x88\x0d\x03\xe9Terminating");
        channel.push(&[frame(0x81, b"late"), frame(0x88, b"\x03\xe9")].concat());
        assert_eq!(all(&mut channel).last(), Some(&Incoming::Closed { code: 1001, reason: String::new() }));
    }

    #[test]
    fn what_is_no_websocket_is_broken() {
        for (bytes, expected) in [
            (b"\x81\x01x".to_vec(), 1002),
            (frame(0x83, b""), 1002),
            (frame(0xf1, b""), 1002),
            (frame(0x80, b""), 1002),
            (frame(0x09, b""), 1002),
            (frame(0x81, b"\xff"), 1007),
            ([&b"\x82\xff"[..], &(MOST as u64 + 1).to_be_bytes(), &[0; 4]].concat(), 1009),
        ] {
            let mut channel = Channel::new();
            channel.push(&bytes);
            match all(&mut channel).as_slice() {
                [Incoming::Broken { code, .. }, ..] => assert_eq!(*code, expected, "{bytes:?}"),
                other => panic!("{bytes:?}: {other:?}"),
            }
        }
    }
}
