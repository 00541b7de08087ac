//! A running node at the other end of a connection: its values, and whether it is there.
//!
//! Nodes answer by the control framework, where they have loaded frameworks/control/controllee: Bro 2.6 and Zeek with
//! text, brood with the value itself too. Requests and answers are put together here, so that the session needs no
//! script of the framework, and nodes with Bro's topics and with Zeek's are served alike.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::session::Session;
use crate::broker::{Heard, Peering, Watch, from_data};
use crate::endpoint::{Notice, PeerState, Remote};
use crate::types::TypeRef;
use crate::value::Value;
use crate::wire::{Data, EndpointId, Event, Message, encode};

/// Who has not agreed on a peering by then is not going to.
const CONNECT: Duration = Duration::from_secs(12);

/// Who has not answered by then is not going to.
const ANSWER: Duration = Duration::from_secs(5);

/// A lost node is tried again so often.
const RETRY: Duration = Duration::from_secs(1);

/// The longest wait between two looks at what the user does, in seconds.
const LOOK: f64 = 0.05;

/// What the topics of the control framework begin with: Bro's, Zeek's.
const TOPICS: [&str; 2] = ["bro/control", "zeek/control"];

/// What a request for something that is not there is answered with.
const UNKNOWN: [&str; 2] = ["<unknown id>", "<no ID value>"];

/// The node that a session is connected with.
#[derive(Debug)]
pub(super) struct Attached {
    pub(super) remote: Remote,
    /// Nil while it is not there.
    peer: EndpointId,
    /// Its name in its cluster; empty outside of one.
    name: String,
    /// It was there once.
    met: bool,
    /// Why it is not there.
    reason: Option<String>,
    /// Nobody answered at all.
    failed: bool,
}

/// What a node said of one of its variables.
pub(super) struct Fetched {
    /// As it prints.
    pub(super) text: String,
    /// The name of the type, and the value; only nodes that run brood tell.
    pub(super) typed: Option<(String, Data)>,
}

impl Fetched {
    /// There is no such variable, or it has no value.
    pub(super) fn is_unknown(&self) -> bool {
        UNKNOWN.contains(&self.text.as_str())
    }
}

impl Attached {
    /// What the node is called in messages.
    pub(super) fn title(&self) -> String {
        if self.name.is_empty() { self.place() } else { self.name.clone() }
    }

    fn place(&self) -> String {
        let Remote { address, port } = &self.remote;
        if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
    }
}

/// `HOST:PORT`, `[ADDRESS]:PORT`.
fn parse_place(place: &str) -> Option<Remote> {
    let (address, port) = place.trim().trim_end_matches("/tcp").rsplit_once(':')?;
    let address = address.strip_prefix('[').and_then(|address| address.strip_suffix(']')).unwrap_or(address);
    let port = port.parse().ok().filter(|port| *port > 0)?;
    (!address.is_empty()).then(|| Remote { address: address.to_owned(), port })
}

impl Session {
    /// Connects with a running node. The error says why that is not possible.
    pub fn connect(&mut self, place: &str) -> Result<(), String> {
        let remote = parse_place(place).ok_or_else(|| format!("{place} is no HOST:PORT, such as 127.0.0.1:47760"))?;
        self.disconnect();
        self.begin_peering(remote)?;
        let outcome = self.wait_for(CONNECT, |session| {
            let attached = session.attached.as_ref()?;
            (!attached.peer.is_nil() || attached.failed).then_some(!attached.failed)
        });
        match (outcome, &mut self.attached) {
            (Some(true), Some(attached)) => {
                attached.met = true;
                self.introduce();
                Ok(())
            }
            (_, attached) => {
                let reason = attached.as_ref().and_then(|attached| attached.reason.clone());
                let message = self.refusal(place, reason, outcome.is_some());
                self.disconnect();
                Err(message)
            }
        }
    }

