//! No line of a log is lost: every record that a node hands over for loggers is written, and stands in the file of whoever
//! has written it. Where loggers take turns exactly one of them writes it; otherwise each of them at most once.
//!
//! Excused are records that a scenario lost, those that nobody had written yet when their node was killed, and those when
//! a connection with a logger ended on which the node had written something that was not taken: nobody knows of these
//! whether they were on the wire. So are all once the disk of a logger was full. A node that is asked to end waits for
//! its loggers, so that these have everything by then. Records that wait in a node for a logger that is not there are not
//! lost before it ends. Files are looked at at the end of the run: that of each log has as many lines as its node has
//! written records to it, unless the node's disk was full.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;

use super::books::{Seen, count, most};
use super::{Breach, Moment, Simulation};
use crate::broker::{Peering, waiting_records};
use crate::engine::Engine;
use crate::logging::{self, Tally};
use crate::value::Value;
use crate::wire::EndpointId;

/// A record by its log and its content.
type Record = (Rc<str>, u64);

type Records = FxHashMap<Record, u32>;

/// Copies of records that are remembered while nothing of their node is underway.
const MOST_REMEMBERED: usize = 10_000;

/// A record that goes to all loggers.
#[derive(Default)]
struct Copies {
    handed_over: u32,
    /// How often each logger has written it.
    written: SmallVec<[(usize, u32); 4]>,
}

#[derive(Default)]
pub(super) struct LogBook {
    nodes: BTreeMap<EndpointId, usize>,
    /// Names of logs, each once.
    logs: BTreeSet<Rc<str>>,
    /// Who writes what others hand over.
    loggers: BTreeSet<usize>,
    /// What each node has handed over and nobody has written yet.
    underway: BTreeMap<usize, Records>,
    excused: BTreeMap<usize, Records>,
    /// What each node has handed over for all loggers.
    copies: BTreeMap<usize, FxHashMap<Record, Copies>>,
    /// Nodes of which a scenario has repeated messages.
    repeated: BTreeSet<usize>,
    /// Nodes whose disk a scenario has filled.
    filled: BTreeSet<usize>,
    pub(super) seen: Vec<Seen>,
}

/// Takes one away; whether there was one.
fn take(records: Option<&mut Records>, record: &Record) -> bool {
    let Some((records, count)) = records.and_then(|records| {
        let count = records.get(record).copied()?;
        Some((records, count))
    }) else {
        return false;
    };
    if count > 1 {
        records.insert(record.clone(), count - 1);
    } else {
        records.remove(record);
    }
    true
}

impl LogBook {
    pub(super) fn first_seen(&mut self, endpoint: EndpointId, node: usize) {
        self.nodes.entry(endpoint).or_insert(node);
    }

    fn record(&mut self, log: &str, record: &[u8]) -> Record {
        let mut hasher = FxHasher::default();
        record.hash(&mut hasher);
        let name = match self.logs.get(log) {
            Some(name) => name.clone(),
            None => {
                let name: Rc<str> = log.into();
                self.logs.insert(name.clone());
                name
            }
        };
        (name, hasher.finish())
    }

    pub(super) fn handed_over(&mut self, node: usize, log: &str, record: &[u8], for_one: bool) {
        let record = self.record(log, record);
        if !for_one {
            let copies = self.copies.entry(node).or_default();
            copies.entry(record.clone()).or_default().handed_over += 1;
        }
        *self.underway.entry(node).or_default().entry(record).or_default() += 1;
    }

    pub(super) fn wrote(&mut self, from: EndpointId, logger: usize, log: &str, record: &[u8]) {
        let record = self.record(log, record);
        self.loggers.insert(logger);
        let Some(node) = self.nodes.get(&from).copied() else { return };
        let mut is_too_often = false;
        if let Some(copies) = self.copies.get_mut(&node).and_then(|copies| copies.get_mut(&record)) {
            let most = most(&copies.written);
            let times = count(&mut copies.written, logger);
            is_too_often = times > copies.handed_over;
            // Another logger was first.
            if times <= most && !is_too_often {
                return;
            }
        }
        let is_known = !is_too_often
            && (take(self.underway.get_mut(&node), &record) || take(self.excused.get_mut(&node), &record));
        if !is_known && !self.repeated.contains(&node) {
            let what = format!("a record of {log} is written more often than it was handed over");
            self.seen.push(Seen { node: logger, sender: node, what });
        }
    }

    pub(super) fn is_long(&self) -> bool {
        self.copies.values().any(|copies| copies.len() > MOST_REMEMBERED)
    }

    /// Forgets how often others have written the records of nodes of which nothing is underway.
    pub(super) fn forget(&mut self) {
        let underway = &self.underway;
        self.copies.retain(|node, copies| {
            copies.len() <= MOST_REMEMBERED || underway.get(node).is_some_and(|records| !records.is_empty())
        });
    }

