//! Expressions whose value is not a number, or is wanted as a value.

use super::super::operand::{FieldOffset, Global, Kind, Length, N, V};
use super::super::{Home, Instruction};
use super::{Lower, LowerError, Lowerer};
use crate::hir::{BinaryOp, Conversion, ExprId, ExprKind, UnaryOp};
use crate::types::TypeTag;

impl Lowerer<'_, '_> {
    /// Evaluates an expression anywhere as a value that is set.
    pub(super) fn value(&mut self, id: ExprId) -> Lower<V> {
        let register = self.operand(id)?;
        if let ExprKind::Local(local) = self.expr(id)?.kind
            && self.may_be_unset(local)
            && matches!(self.home(local)?, Home::Value(_))
        {
            self.at(id, |this| {
                this.emit(Instruction::CheckSet { a: register });
                Ok(())
            })?;
        }
        Ok(register)
    }

    /// As [`Lowerer::value`], for instructions that notice an unset operand themselves.
    pub(super) fn operand(&mut self, id: ExprId) -> Lower<V> {
        if let ExprKind::Local(local) = self.expr(id)?.kind
            && let Home::Value(register) = self.home(local)?
        {
            return Ok(register);
        }
        if let Some(Home::Value(register)) = self.partial(id) {
            return Ok(register);
        }
        let to = self.value_register()?;
        self.value_into(id, to)?;
        Ok(to)
    }

    /// As [`Lowerer::operand`], safe from what later expressions assign.
    pub(super) fn operand_before(&mut self, id: ExprId, later: &[ExprId]) -> Lower<V> {
        if matches!(self.expr(id)?.kind, ExprKind::Local(_)) && later.iter().any(|later| self.assigns(*later)) {
            let to = self.value_register()?;
            self.value_into(id, to)?;
            return Ok(to);
        }
        self.operand(id)
    }

    /// Two values, the left one first.
    pub(super) fn two_values(&mut self, left: ExprId, right: ExprId) -> Lower<(V, V)> {
        let a = if matches!(self.expr(left)?.kind, ExprKind::Local(_)) && self.assigns(right) {
            let to = self.value_register()?;
            self.value_into(left, to)?;
            to
        } else {
            self.value(left)?
        };
        Ok((a, self.value(right)?))
    }

    /// Evaluates an expression into a register; the result is set.
    pub(super) fn value_into(&mut self, id: ExprId, to: V) -> Lower<()> {
        let expr = self.expr(id)?;
        if Kind::of(&expr.ty).is_some() {
            return self.number_as_value(id, to);
        }
        self.value_into_raw(id, to)
    }

    /// A number as a value, by the shortest way.
    fn number_as_value(&mut self, id: ExprId, to: V) -> Lower<()> {
        let expr = self.expr(id)?;
        match &expr.kind {
            ExprKind::Const(value) => {
                let constant = self.value_constant(value.clone());
                self.emit(Instruction::LoadValue { to, constant });
                Ok(())
            }
            ExprKind::Local(local) if matches!(self.home(*local)?, Home::Value(_)) => self.value_into_raw(id, to),
            ExprKind::Global(_) | ExprKind::Index { .. } | ExprKind::Field(..) | ExprKind::Call { .. } => {
                self.value_into_raw(id, to)
            }
            _ => self.boxed(id, to),
        }
    }

