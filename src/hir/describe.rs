//! Expressions as Bro's messages show them.
