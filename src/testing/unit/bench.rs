//! An engine for one test, with a world of its own, and how time passes in it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::Settings;
use super::find::file_named;
use crate::builtins::unit_tests::{self, set_bench};
use crate::diag::Diagnostic;
use crate::engine::{Engine, Options, Sink};
use crate::simulation::{Alone, START};
use crate::source::{FileId, SourceMap, Span, Symbol};
use crate::value::FuncObject;
use crate::vm::{Raise, Vm};

/// Events at one moment of simulated time, after which there is no end of them.
const EVENTS: u64 = 1_000_000;

/// How much simulated time the scripts under test have for what they began, when the test itself is over.
const OTHERS_TIME: Duration = Duration::from_mins(1);

/// Timers between two looks at everything else.
const TIMERS: usize = 300;

/// The world of a test.
pub(super) struct World {
    alone: Alone,
    is_done: Cell<bool>,
    /// Set from outside.
    stop: Arc<AtomicBool>,
}

impl unit_tests::Bench for World {
    fn advance(&self, vm: &mut Vm, length: Duration) -> Result<(), Raise> {
        let end = self.alone.now() + length;
        loop {
            self.settle(vm)?;
            match self.next(vm).filter(|next| *next <= end) {
                Some(next) => self.alone.go_on(next),
                None => break,
            }
        }
        self.alone.go_on(end);
        self.settle(vm)
    }

    fn output(&self) -> Vec<u8> {
        self.alone.output()
    }

    fn finish(&self) {
        self.is_done.set(true);
    }
}

impl World {
    /// Does what is due now.
    fn settle(&self, vm: &mut Vm) -> Result<(), Raise> {
        let first = vm.event_counts().1;
        // The test itself may be what called this.
        vm.scripts_ran();
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Raise::error("interrupted"));
            }
            let now = vm.host.now();
            vm.set_network_time(now);
            vm.poll();
            let before = vm.event_counts().1;
            vm.run_timers(TIMERS)?;
            vm.drain_events()?;
            let after = vm.event_counts().1;
            // A timer that sets itself again for the same time has its turn a little later.
            if after == before && !vm.has_events() && !self.alone.has_mail() {
                return Ok(());
            }
            if after - first > EVENTS {
                return Err(Raise::error("events that raise events come to no end"));
            }
        }
    }

    /// When something happens next.
    fn next(&self, vm: &Vm) -> Option<Duration> {
        self.alone.next(vm.next_timer().unwrap_or(f64::INFINITY).min(vm.next_poll()))
    }
}

/// Why waiting was over.
pub(super) enum Waited {
    /// Nothing is left to happen that the test caused, or it said that it is over.
    Over,
    /// Something was reported that is an error.
    Failed,
    /// Something is still waited for, and nothing can happen any more.
    Quiet,
    /// Its time has come before that.
    Late,
}

/// What a test waits for.
pub(super) struct Awaited {
    /// When they are due, in seconds from the beginning, and their names.
    pub(super) events: Vec<(f64, Symbol)>,
    pub(super) conditions: Vec<Span>,
}

impl Awaited {
    fn is_empty(&self) -> bool {
        self.events.is_empty() && self.conditions.is_empty()
    }
}

pub(super) struct Bench {
    pub(super) engine: Engine,
    world: Rc<World>,
    diagnostics: Rc<RefCell<Vec<Diagnostic>>>,
    /// The file with the tests, where it was loaded.
    file: Option<FileId>,
    /// Events that were scheduled before the test began: nobody waits for those that go on for ever.
    others: BTreeSet<Symbol>,
}

