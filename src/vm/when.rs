//! `when`: conditions that are looked at again as the world changes.
//!
//! As in Bro, a condition is evaluated on a copy of the variables it uses. A native in it that has no answer yet
//! suspends the evaluation; the answer is kept under the place of the call, and the condition is evaluated anew, where
//! that call then gives the answer at once. A condition that is false waits until a script has run since.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use rustc_hash::FxHasher;
use smallvec::SmallVec;

use super::call::captured;
use super::slow::Window;
use super::timers::Due;
use super::{Raise, RaiseKind, Vm};
use crate::code::{Code, Entry, LowerTarget};
use crate::hir::BodyId;
use crate::source::Span;
use crate::value::{Value, copy};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TriggerId(u64);

/// A call in a condition: a hash over its place and those of the calls around it, from the condition on. So two calls
/// of one function are two, also where a native deep inside waits for both.
type CallKey = u64;

/// Where the answer of a suspended native goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    trigger: TriggerId,
    call: CallKey,
}

#[derive(Clone)]
struct Trigger {
    condition: Rc<Code>,
    body: BodyId,
    captured: Vec<Value>,
    /// Which of them are copied for each evaluation.
    copies: Vec<bool>,
    /// For `return when`: the call whose result this is.
    result_for: Option<Ticket>,
    /// Answers of calls in the condition, of which there are few.
    answers: SmallVec<[(CallKey, Value); 1]>,
    /// Answers that are still to come.
    delayed: usize,
    timeout: Option<f64>,
    /// The count of script runs when this was last evaluated; `None` asks for an evaluation.
    seen: Option<u64>,
}

#[derive(Clone, Default)]
pub(super) struct Triggers {
    /// In the order they were made.
    all: BTreeMap<TriggerId, Trigger>,
    last: u64,
    /// The condition of the trigger being evaluated holds.
    held: bool,
    /// How many frames there were when that evaluation began.
    base: usize,
}

impl Triggers {
    /// What conditions hold on to.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.all
            .values()
            .flat_map(|trigger| trigger.captured.iter().chain(trigger.answers.iter().map(|(_, answer)| answer)))
    }
}

impl Vm {
    /// Runs a `when` statement.
    pub(super) fn start_when(&mut self, code: &Rc<Code>, entry: Entry, window: &mut Window<'_>) -> Result<(), Raise> {
        let entry = code.tables.whens.get(entry.0 as usize).ok_or_else(Raise::null)?;
        let result_for = if entry.is_return {
            let Some(parent) = self.waiting else {
                self.error_without_place("return trigger in context which does not allow delaying result");
                return Ok(());
            };
            // The call of the function that this statement stands in.
            let callers = self.frames.len().checked_sub(1).filter(|callers| *callers > self.triggers.base);
            callers.map(|callers| Ticket { trigger: parent, call: self.call_key(callers, None) })
        } else {
            None
        };
        let timeout = entry.timeout.map(|register| f64::from_bits(window.number(register)));
        let trigger = Trigger {
            condition: self.code(entry.body)?,
            body: entry.body,
            captured: captured(code, &entry.captures, window),
            copies: entry.captures.iter().map(|capture| capture.copy).collect(),
            result_for,
            answers: SmallVec::new(),
            delayed: 0,
            timeout: timeout.filter(|length| *length >= 0.0),
            seen: None,
        };
        self.triggers.last += 1;
        let id = TriggerId(self.triggers.last);
        self.triggers.all.insert(id, trigger);
        if let Some(ticket) = result_for
            && let Some(parent) = self.triggers.all.get_mut(&ticket.trigger)
        {
            parent.delayed += 1;
        }
        if !self.evaluate(id)?
            && let Some(length) = timeout
            && length >= 0.0
        {
            self.timers.add(self.network_time + length, Due::Timeout(id, length, self.network_time != 0.0));
        }
        if result_for.is_some() { Err(Raise::pending()) } else { Ok(()) }
    }

    /// Evaluates a trigger's condition, and runs its body where it holds. True where the trigger is done.
    fn evaluate(&mut self, id: TriggerId) -> Result<bool, Raise> {
        let Some(trigger) = self.triggers.all.get_mut(&id) else { return Ok(true) };
        if trigger.delayed > 0 {
            return Ok(false);
        }
        trigger.seen = Some(self.script_runs);
        let condition = trigger.condition.clone();
        let values: Vec<Value> = trigger
            .captured
            .iter()
            .zip(&trigger.copies)
            .map(
                |(value, copied)| {
                    if *copied { copy::deep_copy(value).unwrap_or_else(|_| value.clone()) } else { value.clone() }
                },
            )
            .collect();
        let before = self.waiting.replace(id);
        let held_before = std::mem::replace(&mut self.triggers.held, false);
        let base_before = std::mem::replace(&mut self.triggers.base, self.frames.len());
        let result = self.run_captured(condition, &values);
        let held = std::mem::replace(&mut self.triggers.held, held_before);
        self.triggers.base = base_before;
        self.waiting = before;
        let result = match result {
            Ok(result) => result,
            Err(raise) => match raise.into_kind() {
                RaiseKind::Exit(status) => return Err(Raise::exit(status)),
                _ => Value::Unset,
            },
        };
        if !held {
            return Ok(false);
        }
        self.finish_trigger(id, result);
        self.scripts_ran();
        Ok(true)
    }

    /// The running condition holds: what runs from here on is no condition.
    pub(super) fn condition_holds(&mut self) {
        self.triggers.held = true;
        self.waiting = None;
    }

