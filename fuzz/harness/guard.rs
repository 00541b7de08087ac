//! One input, run so that whatever happens is known: panics are caught, time and memory are watched.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{Broken, Target};

/// Exit status of a child that found something, and of one whose input did not end.
pub(crate) const FOUND: i32 = 10;
pub(crate) const ENDLESS: i32 = 11;

/// Where the last panic was, and what it said.
static PANIC: Mutex<Option<(String, String)>> = Mutex::new(None);

/// The number of the running input, from 1; 0 between two inputs.
static RUNNING: AtomicU64 = AtomicU64::new(0);

/// Inputs that were begun.
static BEGUN: AtomicU64 = AtomicU64::new(0);

/// Without computing, an input may take this many times the limit: it waits for something.
const WAITING: u32 = 20;

/// Keeps panics quiet and remembers them.
pub(crate) fn catch_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        let said = panic.payload_as_str().unwrap_or_default().to_string();
        // The first one is the cause.
        if let Ok(mut last) = PANIC.lock() {
            last.get_or_insert((place, said));
        }
    }));
}

/// Ends the process when an input computes for longer than `limit`. What others do on the machine does not count.
pub(crate) fn watch(limit: Duration) {
    std::thread::spawn(move || {
        let mut seen = (0, Duration::ZERO, Instant::now());
        loop {
            std::thread::sleep(Duration::from_millis(50));
            let running = RUNNING.load(Ordering::Relaxed);
            let computed = computed();
            if running != seen.0 {
                seen = (running, computed, Instant::now());
            }
            let is_late = computed.saturating_sub(seen.1) > limit || seen.2.elapsed() > limit * WAITING;
            if running != 0 && is_late {
                std::process::exit(ENDLESS);
            }
        }
    });
}

/// How long this process has been computing; nothing where the system does not tell.
fn computed() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold anything; behind it the numbers of ticks are the 12th and the 13th.
    let fields = text.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>();
    Duration::from_millis(ticks * 10)
}

/// Runs one input.
pub(crate) fn run(target: &Target, input: &[u8]) -> Result<(), Broken> {
    RUNNING.store(BEGUN.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
    let result = catch_unwind(AssertUnwindSafe(|| (target.check)(input)));
    RUNNING.store(0, Ordering::Relaxed);
    match result {
        Ok(outcome) => outcome?,
        Err(_) => {
            let (place, said) = PANIC.lock().unwrap().take().unwrap_or_default();
            return Err(Broken::new(format!("panic at {place}"), said));
        }
    }
    let taken = peak_memory();
    super::holds(taken <= target.memory, "memory", || format!("the process took {taken} bytes"))
}

/// The most memory this process ever had; 0 where the system does not tell.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()).unwrap_or(0) * 1024
}
