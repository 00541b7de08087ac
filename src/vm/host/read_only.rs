//! The real world without a way to change it: what `check` lets layouts see.
//!
//! A script that opens a log or makes a directory while it loads does nothing wrong, so whatever would change
//! something seems to succeed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::rc::Rc;

use super::{
    FileStatus, Host, Lookup, LookupAnswer, LookupId, OpenMode, ProcessId, ProcessNews, ProcessStart, SystemHost,
};

/// Reads as [`SystemHost`] does; what is written, printed or run comes to nothing.
pub struct ReadOnlyHost {
    system: SystemHost,
    variables: Vec<(String, String)>,
    /// How many files were opened to be written.
    discarded: u32,
    resolved: ResolvedNames,
}

/// The addresses of names that were asked for: a name that is slow to resolve is asked for once, however many nodes
/// are evaluated.
pub type ResolvedNames = Rc<RefCell<HashMap<String, Vec<IpAddr>>>>;

/// Handles of files that are not there; no system has so many open ones.
const DISCARD: u32 = 1 << 30;

impl ReadOnlyHost {
    pub fn new() -> Self {
        ReadOnlyHost::sharing(ResolvedNames::default())
    }

    /// One of several hosts that ask for each name once.
    pub fn sharing(resolved: ResolvedNames) -> Self {
        ReadOnlyHost { resolved, system: SystemHost::new(), variables: Vec::new(), discarded: 0 }
    }
}

impl Default for ReadOnlyHost {
    fn default() -> Self {
        ReadOnlyHost::new()
    }
}

impl Host for ReadOnlyHost {
    fn now(&mut self) -> f64 {
        self.system.now()
    }

    fn wait(&mut self, seconds: f64) {
        self.system.wait(seconds);
    }

    fn variable(&self, name: &str) -> Option<String> {
        let own = self.variables.iter().rev().find(|(variable, _)| variable == name);
        own.map(|(_, value)| value.clone()).or_else(|| self.system.variable(name))
    }

    fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_string(), value.to_string()));
    }

    fn write_output(&mut self, _bytes: &[u8]) {}

    fn write_error(&mut self, _bytes: &[u8]) {}

    fn flush(&mut self) {}

    fn open(&mut self, path: &str, mode: OpenMode) -> io::Result<u32> {
        if mode == OpenMode::Read {
            return self.system.open(path, mode);
        }
        self.discarded += 1;
        Ok(DISCARD + self.discarded)
    }

    fn read(&mut self, handle: u32, limit: usize) -> io::Result<Vec<u8>> {
        self.system.read(handle, limit)
    }

    fn seek(&mut self, handle: u32, place: u64) -> io::Result<()> {
        self.system.seek(handle, place)
    }

    fn write(&mut self, _handle: u32, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn flush_file(&mut self, _handle: u32) -> io::Result<()> {
        Ok(())
    }

    fn set_unbuffered(&mut self, _handle: u32, _unbuffered: bool) {}

    fn close(&mut self, handle: u32) -> io::Result<()> {
        if handle > DISCARD { Ok(()) } else { self.system.close(handle) }
    }

    fn status(&self, path: &str) -> io::Result<FileStatus> {
        self.system.status(path)
    }

    fn rename(&mut self, _from: &str, _to: &str) -> io::Result<()> {
        Ok(())
    }

    fn remove(&mut self, _path: &str) -> io::Result<()> {
        Ok(())
    }

    fn create_directory(&mut self, _path: &str) -> io::Result<()> {
        Ok(())
    }

    fn remove_directory(&mut self, _path: &str) -> io::Result<()> {
        Ok(())
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        self.system.list_directory(path)
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        self.system.read_file(path)
    }

    fn database_file(&self, _path: &str) -> io::Result<Option<String>> {
        Ok(None)
    }

    fn entropy(&mut self, bytes: &mut [u8]) {
        self.system.entropy(bytes);
    }

    fn process_id(&self) -> u32 {
        self.system.process_id()
    }

    fn host_name(&self) -> String {
        self.system.host_name()
    }

    fn syslog(&mut self, _message: &str) {}

    fn run_command(&mut self, _command: &str, _variables: &[(String, String)], _input: &[u8]) -> io::Result<i32> {
        Ok(0)
    }

    fn start_process(&mut self, _start: ProcessStart) -> io::Result<ProcessId> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "no processes are started here"))
    }

    fn process_news(&mut self, _id: ProcessId) -> ProcessNews {
        ProcessNews::default()
    }

    fn end_process(&mut self, _id: ProcessId, _force: bool) {}

    fn begin_lookup(&mut self, id: LookupId, question: Lookup) {
        self.system.begin_lookup(id, question);
    }

    fn answers(&mut self) -> Vec<(LookupId, LookupAnswer)> {
        self.system.answers()
    }

    fn resolve(&mut self, name: &str) -> Vec<IpAddr> {
        if let Some(known) = self.resolved.borrow().get(name) {
            return known.clone();
        }
        let addresses = self.system.resolve(name);
        self.resolved.borrow_mut().insert(name.to_string(), addresses.clone());
        addresses
    }
}

#[cfg(test)]
mod tests {
    use super::ReadOnlyHost;
    use crate::vm::{Host, ProcessStart};

    #[test]
    fn nothing_is_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made");
        let command = format!("touch {}", path.display());
        let mut host = ReadOnlyHost::new();
        assert_eq!(host.run_command(&command, &[], b"").unwrap(), 0);
        assert!(host.start_process(ProcessStart { command, ..ProcessStart::default() }).is_err());
        assert!(!path.exists());
    }
}
