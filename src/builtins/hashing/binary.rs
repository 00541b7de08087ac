//! Values as bytes, for hashing.
//!
//! Bro describes what it hashes in a binary form: the number of the type first, then numbers by their bytes and texts
//! with a zero behind. Nodes of one cluster must hash alike, so this form is kept, byte by byte, and so is that of Zeek,
//! which numbers its types otherwise and counts in larger words. Two things differ: functions are described by their name
//! alone, and containers in their order here. A container inside itself, which Bro would describe without end, is
//! `<recursion>`.

use rustc_hash::FxHashSet;

use crate::syntax::ast::Flavor;
use crate::types::{Type, TypeKind, TypeRef};
use crate::value::Value;
use crate::value::compare::identity;

/// No more bytes than this are made of one value: shared parts can multiply without bound.
const MAX_BYTES: usize = 1 << 28;

/// Nested record types are described down to this depth, which also ends recursive ones.
const MAX_DEPTH: u32 = 16;

/// Whose form it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::builtins) enum Form {
    /// Bro 2.6 to Zeek 4.0.
    Bro,
    /// Zeek from 5.0 on.
    Zeek,
}

enum Part {
    /// A value with its type before it.
    Value(Value),
    Type(TypeRef, u32),
    Bytes(Vec<u8>),
    /// The end of a container, by its identity.
    End(usize),
}

/// The bytes of a value.
pub(in crate::builtins) fn binary(value: &Value, form: Form) -> Vec<u8> {
    let mut out = Vec::new();
    // A stack: what is described next stands last.
    let mut parts = vec![Part::Value(value.clone())];
    let mut open = FxHashSet::default();
    while let Some(part) = parts.pop() {
        if out.len() > MAX_BYTES {
            break;
        }
        match part {
            Part::Bytes(bytes) => out.extend_from_slice(&bytes),
            Part::Type(ty, depth) => push_all(&mut parts, type_parts(form, &ty, depth)),
            Part::End(container) => {
                open.remove(&container);
            }
            Part::Value(value) => {
                let container = identity(&value);
                if container != 0 {
                    if !open.insert(container) {
                        parts.push(text(b"<recursion>"));
                        continue;
                    }
                    parts.push(Part::End(container));
                }
                let mut inside = vec![Part::Type(value.type_of(), 0)];
                inside.extend(value_parts(form, &value));
                push_all(&mut parts, inside);
            }
        }
    }
    out
}

fn push_all(parts: &mut Vec<Part>, more: Vec<Part>) {
    parts.extend(more.into_iter().rev());
}

fn text(text: &[u8]) -> Part {
    let mut bytes = text.to_vec();
    bytes.push(0);
    Part::Bytes(bytes)
}

fn int(number: usize) -> Part {
    Part::Bytes((number as i32).to_le_bytes().to_vec())
}

/// How many there are of something that Zeek counts in words of 64 bits.
fn size(form: Form, number: usize) -> Part {
    match form {
        Form::Bro => int(number),
        Form::Zeek => Part::Bytes((number as u64).to_le_bytes().to_vec()),
    }
}

fn value_parts(form: Form, value: &Value) -> Vec<Part> {
    let word = |bits: u64| vec![Part::Bytes(bits.to_le_bytes().to_vec())];
    match value {
        Value::Bool(flag) => word(u64::from(*flag)),
        Value::Int(number) => word(*number as u64),
        Value::Count(number) => word(*number),
        Value::Double(number) | Value::Time(number) => word(number.to_bits()),
        Value::Interval(seconds) if form == Form::Zeek => zeek_interval(*seconds),
        Value::Interval(seconds) => interval(*seconds),
        Value::String(text) => {
            let bytes = text.as_bytes();
            vec![int(bytes.len()), Part::Bytes(bytes.to_vec())]
        }
        Value::Port(number, protocol) => {
            let protocol = crate::value::describe::protocol_name(*protocol);
            let mut parts = vec![Part::Bytes(u32::from(*number).to_le_bytes().to_vec())];
            match form {
                Form::Bro => parts.push(text(format!("/{protocol}").as_bytes())),
                Form::Zeek => parts.extend([text(b"/"), text(protocol.as_bytes())]),
            }
            parts
        }
        Value::Pattern(pattern) => {
            let shown = pattern.text();
            let inner = shown.strip_prefix(b"/").and_then(|shown| shown.strip_suffix(b"/")).unwrap_or(&shown);
            vec![text(b"/"), text(inner), text(b"/")]
        }
        Value::Vector(vector) => {
            let mut parts = vec![text(b"[")];
            vector.with(|elements| {
                for (place, element) in elements.iter().enumerate() {
                    if place > 0 {
                        parts.push(text(b", "));
                    }
                    if element.is_set() {
                        parts.push(Part::Value(element.clone()));
                    }
                }
            });
            parts.push(text(b"]"));
            parts
        }
        Value::Record(record) => {
            let names: Vec<_> = record
                .record_type()
                .map(|ty| ty.with_fields(|fields| fields.iter().map(|field| field.name).collect()))
                .unwrap_or_default();
            let mut parts = vec![size(form, names.len())];
            for (offset, name) in (0..).zip(names) {
                parts.push(text(name.as_str().as_bytes()));
                let field = record.get(offset);
                parts.push(if field.is_set() { Part::Value(field) } else { text(b"<uninitialized>") });
            }
            parts
        }
        Value::Table(table) => {
            let mut parts = vec![int(table.len())];
            let is_set = table.is_set();
            table.for_each(|key, value| {
                parts.push(int(key.len()));
                list(form, key, &mut parts);
                if !is_set {
                    parts.push(Part::Value(value.clone()));
                }
            });
            parts
        }
        Value::List(values) => {
            let mut parts = vec![size(form, values.len())];
            parts.extend(values.iter().cloned().map(Part::Value));
            parts
        }
        Value::File(file) => {
            let mut parts = vec![text(b"file"), text(b"\""), text(file.name.as_bytes()), text(b"\""), text(b"of")];
            if let TypeKind::File(element) = &file.ty.kind {
                parts.push(Part::Type(element.clone(), 0));
            }
            parts
        }
        Value::Func(func) => vec![text(func.name.as_str().as_bytes())],
        Value::Enum(..) | Value::Addr4(_) | Value::Addr6(_) | Value::Subnet4(..) | Value::Subnet6(_) => {
            vec![text(&value.to_text())]
        }
        Value::Opaque(_) | Value::Type(_) | Value::Unset | Value::Iterator(_) => vec![text(b"<no value description>")],
    }
}

