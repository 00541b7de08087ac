//! Instructions with the whole machine at hand: those that may run scripts, and those of the inner loop that found
//! something out of the ordinary.

use std::rc::Rc;

use super::events::EventArguments;
use super::frame::{Numbers, Values};
use super::registers::{columns_of, number, set_number, set_value, take_value, value};
use super::{Raise, Vm};
use crate::code::{Callee, Code, Columns, Entry, Instruction, Kind, Length, N, V};
use crate::hir::{BinaryOp, ExprId, ExprKind};
use crate::types::{TypeKind, TypeTag};
use crate::value::table::TableIterator;
use crate::value::{FuncKind, TableObject, Value, VectorObject, describe};

/// The registers of the frame at work.
pub(super) struct Window<'a> {
    pub(super) numbers: &'a mut Numbers,
    pub(super) values: &'a mut Values,
}

impl Window<'_> {
    pub(super) fn number(&self, register: N) -> u64 {
        number(self.numbers, register)
    }

    pub(super) fn value(&self, register: V) -> &Value {
        value(self.values, register)
    }

    pub(super) fn columns(&self, first: V, columns: Columns) -> &[Value] {
        columns_of(self.values, first, columns.0)
    }

    fn set(&mut self, register: V, result: Value) {
        set_value(self.values, register, result);
    }

    fn set_number(&mut self, register: N, bits: u64) {
        set_number(self.numbers, register, bits);
    }

    fn take(&mut self, register: V) -> Value {
        take_value(self.values, register)
    }

    fn read(&mut self, register: V, take: bool) -> Value {
        if take { self.take(register) } else { self.value(register).clone() }
    }
}

