//! What scripts can ask about themselves: types, globals, fields, names of enums, events.

use std::rc::Rc;

use super::footprint::{footprint, memory};
use super::results::{message_text, record_of, string_set, string_vector_from_one, type_named};
use crate::hir::GlobalId;
use crate::program::{Global, GlobalKind};
use crate::syntax::ast::Flavor;
use crate::types::{Field, RecordType, TypeKind, TypeRef};
use crate::value::{FuncKind, TableObject, Text, Value};
use crate::vm::{Raise, Vm, natives};

/// The type that a script's type name stands for.
fn declared_type(vm: &Vm, name: &str) -> Option<TypeRef> {
    let id = vm.program.find(name.into())?;
    let global = vm.program.global(id);
    (global.kind == GlobalKind::Type).then(|| global.ty.clone())
}

/// The type that an argument means: a type value, the name of a type, or a value's own type.
fn meant_type(vm: &Vm, value: &Value) -> Option<TypeRef> {
    match value {
        Value::Type(ty) => Some(ty.clone()),
        Value::String(name) => declared_type(vm, &name.to_lossy()),
        _ => Some(value.type_of()),
    }
}

/// The value of a global. Names of types and of enums have none, as in Bro.
fn held(vm: &Vm, id: GlobalId) -> Value {
    match vm.program.global(id).kind {
        GlobalKind::Type | GlobalKind::EnumConst(_) => Value::Unset,
        _ => vm.global(id),
    }
}

/// The value of a global, that of an enum's name included.
fn value_of(vm: &Vm, id: GlobalId) -> Value {
    let global = vm.program.global(id);
    match (&global.kind, global.ty.as_enum()) {
        (GlobalKind::EnumConst(number), Some(names)) => Value::Enum(*number, names.clone()),
        _ => held(vm, id),
    }
}

/// Whether Bro calls it constant: so are functions, events and hooks with a body.
fn is_constant(global: &Global, value: &Value) -> bool {
    global.kind == GlobalKind::Const || matches!(value, Value::Func(func) if func.has_bodies() && is_script(&func.kind))
}

fn is_script(kind: &FuncKind) -> bool {
    matches!(kind, FuncKind::Script(_))
}

/// A table from the names of all globals that `value` gives something for.
fn by_global(
    vm: &mut Vm,
    table_type: &str,
    mut value: impl FnMut(&mut Vm, GlobalId) -> Result<Option<Value>, Raise>,
) -> Result<Rc<TableObject>, Raise> {
    let table = TableObject::new(type_named(vm, table_type)?);
    let ids: Vec<_> = vm.program.globals().map(|(id, global)| (id, global.name)).collect();
    for (id, name) in ids {
        if let Some(value) = value(vm, id)? {
            table.insert(&[Value::string(name.as_str())], value);
        }
    }
    Ok(Rc::new(table))
}

/// The entries of `record_fields` for a record, or for a record type.
fn describe_fields(vm: &mut Vm, ty: &TypeRef, of: &RecordType, values: Option<&Value>) -> Result<Value, Raise> {
    let table = TableObject::new(type_named(vm, "record_field_table")?);
    let entry = type_named(vm, "record_field")?;
    let fields: Vec<Field> = of.with_fields(<[Field]>::to_vec);
    for (offset, field) in (0..).zip(fields) {
        let value = match values {
            Some(Value::Record(record)) => record.get(offset),
            _ => Value::Unset,
        };
        let default = match field.default {
            Some(thunk) => vm.thunk(thunk)?,
            None => Value::Unset,
        };
        let parts = [
            // As in Bro: the kind of what was asked about, which is a record.
            ("type_name", Value::string(ty.kind_name())),
            ("log", Value::Bool(field.log)),
            ("value", value),
            ("default_val", default),
        ];
        let description = record_of(vm, &entry, &parts)?;
        table.insert(&[Value::string(field.name.as_str())], description);
    }
    Ok(Value::Table(Rc::new(table)))
}

