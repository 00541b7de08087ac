//! The graph a pattern is parsed into.
//!
//! Bro's patterns are regular expressions over 258 symbols: the bytes, one symbol before the first byte of a text (`^`)
//! and one after the last (`$`). Both are consumed like bytes, so `^^` matches nothing. The graph keeps them as steps of
//! their own; what becomes of them is decided where a graph turns into a machine.
//!
//! While a pattern is parsed every [`Fragment`] owns an unbroken range of states which no edge leaves: its copy is that
//! range moved, which is all that counted repetition needs, at any depth and without recursion.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::byteset::ByteSet;

/// More states than this make a pattern too large. The longest patterns of real scripts have a few thousand.
const MAX_STATES: usize = 50_000;

/// Index of a state in its graph.
pub(super) type StateIndex = u32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Consumes one byte of the class, then goes on.
    Byte {
        class: u32,
        next: StateIndex,
    },
    /// Consumes the symbol before the text.
    Begin(StateIndex),
    /// Consumes the symbol after the text.
    End(StateIndex),
    Goto(StateIndex),
    Split(StateIndex, StateIndex),
    /// The end of a fragment that nothing follows yet; in a finished graph, acceptance.
    Exit,
}

/// A finished pattern. Every index in it is within bounds.
#[derive(Debug)]
pub(super) struct Graph {
    states: Box<[State]>,
    classes: Box<[ByteSet]>,
    start: StateIndex,
    /// Not needed to know whether a pattern is one, so computed later.
    reach: OnceCell<Reach>,
}

/// What can come next after some input: a set of states with everything reached from them without consuming.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Front {
    /// The states that consume a byte and from which acceptance can be reached, ascending.
    pub(super) steps: Vec<StateIndex>,
    /// Whether the pattern accepts here.
    pub(super) accepts: bool,
    /// Whether the pattern accepts here if the text ends and that is consumed as `$`.
    pub(super) accepts_at_end: bool,
}

impl Graph {
    pub(super) fn states(&self) -> &[State] {
        &self.states
    }

    pub(super) fn class(&self, class: u32) -> ByteSet {
        self.classes.get(class as usize).copied().unwrap_or(ByteSet::EMPTY)
    }

    /// Whether acceptance is reached from `state` without consuming anything.
    pub(super) fn finishes(&self, state: StateIndex) -> bool {
        self.reach().finishing.get(state as usize).copied().unwrap_or(false)
    }

    /// Whether acceptance can be reached from `state` once the symbol before the text is consumed.
    pub(super) fn lives(&self, state: StateIndex) -> bool {
        self.reach().living.get(state as usize).copied().unwrap_or(false)
    }

    /// The states reached when the symbol before the text has been consumed: where every match begins.
    pub(super) fn begins(&self) -> Vec<StateIndex> {
        let mut begins = Vec::new();
        self.walk(&[self.start], |_, state| {
            if let State::Begin(next) = state {
                begins.push(next);
            }
        });
        begins.sort_unstable();
        begins.dedup();
        begins
    }

    pub(super) fn front(&self, from: &[StateIndex]) -> Front {
        let mut front = Front { steps: Vec::new(), accepts: false, accepts_at_end: false };
        self.walk(from, |index, state| match state {
            State::Byte { .. } if self.lives(index) => front.steps.push(index),
            State::End(next) => front.accepts_at_end |= self.finishes(next),
            State::Exit => front.accepts = true,
            State::Byte { .. } | State::Begin(_) | State::Goto(_) | State::Split(..) => {}
        });
        front.steps.sort_unstable();
        front
    }

    /// Visits each state that is reached from `from` without consuming anything, once.
    fn walk(&self, from: &[StateIndex], mut visit: impl FnMut(StateIndex, State)) {
        let mut seen = vec![false; self.states.len()];
        let mut pending = from.to_vec();
        while let Some(index) = pending.pop() {
            let (Some(seen), Some(&state)) = (seen.get_mut(index as usize), self.states.get(index as usize)) else {
                continue;
            };
            if std::mem::replace(seen, true) {
                continue;
            }
            visit(index, state);
            match state {
                State::Goto(next) => pending.push(next),
                State::Split(first, second) => pending.extend([first, second]),
                State::Byte { .. } | State::Begin(_) | State::End(_) | State::Exit => {}
            }
        }
    }