impl Vm {
    /// Does one instruction.
    pub(super) fn slow(
        &mut self,
        code: &Rc<Code>,
        pc: usize,
        numbers: &mut Numbers,
        values: &mut Values,
    ) -> Result<(), Raise> {
        let mut window = Window { numbers, values };
        let window = &mut window;
        let instruction = code.instructions.get(pc).ok_or_else(Raise::null)?;
        let at = code.place(pc);
        match *instruction {
            Instruction::AddCount { .. }
            | Instruction::AddCountConst { .. }
            | Instruction::StepLessCount { .. }
            | Instruction::StepLessCountConst { .. }
            | Instruction::MultiplyCount { .. }
            | Instruction::MultiplyCountConst { .. } => Err(Raise::expression("count overflow")),
            Instruction::SubtractCount { .. } | Instruction::SubtractCountConst { .. } => {
                // Bro goes on behind `--`, with a message of the milder kind.
                match code.body.exprs.get(at.0 as usize).map(|expr| &expr.kind) {
                    Some(ExprKind::Increment { .. }) => Err(Raise::error("count underflow")),
                    _ => Err(Raise::expression("count underflow")),
                }
            }
            Instruction::DivideCount { .. } | Instruction::DivideDouble { .. } => {
                Err(Raise::expression("division by zero"))
            }
            Instruction::ModuloCount { .. } => Err(Raise::expression("modulo by zero")),
            Instruction::DivideInt { b, .. } if window.number(b) == 0 => Err(Raise::expression("division by zero")),
            Instruction::ModuloInt { b, .. } if window.number(b) == 0 => Err(Raise::expression("modulo by zero")),
            Instruction::AddInt { .. }
            | Instruction::AddIntConst { .. }
            | Instruction::SubtractInt { .. }
            | Instruction::MultiplyInt { .. }
            | Instruction::DivideInt { .. }
            | Instruction::ModuloInt { .. }
            | Instruction::NegateInt { .. } => Err(Raise::expression("int overflow")),
            Instruction::ShiftLeft { .. } | Instruction::ShiftRightCount { .. } | Instruction::ShiftRightInt { .. } => {
                Err(Raise::expression("shift by more than the number's bits"))
            }

            Instruction::CheckSet { .. } | Instruction::LoadGlobal { .. } | Instruction::LoadGlobalNumber { .. } => {
                Err(unset(code, at))
            }
            Instruction::Unbox { from, .. } => match window.value(from) {
                Value::Unset => Err(unset(code, at)),
                other => Err(Raise::error(format!("value of type '{}' cannot be used here", other.type_of()))),
            },
            Instruction::StoreGlobal { take, from, global } => {
                let new = window.read(from, take.0);
                self.set_global(crate::hir::GlobalId(global.0), new);
                Ok(())
            }
            Instruction::StoreGlobalNumber { kind, from, global } => {
                let new = kind.to_value(window.number(from));
                self.set_global(crate::hir::GlobalId(global.0), new);
                Ok(())
            }
            Instruction::StoreCapture { from, capture } => {
                self.store_capture(usize::from(capture.0), window.value(from).clone());
                Ok(())
            }
            Instruction::Concat { a, b, .. } => Err(string_problem(code, window, at, a, b)),
            Instruction::AppendString { target, from } => Err(string_problem(code, window, at, target, from)),
            Instruction::Contains { .. } => Err(unset(code, at)),

            Instruction::NewRecord { to, entry } => {
                let plan = code.tables.records.get(entry.0 as usize).ok_or_else(Raise::null)?;
                let record = self.new_record_with(&plan.ty, |field| plan.given.contains(&field))?;
                window.set(to, record);
                Ok(())
            }
            Instruction::GetField { to, record, field } => {
                let found = self.missing_field(code, at, window.value(record).clone(), field.0)?;
                window.set(to, found);
                Ok(())
            }
            Instruction::GetFieldNumber { kind, to, record, field } => {
                let found = self.missing_field(code, at, window.value(record).clone(), field.0)?;
                let bits = kind.bits(&found).ok_or_else(|| Raise::expression("field value missing"))?;
                window.set_number(to, bits);
                Ok(())
            }
            Instruction::AddToField { kind, record, field, from } => {
                let Value::Record(object) = window.value(record).clone() else {
                    return Err(unset(code, operand_of(code, target_of(code, at))));
                };
                let place = target_of(code, at);
                let found = self.missing_field(code, place, Value::Record(object.clone()), field.0)?;
                let by = kind.to_value(window.number(from));
                let ty = &code.body.expr(place).ty;
                let sum = super::operate::scalar(BinaryOp::Add, &found, &by, ty)?;
                drop(object.set(field.0, sum));
                Ok(())
            }
            Instruction::DeleteField { record, field } => {
                let Value::Record(object) = window.value(record) else { return Err(unset(code, operand_of(code, at))) };
                drop(object.set(field.0, Value::Unset));
                Ok(())
            }

            Instruction::NewVector { to } => {
                let ty = code.body.expr(at).ty.clone();
                window.set(to, Value::Vector(Rc::new(VectorObject::new(ty, Vec::new()))));
                Ok(())
            }
            Instruction::GetElement { vector, .. } | Instruction::GetElementNumber { vector, .. } => {
                Err(no_element(code, window, at, vector))
            }
            Instruction::SetElement { take, vector, index, from } => {
                let new = window.read(from, take.0);
                set_element(code, at, window.value(vector), window.number(index), new)?;
                Ok(())
            }
            Instruction::SetElementNumber { kind, vector, index, from } => {
                let new = kind.to_value(window.number(from));
                set_element(code, at, window.value(vector), window.number(index), new)?;
                Ok(())
            }
            Instruction::SizeOf { .. }
            | Instruction::SetField { .. }
            | Instruction::SetFieldNumber { .. }
            | Instruction::HasField { .. }
            | Instruction::HasEntry { .. }
            | Instruction::Append { .. }
            | Instruction::AppendNumber { .. }
            | Instruction::HasElement { .. }
            | Instruction::NextEntry { .. }
            | Instruction::EntryColumn { .. }
            | Instruction::EntryValue { .. }
            | Instruction::NextElement { .. }
            | Instruction::NextByte { .. } => Err(unset(code, operand_of(code, at))),
            Instruction::GetByte { to, string, index } => {
                let Value::String(text) = window.value(string) else { return Err(unset(code, operand_of(code, at))) };
                let byte = super::slices::byte_at(text.as_bytes(), window.number(index));
                window.set(to, byte);
                Ok(())
            }
            Instruction::Slice { to, from, low } => {
                let (low, high) = (window.number(low), window.number(N(low.0.wrapping_add(1))));
                let part = super::slices::slice(window.value(from), low, high);
                let part = part.ok_or_else(|| unset(code, operand_of(code, at)))?;
                window.set(to, part);
                Ok(())
            }
            Instruction::SetSlice { vector, low, from } => {
                let (low, high) = (window.number(low), window.number(N(low.0.wrapping_add(1))));
                super::slices::set_slice(window.value(vector), low, high, window.value(from))?;
                Ok(())
            }
            Instruction::GetElements { to, vector, indices } => {
                let found = super::slices::elements(window.value(vector), window.value(indices))?;
                window.set(to, found);
                Ok(())
            }

            Instruction::NewTable { to } => {
                let expr = code.body.expr(at);
                let attributes = match &expr.kind {
                    ExprKind::Table { attributes, .. } | ExprKind::Set { attributes, .. } => attributes.clone(),
                    _ => None,
                };
                let table = TableObject::with_attributes(expr.ty.clone(), attributes);
                window.set(to, Value::Table(Rc::new(table)));
                Ok(())
            }
            Instruction::GetEntry { columns, to, table, first } => {
                let found = self.missing_entry(code, at, window, table, first, columns)?;
                window.set(to, found);
                Ok(())
            }
            Instruction::GetEntryNumber { kind, to, table, first } => {
                let found = self.missing_entry(code, at, window, table, first, Columns(1))?;
                let bits = kind.bits(&found).ok_or_else(|| Raise::error("no such index"))?;
                window.set_number(to, bits);
                Ok(())
            }
            Instruction::SetEntry { columns, table, first } => {
                let new = window.take(V(first.0.wrapping_add(u16::from(columns.0))));
                let Value::Table(target) = window.value(table).clone() else {
                    return Err(unset(code, operand_of(code, at)));
                };
                self.insert_entry(&target, window.columns(first, columns), new)?;
                Ok(())
            }
            Instruction::AddToEntry { columns, table, first, from } => {
                let Value::Table(target) = window.value(table).clone() else {
                    return Err(unset(code, operand_of(code, target_of(code, at))));
                };
                let index = window.columns(first, columns).to_vec();
                let found = self
                    .lookup(&target, &index)?
                    .ok_or_else(|| Raise::error("no such index").at(target_of(code, at)))?;
                let Value::Count(found) = found else { return Err(Raise::null()) };
                let sum = found.checked_add(window.number(from)).ok_or_else(|| Raise::expression("count overflow"))?;
                self.insert_entry(&target, &index, Value::Count(sum))
            }
            Instruction::AddMember { columns, set, first } => {
                let Value::Table(target) = window.value(set).clone() else {
                    return Err(unset(code, operand_of(code, at)));
                };
                self.insert_entry(&target, window.columns(first, columns), Value::Unset)?;
                Ok(())
            }
            Instruction::DeleteEntry { columns, table, first } => {
                let Value::Table(target) = window.value(table).clone() else {
                    return Err(unset(code, operand_of(code, at)));
                };
                self.remove_entry(&target, window.columns(first, columns))?;
                Ok(())
            }
            Instruction::CheckElement { container, from } => {
                super::containers::check_element(window.value(container), window.value(from))
            }
            Instruction::AddProduct { table, first, part } => {
                self.add_product(code, at, window, table, first, usize::from(part.0))?;
                Ok(())
            }
            Instruction::DeleteAll { container } => {
                let container = window.value(container).clone();
                super::containers::delete_all(&container).ok_or_else(|| unset(code, at))?;
                Ok(())
            }
            Instruction::AddAll { target, from } => {
                let (target, from) = (window.value(target).clone(), window.value(from).clone());
                self.add_all(&target, &from)?;
                Ok(())
            }
            Instruction::RemoveAll { target, from } => {
                let (target, from) = (window.value(target).clone(), window.value(from).clone());
                self.remove_all(&target, &from)?;
                Ok(())
            }
            Instruction::NewIterator { to, table } => {
                let Value::Table(table) = window.value(table) else { return Err(unset(code, at)) };
                let iterator = TableIterator::new(table);
                window.set(to, Value::Iterator(Rc::new(iterator)));
                Ok(())
            }

            Instruction::Operate { to, a, b } => {
                let result = super::operate::operate(code, at, window.value(a), window.value(b), self.network_time)?;
                window.set(to, result);
                Ok(())
            }
            Instruction::OperateOne { to, a } => {
                let operand = window.value(a).clone();
                let result = self.operate_one(code, at, &operand)?;
                window.set(to, result);
                Ok(())
            }
            Instruction::Elementwise { to, a, b } => {
                let result = super::elementwise::binary(code, at, window.value(a), window.value(b))?;
                window.set(to, result);
                Ok(())
            }
            Instruction::ElementwiseOne { to, a } => {
                let result = super::elementwise::unary(code, at, window.value(a))?;
                window.set(to, result);
                Ok(())
            }
            Instruction::Select { to, a, b } => {
                let otherwise = V(b.0.wrapping_add(1));
                let result =
                    super::elementwise::select(code, at, [a, b, otherwise].map(|register| window.value(register)))?;
                window.set(to, result);
                Ok(())
            }
            Instruction::IncrementAll { vector } => {
                super::elementwise::increment(code, at, window.value(vector))?;
                Ok(())
            }
            Instruction::Convert { to, from } => {
                let operand = window.value(from).clone();
                let result = self.convert(code, at, operand)?;
                window.set(to, result);
                Ok(())
            }
            Instruction::IsType { to, a } => {
                let ExprKind::Is(_, ty) = &code.body.expr(at).kind else { return Err(Raise::null()) };
                let fits = self.can_cast(window.value(a), ty);
                window.set_number(to, u64::from(fits));
                Ok(())
            }
            Instruction::TestType { to, a, ty } => {
                let ty = code.tables.types.get(usize::from(ty.0)).ok_or_else(Raise::null)?;
                let fits = self.can_cast(window.value(a), ty);
                window.set_number(to, u64::from(fits));
                Ok(())
            }
            Instruction::CastType { to, a, ty } => {
                let ty = code.tables.types.get(usize::from(ty.0)).ok_or_else(Raise::null)?;
                let value = window.value(a).clone();
                let result = self.cast(&value, ty).ok_or_else(Raise::null)?;
                window.set(to, result);
                Ok(())
            }
            Instruction::NewList { to, first, count } => {
                let parts = (0..count.0).map(|offset| window.take(V(first.0.wrapping_add(offset)))).collect();
                window.set(to, Value::List(Rc::new(parts)));
                Ok(())
            }
            Instruction::Unpack { first, count, from } => {
                let Value::List(parts) = window.value(from).clone() else {
                    return Err(unset(code, operand_of(code, at)));
                };
                if parts.len() != usize::from(count.0) {
                    return Err(Raise::expression("mismatch in list lengths"));
                }
                for (offset, part) in (0..count.0).zip(parts.iter()) {
                    window.set(V(first.0.wrapping_add(offset)), part.clone());
                }
                Ok(())
            }
            Instruction::NewClosure { to } => {
                let closure = self.closure(code, at, window)?;
                window.set(to, closure);
                Ok(())
            }
            Instruction::Copy { to, from } => {
                let copied = crate::value::copy::deep_copy(window.value(from));
                let copied = copied
                    .map_err(|problem| Raise::error(format!("cannot copy a value that holds an {}", problem.opaque)))?;
                window.set(to, copied);
                Ok(())
            }
            Instruction::Evaluate { to } => {
                let ExprKind::Thunk(thunk) = code.body.expr(at).kind else { return Err(Raise::null()) };
                let found = self.thunk(thunk)?;
                if !found.is_set() {
                    return Err(Raise::null());
                }
                window.set(to, found);
                Ok(())
            }
            Instruction::NewEmpty { to, entry } => {
                let start = code.tables.starts.get(entry.0 as usize).ok_or_else(Raise::null)?;
                let fresh = match (&start.ty.kind, &start.attributes) {
                    (TypeKind::Table { .. }, attributes) => {
                        Value::Table(Rc::new(TableObject::with_attributes(start.ty.clone(), attributes.clone())))
                    }
                    _ => self.empty_value(&start.ty)?,
                };
                window.set(to, fresh);
                Ok(())
            }
            Instruction::Print { first, count } => {
                self.print(window, first, count);
                Ok(())
            }
            Instruction::KeepArguments {} => {
                self.keep_arguments(code, window);
                Ok(())
            }
            Instruction::BeginNotes {} => {
                self.begin_notes();
                Ok(())
            }
            Instruction::NoteNumber { kind, a } => {
                self.note(at, kind.to_value(window.number(a)));
                Ok(())
            }
            Instruction::NoteValue { a } => {
                self.note(at, window.value(a).clone());
                Ok(())
            }
            Instruction::AssertFailed { message } => Err(self.assertion_failed(code, at, window.value(message))),
            Instruction::AssertHeld { message } => self.assertion_held(code, at, window.value(message)),
            Instruction::When { entry } => {
                self.start_when(code, entry, window)?;
                Ok(())
            }
            Instruction::WhenHolds {} => {
                self.condition_holds();
                Ok(())
            }
            Instruction::Count { entry } => {
                if let Some(counters) = &mut self.counters {
                    counters.count(entry.0);
                }
                Ok(())
            }
            Instruction::Poll {} if self.is_interrupted() => Err(Raise::fatal("interrupted")),
            Instruction::Poll {} => Ok(()),
            Instruction::Schedule { delay, site } => {
                self.schedule_at(code, at, delay, site, window)?;
                Ok(())
            }
            Instruction::CallGlobal { site } | Instruction::CallValue { site } => {
                self.call_at(code, pc, site, window)?;
                Ok(())
            }
            // These are always done in the inner loop; the numbers in them come from lowering.
            _ => Err(Raise::fatal(format!("bad instruction: {instruction}"))),
        }
    }

