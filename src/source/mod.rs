//! Source text and the places in it: files, spans and interned names.
//!
//! Script sources are bytes, as in Bro: a string constant may hold any byte. Everything later in the pipeline
//! refers to text by [`Span`] (a file and two byte offsets); turning offsets into lines and columns happens only
//! where something is shown to a person.

mod map;
mod symbol;

pub use map::{FileId, Location, SourceFile, SourceMap, SourceText, Span};
pub use symbol::Symbol;
