//! Settings of writers: constants of scripts, and what a filter's `$config` puts in their place.

use crate::value::Value;
use crate::vm::Vm;

/// A constant's text.
pub(super) fn text(vm: &Vm, name: &str, otherwise: &str) -> Vec<u8> {
    match vm.global_by_name(name) {
        Some(Value::String(text)) => text.as_bytes().to_vec(),
        _ => otherwise.as_bytes().to_vec(),
    }
}

/// A constant's truth.
pub(super) fn flag(vm: &Vm, name: &str, otherwise: bool) -> bool {
    match vm.global_by_name(name) {
        Some(Value::Bool(flag)) => flag,
        _ => otherwise,
    }
}

/// The truth that a filter's setting names.
pub(super) fn config_flag(key: &str, text: &str) -> Result<bool, String> {
    match text {
        "T" => Ok(true),
        "F" => Ok(false),
        _ => Err(format!("invalid value for '{key}', must be a string and either \"T\" or \"F\"")),
    }
}
