//! What a node tells of itself: a small file that it writes once a second when it is asked to.
//!
//! A file needs nobody who listens: a node never waits for its supervisor, outlives it, and any other process can look
//! as well. The file is replaced as a whole, so that nobody reads half of it.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// How a node is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    pub pid: u32,
    /// The name of the node, empty outside of a cluster.
    pub node: String,
    /// When it was written, in seconds since the epoch.
    pub time: f64,
    /// When the next one is due.
    pub next: f64,
    /// When the node began to work.
    pub started: f64,
    /// Peerings there are.
    pub peers: usize,
    /// Nodes of the cluster that have said hello and are there.
    pub known: Vec<String>,
    pub events_in: u64,
    pub events_out: u64,
    pub logs_in: u64,
    pub logs_out: u64,
    /// Stores, masters and clones.
    pub stores: usize,
    /// Entries in all of them.
    pub store_keys: u64,
}

impl Report {
    pub fn to_text(&self) -> String {
        // A record of numbers and texts always has a form in JSON.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// Reads what a node has written.
    pub fn read(path: &Path) -> io::Result<Report> {
        let text = std::fs::read(path)?;
        serde_json::from_slice(&text).map_err(io::Error::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn what_later_nodes_add_or_leave_out_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("status.json");
        std::fs::write(&path, r#"{"pid": 7, "peers": 2, "mood": "good"}"#).unwrap();
        let report = Report::read(&path).unwrap();
        assert_eq!((report.pid, report.peers, report.store_keys), (7, 2, 0));
        std::fs::write(&path, report.to_text()).unwrap();
        assert_eq!(Report::read(&path).unwrap(), report);
        std::fs::write(&path, "{").unwrap();
        assert!(Report::read(&path).is_err());
    }
}
