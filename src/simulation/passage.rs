//! Messages as they are seen on their way: what a frame is, without taking it apart more than needed.

use std::time::Duration;

use crate::wire::{Command, Envelope, Glance, Handshake, Kind};

/// One message between two nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// When it was sent, and when it came, since the epoch. Lost messages never come.
    pub sent: Duration,
    pub came: Option<Duration>,
    /// The nodes, by their numbers.
    pub from: usize,
    pub to: usize,
    /// What kind of message it is: `hello`, `event`, `log`, `command`, ...
    pub kind: &'static str,
    pub topic: Box<str>,
    /// The event, the stream of the log, the command.
    pub what: Box<str>,
    /// How long its frame is, in bytes.
    pub size: usize,
}

/// What a frame says.
pub(super) struct Sight {
    pub(super) kind: &'static str,
    pub(super) topic: Vec<u8>,
    pub(super) what: Box<str>,
    /// What comes behind it in this direction is envelopes. They may begin with any byte, as names of endpoints do, also
    /// with that of a handshake.
    pub(super) ends_handshake: bool,
}

/// Looks at the content of a frame. `in_handshake`: nothing that ends it came before in this direction.
pub(super) fn look(content: &[u8], in_handshake: bool) -> Sight {
    let other = |kind, ends_handshake| Sight { kind, topic: Vec::new(), what: "".into(), ends_handshake };
    if let Some(handshake) = in_handshake.then(|| Handshake::decode(content).ok()).flatten() {
        let is_last = matches!(handshake, Handshake::ResponderSynAck(_) | Handshake::OriginatorAck);
        return other(handshake_kind(&handshake), is_last);
    }
    let Ok(envelope) = Envelope::decode(content) else { return other("bytes", false) };
    let (kind, what) = match envelope.kind {
        Kind::Data => data_kind(envelope.payload),
        Kind::Command => ("command", Command::name_in(envelope.payload).unwrap_or_default().into()),
        Kind::RoutingUpdate => ("subscriptions", "".into()),
        Kind::Ping => ("ping", "".into()),
        Kind::Pong => ("pong", "".into()),
    };
    Sight { kind, topic: envelope.topic.to_vec(), what, ends_handshake: true }
}

fn handshake_kind(handshake: &Handshake) -> &'static str {
    match handshake {
        Handshake::Hello { .. } => "hello",
        Handshake::Probe => "probe",
        Handshake::VersionSelect { .. } => "version",
        Handshake::DropConnection { .. } => "drop",
        Handshake::OriginatorSyn(_) => "syn",
        Handshake::ResponderSynAck(_) => "syn-ack",
        Handshake::OriginatorAck => "ack",
    }
}

fn text(bytes: &[u8]) -> Box<str> {
    String::from_utf8_lossy(bytes).into()
}

fn data_kind(payload: &[u8]) -> (&'static str, Box<str>) {
    match Glance::at(payload) {
        Some(Glance::Event(name)) => ("event", text(name)),
        Some(Glance::Log(stream)) => ("log", text(stream)),
        Some(Glance::Identifier(name)) => ("identifier", text(name)),
        Some(Glance::Batch(1)) => ("batch", "1 message".into()),
        Some(Glance::Batch(count)) => ("batch", format!("{count} messages").into()),
        None => ("data", "".into()),
    }
}
