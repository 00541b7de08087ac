//! Walking syntax: what is below an expression, and the names that are mentioned and declared.

use super::ast::{Block, CaseLabel, Expr, ExprKind, LocalDecl, Stmt, StmtKind};
use crate::source::{Span, Symbol};

/// Calls `mention` for every name used in an expression, lambdas' bodies included.
pub fn names_in_expr(expr: &Expr, mention: &mut dyn FnMut(Symbol, Span)) {
    let mut ignore = |_: Symbol| {};
    Walk { mention, declare: &mut ignore }.expr(expr);
}

/// Calls `mention` for every name used and `declare` for every local declared in a statement.
pub fn names_in_stmt(stmt: &Stmt, mention: &mut dyn FnMut(Symbol, Span), declare: &mut dyn FnMut(Symbol)) {
    Walk { mention, declare }.stmt(stmt);
}

/// As [`names_in_stmt`], for every statement of a block.
pub fn names_in_block(block: &Block, mention: &mut dyn FnMut(Symbol, Span), declare: &mut dyn FnMut(Symbol)) {
    let mut walk = Walk { mention, declare };
    block.statements.iter().for_each(|stmt| walk.stmt(stmt));
}

/// As [`names_in_stmt`], for an expression that may declare locals (`local x = e` in a condition).
pub fn names_in_condition(expr: &Expr, mention: &mut dyn FnMut(Symbol, Span), declare: &mut dyn FnMut(Symbol)) {
    Walk { mention, declare }.expr(expr);
}

/// Calls `visit` for every expression right below another, in the order they are written. The body of a lambda is
/// none of them.
pub fn operands<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Literal(_) | ExprKind::Type(_) | ExprKind::Lambda(_) => {}
        ExprKind::Unary(_, operand)
        | ExprKind::Field(operand, _)
        | ExprKind::HasField(operand, _)
        | ExprKind::FieldAssign(_, operand)
        | ExprKind::LocalAssign(_, operand)
        | ExprKind::Copy(operand)
        | ExprKind::NotAHookCall(operand)
        | ExprKind::Size(operand)
        | ExprKind::Cast(operand, _)
        | ExprKind::Is(operand, _)
        | ExprKind::Paren(operand) => visit(operand),
        ExprKind::Binary(_, left, right) | ExprKind::Assign(_, left, right) => {
            visit(left);
            visit(right);
        }
        ExprKind::Chain(first, rest) => {
            visit(first);
            rest.iter().for_each(|(_, operand)| visit(operand));
        }
        ExprKind::Conditional(condition, then, otherwise) => {
            visit(condition);
            visit(then);
            visit(otherwise);
        }
        ExprKind::Index(head, operands) | ExprKind::Call(head, operands) | ExprKind::HookCall(head, operands) => {
            visit(head);
            operands.iter().for_each(visit);
        }
        ExprKind::Slice(container, low, high) => {
            visit(container);
            low.iter().chain(high).for_each(|bound| visit(bound));
        }
        ExprKind::Schedule(delay, event) => {
            visit(delay);
            event.arguments.iter().for_each(visit);
        }
        ExprKind::List(elements)
        | ExprKind::Braces(elements)
        | ExprKind::Record(elements)
        | ExprKind::Table(elements, _)
        | ExprKind::Set(elements, _)
        | ExprKind::Vector(elements) => elements.iter().for_each(visit),
    }
}

struct Walk<'a> {
    mention: &'a mut dyn FnMut(Symbol, Span),
    declare: &'a mut dyn FnMut(Symbol),
}

impl Walk<'_> {
    fn exprs(&mut self, exprs: &[Expr]) {
        exprs.iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => (self.mention)(*name, expr.span),
            ExprKind::Schedule(_, event) => (self.mention)(event.name.name, event.name.span),
            ExprKind::Lambda(lambda) => {
                // Its own parameters and locals hide outer names only inside it.
                let mut mentioned = Vec::new();
                let mut declared: Vec<Symbol> =
                    lambda.signature.parameters.iter().map(|parameter| parameter.name.name).collect();
                names_in_block(&lambda.body, &mut |name, span| mentioned.push((name, span)), &mut |name| {
                    declared.push(name);
                });
                for (name, span) in mentioned {
                    if !declared.contains(&name) {
                        (self.mention)(name, span);
                    }
                }
            }
            _ => {}
        }
        operands(expr, &mut |operand| self.expr(operand));
        if let ExprKind::LocalAssign(name, _) = &expr.kind {
            (self.declare)(name.name);
        }
    }

    fn local(&mut self, local: &LocalDecl) {
        local.init.iter().for_each(|init| self.expr(init));
        local.attributes.iter().filter_map(|attribute| attribute.value.as_ref()).for_each(|value| self.expr(value));
        (self.declare)(local.name.name);
    }

    fn stmts(&mut self, stmts: &[Stmt]) {
        stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Block(block) => self.stmts(&block.statements),
            StmtKind::Print(exprs) => self.exprs(exprs),
            StmtKind::Event(event) => {
                (self.mention)(event.name.name, event.name.span);
                self.exprs(&event.arguments);
            }
            StmtKind::Expr(expr) | StmtKind::Add(expr) | StmtKind::Delete(expr) => self.expr(expr),
            StmtKind::Local(local) => self.local(local),
            StmtKind::If { condition, then, otherwise } => {
                self.expr(condition);
                self.stmt(then);
                otherwise.iter().for_each(|stmt| self.stmt(stmt));
            }
            StmtKind::Switch { subject, cases } => {
                self.expr(subject);
                for case in cases {
                    for label in &case.labels {
                        match label {
                            CaseLabel::Value(value) => self.expr(value),
                            CaseLabel::Type { binding, .. } => {
                                binding.iter().for_each(|binding| (self.declare)(binding.name));
                            }
                            CaseLabel::Default(_) => {}
                        }
                    }
                    self.stmts(&case.body);
                }
            }
            StmtKind::For(statement) => {
                self.expr(&statement.container);
                for variable in statement.variables.iter().chain(&statement.value) {
                    // A loop variable may be a local that exists already.
                    (self.mention)(variable.name, variable.span);
                }
                self.stmt(&statement.body);
            }
            StmtKind::While { condition, body } => {
                self.expr(condition);
                self.stmt(body);
            }
            StmtKind::Return(value) => value.iter().for_each(|value| self.expr(value)),
            StmtKind::When(when) => {
                self.expr(&when.condition);
                self.stmt(&when.body);
                if let Some((timeout, block)) = &when.timeout {
                    self.expr(timeout);
                    self.stmts(&block.statements);
                }
            }
            StmtKind::Assert { condition, message } => {
                self.expr(condition);
                message.iter().for_each(|message| self.expr(message));
            }
            StmtKind::Next | StmtKind::Break | StmtKind::Fallthrough | StmtKind::Null => {}
        }
    }
}