    fn reach(&self) -> &Reach {
        self.reach.get_or_init(|| Reach::new(&self.states))
    }
}

/// Which states reach acceptance, and how.
#[derive(Debug)]
struct Reach {
    /// Without consuming anything.
    finishing: Vec<bool>,
    /// Without consuming the symbol before the text.
    living: Vec<bool>,
}

impl Reach {
    fn new(states: &[State]) -> Self {
        let exits = |state: State| state == State::Exit;
        let finishing = Self::backwards(states, exits, |state| match state {
            State::Goto(next) => [Some(next), None],
            State::Split(first, second) => [Some(first), Some(second)],
            State::Byte { .. } | State::Begin(_) | State::End(_) | State::Exit => [None, None],
        });
        let finishes = |state: StateIndex| finishing.get(state as usize).copied().unwrap_or(false);
        let accepts = |state: State| exits(state) || matches!(state, State::End(next) if finishes(next));
        let living = Self::backwards(states, accepts, |state| match state {
            State::Goto(next) | State::Byte { next, .. } => [Some(next), None],
            State::Split(first, second) => [Some(first), Some(second)],
            State::Begin(_) | State::End(_) | State::Exit => [None, None],
        });
        Self { finishing, living }
    }

    /// Marks the states from which one that is a `target` is reached along the edges that `follow` names.
    fn backwards(
        states: &[State],
        target: impl Fn(State) -> bool,
        follow: impl Fn(State) -> [Option<StateIndex>; 2],
    ) -> Vec<bool> {
        let edges = |(index, &state)| follow(state).into_iter().flatten().map(move |next: StateIndex| (next, index));
        let mut sources: Vec<(StateIndex, StateIndex)> = (0..).zip(states).flat_map(edges).collect();
        sources.sort_unstable();
        let mut marks = vec![false; states.len()];
        let mut pending: Vec<_> =
            (0..).zip(states).filter(|(_, state)| target(**state)).map(|(index, _)| index).collect();
        while let Some(index) = pending.pop() {
            if let Some(mark) = marks.get_mut(index as usize)
                && !std::mem::replace(mark, true)
            {
                let first = sources.partition_point(|&(next, _)| next < index);
                let of_index = sources.iter().skip(first).take_while(|&&(next, _)| next == index);
                pending.extend(of_index.map(|&(_, source)| source));
            }
        }
        marks
    }
}

/// A part of the pattern under construction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment {
    /// The first state of its range; the range ends where the next fragment's begins.
    low: usize,
    entry: StateIndex,
    exit: StateIndex,
}

/// The pattern needs more than [`MAX_STATES`] states.
#[derive(Debug)]
pub(super) struct TooLarge;

#[derive(Default)]
pub(super) struct GraphBuilder {
    states: Vec<State>,
    classes: Vec<ByteSet>,
    class_indexes: FxHashMap<ByteSet, u32>,
}

impl GraphBuilder {
    pub(super) fn empty(&mut self) -> Result<Fragment, TooLarge> {
        let exit = self.push(State::Exit)?;
        Ok(Fragment { low: exit as usize, entry: exit, exit })
    }

    pub(super) fn bytes(&mut self, set: ByteSet) -> Result<Fragment, TooLarge> {
        let classes = &mut self.classes;
        let class = *self.class_indexes.entry(set).or_insert_with(|| {
            classes.push(set);
            classes.len() as u32 - 1
        });
        self.step(|next| State::Byte { class, next })
    }

    pub(super) fn begin(&mut self) -> Result<Fragment, TooLarge> {
        self.step(State::Begin)
    }

    pub(super) fn end(&mut self) -> Result<Fragment, TooLarge> {
        self.step(State::End)
    }

    pub(super) fn concatenate(&mut self, first: Fragment, second: Fragment) -> Fragment {
        self.set(first.exit, State::Goto(second.entry));
        Fragment { low: first.low, entry: first.entry, exit: second.exit }
    }

