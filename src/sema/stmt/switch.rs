//! `switch`.

use crate::diag::{Code, Diagnostic};
use crate::hir::describe::Names;
use crate::hir::describe_body;
use crate::hir::{ExprId, ExprKind, GlobalId, LocalId, Stmt, StmtKind, Switch, SwitchCase};
use crate::program::GlobalKind;
use crate::sema::Checker;
use crate::sema::errors::Object;
use crate::sema::expr::castable;
use crate::source::Span;
use crate::syntax::ast::{self, CaseLabel};
use crate::syntax::printer::{print_expr, print_type};
use crate::types::assign::same_type;
use crate::types::{TypeRef, TypeTag};
use crate::value::Value;
use crate::value::compare::same;

/// What the labels so far amount to.
#[derive(Default)]
struct Labels {
    values: Vec<Value>,
    types: Vec<TypeRef>,
    default: Option<Span>,
}

impl Checker<'_> {
    pub(super) fn check_switch(&mut self, subject: &ast::Expr, cases: &[ast::Case]) -> Option<Switch> {
        let subject = self.check_value(subject);
        let mut labels = Labels::default();
        let mut checked = Vec::with_capacity(cases.len());
        for case in cases {
            checked.push(self.check_case(subject, case, &mut labels));
        }
        let texts = |checker: &Self| -> String {
            cases.iter().zip(&checked).map(|(case, checked)| checker.case_text(case, &checked.body)).collect()
        };
        if self.is_error(subject) {
            return None;
        }
        if !labels.types.is_empty() && checked.iter().any(|case| !case.values.is_empty() || !case.globals.is_empty()) {
            let text = self.describe(subject);
            let text = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(&text);
            let text = format!("switch ({text}) {{{}}}", texts(self));
            let place = self.span(subject);
            let message = "cannot mix cases with expressions and types";
            self.report(Diagnostic::error(Code::BadStatement, place, message).subject(text));
            return None;
        }
        Some(Switch { subject, cases: checked })
    }

    fn check_case(&mut self, subject: ExprId, case: &ast::Case, labels: &mut Labels) -> SwitchCase {
        let mut checked =
            SwitchCase { values: Vec::new(), globals: Vec::new(), types: Vec::new(), default: false, body: Vec::new() };
        // Bindings are known in the body; the labels are judged behind it, since messages about them show it.
        let types = self.bind_types(case);
        checked.body = self.check_statements(&case.body);
        let text = self.case_text(case, &checked.body);
        for label in &case.labels {
            match label {
                CaseLabel::Value(value) => self.check_value_label(subject, value, labels, &mut checked),
                CaseLabel::Type { .. } => {}
                CaseLabel::Default(span) => {
                    if let Some(first) = labels.default {
                        let diagnostic = Diagnostic::error(Code::BadStatement, *span, "multiple default labels");
                        self.report(diagnostic.related(first, "the first one"));
                    }
                    labels.default = Some(*span);
                    checked.default = true;
                }
            }
        }
        for (ty, local) in types {
            if let Some(message) = self.refuse_type_label(subject, &ty, labels) {
                self.report(Diagnostic::error(Code::BadStatement, case.span, message).subject(text.clone()));
            } else {
                labels.types.push(ty.clone());
                checked.types.push((ty, local));
            }
        }
        if !ends_case(&checked.body) {
            let message = "case block must end in break/fallthrough/return statement";
            self.report(Diagnostic::error(Code::BadStatement, case.span, message).subject(text));
        }
        checked
    }

    /// The types a case names, with the locals that take the subject's value.
    fn bind_types(&mut self, case: &ast::Case) -> Vec<(TypeRef, Option<LocalId>)> {
        let mut types = Vec::new();
        for label in &case.labels {
            let CaseLabel::Type { ty, binding } = label else { continue };
            let ty = self.check_type(ty);
            if ty.is_error() {
                continue;
            }
            let local = binding.as_ref().map(|binding| self.declare_local(binding, ty.clone()));
            types.push((ty, local));
        }
        types
    }

    /// A case as Bro's messages show it: `case 1:{ print 1}`.
    fn case_text(&self, case: &ast::Case, body: &[Stmt]) -> String {
        let mut text = String::new();
        let mut values = Vec::new();
        for label in &case.labels {
            match label {
                CaseLabel::Value(value) => values.push(print_expr(value)),
                CaseLabel::Type { ty, .. } => values.push(format!("type {}", print_type(ty))),
                CaseLabel::Default(_) => text.push_str("default:"),
            }
        }
        if !values.is_empty() {
            text = format!("case {}:", values.join(", "));
        }
        let Some(context) = self.contexts.last() else { return text };
        let global = |id| self.program.global(id).name;
        let names =
            Names { exprs: &context.exprs, locals: &context.locals, global: &global, full: false, quoted: false };
        describe_body::short_case(names, &text, body)
    }

    fn check_value_label(&mut self, subject: ExprId, value: &ast::Expr, labels: &mut Labels, checked: &mut SwitchCase) {
        let id = self.check_value(value);
        let ty = self.ty(subject);
        if self.is_error(id) || ty.is_error() {
            return;
        }
        if !is_atomic(ty.tag()) {
            let message = "switch expression must be of an atomic type when cases are expressions";
            self.error(Code::BadStatement, &Object::Expr(subject), message);
            return;
        }
        if let Some(global) = self.constant_name(id)
            && same_type(&self.ty(id), &ty, false)
        {
            checked.globals.push(global);
            return;
        }
        let Some(value) = self.constant(id, &ty) else { return };
        if labels.values.iter().any(|other| same(other, &value)) {
            self.error(Code::BadStatement, &Object::Expr(id), "duplicate case label");
            return;
        }
        labels.values.push(value.clone());
        checked.values.push(value);
    }

    fn constant_name(&self, id: ExprId) -> Option<GlobalId> {
        match self.kind(id) {
            Some(ExprKind::Global(global)) if self.program.global(*global).kind == GlobalKind::Const => Some(*global),
            _ => None,
        }
    }

    /// A label's value at the subject's type, or Bro's report.
    fn constant(&mut self, id: ExprId, ty: &TypeRef) -> Option<Value> {
        let Some(ExprKind::Const(value)) = self.kind(id) else {
            self.error(Code::BadStatement, &Object::Expr(id), "case label expression isn't constant");
            return None;
        };
        let value = match (value.clone(), ty.tag()) {
            (Value::Count(number), TypeTag::Int) => Value::Int(i64::try_from(number).ok()?),
            (Value::Int(number), TypeTag::Count) => Value::Count(u64::try_from(number).ok()?),
            (Value::Count(number), TypeTag::Double) => Value::Double(number as f64),
            (Value::Int(number), TypeTag::Double) => Value::Double(number as f64),
            (value, _) => value,
        };
        if value.type_of().tag() != ty.tag() && !ty.is(TypeTag::Any) {
            self.error(Code::BadStatement, &Object::Expr(id), "case expression type differs from switch type");
            return None;
        }
        Some(value)
    }

    /// Why a type cannot be a label of this switch.
    fn refuse_type_label(&self, subject: ExprId, ty: &TypeRef, labels: &Labels) -> Option<&'static str> {
        let from = self.ty(subject);
        if from.is_error() {
            return None;
        }
        if !castable(&from, ty) {
            return Some("cannot cast switch expression to case type");
        }
        let seen = labels.types.iter().any(|other| same_type(other, ty, false));
        seen.then_some("duplicate case label")
    }
}

fn is_atomic(tag: TypeTag) -> bool {
    !matches!(
        tag,
        TypeTag::Record
            | TypeTag::Table
            | TypeTag::Set
            | TypeTag::Vector
            | TypeTag::List
            | TypeTag::File
            | TypeTag::Func
            | TypeTag::Opaque
            | TypeTag::Void
            | TypeTag::Any
    )
}

/// The last statement leaves the case. Bro looks into blocks, but not into `if`, and takes no `next`.
fn ends_case(body: &[Stmt]) -> bool {
    match body.last().map(|statement| &statement.kind) {
        Some(StmtKind::Break | StmtKind::Fallthrough | StmtKind::Return(_)) => true,
        Some(StmtKind::Block(inner)) => ends_case(inner),
        _ => false,
    }
}
