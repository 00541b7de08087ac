//! What can be said about a graph before running it: shortcuts for the patterns that scripts mostly use.

use regex_automata::util::prefilter::Prefilter;
use regex_automata::{MatchKind, Span};

use super::byteset::ByteSet;
use super::graph::{Front, Graph, State, StateIndex};

/// Longer literals do not find faster.
const MAX_LITERAL: usize = 32;

/// With more beginnings than that, what follows each is not looked into.
const MAX_BEGINNINGS: usize = 256;

/// How to find the next match of at least one byte.
pub(super) enum Plan {
    /// Matches are bytes of one class: single ones, or the longest runs of them.
    Class { table: Box<[bool; 256]>, runs: bool },
    /// Matches are the literal and nothing else.
    Literal(Literal),
    /// Matches begin with the literal.
    After(Literal),
    /// Matches of at least one byte begin with one of these; if nullable, all positions have an empty one.
    FirstByte { table: Box<[bool; 256]>, nullable: bool },
}

/// How to find whether there is a match.
pub(super) enum Presence {
    /// In every text that has a byte.
    Always,
    /// A byte of the class is a match.
    Byte(Box<[bool; 256]>),
    /// The literal is a match.
    Literal(Literal),
    /// A match begins with the literal, so the machine may start there.
    After(Literal),
    Machine,
}

/// A byte string with the means to find it.
pub(super) struct Literal {
    length: usize,
    finder: Prefilter,
}

impl Literal {
    fn new(bytes: &[u8]) -> Option<Self> {
        let finder = Prefilter::new(MatchKind::LeftmostFirst, &[bytes])?;
        Some(Self { length: bytes.len(), finder })
    }

    #[inline]
    pub(super) fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        let span = Span { start: from.min(text.len()), end: text.len() };
        self.finder.find(text, span).map(|found| found.start)
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }
}

impl Plan {
    /// The plan for a graph that is wrapped for matching exactly.
    pub(super) fn new(graph: &Graph) -> Self {
        let front = graph.front(&graph.begins());
        if let Some((class, runs)) = repeated_class(graph, &front) {
            return Plan::Class { table: class.table(), runs };
        }
        let (literal, rest) = literal(graph, &front);
        match Literal::new(&literal) {
            Some(literal) if rest.is_some_and(|rest| rest.accepts && rest.steps.is_empty()) => Plan::Literal(literal),
            Some(literal) => Plan::After(literal),
            None => Plan::FirstByte { table: first_bytes(graph, &front).table(), nullable: front.accepts },
        }
    }
}

impl Presence {
    /// The plan for a graph that is wrapped for searching.
    pub(super) fn new(graph: &Graph) -> Self {
        let Some(front) = searched(graph) else {
            return Presence::Machine;
        };
        if front.accepts {
            return Presence::Always;
        }
        if front.accepts_at_end {
            return Presence::Machine;
        }
        let few = (1..=MAX_BEGINNINGS).contains(&front.steps.len());
        if few && front.steps.iter().all(|&step| after(graph, &[step]).accepts) {
            return Presence::Byte(first_bytes(graph, &front).table());
        }
        let (literal, rest) = literal(graph, &front);
        match Literal::new(&literal) {
            Some(literal) if rest.is_some_and(|rest| rest.accepts) => Presence::Literal(literal),
            Some(literal) => Presence::After(literal),
            None => Presence::Machine,
        }
    }
}

/// What can come first of a match, for a graph that skips any bytes before and finds the same wherever in a text it starts.
fn searched(graph: &Graph) -> Option<Front> {
    let at_start = graph.front(&graph.begins());
    let skips = |&step: &StateIndex| {
        class_of(graph, step) == ByteSet::ALL && after(graph, &[step]).steps.binary_search(&step).is_ok()
    };
    let skip = at_start.steps.iter().copied().find(skips)?;
    let mut front = after(graph, &[skip]);
    if front != at_start {
        return None;
    }
    front.steps.retain(|&step| step != skip);
    Some(front)
}

