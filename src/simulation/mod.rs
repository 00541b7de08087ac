//! Whole clusters in one thread, under a clock of their own, from a seed.
//!
//! Every node is an engine with its own globals, files and stores; between them is a [`network`] that carries the same
//! bytes as sockets would. Nothing here looks at the real clock or at real randomness: the same seed gives the same run,
//! byte for byte. Time stands still while nodes work and goes on to what happens next when all of them wait.

mod faults;
mod host;
mod network;
mod node;
mod passage;
mod random;
mod stores;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

pub use network::Latency;
pub use node::{NodeProgram, Stage};
pub use passage::Passage;

use faults::{Cut, Mischief, Rule};
use host::Machine;
use network::Network;
use node::{Node, Turn};
use random::Random;

/// When simulated runs begin, in seconds since the epoch: 22 November 2018, midnight.
pub const START: Duration = Duration::from_hours(428_568);

/// The least time until a node is looked at again that had nothing to do though it said so: a clock that is read as a
/// double tells times apart that are this far from each other.
const LEAST_STEP: Duration = Duration::from_micros(1);

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
}

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

    /// Starts a node that is not running; what is on its disk is there already.
    pub fn start(&mut self, node: usize) {
        let network = self.network.clone();
        if let Some(found) = self.nodes.get_mut(node)
            && found.engine.is_none()
        {
            found.start(&network);
            self.wake(node, self.now());
        }
    }

    /// Asks a node to end.
    pub fn stop(&mut self, node: usize) {
        if let Some(found) = self.nodes.get_mut(node) {
            found.stop();
            self.wake(node, self.now());
        }
    }

    /// Ends a node without a word. What it had not brought to its disk is lost.
    pub fn kill(&mut self, node: usize) {
        if let Some(found) = self.nodes.get_mut(node) {
            found.kill();
            self.network.borrow_mut().forget(node);
            self.sleep(node);
        }
    }

    /// Nothing gets through between two sets of nodes until [`Simulation::heal`].
    pub fn partition(&mut self, one: BTreeSet<usize>, other: BTreeSet<usize>) {
        self.network.borrow_mut().cut(Cut { one, other });
    }

    pub fn heal(&mut self) {
        self.network.borrow_mut().heal();
    }

    fn rule(&mut self, prefix: &[u8], mischief: Mischief, probability: f64) {
        self.network.borrow_mut().add_rule(Rule { prefix: prefix.to_vec(), mischief, probability });
    }

    /// Messages of topics with a prefix take longer from now on, each with some probability.
    pub fn delay(&mut self, prefix: &[u8], by: Duration, probability: f64) {
        self.rule(prefix, Mischief::Delay(by), probability);
    }

    pub fn drop_messages(&mut self, prefix: &[u8], probability: f64) {
        self.rule(prefix, Mischief::Drop, probability);
    }

    pub fn duplicate(&mut self, prefix: &[u8], probability: f64) {
        self.rule(prefix, Mischief::Duplicate, probability);
    }

    /// Messages are left alone from now on.
    pub fn leave_messages_alone(&mut self) {
        self.network.borrow_mut().clear_rules();
    }

    /// A node does nothing for so long, like a process that is stopped.
    pub fn stall(&mut self, node: usize, length: Duration) {
        let until = self.now() + length;
        self.stalled.insert(node, until);
        self.wake(node, until);
    }

    pub fn fill_disk(&mut self, node: usize, full: bool) {
        if let Some(node) = self.nodes.get(node) {
            node.machine.borrow_mut().fill_disk(full);
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
    pub fn with_engine<R>(&mut self, node: usize, work: impl FnOnce(&mut crate::engine::Engine) -> R) -> Option<R> {
        let result = work(self.nodes.get_mut(node)?.engine.as_mut()?);
        // What was done may have given it something to do.
        self.wake(node, self.now());
        Some(result)
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
            let next = self.next_time();
            let Some(next) = next.filter(|next| *next <= end) else {
                self.network.borrow_mut().now = end;
                return if next.is_some() { Outcome::Passed } else { Outcome::Quiet };
            };
            let mut network = self.network.borrow_mut();
            network.now = network.now.max(next);
            network.deliver();
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

    fn sleep(&mut self, node: usize) {
        if let Some(at) = self.wake_of.get_mut(node).and_then(Option::take) {
            self.wakes.remove(&(at, node));
        }
    }

    /// Gives nodes their turns until all of them wait.
    fn settle(&mut self) {
        loop {
            let now = self.now();
            let called = std::mem::take(&mut self.network.borrow_mut().called);
            for node in called {
                self.wake(node, now);
            }
            let Some((_, node)) = self.wakes.first().filter(|(at, _)| *at <= now).copied() else { return };
            self.sleep(node);
            self.stalled.remove(&node);
            self.turns(node, now);
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
                    self.network.borrow_mut().forget(number);
                    return;
                }
            }
        }
        self.wake(number, now + LEAST_STEP);
    }
}
