//! Loops.
//!
//! The condition stands before the body and again behind it, so that one round takes one jump.

use super::super::operand::{Kind, Length, Near, Small};
use super::super::{Home, Instruction, Target};
use super::{Label, Lower, LowerError, Lowerer};
use crate::hir::{ExprId, ExprKind, For, LocalId, Stmt, StmtKind};
use crate::types::TypeTag;

/// Where `break` and `next` go on.
#[derive(Clone, Copy)]
pub(super) struct Exits {
    on_break: Label,
    /// A switch has none of its own: `next` belongs to the loop around it.
    on_next: Option<Label>,
}

/// Whether there is any loop in these statements.
pub(super) fn has_loop(statements: &[Stmt]) -> bool {
    let mut open: Vec<&[Stmt]> = vec![statements];
    while let Some(statements) = open.pop() {
        for statement in statements {
            match &statement.kind {
                StmtKind::While { .. } | StmtKind::For(_) => return true,
                StmtKind::Block(inner) => open.push(inner),
                StmtKind::If { then, otherwise, .. } => open.extend([&**then, &**otherwise]),
                StmtKind::Switch(switch) => open.extend(switch.cases.iter().map(|case| &*case.body)),
                _ => {}
            }
        }
    }
    false
}

impl Lowerer<'_, '_> {
    /// Lowers statements in which `break` goes on at one label and `next` at another.
    pub(super) fn with_exits(&mut self, on_break: Label, on_next: Option<Label>, body: &[Stmt]) -> Lower<()> {
        self.loops.push(Exits { on_break, on_next });
        if on_next.is_some() && self.world.interruptible {
            self.emit(Instruction::Poll {});
        }
        let result = self.statements(body);
        self.loops.pop();
        result
    }

    pub(super) fn while_loop(&mut self, condition: ExprId, body: &[Stmt]) -> Lower<()> {
        let (again, after) = (self.label(), self.label());
        self.loop_depth += 1;
        // Entering is a test of its own, so that one round ends with the only jump there is.
        let mark = self.registers();
        self.recovering(after, |this| this.branch(condition, false, after))?;
        self.release(mark);
        let start = self.new_label_here();
        self.with_exits(after, Some(again), body)?;
        self.bind(again);
        let mark = self.registers();
        self.recovering(after, |this| this.branch(condition, true, start))?;
        self.release(mark);
        self.loop_depth -= 1;
        self.bind(after);
        Ok(())
    }

    pub(super) fn for_loop(&mut self, each: &For) -> Lower<()> {
        let mark = self.registers();
        let after = self.label();
        let tag = self.expr(each.container)?.ty.tag();
        self.loop_depth += 1;
        self.at(each.container, |this| match tag {
            TypeTag::Table | TypeTag::Set => this.for_entries(each, after),
            TypeTag::Vector => this.for_elements(each, after),
            TypeTag::String => this.for_bytes(each, after),
            _ => Err(LowerError::Invalid),
        })?;
        self.loop_depth -= 1;
        self.bind(after);
        self.release(mark);
        Ok(())
    }

    fn for_entries(&mut self, each: &For, after: Label) -> Lower<()> {
        let iterator = self.value_register()?;
        self.recovering(after, |this| {
            let table = this.value(each.container)?;
            this.emit(Instruction::NewIterator { to: iterator, table });
            Ok(())
        })?;
        let again = self.new_label_here();
        let done = self.label();
        self.emit_to(Instruction::NextEntry { iterator, target: Target(0) }, done);
        for (column, local) in each.keys.iter().enumerate() {
            let Some(local) = local else { continue };
            let column = Length(column as u16);
            match self.home(*local)? {
                Home::Value(to) => {
                    self.emit(Instruction::EntryColumn { to, iterator, column });
                    self.stored_capture(*local, to);
                }
                Home::Number(kind, to) => {
                    let mark = self.registers();
                    let from = self.value_register()?;
                    self.emit(Instruction::EntryColumn { to: from, iterator, column });
                    self.emit(Instruction::Unbox { kind, to, from });
                    self.release(mark);
                }
            }
        }
        if let Some(local) = each.value {
            match self.home(local)? {
                Home::Value(to) => {
                    self.emit(Instruction::EntryValue { to, iterator });
                    self.stored_capture(local, to);
                }
                Home::Number(kind, to) => {
                    let mark = self.registers();
                    let from = self.value_register()?;
                    self.emit(Instruction::EntryValue { to: from, iterator });
                    self.emit(Instruction::Unbox { kind, to, from });
                    self.release(mark);
                }
            }
        }
        self.with_exits(done, Some(again), &each.body)?;
        self.jump(again);
        self.bind(done);
        // Lets the table close up what was removed meanwhile.
        self.emit(Instruction::ClearValues { first: iterator, count: Length(1) });
        Ok(())
    }

