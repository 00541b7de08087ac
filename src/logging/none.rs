//! The writer that writes nothing.

use std::fmt::Write;

use super::settings::flag;
use super::value::{Field, LogValue};
use super::writer::{Info, Rotated, Writer};
use crate::vm::Vm;

struct None {
    path: String,
}

/// Begins a log that goes nowhere; with `LogNone::debug` it says on standard output what it is about.
// The signature is that of all writers.
#[allow(clippy::unnecessary_wraps)]
pub(super) fn begin(vm: &mut Vm, info: &Info, fields: &[Field]) -> Result<Box<dyn Writer>, String> {
    if flag(vm, "LogNone::debug", false) {
        let mut text = format!(
            "[logging::writer::None]\n  path={}\n  rotation_interval={}\n  rotation_base={}\n",
            info.path,
            info.rotation_interval,
            info.rotation_base.unwrap_or(-1.0)
        );
        // Writing to a string cannot fail.
        for (key, value) in &info.config {
            let _ = writeln!(text, "  config[{key}] = {value}");
        }
        for field in fields {
            // Bro has one type for sets and tables.
            let kind = if field.kind.name() == "set" { "table" } else { field.kind.name() };
            let _ = writeln!(text, "  field {}: {kind}", field.name);
        }
        text.push('\n');
        vm.host.write_output(text.as_bytes());
    }
    Ok(Box::new(None { path: info.path.clone() }))
}

impl Writer for None {
    fn write(&mut self, _vm: &mut Vm, _values: &[LogValue]) -> Result<(), String> {
        Ok(())
    }

    fn rotate(&mut self, _vm: &mut Vm, _path: &str) -> Result<Rotated, String> {
        Ok(Rotated::Done { new_name: "/dev/null".to_owned(), old_name: self.path.clone() })
    }
}
