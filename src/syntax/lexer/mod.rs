//! Source bytes to tokens.
//!
//! The automaton of [`Token`] finds words; this layer decides what depends on the words before, in one place:
//!
//! * A `/` where an operand may start begins a pattern, otherwise it divides. An operand may start everywhere but
//!   behind a token for which [`Token::ends_operand`] holds.
//! * `[` with an IPv6 address and `]` is an address where an operand may start, otherwise an index.
//! * `!in` is one token only behind an operand.
//! * `|` where an operand may start opens a size. Behind an operand it closes the innermost open size between the same
//!   brackets, unless what follows can only start an operand: `|a | b|` is the size of a union, as in Bro. Where no
//!   size is open it is the operator.
//! * `&name` is an attribute where `name` is one, otherwise the operator and a name.
//!
//! Nothing panics on any bytes: what is no token is an error item, and the lexer goes on behind it.

mod context;
mod error;
pub(in crate::syntax) mod scan;
mod strings;
#[cfg(test)]
mod tests;

pub use context::{Context, Lexer};
pub use error::{LexError, LexErrorKind};
