//! A host whose standard output and error go somewhere else; everything else is another host's.

use std::cell::RefCell;
use std::io;
use std::net::IpAddr;
use std::rc::Rc;

use super::{FileStatus, Host, Lookup, LookupAnswer, LookupId, OpenMode, ProcessId, ProcessNews, ProcessStart};
use crate::network::Transport;
use crate::store::{Backend, BackendKind, Options, StoreError};

/// Where the two streams go.
pub trait Streams {
    fn output(&mut self, bytes: &[u8]);
    fn error(&mut self, bytes: &[u8]);
    /// Brings out what is held back.
    fn flush(&mut self) {}
}

/// What was written to the two streams and not taken yet.
#[derive(Clone, Debug, Default)]
pub struct Captured {
    pub output: Rc<RefCell<Vec<u8>>>,
    pub errors: Rc<RefCell<Vec<u8>>>,
}

impl Streams for Captured {
    fn output(&mut self, bytes: &[u8]) {
        self.output.borrow_mut().extend_from_slice(bytes);
    }

    fn error(&mut self, bytes: &[u8]) {
        self.errors.borrow_mut().extend_from_slice(bytes);
    }
}

/// Gives what scripts write to their standard streams to somebody. Commands that scripts run write to the process's
/// own.
pub struct RedirectedHost<S> {
    host: Box<dyn Host>,
    streams: S,
}

impl<S: Streams> RedirectedHost<S> {
    pub fn new(host: Box<dyn Host>, streams: S) -> Self {
        RedirectedHost { host, streams }
    }
}

impl<S: Streams> Host for RedirectedHost<S> {
    fn write_output(&mut self, bytes: &[u8]) {
        self.streams.output(bytes);
    }

    fn write_error(&mut self, bytes: &[u8]) {
        self.streams.error(bytes);
    }

    fn flush(&mut self) {
        self.host.flush();
        self.streams.flush();
    }

    fn now(&mut self) -> f64 {
        self.host.now()
    }

    fn wait(&mut self, seconds: f64) {
        self.host.wait(seconds);
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.host.variable(name)
    }

    fn set_variable(&mut self, name: &str, value: &str) {
        self.host.set_variable(name, value);
    }

    fn open(&mut self, path: &str, mode: OpenMode) -> io::Result<u32> {
        self.host.open(path, mode)
    }

    fn read(&mut self, handle: u32, limit: usize) -> io::Result<Vec<u8>> {
        self.host.read(handle, limit)
    }

    fn seek(&mut self, handle: u32, place: u64) -> io::Result<()> {
        self.host.seek(handle, place)
    }

    fn write(&mut self, handle: u32, bytes: &[u8]) -> io::Result<()> {
        self.host.write(handle, bytes)
    }

    fn flush_file(&mut self, handle: u32) -> io::Result<()> {
        self.host.flush_file(handle)
    }

    fn set_unbuffered(&mut self, handle: u32, unbuffered: bool) {
        self.host.set_unbuffered(handle, unbuffered);
    }

    fn close(&mut self, handle: u32) -> io::Result<()> {
        self.host.close(handle)
    }

    fn status(&self, path: &str) -> io::Result<FileStatus> {
        self.host.status(path)
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.host.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        self.host.remove(path)
    }

    fn create_directory(&mut self, path: &str) -> io::Result<()> {
        self.host.create_directory(path)
    }

    fn remove_directory(&mut self, path: &str) -> io::Result<()> {
        self.host.remove_directory(path)
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        self.host.list_directory(path)
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        self.host.read_file(path)
    }

    fn database_file(&self, path: &str) -> io::Result<Option<String>> {
        self.host.database_file(path)
    }

    fn open_store(&mut self, kind: &BackendKind, options: Options) -> Result<Box<dyn Backend>, StoreError> {
        self.host.open_store(kind, options)
    }

    fn entropy(&mut self, bytes: &mut [u8]) {
        self.host.entropy(bytes);
    }

    fn transport(&mut self) -> io::Result<&mut dyn Transport> {
        self.host.transport()
    }

    fn process_id(&self) -> u32 {
        self.host.process_id()
    }

    fn host_name(&self) -> String {
        self.host.host_name()
    }

    fn syslog(&mut self, message: &str) {
        self.host.syslog(message);
    }

    fn run_command(&mut self, command: &str, variables: &[(String, String)], input: &[u8]) -> io::Result<i32> {
        self.host.run_command(command, variables, input)
    }

    fn start_process(&mut self, start: ProcessStart) -> io::Result<ProcessId> {
        self.host.start_process(start)
    }

    fn process_news(&mut self, id: ProcessId) -> ProcessNews {
        self.host.process_news(id)
    }

    fn end_process(&mut self, id: ProcessId, force: bool) {
        self.host.end_process(id, force);
    }

    fn begin_lookup(&mut self, id: LookupId, question: Lookup) {
        self.host.begin_lookup(id, question);
    }

    fn answers(&mut self) -> Vec<(LookupId, LookupAnswer)> {
        self.host.answers()
    }

    fn resolve(&mut self, name: &str) -> Vec<IpAddr> {
        self.host.resolve(name)
    }
}
