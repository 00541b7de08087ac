//! Records that nobody takes since no logger is there: kept for the next one, up to a bound.

use std::collections::{BTreeMap, VecDeque};

use crate::wire::LogBatch;

/// So many records are sent together.
const TOGETHER: usize = 400;

/// What is kept, by stream, in the order in which it was written.
#[derive(Default)]
pub(super) struct Held {
    streams: BTreeMap<i32, Stream>,
    count: usize,
    /// It was said that there was no room, since somebody took something.
    pub(super) is_told: bool,
}

struct Stream {
    topic: Vec<u8>,
    batches: VecDeque<LogBatch>,
}

impl Held {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Keeps records for whoever will want a topic. How many of the oldest had to go since there may be `most`.
    pub(super) fn keep(&mut self, stream: i32, topic: Vec<u8>, batch: LogBatch, most: usize) -> usize {
        self.count += batch.len();
        let kept = self.streams.entry(stream).or_insert_with(|| Stream { topic, batches: VecDeque::new() });
        match kept.batches.back_mut().filter(|last| last.len() + batch.len() <= TOGETHER) {
            Some(last) => last.append(batch),
            None => kept.batches.push_back(batch),
        }
        let mut gone = 0;
        while self.count > most {
            // The stream that has most is what takes the room.
            let longest = self.streams.values_mut().max_by_key(|stream| stream.batches.len());
            let Some(batch) = longest.and_then(|stream| stream.batches.pop_front()) else { break };
            gone += batch.len();
            self.count -= batch.len();
        }
        gone
    }

    /// The streams of which something is kept, each with its topic.
    pub(super) fn topics(&self) -> Vec<(i32, Vec<u8>)> {
        let kept = self.streams.iter().filter(|(_, stream)| !stream.batches.is_empty());
        kept.map(|(number, stream)| (*number, stream.topic.clone())).collect()
    }

    /// Everything that is kept of a stream.
    pub(super) fn take(&mut self, stream: i32) -> VecDeque<LogBatch> {
        self.is_told = false;
        let batches = self.streams.remove(&stream).map(|stream| stream.batches).unwrap_or_default();
        self.count -= batches.iter().map(LogBatch::len).sum::<usize>();
        batches
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, TOGETHER};
    use crate::wire::{LogBatch, LogPlace};

    fn batch(records: usize) -> LogBatch {
        let mut batch = LogBatch::default();
        let place = LogPlace { stream: b"A::LOG", writer: b"Log::WRITER_ASCII", path: b"a" };
        (0..records).for_each(|_| batch.push(place, std::iter::empty(), &[]));
        batch
    }

    #[test]
    fn the_oldest_records_of_the_longest_stream_make_room() {
        let mut held = Held::default();
        assert_eq!(held.keep(1, b"one".to_vec(), batch(10), 1000), 0);
        for _ in 0..2 {
            assert_eq!(held.keep(2, b"two".to_vec(), batch(TOGETHER), 1000), 0);
        }
        assert_eq!(held.keep(2, b"two".to_vec(), batch(TOGETHER), 1000), TOGETHER);
        assert_eq!(held.topics(), [(1, b"one".to_vec()), (2, b"two".to_vec())]);
        assert_eq!(held.take(2).len(), 2);
        assert_eq!(held.keep(1, b"one".to_vec(), batch(5), 1000), 0);
        // They are sent together.
        assert_eq!(held.take(1).iter().map(LogBatch::len).collect::<Vec<_>>(), [15]);
        assert!(held.is_empty() && held.topics().is_empty());
        // What is too much by itself is not kept at all.
        assert_eq!(held.keep(1, b"one".to_vec(), batch(5), 4), 5);
        assert!(held.is_empty());
    }
}
