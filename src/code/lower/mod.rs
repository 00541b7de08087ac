//! From a typed body to code.
//!
//! Variables have fixed registers; what an expression computes on the way goes to registers above them, taken and given
//! back like a stack. An expression is lowered *into* a register where its result is wanted somewhere, otherwise
//! *anywhere*, which for a variable is its own register.

mod assertions;
mod calls;
mod chains;
mod conditions;
mod constructors;
mod loops;
mod numbers;
mod places;
mod statements;
mod switch;
mod values;
mod when;

use std::rc::Rc;

use super::assigned::maybe_unset;
use super::operand::{Constant, Entry, Kind, Length, N, Near, Unsigned, V};
use super::{Code, Counted, Counters, Home, Instruction, Recovery, SignatureId, Signatures, Tables};
pub use switch::normal;

use crate::hir::{Body, Expr, ExprId, ExprKind, GlobalId, LocalId};
use crate::program::Program;
use crate::value::Value;

/// Values have this many registers in one frame.
pub const VALUE_WINDOW: usize = 1 << 12;

/// Numbers have this many registers in one frame: as many as an operand can name.
pub const NUMBER_WINDOW: usize = 1 << 16;

/// Expressions nested deeper than this are refused.
const MAX_DEPTH: usize = 1000;

/// Registers set aside for constants in a body with loops.
const HOISTED: usize = 8;

/// Beyond this many instructions, short jumps may not reach.
const NEAR_LIMIT: usize = 30_000;

/// Why a body cannot become code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LowerError {
    /// It needs more registers than a frame has.
    TooLarge,
    /// An expression is nested too deep.
    TooDeep,
    /// The checker refused part of it.
    Invalid,
}

impl LowerError {
    pub fn message(self) -> &'static str {
        match self {
            LowerError::TooLarge => "function body is too large",
            LowerError::TooDeep => "expression is nested too deep",
            LowerError::Invalid => "function body has errors",
        }
    }
}

/// Which part of a body to lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The body; of a `when`: condition and body.
    Whole,
    /// The timeout of a `when`.
    Timeout,
}

/// What lowering asks about the world.
pub struct World<'a> {
    pub program: &'a Program,
    pub signatures: &'a mut Signatures,
    /// The value of a global. One that is set now is set for ever.
    pub value_of: &'a dyn Fn(GlobalId) -> Value,
    /// Each round of a loop looks whether the run is to stop. Otherwise nothing does, and nothing pays for it.
    pub interruptible: bool,
    /// Where statements are counted. Otherwise none is, and nothing pays for it.
    pub counters: Option<&'a mut Counters>,
    /// Assertions note the values of their parts, to be shown where they fail.
    pub notes_assertions: bool,
}

pub(super) type Lower<T> = Result<T, LowerError>;

