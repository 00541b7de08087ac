//! Who runs the simulation of one test, and says when its time moves.
//!
//! Time stands still while a command of the test runs that is no part of the simulation, so that how long that takes
//! changes nothing. It moves while the test waits: in `btest-bg-wait`, in `sleep`, or for a node; and only once every
//! process of the test waits, too. Calls are taken in the order in which their processes began, once all of them have
//! come. Answers are given one at a time, in an order that does not depend on anything outside, and what follows from one
//! is seen through before the next.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::time::{Duration, Instant};

use super::host::{Refusal, Streams};
use super::node::{Command, name};
use super::processes::{Look, Processes};
use super::protocol::{Call, Request, SHELL, answer};
use super::server::{CallId, Door, Event, has_news, watch};
use super::shells::Shell;
use crate::load::Parsed;
use crate::network::Security;
use crate::simulation::{Invariant, Latency, Simulation, Stage};
use crate::testing::btest::tools::background::started;
use crate::testing::btest::tools::wait::{collect, judge, note_late};

/// Nodes begin within so much time after their command, and after those that were begun before: when, is drawn from
/// the seed.
const START: Duration = Duration::from_millis(20);

/// How much time a node in the foreground may take.
const FOREGROUND_LIMIT: Duration = Duration::from_mins(10);

/// How much time nodes have for their farewell when they are asked to end.
const FAREWELL: Duration = Duration::from_secs(1);

/// How much real time commands may take for what is no part of the simulation, while nodes wait for it.
const BUSY_LIMIT: Duration = Duration::from_mins(1);

/// Between two looks at processes that work.
const PAUSE: Duration = Duration::from_micros(200);

/// Invariants are looked at where nothing happens for so long, and in the end.
const LULL: Duration = Duration::from_millis(50);

/// Longer than any test waits.
const FOR_EVER: Duration = Duration::from_hours(24 * 365);

/// The statuses of a command that was asked to end, and of one that was made to.
const ASKED: i32 = 143;
const KILLED: i32 = 137;

/// What there is to say of a rehearsal besides how its commands ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    /// Why the test cannot be simulated.
    pub(super) refusal: Option<String>,
    /// What did not end in its time; each with how all nodes were.
    pub(super) late: Vec<(String, String)>,
    /// Invariants that did not hold, in the same way.
    pub(super) broken: Vec<(String, String)>,
}

/// A call that has come and was not taken yet.
struct Arrival {
    id: CallId,
    process: u32,
    shell: Option<usize>,
    call: Call,
    streams: [OwnedFd; 2],
    stream: UnixStream,
    /// It was asked to end meanwhile.
    is_asked: bool,
}

/// A command that waits for its answer.
struct Waiter {
    id: CallId,
    process: u32,
    /// The shell in the background that it runs in.
    shell: Option<usize>,
    stream: UnixStream,
    errors: File,
    waits: Waits,
}

/// A node, as its command has it.
struct Attempt {
    number: usize,
    folder: PathBuf,
    /// What it tried that is not possible.
    refusal: Refusal,
    streams: Rc<RefCell<Streams>>,
}

enum Waits {
    /// For the end of a node.
    Node { number: usize, until: Duration },
    /// For a time.
    Time(Duration),
    /// For the end of what runs in the background of a folder.
    Shells { folder: PathBuf, until: Duration, may_be_late: bool, is_ending: bool },
}

pub(super) struct Coordinator {
    simulation: Simulation,
    has_invariants: bool,
    /// What nodes of this test have parsed.
    parsed: Rc<Parsed>,
    events: Receiver<Event>,
    /// For those who watch shells.
    sender: Sender<Event>,
    door: Door,
    shells: Vec<Shell>,
    processes: Processes,
    /// Something has happened since all processes were seen to wait.
    is_restless: bool,
    /// Since when some do not.
    restless_since: Option<Instant>,
    arrivals: Vec<Arrival>,
    waiters: Vec<Waiter>,
    nodes: Vec<Attempt>,
    /// When the last node was or will be started.
    last_start: Duration,
    /// Nothing can happen any more in the simulation.
    is_quiet: bool,
    report: Report,
}

