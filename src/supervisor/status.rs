//! A running cluster as one sees it: what the supervisor has written down, what the nodes report, and what the kernel
//! knows of their processes.

use serde::Serialize;

use super::machine::State;
use super::processes;
use super::report::Report;
use super::spool::{Member, Record, Spool, clock};
use crate::cluster::Role;

/// A node whose report is late by so many seconds does something that takes long.
const SILENCE: f64 = 3.0;

/// A node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeStatus {
    pub name: String,
    #[serde(rename = "type")]
    pub role: Role,
    pub address: String,
    pub pid: Option<u32>,
    /// `up`, `busy` where it has not reported for a while, `starting`, `waiting` for others, `pausing` after a crash,
    /// `stopping`, `stopped`, `ended`, `failed`, and `gone` where nobody is there to start it again.
    pub state: &'static str,
    /// For how many seconds it has been so.
    pub seconds: f64,
    /// When a crashed node is started again, from now.
    pub again_in: Option<f64>,
    pub restarts: u32,
    pub peers: usize,
    pub peers_expected: usize,
    /// Whom of the expected ones it has not heard of.
    pub missing: Vec<String>,
    pub events_in: u64,
    pub events_out: u64,
    pub logs_in: u64,
    pub logs_out: u64,
    pub stores: usize,
    pub store_keys: u64,
    /// In bytes.
    pub memory: u64,
}

/// A cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterStatus {
    pub spool: String,
    pub layout: String,
    /// Its process; `None` where it is gone.
    pub supervisor: Option<u32>,
    /// For how many seconds there has been a cluster.
    pub seconds: f64,
    pub nodes: Vec<NodeStatus>,
    /// Nodes of the layout that somebody else has to start.
    pub elsewhere: Vec<String>,
}

impl NodeStatus {
    /// Whether it works and has all its peers.
    pub fn is_complete(&self) -> bool {
        matches!(self.state, "up" | "busy") && self.peers >= self.peers_expected
    }
}

impl ClusterStatus {
    /// Of a cluster whose record is at hand. `is_held` tells whether its supervisor is there.
    pub fn of(spool: &Spool, record: &Record, is_held: bool) -> ClusterStatus {
        let now = clock();
        let node = |member: &Member| {
            // Of a process that is gone, what it told last remains of interest.
            let report = Report::read(&spool.status_file(&member.name)).unwrap_or_default();
            node(member, report, is_held, now)
        };
        ClusterStatus {
            spool: spool.root().display().to_string(),
            layout: record.layout.clone(),
            supervisor: is_held.then_some(record.supervisor),
            seconds: now - record.started,
            nodes: record.members.iter().map(node).collect(),
            elsewhere: record.elsewhere.clone(),
        }
    }

    /// Of what is found in a spool; `None` where nothing runs and nothing is left.
    pub fn find(spool: &Spool) -> Option<ClusterStatus> {
        let mut record = spool.record()?;
        let is_held = spool.is_held();
        if !is_held {
            adopt(&mut record, &spool.running());
        }
        Some(ClusterStatus::of(spool, &record, is_held))
    }

    /// Whether every node works and has all its peers.
    pub fn is_complete(&self) -> bool {
        self.supervisor.is_some() && self.nodes.iter().all(NodeStatus::is_complete)
    }
}

/// Corrects a record by what really runs; it may have been written before the last start.
pub(super) fn adopt(record: &mut Record, running: &[(String, u32)]) {
    for member in &mut record.members {
        member.pid = running.iter().find(|(name, _)| *name == member.name).map(|(_, pid)| *pid);
        member.state = if member.pid.is_some() { State::Up } else { State::Stopped };
        member.again_at = None;
    }
}

fn node(member: &Member, report: Report, is_held: bool, now: f64) -> NodeStatus {
    let is_current = member.pid == Some(report.pid);
    let is_silent = is_current && now - report.next > SILENCE;
    let peers = if is_current { report.peers } else { 0 };
    let state = match member.state {
        State::Up if is_silent => "busy",
        State::Up => "up",
        State::Starting => "starting",
        State::Waiting => "waiting",
        State::Pausing => "pausing",
        State::Stopping => "stopping",
        State::Stopped if !is_held => "gone",
        State::Stopped => "stopped",
        State::Ended => "ended",
        State::Failed => "failed",
    };
    let pid = member.pid.filter(|_| member.state.runs());
    let memory = pid.and_then(processes::memory).unwrap_or(0);
    let missing = if peers >= member.expected.len() {
        Vec::new()
    } else {
        member.expected.iter().filter(|name| !is_current || !report.known.contains(name)).cloned().collect()
    };
    NodeStatus {
        name: member.name.clone(),
        role: member.role,
        address: member.address.clone(),
        pid,
        state,
        seconds: (now - member.since).max(0.0),
        again_in: member.again_at.map(|at| (at - now).max(0.0)),
        restarts: member.restarts,
        peers,
        peers_expected: member.expected.len(),
        missing,
        events_in: report.events_in,
        events_out: report.events_out,
        logs_in: report.logs_in,
        logs_out: report.logs_out,
        stores: report.stores,
        store_keys: report.store_keys,
        memory,
    }
}
