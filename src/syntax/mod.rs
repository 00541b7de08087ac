//! From source text to syntax trees and back.

pub mod ast;
pub mod lexer;
pub mod token;
pub mod visit;