/// The literal that all matches from `front` begin with, and what comes after it if that could still be told.
fn literal(graph: &Graph, front: &Front) -> (Vec<u8>, Option<Front>) {
    let mut literal = Vec::new();
    let mut rest: Option<Front> = None;
    while literal.len() < MAX_LITERAL {
        let front = rest.as_ref().unwrap_or(front);
        if front.accepts || front.accepts_at_end {
            break;
        }
        let Some(byte) = first_bytes(graph, front).single() else {
            break;
        };
        literal.push(byte);
        rest = Some(after(graph, &front.steps));
    }
    (literal, rest)
}

/// The class of which every match is one byte or, where so told, one or more.
fn repeated_class(graph: &Graph, front: &Front) -> Option<(ByteSet, bool)> {
    let [step] = front.steps[..] else {
        return None;
    };
    let next = after(graph, &[step]);
    if front.accepts || front.accepts_at_end || !next.accepts {
        return None;
    }
    match next.steps[..] {
        [] => Some((class_of(graph, step), false)),
        [again] if again == step => Some((class_of(graph, step), true)),
        _ => None,
    }
}

fn first_bytes(graph: &Graph, front: &Front) -> ByteSet {
    front.steps.iter().fold(ByteSet::EMPTY, |bytes, &step| bytes.union(class_of(graph, step)))
}

fn class_of(graph: &Graph, step: StateIndex) -> ByteSet {
    match graph.states().get(step as usize) {
        Some(&State::Byte { class, .. }) => graph.class(class),
        _ => ByteSet::EMPTY,
    }
}

/// What can come after one of `steps`.
fn after(graph: &Graph, steps: &[StateIndex]) -> Front {
    let next = |&step: &StateIndex| match graph.states().get(step as usize) {
        Some(&State::Byte { next, .. }) => Some(next),
        _ => None,
    };
    graph.front(&steps.iter().filter_map(next).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::{Plan, Presence};
    use crate::pattern::Pattern;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text.as_bytes(), false, false).unwrap()
    }

    fn plan(text: &str) -> Plan {
        Plan::new(&pattern(text).exact.graph)
    }

    fn presence(text: &str) -> Presence {
        Presence::new(&pattern(text).anywhere.graph)
    }

    #[test]
    fn usual_separators_need_no_machine() {
        assert!(matches!(plan("[ ?&]"), Plan::Class { runs: false, .. }));
        assert!(matches!(plan("( |\\t)"), Plan::Class { runs: false, .. }));
        assert!(matches!(plan("[0-9]+"), Plan::Class { runs: true, .. }));
        assert!(matches!(plan("\\r\\n"), Plan::Literal(literal) if literal.len() == 2));
        assert!(matches!(plan("user=u[0-9]*"), Plan::After(literal) if literal.len() == 6));
        assert!(matches!(plan("foo$"), Plan::After(literal) if literal.len() == 3));
        assert!(matches!(plan("[0-9]*"), Plan::FirstByte { nullable: true, .. }));
        assert!(matches!(plan("[0-9]{2}"), Plan::FirstByte { nullable: false, .. }));
        assert!(matches!(plan("a|$"), Plan::FirstByte { nullable: false, .. }));
    }

    #[test]
    fn usual_searches_start_at_a_literal() {
        assert!(matches!(presence("user=u[0-9]*"), Presence::Literal(literal) if literal.len() == 6));
        assert!(matches!(presence("user=u(1|2)x*"), Presence::After(literal) if literal.len() == 6));
        assert!(matches!(presence("[0-9]+x?"), Presence::Byte(_)));
        assert!(matches!(presence("x*"), Presence::Always));
        assert!(matches!(presence("^foo"), Presence::Machine));
        assert!(matches!(presence("foo|^bar"), Presence::Machine));
        assert!(matches!(presence("x*$"), Presence::Machine));
    }
}
