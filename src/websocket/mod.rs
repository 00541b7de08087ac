//! Clients that speak WebSocket and JSON, as with Zeek's `Cluster::listen_websocket` and the server that Broker had
//! before: they subscribe to topics, hear what is published, and publish.
//!
//! A state machine like the endpoint: in go streams that were accepted, their bytes and the time; out come bytes, what
//! clients say, and when to look again. What clients say goes no further than this before they have subscribed. Nothing
//! that a client does, or leaves undone, makes it hold more memory than its settings allow.

mod channel;
mod client;
mod json;
mod server;
mod upgrade;

#[cfg(test)]
mod tests;

pub use client::Info;
pub use json::{
    DecodeError, Dialect, Message, Unsubscribable, decode, decode_subscriptions, encode_ack, encode_error,
    encode_message,
};
pub use server::{Action, Happening, Kind, Server, Settings};
pub use upgrade::{Read, Refusal, Upgrade};
