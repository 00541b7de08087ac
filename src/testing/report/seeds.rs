//! A line for every test that runs under many seeds: how often it ended in which way, and under which seed it failed.

use std::collections::BTreeMap;

use super::lines::{Lines, Standard};
use super::{Listener, Scene};
use crate::testing::{Case, Event, Outcome, Tally, Verdict};

/// A line for every test, whatever number of seeds it has; and one for the seed that it fails under.
pub struct Seeds {
    lines: Lines,
    /// For tests that have no seed.
    others: Standard,
    /// Under how many seeds a test runs.
    planned: u64,
    /// What is known of tests whose line is not written yet.
    tests: BTreeMap<String, Counts>,
}

/// How many runs of a test ended in which way.
#[derive(Default)]
struct Counts {
    ended: u64,
    by_words: BTreeMap<String, u64>,
    has_failed: bool,
}

impl Seeds {
    pub fn new(planned: u64) -> Seeds {
        Seeds { lines: Lines::to_standard_error(), others: Standard::new(), planned, tests: BTreeMap::new() }
    }

    fn ended(&mut self, case: &Case, outcome: &Outcome) {
        let name = Case { seed: None, ..case.clone() }.shown();
        let words = outcome.words(case);
        let counts = self.tests.entry(name.clone()).or_default();
        if outcome.verdict == Verdict::Failed || outcome.retry > 0 {
            // Its other seeds are not tried any more; those that run at this moment change nothing.
            let before = if counts.ended > 0 { format!(", after {}", counts.text(None)) } else { String::new() };
            *counts = Counts { has_failed: true, ..Counts::default() };
            self.lines.write(&format!("{} ... {words}{before}\n", case.shown()));
            return;
        }
        if counts.has_failed {
            return;
        }
        counts.ended += 1;
        *counts.by_words.entry(words).or_default() += 1;
        if counts.ended == self.planned {
            self.lines.write(&format!("{name} ... {}\n", counts.text(None)));
            self.tests.remove(&name);
        }
    }
}

impl Counts {
    /// `ok (98 seeds), failed (expected) (2 seeds)`; with how many seeds there were to be, if it is told.
    fn text(&self, planned: Option<u64>) -> String {
        let of = planned.map_or_else(String::new, |planned| format!(" of {planned}"));
        let noun = |count: u64| if planned.unwrap_or(count) == 1 { "seed" } else { "seeds" };
        let parts = self.by_words.iter().map(|(words, count)| format!("{words} ({count}{of} {})", noun(*count)));
        parts.collect::<Vec<String>>().join(", ")
    }
}

impl Listener for Seeds {
    fn hear(&mut self, scene: &Scene, event: &Event) {
        match event {
            _ if scene.case.seed.is_none() => self.others.hear(scene, event),
            Event::Ended(outcome) => self.ended(scene.case, outcome),
            // A thousand runs of a test say a thousand times how far they are.
            Event::Started | Event::Command(_) | Event::Progress(_) | Event::Remark(_) => {}
        }
    }

    fn close(&mut self, _tally: &Tally) {
        // Somebody wanted all to end.
        for (name, counts) in self.tests.iter().filter(|(_, counts)| counts.ended > 0) {
            self.lines.write(&format!("{name} ... {}\n", counts.text(Some(self.planned))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_by_how_they_ended() {
        let mut counts = Counts { ended: 3, ..Counts::default() };
        counts.by_words.extend([("ok".to_owned(), 2), ("failed (expected)".to_owned(), 1)]);
        assert_eq!(counts.text(None), "failed (expected) (1 seed), ok (2 seeds)");
        assert_eq!(counts.text(Some(9)), "failed (expected) (1 of 9 seeds), ok (2 of 9 seeds)");
    }
}
