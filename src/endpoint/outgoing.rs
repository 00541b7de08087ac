//! What waits to be sent over one connection.
//!
//! Frames lie in blocks one behind the other, as they will be written; a whole block is handed out at a time. The number
//! of frames is bounded where a limit is set: what then happens is the overflow policy. Frames that keep the peering
//! itself going are never dropped; what they take is known, for those who could have them pile up.

use std::collections::VecDeque;

use crate::wire::{Envelope, Kind, put_frame};

/// A block is handed out when it is written, and no new frame is put into one that is larger.
const BLOCK: usize = 64 * 1024;

/// Where a frame's envelope has its kind.
const KIND: usize = 4 + 32;

/// What happens to a frame for which there is no room (`Broker::peer_overflow_policy`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// The peer is given up.
    Disconnect,
    /// It is not sent.
    DropNewest,
    /// The frame that has waited longest is not sent.
    #[default]
    DropOldest,
}

impl Overflow {
    /// By Broker's word for it; the default where it is none.
    pub fn named(word: &[u8]) -> Self {
        match word {
            b"disconnect" => Overflow::Disconnect,
            b"drop_newest" => Overflow::DropNewest,
            _ => Overflow::DropOldest,
        }
    }
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    Waits,
    /// This frame or another one was dropped.
    Dropped,
    /// There is no room, and the policy is to disconnect.
    Full,
}

#[derive(Debug)]
struct Block {
    bytes: Vec<u8>,
    /// What has been dropped from the front.
    start: usize,
    frames: usize,
    /// The bytes of frames that are never dropped.
    kept: usize,
}

/// The queue of one connection.
#[derive(Debug)]
pub struct Outgoing {
    blocks: VecDeque<Block>,
    /// Frames that were kept when what came behind them was dropped. They go before all blocks.
    kept: Vec<u8>,
    frames: usize,
    limit: usize,
    overflow: Overflow,
    /// The most frames that have waited since [`Outgoing::start_peak`].
    peak: usize,
    /// The frames that the policy dropped.
    dropped: u64,
}

impl Outgoing {
    /// `limit` is a number of frames.
    pub fn new(limit: usize, overflow: Overflow) -> Self {
        Outgoing { blocks: VecDeque::new(), kept: Vec::new(), frames: 0, limit, overflow, peak: 0, dropped: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.frames == 0
    }

    /// How many frames wait.
    pub fn len(&self) -> usize {
        self.frames
    }

    /// The most frames that waited at one time, and how many were dropped.
    pub fn peak(&self) -> (usize, u64) {
        (self.peak.max(self.frames), self.dropped)
    }

    /// Begins anew to look for the most frames that wait at one time.
    pub fn start_peak(&mut self) {
        self.peak = self.frames;
    }

    /// How many bytes wait that are never dropped.
    pub fn kept(&self) -> usize {
        self.kept.len() + self.blocks.iter().map(|block| block.kept).sum::<usize>()
    }

    /// Adds a frame whatever the limit says, never to be dropped: what makes up the peering itself.
    pub fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.add(write, true);
    }

    /// Adds an envelope with data or a command, where there is room for it.
    pub fn offer(&mut self, envelope: &Envelope<'_>) -> Enqueued {
        let mut result = Enqueued::Waits;
        if self.frames >= self.limit {
            match self.overflow {
                Overflow::Disconnect => result = Enqueued::Full,
                Overflow::DropNewest => result = Enqueued::Dropped,
                Overflow::DropOldest => {
                    self.dropped += 1;
                    if !self.drop_oldest() {
                        return Enqueued::Dropped;
                    }
                    self.add(|out| envelope.encode(out), false);
                    return Enqueued::Dropped;
                }
            }
        }
        match result {
            Enqueued::Waits => self.add(|out| envelope.encode(out), false),
            Enqueued::Dropped | Enqueued::Full => self.dropped += 1,
        }
        result
    }

    /// The bytes to write next.
    pub fn take(&mut self) -> Option<Vec<u8>> {
        self.peak = self.peak.max(self.frames);
        if !self.kept.is_empty() {
            self.frames -= count(&self.kept);
            return Some(std::mem::take(&mut self.kept));
        }
        let mut block = self.blocks.pop_front()?;
        self.frames -= block.frames;
        if block.start > 0 {
            block.bytes.drain(..block.start);
        }
        Some(block.bytes)
    }

    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>), keep: bool) {
        let block = match self.blocks.back_mut() {
            Some(block) if block.bytes.len() < BLOCK => block,
            // A queue that had one full block will have others: they need not grow.
            last => {
                let room = if last.is_some() { BLOCK + BLOCK / 16 } else { 0 };
                self.blocks.push_back(Block { bytes: Vec::with_capacity(room), start: 0, frames: 0, kept: 0 });
                let Some(block) = self.blocks.back_mut() else { return };
                block
            }
        };
        let before = block.bytes.len();
        put_frame(&mut block.bytes, write);
        block.frames += 1;
        if keep {
            block.kept += block.bytes.len() - before;
        }
        self.frames += 1;
    }

    /// Whether there was a frame to drop.
    fn drop_oldest(&mut self) -> bool {
        while let Some(block) = self.blocks.front_mut() {
            let rest = block.bytes.get(block.start..).unwrap_or_default();
            let Some(length) = frame_length(rest) else {
                self.blocks.pop_front();
                continue;
            };
            let kind = rest.get(KIND).filter(|_| length > KIND);
            let droppable = kind.is_some_and(|kind| [Kind::Data as u8, Kind::Command as u8].contains(kind));
            if !droppable {
                self.kept.extend_from_slice(rest.get(..length).unwrap_or_default());
                block.kept = block.kept.saturating_sub(length);
            }
            block.start += length;
            block.frames -= 1;
            if block.frames == 0 {
                self.blocks.pop_front();
            }
            if droppable {
                self.frames -= 1;
                return true;
            }
        }
        false
    }
}

