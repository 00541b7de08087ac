//! From the descriptions that scripts give to streams that can begin. What is wrong is said as Bro says it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Plan;
use super::columns::{Column, unroll};
use super::deliver::{EventTarget, Origin, Target};
use super::reader::{Info, Mode, find};
use super::table::TableTarget;
use crate::source::Symbol;
use crate::syntax::ast::Flavor;
use crate::types::assign::same_type;
use crate::types::{Field, Parameter, TypeRef, TypeTag};
use crate::value::{FuncObject, RecordObject, TableObject, Value};
use crate::vm::{Raise, Vm};

/// The plan of a stream, or what is wrong with its description.
type Planned = Result<Plan, String>;

fn field(record: &RecordObject, name: &str) -> Value {
    let offset = record.record_type().and_then(|ty| ty.offset(Symbol::new(name)));
    offset.map(|offset| record.get(offset)).unwrap_or_default()
}

fn string(value: &Value) -> String {
    value.as_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}

/// A field that holds a string.
pub(super) fn text(record: &RecordObject, name: &str) -> String {
    string(&field(record, name))
}

fn func(value: Value) -> Option<Rc<FuncObject>> {
    if let Value::Func(func) = value { Some(func) } else { None }
}

fn flag(record: &RecordObject, name: &str) -> bool {
    matches!(field(record, name), Value::Bool(true))
}

/// The record type that a field names.
fn record_type(record: &RecordObject, name: &str) -> Option<TypeRef> {
    if let Value::Type(ty) = field(record, name) { Some(ty).filter(|ty| ty.is(TypeTag::Record)) } else { None }
}

fn declared(vm: &Vm, name: &str) -> Option<TypeRef> {
    vm.program.find(name.into()).map(|id| vm.program.global(id).ty.clone())
}

fn is_declared(vm: &Vm, ty: &TypeRef, name: &str) -> bool {
    declared(vm, name).is_some_and(|declared| same_type(ty, &declared, false))
}

fn accepts_unsupported(vm: &Vm) -> bool {
    matches!(vm.global_by_name("Input::accept_unsupported_types"), Some(Value::Bool(true)))
}

/// The parameters of an event, or what it is called that is none.
fn parameters<'f>(stream: &str, what: &str, event: &'f FuncObject) -> Result<&'f [Parameter], String> {
    match event.ty.as_func() {
        Some(ty) if ty.flavor == Flavor::Event => Ok(&ty.parameters),
        _ => Err(format!("Input stream {stream}: {what} event is a function, not an event")),
    }
}

/// `'count':count`
fn both_names(ty: &TypeRef) -> String {
    format!("'{}':{ty}", ty.kind_name())
}

fn name_of(ty: Option<&TypeRef>) -> String {
    ty.map_or_else(|| "void".to_owned(), ToString::to_string)
}

/// Checks what the two ends of a comparison are: nothing on both sides is the same.
fn same(a: Option<&TypeRef>, b: Option<&TypeRef>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_type(a, b, false),
        (None, None) => true,
        _ => false,
    }
}

fn record_fields(ty: &TypeRef) -> Vec<Field> {
    ty.as_record().map(|record| record.with_fields(<[_]>::to_vec)).unwrap_or_default()
}

