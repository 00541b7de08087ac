//! One node of a simulated cluster: what it runs, and the stages of its life.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::host::{Machine, NodeHost};
use super::invariants::attend;
use super::network::Network;
use crate::broker::waiting_records;
use crate::diag::{Code, Diagnostic, render};
use crate::engine::{Engine, Options, Sink};
use crate::launch::printed;
use crate::source::{SourceMap, Span};
use crate::value::{BodyId, Value};
use crate::vm::{Host, Raise, RaiseKind, TOO_LONG};

/// Looks at an engine whose life is over.
pub type AtEnd = Rc<dyn Fn(&mut Engine)>;

/// What a node runs.
#[derive(Clone)]
pub struct NodeProgram {
    pub options: Options,
    /// Loads its scripts.
    pub load: Rc<dyn Fn(&mut Engine)>,
    pub variables: Vec<(String, String)>,
    /// Looks at the engine once more before it goes, however it ends.
    pub at_end: Option<AtEnd>,
    /// Jumps that its scripts may make between two looks at the clock: what goes on for longer never ends.
    pub patience: u64,
    /// Where it has its files and streams, where that is not in memory.
    pub outside: Option<Rc<dyn Outside>>,
}

/// What a node has besides the common time and network.
pub trait Outside {
    /// The world of the node, made of the simulated one.
    fn host(&self, simulated: Box<dyn Host>) -> Box<dyn Host>;

    /// Takes what there is to say about its scripts.
    fn report(&self, sources: &SourceMap, diagnostic: &Diagnostic);
}

/// How a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not started yet.
    Absent,
    Running,
    /// It says farewell.
    Stopping,
    /// With its exit status.
    Ended(i32),
    Killed,
}

/// A node with the machine that it runs on.
pub(super) struct Node {
    pub(super) number: usize,
    pub(super) machine: Rc<RefCell<Machine>>,
    pub(super) program: NodeProgram,
    pub(super) stage: Stage,
    pub(super) engine: Option<Box<Engine>>,
    /// How many errors it reported in its last life that ended.
    pub(super) errors: usize,
    /// How many log records waited for a logger when its last life ended.
    pub(super) unsent: usize,
    /// A loop of its scripts would have gone on for ever.
    pub(super) was_cut_off: bool,
    /// Turns since it waited last.
    busy: u64,
    /// Expressions that were asked for in this life, ready to run: some are asked for after every message.
    prepared: BTreeMap<String, BodyId>,
    interrupt: Arc<AtomicBool>,
}

/// What a turn of a node came to.
pub(super) enum Turn {
    /// There is more to do at once.
    More,
    /// It waits until a time of its own clock, or for something to come.
    Waits(f64),
    Over,
}

impl Drop for Node {
    /// The simulation is over while it runs.
    fn drop(&mut self) {
        self.take_engine();
    }
}

/// Turns without a wait, after which a node is taken to go on for ever: each is at least one event, and an event that
/// raises itself is as endless as a loop.
const MOST_BUSY_TURNS: u64 = 100_000;

/// What a loop counts for that was cut off: each takes its time.
const BUSY_TURNS_OF_A_LOOP: u64 = MOST_BUSY_TURNS / 20;

/// How often a node that says farewell looks for answers, in seconds.
const FAREWELL_STEP: f64 = 0.02;

impl Node {
    pub(super) fn new(number: usize, machine: Machine, program: NodeProgram) -> Self {
        Node {
            number,
            machine: Rc::new(RefCell::new(machine)),
            program,
            stage: Stage::Absent,
            engine: None,
            errors: 0,
            unsent: 0,
            was_cut_off: false,
            busy: 0,
            prepared: BTreeMap::new(),
            interrupt: Arc::default(),
        }
    }

    /// Begins a process: loads the scripts and runs what begins a run.
    pub(super) fn start(&mut self, network: &Rc<RefCell<Network>>) {
        let (number, host) = (self.number, NodeHost::new(self.number, self.machine.clone(), network.clone()));
        self.start_on(host, |engine| attend(engine, number, network));
    }

