//! When which node is started, started again, and stopped.
//!
//! A state machine: what happened goes in with its time, a duration since any fixed moment; out comes what is to be
//! done and what is to be told. Loggers start first, then managers, proxies and workers, each kind when the one before
//! it is there, so that whoever is dialled listens already. They stop the other way round.
//!
//! What crashes is started again after a pause, which doubles while it crashes again soon. What ends with status 0
//! wanted to end, and stays so. What fails in its very first start, before it was ready, would fail again: then
//! everything stops.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cluster::Role;

/// How patient the machine is.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long the next kind of node waits for one that starts.
    pub start_patience: Duration,
    /// How long a node has for its end before it is killed.
    pub stop_patience: Duration,
    /// Before a crashed node is started for the first time again.
    pub first_pause: Duration,
    pub longest_pause: Duration,
    /// Whoever ran for so long is as good as new.
    pub steady: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            start_patience: Duration::from_secs(15),
            stop_patience: Duration::from_secs(15),
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
            steady: Duration::from_secs(30),
        }
    }
}

/// How a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Others come first.
    Waiting,
    /// It runs and is not ready.
    Starting,
    Up,
    /// It crashed and will be started again.
    Pausing,
    /// It ended by itself, and well.
    Ended,
    /// It could not be started.
    Failed,
    /// It was told to end.
    Stopping,
    Stopped,
}

impl State {
    /// Whether there is a process.
    pub fn runs(self) -> bool {
        matches!(self, State::Starting | State::Up | State::Stopping)
    }
}

/// How a process came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Exit(i32),
    Signal(i32),
    /// It never began.
    NotStarted(String),
    /// It was somebody else's child.
    Unknown,
}

/// Those that end a process most often.
const SIGNALS: [(i32, &str); 9] = [
    (1, "SIGHUP"),
    (2, "SIGINT"),
    (3, "SIGQUIT"),
    (4, "SIGILL"),
    (6, "SIGABRT"),
    (7, "SIGBUS"),
    (9, "SIGKILL"),
    (11, "SIGSEGV"),
    (15, "SIGTERM"),
];

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exit(status) => write!(f, "ended with status {status}"),
            End::Signal(signal) => match SIGNALS.iter().find(|(number, _)| number == signal) {
                Some((_, name)) => write!(f, "was ended by signal {signal} ({name})"),
                None => write!(f, "was ended by signal {signal}"),
            },
            End::NotStarted(reason) => write!(f, "could not be started: {reason}"),
            End::Unknown => f.write_str("is gone"),
        }
    }
}

/// Something to do. Nodes go by their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Where that cannot be done, [`Machine::ended`] is to be told.
    Start(usize),
    Terminate(usize),
    Kill(usize),
    Tell(Event),
}

/// Something that people want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Ready { node: usize, after: Duration },
    Ended { node: usize, end: End },
    Crashed { node: usize, end: End, again_in: Duration },
    Failed { node: usize, end: End },
    Stopping { node: usize },
    Stopped { node: usize },
    Killed { node: usize },
}

struct Entry {
    rank: u8,
    state: State,
    /// Since when it is so.
    since: Duration,
    started: Duration,
    was_ready: bool,
    restarts: u32,
    /// The next pause.
    pause: Duration,
    /// When the pause is over, or patience with a node that starts or stops; none where nobody waits.
    until: Option<Duration>,
    was_killed: bool,
}

/// The supervisor's decisions.
pub struct Machine {
    nodes: Vec<Entry>,
    settings: Settings,
    stopping: bool,
    failed: bool,
    outputs: VecDeque<Output>,
}

/// Nodes of a low rank start before, and stop after, those of a high one.
fn rank(role: Role) -> u8 {
    match role {
        Role::Logger | Role::TimeMachine => 0,
        Role::Manager => 1,
        Role::Proxy => 2,
        Role::Worker | Role::None | Role::Control => 3,
    }
}

impl Machine {
    /// Nothing happens before [`Machine::advance`].
    pub fn new(roles: &[Role], settings: Settings) -> Self {
        let entry = |role: &Role| Entry {
            rank: rank(*role),
            state: State::Waiting,
            since: Duration::ZERO,
            started: Duration::ZERO,
            was_ready: false,
            restarts: 0,
            pause: settings.first_pause,
            until: None,
            was_killed: false,
        };
        Machine {
            nodes: roles.iter().map(entry).collect(),
            settings,
            stopping: false,
            failed: false,
            outputs: VecDeque::new(),
        }
    }

    /// For nodes that somebody else started: those that run are up.
    pub fn adopting(roles: &[Role], runs: &[bool], settings: Settings) -> Self {
        let mut machine = Machine::new(roles, settings);
        for (entry, runs) in machine.nodes.iter_mut().zip(runs) {
            entry.state = if *runs { State::Up } else { State::Stopped };
            entry.was_ready = *runs;
        }
        machine
    }

    pub fn state(&self, node: usize) -> State {
        self.nodes.get(node).map_or(State::Stopped, |entry| entry.state)
    }

    /// Since when it is in this state.
    pub fn since(&self, node: usize) -> Duration {
        self.nodes.get(node).map_or(Duration::ZERO, |entry| entry.since)
    }

    /// How often it was started again.
    pub fn restarts(&self, node: usize) -> u32 {
        self.nodes.get(node).map_or(0, |entry| entry.restarts)
    }

    /// How long a node that crashed still pauses.
    pub fn pauses_for(&self, node: usize, now: Duration) -> Option<Duration> {
        let entry = self.nodes.get(node).filter(|entry| entry.state == State::Pausing)?;
        Some(entry.until?.saturating_sub(now))
    }

