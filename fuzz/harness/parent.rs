//! Runs children, and makes of what they find a small input in a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;

use super::guard::ENDLESS;
use super::settings::Settings;
use super::shrink::shrink;
use super::{Broken, Target, child};

/// A finding is shrunk for so long at most.
const SHRINKING: Duration = Duration::from_mins(2);

/// Makes inputs for as long as the settings say.
pub(crate) fn fuzz(target: &Target) -> Result<(), Failed> {
    let settings = Settings::from_environment();
    let input = input_file(target, "fuzz");
    let start = Instant::now();
    let mut first = 0;
    loop {
        let left = settings.time.saturating_sub(start.elapsed());
        if left.is_zero() {
            break;
        }
        let mut command = command(target, &input);
        command.env(child::FIRST, first.to_string()).env(child::TIME, left.as_millis().to_string());
        command.env(child::SEED, settings.seed.to_string());
        match run(command) {
            Ok(count) => first += count,
            Err(broken) => {
                let found = fs::read(&input).unwrap_or_default();
                return Err(report(target, &settings, found, &broken).into());
            }
        }
    }
    println!("{}: {first} inputs from seed {}", target.name, settings.seed);
    fs::remove_file(&input)?;
    if first == 0 { Err("not one input ran".into()) } else { Ok(()) }
}

/// Runs every input that was a finding once.
pub(crate) fn replay(target: &Target) -> Result<(), Failed> {
    let folder = regressions(target);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut wrong = String::new();
    for file in files {
        if let Err(broken) = run(command(target, &file)) {
            wrong.push_str(&format!("{}: {}\n{}\n", file.display(), broken.property, broken.detail));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

fn regressions(target: &Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions").join(target.regressions)
}

/// Where the input under way stands.
fn input_file(target: &Target, use_for: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{use_for}-{}-{}", target.name, std::process::id()))
}

fn command(target: &Target, input: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.env(child::JOB, target.name).env(child::INPUT, input).stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Runs a child to its end. Gives the number of inputs it ran, or its finding.
fn run(mut command: Command) -> Result<u64, Broken> {
    let output = command.output().expect("this program can be started");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => Ok(text.trim().parse().expect("a child says how many inputs it ran")),
        Some(ENDLESS) => Err(Broken::new("an input does not end in time", "")),
        Some(_) => {
            let (property, detail) = text.split_once('\n').unwrap_or(("the process ended", &errors));
            Err(Broken::new(property, detail))
        }
        None => Err(Broken::new(format!("the process died, {}", output.status), errors)),
    }
}

/// Shrinks an input, keeps it, and tells about it.
fn report(target: &Target, settings: &Settings, input: Vec<u8>, broken: &Broken) -> String {
    let file = input_file(target, "shrink");
    let end = Instant::now() + SHRINKING;
    let small = shrink(input, |candidate| {
        if Instant::now() > end || fs::write(&file, candidate).is_err() {
            return false;
        }
        run(command(target, &file)).is_err_and(|other| other.property == broken.property)
    });
    let _ = fs::remove_file(&file);
    let kept = regressions(target).join(format!("{}.{}", name(&broken.property, &small), target.extension));
    let kept_as = match fs::create_dir_all(regressions(target)).and_then(|()| fs::write(&kept, &small)) {
        Ok(()) => format!("kept as {}", kept.display()),
        Err(error) => format!("{} cannot be written: {error}", kept.display()),
    };
    format!(
        "{}\n{}\nseed {}, {kept_as}; the input ({} bytes):\n{}",
        broken.property,
        broken.detail,
        settings.seed,
        small.len(),
        String::from_utf8_lossy(&small)
    )
}

/// A file name that says what was found; equal inputs have one.
fn name(property: &str, input: &[u8]) -> String {
    let words: Vec<&str> = property.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let sum = input.iter().fold(0xcbf2_9ce4u32, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    format!("{}-{sum:08x}", words.join("-").to_lowercase())
}