    /// Evaluates an expression into a value register without regard to whether its type is a number.
    pub(super) fn value_into_raw(&mut self, id: ExprId, to: V) -> Lower<()> {
        let expr = self.expr(id)?;
        match self.partial(id) {
            Some(Home::Value(from)) => {
                self.emit(Instruction::MoveValue { to, from });
                return Ok(());
            }
            Some(Home::Number(kind, from)) => {
                self.emit(Instruction::Box { kind, to, from });
                return Ok(());
            }
            None => {}
        }
        let mark = self.registers();
        let parts = self.shorten(id)?;
        self.at(id, |this| match &expr.kind {
            ExprKind::Const(value) => {
                let constant = this.value_constant(value.clone());
                this.emit(Instruction::LoadValue { to, constant });
                Ok(())
            }
            ExprKind::Local(local) => {
                match this.home(*local)? {
                    Home::Number(kind, from) => this.emit(Instruction::Box { kind, to, from }),
                    Home::Value(from) => {
                        if this.may_be_unset(*local) {
                            this.emit(Instruction::CheckSet { a: from });
                        }
                        if from != to {
                            this.emit(Instruction::MoveValue { to, from });
                        }
                    }
                }
                Ok(())
            }
            ExprKind::Global(global) => {
                this.emit(Instruction::LoadGlobal { to, global: Global(global.0) });
                Ok(())
            }
            ExprKind::Unary(op, operand) => {
                let a = this.value(*operand)?;
                this.emit(match op {
                    _ if this.is_vector(*operand)? => Instruction::ElementwiseOne { to, a },
                    UnaryOp::Plus => Instruction::MoveValue { to, from: a },
                    _ => Instruction::OperateOne { to, a },
                });
                Ok(())
            }
            ExprKind::Binary(op, a, b) => this.binary_value(*op, *a, *b, to),
            ExprKind::Conditional(condition, a, b) => {
                if this.is_vector(*condition)? {
                    let condition = this.value(*condition)?;
                    let first = this.values_in_a_row(&[*a, *b])?;
                    this.emit(Instruction::Select { to, a: condition, b: first });
                    return Ok(());
                }
                let (no, after) = (this.label(), this.label());
                this.branch(*condition, false, no)?;
                this.value_into(*a, to)?;
                this.jump(after);
                this.bind(no);
                this.value_into(*b, to)?;
                this.bind(after);
                Ok(())
            }
            ExprKind::Assign(target, value) => {
                this.value_into(*value, to)?;
                this.store_value(*target, to, false)
            }
            ExprKind::AddTo(target, _) | ExprKind::RemoveFrom(target, _) | ExprKind::Increment { target, .. } => {
                this.effect(id)?;
                this.value_into(*target, to)
            }
            ExprKind::Index { container, indices } => this.element_into(*container, indices, to),
            ExprKind::Slice { container, low, high } => {
                let from = this.operand_before(*container, &[*low, *high])?;
                let low = this.bounds(*low, *high)?;
                this.emit(Instruction::Slice { to, from, low });
                Ok(())
            }
            ExprKind::Field(record, field) => {
                let record = this.operand(*record)?;
                this.emit(Instruction::GetField { to, record, field: FieldOffset(*field) });
                Ok(())
            }
            ExprKind::Record(fields) => this.record(&expr.ty, fields, to),
            ExprKind::Table { entries, .. } => this.table(entries, to),
            ExprKind::Set { entries, .. } => this.set(entries, to),
            ExprKind::Vector(parts) => this.vector(parts, to),
            ExprKind::List(parts) => {
                let first = this.values_in_a_row(parts)?;
                let count = u16::try_from(parts.len()).map_err(|_| LowerError::TooLarge)?;
                this.emit(Instruction::NewList { to, first, count: Length(count) });
                Ok(())
            }
            ExprKind::Call { callee, arguments } => {
                if usize::from(to.0) + 1 == this.values && this.is_temporary(to) {
                    this.values -= 1;
                }
                match this.call(*callee, arguments, false)? {
                    Home::Number(kind, from) => this.emit(Instruction::Box { kind, to, from }),
                    Home::Value(from) if from == to => {}
                    Home::Value(from) => this.emit(Instruction::TakeValue { to, from }),
                }
                Ok(())
            }
            // Bro's `schedule` has no value; nothing reads it.
            ExprKind::Schedule { delay, event, arguments } => this.schedule(*delay, *event, arguments),
            ExprKind::Lambda { .. } => {
                this.emit(Instruction::NewClosure { to });
                Ok(())
            }
            ExprKind::Copy(operand) => {
                let from = this.value(*operand)?;
                this.emit(Instruction::Copy { to, from });
                Ok(())
            }
            ExprKind::Size(operand) => {
                let a = this.value(*operand)?;
                this.emit(Instruction::OperateOne { to, a });
                Ok(())
            }
            ExprKind::Convert(conversion, operand) => this.convert(*conversion, *operand, to),
            ExprKind::Cast(operand) => {
                let from = this.value(*operand)?;
                this.emit(Instruction::Convert { to, from });
                Ok(())
            }
            ExprKind::In { .. } | ExprKind::HasField(..) | ExprKind::Is(..) | ExprKind::Sequence(_) => {
                this.boxed(id, to)
            }
            ExprKind::Merged { container, parts } => this.merged(*container, parts, to),
            ExprKind::Thunk(_) => {
                this.emit(Instruction::Evaluate { to });
                Ok(())
            }
            ExprKind::Invalid(_) => Err(LowerError::Invalid),
        })?;
        self.partial.truncate(parts);
        self.release(mark);
        Ok(())
    }

