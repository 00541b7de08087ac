//! From loaded scripts to the exit status, in Bro's order: statements, `bro_init`, the loop, `bro_done`.
//!
//! Bro runs on while something may still come from outside, or until `terminate()` where
//! `exit_only_after_terminate` says so; otherwise it ends, and scheduled events run at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Engine, Personality};
use crate::broker::{Peering, begin_shut_down, finish_shut_down, is_shut_down, metadata};
use crate::builtins::reporter;
use crate::value::Value;
use crate::vm::{Raise, RaiseKind};

/// Both names of the events that begin and end a run. Handlers of either see it, all of them in one order.
pub(super) const INIT: [&str; 2] = ["zeek_init", "bro_init"];
const DONE: [&str; 2] = ["zeek_done", "bro_done"];

/// Timers run between two looks at everything else.
const TIMERS_AT_ONCE: usize = 300;

/// Fewer events than these are not worth a look at the clock and everything else, which takes longer than they do.
const FEW_EVENTS: u64 = 16;

/// The longest wait between two looks at what came from outside, in seconds.
const LONGEST_WAIT: f64 = 0.1;

impl Engine {
    /// Runs what was loaded until it ends. Gives the exit status.
    pub fn run(&mut self, interrupt: &Arc<AtomicBool>) -> i32 {
        self.vm.set_stop(interrupt.clone());
        let status = match self.run_to_end(interrupt) {
            Ok(()) => 0,
            Err(raise) => exit_status(&raise),
        };
        self.vm.host.flush();
        status
    }

    fn run_to_end(&mut self, interrupt: &Arc<AtomicBool>) -> Result<(), Raise> {
        self.start()?;
        while self.goes_on(interrupt) {
            let now = self.vm.host.now();
            self.report_status(now);
            self.step()?;
        }
        self.announce_end(interrupt.load(Ordering::Relaxed));
        self.stop()
    }

    /// Everything before the loop.
    pub fn start(&mut self) -> Result<(), Raise> {
        let now = self.vm.host.now();
        self.vm.set_network_time(now);
        metadata::begin(&mut self.vm);
        self.vm.queue_event_of_two_names(INIT, &[]);
        for body in std::mem::take(&mut self.statements) {
            stop_only_on_exit(self.vm.run_body(body, &[]).map(|_| ()))?;
        }
        let scripts: Vec<(String, usize)> =
            self.loaded_scripts().map(|(name, level)| (name.to_string(), level)).collect();
        for (name, level) in scripts {
            let arguments = [Value::string(&name), Value::Count(level as u64)];
            self.vm.queue_event_of_two_names(["zeek_script_loaded", "bro_script_loaded"], &arguments);
        }
        reporter::begin_events(&mut self.vm);
        self.vm.drain_events()
    }

    /// Whether the loop has anything to wait for.
    pub fn goes_on(&mut self, interrupt: &Arc<AtomicBool>) -> bool {
        if self.vm.is_terminating() || interrupt.load(Ordering::Relaxed) {
            return false;
        }
        // Bro 2.6 cuts off handlers that go on raising events; later releases see them through.
        let unfinished = self.options.personality != Personality::Bro && self.vm.has_events();
        let waits = matches!(self.vm.global_by_name("exit_only_after_terminate"), Some(Value::Bool(true)));
        unfinished
            || self.vm.has_suspended()
            || self.vm.has_unfinished_work()
            || Peering::is_active(&mut self.vm)
            || waits
    }

    /// One round: time moves on, due timers and queued events run; waits where nothing is due.
    pub fn step(&mut self) -> Result<(), Raise> {
        self.step_within(LONGEST_WAIT)
    }

    /// As [`Engine::step`], waiting for so many seconds at most.
    pub fn step_within(&mut self, longest: f64) -> Result<(), Raise> {
        let now = self.vm.host.now();
        self.vm.set_network_time(now);
        self.vm.poll();
        let before = self.vm.event_counts().1;
        let ran = self.vm.run_timers(TIMERS_AT_ONCE)?;
        loop {
            self.vm.drain_events()?;
            let dispatched = self.vm.event_counts().1 - before;
            let is_bro = self.options.personality == Personality::Bro;
            if is_bro || dispatched >= FEW_EVENTS || !self.vm.has_events() || self.vm.is_terminating() {
                break;
            }
        }
        // What ran may have left something to send, which the next look takes out.
        let idle = ran == 0 && before == self.vm.event_counts().1 && !self.vm.has_events();
        if idle && !self.vm.is_terminating() {
            self.vm.host.flush();
            let until = self.next_due() - self.vm.host.now();
            self.vm.host.wait(until.clamp(0.0, longest.clamp(0.0, LONGEST_WAIT)));
        }
        Ok(())
    }

    /// Says what Bro says at the end of the loop.
    pub fn announce_end(&mut self, signalled: bool) {
        if (signalled || self.vm.is_terminating()) && self.options.personality != Personality::Brood {
            self.vm.host.flush();
            self.vm.host.write_error(b"received termination signal\n");
        }
    }

    /// Everything behind the loop.
    pub fn stop(&mut self) -> Result<(), Raise> {
        self.begin_stop()?;
        finish_shut_down(&mut self.vm);
        self.vm.end()
    }

    /// As [`Engine::stop`], but for what has to wait for others: [`Engine::finish_stop`] goes on with it.
    pub fn begin_stop(&mut self) -> Result<(), Raise> {
        self.vm.drain_events()?;
        let now = Value::Time(self.vm.network_time());
        self.vm.queue_event_by_name("net_done", [now]);
        self.vm.drain_events()?;
        self.vm.terminate();
        self.vm.expire_timers();
        self.vm.drain_events()?;
        self.vm.drain_events()?;
        self.counts_before_farewell = self.vm.counters().cloned();
        self.vm.queue_event_of_two_names(DONE, &[]);
        self.vm.expire_timers();
        self.vm.drain_events()?;
        self.vm.drain_events()?;
        begin_shut_down(&mut self.vm);
        Ok(())
    }

    /// Goes on with the end, which [`Engine::begin_stop`] began, without waiting. Whether everything has ended.
    pub fn finish_stop(&mut self) -> Result<bool, Raise> {
        if !is_shut_down(&mut self.vm) {
            return Ok(false);
        }
        self.vm.end().map(|()| true)
    }

    /// When something is due next, in seconds since the epoch: infinite where all that can come comes from outside.
    pub fn next_due(&self) -> f64 {
        let report = self.reporting.as_ref().map_or(f64::INFINITY, |reporting| reporting.next);
        self.vm.next_timer().unwrap_or(f64::INFINITY).min(self.vm.next_poll()).min(report)
    }

    /// `-I`: the value of one global, as Bro prints it.
    pub fn print_id(&mut self, name: &str) -> i32 {
        let Some(id) = self.vm.program.find(name.into()) else {
            self.vm.host.write_error(format!("fatal error: No such ID: {name}\n\n").as_bytes());
            return 1;
        };
        let value = self.vm.global(id);
        let ty = self.vm.program.global(id).ty.clone();
        let mut line = format!("{ty} ").into_bytes();
        line.extend(value.describe());
        line.push(b'\n');
        self.vm.host.write_output(&line);
        self.vm.host.flush();
        0
    }
}

fn stop_only_on_exit(result: Result<(), Raise>) -> Result<(), Raise> {
    match result {
        Err(raise) if matches!(raise.kind(), RaiseKind::Exit(_)) => Err(raise),
        _ => Ok(()),
    }
}

fn exit_status(raise: &Raise) -> i32 {
    match raise.kind() {
        RaiseKind::Exit(status) => *status,
        _ => 1,
    }
}