    /// How many records of each node nobody has written, of which logs.
    fn open(&self, node: usize) -> Option<(usize, String)> {
        // A logger that cannot write has taken records all the same, and nobody knows which.
        if !self.filled.is_disjoint(&self.loggers) {
            return None;
        }
        let records = self.underway.get(&node).filter(|records| !records.is_empty())?;
        let count = records.values().map(|count| *count as usize).sum();
        let logs: BTreeSet<&str> = records.keys().map(|(log, _)| &**log).collect();
        Some((count, logs.into_iter().collect::<Vec<_>>().join(", ")))
    }

    /// A node has ended as it was asked to, while so many records waited there for a logger.
    pub(super) fn ended_in_order(&mut self, node: usize, waiting: usize) {
        if let Some((count, logs)) = self.open(node)
            && count > waiting
        {
            let what = format!("it has ended, and {} records are written by no logger, of {logs}", count - waiting);
            self.seen.push(Seen { node, sender: node, what });
        }
    }

    /// What of a node nobody has written yet may be lost.
    pub(super) fn lost(&mut self, node: usize) {
        let Some(underway) = self.underway.get_mut(&node) else { return };
        let excused = self.excused.entry(node).or_default();
        for (record, count) in underway.drain() {
            *excused.entry(record).or_default() += count;
        }
    }

    /// A node learns that its connection with another one is over.
    pub(super) fn cut_off(&mut self, node: usize, other: usize) {
        if self.loggers.contains(&other) {
            self.lost(node);
        }
    }

    pub(super) fn repeated(&mut self, node: usize) {
        self.repeated.insert(node);
    }

    pub(in crate::simulation) fn filled(&mut self, node: usize) {
        self.filled.insert(node);
    }

    pub(in crate::simulation) fn add_logger(&mut self, node: usize) {
        self.loggers.insert(node);
    }
}

/// How many records of each node are not written and do not wait in it, of which log.
fn missing(simulation: &mut Simulation) -> Vec<Breach> {
    let underway: Vec<(usize, usize, String)> = {
        let network = simulation.network.borrow();
        let Some(books) = &network.books else { return Vec::new() };
        let nodes = books.logs.underway.keys();
        nodes.filter_map(|node| books.logs.open(*node).map(|(count, logs)| (*node, count, logs))).collect()
    };
    let mut missing = Vec::new();
    for (node, count, logs) in underway {
        let waiting = simulation.peek(node, |engine| waiting_records(&mut engine.vm)).unwrap_or(0);
        if count > waiting {
            let what = format!("{} records are written by no logger, of {logs}", count - waiting);
            missing.push(Breach { node, what });
        }
    }
    missing
}

/// Whether a record is handed over and not written.
pub(super) fn has_any_underway(simulation: &Simulation) -> bool {
    let network = simulation.network.borrow();
    network.books.as_ref().is_some_and(|books| books.logs.underway.values().any(|records| !records.is_empty()))
}

pub(super) fn look(simulation: &mut Simulation, moment: Moment) -> Vec<Breach> {
    let mut breaches = if moment == Moment::End { missing(simulation) } else { Vec::new() };
    if matches!(moment, Moment::End | Moment::RestlessEnd) {
        breaches.extend(simulation.running().into_iter().filter_map(|node| look_at_files(simulation, node)));
    }
    breaches
}

/// Whether the files of a node's logs have a line for each record.
fn look_at_files(simulation: &mut Simulation, node: usize) -> Option<Breach> {
    let suffix = |engine: &Engine| engine.vm.host.variable("ZEEK_LOG_SUFFIX");
    let (counts, suffix) = simulation.peek(node, |engine| {
        logging::flush_all(&mut engine.vm);
        (Tally::counts(&mut engine.vm), suffix(engine).unwrap_or_else(|| "log".to_owned()))
    })?;
    let machine = simulation.machine(node)?;
    let machine = machine.borrow();
    if machine.disk_was_full {
        return None;
    }
    for (path, count) in counts {
        let Some(bytes) = machine.memory.files.get(&format!("{path}.{suffix}")) else { continue };
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && !line.starts_with(b"#"));
        let lines = lines.count() as u64;
        if lines != count {
            let what = format!("{path}.{suffix} has {lines} lines, and {count} records were written to it");
            return Some(Breach { node, what });
        }
    }
    None
}

/// Whether a node writes what others hand over.
pub(super) fn hears_logs(engine: &mut Engine) -> bool {
    let Some(Value::String(prefix)) = engine.vm.global_by_name("Broker::default_log_topic_prefix") else {
        return false;
    };
    Peering::subscribes(&mut engine.vm, prefix.as_bytes())
}