    fn print(&mut self, window: &mut Window<'_>, first: V, count: Length) {
        let start = usize::from(first.0);
        let values = window.values.get_mut(start..start + usize::from(count.0)).unwrap_or_default();
        match values.split_first() {
            Some((Value::File(file), rest)) => {
                if file.handle.get().is_some() {
                    let line = self.print_with_bodies(|| describe::print_line(rest, file.raw.get()));
                    self.write_file(file, &line);
                    let text = line.strip_suffix(b"\n").unwrap_or(&line);
                    self.queue_event_by_name("print_hook", [Value::File(file.clone()), Value::string(text)]);
                }
            }
            _ => {
                let line = self.print_with_bodies(|| describe::print_line(values, false));
                self.host.write_output(&line);
            }
        }
        values.fill(Value::Unset);
    }

    /// The arguments of a call site, as values.
    fn arguments(site: &crate::code::CallSite, window: &mut Window<'_>, kinds: &[Option<Kind>]) -> EventArguments {
        let (mut next_number, mut next_value) = (site.numbers, site.values);
        (0..usize::from(site.count))
            .map(|index| match kinds.get(index).copied().flatten() {
                Some(kind) => {
                    next_number += 1;
                    kind.to_value(window.number(N(next_number - 1)))
                }
                None => {
                    next_value += 1;
                    window.take(V(next_value - 1))
                }
            })
            .collect()
    }

