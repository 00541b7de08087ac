//! `timeout DURATION COMMAND...` in a rehearsal: the seconds that it counts are simulated, as those of the command are. For
//! a command that is no part of the rehearsal it is the program that everybody has.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGKILL, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::signal_name;

use super::client::{connect, seconds};
use super::protocol::{Request, answered};
use crate::diag::say;

/// Its exit statuses besides those of the command.
const TIMED_OUT: i32 = 124;
const FAILED: i32 = 125;
const CANNOT_RUN: i32 = 126;
const NOT_FOUND: i32 = 127;

/// Commands that live in simulated time, or in which others do.
const SIMULATED: [&str; 11] =
    ["bro", "zeek", "brood", "sleep", "timeout", "btest-bg-run", "btest-bg-wait", "sh", "bash", "dash", "env"];

#[derive(Debug, PartialEq)]
struct Wish {
    seconds: f64,
    /// So long after the first signal it sends one that nobody can ignore.
    kill_after: Option<f64>,
    signal: i32,
    keeps_status: bool,
    /// The command stays in the group of this process, and is the only one to be told.
    is_foreground: bool,
    is_verbose: bool,
    command: Vec<OsString>,
}

/// What happened while the command ran.
enum News {
    TimeIsOver,
    Ended,
    Signal(i32),
}

/// Gives the exit status.
pub(super) fn main(arguments: &[OsString]) -> i32 {
    let done = parse(arguments).and_then(|wish| {
        let name = wish.command.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let program = name.rsplit('/').next().unwrap_or_default();
        if !SIMULATED.contains(&program) {
            return Err(format!("{name}: {}", everybodys(arguments)));
        }
        run(&wish, &name).map_err(|error| format!("{name}: {error}"))
    });
    done.unwrap_or_else(|message| {
        say!("timeout: {message}");
        FAILED
    })
}

/// Becomes the program of this name that comes next on the path. Comes back where there is none.
fn everybodys(arguments: &[OsString]) -> io::Error {
    let own = env::current_exe().and_then(fs::canonicalize).ok();
    let path = env::var_os("PATH").unwrap_or_default();
    let all = env::split_paths(&path).map(|folder| folder.join("timeout"));
    let other = all.into_iter().find(|program| fs::canonicalize(program).is_ok_and(|program| Some(program) != own));
    match other {
        Some(program) => Command::new(program).args(arguments).exec(),
        None => io::ErrorKind::NotFound.into(),
    }
}

fn parse(arguments: &[OsString]) -> Result<Wish, String> {
    let mut wish = Wish {
        seconds: 0.0,
        kill_after: None,
        signal: SIGTERM,
        keeps_status: false,
        is_foreground: false,
        is_verbose: false,
        command: Vec::new(),
    };
    let mut rest = arguments.iter();
    let mut next = || rest.next().map(|word| word.to_string_lossy().into_owned());
    let missing = || "missing operand".to_owned();
    let time = |text: &str| seconds(text).ok_or_else(|| format!("invalid time interval '{text}'"));
    let duration = loop {
        let word = next().ok_or_else(missing)?;
        let (option, value) = match word.split_once('=').filter(|_| word.starts_with("--")) {
            Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
            // `-k5`
            None if word.starts_with("-k") || word.starts_with("-s") => {
                let (option, value) = word.split_at(2);
                (option.to_owned(), Some(value.to_owned()).filter(|value| !value.is_empty()))
            }
            None => (word.clone(), None),
        };
        match option.as_str() {
            "-k" | "--kill-after" => wish.kill_after = Some(time(&value.or_else(&mut next).ok_or_else(missing)?)?),
            "-s" | "--signal" => wish.signal = signal(&value.or_else(&mut next).ok_or_else(missing)?)?,
            "-p" | "--preserve-status" => wish.keeps_status = true,
            "-f" | "--foreground" => wish.is_foreground = true,
            "-v" | "--verbose" => wish.is_verbose = true,
            "--" => break next().ok_or_else(missing)?,
            _ if word.starts_with('-') => return Err(format!("no option '{word}' in a rehearsal")),
            _ => break word,
        }
    };
    wish.seconds = time(&duration)?;
    wish.command = rest.cloned().collect();
    if wish.command.is_empty() { Err(missing()) } else { Ok(wish) }
}

/// A signal by its number or its name.
fn signal(text: &str) -> Result<i32, String> {
    let name = text.to_ascii_uppercase();
    let is_it = |number: &i32| {
        let known = signal_name(*number).unwrap_or_default();
        number.to_string() == name || (!known.is_empty() && (known == name || known.strip_prefix("SIG") == Some(&name)))
    };
    (1..32).find(is_it).ok_or_else(|| format!("'{text}': invalid signal"))
}