/// The length of the frame at the beginning of bytes, with its length.
fn frame_length(bytes: &[u8]) -> Option<usize> {
    let length = bytes.first_chunk().map(|length| u32::from_be_bytes(*length) as usize)?;
    Some(4 + length).filter(|length| *length <= bytes.len())
}

fn count(mut frames: &[u8]) -> usize {
    let mut count = 0;
    while let Some(rest) = frame_length(frames).and_then(|length| frames.get(length..)) {
        frames = rest;
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Enqueued, Outgoing, Overflow};
    use crate::wire::{EndpointId, Envelope, Frames, Kind, MAX_ENVELOPE};

    fn envelope(payload: &[u8]) -> Envelope<'_> {
        let (sender, receiver) = (EndpointId([1; 16]), EndpointId::NIL);
        Envelope { sender, receiver, kind: Kind::Data, topic: b"t", payload }
    }

    fn payloads(queue: &mut Outgoing) -> Vec<Vec<u8>> {
        let mut frames = Frames::default();
        while let Some(bytes) = queue.take() {
            frames.push(&bytes);
        }
        let mut out = Vec::new();
        while let Some(frame) = frames.next(MAX_ENVELOPE).unwrap() {
            out.push(Envelope::decode(frame).unwrap().payload.to_vec());
        }
        out
    }

    fn filled(overflow: Overflow) -> (Outgoing, Vec<Enqueued>) {
        let mut queue = Outgoing::new(2, overflow);
        let results = [b"1", b"2", b"3"].map(|payload| queue.offer(&envelope(payload)));
        (queue, results.to_vec())
    }

    #[test]
    fn each_policy_gives_up_something_else() {
        use Enqueued::{Dropped, Full, Waits};
        let (mut queue, results) = filled(Overflow::DropOldest);
        assert_eq!((results, payloads(&mut queue)), (vec![Waits, Waits, Dropped], vec![b"2".to_vec(), b"3".to_vec()]));
        let (mut queue, results) = filled(Overflow::DropNewest);
        assert_eq!((results, payloads(&mut queue)), (vec![Waits, Waits, Dropped], vec![b"1".to_vec(), b"2".to_vec()]));
        let (mut queue, results) = filled(Overflow::Disconnect);
        assert_eq!((results, payloads(&mut queue)), (vec![Waits, Waits, Full], vec![b"1".to_vec(), b"2".to_vec()]));
    }

    #[test]
    fn what_keeps_the_peering_going_is_not_dropped() {
        let ping = Envelope { kind: Kind::Ping, ..envelope(b"ping") };
        let mut queue = Outgoing::new(2, Overflow::DropOldest);
        queue.push(|out| ping.encode(out));
        assert_eq!(queue.offer(&envelope(b"x")), Enqueued::Waits);
        assert_eq!(queue.offer(&envelope(b"y")), Enqueued::Dropped);
        assert_eq!(queue.offer(&envelope(b"z")), Enqueued::Dropped);
        assert!(queue.kept() > 4 && queue.len() == 2);
        assert_eq!(payloads(&mut queue), [b"ping".to_vec(), b"z".to_vec()]);
        assert_eq!((queue.kept(), queue.len()), (0, 0));
        let mut queue = Outgoing::new(1, Overflow::DropOldest);
        queue.push(|out| ping.encode(out));
        assert_eq!(queue.offer(&envelope(b"x")), Enqueued::Dropped);
        assert_eq!(payloads(&mut queue), [b"ping".to_vec()]);
    }

    #[test]
    fn the_most_that_waited_is_known_until_it_is_asked_anew() {
        let mut queue = Outgoing::new(3, Overflow::DropNewest);
        let _ = [b"1", b"2", b"3", b"4"].map(|payload| queue.offer(&envelope(payload)));
        assert_eq!(queue.peak(), (3, 1));
        payloads(&mut queue);
        assert_eq!(queue.peak(), (3, 1));
        queue.start_peak();
        assert_eq!(queue.peak(), (0, 1));
    }

    #[test]
    fn many_frames_come_out_in_order() {
        let mut queue = Outgoing::new(usize::MAX, Overflow::Disconnect);
        let sent: Vec<Vec<u8>> = (0..3000u32).map(|number| number.to_be_bytes().repeat(20)).collect();
        sent.iter().for_each(|payload| assert_eq!(queue.offer(&envelope(payload)), Enqueued::Waits));
        assert!(queue.blocks.len() > 3 && queue.blocks.iter().all(|block| block.bytes.len() < BLOCK + 200));
        assert_eq!(payloads(&mut queue), sent);
        assert!(queue.is_empty() && queue.kept() == 0);
    }
}