    /// A call that is more than a new frame: hooks, functions of another signature or not compiled yet, values.
    fn call_at(&mut self, code: &Rc<Code>, pc: usize, site: Entry, window: &mut Window<'_>) -> Result<(), Raise> {
        let site = code.tables.sites.get(site.0 as usize).ok_or_else(Raise::null)?;
        let callee = match site.callee {
            Callee::Global(global) => self.global(global),
            Callee::Register(register) => window.value(register).clone(),
            Callee::Native(_) => Value::Unset,
        };
        let Value::Func(func) = callee else { return Err(unset(code, operand_of(code, code.place(pc)))) };
        let kinds: smallvec::SmallVec<[Option<Kind>; 8]> = self.signatures.get(site.signature).into();
        let arguments = Self::arguments(site, window, &kinds);
        let cached = if self.waiting.is_some() { self.cached_call(None) } else { None };
        let result = match cached {
            Some(result) => result,
            None => self.call(&func, &arguments)?,
        };
        if !result.is_set() {
            return if site.discard { Ok(()) } else { Err(Raise::null()) };
        }
        match site.result {
            Some(kind) => match kind.bits(&result) {
                Some(bits) => window.set_number(N(site.numbers), bits),
                None if site.discard => {}
                None => return Err(Raise::error(format!("result of type '{}' cannot be used here", result.type_of()))),
            },
            None => window.set(V(site.values), result),
        }
        Ok(())
    }