/// A stream into a table.
pub(super) fn table(vm: &mut Vm, description: &Rc<RecordObject>) -> Result<Planned, Raise> {
    let name = text(description, "name");
    let index = record_type(description, "idx");
    let Value::Table(table) = field(description, "destination") else {
        return Ok(Err(format!("Input stream {name}: destination is not a table")));
    };
    let Some(index) = index else { return Ok(Err(format!("Input stream {name}: idx is not a record type"))) };
    let value = record_type(description, "val");
    let want_record = flag(description, "want_record");
    if let Err(problem) = check_table(&table, &index, value.as_ref(), want_record) {
        return Ok(Err(format!("Input stream {name}: {problem}")));
    }
    let event = func(field(description, "ev"));
    if let Some(event) = &event
        && let Err(problem) = check_table_event(vm, &name, event, &index, value.as_ref(), want_record)
    {
        return Ok(Err(problem));
    }
    if let Err(problem) = check_error_event(vm, &name, description, "TableDescription") {
        return Ok(Err(problem));
    }
    let mut columns = Vec::new();
    let mut can_be_read = unroll(vm, &index, "", false, 0, &mut columns)?;
    let index_columns = columns.len();
    if let Some(value) = &value {
        let accept = accepts_unsupported(vm);
        can_be_read = can_be_read && unroll(vm, value, "", accept, 0, &mut columns)?;
    }
    if columns.len() - index_columns > 1 && !want_record {
        return Ok(Err(format!(
            "Input stream {name}: Stream does not want a record (want_record=F), but has more then one value field."
        )));
    }
    if !can_be_read {
        return Ok(Err(format!("Input stream {name}: Problem unrolling")));
    }
    let target = Target::Table(TableTarget {
        table,
        index,
        value,
        want_record,
        index_columns,
        pred: func(field(description, "pred")),
        event,
        rows: std::cell::RefCell::default(),
    });
    Ok(plan(description, target, columns))
}

/// Checks index and values against the table.
fn check_table(table: &TableObject, index: &TypeRef, value: Option<&TypeRef>, want_record: bool) -> Result<(), String> {
    let (columns, yields) = table.ty.as_table().unwrap_or((&[], None));
    let fields = record_fields(index);
    for (place, column) in columns.iter().enumerate() {
        let Some(field) = fields.get(place) else {
            return Err("Table type has more indexes than index definition".to_owned());
        };
        if !same_type(&field.ty, column, false) {
            let (need, got) = (both_names(&field.ty), both_names(column));
            return Err(format!("Table type does not match index type. Need type {need}, got {got}"));
        }
    }
    if fields.len() != columns.len() {
        return Err("Table has less elements than index definition".to_owned());
    }
    let wanted = value_type(value, want_record);
    if !same(yields, wanted.as_ref()) {
        let (need, got) = (name_of(wanted.as_ref()), name_of(yields));
        return Err(format!("Table type does not match value type. Need type '{need}', got '{got}'"));
    }
    Ok(())
}

/// What the table's values are.
fn value_type(value: Option<&TypeRef>, want_record: bool) -> Option<TypeRef> {
    let value = value?;
    if want_record { Some(value.clone()) } else { record_fields(value).first().map(|field| field.ty.clone()) }
}

fn check_table_event(
    vm: &Vm,
    stream: &str,
    event: &FuncObject,
    index: &TypeRef,
    value: Option<&TypeRef>,
    want_record: bool,
) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("Input stream {stream}: {what}"));
    let [first, second, third, fourth] = parameters(stream, "Stream", event)? else {
        return wrong("Table event must take 4 arguments");
    };
    if !is_declared(vm, &first.ty, "Input::TableDescription") {
        return wrong("Table event's first attribute must be of type Input::TableDescription");
    }
    if !is_declared(vm, &second.ty, "Input::Event") {
        return wrong("Table event's second attribute must be of type Input::Event");
    }
    if !same_type(&third.ty, index, false) {
        let (need, got) = (index, &third.ty);
        return wrong(&format!("Table event's index attributes do not match. Need '{need}', got '{got}'"));
    }
    // The members of a set have no values, so whatever stands there is never filled.
    let Some(need) = value_type(value, want_record) else { return Ok(()) };
    if same_type(&fourth.ty, &need, false) {
        return Ok(());
    }
    let what = if want_record { "attributes do" } else { "attribute does" };
    wrong(&format!("Table event's value {what} not match. Need '{need}', got '{}'", fourth.ty))
}

