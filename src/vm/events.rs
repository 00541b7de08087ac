//! The event queue.
//!
//! Events queued while others run wait for a later round. As Bro does, one drain runs two rounds at most, so that a
//! handler that keeps queueing its own event cannot hold up everything else.

use std::collections::VecDeque;
use std::rc::Rc;

use smallvec::SmallVec;

use super::{Raise, Vm};
use crate::value::{FuncObject, Value};

/// The arguments of a queued event; few events have more than four.
pub(super) type EventArguments = SmallVec<[Value; 4]>;

/// Rounds of one drain.
const ROUNDS: usize = 2;

#[derive(Clone, Debug)]
pub(super) struct QueuedEvent {
    pub event: Rc<FuncObject>,
    pub arguments: EventArguments,
}

#[derive(Clone, Default)]
pub(super) struct EventQueue {
    waiting: VecDeque<QueuedEvent>,
    /// The emptied buffer of the last round, kept for its room.
    spare: VecDeque<QueuedEvent>,
    queued: u64,
    dispatched: u64,
}

impl EventQueue {
    /// The arguments of all that waits.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.waiting.iter().flat_map(|event| &event.arguments)
    }
}

impl Vm {
    /// Puts an event at the end of the queue.
    pub fn queue_event(&mut self, event: &Rc<FuncObject>, arguments: impl IntoIterator<Item = Value>) {
        self.enqueue(event.clone(), arguments.into_iter().collect());
    }

    #[inline]
    pub(super) fn enqueue(&mut self, event: Rc<FuncObject>, arguments: EventArguments) {
        self.events.queued += 1;
        self.events.waiting.push_back(QueuedEvent { event, arguments });
    }

    /// Queues an event by its full name. False where no handler is there to see it.
    pub fn queue_event_by_name(&mut self, name: &str, arguments: impl IntoIterator<Item = Value>) -> bool {
        match self.global_by_name(name) {
            Some(Value::Func(event)) if event.has_bodies() => {
                self.queue_event(&event, arguments);
                true
            }
            _ => false,
        }
    }

    pub fn has_events(&self) -> bool {
        !self.events.waiting.is_empty()
    }

    /// Events queued and events dispatched since the start.
    pub fn event_counts(&self) -> (u64, u64) {
        (self.events.queued, self.events.dispatched)
    }

    /// Runs what is queued, then looks at conditions. The error says that everything must stop: a script called `exit`.
    pub fn drain_events(&mut self) -> Result<(), Raise> {
        for _ in 0..ROUNDS {
            if self.events.waiting.is_empty() {
                break;
            }
            let spare = std::mem::take(&mut self.events.spare);
            let mut round = std::mem::replace(&mut self.events.waiting, spare);
            let mut stack = self.stacks.pop().unwrap_or_default();
            let mut result = Ok(());
            while let Some(QueuedEvent { event, mut arguments }) = round.pop_front() {
                self.events.dispatched += 1;
                self.script_runs += 1;
                result = self.dispatch(&mut stack, &event, &mut arguments);
                if result.is_err() {
                    break;
                }
            }
            self.stacks.push(stack);
            self.events.spare = round;
            // What a handler did behind a `when` may make its condition true.
            self.script_runs += 1;
            result?;
        }
        self.evaluate_triggers()
    }
}
