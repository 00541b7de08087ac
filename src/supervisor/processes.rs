//! Processes of nodes: started, signalled, found again.
//!
//! Each node leads a process group of its own. So a Ctrl-C at the terminal reaches the supervisor alone, and what a
//! node's scripts have started can be ended with it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};

use super::machine::End;
use crate::procfs::{self, stat_fields, status_value};

/// The option of `brood run` by which a node is known; the file behind it tells which one.
pub(super) const STATUS_OPTION: &str = "--status-file";

/// How long what a node's scripts have started may go on behind its end before it is asked to end too, and killed.
const LAST_PATIENCE: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(5)];

/// A node's process.
#[derive(Debug)]
pub(super) struct Process {
    pid: u32,
    /// `None` where it is a child of a supervisor that is gone.
    child: Option<Child>,
    /// Since when only what it has started may be left, and whether that was asked to end.
    alone: Option<(Instant, bool)>,
}

impl Process {
    /// Starts a program in a folder, with its output added to files there.
    pub(super) fn start(mut command: Command, folder: &Path, output: &Path, errors: &Path) -> io::Result<Process> {
        let append = |path: &Path| -> io::Result<File> { OpenOptions::new().append(true).create(true).open(path) };
        command.current_dir(folder).stdin(Stdio::null()).stdout(append(output)?).stderr(append(errors)?);
        let child = command.process_group(0).spawn()?;
        Ok(Process { pid: child.id(), child: Some(child), alone: None })
    }

    pub(super) fn adopt(pid: u32) -> Process {
        Process { pid, child: None, alone: None }
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether a signal tells when to look at it; otherwise it is to be looked at all the time.
    pub(super) fn is_signalled(&self) -> bool {
        self.child.is_some() && self.alone.is_none()
    }

    pub(super) fn terminate(&self) {
        terminate(self.pid);
    }

    pub(super) fn kill(&self) {
        self.signal_group(Signal::KILL);
    }

    fn signal_group(&self, signal: Signal) {
        // It may be gone by itself.
        let _ = pid(self.pid).map(|group| kill_process_group(group, signal));
    }

    /// How it ended, where it has and nothing that it has started is left. `status_file` is that of its node.
    pub(super) fn end(&mut self, status_file: &Path) -> Option<End> {
        if self.alone.is_none() {
            let has_ended = match self.child {
                Some(_) => has_ended(self.pid),
                None => !is_node(self.pid, status_file),
            };
            self.alone = has_ended.then(|| (Instant::now(), false));
        }
        let (since, was_asked) = self.alone?;
        // Closed logs are given to commands that nobody waits for, so they get their time.
        if has_others(self.pid) {
            let [asked, killed] = LAST_PATIENCE;
            let waited = since.elapsed();
            if waited >= killed {
                self.signal_group(Signal::KILL);
            } else if waited >= asked && !was_asked {
                self.signal_group(Signal::TERM);
                self.alone = Some((since, true));
            }
            return None;
        }
        match &mut self.child {
            Some(child) => Some(child.try_wait().ok()??.into()),
            None => Some(End::Unknown),
        }
    }
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> End {
        match (status.code(), status.signal()) {
            (Some(code), _) => End::Exit(code),
            (None, Some(signal)) => End::Signal(signal),
            (None, None) => End::Unknown,
        }
    }
}

/// Whether a child has ended. It stays until it is waited for, and as long nobody else can have its number.
fn has_ended(child: u32) -> bool {
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    pid(child).is_none_or(|child| !matches!(waitid(WaitId::Pid(child), look), Ok(None)))
}

fn stat(pid: u32) -> String {
    procfs::read(format!("/proc/{pid}/stat")).unwrap_or_default()
}

/// Whether somebody has stopped a process, which it would go on from.
pub(super) fn is_stopped(pid: u32) -> bool {
    stat_fields(&stat(pid)).first() == Some(&"T")
}

/// Whether a process group has living members beside the process that leads it.
fn has_others(leader: u32) -> bool {
    processes().filter(|pid| *pid != leader).any(|pid| {
        let stat = stat(pid);
        let fields = stat_fields(&stat);
        let is_alive = fields.first().is_some_and(|state| !matches!(*state, "Z" | "X"));
        is_alive && fields.get(2).and_then(|group| group.parse().ok()) == Some(leader)
    })
}

/// Every process there is.
fn processes() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}

/// Asks a process to end.
pub(super) fn terminate(number: u32) -> bool {
    pid(number).is_some_and(|pid| kill_process(pid, Signal::TERM).is_ok())
}

/// Lets a process go on that somebody has stopped.
pub(super) fn resume(number: u32) {
    let _ = pid(number).map(|pid| kill_process(pid, Signal::CONT));
}

/// The processes that run as nodes below a folder, by the files to which they report: found by how they were called,
/// so that a number that went to somebody else is no danger.
pub(super) fn nodes_below(folder: &Path) -> Vec<(u32, PathBuf)> {
    let nodes = processes().filter_map(|pid| Some((pid, status_file(pid)?)));
    nodes.filter(|(_, file)| file.starts_with(folder)).collect()
}

fn is_node(pid: u32, file: &Path) -> bool {
    status_file(pid).is_some_and(|found| found == file)
}

/// The file to which a process was told to report.
fn status_file(pid: u32) -> Option<PathBuf> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let mut words = line.split(|byte| *byte == 0);
    words.find(|word| *word == STATUS_OPTION.as_bytes())?;
    Some(String::from_utf8_lossy(words.next()?).into_owned().into())
}

/// How much memory a process has in use, in bytes.
pub(super) fn memory(pid: u32) -> Option<u64> {
    let status = procfs::read(format!("/proc/{pid}/status"))?;
    Some(status_value(&status, "VmRSS")?.parse::<u64>().ok()? * 1024)
}
