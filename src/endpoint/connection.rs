//! One connection, from its first byte to its last.

use std::time::Duration;

use super::outgoing::Outgoing;
use crate::wire::{EndpointId, Filter, Frames, Handshake};

/// Names a connection between the endpoint and whoever does its input and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// The other end of a connection, as this side knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// A name or an address.
    pub address: String,
    pub port: u16,
}

/// How far the handshake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The transport is not there yet.
    Opening,
    /// The acceptor waits for the first word.
    AwaitHello,
    /// The connector's: the acceptor answers with a hello if its id is the larger one, and selects a version otherwise.
    AwaitHelloOrVersion,
    AwaitVersion,
    AwaitOriginatorSyn,
    AwaitResponderSynAck,
    AwaitOriginatorAck,
    /// Another handshake with the same endpoint goes on; this one waits for its end.
    Paused,
    Peered,
    /// What waits is sent, then the connection is closed. Nothing is read any more.
    Closing,
}

impl Phase {
    /// Whether the two sides still find out whether they become peers.
    pub(super) fn is_handshake(self) -> bool {
        !matches!(self, Phase::Opening | Phase::Peered | Phase::Closing)
    }
}

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) phase: Phase,
    pub(super) remote: Remote,
    /// The request that this connection came from, for those that this side opened.
    pub(super) dial: Option<usize>,
    /// Nil until the other side has said it.
    pub(super) peer: EndpointId,
    /// Whether this handshake stands in the table of peers.
    pub(super) in_table: bool,
    /// What the other side wants to hear.
    pub(super) filter: Filter,
    pub(super) frames: Frames,
    pub(super) outgoing: Outgoing,
    /// When a handshake or a farewell is given up.
    pub(super) deadline: Option<Duration>,
    /// The number of the ping that ends the peering, once it is sent.
    pub(super) farewell: Option<u64>,
}

impl Connection {
    pub(super) fn say(&mut self, message: &Handshake) {
        self.outgoing.push(|out| message.encode(out));
    }
}
