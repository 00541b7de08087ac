//! What holds in every run of a cluster, whatever befalls it.
//!
//! `events` and `logs` are kept book of while messages pass, in the network's [`Books`]; the others are looked at. One
//! looks at the end of every length of time that a scenario lets pass, and at the end of the run, where the cluster is
//! calm: nobody held up or about to start or end, and nothing on its way but signs of life, commands of stores and
//! attempts to connect. That may be so in a partition, too, once the connections have broken that it cut. A cluster that
//! is not calm is not looked at; where that is so in the end, it is told. What is broken is told once for each node.
//!
//! To add an invariant, write its file and one row of [`INVARIANTS`].

mod books;
mod events;
mod logs;
mod pools;
mod scripts;
mod stores;
#[cfg(test)]
mod tests;
mod workers;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::host::Machine;
use super::network::Network;
use super::node::Stage;
use super::{Simulation, Step};
use crate::broker::{Witness, set_witness};
use crate::builtins::sim::Director;
use crate::engine::Engine;
use crate::logging::Tally;
use crate::wire::EndpointId;
pub(super) use books::{Books, Written};

/// When it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// The cluster is calm, and the run goes on.
    Calm,
    /// It is calm, and the run is over.
    End,
    /// The run is over, and the cluster is not calm.
    RestlessEnd,
}

/// When an invariant can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Whenever something happens.
    Nothing,
    /// While the cluster is calm.
    Calm,
    /// This part of it while the cluster is calm, the rest at any time.
    CalmFor(&'static str),
}

/// Something that always holds.
#[derive(Debug)]
pub struct Invariant {
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    needs: Needs,
    look: fn(&mut Simulation, Moment) -> Vec<Breach>,
}

/// All invariants.
pub const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "events",
        says: "no event comes to a node more often than it was sent",
        needs: Needs::Nothing,
        look: events::look,
    },
    Invariant { name: "stores", says: "clones hold what their master holds", needs: Needs::Calm, look: stores::look },
    Invariant {
        name: "workers",
        says: "Cluster::worker_count is the number of connected workers",
        needs: Needs::Calm,
        look: workers::look,
    },
    Invariant {
        name: "pools",
        says: "all nodes see the same pools, and send a key to the same member",
        needs: Needs::Calm,
        look: pools::look,
    },
    Invariant {
        name: "logs",
        says: "every log record is written by exactly one logger, or by each where they do not take turns",
        needs: Needs::CalmFor("records, not files"),
        look: logs::look,
    },
];

/// Something that does not hold on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Breach {
    pub(super) node: usize,
    pub(super) what: String,
}

/// At the end of a run, so much time passes at most until the cluster is calm: more than it takes until connections break
/// that a partition has cut, and for the scripts to learn of it.
const LONGEST_UNREST: Duration = Duration::from_secs(90);

/// So much time passes at most until all logs are written.
const LONGEST_WRITING: Duration = Duration::from_secs(30);

/// It is looked at this often meanwhile.
const END_STEP: Duration = Duration::from_millis(50);

/// The invariants of a list of names, `all` for all.
pub fn invariants(names: &str) -> Result<Vec<&'static Invariant>, String> {
    if names == "all" {
        return Ok(INVARIANTS.iter().collect());
    }
    let find = |name: &str| {
        let known = || INVARIANTS.iter().map(|invariant| invariant.name).collect::<Vec<_>>().join(", ");
        let found = INVARIANTS.iter().find(|invariant| invariant.name == name);
        found.ok_or_else(|| format!("no invariant {name:?}; there are {}", known()))
    };
    names.split(',').map(find).collect()
}

/// The invariants of a run, and which of them are known not to hold.
#[derive(Default)]
pub(super) struct Held {
    invariants: Vec<&'static Invariant>,
    told: Vec<(&'static str, usize)>,
    /// Why not all of them could be looked at in the end.
    unrest: Option<String>,
}

impl Simulation {
    /// Looks from now on whether these hold. Nodes that run already are not looked at by all of them.
    pub fn hold(&mut self, invariants: Vec<&'static Invariant>) {
        if !invariants.is_empty() {
            self.network.borrow_mut().books = Some(Books::default());
        }
        self.held.invariants = invariants;
    }

    /// The run is over: waits until the cluster is calm, and looks for the last time.
    pub fn look_at_end(&mut self) {
        if self.held.invariants.is_empty() {
            return;
        }
        let (unrest_ends, writing_ends) = (self.now() + LONGEST_UNREST, self.now() + LONGEST_WRITING);
        while (self.now() < unrest_ends && self.unrest().is_some())
            || (self.now() < writing_ends && logs::has_any_underway(self))
        {
            let until = self.now() + END_STEP;
            while self.step(until) == Step::Moved {}
        }
        self.tell_seen();
        self.held.unrest = self.unrest();
        self.look(if self.held.unrest.is_none() { Moment::End } else { Moment::RestlessEnd });
    }

