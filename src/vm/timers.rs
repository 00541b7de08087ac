//! What happens at a time: scheduled events, the expiry of table entries, time-outs of `when`.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::{Rc, Weak};

use rustc_hash::FxHashMap;

use super::containers::Change;
use super::events::EventArguments;
use super::when::TriggerId;
use super::{Raise, Vm};
use crate::value::table::Expired;
use crate::value::{FuncObject, TableObject, Value};

/// Bro's defaults, for scripts that do not load its `init-bare`.
const EXPIRE_INTERVAL: f64 = 10.0;
const EXPIRE_DELAY: f64 = 0.01;
const INCREMENTAL_STEP: usize = 5_000;

/// Fewer time-outs without a trigger are no burden.
const MANY_IDLE: usize = 1_000;

pub(super) enum Due {
    Event(Rc<FuncObject>, EventArguments),
    /// Looks for entries of a table that are too old.
    Expire(Weak<TableObject>),
    /// The time-out of a `when`, with its length and whether there was a time yet when it began.
    Timeout(TriggerId, f64, bool),
    /// Something that natives asked for.
    Action(TimerAction),
}

/// What a native has to do at a time. Errors in scripts that it calls are reported already.
pub type TimerAction = Box<dyn FnOnce(&mut Vm) -> Result<(), Raise>>;

struct Timer {
    time: f64,
    /// Timers of one time run in the order they were set.
    number: u64,
    due: Due,
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Timer {}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timer {
    /// The earliest is the greatest, which a heap has on top.
    fn cmp(&self, other: &Self) -> Ordering {
        other.time.total_cmp(&self.time).then(other.number.cmp(&self.number))
    }
}

#[derive(Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Timer>,
    last: u64,
    /// The most there were at one time.
    most: usize,
    /// How many time-outs have nothing to do any more, about.
    idle: usize,
    /// Tables that have a timer, by address.
    expiring: FxHashMap<usize, Weak<TableObject>>,
}

impl Timers {
    pub(super) fn add(&mut self, time: f64, due: Due) {
        // What is no time never comes.
        let time = if time.is_nan() { f64::INFINITY } else { time };
        self.last += 1;
        self.heap.push(Timer { time, number: self.last, due });
        self.most = self.most.max(self.heap.len());
    }

    /// The time-out of a trigger has nothing to do any more. Those are taken out once there are many, so that they do not
    /// pile up until their times come.
    pub(super) fn forget_one(&mut self, waits: impl Fn(TriggerId) -> bool) {
        self.idle += 1;
        if self.idle >= MANY_IDLE && self.idle > self.heap.len() / 2 {
            self.heap.retain(|timer| match timer.due {
                Due::Timeout(trigger, ..) => waits(trigger),
                _ => true,
            });
            self.idle = 0;
        }
    }

    /// The timers of scripts, for [`Timers::restore`]. Those of natives belong to what natives keep for themselves.
    pub(super) fn save(&self) -> Timers {
        let copy = |timer: &Timer| {
            let due = match &timer.due {
                Due::Event(event, arguments) => Due::Event(event.clone(), arguments.clone()),
                Due::Expire(table) => Due::Expire(table.clone()),
                Due::Timeout(trigger, length, had_time) => Due::Timeout(*trigger, *length, *had_time),
                Due::Action(_) => return None,
            };
            Some(Timer { time: timer.time, number: timer.number, due })
        };
        let heap = self.heap.iter().filter_map(copy).collect();
        Timers { heap, expiring: self.expiring.clone(), ..Timers::default() }
    }

    /// Goes back to timers saved before; those of natives stay as they are.
    pub(super) fn restore(&mut self, saved: Timers) {
        self.heap.retain(|timer| matches!(timer.due, Due::Action(_)));
        self.heap.extend(saved.heap);
        self.expiring = saved.expiring;
    }

    /// The arguments of scheduled events.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.heap.iter().flat_map(|timer| match &timer.due {
            Due::Event(_, arguments) => arguments.as_slice(),
            Due::Expire(_) | Due::Timeout(..) | Due::Action(_) => &[],
        })
    }
}

impl Vm {
    /// Queues an event at a time.
    pub fn schedule(&mut self, time: f64, event: &Rc<FuncObject>, arguments: impl IntoIterator<Item = Value>) {
        self.timers.add(time, Due::Event(event.clone(), arguments.into_iter().collect()));
    }

    /// Runs an action at a time. It keeps no program running that has nothing else to do.
    pub fn add_timer(&mut self, time: f64, action: TimerAction) {
        self.timers.add(time, Due::Action(action));
    }

    /// How many timers there are, how many there were at most, and how many were set since the start.
    pub fn timer_counts(&self) -> (u64, u64, u64) {
        (self.timers.heap.len() as u64, self.timers.most as u64, self.timers.last)
    }

    /// When the next timer is due.
    pub fn next_timer(&self) -> Option<f64> {
        self.timers.heap.peek().map(|timer| timer.time)
    }

    /// When the next scheduled event or time-out is due: timers that expire entries alone keep no program running.
    pub fn has_script_timers(&self) -> bool {
        self.timers.heap.iter().any(|timer| !matches!(timer.due, Due::Expire(_) | Due::Action(_)))
    }

