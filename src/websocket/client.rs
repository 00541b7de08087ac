//! One client, from its first byte to its last.

use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use super::channel::{Channel, Incoming};
use super::json::{
    DecodeError, Dialect, Message, Unsubscribable, decode, decode_subscriptions, encode_ack, encode_error,
};
use super::server::{Kind, Settings};
use super::upgrade::{Read, Refusal, Upgrade};
use crate::endpoint::Overflow;
use crate::network::ListenerId;

/// The only path that there is.
const PATH: &str = "/v1/messages/json";

/// What an application's name may have besides letters and digits.
const NAME_CHARACTERS: &str = "/_-.=:*@";

/// A request that is not whole by then is given up, as with Zeek.
const UPGRADE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a client has to answer the end.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// What is handed out to be written at once, as soon as it is more.
const BLOCK: usize = 64 * 1024;

/// A client that leaves more answers than this untaken is not listened to meanwhile.
const MOST_OUTGOING: usize = 256 * 1024;

/// A client of which more than this was not looked at is not read from meanwhile.
const MOST_UNREAD: usize = 64 * 1024;

/// Codes of the end.
const GOING_AWAY: u16 = 1001;
const ABNORMAL: u16 = 1006;
const POLICY: u16 = 1008;
const INTERNAL_ERROR: u16 = 1011;

/// Who a client is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    pub id: String,
    pub address: String,
    pub port: u16,
    /// What it called itself when it connected.
    pub application_name: Option<String>,
}

#[derive(Debug)]
enum Phase {
    /// It has not said everything that makes a WebSocket; this much it has.
    Upgrading(Vec<u8>),
    /// Its subscriptions are to come.
    Greeting,
    /// It said something else than subscriptions: there is no second attempt.
    Deaf,
    Open,
    /// The end is said, and the client is to say it too.
    Closing,
    /// Nothing more is said. The connection ends after what waits.
    Finishing,
    Over,
}

/// What one look at a client's bytes led to.
#[derive(Debug)]
pub(super) enum Step {
    /// Something that concerns nobody else, or nothing.
    Inside,
    Subscribed,
    Said(Message),
}

#[derive(Debug)]
pub(super) struct Client {
    pub(super) listener: ListenerId,
    pub(super) info: Info,
    /// `None` as long as it has not said any.
    pub(super) subscriptions: Option<BTreeSet<Vec<u8>>>,
    phase: Phase,
    channel: Channel,
    /// Texts that wait to become frames.
    queue: VecDeque<Rc<[u8]>>,
    /// Messages behind the subscriptions.
    messages: u64,
    /// When a request or an end is given up.
    deadline: Option<Duration>,
    next_ping: Option<Duration>,
    pings: u64,
    awaits_pong: bool,
    /// It was let in, so that its end is told.
    accepted: bool,
    /// How it ends, where that was said.
    end: Option<(u16, String)>,
    /// The transport takes more bytes.
    pub(super) writable: bool,
    /// The transport does not read from it.
    held: bool,
}

