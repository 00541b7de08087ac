//! Handshakes: an endpoint takes anything for one, in any pieces, and keeps nothing of those who have gone.

use std::time::Duration;

use brood::endpoint::{Action, Endpoint, Remote, Settings};
use brood::wire::{EndpointId, Fault, Frames, Handshake, MAX_HANDSHAKE, put_frame};

use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "handshakes", regressions: "handshakes", extension: "data", memory: 128 << 20, generate, check };

fn generate(dice: &mut Dice) -> Vec<u8> {
    let sender = EndpointId(std::array::from_fn(|_| if dice.chance(80) { 1 } else { dice.byte() }));
    let filter = vec![b"a/".to_vec(); dice.few(4)];
    let mut bytes = Vec::new();
    for _ in 0..dice.few(6) {
        let word = match dice.below(7) {
            0 => Handshake::Probe,
            1 => Handshake::VersionSelect { sender, version: 1 },
            2 => Handshake::OriginatorSyn(filter.clone()),
            3 => Handshake::ResponderSynAck(filter.clone()),
            4 => Handshake::OriginatorAck,
            _ => Handshake::Hello { sender, versions: (dice.below(3) as u8, dice.below(4) as u8) },
        };
        put_frame(&mut bytes, |out| word.encode(out));
    }
    if dice.chance(60) {
        bytes = mutate::change_bytes(dice, bytes);
    }
    bytes
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let mut frames = Frames::default();
    frames.push(input);
    while let Ok(Some(frame)) = frames.next(MAX_HANDSHAKE) {
        word(frame)?;
    }
    for dials in [false, true] {
        for piece in [input.len().max(1), 1] {
            endpoint(input, dials, piece)?;
        }
    }
    Ok(())
}

fn word(frame: &[u8]) -> Result<(), Broken> {
    match Handshake::decode(frame) {
        Ok(word) => {
            let mut bytes = Vec::new();
            word.encode(&mut bytes);
            let again = Handshake::decode(&bytes);
            holds(again.as_ref() == Ok(&word), "a word is read back", || format!("{word:?}\n{again:?}"))
        }
        // A refusal with an unknown code has the text that came with it.
        Err(Fault::UnknownCode(..)) => Ok(()),
        Err(fault) => holds(!fault.text().is_empty(), "a refusal says why", || format!("{fault:?}")),
    }
}

/// Says the input to an endpoint, as the side that dialled it or that it dialled.
fn endpoint(input: &[u8], dials: bool, piece: usize) -> Result<(), Broken> {
    const NOW: Duration = Duration::from_secs(1);
    let mut node = Endpoint::new(EndpointId::from_random([0x55; 16]), Settings::default());
    let remote = Remote { address: "127.0.0.1".to_owned(), port: 9 };
    let connection = if dials {
        node.peer(remote, None);
        let Some(Action::Open { connection, .. }) = node.next_action() else {
            return Err(Broken::new("a request opens a connection", String::new()));
        };
        node.opened(connection, NOW);
        connection
    } else {
        node.accepted(remote, NOW)
    };
    for bytes in input.chunks(piece) {
        node.received(connection, bytes, NOW);
        while node.take_outgoing(connection).is_some() {}
    }
    while let Some(action) = node.next_action() {
        if let Action::Close(connection) = action {
            node.finished(connection);
        }
    }
    node.closed(connection, None, NOW);
    let left = node.peers();
    holds(left.is_empty() && node.peered() == 0, "nothing is left of who has gone", || format!("{left:?}"))
}
