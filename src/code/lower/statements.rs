//! Statements.

use super::super::operand::{Length, N, V};
use super::super::{Counted, Home, Instruction, Start, is_counted};
use super::{Label, Lower, LowerError, Lowerer, Target};
use crate::hir::{BodyKind, ExprId, ExprKind, LocalId, Stmt, StmtKind};
use crate::source::Span;

impl Lowerer<'_, '_> {
    pub(super) fn body(&mut self, target: Target) -> Lower<()> {
        let body = self.body;
        if self.traces_are_seen() {
            self.emit(Instruction::KeepArguments {});
        }
        match (&body.when, target) {
            (Some(when), Target::Whole) => {
                let end = self.end;
                self.recovering(end, |this| this.branch(when.condition, false, end))?;
                self.emit(Instruction::WhenHolds {});
                self.count(Counted::Body(body.span));
                self.statements(&body.root)
            }
            (Some(when), Target::Timeout) => self.statements(&when.timeout),
            (None, _) => {
                self.count(Counted::Body(body.span));
                self.statements(&body.root)?;
                if body.kind == BodyKind::Hook {
                    self.return_bool(true)?;
                }
                Ok(())
            }
        }
    }

    pub(super) fn return_bool(&mut self, value: bool) -> Lower<()> {
        let mark = self.registers();
        let to = self.number_register()?;
        self.emit(Instruction::LoadSmall { to, value: super::super::Small(i16::from(value)) });
        self.emit(Instruction::ReturnNumber { from: to });
        self.release(mark);
        Ok(())
    }

    pub(super) fn statements(&mut self, statements: &[Stmt]) -> Lower<()> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    /// Lowers a part of a statement: where it has no value, the program goes on at `resume`.
    pub(super) fn recovering<T>(&mut self, resume: Label, work: impl FnOnce(&mut Self) -> Lower<T>) -> Lower<T> {
        let from = self.instructions.len();
        let result = work(self)?;
        if self.instructions.len() > from {
            self.recovery.push((from, self.instructions.len(), resume));
        }
        Ok(result)
    }

    /// A statement that is one expression or a list of them.
    pub(super) fn simple(&mut self, work: impl FnOnce(&mut Self) -> Lower<()>) -> Lower<()> {
        let after = self.label();
        let mark = self.registers();
        self.recovering(after, work)?;
        self.release(mark);
        self.bind(after);
        Ok(())
    }

    fn statement(&mut self, statement: &Stmt) -> Lower<()> {
        self.depth += 1;
        if self.depth > super::MAX_DEPTH {
            return Err(LowerError::TooDeep);
        }
        // Bro counts what is printed once all of it has a value.
        if is_counted(statement) && !matches!(statement.kind, StmtKind::Print(_)) {
            self.count(Counted::Statement(statement.span));
        }
        let result = self.statement_kind(statement);
        self.depth -= 1;
        result
    }

    fn statement_kind(&mut self, statement: &Stmt) -> Lower<()> {
        match &statement.kind {
            StmtKind::Block(statements) => self.statements(statements),
            StmtKind::Expr(expr) => self.simple(|this| this.effect(*expr)),
            StmtKind::Print(exprs) => self.simple(|this| this.print(exprs, statement.span)),
            StmtKind::Event { event, arguments } => self.simple(|this| this.queue_event(*event, arguments)),
            StmtKind::If { condition, then, otherwise } => self.if_else(*condition, then, otherwise),
            StmtKind::While { condition, body } => self.while_loop(*condition, body),
            StmtKind::For(each) => self.for_loop(each),
            StmtKind::Switch(switch) => self.switch(switch),
            StmtKind::Break if self.loops.is_empty() && self.body.kind == BodyKind::Hook => self.return_bool(false),
            // With nothing around it that it could mean, each of these ends the body.
            StmtKind::Next | StmtKind::Break | StmtKind::Fallthrough if self.loops.is_empty() => {
                self.return_statement(None)
            }
            StmtKind::Next => {
                self.next();
                Ok(())
            }
            StmtKind::Break => {
                self.break_out();
                Ok(())
            }
            StmtKind::Fallthrough | StmtKind::Null => Ok(()),
            StmtKind::Return(expr) => self.return_statement(*expr),
            StmtKind::Add(target) => self.simple(|this| this.add_member(*target)),
            StmtKind::Delete(target) => self.simple(|this| this.delete(*target)),
            StmtKind::When(when) => self.simple(|this| this.when(when)),
            StmtKind::Assert { condition, message } => self.assert(*condition, *message),
            StmtKind::Init(locals, attributes) => {
                self.simple(|this| locals.iter().try_for_each(|local| this.init(*local, attributes.as_ref())))
            }
        }
    }

