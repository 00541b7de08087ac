//! Patterns: regular expressions in Bro's dialect.
//!
//! A [`Pattern`] keeps the text Bro would print and what that text means; the automata that run it are built when first
//! needed. Texts are bytes, matching takes time linear in the text for every pattern, and a pattern that would take too
//! much memory is refused when it is made.
//!
//! Bro compiles every pattern twice: wrapped as `^?(...)$?` for matching from the start of a text, and as
//! `^?(.|\n)*(...)` for searching. The wrapping is text like any other: it is printed, and it is wrapped again when patterns
//! are combined. So it is here.

mod byteset;
mod class;
mod error;
mod escape;
mod graph;
mod machine;
mod parser;
mod plan;
mod search;
mod set;
mod survey;

#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::fmt;

pub use error::PatternError;
pub use search::{Matches, Split};
pub use set::PatternSet;

use graph::Graph;
use machine::{Accept, Machine};
use plan::{Plan, Presence};
use survey::Survey;

/// A compiled pattern.
pub struct Pattern {
    exact: Wrapped,
    anywhere: Wrapped,
    whole: OnceCell<Option<Box<Machine>>>,
    prefix: OnceCell<Option<Box<Machine>>>,
    search: OnceCell<Box<Search>>,
    plan: OnceCell<Plan>,
    backwards: OnceCell<Option<Box<Machine>>>,
}

/// A wrapped text and its meaning.
struct Wrapped {
    text: Box<[u8]>,
    graph: Graph,
}

/// What `in` needs.
struct Search {
    presence: Presence,
    machine: Option<Machine>,
    /// Whether the empty text has a match, which must take its end into account.
    in_empty: bool,
}

impl Pattern {
    /// The pattern `/text/`, with the flags `i` and `s` as given.
    pub fn parse(text: &[u8], ignore_case: bool, single_line: bool) -> Result<Self, PatternError> {
        let flagged = |before: &[u8], after: &[u8]| {
            let mut wrapped = Vec::with_capacity(text.len() + 24);
            if single_line {
                wrapped.extend(b"(?s:");
            }
            if ignore_case {
                wrapped.extend(b"(?i:");
            }
            wrapped.extend(before);
            let offset = wrapped.len();
            wrapped.extend(text);
            wrapped.extend(after);
            wrapped.extend(std::iter::repeat_n(b')', usize::from(ignore_case) + usize::from(single_line)));
            (wrapped, offset..offset + text.len())
        };
        let (anywhere, place) = flagged(b"^?(.|\\n)*(", b")");
        let anywhere = Wrapped::new(anywhere, place)?;
        let (exact, place) = flagged(b"^?(", b")$?");
        let exact = Wrapped::new(exact, place)?;
        Ok(Self::new(exact, anywhere))
    }

    /// The pattern that was sent by its two wrapped texts.
    pub fn from_texts(exact: &[u8], anywhere: &[u8]) -> Result<Self, PatternError> {
        let anywhere = Wrapped::new(anywhere.to_vec(), 0..anywhere.len())?;
        let exact = Wrapped::new(exact.to_vec(), 0..exact.len())?;
        Ok(Self::new(exact, anywhere))
    }

    /// The pattern that matches what `self` or `other` does (`|`).
    pub fn or(&self, other: &Self) -> Result<Self, PatternError> {
        self.combine(b"|", other)
    }

    /// The pattern that matches what `self` does followed by what `other` does (`&`).
    pub fn and(&self, other: &Self) -> Result<Self, PatternError> {
        self.combine(b"", other)
    }

