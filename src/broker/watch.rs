//! Looking on: what comes in and what happens to peerings, for a person at a prompt.
//!
//! While nobody looks, nothing is kept. What is not taken soon is forgotten, the oldest first.

use std::collections::VecDeque;

use super::Peering;
use crate::endpoint::{Delivery, Notice};
use crate::vm::Vm;
use crate::wire::{EndpointId, Kind, Message, decode};

/// Messages and notices that wait to be taken.
const MOST: usize = 10_000;

/// A message that came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub sender: EndpointId,
    pub topic: Vec<u8>,
    pub message: Message,
}

/// What was seen and not taken yet.
#[derive(Debug, Default)]
pub struct Watch {
    heard: VecDeque<Heard>,
    notices: VecDeque<Notice>,
    forgotten: u64,
}

impl Watch {
    /// Looks on from now on.
    pub fn begin(vm: &mut Vm) {
        vm.state::<Peering>().watch.get_or_insert_default();
    }

    /// The next message.
    pub fn next_heard(vm: &mut Vm) -> Option<Heard> {
        vm.state::<Peering>().watch.as_mut()?.heard.pop_front()
    }

    /// What happened next to a peering.
    pub fn next_notice(vm: &mut Vm) -> Option<Notice> {
        vm.state::<Peering>().watch.as_mut()?.notices.pop_front()
    }

    /// How many messages were forgotten since the last time.
    pub fn take_forgotten(vm: &mut Vm) -> u64 {
        vm.state::<Peering>().watch.as_mut().map_or(0, |watch| std::mem::take(&mut watch.forgotten))
    }
}

/// Notes a message.
pub(super) fn hear(vm: &mut Vm, delivery: &Delivery<'_>) {
    let Some(watch) = &mut vm.state::<Peering>().watch else { return };
    if delivery.kind != Kind::Data {
        return;
    }
    if let Some(message) = decode(delivery.payload).ok().and_then(|data| Message::from_data(data).ok()) {
        if watch.heard.len() == MOST {
            watch.heard.pop_front();
            watch.forgotten += 1;
        }
        watch.heard.push_back(Heard { sender: delivery.sender, topic: delivery.topic.to_vec(), message });
    }
}

/// Notes what happened to a peering.
pub(super) fn notice(vm: &mut Vm, notice: &Notice) {
    if let Some(watch) = &mut vm.state::<Peering>().watch {
        if watch.notices.len() == MOST {
            watch.notices.pop_front();
        }
        watch.notices.push_back(notice.clone());
    }
}