    /// The events that are scheduled, and when.
    pub fn scheduled_events(&self) -> impl Iterator<Item = (f64, &Rc<FuncObject>)> {
        self.timers.heap.iter().filter_map(|timer| match &timer.due {
            Due::Event(event, _) => Some((timer.time, event)),
            Due::Expire(_) | Due::Timeout(..) | Due::Action(_) => None,
        })
    }

    pub fn timer_count(&self) -> usize {
        self.timers.heap.len()
    }

    /// Runs at most `limit` timers that are due by now, and says how many there were.
    pub fn run_timers(&mut self, limit: usize) -> Result<usize, Raise> {
        let now = self.network_time;
        let mut count = 0;
        while count < limit && self.timers.heap.peek().is_some_and(|timer| timer.time <= now) {
            let Some(timer) = self.timers.heap.pop() else { break };
            count += 1;
            match timer.due {
                Due::Event(event, arguments) => self.queue_scheduled_event(timer.time, &event, arguments),
                Due::Expire(table) => {
                    if let Some(table) = table.upgrade() {
                        self.expire(&table)?;
                    }
                }
                Due::Action(action) => action(self)?,
                Due::Timeout(trigger, length, had_time) => self.time_out(trigger, length, had_time)?,
            }
        }
        Ok(count)
    }

    /// Bro's end: every scheduled event runs at once, other timers are dropped.
    pub fn expire_timers(&mut self) {
        while let Some(timer) = self.timers.heap.pop() {
            if let Due::Event(event, arguments) = timer.due {
                self.queue_scheduled_event(timer.time, &event, arguments);
            }
        }
    }

    /// Gives a table whose entries expire its timer, unless it has one. The first fires at once.
    pub fn table_may_expire(&mut self, table: &Rc<TableObject>) {
        if !table.expires() {
            return;
        }
        let address = Rc::as_ptr(table).addr();
        if let Some(known) = self.timers.expiring.get(&address)
            && known.strong_count() > 0
        {
            return;
        }
        if self.timers.expiring.len() >= 1024 && self.timers.expiring.len().is_power_of_two() {
            self.timers.expiring.retain(|_, table| table.strong_count() > 0);
        }
        let weak = Rc::downgrade(table);
        self.timers.expiring.insert(address, weak.clone());
        self.timers.add(1.0, Due::Expire(weak));
    }

    /// One step of expiry: a number of entries, then a pause, or the longer one until the next round.
    fn expire(&mut self, table: &Rc<TableObject>) -> Result<(), Raise> {
        let attributes = table.attributes.borrow().clone();
        let Some(attributes) = attributes else { return Ok(()) };
        let Some((_, timeout)) = attributes.expire else { return Ok(()) };
        let timeout = match self.thunk(timeout)? {
            Value::Interval(seconds) if seconds >= 0.0 => seconds,
            // No interval any more: entries stay.
            _ => return Ok(()),
        };
        let mut budget = match self.global_by_name("table_incremental_step") {
            Some(Value::Count(step)) => usize::try_from(step).unwrap_or(usize::MAX),
            _ => INCREMENTAL_STEP,
        };
        let pause = loop {
            match table.next_expired(self.network_time, timeout, &mut budget) {
                Expired::Entry { key, value } => {
                    let longer = match attributes.expire_func {
                        Some(func) => self.expire_func(func, table, &key)?,
                        None => 0.0,
                    };
                    if !table.contains_exact(&key) {
                        continue;
                    }
                    if longer > 0.0 {
                        table.touch(&key, self.network_time - timeout + longer);
                        continue;
                    }
                    drop(table.remove(&key));
                    self.scripts_ran();
                    self.changed(table, Change::Expired, &key, value)?;
                }
                Expired::Pause => break self.interval_global("table_expire_delay", EXPIRE_DELAY),
                Expired::Done => break self.interval_global("table_expire_interval", EXPIRE_INTERVAL),
            }
        };
        self.timers.add(self.network_time + pause, Due::Expire(Rc::downgrade(table)));
        Ok(())
    }

    /// Asks the expiry function for how much longer an entry stays.
    fn expire_func(
        &mut self,
        func: crate::types::ThunkId,
        table: &Rc<TableObject>,
        key: &[Value],
    ) -> Result<f64, Raise> {
        let Value::Func(func) = self.thunk(func)? else { return Ok(0.0) };
        let parameters = func.ty.as_func().map_or(0, |func| func.parameters.len());
        let mut arguments = vec![Value::Table(table.clone())];
        if parameters == key.len() + 1 {
            arguments.extend_from_slice(key);
        } else {
            arguments.push(crate::value::table::index_value(key));
        }
        Ok(match self.call(&func, &arguments)? {
            Value::Interval(seconds) => seconds,
            _ => 0.0,
        })
    }

    fn interval_global(&self, name: &str, otherwise: f64) -> f64 {
        match self.global_by_name(name) {
            Some(Value::Interval(seconds)) => seconds,
            _ => otherwise,
        }
    }
}
