//! A global's declaration put back into words.

use super::types::{signature, spelled_out, type_text, value_text};
use super::{Kind, Member};
use crate::hir::GlobalId;
use crate::program::{BodyEntry, Global, GlobalKind, Program, Thunk};
use crate::types::{Field, ThunkId, TypeKind};
use crate::value::Value;
use crate::value::table::ExpireKind;
use crate::vm::Vm;

/// The declaration on one line, without value.
pub(super) fn declaration(vm: &Vm, global: &Global, kind: Kind) -> String {
    let name = global.name;
    let mut text = match (kind, global.ty.as_func()) {
        (Kind::Function | Kind::Event | Kind::Hook, Some(func)) => {
            let default = |thunk| thunk_text(&vm.program, thunk);
            format!("{} {name}{}", kind.name(), signature(func, usize::MAX, &default))
        }
        (Kind::Type, _) => match &global.ty.kind {
            TypeKind::Record(_) => format!("type {name}: record"),
            TypeKind::Enum(_) => format!("type {name}: enum"),
            _ => format!("type {name}: {}", spelled_out(&global.ty, usize::MAX)),
        },
        (Kind::EnumName, _) => match &global.kind {
            GlobalKind::EnumConst(number) => format!("{name} = {number} of enum {}", type_text(&global.ty)),
            _ => name.to_string(),
        },
        _ => format!("{} {name}: {}", kind.name(), type_text(&global.ty)),
    };
    for attribute in attributes(&vm.program, global) {
        text.push(' ');
        text.push_str(&attribute);
    }
    text
}

/// The attributes of a global as they are written.
pub fn attributes(program: &Program, global: &Global) -> Vec<String> {
    let known = &global.attributes;
    let mut all = Vec::new();
    let mut flag = |set: bool, text: &str| {
        if set {
            all.push(text.to_string());
        }
    };
    flag(known.redef, "&redef");
    flag(known.optional, "&optional");
    flag(known.log, "&log");
    flag(known.raw_output, "&raw_output");
    flag(known.error_handler, "&error_handler");
    let thunk = |name: &str, thunk: Option<ThunkId>| {
        thunk.map(|thunk| match thunk_text(program, thunk) {
            Some(text) => format!("{name}={text}"),
            None => name.to_string(),
        })
    };
    all.extend(thunk("&default", known.default.filter(|_| known.table.is_none())));
    if let Some(table) = &known.table {
        let name = if table.default_insert { "&default_insert" } else { "&default" };
        all.extend(thunk(name, table.default.or(known.default)));
        if let Some((kind, after)) = table.expire {
            let name = match kind {
                ExpireKind::Create => "&create_expire",
                ExpireKind::Read => "&read_expire",
                ExpireKind::Write => "&write_expire",
            };
            all.extend(thunk(name, Some(after)));
        }
        all.extend(thunk("&expire_func", table.expire_func));
        all.extend(thunk("&on_change", table.on_change));
    }
    all.extend(thunk("&add_func", known.add_func));
    all.extend(thunk("&delete_func", known.delete_func));
    match known.deprecated.as_deref() {
        Some("") => all.push("&deprecated".into()),
        Some(text) => all.push(format!("&deprecated=\"{text}\"")),
        None => {}
    }
    all
}

/// The text of an expression that is evaluated on demand: its value where it is a constant, otherwise its source.
fn thunk_text(program: &Program, thunk: ThunkId) -> Option<String> {
    match program.thunk(thunk) {
        Thunk::Const(value) => value.is_set().then(|| value_text(&value)),
        Thunk::Body(body, _) => match program.body(body) {
            BodyEntry::Typed(body) => {
                let source = String::from_utf8_lossy(program.sources.text(body.span));
                let words: Vec<&str> = source.split_whitespace().collect();
                (!words.is_empty()).then(|| words.join(" "))
            }
            BodyEntry::Unresolved(_) | BodyEntry::Failed => None,
        },
    }
}

/// The fields of a record type, the names of an enum type.
pub(super) fn members(vm: &Vm, global: &Global) -> Vec<Member> {
    if global.kind != GlobalKind::Type {
        return Vec::new();
    }
    match &global.ty.kind {
        TypeKind::Record(record) => record.save().iter().map(|field| field_member(&vm.program, field)).collect(),
        TypeKind::Enum(enumeration) => enumeration
            .entries()
            .into_iter()
            .map(|(name, number)| {
                let declared = vm.program.find(name).map(|id| vm.program.global(id));
                let doc = declared.and_then(|global| global.doc.as_deref()).unwrap_or_default();
                Member { text: format!("{name} = {number}"), doc: doc.to_string() }
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn field_member(program: &Program, field: &Field) -> Member {
    let mut text = format!("{}: {}", field.name, type_text(&field.ty));
    match field.default {
        Some(thunk) => {
            text.push_str(" &default");
            if let Some(value) = thunk_text(program, thunk) {
                text.push('=');
                text.push_str(&value);
            }
        }
        None if field.optional => text.push_str(" &optional"),
        None => {}
    }
    if field.log {
        text.push_str(" &log");
    }
    if field.deprecated {
        text.push_str(" &deprecated");
    }
    Member { text, doc: field.doc.as_deref().unwrap_or_default().to_string() }
}

/// The value of a variable, for those that are data.
pub(super) fn value(vm: &Vm, id: GlobalId, kind: Kind) -> Option<String> {
    if !matches!(kind, Kind::Global | Kind::Constant | Kind::Option) {
        return None;
    }
    let value: Value = vm.global(id);
    value.is_set().then(|| value_text(&value))
}