    fn begin_peering(&mut self, remote: Remote) -> Result<(), String> {
        let vm = &mut self.engine.vm;
        Watch::begin(vm);
        for topic in TOPICS {
            Peering::subscribe(vm, topic.as_bytes());
        }
        let (address, port) = (remote.address.clone(), remote.port);
        self.attached = Some(Attached {
            remote,
            peer: EndpointId::NIL,
            name: String::new(),
            met: false,
            reason: None,
            failed: false,
        });
        Peering::peer(&mut self.engine.vm, &address, port, Some(RETRY)).map_err(|error| {
            self.attached = None;
            format!("the connection cannot be secured: {error}")
        })
    }

    /// Says why there is no connection, and what may help.
    fn refusal(&self, place: &str, reason: Option<String>, failed: bool) -> String {
        let plain = matches!(self.engine.vm.global_by_name("Broker::disable_ssl"), Some(Value::Bool(true)));
        let help = if plain {
            "this side does not encrypt (Broker::disable_ssl=T); does that one?"
        } else {
            "this side encrypts; Broker::disable_ssl=T turns that off, and Broker::ssl_cafile, ssl_certificate and \
             ssl_keyfile say whom to trust and who this is"
        };
        match reason {
            Some(reason) => format!("{place} refuses the connection: {reason}\n{help}"),
            None if failed => format!("nobody answers at {place}"),
            None => format!("{place} accepts the connection and says nothing that Broker would say\n{help}"),
        }
    }

    /// Asks a node who it is, and says so.
    fn introduce(&mut self) {
        let name = match self.control_topic() {
            Ok(_) => self.fetch("Cluster::node").ok().filter(|fetched| !fetched.is_unknown()),
            Err(_) => None,
        };
        let has_control = self.control_topic().err();
        let Some(attached) = &mut self.attached else { return };
        attached.name = name.map(|fetched| fetched.text).unwrap_or_default();
        let place = attached.place();
        let who = if attached.name.is_empty() { place } else { format!("{} at {place}", attached.name) };
        if self.style.rich {
            self.output.line(&format!("Connected with {who}."));
            if let Some(reason) = has_control {
                self.output.line(&format!("{reason}\nIts topics can be watched all the same, and events published."));
            }
        }
    }

    /// Connects again, after everything else has begun anew.
    pub(super) fn reconnect(&mut self, before: Attached) {
        let (title, name) = (before.title(), before.name);
        if self.begin_peering(before.remote).is_ok() {
            let there =
                |session: &mut Session| session.attached.as_ref().is_some_and(|now| !now.peer.is_nil()).then_some(());
            let found = self.wait_for(CONNECT, there);
            if let Some(attached) = &mut self.attached {
                attached.name = name;
                attached.met = true;
            }
            if found.is_some() {
                return;
            }
        }
        self.output.error(format!("{title} is not there any more\n").as_bytes());
    }

    /// Ends the connection.
    pub(super) fn disconnect(&mut self) {
        if let Some(attached) = self.attached.take() {
            Peering::unpeer(&mut self.engine.vm, &attached.remote.address, attached.remote.port);
        }
    }

    /// Takes note of what happened to the connection; what the user should know is said.
    pub(super) fn follow(&mut self) {
        while let Some(notice) = Watch::next_notice(&mut self.engine.vm) {
            let Some(attached) = &mut self.attached else { continue };
            let news = match notice {
                Notice::PeerAdded { peer, remote, .. } if remote == attached.remote => {
                    attached.peer = peer;
                    attached.met.then(|| format!("{} is back.", attached.title()))
                }
                Notice::PeerLost { remote, .. } | Notice::PeerRemoved { remote, .. } if remote == attached.remote => {
                    attached.peer = EndpointId::NIL;
                    Some(format!("{} is gone; it is tried again every second.", attached.title()))
                }
                Notice::CutOff { remote, reason } if remote == attached.remote => {
                    attached.reason.get_or_insert(reason);
                    None
                }
                Notice::Error { remote, .. } if remote == attached.remote => {
                    attached.failed = true;
                    None
                }
                _ => None,
            };
            match news {
                Some(news) if self.style.rich => self.output.line(&news),
                Some(news) => self.output.error(format!("{news}\n").as_bytes()),
                None => {}
            }
        }
    }

