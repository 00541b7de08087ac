//! Patterns: regular expressions in Bro's dialect.

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern;
