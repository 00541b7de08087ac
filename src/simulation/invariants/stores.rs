//! A clone that has done all that its master has told holds what the master holds, and a clone has the master that it is
//! connected with.
//!
//! Entries are compared as they are held, those included whose time is over and that nobody was told of yet. That a clone
//! finds its master and gets all is only asked at the end of the run, and where they have been connected for
//! [`LONGEST_SEARCH`].

use std::time::Duration;

use super::{Breach, Moment, Simulation};
use crate::broker::{Agreement, Handle, Stores};

/// A clone needs no more time than this to find a master and be told what it missed. It looks every ten seconds, as
/// `Broker::default_clone_resync_interval` has it.
const LONGEST_SEARCH: Duration = Duration::from_secs(25);

pub(super) fn look(simulation: &mut Simulation, moment: Moment) -> Vec<Breach> {
    let mut handles: Vec<(usize, Handle)> = Vec::new();
    for node in simulation.running() {
        let all = simulation.peek(node, |engine| engine.vm.state::<Stores>().all()).unwrap_or_default();
        handles.extend(all.into_iter().map(|handle| (node, handle)));
    }
    let (masters, clones): (Vec<_>, Vec<_>) = handles.into_iter().partition(|(_, handle)| handle.is_master());
    let now = simulation.now();
    let network = simulation.network.borrow();
    let mut breaches = Vec::new();
    for (node, clone) in &clones {
        for (owner, master) in masters.iter().filter(|(_, master)| master.name == clone.name) {
            let since = network.connected_since(*node, *owner);
            let is_due = moment == Moment::End
                && !network.is_lossy(*node)
                && since
                    .is_some_and(|since| now.saturating_sub(since.max(network.undisturbed_since)) >= LONGEST_SEARCH);
            let what = match master.agreement(clone) {
                Agreement::Differs(what) => format!("store {}: {what}", clone.name),
                Agreement::Strangers if is_due => format!("store {} has not found its master", clone.name),
                Agreement::Behind if is_due => format!("store {} has not got all that its master told", clone.name),
                _ => continue,
            };
            breaches.push(Breach { node: *node, what });
        }
    }
    breaches
}
