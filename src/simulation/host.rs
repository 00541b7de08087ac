//! The world of one simulated node: the common clock and network, and files and variables of its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use super::network::Network;
use super::random::Random;
use super::stores::{OpenStore, StoreFile};
use crate::network::{Certificate, Event, ListenerId, Security, StreamId, Transport};
use crate::store::{Backend, BackendKind, Options, StoreError};
use crate::vm::{
    FileStatus, Host, Lookup, LookupAnswer, LookupId, MemoryHost, OpenMode, ProcessId, ProcessNews, ProcessStart,
};

/// What of a node outlives its process.
pub(super) struct Machine {
    pub(super) name: String,
    /// Files, and what the node wrote to its streams.
    pub(super) memory: MemoryHost,
    pub(super) stores: BTreeMap<String, Rc<RefCell<StoreFile>>>,
    /// How far its clock is ahead of the common one, in seconds.
    pub(super) skew: f64,
    pub(super) disk_is_full: bool,
    /// Whether it has ever been full.
    pub(super) disk_was_full: bool,
    random: Random,
    process: u32,
}

impl Machine {
    pub(super) fn new(name: &str, random: Random, process: u32) -> Self {
        Machine {
            name: name.to_owned(),
            memory: MemoryHost::new(),
            stores: BTreeMap::new(),
            skew: 0.0,
            disk_is_full: false,
            disk_was_full: false,
            random,
            process,
        }
    }

    /// Nothing can be written any more, or it can again.
    pub(super) fn fill_disk(&mut self, full: bool) {
        self.disk_is_full = full;
        self.disk_was_full |= full;
        self.stores.values().for_each(|file| file.borrow_mut().full = full);
    }

    /// The process was killed: what it had not brought to the disk is gone.
    pub(super) fn lose_what_was_not_written(&mut self) {
        self.stores.values().for_each(|file| file.borrow_mut().roll_back());
    }
}

/// A node's side of the network.
struct NodeTransport {
    node: usize,
    network: Rc<RefCell<Network>>,
}

impl Transport for NodeTransport {
    fn secure(&mut self, security: &Security) -> io::Result<()> {
        self.network.borrow_mut().secure(self.node, security);
        Ok(())
    }

    fn listen(&mut self, address: &str, port: u16) -> io::Result<(ListenerId, u16)> {
        self.network.borrow_mut().listen(self.node, address, port, false)
    }

    fn listen_with(
        &mut self,
        address: &str,
        port: u16,
        _certificate: Option<&Certificate>,
    ) -> io::Result<(ListenerId, u16)> {
        self.network.borrow_mut().listen(self.node, address, port, true)
    }

    fn open(&mut self, address: &str, port: u16) -> StreamId {
        self.network.borrow_mut().open(self.node, address, port)
    }

    fn write(&mut self, stream: StreamId, bytes: Vec<u8>) {
        self.network.borrow_mut().write(stream, bytes);
    }

    fn hold(&mut self, stream: StreamId, held: bool) {
        self.network.borrow_mut().hold(stream, held);
    }

    fn close(&mut self, stream: StreamId) {
        self.network.borrow_mut().close(stream);
    }

    /// Time passes for all nodes together, never for one.
    fn wait(&mut self, _limit: Duration) {}

    fn next_event(&mut self) -> Option<Event> {
        self.network.borrow_mut().next_event(self.node)
    }
}

pub(super) struct NodeHost {
    machine: Rc<RefCell<Machine>>,
    transport: NodeTransport,
}

impl NodeHost {
    pub(super) fn new(node: usize, machine: Rc<RefCell<Machine>>, network: Rc<RefCell<Network>>) -> Self {
        NodeHost { machine, transport: NodeTransport { node, network } }
    }

    fn with_disk<T>(&mut self, write: impl FnOnce(&mut MemoryHost) -> io::Result<T>) -> io::Result<T> {
        let machine = &mut *self.machine.borrow_mut();
        if machine.disk_is_full {
            return Err(io::Error::from_raw_os_error(NO_SPACE));
        }
        write(&mut machine.memory)
    }
}

/// The system's number of the error.
const NO_SPACE: i32 = 28;

fn no_processes() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "no command is run in simulated time")
}

impl Host for NodeHost {
    fn now(&mut self) -> f64 {
        self.transport.network.borrow().now.as_secs_f64() + self.machine.borrow().skew
    }

    fn wait(&mut self, _seconds: f64) {}

    fn variable(&self, name: &str) -> Option<String> {
        self.machine.borrow().memory.variable(name)
    }

    fn set_variable(&mut self, name: &str, value: &str) {
        self.machine.borrow_mut().memory.set_variable(name, value);
    }

