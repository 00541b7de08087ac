//! What befalls messages: partitions, and rules for topics.

use std::collections::BTreeSet;
use std::time::Duration;

use super::random::Random;
use crate::builtins::sim::Mischief;

/// Two sets of nodes between which nothing gets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) one: BTreeSet<usize>,
    pub(super) other: BTreeSet<usize>,
}

impl Cut {
    pub(super) fn is_between(&self, one: usize, other: usize) -> bool {
        let crosses = |from, to| self.one.contains(&from) && self.other.contains(&to);
        crosses(one, other) || crosses(other, one)
    }
}

/// Something that befalls messages of a topic with some probability.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) prefix: Vec<u8>,
    pub(super) mischief: Mischief,
    pub(super) probability: f64,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Arrives { later: Duration, copies: usize },
    Lost,
}

/// Decides about a message. Those without a topic, of handshakes, are left alone.
pub(super) fn fate(rules: &[Rule], random: &mut Random, topic: &[u8]) -> Fate {
    let (mut later, mut copies) = (Duration::ZERO, 1);
    if topic.is_empty() {
        return Fate::Arrives { later, copies };
    }
    for rule in rules.iter().filter(|rule| topic.starts_with(&rule.prefix)) {
        if !random.happens(rule.probability) {
            continue;
        }
        match rule.mischief {
            Mischief::Delay(by) => later += by,
            Mischief::Drop => return Fate::Lost,
            Mischief::Duplicate => copies += 1,
        }
    }
    Fate::Arrives { later, copies }
}
