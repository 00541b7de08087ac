//! A host without an outside: for tests and the simulator.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;

use super::{FileStatus, Host, Lookup, LookupAnswer, LookupId, OpenMode, ProcessId, ProcessNews, ProcessStart};

/// A clock that stands still until moved, variables, streams and files in memory, and entropy that repeats.
#[derive(Debug, Default)]
pub struct MemoryHost {
    pub time: f64,
    pub variables: BTreeMap<String, String>,
    pub output: Vec<u8>,
    pub errors: Vec<u8>,
    pub system_log: Vec<String>,
    pub files: BTreeMap<String, Vec<u8>>,
    pub directories: BTreeSet<String>,
    /// Names and addresses that look-ups find.
    pub names: BTreeMap<String, Vec<IpAddr>>,
    /// Open files with the place of the next byte to be read.
    open: BTreeMap<u32, (String, usize)>,
    last_handle: u32,
    random: u64,
    answers: Vec<(LookupId, LookupAnswer)>,
}

impl MemoryHost {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn at(time: f64) -> Self {
        MemoryHost { time, ..Self::default() }
    }
}

fn missing(path: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("{path}: No such file or directory"))
}

impl Host for MemoryHost {
    fn now(&mut self) -> f64 {
        self.time
    }

    fn wait(&mut self, seconds: f64) {
        self.time += seconds;
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    fn write_output(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }

    fn write_error(&mut self, bytes: &[u8]) {
        self.errors.extend_from_slice(bytes);
    }

    fn flush(&mut self) {}

    fn open(&mut self, path: &str, mode: OpenMode) -> io::Result<u32> {
        match mode {
            OpenMode::Read if !self.files.contains_key(path) => return Err(missing(path)),
            OpenMode::Read => {}
            OpenMode::Write => {
                self.files.insert(path.to_owned(), Vec::new());
            }
            OpenMode::Append => {
                self.files.entry(path.to_owned()).or_default();
            }
        }
        self.last_handle += 1;
        self.open.insert(self.last_handle, (path.to_owned(), 0));
        Ok(self.last_handle)
    }

    fn read(&mut self, handle: u32, limit: usize) -> io::Result<Vec<u8>> {
        let (path, place) = self.open.get_mut(&handle).ok_or_else(|| missing("closed file"))?;
        let bytes = self.files.get(path).and_then(|bytes| bytes.get(*place..)).unwrap_or_default();
        let bytes = bytes.get(..limit).unwrap_or(bytes);
        *place += bytes.len();
        Ok(bytes.to_vec())
    }

    fn seek(&mut self, handle: u32, place: u64) -> io::Result<()> {
        let (_, next) = self.open.get_mut(&handle).ok_or_else(|| missing("closed file"))?;
        *next = usize::try_from(place).unwrap_or(usize::MAX);
        Ok(())
    }

    fn write(&mut self, handle: u32, bytes: &[u8]) -> io::Result<()> {
        let (path, _) = self.open.get(&handle).ok_or_else(|| missing("closed file"))?;
        self.files.entry(path.clone()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn flush_file(&mut self, _handle: u32) -> io::Result<()> {
        Ok(())
    }

    fn set_unbuffered(&mut self, _handle: u32, _unbuffered: bool) {}

    fn close(&mut self, handle: u32) -> io::Result<()> {
        self.open.remove(&handle).map(|_| ()).ok_or_else(|| missing("closed file"))
    }

    fn status(&self, path: &str) -> io::Result<FileStatus> {
        if self.directories.contains(path) {
            return Ok(FileStatus { is_dir: true, mode: 0o040_755, ..FileStatus::default() });
        }
        let bytes = self.files.get(path).ok_or_else(|| missing(path))?;
        Ok(FileStatus { size: bytes.len() as u64, mode: 0o100_644, links: 1, ..FileStatus::default() })
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let bytes = self.files.remove(from).ok_or_else(|| missing(from))?;
        self.files.insert(to.to_owned(), bytes);
        Ok(())
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        self.files.remove(path).map(|_| ()).ok_or_else(|| missing(path))
    }

    fn create_directory(&mut self, path: &str) -> io::Result<()> {
        if self.directories.insert(path.to_owned()) {
            Ok(())
        } else {
            Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{path}: File exists")))
        }
    }

    fn remove_directory(&mut self, path: &str) -> io::Result<()> {
        if self.directories.remove(path) { Ok(()) } else { Err(missing(path)) }
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        let prefix = format!("{}/", path.trim_end_matches('/'));
        let names: BTreeSet<String> = self
            .files
            .keys()
            .chain(&self.directories)
            .filter_map(|name| name.strip_prefix(&prefix))
            .filter_map(|rest| rest.split('/').next())
            .map(str::to_owned)
            .collect();
        if names.is_empty() && !self.directories.contains(path) {
            return Err(missing(path));
        }
        Ok(names.into_iter().collect())
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| missing(path))
    }

    fn database_file(&self, _path: &str) -> io::Result<Option<String>> {
        Ok(None)
    }

    fn entropy(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            // A multiplicative congruential generator: every test run sees the same bytes.
            self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.random >> 56) as u8;
        }
    }