natives! {
    /// Gives the type of a value as text.
    #[example("type_name(vector(1, 2))", "vector of count")]
    #[example("type_name(table([1] = \"a\"))", "table[count] of string")]
    fn "type_name" = "function(t: any): string";
    |_vm, t: Value| -> String {
        Ok(t.type_of().to_string())
    }

    /// Gives the names under which a type, or the type of a value, is declared.
    #[example("\"string_vec\" in type_aliases(string_vec)", "T")]
    fn "type_aliases" = "function(x: any): string_set";
    |vm, x: Value| -> Rc<TableObject> {
        let ty = if let Value::Type(ty) = x { ty } else { x.type_of() };
        let is_alias = |global: &Global| global.kind == GlobalKind::Type && Rc::ptr_eq(&global.ty, &ty);
        let names = vm.program.globals().filter(|(_, global)| is_alias(global));
        let names: Vec<&str> = names.map(|(_, global)| global.name.as_str()).collect();
        Ok(string_set(names))
    }

    /// Gives the names of a record type's fields. They are numbered from 1: the vector's first element is missing.
    #[example("record_type_to_vector(\"conn_id\")[1]", "orig_h")]
    fn "record_type_to_vector" = "function(rt: string): string_vec";
    |vm, rt: Rc<Text>| -> Value {
        let name = message_text(vm, &rt);
        let ty = type_named(vm, &name)?;
        let record = ty.as_record().ok_or_else(|| Raise::error(format!("type {name} is no record")))?;
        let names = record.with_fields(|fields| fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>());
        Ok(Value::Vector(string_vector_from_one(names)))
    }

    /// Describes the fields of a record: whether each is logged, its value and its default. Also takes a record type or
    /// the name of one.
    #[example("record_fields([$a=1])[\"a\"]$value", "1")]
    fn "record_fields" = "function(rec: any): record_field_table";
    |vm, rec: Value| -> Value {
        let ty = meant_type(vm, &rec);
        if let Some((ty, record)) = ty.as_ref().and_then(|ty| Some((ty, ty.as_record()?))) {
            return describe_fields(vm, ty, record, Some(&rec));
        }
        vm.error_without_place("non-record passed to record_fields");
        Ok(Value::Table(Rc::new(TableObject::new(type_named(vm, "record_field_table")?))))
    }

    /// Gives the names of an enum: a type, or the name of one.
    #[example("\"tcp\" in enum_names(transport_proto)", "T")]
    fn "enum_names" = "function(et: any): string_set";
    |vm, et: Value| -> Rc<TableObject> {
        let ty = if matches!(et, Value::Type(_) | Value::String(_)) { meant_type(vm, &et) } else { None };
        let names = ty.as_ref().and_then(|ty| ty.as_enum()).map(|names| names.entries()).unwrap_or_default();
        Ok(string_set(names.iter().map(|(name, _)| name.as_str())))
    }

    /// Describes all globals: the kind of type, whether each is exported, constant, the name of an enum, an option or
    /// open to `redef`, and its value.
    #[example("global_ids()[\"bro_init\"]$type_name", "func")]
    fn "global_ids" = "function(): id_table";
    |vm| -> Rc<TableObject> {
        let entry = type_named(vm, "script_id")?;
        by_global(vm, "id_table", |vm, id| {
            let value = held(vm, id);
            let global = vm.program.global(id);
            let is_option = global.kind == GlobalKind::Option;
            let parts = [
                ("type_name", Value::string(global.ty.kind_name())),
                ("exported", Value::Bool(global.exported)),
                ("constant", Value::Bool(is_constant(global, &value))),
                ("enum_constant", Value::Bool(matches!(global.kind, GlobalKind::EnumConst(_)))),
                ("option_value", Value::Bool(is_option)),
                ("redefinable", Value::Bool(global.attributes.redef || is_option)),
                ("value", value),
            ];
            record_of(vm, &entry, &parts).map(Some)
        })
    }

    /// Gives the number of bytes that each global takes in memory, about.
    #[example("\"bro_init\" in global_sizes()", "T")]
    fn "global_sizes" = "function(): var_sizes";
    |vm| -> Rc<TableObject> {
        by_global(vm, "var_sizes", |vm, id| {
            let value = held(vm, id);
            Ok(value.is_set().then(|| Value::Count(memory(&value))))
        })
    }

    /// Gives the number of values within each global that is a container.
    #[example("\"Cluster::nodes\" in global_container_footprints()", "F")]
    fn "global_container_footprints" = "function(): var_sizes";
    |vm| -> Rc<TableObject> {
        by_global(vm, "var_sizes", |vm, id| {
            let value = held(vm, id);
            let is_container = matches!(value, Value::Table(_) | Value::Vector(_) | Value::Record(_));
            Ok(is_container.then(|| Value::Count(footprint(&value))))
        })
    }

    /// Gives the names of all options.
    #[example("\"Weird::sampling_rate\" in global_options()", "T")]
    fn "global_options" = "function(): string_set";
    |vm| -> Rc<TableObject> {
        let options = vm.program.globals().filter(|(_, global)| global.kind == GlobalKind::Option);
        let names: Vec<&str> = options.map(|(_, global)| global.name.as_str()).collect();
        Ok(string_set(names))
    }

    /// Gives the value of a global by its name, or a text that says why there is none.
    #[example("lookup_ID(\"Weird::sampling_rate\")", "1000")]
    #[example("lookup_ID(\"no such thing\")", "<unknown id>")]
    fn "lookup_ID" = "function(id: string): any";
    |vm, id: Rc<Text>| -> Value {
        let name = message_text(vm, &id);
        let Some(found) = vm.program.find((&*name).into()) else {
            return Ok(Value::string("<unknown id>"));
        };
        let value = value_of(vm, found);
        Ok(if value.is_set() { value } else { Value::string("<no ID value>") })
    }

    /// Tells whether an event has a handler.
    #[example("is_event_handled(\"bro_init\")", "T")]
    fn "is_event_handled" = "function(event_name: string): bool";
    |vm, event_name: Rc<Text>| -> bool {
        let name = message_text(vm, &event_name);
        let event = vm.program.find((&*name).into());
        let is_event = event.is_some_and(|id| {
            let ty = &vm.program.global(id).ty;
            matches!(&ty.kind, TypeKind::Func(func) if func.flavor == Flavor::Event)
        });
        if !is_event {
            vm.builtin_error(format!("is_event_handled: '{name}' is not an event"));
            return Ok(false);
        }
        Ok(matches!(vm.global_by_name(&name), Some(Value::Func(func)) if func.has_bodies()))
    }

    /// Lets events without a handler be raised as well. Here none is ever held back, so this changes nothing.
    #[example("generate_all_events()", "T")]
    fn "generate_all_events" = "function(): bool";
    |_vm| -> bool {
        Ok(true)
    }
}
