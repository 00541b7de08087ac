//! What happened to peerings, as scripts see it: the events of Broker, with its texts.

use std::rc::Rc;

use super::{Peering, logs, stores, watch};
use crate::endpoint::{Notice, PeerState, PeerStatus, Remote};
use crate::program::GlobalKind;
use crate::syntax::ast::Protocol;
use crate::types::TypeRef;
use crate::value::{RecordObject, Value};
use crate::vm::Vm;
use crate::wire::{EndpointId, ErrorCode};

/// Texts of events, which Bro 2.6 and Zeek word differently.
#[derive(Clone, Copy)]
struct Words {
    added_by_us: &'static str,
    added_by_them: &'static str,
    removed: &'static str,
    lost: &'static str,
    nobody: &'static str,
    unknown_peer: &'static str,
    /// Somebody answered, but could not be agreed with.
    unavailable: &'static str,
}

const BRO: Words = Words {
    added_by_us: "received handshake from remote core",
    added_by_them: "handshake successful",
    removed: "removed peering",
    lost: "lost remote peer",
    nobody: "invalid-node",
    unknown_peer: "no such peer when unpeering",
    unavailable: "remote endpoint unavailable",
};

const ZEEK: Words = Words {
    added_by_us: "handshake successful",
    added_by_them: "handshake successful",
    removed: "removed connection to remote peer",
    lost: "lost connection to remote peer",
    nobody: "00000000-0000-0000-0000-000000000000",
    unknown_peer: "cannot unpeer from unknown peer",
    unavailable: "unable to connect to remote peer",
};

/// Raises the events of what the endpoint tells.
pub(super) fn raise(vm: &mut Vm) {
    let words = if vm.state::<Peering>().zeek_words { ZEEK } else { BRO };
    while let Some(notice) = Peering::with(vm, |endpoint, _| endpoint.next_notice()) {
        watch::notice(vm, &notice);
        match notice {
            Notice::Discovered { peer } => {
                status(vm, "Broker::endpoint_discovered", peer, None, "found a new peer in the network");
            }
            Notice::PeerAdded { peer, remote, asked_for } => {
                logs::announce_all(vm, peer);
                stores::found(vm);
                let text = if asked_for { words.added_by_us } else { words.added_by_them };
                status(vm, "Broker::peer_added", peer, Some(&remote), text);
            }
            Notice::PeerRemoved { peer, remote, overflow } => {
                let reason = if overflow { " (caf::sec::backpressure_overflow)" } else { "" };
                status(vm, "Broker::peer_removed", peer, Some(&remote), &format!("{}{reason}", words.removed));
            }
            Notice::PeerLost { peer, remote } => {
                status(vm, "Broker::peer_lost", peer, Some(&remote), words.lost);
            }
            Notice::Unreachable { peer } => {
                stores::lost(vm, peer);
                status(vm, "Broker::endpoint_unreachable", peer, None, "lost the last path");
            }
            Notice::Error { code, remote, reached } => {
                let text = match (code, reached) {
                    (ErrorCode::PeerInvalid, _) => words.unknown_peer,
                    (_, true) => words.unavailable,
                    _ => "unable to connect to remote peer",
                };
                error(vm, code, &format!("({}, *{}:{}, \"{text}\")", words.nobody, remote.address, remote.port));
            }
            Notice::CutOff { remote, reason } => {
                let message = format!("connection with {}:{} cut off: {reason}", remote.address, remote.port);
                internal_warning(vm, "connection-cut-off", &message);
                vm.warning_without_place(message);
            }
        }
    }
}

fn status(vm: &mut Vm, event: &str, peer: EndpointId, remote: Option<&Remote>, message: &str) {
    if let Some(info) = endpoint_info(vm, peer, remote) {
        vm.queue_event_by_name(event, [info, Value::string(message)]);
    }
}

fn error(vm: &mut Vm, code: ErrorCode, context: &str) {
    let name = format!("Broker::{}", code.name().to_ascii_uppercase());
    let code = vm.global_by_name(&name).or_else(|| vm.global_by_name("Broker::UNSPECIFIED"));
    if let Some(code) = code {
        vm.queue_event_by_name("Broker::error", [code, Value::string(context)]);
    }
}

/// What Broker itself warns of, for scripts that want to know as much (`Broker::log_severity_level`).
fn internal_warning(vm: &mut Vm, id: &str, description: &str) {
    let Some(warning @ Value::Enum(severity, _)) = vm.global_by_name("Broker::LOG_WARNING") else { return };
    if matches!(vm.global_by_name("Broker::log_severity_level"), Some(Value::Enum(least, _)) if severity <= least) {
        let event = [warning, Value::string(id), Value::string(description)];
        vm.queue_event_by_name("Broker::internal_log_event", event);
    }
}

/// A record `Broker::EndpointInfo`; `None` where the scripts have no such type.
fn endpoint_info(vm: &Vm, peer: EndpointId, remote: Option<&Remote>) -> Option<Value> {
    let (address, port) = remote.map_or(("<unknown>", 0), |remote| (remote.address.as_str(), remote.port));
    let network = Value::Record(Rc::new(RecordObject::new(
        named_type(vm, "Broker::NetworkInfo")?,
        vec![Value::string(address), Value::Port(port, Protocol::Tcp)],
    )));
    let id = if peer.is_nil() { String::new() } else { peer.to_string() };
    let info = RecordObject::new(named_type(vm, "Broker::EndpointInfo")?, vec![Value::string(id), network]);
    Some(Value::Record(Rc::new(info)))
}

/// A client that is like a peer came.
pub(super) fn client_added(vm: &mut Vm, id: &str, address: &str, port: u16) {
    let Ok(id) = id.parse() else { return };
    let remote = Remote { address: address.to_owned(), port };
    status(vm, "Broker::endpoint_discovered", id, None, "found a new client in the network");
    status(vm, "Broker::peer_added", id, Some(&remote), "handshake successful");
}

/// A client that was like a peer is gone.
pub(super) fn client_lost(vm: &mut Vm, id: &str, address: &str, port: u16) {
    let Ok(id) = id.parse() else { return };
    let remote = Remote { address: address.to_owned(), port };
    status(vm, "Broker::peer_lost", id, Some(&remote), "lost connection to client");
    status(vm, "Broker::endpoint_unreachable", id, None, "lost the last path");
}

/// A record `Broker::PeerInfo`; `None` where the scripts have no such type.
pub fn peer_info(vm: &Vm, peer: &PeerStatus) -> Option<Value> {
    let state = match peer.state {
        PeerState::Initializing => "INITIALIZING",
        PeerState::Connecting => "CONNECTING",
        PeerState::Connected => "CONNECTED",
        PeerState::Peered => "PEERED",
        PeerState::Disconnected => "DISCONNECTED",
        PeerState::Reconnecting => "RECONNECTING",
    };
    let state = vm.global_by_name(&format!("Broker::{state}"))?;
    let info = endpoint_info(vm, peer.peer, Some(&peer.remote))?;
    let ty = named_type(vm, "Broker::PeerInfo")?;
    let place = ty.as_record().and_then(|record| record.offset("is_outbound".into()));
    let record = RecordObject::new(ty, vec![info, state]);
    if let Some(place) = place {
        record.set(place, Value::Bool(peer.asked_for));
    }
    Some(Value::Record(Rc::new(record)))
}

pub(super) fn named_type(vm: &Vm, name: &str) -> Option<TypeRef> {
    let global = vm.program.global(vm.program.find(name.into())?);
    match &global.kind {
        GlobalKind::Type => Some(global.ty.clone()),
        _ => None,
    }
}
