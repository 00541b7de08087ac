//! The interpreter's loop.
//!
//! The inner loop works on two windows of registers and leaves for everything that changes them (calls, returns) or may
//! run other scripts. What is not plain (an operand of the wrong kind, an index that is not there) leaves too, and
//! [`slow`](super::slow) does the same instruction again with all its rules. So an instruction in the inner loop
//! either is done completely or has done nothing.

use std::rc::Rc;

use super::frame::{Numbers, Stack, Values};
use super::{ErrorForm, Frame, NativeIndex, Raise, RaiseKind, Vm};
use crate::code::{Callee, Cases, Code, Home, Instruction, Kind, N, V, normal};
use crate::types::TypeTag;
use crate::value::compare::{equal, order};
use crate::value::{FuncKind, FuncObject, TableObject, Text, Value};

/// Bodies that may wait for one another at once.
const MAX_FRAMES: usize = 100_000;

/// Why the inner loop is left, at an instruction that is not done yet.
enum Leave {
    /// The instruction needs the whole machine.
    Slow,
    CallGlobal(u32),
    CallNative(u32),
    QueueEvent(u32),
    /// The result is in its place.
    Return,
    ReturnUnset,
    ReturnMissing,
}

/// Registers by operand. The index of a number is always within its window; that of a value is made so.
macro_rules! register {
    ($bank:ident, N $register:expr) => {
        $bank[usize::from($register.0)]
    };
    ($bank:ident, V $register:expr) => {
        $bank[usize::from($register.0) & (VALUE_MASK)]
    };
}

const VALUE_MASK: usize = crate::code::VALUE_WINDOW - 1;

#[inline]
pub(super) fn number(numbers: &Numbers, register: N) -> u64 {
    register!(numbers, N register)
}

#[inline]
pub(super) fn double(numbers: &Numbers, register: N) -> f64 {
    f64::from_bits(register!(numbers, N register))
}

#[inline]
pub(super) fn set_number(numbers: &mut Numbers, register: N, bits: u64) {
    register!(numbers, N register) = bits;
}

#[inline]
pub(super) fn value(values: &Values, register: V) -> &Value {
    &register!(values, V register)
}

#[inline]
pub(super) fn set_value(values: &mut Values, register: V, value: Value) {
    discard(std::mem::replace(&mut register!(values, V register), value));
}

/// Whether a value holds nothing that is shared.
#[inline]
fn is_plain(value: &Value) -> bool {
    matches!(
        value,
        Value::Unset
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Count(_)
            | Value::Double(_)
            | Value::Time(_)
            | Value::Interval(_)
            | Value::Port(..)
            | Value::Addr4(_)
            | Value::Subnet4(..)
    )
}

/// Drops a value, which for most is nothing to do: telling that here saves a call.
#[inline]
fn discard(value: Value) {
    if is_plain(&value) {
        std::mem::forget(value);
    }
}

/// Clones a value; the kinds that move about most without a call.
#[inline]
fn share(value: &Value) -> Value {
    match value {
        Value::Count(number) => Value::Count(*number),
        Value::Record(record) => Value::Record(record.clone()),
        Value::String(text) => Value::String(text.clone()),
        other => other.clone(),
    }
}

#[inline]
pub(super) fn take_value(values: &mut Values, register: V) -> Value {
    std::mem::take(&mut register!(values, V register))
}

/// A value out of a register, moved or shared.
#[inline]
fn read(values: &mut Values, register: V, take: bool) -> Value {
    if take { take_value(values, register) } else { share(value(values, register)) }
}

/// The position of an element that an index means, where it is one.
#[inline]
pub(super) fn position(index: u64, length: usize) -> Option<usize> {
    if index < length as u64 {
        return Some(index as usize);
    }
    let index = index as i64;
    if index < 0 { usize::try_from(index + length as i64).ok() } else { None }
}