    /// The invariants that could not be looked at in the end, and why.
    pub fn not_looked_at(&self) -> Option<String> {
        let why = self.held.unrest.as_ref()?;
        let skipped = self.held.invariants.iter().filter_map(|held| match held.needs {
            Needs::Nothing => None,
            Needs::Calm => Some(held.name.to_owned()),
            Needs::CalmFor(part) => Some(format!("{} ({part})", held.name)),
        });
        let skipped = skipped.collect::<Vec<_>>().join(", ");
        (!skipped.is_empty()).then(|| format!("not looked at in the end, since {why}: {skipped}"))
    }

    /// Looks at all invariants, where the cluster is calm.
    pub(super) fn look_at_invariants(&mut self) {
        if !self.held.invariants.is_empty() && self.unrest().is_none() {
            self.look(Moment::Calm);
        }
    }

    fn look(&mut self, moment: Moment) {
        for invariant in self.held.invariants.clone() {
            if invariant.needs == Needs::Calm && moment == Moment::RestlessEnd {
                continue;
            }
            for Breach { node, what } in (invariant.look)(self, moment) {
                self.tell(invariant.name, node, &what);
            }
        }
    }

    /// Keeps the books from growing for as long as the run goes on.
    pub(super) fn shorten_books(&mut self) {
        if self.network.borrow().books.as_ref().is_some_and(Books::is_long)
            && self.unrest().is_none()
            && let Some(books) = &mut self.network.borrow_mut().books
        {
            books.forget();
        }
    }

    /// Tells what the books have seen to be wrong.
    pub(super) fn tell_seen(&mut self) {
        let seen = match &mut self.network.borrow_mut().books {
            Some(books) if books.has_seen_any() => books.take_seen(),
            _ => return,
        };
        for (invariant, seen) in seen {
            if self.held.invariants.iter().any(|held| held.name == invariant) {
                let by = self.names().get(seen.sender).cloned().unwrap_or_default();
                self.tell(invariant, seen.node, &format!("{}, of {by}", seen.what));
            }
        }
    }

    fn tell(&mut self, invariant: &'static str, node: usize, what: &str) {
        let known = (invariant, node);
        if !self.held.told.contains(&known) {
            self.held.told.push(known);
            let name = self.names().get(node).cloned().unwrap_or_default();
            Director::failed(self, &format!("invariant {invariant} does not hold on {name}: {what}"), None);
        }
    }

    /// What keeps the cluster from being calm.
    fn unrest(&self) -> Option<String> {
        let name =
            |node: usize| self.nodes.get(node).map(|node| node.machine.borrow().name.clone()).unwrap_or_default();
        let is_held_up = |node: &&usize| self.nodes.get(**node).is_some_and(|node| node.engine.is_some());
        if let Some(node) = self.stalled.keys().find(is_held_up) {
            return Some(format!("{} is held up", name(*node)));
        }
        if let Some(node) = self.to_start.first() {
            return Some(format!("{} is about to start", name(*node)));
        }
        if let Some(node) = self.nodes.iter().position(|node| node.stage == Stage::Stopping) {
            return Some(format!("{} says farewell", name(node)));
        }
        let (from, to) = self.network.borrow().underway()?;
        Some(format!("something is on its way from {} to {}", name(from), name(to)))
    }

    /// The nodes that run.
    fn running(&self) -> Vec<usize> {
        (0..self.nodes.len()).filter(|node| self.stage(*node) == Stage::Running).collect()
    }

    /// Looks at a node's machine without giving it anything to do.
    fn peek<R>(&mut self, node: usize, look: impl FnOnce(&mut Engine) -> R) -> Option<R> {
        let engine = self.nodes.get_mut(node)?.engine.as_mut()?;
        engine.resume();
        Some(look(engine))
    }

    fn machine(&self, node: usize) -> Option<Rc<RefCell<Machine>>> {
        self.nodes.get(node).map(|node| node.machine.clone())
    }
}

/// Tells the books what a node does with records of logs.
struct NodeWitness {
    node: usize,
    network: Rc<RefCell<Network>>,
}

impl Witness for NodeWitness {
    fn handed_over(&mut self, log: &str, record: &[u8], for_one: bool) {
        if let Some(books) = &mut self.network.borrow_mut().books {
            books.logs.handed_over(self.node, log, record, for_one);
        }
    }

    fn wrote(&mut self, from: EndpointId, log: &str, record: &[u8]) {
        if let Some(books) = &mut self.network.borrow_mut().books {
            books.logs.wrote(from, self.node, log, record);
        }
    }
}

/// Lets the books know of a node whose scripts are loaded.
pub(super) fn enroll(engine: &mut Engine, node: usize, network: &Rc<RefCell<Network>>) {
    if let Some(books) = &mut network.borrow_mut().books
        && logs::hears_logs(engine)
    {
        books.logs.add_logger(node);
    }
}

/// Lets the books know what a node does that is about to start.
pub(super) fn attend(engine: &mut Engine, node: usize, network: &Rc<RefCell<Network>>) {
    if network.borrow().books.is_some() {
        Tally::begin(&mut engine.vm);
        let witness = NodeWitness { node, network: network.clone() };
        set_witness(&mut engine.vm, Rc::new(RefCell::new(witness)));
    }
}
