//! Whether the copies of a store are what they should be, for somebody who sees all nodes at once.

use super::stores::{Handle, Store};
use crate::wire::Data;

/// How a clone and a master of one store stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The clone belongs to no master, or to another one.
    Strangers,
    /// The clone has not done yet all that the master has told.
    Behind,
    Equal,
    /// The clone has done all, and has other entries: the first of those that differ.
    Differs(String),
}

impl Handle {
    pub fn is_master(&self) -> bool {
        matches!(&*self.store.borrow(), Store::Master(_))
    }

    /// Compares a clone with this master.
    pub fn agreement(&self, clone: &Handle) -> Agreement {
        let (mut master, clone) = (self.store.borrow_mut(), clone.store.borrow());
        let (Store::Master(master), Store::Clone(clone)) = (&mut *master, &*clone) else { return Agreement::Strangers };
        if clone.master_entity() != Some(master.id()) {
            return Agreement::Strangers;
        }
        if clone.done() != Some(master.sequence()) {
            return Agreement::Behind;
        }
        // All that is there, with what is over and was not told to be gone.
        let Ok(entries) = master.entries().all(i64::MIN) else { return Agreement::Behind };
        let copy = clone.copy();
        let text = |data: &Data| String::from_utf8_lossy(&data.to_text()).into_owned();
        let differs = entries.iter().find(|(key, value)| copy.get(key) != Some(value));
        if let Some((key, value)) = differs {
            let there = copy.get(key).map_or("nothing".to_owned(), text);
            return Agreement::Differs(format!("{} is {} in the master and {there} there", text(key), text(value)));
        }
        if copy.len() == entries.len() {
            return Agreement::Equal;
        }
        let known: std::collections::BTreeSet<&Data> = entries.iter().map(|(key, _)| key).collect();
        let more = copy.keys().filter(|key| !known.contains(key)).min();
        Agreement::Differs(format!("{} is there and not in the master", more.map_or(String::new(), text)))
    }
}
