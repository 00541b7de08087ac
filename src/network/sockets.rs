//! TCP, plain or with TLS, on this thread: a runtime that runs only while somebody waits.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use rustix::net::sockopt;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::task::{AbortHandle, LocalSet, spawn_local, yield_now};
use tokio::time::timeout;
use tokio_openssl::SslStream;

use super::alarm::Alarm;
use super::stream::{Events, Shared, read, write};
use super::tls::{Disagreement, Tls};
use super::{Certificate, Event, ListenerId, Security, StreamId, Transport};

/// An attempt to connect that takes longer has failed, as with Broker.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 128;

/// A connection whose two sides do not agree by then on how it is secured has failed.
const AGREEMENT_TIMEOUT: Duration = Duration::from_secs(10);

/// Of so many connections that are not secured yet the oldest is given up for the next.
const MOST_AGREEING: usize = 512;

/// How long the other side may go on talking after its connection was closed, before that is cut short.
const LINGER: Duration = Duration::from_secs(1);

/// A connection on which nothing comes for so long is asked whether its other end is still there, and given up when that
/// is not answered so many times. The system does both; no process has to be awake for the answer.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const KEEP_ALIVE_PAUSE: Duration = Duration::from_secs(10);
const KEEP_ALIVE_TIMES: u32 = 3;

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
    arrivals: Arrivals,
    streams: BTreeMap<StreamId, Stream>,
    listeners: u64,
    wake: Wake,
    alarm: Rc<Alarm>,
    tls: Option<Tls>,
}

impl Sockets {
    pub fn new(wake: Wake) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let alarm = {
            let _within = runtime.enter();
            Rc::new(Alarm::new()?)
        };
        Ok(Sockets {
            tasks: LocalSet::new(),
            runtime,
            alarm,
            arrivals: Arrivals::default(),
            streams: BTreeMap::new(),
            listeners: 0,
            wake,
            tls: None,
        })
    }

    fn listen_secured(&mut self, address: &str, port: u16, tls: Option<Tls>) -> io::Result<(ListenerId, u16)> {
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
        self.tasks.spawn_local(self.arrivals.clone().listen(listener, id, tls));
        Ok((id, port))
    }
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

/// A stream that both sides have agreed on.
enum Wire {
    Plain(TcpStream),
    Secured(SslStream<TcpStream>),
}

impl Wire {
    async fn accept(stream: TcpStream, tls: Option<&Tls>) -> Result<Self, String> {
        set_up(&stream);
        match tls {
            None => Ok(Wire::Plain(stream)),
            Some(tls) => in_time(tls.accept(stream)).await.map(Wire::Secured),
        }
    }

    async fn connect(stream: TcpStream, tls: Option<&Tls>) -> Result<Self, String> {
        set_up(&stream);
        match tls {
            None => Ok(Wire::Plain(stream)),
            Some(tls) => in_time(tls.connect(stream)).await.map(Wire::Secured),
        }
    }

    /// Carries bytes until the stream ends.
    async fn carry(self, id: StreamId, shared: Rc<Shared>, events: Rc<Events>) {
        match self {
            Wire::Plain(stream) => {
                let (from, to) = stream.into_split();
                spawn_local(write(to, id, shared.clone(), events.clone()));
                read(from, id, shared, events).await;
            }
            Wire::Secured(stream) => {
                let (from, to) = tokio::io::split(stream);
                spawn_local(write(to, id, shared.clone(), events.clone()));
                read(from, id, shared, events).await;
            }
        }
    }
}

/// Small messages are not held back for larger ones, and the system looks after a quiet connection. What of that cannot
/// be set makes it slower or more patient, and no less a connection.
fn set_up(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let _ = sockopt::set_tcp_keepidle(stream, KEEP_ALIVE);
    let _ = sockopt::set_tcp_keepintvl(stream, KEEP_ALIVE_PAUSE);
    let _ = sockopt::set_tcp_keepcnt(stream, KEEP_ALIVE_TIMES);
    let _ = sockopt::set_socket_keepalive(stream, true);
}

async fn in_time<T>(agreement: impl Future<Output = Result<T, Disagreement>>) -> Result<T, String> {
    match timeout(AGREEMENT_TIMEOUT, agreement).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(Disagreement { stream, reason })) => {
            stream.map(|stream| spawn_local(see_off(stream)));
            Err(reason)
        }
        Err(_) => Err("the TLS handshake takes too long".to_owned()),
    }
}

/// Closes a connection so that what was said last, an alert, is not overtaken by a reset.
async fn see_off(mut stream: SslStream<TcpStream>) {
    let stream = stream.get_mut();
    let ending = async {
        stream.shutdown().await?;
        tokio::io::copy(stream, &mut tokio::io::sink()).await
    };
    // Whether the other side takes its leave is its own matter.
    let _ = timeout(LINGER, ending).await;
}

/// What the tasks of listeners share with the transport.
#[derive(Clone, Default)]
struct Arrivals {
    events: Rc<Events>,
    next: Rc<Cell<u64>>,
    /// Streams that came in and that the transport has not taken over.
    accepted: Rc<RefCell<Vec<(StreamId, Stream)>>>,
    /// Connections that are being secured, the oldest first.
    agreeing: Rc<RefCell<BTreeMap<(ListenerId, u64), Agreeing>>>,
}

struct Agreeing {
    from: SocketAddr,
    task: AbortHandle,
}

impl Arrivals {
    fn next_id(&self) -> StreamId {
        self.next.set(self.next.get() + 1);
        StreamId(self.next.get())
    }

