//! Tells of tests: to people at a terminal or in a file, to programs as XML and JSON.
//!
//! A [`Report`] hands every event to its listeners and counts the outcomes. Listeners hear of one event at a time; where
//! tests run side by side, those that write lines keep what they have of a test until it is over.

mod console;
mod json;
mod junit;
mod lines;
mod pause;
mod seeds;

pub use console::{Console, TitleBar};
pub use json::{Json, Trace};
pub use junit::Junit;
pub use lines::{Brief, Diagnostics, Standard, Told, Verbose};
pub use pause::Pause;
pub use seeds::Seeds;

use super::{Case, Event, Tally};

/// Where a listener is told of an event.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    pub case: &'a Case,
    /// Which of the workers has the test, from 1, and of how many.
    pub worker: usize,
    pub workers: usize,
    /// With the outcome of this event, where it is one.
    pub tally: Tally,
}

/// Somebody who is told.
pub trait Listener {
    fn hear(&mut self, scene: &Scene, event: &Event);
    /// All tests are over.
    fn close(&mut self, _tally: &Tally) {}
}

/// All who are told, and how it stands.
pub struct Report {
    listeners: Vec<Box<dyn Listener>>,
    workers: usize,
    pub tally: Tally,
}

impl Report {
    /// A report of so many tests, that so many workers run.
    pub fn new(listeners: Vec<Box<dyn Listener>>, planned: usize, workers: usize) -> Report {
        Report { listeners, workers, tally: Tally { planned, ..Tally::default() } }
    }

    pub fn tell(&mut self, worker: usize, case: &Case, event: &Event) {
        if let Event::Ended(outcome) = event {
            self.tally.count(outcome);
        }
        let scene = Scene { case, worker, workers: self.workers, tally: self.tally };
        for listener in &mut self.listeners {
            listener.hear(&scene, event);
        }
    }

    /// Tells that all is over.
    pub fn close(&mut self) {
        for listener in &mut self.listeners {
            listener.close(&self.tally);
        }
    }
}
