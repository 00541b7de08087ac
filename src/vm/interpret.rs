//! Runs of the interpreter.
//!
//! The inner loop ([`execute`](super::execute)) works on two windows of registers and leaves for everything that changes them (calls, returns) or may
//! run other scripts. What is not plain (an operand of the wrong kind, an index that is not there) leaves too, and
//! [`slow`](super::slow) does the same instruction again with all its rules. So an instruction in the inner loop
//! either is done completely or has done nothing.

use std::rc::Rc;

use super::execute::Leave;
use super::frame::Stack;
use super::registers::{move_value, put};
use super::{ErrorForm, Frame, Raise, RaiseKind, Vm};
use crate::code::{Callee, Code, Instruction};
use crate::types::TypeTag;
use crate::value::{FuncKind, FuncObject, Value};

/// Bodies that may wait for one another at once.
const MAX_FRAMES: usize = 100_000;

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
                        if self.frames.len() >= MAX_FRAMES
                            || !stack.reserve(numbers_base + numbers, values_base + values)
                        {
                            let frame =
                                Frame { code, closure, position: pc, numbers: numbers_base, values: values_base };
                            return self.unwind_too_deep(frame, floor, stack);
                        }
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
                        continue;
                    }
                    match self.slow_step(&code, closure.as_ref(), pc, stack, numbers_base, values_base) {
                        Ok(()) => {
                            pc += 1;
                            continue;
                        }
                        Err(raise) => raise,
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
                Leave::Tired => match self.tired() {
                    Some(raise) => raise,
                    None => continue,
                },
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
        let first = values_base + usize::from(site.values);
        let arguments = stack.values.get_mut(first..first + usize::from(site.count)).unwrap_or_default();
        let cached = if self.waiting.is_some() { self.cached_call(Some((code, pc))) } else { None };
        let mut result = match cached {
            Some(value) => value,
            None => {
                self.frames.push(Frame {
                    code: code.clone(),
                    closure: closure.cloned(),
                    position: pc,
                    numbers: 0,
                    values: values_base,
                });
                let result = self.call_by_index(index, arguments);
                self.frames.pop();
                result?
            }
        };
        for argument in arguments {
            put(argument, Value::Unset);
        }
        if !result.is_set() && !site.discard {
            return Err(Raise::null());
        }
        if let Value::String(text) = &result
            && text.as_bytes().len() > super::MAX_STRING
        {
            return Err(Raise::expression("string is too long"));
        }
        if let Some(place) = stack.values.get_mut(first) {
            move_value(place, &mut result);
        }
        Ok(())
    }

    /// Puts an event into the queue, unless nobody would see it.
    fn queue_at(&mut self, code: &Code, site: u32, stack: &mut Stack, values_base: usize) {
        let Some(site) = code.tables.sites.get(site as usize) else { return };
        let first = values_base + usize::from(site.values);
        let arguments = stack.values.get_mut(first..first + usize::from(site.count)).unwrap_or_default();
        if let Callee::Global(event) = site.callee {
            self.queue_event_at(event, arguments);
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
                        ErrorForm::Internal if self.stops_at_internal_errors => {
                            return self.unwind(Raise::exit(super::ABORTED), &frame, floor, stack);
                        }
                        ErrorForm::Expression | ErrorForm::RunTime | ErrorForm::Internal => false,
                        ErrorForm::Fatal => return self.unwind(Raise::handler(), &frame, floor, stack),
                    }
                }
                RaiseKind::Handler => return self.unwind(Raise::handler(), &frame, floor, stack),
                RaiseKind::Assertion => return self.unwind(Raise::assertion(), &frame, floor, stack),
                RaiseKind::Exit(status) => return self.unwind(Raise::exit(status), &frame, floor, stack),
                RaiseKind::Pending => return self.unwind(Raise::pending(), &frame, floor, stack),
            };
            if mild {
                self.report_lists(&frame);
            }
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

    /// Gives up a run that needs more room than there is.
    #[cold]
    fn unwind_too_deep(&mut self, frame: Frame, floor: usize, stack: &mut Stack) -> Result<bool, Raise> {
        let raise = Raise::fatal("function calls are nested too deep");
        self.handle(raise, frame, floor, stack).map(|_| false)
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
            self.warn_of_body(code, format!("non-void function returns without a value: {}", code.body.name));
        }
    }
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
            put(place, Value::Unset);
        }
    }
}
