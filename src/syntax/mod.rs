//! From source text to syntax trees and back.

pub mod ast;
mod docs;
mod error;
mod feed;
mod file;
pub mod lexer;
mod nodes;
pub mod parser;
mod precedence;
pub mod printer;
mod repl;
mod salvage;
pub mod segment;
#[cfg(test)]
mod tests;
pub mod token;
pub mod visit;

pub use error::{SyntaxError, SyntaxErrorKind};
pub use feed::MAX_DEPTH;
pub use file::parse_file;
pub use nodes::Prototype;
pub use repl::{ReplInput, parse_repl_line};
pub use salvage::{Salvaged, misplaced_head, salvage};
