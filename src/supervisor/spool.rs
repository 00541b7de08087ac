//! The folder in which a cluster runs: a folder a node, and while it runs a record of it.
//!
//! Whoever supervises holds a lock on the folder itself, which goes with the process however that ends. So a record
//! without a lock is what a killed supervisor has left.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::archive;
use super::machine::State;
use super::processes;
use crate::cluster::Role;

const RECORD: &str = "cluster.json";
const COMMANDS: &str = ".commands";
const ARCHIVE: &str = "logs";

/// How long a lock is tried: somebody who only looks holds it for a moment.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// What is wrong with a spool.
#[derive(Debug)]
pub enum SpoolError {
    /// It cannot be written to, or not be read.
    Failed { path: PathBuf, error: io::Error },
    /// A supervisor works in it.
    Running { pid: Option<u32> },
    /// Nodes of a supervisor that is gone.
    LeftBehind { pids: Vec<u32> },
    /// A node's name is no name of a folder.
    BadName(String),
}

impl fmt::Display for SpoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SpoolError::Failed { path, error } => write!(f, "{}: {}", path.display(), reason(error)),
            SpoolError::Running { pid: Some(pid) } => write!(f, "a cluster runs there already (process {pid})"),
            SpoolError::Running { pid: None } => f.write_str("a cluster runs there already"),
            SpoolError::LeftBehind { pids } => {
                let pids: Vec<String> = pids.iter().map(ToString::to_string).collect();
                write!(f, "nodes of an earlier run are still there (processes {})", pids.join(", "))
            }
            SpoolError::BadName(name) => write!(f, "the node's name \"{name}\" is no name for a folder"),
        }
    }
}

/// What the system calls an error, without its number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

/// A node of a running cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub name: String,
    pub role: Role,
    pub address: String,
    /// The nodes that it has connections with, by the layout.
    pub expected: Vec<String>,
    pub state: State,
    pub pid: Option<u32>,
    /// Since when it is in this state, and when it is started again, in seconds since the epoch.
    pub since: f64,
    pub again_at: Option<f64>,
    pub restarts: u32,
}

/// A running cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub supervisor: u32,
    pub layout: String,
    /// In seconds since the epoch.
    pub started: f64,
    pub members: Vec<Member>,
    /// Nodes of the layout that somebody else has to start.
    pub elsewhere: Vec<String>,
}

/// A spool folder.
#[derive(Debug)]
pub struct Spool {
    root: PathBuf,
    /// As it was named.
    shown: PathBuf,
    lock: Option<File>,
}

impl Spool {
    /// A spool that is there; `None` where it is not.
    pub fn find(path: &Path) -> Option<Spool> {
        let root = path.canonicalize().ok().filter(|root| root.is_dir())?;
        Some(Spool { root, shown: path.to_owned(), lock: None })
    }

    /// A spool to work in, which is made where it is not there. It is held until it is dropped.
    pub fn hold(path: &Path) -> Result<Spool, SpoolError> {
        let failed = |error| SpoolError::Failed { path: path.to_owned(), error };
        fs::create_dir_all(path).map_err(failed)?;
        let root = path.canonicalize().map_err(failed)?;
        let mut spool = Spool { root, shown: path.to_owned(), lock: None };
        if !spool.take().map_err(failed)? {
            return Err(SpoolError::Running { pid: spool.record().map(|record| record.supervisor) });
        }
        Ok(spool)
    }

    /// Holds it, where nobody else does.
    pub fn take(&mut self) -> io::Result<bool> {
        let folder = File::open(&self.root)?;
        for _ in 0..LOCK_TRIES {
            match folder.try_lock() {
                Ok(()) => {
                    self.lock = Some(folder);
                    return Ok(true);
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Whether somebody holds it.
    pub fn is_held(&self) -> bool {
        self.lock.is_some()
            || File::open(&self.root)
                .is_ok_and(|folder| matches!(folder.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// As the user has named it.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// What runs here, or what is left of it.
    pub fn record(&self) -> Option<Record> {
        serde_json::from_slice(&fs::read(self.root.join(RECORD)).ok()?).ok()
    }

    pub fn write_record(&self, record: &Record) -> Result<(), SpoolError> {
        let path = self.root.join(RECORD);
        let new = self.root.join(".cluster.json.new");
        let text = serde_json::to_string_pretty(record).unwrap_or_default();
        let written = fs::write(&new, text + "\n").and_then(|()| fs::rename(&new, &path));
        written.map_err(|error| SpoolError::Failed { path, error })
    }

    /// The nodes that run here, whoever started them: their names and processes.
    pub fn running(&self) -> Vec<(String, u32)> {
        let nodes = processes::nodes_below(&self.root).into_iter();
        nodes.filter_map(|(pid, file)| Some((file.parent()?.file_name()?.to_str()?.to_owned(), pid))).collect()
    }

    /// The folder of a node.
    pub fn node(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The file to which a node reports.
    pub fn status_file(&self, name: &str) -> PathBuf {
        self.node(name).join("status.json")
    }

    /// A file with what a node has printed, as the user would name it.
    pub fn output_shown(&self, name: &str, file: &str) -> PathBuf {
        self.shown.join(name).join(file)
    }

    /// Makes the folders that all of these nodes need.
    pub fn prepare<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<(), SpoolError> {
        for name in names {
            if matches!(name, "" | "." | "..") || name.contains(['/', '\0']) || name == COMMANDS {
                return Err(SpoolError::BadName(name.to_owned()));
            }
            let path = self.node(name);
            fs::create_dir_all(&path).map_err(|error| SpoolError::Failed { path, error })?;
        }
        let path = self.commands();
        archive::write_commands(&path, &self.root.join(ARCHIVE)).map_err(|error| SpoolError::Failed { path, error })
    }

    /// Where the commands are that closed logs are given to.
    pub fn commands(&self) -> PathBuf {
        self.root.join(COMMANDS)
    }

    /// Makes a node's folder ready for a new life.
    pub fn renew(&self, name: &str, is_first: bool) -> io::Result<()> {
        let stamp = jiff::Zoned::now().strftime("%Y-%m-%d-%H-%M-%S").to_string();
        self.forget_report(name);
        archive::put_away(&self.node(name), &stamp, is_first)
    }

    pub fn forget_report(&self, name: &str) {
        let path = self.status_file(name);
        let _ = fs::remove_file(path.with_extension("json.new"));
        let _ = fs::remove_file(path);
    }

    /// Removes everything that only a running cluster needs.
    pub fn clean(&self, record: &Record) {
        for member in &record.members {
            self.forget_report(&member.name);
        }
        for command in ["archive-log", "delete-log"] {
            let _ = fs::remove_file(self.commands().join(command));
        }
        let _ = fs::remove_dir(self.commands());
        let _ = fs::remove_file(self.root.join(".cluster.json.new"));
        // Last: as long as it is there, what else is left is found.
        let _ = fs::remove_file(self.root.join(RECORD));
    }

    /// The last lines that a node has written to its standard error.
    pub fn last_errors(&self, name: &str, lines: usize) -> Vec<String> {
        let bytes = end_of(&self.node(name).join("stderr.log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        all.iter().skip(all.len().saturating_sub(lines)).map(ToString::to_string).collect()
    }
}

/// The last part of a file, which may be long.
fn end_of(path: &Path) -> io::Result<Vec<u8>> {
    const ENOUGH: u64 = 1 << 14;
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(ENOUGH)))?;
    let mut bytes = Vec::new();
    file.take(ENOUGH).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Seconds since the epoch.
pub(super) fn clock() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