/// Lowers a body, or part of one.
pub fn lower(world: &mut World<'_>, body: &Rc<Body>, target: Target) -> Result<Code, LowerError> {
    let value_of = world.value_of;
    let maybe = maybe_unset(body, &|global| value_of(global).is_set());
    let mut lowerer = Lowerer::new(world, body, &maybe, false)?;
    lowerer.body(target)?;
    if lowerer.instructions.len() > NEAR_LIMIT {
        let world = lowerer.world;
        lowerer = Lowerer::new(world, body, &maybe, true)?;
        lowerer.body(target)?;
    }
    lowerer.finish()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Label(usize);

struct Lowerer<'a, 'w> {
    world: &'a mut World<'w>,
    body: &'a Rc<Body>,
    homes: Vec<Home>,
    maybe: Vec<bool>,
    /// Jumps that cannot reach far go over ones that can.
    far: bool,
    instructions: Vec<Instruction>,
    places: Vec<ExprId>,
    place: ExprId,
    labels: Vec<Option<u32>>,
    /// Instructions whose target is a label yet.
    pending: Vec<(usize, Label)>,
    switch_labels: Vec<switch::SwitchLabels>,
    tables: Tables,
    /// The next register, and the highest one there was.
    numbers: usize,
    values: usize,
    most_numbers: usize,
    most_values: usize,
    /// Constants that loops use, with the registers that hold them from the start.
    hoisted: Vec<(u64, N)>,
    loops: Vec<loops::Exits>,
    loop_depth: usize,
    recovery: Vec<(usize, usize, Label)>,
    depth: usize,
    /// Parts of long rows of operators that are evaluated already, innermost last.
    partial: Vec<(ExprId, Home)>,
    signature: SignatureId,
    result: Option<Kind>,
    /// Behind everything: ends the body without result.
    end: Label,
    first_hoisted: usize,
    first_capture: u16,
    first_temporary: usize,
    first_temporary_number: usize,
}

impl<'a, 'w> Lowerer<'a, 'w> {
    fn new(world: &'a mut World<'w>, body: &'a Rc<Body>, maybe: &[bool], far: bool) -> Lower<Self> {
        let parameters = body.parameters as usize;
        let mut signature: Vec<Option<Kind>> =
            body.locals.iter().take(parameters).map(|local| Kind::of(&local.ty)).collect();
        let result = Kind::of(&body.result);
        signature.push(result);
        let mut lowerer = Lowerer {
            signature: world.signatures.intern(signature.into()),
            world,
            body,
            homes: Vec::with_capacity(body.locals.len()),
            maybe: maybe.to_vec(),
            far,
            instructions: Vec::new(),
            places: Vec::new(),
            place: ExprId(u32::MAX),
            labels: Vec::new(),
            pending: Vec::new(),
            switch_labels: Vec::new(),
            tables: Tables::default(),
            numbers: 0,
            values: 0,
            most_numbers: 0,
            most_values: 0,
            hoisted: Vec::new(),
            loops: Vec::new(),
            loop_depth: 0,
            recovery: Vec::new(),
            depth: 0,
            partial: Vec::new(),
            result,
            end: Label(0),
            first_hoisted: 0,
            first_capture: 0,
            first_temporary: 0,
            first_temporary_number: 0,
        };
        lowerer.end = lowerer.label();
        lowerer.place_locals()?;
        Ok(lowerer)
    }

    /// Gives every variable its register: parameters where callers put them, then captured values in a row, then
    /// those that are always set, then the others.
    fn place_locals(&mut self) -> Lower<()> {
        let parameters = self.body.parameters as usize;
        let captures = self.body.captures as usize;
        let count = self.body.locals.len();
        let mut homes = vec![Home::Value(V(0)); count];
        for (index, home) in homes.iter_mut().enumerate().take(parameters) {
            *home = match Kind::of(&self.body.locals[index].ty) {
                Some(kind) => Home::Number(kind, self.number_register()?),
                None => Home::Value(self.value_register()?),
            };
        }
        self.first_capture = self.values as u16;
        for home in homes.iter_mut().skip(parameters).take(captures) {
            *home = Home::Value(self.value_register()?);
        }
        for (index, home) in homes.iter_mut().enumerate().skip(parameters + captures) {
            if !self.maybe[index] {
                *home = match Kind::of(&self.body.locals[index].ty) {
                    Some(kind) => Home::Number(kind, self.number_register()?),
                    None => Home::Value(self.value_register()?),
                };
            }
        }
        let first_maybe = self.values;
        for (index, home) in homes.iter_mut().enumerate().skip(parameters + captures) {
            if self.maybe[index] {
                *home = Home::Value(self.value_register()?);
            }
        }
        self.homes = homes;
        self.first_temporary = self.values;
        if self.values > first_maybe {
            let count = Length((self.values - first_maybe) as u16);
            self.emit(Instruction::ClearValues { first: V(first_maybe as u16), count });
        }
        self.first_hoisted = self.numbers;
        if loops::has_loop(&self.body.root) {
            for _ in 0..HOISTED {
                self.number_register()?;
            }
        }
        self.first_temporary_number = self.numbers;
        Ok(())
    }

    fn finish(mut self) -> Result<Code, LowerError> {
        self.bind(self.end);
        self.emit(Instruction::ReturnMissing {});
        if self.result.is_none() && self.body.result.is(crate::types::TypeTag::Void) {
            self.instructions.pop();
            self.places.pop();
            self.emit(Instruction::ReturnUnset {});
        }
        // Hoisted constants come first; all positions move behind them.
        let shift = self.hoisted.len() as u32;
        let mut instructions = Vec::with_capacity(self.instructions.len() + self.hoisted.len());
        for (bits, to) in std::mem::take(&mut self.hoisted) {
            let constant = self.number_constant(bits);
            instructions.push(Instruction::LoadNumber { to, constant });
        }
        for (position, label) in std::mem::take(&mut self.pending) {
            let target = self.label_position(label)?;
            if let Some(instruction) = self.instructions.get_mut(position) {
                retarget(instruction, position, target, shift)?;
            }
        }
        instructions.append(&mut self.instructions);
        let mut places = vec![ExprId(u32::MAX); shift as usize];
        places.append(&mut self.places);
        let mut recovery = Vec::with_capacity(self.recovery.len());
        for (from, to, resume) in std::mem::take(&mut self.recovery) {
            let resume = self.label_position(resume)? + shift;
            recovery.push(Recovery { from: from as u32 + shift, to: to as u32 + shift, resume });
        }
        self.resolve_switches(shift)?;
        Ok(Code {
            body: self.body.clone(),
            instructions: instructions.into(),
            places: places.into(),
            signature: self.signature,
            result: self.result,
            numbers: u16::try_from(self.most_numbers).map_err(|_| LowerError::TooLarge)?,
            values: u16::try_from(self.most_values).map_err(|_| LowerError::TooLarge)?,
            first_capture: self.first_capture,
            homes: self.homes.into(),
            tables: self.tables,
            recovery: recovery.into(),
        })
    }

    // Registers.

    fn number_register(&mut self) -> Lower<N> {
        let register = self.numbers;
        self.numbers += 1;
        self.most_numbers = self.most_numbers.max(self.numbers);
        if self.numbers >= NUMBER_WINDOW { Err(LowerError::TooLarge) } else { Ok(N(register as u16)) }
    }

    fn value_register(&mut self) -> Lower<V> {
        let register = self.values;
        self.values += 1;
        self.most_values = self.most_values.max(self.values);
        if self.values >= VALUE_WINDOW { Err(LowerError::TooLarge) } else { Ok(V(register as u16)) }
    }

    /// Value registers in a row.
    fn value_registers(&mut self, count: usize) -> Lower<V> {
        let first = V(self.values as u16);
        for _ in 0..count {
            self.value_register()?;
        }
        Ok(first)
    }

    fn registers(&self) -> (usize, usize) {
        (self.numbers, self.values)
    }

    /// Gives back all registers taken since.
    fn release(&mut self, (numbers, values): (usize, usize)) {
        self.numbers = numbers;
        self.values = values;
    }

    /// Whether a register holds something computed on the way, so that it may be moved out.
    fn is_temporary(&self, register: V) -> bool {
        usize::from(register.0) >= self.first_temporary
    }

    /// Counts what comes next, where anything is counted.
    fn count(&mut self, counted: Counted) {
        if let Some(counters) = self.world.counters.as_deref_mut() {
            let entry = Entry(counters.number(counted));
            self.emit(Instruction::Count { entry });
        }
    }

    // Instructions.

    fn emit(&mut self, instruction: Instruction) {
        self.instructions.push(instruction);
        self.places.push(self.place);
    }

    fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }

    fn bind(&mut self, label: Label) {
        if let Some(place) = self.labels.get_mut(label.0) {
            *place = Some(self.instructions.len() as u32);
        }
    }

    fn new_label_here(&mut self) -> Label {
        let label = self.label();
        self.bind(label);
        label
    }

    fn label_position(&self, label: Label) -> Lower<u32> {
        self.labels.get(label.0).copied().flatten().ok_or(LowerError::Invalid)
    }

    /// Emits an instruction whose target is `label`.
    fn emit_to(&mut self, instruction: Instruction, label: Label) {
        if self.far && is_near(instruction) {
            let mut near = instruction;
            set_near(&mut near, 2);
            self.emit(near);
            let over = self.label();
            self.pending.push((self.instructions.len(), over));
            self.emit(Instruction::Jump { target: super::operand::Target(0) });
            self.pending.push((self.instructions.len(), label));
            self.emit(Instruction::Jump { target: super::operand::Target(0) });
            self.bind(over);
            return;
        }
        if let Some(fused) = self.fused(instruction) {
            if let Some(last) = self.instructions.last_mut() {
                *last = fused;
            }
            self.pending.push((self.instructions.len() - 1, label));
            return;
        }
        self.pending.push((self.instructions.len(), label));
        self.emit(instruction);
    }

    /// The end of most loops in one instruction: `++i` and `i < n`, where nothing jumps between the two.
    fn fused(&self, jump: Instruction) -> Option<Instruction> {
        let Some(Instruction::AddCountConst { to: step, a, value: Unsigned(1) }) = self.instructions.last() else {
            return None;
        };
        let fused = match jump {
            Instruction::JumpLessCount { a, b, by } if a == *step && b != *step => {
                Instruction::StepLessCount { a, b, by }
            }
            Instruction::JumpLessCountConst { a, value, by } if a == *step => {
                Instruction::StepLessCountConst { a, value, by }
            }
            _ => return None,
        };
        (step == a && !self.is_target(self.instructions.len())).then_some(fused)
    }

    /// Whether the program may come to a position other than from the instruction before it.
    fn is_target(&self, position: usize) -> bool {
        let here = |label: Label| self.labels.get(label.0).copied().flatten() == Some(position as u32);
        self.pending.iter().any(|(_, label)| here(*label))
            || self.recovery.iter().any(|(from, _, label)| from + 1 < position && here(*label))
            || self.switch_labels.iter().any(|switch| switch.any(here))
    }

    fn jump(&mut self, label: Label) {
        self.emit_to(Instruction::Jump { target: super::operand::Target(0) }, label);
    }

    // Constants.

    fn number_constant(&mut self, bits: u64) -> Constant {
        let found = self.tables.numbers.iter().rev().take(64).position(|&other| other == bits);
        if let Some(back) = found {
            return Constant((self.tables.numbers.len() - 1 - back) as u32);
        }
        self.tables.numbers.push(bits);
        Constant((self.tables.numbers.len() - 1) as u32)
    }

    fn value_constant(&mut self, value: Value) -> Constant {
        self.tables.values.push(value);
        Constant((self.tables.values.len() - 1) as u32)
    }

    // Expressions.

    fn expr(&self, id: ExprId) -> Lower<&'a Expr> {
        let body: &'a Rc<Body> = self.body;
        body.exprs.get(id.0 as usize).ok_or(LowerError::Invalid)
    }

    fn kind_of(&self, id: ExprId) -> Lower<Option<Kind>> {
        Ok(Kind::of(&self.expr(id)?.ty))
    }

    fn home(&self, local: LocalId) -> Lower<Home> {
        self.homes.get(local.0 as usize).copied().ok_or(LowerError::Invalid)
    }

    fn may_be_unset(&self, local: LocalId) -> bool {
        self.maybe.get(local.0 as usize).copied().unwrap_or(true)
    }

    /// Works at an expression: instructions point to it, and nesting is counted.
    fn at<T>(&mut self, id: ExprId, work: impl FnOnce(&mut Self) -> Lower<T>) -> Lower<T> {
        if self.depth >= MAX_DEPTH {
            return Err(LowerError::TooDeep);
        }
        let before = std::mem::replace(&mut self.place, id);
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        self.place = before;
        result
    }

    /// Whether evaluating an expression may assign to a variable of this body.
    fn assigns(&self, id: ExprId) -> bool {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let Ok(expr) = self.expr(id) else { return true };
            match &expr.kind {
                ExprKind::Assign(..)
                | ExprKind::Increment { .. }
                | ExprKind::AddTo(..)
                | ExprKind::RemoveFrom(..)
                | ExprKind::Merged { .. }
                | ExprKind::Invalid(_) => return true,
                _ => expr.for_each_child(|child| open.push(child)),
            }
        }
        false
    }
}

