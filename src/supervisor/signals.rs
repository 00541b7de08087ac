//! What reaches the supervisor from outside while it waits: signals.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use signal_hook::consts::{SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGWINCH};

/// What a signal means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// To stop; the second time, at once.
    Stop,
    /// A child has ended.
    Look,
    /// The terminal has another size.
    Show,
    /// This process was stopped for a while, and others had the terminal.
    Resumed,
}

/// The signals of this process, from now on.
#[derive(Debug)]
pub struct Signals(Receiver<Signal>);

impl Signals {
    pub fn catch() -> io::Result<Signals> {
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGWINCH, SIGCONT])?;
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            for signal in signals.forever() {
                let meaning = match signal {
                    SIGINT | SIGTERM | SIGHUP => Signal::Stop,
                    SIGCHLD => Signal::Look,
                    SIGCONT => Signal::Resumed,
                    _ => Signal::Show,
                };
                if sender.send(meaning).is_err() {
                    break;
                }
            }
        });
        Ok(Signals(receiver))
    }

    /// Waits for the next one, but not for longer than this.
    pub fn wait(&self, limit: Duration) -> Option<Signal> {
        match self.0.recv_timeout(limit) {
            Ok(signal) => Some(signal),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                // The thread is gone; the wait remains.
                std::thread::sleep(limit);
                None
            }
        }
    }
}
