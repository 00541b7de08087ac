//! No line of a log is lost: every record that a node hands over for loggers is written by exactly one of them, and stands
//! in its file.
//!
//! Excused are records that were not written yet when their node ended, or learned that its connection with a logger was
//! over, and those that a scenario lost: nobody knows of these whether they were on the wire. Records that wait in a node
//! for a logger that is not there are not lost. Files are looked at at the end of the run: that of each log has as many
//! lines as its node has written records to it, unless the node's disk was full.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHasher};

use super::books::Seen;
use super::{Breach, Moment, Simulation};
use crate::broker::waiting_records;
use crate::logging::{self, Tally};
use crate::value::Value;
use crate::wire::EndpointId;

/// A record by its log and its content.
type Record = (Rc<str>, u64);

type Records = FxHashMap<Record, u32>;

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
    /// Nodes of which a scenario has repeated messages.
    repeated: BTreeSet<usize>,
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

    pub(super) fn handed_over(&mut self, node: usize, log: &str, record: &[u8]) {
        let record = self.record(log, record);
        *self.underway.entry(node).or_default().entry(record).or_default() += 1;
    }

    pub(super) fn wrote(&mut self, from: EndpointId, logger: usize, log: &str, record: &[u8]) {
        let record = self.record(log, record);
        self.loggers.insert(logger);
        let Some(node) = self.nodes.get(&from).copied() else { return };
        let is_known = take(self.underway.get_mut(&node), &record) || take(self.excused.get_mut(&node), &record);
        if !is_known && !self.repeated.contains(&node) {
            let what = format!("a record of {log} is written more often than it was handed over");
            self.seen.push(Seen { node: logger, sender: node, what });
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

    pub(in crate::simulation) fn add_logger(&mut self, node: usize) {
        self.loggers.insert(node);
    }
}

/// How many records of each node are not written and do not wait in it, of which log.
fn missing(simulation: &mut Simulation) -> Vec<(usize, String)> {
    let underway: Vec<(usize, usize, String)> = {
        let network = simulation.network.borrow();
        let Some(books) = &network.books else { return Vec::new() };
        let all = books.logs.underway.iter().map(|(node, records)| {
            let count = records.values().map(|count| *count as usize).sum();
            let mut logs: Vec<&str> = records.keys().map(|(log, _)| &**log).collect();
            logs.sort_unstable();
            logs.dedup();
            (*node, count, logs.join(", "))
        });
        all.filter(|(_, count, _)| *count > 0).collect()
    };
    let mut missing = Vec::new();
    for (node, count, logs) in underway {
        let waiting = simulation.peek(node, |engine| waiting_records(&mut engine.vm)).unwrap_or(0);
        if count > waiting {
            missing.push((node, format!("{} records are written by no logger, of {logs}", count - waiting)));
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
    let mut breaches = Vec::new();
    if moment == Moment::End {
        breaches.extend(missing(simulation).into_iter().map(|(node, what)| Breach { node, what }));
        breaches.extend(simulation.running().into_iter().filter_map(|node| look_at_files(simulation, node)));
    }
    breaches
}

/// Whether the files of a node's logs have a line for each record.
fn look_at_files(simulation: &mut Simulation, node: usize) -> Option<Breach> {
    let suffix = |engine: &crate::engine::Engine| engine.vm.host.variable("ZEEK_LOG_SUFFIX");
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

/// Whether a node writes logs.
pub(in crate::simulation) fn writes_logs(engine: &crate::engine::Engine) -> bool {
    matches!(engine.vm.global_by_name("Log::enable_local_logging"), Some(Value::Bool(true)))
}
