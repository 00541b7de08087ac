//! Processes of nodes: started, signalled, found again.
//!
//! Each node leads a process group of its own. So a Ctrl-C at the terminal reaches the supervisor alone, and what a
//! node's scripts have started can be ended with it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};

use super::machine::End;

/// The option of `brood run` by which a node is known; the file behind it tells which one.
pub(super) const STATUS_OPTION: &str = "--status-file";

/// A node's process.
#[derive(Debug)]
pub(super) enum Process {
    Own(Child),
    /// Of a supervisor that is gone.
    Adopted(u32),
}

impl Process {
    /// Starts a program in a folder, with its output added to files there.
    pub(super) fn start(mut command: Command, folder: &Path, output: &Path, errors: &Path) -> io::Result<Process> {
        let append = |path: &Path| -> io::Result<File> { OpenOptions::new().append(true).create(true).open(path) };
        command.current_dir(folder).stdin(Stdio::null()).stdout(append(output)?).stderr(append(errors)?);
        Ok(Process::Own(command.process_group(0).spawn()?))
    }

    pub(super) fn pid(&self) -> u32 {
        match self {
            Process::Own(child) => child.id(),
            Process::Adopted(pid) => *pid,
        }
    }

    pub(super) fn terminate(&self) {
        // It may be gone by itself.
        let _ = pid(self.pid()).map(|pid| kill_process(pid, Signal::TERM));
    }

    pub(super) fn kill(&self) {
        let _ = pid(self.pid()).map(|pid| kill_process_group(pid, Signal::KILL));
    }

    /// How it ended, where it has. `status_file` is that of its node.
    pub(super) fn end(&mut self, status_file: &Path) -> Option<End> {
        match self {
            Process::Own(child) => {
                end_others(child.id())?;
                Some(child.try_wait().ok()??.into())
            }
            Process::Adopted(pid) => (!is_node(*pid, status_file)).then_some(End::Unknown),
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

/// Asks what is left in the group of a process that has ended to end as well. Before the process is waited for nobody
/// else can have its number. `None` where it goes on.
fn end_others(child: u32) -> Option<()> {
    let leader = pid(child)?;
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    waitid(WaitId::Pid(leader), look).ok()??;
    let _ = kill_process_group(leader, Signal::TERM);
    Some(())
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}

/// Asks a process to end.
pub(super) fn terminate(number: u32) -> bool {
    pid(number).is_some_and(|pid| kill_process(pid, Signal::TERM).is_ok())
}

/// The processes that run as nodes below a folder, by the files to which they report: found by how they were called,
/// so that a number that went to somebody else is no danger.
pub(super) fn nodes_below(folder: &Path) -> Vec<(u32, std::path::PathBuf)> {
    let numbers = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = numbers.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter_map(|pid| Some((pid, status_file(pid)?))).filter(|(_, file)| file.starts_with(folder)).collect()
}

fn is_node(pid: u32, file: &Path) -> bool {
    status_file(pid).is_some_and(|found| found == file)
}

/// The file to which a process was told to report.
fn status_file(pid: u32) -> Option<std::path::PathBuf> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let mut words = line.split(|byte| *byte == 0);
    words.find(|word| *word == STATUS_OPTION.as_bytes())?;
    Some(String::from_utf8_lossy(words.next()?).into_owned().into())
}

/// How much memory a process has in use, in bytes.
pub(super) fn memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_ascii_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
