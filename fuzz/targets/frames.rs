//! Streams of frames: they are cut the same however they come in, and a length takes no memory.

use brood::wire::{Frames, MAX_HANDSHAKE, put_frame};

use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "frames", regressions: "frames", extension: "data", memory: 64 << 20, generate, check };

fn generate(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..dice.few(8) {
        put_frame(&mut bytes, |out| (0..dice.few(100)).for_each(|_| out.push(dice.byte())));
    }
    for _ in 0..dice.few(3) {
        bytes = mutate::change_bytes(dice, bytes);
    }
    bytes
}

/// The frames of bytes that come in pieces of a size, and whether a length was too long.
fn cut(input: &[u8], size: usize) -> (Vec<Vec<u8>>, bool) {
    let (mut frames, mut found) = (Frames::default(), Vec::new());
    for piece in input.chunks(size) {
        frames.push(piece);
        loop {
            match frames.next(MAX_HANDSHAKE) {
                Ok(Some(frame)) => found.push(frame.to_vec()),
                Ok(None) => break,
                Err(_) => return (found, true),
            }
        }
    }
    (found, false)
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let whole = cut(input, input.len().max(1));
    for size in [1, 3, 7] {
        let pieces = cut(input, size);
        holds(pieces == whole, "pieces make no difference", || format!("{size}: {pieces:?}\n{whole:?}"))?;
    }
    let total: usize = whole.0.iter().map(|frame| frame.len() + 4).sum();
    holds(total <= input.len(), "frames hold what has come", || format!("{total} of {}", input.len()))
}