fn run(wish: &Wish, name: &str) -> io::Result<i32> {
    let (sender, news) = channel();
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
    let mut command = Command::new(name);
    command.args(wish.command.iter().skip(1));
    if !wish.is_foreground {
        command.process_group(0);
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            say!("timeout: failed to run command '{name}': {error}");
            return Ok(if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { CANNOT_RUN });
        }
    };
    let (process, for_end, for_signals) = (Pid::from_child(&child), sender.clone(), sender.clone());
    thread::spawn(move || {
        // Its number stays taken until its status is asked for.
        let _ = waitid(WaitId::Pid(process), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
        let _ = for_end.send(News::Ended);
    });
    thread::spawn(move || signals.forever().all(|signal| for_signals.send(News::Signal(signal)).is_ok()));
    if wish.seconds > 0.0 {
        count(wish.seconds, &sender)?;
    }
    let mut is_over = false;
    loop {
        let number = match news.recv().map_err(io::Error::other)? {
            News::Ended => return Ok(status(child.wait()?, is_over, wish.keeps_status)),
            News::Signal(number) => number,
            News::TimeIsOver if is_over => SIGKILL,
            News::TimeIsOver => {
                is_over = true;
                if let Some(seconds) = wish.kill_after.filter(|seconds| *seconds > 0.0) {
                    count(seconds, &sender)?;
                }
                wish.signal
            }
        };
        if wish.is_verbose {
            let signal = signal_name(number).unwrap_or_default();
            say!("timeout: sending signal {} to command '{name}'", signal.trim_start_matches("SIG"));
        }
        send(&child, number, wish.is_foreground);
    }
}

/// Says when simulated time has passed.
fn count(seconds: f64, sender: &Sender<News>) -> io::Result<()> {
    let (mut stream, sender) = (connect(Request::Sleep { seconds })?, sender.clone());
    thread::spawn(move || {
        // Another answer says that the test is over, and the command hears of that itself.
        if matches!(answered(&mut stream), Ok(0)) {
            let _ = sender.send(News::TimeIsOver);
        }
    });
    Ok(())
}

fn send(child: &Child, number: i32, is_alone: bool) {
    let Some(signal) = Signal::from_named_raw(number) else { return };
    let process = Pid::from_child(child);
    // It may just have ended.
    let _ = if is_alone { kill_process(process, signal) } else { kill_process_group(process, signal) };
}

fn status(ended: ExitStatus, is_over: bool, keeps_status: bool) -> i32 {
    let was_killed = ended.signal() == Some(SIGKILL);
    if is_over && !keeps_status && !was_killed {
        return TIMED_OUT;
    }
    ended.code().unwrap_or_else(|| 128 + ended.signal().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::{Wish, parse, status};

    fn parsed(line: &str) -> Result<Wish, String> {
        parse(&line.split_whitespace().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn command_lines() {
        let plain = Wish {
            seconds: 120.0,
            kill_after: None,
            signal: 15,
            keeps_status: false,
            is_foreground: false,
            is_verbose: false,
            command: vec!["bro".into(), "-b".into()],
        };
        assert_eq!(parsed("2m bro -b").unwrap(), plain);
        assert_eq!(parsed("-- 2m bro -b").unwrap(), plain);
        let all = Wish {
            kill_after: Some(3.0),
            signal: 2,
            keeps_status: true,
            is_foreground: true,
            is_verbose: true,
            ..plain
        };
        for line in [
            "-k 3 -s INT -p -f -v 2m bro -b",
            "-k3 -sINT --preserve-status --foreground --verbose 120 bro -b",
            "--kill-after=3 --signal=sigint -p -f -v 2m bro -b",
            "--kill-after 3 --signal 2 -p -f -v 2m bro -b",
        ] {
            assert_eq!(parsed(line).unwrap(), all, "{line}");
        }
        for line in ["", "5", "-k", "x bro", "-s NONE 5 bro", "--unknown 5 bro"] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }

    #[test]
    fn exit_statuses() {
        let (three, terminated, killed) =
            (ExitStatus::from_raw(3 << 8), ExitStatus::from_raw(15), ExitStatus::from_raw(9));
        assert_eq!([status(three, false, false), status(three, true, false), status(three, true, true)], [3, 124, 3]);
        assert_eq!([status(terminated, false, false), status(terminated, true, false)], [143, 124]);
        assert_eq!([status(killed, true, false), status(killed, false, false)], [137, 137]);
    }
}
