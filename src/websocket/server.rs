//! All clients of all listeners.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use super::client::{Client, Info, Step};
use super::json::{Dialect, Message, encode_message};
use crate::endpoint::Overflow;
use crate::network::{ListenerId, StreamId};
use crate::wire::{self, Data, EndpointId, Event};

/// Connections to one listener beyond this number are closed at once, as with Zeek.
const MOST_CLIENTS: usize = 100;

/// Which of the two servers it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Cluster::listen_websocket`: clients publish and hear events.
    Cluster,
    /// `Broker::listen_websocket`: clients are like peers, and any data will do.
    Broker,
}

/// What clients of a listener are told and allowed.
#[derive(Clone, Debug)]
pub struct Settings {
    pub kind: Kind,
    /// This node.
    pub node: EndpointId,
    /// What clients are told as the version of this node.
    pub version: String,
    /// How often clients are asked for a sign of life.
    pub ping_interval: Option<Duration>,
    /// How many messages of all clients together are taken at once; the others wait.
    pub most_waiting: usize,
    /// How many messages may wait for one client (`Broker::web_socket_buffer_size`).
    pub buffer: usize,
    pub overflow: Overflow,
    pub dialect: Dialect,
}

/// What clients have done.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A client has subscribed.
    Added { kind: Kind, stream: StreamId, info: Info, subscriptions: BTreeSet<Vec<u8>> },
    /// A client said something.
    Said { kind: Kind, stream: StreamId, message: Message },
    /// A client that was let in is gone, with its subscriptions if it had any.
    Lost { kind: Kind, info: Info, subscriptions: Option<BTreeSet<Vec<u8>>>, code: u16, reason: String },
}

/// Something for whoever has the streams to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Write(StreamId, Vec<u8>),
    /// To stop reading from a stream, or to go on.
    Hold(StreamId, bool),
    Close(StreamId),
}

/// What clients hear of one message.
#[derive(Default)]
struct Texts {
    /// As events.
    cluster: Option<Vec<Rc<[u8]>>>,
    /// As data.
    broker: Option<Vec<Rc<[u8]>>>,
}

/// The clients of this node.
#[derive(Debug, Default)]
pub struct Server {
    listeners: BTreeMap<ListenerId, Settings>,
    clients: BTreeMap<StreamId, Client>,
    /// How many have connected so far: their ids have that number.
    accepted: u64,
    happenings: VecDeque<Happening>,
    actions: VecDeque<Action>,
    dropped: u64,
    closing: bool,
}

impl Server {
    /// Takes those who connect to a listener as clients.
    pub fn listen(&mut self, listener: ListenerId, settings: Settings) {
        self.listeners.insert(listener, settings);
    }

    /// Whether the listener's connections come here.
    pub fn has_listener(&self, listener: ListenerId) -> bool {
        self.listeners.contains_key(&listener)
    }

    /// Whether anybody may come here.
    pub fn is_listening(&self) -> bool {
        !self.listeners.is_empty()
    }

    /// Who a client is.
    pub fn info_of(&self, stream: StreamId) -> Option<&Info> {
        self.clients.get(&stream).map(|client| &client.info)
    }

    /// Whether somebody would hear something.
    pub fn has_clients(&self) -> bool {
        self.clients.values().any(Client::is_open)
    }

    /// Whether clients that are like peers have said what they want to hear.
    pub fn has_peers(&self) -> bool {
        let kind = |client: &Client| self.listeners.get(&client.listener).map(|settings| settings.kind);
        self.clients.values().any(|client| client.is_open() && kind(client) == Some(Kind::Broker))
    }

    /// How many messages were not sent since too many waited.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Somebody connected.
    pub fn accepted(&mut self, listener: ListenerId, stream: StreamId, address: &str, port: u16, now: Duration) {
        let Some(settings) = self.listeners.get(&listener) else { return };
        let number = self.accepted;
        self.accepted += 1;
        let others = self.clients.values().filter(|client| client.listener == listener).count();
        if self.closing || others >= MOST_CLIENTS {
            return self.actions.push_back(Action::Close(stream));
        }
        let id = match settings.kind {
            Kind::Cluster => format!("{}-websocket-{number}", settings.node),
            Kind::Broker => client_id(settings.node, number).to_string(),
        };
        let info = Info { id, address: address.to_owned(), port, application_name: None };
        self.clients.insert(stream, Client::new(listener, info, now));
    }

