//! The prompt: `brood repl`.
//!
//! A [`Session`] takes inputs and does what they say, on a terminal ([`editor`]) or line by line from anywhere else
//! ([`plain`]). Nothing but [`editor`] knows how lines are edited.

pub mod commands;
pub mod completion;
mod context;
mod distant;
pub mod editor;
mod evaluate;
mod highlight;
mod input;
mod layouts;
mod monitor;
mod output;
pub mod plain;
mod remote;
mod session;
mod show;
mod table;

pub use monitor::{Attention, SharedAttention};
pub use output::Output;
pub use session::{Session, StartUp, Style};

#[cfg(test)]
mod tests;
