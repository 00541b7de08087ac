//! A peer that the test plays itself, over a socket of its own: it can say what no node would.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use brood::wire::{
    Data, EndpointId, Envelope, Event, Frames, Handshake, Kind, MAX_ENVELOPE, Message, encode, put_frame,
};

/// No answer takes longer, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(25);

pub(crate) struct Played {
    stream: TcpStream,
    frames: Frames,
    /// Something must come, sooner or later.
    patient: bool,
    pub(crate) id: EndpointId,
}

pub(crate) fn framed(message: &Handshake) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_frame(&mut bytes, |out| message.encode(out));
    bytes
}

/// The message of an event.
pub(crate) fn event(name: &str, arguments: Vec<Data>) -> Vec<u8> {
    let event = Event { name: name.into(), arguments, metadata: None };
    let mut payload = Vec::new();
    encode(&Message::Event(event).into_data(), &mut payload);
    payload
}

/// All that somebody who leads a handshake says, who wants to hear `topic`; each word for itself.
pub(crate) fn words(id: EndpointId, topic: &str) -> [Vec<u8>; 4] {
    [
        framed(&Handshake::Hello { sender: id, versions: (1, 1) }),
        framed(&Handshake::VersionSelect { sender: id, version: 1 }),
        framed(&Handshake::OriginatorSyn(vec![topic.into()])),
        framed(&Handshake::OriginatorAck),
    ]
}

impl Played {
    /// A connection on which nothing has been said.
    pub(crate) fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        // So small an id always leads.
        let mut id = [0; 16];
        id[6] = 0x40;
        id[14..].copy_from_slice(&stream.local_addr().unwrap().port().to_be_bytes());
        Played { stream, frames: Frames::default(), patient: true, id: EndpointId(id) }
    }

    /// A peer who wants to hear what begins with `topic`.
    pub(crate) fn peer(port: u16, topic: &str) -> Self {
        let mut played = Played::connect(port);
        let [hello, select, syn, ack] = words(played.id, topic);
        played.says(&hello);
        assert_eq!(played.word(), Some(Handshake::Probe));
        assert!(matches!(played.word(), Some(Handshake::Hello { .. })));
        played.says(&select);
        played.says(&syn);
        assert!(matches!(played.word(), Some(Handshake::ResponderSynAck(_))));
        played.says(&ack);
        played
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.stream.local_addr().unwrap()
    }

    /// Whether the other side still listens is what the test is about.
    pub(crate) fn says(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    pub(crate) fn publishes(&mut self, topic: &str, name: &str, arguments: Vec<Data>) {
        self.sends(self.id, Kind::Data, topic, &event(name, arguments));
    }

    pub(crate) fn sends(&mut self, sender: EndpointId, kind: Kind, topic: &str, payload: &[u8]) {
        let envelope = Envelope { sender, receiver: EndpointId::NIL, kind, topic: topic.as_bytes(), payload };
        let mut bytes = Vec::new();
        put_frame(&mut bytes, |out| envelope.encode(out));
        self.says(&bytes);
    }

    /// The next frame; `None` where the other side has ended the connection.
    pub(crate) fn frame(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(frame) = self.frames.next(MAX_ENVELOPE).unwrap() {
                return Some(frame.to_vec());
            }
            let mut bytes = [0; 16384];
            match self.stream.read(&mut bytes) {
                Ok(0) => return None,
                Ok(count) => self.frames.push(&bytes[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock && self.patient => panic!("no answer"),
                Err(_) => return None,
            }
        }
    }

    pub(crate) fn word(&mut self) -> Option<Handshake> {
        self.frame().map(|frame| Handshake::decode(&frame).unwrap())
    }

    /// As [`Played::hears`]; `None` also where nothing comes for a while.
    pub(crate) fn hears_within(&mut self) -> Option<u64> {
        self.stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        self.patient = false;
        self.hears()
    }

    /// The first argument of the next event: a number.
    pub(crate) fn hears(&mut self) -> Option<u64> {
        loop {
            let frame = self.frame()?;
            let envelope = Envelope::decode(&frame).unwrap();
            if envelope.kind != Kind::Data {
                continue;
            }
            let data = brood::wire::decode(envelope.payload).unwrap();
            let event = match Message::from_data(data) {
                Ok(Message::Event(event)) => event,
                // Every node tells its loggers what it logs.
                Ok(Message::LogCreate(_) | Message::LogWrite { .. } | Message::Batch(_)) => continue,
                other => panic!("no event: {other:?}"),
            };
            match event.arguments.first() {
                Some(Data::Count(number)) => return Some(*number),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Says no more, and waits for the other side to end the connection.
    pub(crate) fn ends(mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        self.is_cut_off();
    }

    /// Waits for the other side to end the connection.
    pub(crate) fn is_cut_off(&mut self) {
        while self.frame().is_some() {}
    }
}
