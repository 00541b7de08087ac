//! Expressions whose value is a number.

use super::super::operand::{Columns, FieldOffset, Global, Kind, N, Small, Take, Unsigned, V};
use super::super::{Home, Instruction};
use super::conditions::is_comparison;
use super::{HOISTED, Lower, LowerError, Lowerer};
use crate::hir::{BinaryOp, Conversion, ExprId, ExprKind, UnaryOp};
use crate::types::TypeTag;
use crate::value::Value;

impl Lowerer<'_, '_> {
    /// Evaluates a number anywhere: a variable's is in its own register.
    pub(super) fn number(&mut self, id: ExprId) -> Lower<N> {
        if let ExprKind::Local(local) = self.expr(id)?.kind
            && let Home::Number(_, register) = self.home(local)?
        {
            return Ok(register);
        }
        if let Some(register) = self.hoisted_constant(id)? {
            return Ok(register);
        }
        if let Some(Home::Number(_, register)) = self.partial(id) {
            return Ok(register);
        }
        let to = self.number_register()?;
        self.number_into(id, to)?;
        Ok(to)
    }

    /// Evaluates two numbers, the left one first. Where the right one may change a variable, the left one is kept.
    pub(super) fn two_numbers(&mut self, left: ExprId, right: ExprId) -> Lower<(N, N)> {
        let a = self.number_before(left, &[right])?;
        Ok((a, self.number(right)?))
    }

    /// A number that later expressions do not change.
    pub(super) fn number_before(&mut self, id: ExprId, later: &[ExprId]) -> Lower<N> {
        if matches!(self.expr(id)?.kind, ExprKind::Local(_)) && later.iter().any(|later| self.assigns(*later)) {
            let to = self.number_register()?;
            self.number_into(id, to)?;
            return Ok(to);
        }
        self.number(id)
    }

    /// In a loop, a constant's register, which is loaded once at the start.
    fn hoisted_constant(&mut self, id: ExprId) -> Lower<Option<N>> {
        let ExprKind::Const(value) = &self.expr(id)?.kind else { return Ok(None) };
        if self.loop_depth == 0 {
            return Ok(None);
        }
        let Some((_, bits)) = super::super::number_of(value) else { return Ok(None) };
        if let Some((_, register)) = self.hoisted.iter().find(|(other, _)| *other == bits) {
            return Ok(Some(*register));
        }
        let index = self.hoisted.len();
        if index >= HOISTED {
            return Ok(None);
        }
        let register = N((self.first_hoisted + index) as u16);
        self.hoisted.push((bits, register));
        Ok(Some(register))
    }