    fn for_elements(&mut self, each: &For, after: Label) -> Lower<()> {
        let vector = self.value_register()?;
        self.recovering(after, |this| this.value_into(each.container, vector))?;
        let key = each.keys.first().copied().flatten();
        // A variable that the body leaves alone counts by itself.
        let own = match key {
            Some(local) if !self.writes(&each.body, local) => match self.home(local)? {
                Home::Number(_, register) => Some(register),
                Home::Value(_) => None,
            },
            _ => None,
        };
        let index = match own {
            Some(register) => register,
            None => self.number_register()?,
        };
        self.emit(Instruction::LoadSmall { to: index, value: Small(-1) });
        let again = self.new_label_here();
        let done = self.label();
        self.emit_to(Instruction::NextElement { vector, index, by: Near(0) }, done);
        if let Some(local) = key.filter(|_| own.is_none()) {
            match self.home(local)? {
                Home::Number(_, to) => self.emit(Instruction::MoveNumber { to, from: index }),
                Home::Value(to) => {
                    let ty = &self.body.locals.get(local.0 as usize).ok_or(LowerError::Invalid)?.ty;
                    let kind = Kind::of(ty).ok_or(LowerError::Invalid)?;
                    self.emit(Instruction::Box { kind, to, from: index });
                    self.stored_capture(local, to);
                }
            }
        }
        if let Some(local) = each.value {
            match self.home(local)? {
                Home::Number(kind, to) => self.emit(Instruction::GetElementNumber { kind, to, vector, index }),
                Home::Value(to) => {
                    self.emit(Instruction::GetElement { to, vector, index });
                    self.stored_capture(local, to);
                }
            }
        }
        self.with_exits(done, Some(again), &each.body)?;
        self.jump(again);
        self.bind(done);
        self.emit(Instruction::ClearValues { first: vector, count: Length(1) });
        Ok(())
    }

    fn for_bytes(&mut self, each: &For, after: Label) -> Lower<()> {
        let string = self.value_register()?;
        self.recovering(after, |this| this.value_into(each.container, string))?;
        let index = self.number_register()?;
        self.emit(Instruction::LoadSmall { to: index, value: Small(-1) });
        let again = self.new_label_here();
        let done = self.label();
        self.emit_to(Instruction::NextByte { string, index, by: Near(0) }, done);
        if let Some(local) = each.keys.first().copied().flatten() {
            let Home::Value(to) = self.home(local)? else { return Err(LowerError::Invalid) };
            self.emit(Instruction::GetByte { to, string, index });
            self.stored_capture(local, to);
        }
        self.with_exits(done, Some(again), &each.body)?;
        self.jump(again);
        self.bind(done);
        self.emit(Instruction::ClearValues { first: string, count: Length(1) });
        Ok(())
    }

    /// In a switch outside of any loop this is nothing.
    pub(super) fn next(&mut self) {
        if let Some(label) = self.loops.iter().rev().find_map(|exits| exits.on_next) {
            self.jump(label);
        }
    }

    pub(super) fn break_out(&mut self) {
        if let Some(exits) = self.loops.last().copied() {
            self.jump(exits.on_break);
        }
    }

    /// Whether statements may assign to a variable. Any assignment in a place that is hard to look into counts.
    fn writes(&self, statements: &[Stmt], local: LocalId) -> bool {
        let mut open: Vec<&[Stmt]> = vec![statements];
        while let Some(statements) = open.pop() {
            for statement in statements {
                let written = match &statement.kind {
                    StmtKind::Block(inner) => {
                        open.push(inner);
                        false
                    }
                    StmtKind::Expr(expr) => self.writes_in(*expr, local),
                    StmtKind::Print(exprs) | StmtKind::Event { arguments: exprs, .. } => {
                        exprs.iter().any(|expr| self.writes_in(*expr, local))
                    }
                    StmtKind::If { condition, then, otherwise } => {
                        open.extend([&**then, &**otherwise]);
                        self.writes_in(*condition, local)
                    }
                    StmtKind::While { condition, body } => {
                        open.push(body);
                        self.writes_in(*condition, local)
                    }
                    StmtKind::For(each) => {
                        open.push(&each.body);
                        each.keys.iter().flatten().chain(&each.value).any(|key| *key == local)
                            || self.writes_in(each.container, local)
                    }
                    StmtKind::Switch(switch) => {
                        open.extend(switch.cases.iter().map(|case| &*case.body));
                        let binds =
                            |case: &crate::hir::SwitchCase| case.types.iter().any(|(_, bound)| *bound == Some(local));
                        switch.cases.iter().any(binds) || self.writes_in(switch.subject, local)
                    }
                    StmtKind::Null
                    | StmtKind::Next
                    | StmtKind::Break
                    | StmtKind::Fallthrough
                    | StmtKind::Return(None) => false,
                    StmtKind::Return(Some(expr)) | StmtKind::Add(expr) | StmtKind::Delete(expr) => {
                        self.writes_in(*expr, local)
                    }
                    StmtKind::When(when) => when.timeout.is_some_and(|timeout| self.writes_in(timeout, local)),
                    StmtKind::Assert { condition, message } => {
                        self.writes_in(*condition, local)
                            || message.is_some_and(|message| self.writes_in(message, local))
                    }
                    StmtKind::Init(locals, _) => locals.contains(&local),
                };
                if written {
                    return true;
                }
            }
        }
        false
    }

    /// Whether an expression assigns to a variable itself, or somewhere inside to any.
    fn writes_in(&self, id: ExprId, local: LocalId) -> bool {
        let Ok(expr) = self.expr(id) else { return true };
        match &expr.kind {
            ExprKind::Assign(target, value) | ExprKind::AddTo(target, value) | ExprKind::RemoveFrom(target, value) => {
                let target = self.expr(*target).map(|target| &target.kind);
                let own = match target {
                    Ok(ExprKind::Local(other)) => *other == local,
                    Ok(ExprKind::Global(_) | ExprKind::Field(..) | ExprKind::Index { .. }) => false,
                    _ => true,
                };
                own || self.assigns(*value)
            }
            ExprKind::Increment { target, .. } => match self.expr(*target).map(|target| &target.kind) {
                Ok(ExprKind::Local(other)) => *other == local,
                Ok(ExprKind::Global(_) | ExprKind::Field(..) | ExprKind::Index { .. }) => false,
                _ => true,
            },
            _ => self.assigns(id),
        }
    }
}
