//! What a node tells whoever watches it: a [`Report`] in a file, written while the main loop runs.

use super::Engine;
use crate::broker::{Peering, Stores};
use crate::supervisor::Report;
use crate::value::Value;
use crate::vm::{OpenMode, Vm};

/// Seconds between two reports,
const PERIOD: f64 = 1.0;

/// and where there are more or fewer peers.
const SHORT_PERIOD: f64 = 0.2;

/// Reports take no more of a node's time than one part in so many: some stores have to be gone through to be counted.
const COST: f64 = 100.0;

/// But there is always another one within so many seconds.
const LONGEST_PERIOD: f64 = 30.0;

/// Where to report, and when next.
pub(super) struct Reporting {
    path: String,
    started: f64,
    last: f64,
    pub(super) next: f64,
    peers: usize,
}

impl Engine {
    /// From the beginning of the run on, this node writes to a file how it is.
    pub fn report_to(&mut self, path: &str) {
        self.reporting = Some(Reporting { path: path.to_owned(), started: 0.0, last: 0.0, next: 0.0, peers: 0 });
    }

    /// Writes a report where it is time.
    pub(super) fn report_status(&mut self, now: f64) {
        let Some(reporting) = &mut self.reporting else { return };
        if reporting.started == 0.0 {
            reporting.started = now;
        }
        // The clock may have been set back.
        let is_early = now < reporting.next && now >= reporting.last;
        if is_early && now - reporting.last < SHORT_PERIOD {
            return;
        }
        let peers = Peering::peered(&mut self.vm);
        if is_early && peers == reporting.peers {
            return;
        }
        let mut report = report(&mut self.vm, now, reporting.started);
        let cost = self.vm.host.now() - now;
        reporting.peers = peers;
        reporting.last = now;
        reporting.next = now + (cost * COST).clamp(PERIOD, LONGEST_PERIOD);
        report.next = reporting.next;
        // Nobody who watches may stop the node.
        let _ = write(&mut self.vm, &reporting.path, &report);
    }
}

fn report(vm: &mut Vm, now: f64, started: f64) -> Report {
    let text = |value: &Value| value.as_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let node = vm.global_by_name("Cluster::node").as_ref().and_then(text).unwrap_or_default();
    let statistics = *Peering::statistics(vm);
    let stores = vm.state::<Stores>();
    let (count, store_keys) = (stores.count(), stores.keys());
    Report {
        pid: vm.host.process_id(),
        node,
        time: now,
        next: now,
        started,
        peers: Peering::peered(vm),
        known: known(vm),
        events_in: statistics.events_in,
        events_out: statistics.events_out,
        logs_in: statistics.logs_in,
        logs_out: statistics.logs_out,
        stores: count,
        store_keys,
    }
}

/// The nodes of the layout that have said who they are: the framework keeps their ids as long as they are there.
fn known(vm: &Vm) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(Value::Table(nodes)) = vm.global_by_name("Cluster::nodes") {
        nodes.for_each(|key, value| {
            if let ([name], Value::Record(node)) = (key, value)
                && let Some(place) = node.record_type().and_then(|ty| ty.offset("id".into()))
                && node.is_set(place)
            {
                names.extend(name.as_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
            }
        });
    }
    names
}

/// Replaces the file as a whole.
fn write(vm: &mut Vm, path: &str, report: &Report) -> std::io::Result<()> {
    let new = format!("{path}.new");
    let handle = vm.host.open(&new, OpenMode::Write)?;
    let written = vm.host.write(handle, report.to_text().as_bytes());
    vm.host.close(handle)?;
    written?;
    vm.host.rename(&new, path)
}
