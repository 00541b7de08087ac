//! One connection, from its first byte to its last.

use std::time::Duration;

use super::Settings;
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
    /// The other side still sees a peering that is over for this one, so that it will not be long.
    pub(super) too_early: bool,
    /// What the other side wants to hear.
    pub(super) filter: Filter,
    pub(super) frames: Frames,
    pub(super) outgoing: Outgoing,
    /// When a handshake or a farewell is given up.
    pub(super) deadline: Option<Duration>,
    /// The number of the ping that ends the peering, once it is sent.
    pub(super) farewell: Option<u64>,
    /// The peer has said farewell, and nothing that is said now reaches it.
    pub(super) leaves: bool,
    /// When anything came last.
    pub(super) heard: Duration,
    /// When the peer was asked whether it is still there, if nothing has come since.
    pub(super) asked: Option<Duration>,
    /// Since when the most frames that wait at one time are looked for.
    pub(super) peak_since: Duration,
    /// Within a farewell: since its deadline was set bytes were taken, and more waited.
    pub(super) moves: bool,
}

impl Connection {
    /// When something is to be done about it.
    pub(super) fn due(&self, settings: &Settings) -> Option<Duration> {
        match (self.phase, self.farewell) {
            (Phase::Peered, None) => Some(match self.asked {
                Some(asked) => asked + settings.keep_alive_timeout,
                None => self.heard + settings.keep_alive,
            }),
            _ => self.deadline,
        }
    }

    /// Counts the frames that wait, each time for so long.
    pub(super) fn watch_peak(&mut self, settings: &Settings, now: Duration) {
        if now.saturating_sub(self.peak_since) > settings.peak_interval {
            self.peak_since = now;
            self.outgoing.start_peak();
        }
    }

    pub(super) fn say(&mut self, message: &Handshake) {
        self.outgoing.push(|out| message.encode(out));
    }
}
