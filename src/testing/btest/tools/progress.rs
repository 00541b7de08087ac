//! `btest-progress [-q] [-T] MESSAGE...`: says how far a test is, to whoever looks on.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

use crate::diag::say;
use crate::testing::btest::progress::PREFIX;

const USAGE: &str = "\
usage: btest-progress [-q] [-T] <message>

         -q: Do not print message to standard output or standard error.
         -T: Do not include timestamp on standard error message.
";

pub(super) fn main(arguments: &[OsString]) -> i32 {
    let (mut is_quiet, mut has_time) = (false, true);
    let mut words = arguments.iter().map(|word| word.to_string_lossy().into_owned()).peekable();
    while let Some(options) = words.next_if(|word| word.len() > 1 && word.starts_with('-')) {
        for option in options.chars().skip(1) {
            match option {
                'q' => is_quiet = true,
                'T' => has_time = false,
                _ => {
                    say!("{USAGE}");
                    return 1;
                }
            }
        }
    }
    let message = words.collect::<Vec<String>>().join(" ");
    if message.is_empty() {
        say!("{USAGE}");
        return 1;
    }
    if !is_quiet {
        let line = format!("[btest] -- {message}");
        let time =
            if has_time { Timestamp::now().strftime(" -- %Y-%m-%dT%H:%M:%S%.3fZ ").to_string() } else { String::new() };
        // A test that closes its streams says how far it is all the same.
        let _ = writeln!(io::stdout(), "{line}");
        let _ = writeln!(io::stderr(), "{line}{time}");
    }
    // Names in the order of time; the number keeps those of two processes apart.
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let file = format!("{PREFIX}{time}.{}", std::process::id());
    match fs::write(file, message + "\n") {
        Ok(()) => 0,
        Err(error) => {
            say!("btest-progress: {error}");
            1
        }
    }
}
