//! `switch`.

use crate::diag::{Code, Diagnostic};
use crate::hir::{ExprId, ExprKind, GlobalId, Stmt, StmtKind, Switch, SwitchCase};
use crate::program::GlobalKind;
use crate::sema::Checker;
use crate::sema::errors::Object;
use crate::sema::expr::castable;
use crate::source::Span;
use crate::syntax::ast::{self, CaseLabel};
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
    pub(super) fn check_switch(&mut self, subject: &ast::Expr, cases: &[ast::Case], span: Span) -> Option<Switch> {
        let subject = self.check_value(subject);
        let mut labels = Labels::default();
        let mut checked = Vec::with_capacity(cases.len());
        for case in cases {
            checked.push(self.check_case(subject, case, &mut labels));
        }
        if self.is_error(subject) {
            return None;
        }
        if !labels.types.is_empty() && checked.iter().any(|case| !case.values.is_empty() || !case.globals.is_empty()) {
            self.error_at(Code::BadStatement, span, "cannot mix cases with expressions and types");
            return None;
        }
        Some(Switch { subject, cases: checked })
    }

    fn check_case(&mut self, subject: ExprId, case: &ast::Case, labels: &mut Labels) -> SwitchCase {
        let mut checked =
            SwitchCase { values: Vec::new(), globals: Vec::new(), types: Vec::new(), default: false, body: Vec::new() };
        for label in &case.labels {
            match label {
                CaseLabel::Value(value) => self.check_value_label(subject, value, labels, &mut checked),
                CaseLabel::Type { ty, binding } => {
                    self.check_type_label(subject, ty, binding.as_ref(), labels, &mut checked);
                }
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
        checked.body = self.check_statements(&case.body);
        if !ends_case(&checked.body) {
            let message = "case block must end in break/fallthrough/return statement";
            self.error_at(Code::BadStatement, case.span, message);
        }
        checked
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

    fn check_type_label(
        &mut self,
        subject: ExprId,
        ty: &ast::TypeExpr,
        binding: Option<&ast::Ident>,
        labels: &mut Labels,
        checked: &mut SwitchCase,
    ) {
        let span = ty.span;
        let ty = self.check_type(ty);
        let from = self.ty(subject);
        if ty.is_error() || from.is_error() {
            return;
        }
        if !castable(&from, &ty) {
            self.error_at(Code::BadStatement, span, "cannot cast switch expression to case type");
            return;
        }
        if labels.types.iter().any(|other| same_type(other, &ty, false)) {
            self.error_at(Code::BadStatement, span, "duplicate case label");
            return;
        }
        labels.types.push(ty.clone());
        let local = binding.map(|binding| self.declare_local(binding, ty.clone()));
        checked.types.push((ty, local));
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

/// The last statement leaves the case, in every branch where it is a block or an `if`.
fn ends_case(body: &[Stmt]) -> bool {
    match body.last().map(|statement| &statement.kind) {
        Some(StmtKind::Break | StmtKind::Fallthrough | StmtKind::Return(_) | StmtKind::Next) => true,
        Some(StmtKind::Block(inner)) => ends_case(inner),
        Some(StmtKind::If { then, otherwise, .. }) => ends_case(then) && ends_case(otherwise),
        _ => false,
    }
}