    /// Evaluates a number into a register.
    pub(super) fn number_into(&mut self, id: ExprId, to: N) -> Lower<()> {
        let expr = self.expr(id)?;
        let kind = Kind::of(&expr.ty).ok_or(LowerError::Invalid)?;
        if let Some(Home::Number(_, from)) = self.partial(id) {
            self.emit(Instruction::MoveNumber { to, from });
            return Ok(());
        }
        let mark = self.registers();
        let parts = self.shorten(id)?;
        self.at(id, |this| match &expr.kind {
            ExprKind::Const(value) => this.load(value, to),
            ExprKind::Local(local) => {
                match this.home(*local)? {
                    Home::Number(_, from) => {
                        if from != to {
                            this.emit(Instruction::MoveNumber { to, from });
                        }
                    }
                    Home::Value(from) => this.emit(Instruction::Unbox { kind, to, from }),
                }
                Ok(())
            }
            ExprKind::Global(global) => {
                this.emit(Instruction::LoadGlobalNumber { kind, to, global: Global(global.0) });
                Ok(())
            }
            ExprKind::Unary(op, operand) => this.unary(*op, *operand, to),
            ExprKind::Binary(op, a, b) => this.binary(id, *op, *a, *b, to),
            ExprKind::Conditional(condition, a, b) if this.kind_of(*condition)?.is_some() => {
                let (no, after) = (this.label(), this.label());
                this.branch(*condition, false, no)?;
                this.number_into(*a, to)?;
                this.jump(after);
                this.bind(no);
                this.number_into(*b, to)?;
                this.bind(after);
                Ok(())
            }
            ExprKind::Assign(target, value) => {
                this.number_into(*value, to)?;
                this.store_number(*target, to)
            }
            ExprKind::Increment { target, .. } | ExprKind::AddTo(target, _) | ExprKind::RemoveFrom(target, _) => {
                this.effect(id)?;
                this.number_into(*target, to)
            }
            ExprKind::Index { container, indices } => this.number_at(kind, *container, indices, to),
            ExprKind::Field(record, field) => {
                let record = this.operand(*record)?;
                this.emit(Instruction::GetFieldNumber { kind, to, record, field: FieldOffset(*field) });
                Ok(())
            }
            ExprKind::HasField(record, field) => {
                let record = this.operand(*record)?;
                this.emit(Instruction::HasField { to, record, field: FieldOffset(*field) });
                Ok(())
            }
            ExprKind::Sequence(inner) => {
                this.effect(*inner)?;
                this.emit(Instruction::LoadSmall { to, value: Small(1) });
                Ok(())
            }
            ExprKind::In { indices, container } => this.membership(indices, *container, to),
            ExprKind::Size(operand) => this.size(id, *operand, to),
            ExprKind::Convert(Conversion::Arithmetic, operand) => this.arithmetic(id, kind, *operand, to),
            ExprKind::Is(operand, _) => {
                let a = this.value(*operand)?;
                this.emit(Instruction::IsType { to, a });
                Ok(())
            }
            ExprKind::Call { callee, arguments } => {
                // The register for the result is the one that the callee leaves it in, where that is the last one.
                if usize::from(to.0) + 1 == this.numbers && usize::from(to.0) >= this.first_temporary_number {
                    this.numbers -= 1;
                }
                let result = this.call(*callee, arguments, false)?;
                match result {
                    Home::Number(_, from) if from == to => {}
                    Home::Number(_, from) => this.emit(Instruction::MoveNumber { to, from }),
                    Home::Value(from) => this.emit(Instruction::Unbox { kind, to, from }),
                }
                Ok(())
            }
            _ => {
                let from = this.value_register()?;
                this.value_into_raw(id, from)?;
                this.emit(Instruction::Unbox { kind, to, from });
                Ok(())
            }
        })?;
        self.partial.truncate(parts);
        self.release(mark);
        Ok(())
    }

    /// Loads a constant number.
    fn load(&mut self, value: &Value, to: N) -> Lower<()> {
        let (kind, bits) = super::super::number_of(value).ok_or(LowerError::Invalid)?;
        if !kind.is_double()
            && let Ok(value) = i16::try_from(bits as i64)
        {
            self.emit(Instruction::LoadSmall { to, value: Small(value) });
            return Ok(());
        }
        let constant = self.number_constant(bits);
        self.emit(Instruction::LoadNumber { to, constant });
        Ok(())
    }

    fn unary(&mut self, op: UnaryOp, operand: ExprId, to: N) -> Lower<()> {
        let kind = self.kind_of(operand)?.ok_or(LowerError::Invalid)?;
        let a = self.number(operand)?;
        self.emit(match op {
            UnaryOp::Not => Instruction::Not { to, a },
            UnaryOp::Complement => Instruction::Complement { to, a },
            UnaryOp::Negate if kind.is_double() => Instruction::NegateDouble { to, a },
            UnaryOp::Negate => Instruction::NegateInt { to, a },
            _ => Instruction::MoveNumber { to, from: a },
        });
        Ok(())
    }

    fn binary(&mut self, id: ExprId, op: BinaryOp, left: ExprId, right: ExprId, to: N) -> Lower<()> {
        match (self.kind_of(left)?, self.kind_of(right)?) {
            (Some(Kind::Bool), Some(Kind::Bool)) if matches!(op, BinaryOp::And | BinaryOp::Or) => {
                let (no, after) = (self.label(), self.label());
                self.branch(id, false, no)?;
                self.emit(Instruction::LoadSmall { to, value: Small(1) });
                self.jump(after);
                self.bind(no);
                self.emit(Instruction::LoadSmall { to, value: Small(0) });
                self.bind(after);
                Ok(())
            }
            (Some(kind), Some(other)) if is_comparison(op) => self.comparison(kind, other, op, left, right, to),
            (Some(kind), Some(other)) => {
                // Shifts and interval arithmetic may mix kinds; two doubles are two doubles.
                if kind.is_double() != other.is_double() {
                    return self.mixed(id, left, right, to);
                }
                if !kind.is_double() && self.binary_const(kind, op, left, right, to)? {
                    return Ok(());
                }
                let (a, b) = self.two_numbers(left, right)?;
                let instruction = arithmetic(kind, op, to, a, b).ok_or(LowerError::Invalid)?;
                self.emit(instruction);
                Ok(())
            }
            _ if is_comparison(op)
                && !self.is_vector(left)?
                && !self.is_pattern(left)?
                && !self.is_pattern(right)? =>
            {
                let (a, b) = self.two_values(left, right)?;
                self.emit(match op {
                    BinaryOp::Equal => Instruction::EqualValues { to, a, b },
                    BinaryOp::NotEqual => Instruction::NotEqualValues { to, a, b },
                    BinaryOp::Less => Instruction::LessValues { to, a, b },
                    BinaryOp::LessEqual => Instruction::LessEqualValues { to, a, b },
                    BinaryOp::Greater => Instruction::LessValues { to, a: b, b: a },
                    _ => Instruction::LessEqualValues { to, a: b, b: a },
                });
                Ok(())
            }
            _ => self.mixed(id, left, right, to),
        }
    }

