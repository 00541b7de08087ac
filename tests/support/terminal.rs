//! A terminal for tests: the program runs on it, and what is on its screen can be waited for.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

const BROOD: &str = env!("CARGO_BIN_EXE_brood");

/// Nothing takes so long unless it never comes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A terminal with the program on it.
pub(crate) struct Terminal {
    pub(crate) pty: Arc<pty_process::blocking::Pty>,
    pub(crate) child: Child,
    /// What is shown, and whether the program has closed its side.
    pub(crate) screen: Arc<(Mutex<(vt100::Parser, bool)>, Condvar)>,
}

impl Terminal {
    /// Runs the program in a folder, on a terminal of so many rows and columns.
    pub(crate) fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)], size: (u16, u16)) -> Terminal {
        let (pty, pts) = pty_process::blocking::open().unwrap();
        let (rows, columns) = size;
        pty.resize(pty_process::Size::new(rows, columns)).unwrap();
        let command = pty_process::blocking::Command::new(BROOD).args(arguments);
        let command = command.current_dir(folder).env_clear().env("XDG_STATE_HOME", folder.join("state"));
        let child = command.env("TERM", "xterm-256color").envs(variables.iter().copied()).spawn(pts).unwrap();
        let pty = Arc::new(pty);
        let [rows, columns] = [rows, columns].map(|count| NonZeroU16::new(count).unwrap());
        let screen = Arc::new((Mutex::new((vt100::Parser::new(rows, columns, 0), false)), Condvar::new()));
        let (reading, shown) = (pty.clone(), screen.clone());
        std::thread::spawn(move || watch(&reading, &shown));
        Terminal { pty, child, screen }
    }

    pub(crate) fn press(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the screen fits; gives what is on it.
    pub(crate) fn wait(&self, what: &str, fits: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let (screen, changed) = &*self.screen;
        let mut shown = screen.lock().unwrap();
        loop {
            let text = shown.0.screen().contents();
            if fits(&text) {
                return text;
            }
            assert!(!shown.1, "the program ended before {what}:\n{text}");
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{what} never came:\n{text}");
            shown = changed.wait_timeout(shown, left).unwrap().0;
        }
    }

    pub(crate) fn see(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Waits for the end; gives the exit status.
    pub(crate) fn end(mut self) -> i32 {
        let (screen, changed) = &*self.screen;
        let shown = screen.lock().unwrap();
        let (shown, timeout) = changed.wait_timeout_while(shown, PATIENCE, |shown| !shown.1).unwrap();
        assert!(!timeout.timed_out(), "the program does not end:\n{}", shown.0.screen().contents());
        drop(shown);
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Already gone where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Shows what the program writes, and tells it where the cursor is when it asks, as terminals do.
fn watch(pty: &pty_process::blocking::Pty, screen: &(Mutex<(vt100::Parser, bool)>, Condvar)) {
    const QUERY: &[u8] = b"\x1b[6n";
    let mut buffer = [0; 4096];
    let mut pending: Vec<u8> = Vec::new();
    while let Ok(count @ 1..) = { pty }.read(&mut buffer) {
        pending.extend_from_slice(&buffer[..count]);
        let mut shown = screen.0.lock().unwrap();
        while let Some(at) = pending.windows(QUERY.len()).position(|bytes| bytes == QUERY) {
            let behind = pending.split_off(at + QUERY.len());
            shown.0.process(&pending[..at]);
            pending = behind;
            let (row, column) = shown.0.screen().cursor_position();
            let _ = { pty }.write_all(format!("\x1b[{};{}R", row + 1, column + 1).as_bytes());
        }
        // A query may have come in part.
        let begun = (1..QUERY.len()).rev().find(|length| pending.ends_with(&QUERY[..*length])).unwrap_or(0);
        let rest = pending.split_off(pending.len() - begun);
        shown.0.process(&pending);
        pending = rest;
        drop(shown);
        screen.1.notify_all();
    }
    screen.0.lock().unwrap().1 = true;
    screen.1.notify_all();
}