fn is_near(mut instruction: Instruction) -> bool {
    set_near(&mut instruction, 0)
}

/// Sets the target of an instruction that jumps near; false for all others.
fn set_near(instruction: &mut Instruction, distance: i16) -> bool {
    match instruction {
        Instruction::JumpEqual { by, .. }
        | Instruction::JumpNotEqual { by, .. }
        | Instruction::JumpLessCount { by, .. }
        | Instruction::JumpLessEqualCount { by, .. }
        | Instruction::JumpLessInt { by, .. }
        | Instruction::JumpLessEqualInt { by, .. }
        | Instruction::JumpLessDouble { by, .. }
        | Instruction::JumpNotLessDouble { by, .. }
        | Instruction::JumpLessEqualDouble { by, .. }
        | Instruction::JumpNotLessEqualDouble { by, .. }
        | Instruction::JumpEqualConst { by, .. }
        | Instruction::JumpNotEqualConst { by, .. }
        | Instruction::JumpLessCountConst { by, .. }
        | Instruction::JumpNotLessCountConst { by, .. }
        | Instruction::JumpLessIntConst { by, .. }
        | Instruction::JumpNotLessIntConst { by, .. }
        | Instruction::JumpDivides { by, .. }
        | Instruction::JumpNotDivides { by, .. }
        | Instruction::StepLessCount { by, .. }
        | Instruction::StepLessCountConst { by, .. }
        | Instruction::NextElement { by, .. }
        | Instruction::NextByte { by, .. } => {
            *by = Near(distance);
            true
        }
        _ => false,
    }
}

fn retarget(instruction: &mut Instruction, position: usize, to: u32, shift: u32) -> Lower<()> {
    match instruction {
        Instruction::Jump { target }
        | Instruction::JumpIf { target, .. }
        | Instruction::JumpUnless { target, .. }
        | Instruction::NextEntry { target, .. } => {
            *target = super::operand::Target(to + shift);
            Ok(())
        }
        _ => {
            let distance = i64::from(to) - position as i64;
            let distance = i16::try_from(distance).map_err(|_| LowerError::TooLarge)?;
            set_near(instruction, distance);
            Ok(())
        }
    }
}
