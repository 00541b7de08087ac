//! Register code: what a typed body becomes before its first call.
//!
//! An instruction knows its operation and registers; whatever is needed only seldom (which operator exactly, which type,
//! what to say in a message) stays in the typed body, and [`Code::places`] leads from an instruction to its expression.

mod assigned;
mod counters;
mod instruction;
mod lower;
mod operand;
#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::rc::Rc;

pub use counters::{Counted, Counters, is_counted, statements};
pub use instruction::Instruction;
pub use lower::{LowerError, NUMBER_WINDOW, Target as LowerTarget, VALUE_WINDOW, World, lower, normal};
pub use operand::{
    Columns, Constant, Entry, FieldOffset, Global, Kind, Length, N, Near, Small, Take, Target, Unsigned, V, number_of,
};
use rustc_hash::FxHashMap;

use crate::hir::{Body, ExprId, GlobalId, LocalId};
use crate::types::TypeRef;
use crate::value::table::TableAttributes;
use crate::value::{Text, Value};

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Number(Kind, N),
    /// Also for numbers that may be unset.
    Value(V),
}

/// In which bank each parameter and the result of a function are passed. Equal signatures have equal numbers, see
/// [`Signatures`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignatureId(pub u32);

/// Parameters in order, and the result last; `None` is a value.
pub type Signature = Box<[Option<Kind>]>;

/// All signatures that code was made for.
#[derive(Default)]
pub struct Signatures {
    ids: FxHashMap<Signature, SignatureId>,
    all: Vec<Signature>,
}

impl Signatures {
    pub fn intern(&mut self, signature: Signature) -> SignatureId {
        if let Some(&id) = self.ids.get(&signature) {
            return id;
        }
        let id = SignatureId(self.all.len() as u32);
        self.all.push(signature.clone());
        self.ids.insert(signature, id);
        id
    }

    /// Empty for a number that was never given out.
    pub fn get(&self, id: SignatureId) -> &[Option<Kind>] {
        self.all.get(id.0 as usize).map_or(&[], |signature| signature)
    }
}

/// The code of one body.
pub struct Code {
    pub body: Rc<Body>,
    pub instructions: Box<[Instruction]>,
    /// The expression that each instruction came from.
    pub places: Box<[ExprId]>,
    pub signature: SignatureId,
    /// The bank of the result.
    pub result: Option<Kind>,
    /// Registers of each bank.
    pub numbers: u16,
    pub values: u16,
    /// The first register of captured values, which are loaded before the first instruction.
    pub first_capture: u16,
    pub homes: Box<[Home]>,
    pub tables: Tables,
    /// Where to go on when a statement is given up: the first entry that holds the instruction.
    pub recovery: Box<[Recovery]>,
}

/// What instructions name by number.
#[derive(Default)]
pub struct Tables {
    pub numbers: Vec<u64>,
    pub values: Vec<Value>,
    pub sites: Vec<CallSite>,
    pub switches: Vec<SwitchTable>,
    pub types: Vec<TypeRef>,
    pub starts: Vec<Start>,
    pub records: Vec<RecordPlan>,
    pub whens: Vec<WhenEntry>,
}

/// One call, queueing or scheduling in a body.
#[derive(Clone, Debug)]
pub struct CallSite {
    pub callee: Callee,
    /// The first argument registers.
    pub numbers: u16,
    pub values: u16,
    /// How many arguments, and how many of them are values.
    pub count: u16,
    pub signature: SignatureId,
    /// The bank of the result.
    pub result: Option<Kind>,
    /// Nobody wants the result.
    pub discard: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    Global(GlobalId),
    Register(V),
    Native(u32),
}

/// Instructions `from..to` belong to a statement behind which `resume` lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    pub from: u32,
    pub to: u32,
    pub resume: u32,
}

/// Where a switch on values goes on.
#[derive(Debug)]
pub struct SwitchTable {
    pub subject: Home,
    pub cases: Cases,
    pub otherwise: u32,
}

#[derive(Debug)]
pub enum Cases {
    Numbers(FxHashMap<u64, u32>),
    Texts(FxHashMap<Rc<Text>, u32>),
    /// Compared one after the other.
    Values(Vec<(Value, u32)>),
}

/// The start value of a variable.
#[derive(Clone, Debug)]
pub struct Start {
    pub ty: TypeRef,
    pub attributes: Option<Rc<TableAttributes>>,
}

/// A record to be made, and the fields that are set right after.
#[derive(Clone, Debug)]
pub struct RecordPlan {
    pub ty: TypeRef,
    pub given: Vec<u16>,
    /// How many fields it has to have room for.
    pub room: usize,
}

/// A `when` statement.
#[derive(Clone, Debug)]
pub struct WhenEntry {
    pub body: crate::hir::BodyId,
    pub captures: Vec<crate::hir::Captured>,
    /// The register of the timeout, where there is one.
    pub timeout: Option<N>,
    pub is_return: bool,
    pub watched: Vec<GlobalId>,
}

impl Code {
    /// The expression behind an instruction.
    pub fn place(&self, position: usize) -> ExprId {
        self.places.get(position).copied().unwrap_or(ExprId(u32::MAX))
    }

    pub fn home(&self, local: LocalId) -> Option<Home> {
        self.homes.get(local.0 as usize).copied()
    }

    /// Where to go on when the statement at this position is given up; `None` gives up the body.
    pub fn resume(&self, position: usize) -> Option<usize> {
        let position = position as u32;
        let found = self.recovery.iter().find(|range| range.from <= position && position < range.to);
        found.map(|range| range.resume as usize)
    }

    /// The code as text, an instruction a line.
    pub fn disassemble(&self) -> String {
        let mut text = format!("{}: {} numbers, {} values\n", self.body.name, self.numbers, self.values);
        for (position, instruction) in self.instructions.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{position:4} {instruction}");
        }
        text
    }
}