    fn process_id(&self) -> u32 {
        1
    }

    fn host_name(&self) -> String {
        "localhost".to_owned()
    }

    fn syslog(&mut self, message: &str) {
        self.system_log.push(message.to_owned());
    }

    fn run_command(&mut self, command: &str, _variables: &[(String, String)], _input: &[u8]) -> io::Result<i32> {
        Err(io::Error::new(io::ErrorKind::Unsupported, format!("no commands here: {command}")))
    }

    fn start_process(&mut self, start: ProcessStart) -> io::Result<ProcessId> {
        Err(io::Error::new(io::ErrorKind::Unsupported, format!("no commands here: {}", start.command)))
    }

    fn process_news(&mut self, _id: ProcessId) -> ProcessNews {
        ProcessNews::default()
    }

    fn end_process(&mut self, _id: ProcessId, _force: bool) {}

    fn begin_lookup(&mut self, id: LookupId, question: Lookup) {
        let answer = match question {
            Lookup::Name(name) => self.names.get(&name).cloned().map(LookupAnswer::Addresses),
            Lookup::Address(address) => self
                .names
                .iter()
                .find(|(_, addresses)| addresses.contains(&address))
                .map(|(name, _)| LookupAnswer::Text(name.clone())),
            Lookup::Text(_) => None,
        };
        self.answers.push((id, answer.unwrap_or(LookupAnswer::Failed)));
    }

    fn answers(&mut self) -> Vec<(LookupId, LookupAnswer)> {
        std::mem::take(&mut self.answers)
    }

    fn resolve(&mut self, name: &str) -> Vec<IpAddr> {
        self.names.get(name).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Host, MemoryHost, OpenMode};

    #[test]
    fn a_file_written_is_a_file_read() {
        let mut host = MemoryHost::new();
        let handle = host.open("a.txt", OpenMode::Write).unwrap();
        host.write(handle, b"one").unwrap();
        host.close(handle).unwrap();
        let handle = host.open("a.txt", OpenMode::Append).unwrap();
        host.write(handle, b" two").unwrap();
        assert_eq!(host.read_file("a.txt").unwrap(), b"one two");
        assert_eq!(host.status("a.txt").unwrap().size, 7);
        assert!(host.open("b.txt", OpenMode::Read).is_err());
    }

    #[test]
    fn a_directory_lists_each_name_once() {
        let mut host = MemoryHost::new();
        host.files.insert("d/x".into(), Vec::new());
        host.files.insert("d/sub/y".into(), Vec::new());
        host.files.insert("d/sub/z".into(), Vec::new());
        assert_eq!(host.list_directory("d").unwrap(), ["sub", "x"]);
    }
}