impl Coordinator {
    pub(super) fn new(
        seed: u64,
        invariants: Vec<&'static Invariant>,
        events: Receiver<Event>,
        sender: Sender<Event>,
        door: Door,
    ) -> Self {
        let mut simulation = Simulation::new(seed, Latency::default());
        let has_invariants = !invariants.is_empty();
        simulation.hold(invariants);
        Coordinator {
            simulation,
            has_invariants,
            parsed: Rc::default(),
            events,
            sender,
            door,
            shells: Vec::new(),
            processes: Processes::new(),
            is_restless: true,
            restless_since: None,
            arrivals: Vec::new(),
            waiters: Vec::new(),
            nodes: Vec::new(),
            last_start: Duration::ZERO,
            is_quiet: false,
            report: Report::default(),
        }
    }

    /// Serves the commands of a test until it is over.
    pub(super) fn run(mut self) -> Report {
        loop {
            match self.events.try_recv() {
                Ok(Event::Over) | Err(TryRecvError::Disconnected) => break,
                Ok(event) => {
                    self.take(event);
                    continue;
                }
                Err(TryRecvError::Empty) => {}
            }
            self.look_for_refusals();
            let is_refused = self.report.refusal.is_some();
            if is_refused && self.take_arrivals() {
                continue;
            }
            let is_busy = self.shells.iter().any(Shell::is_busy);
            // A command whose process is not known yet may have calls to come that are before those that are there.
            let is_idle = (self.waiters.is_empty() && self.arrivals.is_empty()) || !self.processes.have_front();
            let has_work = !(is_refused || is_busy || is_idle);
            if has_work && !self.is_restless {
                if self.take_arrivals() || self.answer_one() {
                    self.is_restless = true;
                    continue;
                }
                if self.is_waited_for() {
                    self.move_on();
                    continue;
                }
            }
            if has_work && self.is_restless && self.come_to_rest() {
                // What was done before the last look may have left an event.
                continue;
            }
            let next = if has_work && self.is_restless {
                self.events.recv_timeout(PAUSE)
            } else if is_busy || !self.waiters.is_empty() {
                self.events.recv_timeout(BUSY_LIMIT)
            } else {
                self.events.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match next {
                Ok(Event::Over) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout) if has_work && self.is_restless && !self.is_restless_for_long() => {}
                Err(RecvTimeoutError::Timeout) => self.refuse_busy(),
            }
        }
        if self.report.refusal.is_none() {
            self.simulation.look_at_end();
        }
        for failure in self.simulation.failures() {
            let (what, situation) = failure.split_once('\n').unwrap_or((failure, ""));
            self.report.broken.push((what.to_owned(), situation.to_owned()));
        }
        self.end();
        // Whoever looks for what is left behind finds the exit statuses.
        while self.shells.iter().any(|shell| !shell.has_ended) {
            match self.events.recv_timeout(FAREWELL) {
                Ok(Event::ShellEnded(number, status)) => {
                    if let Some(shell) = self.shells.get_mut(number) {
                        shell.ended(status);
                    }
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        self.report
    }

    fn take(&mut self, event: Event) {
        self.is_restless = true;
        match event {
            Event::Called { id, process, call, streams, stream } => {
                self.processes.add(process);
                let shell = call.variable(SHELL).and_then(|text| text.parse().ok());
                let shell = shell.filter(|number: &usize| *number < self.shells.len());
                if let Some(shell) = shell.and_then(|number| self.shells.get_mut(number)) {
                    shell.calls += 1;
                }
                self.arrivals.push(Arrival { id, process, shell, call: *call, streams, stream, is_asked: false });
            }
            Event::Asked(id) => self.asked(id),
            Event::Gone(id) => self.gone(id),
            Event::ShellEnded(number, status) => {
                if let Some(shell) = self.shells.get_mut(number) {
                    shell.ended(status);
                    if shell.is_stopped {
                        self.calls_of(number).into_iter().for_each(|id| self.asked(id));
                    }
                }
            }
            Event::Began(process) => self.processes.set_front(Some(process)),
            Event::Ended => self.processes.set_front(None),
            Event::Over => {}
        }
    }

    /// Takes all calls that have come. Whether there were any.
    fn take_arrivals(&mut self) -> bool {
        let mut arrivals = std::mem::take(&mut self.arrivals);
        arrivals.sort_by_key(|arrival| (arrival.shell.is_none(), arrival.shell, Processes::order(arrival.process)));
        let any = !arrivals.is_empty();
        for arrival in arrivals {
            let (id, is_asked) = (arrival.id, arrival.is_asked);
            self.called(arrival);
            if is_asked {
                self.asked(id);
            }
        }
        any
    }

    /// Looks whether all processes wait.
    fn come_to_rest(&mut self) -> bool {
        let callers = self.waiters.iter().map(|waiter| waiter.process);
        let callers: BTreeSet<u32> = callers.chain(self.arrivals.iter().map(|arrival| arrival.process)).collect();
        // Whoever was asked to end may wait again already.
        let streams = self.waiters.iter().map(|waiter| &waiter.stream);
        let streams = streams.chain(self.arrivals.iter().map(|arrival| &arrival.stream));
        self.is_restless =
            self.processes.look(&callers) == Look::Work || self.door.has_news() || streams.into_iter().any(has_news);
        self.restless_since = self.is_restless.then(|| self.restless_since.unwrap_or_else(Instant::now));
        !self.is_restless
    }

    fn is_restless_for_long(&self) -> bool {
        self.restless_since.is_some_and(|since| since.elapsed() >= BUSY_LIMIT)
    }

    /// Whether the command of the test that runs waits for an answer.
    fn is_waited_for(&self) -> bool {
        self.waiters.iter().any(|waiter| waiter.shell.is_none() && self.processes.is_in_front(waiter.process))
    }

    fn called(&mut self, arrival: Arrival) {
        let Arrival { id, process, shell, call, streams, stream, .. } = arrival;
        let [output, errors] = streams.map(File::from);
        let mut waiter = Waiter { id, process, shell, stream, errors, waits: Waits::Time(self.simulation.now()) };
        if let Some(refusal) = self.report.refusal.clone() {
            return self.give(waiter, 1, Some(&refusal));
        }
        let now = self.simulation.now();
        match &call.request {
            Request::Node { .. } => match self.node(call, output, &waiter) {
                Some(number) => waiter.waits = Waits::Node { number, until: now + FOREGROUND_LIMIT },
                None => return self.give(waiter, 1, None),
            },
            Request::Sleep { seconds } => waiter.waits = Waits::Time(after(now, *seconds)),
            Request::Background { name, line } => {
                let seconds = call.variable("BTEST_BG_RUN_SLEEP").and_then(|text| text.trim().parse().ok());
                match Shell::start(self.shells.len(), &call, name, line) {
                    Ok((shell, child)) => {
                        self.processes.add_group(child.id());
                        watch(self.shells.len(), child, &self.sender);
                        self.shells.push(shell);
                    }
                    Err(error) => {
                        let _ = writeln!(waiter.errors, "{error}");
                        return self.give(waiter, 1, None);
                    }
                }
                waiter.waits = Waits::Time(after(now, seconds.unwrap_or(1.0)));
            }
            Request::Wait { seconds, may_be_late } => {
                waiter.waits = Waits::Shells {
                    folder: PathBuf::from(&call.folder),
                    until: after(now, *seconds),
                    may_be_late: *may_be_late,
                    is_ending: false,
                };
            }
            Request::Refused { what } => {
                let who = self.who(shell);
                self.refuse(format!("{who}{what}"));
                let refusal = self.report.refusal.clone();
                return self.give(waiter, 1, refusal.as_deref());
            }
        }
        self.waiters.push(waiter);
    }

    /// Makes a node of a command. `None` where that was no such request.
    fn node(&mut self, call: Call, output: File, waiter: &Waiter) -> Option<usize> {
        let Request::Node { launch, words, status_file, inputs } = call.request else { return None };
        let shell = waiter.shell.and_then(|number| self.shells.get(number));
        let name =
            name(&launch, shell.map(|shell| Path::new(&shell.name)), |name| self.simulation.find(name).is_some());
        let refusal: Refusal = Rc::new(RefCell::new(None));
        let folder = PathBuf::from(call.folder);
        let streams = Rc::new(RefCell::new(Streams::new(output, waiter.errors.try_clone().ok()?)));
        let command = Command {
            launch: *launch,
            words,
            status_file,
            inputs,
            folder: folder.clone(),
            variables: call.variables.into_iter().collect::<BTreeMap<_, _>>(),
            streams: streams.clone(),
        };
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let number = self.simulation.add(&name, address, command.into_program(refusal.clone(), self.parsed.clone()))?;
        self.nodes.push(Attempt { number, folder, refusal, streams });
        self.is_quiet = false;
        self.last_start = self.simulation.start_behind(number, self.last_start, START);
        Some(number)
    }

    /// Somebody asked a command to end.
    fn asked(&mut self, id: CallId) {
        if let Some(arrival) = self.arrivals.iter_mut().find(|arrival| arrival.id == id) {
            arrival.is_asked = true;
        }
        let now = self.simulation.now();
        let Some(waiter) = self.waiters.iter_mut().find(|waiter| waiter.id == id) else { return };
        match &mut waiter.waits {
            // A node that has not begun has nothing to say.
            Waits::Node { number, .. } if self.simulation.stage(*number) == Stage::Absent => {
                self.simulation.kill(*number);
            }
            Waits::Node { number, .. } => self.simulation.stop(*number),
            Waits::Time(_) => self.finish(id, ASKED),
            Waits::Shells { until, may_be_late, .. } => (*until, *may_be_late) = (now, false),
        }
    }

    /// A command is gone without having been answered.
    fn gone(&mut self, id: CallId) {
        if let Some(place) = self.arrivals.iter().position(|arrival| arrival.id == id) {
            let arrival = self.arrivals.remove(place);
            if let Some(shell) = arrival.shell.and_then(|number| self.shells.get_mut(number)) {
                shell.calls = shell.calls.saturating_sub(1);
            }
        }
        if let Some(Waits::Node { number, .. }) =
            self.waiters.iter().find(|waiter| waiter.id == id).map(|waiter| &waiter.waits)
        {
            self.simulation.kill(*number);
        }
        self.finish(id, KILLED);
    }

    fn finish(&mut self, id: CallId, status: i32) {
        if let Some(place) = self.waiters.iter().position(|waiter| waiter.id == id) {
            let waiter = self.waiters.remove(place);
            self.give(waiter, status, None);
        }
    }

    /// Answers a command, with something to say on its standard error.
    fn give(&mut self, mut waiter: Waiter, status: i32, message: Option<&str>) {
        if let Some(message) = message {
            // Nobody is left to be told where its standard error is closed.
            let _ = writeln!(waiter.errors, "brood: cannot be simulated: {message}");
        }
        if let Some(shell) = waiter.shell.and_then(|number| self.shells.get_mut(number)) {
            shell.calls = shell.calls.saturating_sub(1);
        }
        if let Waits::Node { number, .. } = waiter.waits {
            let node = self.nodes.iter().filter(|node| node.number == number);
            node.for_each(|node| node.streams.borrow_mut().close());
        }
        answer(&mut waiter.stream, status);
    }

    /// Answers one command that has waited long enough. Those in the background go first, in the order in which their
    /// shells were started.
    fn answer_one(&mut self) -> bool {
        self.waiters.sort_by_key(|waiter| (waiter.shell.is_none(), waiter.shell, waiter.id));
        let now = self.simulation.now();
        for place in 0..self.waiters.len() {
            let Some(waiter) = self.waiters.get(place) else { break };
            let id = waiter.id;
            let status = match &waiter.waits {
                Waits::Time(until) => (now >= *until).then_some(0),
                Waits::Node { number, until } => match self.simulation.stage(*number) {
                    Stage::Ended(status) => Some(status),
                    Stage::Killed => Some(KILLED),
                    _ if waiter.shell.is_none() && now >= *until => {
                        let number = *number;
                        self.tell_late(format!("{} did not end", self.node_name(number)));
                        self.simulation.kill(number);
                        Some(KILLED)
                    }
                    _ => None,
                },
                Waits::Shells { .. } => self.waited(id),
            };
            if let Some(status) = status {
                self.finish(id, status);
                return true;
            }
        }
        false
    }

    /// What `btest-bg-wait` has come to; ends those who take too long.
    fn waited(&mut self, id: CallId) -> Option<i32> {
        let now = self.simulation.now();
        let waiter = self.waiters.iter().find(|waiter| waiter.id == id)?;
        let Waits::Shells { folder, until, may_be_late, is_ending } = &waiter.waits else { return None };
        let (folder, is_late, may_be_late, is_ending) = (folder.clone(), now >= *until, *may_be_late, *is_ending);
        let names = started(&folder);
        let shells: Vec<usize> = names
            .iter()
            .filter_map(|name| self.shells.iter().position(|shell| shell.folder == folder.join(name)))
            .collect();
        let running: Vec<usize> = shells
            .into_iter()
            .filter(|number| self.shells.get(*number).is_some_and(|shell| !shell.is_over()))
            .collect();
        if running.is_empty() {
            let result = collect(&folder, &names, is_ending && !may_be_late)
                .and_then(|()| if is_ending && !may_be_late { Ok(1) } else { judge(&folder, &names) });
            return Some(result.unwrap_or(1));
        }
        if !is_late {
            return None;
        }
        if is_ending {
            self.kill_shells(&running);
            return None;
        }
        if !may_be_late {
            let names: Vec<&str> =
                running.iter().filter_map(|number| self.shells.get(*number)).map(|shell| shell.name.as_str()).collect();
            self.tell_late(format!("{} did not end", names.join(", ")));
        }
        // What it wrote is looked at by the test, which fails where it is missing.
        let _ = note_late(&folder, &names);
        self.stop_shells(&running);
        let farewell = self.simulation.now() + FAREWELL;
        if let Some(Waiter { waits: Waits::Shells { until, is_ending, .. }, .. }) =
            self.waiters.iter_mut().find(|waiter| waiter.id == id)
        {
            (*until, *is_ending) = (farewell, true);
        }
        None
    }

    /// Asks all commands of some shells to end.
    fn stop_shells(&mut self, shells: &[usize]) {
        for number in shells {
            if let Some(shell) = self.shells.get_mut(*number) {
                shell.stop();
            }
            for id in self.calls_of(*number) {
                self.asked(id);
            }
        }
    }

    fn kill_shells(&mut self, shells: &[usize]) {
        for number in shells {
            if let Some(shell) = self.shells.get_mut(*number) {
                shell.kill();
            }
            for id in self.calls_of(*number) {
                self.gone(id);
            }
        }
    }

    fn calls_of(&self, shell: usize) -> Vec<CallId> {
        self.waiters.iter().filter(|waiter| waiter.shell == Some(shell)).map(|waiter| waiter.id).collect()
    }

    /// Lets time go on to what happens next.
    fn move_on(&mut self) {
        let deadline = |waiter: &Waiter| match &waiter.waits {
            Waits::Node { until, .. } => waiter.shell.is_none().then_some(*until),
            Waits::Time(until) | Waits::Shells { until, .. } => Some(*until),
        };
        let now = self.simulation.now();
        let mut end = self.waiters.iter().filter_map(deadline).min().unwrap_or(now);
        if self.has_invariants {
            end = end.min(now + LULL);
        }
        self.simulation.settle();
        let is_over = |waiter: &Waiter| match &waiter.waits {
            Waits::Node { number, .. } => matches!(self.simulation.stage(*number), Stage::Ended(_) | Stage::Killed),
            _ => false,
        };
        if !self.waiters.iter().any(is_over) {
            self.is_quiet = self.simulation.step(end) == crate::simulation::Step::Quiet;
        }
        for node in &self.nodes {
            self.is_restless |= node.streams.borrow_mut().take_told();
        }
    }

    fn node_name(&self, number: usize) -> String {
        self.simulation.names().get(number).cloned().unwrap_or_default()
    }

    fn who(&self, shell: Option<usize>) -> String {
        shell.and_then(|number| self.shells.get(number)).map_or(String::new(), |shell| format!("{}: ", shell.name))
    }

    /// Takes down that something did not end in its time, and why.
    fn tell_late(&mut self, what: String) {
        let why = if self.is_quiet { ": nothing can happen any more" } else { " in its time" };
        self.report.late.push((format!("{what}{why}"), self.simulation.situation()));
    }

    fn look_for_refusals(&mut self) {
        if self.report.refusal.is_some() {
            return;
        }
        let refused = self.nodes.iter().find_map(|node| Some((node.number, node.refusal.borrow().clone()?)));
        let refused = refused.or_else(|| self.simulation.ways_out().first().cloned()).or_else(|| self.distrust());
        if let Some((number, what)) = refused {
            let name = self.node_name(number);
            self.refuse(format!("{name} {what}"));
        }
    }

    /// A node whose certificates would have to be looked at to tell whether others believe it.
    fn distrust(&self) -> Option<(usize, String)> {
        let trusted = |number: usize, security: &Security| {
            let folder = self.nodes.iter().find(|node| node.number == number).map(|node| node.folder.as_path())?;
            let whole = |path: &String| match path.as_str() {
                "" => Some(PathBuf::new()),
                path => folder.join(path).canonicalize().ok(),
            };
            let files = [&security.certificate, &security.key];
            files.into_iter().all(|path| whole(path).is_some()).then_some(())?;
            Some([whole(&security.authorities)?, whole(&security.authorities_directory)?])
        };
        let secured = self.simulation.secured();
        let mut trusts = secured.iter().map(|(number, security)| (*number, trusted(*number, security)));
        let (_, first) = trusts.next()?;
        let what = "shows a certificate that is not checked here, and others trust other authorities";
        match first {
            None => secured.first().map(|(number, _)| (*number, "has certificates that cannot be read".to_owned())),
            Some(_) => trusts.find(|(_, other)| *other != first).map(|(number, _)| (number, what.to_owned())),
        }
    }

    fn refuse_busy(&mut self) {
        let is_waited_for = self.is_waited_for();
        match self.shells.iter().find(|shell| shell.is_busy()) {
            Some(busy) if is_waited_for => {
                let what = format!("{} takes long for something in real time: {}", busy.name, busy.line);
                self.refuse(what);
            }
            Some(_) => {}
            None => self.refuse("the test takes long for something in real time, while its nodes wait".to_owned()),
        }
    }

    /// The test cannot be simulated: everything that waits fails.
    fn refuse(&mut self, what: String) {
        let refusal = self.report.refusal.get_or_insert(what).clone();
        for waiter in std::mem::take(&mut self.waiters) {
            self.give(waiter, 1, Some(&refusal));
        }
        self.end();
    }

    /// Ends everything that still runs.
    fn end(&mut self) {
        for number in 0..self.simulation.names().len() {
            self.simulation.kill(number);
        }
        self.shells.iter_mut().for_each(Shell::kill);
        for waiter in std::mem::take(&mut self.waiters) {
            self.give(waiter, KILLED, None);
        }
    }
}

/// So many seconds after a time.
fn after(now: Duration, seconds: f64) -> Duration {
    now + Duration::try_from_secs_f64(seconds).unwrap_or(FOR_EVER).min(FOR_EVER)
}