    /// An operator that the machine works out from the expression.
    fn mixed(&mut self, id: ExprId, left: ExprId, right: ExprId, to: N) -> Lower<()> {
        let kind = self.kind_of(id)?.ok_or(LowerError::Invalid)?;
        let (a, b) = self.two_values(left, right)?;
        let result = self.value_register()?;
        self.emit(Instruction::Operate { to: result, a, b });
        self.emit(Instruction::Unbox { kind, to, from: result });
        Ok(())
    }

    fn comparison(&mut self, kind: Kind, other: Kind, op: BinaryOp, left: ExprId, right: ExprId, to: N) -> Lower<()> {
        if matches!(op, BinaryOp::Equal)
            && !kind.is_double()
            && let Some(value) = self.small_constant(right).and_then(|value| i16::try_from(value).ok())
        {
            if value == 0
                && kind == Kind::Count
                && let Some((dividend, value)) = self.divisibility(left)?
            {
                let a = self.number(dividend)?;
                self.emit(Instruction::Divides { to, a, value });
                return Ok(());
            }
            let a = self.number(left)?;
            self.emit(Instruction::EqualConst { to, a, value: Small(value) });
            return Ok(());
        }
        let (a, b) = self.two_numbers(left, right)?;
        let double = kind.is_double() && other.is_double();
        self.emit(match (op, kind) {
            (BinaryOp::Equal, _) if double => Instruction::EqualDouble { to, a, b },
            (BinaryOp::NotEqual, _) if double => Instruction::NotEqualDouble { to, a, b },
            (BinaryOp::Less, _) if double => Instruction::LessDouble { to, a, b },
            (BinaryOp::LessEqual, _) if double => Instruction::LessEqualDouble { to, a, b },
            (BinaryOp::Greater, _) if double => Instruction::LessDouble { to, a: b, b: a },
            (BinaryOp::GreaterEqual, _) if double => Instruction::LessEqualDouble { to, a: b, b: a },
            (BinaryOp::Equal, _) => Instruction::Equal { to, a, b },
            (BinaryOp::Less, Kind::Int) => Instruction::LessInt { to, a, b },
            (BinaryOp::LessEqual, Kind::Int) => Instruction::LessEqualInt { to, a, b },
            (BinaryOp::Greater, Kind::Int) => Instruction::LessInt { to, a: b, b: a },
            (BinaryOp::GreaterEqual, Kind::Int) => Instruction::LessEqualInt { to, a: b, b: a },
            (BinaryOp::Less, _) => Instruction::LessCount { to, a, b },
            (BinaryOp::LessEqual, _) => Instruction::LessEqualCount { to, a, b },
            (BinaryOp::Greater, _) => Instruction::LessCount { to, a: b, b: a },
            (BinaryOp::GreaterEqual, _) => Instruction::LessEqualCount { to, a: b, b: a },
            _ => Instruction::NotEqual { to, a, b },
        });
        Ok(())
    }

