//! The world of a node that is rehearsed: time and network are simulated; files, environment and streams are those of
//! the command that it stands for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::load::disk::Disk;
use crate::load::files::{Entry, Files, Identity};
use crate::network::Transport;
use crate::store::{Backend, BackendKind, Options, StoreError};
use crate::testing::btest::config::which;
use crate::vm::{
    FileStatus, Host, Lookup, LookupAnswer, LookupId, OpenMode, ProcessId, ProcessNews, ProcessStart, SystemHost,
};

/// Held back at most this much of standard output.
const OUTPUT_BUFFER: usize = 1 << 16;

/// The streams of a command, as long as it is there.
pub(super) struct Streams {
    files: Option<[File; 2]>,
    /// What is held back.
    kept: Vec<u8>,
    /// Something was written for which another process may have waited.
    has_told: bool,
}

impl Streams {
    pub(super) fn new(output: File, errors: File) -> Self {
        Streams { files: Some([output, errors]), kept: Vec::new(), has_told: false }
    }

    fn write_output(&mut self, bytes: &[u8]) {
        self.kept.extend_from_slice(bytes);
        if self.kept.len() >= OUTPUT_BUFFER {
            self.flush();
        }
    }

    pub(super) fn write_error(&mut self, bytes: &[u8]) {
        // Keeps the order of the two streams where both go to one place.
        self.flush();
        self.report(bytes);
    }

    /// Writes a diagnostic, in front of what is held back: as a process does.
    pub(super) fn report(&mut self, bytes: &[u8]) {
        if let Some([_, errors]) = &mut self.files {
            self.has_told |= write(errors, bytes);
        }
    }

    /// Whether something was written since the last time for which another process may have waited.
    pub(super) fn take_told(&mut self) -> bool {
        std::mem::take(&mut self.has_told)
    }

    fn flush(&mut self) {
        if let Some([output, _]) = &mut self.files {
            self.has_told |= write(output, &self.kept);
        }
        self.kept.clear();
    }

    /// Others read to the end of what was written.
    pub(super) fn close(&mut self) {
        self.flush();
        self.files = None;
    }
}

/// Writes to a stream. Whether another process may have waited for that: nobody is woken by what comes to a file.
fn write(stream: &mut File, bytes: &[u8]) -> bool {
    // Nobody is left to be told where the stream is closed.
    let _ = stream.write_all(bytes);
    !bytes.is_empty() && !stream.metadata().is_ok_and(|stream| stream.is_file())
}

/// What a node tried that is not possible in a simulation; the first such thing.
pub(super) type Refusal = Rc<RefCell<Option<String>>>;

/// See the [module](self).
pub(super) struct FolderHost {
    simulated: Box<dyn Host>,
    disk: SystemHost,
    folder: PathBuf,
    variables: BTreeMap<String, String>,
    streams: Rc<RefCell<Streams>>,
    refusal: Refusal,
}

impl FolderHost {
    pub(super) fn new(
        simulated: Box<dyn Host>,
        folder: &Path,
        variables: BTreeMap<String, String>,
        streams: Rc<RefCell<Streams>>,
        refusal: Refusal,
    ) -> Self {
        FolderHost { simulated, disk: SystemHost::new(), folder: folder.to_owned(), variables, streams, refusal }
    }

    /// A path from the folder of the command.
    fn at(&self, path: &str) -> String {
        at(&self.folder, path)
    }

    fn refuse(&self, what: String) -> io::Error {
        let error = io::Error::new(io::ErrorKind::Unsupported, format!("not in a rehearsal: {what}"));
        self.refusal.borrow_mut().get_or_insert(what);
        error
    }

    /// Refuses what would hold up all nodes: what comes out of a pipe comes in real time.
    fn wait_for(&self, path: &str, place: &str) -> Option<io::Error> {
        if matches!(path, "-" | "/dev/stdin") || path.starts_with("/dev/fd/") {
            return Some(self.refuse(format!("reads {path} while it runs")));
        }
        let found = fs::metadata(place).ok()?.file_type();
        (found.is_fifo() || found.is_socket()).then(|| self.refuse(format!("opens {path}, which is a pipe")))
    }

    /// The file behind a name that stands for one of the streams.
    fn stream(&self, path: &str) -> Option<String> {
        let streams = self.streams.borrow();
        let [output, errors] = streams.files.as_ref()?;
        let file = match path {
            "/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1" => output,
            "/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2" => errors,
            _ => return None,
        };
        Some(format!("/proc/self/fd/{}", file.as_raw_fd()))
    }
}