    /// The pattern that matches what one of `patterns` does, in the form that Bro gives to a pattern which more patterns are
    /// added to (`merge_pattern`, `+=`). Without any it matches the empty text.
    pub fn union<'p>(patterns: impl IntoIterator<Item = &'p Self>) -> Result<Self, PatternError> {
        let mut patterns = patterns.into_iter().map(Self::exact_text);
        let Some(first) = patterns.next() else {
            return Self::parse(b"", false, false);
        };
        let mut exact = [b"^?(", first, b")$?"].concat();
        let mut anywhere = [b"^?(.|\\n)*(", first, b")"].concat();
        for next in patterns {
            exact = [b"(", &exact[..], b")|(^?(", next, b")$?)"].concat();
            anywhere = [b"(", &anywhere[..], b")|(^?(.|\\n)*(", next, b"))"].concat();
        }
        Self::from_texts(&exact, &anywhere)
    }

    /// `text` as the text of a pattern that matches just that (`convert_for_pattern`).
    pub fn quote(text: &[u8]) -> Vec<u8> {
        escape::quote(text)
    }

    /// The pattern as it is printed: `/^?(foo)$?/`.
    pub fn text(&self) -> Vec<u8> {
        [b"/", self.exact_text(), b"/"].concat()
    }

    /// The text as wrapped for matching exactly, without slashes. Patterns are equal if these are.
    pub fn exact_text(&self) -> &[u8] {
        &self.exact.text
    }

    /// The text as wrapped for searching, without slashes.
    pub fn anywhere_text(&self) -> &[u8] {
        &self.anywhere.text
    }

    /// Whether the pattern matches the whole of `text` (`==`).
    pub fn matches_exactly(&self, text: &[u8]) -> bool {
        let machine = self.whole.get_or_init(|| Machine::new([&self.exact.graph], Accept::Whole).map(Box::new));
        machine.as_ref().is_some_and(|machine| machine.accepts(text))
    }

    /// Whether the pattern matches somewhere in `text` (`in`).
    ///
    /// As in Bro, matches that end before the first byte do not count: `/^/` is in no text.
    pub fn matches_anywhere(&self, text: &[u8]) -> bool {
        let search = self.search.get_or_init(|| Box::new(Search::new(&self.anywhere.graph)));
        if text.is_empty() {
            return search.in_empty;
        }
        let from = match &search.presence {
            Presence::Always => return true,
            Presence::Byte(table) => return text.iter().any(|&byte| table[usize::from(byte)]),
            Presence::Literal(literal) => return literal.find(text, 0).is_some(),
            Presence::After(literal) => match literal.find(text, 0) {
                Some(found) => found,
                None => return false,
            },
            Presence::Machine => 0,
        };
        search.machine.as_ref().is_some_and(|machine| machine.accepts_within(text.get(from..).unwrap_or_default()))
    }

    /// How many bytes at the start of `text` the pattern matches, at most.
    pub fn longest_prefix(&self, text: &[u8]) -> Option<usize> {
        self.longest(text).0
    }

    /// [`Self::longest_prefix`] and how many bytes were read to find out.
    fn longest(&self, text: &[u8]) -> (Option<usize>, usize) {
        self.prefix_machine().map_or((None, 0), |machine| machine.longest(text))
    }

    fn prefix_machine(&self) -> Option<&Machine> {
        self.prefix.get_or_init(|| Machine::new([&self.exact.graph], Accept::Prefix).map(Box::new)).as_deref()
    }

    fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| Plan::new(&self.exact.graph))
    }

    fn survey(&self, text: &[u8]) -> Option<Survey> {
        let machine = self.backwards.get_or_init(|| Machine::backwards(&self.exact.graph).map(Box::new));
        Survey::new(machine.as_ref()?, text)
    }

    /// [`Self::longest_prefix`] of `text` from `at` on, with the help of what is known about all of `text`.
    fn longest_surveyed(&self, text: &[u8], at: usize, survey: &mut Survey) -> Option<usize> {
        self.prefix_machine().and_then(|machine| survey.longest(machine, text, at))
    }

    fn new(exact: Wrapped, anywhere: Wrapped) -> Self {
        Self {
            exact,
            anywhere,
            whole: OnceCell::new(),
            prefix: OnceCell::new(),
            search: OnceCell::new(),
            plan: OnceCell::new(),
            backwards: OnceCell::new(),
        }
    }

    fn combine(&self, between: &[u8], other: &Self) -> Result<Self, PatternError> {
        let text = [b"(", self.exact_text(), b")", between, b"(", other.exact_text(), b")"].concat();
        Self::parse(&text, false, false)
    }
}

impl Wrapped {
    /// `text`, of which `place` is what the caller handed in.
    fn new(text: Vec<u8>, place: std::ops::Range<usize>) -> Result<Self, PatternError> {
        match parser::parse(&text) {
            Ok(graph) => Ok(Self { text: text.into(), graph }),
            Err((fault, offset)) => {
                let offset = offset.clamp(place.start, place.end) - place.start;
                Err(PatternError::new(fault, offset, &text))
            }
        }
    }
}

impl Search {
    fn new(graph: &Graph) -> Self {
        let presence = Presence::new(graph);
        let needed = matches!(presence, Presence::After(_) | Presence::Machine);
        let machine = if needed { Machine::new([graph], Accept::Prefix) } else { None };
        let in_empty = graph.front(&graph.begins()).accepts_at_end;
        Self { presence, machine, in_empty }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", String::from_utf8_lossy(self.exact_text()))
    }
}
