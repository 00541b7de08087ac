//! Statements.

use super::Printer;
use crate::syntax::ast::{Block, Capture, Case, CaseLabel, EventCall, ForStmt, LocalDecl, Stmt, StmtKind, WhenStmt};

impl Printer {
    /// A body's braces on lines of their own, one step in, with the statements at the same step.
    pub(super) fn body(&mut self, block: &Block) {
        self.indented(|printer| printer.block(block));
    }

    fn block(&mut self, block: &Block) {
        self.put("{");
        for statement in &block.statements {
            self.line();
            self.statement(statement);
        }
        self.line();
        self.put("}");
    }

    /// What a head such as `if ( x )` governs.
    fn governed(&mut self, statement: &Stmt) {
        self.indented(|printer| printer.statement(statement));
    }

    pub(super) fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Block(block) => self.block(block),
            StmtKind::Print(values) => {
                self.put("print ");
                self.exprs(values);
                self.put(";");
            }
            StmtKind::Event(call) => {
                self.put("event ");
                self.event_call(call);
                self.put(";");
            }
            StmtKind::Expr(expr) => {
                self.expr(expr);
                self.put(";");
            }
            StmtKind::Local(local) => self.local(local),
            StmtKind::If { condition, then, otherwise } => {
                self.put("if ( ");
                self.expr(condition);
                self.put(" )");
                self.branches(then, otherwise.as_deref());
            }
            StmtKind::Switch { subject, cases } => {
                self.put("switch ");
                self.expr(subject);
                self.indented(|printer| printer.cases(cases));
            }
            StmtKind::For(statement) => self.for_loop(statement),
            StmtKind::While { condition, body } => {
                self.put("while ( ");
                self.expr(condition);
                self.put(" )");
                self.governed(body);
            }
            StmtKind::Next => self.put("next;"),
            StmtKind::Break => self.put("break;"),
            StmtKind::Fallthrough => self.put("fallthrough;"),
            StmtKind::Return(None) => self.put("return;"),
            StmtKind::Return(Some(value)) => self.keyword("return ", value),
            StmtKind::When(statement) => self.when(statement),
            StmtKind::Add(element) => self.keyword("add ", element),
            StmtKind::Delete(element) => self.keyword("delete ", element),
            StmtKind::Assert { condition, message } => {
                self.put("assert ");
                self.expr(condition);
                if let Some(message) = message {
                    self.put(", ");
                    self.expr(message);
                }
                self.put(";");
            }
            StmtKind::Null => self.put(";"),
        }
    }

    fn keyword(&mut self, keyword: &str, value: &crate::syntax::ast::Expr) {
        self.put(keyword);
        self.expr(value);
        self.put(";");
    }

    fn local(&mut self, local: &LocalDecl) {
        self.put(if local.constant { "const " } else { "local " });
        self.put(local.name.name.as_str());
        if let Some(ty) = &local.ty {
            self.put(": ");
            self.ty(ty);
        }
        self.init(local.init_class, local.init.as_ref());
        self.attributes(&local.attributes);
        self.put(";");
    }

    fn branches(&mut self, then: &Stmt, otherwise: Option<&Stmt>) {
        let Some(otherwise) = otherwise else { return self.governed(then) };
        if takes(then, Tail::Else) {
            self.wrapped(then);
        } else {
            self.governed(then);
        }
        self.line();
        self.put("else");
        if let StmtKind::If { .. } = otherwise.kind {
            self.put(" ");
            self.statement(otherwise);
        } else {
            self.governed(otherwise);
        }
    }

    /// A statement in braces, which keep what follows from becoming part of it.
    fn wrapped(&mut self, statement: &Stmt) {
        self.indented(|printer| {
            printer.put("{");
            printer.line();
            printer.statement(statement);
            printer.line();
            printer.put("}");
        });
    }

    fn cases(&mut self, cases: &[Case]) {
        self.put("{");
        for case in cases {
            self.line();
            self.labels(&case.labels);
            self.put(":");
            self.indent += 1;
            for statement in &case.body {
                self.line();
                self.statement(statement);
            }
            self.indent -= 1;
        }
        self.line();
        self.put("}");
    }

    fn labels(&mut self, labels: &[CaseLabel]) {
        if let [CaseLabel::Default(_)] = labels {
            return self.put("default");
        }
        self.put("case ");
        self.separated(labels, ", ", |printer, label| match label {
            CaseLabel::Value(value) => printer.expr(value),
            CaseLabel::Type { ty, binding } => {
                printer.put("type ");
                printer.ty(ty);
                if let Some(binding) = binding {
                    printer.put(" as ");
                    printer.put(binding.name.as_str());
                }
            }
            CaseLabel::Default(_) => printer.put("default"),
        });
    }

    fn for_loop(&mut self, statement: &ForStmt) {
        self.put("for ( ");
        let variables = |printer: &mut Self| {
            printer.separated(&statement.variables, ", ", |printer, variable| printer.put(variable.name.as_str()));
        };
        if statement.bracketed {
            self.bracketed(variables);
        } else {
            variables(self);
        }
        if let Some(value) = statement.value {
            self.put(", ");
            self.put(value.name.as_str());
        }
        self.put(" in ");
        self.expr(&statement.container);
        self.put(" )");
        self.governed(&statement.body);
    }

    fn when(&mut self, statement: &WhenStmt) {
        self.put(if statement.is_return { "return when " } else { "when " });
        if let Some(captures) = &statement.captures {
            self.captures(captures);
            self.put(" ");
        }
        self.put("( ");
        self.expr(&statement.condition);
        self.put(" )");
        match &statement.timeout {
            None => self.governed(&statement.body),
            Some((after, block)) => {
                if takes(&statement.body, Tail::Timeout) {
                    self.wrapped(&statement.body);
                } else {
                    self.governed(&statement.body);
                }
                self.line();
                self.put("timeout ");
                self.expr(after);
                self.body(block);
            }
        }
    }

    pub(super) fn captures(&mut self, captures: &[Capture]) {
        self.bracketed(|printer| {
            printer.separated(captures, ", ", |printer, capture| {
                if capture.copy {
                    printer.put("copy ");
                }
                printer.put(capture.name.name.as_str());
            });
        });
    }

    pub(super) fn event_call(&mut self, call: &EventCall) {
        self.put(call.name.name.as_str());
        self.put("(");
        self.exprs(&call.arguments);
        self.put(")");
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    Else,
    Timeout,
}

/// Whether a tail behind this statement would become part of it.
fn takes(statement: &Stmt, tail: Tail) -> bool {
    let mut statement = statement;
    loop {
        statement = match &statement.kind {
            StmtKind::If { otherwise: Some(last), .. } => last,
            StmtKind::If { then, otherwise: None, .. } => {
                if tail == Tail::Else {
                    return true;
                }
                then
            }
            StmtKind::When(when) if when.timeout.is_none() => {
                if tail == Tail::Timeout {
                    return true;
                }
                &when.body
            }
            StmtKind::For(statement) => &statement.body,
            StmtKind::While { body, .. } => body,
            _ => return false,
        };
    }
}
