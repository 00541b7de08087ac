//! What the endpoint tells: the status and error events that scripts see, and what went wrong with connections.

use super::connection::Remote;
use crate::wire::{EndpointId, ErrorCode};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// An endpoint can be reached.
    Discovered { peer: EndpointId },
    /// A peering is there.
    PeerAdded { peer: EndpointId, remote: Remote },
    /// This side ended a peering; with what is added to Broker's text, if anything.
    PeerRemoved { peer: EndpointId, remote: Remote, reason: Option<&'static str> },
    /// A peering broke.
    PeerLost { peer: EndpointId, remote: Remote },
    /// An endpoint cannot be reached any more.
    Unreachable { peer: EndpointId },
    /// Something asked for could not be done.
    Error { code: ErrorCode, remote: Remote, text: &'static str },
    /// A connection was cut off for what the other side did.
    CutOff { remote: Remote, reason: String },
}

/// Texts of status events, in Broker's words.
pub mod text {
    pub const DISCOVERED: &str = "found a new peer in the network";
    pub const PEER_ADDED: &str = "handshake successful";
    pub const PEER_REMOVED: &str = "removed connection to remote peer";
    pub const PEER_LOST: &str = "lost connection to remote peer";
    pub const UNREACHABLE: &str = "lost the last path";
    pub const UNAVAILABLE: &str = "unable to connect to remote peer";
    pub const UNKNOWN_PEER: &str = "cannot unpeer from unknown peer";
    /// The reason of a removal when the queue of a peer is full.
    pub const OVERFLOW: &str = "caf::sec::backpressure_overflow";
}
