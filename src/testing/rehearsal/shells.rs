//! The shells that `btest-bg-run` starts, with the files that `btest-bg-wait` and tests look at.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};

use super::protocol::{Call, SHELL};
use crate::testing::btest::tools::background::{
    COMMAND_LINE, ERRORS, EXIT_STATUS, OUTPUT, PID, PROCESSES, has_ended, write_whole,
};
use crate::testing::btest::tools::shell::shell;

/// The exit status that stands for having been ended.
const ENDED: i32 = 15;

/// A shell in the background.
pub(super) struct Shell {
    /// As `btest-bg-run` was told.
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) line: String,
    group: Pid,
    pub(super) has_ended: bool,
    /// It was asked to end.
    pub(super) is_stopped: bool,
    /// How many of its commands wait for their answers.
    pub(super) calls: usize,
}

impl Shell {
    /// Starts a command line in a new folder, as a process group of its own.
    pub(super) fn start(number: usize, call: &Call, name: &str, line: &str) -> io::Result<(Shell, Child)> {
        let above = Path::new(&call.folder);
        let folder = above.join(name);
        if folder.exists() {
            return Err(io::Error::other(format!("directory '{name}' already exists")));
        }
        fs::create_dir(&folder)?;
        fs::write(folder.join(COMMAND_LINE), format!("{line}\n"))?;
        let create = |name: &str| File::create(folder.join(name));
        let mut command: Command = shell(line);
        command.env_clear().envs(call.variables.iter().map(|(name, value)| (name, value)));
        command.env(SHELL, number.to_string()).current_dir(&folder).process_group(0);
        command.stdin(Stdio::null()).stdout(create(OUTPUT)?).stderr(create(ERRORS)?);
        let child = command.spawn()?;
        write_whole(&folder.join(PID), &child.id().to_string())?;
        let mut list = OpenOptions::new().create(true).append(true).open(above.join(PROCESSES))?;
        writeln!(list, "{name}")?;
        let group = Pid::from_child(&child);
        let shell = Shell {
            name: name.to_owned(),
            folder,
            line: line.to_owned(),
            group,
            has_ended: false,
            is_stopped: false,
            calls: 0,
        };
        Ok((shell, child))
    }

    /// Whether it runs something that is no part of the rehearsal: what comes of that, comes in real time.
    pub(super) fn is_busy(&self) -> bool {
        !self.has_ended && self.calls == 0
    }

    /// Asks everything in it to end.
    pub(super) fn stop(&mut self) {
        self.is_stopped = true;
        self.signal(Signal::TERM);
    }

    pub(super) fn kill(&mut self) {
        self.is_stopped = true;
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if !self.has_ended {
            // What has just ended does not need it any more.
            let _ = kill_process_group(self.group, signal);
        }
    }

    /// Takes down how it ended.
    pub(super) fn ended(&mut self, status: io::Result<ExitStatus>) {
        if status.as_ref().is_ok_and(|status| status.signal().is_some()) && self.calls > 0 {
            // Whoever ends the shell means all that runs in it.
            self.stop();
        }
        let status = match status {
            // Asked by whomever: by a test, too.
            Ok(status) if self.is_stopped || status.signal() == Some(Signal::TERM.as_raw()) => {
                self.is_stopped = true;
                ENDED
            }
            Ok(status) => status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)),
            Err(_) => 1,
        };
        self.has_ended = true;
        // Where the folder is gone nobody looks for it.
        let _ = write_whole(&self.folder.join(EXIT_STATUS), &status.to_string());
    }

    /// Whether it has ended, and what was asked to end with it, and its files say so.
    pub(super) fn is_over(&self) -> bool {
        self.has_ended && !(self.is_stopped && self.calls > 0) && has_ended(&self.folder)
    }
}
