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
    metadata: Option<Metadata>,
}

/// What goes with an event beside its arguments, by number.
pub type Metadata = Rc<[(u64, Value)]>;

/// The number of the time at which an event was raised.
pub const NETWORK_TIMESTAMP: u64 = 1;

/// Which events get the time of their raising where they have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stamps {
    #[default]
    None,
    /// Those of this node.
    Local,
    /// Those of other nodes too.
    All,
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
    /// What goes with the event that runs.
    metadata: Option<Metadata>,
    stamps: Stamps,
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

    fn add(
        &mut self,
        event: Rc<FuncObject>,
        arguments: impl IntoIterator<Item = Value>,
        remote: bool,
        metadata: Option<Metadata>,
    ) {
        self.queued += 1;
        let before = self.waiting.arguments.len();
        self.waiting.arguments.extend(arguments);
        let arguments = (self.waiting.arguments.len() - before) as u32;
        self.waiting.events.push(QueuedEvent { event, arguments, remote, metadata });
    }
}

fn stamp(time: f64) -> Metadata {
    Rc::new([(NETWORK_TIMESTAMP, Value::Time(time))])
}

/// The time among what goes with an event.
fn time_in(metadata: &Metadata) -> Option<f64> {
    metadata.iter().find_map(|(number, value)| match value {
        Value::Time(time) if *number == NETWORK_TIMESTAMP => Some(*time),
        _ => None,
    })
}

impl Vm {
    /// Puts an event at the end of the queue.
    pub fn queue_event(&mut self, event: &Rc<FuncObject>, arguments: impl IntoIterator<Item = Value>) {
        let metadata = self.local_stamp();
        self.events.add(event.clone(), arguments, false, metadata);
    }

    /// Puts an event whose time has come at the end of the queue. At the end of a run that is before its time.
    pub(super) fn queue_scheduled_event(&mut self, time: f64, event: &Rc<FuncObject>, arguments: EventArguments) {
        let stamped = self.events.stamps != Stamps::None;
        let metadata = stamped.then(|| stamp(time.min(self.network_time)));
        self.events.add(event.clone(), arguments, false, metadata);
    }

    /// Puts an event that another node raised at the end of the queue, with what goes with it.
    pub fn queue_remote_event(
        &mut self,
        event: &Rc<FuncObject>,
        arguments: impl IntoIterator<Item = Value>,
        metadata: Vec<(u64, Value)>,
    ) {
        let mut metadata = (!metadata.is_empty()).then(|| Metadata::from(metadata));
        if self.events.stamps == Stamps::All && metadata.as_ref().and_then(time_in).is_none() {
            let known = metadata.iter().flat_map(|metadata| metadata.iter()).cloned();
            metadata = Some(known.chain([(NETWORK_TIMESTAMP, Value::Time(self.network_time))]).collect());
        }
        self.events.add(event.clone(), arguments, true, metadata);
    }

    /// Has events carry the time at which they were raised.
    pub fn stamp_events(&mut self, stamps: Stamps) {
        self.events.stamps = stamps;
    }

    /// What goes with the event that runs.
    pub fn event_metadata(&self) -> Option<&Metadata> {
        self.events.metadata.as_ref()
    }

    /// When the event that runs was raised, or was to be; `None` where it does not say.
    pub fn event_time(&self) -> Option<f64> {
        self.events.metadata.as_ref().and_then(time_in)
    }

    /// The time that an event published now is said to be raised at; `None` where events carry none.
    pub fn time_to_publish(&self) -> Option<f64> {
        let stamped = self.events.stamps != Stamps::None;
        stamped.then(|| self.event_time().unwrap_or(self.network_time))
    }

    fn local_stamp(&self) -> Option<Metadata> {
        if self.events.stamps == Stamps::None { None } else { Some(stamp(self.network_time)) }
    }

    /// Whether the event that runs came from another node.
    pub fn is_remote_event(&self) -> bool {
        self.events.remote
    }

    /// Queues the event that a global holds with arguments out of registers, unless nobody would see it.
    #[inline]
    pub(super) fn queue_event_at(&mut self, global: GlobalId, arguments: &mut [Value]) {
        if let Some(Value::Func(event)) = self.globals.get(global.0 as usize)
            && (event.has_bodies() || self.events.observer.is_some() || !self.mocks.is_empty())
        {
            let metadata = self.local_stamp();
            let round = &mut self.events.waiting;
            for argument in &mut *arguments {
                round.arguments.push(Value::Unset);
                if let Some(place) = round.arguments.last_mut() {
                    move_value(place, argument);
                }
            }
            let arguments = arguments.len() as u32;
            round.events.push(QueuedEvent { event: event.clone(), arguments, remote: false, metadata });
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

    /// Queues an event that has two names, Bro's and Zeek's: the handlers of both run in one order, by priority.
    pub fn queue_event_of_two_names(&mut self, names: [&str; 2], arguments: &[Value]) {
        let handled = |name| match self.global_by_name(name) {
            Some(Value::Func(event)) if event.has_bodies() => Some(event),
            _ => None,
        };
        let [Some(one), Some(other)] = names.map(handled) else {
            for name in names {
                self.queue_event_by_name(name, arguments.iter().cloned());
            }
            return;
        };
        let both = FuncObject::script(one.name, one.ty.clone());
        for body in one.bodies().into_iter().chain(other.bodies()) {
            both.put_back(body);
        }
        self.queue_event(&both, arguments.iter().cloned());
    }

    /// Has every event of this node shown to an observer before it is handled.
    pub fn observe_events(&mut self, observer: Observer) {
        self.events.observer = Some(observer);
    }

    /// The event that is next in the queue.
    pub fn next_event_name(&self) -> Option<&'static str> {
        self.events.waiting.events.first().map(|queued| queued.event.name.as_str())
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
            let mut stack = self.take_stack();
            let mut result = Ok(());
            let mut rest = arguments.as_mut_slice();
            for QueuedEvent { event, arguments, remote, metadata } in events.drain(..) {
                self.events.dispatched += 1;
                self.events.remote = remote;
                self.events.metadata = metadata;
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
            self.events.metadata = None;
            self.give_back(stack);
            self.events.spare = Round { events, arguments };
            result?;
        }
        self.evaluate_triggers()
    }
}