    /// Lets time pass until `look` gives something, at most for `limit`, or until the user interrupts.
    pub(super) fn wait_for<T>(
        &mut self,
        limit: Duration,
        mut look: impl FnMut(&mut Session) -> Option<T>,
    ) -> Option<T> {
        let end = self.engine.vm.host.now() + limit.as_secs_f64();
        // What was interrupted before is over.
        self.start.interrupt.store(false, Ordering::Relaxed);
        loop {
            self.tick();
            if let Some(found) = look(self) {
                return Some(found);
            }
            let left = end - self.engine.vm.host.now();
            if left <= 0.0 || self.start.interrupt.load(Ordering::Relaxed) {
                return None;
            }
            self.engine.vm.host.wait(left.min(LOOK));
        }
    }

    /// What the node at the other end is called.
    pub(super) fn other_side(&self) -> String {
        self.attached.as_ref().map(Attached::title).unwrap_or_default()
    }

    fn attached(&self) -> Result<&Attached, String> {
        match &self.attached {
            None => Err("not connected with a node; :connect HOST:PORT does that".into()),
            Some(attached) if attached.peer.is_nil() => Err(format!("{} is not there", attached.title())),
            Some(attached) => Ok(attached),
        }
    }

    /// The topic on which the node hears requests.
    fn control_topic(&mut self) -> Result<String, String> {
        let attached = self.attached()?;
        let (peer, title) = (attached.peer, attached.title());
        let own = match self.engine.vm.global_by_name("Control::topic_prefix") {
            Some(Value::String(own)) => own.to_lossy().into_owned(),
            _ => String::new(),
        };
        let prefixes = [own.as_str(), TOPICS[0], TOPICS[1]].into_iter().filter(|prefix| !prefix.is_empty());
        let mut topics = prefixes.map(|prefix| format!("{prefix}/{peer}"));
        let hears = |topic: &String| Peering::with(&mut self.engine.vm, |all, _| all.hears(peer, topic.as_bytes()));
        topics.find(hears).ok_or_else(|| {
            format!("{title} does not answer questions: it has not loaded frameworks/control/controllee.")
        })
    }

    /// Sends events to the node, and gives what `look` finds in those that come back.
    fn ask<T>(&mut self, requests: &[(&str, &[Data])], mut look: impl FnMut(&Event) -> Option<T>) -> Result<T, String> {
        let topic = self.control_topic()?;
        let (peer, title) = self.attached().map(|attached| (attached.peer, attached.title()))?;
        for (name, arguments) in requests {
            self.publish_event(&topic, name, arguments.to_vec());
        }
        let answer = self.wait_for(ANSWER, |session| {
            while let Some(Heard { sender, message, .. }) = Watch::next_heard(&mut session.engine.vm) {
                if let (true, Message::Event(event)) = (sender == peer, &message)
                    && let Some(answer) = look(event)
                {
                    return Some(Some(answer));
                }
            }
            let gone = session.attached().map_or(true, |attached| attached.peer != peer);
            gone.then_some(None)
        });
        match answer {
            Some(Some(answer)) => Ok(answer),
            Some(None) => Err(format!("{title} went away before it answered")),
            None => Err(format!("{title} has not answered")),
        }
    }

    /// Publishes an event whose arguments are data already.
    pub(super) fn publish_event(&mut self, topic: &str, name: &str, arguments: Vec<Data>) {
        let event = Event { name: name.as_bytes().to_vec(), arguments, metadata: Some(Vec::new()) };
        let mut payload = Vec::new();
        encode(&Message::Event(event).into_data(), &mut payload);
        Peering::statistics(&mut self.engine.vm).events_out += 1;
        Peering::publish(&mut self.engine.vm, topic.as_bytes(), &payload);
    }

