//! Commands of tests that are part of a rehearsal: they hand everything on and wait for their exit status.
//!
//! They are started often, so that nothing here may take long.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::path::Path;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::protocol::{Call, Request, SOCKET, answered, send};
use super::timeout;
use crate::diag::say;
use crate::launch::Launch;

/// The names of those that stand in place of programs that everybody knows.
pub const NAMES: [&str; 4] = ["btest-bg-run", "btest-bg-wait", "sleep", "timeout"];

/// What takes longer never ends; JSON has no number for that.
const LONGEST: f64 = 1e12;

/// Whether this process is a command of a test that is rehearsed.
pub fn is_rehearsed() -> bool {
    env::var_os(SOCKET).is_some_and(|socket| !socket.is_empty())
}

/// Performs what the process was called for, where that is one of [`NAMES`] and it is rehearsed. Gives the exit status.
pub fn tool(program: &OsStr, arguments: &[OsString]) -> Option<i32> {
    if !is_rehearsed() {
        return None;
    }
    let words: Vec<String> = arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let request = match Path::new(program).file_name()?.to_str()? {
        "sleep" => sleep(&words),
        "btest-bg-run" => background(&words),
        "btest-bg-wait" => wait(&words),
        "timeout" => return Some(timeout::main(arguments)),
        _ => return None,
    };
    Some(match request {
        Ok(request) => call(request),
        Err(message) => {
            say!("{message}");
            1
        }
    })
}

/// Seconds as `sleep` takes them: a number and `s`, `m`, `h` or `d`.
pub(super) fn seconds(word: &str) -> Option<f64> {
    let (number, unit) = match word.char_indices().next_back()? {
        (place, 'm') => (word.get(..place)?, 60.0),
        (place, 'h') => (word.get(..place)?, 3600.0),
        (place, 'd') => (word.get(..place)?, 86400.0),
        (place, 's') => (word.get(..place)?, 1.0),
        _ => (word, 1.0),
    };
    let number: f64 = number.parse().ok()?;
    (number >= 0.0).then_some((number * unit).min(LONGEST))
}

fn sleep(words: &[String]) -> Result<Request, String> {
    let mut sum = 0.0;
    for word in words {
        sum += seconds(word).ok_or_else(|| format!("sleep: invalid time interval '{word}'"))?;
    }
    if words.is_empty() { Err("sleep: missing operand".to_owned()) } else { Ok(Request::Sleep { seconds: sum }) }
}

fn background(words: &[String]) -> Result<Request, String> {
    match words {
        [name, line @ ..] if !line.is_empty() => Ok(Request::Background { name: name.clone(), line: line.join(" ") }),
        _ => Err("usage: btest-bg-run <tag> <cmdline>".to_owned()),
    }
}

fn wait(words: &[String]) -> Result<Request, String> {
    let (may_be_late, rest) = match words {
        [first, rest @ ..] if first == "-k" => (true, rest),
        words => (false, words),
    };
    match rest.first().and_then(|word| word.parse::<f64>().ok()) {
        Some(seconds) if rest.len() == 1 && seconds >= 0.0 && seconds.is_finite() => {
            Ok(Request::Wait { seconds, may_be_late })
        }
        _ => Err("usage: btest-bg-wait [-k] <timeout>".to_owned()),
    }
}

/// Runs as a node what a command line asked for. Gives the exit status.
pub fn node(launch: &Launch, status_file: Option<&str>) -> i32 {
    let mut inputs = BTreeMap::new();
    for script in launch.scripts.iter().filter(|script| is_own(script)) {
        let text = match script.as_str() {
            "-" => read_whole(io::stdin().lock()),
            path => File::open(path).and_then(read_whole),
        };
        match text {
            Ok(text) => drop(inputs.entry(script.clone()).or_insert(text)),
            Err(error) => {
                say!("brood: {script}: {error}");
                return 1;
            }
        }
    }
    call(Request::Node {
        launch: Box::new(launch.clone()),
        words: env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
        status_file: status_file.map(str::to_owned),
        inputs,
    })
}

/// Whether a name means something else in every process.
fn is_own(script: &str) -> bool {
    let folders = ["/dev/fd/", "/proc/self/fd/"];
    script == "-" || script == "/dev/stdin" || folders.iter().any(|folder| script.starts_with(folder))
}

fn read_whole(mut from: impl Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    from.read_to_end(&mut text)?;
    Ok(text)
}

/// Says that something is not possible in a rehearsal. Gives the exit status.
pub fn refuse(what: &str) -> i32 {
    call(Request::Refused { what: what.to_owned() })
}

fn call(request: Request) -> i32 {
    match ask(request) {
        Ok(status) => status,
        Err(error) => {
            say!("brood: the rehearsal cannot be reached: {error}");
            1
        }
    }
}

fn ask(request: Request) -> io::Result<i32> {
    // Those that the program takes which stands here otherwise.
    let signals: &[i32] = match request {
        Request::Node { .. } => &[SIGINT, SIGTERM],
        Request::Sleep { .. } => &[],
        _ => &[SIGHUP, SIGINT, SIGTERM],
    };
    let mut stream = connect(request)?;
    for signal in signals {
        // Each writes one byte; whoever asks this process to end asks the node.
        signal_hook::low_level::pipe::register(*signal, stream.try_clone()?)?;
    }
    answered(&mut stream)
}

/// Hands a request on. The answer comes where it went.
pub(super) fn connect(request: Request) -> io::Result<UnixStream> {
    let mut stream = UnixStream::connect(env::var_os(SOCKET).unwrap_or_default())?;
    let folder = env::current_dir()?.to_string_lossy().into_owned();
    let text = |text: OsString| text.to_string_lossy().into_owned();
    let variables = env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
    send(&mut stream, &Call { request, folder, variables })?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Request, background, seconds, sleep, wait};

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn times_of_sleep() {
        assert_eq!(["1", "0.5s", "2m", "1h", "1d"].map(seconds), [1.0, 0.5, 120.0, 3600.0, 86400.0].map(Some));
        assert_eq!(["", "x", "-1", "s", "1x"].map(seconds), [None; 5]);
        assert_eq!(["infinity", "1e308d"].map(seconds), [Some(LONGEST); 2]);
        assert!(matches!(sleep(&words("1 2m")), Ok(Request::Sleep { seconds }) if seconds == 121.0));
        assert!(sleep(&[]).is_err());
    }

    #[test]
    fn command_lines_of_the_tools() {
        assert!(matches!(
            background(&words("recv bro -b x")),
            Ok(Request::Background { name, line }) if name == "recv" && line == "bro -b x"
        ));
        assert!(background(&words("recv")).is_err());
        let waits = |text: &str| match wait(&words(text)) {
            Ok(Request::Wait { seconds, may_be_late }) => Some((seconds, may_be_late)),
            _ => None,
        };
        assert_eq!(
            [waits("30"), waits("-k 1"), waits("-k"), waits("1 2"), waits("inf")],
            [Some((30.0, false)), Some((1.0, true)), None, None, None]
        );
    }
}