    /// Whether a stream is a client's.
    pub fn has_stream(&self, stream: StreamId) -> bool {
        self.clients.contains_key(&stream)
    }

    pub fn received(&mut self, stream: StreamId, bytes: &[u8], now: Duration) {
        if let Some(client) = self.clients.get_mut(&stream)
            && let Some(settings) = self.listeners.get(&client.listener)
        {
            client.received(bytes, settings, now);
        }
    }

    /// A client's stream takes more bytes.
    pub fn ready(&mut self, stream: StreamId) {
        if let Some(client) = self.clients.get_mut(&stream) {
            client.writable = true;
        }
    }

    /// A client's stream is over.
    pub fn closed(&mut self, stream: StreamId) {
        if let Some(mut client) = self.clients.remove(&stream) {
            // What it said before its end counts.
            while client.has_work() {
                self.step(stream, &mut client, Duration::ZERO);
            }
            client.lose();
            self.lost(client);
        }
    }

    /// When [`Server::advance`] is to be called at the latest; at once where messages wait that were not taken.
    pub fn deadline(&self) -> Option<Duration> {
        if self.clients.values().any(Client::has_work) {
            return Some(Duration::ZERO);
        }
        self.clients.values().filter_map(Client::deadline).min()
    }

    /// Looks at what clients said, and does what its time has come for.
    pub fn advance(&mut self, now: Duration) {
        self.take_messages(now);
        for client in self.clients.values_mut() {
            if let Some(settings) = self.listeners.get(&client.listener) {
                client.advance(settings, now);
            }
        }
    }

    /// Takes messages of the clients in turn, as many as their listeners allow.
    fn take_messages(&mut self, now: Duration) {
        let mut budget: BTreeMap<ListenerId, usize> =
            self.listeners.iter().map(|(listener, settings)| (*listener, settings.most_waiting)).collect();
        let mut busy: Vec<StreamId> = self.clients.keys().copied().collect();
        while !busy.is_empty() {
            busy.retain(|stream| {
                let Some(mut client) = self.clients.remove(stream) else { return false };
                let left = budget.get_mut(&client.listener).filter(|left| **left > 0 && client.has_work());
                let goes_on = left.is_some();
                if let Some(left) = left {
                    *left -= usize::from(self.step(*stream, &mut client, now));
                }
                self.clients.insert(*stream, client);
                goes_on
            });
        }
    }

    /// Looks at one message of a client. Whether it leads to something outside.
    fn step(&mut self, stream: StreamId, client: &mut Client, now: Duration) -> bool {
        let Some(settings) = self.listeners.get(&client.listener) else { return false };
        let happening = match client.step(settings, now) {
            Step::Inside => return false,
            Step::Subscribed => {
                let (info, subscriptions) = (client.info.clone(), client.subscriptions.clone().unwrap_or_default());
                Happening::Added { kind: settings.kind, stream, info, subscriptions }
            }
            Step::Said(message) => Happening::Said { kind: settings.kind, stream, message },
        };
        self.happenings.push_back(happening);
        true
    }

    pub fn has_happenings(&self) -> bool {
        !self.happenings.is_empty()
    }

    pub fn next_happening(&mut self) -> Option<Happening> {
        self.happenings.pop_front()
    }

    /// Tells a client that what it said, which was a message, cannot be taken.
    pub fn refuse(&mut self, stream: StreamId, context: &str, detail: &str) {
        if let Some(client) = self.clients.get_mut(&stream)
            && let Some(settings) = self.listeners.get(&client.listener)
        {
            client.fail(context, detail, settings);
        }
    }

    /// Has the clients that want a topic hear its message, but the one that said it. `payload` is Broker's encoding.
    pub fn deliver(&mut self, topic: &[u8], payload: &[u8], except: Option<StreamId>, now: Duration) {
        self.deliver_where(topic, payload, now, |stream| Some(stream) != except);
    }

