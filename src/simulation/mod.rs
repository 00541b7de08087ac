//! Whole clusters in one thread, under a clock of their own, from a seed.
//!
//! Every node is an engine with its own globals, files and stores; between them is a [`network`] that carries the same
//! bytes as sockets would. Nothing here looks at the real clock or at real randomness: the same seed gives the same run,
//! byte for byte. Time stands still while nodes work and goes on to what happens next when all of them wait.

mod alone;
mod director;
mod faults;
mod host;
mod invariants;
mod network;
mod node;
mod page;
mod passage;
mod random;
mod scenario;
mod stores;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

pub use crate::builtins::sim::{LONGEST, Step};
pub use alone::Alone;
pub use invariants::{INVARIANTS, Invariant, invariants};
pub use network::Latency;
pub use node::{AtEnd, NodeProgram, Outside, Stage};
pub use page::{page, trace_line};
pub use passage::Passage;
pub use scenario::{ScenarioEnd, run_scenario};

use crate::builtins::sim::{Director, Mischief};
use faults::{Cut, Rule};
use host::Machine;
use invariants::Held;
use network::Network;
use node::{Node, Turn};
use random::Random;

use crate::engine::Engine;
use crate::network::Security;

/// When simulated runs begin, in seconds since the epoch: 22 November 2018, midnight.
pub const START: Duration = Duration::from_hours(428_568);

/// The least time until a node is looked at again that had nothing to do though it said so: a clock that is read as a
/// double tells times apart that are this far from each other.
const LEAST_STEP: Duration = Duration::from_micros(1);

/// What the order of starting is drawn for.
const START_ORDER: u64 = u64::MAX - 1;

/// What it is drawn for whether a node is busy when something comes.
const LATENESS: u64 = u64::MAX / 2;

/// How often it is.
const OFTEN_LATE: f64 = 0.125;

/// The longest time until it looks.
const LATEST: Duration = Duration::from_millis(5);

/// Turns of one node at one time, after which the others have theirs.
const MOST_TURNS: usize = 10_000;

/// How a simulation ended or stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The time that was asked for has passed.
    Passed,
    /// What was waited for is so.
    Reached,
    /// Nothing can happen any more.
    Quiet,
}

/// A cluster, or several scripts that only share a network.
pub struct Simulation {
    seed: u64,
    network: Rc<RefCell<Network>>,
    nodes: Vec<Node>,
    names: BTreeMap<String, usize>,
    /// When nodes are to have their turns. Each has one place at most.
    wakes: BTreeSet<(Duration, usize)>,
    wake_of: Vec<Option<Duration>>,
    stalled: BTreeMap<usize, Duration>,
    /// How late nodes get to what came for them.
    lateness: Random,
    /// Nodes that start when they wake.
    to_start: BTreeSet<usize>,
    /// Nodes that start again when they have ended.
    to_follow: BTreeSet<usize>,
    /// What was expected and was not so.
    failures: Vec<String>,
    /// Who is told what nodes and the scenario write.
    listener: Option<Listener>,
    /// How much of each node's output and errors was told.
    told: Vec<[usize; 2]>,
    /// The machine of the controlling script, and how much of its output was told.
    script: Option<(Rc<RefCell<Machine>>, usize)>,
    /// What is looked at while time passes.
    held: Held,
    /// When the run is over.
    limit: Option<Duration>,
}

/// A line that a node wrote, or the controlling script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Since the epoch.
    pub at: Duration,
    /// `None` for the controlling script.
    pub node: Option<usize>,
    pub is_error: bool,
    pub text: String,
}

/// The whole lines behind those that were told; where no more will come, also what is no whole line.
fn new_lines(bytes: &[u8], told: &mut usize, is_over: bool) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(rest) = bytes.get(*told..).filter(|rest| !rest.is_empty()) {
        let length = match rest.iter().position(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if is_over => rest.len(),
            None => break,
        };
        let line = rest.get(..length).unwrap_or_default();
        lines.push(String::from_utf8_lossy(line).trim_end_matches('\n').to_owned());
        *told += length;
    }
    lines
}

/// Takes lines as they come.
type Listener = Box<dyn FnMut(Line)>;

impl Simulation {
    pub fn new(seed: u64, latency: Latency) -> Self {
        Simulation {
            seed,
            network: Rc::new(RefCell::new(Network::new(seed, START, latency))),
            nodes: Vec::new(),
            names: BTreeMap::new(),
            wakes: BTreeSet::new(),
            wake_of: Vec::new(),
            stalled: BTreeMap::new(),
            lateness: Random::branch(seed, LATENESS),
            to_start: BTreeSet::new(),
            to_follow: BTreeSet::new(),
            failures: Vec::new(),
            listener: None,
            told: Vec::new(),
            script: None,
            held: Held::default(),
            limit: None,
        }
    }

