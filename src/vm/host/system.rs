//! The real world. Nothing else in the engine touches the clock, the environment, streams or files.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Read, Seek, SeekFrom, Write};
use std::net::{IpAddr, ToSocketAddrs};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::processes::{Processes, Waker};
use super::{FileStatus, Host, Lookup, LookupAnswer, LookupId, OpenMode, ProcessId, ProcessNews, ProcessStart};
use crate::network::{Sockets, Transport};

/// Held back at most this much of standard output.
const OUTPUT_BUFFER: usize = 1 << 16;

const NONBLOCK: i32 = rustix::fs::OFlags::NONBLOCK.bits() as i32;

const SYSTEM_LOG: &str = "/dev/log";

struct OpenFile {
    writer: BufWriter<File>,
    unbuffered: bool,
}

pub struct SystemHost {
    output: Vec<u8>,
    output_is_terminal: bool,
    files: BTreeMap<u32, OpenFile>,
    last_handle: u32,
    /// Variables that scripts set; they reach commands too. The process's own environment stays as it is.
    variables: BTreeMap<String, String>,
    /// Made when first asked for: most runs need no network.
    sockets: Option<Sockets>,
    sender: Sender<(LookupId, LookupAnswer)>,
    receiver: Receiver<(LookupId, LookupAnswer)>,
    processes: Processes,
    /// Ends the waiting when a thread has something.
    waker: Waker,
}

impl Default for SystemHost {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel();
        let waker = Waker::default();
        SystemHost {
            processes: Processes::new(waker.clone()),
            waker,
            output: Vec::new(),
            output_is_terminal: io::stdout().is_terminal(),
            files: BTreeMap::new(),
            last_handle: 0,
            variables: BTreeMap::new(),
            sockets: None,
            sender,
            receiver,
        }
    }
}

impl SystemHost {
    pub fn new() -> Self {
        Self::default()
    }

    fn flush_output(&mut self) {
        // A closed standard output is no reason to stop, as for any C program that ignores `fflush`.
        let mut stdout = io::stdout().lock();
        let _ = stdout.write_all(&self.output).and_then(|()| stdout.flush());
        self.output.clear();
    }

    fn file(&mut self, handle: u32) -> io::Result<&mut OpenFile> {
        self.files.get_mut(&handle).ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "file is closed"))
    }
}

impl Drop for SystemHost {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Host for SystemHost {
    fn now(&mut self) -> f64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
    }

