//! Everything outside the engine: clock, environment, streams, files, entropy, processes, names of hosts.
//!
//! Scripts reach the outside only through a [`Host`] that the engine was handed, so a test or the simulator can put
//! another world in its place. [`SystemHost`] is the real one, [`MemoryHost`] one in memory.

mod dns;
mod memory;
mod processes;
mod read_only;
mod redirected;
mod system;

use std::io;
use std::net::IpAddr;

use super::files::reason;
use crate::network::Transport;
use crate::store::{Backend, BackendKind, Options, StoreError};

pub use memory::MemoryHost;
pub use read_only::{ReadOnlyHost, ResolvedNames};
pub use redirected::{Captured, RedirectedHost, Streams};
pub use system::SystemHost;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    Read,
    /// Created or emptied.
    Write,
    Append,
}

/// What `file_size`, `file_mode` and the like look at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileStatus {
    pub device: u64,
    pub inode: u64,
    pub mode: u32,
    pub links: u64,
    pub user: u64,
    pub group: u64,
    pub raw_device: u64,
    pub size: u64,
    pub block_size: u64,
    pub blocks: u64,
    pub access_time: f64,
    pub modify_time: f64,
    pub change_time: f64,
    pub is_dir: bool,
}

/// A question about host names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The name of an address.
    Address(IpAddr),
    /// The addresses of a name.
    Name(String),
    /// The text record of a name.
    Text(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupAnswer {
    /// A host name or a text.
    Text(String),
    Addresses(Vec<IpAddr>),
    Failed,
}

/// Names a question that a [`Host`] was asked, until its answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LookupId(pub u64);

/// Names a process that a [`Host`] started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProcessId(pub u32);

/// How a process is started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessStart {
    /// What `/bin/sh -c` runs.
    pub command: String,
    /// What it finds on its standard input.
    pub input: Vec<u8>,
    /// Whether its standard error is read; otherwise it goes where this program's goes.
    pub reads_errors: bool,
}

/// How a process came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessEnd {
    Exit(i32),
    Signal(i32),
}

/// What a process did since it was last looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessNews {
    pub output: Vec<u8>,
    pub errors: Vec<u8>,
    /// Nothing comes after this.
    pub end: Option<ProcessEnd>,
}

impl ProcessNews {
    pub fn is_empty(&self) -> bool {
        self.output.is_empty() && self.errors.is_empty() && self.end.is_none()
    }
}

/// The world as the engine sees it. Paths are as scripts write them, relative ones to the working directory.
pub trait Host {
    /// Seconds since the epoch.
    fn now(&mut self) -> f64;
    /// Lets time pass: at most so many seconds, fewer where something comes from outside.
    fn wait(&mut self, seconds: f64);

    fn variable(&self, name: &str) -> Option<String>;
    fn set_variable(&mut self, name: &str, value: &str);

    /// Standard output. May be held back until [`Host::flush`].
    fn write_output(&mut self, bytes: &[u8]);
    fn write_error(&mut self, bytes: &[u8]);
    /// Brings out what was held back for standard output and open files.
    fn flush(&mut self);

    /// Opens a file and gives a handle for it; handles are never used twice.
    fn open(&mut self, path: &str, mode: OpenMode) -> io::Result<u32>;
    /// The next bytes of a file opened to be read, at most `limit`; none at its end. Does not wait: where more may come
    /// but is not there yet, as in a pipe, the error is [`io::ErrorKind::WouldBlock`].
    fn read(&mut self, handle: u32, limit: usize) -> io::Result<Vec<u8>>;
    /// Goes to a place in a file, counted in bytes from its beginning.
    fn seek(&mut self, handle: u32, place: u64) -> io::Result<()>;
    fn write(&mut self, handle: u32, bytes: &[u8]) -> io::Result<()>;
    fn flush_file(&mut self, handle: u32) -> io::Result<()>;
    /// Unbuffered: each write goes out at once.
    fn set_unbuffered(&mut self, handle: u32, unbuffered: bool);
    fn close(&mut self, handle: u32) -> io::Result<()>;
    fn status(&self, path: &str) -> io::Result<FileStatus>;
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;
    fn remove(&mut self, path: &str) -> io::Result<()>;
    fn create_directory(&mut self, path: &str) -> io::Result<()>;
    fn remove_directory(&mut self, path: &str) -> io::Result<()>;
    /// File names in a directory, in order of name.
    fn list_directory(&self, path: &str) -> io::Result<Vec<String>>;
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>>;

    /// Where a database of this name may be kept: `None` asks to keep it in memory only.
    fn database_file(&self, path: &str) -> io::Result<Option<String>>;

    /// Opens the backend of a store. The options have the path of its file as scripts write it, where it keeps one.
    fn open_store(&mut self, kind: &BackendKind, mut options: Options) -> Result<Box<dyn Backend>, StoreError> {
        if let Some(path) = &options.place {
            let failed = |error: io::Error| StoreError::Backend(reason(&error));
            options.place = self.database_file(path).map_err(failed)?;
        }
        (kind.open)(&options)
    }

    /// Fills `bytes` with bits nobody can guess.
    fn entropy(&mut self, bytes: &mut [u8]);
    fn process_id(&self) -> u32;
    fn host_name(&self) -> String;

    /// The network, where there is one.
    fn transport(&mut self) -> io::Result<&mut dyn Transport> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "there is no network here"))
    }

    /// Sends a message to the system's log.
    fn syslog(&mut self, message: &str);

    /// Runs a shell command to its end with `input` on its standard input and `variables` added to its environment.
    /// Gives its status as `system` does.
    fn run_command(&mut self, command: &str, variables: &[(String, String)], input: &[u8]) -> io::Result<i32>;

    /// Starts a shell command in a process group of its own and lets it run.
    fn start_process(&mut self, start: ProcessStart) -> io::Result<ProcessId>;
    /// What a process did since the last call; does not wait. One whose end was told is forgotten.
    fn process_news(&mut self, id: ProcessId) -> ProcessNews;
    /// Asks a process and those it started to end, and forgets it; `force` ends it where it does not listen.
    fn end_process(&mut self, id: ProcessId, force: bool);

    /// Asks a question about host names; the answer comes from [`Host::answers`].
    fn begin_lookup(&mut self, id: LookupId, question: Lookup);
    /// Answers that came since the last call; does not wait.
    fn answers(&mut self) -> Vec<(LookupId, LookupAnswer)>;
    /// The addresses of a name, waiting for them: host names in scripts are resolved while they load.
    fn resolve(&mut self, name: &str) -> Vec<IpAddr>;
}
