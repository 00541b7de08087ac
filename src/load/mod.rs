//! Finding, reading and feeding script sources.
//!
//! Loading executes: an `@if` calls script functions between two declarations. So a [`Loader`] reads one declaration
//! at a time and hands it to a [`Consumer`] before it looks at the next token.
//!
//! - [`path`] finds what `@load` and the command line name: on the search path, beside the loading file, or among the
//!   scripts in the binary ([`embedded`]);
//! - [`files`] is the file system as loading sees it; only [`disk`] touches the real one.

mod advice;
mod conditional;
mod consumer;
pub mod disk;
pub mod embedded;
mod feed;
pub mod files;
mod loader;
mod locals;
mod parsed;
pub mod path;
mod pragma;
mod report;
mod suggest;
#[cfg(test)]
mod tests;

pub use consumer::Consumer;
pub use loader::{Loader, LoaderMark, MAX_DEPTH, MAX_SCRIPTS, Setup};
pub use parsed::Parsed;
pub use report::{syntax as syntax_diagnostic, token as token_diagnostic};
