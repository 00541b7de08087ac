//! The process that inputs run in. It ends at the first finding, or dies of it.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::guard::{self, FOUND};
use super::settings::Settings;
use super::{Broken, Target};
use crate::inputs::dice::Dice;
use crate::targets::TARGETS;

/// Tells a process of this program that it is a child, and what to do: `TARGET`.
pub(crate) const JOB: &str = "BROOD_FUZZ_CHILD";
/// Of a child that makes inputs: the number of the first one, and how many milliseconds there are.
pub(crate) const FIRST: &str = "BROOD_FUZZ_FIRST";
pub(crate) const TIME: &str = "BROOD_FUZZ_TIME";
pub(crate) const SEED: &str = "BROOD_FUZZ_SEED";
/// The file that holds the input under way. A child without [`FIRST`] runs what it finds there.
pub(crate) const INPUT: &str = "BROOD_FUZZ_INPUT";

/// As much as the program gives its scripts.
const STACK: usize = 512 << 20;

/// Names are kept for ever, so that a process that has seen very many inputs is large without fault.
const INPUTS: u64 = 20_000;

pub(crate) struct Job {
    target: &'static Target,
    input: PathBuf,
    generate: Option<(u64, Duration)>,
}

/// What this process is to do, if it is a child.
pub(crate) fn job() -> Option<Job> {
    let name = std::env::var(JOB).ok()?;
    let target = TARGETS.iter().find(|target| target.name == name)?;
    let number = |variable| std::env::var(variable).ok()?.parse::<u64>().ok();
    let generate = number(FIRST).map(|first| (first, Duration::from_millis(number(TIME).unwrap_or(0))));
    Some(Job { target, input: std::env::var_os(INPUT)?.into(), generate })
}

/// Gives the exit status. The last line on standard output is the number of inputs that ran, or the finding.
pub(crate) fn run(job: &Job) -> i32 {
    let settings = Settings::from_environment();
    guard::catch_panics();
    guard::watch(settings.limit);
    let work = || match job.generate {
        Some((first, time)) => generate(job, settings.seed, first, time),
        None => replay(job),
    };
    let result = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        thread.expect("a thread can be made").join().expect("panics are caught")
    });
    match result {
        Ok(count) => {
            println!("{count}");
            0
        }
        Err(broken) => {
            println!("{}\n{}", broken.property, broken.detail);
            FOUND
        }
    }
}

fn replay(job: &Job) -> Result<u64, Broken> {
    let input = fs::read(&job.input).expect("the input can be read");
    guard::run(job.target, &input).map(|()| 1)
}

fn generate(job: &Job, seed: u64, first: u64, time: Duration) -> Result<u64, Broken> {
    let start = Instant::now();
    let mut count = 0;
    while count < INPUTS && start.elapsed() < time {
        let input = (job.target.generate)(&mut Dice::new(seed, first + count));
        fs::write(&job.input, &input).expect("the input can be written");
        guard::run(job.target, &input)?;
        count += 1;
    }
    Ok(count)
}
