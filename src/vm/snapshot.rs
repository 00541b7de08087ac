//! The machine at one moment, between two inputs, to go back to.
//!
//! It holds the program, every value that globals, waiting events, timers and conditions reach, and those themselves.
//! What natives keep for themselves (stores, log streams, the state of random numbers) is not in it, nor is anything
//! outside: files and what was printed.

use super::{Vm, events, timers, when};
use crate::program::ProgramSnapshot;
use crate::value::Value;
use crate::value::snapshot::Snapshot;

/// What [`Vm::restore`] goes back to.
pub struct VmSnapshot {
    program: ProgramSnapshot,
    globals: Vec<Value>,
    events: events::EventQueue,
    timers: timers::Timers,
    triggers: when::Triggers,
    terminating: bool,
    values: Snapshot,
}

impl VmSnapshot {
    /// How many values it holds, for bounding memory.
    pub fn size(&self) -> usize {
        self.values.size() + self.globals.len()
    }
}

impl Vm {
    /// Takes the machine down. No script may be running.
    pub fn snapshot(&self) -> VmSnapshot {
        let roots =
            self.globals.iter().chain(self.events.values()).chain(self.timers.values()).chain(self.triggers.values());
        VmSnapshot {
            program: self.program.snapshot(),
            values: Snapshot::of(roots.cloned()),
            globals: self.globals.clone(),
            events: self.events.clone(),
            timers: self.timers.save(),
            triggers: self.triggers.clone(),
            terminating: self.terminating,
        }
    }

    /// Goes back. No script may be running.
    pub fn restore(&mut self, saved: VmSnapshot) {
        saved.values.restore();
        self.program.restore(saved.program);
        self.globals = saved.globals;
        self.events = saved.events;
        self.timers.restore(saved.timers);
        self.triggers = saved.triggers;
        self.terminating = saved.terminating;
        // What was derived from bodies and types that are gone.
        self.forget_all_code();
        self.records = super::records::Templates::default();
        self.changing.clear();
    }

    /// Takes back [`Vm::terminate`].
    pub fn go_on(&mut self) {
        self.terminating = false;
    }
}