impl Vm {
    /// Runs a body whose arguments stand at the bottom of `stack`, where the result is put as well. Gives whether there
    /// is a result.
    pub(super) fn run(
        &mut self,
        stack: &mut Stack,
        code: Rc<Code>,
        closure: Option<Rc<FuncObject>>,
    ) -> Result<bool, Raise> {
        let floor = self.frames.len();
        let (mut code, mut closure) = (code, closure);
        let (mut pc, mut numbers_base, mut values_base) = (0, 0, 0);
        stack.reserve(0, 0);
        loop {
            let leave = {
                let (Some(numbers), Some(values)) = (
                    stack.numbers.get_mut(numbers_base..).and_then(<[u64]>::first_chunk_mut),
                    stack.values.get_mut(values_base..).and_then(<[Value]>::first_chunk_mut),
                ) else {
                    return Err(Raise::handler());
                };
                self.execute(&code, &mut pc, numbers, values)
            };
            // The result of a native or a slow instruction; a raise goes through to the end.
            let raise = match leave {
                Leave::Return => {
                    let Some(frame) = self.leave_frame(floor) else { return Ok(true) };
                    (code, closure, pc) = (frame.code, frame.closure, frame.position + 1);
                    (numbers_base, values_base) = (frame.numbers, frame.values);
                    continue;
                }
                Leave::ReturnUnset | Leave::ReturnMissing => {
                    if matches!(leave, Leave::ReturnMissing) {
                        self.warn_missing(&code);
                    }
                    let frame = code.values;
                    clear(stack, values_base, frame);
                    let Some(frame) = self.leave_frame(floor) else { return Ok(false) };
                    (code, closure, pc) = (frame.code, frame.closure, frame.position);
                    (numbers_base, values_base) = (frame.numbers, frame.values);
                    if is_discarded(&code, pc) {
                        pc += 1;
                        continue;
                    }
                    Raise::null()
                }
                Leave::CallGlobal(site) => {
                    if let Some((callee, numbers, values)) = self.callee(&code, site) {
                        let caller = std::mem::replace(&mut code, callee);
                        let frame = Frame {
                            code: caller,
                            closure: closure.take(),
                            position: pc,
                            numbers: numbers_base,
                            values: values_base,
                        };
                        self.frames.push(frame);
                        numbers_base += numbers;
                        values_base += values;
                        pc = 0;
                        stack.reserve(numbers_base, values_base);
                        if self.frames.len() < MAX_FRAMES {
                            continue;
                        }
                        Raise::fatal("function calls are nested too deep")
                    } else {
                        match self.slow_step(&code, closure.as_ref(), pc, stack, numbers_base, values_base) {
                            Ok(()) => {
                                pc += 1;
                                continue;
                            }
                            Err(raise) => raise,
                        }
                    }
                }
                Leave::CallNative(site) => {
                    match self.call_native(&code, closure.as_ref(), site, pc, stack, values_base) {
                        Ok(()) => {
                            pc += 1;
                            continue;
                        }
                        Err(raise) => raise,
                    }
                }
                Leave::QueueEvent(site) => {
                    self.queue_at(&code, site, stack, values_base);
                    pc += 1;
                    continue;
                }
                Leave::Slow => match self.slow_step(&code, closure.as_ref(), pc, stack, numbers_base, values_base) {
                    Ok(()) => {
                        pc += 1;
                        continue;
                    }
                    Err(raise) => raise,
                },
            };
            // Something went wrong at `pc`: go on behind the statement, or in the caller, or not at all.
            let frame = Frame { code, closure, position: pc, numbers: numbers_base, values: values_base };
            let frame = self.handle(raise, frame, floor, stack)?;
            let Some(frame) = frame else { return Ok(false) };
            (code, closure, pc) = (frame.code, frame.closure, frame.position);
            (numbers_base, values_base) = (frame.numbers, frame.values);
        }
    }

    /// The caller's frame, `None` where it is not of this run.
    #[inline]
    fn leave_frame(&mut self, floor: usize) -> Option<Frame> {
        if self.frames.len() > floor { self.frames.pop() } else { None }
    }

    /// The code of a call that needs nothing but a new frame, and by how much the windows move.
    #[inline]
    fn callee(&mut self, code: &Code, site: u32) -> Option<(Rc<Code>, usize, usize)> {
        let site = code.tables.sites.get(site as usize)?;
        let Callee::Global(global) = site.callee else { return None };
        let Some(Value::Func(func)) = self.globals.get(global.0 as usize) else { return None };
        let FuncKind::Script(bodies) = &func.kind else { return None };
        let callee = self.codes.get(bodies.only()?.0 as usize)?.as_ref()?;
        if callee.signature != site.signature || self.waiting.is_some() {
            return None;
        }
        Some((callee.clone(), usize::from(site.numbers), usize::from(site.values)))
    }

    fn call_native(
        &mut self,
        code: &Rc<Code>,
        closure: Option<&Rc<FuncObject>>,
        site: u32,
        pc: usize,
        stack: &mut Stack,
        values_base: usize,
    ) -> Result<(), Raise> {
        let site = code.tables.sites.get(site as usize).ok_or_else(Raise::null)?;
        let Callee::Native(index) = site.callee else { return Err(Raise::null()) };
        let native = NativeIndex(index).get(self.families);
        let native = native.ok_or_else(|| Raise::error("no such native function"))?;
        let first = values_base + usize::from(site.values);
        let arguments = stack.values.get_mut(first..first + usize::from(site.count)).unwrap_or_default();
        let cached = if self.waiting.is_some() { self.cached_call(Some((code, pc))) } else { None };
        let result = match cached {
            Some(value) => value,
            None => {
                self.frames.push(Frame {
                    code: code.clone(),
                    closure: closure.cloned(),
                    position: pc,
                    numbers: 0,
                    values: values_base,
                });
                let result = (native.call)(self, &mut super::Arguments::new(arguments));
                self.frames.pop();
                result?
            }
        };
        for argument in arguments {
            discard(std::mem::take(argument));
        }
        if !result.is_set() && !site.discard {
            return Err(Raise::null());
        }
        if let Some(place) = stack.values.get_mut(first) {
            *place = result;
        }
        Ok(())
    }

    /// Puts an event into the queue, unless nobody would see it.
    fn queue_at(&mut self, code: &Code, site: u32, stack: &mut Stack, values_base: usize) {
        let Some(site) = code.tables.sites.get(site as usize) else { return };
        let first = values_base + usize::from(site.values);
        let arguments = stack.values.get_mut(first..first + usize::from(site.count)).unwrap_or_default();
        let arguments = arguments.iter_mut().map(std::mem::take).collect();
        let Callee::Global(event) = site.callee else { return };
        if let Some(Value::Func(event)) = self.globals.get(event.0 as usize)
            && event.has_bodies()
        {
            let event = event.clone();
            self.enqueue(event, arguments);
        }
    }

    /// Does an instruction with the whole machine at hand.
    fn slow_step(
        &mut self,
        code: &Rc<Code>,
        closure: Option<&Rc<FuncObject>>,
        pc: usize,
        stack: &mut Stack,
        numbers_base: usize,
        values_base: usize,
    ) -> Result<(), Raise> {
        let (Some(numbers), Some(values)) = (
            stack.numbers.get_mut(numbers_base..).and_then(<[u64]>::first_chunk_mut),
            stack.values.get_mut(values_base..).and_then(<[Value]>::first_chunk_mut),
        ) else {
            return Err(Raise::handler());
        };
        self.frames.push(Frame {
            code: code.clone(),
            closure: closure.cloned(),
            position: pc,
            numbers: numbers_base,
            values: values_base,
        });
        let result = self.slow(code, pc, numbers, values);
        self.frames.pop();
        result
    }

