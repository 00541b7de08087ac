//! Expiry: entries have a stamp, and a cursor goes round looking for stamps that are too old.
//!
//! The machine owns the timers and calls `&expire_func`. A round is many steps, so that no step takes long: each asks
//! [`TableObject::next_expired`] until it says to pause or that the round is over. Nothing is borrowed between two
//! calls; a script may change the table at will.

use super::{ExpireKind, Key, TableObject};
use crate::value::Value;

/// What [`TableObject::next_expired`] found.
#[derive(Debug)]
pub enum Expired {
    /// This entry's time is over. It stays until the caller removes it, or gives it more time by
    /// [`TableObject::touch`].
    Entry { key: Key, value: Value },
    /// The step has looked at as many entries as it may; the round goes on later.
    Pause,
    /// The round is over, the next begins at the first entry.
    Done,
}

impl TableObject {
    /// Whether entries of this table expire at all.
    pub fn expires(&self) -> bool {
        self.expire_kind().is_some()
    }

    pub(super) fn expire_kind(&self) -> Option<ExpireKind> {
        self.attributes.borrow().as_ref().and_then(|attributes| attributes.expire).map(|(kind, _)| kind)
    }

    /// Looks on for an entry older than `timeout`. `budget` is how many entries this step may still look at.
    pub fn next_expired(&self, now: f64, timeout: f64, budget: &mut usize) -> Expired {
        let mut entries = self.entries.borrow_mut();
        while entries.cursor < entries.slots() {
            let slot = entries.cursor;
            if !entries.is_live(slot) {
                entries.cursor += 1;
                continue;
            }
            if *budget == 0 {
                return Expired::Pause;
            }
            *budget -= 1;
            entries.cursor += 1;
            let stamp = entries.stamp(slot);
            if stamp == 0.0 {
                // Made before there was a time: its time starts now.
                entries.set_stamp(slot, now);
            } else if stamp + timeout < now {
                return Expired::Entry { key: entries.key(slot).into(), value: entries.value(slot).clone() };
            }
        }
        entries.cursor = 0;
        Expired::Done
    }

    /// Sets the time an entry's age counts from; false where there is no such entry.
    pub fn touch(&self, key: &[Value], stamp: f64) -> bool {
        let Some(slot) = self.find_exact(key) else { return false };
        self.entries.borrow_mut().set_stamp(slot, stamp);
        true
    }
}