    /// Asks for a variable of the node.
    pub(super) fn fetch(&mut self, name: &str) -> Result<Fetched, String> {
        let id = [Data::string(name)];
        let requests: [(&str, &[Data]); 2] = [("Control::value_request", &id), ("Control::id_value_request", &id)];
        let mut typed = None;
        let text = self.ask(&requests, |event| match (event.name.as_slice(), event.arguments.as_slice()) {
            (b"Control::value_response", [of, Data::String(ty), value]) if *of == id[0] => {
                typed = Some((String::from_utf8_lossy(ty).into_owned(), value.clone()));
                None
            }
            (b"Control::id_value_response", [of, Data::String(text)]) if *of == id[0] => {
                Some(String::from_utf8_lossy(text).into_owned())
            }
            _ => None,
        })?;
        Ok(Fetched { text, typed })
    }

    /// A variable of the node as a value of the type that it has here.
    pub(super) fn fetch_as(&mut self, name: &str, ty: &TypeRef) -> Result<Option<Value>, String> {
        let fetched = self.fetch(name)?;
        if fetched.is_unknown() {
            return Err(format!("{} has no variable {name} with a value", self.other_side()));
        }
        let Some((_, data)) = fetched.typed else { return Ok(None) };
        Ok(from_data(&mut self.engine.vm, &data, ty).ok().flatten())
    }

    /// The peers of the node: id, address and state of each.
    pub(super) fn peers_there(&mut self) -> Result<Vec<[String; 3]>, String> {
        let text = self.ask(&[("Control::peer_status_request", &[])], |event| {
            match (event.name.as_slice(), event.arguments.as_slice()) {
                (b"Control::peer_status_response", [Data::String(text)]) => {
                    Some(String::from_utf8_lossy(text).into_owned())
                }
                _ => None,
            }
        })?;
        let own = Peering::id(&mut self.engine.vm).to_string();
        let peer = |line: &str| {
            let field = |name: &str| line.split(' ').find_map(|word| word.strip_prefix(name)).unwrap_or_default();
            let mut id = field("peer=").to_owned();
            if id == own {
                id.push_str(" (this session)");
            }
            [id, plain_address(field("host=")), state_word(field("status="))]
        };
        Ok(text.lines().filter(|line| line.contains("peer=")).map(peer).collect())
    }

    /// The peers of this session: id, address and state of each.
    pub(super) fn peers_here(&mut self) -> Vec<[String; 3]> {
        let peers = Peering::with(&mut self.engine.vm, |endpoint, _| endpoint.peers());
        let row = |peer: crate::endpoint::PeerStatus| {
            let id = if peer.peer.is_nil() { String::new() } else { peer.peer.to_string() };
            let place = format!("{} {}/tcp", plain_address(&peer.remote.address), peer.remote.port);
            let state = match peer.state {
                PeerState::Initializing | PeerState::Connecting => "connecting",
                PeerState::Connected => "connected",
                PeerState::Peered => "peered",
                PeerState::Disconnected => "disconnected",
                PeerState::Reconnecting => "reconnecting",
            };
            [id, place, state.to_owned()]
        };
        peers.into_iter().map(row).collect()
    }
}

/// An address of IPv4 without the clothes of IPv6 in which it came.
fn plain_address(address: &str) -> String {
    address.strip_prefix("::ffff:").unwrap_or(address).to_owned()
}

/// `Broker::PEERED` as people read it.
fn state_word(state: &str) -> String {
    state.trim_start_matches("Broker::").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{Remote, parse_place};

    #[test]
    fn places_are_names_or_addresses_with_a_port() {
        let place = |text: &str| parse_place(text).map(|Remote { address, port }| (address, port));
        assert_eq!(place("127.0.0.1:47760"), Some(("127.0.0.1".into(), 47760)));
        assert_eq!(place("[::1]:9999"), Some(("::1".into(), 9999)));
        assert_eq!(place("some.host:9999/tcp"), Some(("some.host".into(), 9999)));
        for wrong in ["", "127.0.0.1", ":1", "host:", "host:0", "host:70000", "host:x"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