    /// Reports what was raised in a frame, and finds the frame and position to go on at; `None` where the run is over.
    #[cold]
    fn handle(&mut self, raise: Raise, frame: Frame, floor: usize, stack: &mut Stack) -> Result<Option<Frame>, Raise> {
        let (mut frame, mut raise) = (frame, raise);
        loop {
            // Whether the statement alone is given up.
            let mild = match raise.into_kind() {
                RaiseKind::Null => true,
                RaiseKind::Error(error) => {
                    let place = error.at.unwrap_or_else(|| frame.code.place(frame.position));
                    let code = frame.code.clone();
                    self.frames.push(frame);
                    self.report_in(&code, place, &error);
                    let Some(last) = self.frames.pop() else { return Err(Raise::handler()) };
                    frame = last;
                    match error.form {
                        ErrorForm::Error => true,
                        ErrorForm::Expression | ErrorForm::RunTime => false,
                        ErrorForm::Fatal => return self.unwind(Raise::handler(), &frame, floor, stack),
                    }
                }
                RaiseKind::Handler => return self.unwind(Raise::handler(), &frame, floor, stack),
                RaiseKind::Exit(status) => return self.unwind(Raise::exit(status), &frame, floor, stack),
                RaiseKind::Pending => return self.unwind(Raise::pending(), &frame, floor, stack),
            };
            if mild && let Some(resume) = frame.code.resume(frame.position) {
                frame.position = resume;
                return Ok(Some(frame));
            }
            // The body is given up; its call has no value.
            self.warn_missing(&frame.code);
            clear(stack, frame.values, frame.code.values);
            match self.leave_frame(floor) {
                None => return Ok(None),
                Some(caller) => frame = caller,
            }
            if is_discarded(&frame.code, frame.position) {
                frame.position += 1;
                return Ok(Some(frame));
            }
            raise = Raise::null();
        }
    }

    /// Gives up all frames of this run.
    fn unwind(&mut self, raise: Raise, frame: &Frame, floor: usize, stack: &mut Stack) -> Result<Option<Frame>, Raise> {
        clear(stack, frame.values, frame.code.values);
        while let Some(frame) = self.leave_frame(floor) {
            clear(stack, frame.values, frame.code.values);
        }
        Err(raise)
    }

    /// Bro's warning about a function that ends without the result it should have.
    #[cold]
    fn warn_missing(&mut self, code: &Code) {
        if code.body.kind == crate::hir::BodyKind::Function && !code.body.result.is(TypeTag::Void) {
            self.warn_anywhere(format!("non-void function returns without a value: {}", code.body.name));
        }
    }