    /// Arithmetic with a small constant on the right; false where there is no such instruction.
    fn binary_const(&mut self, kind: Kind, op: BinaryOp, left: ExprId, right: ExprId, to: N) -> Lower<bool> {
        let Some(constant) = self.small_constant(right) else { return Ok(false) };
        let instruction = |a: N| {
            let unsigned = u16::try_from(constant).ok().map(Unsigned);
            let small = i16::try_from(constant).ok().map(Small);
            Some(match (kind, op) {
                (Kind::Count, BinaryOp::Add) => Instruction::AddCountConst { to, a, value: unsigned? },
                (Kind::Count, BinaryOp::Subtract) => Instruction::SubtractCountConst { to, a, value: unsigned? },
                (Kind::Count, BinaryOp::Multiply) => Instruction::MultiplyCountConst { to, a, value: unsigned? },
                (Kind::Count, BinaryOp::Divide) if constant != 0 => {
                    Instruction::DivideCountConst { to, a, value: unsigned? }
                }
                (Kind::Count, BinaryOp::Modulo) if constant != 0 => {
                    Instruction::ModuloCountConst { to, a, value: unsigned? }
                }
                (Kind::Int, BinaryOp::Add) => Instruction::AddIntConst { to, a, value: small? },
                (Kind::Int, BinaryOp::Subtract) => {
                    Instruction::AddIntConst { to, a, value: Small(i16::try_from(-constant).ok()?) }
                }
                _ => return None,
            })
        };
        if instruction(N(0)).is_none() {
            return Ok(false);
        }
        let a = self.number(left)?;
        if let Some(instruction) = instruction(a) {
            self.emit(instruction);
        }
        Ok(true)
    }

    /// A conversion among numbers.
    fn arithmetic(&mut self, id: ExprId, kind: Kind, operand: ExprId, to: N) -> Lower<()> {
        let Some(from) = self.kind_of(operand)? else {
            let value = self.value(operand)?;
            let result = self.value_register()?;
            self.emit(Instruction::Convert { to: result, from: value });
            self.emit(Instruction::Unbox { kind, to, from: result });
            return Ok(());
        };
        let _ = id;
        if let ExprKind::Const(value) = &self.expr(operand)?.kind
            && let Some((_, bits)) = super::super::number_of(value)
        {
            // A constant is converted here.
            let bits = match (from, kind) {
                (Kind::Count, kind) if kind.is_double() => (bits as f64).to_bits(),
                (Kind::Int, kind) if kind.is_double() => (bits as i64 as f64).to_bits(),
                _ => 0,
            };
            if kind.is_double() && !from.is_double() && from != Kind::Bool {
                let constant = self.number_constant(bits);
                self.emit(Instruction::LoadNumber { to, constant });
                return Ok(());
            }
        }
        let a = self.number(operand)?;
        self.emit(match (from, kind) {
            (Kind::Int, kind) if kind.is_double() => Instruction::IntToDouble { to, a },
            (from, kind) if kind.is_double() && !from.is_double() => Instruction::CountToDouble { to, a },
            (from, Kind::Count) if from.is_double() => Instruction::DoubleToCount { to, a },
            (from, Kind::Int) if from.is_double() => Instruction::DoubleToInt { to, a },
            _ => Instruction::MoveNumber { to, from: a },
        });
        Ok(())
    }

    fn size(&mut self, id: ExprId, operand: ExprId, to: N) -> Lower<()> {
        let tag = self.expr(operand)?.ty.tag();
        match tag {
            TypeTag::String | TypeTag::Table | TypeTag::Set | TypeTag::Vector => {
                let a = self.operand(operand)?;
                self.emit(Instruction::SizeOf { to, a });
            }
            TypeTag::Int => {
                let a = self.number(operand)?;
                self.emit(Instruction::AbsoluteInt { to, a });
            }
            TypeTag::Count | TypeTag::Bool => self.number_into(operand, to)?,
            TypeTag::Double | TypeTag::Time | TypeTag::Interval => {
                let a = self.number(operand)?;
                self.emit(Instruction::AbsoluteDouble { to, a });
            }
            _ => {
                let kind = self.kind_of(id)?.ok_or(LowerError::Invalid)?;
                let a = self.value(operand)?;
                let result = self.value_register()?;
                self.emit(Instruction::OperateOne { to: result, a });
                self.emit(Instruction::Unbox { kind, to, from: result });
            }
        }
        Ok(())
    }

    fn number_at(&mut self, kind: Kind, container: ExprId, indices: &[ExprId], to: N) -> Lower<()> {
        match self.expr(container)?.ty.tag() {
            TypeTag::Vector if self.is_scalar_index(indices)? => {
                let vector = self.operand_before(container, indices)?;
                let index = self.number(indices[0])?;
                self.emit(Instruction::GetElementNumber { kind, to, vector, index });
                Ok(())
            }
            TypeTag::Table if indices.len() == 1 => {
                let table = self.operand_before(container, indices)?;
                let first = self.value(indices[0])?;
                self.emit(Instruction::GetEntryNumber { kind, to, table, first });
                Ok(())
            }
            _ => {
                let from = self.value_register()?;
                self.element_into(container, indices, from)?;
                self.emit(Instruction::Unbox { kind, to, from });
                Ok(())
            }
        }
    }

