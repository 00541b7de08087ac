//! Statements.

mod loops;
mod switch;
mod when;

use super::Checker;
use super::errors::Object;
use super::names::{Resolved, full_name};
use crate::diag::{Code, Diagnostic};
use crate::hir::{BodyKind, ExprId, ExprKind, LocalId, Stmt, StmtKind};
use crate::source::Span;
use crate::syntax::ast::{self, InitClass};
use crate::types::{Type, TypeRef, TypeTag};

impl Checker<'_> {
    pub(crate) fn check_block(&mut self, block: &ast::Block) -> Vec<Stmt> {
        self.check_statements(&block.statements)
    }

    pub(crate) fn check_statements(&mut self, statements: &[ast::Stmt]) -> Vec<Stmt> {
        let mut checked = Vec::with_capacity(statements.len());
        for statement in statements {
            self.check_statement(statement, &mut checked);
        }
        checked
    }

    /// A statement as a body of its own: the branch of an `if`, the body of a loop.
    pub(crate) fn check_branch(&mut self, statement: &ast::Stmt) -> Vec<Stmt> {
        let mut checked = Vec::new();
        self.check_statement(statement, &mut checked);
        checked
    }

    pub(crate) fn check_statement(&mut self, statement: &ast::Stmt, out: &mut Vec<Stmt>) {
        let span = statement.span;
        let kind = match &statement.kind {
            ast::StmtKind::Block(block) => StmtKind::Block(self.check_block(block)),
            ast::StmtKind::Print(exprs) => {
                let ids = exprs.iter().map(|expr| self.check_value(expr)).collect();
                StmtKind::Print(ids)
            }
            ast::StmtKind::Event(call) => match self.check_event(call) {
                Some((event, arguments)) => StmtKind::Event { event, arguments },
                None => return,
            },
            ast::StmtKind::Expr(expr) => {
                let id = self.check(expr);
                // A call that is refused has no effect any more either.
                let refused = matches!(expr.kind, ast::ExprKind::Call(..) | ast::ExprKind::NotAHookCall(_))
                    && matches!(self.kind(id), Some(ExprKind::Invalid(text)) if text.contains(['(', ' ']));
                if refused || (!self.is_error(id) && self.is_pure(id)) {
                    self.warn(Code::ValueIgnored, &Object::Expr(id), "expression value ignored");
                }
                StmtKind::Expr(id)
            }
            ast::StmtKind::Local(local) => {
                self.check_local(local, span, out);
                return;
            }
            ast::StmtKind::If { .. } => {
                let statement = self.check_if_chain(statement);
                out.push(statement);
                return;
            }
            ast::StmtKind::Switch { subject, cases } => {
                let Some(switch) = self.check_switch(subject, cases) else { return };
                StmtKind::Switch(Box::new(switch))
            }
            ast::StmtKind::For(statement) => match self.check_for(statement) {
                Some(statement) => StmtKind::For(Box::new(statement)),
                None => return,
            },
            ast::StmtKind::While { condition, body } => {
                let condition = self.check_value(condition);
                self.require_bool(condition, "while conditional must be boolean");
                let body = self.check_branch(body);
                StmtKind::While { condition, body }
            }
            ast::StmtKind::Next => StmtKind::Next,
            ast::StmtKind::Break => StmtKind::Break,
            ast::StmtKind::Fallthrough => StmtKind::Fallthrough,
            ast::StmtKind::Return(value) => self.check_return(value.as_ref(), span),
            ast::StmtKind::When(when) => match self.check_when(when, span) {
                Some(when) => StmtKind::When(Box::new(when)),
                None => return,
            },
            ast::StmtKind::Add(expr) => {
                let id = self.check(expr);
                let is_set = matches!(self.kind(id), Some(ExprKind::Index { container, .. })
                    if matches!(self.tag(*container), TypeTag::Set | TypeTag::Error));
                if !self.is_error(id) && !is_set {
                    self.statement_error(id, "add", "illegal add statement");
                }
                StmtKind::Add(id)
            }
            ast::StmtKind::Delete(expr) => {
                let id = self.check(expr);
                if !self.is_error(id) && !self.can_delete(id) {
                    self.statement_error(id, "delete", "illegal delete statement");
                }
                StmtKind::Delete(id)
            }
            ast::StmtKind::Assert { condition, message } => {
                let condition = self.check_value(condition);
                self.require_bool(condition, "conditional must be boolean");
                let message = message.as_ref().map(|message| self.check_value(message));
                if let Some(message) = message
                    && !matches!(self.tag(message), TypeTag::String | TypeTag::Error)
                {
                    self.error(Code::TypeMismatch, &Object::Expr(message), "message must be string");
                }
                StmtKind::Assert { condition, message }
            }
            ast::StmtKind::Null => StmtKind::Null,
        };
        out.push(Stmt { kind, span });
    }

    /// An error about `add x` or `delete x`.
    fn statement_error(&mut self, id: ExprId, keyword: &str, message: &str) {
        let text = format!("{keyword} {}", self.describe(id));
        let span = self.span(id);
        self.report(Diagnostic::error(Code::BadStatement, span, message).subject(text));
    }

    /// Long `else if` chains are walked, not recursed into.
    fn check_if_chain(&mut self, statement: &ast::Stmt) -> Stmt {
        let mut links = Vec::new();
        let mut rest = Some(statement);
        let mut last = Vec::new();
        while let Some(statement) = rest.take() {
            if let ast::StmtKind::If { condition, then, otherwise } = &statement.kind {
                let condition = self.check_value(condition);
                self.require_bool(condition, "conditional in test must be boolean");
                let then = self.check_branch(then);
                links.push((condition, then, statement.span));
                rest = otherwise.as_deref();
            } else {
                last = self.check_branch(statement);
            }
        }
        while let Some((condition, then, span)) = links.pop() {
            last = vec![Stmt { kind: StmtKind::If { condition, then, otherwise: last }, span }];
        }
        last.pop().unwrap_or(Stmt { kind: StmtKind::Block(Vec::new()), span: statement.span })
    }

    fn can_delete(&self, id: ExprId) -> bool {
        match self.kind(id) {
            Some(ExprKind::Index { container, .. }) => {
                matches!(self.tag(*container), TypeTag::Table | TypeTag::Set)
            }
            Some(ExprKind::Field(record, offset)) => {
                let ty = self.ty(*record);
                let field = ty.as_record().and_then(|record| record.field(*offset));
                field.is_some_and(|field| field.optional || field.default.is_some())
            }
            Some(ExprKind::Local(_) | ExprKind::Global(_)) => {
                matches!(self.tag(id), TypeTag::Table | TypeTag::Set | TypeTag::Vector)
            }
            _ => false,
        }
    }

    /// No call, assignment or the like anywhere inside.
    fn is_pure(&self, id: ExprId) -> bool {
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            match self.kind(id) {
                Some(ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Lambda { .. }) => {}
                Some(
                    ExprKind::Unary(_, operand)
                    | ExprKind::Field(operand, _)
                    | ExprKind::HasField(operand, _)
                    | ExprKind::Size(operand)
                    | ExprKind::Convert(_, operand)
                    | ExprKind::Cast(operand)
                    | ExprKind::Is(operand, _),
                ) => pending.push(*operand),
                Some(ExprKind::Binary(_, left, right)) => pending.extend([*left, *right]),
                Some(ExprKind::Conditional(condition, then, otherwise)) => {
                    pending.extend([*condition, *then, *otherwise]);
                }
                Some(ExprKind::In { indices, container } | ExprKind::Index { container, indices }) => {
                    pending.push(*container);
                    pending.extend(indices);
                }
                _ => return false,
            }
        }
        true
    }

    /// Declares a local, or reports that the name is taken.
    pub(crate) fn declare_local(&mut self, name: &ast::Ident, ty: TypeRef) -> LocalId {
        match self.lookup_declared(name) {
            Some(Resolved::Local(local)) => {
                let shown = full_name(self.module, name.name);
                self.name_error(Code::AlreadyDefined, shown, name.span, "already defined");
                return local;
            }
            Some(Resolved::Global(id)) => {
                let span = self.program.global(id).span;
                let diagnostic = Diagnostic::error(Code::AlreadyDefined, name.span, "already a global identifier")
                    .subject(name.name.as_str());
                self.report(if span.is_none() { diagnostic } else { diagnostic.related(span, "declared here") });
            }
            None => {}
        }
        let module = self.module;
        self.context().add_local(module, name.name, ty, name.span)
    }

    /// What already has this name, natives aside: a local may be called like one.
    fn lookup_declared(&mut self, name: &ast::Ident) -> Option<Resolved> {
        if let Some(local) = self.contexts.last().and_then(|context| context.by_name.get(&name.name)) {
            return Some(Resolved::Local(*local));
        }
        if self.options.resolved_late {
            return None;
        }
        let id = self.find_script_global(name.name)?;
        Some(Resolved::Global(id))
    }

    fn check_local(&mut self, local: &ast::LocalDecl, span: Span, out: &mut Vec<Stmt>) {
        if self.context().top_level {
            self.check_top_level_local(local, span, out);
            return;
        }
        let declared = local.ty.as_ref().map(|ty| self.check_type(ty));
        let Some(init) = &local.init else {
            let Some(ty) = declared else {
                let shown = full_name(self.module, local.name.name);
                self.name_error(Code::BadDeclaration, shown, local.name.span, "no type given");
                return;
            };
            let attributes = self.container_attributes(&local.attributes, &ty);
            let id = self.declare_local(&local.name, ty);
            if local.constant {
                let shown = full_name(self.module, local.name.name);
                let message = "const variable must be initialized";
                self.name_error(Code::BadDeclaration, shown, local.name.span, message);
            }
            match attributes {
                Some(attributes) => out.push(Stmt { kind: StmtKind::Init(vec![id], Some(attributes)), span }),
                None => {
                    self.context().inits.push(id);
                    out.push(Stmt { kind: StmtKind::Null, span });
                }
            }
            return;
        };
        if local.init_class != InitClass::Full {
            let message = "can't use += / -= for initializations of local variables";
            let shown = full_name(self.module, local.name.name);
            self.name_error(Code::BadInitializer, shown, local.name.span, message);
            return;
        }
        let value = match &declared {
            Some(ty) => self.check_initializer(init, ty, Some(&local.attributes)),
            None => self.check_value(init),
        };
        let ty = declared.unwrap_or_else(|| self.ty(value));
        if ty.is(TypeTag::Void) {
            self.error(Code::TypeMismatch, &Object::Expr(value), "value of type void illegal");
        }
        let id = self.declare_local(&local.name, ty.clone());
        let target = self.add(ExprKind::Local(id), ty, local.name.span);
        let assign = self.assign(target, value, init.span);
        if local.constant {
            self.context().constants.push(id);
        }
        out.push(Stmt { kind: StmtKind::Expr(assign), span });
    }

    fn check_return(&mut self, value: Option<&ast::Expr>, span: Span) -> StmtKind {
        let (result, kind, infer) = {
            let context = self.context();
            (context.result.clone(), context.kind, context.infer_result)
        };
        if self.context().top_level {
            self.error_at(Code::BadStatement, span, "return statement outside of function/event");
            return StmtKind::Return(None);
        }
        if infer && let Some(value) = value {
            let id = self.check_value(value);
            let ty = self.ty(id);
            let context = self.context();
            context.result = ty;
            context.infer_result = false;
            return StmtKind::Return(Some(id));
        }
        match (value, result.is(TypeTag::Void)) {
            (None, true) => StmtKind::Return(None),
            (Some(value), true) => {
                let id = self.check(value);
                if !self.is_error(id) {
                    self.error_at(Code::BadStatement, span, "return statement cannot have an expression");
                }
                StmtKind::Return(None)
            }
            (None, false) => {
                if kind != BodyKind::Hook {
                    self.error_at(Code::BadStatement, span, "return statement needs expression");
                }
                StmtKind::Return(None)
            }
            (Some(value), false) => {
                let id = self.check_initializer(value, &result, None);
                let promoted = if self.is_error(id) { None } else { self.fit_result(id, &result) };
                StmtKind::Return(promoted)
            }
        }
    }

    fn fit_result(&mut self, id: ExprId, result: &TypeRef) -> Option<ExprId> {
        self.promote(id, result)
    }

    /// A `local` outside any function: a variable that lasts, known to the statements behind it.
    fn check_top_level_local(&mut self, local: &ast::LocalDecl, span: Span, out: &mut Vec<Stmt>) {
        let declared = local.ty.as_ref().map(|ty| self.check_type(ty));
        let value = match (&local.init, &declared) {
            (Some(init), Some(ty)) => Some(self.check_initializer(init, ty, Some(&local.attributes))),
            (Some(init), None) => Some(self.check_value(init)),
            (None, _) => None,
        };
        let ty = declared.or_else(|| value.map(|value| self.ty(value)));
        let Some(ty) = ty else {
            self.name_error(Code::BadDeclaration, local.name.name, local.name.span, "no type given");
            return;
        };
        let Some(id) = self.declare_top_level(&local.name, &ty) else { return };
        if let Some(value) = value {
            let target = self.add(ExprKind::Global(id), ty, local.name.span);
            let assign = self.assign(target, value, span);
            out.push(Stmt { kind: StmtKind::Expr(assign), span });
        }
    }

    /// A body for a statement outside any function.
    pub(crate) fn check_top_level(&mut self, statement: &ast::Stmt) {
        let errors = self.diagnostics.len();
        self.begin(self.module, BodyKind::Function, Type::void());
        self.context().top_level = true;
        let root = self.check_branch(statement);
        let body = self.finish(root, statement.span);
        let failed =
            self.diagnostics[errors..].iter().any(|diagnostic| diagnostic.severity >= crate::diag::Severity::Error);
        if !failed {
            let body = self.program.add_body(crate::program::BodyEntry::Typed(body));
            self.actions.push(super::Action::Statement(body));
        }
    }
}
