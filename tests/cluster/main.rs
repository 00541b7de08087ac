//! Whole clusters of processes on this machine, over real sockets with ports that are free.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clones;
mod control;
mod events;
mod harness;
mod hostile;
mod logs;
mod names;
mod nodes;
mod notices;
mod played;
mod pools;
#[path = "../support/ports.rs"]
mod ports;
mod pressure;
mod releases;
mod retries;
mod roles;
mod secured;
mod store_files;
mod stores;
mod stores_killed;
mod values;
mod websocket;
