//! TCP on this thread: a runtime that runs only while somebody waits.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::task::{AbortHandle, LocalSet, spawn_local, yield_now};
use tokio::time::timeout;

use super::stream::{Events, Shared, read, write};
use super::{Event, ListenerId, StreamId, Transport};

/// An attempt to connect that takes longer has failed, as with Broker.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 128;

/// After an error of accept, such as too many open files, the listener rests so long.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// Ends [`Transport::wait`] from another thread.
#[derive(Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

struct Stream {
    shared: Rc<Shared>,
    /// The task that opens or reads.
    reader: AbortHandle,
}

/// The network of this machine.
pub struct Sockets {
    // Tasks are dropped before the runtime that they belong to.
    tasks: LocalSet,
    runtime: Runtime,
    events: Rc<Events>,
    streams: BTreeMap<StreamId, Stream>,
    /// Names of streams, which the listeners' tasks give as well.
    next: Rc<std::cell::Cell<u64>>,
    accepted: Rc<std::cell::RefCell<Vec<(StreamId, Stream)>>>,
    listeners: u64,
    wake: Wake,
}

impl Sockets {
    pub fn new(wake: Wake) -> io::Result<Self> {
        Ok(Sockets {
            tasks: LocalSet::new(),
            runtime: Builder::new_current_thread().enable_io().enable_time().build()?,
            events: Rc::default(),
            streams: BTreeMap::new(),
            next: Rc::default(),
            accepted: Rc::default(),
            listeners: 0,
            wake,
        })
    }
}

fn next_id(next: &std::cell::Cell<u64>) -> StreamId {
    next.set(next.get() + 1);
    StreamId(next.get())
}

/// The places to listen at, of which the first that works is taken.
fn places(address: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    if address.is_empty() {
        // The first takes both families where the system can.
        return Ok(vec![(Ipv6Addr::UNSPECIFIED, port).into(), (Ipv4Addr::UNSPECIFIED, port).into()]);
    }
    Ok((address, port).to_socket_addrs()?.collect())
}

fn bind(place: SocketAddr) -> io::Result<TcpListener> {
    let socket = if place.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(place)?;
    socket.listen(BACKLOG)
}

/// The tasks of a stream that is there.
fn start(stream: TcpStream, id: StreamId, events: &Rc<Events>) -> Stream {
    // Small messages are not held back for larger ones; where that cannot be set they are only slower.
    let _ = stream.set_nodelay(true);
    let shared = Rc::new(Shared::default());
    let (from, to) = stream.into_split();
    spawn_local(write(to, id, shared.clone(), events.clone()));
    let reader = spawn_local(read(from, id, shared.clone(), events.clone())).abort_handle();
    Stream { shared, reader }
}