    async fn listen(self, listener: TcpListener, id: ListenerId, tls: Option<Tls>) {
        let mut number = 0;
        loop {
            match listener.accept().await {
                Ok((stream, from)) => {
                    self.make_room();
                    number += 1;
                    let key = (id, number);
                    let task = spawn_local(self.clone().arrive(stream, from, key, tls.clone())).abort_handle();
                    self.agreeing.borrow_mut().insert(key, Agreeing { from, task });
                }
                Err(_) => tokio::time::sleep(ACCEPT_REST).await,
            }
        }
    }

    /// Who has taken longest to be secured is the least likely ever to be.
    fn make_room(&self) {
        let mut agreeing = self.agreeing.borrow_mut();
        if agreeing.len() >= MOST_AGREEING
            && let Some((_, Agreeing { from, task })) = agreeing.pop_first()
        {
            task.abort();
            let (address, port) = (from.ip().to_string(), from.port());
            self.events.push(Event::Refused { address, port, reason: "too many connections at once".to_owned() });
        }
    }

    async fn arrive(self, stream: TcpStream, from: SocketAddr, key: (ListenerId, u64), tls: Option<Tls>) {
        let wire = Wire::accept(stream, tls.as_ref()).await;
        self.agreeing.borrow_mut().remove(&key);
        let (address, port) = (from.ip().to_string(), from.port());
        match wire {
            Ok(wire) => {
                let (id, shared) = (self.next_id(), Rc::new(Shared::default()));
                let reader = spawn_local(wire.carry(id, shared.clone(), self.events.clone())).abort_handle();
                self.accepted.borrow_mut().push((id, Stream { shared, reader }));
                self.events.push(Event::Accepted { listener: key.0, stream: id, address, port });
            }
            Err(reason) => self.events.push(Event::Refused { address, port, reason }),
        }
    }
}

impl Transport for Sockets {
    fn secure(&mut self, security: &Security) -> io::Result<()> {
        self.tls = Tls::new(security)?;
        Ok(())
    }

    fn listen(&mut self, address: &str, port: u16) -> io::Result<(ListenerId, u16)> {
        self.listen_secured(address, port, self.tls.clone())
    }

    fn listen_with(
        &mut self,
        address: &str,
        port: u16,
        certificate: Option<&Certificate>,
    ) -> io::Result<(ListenerId, u16)> {
        let tls = certificate.map(Tls::with_certificate).transpose()?;
        self.listen_secured(address, port, tls)
    }

    fn open(&mut self, address: &str, port: u16) -> StreamId {
        let id = self.arrivals.next_id();
        let shared = Rc::new(Shared::default());
        let (events, kept) = (self.arrivals.events.clone(), shared.clone());
        let (address, tls) = (address.to_owned(), self.tls.clone());
        let task = self.tasks.spawn_local(async move {
            let connection = timeout(CONNECT_TIMEOUT, TcpStream::connect((address.as_str(), port))).await;
            let stream = match connection.map_err(io::Error::from).flatten() {
                Ok(stream) => stream,
                Err(error) => return events.push(Event::Closed(id, Some(error.to_string()))),
            };
            match Wire::connect(stream, tls.as_ref()).await {
                Ok(wire) => {
                    events.push(Event::Opened(id));
                    wire.carry(id, kept, events).await;
                }
                Err(reason) => events.push(Event::Unsecured { stream: id, reason }),
            }
        });
        self.streams.insert(id, Stream { shared, reader: task.abort_handle() });
        id
    }

    fn write(&mut self, stream: StreamId, bytes: Vec<u8>) {
        if let Some(found) = self.streams.get(&stream) {
            found.shared.write(bytes);
        }
    }

    fn hold(&mut self, stream: StreamId, held: bool) {
        if let Some(found) = self.streams.get(&stream) {
            found.shared.hold(held);
        }
    }

    fn close(&mut self, stream: StreamId) {
        if let Some(found) = self.streams.remove(&stream) {
            found.shared.close();
            self.tasks.spawn_local(async move {
                tokio::time::sleep(LINGER).await;
                found.reader.abort();
            });
        }
    }

    fn wait(&mut self, limit: Duration) {
        let (events, wake, alarm) = (self.arrivals.events.clone(), self.wake.clone(), self.alarm.clone());
        self.runtime.block_on(self.tasks.run_until(async move {
            // What is ready already is taken without waiting.
            yield_now().await;
            if events.is_empty() && !limit.is_zero() {
                tokio::select! {
                    () = events.changed.notified() => {}
                    () = wake.0.notified() => {}
                    () = alarm.after(limit) => {}
                }
            }
        }));
        self.streams.extend(self.arrivals.accepted.borrow_mut().drain(..));
    }

    fn next_event(&mut self) -> Option<Event> {
        loop {
            let event = self.arrivals.events.pop()?;
            let (Event::Accepted { stream, .. }
            | Event::Opened(stream)
            | Event::Received(stream, _)
            | Event::Ready(stream)
            | Event::Unsecured { stream, .. }
            | Event::Closed(stream, _)) = &event
            else {
                return Some(event);
            };
            // Nothing is told of a stream that was closed here.
            let Some(found) = self.streams.get(stream) else { continue };
            match &event {
                Event::Received(_, bytes) => found.shared.look_at(bytes.len()),
                Event::Closed(stream, _) | Event::Unsecured { stream, .. } => {
                    // What was to be written has nowhere to go.
                    found.shared.close();
                    self.streams.remove(stream);
                }
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
