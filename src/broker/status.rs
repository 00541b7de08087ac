//! What happened to peerings, as scripts see it: the events of Broker, with its texts.

use std::rc::Rc;

use super::Peering;
use crate::endpoint::{Notice, PeerState, PeerStatus, Remote, text};
use crate::program::GlobalKind;
use crate::syntax::ast::Protocol;
use crate::types::TypeRef;
use crate::value::{RecordObject, Value};
use crate::vm::Vm;
use crate::wire::{EndpointId, ErrorCode};

/// Raises the events of what the endpoint tells.
pub(super) fn raise(vm: &mut Vm) {
    while let Some(notice) = Peering::with(vm, |endpoint, _| endpoint.next_notice()) {
        match notice {
            Notice::Discovered { peer } => status(vm, "Broker::endpoint_discovered", peer, None, text::DISCOVERED),
            Notice::PeerAdded { peer, remote } => {
                vm.state::<Peering>().new_peers.push(peer);
                status(vm, "Broker::peer_added", peer, Some(&remote), text::PEER_ADDED);
            }
            Notice::PeerRemoved { peer, remote, reason: None } => {
                status(vm, "Broker::peer_removed", peer, Some(&remote), text::PEER_REMOVED);
            }
            Notice::PeerRemoved { peer, remote, reason: Some(reason) } => {
                let message = format!("{} ({reason})", text::PEER_REMOVED);
                status(vm, "Broker::peer_removed", peer, Some(&remote), &message);
            }
            Notice::PeerLost { peer, remote } => {
                status(vm, "Broker::peer_lost", peer, Some(&remote), text::PEER_LOST);
            }
            Notice::Unreachable { peer } => status(vm, "Broker::endpoint_unreachable", peer, None, text::UNREACHABLE),
            Notice::Error { code, remote, text } => error(vm, code, &remote, text),
            Notice::CutOff { remote, reason } => {
                let message = format!("connection with {}:{} cut off: {reason}", remote.address, remote.port);
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

fn error(vm: &mut Vm, code: ErrorCode, remote: &Remote, message: &str) {
    let name = format!("Broker::{}", code.name().to_ascii_uppercase());
    let code = vm.global_by_name(&name).or_else(|| vm.global_by_name("Broker::UNSPECIFIED"));
    let context = format!("({}, *{}:{}, \"{message}\")", EndpointId::NIL, remote.address, remote.port);
    if let Some(code) = code {
        vm.queue_event_by_name("Broker::error", [code, Value::string(context)]);
    }
}

/// A record `Broker::EndpointInfo`; `None` where the scripts have no such type.
fn endpoint_info(vm: &Vm, peer: EndpointId, remote: Option<&Remote>) -> Option<Value> {
    let network = match remote {
        Some(remote) => Value::Record(Rc::new(RecordObject::new(
            named_type(vm, "Broker::NetworkInfo")?,
            vec![Value::string(&remote.address), Value::Port(remote.port, Protocol::Tcp)],
        ))),
        None => Value::Unset,
    };
    let id = if peer.is_nil() { String::new() } else { peer.to_string() };
    let info = RecordObject::new(named_type(vm, "Broker::EndpointInfo")?, vec![Value::string(id), network]);
    Some(Value::Record(Rc::new(info)))
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
    let record = RecordObject::new(named_type(vm, "Broker::PeerInfo")?, vec![info, state]);
    Some(Value::Record(Rc::new(record)))
}

fn named_type(vm: &Vm, name: &str) -> Option<TypeRef> {
    let global = vm.program.global(vm.program.find(name.into())?);
    match &global.kind {
        GlobalKind::Type => Some(global.ty.clone()),
        _ => None,
    }
}