    /// The inner loop.
    // A call of its own for each stretch between two calls would cost more than many stretches do.
    #[allow(clippy::inline_always)]
    // What is not less is not always greater or equal.
    #[allow(clippy::neg_cmp_op_on_partial_ord)]
    #[inline(always)]
    fn execute(&mut self, code: &Code, pc: &mut usize, numbers: &mut Numbers, values: &mut Values) -> Leave {
        let instructions = &*code.instructions;
        let mut at = *pc;

        /// Leaves the loop at this instruction.
        macro_rules! leave {
            ($why:expr) => {{
                *pc = at;
                return $why;
            }};
        }
        /// Goes on at a near position if the condition holds.
        macro_rules! jump_near {
            ($by:expr, $condition:expr) => {{
                at = if $condition { at.wrapping_add_signed(isize::from($by.0)) } else { at + 1 };
                continue;
            }};
        }
        /// Puts a number into a register, if there is one.
        macro_rules! set_checked {
            ($to:expr, $result:expr) => {
                match $result {
                    Some(result) => set_number(numbers, $to, result),
                    None => leave!(Leave::Slow),
                }
            };
        }
        macro_rules! int {
            ($register:expr) => {
                number(numbers, $register) as i64
            };
        }

        loop {
            let Some(instruction) = instructions.get(at) else { leave!(Leave::ReturnUnset) };
            match *instruction {
                Instruction::Jump { target } => {
                    at = target.0 as usize;
                    continue;
                }
                Instruction::JumpIf { a, target } => {
                    at = if number(numbers, a) != 0 { target.0 as usize } else { at + 1 };
                    continue;
                }
                Instruction::JumpUnless { a, target } => {
                    at = if number(numbers, a) == 0 { target.0 as usize } else { at + 1 };
                    continue;
                }
                Instruction::JumpEqual { a, b, by } => jump_near!(by, number(numbers, a) == number(numbers, b)),
                Instruction::JumpNotEqual { a, b, by } => jump_near!(by, number(numbers, a) != number(numbers, b)),
                Instruction::JumpLessCount { a, b, by } => jump_near!(by, number(numbers, a) < number(numbers, b)),
                Instruction::JumpLessEqualCount { a, b, by } => {
                    jump_near!(by, number(numbers, a) <= number(numbers, b))
                }
                Instruction::JumpLessInt { a, b, by } => jump_near!(by, int!(a) < int!(b)),
                Instruction::JumpLessEqualInt { a, b, by } => jump_near!(by, int!(a) <= int!(b)),
                Instruction::JumpLessDouble { a, b, by } => jump_near!(by, double(numbers, a) < double(numbers, b)),
                Instruction::JumpNotLessDouble { a, b, by } => {
                    jump_near!(by, !(double(numbers, a) < double(numbers, b)))
                }
                Instruction::JumpLessEqualDouble { a, b, by } => {
                    jump_near!(by, double(numbers, a) <= double(numbers, b))
                }
                Instruction::JumpNotLessEqualDouble { a, b, by } => {
                    jump_near!(by, !(double(numbers, a) <= double(numbers, b)))
                }
                Instruction::JumpEqualConst { a, value, by } => jump_near!(by, int!(a) == i64::from(value.0)),
                Instruction::JumpNotEqualConst { a, value, by } => jump_near!(by, int!(a) != i64::from(value.0)),
                Instruction::JumpLessCountConst { a, value, by } => {
                    jump_near!(by, number(numbers, a) < u64::from(value.0))
                }
                Instruction::JumpNotLessCountConst { a, value, by } => {
                    jump_near!(by, number(numbers, a) >= u64::from(value.0))
                }
                Instruction::JumpLessIntConst { a, value, by } => jump_near!(by, int!(a) < i64::from(value.0)),
                Instruction::JumpNotLessIntConst { a, value, by } => jump_near!(by, int!(a) >= i64::from(value.0)),
                Instruction::JumpDivides { a, value, by } => {
                    jump_near!(by, modulo_small(number(numbers, a), value.0) == Some(0))
                }
                Instruction::JumpNotDivides { a, value, by } => {
                    jump_near!(by, modulo_small(number(numbers, a), value.0) != Some(0))
                }
                Instruction::StepLessCount { a, b, by } => {
                    let Some(next) = number(numbers, a).checked_add(1) else { leave!(Leave::Slow) };
                    set_number(numbers, a, next);
                    jump_near!(by, next < number(numbers, b))
                }
                Instruction::StepLessCountConst { a, value, by } => {
                    let Some(next) = number(numbers, a).checked_add(1) else { leave!(Leave::Slow) };
                    set_number(numbers, a, next);
                    jump_near!(by, next < u64::from(value.0))
                }
                Instruction::Switch { entry } => {
                    let Some(table) = code.tables.switches.get(entry.0 as usize) else { leave!(Leave::Slow) };
                    let found = match (&table.cases, table.subject) {
                        (Cases::Numbers(cases), Home::Number(kind, subject)) => {
                            cases.get(&normal(kind, number(numbers, subject))).copied()
                        }
                        (Cases::Texts(cases), Home::Value(subject)) => match value(values, subject) {
                            Value::String(text) => cases.get(text).copied(),
                            _ => leave!(Leave::Slow),
                        },
                        (Cases::Values(cases), Home::Value(subject)) => {
                            let subject = value(values, subject);
                            cases.iter().find(|(case, _)| equal(case, subject)).map(|(_, target)| *target)
                        }
                        _ => None,
                    };
                    at = found.unwrap_or(table.otherwise) as usize;
                    continue;
                }

                Instruction::CallGlobal { site } => leave!(Leave::CallGlobal(site.0)),
                Instruction::CallNative { site } => leave!(Leave::CallNative(site.0)),
                Instruction::QueueEvent { site } => leave!(Leave::QueueEvent(site.0)),
                Instruction::ReturnNumber { from } => {
                    numbers[0] = number(numbers, from);
                    for place in &mut values[..usize::from(code.values).min(crate::code::VALUE_WINDOW)] {
                        discard(std::mem::take(place));
                    }
                    leave!(Leave::Return)
                }
                Instruction::ReturnValue { take, from } => {
                    let result = read(values, from, take.0);
                    for place in &mut values[..usize::from(code.values).min(crate::code::VALUE_WINDOW)] {
                        discard(std::mem::take(place));
                    }
                    values[0] = result;
                    leave!(Leave::Return)
                }
                Instruction::ReturnUnset {} => leave!(Leave::ReturnUnset),
                Instruction::ReturnMissing {} => leave!(Leave::ReturnMissing),

                Instruction::MoveNumber { to, from } => set_number(numbers, to, number(numbers, from)),
                Instruction::LoadNumber { to, constant } => {
                    set_checked!(to, code.tables.numbers.get(constant.0 as usize).copied());
                }
                Instruction::LoadSmall { to, value } => set_number(numbers, to, i64::from(value.0) as u64),
                Instruction::AddCount { to, a, b } => {
                    set_checked!(to, number(numbers, a).checked_add(number(numbers, b)));
                }
                Instruction::SubtractCount { to, a, b } => {
                    set_checked!(to, number(numbers, a).checked_sub(number(numbers, b)));
                }
                Instruction::MultiplyCount { to, a, b } => {
                    set_checked!(to, number(numbers, a).checked_mul(number(numbers, b)));
                }
                Instruction::DivideCount { to, a, b } => {
                    set_checked!(to, number(numbers, a).checked_div(number(numbers, b)));
                }
                Instruction::ModuloCount { to, a, b } => {
                    set_checked!(to, number(numbers, a).checked_rem(number(numbers, b)));
                }
                Instruction::AddCountConst { to, a, value } => {
                    set_checked!(to, number(numbers, a).checked_add(u64::from(value.0)));
                }
                Instruction::SubtractCountConst { to, a, value } => {
                    set_checked!(to, number(numbers, a).checked_sub(u64::from(value.0)));
                }
                Instruction::MultiplyCountConst { to, a, value } => {
                    set_checked!(to, number(numbers, a).checked_mul(u64::from(value.0)));
                }
                Instruction::DivideCountConst { to, a, value } => {
                    set_checked!(to, divide_small(number(numbers, a), value.0));
                }
                Instruction::ModuloCountConst { to, a, value } => {
                    set_checked!(to, modulo_small(number(numbers, a), value.0));
                }
                Instruction::And { to, a, b } => set_number(numbers, to, number(numbers, a) & number(numbers, b)),
                Instruction::Or { to, a, b } => set_number(numbers, to, number(numbers, a) | number(numbers, b)),
                Instruction::Xor { to, a, b } => set_number(numbers, to, number(numbers, a) ^ number(numbers, b)),
                Instruction::ShiftLeft { to, a, b } => {
                    set_checked!(to, shift(number(numbers, b)).map(|by| number(numbers, a) << by));
                }
                Instruction::ShiftRightCount { to, a, b } => {
                    set_checked!(to, shift(number(numbers, b)).map(|by| number(numbers, a) >> by));
                }
                Instruction::ShiftRightInt { to, a, b } => {
                    set_checked!(to, shift(number(numbers, b)).map(|by| (int!(a) >> by) as u64));
                }
                Instruction::Complement { to, a } => set_number(numbers, to, !number(numbers, a)),
                Instruction::AddInt { to, a, b } => {
                    set_checked!(to, int!(a).checked_add(int!(b)).map(|result| result as u64));
                }
                Instruction::AddIntConst { to, a, value } => {
                    set_checked!(to, int!(a).checked_add(i64::from(value.0)).map(|result| result as u64));
                }
                Instruction::SubtractInt { to, a, b } => {
                    set_checked!(to, int!(a).checked_sub(int!(b)).map(|result| result as u64));
                }
                Instruction::MultiplyInt { to, a, b } => {
                    set_checked!(to, int!(a).checked_mul(int!(b)).map(|result| result as u64));
                }
                Instruction::DivideInt { to, a, b } => {
                    set_checked!(to, int!(a).checked_div(int!(b)).map(|result| result as u64));
                }
                Instruction::ModuloInt { to, a, b } => {
                    set_checked!(to, int!(a).checked_rem(int!(b)).map(|result| result as u64));
                }
                Instruction::NegateInt { to, a } => {
                    set_checked!(to, int!(a).checked_neg().map(|result| result as u64));
                }
                Instruction::AbsoluteInt { to, a } => set_number(numbers, to, int!(a).unsigned_abs()),
                Instruction::AddDouble { to, a, b } => {
                    set_number(numbers, to, (double(numbers, a) + double(numbers, b)).to_bits());
                }
                Instruction::SubtractDouble { to, a, b } => {
                    set_number(numbers, to, (double(numbers, a) - double(numbers, b)).to_bits());
                }
                Instruction::MultiplyDouble { to, a, b } => {
                    set_number(numbers, to, (double(numbers, a) * double(numbers, b)).to_bits());
                }
                Instruction::DivideDouble { to, a, b } => {
                    let divisor = double(numbers, b);
                    if divisor == 0.0 {
                        leave!(Leave::Slow);
                    }
                    set_number(numbers, to, (double(numbers, a) / divisor).to_bits());
                }
                Instruction::NegateDouble { to, a } => set_number(numbers, to, (-double(numbers, a)).to_bits()),
                Instruction::AbsoluteDouble { to, a } => {
                    set_number(numbers, to, double(numbers, a).abs().to_bits());
                }
                Instruction::CountToDouble { to, a } => {
                    set_number(numbers, to, (number(numbers, a) as f64).to_bits());
                }
                Instruction::IntToDouble { to, a } => set_number(numbers, to, (int!(a) as f64).to_bits()),
                Instruction::DoubleToCount { to, a } => set_number(numbers, to, count_of(double(numbers, a))),
                Instruction::DoubleToInt { to, a } => set_number(numbers, to, double(numbers, a) as i64 as u64),
                Instruction::Not { to, a } => set_number(numbers, to, u64::from(number(numbers, a) == 0)),
                Instruction::Equal { to, a, b } => {
                    set_number(numbers, to, u64::from(number(numbers, a) == number(numbers, b)));
                }
                Instruction::NotEqual { to, a, b } => {
                    set_number(numbers, to, u64::from(number(numbers, a) != number(numbers, b)));
                }
                Instruction::EqualConst { to, a, value } => {
                    set_number(numbers, to, u64::from(int!(a) == i64::from(value.0)));
                }
                Instruction::EqualDouble { to, a, b } => {
                    set_number(numbers, to, u64::from(double(numbers, a) == double(numbers, b)));
                }
                Instruction::NotEqualDouble { to, a, b } => {
                    set_number(numbers, to, u64::from(double(numbers, a) != double(numbers, b)));
                }
                Instruction::LessCount { to, a, b } => {
                    set_number(numbers, to, u64::from(number(numbers, a) < number(numbers, b)));
                }
                Instruction::LessEqualCount { to, a, b } => {
                    set_number(numbers, to, u64::from(number(numbers, a) <= number(numbers, b)));
                }
                Instruction::LessInt { to, a, b } => set_number(numbers, to, u64::from(int!(a) < int!(b))),
                Instruction::LessEqualInt { to, a, b } => set_number(numbers, to, u64::from(int!(a) <= int!(b))),
                Instruction::LessDouble { to, a, b } => {
                    set_number(numbers, to, u64::from(double(numbers, a) < double(numbers, b)));
                }
                Instruction::LessEqualDouble { to, a, b } => {
                    set_number(numbers, to, u64::from(double(numbers, a) <= double(numbers, b)));
                }

                Instruction::MoveValue { to, from } => {
                    let moved = share(value(values, from));
                    set_value(values, to, moved);
                }
                Instruction::TakeValue { to, from } => {
                    let moved = take_value(values, from);
                    set_value(values, to, moved);
                }
                Instruction::LoadValue { to, constant } => {
                    let Some(constant) = code.tables.values.get(constant.0 as usize) else { leave!(Leave::Slow) };
                    let constant = share(constant);
                    set_value(values, to, constant);
                }
                Instruction::ClearValues { first, count } => {
                    for offset in 0..count.0 {
                        set_value(values, V(first.0.wrapping_add(offset)), Value::Unset);
                    }
                }
                Instruction::CheckSet { a } => {
                    if !value(values, a).is_set() {
                        leave!(Leave::Slow);
                    }
                }
                Instruction::Box { kind, to, from } => set_value(values, to, kind.to_value(number(numbers, from))),
                Instruction::Unbox { kind, to, from } => set_checked!(to, kind.bits(value(values, from))),
                Instruction::LoadGlobal { to, global } => match self.globals.get(global.0 as usize) {
                    Some(found) if found.is_set() => set_value(values, to, share(found)),
                    _ => leave!(Leave::Slow),
                },
                Instruction::LoadGlobalNumber { kind, to, global } => {
                    set_checked!(to, self.globals.get(global.0 as usize).and_then(|value| kind.bits(value)));
                }
                Instruction::StoreGlobal { take, from, global } => match self.globals.get_mut(global.0 as usize) {
                    Some(place) => *place = read(values, from, take.0),
                    None => leave!(Leave::Slow),
                },
                Instruction::StoreGlobalNumber { kind, from, global } => {
                    match self.globals.get_mut(global.0 as usize) {
                        Some(place) => *place = kind.to_value(number(numbers, from)),
                        None => leave!(Leave::Slow),
                    }
                }
                Instruction::EqualValues { to, a, b } => {
                    let result = equal(value(values, a), value(values, b));
                    set_number(numbers, to, u64::from(result));
                }
                Instruction::NotEqualValues { to, a, b } => {
                    let result = equal(value(values, a), value(values, b));
                    set_number(numbers, to, u64::from(!result));
                }
                Instruction::LessValues { to, a, b } => {
                    let result = order(value(values, a), value(values, b)).is_some_and(std::cmp::Ordering::is_lt);
                    set_number(numbers, to, u64::from(result));
                }
                Instruction::LessEqualValues { to, a, b } => {
                    let result = order(value(values, a), value(values, b)).is_some_and(std::cmp::Ordering::is_le);
                    set_number(numbers, to, u64::from(result));
                }
                Instruction::Concat { to, a, b } => {
                    let (Value::String(a), Value::String(b)) = (value(values, a), value(values, b)) else {
                        leave!(Leave::Slow)
                    };
                    if a.as_bytes().len() + b.as_bytes().len() > super::MAX_STRING {
                        leave!(Leave::Slow);
                    }
                    let joined = Value::String(Rc::new(joined(a, b)));
                    set_value(values, to, joined);
                }
                Instruction::AppendString { target, from } => {
                    if !append(values, target, from) {
                        leave!(Leave::Slow);
                    }
                }
                Instruction::Contains { to, a, b } => {
                    match super::operate::contains(value(values, a), value(values, b)) {
                        Some(found) => set_number(numbers, to, u64::from(found)),
                        None => leave!(Leave::Slow),
                    }
                }
                Instruction::SizeOf { to, a } => {
                    let size = match value(values, a) {
                        Value::String(text) => text.as_bytes().len(),
                        Value::Table(table) => table.len(),
                        Value::Vector(vector) => vector.len(),
                        _ => leave!(Leave::Slow),
                    };
                    set_number(numbers, to, size as u64);
                }

                Instruction::GetField { to, record, field } => {
                    let Value::Record(record) = value(values, record) else { leave!(Leave::Slow) };
                    let found = record.with_fields(|fields| fields.get(usize::from(field.0)).map(share));
                    match found {
                        Some(found) if found.is_set() => set_value(values, to, found),
                        _ => leave!(Leave::Slow),
                    }
                }
                Instruction::GetFieldNumber { kind, to, record, field } => {
                    let Value::Record(record) = value(values, record) else { leave!(Leave::Slow) };
                    let bits = record
                        .with_fields(|fields| fields.get(usize::from(field.0)).and_then(|value| kind.bits(value)));
                    set_checked!(to, bits);
                }
                Instruction::SetField { take, record, field, from } => {
                    if !matches!(value(values, record), Value::Record(_)) {
                        leave!(Leave::Slow);
                    }
                    let new = read(values, from, take.0);
                    if let Value::Record(record) = value(values, record) {
                        discard(record.set(field.0, new));
                    }
                }
                Instruction::SetFieldNumber { kind, record, field, from } => {
                    let Value::Record(record) = value(values, record) else { leave!(Leave::Slow) };
                    discard(record.set(field.0, kind.to_value(number(numbers, from))));
                }
                Instruction::HasField { to, record, field } => {
                    let Value::Record(record) = value(values, record) else { leave!(Leave::Slow) };
                    set_number(numbers, to, u64::from(record.is_set(field.0)));
                }

                Instruction::GetElement { to, vector, index } => {
                    let Value::Vector(vector) = value(values, vector) else { leave!(Leave::Slow) };
                    let index = number(numbers, index);
                    let found = vector.with(|elements| elements.get(position(index, elements.len())?).map(share));
                    match found {
                        Some(found) if found.is_set() => set_value(values, to, found),
                        _ => leave!(Leave::Slow),
                    }
                }
                Instruction::GetElementNumber { kind, to, vector, index } => {
                    let Value::Vector(vector) = value(values, vector) else { leave!(Leave::Slow) };
                    let index = number(numbers, index);
                    let bits = vector.with(|elements| kind.bits(elements.get(position(index, elements.len())?)?));
                    set_checked!(to, bits);
                }
                Instruction::SetElement { take, vector, index, from } => {
                    let Value::Vector(target) = value(values, vector) else { leave!(Leave::Slow) };
                    let Some(index) = position(number(numbers, index), target.len()) else { leave!(Leave::Slow) };
                    let mut new = read(values, from, take.0);
                    if let Value::Vector(target) = value(values, vector) {
                        target.with_mut(|elements| {
                            if let Some(place) = elements.get_mut(index) {
                                std::mem::swap(place, &mut new);
                            }
                        });
                    }
                }
                Instruction::SetElementNumber { kind, vector, index, from } => {
                    let Value::Vector(target) = value(values, vector) else { leave!(Leave::Slow) };
                    let Some(index) = position(number(numbers, index), target.len()) else { leave!(Leave::Slow) };
                    let new = kind.to_value(number(numbers, from));
                    let old =
                        target.with_mut(|elements| elements.get_mut(index).map(|place| std::mem::replace(place, new)));
                    drop(old);
                }
                Instruction::Append { take, vector, from } => {
                    if !matches!(value(values, vector), Value::Vector(_)) {
                        leave!(Leave::Slow);
                    }
                    let new = read(values, from, take.0);
                    if let Value::Vector(vector) = value(values, vector) {
                        vector.with_mut(|elements| elements.push(new));
                    }
                }
                Instruction::AppendNumber { kind, vector, from } => {
                    let Value::Vector(vector) = value(values, vector) else { leave!(Leave::Slow) };
                    vector.with_mut(|elements| elements.push(kind.to_value(number(numbers, from))));
                }
                Instruction::HasElement { to, vector, index } => {
                    let Value::Vector(vector) = value(values, vector) else { leave!(Leave::Slow) };
                    let index = usize::try_from(number(numbers, index)).ok();
                    let found =
                        vector.with(|elements| index.and_then(|index| elements.get(index)).is_some_and(Value::is_set));
                    set_number(numbers, to, u64::from(found));
                }

                Instruction::GetEntry { columns, to, table, first } => {
                    let found = match value(values, table) {
                        Value::Table(table) => look_up(table, columns_of(values, first, columns.0), self.network_time),
                        _ => leave!(Leave::Slow),
                    };
                    match found {
                        Some(found) => set_value(values, to, found),
                        None => leave!(Leave::Slow),
                    }
                }
                Instruction::GetEntryNumber { kind, to, table, first } => {
                    let found = match value(values, table) {
                        Value::Table(table) => look_up(table, columns_of(values, first, 1), self.network_time),
                        _ => leave!(Leave::Slow),
                    };
                    set_checked!(to, found.and_then(|value| kind.bits(&value)));
                }
                Instruction::SetEntry { columns, table, first } => {
                    let Value::Table(target) = value(values, table) else { leave!(Leave::Slow) };
                    if !changes_plainly(target) {
                        leave!(Leave::Slow);
                    }
                    let new = take_value(values, V(first.0.wrapping_add(u16::from(columns.0))));
                    let old = match value(values, table) {
                        Value::Table(target) => target.insert(columns_of(values, first, columns.0), new),
                        _ => None,
                    };
                    drop(old);
                }
                Instruction::AddToEntry { columns, table, first, from } => {
                    let Value::Table(target) = value(values, table) else { leave!(Leave::Slow) };
                    if !changes_plainly(target) {
                        leave!(Leave::Slow);
                    }
                    let by = number(numbers, from);
                    let added = target.update(columns_of(values, first, columns.0), |value| match value {
                        Value::Count(count) => count.checked_add(by).is_some_and(|sum| {
                            *count = sum;
                            true
                        }),
                        _ => false,
                    });
                    if added != Some(true) {
                        leave!(Leave::Slow);
                    }
                }
                Instruction::HasEntry { columns, to, table, first } => {
                    let found = match value(values, table) {
                        Value::Table(table) => table.contains(columns_of(values, first, columns.0)),
                        _ => leave!(Leave::Slow),
                    };
                    set_number(numbers, to, u64::from(found));
                }
                Instruction::AddMember { columns, set, first } => {
                    let Value::Table(target) = value(values, set) else { leave!(Leave::Slow) };
                    if !changes_plainly(target) {
                        leave!(Leave::Slow);
                    }
                    drop(target.insert(columns_of(values, first, columns.0), Value::Unset));
                }
                Instruction::DeleteEntry { columns, table, first } => {
                    let Value::Table(target) = value(values, table) else { leave!(Leave::Slow) };
                    if !changes_plainly(target) {
                        leave!(Leave::Slow);
                    }
                    drop(target.remove(columns_of(values, first, columns.0)));
                }

                Instruction::NextEntry { iterator, target } => {
                    let Value::Iterator(iterator) = value(values, iterator) else { leave!(Leave::Slow) };
                    at = if iterator.advance() { at + 1 } else { target.0 as usize };
                    continue;
                }
                Instruction::EntryColumn { to, iterator, column } => {
                    let Value::Iterator(iterator) = value(values, iterator) else { leave!(Leave::Slow) };
                    let found = iterator.column(usize::from(column.0));
                    set_value(values, to, found);
                }
                Instruction::EntryValue { to, iterator } => {
                    let Value::Iterator(iterator) = value(values, iterator) else { leave!(Leave::Slow) };
                    let found = iterator.value();
                    set_value(values, to, found);
                }
                Instruction::NextElement { vector, index, by } => {
                    let Value::Vector(vector) = value(values, vector) else { leave!(Leave::Slow) };
                    let start = number(numbers, index).wrapping_add(1) as usize;
                    let found = vector.with(|elements| {
                        let rest = elements.get(start..)?;
                        rest.iter().position(Value::is_set).map(|skipped| start + skipped)
                    });
                    match found {
                        Some(found) => set_number(numbers, index, found as u64),
                        None => jump_near!(by, true),
                    }
                }
                Instruction::NextByte { string, index, by } => {
                    let Value::String(text) = value(values, string) else { leave!(Leave::Slow) };
                    let next = number(numbers, index).wrapping_add(1);
                    if next >= text.as_bytes().len() as u64 {
                        jump_near!(by, true);
                    }
                    set_number(numbers, index, next);
                }
                Instruction::CallValue { .. }
                | Instruction::Schedule { .. }
                | Instruction::StoreCapture { .. }
                | Instruction::NewRecord { .. }
                | Instruction::DeleteField { .. }
                | Instruction::NewVector { .. }
                | Instruction::GetByte { .. }
                | Instruction::Slice { .. }
                | Instruction::SetSlice { .. }
                | Instruction::NewTable { .. }
                | Instruction::AddProduct { .. }
                | Instruction::DeleteAll { .. }
                | Instruction::AddAll { .. }
                | Instruction::RemoveAll { .. }
                | Instruction::NewIterator { .. }
                | Instruction::Operate { .. }
                | Instruction::OperateOne { .. }
                | Instruction::Elementwise { .. }
                | Instruction::ElementwiseOne { .. }
                | Instruction::Select { .. }
                | Instruction::IncrementAll { .. }
                | Instruction::GetElements { .. }
                | Instruction::Convert { .. }
                | Instruction::IsType { .. }
                | Instruction::TestType { .. }
                | Instruction::NewList { .. }
                | Instruction::NewClosure { .. }
                | Instruction::Copy { .. }
                | Instruction::Evaluate { .. }
                | Instruction::NewEmpty { .. }
                | Instruction::Print { .. }
                | Instruction::When { .. }
                | Instruction::WhenHolds { .. }
                | Instruction::AssertFailed { .. } => leave!(Leave::Slow),
            }
            at += 1;
        }
    }
}