    /// Adds a node that is not started yet. `None` where the name is taken.
    pub fn add(&mut self, name: &str, address: IpAddr, program: NodeProgram) -> Option<usize> {
        if self.names.contains_key(name) {
            return None;
        }
        let number = self.network.borrow_mut().add(address);
        let process = 1000 + number as u32;
        let machine = Machine::new(name, Random::branch(self.seed, 1 + number as u64), process);
        self.nodes.push(Node::new(number, machine, program));
        self.wake_of.push(None);
        self.told.push([0, 0]);
        self.names.insert(name.to_owned(), number);
        Some(number)
    }

    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// The names of all nodes, by number.
    pub fn names(&self) -> Vec<String> {
        self.nodes.iter().map(|node| node.machine.borrow().name.clone()).collect()
    }

    /// The time since the epoch.
    pub fn now(&self) -> Duration {
        self.network.borrow().now
    }

    pub fn stage(&self, node: usize) -> Stage {
        self.nodes.get(node).map_or(Stage::Absent, |node| node.stage)
    }

    /// Starts a node that is not running, one that is about to end as soon as it has; what is on its disk is there already.
    pub fn start(&mut self, node: usize) {
        let network = self.network.clone();
        self.to_start.remove(&node);
        let Some(found) = self.nodes.get_mut(node) else { return };
        if found.is_ending() {
            self.to_follow.insert(node);
        }
        if found.engine.is_some() {
            return;
        }
        found.start(&network);
        if let Some(engine) = &mut found.engine {
            invariants::enroll(engine, node, &network);
        }
        self.collect_lines(node);
        self.wake(node, self.now());
    }

    /// Starts all nodes within so much time, in an order drawn from the seed.
    pub fn start_all(&mut self, within: Duration) {
        let mut random = Random::branch(self.seed, START_ORDER);
        for node in 0..self.nodes.len() {
            let delay = random.between(Duration::ZERO, within);
            self.to_start.insert(node);
            self.wake(node, self.now() + delay);
        }
    }

    /// Starts a node within so much time behind another: when, is drawn from the seed. Gives the time.
    pub fn start_behind(&mut self, node: usize, earliest: Duration, within: Duration) -> Duration {
        let delay = Random::branch(self.seed, START_ORDER - 1 - node as u64).between(Duration::ZERO, within);
        let at = self.now().max(earliest) + delay;
        self.to_start.insert(node);
        self.wake(node, at);
        at
    }

    /// What nodes tried that leads out of the simulation: each with the node that did.
    pub fn ways_out(&self) -> Vec<(usize, String)> {
        self.network.borrow().ways_out.clone()
    }

    /// How nodes secure their connections that show a certificate. Nothing is encrypted here.
    pub fn secured(&self) -> Vec<(usize, Security)> {
        self.network.borrow().secured()
    }

    /// Where all nodes are, and the messages that came last.
    pub fn situation(&self) -> String {
        Director::situation(self)
    }

    /// Asks a node to end. One that is stalled learns of it when that is over.
    pub fn stop(&mut self, node: usize) {
        self.to_follow.remove(&node);
        if let Some(found) = self.nodes.get_mut(node) {
            found.stop();
            self.was_disturbed(node);
        }
    }

    /// Ends a node without a word. What it had not brought to its disk is lost.
    pub fn kill(&mut self, node: usize) {
        self.to_start.remove(&node);
        self.to_follow.remove(&node);
        if self.stalled.remove(&node).is_some() {
            self.undisturbed();
        }
        if let Some(found) = self.nodes.get_mut(node) {
            found.kill();
            self.network.borrow_mut().forget(node, None);
            self.collect_lines(node);
            self.sleep(node);
        }
    }

    /// Nothing gets through between two sets of nodes until [`Simulation::heal`].
    pub fn partition(&mut self, one: BTreeSet<usize>, other: BTreeSet<usize>) {
        self.network.borrow_mut().cut(Cut { one, other });
    }

    /// Everything gets through again.
    pub fn heal(&mut self) {
        self.network.borrow_mut().heal(None);
    }

    /// Everything gets through again between two sets of nodes.
    pub fn heal_between(&mut self, one: BTreeSet<usize>, other: BTreeSet<usize>) {
        self.network.borrow_mut().heal(Some(&Cut { one, other }));
    }

    fn rule(&mut self, prefix: &[u8], mischief: Mischief, probability: f64) {
        self.network.borrow_mut().add_rule(Rule { prefix: prefix.to_vec(), mischief, probability });
    }

    /// Messages are left alone from now on.
    pub fn leave_messages_alone(&mut self) {
        self.network.borrow_mut().clear_rules();
    }