    fn schedule_at(
        &mut self,
        code: &Rc<Code>,
        at: ExprId,
        delay: N,
        site: Entry,
        window: &mut Window<'_>,
    ) -> Result<(), Raise> {
        let site = code.tables.sites.get(site.0 as usize).ok_or_else(Raise::null)?;
        let arguments = Self::arguments(site, window, &[]);
        let delay_value = f64::from_bits(window.number(delay));
        let ExprKind::Schedule { delay, .. } = &code.body.expr(at).kind else { return Err(Raise::null()) };
        let is_time = code.body.expr(*delay).ty.is(TypeTag::Time);
        let Callee::Global(event) = site.callee else { return Err(Raise::null()) };
        if let Value::Func(event) = self.global(event)
            && !self.is_terminating()
        {
            let due = if is_time { delay_value } else { self.network_time + delay_value };
            self.schedule(due, &event, arguments);
        }
        Ok(())
    }

    fn store_capture(&mut self, capture: usize, new: Value) {
        let closure = self.frames.last().and_then(|frame| frame.closure.clone());
        if let Some(func) = closure
            && let FuncKind::Closure(closure) = &func.kind
        {
            let old = closure.captured.borrow_mut().get_mut(capture).map(|place| std::mem::replace(place, new));
            drop(old);
        }
    }
}

