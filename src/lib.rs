//! brood: runs Bro and Zeek cluster scripts.

pub mod source;

pub mod diag;

pub mod syntax;

pub mod types;

pub mod pattern;

pub mod value;

pub mod hir;

pub mod program;

pub mod load;

pub mod sema;

pub mod code;

pub mod calendar;

pub mod vm;

pub mod wire;

pub mod store;

pub mod broker;

pub mod logging;

pub mod input;

pub mod builtins;

pub mod cluster;

pub mod reference;

pub mod engine;

pub mod check;

pub mod repl;

pub mod cli;
