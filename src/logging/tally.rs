//! How many records each file of a log should hold, for somebody who looks whether it does. Nothing is counted before
//! that is asked for.

use std::collections::BTreeMap;

use super::{Logs, WriterKey};
use crate::vm::Vm;

/// The writer whose files are counted: it makes a line of each record.
const COUNTED: &str = "Log::WRITER_ASCII";

/// Records by the path of their log, since its file was begun.
#[derive(Debug, Default)]
pub struct Tally(Option<BTreeMap<String, u64>>);

impl Tally {
    /// Counts from now on.
    pub fn begin(vm: &mut Vm) {
        vm.state::<Tally>().0.get_or_insert_default();
    }

    /// The path of each log with the number of its records, where they are counted.
    pub fn counts(vm: &mut Vm) -> Vec<(String, u64)> {
        let counts = vm.state::<Tally>().0.as_ref();
        counts.map(|counts| counts.iter().map(|(path, count)| (path.clone(), *count)).collect()).unwrap_or_default()
    }

    pub(super) fn add(vm: &mut Vm, stream: i32, key: &WriterKey) {
        if vm.state::<Tally>().0.is_none() {
            return;
        }
        let open = vm.state::<Logs>().streams.get(&stream).and_then(|stream| stream.writers.get(key));
        let is_counted = open.is_some_and(|open| open.info.writer == COUNTED);
        if let Some(counts) = vm.state::<Tally>().0.as_mut().filter(|_| is_counted) {
            *counts.entry(key.1.clone()).or_default() += 1;
        }
    }

    /// The file of a log was closed; the next record begins another.
    pub(super) fn begin_anew(vm: &mut Vm, path: &str) {
        if let Some(counts) = &mut vm.state::<Tally>().0 {
            counts.remove(path);
        }
    }
}
