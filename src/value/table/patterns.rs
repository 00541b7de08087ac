//! Tables with one `pattern` column: a string finds every entry whose pattern matches all of it.

use std::cell::RefCell;
use std::fmt;

use super::TableObject;
use crate::pattern::PatternSet;
use crate::value::Value;

/// All patterns of a table as one automaton, built when first asked and again after a change.
#[derive(Default)]
pub(super) struct Patterns(RefCell<Option<PatternSet>>);

impl Patterns {
    pub(super) fn forget(&self) {
        self.0.replace(None);
    }

    fn with<R>(&self, table: &TableObject, ask: impl FnOnce(&PatternSet) -> R) -> R {
        let mut set = self.0.borrow_mut();
        ask(set.get_or_insert_with(|| {
            let mut patterns = Vec::with_capacity(table.len());
            table.for_each(|key, _| {
                if let [Value::Pattern(pattern)] = key {
                    patterns.push(pattern.clone());
                }
            });
            PatternSet::new(patterns.iter().map(|pattern| &**pattern))
        }))
    }
}

impl fmt::Debug for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Patterns")
    }
}

impl TableObject {
    /// Whether a string is looked up by matching: the table's one column is a `pattern`.
    pub fn is_by_pattern(&self) -> bool {
        self.patterns.is_some()
    }

    /// The values of all entries whose pattern matches the whole of `text`, in the order of the entries.
    pub fn matching(&self, text: &[u8]) -> Vec<Value> {
        let Some(patterns) = &self.patterns else { return Vec::new() };
        let places = patterns.with(self, |set| set.matching(text));
        let mut wanted = places.into_iter().peekable();
        let mut found = Vec::new();
        let mut place = 0;
        self.for_each(|_, value| {
            if wanted.next_if_eq(&place).is_some() {
                found.push(value.clone());
            }
            place += 1;
        });
        found
    }

    /// Whether a pattern of this table matches the whole of `text`.
    pub fn matches_any(&self, text: &[u8]) -> bool {
        self.patterns.as_ref().is_some_and(|patterns| patterns.with(self, |set| set.matches_any(text)))
    }
}
