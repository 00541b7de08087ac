//! The event queue.
//!
//! Events queued while others run wait for a later round. As Bro does, one drain runs two rounds at most, so that a
//! handler that keeps queueing its own event cannot hold up everything else.

use std::rc::Rc;

use smallvec::SmallVec;

use super::registers::move_value;
use super::{Raise, Vm};
use crate::hir::GlobalId;
use crate::value::{FuncObject, Value};

/// The arguments of a scheduled event; few events have more than four.
pub(super) type EventArguments = SmallVec<[Value; 4]>;

/// Rounds of one drain.
const ROUNDS: usize = 2;

/// Events with their arguments, which stand in one row so that queueing moves nothing but them.
#[derive(Clone, Default)]
struct Round {
    events: Vec<QueuedEvent>,
    arguments: Vec<Value>,
}

#[derive(Clone)]
struct QueuedEvent {
    event: Rc<FuncObject>,
    /// How many arguments it has.
    arguments: u32,
    /// Another node raised it.
    remote: bool,
}

#[derive(Clone, Default)]
pub(super) struct EventQueue {
    waiting: Round,
    /// The emptied buffers of the last round, kept for their room.
    spare: Round,
    queued: u64,
    dispatched: u64,
    /// The event that runs is another node's.
    remote: bool,
    /// Called for each event of this node before its handlers.
    observer: Option<Observer>,
}

/// What is to be done with events besides handling them: publishing those that are to be.
pub type Observer = fn(&mut Vm, &Rc<FuncObject>, &[Value]);

impl EventQueue {
    /// The arguments of all that waits.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.waiting.arguments.iter()
    }

    fn add(&mut self, event: Rc<FuncObject>, arguments: impl IntoIterator<Item = Value>, remote: bool) {
        self.queued += 1;
        let before = self.waiting.arguments.len();
        self.waiting.arguments.extend(arguments);
        let arguments = (self.waiting.arguments.len() - before) as u32;
        self.waiting.events.push(QueuedEvent { event, arguments, remote });
    }
}

impl Vm {
    /// Puts an event at the end of the queue.
    pub fn queue_event(&mut self, event: &Rc<FuncObject>, arguments: impl IntoIterator<Item = Value>) {
        self.events.add(event.clone(), arguments, false);
    }

    /// Puts an event that another node raised at the end of the queue.
    pub fn queue_remote_event(&mut self, event: &Rc<FuncObject>, arguments: impl IntoIterator<Item = Value>) {
        self.events.add(event.clone(), arguments, true);
    }

    /// Whether the event that runs came from another node.
    pub fn is_remote_event(&self) -> bool {
        self.events.remote
    }

    /// Queues the event that a global holds with arguments out of registers, unless nobody would see it.
    #[inline]
    pub(super) fn queue_event_at(&mut self, global: GlobalId, arguments: &mut [Value]) {
        if let Some(Value::Func(event)) = self.globals.get(global.0 as usize)
            && (event.has_bodies() || self.events.observer.is_some())
        {
            let round = &mut self.events.waiting;
            for argument in &mut *arguments {
                round.arguments.push(Value::Unset);
                if let Some(place) = round.arguments.last_mut() {
                    move_value(place, argument);
                }
            }
            round.events.push(QueuedEvent { event: event.clone(), arguments: arguments.len() as u32, remote: false });
            self.events.queued += 1;
        } else {
            arguments.fill(Value::Unset);
        }
    }

    /// Queues an event by its full name. False where no handler is there to see it.
    pub fn queue_event_by_name(&mut self, name: &str, arguments: impl IntoIterator<Item = Value>) -> bool {
        match self.global_by_name(name) {
            Some(Value::Func(event)) if event.has_bodies() || self.events.observer.is_some() => {
                self.queue_event(&event, arguments);
                true
            }
            _ => false,
        }
    }

    /// Has every event of this node shown to an observer before it is handled.
    pub fn observe_events(&mut self, observer: Observer) {
        self.events.observer = Some(observer);
    }

    pub fn has_events(&self) -> bool {
        !self.events.waiting.events.is_empty()
    }

    /// Events queued and events dispatched since the start.
    pub fn event_counts(&self) -> (u64, u64) {
        (self.events.queued, self.events.dispatched)
    }

    /// Runs what is queued, then looks at conditions. The error says that everything must stop: a script called `exit`.
    pub fn drain_events(&mut self) -> Result<(), Raise> {
        for _ in 0..ROUNDS {
            if self.events.waiting.events.is_empty() {
                break;
            }
            let EventQueue { waiting, spare, .. } = &mut self.events;
            let mut events = std::mem::replace(&mut waiting.events, std::mem::take(&mut spare.events));
            let mut arguments = std::mem::replace(&mut waiting.arguments, std::mem::take(&mut spare.arguments));
            let mut stack = self.stacks.pop().unwrap_or_default();
            let mut result = Ok(());
            let mut rest = arguments.as_mut_slice();
            for QueuedEvent { event, arguments, remote } in events.drain(..) {
                self.events.dispatched += 1;
                self.events.remote = remote;
                self.script_runs += 1;
                let (arguments, others) = rest.split_at_mut_checked(arguments as usize).unwrap_or_default();
                rest = others;
                if let Some(observer) = self.events.observer
                    && !remote
                {
                    observer(self, &event, arguments);
                }
                result = self.dispatch(&mut stack, &event, arguments);
                if result.is_err() {
                    break;
                }
            }
            arguments.clear();
            self.events.remote = false;
            self.stacks.push(stack);
            self.events.spare = Round { events, arguments };
            // What a handler did behind a `when` may make its condition true.
            self.script_runs += 1;
            result?;
        }
        self.evaluate_triggers()
    }
}
