//! How long scripts may go on: a number of jumps, and the wish from outside that they end.
//!
//! Every jump counts down [`Vm::patience`](super::Vm), so that looking at more than that number costs nothing: the
//! machine comes here whenever a slice of jumps is used up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Raise, Vm};

/// What is said of a script that has made all jumps that it may make.
pub const TOO_LONG: &str = "script runs for too long";

/// Jumps between two looks at the rest.
const SLICE: u64 = 1 << 14;

/// Seconds that a handler has to come to its end once everything is to end.
const GRACE: f64 = 1.0;

/// Slices that it has where the clock stands still.
const GRACE_SLICES: u64 = 1 << 14;

pub(super) struct Patience {
    /// Jumps that scripts may make beside those of the slice under way.
    budget: u64,
    /// What they may make once more behind a handler that was cut off.
    renewed: Option<u64>,
    /// One was since the limit was set.
    has_cut: bool,
    stop: Option<Arc<AtomicBool>>,
    /// When the wish was seen, and how many slices ago.
    seen: Option<(f64, u64)>,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { budget: u64::MAX, renewed: None, has_cut: false, stop: None, seen: None }
    }
}

impl Vm {
    /// Lets scripts make this many jumps (rounds of loops, more or less) from now on; then the running handler ends
    /// with an error, and every further one at its first jump. Without a limit an endless loop never ends.
    pub fn set_patience(&mut self, jumps: Option<u64>) {
        self.begin_patience(jumps.unwrap_or(u64::MAX), None);
    }

    /// As [`Vm::set_patience`], but what runs behind a handler that was cut off may make as many jumps again.
    pub fn set_patience_anew(&mut self, jumps: u64) {
        self.begin_patience(jumps, Some(jumps.max(1)));
    }

    fn begin_patience(&mut self, jumps: u64, renewed: Option<u64>) {
        self.limits.budget = jumps.max(1);
        self.limits.renewed = renewed;
        self.limits.has_cut = false;
        self.next_slice();
    }

    /// Whether a handler has ended because scripts have made all jumps that they may make, since that was set.
    pub fn has_cut_off(&self) -> bool {
        self.limits.has_cut
    }

    /// Ends handlers with an error that go on for long after `flag` is set: the main loop that sees it too would
    /// otherwise wait for them for ever.
    pub fn set_stop(&mut self, flag: Arc<AtomicBool>) {
        self.limits.stop = Some(flag);
    }

    /// A slice was used up: the next one begins, or what runs ends with an error.
    #[cold]
    pub(super) fn tired(&mut self) -> Option<Raise> {
        if self.is_to_end() {
            self.limits.seen = None;
            self.next_slice();
            return Some(Raise::fatal("interrupted"));
        }
        if self.limits.budget == 0 {
            self.limits.has_cut = true;
            match self.limits.renewed {
                Some(jumps) => {
                    self.limits.budget = jumps;
                    self.next_slice();
                }
                None => self.patience = 1,
            }
            return Some(Raise::fatal(TOO_LONG));
        }
        self.next_slice();
        None
    }

    fn next_slice(&mut self) {
        let slice = self.limits.budget.min(SLICE);
        self.limits.budget -= slice;
        self.patience = slice.max(1);
    }

    fn is_to_end(&mut self) -> bool {
        if !self.limits.stop.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return false;
        }
        let now = self.host.now();
        let (since, slices) = self.limits.seen.get_or_insert((now, 0));
        *slices += 1;
        now - *since >= GRACE || *slices >= GRACE_SLICES
    }
}