/// The columns of an index, which Bro holds as a list of any types.
fn list(form: Form, key: &[Value], parts: &mut Vec<Part>) {
    parts.push(int(number_of(form, &Type::list(Vec::new()))));
    parts.push(int(0));
    parts.push(size(form, key.len()));
    parts.extend(key.iter().map(|column| Part::Type(column.type_of(), 0)));
    parts.push(size(form, key.len()));
    parts.extend(key.iter().cloned().map(Part::Value));
}

const UNITS: [(f64, &[u8]); 6] =
    [(86_400.0, b"day"), (3600.0, b"hr"), (60.0, b"min"), (1.0, b"sec"), (1e-3, b"msec"), (1e-6, b"usec")];

/// Numbers this close are one number to Zeek.
const EQUAL: f64 = 1e-6;

/// Zeek keeps what is left of the smallest unit.
fn zeek_interval(seconds: f64) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = seconds;
    for (place, (unit, name)) in UNITS.into_iter().enumerate() {
        let number = if place + 1 == UNITS.len() {
            let number = rest / unit;
            if number.abs() < EQUAL {
                break;
            }
            number
        } else {
            if rest.abs() < unit {
                continue;
            }
            let number = (rest / unit).trunc();
            rest -= number * unit;
            number
        };
        parts.push(Part::Bytes(number.to_bits().to_le_bytes().to_vec()));
        parts.push(text(name));
        if (number.abs() - 1.0).abs() >= EQUAL {
            parts.push(text(b"s"));
        }
    }
    if parts.is_empty() {
        parts.push(text(b"0 secs"));
    }
    parts
}

fn interval(seconds: f64) -> Vec<Part> {
    if seconds == 0.0 {
        return vec![text(b"0 secs")];
    }
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, name) in UNITS {
        let number = f64::from((rest / unit) as i32);
        if rest.abs() < unit || number == 0.0 {
            continue;
        }
        parts.push(Part::Bytes(number.to_bits().to_le_bytes().to_vec()));
        parts.push(text(name));
        if number.abs() != 1.0 {
            parts.push(text(b"s"));
        }
        rest -= number * unit;
    }
    parts
}

fn type_parts(form: Form, ty: &Type, depth: u32) -> Vec<Part> {
    let mut parts = vec![int(number_of(form, ty))];
    if depth > MAX_DEPTH {
        return parts;
    }
    let nested = |ty: &TypeRef| Part::Type(ty.clone(), depth + 1);
    match &ty.kind {
        TypeKind::Table { index, yields } => {
            parts.extend(index.iter().map(nested));
            parts.extend(yields.iter().map(nested));
        }
        TypeKind::Vector(element) | TypeKind::File(element) => parts.push(nested(element)),
        TypeKind::Record(record) => record.with_fields(|fields| {
            fields_head(fields.len(), &mut parts);
            for field in fields {
                push_field(form, nested(&field.ty), field.name.as_str(), &mut parts);
            }
        }),
        TypeKind::Func(func) => {
            parts.push(int(match func.flavor {
                Flavor::Function => 0,
                Flavor::Event => 1,
                Flavor::Hook => 2,
            }));
            let has_result = func.flavor != Flavor::Event;
            parts.push(int(usize::from(has_result)));
            fields_head(func.parameters.len(), &mut parts);
            for parameter in &func.parameters {
                push_field(form, nested(&parameter.ty), parameter.name.as_str(), &mut parts);
            }
            if has_result {
                parts.push(nested(&func.result));
            }
        }
        TypeKind::Opaque(name) => parts.push(text(name.as_str().as_bytes())),
        TypeKind::Enum(of) if form == Form::Zeek => parts.push(text(of.name.as_str().as_bytes())),
        TypeKind::List(types) => {
            parts.push(int(0));
            parts.push(size(form, types.len()));
            parts.extend(types.iter().map(nested));
        }
        _ => {}
    }
    parts
}