    /// Removes a trigger and hands its result to the call that waits for it.
    fn finish_trigger(&mut self, id: TriggerId, result: Value) {
        let Some(trigger) = self.triggers.all.remove(&id) else { return };
        if trigger.timeout.is_some() {
            let Vm { timers, triggers, .. } = self;
            timers.forget_one(|id| triggers.all.contains_key(&id));
        }
        if let Some(ticket) = trigger.result_for {
            self.complete(ticket, result);
        }
    }

    /// The time-out of a trigger.
    pub(super) fn time_out(&mut self, id: TriggerId, length: f64, had_time: bool) -> Result<(), Raise> {
        let Some(trigger) = self.triggers.all.get(&id) else { return Ok(()) };
        if !had_time {
            // There was no time yet when it began.
            self.timers.add(self.network_time + length, Due::Timeout(id, length, true));
            return Ok(());
        }
        let (body, values) = (trigger.body, trigger.captured.clone());
        let code = match self.when_codes.get(&body) {
            Some(code) => code.clone(),
            None => {
                let code = Rc::new(self.compile(body, LowerTarget::Timeout)?);
                self.when_codes.insert(body, code.clone());
                code
            }
        };
        let result = match self.run_captured(code, &values) {
            Ok(result) => result,
            Err(raise) => match raise.into_kind() {
                RaiseKind::Exit(status) => return Err(Raise::exit(status)),
                _ => Value::Unset,
            },
        };
        self.finish_trigger(id, result);
        self.scripts_ran();
        Ok(())
    }

    /// What ran may have changed what conditions wait for, also behind a `when` that looked at its own: they are looked at
    /// again when events are drained next. Conditions themselves change nothing.
    pub fn scripts_ran(&mut self) {
        if self.waiting.is_none() {
            self.script_runs += 1;
        }
    }

    /// Looks again at every condition that may have changed: scripts ran since, or an answer came.
    pub fn evaluate_triggers(&mut self) -> Result<(), Raise> {
        let ids: Vec<TriggerId> = self.triggers.all.keys().copied().collect();
        for id in ids {
            let runs = self.script_runs;
            let due = self.triggers.all.get(&id).is_some_and(|trigger| trigger.seen.is_none_or(|seen| seen < runs));
            if due {
                self.evaluate(id)?;
            }
        }
        Ok(())
    }

    /// Whether any `when` waits.
    pub fn has_triggers(&self) -> bool {
        !self.triggers.all.is_empty()
    }

    /// Where the conditions stand that wait.
    pub fn waiting_conditions(&self) -> Vec<Span> {
        let place = |trigger: &Trigger| {
            let body = &trigger.condition.body;
            let condition = body.when.as_ref().and_then(|when| body.exprs.get(when.condition.0 as usize));
            condition.map_or(body.span, |condition| condition.span)
        };
        self.triggers.all.values().map(place).collect()
    }

    /// Whether any `when` waits for answers that come from outside, or has not looked at one that came.
    pub fn has_suspended(&self) -> bool {
        self.triggers.all.values().any(|trigger| trigger.delayed > 0 || trigger.seen.is_none())
    }

    /// Called by a native whose answer comes later. Inside the condition of a `when` it gives the ticket under which
    /// [`Vm::complete`] takes the answer, and the native ends with [`Raise::pending`]; elsewhere there is none.
    pub fn suspend(&mut self) -> Option<Ticket> {
        let trigger = self.waiting?;
        let call = self.call_key(self.frames.len(), None);
        self.triggers.all.get_mut(&trigger)?.delayed += 1;
        Some(Ticket { trigger, call })
    }

    /// The length of the time-out of the condition being evaluated, where it has one.
    pub fn when_timeout(&self) -> Option<f64> {
        self.triggers.all.get(&self.waiting?)?.timeout
    }

    /// Whether natives may suspend here.
    pub fn can_suspend(&self) -> bool {
        self.waiting.is_some()
    }

    /// The answer of a suspended native. An unset one releases the condition without an answer.
    pub fn complete(&mut self, ticket: Ticket, answer: Value) {
        if let Some(trigger) = self.triggers.all.get_mut(&ticket.trigger) {
            trigger.delayed = trigger.delayed.saturating_sub(1);
            if answer.is_set() {
                trigger.answers.retain(|(call, _)| *call != ticket.call);
                trigger.answers.push((ticket.call, answer));
                trigger.seen = None;
            }
        }
    }

    /// The answer that a call in the condition being evaluated has already: the call at a place, or the one that the
    /// innermost frame makes.
    pub(super) fn cached_call(&self, call: Option<(&Rc<Code>, usize)>) -> Option<Value> {
        let trigger = self.triggers.all.get(&self.waiting?)?;
        // Most calls are of scripts that have no answer yet.
        if trigger.answers.is_empty() {
            return None;
        }
        let key = self.call_key(self.frames.len(), call);
        trigger.answers.iter().find(|(call, _)| *call == key).map(|(_, answer)| answer.clone())
    }

    /// The key of the call that the frames up to `depth` make, followed by one more call.
    fn call_key(&self, depth: usize, last: Option<(&Rc<Code>, usize)>) -> CallKey {
        let mut hasher = FxHasher::default();
        for frame in self.frames.get(self.triggers.base..depth).unwrap_or_default() {
            (Rc::as_ptr(&frame.code).addr(), frame.position).hash(&mut hasher);
        }
        if let Some((code, position)) = last {
            (Rc::as_ptr(code).addr(), position).hash(&mut hasher);
        }
        hasher.finish()
    }
}
