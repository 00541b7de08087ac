//! Bytes on connections: from the hands of who writes them to the hands of who reads them, with what befalls the messages
//! that they are.

use std::time::Duration;

use super::Network;
use super::flight::Freight;
use crate::network::{Event, StreamId};
use crate::simulation::faults::{Fate, fate};
use crate::simulation::invariants::Written;
use crate::simulation::passage::{Passage, look};
use crate::wire::{MAX_ENVELOPE, put_frame};

/// Bytes on their way that one side of a connection may have, as the buffers of a system do.
const WINDOW: usize = 256 * 1024;

impl Network {
    /// Takes bytes from a node and sends them, or what faults leave of them.
    pub(in crate::simulation) fn write(&mut self, stream: StreamId, bytes: Vec<u8>) {
        let Some(end) = self.ends.get_mut(&stream) else {
            if let Some(books) = &mut self.books {
                books.written_in_vain(stream);
            }
            return;
        };
        end.outstanding += bytes.len();
        if end.raw {
            let taken = bytes.len();
            self.pass(stream, Duration::ZERO, bytes, taken, Vec::new());
        } else {
            end.frames.push(&bytes);
            self.write_frames(stream);
        }
        let Some(end) = self.ends.get_mut(&stream) else { return };
        if end.outstanding > WINDOW {
            end.wants_ready = true;
        } else {
            let node = end.node;
            self.post(node, Event::Ready(stream), 0);
        }
    }

    /// Sends the whole frames that a side has written: one after the other where something befalls them, otherwise together.
    fn write_frames(&mut self, stream: StreamId) {
        let (mut bytes, mut passages, mut taken) = (Vec::new(), Vec::new(), 0);
        loop {
            let Some(end) = self.ends.get_mut(&stream) else { return };
            let (from, to, in_handshake) = (end.node, end.other_node, end.in_handshake);
            // Peers write nothing but frames of their lengths.
            let Ok(Some(content)) = end.frames.next(MAX_ENVELOPE) else { break };
            let sight = look(content, in_handshake);
            end.in_handshake &= !sight.ends_handshake;
            let fate = fate(&self.rules, &mut self.random, &sight.topic);
            if let Some(books) = &mut self.books {
                let copies = if let Fate::Arrives { copies, .. } = fate { copies as u32 } else { 0 };
                books.written(&Written { now: self.now, stream, node: from, content, in_handshake, copies });
            }
            let before = bytes.len();
            put_frame(&mut bytes, |out| out.extend_from_slice(content));
            let size = bytes.len() - before;
            let topic = String::from_utf8_lossy(&sight.topic).into();
            let passage =
                Passage { sent: self.now, came: None, from, to, kind: sight.kind, topic, what: sight.what, size };
            match fate {
                Fate::Arrives { later, copies } => {
                    taken += size;
                    if later.is_zero() && copies == 1 {
                        passages.push(passage);
                        continue;
                    }
                    let frame = bytes.split_off(before);
                    let (earlier, seen) = (std::mem::take(&mut bytes), std::mem::take(&mut passages));
                    self.pass(stream, Duration::ZERO, earlier, taken - size, seen);
                    taken = 0;
                    for copy in 0..copies {
                        let taken = if copy == 0 { size } else { 0 };
                        self.pass(stream, later, frame.clone(), taken, vec![passage.clone()]);
                    }
                }
                Fate::Lost => {
                    bytes.truncate(before);
                    self.remember(passage);
                    if let Some(end) = self.ends.get_mut(&stream) {
                        end.outstanding = end.outstanding.saturating_sub(size);
                    }
                }
            }
        }
        self.pass(stream, Duration::ZERO, bytes, taken, passages);
    }

    /// Sends bytes on their way to the other side.
    fn pass(&mut self, stream: StreamId, later: Duration, bytes: Vec<u8>, taken: usize, passages: Vec<Passage>) {
        if bytes.is_empty() {
            return;
        }
        let delay = self.delay() + later;
        let Some(end) = self.ends.get_mut(&stream) else { return };
        let Some(other) = end.other else { return };
        let at = (self.now + delay).max(end.last_arrival);
        end.last_arrival = at;
        let (from, to) = (end.node, end.other_node);
        self.send(at, from, to, Freight::Bytes { stream: other, bytes, taken, passages });
    }

    pub(in crate::simulation) fn hold(&mut self, stream: StreamId, held: bool) {
        let Some(end) = self.ends.get_mut(&stream) else { return };
        end.held = held;
        let node = end.node;
        if !held {
            for (bytes, taken) in std::mem::take(&mut end.kept) {
                self.post(node, Event::Received(stream, bytes), taken);
            }
        }
    }

    /// What happened to a node, in order.
    pub(in crate::simulation) fn next_event(&mut self, node: usize) -> Option<Event> {
        loop {
            let (event, taken) = self.stations.get_mut(node)?.mail.pop_front()?;
            if let (Event::Closed(stream, _), Some(books)) = (&event, &mut self.books) {
                books.closed(*stream, node);
            }
            let Event::Received(stream, bytes) = event else { return Some(event) };
            let Some(end) = self.ends.get_mut(&stream) else { continue };
            if end.held {
                end.kept.push_back((bytes, taken));
                continue;
            }
            let other = end.other;
            self.take(other, taken);
            return Some(Event::Received(stream, bytes));
        }
    }

    /// Bytes that a side wrote are off its hands.
    fn take(&mut self, stream: Option<StreamId>, taken: usize) {
        let Some((stream, end)) = stream.and_then(|stream| Some((stream, self.ends.get_mut(&stream)?))) else { return };
        end.outstanding = end.outstanding.saturating_sub(taken);
        if end.wants_ready && end.outstanding <= WINDOW {
            end.wants_ready = false;
            let node = end.node;
            self.post(node, Event::Ready(stream), 0);
        }
    }
}