    fn wait(&mut self, seconds: f64) {
        let limit = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        match &mut self.sockets {
            Some(sockets) => sockets.wait(limit),
            None => self.waker.wait(limit),
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .cloned()
            .or_else(|| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    fn write_output(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
        if self.output.len() >= OUTPUT_BUFFER || (self.output_is_terminal && bytes.ends_with(b"\n")) {
            self.flush_output();
        }
    }

    fn write_error(&mut self, bytes: &[u8]) {
        // Keeps the order of the two streams where both go to one place.
        if !self.output.is_empty() {
            self.flush_output();
        }
        let _ = io::stderr().lock().write_all(bytes);
    }

    fn flush(&mut self) {
        self.flush_output();
        for file in self.files.values_mut() {
            let _ = file.writer.flush();
        }
    }

    fn open(&mut self, path: &str, mode: OpenMode) -> io::Result<u32> {
        let file = match mode {
            // A named pipe must not hold everything up until somebody writes to it.
            OpenMode::Read => OpenOptions::new().read(true).custom_flags(NONBLOCK).open(path)?,
            OpenMode::Write => File::create(path)?,
            OpenMode::Append => OpenOptions::new().append(true).create(true).open(path)?,
        };
        self.last_handle += 1;
        self.files.insert(self.last_handle, OpenFile { writer: BufWriter::new(file), unbuffered: false });
        Ok(self.last_handle)
    }

    fn read(&mut self, handle: u32, limit: usize) -> io::Result<Vec<u8>> {
        let file = self.file(handle)?.writer.get_mut();
        let mut bytes = vec![0; limit];
        let length = loop {
            match file.read(&mut bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        bytes.truncate(length);
        Ok(bytes)
    }

    fn seek(&mut self, handle: u32, place: u64) -> io::Result<()> {
        self.file(handle)?.writer.get_mut().seek(SeekFrom::Start(place)).map(|_| ())
    }

    fn write(&mut self, handle: u32, bytes: &[u8]) -> io::Result<()> {
        let file = self.file(handle)?;
        file.writer.write_all(bytes)?;
        if file.unbuffered { file.writer.flush() } else { Ok(()) }
    }

    fn flush_file(&mut self, handle: u32) -> io::Result<()> {
        self.file(handle)?.writer.flush()
    }

    fn set_unbuffered(&mut self, handle: u32, unbuffered: bool) {
        if let Ok(file) = self.file(handle) {
            file.unbuffered = unbuffered;
        }
    }

    fn close(&mut self, handle: u32) -> io::Result<()> {
        let mut file =
            self.files.remove(&handle).ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "file is closed"))?;
        file.writer.flush()
    }

    fn status(&self, path: &str) -> io::Result<FileStatus> {
        let data = fs::metadata(path)?;
        let time = |seconds: i64, nanoseconds: i64| seconds as f64 + nanoseconds as f64 / 1e9;
        Ok(FileStatus {
            device: data.dev(),
            inode: data.ino(),
            mode: data.mode(),
            links: data.nlink(),
            user: u64::from(data.uid()),
            group: u64::from(data.gid()),
            raw_device: data.rdev(),
            size: data.size(),
            block_size: data.blksize(),
            blocks: data.blocks(),
            access_time: time(data.atime(), data.atime_nsec()),
            modify_time: time(data.mtime(), data.mtime_nsec()),
            change_time: time(data.ctime(), data.ctime_nsec()),
            is_dir: data.is_dir(),
        })
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn create_directory(&mut self, path: &str) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn remove_directory(&mut self, path: &str) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        let mut names = fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn database_file(&self, path: &str) -> io::Result<Option<String>> {
        Ok(Some(path.to_owned()))
    }

    fn entropy(&mut self, bytes: &mut [u8]) {
        let filled = File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes));
        if filled.is_err() {
            // Without a random device the clock and process id are all there is.
            let mut state = self.now().to_bits() ^ (u64::from(std::process::id()) << 32);
            for byte in bytes {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = (state >> 56) as u8;
            }
        }
    }

    fn process_id(&self) -> u32 {
        std::process::id()
    }

    fn host_name(&self) -> String {
        fs::read_to_string("/proc/sys/kernel/hostname")
            .or_else(|_| fs::read_to_string("/etc/hostname"))
            .map(|name| name.trim().to_owned())
            .ok()
            .filter(|name| !name.is_empty())
            .or_else(|| self.variable("HOSTNAME"))
            .or_else(|| {
                let output = Command::new("hostname").output().ok()?;
                Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
            })
            .unwrap_or_else(|| "localhost".to_owned())
    }

    fn transport(&mut self) -> io::Result<&mut dyn Transport> {
        let sockets = match self.sockets.take() {
            Some(sockets) => sockets,
            None => Sockets::new(self.waker.network())?,
        };
        Ok(self.sockets.insert(sockets))
    }

    fn syslog(&mut self, message: &str) {
        // Facility local5, severity notice. Without a system log nobody is there to be told of that.
        let line = format!("<173>bro[{}]: {message}", std::process::id());
        if let Ok(socket) = UnixDatagram::unbound() {
            let _ = socket.send_to(line.as_bytes(), SYSTEM_LOG);
        }
    }

    fn run_command(&mut self, command: &str, variables: &[(String, String)], input: &[u8]) -> io::Result<i32> {
        self.flush();
        let mut child = Command::new("/bin/sh")
            .arg("-c")
            .arg(command)
            .envs(&self.variables)
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(if input.is_empty() { Stdio::inherit() } else { Stdio::piped() })
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A command that does not read its input is no error.
            let _ = stdin.write_all(input);
        }
        let status = child.wait()?;
        Ok(status.into_raw())
    }

    fn start_process(&mut self, start: ProcessStart) -> io::Result<ProcessId> {
        self.flush();
        self.processes.start(start, &self.variables)
    }

    fn process_news(&mut self, id: ProcessId) -> ProcessNews {
        self.processes.news(id)
    }

    fn end_process(&mut self, id: ProcessId, force: bool) {
        self.processes.end(id, force);
    }

    fn begin_lookup(&mut self, id: LookupId, question: Lookup) {
        let (sender, waker) = (self.sender.clone(), self.waker.clone());
        // The resolver blocks, so each question has a thread; the receiver may be gone when the answer comes.
        std::thread::spawn(move || {
            let answer = match question {
                Lookup::Name(name) => {
                    let addresses = addresses_of(&name);
                    if addresses.is_empty() { LookupAnswer::Failed } else { LookupAnswer::Addresses(addresses) }
                }
                Lookup::Address(address) => {
                    super::dns::name_of(address).map_or(LookupAnswer::Failed, LookupAnswer::Text)
                }
                Lookup::Text(name) => super::dns::text_of(&name).map_or(LookupAnswer::Failed, LookupAnswer::Text),
            };
            let _ = sender.send((id, answer));
            waker.wake();
        });
    }

    fn answers(&mut self) -> Vec<(LookupId, LookupAnswer)> {
        self.receiver.try_iter().collect()
    }

    fn resolve(&mut self, name: &str) -> Vec<IpAddr> {
        addresses_of(name)
    }
}

fn addresses_of(name: &str) -> Vec<IpAddr> {
    let Ok(found) = (name, 0).to_socket_addrs() else { return Vec::new() };
    let mut addresses = Vec::new();
    for address in found {
        if !addresses.contains(&address.ip()) {
            addresses.push(address.ip());
        }
    }
    addresses
}
