//! The real world without a way to change it: what `check` lets layouts see.

use std::io;
use std::net::IpAddr;

use super::{FileStatus, Host, Lookup, LookupAnswer, LookupId, OpenMode, SystemHost};

/// Reads as [`SystemHost`] does; writes nothing, runs nothing, prints nothing.
pub struct ReadOnlyHost {
    system: SystemHost,
    variables: Vec<(String, String)>,
}

impl ReadOnlyHost {
    pub fn new() -> Self {
        ReadOnlyHost { system: SystemHost::new(), variables: Vec::new() }
    }
}

impl Default for ReadOnlyHost {
    fn default() -> Self {
        ReadOnlyHost::new()
    }
}

fn refused<T>() -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::PermissionDenied, "a check changes nothing"))
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
        if mode == OpenMode::Read { self.system.open(path, mode) } else { refused() }
    }

    fn write(&mut self, _handle: u32, _bytes: &[u8]) -> io::Result<()> {
        refused()
    }

    fn flush_file(&mut self, _handle: u32) -> io::Result<()> {
        Ok(())
    }

    fn set_unbuffered(&mut self, _handle: u32, _unbuffered: bool) {}

    fn close(&mut self, handle: u32) -> io::Result<()> {
        self.system.close(handle)
    }

    fn status(&self, path: &str) -> io::Result<FileStatus> {
        self.system.status(path)
    }

    fn rename(&mut self, _from: &str, _to: &str) -> io::Result<()> {
        refused()
    }

    fn remove(&mut self, _path: &str) -> io::Result<()> {
        refused()
    }

    fn create_directory(&mut self, _path: &str) -> io::Result<()> {
        refused()
    }

    fn remove_directory(&mut self, _path: &str) -> io::Result<()> {
        refused()
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
        refused()
    }

    fn begin_lookup(&mut self, id: LookupId, question: Lookup) {
        self.system.begin_lookup(id, question);
    }

    fn answers(&mut self) -> Vec<(LookupId, LookupAnswer)> {
        self.system.answers()
    }

    fn resolve(&mut self, name: &str) -> Vec<IpAddr> {
        self.system.resolve(name)
    }
}
