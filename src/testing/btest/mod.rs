//! Runs files of BTest as BTest does: texts with lines such as `@TEST-EXEC: command`, that a shell runs.
//!
//! [`config`] reads `btest.cfg`, [`find`] and [`header`] make tests of files, [`run`] runs one by its [`commands`], and [`pool`] all of them.
//! What tests call (`btest-diff` and others) is in [`tools`]: this program, called by their names. What else is to stand
//! around the commands of a test comes from outside, as [`Surroundings`].

mod command;
mod commands;
pub(in crate::testing) mod config;
mod find;
mod header;
mod ini;
mod left_over;
mod name;
mod pool;
mod ports;
mod progress;
mod reference;
mod run;
mod sandbox;
mod select;
mod surroundings;
mod timing;
pub mod tools;
mod touch;

pub use command::Interrupt;
pub use config::{Alternative, Config, Request, read};
pub use find::{Finder, Tests};
pub use header::{Test, groups_of};
pub use left_over::left_over;
pub(in crate::testing) use name::fits;
pub(crate) use name::{absolute, relative};
pub use pool::{Job, Pool};
pub use reference::{Marks, reference};
pub use run::{Mode, Settings};
pub use select::{Groups, Mention, list};
pub use surroundings::{Processes, Stay, Surroundings};
pub use tools::Toolbox;
pub use touch::{files_of, touched};
