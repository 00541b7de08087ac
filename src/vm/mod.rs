//! The machine: holds the values of globals, runs bodies, and drives what happens later (events, timers, `when`).
//!
//! One thread, one [`Vm`]. It reaches the outside only through its [`Host`]. Natives are handed `&mut Vm` and may call
//! back into scripts. Errors are [`Raise`]; what Bro prints for them goes through [`Vm::report`].

mod assertions;
mod call;
mod calls;
mod containers;
mod convert;
mod elementwise;
mod environment;
mod error;
mod events;
mod execute;
mod files;
mod frame;
mod host;
mod interpret;
mod mocks;
mod native;
mod operate;
mod patience;
mod records;
mod registers;
mod report;
mod slices;
mod slow;
mod snapshot;
mod steps;
mod timers;
mod when;
mod zone;

use std::any::{Any, TypeId};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::FxHashMap;

pub use assertions::{FailedAssertion, NotedPart};
pub use convert::CastData;
pub use error::{ErrorForm, Raise, RaiseKind, RunTimeError};
pub use events::{Metadata, NETWORK_TIMESTAMP, Observer, Stamps};
pub(crate) use files::reason;
pub use host::{
    Captured, FileStatus, Host, Lookup, LookupAnswer, LookupId, MemoryHost, OpenMode, ProcessEnd, ProcessId,
    ProcessNews, ProcessStart, ReadOnlyHost, RedirectedHost, ResolvedNames, Streams, SystemHost,
};
pub use mocks::{MOST_KEPT, MockedCall};
pub(crate) use native::natives;
pub use native::{
    Arguments, EnumValue, Family, FromArguments, FromValue, Interval, IntoValue, Native, NativeCall, NativeIndex,
    OwnNative, Port, Rest, Time,
};
pub use patience::TOO_LONG;
pub use report::Reporter;
pub use snapshot::VmSnapshot;
pub use timers::TimerAction;
pub use when::Ticket;

use frame::{Frame, Stack};

use crate::code::{Code, Counters, Signatures};
use crate::hir::{BodyId, GlobalId};
use crate::program::{GlobalKind, NativeInfo, Program};
use crate::sema;
use crate::source::Symbol;
use crate::value::Value;

/// No string that scripts make gets longer: 256 MB.
pub(crate) const MAX_STRING: usize = 1 << 28;

/// A vector does not grow beyond this by assigning behind its end.
const MAX_ELEMENTS: usize = 1 << 25;

/// The exit status of a process that stops itself, as Bro does after an internal error.
const ABORTED: i32 = 134;

/// Back-traces show this many calls.
const MAX_TRACE: usize = 50;

pub struct Vm {
    pub program: Program,
    pub host: Box<dyn Host>,
    families: &'static [Family],
    /// Natives of the program that this library is in.
    own_natives: Vec<OwnNative>,
    /// What families have to do in every round of the main loop.
    polls: Vec<fn(&mut Vm)>,
    globals: Vec<Value>,
    states: FxHashMap<TypeId, Box<dyn Any>>,
    reporter: Option<Reporter>,
    /// Errors reported so far.
    errors: usize,
    events: events::EventQueue,
    records: records::Templates,
    timers: timers::Timers,
    triggers: when::Triggers,
    /// The trigger whose condition is being evaluated.
    waiting: Option<when::TriggerId>,
    /// Counts what ran, so that conditions know whether anything may have changed.
    script_runs: u64,
    /// Code by body, and of the time-outs of `when`.
    codes: Vec<Option<Rc<Code>>>,
    when_codes: FxHashMap<BodyId, Rc<Code>>,
    signatures: Signatures,
    /// Bodies that wait for a call or a slow instruction, outermost first.
    frames: Vec<Frame>,
    /// Stacks that no run uses.
    stacks: Vec<Stack>,
    /// The event whose handler is reported not to have begun.
    failed_handler: Option<Symbol>,
    /// How many runs of the loop are inside one another.
    runs: usize,
    /// Tables whose change function runs, by address.
    changing: Vec<usize>,
    cast_data: Option<CastData>,
    assertions: assertions::Assertions,
    mocks: mocks::Mocks,
    kept_arguments: calls::KeptArguments,
    /// How many more jumps scripts may make before the rest is looked at.
    patience: u64,
    limits: patience::Patience,
    network_time: f64,
    terminating: bool,
    stops_at_internal_errors: bool,
    /// How many doings of natives must come to their end before the program may.
    unfinished: usize,
    /// Set from outside to stop what runs.
    interrupt: Option<Arc<AtomicBool>>,
    /// How often statements ran, where that is counted.
    counters: Option<Box<Counters>>,
    at_end: Vec<TimerAction>,
    /// When the families are to be polled again at the latest, as seconds since the epoch.
    wake: f64,
}

impl Vm {
    pub fn new(program: Program, host: Box<dyn Host>, families: &'static [Family]) -> Self {
        Vm {
            program,
            host,
            families,
            own_natives: Vec::new(),
            polls: families.iter().filter_map(|family| family.poll).collect(),
            globals: Vec::new(),
            states: FxHashMap::default(),
            reporter: None,
            errors: 0,
            events: events::EventQueue::default(),
            records: records::Templates::default(),
            timers: timers::Timers::default(),
            triggers: when::Triggers::default(),
            waiting: None,
            script_runs: 0,
            codes: Vec::new(),
            when_codes: FxHashMap::default(),
            signatures: Signatures::default(),
            frames: Vec::new(),
            stacks: Vec::new(),
            failed_handler: None,
            runs: 0,
            changing: Vec::new(),
            cast_data: None,
            assertions: assertions::Assertions::default(),
            mocks: mocks::Mocks::default(),
            kept_arguments: calls::KeptArguments::default(),
            patience: 1,
            limits: patience::Patience::default(),
            network_time: 0.0,
            terminating: false,
            stops_at_internal_errors: false,
            unfinished: 0,
            interrupt: None,
            counters: None,
            at_end: Vec::new(),
            wake: f64::INFINITY,
        }
    }

