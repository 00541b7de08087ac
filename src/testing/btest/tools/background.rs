//! `btest-bg-run NAME COMMAND...`: runs a command beside the test, in a folder and a session of its own.
//!
//! The process that stays is this program as a helper. It leaves files for `btest-bg-wait`: its number, the command, what
//! it printed, and in the end its exit status. A helper that is asked to end takes its whole session along.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, setsid};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};

use super::shell::shell;
use super::usage;
use crate::diag::say;

pub(super) const HELPER: &str = "btest-bg-run-helper";

/// The names of what runs, in the folder of the test.
pub(in crate::testing) const PROCESSES: &str = ".bgprocs";
pub(in crate::testing) const PID: &str = ".pid";
pub(in crate::testing) const EXIT_STATUS: &str = ".exitcode";
pub(in crate::testing) const COMMAND_LINE: &str = ".cmdline";
pub(in crate::testing) const OUTPUT: &str = ".stdout";
pub(in crate::testing) const ERRORS: &str = ".stderr";

/// How long a command may take to end that is asked to, before it is made to.
const GRACE: Duration = Duration::from_secs(1);

/// How often it is looked whether a process has ended.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// The exit statuses that stand for having been ended.
const ENDED: i32 = 15;
const KILLED: i32 = 9;

pub(super) fn main(arguments: &[OsString]) -> i32 {
    let Some((name, command)) = arguments.split_first().filter(|(_, command)| !command.is_empty()) else {
        return usage("usage: btest-bg-run <tag> <cmdline>\n");
    };
    if Path::new(name).exists() {
        say!("directory '{}' already exists", name.display());
        return 1;
    }
    match start(Path::new(name), command) {
        Ok(()) => {
            let seconds = env::var("BTEST_BG_RUN_SLEEP").ok().and_then(|text| text.trim().parse().ok()).unwrap_or(1.0);
            thread::sleep(Duration::try_from_secs_f64(seconds).unwrap_or(GRACE));
            0
        }
        Err(error) => {
            say!("btest-bg-run: {error}");
            1
        }
    }
}

fn start(folder: &Path, command: &[OsString]) -> io::Result<()> {
    fs::create_dir(folder)?;
    let line = command.join(" ".as_ref());
    let mut text = line.into_encoded_bytes();
    text.push(b'\n');
    fs::write(folder.join(COMMAND_LINE), text)?;
    let mut helper = Command::new(env::current_exe()?);
    helper.arg0(HELPER).args(command).current_dir(folder).stdin(Stdio::null());
    helper.stdout(File::create(folder.join(OUTPUT))?).stderr(File::create(folder.join(ERRORS))?);
    let helper = helper.spawn()?;
    // Before anybody can wait for it, so that nobody finds it without a number.
    write_whole(&folder.join(PID), &helper.id().to_string())?;
    let mut list = OpenOptions::new().create(true).append(true).open(PROCESSES)?;
    writeln!(list, "{}", folder.display())
}

/// Writes a file that is there with its content or not at all.
pub(in crate::testing) fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    fs::write(&new, format!("{text}\n"))?;
    fs::rename(new, path)
}

/// The process that stays while the command runs.
pub(super) fn helper(arguments: &[OsString]) -> i32 {
    match attend(arguments) {
        Ok(()) => 0,
        Err(error) => {
            say!("{HELPER}: {error}");
            // Whoever waits is to hear of it.
            let _ = write_whole(Path::new(EXIT_STATUS), "1");
            1
        }
    }
}

fn attend(arguments: &[OsString]) -> io::Result<()> {
    // It leads a session already where it was started by hand.
    let _ = setsid();
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM, SIGCHLD])?;
    let line = arguments.join(" ".as_ref()).to_string_lossy().into_owned();
    let mut child = shell(&line).stdin(Stdio::null()).spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            let status = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
            return write_whole(Path::new(EXIT_STATUS), &status.to_string());
        }
        if signals.wait().any(|signal| signal != SIGCHLD) {
            let status = end(&mut child)?;
            return write_whole(Path::new(EXIT_STATUS), &status.to_string());
        }
    }
}

/// Ends the command and what it has started.
fn end(child: &mut Child) -> io::Result<i32> {
    let own = rustix::process::getpid();
    // This process is asked too, and has its own way to take that.
    let _ = kill_process_group(own, Signal::TERM);
    let until = Instant::now() + GRACE;
    while Instant::now() < until {
        if child.try_wait()?.is_some() {
            return Ok(ENDED);
        }
        thread::sleep(TICK);
    }
    child.kill()?;
    child.wait()?;
    Ok(KILLED)
}

/// The processes that were started in the folder of a test, by their folders.
pub(in crate::testing) fn started(folder: &Path) -> Vec<String> {
    let text = fs::read(folder.join(PROCESSES)).unwrap_or_default();
    String::from_utf8_lossy(&text).split_whitespace().map(str::to_owned).collect()
}

pub(in crate::testing) fn has_ended(folder: &Path) -> bool {
    folder.join(EXIT_STATUS).exists()
}

/// The number of the helper, which leads the session.
pub(super) fn helper_of(folder: &Path) -> Option<Pid> {
    let text = fs::read_to_string(folder.join(PID)).ok()?;
    Pid::from_raw(text.trim().parse().ok()?)
}

/// Ends processes of a test that are still running: first by asking, then at once.
pub(super) fn end_those(folder: &Path, names: &[String]) {
    let is_left = |name: &&String| !has_ended(&folder.join(name.as_str()));
    let left: Vec<&String> = names.iter().filter(is_left).collect();
    if left.is_empty() {
        return;
    }
    for name in &left {
        if let Some(helper) = helper_of(&folder.join(name.as_str())) {
            let _ = kill_process(helper, Signal::HUP);
        }
    }
    let until = Instant::now() + 2 * GRACE;
    while Instant::now() < until && left.iter().any(|name| !has_ended(&folder.join(name.as_str()))) {
        thread::sleep(TICK);
    }
    for name in left.iter().filter(|name| !has_ended(&folder.join(name.as_str()))) {
        if let Some(helper) = helper_of(&folder.join(name.as_str())) {
            let _ = kill_process_group(helper, Signal::KILL);
            let _ = kill_process(helper, Signal::KILL);
        }
    }
}

/// Ends whatever a test has left running.
pub(in crate::testing::btest) fn end_all(folder: &Path) {
    end_those(folder, &started(folder));
}

/// `btest-setsid COMMAND...`: becomes the command, in a session of its own.
pub(super) fn set_session(arguments: &[OsString]) -> i32 {
    let Some((program, rest)) = arguments.split_first() else {
        say!("usage: btest-setsid <cmdline>");
        return 1;
    };
    if let Err(error) = setsid() {
        say!("btest-setsid failed: {error}");
        return 1;
    }
    let error = Command::new(program).args(rest).exec();
    say!("btest-setsid: {}: {error}", program.display());
    1
}
