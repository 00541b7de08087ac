//! A data store on several nodes: one master that owns the entries, clones that hold copies, and the channels of
//! numbered commands between them.
//!
//! Messages may get lost, come twice or late; a channel puts them in order, asks for what is missing and tells what is
//! gone for good. Master and clone are state machines: commands and times go in, commands come out. Nothing here does
//! input or output except through the backend that a master was given.
//!
//! Follows the specification of Broker's data stores. Unlike Broker's, a clone here finds its master again after either
//! of them was away, and honours the three intervals of Bro 2.6.

mod clone;
mod consumer;
mod master;
mod producer;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub use clone::{Clone, Intervals, Unavailable};
pub use master::Master;

use crate::wire::{Command, EndpointId, EntityId};

/// Both sides look at their channels this often.
pub const TICK: Duration = Duration::from_millis(100);

/// Ticks between two signs of life.
const HEARTBEAT: u16 = 5;

/// Ticks without progress after which what is missing is asked for.
const PATIENCE: u16 = 2;

/// After so many missed signs of life the other side is given up.
const MISSED_HEARTBEATS: u64 = 100;

/// The topic of what clones say to their master.
pub fn master_topic(store: &str) -> Vec<u8> {
    [store.as_bytes(), b"/<$>/data/master"].concat()
}

/// The topic of what a master says to its clones.
pub fn clone_topic(store: &str) -> Vec<u8> {
    [store.as_bytes(), b"/<$>/data/clone"].concat()
}

/// A command on its way out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Nil: to all who want the topic.
    pub receiver: EndpointId,
    pub command: Command,
}

/// The number of ticks since the beginning of time.
fn ticks(now: Duration) -> u64 {
    (now.as_millis() / TICK.as_millis()) as u64
}

/// A command from one entity to another, or to nobody in particular.
fn command(sequence: u64, sender: EntityId, receiver: EntityId, body: crate::wire::CommandBody) -> Command {
    Command { sequence, sender, receiver, body }
}
