//! How functions without a name travel: under one that follows from their text, with the values that they captured.
//!
//! Whoever gets such a function must have the same one in its own scripts; no code travels. The names of other programs
//! follow from something else, so that their functions are not known here.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::from_data;
use super::values::{Unsupported, convert};
use crate::hir::{Body, ExprKind};
use crate::program::BodyEntry;
use crate::source::Span;
use crate::types::assign::same_type;
use crate::types::{TypeRef, TypeTag};
use crate::value::{BodyId, Closure, FuncKind, FuncObject, Value};
use crate::vm::Vm;
use crate::wire::Data;

/// What begins the name of every such function.
const PREFIX: &[u8] = b"lambda_<";

/// The functions without a name in the scripts of this node, by the names under which they travel.
#[derive(Default)]
struct Known {
    by_name: BTreeMap<Vec<u8>, Origin>,
    /// The bodies that have been looked through.
    looked: u32,
}

#[derive(Clone)]
struct Origin {
    body: BodyId,
    ty: TypeRef,
    span: Span,
}

pub(super) fn is_name(name: &[u8]) -> bool {
    name.starts_with(PREFIX)
}

/// The types of what a body captures.
fn captured_types(body: &Body) -> impl Iterator<Item = &TypeRef> {
    body.locals.iter().skip(body.parameters as usize).take(body.captures as usize).map(|local| &local.ty)
}

/// The name under which a function travels: a hash of its text and of the types of what it captures.
fn name_of(vm: &Vm, body: &Body, span: Span) -> Vec<u8> {
    let mut text = vm.program.sources.text(span).to_vec();
    for ty in captured_types(body) {
        text.push(0);
        text.extend_from_slice(ty.to_string().as_bytes());
    }
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.iter().fold(0xcbf2_9ce4_8422_2325, step);
    [PREFIX, hash.to_string().as_bytes(), b">"].concat()
}

/// Zeek's number of a type.
fn number_of(ty: &TypeRef) -> i64 {
    match ty.tag() {
        TypeTag::Void => 0,
        TypeTag::Bool => 1,
        TypeTag::Int => 2,
        TypeTag::Count => 3,
        TypeTag::Double => 4,
        TypeTag::Time => 5,
        TypeTag::Interval => 6,
        TypeTag::String => 7,
        TypeTag::Pattern => 8,
        TypeTag::Enum => 9,
        TypeTag::Port => 10,
        TypeTag::Addr => 11,
        TypeTag::Subnet => 12,
        TypeTag::Any => 13,
        TypeTag::Table | TypeTag::Set => 14,
        TypeTag::Record => 15,
        TypeTag::List => 16,
        TypeTag::Func => 17,
        TypeTag::File => 18,
        TypeTag::Vector => 19,
        TypeTag::Opaque => 20,
        TypeTag::Type => 21,
        TypeTag::Error => 22,
    }
}

/// A function without a name as data.
pub(super) fn pack(vm: &mut Vm, closure: &Closure, depth: u32) -> Result<Data, Unsupported> {
    let BodyEntry::Typed(body) = vm.program.body(closure.body) else { return Err(Unsupported::ty("func")) };
    let name = name_of(vm, &body, closure.span);
    let captured = closure.captured.borrow().clone();
    let mut pairs = Vec::with_capacity(captured.len());
    for (value, ty) in captured.iter().zip(captured_types(&body)) {
        let data = if value.is_set() { convert(vm, value, depth + 1)? } else { Data::None };
        pairs.push(Data::Vector(vec![data, Data::Integer(number_of(ty))]));
    }
    let captures = if pairs.is_empty() { Vec::new() } else { vec![Data::Vector(pairs)] };
    Ok(Data::Vector(vec![Data::string(&name), Data::Vector(captures)]))
}

/// The function of a name, with what it captured; `None` where the scripts have none that fits.
pub(super) fn unpack(vm: &mut Vm, name: &[u8], captures: Option<&Data>, ty: &TypeRef) -> Option<Value> {
    let origin = find(vm, name)?;
    let BodyEntry::Typed(body) = vm.program.body(origin.body) else { return None };
    if !same_type(&origin.ty, ty, false) {
        return None;
    }
    let pairs = match captures {
        None => &[][..],
        Some(Data::Vector(captures)) => match captures.as_slice() {
            [] => &[][..],
            [Data::Vector(pairs)] => pairs,
            _ => return None,
        },
        Some(_) => return None,
    };
    if pairs.len() != body.captures as usize {
        return None;
    }
    let mut captured = Vec::with_capacity(pairs.len());
    for (pair, ty) in pairs.iter().zip(captured_types(&body)) {
        let Data::Vector(pair) = pair else { return None };
        let [data, Data::Integer(number)] = pair.as_slice() else { return None };
        if *number != number_of(ty) {
            return None;
        }
        captured.push(if *data == Data::None { Value::Unset } else { from_data(vm, data, ty).ok()?? });
    }
    let closure = Closure { body: origin.body, captured: RefCell::new(captured), span: origin.span };
    let func = FuncObject { name: body.name, ty: origin.ty, kind: FuncKind::Closure(closure) };
    Some(Value::Func(Rc::new(func)))
}

/// Where the scripts have the function of a name. What scripts there are is looked through once.
fn find(vm: &mut Vm, name: &[u8]) -> Option<Origin> {
    let end = vm.program.body_count() as u32;
    // What the prompt took back may be there no more.
    let is_there = |vm: &Vm, origin: &Origin| match vm.program.body(origin.body) {
        BodyEntry::Typed(body) => name_of(vm, &body, origin.span) == name,
        _ => false,
    };
    let known = vm.state::<Known>().by_name.get(name).cloned();
    if vm.state::<Known>().looked > end || known.is_some_and(|origin| !is_there(vm, &origin)) {
        *vm.state::<Known>() = Known::default();
    }
    for number in vm.state::<Known>().looked..end {
        let BodyEntry::Typed(outer) = vm.program.body(BodyId(number)) else { continue };
        for expr in &outer.exprs {
            let ExprKind::Lambda { body, .. } = &expr.kind else { continue };
            let BodyEntry::Typed(inner) = vm.program.body(*body) else { continue };
            let name = name_of(vm, &inner, expr.span);
            let origin = Origin { body: *body, ty: expr.ty.clone(), span: expr.span };
            vm.state::<Known>().by_name.entry(name).or_insert(origin);
        }
    }
    let known = vm.state::<Known>();
    known.looked = end;
    known.by_name.get(name).cloned()
}