    /// As [`Node::start`], on a host, with an engine that was prepared for its task.
    pub(super) fn start_on(&mut self, host: NodeHost, prepare: impl FnOnce(&mut Engine)) {
        let mut host: Box<dyn Host> = Box::new(host);
        if let Some(outside) = &self.program.outside {
            host = outside.host(host);
        }
        for (name, value) in &self.program.variables {
            host.set_variable(name, value);
        }
        let mut engine = Engine::new(host, self.program.options.clone(), self.sink());
        engine.vm.set_patience_anew(self.program.patience);
        prepare(&mut engine);
        (self.program.load)(&mut engine);
        let is_wrong = engine.error_count() > 0;
        self.engine = Some(Box::new(engine));
        self.interrupt.store(false, Ordering::Relaxed);
        self.prepared.clear();
        self.busy = 0;
        if is_wrong {
            return self.end(1);
        }
        self.stage = Stage::Running;
        self.turn_of(Engine::start);
    }

    /// Where its diagnostics go: to its standard error.
    fn sink(&self) -> Sink {
        if let Some(outside) = self.program.outside.clone() {
            return Rc::new(RefCell::new(move |sources: &SourceMap, diagnostic: &Diagnostic| {
                outside.report(sources, diagnostic);
            }));
        }
        let machine = self.machine.clone();
        let personality = self.program.options.personality;
        Rc::new(RefCell::new(move |sources: &SourceMap, diagnostic: &Diagnostic| {
            let text = printed(personality, sources, diagnostic, render::Style::default());
            machine.borrow_mut().memory.errors.extend(text.unwrap_or_default().into_bytes());
        }))
    }

