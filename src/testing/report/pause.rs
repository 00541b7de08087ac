//! Waits for the enter key where tests are looked at one by one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How often is looked at whether all is to end.
const TICK: Duration = Duration::from_millis(100);

/// Waits for the key, and no longer than until all is to end.
#[derive(Clone, Debug)]
pub struct Pause {
    is_asked: Arc<AtomicBool>,
}

impl Pause {
    /// `is_asked` is set where all is to end.
    pub fn new(is_asked: Arc<AtomicBool>) -> Pause {
        Pause { is_asked }
    }

    pub(super) fn wait(&self) {
        let (sender, receiver) = channel();
        // Nothing wakes who reads: where all is to end, it is left behind.
        std::thread::spawn(move || {
            let _ = io::stdin().read_line(&mut String::new());
            // Nobody waits any more where all is to end.
            let _ = sender.send(());
        });
        while !self.is_asked.load(Ordering::SeqCst) {
            if receiver.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
    }
}
