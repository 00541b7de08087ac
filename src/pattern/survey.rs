//! Knowing a text beforehand, so that searching all of it takes linear time for every pattern.
//!
//! Two things make a search read a text over and over: positions where a match seems to begin for long and does not, and
//! matches that seem to go on for long and do not. One pass backwards tells where matches begin. The state it is in at a
//! position also tells, together with the state of a match in progress there, whether that match can still get longer;
//! which of these pairs are dead ends is learned from the first that turns out to be one.
//!
//! A survey costs more than most searches, so it is made only when a search has read too much in vain.

use regex_automata::hybrid::LazyStateID;
use rustc_hash::FxHashSet;

use super::machine::Machine;

pub(super) struct Survey {
    /// For each position whether a match of at least one byte begins there.
    begins: Vec<bool>,
    /// For each position the state of the backwards pass. Empty if states were forgotten during the pass, as then the same
    /// state may stand for different things.
    states: Vec<LazyStateID>,
    /// Where matches cannot get longer.
    dead_ends: FxHashSet<DeadEnd>,
    /// How often the machine that finds matches had forgotten its states when `dead_ends` was last used.
    forgotten: usize,
}

/// A state of a match in progress, the byte it reads next, and the state of the backwards pass after that byte.
type DeadEnd = (LazyStateID, u8, LazyStateID);

impl Survey {
    /// Surveys `text` with the machine that reads it backwards.
    pub(super) fn new(backwards: &Machine, text: &[u8]) -> Option<Self> {
        let cache = &mut *backwards.cache.borrow_mut();
        let mut begins = vec![false; text.len() + 1];
        let mut states = Vec::with_capacity(text.len() + 1);
        let mut state = backwards.start(cache)?;
        let forgotten = cache.clear_count();
        for (&byte, begins) in text.iter().zip(begins.iter_mut().skip(1)).rev() {
            states.push(state);
            state = backwards.dfa.next_state(cache, state, byte).ok()?;
            // A state tells of the position before the byte that led to it.
            *begins = state.is_match();
        }
        states.push(state);
        if let Some(first) = begins.first_mut() {
            *first = backwards.dfa.next_eoi_state(cache, state).ok()?.is_match();
        }
        if cache.clear_count() != forgotten {
            states.clear();
        }
        states.reverse();
        Some(Self { begins, states, dead_ends: FxHashSet::default(), forgotten: 0 })
    }

    /// How long the longest match at `at` is.
    pub(super) fn longest(&mut self, machine: &Machine, text: &[u8], at: usize) -> Option<usize> {
        let cache = &mut *machine.cache.borrow_mut();
        let mut state = machine.start(cache)?;
        let mut last = None;
        let mut path: Vec<DeadEnd> = Vec::new();
        let rest = text.get(at..)?;
        if !self.begins.get(at).copied().unwrap_or(false) {
            let ended = rest.first().and_then(|&byte| machine.dfa.next_state(cache, state, byte).ok())?;
            return ended.is_match().then_some(0);
        }
        for (read, &byte) in rest.iter().enumerate() {
            if self.forgotten != cache.clear_count() {
                self.forgotten = cache.clear_count();
                self.dead_ends.clear();
                path.clear();
            }
            let here = self.states.get(at + read + 1).map(|&behind| (state, byte, behind));
            state = machine.dfa.next_state(cache, state, byte).ok()?;
            if state.is_match() {
                last = Some(read);
                path.clear();
            }
            if state.is_dead() || here.is_some_and(|here| self.dead_ends.contains(&here)) {
                self.dead_ends.extend(path);
                return last;
            }
            path.extend(here);
        }
        if machine.dfa.next_eoi_state(cache, state).ok()?.is_match() {
            return Some(rest.len());
        }
        self.dead_ends.extend(path);
        last
    }
}
