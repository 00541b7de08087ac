//! How much tests do, counted in instructions by `perf`, against what was counted before on the same machine.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use md5::{Digest, Md5};

use super::config::Config;
use super::header::Test;
use super::run::Settings;
use crate::diag::say;

/// Where `perf` writes what it counted.
const FILE: &str = ".timing";

/// The name space of host names among identifiers, by which the file of a machine has its name.
const NAMESPACE: [u8; 16] =
    [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];

/// What was counted before, and now.
pub(super) struct Times {
    file: PathBuf,
    perf: Option<String>,
    tolerance: f64,
    updates: bool,
    known: BTreeMap<String, f64>,
    new: Mutex<BTreeMap<String, u64>>,
}

/// Whether the commands of a test are measured, and by what.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    pub(super) perf: Option<String>,
}

/// What a measurement means.
pub(super) struct Judged {
    pub(super) is_exceeded: bool,
    /// ` (+1.5%)`
    pub(super) remark: String,
}

impl Times {
    pub(super) fn load(config: &Config, settings: &Settings) -> Times {
        let file = config.timing_folder.join(machine());
        let text = fs::read_to_string(&file).unwrap_or_default();
        let perf = config.perf.clone().filter(|perf| works(perf));
        if settings.updates_times && perf.is_none() {
            say!("warning: unable to create timing baseline because timer is not available");
        }
        let known = text.lines().filter_map(|line| {
            let (name, count) = line.split_once(' ')?;
            Some((name.to_owned(), count.trim().parse().ok()?))
        });
        Times {
            known: known.collect(),
            perf,
            file,
            tolerance: config.timing_tolerance,
            updates: settings.updates_times,
            new: Mutex::default(),
        }
    }

    /// Measured is only what is asked for, where there is something to hold it to.
    pub(super) fn of(&self, test: &Test) -> Request {
        let is_asked = test.measures_time && (self.updates || self.known.contains_key(&test.name));
        Request { perf: self.perf.clone().filter(|_| is_asked) }
    }

    pub(super) fn judge(&self, name: &str, count: u64, updates: bool) -> Judged {
        if updates {
            self.new.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), count);
        }
        let Some(before) = self.known.get(name).filter(|before| **before > 0.0) else {
            return Judged { is_exceeded: false, remark: String::new() };
        };
        let percent = 100.0 * (count as f64 - before) / before;
        Judged { is_exceeded: percent.abs() > self.tolerance && !updates, remark: format!(" ({percent:+.1}%)") }
    }

    /// Writes down what is to be held to from now on.
    pub(super) fn save(&self) {
        let new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        if new.is_empty() {
            return;
        }
        let mut all = self.known.clone();
        all.extend(new.iter().map(|(name, count)| (name.clone(), *count as f64)));
        let mut text = String::new();
        for (name, count) in all {
            let _ = writeln!(text, "{name} {count}");
        }
        let folder = self.file.parent().unwrap_or(Path::new("."));
        if let Err(error) = fs::create_dir_all(folder).and_then(|()| fs::write(&self.file, text)) {
            say!("warning: cannot write {}: {error}", self.file.display());
        }
    }
}

/// The arguments of `perf` that run a command in a shell.
pub(super) fn arguments(line: &str) -> [&str; 10] {
    ["stat", "-o", FILE, "-x", " ", "-e", "instructions", "sh", "-c", line]
}

/// What was counted of the last command.
pub(super) fn measured(folder: &Path) -> Option<u64> {
    let text = fs::read_to_string(folder.join(FILE)).ok()?;
    let line = text.lines().rfind(|line| line.contains("instructions") && !line.contains("not supported"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn works(perf: &str) -> bool {
    let status = Command::new(perf)
        .args(["stat", "-o", "/dev/null", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// A name for this machine, made of its first hardware address.
fn machine() -> String {
    let mut hash = Md5::new();
    hash.update(NAMESPACE);
    hash.update(hardware_address().to_string().as_bytes());
    let mut bytes: [u8; 16] = hash.finalize().into();
    // The bits that say how the identifier was made.
    bytes[6] = bytes[6] & 0x0f | 0x30;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The address of the first interface that packets leave by, else of any there is. BTest takes the same, so that both
/// share what they counted.
fn hardware_address() -> u64 {
    let read = |path: PathBuf| fs::read_to_string(path).ok().map(|text| text.trim().to_owned());
    let routes = fs::read_to_string("/proc/net/route").unwrap_or_default();
    let is_used = |name: &str| routes.lines().any(|line| line.split_whitespace().next() == Some(name));
    let interfaces = fs::read_dir("/sys/class/net").into_iter().flatten().flatten();
    let addresses = interfaces.filter_map(|entry| {
        let index: u64 = read(entry.path().join("ifindex"))?.parse().ok()?;
        let text = read(entry.path().join("address"))?;
        let address = u64::from_str_radix(&text.replace(':', ""), 16).ok().filter(|address| *address != 0)?;
        Some((!is_used(&entry.file_name().to_string_lossy()), index, address))
    });
    addresses.min().map_or(0, |(_, _, address)| address)
}