    /// Asks it to end, as a signal would: it does so with its next turn.
    pub(super) fn stop(&mut self) {
        self.interrupt.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to end, or does so by itself, and has not yet.
    pub(super) fn is_ending(&self) -> bool {
        self.engine.is_some() && (self.stage == Stage::Stopping || self.interrupt.load(Ordering::Relaxed))
    }

    /// Ends it without a word.
    pub(super) fn kill(&mut self) {
        self.take_engine();
        self.machine.borrow_mut().lose_what_was_not_written();
        self.stage = Stage::Killed;
    }

    fn take_engine(&mut self) -> Option<Box<Engine>> {
        let mut engine = self.engine.take()?;
        if let Some(at_end) = &self.program.at_end {
            engine.resume();
            at_end(&mut engine);
        }
        Some(engine)
    }

    fn end(&mut self, status: i32) {
        let engine = self.take_engine();
        self.errors = engine.as_ref().map_or(0, |engine| engine.error_count());
        self.unsent = engine.map_or(0, |mut engine| waiting_records(&mut engine.vm));
        self.stage = Stage::Ended(status);
    }

    /// Works on the engine; an error that ends it ends the node.
    fn turn_of<R: Default>(&mut self, work: impl FnOnce(&mut Engine) -> Result<R, Raise>) -> R {
        let Some(engine) = &mut self.engine else { return R::default() };
        engine.resume();
        engine.vm.set_patience_anew(self.program.patience);
        let result = work(engine);
        let was_cut_off = engine.vm.has_cut_off();
        self.was_cut_off |= was_cut_off;
        self.busy += if was_cut_off { BUSY_TURNS_OF_A_LOOP } else { 0 };
        match result {
            // The error was reported, with where it is. Whoever watches from outside would wait for ever.
            Ok(_) if self.program.outside.is_some() && was_cut_off => {
                self.end(1);
                R::default()
            }
            Ok(result) => result,
            Err(raise) => {
                self.end(exit_status(&raise));
                R::default()
            }
        }
    }

    /// Does what is due now.
    pub(super) fn turn(&mut self) -> Turn {
        let turn = self.next_turn();
        self.busy = if matches!(turn, Turn::More) { self.busy + 1 } else { 0 };
        if self.busy < MOST_BUSY_TURNS {
            return turn;
        }
        if let Some(engine) = &mut self.engine {
            let next = engine.vm.next_event_name().map_or(String::new(), |event| format!("; next is event {event}"));
            let message = format!("{TOO_LONG}: its events go on without end{next}");
            engine.report(&Diagnostic::error(Code::RunTime, Span::NONE, message));
        }
        self.end(1);
        Turn::Over
    }

    fn next_turn(&mut self) -> Turn {
        match self.stage {
            Stage::Running => self.run(),
            Stage::Stopping => {
                if self.turn_of(Engine::finish_stop) {
                    self.end(0);
                }
                if self.engine.is_some() { Turn::Waits(self.clock() + FAREWELL_STEP) } else { Turn::Over }
            }
            Stage::Absent | Stage::Ended(_) | Stage::Killed => Turn::Over,
        }
    }

    fn run(&mut self) -> Turn {
        let interrupt = self.interrupt.clone();
        let goes_on = self.turn_of(|engine| Ok(engine.goes_on(&interrupt)));
        if self.engine.is_some() && !goes_on {
            self.stage = Stage::Stopping;
            self.turn_of(|engine| {
                engine.announce_end(interrupt.load(Ordering::Relaxed));
                engine.begin_stop()
            });
            return if self.engine.is_some() { Turn::More } else { Turn::Over };
        }
        let before = self.engine.as_ref().map_or(0, |engine| engine.vm.event_counts().1);
        self.turn_of(|engine| engine.step_within(0.0));
        let Some(engine) = &self.engine else { return Turn::Over };
        if engine.vm.has_events() || engine.vm.is_terminating() || engine.vm.event_counts().1 != before {
            return Turn::More;
        }
        Turn::Waits(engine.next_due())
    }

    /// Has scripts work that somebody outside asks for. A script that calls `exit` ends the node.
    pub(super) fn ask<R>(&mut self, work: impl FnOnce(&mut Engine) -> Result<R, Raise>) -> Result<R, String> {
        let Some(engine) = &mut self.engine else {
            return Err(format!("{} does not run", self.machine.borrow().name));
        };
        engine.resume();
        engine.vm.set_patience_anew(self.program.patience);
        let now = engine.vm.host.now();
        engine.vm.set_network_time(now);
        let result = work(engine);
        self.was_cut_off |= engine.vm.has_cut_off();
        result.map_err(|raise| {
            self.end(exit_status(&raise));
            format!("{} has ended by that", self.machine.borrow().name)
        })
    }

    /// The value of an expression, as it would be outside all functions; or what is wrong.
    pub(super) fn evaluate(&mut self, expression: &str) -> Result<Value, String> {
        let body = match self.prepared.get(expression).copied() {
            Some(body) => body,
            None => {
                let body = self.ask(|engine| Ok(prepare(engine, expression)))??;
                self.prepared.insert(expression.to_owned(), body);
                body
            }
        };
        let value = self.ask(|engine| engine.evaluate(body))?.filter(Value::is_set);
        value.ok_or_else(|| format!("{expression} failed on {}, as it said itself", self.machine.borrow().name))
    }

    /// The time as the node has it.
    pub(super) fn clock(&mut self) -> f64 {
        self.engine.as_mut().map_or(0.0, |engine| engine.vm.host.now())
    }
}

/// The exit status of a process that ends so, as others see it.
fn exit_status(raise: &Raise) -> i32 {
    match raise.kind() {
        RaiseKind::Exit(status) => *status & 0xff,
        _ => 1,
    }
}

/// Makes an expression ready to run.
fn prepare(engine: &mut Engine, expression: &str) -> Result<BodyId, String> {
    let parsed = engine.parse(expression).map_err(|diagnostic| diagnostic.message.clone())?;
    let wrong = |diagnostics: Vec<Diagnostic>| match diagnostics.into_iter().next() {
        Some(diagnostic) => format!("{expression}: {}", diagnostic.message),
        None => format!("{expression} has no type there"),
    };
    engine.type_of(&parsed).map_err(wrong)?;
    engine.prepare(&parsed).map(|(body, _)| body).ok_or_else(|| format!("{expression} is wrong there"))
}
