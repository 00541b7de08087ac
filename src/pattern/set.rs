//! Many patterns at once, for tables that are indexed by patterns.

use super::Pattern;
use super::machine::{Accept, Machine};

/// A set of patterns of which one pass over a text tells all that match it.
pub struct PatternSet {
    machine: Option<Machine>,
}

impl PatternSet {
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p Pattern>) -> Self {
        let graphs = patterns.into_iter().map(|pattern| &pattern.exact.graph);
        Self { machine: Machine::new(graphs, Accept::Whole) }
    }

    /// The indexes, ascending, of the patterns that match the whole of `text`.
    pub fn matching(&self, text: &[u8]) -> Vec<usize> {
        self.machine.as_ref().map_or_else(Vec::new, |machine| machine.accepting(text))
    }

    /// Whether a pattern matches the whole of `text`.
    pub fn matches_any(&self, text: &[u8]) -> bool {
        self.machine.as_ref().is_some_and(|machine| machine.accepts(text))
    }
}