    pub(super) fn alternate(&mut self, first: Fragment, second: Fragment) -> Result<Fragment, TooLarge> {
        if let Some(set) = self.as_one_byte(first, second.low)
            && let Some(other) = self.as_one_byte(second, self.states.len())
        {
            self.states.truncate(first.low);
            return self.bytes(set.union(other));
        }
        let entry = self.push(State::Split(first.entry, second.entry))?;
        let exit = self.push(State::Exit)?;
        self.set(first.exit, State::Goto(exit));
        self.set(second.exit, State::Goto(exit));
        Ok(Fragment { low: first.low, entry, exit })
    }

    /// `fragment`, the last one built, at least `least` times and at most `most` times if there is a bound.
    pub(super) fn repeat(&mut self, fragment: Fragment, least: u32, most: Option<u32>) -> Result<Fragment, TooLarge> {
        let copies = most.unwrap_or(least.max(1));
        if copies == 0 {
            self.states.truncate(fragment.low);
            return self.empty();
        }
        let length = self.copy(fragment, copies)?;
        let copy = |number: u32| {
            let moved = number * length;
            (fragment.entry + moved, fragment.exit + moved)
        };
        let exit = self.push(State::Exit)?;
        let mut entry = fragment.entry;
        // Where the copy before goes on; the very first is entered, not gone on to.
        let mut previous = None;
        for number in 0..copies {
            let (copy_entry, copy_exit) = copy(number);
            let here = if number < least { copy_entry } else { self.push(State::Split(copy_entry, exit))? };
            match previous {
                None => entry = here,
                Some(previous) => self.set(previous, State::Goto(here)),
            }
            previous = Some(copy_exit);
        }
        if let Some(last) = previous {
            let (last_entry, _) = copy(copies - 1);
            let after = if most.is_some() { State::Goto(exit) } else { State::Split(last_entry, exit) };
            self.set(last, after);
        }
        Ok(Fragment { low: fragment.low, entry, exit })
    }

    pub(super) fn finish(self, whole: Fragment) -> Graph {
        Graph { states: self.states.into(), classes: self.classes.into(), start: whole.entry, reach: OnceCell::new() }
    }

    /// Makes `copies` of `fragment` out of one, back to back, and returns how many states each has.
    fn copy(&mut self, fragment: Fragment, copies: u32) -> Result<u32, TooLarge> {
        let length = self.states.len() - fragment.low;
        let total = length.saturating_mul(copies as usize);
        if fragment.low.saturating_add(total) > MAX_STATES {
            return Err(TooLarge);
        }
        let template = self.states.get(fragment.low..).unwrap_or_default().to_vec();
        for number in 1..copies {
            let moved = number * length as u32;
            self.states.extend(template.iter().map(|state| match *state {
                State::Byte { class, next } => State::Byte { class, next: next + moved },
                State::Begin(next) => State::Begin(next + moved),
                State::End(next) => State::End(next + moved),
                State::Goto(next) => State::Goto(next + moved),
                State::Split(first, second) => State::Split(first + moved, second + moved),
                State::Exit => State::Exit,
            }));
        }
        Ok(length as u32)
    }

    fn step(&mut self, state: impl Fn(StateIndex) -> State) -> Result<Fragment, TooLarge> {
        let entry = self.push(state(self.states.len() as u32 + 1))?;
        let exit = self.push(State::Exit)?;
        Ok(Fragment { low: entry as usize, entry, exit })
    }

    /// The class of a fragment that is one byte and whose range ends at `end`.
    fn as_one_byte(&self, fragment: Fragment, end: usize) -> Option<ByteSet> {
        match self.states.get(fragment.low..end)? {
            [State::Byte { class, .. }, State::Exit] => self.classes.get(*class as usize).copied(),
            _ => None,
        }
    }

    fn push(&mut self, state: State) -> Result<StateIndex, TooLarge> {
        if self.states.len() >= MAX_STATES {
            return Err(TooLarge);
        }
        self.states.push(state);
        Ok(self.states.len() as u32 - 1)
    }

    fn set(&mut self, index: StateIndex, state: State) {
        if let Some(slot) = self.states.get_mut(index as usize) {
            *slot = state;
        }
    }
}
