//! Byte streams to other processes: what the network is to everything above it.
//!
//! A [`Transport`] does input and output and nothing else; it knows no protocol. [`Sockets`] is the real one, and the
//! only place that knows tokio and OpenSSL; a simulation puts another in its place. Nothing ever waits but [`Transport::wait`].

mod alarm;
mod sockets;
mod stream;
mod tls;

use std::io;
use std::time::Duration;

pub use sockets::{Sockets, Wake};
pub use tls::{Certificate, Security};

/// Names a stream, as long as the process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u64);

/// Names a listener, as long as the process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerId(pub u64);

/// What happened to a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody connected to a listener, from this address and port.
    Accepted {
        listener: ListenerId,
        stream: StreamId,
        address: String,
        port: u16,
    },
    /// A stream that was to be opened is there.
    Opened(StreamId),
    Received(StreamId, Vec<u8>),
    /// All that was handed over has been taken; see [`Transport::write`].
    Ready(StreamId),
    /// Somebody connected and could not agree on how the stream is secured; with their address and port.
    Refused {
        address: String,
        port: u16,
        reason: String,
    },
    /// The stream is over: nobody is there who could open it, the other side closed it, or it broke.
    Closed(StreamId, Option<String>),
    /// The stream is over before it was there: somebody answered who could not agree on how it is secured.
    Unsecured {
        stream: StreamId,
        reason: String,
    },
}

/// Streams of bytes, to and from other processes.
pub trait Transport {
    /// Secures listeners and streams like this from now on. The error tells what of it cannot be done.
    fn secure(&mut self, security: &Security) -> io::Result<()>;
    /// Waits for connections at an address; all addresses where it is empty. Port 0 is any free one. Gives the port.
    fn listen(&mut self, address: &str, port: u16) -> io::Result<(ListenerId, u16)>;
    /// As [`Transport::listen`], for others than peers: streams have this certificate, and where there is none they are
    /// plain, whatever [`Transport::secure`] says.
    fn listen_with(
        &mut self,
        address: &str,
        port: u16,
        certificate: Option<&Certificate>,
    ) -> io::Result<(ListenerId, u16)>;
    /// Connects to a name or an address; [`Event::Opened`] or [`Event::Closed`] follows.
    fn open(&mut self, address: &str, port: u16) -> StreamId;
    /// Hands over bytes to be written. To be called for a stream that is open; whoever has handed over as much as it
    /// cares to have in memory waits for [`Event::Ready`].
    fn write(&mut self, stream: StreamId, bytes: Vec<u8>);
    /// Stops reading from a stream, or goes on; some of what was read before may still follow.
    fn hold(&mut self, stream: StreamId, held: bool);
    /// Closes a stream once all that was handed over is written. No event follows.
    fn close(&mut self, stream: StreamId);
    /// Does input and output until something has happened, at most this long.
    fn wait(&mut self, limit: Duration);
    /// What happened, in order. Does not wait.
    fn next_event(&mut self) -> Option<Event>;
}