impl Client {
    pub(super) fn new(listener: ListenerId, info: Info, now: Duration) -> Self {
        Client {
            listener,
            info,
            subscriptions: None,
            phase: Phase::Upgrading(Vec::new()),
            channel: Channel::new(),
            queue: VecDeque::new(),
            messages: 0,
            deadline: Some(now + UPGRADE_TIMEOUT),
            next_ping: None,
            pings: 0,
            awaits_pong: false,
            accepted: false,
            end: None,
            writable: true,
            held: false,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open)
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    /// Whether there is something to look at, and room for what is answered.
    pub(super) fn has_work(&self) -> bool {
        let listens = !matches!(self.phase, Phase::Finishing | Phase::Over);
        listens && self.channel.has_unread() && self.channel.outgoing() <= MOST_OUTGOING
    }

    /// The code and the reason of its end, if it was let in.
    pub(super) fn end(&mut self) -> Option<(u16, String)> {
        let end = self.end.take().unwrap_or_else(|| (ABNORMAL, "Abnormal closure".to_owned()));
        std::mem::take(&mut self.accepted).then_some(end)
    }

    pub(super) fn wants(&self, topic: &[u8]) -> bool {
        self.is_open() && self.subscriptions.iter().flatten().any(|prefix| topic.starts_with(prefix))
    }

    pub(super) fn received(&mut self, bytes: &[u8], settings: &Settings, now: Duration) {
        let Phase::Upgrading(head) = &mut self.phase else { return self.channel.push(bytes) };
        head.extend_from_slice(bytes);
        match Upgrade::read(head) {
            Read::Unfinished => {}
            Read::Refused(refusal) => self.refuse(&refusal, now),
            Read::Done(upgrade, length) => {
                let rest = head.split_off(length.min(head.len()));
                self.upgrade(upgrade, settings, now);
                self.channel.push(&rest);
            }
        }
    }

    /// Answers in HTTP. The connection ends after that.
    fn refuse(&mut self, refusal: &Refusal, now: Duration) {
        self.channel.put(&refusal.answer());
        self.finish(now);
    }

    fn upgrade(&mut self, upgrade: Upgrade, settings: &Settings, now: Duration) {
        let is_path = upgrade.path == PATH;
        if !is_path && settings.kind == Kind::Broker {
            return self.refuse(&Refusal::path(), now);
        }
        self.channel.put(&upgrade.answer());
        self.info.application_name = upgrade.application_name;
        let name = self.info.application_name.as_deref().unwrap_or_default();
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || NAME_CHARACTERS.contains(letter);
        let wrong = if !is_path {
            Some(("invalid_uri", "Invalid URI - use /v1/messages/json"))
        } else if !name.chars().all(is_name) && settings.kind == Kind::Cluster {
            Some(("invalid_application_name", "Invalid X-Application-Name"))
        } else {
            None
        };
        match wrong {
            Some((code, reason)) => {
                self.channel.send(&encode_error(code, reason, None));
                self.close(POLICY, reason, now);
            }
            None => {
                self.phase = Phase::Greeting;
                self.deadline = None;
                self.accepted = true;
                self.next_ping = settings.ping_interval.map(|interval| now + interval);
            }
        }
    }

    /// Looks at what came next.
    pub(super) fn step(&mut self, settings: &Settings, now: Duration) -> Step {
        match self.channel.next() {
            None => Step::Inside,
            Some(Incoming::Message(text)) => self.message(&text, settings),
            Some(Incoming::Pong) => {
                self.awaits_pong = false;
                Step::Inside
            }
            Some(Incoming::Closed { code, reason }) => {
                self.end.get_or_insert((code, reason));
                self.finish(now);
                Step::Inside
            }
            Some(Incoming::Broken { code, reason }) => {
                self.channel.close(code, &reason);
                self.end.get_or_insert((code, reason));
                self.finish(now);
                Step::Inside
            }
        }
    }

    fn message(&mut self, text: &[u8], settings: &Settings) -> Step {
        match self.phase {
            Phase::Greeting => self.subscribe(text, settings),
            Phase::Open => {
                self.messages += 1;
                match decode(text) {
                    Ok(message) if message.topic.is_none() && settings.kind == Kind::Cluster => {
                        self.fail("no topic in top-level JSON object", "a message has a topic", settings);
                        Step::Inside
                    }
                    Ok(message) => Step::Said(message),
                    Err(error) => {
                        let context = match settings.kind {
                            Kind::Cluster => "failed to decode JSON object".to_owned(),
                            Kind::Broker => self.broker_context(text, &error),
                        };
                        self.fail(&context, &error.to_string(), settings);
                        Step::Inside
                    }
                }
            }
            _ => Step::Inside,
        }
    }

    fn subscribe(&mut self, text: &[u8], settings: &Settings) -> Step {
        let error = match decode_subscriptions(text) {
            Ok(subscriptions) => {
                self.subscriptions = Some(subscriptions);
                self.phase = Phase::Open;
                let endpoint = match settings.kind {
                    Kind::Cluster => self.info.id.clone(),
                    Kind::Broker => settings.node.to_string(),
                };
                self.channel.send(&encode_ack(&endpoint, &settings.version));
                return Step::Subscribed;
            }
            Err(error) => error,
        };
        self.phase = Phase::Deaf;
        let context = match error {
            Unsubscribable::NotAnArray => "subscriptions not an array",
            Unsubscribable::NotAString => "individual subscription not a string",
        };
        // Broker's server said nothing at all.
        if settings.kind == Kind::Cluster || settings.dialect == Dialect::Json {
            let detail = "the first message is an array of topics; connect again for another attempt";
            self.fail(context, detail, settings);
        }
        Step::Inside
    }

    /// How Broker's server says what is wrong with a message.
    fn broker_context(&self, text: &[u8], error: &DecodeError) -> String {
        let number = self.messages;
        match error {
            DecodeError::Malformed { at, .. } => {
                let before = text.get(..*at).unwrap_or(text);
                let line = memchr::memchr_iter(b'\n', before).count() + 1;
                let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1) + 1;
                let code = if *at >= text.len() { "unexpected_eof" } else { "unexpected_character" };
                format!("input #{number} contained malformed JSON -> caf::pec::{code}({line}, {column})")
            }
            DecodeError::NotAnObject => format!("input #{number} expected a JSON object"),
            DecodeError::NoData { .. } => format!("input #{number} contained invalid data"),
        }
    }