impl Bench {
    /// Loads the file and what goes before it.
    pub(super) fn load(settings: &Settings, file: &str, seed: Option<u64>) -> Bench {
        let name = settings.node.clone().unwrap_or_else(|| "test".to_owned());
        let alone = Alone::new(&name, IpAddr::from([127, 0, 0, 1]), seed.unwrap_or(settings.seed));
        let mut host = alone.host();
        if let Some(node) = &settings.node {
            host.set_variable("CLUSTER_NODE", node);
        }
        let diagnostics: Rc<RefCell<Vec<Diagnostic>>> = Rc::default();
        let sink: Sink = {
            let diagnostics = diagnostics.clone();
            Rc::new(RefCell::new(move |_: &SourceMap, diagnostic: &Diagnostic| {
                diagnostics.borrow_mut().push(diagnostic.clone());
            }))
        };
        let counts_statements = settings.coverage.is_some();
        let options = Options { bare: settings.bare, counts_statements, ..Options::default() };
        let mut engine = Engine::new(host, options, sink);
        let world = Rc::new(World { alone, is_done: Cell::new(false), stop: settings.stop.clone() });
        set_bench(&mut engine.vm, world.clone());
        engine.vm.explain_assertions();
        engine.vm.set_stop(settings.stop.clone());
        engine.vm.set_patience(Some(settings.jumps));
        let scripts: Vec<String> = settings.scripts.iter().cloned().chain([file.to_owned()]).collect();
        engine.load((settings.setup)(), &scripts, &[], None);
        let file = file_named(&engine.vm, file);
        Bench { engine, world, diagnostics, file, others: BTreeSet::new() }
    }

    /// Runs what begins a run.
    pub(super) fn start(&mut self) -> Result<(), Raise> {
        self.engine.start()?;
        self.world.settle(&mut self.engine.vm)?;
        self.others = self.engine.vm.scheduled_events().map(|(_, event)| event.name).collect();
        Ok(())
    }

    pub(super) fn has_failed(&self) -> bool {
        self.engine.error_count() > 0
    }

    /// What was printed.
    pub(super) fn output(&self) -> Vec<u8> {
        self.world.alone.output()
    }

    /// What was written to standard error.
    pub(super) fn errors(&self) -> Vec<u8> {
        self.world.alone.errors()
    }

    pub(super) fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// What the test waits for itself: events that its file handles and conditions in it.
    pub(super) fn awaited(&self) -> Awaited {
        let vm = &self.engine.vm;
        let is_handled = |event: &FuncObject| event.bodies().iter().any(|body| Some(body.span.file) == self.file);
        let scheduled = vm.scheduled_events().filter(|(_, event)| is_handled(event));
        let mut events: Vec<(f64, Symbol)> =
            scheduled.map(|(at, event)| (at - START.as_secs_f64(), event.name)).collect();
        events.sort_by(|one, other| one.0.total_cmp(&other.0));
        let conditions = vm.waiting_conditions().into_iter().filter(|place| Some(place.file) == self.file).collect();
        Awaited { events, conditions }
    }

    /// Whether the scripts that it tests have something left to do that they began for it.
    fn has_others(&self) -> bool {
        let vm = &self.engine.vm;
        vm.scheduled_events().any(|(_, event)| !self.others.contains(&event.name)) || vm.has_triggers()
    }

    /// Does what is due now, and nothing else.
    pub(super) fn settle(&mut self) -> Result<(), Raise> {
        self.world.settle(&mut self.engine.vm)
    }

    /// Lets time pass until the test is over.
    pub(super) fn wait(&mut self, deadline: Duration) -> Result<Waited, Raise> {
        let end = self.world.alone.now() + deadline;
        let soon = self.world.alone.now() + OTHERS_TIME.min(deadline);
        loop {
            if self.has_failed() {
                return Ok(Waited::Failed);
            }
            if self.world.is_done.get() {
                return Ok(Waited::Over);
            }
            self.settle()?;
            if self.has_failed() {
                continue;
            }
            let vm = &self.engine.vm;
            if self.world.is_done.get() || vm.is_terminating() {
                return Ok(Waited::Over);
            }
            let next = self.world.next(vm);
            let is_late = next.is_none_or(|next| next > soon);
            if self.awaited().is_empty() && (is_late || !self.has_others()) {
                return Ok(Waited::Over);
            }
            match next {
                None => return Ok(Waited::Quiet),
                Some(next) if next > end => return Ok(Waited::Late),
                Some(next) => self.world.alone.go_on(next),
            }
        }
    }
}
