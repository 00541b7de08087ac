//! Bytes of WebSocket clients: whatever they are, and however they arrive, the same comes of them.

use std::time::Duration;

use brood::endpoint::Overflow;
use brood::network::{ListenerId, StreamId};
use brood::websocket::{Action, Dialect, Happening, Kind, Server, Settings};
use brood::wire::EndpointId;

use super::json;
use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "clients", regressions: "clients", extension: "bytes", memory: 512 << 20, generate, check };

const REQUEST: &[u8] = b"GET /v1/messages/json HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nX-Application-Name: a/1\r\n\r\n";

/// First bytes of frames: texts, bytes, whole and in part, pings, pongs, ends, and what is none.
const FIRST: &[&[u8]] = &[b"\x81", b"\x82", b"\x01", b"\x80", b"\x00", b"\x89", b"\x8a", b"\x88", b"\x83", b"\xc1"];

fn generate(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = REQUEST.to_vec();
    if dice.chance(10) {
        bytes = mutate::change_bytes(dice, bytes);
    }
    bytes.extend(frame(b"\x81", b"[\"a\",\"b/\"]"));
    for _ in 0..dice.few(12) {
        let payload =
            if dice.chance(50) { json::message(dice) } else { (0..dice.few(130)).map(|_| dice.byte()).collect() };
        let first = if dice.chance(60) { b"\x81" } else { dice.pick(FIRST) };
        bytes.extend(frame(first, &payload));
    }
    if dice.chance(30) {
        bytes = mutate::change_bytes(dice, bytes);
    }
    bytes
}

/// Masked with zeros, so that bytes stay what they are.
fn frame(first: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = match payload.len() {
        length @ 0..126 => vec![0x80 | length as u8],
        length => [&[0xfe][..], &(length as u16).to_be_bytes()].concat(),
    };
    [first, &length, &[0; 4], payload].concat()
}

/// What comes of bytes that arrive in pieces of this size.
fn run(input: &[u8], piece: usize) -> (Vec<Happening>, Vec<u8>, bool) {
    let (listener, stream, now) = (ListenerId(1), StreamId(1), Duration::ZERO);
    let mut server = Server::default();
    let settings = Settings {
        kind: Kind::Cluster,
        node: EndpointId([1; 16]),
        version: "1".to_owned(),
        ping_interval: None,
        most_waiting: 3,
        buffer: 10,
        overflow: Overflow::DropOldest,
        dialect: Dialect::Json,
    };
    server.listen(listener, settings);
    server.accepted(listener, stream, "a", 1, now);
    let (mut happenings, mut written, mut closed) = (Vec::new(), Vec::new(), false);
    for bytes in input.chunks(piece) {
        server.received(stream, bytes, now);
        loop {
            server.advance(now);
            while let Some(action) = server.next_action() {
                match action {
                    Action::Write(_, bytes) => {
                        written.extend(bytes);
                        server.ready(stream);
                    }
                    Action::Close(_) => closed = true,
                    Action::Hold(..) => {}
                }
            }
            happenings.extend(std::iter::from_fn(|| server.next_happening()));
            if server.deadline() != Some(Duration::ZERO) {
                break;
            }
        }
    }
    (happenings, written, closed)
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let whole = run(input, usize::MAX);
    for piece in [1, 7, 4096] {
        let pieces = run(input, piece);
        holds(pieces == whole, "pieces make no difference", || format!("{piece}\n{pieces:?}\n{whole:?}"))?;
    }
    Ok(())
}