    fn write_output(&mut self, bytes: &[u8]) {
        self.machine.borrow_mut().memory.write_output(bytes);
    }

    fn write_error(&mut self, bytes: &[u8]) {
        self.machine.borrow_mut().memory.write_error(bytes);
    }

    fn flush(&mut self) {}

    /// A file that no node wrote is read from the real folder, which is never written to.
    fn open(&mut self, path: &str, mode: OpenMode) -> io::Result<u32> {
        let machine = &mut *self.machine.borrow_mut();
        let is_new = !machine.memory.files.contains_key(path);
        if is_new && mode == OpenMode::Read {
            machine.memory.files.insert(path.to_owned(), std::fs::read(path)?);
        } else if is_new && machine.disk_is_full {
            return Err(io::Error::from_raw_os_error(NO_SPACE));
        }
        machine.memory.open(path, mode)
    }

    fn read(&mut self, handle: u32, limit: usize) -> io::Result<Vec<u8>> {
        self.machine.borrow_mut().memory.read(handle, limit)
    }

    fn seek(&mut self, handle: u32, place: u64) -> io::Result<()> {
        self.machine.borrow_mut().memory.seek(handle, place)
    }

    fn write(&mut self, handle: u32, bytes: &[u8]) -> io::Result<()> {
        self.with_disk(|disk| disk.write(handle, bytes))
    }

    fn flush_file(&mut self, _handle: u32) -> io::Result<()> {
        Ok(())
    }

    fn set_unbuffered(&mut self, _handle: u32, _unbuffered: bool) {}

    fn close(&mut self, handle: u32) -> io::Result<()> {
        self.machine.borrow_mut().memory.close(handle)
    }

    fn status(&self, path: &str) -> io::Result<FileStatus> {
        self.machine.borrow().memory.status(path)
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.machine.borrow_mut().memory.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        self.machine.borrow_mut().memory.remove(path)
    }

    fn create_directory(&mut self, path: &str) -> io::Result<()> {
        self.with_disk(|disk| disk.create_directory(path))
    }

    fn remove_directory(&mut self, path: &str) -> io::Result<()> {
        self.machine.borrow_mut().memory.remove_directory(path)
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        self.machine.borrow().memory.list_directory(path)
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        self.machine.borrow().memory.read_file(path).or_else(|_| std::fs::read(path))
    }

    fn database_file(&self, _path: &str) -> io::Result<Option<String>> {
        Ok(None)
    }

    fn open_store(&mut self, kind: &BackendKind, options: Options) -> Result<Box<dyn Backend>, StoreError> {
        let Some(path) = &options.place else { return (kind.open)(&options) };
        let machine = &mut *self.machine.borrow_mut();
        let file = machine.stores.entry(path.clone()).or_default();
        file.borrow_mut().full = machine.disk_is_full;
        Ok(Box::new(OpenStore(file.clone())))
    }

    fn entropy(&mut self, bytes: &mut [u8]) {
        self.machine.borrow_mut().random.fill(bytes);
    }

    fn process_id(&self) -> u32 {
        self.machine.borrow().process
    }

    fn host_name(&self) -> String {
        self.machine.borrow().name.clone()
    }

    fn transport(&mut self) -> io::Result<&mut dyn Transport> {
        Ok(&mut self.transport)
    }

    fn syslog(&mut self, message: &str) {
        self.machine.borrow_mut().memory.syslog(message);
    }

    /// Scripts learn of it by a number alone, which many do not look at.
    fn run_command(&mut self, command: &str, _variables: &[(String, String)], _input: &[u8]) -> io::Result<i32> {
        let error = no_processes();
        self.write_error(format!("{error}: {command}\n").as_bytes());
        Err(error)
    }

    fn start_process(&mut self, _start: ProcessStart) -> io::Result<ProcessId> {
        Err(no_processes())
    }

    fn process_news(&mut self, _id: ProcessId) -> ProcessNews {
        ProcessNews::default()
    }

    fn end_process(&mut self, _id: ProcessId, _force: bool) {}

    fn begin_lookup(&mut self, id: LookupId, question: Lookup) {
        self.machine.borrow_mut().memory.begin_lookup(id, question);
    }

    fn answers(&mut self) -> Vec<(LookupId, LookupAnswer)> {
        self.machine.borrow_mut().memory.answers()
    }

    fn resolve(&mut self, name: &str) -> Vec<IpAddr> {
        match name {
            "localhost" => vec![IpAddr::from([127, 0, 0, 1])],
            name => self.machine.borrow_mut().memory.resolve(name),
        }
    }
}