/// Whether entries may change without anybody being told.
#[inline]
fn changes_plainly(table: &TableObject) -> bool {
    match &*table.attributes.borrow() {
        None => true,
        Some(attributes) => attributes.expire.is_none() && attributes.on_change.is_none(),
    }
}

/// The value of an index, read at a time.
#[inline]
fn look_up(table: &TableObject, index: &[Value], now: f64) -> Option<Value> {
    if table.attributes.borrow().is_none() { table.get(index) } else { table.get_at(index, now) }
}

/// Registers in a row, as the columns of an index.
#[inline]
pub(super) fn columns_of(values: &Values, first: V, columns: u8) -> &[Value] {
    let first = usize::from(first.0) & VALUE_MASK;
    values.get(first..first + usize::from(columns)).unwrap_or(&[])
}

/// `a + b`
#[inline]
fn joined(a: &Text, b: &Text) -> Text {
    let mut bytes = Vec::with_capacity(a.as_bytes().len() + b.as_bytes().len());
    bytes.extend_from_slice(a.as_bytes());
    bytes.extend_from_slice(b.as_bytes());
    bytes.into()
}

/// Appends in place where nobody else holds the string; false where the operands are no strings.
fn append(values: &mut Values, target: V, from: V) -> bool {
    let Value::String(added) = value(values, from) else { return false };
    let added = added.clone();
    let mut old = take_value(values, target);
    let done = match &mut old {
        Value::String(text) if text.as_bytes().len() + added.as_bytes().len() <= super::MAX_STRING => {
            match Rc::get_mut(text) {
                Some(text) => text.push(added.as_bytes()),
                None => *text = Rc::new(joined(text, &added)),
            }
            true
        }
        _ => false,
    };
    set_value(values, target, old);
    done
}