    fn print(&mut self, exprs: &[ExprId], span: Span) -> Lower<()> {
        let first = self.values_in_a_row(exprs)?;
        self.count(Counted::Statement(span));
        let count = u16::try_from(exprs.len()).map_err(|_| LowerError::TooLarge)?;
        self.emit(Instruction::Print { first, count: Length(count) });
        Ok(())
    }

    /// Evaluates expressions into value registers in a row.
    pub(super) fn values_in_a_row(&mut self, exprs: &[ExprId]) -> Lower<V> {
        let first = V(self.values as u16);
        for expr in exprs {
            let to = self.value_register()?;
            self.value_into(*expr, to)?;
        }
        Ok(first)
    }

    fn if_else(&mut self, condition: ExprId, then: &[Stmt], otherwise: &[Stmt]) -> Lower<()> {
        let (no, after) = (self.label(), self.label());
        let mark = self.registers();
        self.recovering(after, |this| this.branch(condition, false, no))?;
        self.release(mark);
        self.statements(then)?;
        if !otherwise.is_empty() {
            self.jump(after);
        }
        self.bind(no);
        self.statements(otherwise)?;
        self.bind(after);
        Ok(())
    }

    fn return_statement(&mut self, expr: Option<ExprId>) -> Lower<()> {
        match expr {
            None if self.body.kind == BodyKind::Hook => self.return_bool(true),
            None => {
                let end = self.end;
                self.jump(end);
                Ok(())
            }
            Some(expr) => {
                let mark = self.registers();
                let end = self.end;
                self.recovering(end, |this| this.return_value(expr))?;
                self.release(mark);
                Ok(())
            }
        }
    }

    fn return_value(&mut self, expr: ExprId) -> Lower<()> {
        if self.body.kind == BodyKind::Hook {
            self.effect(expr)?;
            return self.return_bool(true);
        }
        match (self.result, self.kind_of(expr)?) {
            (Some(_), Some(_)) => {
                let from = self.number(expr)?;
                self.emit(Instruction::ReturnNumber { from });
            }
            (Some(kind), None) => {
                let value = self.value(expr)?;
                let from = self.number_register()?;
                self.at(expr, |this| {
                    this.emit(Instruction::Unbox { kind, to: from, from: value });
                    Ok(())
                })?;
                self.emit(Instruction::ReturnNumber { from });
            }
            (None, _) => {
                let from = self.value(expr)?;
                // Registers end with the frame, so even a variable's value may be moved out, except one that a
                // closure shares, which is a value like any other.
                self.emit(Instruction::ReturnValue { take: super::super::Take(true), from });
            }
        }
        Ok(())
    }

    fn init(
        &mut self,
        local: LocalId,
        attributes: Option<&std::rc::Rc<crate::value::table::TableAttributes>>,
    ) -> Lower<()> {
        let ty = self.body.locals.get(local.0 as usize).ok_or(LowerError::Invalid)?.ty.clone();
        match self.home(local)? {
            // Never read before it is assigned.
            Home::Number(..) => {}
            Home::Value(to) => {
                use crate::types::TypeKind;
                if matches!(ty.kind, TypeKind::Table { .. } | TypeKind::Vector(_) | TypeKind::Record(_)) {
                    let entry = super::super::Entry(self.tables.starts.len() as u32);
                    self.tables.starts.push(Start { ty, attributes: attributes.cloned() });
                    self.emit(Instruction::NewEmpty { to, entry });
                } else {
                    self.emit(Instruction::ClearValues { first: to, count: Length(1) });
                }
                self.stored_capture(local, to);
            }
        }
        Ok(())
    }

    /// A captured variable was assigned: the closure keeps it.
    pub(super) fn stored_capture(&mut self, local: LocalId, home: V) {
        if let Some(capture) = local.0.checked_sub(self.body.parameters)
            && capture < self.body.captures
            && self.body.when.is_none()
        {
            self.emit(Instruction::StoreCapture { from: home, capture: Length(capture as u16) });
        }
    }

    /// Evaluates an expression whose value nobody wants.
    pub(super) fn effect(&mut self, id: ExprId) -> Lower<()> {
        let expr = self.expr(id)?;
        self.at(id, |this| match &expr.kind {
            ExprKind::Assign(target, value) => this.assign(*target, *value),
            ExprKind::AddTo(target, value) => this.add_to(*target, *value),
            ExprKind::RemoveFrom(target, value) => this.remove_from(*target, *value),
            ExprKind::Increment { target, down } => this.increment(*target, *down),
            ExprKind::Call { callee, arguments } => this.call(*callee, arguments, true).map(|_| ()),
            ExprKind::Schedule { delay, event, arguments } => this.schedule(*delay, *event, arguments),
            // Bro evaluates the others too: what is missing in them is an error.
            _ if this.kind_of(id)?.is_some() => this.number(id).map(|_: N| ()),
            _ => this.value(id).map(|_| ()),
        })
    }
}
