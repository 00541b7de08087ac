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

/// When the running input began, in milliseconds since the watch began; 0 between two inputs.
static BEGAN: AtomicU64 = AtomicU64::new(0);

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

/// Ends the process when an input takes longer than `limit`.
pub(crate) fn watch(limit: Duration) {
    let start = Instant::now();
    START.lock().unwrap().get_or_insert(start);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(50));
            let began = BEGAN.load(Ordering::Relaxed);
            if began != 0 && start.elapsed() > Duration::from_millis(began) + limit {
                std::process::exit(ENDLESS);
            }
        }
    });
}

static START: Mutex<Option<Instant>> = Mutex::new(None);

fn now() -> u64 {
    START.lock().unwrap().map_or(0, |start| start.elapsed().as_millis() as u64 + 1)
}

/// Runs one input.
pub(crate) fn run(target: &Target, input: &[u8]) -> Result<(), Broken> {
    BEGAN.store(now(), Ordering::Relaxed);
    let result = catch_unwind(AssertUnwindSafe(|| (target.check)(input)));
    BEGAN.store(0, Ordering::Relaxed);
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
