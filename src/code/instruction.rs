//! The instructions, in one table: name, operands, meaning. Disassembly reads the same table.
//!
//! An instruction is eight bytes. Where one finds something out of the ordinary (an unset operand, an index that is
//! not there, a zero to divide by) the machine looks at the expression it came from, see [`Code::places`](super::Code).

use std::fmt;

use super::operand::{
    Columns, Constant, Entry, FieldOffset, Global, Kind, Length, N, Near, Operand, Small, Take, Target, Unsigned, V,
};

macro_rules! instructions {
    ($($(#[doc = $doc:literal])+ $name:ident { $($operand:ident: $ty:ty),* $(,)? },)*) => {
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Instruction {
            $($(#[doc = $doc])+ $name { $($operand: $ty),* },)*
        }

        impl Instruction {
            /// Name and meaning of every instruction.
            pub const TABLE: &'static [(&'static str, &'static str)] =
                &[$((stringify!($name), concat!($($doc),+))),*];
        }

        impl fmt::Display for Instruction {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Instruction::$name { $($operand),* } => {
                        f.write_str(stringify!($name))?;
                        $(
                            f.write_str(concat!(" ", stringify!($operand), "="))?;
                            Operand::write($operand, f)?;
                        )*
                        Ok(())
                    })*
                }
            }
        }
    };
}

instructions! {
    // Where to go on.

    /// Goes on at `target`.
    Jump { target: Target },
    /// Goes on at `target` if `a` is true.
    JumpIf { a: N, target: Target },
    /// Goes on at `target` if `a` is false.
    JumpUnless { a: N, target: Target },
    /// Goes on at `by` if the bits of `a` and `b` are the same.
    JumpEqual { a: N, b: N, by: Near },
    /// Goes on at `by` if the bits of `a` and `b` differ.
    JumpNotEqual { a: N, b: N, by: Near },
    /// Goes on at `by` if `a < b` as counts.
    JumpLessCount { a: N, b: N, by: Near },
    /// Goes on at `by` if `a <= b` as counts.
    JumpLessEqualCount { a: N, b: N, by: Near },
    /// Goes on at `by` if `a < b` as ints.
    JumpLessInt { a: N, b: N, by: Near },
    /// Goes on at `by` if `a <= b` as ints.
    JumpLessEqualInt { a: N, b: N, by: Near },
    /// Goes on at `by` if `a < b` as doubles.
    JumpLessDouble { a: N, b: N, by: Near },
    /// Goes on at `by` unless `a < b` as doubles.
    JumpNotLessDouble { a: N, b: N, by: Near },
    /// Goes on at `by` if `a <= b` as doubles.
    JumpLessEqualDouble { a: N, b: N, by: Near },
    /// Goes on at `by` unless `a <= b` as doubles.
    JumpNotLessEqualDouble { a: N, b: N, by: Near },
    /// Goes on at `by` if `a` is `value`, for int and count.
    JumpEqualConst { a: N, value: Small, by: Near },
    /// Goes on at `by` if `a` is not `value`, for int and count.
    JumpNotEqualConst { a: N, value: Small, by: Near },
    /// Goes on at `by` if `a < value` as counts.
    JumpLessCountConst { a: N, value: Unsigned, by: Near },
    /// Goes on at `by` unless `a < value` as counts.
    JumpNotLessCountConst { a: N, value: Unsigned, by: Near },
    /// Goes on at `by` if `a < value` as ints.
    JumpLessIntConst { a: N, value: Small, by: Near },
    /// Goes on at `by` unless `a < value` as ints.
    JumpNotLessIntConst { a: N, value: Small, by: Near },
    /// Goes on at `by` if `value`, which is not 0, divides the count `a`.
    JumpDivides { a: N, value: Unsigned, by: Near },
    /// Goes on at `by` unless `value`, which is not 0, divides the count `a`.
    JumpNotDivides { a: N, value: Unsigned, by: Near },
    /// Adds 1 to `a` and goes on at `by` if it is less than `b` then, as counts.
    StepLessCount { a: N, b: N, by: Near },
    /// Adds 1 to `a` and goes on at `by` if it is less than `value` then, as counts.
    StepLessCountConst { a: N, value: Unsigned, by: Near },
    /// Goes on where the table of a switch says for its subject.
    Switch { entry: Entry },

    // Calls and returns.

    /// Calls the function that a global holds. Arguments stand where the callee's parameters are, the result comes
    /// into the first of these registers.
    CallGlobal { site: Entry },
    /// Calls the function in a register.
    CallValue { site: Entry },
    /// Calls a native.
    CallNative { site: Entry },
    /// Puts an event into the queue.
    QueueEvent { site: Entry },
    /// Puts an event into the queue when `delay` is over, or at that time.
    Schedule { delay: N, site: Entry },
    /// Ends the body with a number.
    ReturnNumber { from: N },
    /// Ends the body with a value.
    ReturnValue { take: Take, from: V },
    /// Ends a body that has no result.
    ReturnUnset {},
    /// Ends a body that should have a result and has none, with Bro's warning.
    ReturnMissing {},

    // Numbers.

    /// `to = from`
    MoveNumber { to: N, from: N },
    /// `to =` a constant
    LoadNumber { to: N, constant: Constant },
    /// `to = value`, for int, count and bool
    LoadSmall { to: N, value: Small },
    /// `to = a + b` on counts; overflow is an error.
    AddCount { to: N, a: N, b: N },
    /// `to = a - b` on counts; a negative result is an error.
    SubtractCount { to: N, a: N, b: N },
    /// `to = a * b` on counts; overflow is an error.
    MultiplyCount { to: N, a: N, b: N },
    /// `to = a / b` on counts
    DivideCount { to: N, a: N, b: N },
    /// `to = a % b` on counts
    ModuloCount { to: N, a: N, b: N },
    /// `to = a + value` on counts
    AddCountConst { to: N, a: N, value: Unsigned },
    /// `to = a - value` on counts
    SubtractCountConst { to: N, a: N, value: Unsigned },
    /// `to = a * value` on counts
    MultiplyCountConst { to: N, a: N, value: Unsigned },
    /// `to = a / value` on counts; `value` is not 0.
    DivideCountConst { to: N, a: N, value: Unsigned },
    /// `to = a % value` on counts; `value` is not 0.
    ModuloCountConst { to: N, a: N, value: Unsigned },
    /// `to = a & b`
    And { to: N, a: N, b: N },
    /// `to = a | b`
    Or { to: N, a: N, b: N },
    /// `to = a ^ b`
    Xor { to: N, a: N, b: N },
    /// `to = a << b`
    ShiftLeft { to: N, a: N, b: N },
    /// `to = a >> b` on counts
    ShiftRightCount { to: N, a: N, b: N },
    /// `to = a >> b` on ints
    ShiftRightInt { to: N, a: N, b: N },
    /// `to = ~a`
    Complement { to: N, a: N },
    /// `to = a + b` on ints
    AddInt { to: N, a: N, b: N },
    /// `to = a + value` on ints
    AddIntConst { to: N, a: N, value: Small },
    /// `to = a - b` on ints
    SubtractInt { to: N, a: N, b: N },
    /// `to = a * b` on ints
    MultiplyInt { to: N, a: N, b: N },
    /// `to = a / b` on ints
    DivideInt { to: N, a: N, b: N },
    /// `to = a % b` on ints
    ModuloInt { to: N, a: N, b: N },
    /// `to = -a` on ints, and from count to int
    NegateInt { to: N, a: N },
    /// `to = |a|` on ints
    AbsoluteInt { to: N, a: N },
    /// `to = a + b` on doubles, times and intervals
    AddDouble { to: N, a: N, b: N },
    /// `to = a - b` on doubles, times and intervals
    SubtractDouble { to: N, a: N, b: N },
    /// `to = a * b` on doubles and intervals
    MultiplyDouble { to: N, a: N, b: N },
    /// `to = a / b` on doubles and intervals
    DivideDouble { to: N, a: N, b: N },
    /// `to = -a` on doubles and intervals
    NegateDouble { to: N, a: N },
    /// `to = |a|` on doubles, times and intervals
    AbsoluteDouble { to: N, a: N },
    /// `to = a`, from count to double
    CountToDouble { to: N, a: N },
    /// `to = a`, from int to double
    IntToDouble { to: N, a: N },
    /// `to = a`, from double to count
    DoubleToCount { to: N, a: N },
    /// `to = a`, from double to int
    DoubleToInt { to: N, a: N },
    /// `to = !a`
    Not { to: N, a: N },
    /// Whether the bits of `a` and `b` are the same.
    Equal { to: N, a: N, b: N },
    /// Whether the bits of `a` and `b` differ.
    NotEqual { to: N, a: N, b: N },
    /// `a == value` on ints and counts
    EqualConst { to: N, a: N, value: Small },
    /// Whether `value`, which is not 0, divides the count `a`.
    Divides { to: N, a: N, value: Unsigned },
    /// `a == b` on doubles
    EqualDouble { to: N, a: N, b: N },
    /// `a != b` on doubles
    NotEqualDouble { to: N, a: N, b: N },
    /// `a < b` on counts
    LessCount { to: N, a: N, b: N },
    /// `a <= b` on counts
    LessEqualCount { to: N, a: N, b: N },
    /// `a < b` on ints
    LessInt { to: N, a: N, b: N },
    /// `a <= b` on ints
    LessEqualInt { to: N, a: N, b: N },
    /// `a < b` on doubles
    LessDouble { to: N, a: N, b: N },
    /// `a <= b` on doubles
    LessEqualDouble { to: N, a: N, b: N },

    // Values.

    /// `to = from`, which keeps its value
    MoveValue { to: V, from: V },
    /// `to = from`, which becomes unset
    TakeValue { to: V, from: V },
    /// `to =` a constant
    LoadValue { to: V, constant: Constant },
    /// Makes registers unset.
    ClearValues { first: V, count: Length },
    /// An error where `a` is unset.
    CheckSet { a: V },
    /// A number as a value.
    Box { kind: Kind, to: V, from: N },
    /// The number in a value; an error where it is unset.
    Unbox { kind: Kind, to: N, from: V },
    /// `to = ` a global; an error where it is unset.
    LoadGlobal { to: V, global: Global },
    /// `to =` the number in a global
    LoadGlobalNumber { kind: Kind, to: N, global: Global },
    /// Sets a global.
    StoreGlobal { take: Take, from: V, global: Global },
    /// Sets a global to a number.
    StoreGlobalNumber { kind: Kind, from: N, global: Global },
    /// `to =` a captured variable as the closure has it after this assignment
    StoreCapture { from: V, capture: Length },
    /// Whether `a == b`.
    EqualValues { to: N, a: V, b: V },
    /// Whether `a != b`.
    NotEqualValues { to: N, a: V, b: V },
    /// Whether `a < b`.
    LessValues { to: N, a: V, b: V },
    /// Whether `a <= b`.
    LessEqualValues { to: N, a: V, b: V },
    /// `a + b` on strings
    Concat { to: V, a: V, b: V },
    /// `target += from` on strings
    AppendString { target: V, from: V },
    /// How many bytes, entries or elements `a` has.
    SizeOf { to: N, a: V },
    /// `a in b` for string in string, pattern in string, address in subnet.
    Contains { to: N, a: V, b: V },

    // Records.

    /// A record by the code's table, with the defaults of the fields that are not set right after.
    NewRecord { to: V, entry: Entry },
    /// `to = record$field`; takes the default or is an error where it is unset.
    GetField { to: V, record: V, field: FieldOffset },
    /// `to =` the number in a field
    GetFieldNumber { kind: Kind, to: N, record: V, field: FieldOffset },
    /// `record$field = from`
    SetField { take: Take, record: V, field: FieldOffset, from: V },
    /// `record$field = from`, a number
    SetFieldNumber { kind: Kind, record: V, field: FieldOffset, from: N },
    /// `record$field += from` on numbers
    AddToField { kind: Kind, record: V, field: FieldOffset, from: N },
    /// `record?$field`
    HasField { to: N, record: V, field: FieldOffset },
    /// `delete record$field`
    DeleteField { record: V, field: FieldOffset },

    // Vectors and strings by position.

    /// An empty vector of the expression's type.
    NewVector { to: V },
    /// `to = vector[index]`; a negative index counts from the end.
    GetElement { to: V, vector: V, index: N },
    /// `to =` the number in an element
    GetElementNumber { kind: Kind, to: N, vector: V, index: N },
    /// `vector[index] = from`
    SetElement { take: Take, vector: V, index: N, from: V },
    /// `vector[index] = from`, a number
    SetElementNumber { kind: Kind, vector: V, index: N, from: N },
    /// Puts `from` behind the last element.
    Append { take: Take, vector: V, from: V },
    /// Puts a number behind the last element.
    AppendNumber { kind: Kind, vector: V, from: N },
    /// Whether a vector has an element at `index`.
    HasElement { to: N, vector: V, index: N },
    /// The byte of a string at `index`, as a string.
    GetByte { to: V, string: V, index: N },
    /// A part of a string or vector from `low` to the register behind it.
    Slice { to: V, from: V, low: N },
    /// Replaces the part of a vector from `low` to the register behind it.
    SetSlice { vector: V, low: N, from: V },

    // Tables and sets. The columns of an index stand in registers in a row from `first` on.

    /// A table or set of the expression's type and attributes.
    NewTable { to: V },
    /// `to = table[index]`; takes the default or is an error where it is not there.
    GetEntry { columns: Columns, to: V, table: V, first: V },
    /// `to =` the number in an entry
    GetEntryNumber { kind: Kind, to: N, table: V, first: V },
    /// `table[index] =` the register behind the index, which is taken
    SetEntry { columns: Columns, table: V, first: V },
    /// `table[index] += from` on counts, where `from` may be 1 for `++`
    AddToEntry { columns: Columns, table: V, first: V, from: N },
    /// Whether the index is there.
    HasEntry { columns: Columns, to: N, table: V, first: V },
    /// `add set[index]`
    AddMember { columns: Columns, set: V, first: V },
    /// `delete table[index]`
    DeleteEntry { columns: Columns, table: V, first: V },
    /// Adds every combination of the columns that a part of the expression names, with the value behind them.
    AddProduct { table: V, first: V, part: Length },
    /// An error unless a container whose elements are `any` as far as known really takes this value.
    CheckElement { container: V, from: V },
    /// Removes everything from a table, set or vector.
    DeleteAll { container: V },
    /// `target += from` on tables, sets and vectors
    AddAll { target: V, from: V },
    /// `target -= from` on tables and sets
    RemoveAll { target: V, from: V },

    // Loops.

    /// Begins to go through a table or set.
    NewIterator { to: V, table: V },
    /// The next entry, or goes on at `target` where there is none.
    NextEntry { iterator: V, target: Target },
    /// A column of the current entry's index
    EntryColumn { to: V, iterator: V, column: Length },
    /// The value of the current entry
    EntryValue { to: V, iterator: V },
    /// Moves `index` to the next element that is set, or goes on at `by` behind the last.
    NextElement { vector: V, index: N, by: Near },
    /// Moves `index` to the next byte, or goes on at `by` behind the last.
    NextByte { string: V, index: N, by: Near },

    // What is seldom or slow: the machine asks the expression itself.

    /// An operator on two values
    Operate { to: V, a: V, b: V },
    /// An operator on one value
    OperateOne { to: V, a: V },
    /// An operator by element on vectors, or a vector and a scalar
    Elementwise { to: V, a: V, b: V },
    /// An operator by element on a vector
    ElementwiseOne { to: V, a: V },
    /// By element: `a ? b :` the register behind `b`
    Select { to: V, a: V, b: V },
    /// `++` or `--` on every element
    IncrementAll { vector: V },
    /// The elements at the indices in a vector, or where a vector of bools is true
    GetElements { to: V, vector: V, indices: V },
    /// A conversion of the language, or `as`
    Convert { to: V, from: V },
    /// `is`
    IsType { to: N, a: V },
    /// Whether a value is of a type of the code's table, for `switch`
    TestType { to: N, a: V, ty: Length },
    /// A value as one of a type of the code's table that it was tested for
    CastType { to: V, a: V, ty: Length },
    /// Several values as one
    NewList { to: V, first: V, count: Length },
    /// The parts of a list, in registers in a row from `first` on
    Unpack { first: V, count: Length, from: V },
    /// A closure over variables of this frame
    NewClosure { to: V },
    /// A deep copy
    Copy { to: V, from: V },
    /// The value of the expression's thunk
    Evaluate { to: V },
    /// The start value of a variable, by the code's table
    NewEmpty { to: V, entry: Entry },
    /// Prints values.
    Print { first: V, count: Length },
    /// Starts to wait for a condition.
    When { entry: Entry },
    /// The condition of a `when` holds: what follows is its body.
    WhenHolds {},
    /// Counts a statement or a body; only in code that is asked to.
    Count { entry: Entry },
    /// Looks whether somebody wants the run to stop; only in code for a prompt.
    Poll {},
    /// A body begins whose arguments hooks for assertions may want to see.
    KeepArguments {},
    /// An assertion begins whose parts are noted.
    BeginNotes {},
    /// Notes the value of the expression for the assertion it is in.
    NoteNumber { kind: Kind, a: N },
    /// Notes the value of the expression for the assertion it is in; it may be unset.
    NoteValue { a: V },
    /// An assertion failed; `message` may be unset.
    AssertFailed { message: V },
    /// An assertion held, and somebody wants to know; `message` may be unset.
    AssertHeld { message: V },
}

#[cfg(test)]
mod tests {
    use super::{Instruction, N, V};
    use crate::code::operand::{FieldOffset, Kind};

    #[test]
    fn an_instruction_is_eight_bytes() {
        assert_eq!(std::mem::size_of::<Instruction>(), 8);
    }

    #[test]
    fn an_instruction_shows_its_operands_by_name() {
        let get = Instruction::GetFieldNumber { kind: Kind::Count, to: N(3), record: V(0), field: FieldOffset(2) };
        assert_eq!(get.to_string(), "GetFieldNumber kind=count to=n3 record=v0 field=field 2");
    }

    #[test]
    fn every_instruction_says_what_it_does() {
        assert!(Instruction::TABLE.iter().all(|(_, doc)| !doc.trim().is_empty()));
    }
}
