//! Assertions, and the notes they take of the values of their parts.
//!
//! Notes are only taken where somebody wants to explain failures. Then the parts of the condition are evaluated one by
//! one, in the order in which they would be anyway, and count as evaluated when the whole is.

use super::super::operand::{Kind, Length, V};
use super::super::{Home, Instruction, Target};
use super::{Label, Lower, Lowerer};
use crate::hir::{BinaryOp, ExprId, ExprKind, GlobalId};
use crate::value::{FuncObject, Value};

/// The hook that is told of every assertion.
const RESULT_HOOK: &str = "assertion_result";

/// The hook that is told of those that fail.
const FAILURE_HOOK: &str = "assertion_failure";

/// Parts of parts are noted this deep.
const NOTED_DEPTH: usize = 24;

impl Lowerer<'_, '_> {
    pub(super) fn assert(&mut self, condition: ExprId, message: Option<ExprId>) -> Lower<()> {
        let held = self.label();
        let is_heard = self.results_are_heard();
        self.simple(|this| {
            if this.world.notes_assertions {
                this.at(condition, |this| {
                    this.emit(Instruction::BeginNotes {});
                    Ok(())
                })?;
                let parts = this.partial.len();
                this.noted(condition, NOTED_DEPTH)?;
                this.branch_noted(condition, held)?;
                this.partial.truncate(parts);
            } else {
                this.branch(condition, true, held)?;
            }
            this.tell(condition, message, |message| Instruction::AssertFailed { message })?;
            if is_heard {
                // Nothing comes here but by the jump: what failed does not go on.
                this.bind(held);
                this.tell(condition, message, |message| Instruction::AssertHeld { message })?;
            }
            Ok(())
        })?;
        if !is_heard {
            self.bind(held);
        }
        Ok(())
    }

    /// Evaluates the message and says what became of the assertion.
    fn tell(
        &mut self,
        condition: ExprId,
        message: Option<ExprId>,
        instruction: impl FnOnce(V) -> Instruction,
    ) -> Lower<()> {
        let to = self.value_register()?;
        self.emit(Instruction::ClearValues { first: to, count: Length(1) });
        // A message without value leaves the assertion as it is, without one.
        let told = self.label();
        if let Some(message) = message {
            self.recovering(told, |this| this.value_into(message, to))?;
        }
        self.bind(told);
        self.at(condition, |this| {
            this.emit(instruction(to));
            Ok(())
        })
    }

    /// Whether a hook wants to know of assertions that hold.
    fn results_are_heard(&self) -> bool {
        self.is_heard(RESULT_HOOK)
    }

    /// Whether hooks are told of the calls that led to an assertion.
    pub(super) fn traces_are_seen(&self) -> bool {
        self.is_heard(RESULT_HOOK) || self.is_heard(FAILURE_HOOK)
    }

    fn is_heard(&self, hook: &str) -> bool {
        let hook: Option<GlobalId> = self.world.program.find(hook.into());
        let value = hook.map(|hook| (self.world.value_of)(hook));
        matches!(value, Some(Value::Func(hook)) if FuncObject::has_bodies(&hook))
    }

    /// As [`Lowerer::branch`] for what was evaluated by [`Lowerer::noted`].
    fn branch_noted(&mut self, condition: ExprId, held: Label) -> Lower<()> {
        self.at(condition, |this| {
            let a = this.number(condition)?;
            this.emit_to(Instruction::JumpIf { a, target: Target(0) }, held);
            Ok(())
        })
    }

    /// Evaluates an expression part by part, and notes their values.
    fn noted(&mut self, id: ExprId, depth: usize) -> Lower<()> {
        let expr = self.expr(id)?;
        let kind = self.kind_of(id)?;
        match &expr.kind {
            // Their values stand there.
            ExprKind::Const(_) => return Ok(()),
            // They are in their registers.
            ExprKind::Local(local) => {
                let home = self.home(*local)?;
                return self.note(id, home);
            }
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b)
                if kind == Some(Kind::Bool) && self.kind_of(*a)? == Some(Kind::Bool) && depth > 0 =>
            {
                return self.noted_logic(id, *op == BinaryOp::Or, (*a, *b), depth);
            }
            _ => {}
        }
        if depth > 0 {
            for part in self.parts(id)? {
                self.noted(part, depth - 1)?;
            }
        }
        let home = match kind {
            Some(kind) => {
                let to = self.number_register()?;
                self.number_into(id, to)?;
                Home::Number(kind, to)
            }
            None => {
                let to = self.value_register()?;
                self.value_into_raw(id, to)?;
                Home::Value(to)
            }
        };
        self.partial.push((id, home));
        self.note(id, home)
    }

    /// `a && b` and `a || b`: the right side is evaluated, and noted, only if needed.
    fn noted_logic(&mut self, id: ExprId, decides: bool, (a, b): (ExprId, ExprId), depth: usize) -> Lower<()> {
        let to = self.number_register()?;
        let over = self.label();
        self.noted(a, depth - 1)?;
        self.number_into(a, to)?;
        let target = Target(0);
        let jump =
            if decides { Instruction::JumpIf { a: to, target } } else { Instruction::JumpUnless { a: to, target } };
        self.emit_to(jump, over);
        self.noted(b, depth - 1)?;
        self.number_into(b, to)?;
        self.bind(over);
        let home = Home::Number(Kind::Bool, to);
        self.partial.push((id, home));
        self.note(id, home)
    }

    fn note(&mut self, id: ExprId, home: Home) -> Lower<()> {
        self.at(id, |this| {
            this.emit(match home {
                Home::Number(kind, a) => Instruction::NoteNumber { kind, a },
                Home::Value(a) => Instruction::NoteValue { a },
            });
            Ok(())
        })
    }

    /// What is evaluated before an expression, always and once, in order. None of what assigns, or decides itself which of
    /// its parts it evaluates.
    fn parts(&self, id: ExprId) -> Lower<Vec<ExprId>> {
        let expr = self.expr(id)?;
        Ok(match &expr.kind {
            ExprKind::Unary(..)
            | ExprKind::Field(..)
            | ExprKind::HasField(..)
            | ExprKind::Copy(_)
            | ExprKind::Size(_)
            | ExprKind::Convert(..)
            | ExprKind::Cast(_)
            | ExprKind::Is(..)
            | ExprKind::Binary(..)
            | ExprKind::Index { .. }
            | ExprKind::Slice { .. }
            | ExprKind::Vector(_)
            | ExprKind::List(_) => {
                let mut parts = Vec::new();
                expr.for_each_child(|child| parts.push(child));
                parts
            }
            ExprKind::Conditional(condition, ..) => vec![*condition],
            ExprKind::In { indices, container } => {
                let mut parts = indices.clone();
                parts.push(*container);
                parts
            }
            ExprKind::Call { callee, arguments } => {
                let is_named = matches!(self.expr(*callee)?.kind, ExprKind::Global(_));
                let callee = (!is_named).then_some(*callee);
                callee.into_iter().chain(arguments.iter().copied()).collect()
            }
            _ => Vec::new(),
        })
    }
}
