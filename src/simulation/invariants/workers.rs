//! `Cluster::worker_count` of every node is the number of workers that it is connected with.
//!
//! Nodes with a connection on which a scenario has lost messages are excused while it lasts: an introduction may have been
//! among them.

use super::{Breach, Moment, Simulation, scripts};
use crate::value::Value;

pub(super) fn look(simulation: &mut Simulation, _moment: Moment) -> Vec<Breach> {
    let (names, mut breaches) = (simulation.names(), Vec::new());
    for node in simulation.running() {
        if simulation.network.borrow().is_lossy(node) {
            continue;
        }
        let peers = simulation.network.borrow().peers(node);
        let peers: Vec<&String> = peers.into_iter().filter_map(|peer| names.get(peer)).collect();
        let compared = simulation.peek(node, |engine| {
            let Some(Value::Count(count)) = engine.vm.global_by_name("Cluster::worker_count") else { return None };
            let workers: Vec<&str> =
                peers.iter().map(|name| name.as_str()).filter(|name| scripts::is_worker(engine, name)).collect();
            let connected = if workers.is_empty() { "none".to_owned() } else { workers.join(", ") };
            (count != workers.len() as u64).then_some((count, connected))
        });
        if let Some(Some((count, connected))) = compared {
            let what = format!("Cluster::worker_count is {count}, and the connected workers are: {connected}");
            breaches.push(Breach { node, what });
        }
    }
    breaches
}
