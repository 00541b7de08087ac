//! Every expression of a piece of syntax, without recursion: check reads what strangers wrote.

use crate::source::Symbol;
use crate::syntax::ast::{Block, CaseLabel, EventCall, Expr, ExprKind, Stmt, StmtKind};
use crate::syntax::visit::operands;

/// What a walk comes by.
#[derive(Clone, Copy)]
pub(super) enum Visit<'a> {
    Expr(&'a Expr),
    /// `event f(x)` and `schedule t { f(x) }`.
    Raise(&'a EventCall),
    /// A `local` with what it starts as, and every other way of giving a name a value.
    Local(Symbol, Option<&'a Expr>),
}

enum Pending<'a> {
    Expr(&'a Expr, bool),
    Stmt(&'a Stmt, bool),
}

/// Calls `visit` for everything below, outer before inner. The flag tells what runs later than the rest: the bodies
/// of `when`, lambdas and scheduled events.
pub(super) fn block<'a>(block: &'a Block, visit: &mut dyn FnMut(Visit<'a>, bool)) {
    run(block.statements.iter().rev().map(|stmt| Pending::Stmt(stmt, false)).collect(), visit);
}

/// As [`block`], for one statement.
pub(super) fn statement<'a>(stmt: &'a Stmt, visit: &mut dyn FnMut(Visit<'a>, bool)) {
    run(vec![Pending::Stmt(stmt, false)], visit);
}

/// As [`block`], for one expression.
pub(super) fn expression<'a>(expr: &'a Expr, visit: &mut dyn FnMut(Visit<'a>, bool)) {
    run(vec![Pending::Expr(expr, false)], visit);
}

fn run<'a>(mut pending: Vec<Pending<'a>>, visit: &mut dyn FnMut(Visit<'a>, bool)) {
    while let Some(next) = pending.pop() {
        let from = pending.len();
        match next {
            Pending::Expr(expr, later) => {
                visit(Visit::Expr(expr), later);
                push_expr(expr, later, &mut pending, visit);
            }
            Pending::Stmt(stmt, later) => push_stmt(stmt, later, &mut pending, visit),
        }
        // What was pushed in order comes off in order.
        if let Some(pushed) = pending.get_mut(from..) {
            pushed.reverse();
        }
    }
}

fn push_expr<'a>(expr: &'a Expr, later: bool, pending: &mut Vec<Pending<'a>>, visit: &mut dyn FnMut(Visit<'a>, bool)) {
    match &expr.kind {
        ExprKind::Assign(_, left, _) => {
            if let ExprKind::Name(name) = left.kind {
                visit(Visit::Local(name, None), later);
            }
        }
        ExprKind::LocalAssign(name, _) => visit(Visit::Local(name.name, None), later),
        ExprKind::Schedule(_, event) => visit(Visit::Raise(event), later),
        ExprKind::Lambda(lambda) => {
            pending.extend(lambda.body.statements.iter().map(|stmt| Pending::Stmt(stmt, true)));
        }
        _ => {}
    }
    operands(expr, &mut |operand| pending.push(Pending::Expr(operand, later)));
}

fn push_stmt<'a>(stmt: &'a Stmt, later: bool, pending: &mut Vec<Pending<'a>>, visit: &mut dyn FnMut(Visit<'a>, bool)) {
    let exprs = |pending: &mut Vec<Pending<'a>>, exprs: &'a [Expr]| {
        pending.extend(exprs.iter().map(|expr| Pending::Expr(expr, later)));
    };
    let one = |pending: &mut Vec<Pending<'a>>, expr: &'a Expr| pending.push(Pending::Expr(expr, later));
    match &stmt.kind {
        StmtKind::Block(block) => pending.extend(block.statements.iter().map(|stmt| Pending::Stmt(stmt, later))),
        StmtKind::Print(values) => exprs(pending, values),
        StmtKind::Event(event) => {
            visit(Visit::Raise(event), later);
            exprs(pending, &event.arguments);
        }
        StmtKind::Expr(expr) | StmtKind::Add(expr) | StmtKind::Delete(expr) => one(pending, expr),
        StmtKind::Local(local) => {
            visit(Visit::Local(local.name.name, local.init.as_ref()), later);
            pending.extend(local.init.iter().map(|init| Pending::Expr(init, later)));
        }
        StmtKind::If { condition, then, otherwise } => {
            one(pending, condition);
            pending.push(Pending::Stmt(then, later));
            pending.extend(otherwise.iter().map(|stmt| Pending::Stmt(stmt, later)));
        }
        StmtKind::Switch { subject, cases } => {
            one(pending, subject);
            for case in cases {
                for label in &case.labels {
                    if let CaseLabel::Value(value) = label {
                        one(pending, value);
                    }
                }
                pending.extend(case.body.iter().map(|stmt| Pending::Stmt(stmt, later)));
            }
        }
        StmtKind::For(statement) => {
            for variable in statement.variables.iter().chain(&statement.value) {
                visit(Visit::Local(variable.name, None), later);
            }
            one(pending, &statement.container);
            pending.push(Pending::Stmt(&statement.body, later));
        }
        StmtKind::While { condition, body } => {
            one(pending, condition);
            pending.push(Pending::Stmt(body, later));
        }
        StmtKind::Return(value) => pending.extend(value.iter().map(|value| Pending::Expr(value, later))),
        StmtKind::When(when) => {
            one(pending, &when.condition);
            pending.push(Pending::Stmt(&when.body, true));
            if let Some((timeout, block)) = &when.timeout {
                one(pending, timeout);
                pending.extend(block.statements.iter().map(|stmt| Pending::Stmt(stmt, true)));
            }
        }
        StmtKind::Assert { condition, message } => {
            one(pending, condition);
            pending.extend(message.iter().map(|message| Pending::Expr(message, later)));
        }
        StmtKind::Next | StmtKind::Break | StmtKind::Fallthrough | StmtKind::Null => {}
    }
}
