//! A host whose standard output and error are a session's; everything else is another host's.

use std::io;
use std::net::IpAddr;
use std::rc::Rc;

use super::output::Output;
use crate::vm::{FileStatus, Host, Lookup, LookupAnswer, LookupId, OpenMode, ProcessId, ProcessNews, ProcessStart};

/// Sends what scripts print to an [`Output`].
pub(super) struct SessionHost {
    inner: Box<dyn Host>,
    output: Rc<Output>,
}

impl SessionHost {
    pub(super) fn new(inner: Box<dyn Host>, output: Rc<Output>) -> Self {
        SessionHost { inner, output }
    }
}

impl Host for SessionHost {
    fn write_output(&mut self, bytes: &[u8]) {
        self.output.text(bytes);
    }

    fn write_error(&mut self, bytes: &[u8]) {
        self.output.error(bytes);
    }

    fn flush(&mut self) {
        self.inner.flush();
        self.output.flush();
    }

    fn now(&mut self) -> f64 {
        self.inner.now()
    }

    fn wait(&mut self, seconds: f64) {
        self.inner.wait(seconds);
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.inner.variable(name)
    }

    fn set_variable(&mut self, name: &str, value: &str) {
        self.inner.set_variable(name, value);
    }

    fn open(&mut self, path: &str, mode: OpenMode) -> io::Result<u32> {
        self.inner.open(path, mode)
    }

    fn read(&mut self, handle: u32, limit: usize) -> io::Result<Vec<u8>> {
        self.inner.read(handle, limit)
    }

    fn seek(&mut self, handle: u32, place: u64) -> io::Result<()> {
        self.inner.seek(handle, place)
    }

    fn write(&mut self, handle: u32, bytes: &[u8]) -> io::Result<()> {
        self.inner.write(handle, bytes)
    }

    fn flush_file(&mut self, handle: u32) -> io::Result<()> {
        self.inner.flush_file(handle)
    }

    fn set_unbuffered(&mut self, handle: u32, unbuffered: bool) {
        self.inner.set_unbuffered(handle, unbuffered);
    }

    fn close(&mut self, handle: u32) -> io::Result<()> {
        self.inner.close(handle)
    }

    fn status(&self, path: &str) -> io::Result<FileStatus> {
        self.inner.status(path)
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        self.inner.remove(path)
    }

    fn create_directory(&mut self, path: &str) -> io::Result<()> {
        self.inner.create_directory(path)
    }

    fn remove_directory(&mut self, path: &str) -> io::Result<()> {
        self.inner.remove_directory(path)
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        self.inner.list_directory(path)
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        self.inner.read_file(path)
    }

    fn database_file(&self, path: &str) -> io::Result<Option<String>> {
        self.inner.database_file(path)
    }

    fn entropy(&mut self, bytes: &mut [u8]) {
        self.inner.entropy(bytes);
    }

    fn process_id(&self) -> u32 {
        self.inner.process_id()
    }

    fn host_name(&self) -> String {
        self.inner.host_name()
    }

    fn syslog(&mut self, message: &str) {
        self.inner.syslog(message);
    }

    fn run_command(&mut self, command: &str, variables: &[(String, String)], input: &[u8]) -> io::Result<i32> {
        self.inner.run_command(command, variables, input)
    }

    fn start_process(&mut self, start: ProcessStart) -> io::Result<ProcessId> {
        self.inner.start_process(start)
    }

    fn process_news(&mut self, id: ProcessId) -> ProcessNews {
        self.inner.process_news(id)
    }

    fn end_process(&mut self, id: ProcessId, force: bool) {
        self.inner.end_process(id, force);
    }

    fn begin_lookup(&mut self, id: LookupId, question: Lookup) {
        self.inner.begin_lookup(id, question);
    }

    fn answers(&mut self) -> Vec<(LookupId, LookupAnswer)> {
        self.inner.answers()
    }

    fn resolve(&mut self, name: &str) -> Vec<IpAddr> {
        self.inner.resolve(name)
    }
}