/// The error of an expression without a value: Bro speaks of variables only.
pub(super) fn unset(code: &Code, at: ExprId) -> Raise {
    match code.body.exprs.get(at.0 as usize).map(|expr| &expr.kind) {
        Some(ExprKind::Local(_) | ExprKind::Global(_)) => Raise::error("value used but not set").at(at),
        _ => Raise::null(),
    }
}

/// The target of an assignment of some kind.
fn target_of(code: &Code, at: ExprId) -> ExprId {
    match code.body.exprs.get(at.0 as usize).map(|expr| &expr.kind) {
        Some(ExprKind::AddTo(target, _) | ExprKind::Increment { target, .. }) => *target,
        _ => at,
    }
}

/// The operand that an expression looks into: a field's record, an index's container, a call's callee.
pub(super) fn operand_of(code: &Code, at: ExprId) -> ExprId {
    match code.body.exprs.get(at.0 as usize).map(|expr| &expr.kind) {
        Some(
            ExprKind::Field(operand, _)
            | ExprKind::HasField(operand, _)
            | ExprKind::Size(operand)
            | ExprKind::AddTo(operand, _),
        ) => *operand,
        Some(
            ExprKind::Index { container, .. } | ExprKind::Slice { container, .. } | ExprKind::In { container, .. },
        ) => *container,
        Some(ExprKind::Call { callee, .. }) => *callee,
        _ => at,
    }
}

fn string_problem(code: &Code, window: &Window<'_>, at: ExprId, a: V, b: V) -> Raise {
    if matches!((window.value(a), window.value(b)), (Value::String(_), Value::String(_))) {
        return Raise::expression("string is too long");
    }
    unset(code, operand_of(code, at))
}

fn no_element(code: &Code, window: &Window<'_>, at: ExprId, vector: V) -> Raise {
    match window.value(vector) {
        Value::Vector(_) => Raise::error("no such index"),
        _ => unset(code, operand_of(code, at)),
    }
}

/// Sets an element behind the end, with holes up to it.
fn set_element(code: &Code, at: ExprId, vector: &Value, index: u64, new: Value) -> Result<(), Raise> {
    let Value::Vector(vector) = vector else { return Err(unset(code, operand_of(code, at))) };
    let length = vector.len();
    let place = match super::registers::position(index, length) {
        Some(place) => place,
        None => usize::try_from(index).ok().filter(|index| *index < super::MAX_ELEMENTS).ok_or_else(|| {
            if (index as i64) < 0 {
                Raise::error("no such index")
            } else {
                Raise::expression("vector index is too large")
            }
        })?,
    };
    let old = vector.with_mut(|elements| {
        if place >= elements.len() {
            elements.resize(place + 1, Value::Unset);
        }
        elements.get_mut(place).map(|element| std::mem::replace(element, new))
    });
    drop(old);
    Ok(())
}
