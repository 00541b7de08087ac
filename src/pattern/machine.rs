//! Running graphs: lazily built deterministic automata.
//!
//! The symbols before and after the text are resolved here. Every match consumes the one before the text first, so the
//! machine starts where that leads and drops all later ones. The one after the text can only be consumed when the text has
//! ended, and nothing can be consumed after it.
//!
//! A machine never fails for want of memory: its cache of states is cleared when full.

use std::cell::RefCell;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{Builder, NFA, Transition};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};

use super::byteset::ByteSet;
use super::graph::{Graph, State, StateIndex};

/// Which ways of accepting count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Accept {
    /// Anywhere, with or without consuming the end of the text.
    Prefix,
    /// Only having consumed the end of the text.
    Whole,
}

pub(super) struct Machine {
    pub(super) dfa: DFA,
    pub(super) cache: RefCell<Cache>,
}

impl Machine {
    /// A machine of all `graphs` together. `None` if their states cannot be numbered, which the limit on a graph's size
    /// leaves to tens of thousands of graphs.
    pub(super) fn new<'g>(graphs: impl IntoIterator<Item = &'g Graph>, accept: Accept) -> Option<Self> {
        let mut builder = Builder::new();
        let mut starts = Vec::new();
        for graph in graphs {
            builder.start_pattern().ok()?;
            let start = add(&mut builder, graph, accept)?;
            builder.finish_pattern(start).ok()?;
            starts.push(start);
        }
        let start = builder.add_union(starts).ok()?;
        Self::from_nfa(builder.build(start, start).ok()?)
    }

    /// A machine that reads texts from their end and reports where a match of at least one byte begins.
    pub(super) fn backwards(graph: &Graph) -> Option<Self> {
        let mut builder = Builder::new();
        builder.start_pattern().ok()?;
        let start = add_reversed(&mut builder, graph)?;
        builder.finish_pattern(start).ok()?;
        Self::from_nfa(builder.build(start, start).ok()?)
    }

    fn from_nfa(nfa: NFA) -> Option<Self> {
        let config = DFA::config().match_kind(MatchKind::All).skip_cache_capacity_check(true);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let cache = RefCell::new(dfa.create_cache());
        Some(Self { dfa, cache })
    }

    /// Whether the machine accepts when all of `text` has been read.
    pub(super) fn accepts(&self, text: &[u8]) -> bool {
        let cache = &mut *self.cache.borrow_mut();
        self.run(cache, text.iter(), |_, _| true).is_some_and(|state| state.is_match())
    }

    /// The graphs that accept when all of `text` has been read, ascending.
    pub(super) fn accepting(&self, text: &[u8]) -> Vec<usize> {
        let cache = &mut *self.cache.borrow_mut();
        let Some(state) = self.run(cache, text.iter(), |_, _| true).filter(LazyStateID::is_match) else {
            return Vec::new();
        };
        let count = self.dfa.match_len(cache, state);
        let mut graphs: Vec<_> = (0..count).map(|nth| self.dfa.match_pattern(cache, state, nth).as_usize()).collect();
        graphs.sort_unstable();
        graphs
    }

    /// Whether the machine accepts anywhere in `text` after at least one byte, or at its end.
    pub(super) fn accepts_within(&self, text: &[u8]) -> bool {
        let cache = &mut *self.cache.borrow_mut();
        let mut found = false;
        let end = self.run(cache, text.iter(), |position, state| {
            found = state.is_match() && position > 0;
            !found
        });
        found || end.is_some_and(|state| state.is_match())
    }

    /// The last position at which the machine accepts, and how many bytes it took to know.
    pub(super) fn longest(&self, text: &[u8]) -> (Option<usize>, usize) {
        let cache = &mut *self.cache.borrow_mut();
        let mut last = None;
        let mut read = 0;
        let end = self.run(cache, text.iter(), |position, state| {
            read = position;
            if state.is_match() {
                last = Some(position);
            }
            true
        });
        match end {
            Some(state) if state.is_match() => (Some(text.len()), text.len()),
            Some(_) => (last, text.len()),
            None => (last, read),
        }
    }

    #[inline]
    pub(super) fn start(&self, cache: &mut Cache) -> Option<LazyStateID> {
        self.dfa.start_state(cache, &start::Config::new().anchored(Anchored::Yes)).ok()
    }

    /// Feeds `bytes` and then the end of the text. `visit` gets the states that say something: with how many bytes were read
    /// when the machine was where the state tells of, which is one byte ago. It may end the run, as does a state that nothing
    /// can follow; then there is no final state.
    #[inline]
    fn run<'t>(
        &self,
        cache: &mut Cache,
        bytes: impl Iterator<Item = &'t u8>,
        mut visit: impl FnMut(usize, LazyStateID) -> bool,
    ) -> Option<LazyStateID> {
        // The cache never refuses: it was given no limit on how often it may be cleared.
        let mut state = self.start(cache)?;
        for (read, &byte) in bytes.enumerate() {
            // Most steps lead from one state to another that is known and says nothing.
            if !state.is_tagged() {
                let next = self.dfa.next_state_untagged(cache, state, byte);
                if !next.is_tagged() {
                    state = next;
                    continue;
                }
            }
            state = self.dfa.next_state(cache, state, byte).ok()?;
            if state.is_tagged() && (!visit(read, state) || state.is_dead()) {
                return None;
            }
        }
        self.dfa.next_eoi_state(cache, state).ok()
    }
}

