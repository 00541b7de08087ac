//! The inner loop: from one call to the next.
//!
//! An instruction here either is done completely or has done nothing and leaves the loop. What is more than a few
//! machine instructions stands in [`steps`], so that the loop keeps what it needs in registers.

use super::Vm;
use super::frame::{Numbers, Values};
use super::registers::{
    clear_frame, discard, double, move_register, number, position, put, read, set_number, set_value, share_quickly,
    value,
};
use super::steps;
use crate::code::{Code, Instruction, Kind};
use crate::value::Value;

/// Why the inner loop is left, at an instruction that is not done yet.
pub(super) enum Leave {
    /// The instruction needs the whole machine.
    Slow,
    CallGlobal(u32),
    CallNative(u32),
    QueueEvent(u32),
    /// The result is in its place.
    Return,
    ReturnUnset,
    ReturnMissing,
    /// The script has jumped as often as it may. The instruction here is the one it jumped to.
    Tired,
}

impl Vm {
    /// The inner loop.
    // A call of its own for each stretch between two calls would cost more than many stretches do.
    #[allow(clippy::inline_always)]
    // What is not less is not always greater or equal.
    #[allow(clippy::neg_cmp_op_on_partial_ord)]
    #[inline(always)]
    pub(super) fn execute(&mut self, code: &Code, pc: &mut usize, numbers: &mut Numbers, values: &mut Values) -> Leave {
        let instructions = &*code.instructions;
        let mut at = *pc;

        /// Leaves the loop at this instruction.
        macro_rules! leave {
            ($why:expr) => {{
                *pc = at;
                return $why;
            }};
        }
        /// Goes on somewhere else. Counting how often also keeps the compiler from turning jumps of scripts into moves
        /// that wait for their condition.
        macro_rules! jump {
            ($target:expr) => {{
                at = $target;
                self.patience -= 1;
                if self.patience == 0 {
                    leave!(Leave::Tired);
                }
                continue;
            }};
        }
        /// Goes on at a near position if the condition holds.
        macro_rules! jump_near {
            ($by:expr, $condition:expr) => {{
                if $condition {
                    jump!(at.wrapping_add_signed(isize::from($by.0)));
                }
                at += 1;
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
        /// Leaves the loop where a step was not done.
        macro_rules! step {
            ($done:expr) => {
                if !$done {
                    leave!(Leave::Slow);
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
                    jump!(target.0 as usize);
                }
                Instruction::JumpIf { a, target } => {
                    if number(numbers, a) != 0 {
                        jump!(target.0 as usize);
                    }
                }
                Instruction::JumpUnless { a, target } => {
                    if number(numbers, a) == 0 {
                        jump!(target.0 as usize);
                    }
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
                    let Some(target) = steps::switch(code, numbers, values, entry) else { leave!(Leave::Slow) };
                    at = target;
                    continue;
                }

                Instruction::CallGlobal { site } => leave!(Leave::CallGlobal(site.0)),
                Instruction::CallNative { site } => leave!(Leave::CallNative(site.0)),
                Instruction::QueueEvent { site } => leave!(Leave::QueueEvent(site.0)),
                Instruction::ReturnNumber { from } => {
                    numbers[0] = number(numbers, from);
                    clear_frame(values, code.values);
                    leave!(Leave::Return)
                }
                Instruction::ReturnValue { take, from } => {
                    let result = read(values, from, take.0);
                    clear_frame(values, code.values);
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
                Instruction::Divides { to, a, value } => {
                    set_number(numbers, to, u64::from(modulo_small(number(numbers, a), value.0) == Some(0)));
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

                Instruction::MoveValue { to, from } => match share_quickly(value(values, from)) {
                    Some(moved) => set_value(values, to, moved),
                    None => steps::copy(values, to, from),
                },
                Instruction::TakeValue { to, from } => move_register(values, to, from),
                Instruction::LoadValue { to, constant } => {
                    let Some(constant) = code.tables.values.get(constant.0 as usize) else { leave!(Leave::Slow) };
                    match share_quickly(constant) {
                        Some(constant) => set_value(values, to, constant),
                        None => steps::load(values, to, constant),
                    }
                }
                Instruction::ClearValues { first, count } => steps::clear_values(values, first, count),
                Instruction::CheckSet { a } => {
                    if !value(values, a).is_set() {
                        leave!(Leave::Slow);
                    }
                }
                Instruction::Box { kind, to, from } => set_value(values, to, kind.to_value(number(numbers, from))),
                Instruction::Unbox { kind, to, from } => set_checked!(to, kind.bits(value(values, from))),
                Instruction::LoadGlobal { to, global } => match self.globals.get(global.0 as usize) {
                    Some(found) if found.is_set() => match share_quickly(found) {
                        Some(found) => set_value(values, to, found),
                        None => steps::load(values, to, found),
                    },
                    _ => leave!(Leave::Slow),
                },
                Instruction::LoadGlobalNumber { kind, to, global } => {
                    set_checked!(to, self.globals.get(global.0 as usize).and_then(|value| kind.bits(value)));
                }
                Instruction::StoreGlobal { take, from, global } => match self.globals.get_mut(global.0 as usize) {
                    Some(place) => steps::store(place, values, take.0, from),
                    None => leave!(Leave::Slow),
                },
                Instruction::StoreGlobalNumber { kind, from, global } => {
                    match self.globals.get_mut(global.0 as usize) {
                        Some(place) => put(place, kind.to_value(number(numbers, from))),
                        None => leave!(Leave::Slow),
                    }
                }
                Instruction::EqualValues { to, a, b } => steps::equal_values(numbers, values, to, a, b),
                Instruction::NotEqualValues { to, a, b } => steps::not_equal_values(numbers, values, to, a, b),
                Instruction::LessValues { to, a, b } => steps::less_values(numbers, values, to, a, b),
                Instruction::LessEqualValues { to, a, b } => steps::less_equal_values(numbers, values, to, a, b),
                Instruction::Concat { to, a, b } => step!(steps::concat(values, to, a, b)),
                Instruction::AppendString { target, from } => step!(steps::append_string(values, target, from)),
                Instruction::Contains { to, a, b } => step!(steps::contains(numbers, values, to, a, b)),
                Instruction::SizeOf { to, a } => step!(steps::size_of(numbers, values, to, a)),

                Instruction::NewRecord { to, entry } => match self.plain_record(code, entry) {
                    Some(record) => set_value(values, to, record),
                    None => leave!(Leave::Slow),
                },
                Instruction::GetField { to, record, field } => {
                    let Value::Record(object) = value(values, record) else { leave!(Leave::Slow) };
                    let found = object.with_fields(|fields| share_quickly(fields.get(usize::from(field.0))?));
                    match found {
                        Some(found) => set_value(values, to, found),
                        None => step!(steps::get_field(values, to, record, field)),
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
                Instruction::AddToField { kind, record, field, from } => {
                    let Value::Record(record) = value(values, record) else { leave!(Leave::Slow) };
                    let by = number(numbers, from);
                    if record.update(field.0, |value| add_number(kind, value, by)) != Some(true) {
                        leave!(Leave::Slow);
                    }
                }
                Instruction::HasField { to, record, field } => {
                    let Value::Record(record) = value(values, record) else { leave!(Leave::Slow) };
                    set_number(numbers, to, u64::from(record.is_set(field.0)));
                }

                Instruction::GetElement { to, vector, index } => {
                    let Value::Vector(object) = value(values, vector) else { leave!(Leave::Slow) };
                    let index = number(numbers, index);
                    let found = object.with(|elements| share_quickly(elements.get(position(index, elements.len())?)?));
                    match found {
                        Some(found) => set_value(values, to, found),
                        None => step!(steps::get_element(values, to, vector, index)),
                    }
                }
                Instruction::GetElementNumber { kind, to, vector, index } => {
                    let Value::Vector(vector) = value(values, vector) else { leave!(Leave::Slow) };
                    let index = number(numbers, index);
                    let bits = vector.with(|elements| kind.bits(elements.get(position(index, elements.len())?)?));
                    set_checked!(to, bits);
                }
                Instruction::SetElement { take, vector, index, from } => {
                    step!(steps::set_element(values, take.0, vector, number(numbers, index), from));
                }
                Instruction::SetElementNumber { kind, vector, index, from } => {
                    let new = kind.to_value(number(numbers, from));
                    step!(steps::set_element_number(values, vector, number(numbers, index), new));
                }
                Instruction::Append { take, vector, from } => step!(steps::append(values, take.0, vector, from)),
                Instruction::AppendNumber { kind, vector, from } => {
                    step!(steps::append_number(values, vector, kind.to_value(number(numbers, from))));
                }
                Instruction::HasElement { to, vector, index } => {
                    step!(steps::has_element(numbers, values, to, vector, index));
                }

                Instruction::GetEntry { columns, to, table, first } => {
                    step!(steps::get_entry(values, to, table, (first, columns), self.network_time));
                }
                Instruction::GetEntryNumber { kind, to, table, first } => {
                    set_checked!(to, steps::get_entry_number(values, kind, table, first, self.network_time));
                }
                Instruction::SetEntry { columns, table, first } => {
                    step!(steps::set_entry(values, table, (first, columns)));
                }
                Instruction::AddToEntry { columns, table, first, from } => {
                    step!(steps::add_to_entry(values, table, (first, columns), number(numbers, from)));
                }
                Instruction::HasEntry { columns, to, table, first } => {
                    step!(steps::has_entry(numbers, values, to, table, (first, columns)));
                }
                Instruction::AddMember { columns, set, first } => {
                    step!(steps::add_member(values, set, (first, columns)));
                }
                Instruction::DeleteEntry { columns, table, first } => {
                    step!(steps::delete_entry(values, table, (first, columns)));
                }

                Instruction::NextEntry { iterator, target } => {
                    let Some(advanced) = steps::next_entry(values, iterator) else { leave!(Leave::Slow) };
                    at = if advanced { at + 1 } else { target.0 as usize };
                    continue;
                }
                Instruction::EntryColumn { to, iterator, column } => {
                    step!(steps::entry_column(values, to, iterator, column));
                }
                Instruction::EntryValue { to, iterator } => step!(steps::entry_value(values, to, iterator)),
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
                | Instruction::DeleteField { .. }
                | Instruction::NewVector { .. }
                | Instruction::GetByte { .. }
                | Instruction::Slice { .. }
                | Instruction::SetSlice { .. }
                | Instruction::NewTable { .. }
                | Instruction::AddProduct { .. }
                | Instruction::CheckElement { .. }
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
                | Instruction::CastType { .. }
                | Instruction::NewList { .. }
                | Instruction::Unpack { .. }
                | Instruction::NewClosure { .. }
                | Instruction::Copy { .. }
                | Instruction::Evaluate { .. }
                | Instruction::NewEmpty { .. }
                | Instruction::Print { .. }
                | Instruction::When { .. }
                | Instruction::WhenHolds { .. }
                | Instruction::Count { .. }
                | Instruction::Poll { .. }
                | Instruction::KeepArguments { .. }
                | Instruction::BeginNotes { .. }
                | Instruction::NoteNumber { .. }
                | Instruction::NoteValue { .. }
                | Instruction::AssertFailed { .. }
                | Instruction::AssertHeld { .. } => leave!(Leave::Slow),
            }
            at += 1;
        }
    }
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

/// Adds to a number where it stands; false where it is none or would overflow.
#[inline]
fn add_number(kind: Kind, place: &mut Value, by: u64) -> bool {
    match (kind, place) {
        (Kind::Count, Value::Count(count)) => count.checked_add(by).is_some_and(|sum| {
            *count = sum;
            true
        }),
        (Kind::Int, Value::Int(number)) => number.checked_add(by as i64).is_some_and(|sum| {
            *number = sum;
            true
        }),
        (_, Value::Double(number) | Value::Interval(number) | Value::Time(number)) if kind.is_double() => {
            *number += f64::from_bits(by);
            true
        }
        _ => false,
    }
}