impl Transport for Sockets {
    fn listen(&mut self, address: &str, port: u16) -> io::Result<(ListenerId, u16)> {
        let runtime = self.runtime.enter();
        let mut result = Err(io::Error::from(io::ErrorKind::AddrNotAvailable));
        for place in places(address, port)? {
            result = bind(place);
            if result.is_ok() {
                break;
            }
        }
        drop(runtime);
        let listener = result?;
        let port = listener.local_addr()?.port();
        self.listeners += 1;
        let id = ListenerId(self.listeners);
        let (events, next, accepted) = (self.events.clone(), self.next.clone(), self.accepted.clone());
        self.tasks.spawn_local(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, from)) => {
                        let name = next_id(&next);
                        let (address, port) = (from.ip().to_string(), from.port());
                        events.push(Event::Accepted { listener: id, stream: name, address, port });
                        accepted.borrow_mut().push((name, start(stream, name, &events)));
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_REST).await,
                }
            }
        });
        Ok((id, port))
    }

    fn open(&mut self, address: &str, port: u16) -> StreamId {
        let id = next_id(&self.next);
        let shared = Rc::new(Shared::default());
        let (events, kept, address) = (self.events.clone(), shared.clone(), address.to_owned());
        let task = self.tasks.spawn_local(async move {
            let connected = timeout(CONNECT_TIMEOUT, TcpStream::connect((address.as_str(), port))).await;
            let stream = match connected {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => return events.push(Event::Closed(id, Some(error.to_string()))),
                Err(_) => return events.push(Event::Closed(id, Some("timed out".to_owned()))),
            };
            let _ = stream.set_nodelay(true);
            let (from, to) = stream.into_split();
            events.push(Event::Opened(id));
            spawn_local(write(to, id, kept.clone(), events.clone()));
            read(from, id, kept, events).await;
        });
        self.streams.insert(id, Stream { shared, reader: task.abort_handle() });
        id
    }

    fn write(&mut self, stream: StreamId, bytes: Vec<u8>) {
        if let Some(found) = self.streams.get(&stream) {
            found.shared.write(bytes);
        }
    }

    fn close(&mut self, stream: StreamId) {
        if let Some(found) = self.streams.remove(&stream) {
            found.shared.close();
            found.reader.abort();
        }
    }

    fn wait(&mut self, limit: Duration) {
        let (events, wake) = (self.events.clone(), self.wake.clone());
        self.runtime.block_on(self.tasks.run_until(async move {
            // What is ready already is taken without waiting.
            yield_now().await;
            if events.is_empty() && !limit.is_zero() {
                tokio::select! {
                    () = events.changed.notified() => {}
                    () = wake.0.notified() => {}
                    () = tokio::time::sleep(limit) => {}
                }
            }
        }));
        self.streams.extend(self.accepted.borrow_mut().drain(..));
    }

    fn next_event(&mut self) -> Option<Event> {
        loop {
            let event = self.events.pop()?;
            let (Event::Accepted { stream, .. }
            | Event::Opened(stream)
            | Event::Received(stream, _)
            | Event::Ready(stream)
            | Event::Closed(stream, _)) = &event;
            // Nothing is told of a stream that was closed here.
            let Some(found) = self.streams.get(stream) else { continue };
            match &event {
                Event::Received(_, bytes) => found.shared.look_at(bytes.len()),
                Event::Closed(stream, _) => drop(self.streams.remove(stream)),
                _ => {}
            }
            return Some(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Event, Sockets, Transport};
    use crate::network::StreamId;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// Lets the sockets work until one of them tells what is sought.
    fn until<R>(sockets: &mut [&mut Sockets], mut sought: impl FnMut(usize, Event) -> Option<R>) -> R {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            for (number, one) in sockets.iter_mut().enumerate() {
                one.wait(Duration::from_millis(1));
                while let Some(event) = one.next_event() {
                    if let Some(found) = sought(number, event) {
                        return found;
                    }
                }
            }
        }
        panic!("it did not happen");
    }

    fn connected(server: &mut Sockets, client: &mut Sockets) -> (StreamId, StreamId) {
        let (_, port) = server.listen("127.0.0.1", 0).unwrap();
        let ours = client.open("127.0.0.1", port);
        let (mut opened, mut theirs) = (false, None);
        until(&mut [server, client], |_, event| {
            match event {
                Event::Accepted { stream, .. } => theirs = Some(stream),
                Event::Opened(stream) => opened = stream == ours,
                _ => {}
            }
            theirs.filter(|_| opened).map(|theirs| (theirs, ours))
        })
    }

    #[test]
    fn bytes_arrive_and_the_end_comes_behind_them() {
        let (mut server, mut client) =
            (Sockets::new(super::Wake::default()).unwrap(), Sockets::new(super::Wake::default()).unwrap());
        let (theirs, ours) = connected(&mut server, &mut client);
        client.write(ours, vec![7; 300_000]);
        client.close(ours);
        let mut count = 0;
        let reason = until(&mut [&mut server, &mut client], |_, event| match event {
            Event::Received(stream, bytes) => {
                assert_eq!(stream, theirs);
                count += bytes.len();
                None
            }
            Event::Closed(_, reason) => Some(reason),
            _ => None,
        });
        assert_eq!((count, reason), (300_000, None));
    }

    #[test]
    fn what_nobody_looks_at_is_not_read_for_ever() {
        let (mut server, mut client) =
            (Sockets::new(super::Wake::default()).unwrap(), Sockets::new(super::Wake::default()).unwrap());
        let (_, ours) = connected(&mut server, &mut client);
        let total = 64 << 20;
        client.write(ours, vec![7; total]);
        for _ in 0..200 {
            server.wait(Duration::from_millis(1));
            client.wait(Duration::from_millis(1));
        }
        let mut held = 0;
        while let Some(event) = server.next_event() {
            if let Event::Received(_, bytes) = event {
                held += bytes.len();
            }
        }
        assert!(held < 2 << 20, "{held} bytes are in memory");
        let mut count = held;
        until(&mut [&mut server, &mut client], |_, event| match event {
            Event::Received(_, bytes) => {
                count += bytes.len();
                (count == total).then_some(())
            }
            _ => None,
        });
    }

    #[test]
    fn a_port_where_nobody_listens_closes_the_stream() {
        let mut free = Sockets::new(super::Wake::default()).unwrap();
        let (_, port) = free.listen("127.0.0.1", 0).unwrap();
        drop(free);
        let mut client = Sockets::new(super::Wake::default()).unwrap();
        let ours = client.open("127.0.0.1", port);
        let reason = until(&mut [&mut client], |_, event| match event {
            Event::Closed(stream, reason) if stream == ours => Some(reason),
            _ => None,
        });
        assert!(reason.is_some());
    }

    #[test]
    fn a_port_that_is_taken_is_an_error() {
        let (mut one, mut other) =
            (Sockets::new(super::Wake::default()).unwrap(), Sockets::new(super::Wake::default()).unwrap());
        let (_, port) = one.listen("127.0.0.1", 0).unwrap();
        assert!(other.listen("127.0.0.1", port).is_err());
        assert!(other.listen("no address at all", 0).is_err());
    }

    #[test]
    fn waiting_ends_with_the_first_event() {
        let (mut server, mut client) =
            (Sockets::new(super::Wake::default()).unwrap(), Sockets::new(super::Wake::default()).unwrap());
        let (theirs, _) = connected(&mut server, &mut client);
        server.write(theirs, b"x".to_vec());
        server.wait(Duration::ZERO);
        server.wait(Duration::ZERO);
        client.wait(PATIENCE);
        assert!(matches!(client.next_event(), Some(Event::Received(..) | Event::Ready(_))));
    }
}
