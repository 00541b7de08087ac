//! Keeps a cluster: does what the [`Machine`] decides, tells it what became of it, and shows it.

use std::io;
use std::path::PathBuf;
use std::process;
use std::time::{Duration, Instant};

use super::machine::{End, Event, Machine, Output, Settings, State};
use super::processes::{Process, STATUS_OPTION, is_stopped, resume, terminate};
use super::report::Report;
use super::screen::View;
use super::signals::{Signal, Signals};
use super::spool::{Member, Record, Spool, SpoolError, clock};
use super::status::{ClusterStatus, adopt};
use crate::cluster::Role;

/// How every node is started.
#[derive(Clone, Debug)]
pub struct Command {
    pub program: PathBuf,
    /// Everything but the option by which the node reports; the name of the node goes into the environment.
    pub arguments: Vec<String>,
    pub variables: Vec<(String, String)>,
}

/// What became of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Nodes that could not be started, how they ended, and what they wrote last.
    pub failed: Vec<(String, End, Vec<String>)>,
}

/// Between two looks at everything.
const LOOK: Duration = Duration::from_secs(1);

/// And while nodes look for each other,
const EAGER_LOOK: Duration = Duration::from_millis(250);

/// for so long since somebody has begun.
const EAGERNESS: Duration = Duration::from_secs(10);

/// Between two looks at what starts, or is not a child of this process.
const SHORT_LOOK: Duration = Duration::from_millis(20);

/// Between two looks whether somebody else has stopped a cluster.
const STOP_LOOK: Duration = Duration::from_millis(50);

/// Wishes to stop that come within this time are one.
const ONE_WISH: Duration = Duration::from_millis(500);

/// Lines of what a failed node wrote.
const LAST_LINES: usize = 12;

/// A supervisor at work.
pub struct Keeper<'v> {
    spool: Spool,
    record: Record,
    machine: Machine,
    processes: Vec<Option<Process>>,
    /// `None` where nothing is ever started.
    command: Option<Command>,
    signals: Signals,
    view: &'v mut dyn View,
    begin: Instant,
    begin_clock: f64,
    next_look: Duration,
    /// When something was last done.
    last_change: Duration,
    is_complete: bool,
    stop_wanted: Option<Duration>,
    kept: Kept,
}

impl<'v> Keeper<'v> {
    /// Keeps nodes that are started here. The spool is held and prepared.
    pub fn new(spool: Spool, record: Record, command: Command, signals: Signals, view: &'v mut dyn View) -> Self {
        let machine = Machine::new(&roles(&record), Settings::default());
        let processes = record.members.iter().map(|_| None).collect();
        Keeper::with(spool, record, machine, processes, Some(command), signals, view)
    }

    /// Keeps nodes that a supervisor has left behind, to stop them. The spool is held.
    pub fn of_left_behind(spool: Spool, mut record: Record, signals: Signals, view: &'v mut dyn View) -> Self {
        let running = spool.running();
        adopt(&mut record, &running);
        record.supervisor = process::id();
        let runs: Vec<bool> = record.members.iter().map(|member| member.pid.is_some()).collect();
        let machine = Machine::adopting(&roles(&record), &runs, Settings::default());
        let processes = record.members.iter().map(|member| member.pid.map(Process::adopt)).collect();
        Keeper::with(spool, record, machine, processes, None, signals, view)
    }

    fn with(
        spool: Spool,
        record: Record,
        machine: Machine,
        processes: Vec<Option<Process>>,
        command: Option<Command>,
        signals: Signals,
        view: &'v mut dyn View,
    ) -> Self {
        Keeper {
            spool,
            record,
            machine,
            processes,
            command,
            signals,
            view,
            begin: Instant::now(),
            begin_clock: clock(),
            next_look: Duration::ZERO,
            last_change: Duration::ZERO,
            is_complete: false,
            stop_wanted: None,
            kept: Kept::default(),
        }
    }

    fn now(&self) -> Duration {
        self.begin.elapsed()
    }