    /// Has one client hear a message, if it wants its topic.
    pub fn deliver_to(&mut self, stream: StreamId, topic: &[u8], payload: &[u8], now: Duration) {
        self.deliver_where(topic, payload, now, |other| other == stream);
    }

    fn deliver_where(&mut self, topic: &[u8], payload: &[u8], now: Duration, is_meant: impl Fn(StreamId) -> bool) {
        let (mut texts, mut data) = (Texts::default(), None);
        for (stream, client) in &mut self.clients {
            if !is_meant(*stream) || !client.wants(topic) {
                continue;
            }
            let Some(settings) = self.listeners.get(&client.listener) else { continue };
            let Some(data) = data.get_or_insert_with(|| wire::decode(payload).ok()) else { return };
            for text in texts.of(topic, data, settings) {
                self.dropped += u64::from(client.offer(text, settings, now));
            }
        }
    }

    /// What to do next; to be asked after everything else, until there is nothing more.
    pub fn next_action(&mut self) -> Option<Action> {
        if let Some(action) = self.actions.pop_front() {
            return Some(action);
        }
        let mut over = Vec::new();
        for (stream, client) in &mut self.clients {
            self.actions.extend(client.take_outgoing().map(|bytes| Action::Write(*stream, bytes)));
            self.actions.extend(client.take_hold().map(|held| Action::Hold(*stream, held)));
            if client.is_over() {
                over.push(*stream);
            }
        }
        for stream in over {
            self.actions.push_back(Action::Close(stream));
            if let Some(client) = self.clients.remove(&stream) {
                self.lost(client);
            }
        }
        self.actions.pop_front()
    }

    fn lost(&mut self, mut client: Client) {
        let Some(settings) = self.listeners.get(&client.listener) else { return };
        if let Some((code, reason)) = client.end() {
            let Client { info, subscriptions, .. } = client;
            self.happenings.push_back(Happening::Lost { kind: settings.kind, info, subscriptions, code, reason });
        }
    }

    /// Tells all clients the end, after what they were to hear; see [`Server::is_down`].
    pub fn shut_down(&mut self, now: Duration) {
        self.closing = true;
        self.clients.values_mut().for_each(|client| client.say_farewell(now));
    }

    /// Whether no client is left after a shutdown.
    pub fn is_down(&self) -> bool {
        self.clients.is_empty()
    }
}

impl Texts {
    /// What clients with these settings hear of a message.
    fn of(&mut self, topic: &[u8], data: &Data, settings: &Settings) -> &[Rc<[u8]>] {
        let encode = |data: &Data| Rc::from(encode_message(topic, data, settings.dialect));
        match settings.kind {
            Kind::Broker => self.broker.get_or_insert_with(|| vec![encode(data)]),
            Kind::Cluster => self.cluster.get_or_insert_with(|| {
                let mut events = Vec::new();
                if let Ok(message) = wire::Message::from_data(data.clone()) {
                    collect_events(message, &mut events);
                }
                events.into_iter().map(|event| encode(&wire::Message::Event(event).into_data())).collect()
            }),
        }
    }
}

/// The events of a message, without lists of metadata that have no entries.
fn collect_events(message: wire::Message, events: &mut Vec<Event>) {
    match message {
        wire::Message::Event(event) => {
            let metadata = event.metadata.filter(|metadata| !metadata.is_empty());
            events.push(Event { metadata, ..event });
        }
        wire::Message::Batch(messages) => messages.into_iter().for_each(|message| collect_events(message, events)),
        wire::Message::LogCreate(_) | wire::Message::LogWrite { .. } | wire::Message::IdentifierUpdate { .. } => {}
    }
}

/// The id of a client that is like a peer: that of its node with the client's number in it.
fn client_id(node: EndpointId, number: u64) -> EndpointId {
    let bits = u128::from_be_bytes(node.0) ^ (u128::from(number) + 1) << 80;
    EndpointId::from_random(bits.to_be_bytes())
}