    /// The natives this machine was made with.
    pub fn families(&self) -> &'static [Family] {
        self.families
    }

    /// Adds a native, in front of those of the families. False where `prototype` is none. Scripts that are loaded
    /// already keep what they found under this name.
    pub fn add_native(&mut self, name: &'static str, prototype: &'static str, call: OwnNative) -> bool {
        let index = NativeIndex::own(self.own_natives.len());
        let known =
            sema::add_native(&mut self.program, name, NativeInfo { index: index.0, prototype, doc: "", needs: None });
        if known {
            self.own_natives.push(call);
        }
        known
    }

    /// Lets every family look at what came from outside.
    pub fn poll(&mut self) {
        self.wake = f64::INFINITY;
        for index in 0..self.polls.len() {
            if let Some(poll) = self.polls.get(index).copied() {
                poll(self);
            }
        }
    }

    /// While an error is reported that kept a handler from beginning: its event.
    pub fn failed_handler(&self) -> Option<Symbol> {
        self.failed_handler
    }

    /// Asks for another poll at a time, or earlier.
    pub fn wake_at(&mut self, time: f64) {
        self.wake = self.wake.min(time);
    }

    /// When the families are to be polled again at the latest; they are asked anew each time.
    pub fn next_poll(&self) -> f64 {
        self.wake
    }

    /// The value of a global; unset where it has none yet.
    pub fn global(&self, id: GlobalId) -> Value {
        self.globals.get(id.0 as usize).cloned().unwrap_or_default()
    }

    pub fn set_global(&mut self, id: GlobalId, value: Value) {
        let index = id.0 as usize;
        if index >= self.globals.len() {
            self.globals.resize(self.program.global_count().max(index + 1), Value::Unset);
        }
        if let Some(place) = self.globals.get_mut(index) {
            *place = value;
        }
    }

    /// The value of a global by its full name.
    pub fn global_by_name(&self, name: &str) -> Option<Value> {
        let id = self.program.find(name.into())?;
        let global = self.program.global(id);
        if let (GlobalKind::EnumConst(number), Some(ty)) = (&global.kind, global.ty.as_enum()) {
            return Some(Value::Enum(*number, ty.clone()));
        }
        Some(self.global(id)).filter(Value::is_set)
    }

    /// State that natives keep between calls, one of each type, made when first asked for.
    pub fn state<T: Any + Default>(&mut self) -> &mut T {
        let state = self.states.entry(TypeId::of::<T>()).or_insert_with(|| Box::new(T::default()));
        match state.downcast_mut() {
            Some(state) => state,
            None => unreachable!("the entry under a type's id is of that type"),
        }
    }

    /// Works on a state with the machine at hand. While `work` runs, [`Vm::state`] gives a fresh one.
    pub fn with_state<T: Any + Default, R>(&mut self, work: impl FnOnce(&mut T, &mut Vm) -> R) -> R {
        let mut state = std::mem::take(self.state::<T>());
        let result = work(&mut state, self);
        *self.state::<T>() = state;
        result
    }

    /// `network_time()`: the time of the current round of events.
    pub fn network_time(&self) -> f64 {
        self.network_time
    }

    pub fn set_network_time(&mut self, time: f64) {
        self.network_time = time;
    }

    /// Has something done when everything ends, after the last events: what natives hold open is closed then.
    pub fn at_end(&mut self, action: TimerAction) {
        self.at_end.push(action);
    }

    /// The end: runs what [`Vm::at_end`] was given. The last call into the machine.
    pub fn end(&mut self) -> Result<(), Raise> {
        let actions = std::mem::take(&mut self.at_end);
        let result = actions.into_iter().try_for_each(|action| action(self));
        self.host.flush();
        result
    }

    /// A native begins something that must be done before the program ends; [`Vm::finish_work`] says that it is.
    pub fn begin_work(&mut self) {
        self.unfinished += 1;
    }

    pub fn finish_work(&mut self) {
        self.unfinished = self.unfinished.saturating_sub(1);
    }

    pub fn has_unfinished_work(&self) -> bool {
        self.unfinished > 0
    }

    /// Ends everything where Bro would stop with an internal error, as Bro does. Otherwise only the body is given up.
    pub fn stop_at_internal_errors(&mut self) {
        self.stops_at_internal_errors = true;
    }

    /// Asks the main loop to end after the current round of events.
    pub fn terminate(&mut self) {
        self.terminating = true;
    }

    /// Lets loops be stopped: where `flag` is set, they end with an error. For code that is made from now on.
    pub fn set_interrupt(&mut self, flag: Arc<AtomicBool>) {
        self.interrupt = Some(flag);
        self.forget_all_code();
    }

    /// Counts from now on how often statements run.
    pub fn count_statements(&mut self) {
        if self.counters.is_none() {
            self.counters = Some(Box::default());
            self.forget_all_code();
        }
    }

    /// How often statements ran, where that is counted.
    pub fn counters(&self) -> Option<&Counters> {
        self.counters.as_deref()
    }

    /// Whether what runs is to stop; asking takes the wish back.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupt.as_ref().is_some_and(|flag| flag.swap(false, Ordering::Relaxed))
    }

    pub fn is_terminating(&self) -> bool {
        self.terminating
    }
}

#[cfg(test)]
mod tests;