    /// A node that runs does nothing for so long, like a process that is stopped.
    pub fn stall(&mut self, node: usize, length: Duration) {
        if self.nodes.get(node).is_some_and(|node| node.engine.is_some()) {
            let until = self.now() + length;
            let until = *self.stalled.entry(node).and_modify(|known| *known = until.max(*known)).or_insert(until);
            self.wake(node, until);
        }
    }

    /// A fault is over that kept messages from coming.
    fn undisturbed(&mut self) {
        let mut network = self.network.borrow_mut();
        network.undisturbed_since = network.now;
    }

    pub fn fill_disk(&mut self, node: usize, full: bool) {
        if let Some(found) = self.nodes.get(node) {
            found.machine.borrow_mut().fill_disk(full);
            if full && let Some(books) = &mut self.network.borrow_mut().books {
                books.filled(node);
            }
        }
    }

    /// Sets how far a node's clock is ahead, in seconds.
    pub fn skew(&mut self, node: usize, seconds: f64) {
        if let Some(found) = self.nodes.get(node) {
            found.machine.borrow_mut().skew = seconds;
            self.wake(node, self.now());
        }
    }

    /// Looks at a node's machine, unless it does not run.
    pub fn with_engine<R>(&mut self, node: usize, work: impl FnOnce(&mut Engine) -> R) -> Option<R> {
        let engine = self.nodes.get_mut(node)?.engine.as_mut()?;
        engine.resume();
        let result = work(engine);
        self.was_disturbed(node);
        Some(result)
    }

    /// A node was worked on between its turns, which may have printed something and given it something to do.
    fn was_disturbed(&mut self, node: usize) {
        self.collect_lines(node);
        self.wake(node, self.now());
    }

    /// What a node has printed since its first start.
    pub fn output(&self, node: usize) -> Vec<u8> {
        self.nodes.get(node).map(|node| node.machine.borrow().memory.output.clone()).unwrap_or_default()
    }

    /// What a node has written to its standard error since its first start.
    pub fn errors(&self, node: usize) -> Vec<u8> {
        self.nodes.get(node).map(|node| node.machine.borrow().memory.errors.clone()).unwrap_or_default()
    }

    /// A file of a node.
    pub fn file(&self, node: usize, path: &str) -> Option<Vec<u8>> {
        self.nodes.get(node)?.machine.borrow().memory.files.get(path).cloned()
    }

    /// The names of a node's files.
    pub fn files(&self, node: usize) -> Vec<String> {
        self.nodes
            .get(node)
            .map(|node| node.machine.borrow().memory.files.keys().cloned().collect())
            .unwrap_or_default()
    }

    /// The messages that came last.
    pub fn last_messages(&self) -> Vec<Passage> {
        self.network.borrow().remembered().cloned().collect()
    }

    /// Keeps all messages from now on.
    pub fn trace(&mut self) {
        self.network.borrow_mut().trace.get_or_insert_default();
    }

