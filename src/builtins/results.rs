//! What natives of several families take and give: containers of strings, records of types that scripts declare,
//! strings as C sees them.

use std::borrow::Cow;
use std::rc::Rc;

use crate::program::GlobalKind;
use crate::types::{Type, TypeRef};
use crate::value::describe::escaped;
use crate::value::{TableObject, Text, Value, VectorObject};
use crate::vm::{Raise, Vm};

pub(super) use crate::vm::MAX_STRING;

/// The types of common results, once per thread.
struct Types {
    string_vector: TypeRef,
    count_vector: TypeRef,
    string_array: TypeRef,
    string_set: TypeRef,
}

thread_local! {
    static TYPES: Types = Types {
        string_vector: Type::vector(Type::string()),
        count_vector: Type::vector(Type::count()),
        string_array: Type::table(vec![Type::count()], Type::string()),
        string_set: Type::set(vec![Type::string()]),
    };
}

/// A `vector of string`.
pub(super) fn string_vector<S: AsRef<[u8]>>(strings: impl IntoIterator<Item = S>) -> Rc<VectorObject> {
    let elements = strings.into_iter().map(Value::string).collect();
    Rc::new(VectorObject::new(TYPES.with(|types| types.string_vector.clone()), elements))
}

/// A `vector of string` whose first element is missing: some of Bro's natives count from 1.
pub(super) fn string_vector_from_one<S: AsRef<[u8]>>(strings: impl IntoIterator<Item = S>) -> Rc<VectorObject> {
    let result = string_vector(strings);
    if !result.is_empty() {
        result.with_mut(|elements| elements.insert(0, Value::Unset));
    }
    result
}

/// A `vector of count`.
pub(super) fn count_vector(counts: impl IntoIterator<Item = u64>) -> Rc<VectorObject> {
    let elements = counts.into_iter().map(Value::Count).collect();
    Rc::new(VectorObject::new(TYPES.with(|types| types.count_vector.clone()), elements))
}

/// A vector of elements of one type.
pub(super) fn vector_of(element: TypeRef, elements: Vec<Value>) -> Rc<VectorObject> {
    Rc::new(VectorObject::new(Type::vector(element), elements))
}

/// A `table[count] of string` that counts from 1.
pub(super) fn string_array<S: AsRef<[u8]>>(strings: impl IntoIterator<Item = S>) -> Rc<TableObject> {
    let table = TableObject::new(TYPES.with(|types| types.string_array.clone()));
    for (number, string) in (1..).zip(strings) {
        table.insert(&[Value::Count(number)], Value::string(string));
    }
    Rc::new(table)
}

/// A `set[string]`.
pub(super) fn string_set<S: AsRef<[u8]>>(strings: impl IntoIterator<Item = S>) -> Rc<TableObject> {
    let set = TableObject::new(TYPES.with(|types| types.string_set.clone()));
    for string in strings {
        set.insert(&[Value::string(string)], Value::Unset);
    }
    Rc::new(set)
}

/// A type that the base scripts declare.
pub(super) fn type_named(vm: &Vm, name: &str) -> Result<TypeRef, Raise> {
    let declared = vm.program.find(name.into()).map(|id| vm.program.global(id));
    match declared {
        Some(global) if global.kind == GlobalKind::Type => Ok(global.ty.clone()),
        _ => Err(Raise::error(format!("type {name} is not declared"))),
    }
}

/// A record of a type that the base scripts declare, with these fields set. Names that the type does not have are
/// left out.
pub(super) fn record_named(vm: &mut Vm, name: &str, fields: &[(&str, Value)]) -> Result<Value, Raise> {
    let ty = type_named(vm, name)?;
    record_of(vm, &ty, fields)
}

/// A record of this type with these fields set.
pub(super) fn record_of(vm: &mut Vm, ty: &TypeRef, fields: &[(&str, Value)]) -> Result<Value, Raise> {
    let value = vm.new_record(ty)?;
    if let (Value::Record(record), Some(of)) = (&value, ty.as_record()) {
        for (field, value) in fields {
            if let Some(offset) = of.offset((*field).into()) {
                record.set(offset, value.clone());
            }
        }
    }
    Ok(value)
}

/// A string as the functions of C see it that Bro hands it to: zero bytes are an error, and what is used then is a
/// text that says so.
pub(super) fn without_zeros<'t>(vm: &mut Vm, text: &'t Text) -> &'t [u8] {
    let bytes = text.as_bytes();
    if memchr::memchr(0, bytes).is_none() {
        return bytes;
    }
    let shown = escaped(bytes);
    vm.error_without_place(format!("string with embedded NUL: \"{}\"", String::from_utf8_lossy(&shown)));
    b"<string-with-NUL>"
}

/// As [`without_zeros`], for names and messages.
pub(super) fn message_text<'t>(vm: &mut Vm, text: &'t Text) -> Cow<'t, str> {
    String::from_utf8_lossy(without_zeros(vm, text))
}