fn fields_head(count: usize, parts: &mut Vec<Part>) {
    parts.push(Part::Bytes(0u64.to_le_bytes().to_vec()));
    parts.push(Part::Bytes((count as u64).to_le_bytes().to_vec()));
}

fn push_field(form: Form, ty: Part, name: &str, parts: &mut Vec<Part>) {
    let name = text(name.as_bytes());
    match form {
        Form::Bro => parts.extend([ty, name]),
        Form::Zeek => parts.extend([name, ty]),
    }
}

/// The number of a type. Zeek gave up three types, so that those behind them moved up.
pub(in crate::builtins) fn number_of(form: Form, ty: &Type) -> usize {
    const GIVEN_UP: [usize; 3] = [4, 11, 17];
    let number = bro_number_of(ty);
    match form {
        Form::Bro => number,
        Form::Zeek => number - GIVEN_UP.iter().filter(|given_up| **given_up < number).count(),
    }
}

/// Bro's number of a type.
fn bro_number_of(ty: &Type) -> usize {
    match ty.kind {
        TypeKind::Void => 0,
        TypeKind::Bool => 1,
        TypeKind::Int => 2,
        TypeKind::Count => 3,
        TypeKind::Double => 5,
        TypeKind::Time => 6,
        TypeKind::Interval => 7,
        TypeKind::String => 8,
        TypeKind::Pattern => 9,
        TypeKind::Enum(_) => 10,
        TypeKind::Port => 12,
        TypeKind::Addr => 13,
        TypeKind::Subnet => 14,
        TypeKind::Any => 15,
        TypeKind::Table { .. } => 16,
        TypeKind::Record(_) => 18,
        TypeKind::List(_) => 19,
        TypeKind::Func(_) => 20,
        TypeKind::File(_) => 21,
        TypeKind::Vector(_) => 22,
        TypeKind::Opaque(_) => 23,
        TypeKind::Type(_) => 24,
        TypeKind::Error => 25,
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{Form, binary};
    use crate::syntax::ast::Protocol;
    use crate::types::Type;
    use crate::value::{Value, VectorObject};

    #[test]
    fn simple_values_stand_behind_the_number_of_their_type() {
        let bro = |value: Value| binary(&value, Form::Bro);
        assert_eq!(bro(Value::string("ab")), b"\x08\0\0\0\x02\0\0\0ab");
        assert_eq!(bro(Value::Count(258)), b"\x03\0\0\0\x02\x01\0\0\0\0\0\0");
        assert_eq!(bro(Value::Addr4(0x0a00_0001)), b"\x0d\0\0\x0010.0.0.1\0");
        assert_eq!(bro(Value::Interval(0.0)), b"\x07\0\0\x000 secs\0");
        assert_eq!(bro(Value::Port(80, Protocol::Tcp)), b"\x0c\0\0\0\x50\0\0\0/tcp\0");
    }

    #[test]
    fn zeek_numbers_types_without_those_it_gave_up() {
        let zeek = |value: Value| binary(&value, Form::Zeek);
        assert_eq!(zeek(Value::string("ab")), b"\x07\0\0\0\x02\0\0\0ab");
        assert_eq!(zeek(Value::Count(258)), b"\x03\0\0\0\x02\x01\0\0\0\0\0\0");
        assert_eq!(zeek(Value::Addr4(0x0a00_0001)), b"\x0b\0\0\x0010.0.0.1\0");
        assert_eq!(zeek(Value::Port(80, Protocol::Tcp)), b"\x0a\0\0\0\x50\0\0\0/\0tcp\0");
        let (one, thirty) = (1f64.to_le_bytes(), 30f64.to_le_bytes());
        let rest = 500f64.to_le_bytes();
        let expected = [b"\x06\0\0\0", &one[..], b"min\0", &thirty[..], b"sec\0s\0", &rest[..], b"msec\0s\0"].concat();
        assert_eq!(zeek(Value::Interval(90.5)), expected);
    }

    #[test]
    fn a_vector_writes_each_element_with_its_type() {
        let vector = VectorObject::new(Type::vector(Type::bool()), vec![Value::Bool(true), Value::Bool(false)]);
        let expected = b"\x16\0\0\0\x01\0\0\0[\0\x01\0\0\0\x01\0\0\0\0\0\0\0, \0\x01\0\0\0\0\0\0\0\0\0\0\0]\0";
        assert_eq!(binary(&Value::Vector(Rc::new(vector)), Form::Bro), expected);
    }
}