    /// Tells the client what was wrong with what it said.
    pub(super) fn fail(&mut self, context: &str, detail: &str, settings: &Settings) {
        let detail = (settings.dialect == Dialect::Json).then_some(detail);
        self.channel.send(&encode_error("deserialization_failed", context, detail));
    }

    /// Adds a text to what it is to hear. Whether something was dropped for it.
    pub(super) fn offer(&mut self, text: &Rc<[u8]>, settings: &Settings, now: Duration) -> bool {
        let full = self.queue.len() >= settings.buffer;
        match settings.overflow {
            Overflow::Disconnect if full => {
                self.queue.clear();
                self.close(POLICY, "Too many messages wait", now);
                return true;
            }
            Overflow::DropNewest if full => return true,
            Overflow::DropOldest if full && self.queue.pop_front().is_none() => return true,
            _ => {}
        }
        self.queue.push_back(text.clone());
        full
    }

    /// Says the end after everything else.
    pub(super) fn say_farewell(&mut self, now: Duration) {
        match self.phase {
            Phase::Greeting | Phase::Deaf | Phase::Open => {
                while let Some(text) = self.queue.pop_front() {
                    self.channel.send(&text);
                }
                self.close(GOING_AWAY, "Terminating", now);
            }
            Phase::Upgrading(_) => self.phase = Phase::Over,
            Phase::Closing | Phase::Finishing | Phase::Over => {}
        }
        self.accepted = false;
    }

    fn close(&mut self, code: u16, reason: &str, now: Duration) {
        self.channel.close(code, reason);
        self.end = Some((code, reason.to_owned()));
        self.phase = Phase::Closing;
        self.deadline = Some(now + CLOSE_TIMEOUT);
        self.next_ping = None;
    }

    /// Both sides have said the end: what waits goes out, and the connection is closed.
    fn finish(&mut self, now: Duration) {
        self.queue.clear();
        self.phase = Phase::Finishing;
        self.deadline = Some(now + CLOSE_TIMEOUT);
        self.next_ping = None;
    }

    /// The connection is gone.
    pub(super) fn lose(&mut self) {
        self.phase = Phase::Over;
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.deadline.into_iter().chain(self.next_ping).min()
    }

    /// Does what its time has come for.
    pub(super) fn advance(&mut self, settings: &Settings, now: Duration) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.phase = Phase::Over;
        }
        if self.next_ping.is_none_or(|due| due > now) {
            return;
        }
        // What it said may have the answer in it.
        if self.awaits_pong && !self.channel.has_unread() {
            return self.close(INTERNAL_ERROR, "Ping timeout", now);
        }
        self.pings += 1;
        self.awaits_pong = true;
        self.channel.ping(format!("heartbeat::{}", self.pings));
        self.next_ping = settings.ping_interval.map(|interval| now + interval);
    }

    /// What is to be written next.
    pub(super) fn take_outgoing(&mut self) -> Option<Vec<u8>> {
        if !self.writable {
            return None;
        }
        while self.channel.outgoing() < BLOCK {
            let Some(text) = self.queue.pop_front() else { break };
            self.channel.send(&text);
        }
        let bytes = self.channel.take_outgoing();
        if matches!(self.phase, Phase::Finishing) {
            self.phase = Phase::Over;
        }
        self.writable = bytes.is_empty();
        (!bytes.is_empty()).then_some(bytes)
    }

    /// Whether the transport is to stop reading or to go on, where that has changed.
    pub(super) fn take_hold(&mut self) -> Option<bool> {
        let held = self.channel.unread() > MOST_UNREAD;
        (std::mem::replace(&mut self.held, held) != held).then_some(held)
    }
}
