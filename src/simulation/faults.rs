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

    /// What is still cut where nothing is between the sides of another one.
    pub(super) fn without(&self, healed: &Cut) -> Vec<Cut> {
        let parts = self.minus(&healed.one, &healed.other);
        parts.iter().flat_map(|part| part.minus(&healed.other, &healed.one)).collect()
    }

    /// Without the pairs of one of `from` on this side and one of `to` on the other.
    fn minus(&self, from: &BTreeSet<usize>, to: &BTreeSet<usize>) -> Vec<Cut> {
        let untouched = Cut { one: &self.one - from, other: self.other.clone() };
        let touched = Cut { one: &self.one & from, other: &self.other - to };
        [untouched, touched].into_iter().filter(|cut| !cut.one.is_empty() && !cut.other.is_empty()).collect()
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

#[cfg(test)]
mod tests {
    use super::Cut;

    #[test]
    fn what_is_healed_is_taken_from_a_cut_whichever_way_round() {
        let cut = |one: &[usize], other: &[usize]| Cut {
            one: one.iter().copied().collect(),
            other: other.iter().copied().collect(),
        };
        let whole = cut(&[1, 2, 3], &[3, 4, 5]);
        for healed in [cut(&[1, 2], &[4]), cut(&[4], &[1, 2]), cut(&[3], &[3, 4]), cut(&[9], &[1]), cut(&[3], &[1])] {
            let rest = whole.without(&healed);
            for (one, other) in (0..6).flat_map(|one| (0..6).map(move |other| (one, other))) {
                let expected = whole.is_between(one, other) && !healed.is_between(one, other);
                let found = rest.iter().any(|cut| cut.is_between(one, other));
                assert_eq!(found, expected, "{one} and {other} without {healed:?}");
            }
        }
        assert_eq!(whole.without(&whole), []);
    }
}