/// The program of a command in the background, where it is nothing but a program with arguments.
fn program_of(command: &str) -> Option<&str> {
    let line = command.strip_prefix('(')?.strip_suffix(") 1>&2 &")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+%@ ".contains(c);
    let program = line.split_whitespace().next().filter(|_| line.chars().all(is_plain))?;
    let is_name = !program.contains(['/', '=']) && !BUILT_IN.contains(&program);
    is_name.then_some(program)
}

/// What a shell does itself.
const BUILT_IN: &[&str] = &[
    ".", ":", "[", "alias", "bg", "break", "cd", "command", "continue", "echo", "eval", "exec", "exit", "export",
    "false", "fg", "getopts", "hash", "jobs", "kill", "printf", "pwd", "read", "readonly", "return", "set", "shift",
    "test", "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait",
];

fn at(folder: &Path, path: &str) -> String {
    if path.is_empty() { String::new() } else { folder.join(path).to_string_lossy().into_owned() }
}

impl Drop for FolderHost {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Host for FolderHost {
    fn now(&mut self) -> f64 {
        self.simulated.now()
    }

    fn wait(&mut self, seconds: f64) {
        self.simulated.wait(seconds);
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    fn write_output(&mut self, bytes: &[u8]) {
        self.streams.borrow_mut().write_output(bytes);
    }

    fn write_error(&mut self, bytes: &[u8]) {
        self.streams.borrow_mut().write_error(bytes);
    }

    fn flush(&mut self) {
        self.streams.borrow_mut().flush();
        self.disk.flush();
    }

    fn open(&mut self, path: &str, mode: OpenMode) -> io::Result<u32> {
        if let Some(stream) = self.stream(path).filter(|_| mode != OpenMode::Read) {
            self.streams.borrow_mut().flush();
            return self.disk.open(&stream, mode);
        }
        let place = self.at(path);
        if let Some(error) = self.wait_for(path, &place) {
            return Err(error);
        }
        self.disk.open(&place, mode)
    }

    fn read(&mut self, handle: u32, limit: usize) -> io::Result<Vec<u8>> {
        self.disk.read(handle, limit)
    }

    fn seek(&mut self, handle: u32, place: u64) -> io::Result<()> {
        self.disk.seek(handle, place)
    }

    fn write(&mut self, handle: u32, bytes: &[u8]) -> io::Result<()> {
        self.disk.write(handle, bytes)
    }

    fn flush_file(&mut self, handle: u32) -> io::Result<()> {
        self.disk.flush_file(handle)
    }

    fn set_unbuffered(&mut self, handle: u32, unbuffered: bool) {
        self.disk.set_unbuffered(handle, unbuffered);
    }

    fn close(&mut self, handle: u32) -> io::Result<()> {
        self.disk.close(handle)
    }

    fn status(&self, path: &str) -> io::Result<FileStatus> {
        self.disk.status(&self.at(path))
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let (from, to) = (self.at(from), self.at(to));
        self.disk.rename(&from, &to)
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        let place = self.at(path);
        self.disk.remove(&place)
    }

    fn create_directory(&mut self, path: &str) -> io::Result<()> {
        let place = self.at(path);
        self.disk.create_directory(&place)
    }

    fn remove_directory(&mut self, path: &str) -> io::Result<()> {
        let place = self.at(path);
        self.disk.remove_directory(&place)
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        self.disk.list_directory(&self.at(path))
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        let place = self.at(path);
        match self.wait_for(path, &place) {
            Some(error) => Err(error),
            None => self.disk.read_file(&place),
        }
    }

    fn database_file(&self, path: &str) -> io::Result<Option<String>> {
        self.disk.database_file(&self.at(path))
    }

    fn open_store(&mut self, kind: &BackendKind, mut options: Options) -> Result<Box<dyn Backend>, StoreError> {
        options.place = options.place.map(|path| self.at(&path));
        self.disk.open_store(kind, options)
    }

    fn entropy(&mut self, bytes: &mut [u8]) {
        self.simulated.entropy(bytes);
    }

    fn process_id(&self) -> u32 {
        self.simulated.process_id()
    }

    fn host_name(&self) -> String {
        self.simulated.host_name()
    }

    fn transport(&mut self) -> io::Result<&mut dyn Transport> {
        self.simulated.transport()
    }

    fn syslog(&mut self, message: &str) {
        self.simulated.syslog(message);
    }

    fn run_command(&mut self, command: &str, _variables: &[(String, String)], _input: &[u8]) -> io::Result<i32> {
        let path = self.variables.get("PATH").map(OsString::from);
        match program_of(command).filter(|program| which(program, path.as_ref()).is_none()) {
            // As after every rotation of logs where nothing archives them. All that comes of it is a message.
            Some(program) => {
                self.write_error(format!("/bin/sh: 1: {program}: not found\n").as_bytes());
                Ok(0)
            }
            None => Err(self.refuse(format!("runs a command of the shell, {command:?}"))),
        }
    }

    fn start_process(&mut self, start: ProcessStart) -> io::Result<ProcessId> {
        Err(self.refuse(format!("runs a command of the shell, {:?}", start.command)))
    }

    fn process_news(&mut self, id: ProcessId) -> ProcessNews {
        self.simulated.process_news(id)
    }

    fn end_process(&mut self, id: ProcessId, force: bool) {
        self.simulated.end_process(id, force);
    }

    fn begin_lookup(&mut self, id: LookupId, question: Lookup) {
        if question != Lookup::Name("localhost".to_owned()) {
            self.refuse(match &question {
                Lookup::Address(address) => format!("asks for the name of {address}"),
                Lookup::Name(name) | Lookup::Text(name) => format!("asks for the name {name}"),
            });
        }
        self.simulated.begin_lookup(id, question);
    }

    fn answers(&mut self) -> Vec<(LookupId, LookupAnswer)> {
        self.simulated.answers()
    }

    fn resolve(&mut self, name: &str) -> Vec<IpAddr> {
        if name != "localhost" {
            self.refuse(format!("asks for the name {name}"));
        }
        self.simulated.resolve(name)
    }
}

/// Scripts as a command finds them.
pub(super) struct FolderFiles {
    pub(super) folder: PathBuf,
    /// What only the process of its command could open, by its names; standard input as `-`.
    pub(super) inputs: Rc<BTreeMap<String, Rc<[u8]>>>,
}

impl FolderFiles {
    fn input(&self, name: &str, limit: u64) -> Option<io::Result<Rc<[u8]>>> {
        let text = self.inputs.get(name)?;
        Some(if text.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text.clone()) })
    }
}