    /// The messages that were kept, in the order in which they came.
    pub fn take_trace(&mut self) -> Vec<Passage> {
        self.network.borrow_mut().trace.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Lets so much time pass.
    pub fn advance(&mut self, length: Duration) -> Outcome {
        self.run_until(length, |_| false)
    }

    /// Lets time pass until something is so, at most so much. It is looked at whenever all nodes wait.
    pub fn run_until(&mut self, longest: Duration, mut is_so: impl FnMut(&mut Simulation) -> bool) -> Outcome {
        let end = self.now() + longest;
        loop {
            self.settle();
            if is_so(self) {
                return Outcome::Reached;
            }
            match self.step(end) {
                Step::Moved => {}
                Step::Passed | Step::Over => return Outcome::Passed,
                Step::Quiet => return Outcome::Quiet,
            }
        }
    }

    /// Lets nodes do what they have to do now, and goes on to what happens next; at most to a time.
    pub fn step(&mut self, end: Duration) -> Step {
        let limit = self.limit.filter(|limit| *limit < end);
        let end = limit.unwrap_or(end);
        // Whoever looked at nodes meanwhile may have given them something to do.
        self.settle();
        let next = self.next_time();
        let mut network = self.network.borrow_mut();
        match next {
            Some(next) if next <= end => {
                network.now = network.now.max(next);
                network.deliver();
                drop(network);
                self.tell_seen();
                self.shorten_books();
                Step::Moved
            }
            next => {
                let was_over = network.now >= end;
                network.now = network.now.max(end);
                drop(network);
                self.look_at_invariants();
                // That nothing can happen is said once, even where the run is over by that.
                match next {
                    Some(_) if limit.is_some() => Step::Over,
                    None if limit.is_some() && was_over => Step::Over,
                    Some(_) => Step::Passed,
                    None => Step::Quiet,
                }
            }
        }
    }

    /// When something happens next.
    fn next_time(&self) -> Option<Duration> {
        let wake = self.wakes.first().map(|(time, _)| *time);
        let arrival = self.network.borrow().next_arrival();
        wake.into_iter().chain(arrival).min()
    }

    fn wake(&mut self, node: usize, at: Duration) {
        self.sleep(node);
        let at = self.stalled.get(&node).map_or(at, |until| at.max(*until));
        self.wakes.insert((at, node));
        if let Some(wake) = self.wake_of.get_mut(node) {
            *wake = Some(at);
        }
    }

    /// Gives a node a turn because something came for it: at once, or where it is busy a little later, so that it finds
    /// several messages at a time, as real ones do.
    fn call(&mut self, node: usize, now: Duration) {
        let is_late = self.lateness.happens(OFTEN_LATE);
        let at = if is_late { now + self.lateness.between(Duration::ZERO, LATEST) } else { now };
        if !matches!(self.wake_of.get(node), Some(Some(before)) if *before <= at) {
            self.wake(node, at);
        }
    }

    fn sleep(&mut self, node: usize) {
        if let Some(at) = self.wake_of.get_mut(node).and_then(Option::take) {
            self.wakes.remove(&(at, node));
        }
    }

    /// Gives nodes their turns until all of them wait.
    pub fn settle(&mut self) {
        self.collect_printed(false);
        loop {
            let now = self.now();
            let called = std::mem::take(&mut self.network.borrow_mut().called);
            // A controlling script is on the network, too, and has its turns elsewhere.
            let count = self.nodes.len();
            for node in called.into_iter().filter(|node| *node < count) {
                self.call(node, now);
            }
            let Some((_, node)) = self.wakes.first().filter(|(at, _)| *at <= now).copied() else { return };
            self.sleep(node);
            if self.stalled.remove(&node).is_some() {
                self.undisturbed();
            }
            if self.to_start.contains(&node) {
                self.start(node);
                continue;
            }
            self.turns(node, now);
            self.collect_lines(node);
        }
    }

    fn turns(&mut self, number: usize, now: Duration) {
        for _ in 0..MOST_TURNS {
            let Some(node) = self.nodes.get_mut(number) else { return };
            match node.turn() {
                Turn::More => {}
                Turn::Waits(_) if self.network.borrow().has_mail(number) => {}
                Turn::Waits(until) => {
                    let left = Duration::try_from_secs_f64(until - node.clock());
                    // What is due and was not done is due a little later; what is never due comes from outside.
                    match left {
                        Ok(left) => self.wake(number, now + left.max(LEAST_STEP)),
                        Err(_) if until < node.clock() => self.wake(number, now + LEAST_STEP),
                        Err(_) => {}
                    }
                    return;
                }
                Turn::Over => {
                    let unsent = (node.stage == Stage::Ended(0)).then_some(node.unsent);
                    self.network.borrow_mut().forget(number, unsent);
                    if self.to_follow.remove(&number) {
                        self.to_start.insert(number);
                        self.wake(number, now);
                    }
                    return;
                }
            }
        }
        self.wake(number, now + LEAST_STEP);
    }

    /// Has somebody told of every line that nodes and the controlling script write, as it comes.
    pub fn listen(&mut self, listener: impl FnMut(Line) + 'static) {
        self.listener = Some(Box::new(listener));
    }

    /// Tells of the whole lines that a node has written.
    fn collect_lines(&mut self, number: usize) {
        let at = self.now();
        let Some(listener) = &mut self.listener else { return };
        let (Some(node), Some(told)) = (self.nodes.get(number), self.told.get_mut(number)) else { return };
        let machine = node.machine.borrow();
        let is_over = node.engine.is_none();
        for (is_error, bytes) in [(false, &machine.memory.output), (true, &machine.memory.errors)] {
            for text in new_lines(bytes, &mut told[usize::from(is_error)], is_over) {
                listener(Line { at, node: Some(number), is_error, text });
            }
        }
    }

    /// Tells of what the controlling script has printed, before others have their turns.
    fn collect_printed(&mut self, is_over: bool) {
        let at = self.now();
        let (Some(listener), Some((machine, told))) = (&mut self.listener, &mut self.script) else { return };
        for text in new_lines(&machine.borrow().memory.output, told, is_over) {
            listener(Line { at, node: None, is_error: false, text });
        }
    }

    /// Whether a loop of a node's scripts was cut off that would have gone on for ever.
    pub fn was_cut_off(&self, node: usize) -> bool {
        self.nodes.get(node).is_some_and(|node| node.was_cut_off)
    }

    /// Whether every node has ended.
    pub fn is_over(&self) -> bool {
        self.to_start.is_empty() && self.nodes.iter().all(|node| node.engine.is_none())
    }

    /// What was expected and was not so, with what explains it.
    pub fn failures(&self) -> &[String] {
        &self.failures
    }
}
