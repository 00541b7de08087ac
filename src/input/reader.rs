//! Readers: what turns bytes somewhere into rows of values.
//!
//! To add a reader, write its file and one row of [`READERS`]; a script must add its name to the enum `Input::Reader`.

use std::collections::BTreeMap;

use super::columns::Column;
use super::output::Output;
use super::{ascii, binary, config, raw, sqlite};
use crate::vm::Vm;

/// How often a source is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Once, and whenever a script asks for it.
    Manual,
    /// As a whole, each time it changed.
    Reread,
    /// What comes is read as it comes.
    Stream,
}

impl Mode {
    /// The mode of a value of the enum `Input::Mode`.
    pub(super) fn of(number: i32) -> Option<Mode> {
        [Mode::Manual, Mode::Reread, Mode::Stream].get(usize::try_from(number).ok()?).copied()
    }
}

/// What a reader is told when it begins.
#[derive(Clone, Debug)]
pub(super) struct Info {
    /// The stream's name.
    pub(super) name: String,
    /// Where the data are: for most readers a file's name.
    pub(super) source: String,
    pub(super) mode: Mode,
    /// Settings that only this reader understands.
    pub(super) config: BTreeMap<String, String>,
}

impl Info {
    /// Whether rows that are gone from the source go from tables too.
    pub(super) fn tracks(&self) -> bool {
        self.mode != Mode::Stream
    }
}

/// The reader of one stream.
pub(super) trait Reader {
    /// Reads what there is to read. False where it reads no more.
    fn read(&mut self, vm: &mut Vm, output: &mut Output) -> bool;

    /// Whether something came that is worth a read; asked in every round of the main loop.
    fn poll(&mut self, _vm: &mut Vm) -> bool {
        false
    }

    /// The end. Nothing is read after it.
    fn close(&mut self, vm: &mut Vm);
}

/// Makes a reader that has read its source for the first time. `None` where it cannot; `output` says why.
pub(super) type Begin = fn(&mut Vm, &Info, &[Column], &mut Output) -> Option<Box<dyn Reader>>;

/// The readers by the names of the enum `Input::Reader`.
const READERS: &[(&str, Begin)] = &[
    ("Input::READER_ASCII", ascii::begin),
    ("Input::READER_RAW", raw::begin),
    ("Input::READER_CONFIG", config::begin),
    ("Input::READER_SQLITE", sqlite::begin),
    ("Input::READER_BINARY", binary::begin),
    ("Input::READER_BENCHMARK", no_benchmark),
];

/// Finds a reader.
pub(super) fn find(name: &str) -> Option<Begin> {
    READERS.iter().find(|(known, _)| *known == name).map(|(_, begin)| *begin)
}

/// It would make up random rows to measure Bro itself.
fn no_benchmark(_vm: &mut Vm, _info: &Info, _columns: &[Column], output: &mut Output) -> Option<Box<dyn Reader>> {
    output.error("there is no benchmark reader here");
    None
}