    fn binary_value(&mut self, op: BinaryOp, left: ExprId, right: ExprId, to: V) -> Lower<()> {
        if op == BinaryOp::Add && self.expr(left)?.ty.is(TypeTag::String) {
            let (a, b) = self.two_values(left, right)?;
            self.emit(Instruction::Concat { to, a, b });
            return Ok(());
        }
        let by_element = self.is_vector(left)? || self.is_vector(right)?;
        let (a, b) = self.two_values(left, right)?;
        self.emit(if by_element { Instruction::Elementwise { to, a, b } } else { Instruction::Operate { to, a, b } });
        Ok(())
    }

    fn convert(&mut self, conversion: Conversion, operand: ExprId, to: V) -> Lower<()> {
        match conversion {
            Conversion::ToAny => self.value_into(operand, to),
            // Already a record of that very type.
            Conversion::Record if self.is_same_record(operand)? => self.value_into(operand, to),
            _ => {
                if conversion == Conversion::Record {
                    let target = self.expr(self.place)?.ty.clone();
                    if let Some(fields) = self.converted_fields(operand, &target)? {
                        return self.record(&target, &fields, to);
                    }
                }
                let from = self.value(operand)?;
                self.emit(Instruction::Convert { to, from });
                Ok(())
            }
        }
    }

    /// Whether an operand's record type is the one of the expression at work.
    fn is_same_record(&self, operand: ExprId) -> Lower<bool> {
        let (from, to) = (self.expr(operand)?, self.expr(self.place)?);
        Ok(match (from.ty.as_record(), to.ty.as_record()) {
            (Some(from), Some(to)) => from.id == to.id,
            _ => false,
        })
    }

    /// `container[indices]` as a value.
    pub(super) fn element_into(&mut self, container: ExprId, indices: &[ExprId], to: V) -> Lower<()> {
        match self.expr(container)?.ty.tag() {
            TypeTag::Vector if self.is_scalar_index(indices)? => {
                let vector = self.operand_before(container, indices)?;
                let index = self.number(indices[0])?;
                self.emit(Instruction::GetElement { to, vector, index });
            }
            TypeTag::Vector => {
                let vector = self.operand_before(container, indices)?;
                let [index] = indices else { return Err(LowerError::Invalid) };
                let indices = self.value(*index)?;
                self.emit(Instruction::GetElements { to, vector, indices });
            }
            TypeTag::String => {
                let string = self.operand_before(container, indices)?;
                match indices {
                    [index] => {
                        let index = self.number(*index)?;
                        self.emit(Instruction::GetByte { to, string, index });
                    }
                    [low, high] => {
                        let low = self.bounds(*low, *high)?;
                        self.emit(Instruction::Slice { to, from: string, low });
                    }
                    _ => return Err(LowerError::Invalid),
                }
            }
            _ => {
                let table = self.operand_before(container, indices)?;
                let (first, columns) = self.index_columns(indices)?;
                self.emit(Instruction::GetEntry { columns: super::super::Columns(columns), to, table, first });
            }
        }
        Ok(())
    }

    /// The bounds of a slice in two registers in a row.
    pub(super) fn bounds(&mut self, low: ExprId, high: ExprId) -> Lower<N> {
        let first = self.number_register()?;
        let second = self.number_register()?;
        self.number_into(low, first)?;
        self.number_into(high, second)?;
        Ok(first)
    }

    /// The columns of an index in registers in a row. A single one may be a variable's own register.
    pub(super) fn index_columns(&mut self, indices: &[ExprId]) -> Lower<(V, u8)> {
        let columns = u8::try_from(indices.len()).map_err(|_| LowerError::TooLarge)?;
        if let [single] = indices {
            return Ok((self.value(*single)?, columns));
        }
        Ok((self.values_in_a_row(indices)?, columns))
    }
}