    /// `in`
    fn membership(&mut self, indices: &[ExprId], container: ExprId, to: N) -> Lower<()> {
        let tag = self.expr(container)?.ty.tag();
        match (tag, indices) {
            (TypeTag::Table | TypeTag::Set, _) => {
                let (first, columns) = self.index_columns(indices)?;
                let table = self.operand(container)?;
                self.emit(Instruction::HasEntry { columns: Columns(columns), to, table, first });
            }
            (TypeTag::Vector, [index]) if self.kind_of(*index)?.is_some() => {
                let index = self.number_before(*index, &[container])?;
                let vector = self.operand(container)?;
                self.emit(Instruction::HasElement { to, vector, index });
            }
            (_, [element]) => {
                let (a, b) = self.two_values(*element, container)?;
                self.emit(Instruction::Contains { to, a, b });
            }
            _ => return Err(LowerError::Invalid),
        }
        Ok(())
    }

    pub(super) fn is_vector(&self, id: ExprId) -> Lower<bool> {
        Ok(self.expr(id)?.ty.is(TypeTag::Vector))
    }

    fn is_pattern(&self, id: ExprId) -> Lower<bool> {
        Ok(self.expr(id)?.ty.is(TypeTag::Pattern))
    }

    /// One index that is a number.
    pub(super) fn is_scalar_index(&self, indices: &[ExprId]) -> Lower<bool> {
        match indices {
            [single] => Ok(self.kind_of(*single)?.is_some()),
            _ => Ok(false),
        }
    }

    /// A number as a value, for a place that keeps values.
    pub(super) fn boxed(&mut self, id: ExprId, to: V) -> Lower<()> {
        let kind = self.kind_of(id)?.ok_or(LowerError::Invalid)?;
        let mark = self.registers();
        let from = self.number(id)?;
        self.emit(Instruction::Box { kind, to, from });
        self.release(mark);
        Ok(())
    }

    pub(super) fn take(&self, register: V) -> Take {
        Take(self.is_temporary(register))
    }
}

fn arithmetic(kind: Kind, op: BinaryOp, to: N, a: N, b: N) -> Option<Instruction> {
    Some(match (kind, op) {
        (Kind::Count | Kind::Bool, BinaryOp::Add) => Instruction::AddCount { to, a, b },
        (Kind::Count, BinaryOp::Subtract) => Instruction::SubtractCount { to, a, b },
        (Kind::Count, BinaryOp::Multiply) => Instruction::MultiplyCount { to, a, b },
        (Kind::Count, BinaryOp::Divide) => Instruction::DivideCount { to, a, b },
        (Kind::Count, BinaryOp::Modulo) => Instruction::ModuloCount { to, a, b },
        (Kind::Int, BinaryOp::Add) => Instruction::AddInt { to, a, b },
        (Kind::Int, BinaryOp::Subtract) => Instruction::SubtractInt { to, a, b },
        (Kind::Int, BinaryOp::Multiply) => Instruction::MultiplyInt { to, a, b },
        (Kind::Int, BinaryOp::Divide) => Instruction::DivideInt { to, a, b },
        (Kind::Int, BinaryOp::Modulo) => Instruction::ModuloInt { to, a, b },
        (Kind::Double | Kind::Time | Kind::Interval, op) => match op {
            BinaryOp::Add => Instruction::AddDouble { to, a, b },
            BinaryOp::Subtract => Instruction::SubtractDouble { to, a, b },
            BinaryOp::Multiply => Instruction::MultiplyDouble { to, a, b },
            BinaryOp::Divide => Instruction::DivideDouble { to, a, b },
            _ => return None,
        },
        (_, BinaryOp::BitAnd) => Instruction::And { to, a, b },
        (_, BinaryOp::BitOr) => Instruction::Or { to, a, b },
        (_, BinaryOp::BitXor) => Instruction::Xor { to, a, b },
        (_, BinaryOp::ShiftLeft) => Instruction::ShiftLeft { to, a, b },
        (Kind::Int, BinaryOp::ShiftRight) => Instruction::ShiftRightInt { to, a, b },
        (_, BinaryOp::ShiftRight) => Instruction::ShiftRightCount { to, a, b },
        _ => return None,
    })
}
