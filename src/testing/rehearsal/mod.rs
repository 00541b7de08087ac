//! Tests in simulated time: the commands of a test run in a real shell, but what they start as nodes are nodes of a
//! simulation, and what they wait for is simulated time.
//!
//! In front of the search path of the test stands a folder in which `bro`, `zeek`, `brood`, `sleep`, `timeout`,
//! `btest-bg-run` and `btest-bg-wait` are this program. As a [`client`] it hands its command line, its environment and its streams to the
//! coordinator of the test, and waits for its exit status. The coordinator has a thread of its own, on which all nodes
//! live. What cannot be simulated is refused, and the test fails and says why.

pub mod client;
mod coordinator;
mod host;
mod node;
mod processes;
mod protocol;
mod server;
mod shells;
mod surroundings;
mod timeout;

pub use surroundings::Rehearsals;