    /// Stops everything, in order; where that goes on already, at once. What comes right behind the first wish is a
    /// part of it: whoever ends a session may send more than one signal.
    pub fn stop(&mut self) {
        let now = self.now();
        match self.stop_wanted {
            None => {
                self.stop_wanted = Some(now);
                self.machine.stop(now);
            }
            Some(first) if now.saturating_sub(first) >= ONE_WISH => self.machine.kill(now),
            Some(_) => {}
        }
    }

    /// Goes on until nothing runs any more; then nothing is left of it but what nodes have written.
    pub fn keep(mut self) -> Result<Kept, SpoolError> {
        self.spool.write_record(&self.record)?;
        self.machine.advance(self.now());
        loop {
            self.act();
            if self.machine.is_finished() {
                break;
            }
            if self.now() >= self.next_look {
                self.look();
            }
            match self.signals.wait(self.patience()) {
                Some(Signal::Stop) => self.stop(),
                Some(Signal::Show) => self.next_look = self.now(),
                Some(Signal::Resumed) => {
                    self.view.begin_anew();
                    self.next_look = self.now();
                }
                Some(Signal::Look) | None => {}
            }
            self.watch();
            self.machine.advance(self.now());
        }
        self.look();
        self.spool.clean(&self.record);
        self.view.close();
        Ok(self.kept)
    }

    fn patience(&self) -> Duration {
        let next = self.machine.deadline().into_iter().chain([self.next_look]).min().unwrap_or_default();
        let left = next.saturating_sub(self.now());
        let needs_short = (0..self.processes.len()).any(|node| self.machine.state(node) == State::Starting)
            || self.processes.iter().flatten().any(|process| !process.is_signalled());
        if needs_short { left.min(SHORT_LOOK) } else { left }
    }

    /// Does what the machine wants done.
    fn act(&mut self) {
        let mut changed = false;
        while let Some(output) = self.machine.next_output() {
            changed = true;
            match output {
                Output::Start(node) => self.start(node),
                Output::Terminate(node) => {
                    if let Some(Some(process)) = self.processes.get(node) {
                        process.terminate();
                    }
                }
                Output::Kill(node) => {
                    if let Some(Some(process)) = self.processes.get(node) {
                        process.kill();
                    }
                }
                Output::Tell(event) => self.tell(event),
            }
        }
        if changed {
            self.write_down();
            // The disk may be full; the nodes run on all the same.
            if let Err(error) = self.spool.write_record(&self.record) {
                self.say(&error.to_string());
            }
            self.last_change = self.now();
            self.next_look = self.last_change;
        }
    }

    fn start(&mut self, node: usize) {
        let (Some(member), Some(command)) = (self.record.members.get(node), &self.command) else { return };
        let name = &member.name;
        let is_first = self.machine.restarts(node) == 0;
        let folder = self.spool.node(name);
        let mut call = process::Command::new(&command.program);
        call.arg("run").arg(STATUS_OPTION).arg(self.spool.status_file(name)).args(&command.arguments);
        call.envs(command.variables.iter().map(|(name, value)| (name, value))).env("CLUSTER_NODE", name);
        let started = self
            .spool
            .renew(name, is_first)
            .and_then(|()| Process::start(call, &folder, &folder.join("stdout.log"), &folder.join("stderr.log")));
        match (started, self.processes.get_mut(node)) {
            (Ok(process), Some(place)) => *place = Some(process),
            (Err(error), _) => self.machine.ended(node, End::NotStarted(error.to_string()), self.begin.elapsed()),
            (Ok(_), None) => {}
        }
    }

    /// Looks who has begun to work and who is gone.
    fn watch(&mut self) {
        for (node, (place, member)) in self.processes.iter_mut().zip(&self.record.members).enumerate() {
            let Some(process) = place else { continue };
            let file = self.spool.status_file(&member.name);
            let now = self.begin.elapsed();
            if self.machine.state(node) == State::Starting
                && Report::read(&file).is_ok_and(|report| report.pid == process.pid())
            {
                self.machine.ready(node, now);
            }
            if let Some(end) = process.end(&file) {
                *place = None;
                self.machine.ended(node, end, now);
            }
        }
    }

