//! The calls that led somewhere, with their arguments, as scripts see them: a value of type `Backtrace`.
//!
//! Arguments are kept as they were passed, as in Zeek: a body may change its parameters. Only code that is made for a program
//! with hooks that look at them keeps them, see [`crate::code::Instruction::KeepArguments`].

use std::rc::Rc;

use super::slow::Window;
use super::{Frame, MAX_TRACE, Raise, Vm};
use crate::code::{Code, Home};
use crate::hir::{BodyKind, Local};
use crate::source::{Span, Symbol};
use crate::types::{ThunkId, Type, TypeRef};
use crate::value::{RecordObject, Value, VectorObject};

/// What the running bodies were called with.
#[derive(Default)]
pub(super) struct KeptArguments(Vec<Kept>);

struct Kept {
    /// How many frames there were, the one of the body included.
    depth: usize,
    code: Rc<Code>,
    arguments: Vec<Value>,
}

/// One of the calls: what is called, where the call stands, and with what.
struct Call {
    function: String,
    place: Option<Span>,
    arguments: Value,
}

impl Vm {
    /// Keeps the arguments of the body that begins.
    pub(super) fn keep_arguments(&mut self, code: &Rc<Code>, window: &Window<'_>) {
        let depth = self.frames.len();
        let kept = &mut self.kept_arguments.0;
        // Those of bodies that have ended.
        let end = kept.iter().rposition(|kept| kept.depth < depth).map_or(0, |last| last + 1);
        kept.truncate(end);
        let value = |home: &Home| match home {
            Home::Number(kind, register) => kind.to_value(window.number(*register)),
            Home::Value(register) => window.value(*register).clone(),
        };
        let arguments = code.homes.iter().take(code.body.parameters as usize).map(value).collect();
        kept.push(Kept { depth, code: code.clone(), arguments });
    }

    /// The calls that led here as a `Backtrace`, innermost first, behind something that is no call.
    pub(super) fn trace_value(&mut self, (first, place): (&str, Option<Span>)) -> Result<Value, Raise> {
        let missing = || Raise::error("the types of back-traces are not loaded");
        let element = self.type_named("BacktraceElement").ok_or_else(missing)?;
        let trace = self.type_named("Backtrace").ok_or_else(missing)?;
        let mut calls = vec![Call { function: first.to_owned(), place, arguments: self.arguments_value(Vec::new())? }];
        for depth in (1..=self.frames.len()).rev().take(MAX_TRACE) {
            // What is no function has no call: initial values, defaults.
            let Some(frame) = self.frames.get(depth - 1).filter(|frame| frame.code.body.kind != BodyKind::Expression)
            else {
                continue;
            };
            let caller = depth.checked_sub(2).and_then(|caller| self.frames.get(caller));
            let (function, place) = (frame.code.body.name.as_str().to_owned(), caller.and_then(span_of));
            let arguments = self.arguments_at(depth);
            let arguments = self.arguments_value(arguments)?;
            calls.push(Call { function, place, arguments });
        }
        let mut elements = Vec::with_capacity(calls.len());
        for call in calls {
            elements.push(self.call_value(&element, call)?);
        }
        Ok(Value::Vector(Rc::new(VectorObject::new(trace, elements))))
    }

    fn call_value(&mut self, ty: &TypeRef, call: Call) -> Result<Value, Raise> {
        let value = self.new_record(ty)?;
        if let Value::Record(record) = &value {
            set_field(record, ty, "function_name", Value::string(&call.function));
            set_field(record, ty, "function_args", call.arguments);
            if let Some((file, location)) = call.place.and_then(|place| self.program.sources.place(place)) {
                set_field(record, ty, "file_location", Value::string(file));
                set_field(record, ty, "line_location", Value::Count(u64::from(location.line)));
            }
        }
        Ok(value)
    }

    /// The parameters of the body that is so deep: as the function was declared, where it was.
    fn arguments_at(&self, depth: usize) -> Vec<Argument> {
        let Some(frame) = depth.checked_sub(1).and_then(|index| self.frames.get(index)) else { return Vec::new() };
        let is_its_own = |kept: &&Kept| kept.depth == depth && Rc::ptr_eq(&kept.code, &frame.code);
        let values = self.kept_arguments.0.iter().find(is_its_own).map_or(&[][..], |kept| &kept.arguments);
        let named = self.program.find(frame.code.body.name).map(|id| self.program.global(id).ty.clone());
        let ty = frame.closure.as_ref().map(|closure| closure.ty.clone()).or(named);
        let declared = ty.as_ref().and_then(|ty| ty.as_func()).map_or(&[][..], |func| &func.parameters);
        let locals = frame.code.body.locals.iter().take(frame.code.body.parameters as usize);
        let argument = |(index, local): (usize, &Local)| {
            let declared = declared.get(index);
            Argument {
                name: declared.map_or(local.name, |parameter| parameter.name),
                ty: declared.map_or(&local.ty, |parameter| &parameter.ty).clone(),
                default: declared.and_then(|parameter| parameter.default),
                value: values.get(index).cloned().unwrap_or_default(),
            }
        };
        locals.enumerate().map(argument).collect()
    }

    /// Arguments as a `call_argument_vector`.
    fn arguments_value(&mut self, arguments: Vec<Argument>) -> Result<Value, Raise> {
        let missing = || Raise::error("the types of back-traces are not loaded");
        let vector = self.type_named("call_argument_vector").ok_or_else(missing)?;
        let element = self.type_named("call_argument").ok_or_else(missing)?;
        let mut elements = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let value = self.new_record(&element)?;
            let default = argument.default.map(|default| self.thunk(default)).transpose()?;
            if let Value::Record(record) = &value {
                set_field(record, &element, "name", Value::string(argument.name.as_str()));
                set_field(record, &element, "type_name", Value::string(argument.ty.by_names()));
                set_field(record, &element, "default_val", default.unwrap_or_default());
                set_field(record, &element, "value", argument.value);
            }
            elements.push(value);
        }
        Ok(Value::Vector(Rc::new(VectorObject::new(vector, elements))))
    }

    fn type_named(&self, name: &str) -> Option<TypeRef> {
        let id = self.program.find(name.into())?;
        Some(self.program.global(id).ty.clone())
    }
}

/// A parameter and what was passed.
struct Argument {
    name: Symbol,
    ty: TypeRef,
    default: Option<ThunkId>,
    value: Value,
}

/// Where a frame is in its script.
fn span_of(frame: &Frame) -> Option<Span> {
    let place = frame.code.place(frame.position);
    frame.code.body.exprs.get(place.0 as usize).map(|expr| expr.span)
}

/// Sets a field that the type has, where there is a value.
fn set_field(record: &RecordObject, ty: &Type, name: &str, value: Value) {
    if let Some(offset) = ty.as_record().and_then(|record| record.offset(name.into()))
        && value.is_set()
    {
        drop(record.set(offset, value));
    }
}