    pub fn next_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Whether everything is to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping
    }

    /// Whether no process is left and none will be started.
    pub fn is_finished(&self) -> bool {
        let over = |entry: &Entry| matches!(entry.state, State::Ended | State::Failed | State::Stopped);
        self.outputs.is_empty() && self.nodes.iter().all(over)
    }

    /// Whether a node could not be started.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// When [`Machine::advance`] is to be called at the latest.
    pub fn deadline(&self) -> Option<Duration> {
        self.nodes.iter().filter_map(|entry| entry.until).min()
    }

    /// A node has begun to work.
    pub fn ready(&mut self, node: usize, now: Duration) {
        let Some(entry) = self.nodes.get_mut(node).filter(|entry| entry.state == State::Starting) else { return };
        entry.set(State::Up, now);
        entry.was_ready = true;
        let after = now.saturating_sub(entry.started);
        self.outputs.push_back(Output::Tell(Event::Ready { node, after }));
        self.advance(now);
    }

    /// A node's process is gone.
    pub fn ended(&mut self, node: usize, end: End, now: Duration) {
        let settings = self.settings;
        let Some(entry) = self.nodes.get_mut(node).filter(|entry| entry.state.runs()) else { return };
        let is_unable = match end {
            End::Exit(status) => status != 0,
            End::NotStarted(_) => true,
            End::Signal(_) | End::Unknown => false,
        };
        let event = if self.stopping {
            entry.set(State::Stopped, now);
            Event::Stopped { node }
        } else if is_unable && !entry.was_ready && entry.restarts == 0 {
            entry.set(State::Failed, now);
            self.failed = true;
            self.stopping = true;
            Event::Failed { node, end }
        } else if end == End::Exit(0) {
            entry.set(State::Ended, now);
            Event::Ended { node, end }
        } else {
            if now.saturating_sub(entry.started) >= settings.steady {
                entry.pause = settings.first_pause;
            }
            entry.set(State::Pausing, now);
            let again_in = entry.pause;
            entry.until = Some(now + again_in);
            entry.pause = (again_in * 2).min(settings.longest_pause);
            Event::Crashed { node, end, again_in }
        };
        self.outputs.push_back(Output::Tell(event));
        self.advance(now);
    }

    /// Everything is to stop.
    pub fn stop(&mut self, now: Duration) {
        self.stopping = true;
        self.advance(now);
    }

    /// Everything is to stop, whatever state it is left in.
    pub fn kill(&mut self, now: Duration) {
        self.stopping = true;
        for node in 0..self.nodes.len() {
            self.kill_one(node, now);
        }
        self.advance(now);
    }

    /// Does what its time has come for.
    pub fn advance(&mut self, now: Duration) {
        if self.stopping {
            self.advance_stop(now);
        } else {
            self.advance_start(now);
        }
    }

    fn advance_start(&mut self, now: Duration) {
        // Nobody waits for those that are started again, nor for ever.
        let is_awaited = |entry: &Entry| match entry.state {
            State::Waiting => true,
            State::Starting => entry.until.is_some_and(|until| now < until),
            _ => false,
        };
        let awaited = self.nodes.iter().filter(|entry| is_awaited(entry)).map(|entry| entry.rank).min();
        for (node, entry) in self.nodes.iter_mut().enumerate() {
            let is_over = entry.until.is_some_and(|until| until <= now);
            match entry.state {
                State::Waiting if awaited == Some(entry.rank) => {
                    entry.set(State::Starting, now);
                    entry.until = Some(now + self.settings.start_patience);
                }
                State::Pausing if is_over => {
                    entry.set(State::Starting, now);
                    entry.restarts += 1;
                }
                State::Starting if is_over => {
                    entry.until = None;
                    continue;
                }
                _ => continue,
            }
            entry.started = now;
            self.outputs.push_back(Output::Start(node));
        }
    }

    fn advance_stop(&mut self, now: Duration) {
        for entry in &mut self.nodes {
            if matches!(entry.state, State::Waiting | State::Pausing) {
                entry.set(State::Stopped, now);
            }
        }
        let Some(rank) = self.nodes.iter().filter(|entry| entry.state.runs()).map(|entry| entry.rank).max() else {
            return;
        };
        let mut late = Vec::new();
        for (node, entry) in self.nodes.iter_mut().enumerate().filter(|(_, entry)| entry.rank == rank) {
            match entry.state {
                State::Starting | State::Up => {
                    entry.set(State::Stopping, now);
                    entry.until = Some(now + self.settings.stop_patience);
                    self.outputs.push_back(Output::Tell(Event::Stopping { node }));
                    self.outputs.push_back(Output::Terminate(node));
                }
                State::Stopping if entry.until.is_some_and(|until| until <= now) => late.push(node),
                _ => {}
            }
        }
        for node in late {
            self.kill_one(node, now);
        }
    }

    fn kill_one(&mut self, node: usize, now: Duration) {
        let Some(entry) = self.nodes.get_mut(node) else { return };
        if entry.state.runs() && !entry.was_killed {
            entry.set(State::Stopping, now);
            entry.was_killed = true;
            self.outputs.push_back(Output::Tell(Event::Killed { node }));
            self.outputs.push_back(Output::Kill(node));
        }
    }
}

impl Entry {
    fn set(&mut self, state: State, now: Duration) {
        self.state = state;
        self.since = now;
        self.until = None;
    }
}
