//! Runs one command of a test in a shell, so that it can be ended from outside.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// How a command ended: its exit status, or the signal that ended it, below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End(pub(super) i32);

impl End {
    pub(super) fn is_success(self) -> bool {
        self.0 == 0
    }
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> Self {
        End(status.code().unwrap_or_else(|| -status.signal().unwrap_or(1)))
    }
}

/// Ends all that runs, whoever holds a copy.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<Running>);

#[derive(Debug, Default)]
struct Running {
    is_over: AtomicBool,
    /// The process groups of commands that have not ended yet.
    groups: Mutex<BTreeSet<i32>>,
}

impl Interrupt {
    /// Nothing new begins, and what runs is asked to end.
    pub fn interrupt(&self) {
        self.0.is_over.store(true, Ordering::SeqCst);
        self.send(Signal::TERM);
    }

    /// What runs ends at once.
    pub fn kill(&self) {
        self.0.is_over.store(true, Ordering::SeqCst);
        self.send(Signal::KILL);
    }

    pub fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::SeqCst)
    }

    fn send(&self, signal: Signal) {
        for group in self.0.groups.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if let Some(group) = Pid::from_raw(*group) {
                // It may just have ended.
                let _ = kill_process_group(group, signal);
            }
        }
    }

    fn enter(&self, group: i32) {
        self.0.groups.lock().unwrap_or_else(PoisonError::into_inner).insert(group);
        if self.is_over() {
            self.send(Signal::TERM);
        }
    }

    fn leave(&self, group: i32) {
        self.0.groups.lock().unwrap_or_else(PoisonError::into_inner).remove(&group);
    }
}

/// Where and how commands run.
pub(super) struct Shell<'a> {
    pub(super) folder: &'a Path,
    pub(super) environment: &'a BTreeMap<OsString, OsString>,
    pub(super) output: &'a File,
    pub(super) errors: &'a File,
    /// Commands may ask the person at the terminal; so they stay in the group that has it.
    pub(super) has_terminal: bool,
    pub(super) interrupt: &'a Interrupt,
}

impl Shell<'_> {
    /// Runs a program to its end, and says what process it is.
    pub(super) fn run(&self, program: &str, arguments: &[&str], began: impl FnOnce(u32)) -> io::Result<End> {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder).env_clear().envs(self.environment);
        command.stdout(self.output.try_clone()?).stderr(self.errors.try_clone()?);
        if !self.has_terminal {
            command.process_group(0).stdin(Stdio::null());
        }
        if self.interrupt.is_over() {
            return Err(io::Error::from(io::ErrorKind::Interrupted));
        }
        let mut child = command.spawn()?;
        began(child.id());
        let group = i32::try_from(child.id()).ok().filter(|_| !self.has_terminal);
        if let (Some(group), Some(pid)) = (group, group.and_then(Pid::from_raw)) {
            self.interrupt.enter(group);
            // The number stays taken until the child is waited for below, so that no other process is ended.
            let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
            self.interrupt.leave(group);
        }
        child.wait().map(End::from)
    }
}