    /// Brings the record up to date.
    fn write_down(&mut self) {
        let now = self.now();
        let clock = |moment: Duration| self.begin_clock + moment.as_secs_f64();
        for (node, (member, process)) in self.record.members.iter_mut().zip(&self.processes).enumerate() {
            let state = self.machine.state(node);
            if member.state != state {
                member.state = state;
                member.since = clock(self.machine.since(node));
            }
            member.pid = process.as_ref().map(Process::pid);
            member.restarts = self.machine.restarts(node);
            member.again_at = self.machine.pauses_for(node, now).map(|pause| clock(now + pause));
        }
    }

    /// Looks at all nodes and shows them.
    fn look(&mut self) {
        let now = self.now();
        let is_eager = !self.is_complete && now.saturating_sub(self.last_change) < EAGERNESS;
        self.next_look = now + if is_eager { EAGER_LOOK } else { LOOK };
        let status = ClusterStatus::of(&self.spool, &self.record, true);
        let is_complete = status.is_complete() && !self.machine.is_stopping();
        if is_complete && !self.is_complete {
            let count = status.nodes.len();
            let text = match count {
                1 => "the node is up and has its peers".to_owned(),
                _ => format!("all {count} nodes are up and have their peers"),
            };
            self.say(&text);
        }
        self.is_complete = is_complete;
        let hint = match (self.machine.is_finished(), self.machine.is_stopping()) {
            (true, _) => format!("output and logs: {}/NODE", self.spool.shown().display()),
            (_, true) => "stopping; Ctrl-C kills what is left".to_owned(),
            _ => format!("output and logs: {}/NODE   Ctrl-C stops", self.spool.shown().display()),
        };
        self.view.show(&status, &hint);
    }

    fn say(&mut self, text: &str) {
        let time = jiff::Zoned::now().strftime("%H:%M:%S");
        self.view.tell(&format!("{time} {text}"));
    }

    fn tell(&mut self, event: Event) {
        let member = |node: usize| self.record.members.get(node).map_or("", |member: &Member| &member.name);
        let text = match &event {
            Event::Ready { node, after } => {
                let pid = self.processes.get(*node).and_then(|process| Some(process.as_ref()?.pid())).unwrap_or(0);
                format!("{} is up after {:.1} s, process {pid}", member(*node), after.as_secs_f64())
            }
            Event::Ended { node, end } => format!("{} {end}; it is not started again", member(*node)),
            Event::Crashed { node, end, again_in } => {
                let last = match end {
                    End::Exit(_) => self.spool.last_errors(member(*node), 1).pop(),
                    _ => None,
                };
                let last = last.map(|line| format!(" ({})", line.trim())).unwrap_or_default();
                format!("{} {end}{last}; it starts again in {} s", member(*node), again_in.as_secs_f64())
            }
            Event::Failed { node, end } => {
                let last = self.spool.last_errors(member(*node), LAST_LINES);
                self.kept.failed.push((member(*node).to_owned(), end.clone(), last));
                format!("{} {end} before it was up; everything is stopped", member(*node))
            }
            Event::Stopping { .. } => return,
            Event::Stopped { node } => format!("{} is stopped", member(*node)),
            Event::Killed { node } => format!("{} is killed", member(*node)),
        };
        self.say(&text);
    }
}

/// Asks the supervisor of a spool to stop everything, and waits until that is done.
pub fn ask_to_stop(spool: &Spool, record: &Record) -> Result<(), SpoolError> {
    if !terminate(record.supervisor) {
        let error = io::Error::new(io::ErrorKind::PermissionDenied, "its supervisor cannot be told to stop");
        return Err(SpoolError::Failed { path: spool.shown().to_owned(), error });
    }
    // It may rest in the background of some terminal. One that does not would take the signal for the news that others
    // have written to its terminal.
    if is_stopped(record.supervisor) {
        resume(record.supervisor);
    }
    while spool.is_held() {
        std::thread::sleep(STOP_LOOK);
    }
    Ok(())
}

fn roles(record: &Record) -> Vec<Role> {
    record.members.iter().map(|member| member.role).collect()
}
