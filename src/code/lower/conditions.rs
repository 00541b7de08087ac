//! Conditions: expressions that only decide where to go on.

use super::super::operand::{Kind, N, Near, Small, Unsigned};
use super::super::{Instruction, Target};
use super::{Label, Lower, Lowerer};
use crate::hir::{BinaryOp, ExprId, ExprKind, UnaryOp};
use crate::value::Value;

const NOWHERE: Near = Near(0);

impl Lowerer<'_, '_> {
    /// Goes on at `label` if the condition is `wanted`, otherwise behind.
    pub(super) fn branch(&mut self, id: ExprId, wanted: bool, label: Label) -> Lower<()> {
        let expr = self.expr(id)?;
        let mark = self.registers();
        let parts = self.shorten(id)?;
        self.at(id, |this| match &expr.kind {
            ExprKind::Const(Value::Bool(value)) => {
                if *value == wanted {
                    this.jump(label);
                }
                Ok(())
            }
            ExprKind::Unary(UnaryOp::Not, operand) if this.kind_of(*operand)? == Some(Kind::Bool) => {
                this.branch(*operand, !wanted, label)
            }
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b)
                if this.kind_of(*a)? == Some(Kind::Bool) && this.kind_of(*b)? == Some(Kind::Bool) =>
            {
                // Wanted true of `or`, wanted false of `and`: either side alone decides.
                if (*op == BinaryOp::Or) == wanted {
                    this.branch(*a, wanted, label)?;
                    this.branch(*b, wanted, label)
                } else {
                    let over = this.label();
                    this.branch(*a, !wanted, over)?;
                    this.branch(*b, wanted, label)?;
                    this.bind(over);
                    Ok(())
                }
            }
            ExprKind::Binary(op, a, b) => match this.kind_of(*a)? {
                Some(kind) if is_comparison(*op) && this.kind_of(*b)? == Some(kind) => {
                    this.branch_comparison(kind, *op, *a, *b, wanted, label)
                }
                _ => this.branch_number(id, wanted, label),
            },
            _ => this.branch_number(id, wanted, label),
        })?;
        self.partial.truncate(parts);
        self.release(mark);
        Ok(())
    }

    fn branch_number(&mut self, id: ExprId, wanted: bool, label: Label) -> Lower<()> {
        let a = self.number(id)?;
        let target = Target(0);
        let jump = if wanted { Instruction::JumpIf { a, target } } else { Instruction::JumpUnless { a, target } };
        self.emit_to(jump, label);
        Ok(())
    }

    fn branch_comparison(
        &mut self,
        kind: Kind,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        wanted: bool,
        label: Label,
    ) -> Lower<()> {
        let by = NOWHERE;
        if kind.is_double() {
            return self.branch_double(op, left, right, wanted, label);
        }
        // Without doubles, "not less" is "greater or equal", so only the wanted comparison is left to do.
        let op = if wanted { op } else { negated(op) };
        if let Some(constant) = self.small_constant(right) {
            if constant == 0 && kind == Kind::Count && self.branch_divides(op, left, label)? {
                return Ok(());
            }
            let a = self.number(left)?;
            if let Some(jump) = jump_const(kind, op, a, constant) {
                self.emit_to(jump, label);
                return Ok(());
            }
            let b = self.number(right)?;
            self.emit_to(jump_registers(kind, op, a, b, by), label);
            return Ok(());
        }
        let (a, b) = self.two_numbers(left, right)?;
        self.emit_to(jump_registers(kind, op, a, b, by), label);
        Ok(())
    }

    /// The parts of `a % constant`.
    pub(super) fn divisibility(&self, remainder: ExprId) -> Lower<Option<(ExprId, Unsigned)>> {
        let ExprKind::Binary(BinaryOp::Modulo, dividend, divisor) = self.expr(remainder)?.kind else {
            return Ok(None);
        };
        let divisor = self.small_constant(divisor).and_then(|divisor| u16::try_from(divisor).ok());
        Ok(divisor.filter(|by| *by != 0).map(|by| (dividend, Unsigned(by))))
    }

    /// `a % constant == 0` and `!= 0`; false where it is something else.
    fn branch_divides(&mut self, op: BinaryOp, remainder: ExprId, label: Label) -> Lower<bool> {
        let (Some((dividend, value)), BinaryOp::Equal | BinaryOp::NotEqual) = (self.divisibility(remainder)?, op)
        else {
            return Ok(false);
        };
        let a = self.number(dividend)?;
        let by = NOWHERE;
        let jump = if op == BinaryOp::Equal {
            Instruction::JumpDivides { a, value, by }
        } else {
            Instruction::JumpNotDivides { a, value, by }
        };
        self.emit_to(jump, label);
        Ok(true)
    }

    fn branch_double(&mut self, op: BinaryOp, left: ExprId, right: ExprId, wanted: bool, label: Label) -> Lower<()> {
        let (a, b) = self.two_numbers(left, right)?;
        let by = NOWHERE;
        let jump = match (op, wanted) {
            (BinaryOp::Less, true) => Instruction::JumpLessDouble { a, b, by },
            (BinaryOp::Less, false) => Instruction::JumpNotLessDouble { a, b, by },
            (BinaryOp::Greater, true) => Instruction::JumpLessDouble { a: b, b: a, by },
            (BinaryOp::Greater, false) => Instruction::JumpNotLessDouble { a: b, b: a, by },
            (BinaryOp::LessEqual, true) => Instruction::JumpLessEqualDouble { a, b, by },
            (BinaryOp::LessEqual, false) => Instruction::JumpNotLessEqualDouble { a, b, by },
            (BinaryOp::GreaterEqual, true) => Instruction::JumpLessEqualDouble { a: b, b: a, by },
            (BinaryOp::GreaterEqual, false) => Instruction::JumpNotLessEqualDouble { a: b, b: a, by },
            _ => {
                let to = self.number_register()?;
                self.emit(if op == BinaryOp::Equal {
                    Instruction::EqualDouble { to, a, b }
                } else {
                    Instruction::NotEqualDouble { to, a, b }
                });
                let target = Target(0);
                if wanted { Instruction::JumpIf { a: to, target } } else { Instruction::JumpUnless { a: to, target } }
            }
        };
        self.emit_to(jump, label);
        Ok(())
    }

    /// A constant of the kinds int, count and bool.
    pub(super) fn small_constant(&self, id: ExprId) -> Option<i64> {
        match &self.expr(id).ok()?.kind {
            ExprKind::Const(Value::Count(value)) => i64::try_from(*value).ok(),
            ExprKind::Const(Value::Int(value)) => Some(*value),
            ExprKind::Const(Value::Bool(value)) => Some(i64::from(*value)),
            _ => None,
        }
    }
}

