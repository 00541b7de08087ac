//! What the environment says of the terminal.

use std::env::var_os;

/// Whether it takes nothing but plain text.
pub fn is_dumb() -> bool {
    var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Whether text on it may be in colour.
pub fn has_color() -> bool {
    var_os("NO_COLOR").is_none() && !is_dumb()
}