impl Files for FolderFiles {
    fn look(&self, path: &str) -> Entry {
        if self.inputs.contains_key(path) {
            Entry::File(Identity::Path(path.into()))
        } else {
            Disk.look(&at(&self.folder, path))
        }
    }

    fn read(&self, path: &str, limit: u64) -> io::Result<Rc<[u8]>> {
        self.input(path, limit).unwrap_or_else(|| Disk.read(&at(&self.folder, path), limit))
    }

    fn read_standard_input(&self, limit: u64) -> io::Result<Rc<[u8]>> {
        self.input("-", limit).unwrap_or_else(|| Ok(Rc::default()))
    }

    fn current_directory(&self) -> String {
        self.folder.to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::fs::File;
    use std::rc::Rc;

    use super::{FolderHost, Refusal, Streams};
    use crate::vm::{Host, MemoryHost, OpenMode};

    #[test]
    fn files_are_those_of_its_folder_and_streams_those_it_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| File::create(folder.path().join(name)).unwrap();
        let streams = Rc::new(RefCell::new(Streams::new(file("out"), file("err"))));
        let refusal = Refusal::default();
        let variables = BTreeMap::from([("A".to_owned(), "b".to_owned())]);
        let mut host =
            FolderHost::new(Box::new(MemoryHost::at(7.0)), folder.path(), variables, streams, refusal.clone());
        assert_eq!((host.now(), host.variable("A").as_deref(), host.variable("PATH")), (7.0, Some("b"), None));
        host.create_directory("d").unwrap();
        let handle = host.open("d/x", OpenMode::Write).unwrap();
        host.write(handle, b"one").unwrap();
        host.write_output(b"held back ");
        let stream = host.open("/dev/stdout", OpenMode::Append).unwrap();
        host.write(stream, b"and not").unwrap();
        host.flush();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!((read("d/x").as_str(), read("out").as_str()), ("one", "held back and not"));
        assert!(refusal.borrow().is_none());
        assert!(host.run_command("true", &[], b"").is_err());
        assert_eq!(refusal.borrow().as_deref(), Some("runs a command of the shell, \"true\""));
    }
}
