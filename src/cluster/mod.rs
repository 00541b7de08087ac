//! What a cluster layout says: its nodes, who dials whom, which topics reach whom, and which releases accept it.
//!
//! A [`Layout`] is read out of an engine that has loaded one; everything else here works on that alone, without an
//! engine and without touching the network.

pub mod checks;
pub mod graph;
pub mod layout;
pub mod places;
pub mod plan;
pub mod releases;
pub mod topics;

pub use layout::{Layout, Node, Role};
