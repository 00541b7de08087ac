//! Writers: what turns the records of a log into bytes somewhere.
//!
//! To add a writer, write its file and one row of [`WRITERS`]; a script must add its name to the enum `Log::Writer`.

use std::collections::BTreeMap;

use super::value::{Field, LogValue};
use super::{ascii, none, sqlite};
use crate::vm::Vm;

/// What a writer is told when it begins.
#[derive(Clone, Debug, Default)]
pub struct Info {
    /// The log's path: for most writers a file's name without its ending.
    pub path: String,
    /// `Log::WRITER_ASCII`
    pub writer: String,
    /// The filter's settings that only this writer understands.
    pub config: BTreeMap<String, String>,
    /// How long a file is written to, 0 for ever, and from which second of the day that counts.
    pub rotation_interval: f64,
    pub rotation_base: Option<f64>,
    pub network_time: f64,
    /// The script function that is called after a rotation; empty for the one that all logs have.
    pub postprocessor: String,
}

impl Info {
    /// What the writer is called in messages.
    pub fn name(&self) -> String {
        format!("{}/{}", self.path, self.writer)
    }
}

/// What became of a rotation.
#[derive(Debug, PartialEq, Eq)]
pub enum Rotated {
    /// There was nothing to rotate.
    Nothing,
    /// What was written so far is under another name now.
    Done { new_name: String, old_name: String },
}

/// One open log. The error of any of its doings is a message; after one of [`Writer::write`] the writer is used no
/// more.
pub trait Writer {
    fn write(&mut self, vm: &mut Vm, values: &[LogValue]) -> Result<(), String>;

    /// Whether records may be held back.
    fn set_buffered(&mut self, _vm: &mut Vm, _buffered: bool) {}

    fn flush(&mut self, _vm: &mut Vm) {}

    /// Closes what was written so far under the name of `path` with the writer's ending.
    fn rotate(&mut self, vm: &mut Vm, path: &str) -> Result<Rotated, String>;

    fn finish(&mut self, _vm: &mut Vm) -> Result<(), String> {
        Ok(())
    }
}

pub(super) type Begin = fn(&mut Vm, &Info, &[Field]) -> Result<Box<dyn Writer>, String>;

/// The writers by the names of the enum `Log::Writer`.
const WRITERS: &[(&str, Begin)] =
    &[("Log::WRITER_ASCII", ascii::begin), ("Log::WRITER_SQLITE", sqlite::begin), ("Log::WRITER_NONE", none::begin)];

/// Finds a writer.
pub(super) fn find(name: &str) -> Option<Begin> {
    WRITERS.iter().find(|(known, _)| *known == name).map(|(_, begin)| *begin)
}
