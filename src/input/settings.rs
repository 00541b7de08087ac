//! Settings of readers: constants of scripts, and what a description's `$config` puts in their place.

use super::output::Output;
use super::parse::Format;
use super::reader::Info;
use crate::value::Value;
use crate::vm::Vm;

/// A constant's text.
pub(super) fn text(vm: &Vm, name: &str, otherwise: &str) -> Vec<u8> {
    match vm.global_by_name(name) {
        Some(Value::String(text)) => text.as_bytes().to_vec(),
        _ => otherwise.as_bytes().to_vec(),
    }
}

/// A setting's text, or that of the constant.
pub(super) fn setting(vm: &Vm, info: &Info, key: &str, constant: &str, otherwise: &str) -> Vec<u8> {
    info.config.get(key).map_or_else(|| text(vm, constant, otherwise), |value| value.as_bytes().to_vec())
}

/// A setting's truth, or that of the constant; only what begins with a `T` is true.
pub(super) fn flag(vm: &Vm, info: &Info, key: &str, constant: &str) -> bool {
    match info.config.get(key) {
        Some(value) => value.starts_with('T'),
        None => matches!(vm.global_by_name(constant), Some(Value::Bool(true))),
    }
}

/// What separates and stands for values, in the constants of a module.
pub(super) fn format(vm: &Vm, module: &str, empty_field: &str) -> Format {
    let constant = |name: &str, otherwise: &str| text(vm, &format!("{module}::{name}"), otherwise);
    Format {
        set_separator: first(&constant("set_separator", ",")),
        empty_field: constant("empty_field", empty_field),
        unset_field: constant("unset_field", "-"),
    }
}

/// The one byte that a separator may have. That it has others is an error.
pub(super) fn single(name: &str, separator: &[u8], output: &mut Output) -> u8 {
    if separator.len() != 1 {
        output.error(format!("{name} length has to be 1. Separator will be truncated."));
    }
    first(separator)
}

fn first(separator: &[u8]) -> u8 {
    separator.first().copied().unwrap_or_default()
}
