//! Runs the nodes of a layout that are on this machine, as processes: what `brood up`, `status` and `down` stand on.
//!
//! [`Machine`] decides when which node is started, started again and stopped; it is told times and what happened, and
//! touches nothing. [`Keeper`] does what it says: processes, signals, files. [`Spool`] is the folder that holds all of
//! it, a folder a node; what is needed to find a running cluster again stands in there too, so that a supervisor that
//! was killed leaves nothing that nobody finds. Nodes tell how they are in a [`Report`], a small file each.

mod archive;
mod keeper;
mod local;
mod machine;
mod processes;
mod report;
mod screen;
mod signals;
mod spool;
mod status;
mod table;

#[cfg(test)]
mod tests;

pub use keeper::{Command, Keeper, Kept, ask_to_stop};
pub use local::{Owner, is_local, port_owner};
pub use machine::{End, Event, Machine, Output, Settings, State};
pub use report::Report;
pub use screen::{Plain, Screen, View};
pub use signals::{Signal, Signals};
pub use spool::{Member, Record, Spool, SpoolError};
pub use status::{ClusterStatus, NodeStatus};
pub use table::{Look, table};
