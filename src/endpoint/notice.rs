//! What the endpoint tells: the status and error events that scripts see, and what went wrong with connections.

use super::connection::Remote;
use crate::wire::{EndpointId, ErrorCode};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// An endpoint can be reached.
    Discovered { peer: EndpointId },
    /// A peering is there; `asked_for` by this side.
    PeerAdded { peer: EndpointId, remote: Remote, asked_for: bool },
    /// This side ended a peering, because its queue was full or because it was to.
    PeerRemoved { peer: EndpointId, remote: Remote, overflow: bool },
    /// A peering broke.
    PeerLost { peer: EndpointId, remote: Remote },
    /// An endpoint cannot be reached any more.
    Unreachable { peer: EndpointId },
    /// Something asked for could not be done; `reached` says whether somebody answered at all.
    Error { code: ErrorCode, remote: Remote, reached: bool },
    /// A connection was cut off for what the other side did.
    CutOff { remote: Remote, reason: String },
}
