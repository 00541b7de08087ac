//! What this node wants to hear, and what it tells its peers about that.
//!
//! Topics match by prefix, byte by byte. Peers are told a list without entries that others cover, which never shrinks:
//! Broker has no message for that.

use std::collections::{BTreeMap, BTreeSet};

use crate::wire::{Filter, RESERVED};

/// The topics of a process's own notices; they never leave it and never come in.
const LOCAL: &[u8] = b"<$>/local/";

/// Whether some prefix of the list matches the topic.
pub(super) fn matches<'a>(prefixes: impl IntoIterator<Item = &'a Vec<u8>>, topic: &[u8]) -> bool {
    prefixes.into_iter().any(|prefix| topic.starts_with(prefix))
}

/// Whether a topic belongs to the machinery: nothing that comes in on it is delivered.
pub(super) fn is_local(topic: &[u8]) -> bool {
    topic.starts_with(LOCAL) || topic == RESERVED
}

/// The subscriptions of an endpoint.
#[derive(Debug, Default)]
pub struct Subscriptions {
    wanted: BTreeSet<Vec<u8>>,
    /// What guests want, with how many of them.
    guests: BTreeMap<Vec<u8>, usize>,
    /// Sorted; no entry is a prefix of another.
    told: Filter,
}

impl Subscriptions {
    /// Wants a prefix from now on. Whether the list that peers are told has changed.
    pub fn subscribe(&mut self, prefix: &[u8]) -> bool {
        self.wanted.insert(prefix.to_vec());
        self.tell(prefix)
    }

    /// Does not want a prefix any more; what the peers were told stays.
    pub fn unsubscribe(&mut self, prefix: &[u8]) -> bool {
        self.wanted.remove(prefix)
    }

    /// A guest of this node wants a prefix: somebody whom the node speaks for, who is no peer.
    pub fn subscribe_guest(&mut self, prefix: &[u8]) -> bool {
        *self.guests.entry(prefix.to_vec()).or_default() += 1;
        self.tell(prefix)
    }

    /// One guest less wants a prefix.
    pub fn unsubscribe_guest(&mut self, prefix: &[u8]) {
        if let Some(count) = self.guests.get_mut(prefix) {
            *count -= 1;
            if *count == 0 {
                self.guests.remove(prefix);
            }
        }
    }

    /// Whether a message of the topic is for a guest.
    pub fn guests_want(&self, topic: &[u8]) -> bool {
        !self.guests.is_empty() && !is_local(topic) && matches(self.guests.keys(), topic)
    }

    /// Whether a message of the topic is for this node.
    pub fn wants(&self, topic: &[u8]) -> bool {
        !is_local(topic) && matches(&self.wanted, topic)
    }

    /// What peers are told.
    pub fn filter(&self) -> &Filter {
        &self.told
    }

    fn tell(&mut self, prefix: &[u8]) -> bool {
        if is_local(prefix) || matches(&self.told, prefix) {
            return false;
        }
        self.told.retain(|entry| !entry.starts_with(prefix));
        let place = self.told.partition_point(|entry| entry.as_slice() < prefix);
        self.told.insert(place, prefix.to_vec());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Subscriptions;

    fn told(subscriptions: &Subscriptions) -> Vec<&str> {
        subscriptions.filter().iter().map(|entry| std::str::from_utf8(entry).unwrap()).collect()
    }

    #[test]
    fn the_list_for_peers_is_minimal_and_sorted() {
        let mut subscriptions = Subscriptions::default();
        assert!(subscriptions.subscribe(b"zeek/t/"));
        assert!(subscriptions.subscribe(b"zeek/ab"));
        assert_eq!(told(&subscriptions), ["zeek/ab", "zeek/t/"]);
        assert!(subscriptions.subscribe(b"zeek/a"));
        assert!(!subscriptions.subscribe(b"zeek/abc"));
        assert_eq!(told(&subscriptions), ["zeek/a", "zeek/t/"]);
        assert!(subscriptions.subscribe(b""));
        assert_eq!(told(&subscriptions), [""]);
    }

    #[test]
    fn peers_are_not_told_of_what_is_not_wanted_any_more() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.subscribe(b"a/");
        subscriptions.subscribe(b"b/");
        assert!(subscriptions.wants(b"a/x") && subscriptions.wants(b"b/x"));
        assert!(subscriptions.unsubscribe(b"a/") && !subscriptions.unsubscribe(b"a/"));
        assert!(!subscriptions.wants(b"a/x") && subscriptions.wants(b"b/x"));
        assert_eq!(told(&subscriptions), ["a/", "b/"]);
    }

    #[test]
    fn a_prefix_of_guests_lasts_as_long_as_one_of_them() {
        let mut subscriptions = Subscriptions::default();
        assert!(subscriptions.subscribe_guest(b"a/") && !subscriptions.subscribe_guest(b"a/"));
        assert!(subscriptions.guests_want(b"a/x") && !subscriptions.wants(b"a/x"));
        subscriptions.unsubscribe_guest(b"a/");
        assert!(subscriptions.guests_want(b"a/x"));
        subscriptions.unsubscribe_guest(b"a/");
        assert!(!subscriptions.guests_want(b"a/x"));
        assert_eq!(told(&subscriptions), ["a/"]);
    }

    #[test]
    fn topics_of_the_machinery_are_kept_inside() {
        let mut subscriptions = Subscriptions::default();
        assert!(!subscriptions.subscribe(b"<$>/local/data/statuses"));
        subscriptions.subscribe(b"");
        assert!(!subscriptions.wants(b"<$>/local/data/errors") && !subscriptions.wants(b"<$>"));
        assert!(subscriptions.wants(b"store/<$>/data/master"));
    }
}