/// Constants are small, and most numbers are too; dividing 32 bits is much faster.
#[inline]
fn divide_small(a: u64, by: u16) -> Option<u64> {
    match u32::try_from(a) {
        Ok(a) => a.checked_div(u32::from(by)).map(u64::from),
        Err(_) => a.checked_div(u64::from(by)),
    }
}

#[inline]
fn modulo_small(a: u64, by: u16) -> Option<u64> {
    match u32::try_from(a) {
        Ok(a) => a.checked_rem(u32::from(by)).map(u64::from),
        Err(_) => a.checked_rem(u64::from(by)),
    }
}

/// By how many bits, where that many can be shifted.
#[inline]
fn shift(by: u64) -> Option<u32> {
    u32::try_from(by).ok().filter(|by| *by < 64)
}

/// A double as a count: what C makes of it on the usual machines, where a negative one wraps around.
pub(super) fn count_of(number: f64) -> u64 {
    if number < 0.0 { number as i64 as u64 } else { number as u64 }
}

/// Whether nobody wants the result of the call at a position.
fn is_discarded(code: &Code, position: usize) -> bool {
    match code.instructions.get(position) {
        Some(Instruction::CallGlobal { site } | Instruction::CallValue { site } | Instruction::CallNative { site }) => {
            code.tables.sites.get(site.0 as usize).is_some_and(|site| site.discard)
        }
        _ => false,
    }
}

/// Drops what a frame leaves behind.
fn clear(stack: &mut Stack, base: usize, count: u16) {
    if let Some(values) = stack.values.get_mut(base..base + usize::from(count)) {
        for place in values {
            discard(std::mem::take(place));
        }
    }
}

/// Puts an argument where a parameter is.
pub(super) fn set_argument(stack: &mut Stack, kind: Option<Kind>, place: (usize, usize), argument: Value) -> bool {
    match kind {
        Some(kind) => match (kind.bits(&argument), stack.numbers.get_mut(place.0)) {
            (Some(bits), Some(register)) => {
                *register = bits;
                true
            }
            _ => false,
        },
        None => match stack.values.get_mut(place.1) {
            Some(register) => {
                *register = argument;
                true
            }
            None => false,
        },
    }
}
