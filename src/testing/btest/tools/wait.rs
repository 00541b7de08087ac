//! `btest-bg-wait [-k] SECONDS`: waits for what `btest-bg-run` has started, and ends what takes longer.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::background::{COMMAND_LINE, ERRORS, EXIT_STATUS, OUTPUT, TICK, end_those, has_ended, helper_of, started};
use super::usage;
use crate::diag::say;

/// Which commands were ended, in the folder of the test; and that one was, in its own.
const TIMEOUT: &str = ".timeout";

pub(super) fn main(arguments: &[OsString]) -> i32 {
    let is_fine = arguments.first().is_some_and(|first| first == "-k");
    let rest = arguments.get(usize::from(is_fine)..).unwrap_or_default();
    let seconds = match rest {
        [seconds] => seconds.to_str().and_then(|text| text.parse::<f64>().ok()),
        _ => None,
    };
    let Some(limit) = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) else {
        return usage("usage: btest-bg-wait [-k] <timeout>\n");
    };
    let names = started(Path::new("."));
    match wait(&names, limit, is_fine) {
        Ok(status) => status,
        Err(error) => {
            say!("btest-bg-wait: {error}");
            1
        }
    }
}

fn wait(names: &[String], limit: Duration, is_fine: bool) -> io::Result<i32> {
    let is_asked = Arc::new(AtomicBool::new(false));
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, is_asked.clone())?;
    }
    fs::write(TIMEOUT, "")?;
    let until = Instant::now().checked_add(limit);
    while names.iter().any(|name| !has_ended(Path::new(name))) {
        if is_asked.load(Ordering::SeqCst) {
            end_those(Path::new("."), names);
            return Ok(1);
        }
        if until.is_some_and(|until| Instant::now() >= until) {
            note_late(Path::new("."), names)?;
            end_those(Path::new("."), names);
            if !is_fine {
                collect(Path::new("."), names, true)?;
                return Ok(1);
            }
            break;
        }
        thread::sleep(TICK);
    }
    collect(Path::new("."), names, false)?;
    judge(Path::new("."), names)
}

/// Writes down what has not ended in time.
pub(in crate::testing) fn note_late(folder: &Path, names: &[String]) -> io::Result<()> {
    let mut late = Vec::new();
    for place in names.iter().map(|name| folder.join(name)).filter(|place| !has_ended(place)) {
        late.extend(read(&place, COMMAND_LINE));
        fs::write(place.join(TIMEOUT), "")?;
    }
    fs::write(folder.join(TIMEOUT), late)
}

fn read(place: &Path, file: &str) -> Vec<u8> {
    fs::read(place.join(file)).unwrap_or_default()
}

/// `<<< [123] bro -b script.bro`
fn heading(place: &Path) -> String {
    let pid = helper_of(place).map_or_else(String::new, |pid| pid.as_raw_nonzero().to_string());
    format!("<<< [{pid}] {}\n", String::from_utf8_lossy(&read(place, COMMAND_LINE)).trim_end())
}

/// Puts together what all have printed, where the output of the test is looked for.
pub(in crate::testing) fn collect(folder: &Path, names: &[String], tells_late: bool) -> io::Result<()> {
    let late = fs::read(folder.join(TIMEOUT)).unwrap_or_default();
    let mut errors = Vec::new();
    if tells_late && !late.is_empty() {
        errors.extend(b"The following processes did not terminate:\n\n");
        errors.extend(&late);
        errors.extend(b"\n-----------\n");
    }
    let mut output = Vec::new();
    for place in names.iter().map(|name| folder.join(name)) {
        for (all, file) in [(&mut output, OUTPUT), (&mut errors, ERRORS)] {
            all.extend(heading(&place).into_bytes());
            all.extend(read(&place, file));
            all.extend(b">>>\n");
        }
    }
    for (text, file) in [(output, OUTPUT), (errors, ERRORS)] {
        // The test still writes to the file of that name; what it writes from now on is not looked at.
        let file = folder.join(file);
        let _ = fs::remove_file(&file);
        if !names.is_empty() {
            fs::write(file, text)?;
        }
    }
    Ok(())
}

/// Whether one of them failed that was not ended here.
pub(in crate::testing) fn judge(folder: &Path, names: &[String]) -> io::Result<i32> {
    let mut text = Vec::new();
    for place in names.iter().map(|name| folder.join(name)).filter(|place| !place.join(TIMEOUT).exists()) {
        let status = String::from_utf8_lossy(&read(&place, EXIT_STATUS)).trim().to_owned();
        if status != "0" {
            let heading = heading(&place);
            let shown =
                heading.trim_start_matches("<<< [").replacen(']', &format!(" failed with exitcode {status}:"), 1);
            text.extend(format!(">>> process {shown}").into_bytes());
        }
    }
    if text.is_empty() {
        return Ok(0);
    }
    let mut errors = read(folder, ERRORS);
    errors.extend(text);
    fs::write(folder.join(ERRORS), errors)?;
    Ok(1)
}
