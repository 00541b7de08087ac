//! What instructions name: registers, constants, places to go on at.
//!
//! A frame has two banks of registers. Numbers (bool, int, count, double, time, interval) are bare 64 bits whose kind is
//! known when the code is made; everything else, and whatever may be unset, is a [`Value`](crate::value::Value).

use std::fmt;

use crate::types::{Type, TypeKind};
use crate::value::Value;

/// A register of the bank of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct N(pub u16);

/// A register of the bank of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct V(pub u16);

/// The position of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target(pub u32);

/// A position relative to the instruction that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near(pub i16);

/// A number written into the instruction, with its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Small(pub i16);

/// A number written into the instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsigned(pub u16);

/// One of the code's constants, of the bank that the instruction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constant(pub u32);

/// A global by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Global(pub u32);

/// A field by its offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldOffset(pub u16);

/// How many registers in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns(pub u8);

/// How many registers in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length(pub u16);

/// An entry of the table that belongs to the instruction: call sites, switches, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry(pub u32);

/// Whether the value is moved out of its register: temporaries are, variables are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Take(pub bool);

/// The kind of a number in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Bool,
    Int,
    Count,
    Double,
    Time,
    Interval,
}

impl Kind {
    /// The kind in which values of a type are kept as numbers, if they are.
    pub fn of(ty: &Type) -> Option<Kind> {
        match ty.kind {
            TypeKind::Bool => Some(Kind::Bool),
            TypeKind::Int => Some(Kind::Int),
            TypeKind::Count => Some(Kind::Count),
            TypeKind::Double => Some(Kind::Double),
            TypeKind::Time => Some(Kind::Time),
            TypeKind::Interval => Some(Kind::Interval),
            _ => None,
        }
    }

    #[inline]
    pub fn to_value(self, bits: u64) -> Value {
        match self {
            Kind::Bool => Value::Bool(bits != 0),
            Kind::Int => Value::Int(bits as i64),
            Kind::Count => Value::Count(bits),
            Kind::Double => Value::Double(f64::from_bits(bits)),
            Kind::Time => Value::Time(f64::from_bits(bits)),
            Kind::Interval => Value::Interval(f64::from_bits(bits)),
        }
    }

    /// The number in a value of this kind. Types tell int from count and double from interval; here only their bits
    /// matter, so that the values of one group are read alike.
    #[inline]
    pub fn bits(self, value: &Value) -> Option<u64> {
        let (bits, group) = match value {
            Value::Bool(value) => (u64::from(*value), Group::Bool),
            Value::Int(value) => (*value as u64, Group::Whole),
            Value::Count(value) => (*value, Group::Whole),
            Value::Double(value) | Value::Time(value) | Value::Interval(value) => (value.to_bits(), Group::Double),
            _ => return None,
        };
        (group == self.group()).then_some(bits)
    }

    #[inline]
    fn group(self) -> Group {
        match self {
            Kind::Bool => Group::Bool,
            Kind::Int | Kind::Count => Group::Whole,
            Kind::Double | Kind::Time | Kind::Interval => Group::Double,
        }
    }

    pub fn is_double(self) -> bool {
        matches!(self, Kind::Double | Kind::Time | Kind::Interval)
    }
}

/// Kinds that have their bits in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Bool,
    Whole,
    Double,
}

/// The kind and bits of a value that is a number.
pub fn number_of(value: &Value) -> Option<(Kind, u64)> {
    Some(match value {
        Value::Bool(value) => (Kind::Bool, u64::from(*value)),
        Value::Int(value) => (Kind::Int, *value as u64),
        Value::Count(value) => (Kind::Count, *value),
        Value::Double(value) => (Kind::Double, value.to_bits()),
        Value::Time(value) => (Kind::Time, value.to_bits()),
        Value::Interval(value) => (Kind::Interval, value.to_bits()),
        _ => return None,
    })
}

/// An operand as disassembly shows it.
pub(super) trait Operand {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

macro_rules! operands {
    ($($ty:ident($prefix:literal);)*) => {
        $(
            impl Operand for $ty {
                fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, concat!($prefix, "{}"), self.0)
                }
            }
        )*
    };
}

operands! {
    N("n");
    V("v");
    Target("@");
    Small("");
    Unsigned("");
    Constant("#");
    Global("global ");
    FieldOffset("field ");
    Columns("columns ");
    Length("count ");
    Entry("entry ");
}

impl Operand for Near {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+}", self.0)
    }
}

impl Operand for Take {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { "take" } else { "share" })
    }
}

impl Operand for Kind {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::Count => "count",
            Kind::Double => "double",
            Kind::Time => "time",
            Kind::Interval => "interval",
        })
    }
}
