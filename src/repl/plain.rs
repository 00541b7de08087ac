//! Inputs from a file or a pipe: several lines where one is not whole, plain text out.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, BufRead};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use super::input::{self, Input};
use super::{Attention, Session};
use crate::source::FileId;

/// How often timers and the network are looked at while no line comes.
const IDLE: Duration = Duration::from_millis(20);

/// Lines that are read ahead.
const AHEAD: usize = 64;

/// Feeds a session line by line to the end, and lets time pass while none comes. Gives the exit status: 1 where any input failed, what scripts say where
/// they exit.
pub fn run(session: &mut Session, lines: impl BufRead + Send + 'static) -> i32 {
    let mut failed = session.output().errors() > 0;
    let mut text = String::new();
    let lines = Rc::new(RefCell::new(Lines::of(lines)));
    session.set_attention(lines.clone());
    loop {
        let line = match Lines::next(&lines) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                session.tick();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                session.output().error(format!("cannot read standard input: {error}\n").as_bytes());
                failed = true;
                break;
            }
        };
        text.push_str(&line);
        if matches!(input::read(FileId::NONE, &text), Input::Incomplete) {
            text.push('\n');
            continue;
        }
        failed |= !session.enter(&text);
        text.clear();
        if session.quit().is_some() {
            break;
        }
    }
    if !text.trim().is_empty() && session.quit().is_none() {
        failed |= !session.enter(&text);
    }
    let errors = session.output().errors();
    if session.quit().is_none_or(|status| status == 0) {
        session.finish();
    }
    failed |= session.output().errors() > errors;
    match session.quit() {
        Some(status) if status != 0 => status,
        _ => i32::from(failed),
    }
}

/// Lines from a thread that waits for them.
struct Lines {
    source: Receiver<io::Result<String>>,
    /// Taken and not used yet.
    waiting: VecDeque<io::Result<String>>,
}

impl Lines {
    fn of(lines: impl BufRead + Send + 'static) -> Lines {
        let (sender, source) = sync_channel(AHEAD);
        // It ends with the input, or where nobody listens any more.
        std::thread::spawn(move || lossy_lines(lines).try_for_each(|line| sender.send(line)));
        Lines { source, waiting: VecDeque::new() }
    }

    fn next(lines: &RefCell<Lines>) -> Result<io::Result<String>, RecvTimeoutError> {
        let mut lines = lines.borrow_mut();
        match lines.waiting.pop_front() {
            Some(line) => Ok(line),
            None => lines.source.recv_timeout(IDLE),
        }
    }
}

/// The next line is what the user wants.
impl Attention for Lines {
    fn begin(&mut self) {}

    fn is_wanted(&mut self) -> bool {
        self.waiting.extend(self.source.try_recv());
        !self.waiting.is_empty()
    }

    fn end(&mut self) {}
}

/// Lines without their ends; bytes that are not UTF-8 are replaced.
fn lossy_lines(mut input: impl BufRead) -> impl Iterator<Item = io::Result<String>> {
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => {
                while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    line.pop();
                }
                Some(Ok(String::from_utf8_lossy(&line).into_owned()))
            }
            Err(error) => Some(Err(error)),
        }
    })
}
