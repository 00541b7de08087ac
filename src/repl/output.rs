//! Where a session's text goes.
//!
//! Everything a session shows passes through one [`Output`]: what scripts print, results, diagnostics. So a test can
//! take it down, a replay can be silent, and the editor can keep its line whole while timers print.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::rc::Rc;

use crate::vm::Streams;

/// Where text goes.
#[derive(Debug, Default)]
enum Target {
    /// Standard output and standard error.
    #[default]
    Standard,
    /// Kept, output and errors in one.
    Kept(Vec<u8>),
}

impl Streams for Rc<Output> {
    fn output(&mut self, bytes: &[u8]) {
        self.text(bytes);
    }

    fn error(&mut self, bytes: &[u8]) {
        Output::error(self, bytes);
    }

    fn flush(&mut self) {
        Output::flush(self);
    }
}

/// The way out of a session.
#[derive(Debug, Default)]
pub struct Output {
    target: RefCell<Target>,
    muted: Cell<bool>,
    /// The terminal does not begin a new line at the left by itself.
    raw: Cell<bool>,
    errors: Cell<usize>,
}

impl Output {
    /// To standard output and standard error.
    pub fn standard() -> Rc<Output> {
        Rc::default()
    }

    /// Kept until somebody [takes](Output::take) it.
    pub fn kept() -> Rc<Output> {
        Rc::new(Output { target: RefCell::new(Target::Kept(Vec::new())), ..Output::default() })
    }

    /// Results and what scripts print.
    pub fn text(&self, bytes: &[u8]) {
        if self.muted.get() {
            return;
        }
        match &mut *self.target.borrow_mut() {
            // Nobody is left to tell where standard output is closed.
            Target::Standard => drop(io::stdout().lock().write_all(&self.for_terminal(bytes))),
            Target::Kept(kept) => kept.extend_from_slice(bytes),
        }
    }

    /// A line of results.
    pub fn line(&self, line: &str) {
        self.text(format!("{line}\n").as_bytes());
    }

    /// Diagnostics; they come even from a silent replay.
    pub fn error(&self, bytes: &[u8]) {
        match &mut *self.target.borrow_mut() {
            Target::Standard => {
                let _ = io::stdout().lock().flush();
                let _ = io::stderr().lock().write_all(&self.for_terminal(bytes));
            }
            Target::Kept(kept) => kept.extend_from_slice(bytes),
        }
    }

    /// Says whether the terminal is one that passes on bytes as they are.
    pub fn set_raw(&self, raw: bool) {
        self.raw.set(raw);
    }

    fn for_terminal<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if !self.raw.get() {
            return Cow::Borrowed(bytes);
        }
        Cow::Owned(bytes.split_inclusive(|byte| *byte == b'\n').fold(Vec::new(), |mut out, line| {
            match line.strip_suffix(b"\n") {
                Some(text) => out.extend([text, b"\r\n"].concat()),
                None => out.extend_from_slice(line),
            }
            out
        }))
    }

    pub fn flush(&self) {
        if matches!(*self.target.borrow(), Target::Standard) {
            let _ = io::stdout().lock().flush();
        }
    }

    /// Keeps back results and what scripts print.
    pub fn set_muted(&self, muted: bool) {
        self.muted.set(muted);
    }

    /// Counts one error.
    pub fn count_error(&self) {
        self.errors.set(self.errors.get() + 1);
    }

    /// Errors so far.
    pub fn errors(&self) -> usize {
        self.errors.get()
    }

    /// What was kept so far.
    pub fn take(&self) -> Vec<u8> {
        match &mut *self.target.borrow_mut() {
            Target::Standard => Vec::new(),
            Target::Kept(kept) => std::mem::take(kept),
        }
    }

    /// Keeps what `work` writes instead of letting it out.
    pub fn keeping<R>(&self, work: impl FnOnce() -> R) -> (R, Vec<u8>) {
        let before = self.target.replace(Target::Kept(Vec::new()));
        let result = work();
        let kept = self.take();
        self.target.replace(before);
        (result, kept)
    }
}
