//! `btest-progress [-q] [-T] MESSAGE...`: says how far a test is, to whoever looks on.

use std::ffi::OsString;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

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
                    eprintln!("{USAGE}");
                    return 1;
                }
            }
        }
    }
    let message = words.collect::<Vec<String>>().join(" ");
    if message.is_empty() {
        eprintln!("{USAGE}");
        return 1;
    }
    if !is_quiet {
        let line = format!("[btest] -- {message}");
        println!("{line}");
        if has_time {
            eprintln!("{line} -- {} ", Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ"));
        } else {
            eprintln!("{line}");
        }
    }
    // Names in the order of time; the number keeps those of two processes apart.
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let file = format!("{PREFIX}{time}.{}", std::process::id());
    match fs::write(file, message + "\n") {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("btest-progress: {error}");
            1
        }
    }
}