pub(super) fn is_comparison(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
    )
}

fn negated(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Equal => BinaryOp::NotEqual,
        BinaryOp::NotEqual => BinaryOp::Equal,
        BinaryOp::Less => BinaryOp::GreaterEqual,
        BinaryOp::GreaterEqual => BinaryOp::Less,
        BinaryOp::Greater => BinaryOp::LessEqual,
        BinaryOp::LessEqual => BinaryOp::Greater,
        other => other,
    }
}

fn jump_const(kind: Kind, op: BinaryOp, a: N, constant: i64) -> Option<Instruction> {
    let by = NOWHERE;
    let small = |value: i64| i16::try_from(value).ok().map(Small);
    let unsigned = |value: i64| u16::try_from(value).ok().map(Unsigned);
    Some(match (op, kind) {
        (BinaryOp::Equal, _) => Instruction::JumpEqualConst { a, value: small(constant)?, by },
        (BinaryOp::NotEqual, _) => Instruction::JumpNotEqualConst { a, value: small(constant)?, by },
        (BinaryOp::Less, Kind::Int) => Instruction::JumpLessIntConst { a, value: small(constant)?, by },
        (BinaryOp::Less, _) => Instruction::JumpLessCountConst { a, value: unsigned(constant)?, by },
        (BinaryOp::GreaterEqual, Kind::Int) => Instruction::JumpNotLessIntConst { a, value: small(constant)?, by },
        (BinaryOp::GreaterEqual, _) => Instruction::JumpNotLessCountConst { a, value: unsigned(constant)?, by },
        (BinaryOp::LessEqual, Kind::Int) => {
            Instruction::JumpLessIntConst { a, value: small(constant.checked_add(1)?)?, by }
        }
        (BinaryOp::LessEqual, _) => {
            Instruction::JumpLessCountConst { a, value: unsigned(constant.checked_add(1)?)?, by }
        }
        (BinaryOp::Greater, Kind::Int) => {
            Instruction::JumpNotLessIntConst { a, value: small(constant.checked_add(1)?)?, by }
        }
        (BinaryOp::Greater, _) => {
            Instruction::JumpNotLessCountConst { a, value: unsigned(constant.checked_add(1)?)?, by }
        }
        _ => return None,
    })
}

fn jump_registers(kind: Kind, op: BinaryOp, a: N, b: N, by: Near) -> Instruction {
    match (op, kind) {
        (BinaryOp::Equal, _) => Instruction::JumpEqual { a, b, by },
        (BinaryOp::Less, Kind::Int) => Instruction::JumpLessInt { a, b, by },
        (BinaryOp::Less, _) => Instruction::JumpLessCount { a, b, by },
        (BinaryOp::LessEqual, Kind::Int) => Instruction::JumpLessEqualInt { a, b, by },
        (BinaryOp::LessEqual, _) => Instruction::JumpLessEqualCount { a, b, by },
        (BinaryOp::Greater, Kind::Int) => Instruction::JumpLessInt { a: b, b: a, by },
        (BinaryOp::Greater, _) => Instruction::JumpLessCount { a: b, b: a, by },
        (BinaryOp::GreaterEqual, Kind::Int) => Instruction::JumpLessEqualInt { a: b, b: a, by },
        (BinaryOp::GreaterEqual, _) => Instruction::JumpLessEqualCount { a: b, b: a, by },
        _ => Instruction::JumpNotEqual { a, b, by },
    }
}