/// Adds the states of `graph` and returns where it starts.
fn add(builder: &mut Builder, graph: &Graph, accept: Accept) -> Option<StateID> {
    let accepted = builder.add_match().ok()?;
    // The states follow one for one, so that each may refer to later ones.
    let at = |index: StateIndex| StateID::new(accepted.as_usize() + 1 + index as usize).ok();
    for (index, &state) in (0..).zip(graph.states()) {
        match state {
            State::Byte { class, next } if graph.lives(index) => add_class(builder, graph.class(class), at(next)?)?,
            State::End(next) if graph.finishes(next) => builder.add_look(accepted, Look::End).ok()?,
            State::Goto(next) => add_goto(builder, at(next)?)?,
            State::Split(first, second) => builder.add_union(vec![at(first)?, at(second)?]).ok()?,
            State::Exit if accept == Accept::Prefix => add_goto(builder, accepted)?,
            // What can only go on in vain ends at once.
            State::Byte { .. } | State::Begin(_) | State::End(_) | State::Exit => builder.add_fail().ok()?,
        };
    }
    let begins: Option<Vec<_>> = graph.begins().into_iter().map(at).collect();
    builder.add_union(begins?).ok()
}

/// Adds the states of `graph` with all edges turned round and returns the start.
///
/// Each state is there twice: as reached from the end of a match before any byte was read, and after. Only the latter may
/// be where a match begins.
fn add_reversed(builder: &mut Builder, graph: &Graph) -> Option<StateID> {
    let states = graph.states();
    let found = builder.add_match().ok()?;
    let fail = builder.add_fail().ok()?;
    let base = fail.as_usize() + 1;
    let unread = |index: StateIndex| StateID::new(base + index as usize).ok();
    let read = |index: StateIndex| StateID::new(base + states.len() + index as usize).ok();
    let step = |index: StateIndex| StateID::new(base + 2 * states.len() + index as usize).ok();

    let mut sources: [Vec<Vec<StateID>>; 2] = [vec![Vec::new(); states.len()], vec![Vec::new(); states.len()]];
    let mut connect = |target: StateIndex, source: [StateID; 2]| {
        for (sources, source) in sources.iter_mut().zip(source) {
            if let Some(sources) = sources.get_mut(target as usize) {
                sources.push(source);
            }
        }
    };
    // Where a match may end: anywhere, and where the text does.
    let (mut ends, mut last_ends) = (Vec::new(), Vec::new());
    for (index, &state) in (0..).zip(states) {
        match state {
            State::Byte { next, .. } => connect(next, [step(index)?, step(index)?]),
            State::Goto(next) => connect(next, [unread(index)?, read(index)?]),
            State::Split(first, second) => {
                connect(first, [unread(index)?, read(index)?]);
                connect(second, [unread(index)?, read(index)?]);
            }
            State::End(next) if graph.finishes(next) => last_ends.push(unread(index)?),
            State::Exit => ends.push(unread(index)?),
            State::Begin(_) | State::End(_) => {}
        }
    }
    for begin in graph.begins() {
        connect(begin, [fail, found]);
    }
    for mut alternates in sources.into_iter().flatten() {
        // A union of one is followed when the builder finishes, and here such unions may form a circle.
        alternates.push(fail);
        builder.add_union(alternates).ok()?;
    }
    for (index, &state) in (0..).zip(states) {
        match state {
            State::Byte { class, .. } => add_class(builder, graph.class(class), read(index)?)?,
            _ => builder.add_fail().ok()?,
        };
    }
    let anew = builder.add_union(ends.clone()).ok()?;
    let any = builder.add_range(Transition { start: 0, end: u8::MAX, next: anew }).ok()?;
    builder.patch(anew, any).ok()?;
    last_ends.extend(ends);
    last_ends.push(any);
    builder.add_union(last_ends).ok()
}

fn add_goto(builder: &mut Builder, next: StateID) -> Option<StateID> {
    let goto = builder.add_empty().ok()?;
    builder.patch(goto, next).ok()?;
    Some(goto)
}

fn add_class(builder: &mut Builder, class: ByteSet, next: StateID) -> Option<StateID> {
    let ranges = class.ranges();
    builder.add_sparse(ranges.into_iter().map(|(start, end)| Transition { start, end, next }).collect()).ok()
}
