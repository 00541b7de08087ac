//! Finding, reading and feeding script sources.
//!
//! Loading executes: an `@if` calls script functions between two declarations. So a [`Loader`] reads one declaration
//! at a time and hands it to a [`Consumer`] before it looks at the next token.
//!
//! - [`path`] finds what `@load` and the command line name: on the search path, beside the loading file, or among the
//!   scripts in the binary ([`embedded`]);
//! - [`files`] is the file system as loading sees it; only [`disk`] touches the real one.

pub mod disk;
pub mod embedded;
pub mod files;
pub mod path;
