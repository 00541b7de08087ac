//! Whole clusters of processes on this machine, over real sockets with ports that are free: what needs nodes that are
//! killed, or somebody who is no node. What scripts alone can say is in tests/suite.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clones;
mod harness;
mod hostile;
mod logs;
mod names;
mod nodes;
mod played;
mod pools;
#[path = "../support/ports.rs"]
mod ports;
mod pressure;
mod retries;
mod secured;
mod stores;
mod stores_killed;
mod websocket;
