//! Where calls arrive: threads that turn everything that happens outside of the simulation into events, in one channel.

use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::sockopt::socket_peercred;
use rustix::net::{RecvFlags, recv};

use super::protocol::{Call, receive};

/// Names a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CallId(u64);

/// What happened.
pub(super) enum Event {
    Called {
        id: CallId,
        /// The process that calls.
        process: u32,
        call: Box<Call>,
        /// Its standard output and error.
        streams: [OwnedFd; 2],
        /// Where the answer goes.
        stream: UnixStream,
    },
    /// Somebody asked the command to end.
    Asked(CallId),
    /// The command is gone.
    Gone(CallId),
    /// A shell in the background has ended.
    ShellEnded(usize, io::Result<ExitStatus>),
    /// A command of the test runs, as the process of this number.
    Began(u32),
    /// It has ended.
    Ended,
    /// The test is over.
    Over,
}

/// Shows whether calls are on their way.
pub(super) struct Door {
    listener: UnixListener,
    /// How many calls are between the listener and the events.
    inside: Arc<AtomicUsize>,
}

impl Door {
    /// Whether somebody has called of whom there may be no event yet.
    pub(super) fn has_news(&self) -> bool {
        // A call is counted before it is taken from the listener.
        has_news(&self.listener) || self.inside.load(Ordering::SeqCst) > 0
    }
}

/// Accepts calls, until it is dropped.
pub(super) struct Server {
    is_over: Arc<AtomicBool>,
    place: PathBuf,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(place: &Path, events: Sender<Event>) -> io::Result<(Server, Door)> {
        let listener = UnixListener::bind(place)?;
        let inside = Arc::new(AtomicUsize::new(0));
        let door = Door { listener: listener.try_clone()?, inside: inside.clone() };
        let flag = Arc::new(AtomicBool::new(false));
        let is_over = flag.clone();
        let thread = thread::Builder::new().name("rehearsal".to_owned()).spawn(move || {
            for number in 0.. {
                while poll(&mut [PollFd::new(&listener, PollFlags::IN)], None) == Err(Errno::INTR) {}
                let visit = Visit::new(&inside);
                let Ok((stream, _)) = listener.accept() else { break };
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
                let events = events.clone();
                thread::spawn(move || attend(CallId(number), stream, &events, visit));
            }
        })?;
        Ok((Server { is_over: flag, place: place.to_owned(), thread: Some(thread) }, door))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // It waits for a call; this one wakes it.
        let is_woken = UnixStream::connect(&self.place).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| is_woken) {
            let _ = thread.join();
        }
    }
}

/// A call that there is no event of yet.
struct Visit(Arc<AtomicUsize>);

impl Visit {
    fn new(inside: &Arc<AtomicUsize>) -> Visit {
        inside.fetch_add(1, Ordering::SeqCst);
        Visit(inside.clone())
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Reads what comes from one command.
fn attend(id: CallId, mut stream: UnixStream, events: &Sender<Event>, visit: Visit) {
    // What makes no sense is not answered: the connection ends, and that says so.
    let Ok((call, streams)) = receive(&mut stream) else { return };
    let Ok(answers) = stream.try_clone() else { return };
    let process = socket_peercred(&stream).map_or(0, |peer| peer.pid.as_raw_nonzero().get().unsigned_abs());
    if events.send(Event::Called { id, process, call: Box::new(call), streams, stream: answers }).is_err() {
        return;
    }
    drop(visit);
    // A byte stays in its place until its event is there, so that one or the other can always be seen.
    while is_asked(&stream) {
        let mut byte = [0];
        if events.send(Event::Asked(id)).is_err() || stream.read_exact(&mut byte).is_err() {
            break;
        }
    }
    let _ = events.send(Event::Gone(id));
}

/// Whether a byte has come; waits for it, or for the end of the connection.
fn is_asked(stream: &UnixStream) -> bool {
    let mut byte = [0];
    loop {
        match recv(stream, &mut byte, RecvFlags::PEEK) {
            Ok((_, length)) => return length > 0,
            Err(Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

/// Whether something has come of which there may be no event yet.
pub(super) fn has_news(socket: impl AsFd) -> bool {
    poll(&mut [PollFd::new(&socket, PollFlags::IN)], Some(&Timespec::default())) != Ok(0)
}

/// Waits for the end of a shell.
pub(super) fn watch(number: usize, mut child: Child, events: &Sender<Event>) {
    let events = events.clone();
    thread::spawn(move || {
        let status = child.wait();
        let _ = events.send(Event::ShellEnded(number, status));
    });
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;
    use std::sync::mpsc::channel;
    use std::thread;

    use super::super::protocol::{Call, Request, send};
    use super::{Event, Server};

    #[test]
    fn a_call_is_seen_until_there_is_its_event() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("door");
        let (events, received) = channel();
        let (server, door) = Server::start(&place, events).unwrap();
        assert!(!door.has_news());
        let mut caller = UnixStream::connect(&place).unwrap();
        for _ in 0..1000 {
            assert!(door.has_news());
        }
        let call = Call { request: Request::Sleep { seconds: 1.5 }, folder: "/tmp".into(), variables: Vec::new() };
        send(&mut caller, &call).unwrap();
        assert!(matches!(received.recv(), Ok(Event::Called { .. })));
        while door.has_news() {
            thread::yield_now();
        }
        drop(server);
    }
}