/// A stream to an event.
pub(super) fn event(vm: &mut Vm, description: &Rc<RecordObject>) -> Result<Planned, Raise> {
    let name = text(description, "name");
    let Some(fields) = record_type(description, "fields") else {
        return Ok(Err(format!("Input stream {name}: fields is not a record type")));
    };
    let Some(event) = func(field(description, "ev")) else {
        return Ok(Err(format!("Input stream {name}: Stream event is a function, not an event")));
    };
    let want_record = flag(description, "want_record");
    if let Err(problem) = check_event(vm, &name, &event, &fields, want_record) {
        return Ok(Err(problem));
    }
    if let Err(problem) = check_error_event(vm, &name, description, "EventDescription") {
        return Ok(Err(problem));
    }
    let accept = want_record && accepts_unsupported(vm);
    let mut columns = Vec::new();
    if !unroll(vm, &fields, "", accept, 0, &mut columns)? {
        return Ok(Err(format!("Input stream {name}: Problem unrolling")));
    }
    Ok(plan(description, Target::Event(EventTarget { event, fields, want_record }), columns))
}

fn check_event(vm: &Vm, stream: &str, event: &FuncObject, fields: &TypeRef, want_record: bool) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("Input stream {stream}: {what}"));
    let [first, second, rest @ ..] = parameters(stream, "Stream", event)? else {
        return wrong("Event does not take enough arguments");
    };
    if !is_declared(vm, &second.ty, "Input::Event") {
        return wrong("Event's second attribute must be of type Input::Event");
    }
    if !is_declared(vm, &first.ty, "Input::EventDescription") {
        return wrong("Event's first attribute must be of type Input::EventDescription");
    }
    if want_record {
        let [only] = rest else { return wrong("Event has wrong number of arguments") };
        if same_type(&only.ty, fields, false) {
            return Ok(());
        }
        let (got, need) = (both_names(&only.ty), both_names(fields));
        return wrong(&format!("Incompatible type {got} for event, which needs type {need}\n"));
    }
    let fields = record_fields(fields);
    if rest.len() != fields.len() {
        return wrong("Event has wrong number of arguments");
    }
    for (place, (parameter, field)) in rest.iter().zip(&fields).enumerate() {
        if !same_type(&parameter.ty, &field.ty, false) {
            let (need, got) = (both_names(&field.ty), both_names(&parameter.ty));
            let place = place + 3;
            return wrong(&format!("Incompatible type for event in field {place}. Need type {need}, got {got}"));
        }
    }
    Ok(())
}

fn check_error_event(vm: &Vm, stream: &str, description: &RecordObject, first: &str) -> Result<(), String> {
    let Some(event) = func(field(description, "error_ev")) else { return Ok(()) };
    let wrong = |what: &str| Err(format!("Input stream {stream}: Error event{what}"));
    let [of_stream, message, level] = parameters(stream, "Error", &event)? else {
        return wrong(" must take 3 arguments");
    };
    let first = format!("Input::{first}");
    if !is_declared(vm, &of_stream.ty, &first) {
        return wrong(&format!("'s first attribute must be of type {first}"));
    }
    if !message.ty.is(TypeTag::String) {
        return wrong("'s second attribute must be of type string");
    }
    if !is_declared(vm, &level.ty, "Reporter::Level") {
        return wrong("'s third attribute must be of type Reporter::Level");
    }
    Ok(())
}

/// What tables and events have in common.
fn plan(description: &Rc<RecordObject>, target: Target, columns: Vec<Column>) -> Planned {
    let (name, source) = (text(description, "name"), text(description, "source"));
    let reader = match field(description, "reader") {
        Value::Enum(number, of) => of.name_of(number).map_or("", Symbol::as_str),
        _ => "",
    };
    let Some(begin) = find(reader) else {
        return Err("The reader that was requested was not found and could not be initialized.".to_owned());
    };
    let mode = if let Value::Enum(number, _) = field(description, "mode") { Mode::of(number) } else { None };
    let mode = mode.ok_or("unknown input reader mode")?;
    let mut config = BTreeMap::new();
    if let Value::Table(table) = field(description, "config") {
        table.for_each(|key, value| {
            config.insert(key.first().map(string).unwrap_or_default(), string(value));
        });
    }
    let origin = Origin {
        label: format!("{source}/{reader}"),
        name: name.clone(),
        source: source.clone(),
        description: Value::Record(description.clone()),
        error_event: func(field(description, "error_ev")),
    };
    Ok(Plan { origin, target, info: Info { name, source, mode, config }, columns, begin })
}
