//! Lines on standard error that are no findings.

use std::fmt::Arguments;
use std::io::{self, Write};

/// Writes a line to standard error as `eprintln!` does, but does not panic: where that is closed or full, nobody is left
/// to be told.
macro_rules! say {
    ($($part:tt)*) => {
        $crate::diag::say_line(format_args!($($part)*))
    };
}

pub(crate) use say;

/// As [`say!`] does.
pub(crate) fn say_line(line: Arguments<'_>) {
    // One piece, so that what others write there does not come between.
    let _ = io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
