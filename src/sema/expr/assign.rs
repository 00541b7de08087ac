//! Assignments: `=`, `+=`, `-=`, `++`, `--`, and what may stand on their left.

use crate::diag::Code;
use crate::hir::{Conversion, ExprId, ExprKind};
use crate::program::GlobalKind;
use crate::sema::Checker;
use crate::sema::errors::Object;
use crate::sema::expr::operators::element_tag;
use crate::sema::promote::{basic, is_open_container};
use crate::source::Span;
use crate::syntax::ast::{self, UnaryOp};
use crate::types::assign::{max_tag, same_type};
use crate::types::{Type, TypeRef, TypeTag};

impl Checker<'_> {
    /// Bro's `MakeLvalue`: reports and gives false where the expression cannot be assigned to.
    pub(crate) fn require_lvalue(&mut self, id: ExprId) -> bool {
        let message = match self.kind(id) {
            Some(ExprKind::Local(local)) => {
                let constant = self.contexts.last().is_some_and(|context| context.constants.contains(local));
                if constant { "const is not a modifiable lvalue" } else { return true }
            }
            Some(ExprKind::Global(global)) => match &self.program.global(*global).kind {
                GlobalKind::Type => "Type name is not an lvalue",
                GlobalKind::Const => "const is not a modifiable lvalue",
                GlobalKind::Option => "option is not a modifiable lvalue",
                _ => return true,
            },
            Some(ExprKind::Index { container, .. }) => {
                if self.tag(*container) == TypeTag::String {
                    "cannot assign to string index expression"
                } else {
                    return true;
                }
            }
            Some(ExprKind::Field(..) | ExprKind::Slice { .. }) => return true,
            Some(ExprKind::List(elements)) => {
                let elements = elements.clone();
                let names = elements
                    .iter()
                    .all(|element| matches!(self.kind(*element), Some(ExprKind::Local(_) | ExprKind::Global(_))));
                if names {
                    return elements.into_iter().all(|element| self.require_lvalue(element));
                }
                "can only assign to list of identifiers"
            }
            Some(ExprKind::Invalid(_)) => return false,
            _ => "can't be assigned to",
        };
        self.error(Code::NotAssignable, &Object::Expr(id), message);
        false
    }

    pub(super) fn check_assign(&mut self, target: &ast::Expr, value: &ast::Expr, span: Span) -> ExprId {
        let target = self.check(target);
        let ty = self.ty(target);
        // The right side is looked at even if the left is wrong.
        let value = if ty.is_error() { self.check_value(value) } else { self.check_initializer(value, &ty, None) };
        if !self.require_lvalue(target) {
            let id = self.add(ExprKind::Assign(target, value), Type::error(), span);
            return self.invalidate(id);
        }
        self.assign(target, value, span)
    }

    /// An assignment of checked sides, with Bro's conversions.
    pub(crate) fn assign(&mut self, target: ExprId, value: ExprId, span: Span) -> ExprId {
        let (tt, vt) = (self.ty(target), self.ty(value));
        if tt.is_error() || vt.is_error() {
            let id = self.add(ExprKind::Assign(target, value), Type::error(), span);
            // Of a set that does not fit Bro speaks twice.
            if self.clashing_set.take() == Some(value) {
                self.error(Code::TypeMismatch, &Object::Expr(id), "type clash in assignment");
            }
            return self.invalidate(id);
        }
        if vt.is(TypeTag::Void) {
            return self.expr_error(Code::TypeMismatch, value, "value of type void illegal");
        }
        let Some(value) = self.fit_assigned(target, value, &tt, &vt, span) else {
            return self.invalid("assignment", span);
        };
        self.add(ExprKind::Assign(target, value), tt, span)
    }

    /// Converts the right side of an assignment, or reports.
    fn fit_assigned(
        &mut self,
        target: ExprId,
        value: ExprId,
        tt: &TypeRef,
        vt: &TypeRef,
        span: Span,
    ) -> Option<ExprId> {
        let (a, b) = (tt.tag(), vt.tag());
        if a == TypeTag::Any {
            return Some(if b == TypeTag::Any { value } else { self.convert(Conversion::ToAny, value, tt.clone()) });
        }
        if b == TypeTag::Any {
            return Some(self.convert(Conversion::FromAny, value, tt.clone()));
        }
        if a.is_arithmetic() {
            return self.fit_arithmetic(target, value, (a, b), span);
        }
        if let (TypeTag::Vector, Some(element), Some(other)) = (a, tt.as_vector(), vt.as_vector()) {
            if is_open_container(vt, tt) {
                return Some(self.close_container(value, tt));
            }
            if element.tag().is_arithmetic() && other.tag().is_arithmetic() && element.tag() != other.tag() {
                if max_tag(element.tag(), other.tag()) == element.tag() {
                    return Some(self.promoted_number(value, element.tag()));
                }
            } else if element.is(TypeTag::Any) {
                return Some(self.convert(Conversion::Vector, value, tt.clone()));
            }
        }
        if is_open_container(vt, tt) {
            return Some(self.close_container(value, tt));
        }
        if tt.is(TypeTag::Record) && vt.is(TypeTag::Record) {
            return self.coerce_record(value, tt);
        }
        if same_type(tt, vt, false) {
            return Some(value);
        }
        let id = self.add(ExprKind::Assign(target, value), tt.clone(), span);
        self.error(Code::TypeMismatch, &Object::Expr(id), "type clash in assignment");
        None
    }

    fn fit_arithmetic(
        &mut self,
        target: ExprId,
        value: ExprId,
        (a, b): (TypeTag, TypeTag),
        span: Span,
    ) -> Option<ExprId> {
        if a == b {
            return Some(value);
        }
        if !b.is_arithmetic() {
            use crate::hir::describe::tag_text;
            let id = self.add(ExprKind::Assign(target, value), basic(a), span);
            let message = format!("assignment of non-arithmetic value to arithmetic ({}/{})", tag_text(a), tag_text(b));
            self.error(Code::TypeMismatch, &Object::Expr(id), message);
            return None;
        }
        let warning = match (a, b) {
            (TypeTag::Int | TypeTag::Count, TypeTag::Double) => "dangerous assignment of double to integral",
            (TypeTag::Count, TypeTag::Int) => "dangerous assignment of integer to count",
            _ => "",
        };
        if !warning.is_empty() {
            let id = self.add(ExprKind::Assign(target, value), basic(a), span);
            self.warn(Code::DangerousConversion, &Object::Expr(id), warning);
        }
        Some(self.promoted_number(value, a))
    }

    pub(super) fn check_add_to(&mut self, target: &ast::Expr, value: &ast::Expr, span: Span) -> ExprId {
        let target = self.check(target);
        let tt = self.ty(target);
        let container = matches!(tt.tag(), TypeTag::Table | TypeTag::Set);
        let value = if container { self.check_initializer(value, &tt, None) } else { self.check_element(value, &tt) };
        if !self.require_lvalue(target) || self.is_error(value) {
            let id = self.add(ExprKind::AddTo(target, value), Type::error(), span);
            return self.invalidate(id);
        }
        let vt = self.ty(value);
        let (a, b) = (tt.tag(), vt.tag());
        use TypeTag::{Any, Interval, Pattern, String};
        let fitted = match (a, b) {
            (a, b) if a.is_arithmetic() && b.is_arithmetic() => self.fit_arithmetic(target, value, (a, b), span),
            (String, String) | (Interval, Interval) | (Pattern, Pattern) => Some(value),
            (_, Any) if a.is_arithmetic() || a == String => Some(self.convert(Conversion::FromAny, value, tt.clone())),
            (TypeTag::Vector, _) => return self.append(target, value, &tt, &vt, span),
            (TypeTag::Table | TypeTag::Set, _) if is_open_container(&vt, &tt) => Some(self.close_container(value, &tt)),
            (TypeTag::Table | TypeTag::Set, _) if same_type(&tt, &vt, false) => Some(value),
            _ => {
                let id = self.add(ExprKind::AddTo(target, value), Type::error(), span);
                let message = "requires two arithmetic or two string operands";
                return self.expr_error(Code::BadOperand, id, message);
            }
        };
        match fitted {
            Some(value) => self.add(ExprKind::AddTo(target, value), tt, span),
            None => self.invalid("+=", span),
        }
    }

    /// What stands right of `v +=`: an element, which may be written as for an initialiser.
    fn check_element(&mut self, value: &ast::Expr, tt: &TypeRef) -> ExprId {
        match tt.as_vector() {
            Some(element) if element.is(TypeTag::Record) => {
                let element = element.clone();
                self.check_initializer(value, &element, None)
            }
            _ => self.check_value(value),
        }
    }

    fn append(&mut self, target: ExprId, value: ExprId, tt: &TypeRef, vt: &TypeRef, span: Span) -> ExprId {
        use crate::hir::describe::tag_text;
        let Some(element) = tt.as_vector() else { return self.invalidate(target) };
        let (a, b) = (element.tag(), vt.tag());
        let mut message = None;
        let mut fitted = value;
        if element.is(TypeTag::Void) {
            message = Some("incompatible vector append: void".to_string());
        } else if vt.is(TypeTag::Vector) && a != TypeTag::Any && same_type(tt, vt, false) {
            // A whole vector: all its elements.
        } else if a.is_arithmetic() {
            if b.is_arithmetic() {
                fitted = self.promoted_number(value, a);
            } else if b == TypeTag::Any {
                fitted = self.convert(Conversion::FromAny, value, element.clone());
            } else {
                message = Some("appending non-arithmetic to arithmetic vector".to_string());
            }
        } else if a == TypeTag::Any {
            if b != TypeTag::Any {
                fitted = self.convert(Conversion::ToAny, value, element.clone());
            }
        } else if a != b {
            message = Some(format!("incompatible vector append: {} and {}", tag_text(a), tag_text(b)));
        } else if a == TypeTag::Record {
            match self.coerce_record(value, element) {
                Some(id) => fitted = id,
                None => return self.invalidate(value),
            }
        } else if is_open_container(vt, element) {
            fitted = self.close_container(value, element);
        } else if !same_type(element, vt, false) {
            message = Some(format!("incompatible vector append: {} and {}", tag_text(a), tag_text(b)));
        }
        let id = self.add(ExprKind::AddTo(target, fitted), tt.clone(), span);
        match message {
            Some(message) => self.expr_error(Code::BadOperand, id, message),
            None => id,
        }
    }

    pub(super) fn check_remove_from(&mut self, target: &ast::Expr, value: &ast::Expr, span: Span) -> ExprId {
        let target = self.check(target);
        let tt = self.ty(target);
        let container = matches!(tt.tag(), TypeTag::Table | TypeTag::Set);
        let value = if container { self.check_removed(value, &tt) } else { self.check_value(value) };
        if !self.require_lvalue(target) || self.is_error(value) {
            let id = self.add(ExprKind::RemoveFrom(target, value), Type::error(), span);
            return self.invalidate(id);
        }
        let vt = self.ty(value);
        let fitted = match (tt.tag(), vt.tag()) {
            (a, b) if a.is_arithmetic() && b.is_arithmetic() => self.fit_arithmetic(target, value, (a, b), span),
            (TypeTag::Interval, TypeTag::Interval) | (TypeTag::Table | TypeTag::Set, TypeTag::Table | TypeTag::Set) => {
                Some(value)
            }
            _ => {
                let id = self.add(ExprKind::RemoveFrom(target, value), Type::error(), span);
                return self.expr_error(Code::BadOperand, id, "requires two arithmetic operands");
            }
        };
        match fitted {
            Some(value) => self.add(ExprKind::RemoveFrom(target, value), tt, span),
            None => self.invalid("-=", span),
        }
    }

    pub(super) fn check_increment(&mut self, op: UnaryOp, operand: &ast::Expr, span: Span) -> ExprId {
        let target = self.check(operand);
        if self.is_error(target) || !self.require_lvalue(target) {
            return self.invalidate(target);
        }
        let ty = self.ty(target);
        let (tag, is_vector) = element_tag(&ty);
        let id = self.add(ExprKind::Increment { target, down: op == UnaryOp::Decrement }, ty, span);
        match (tag.is_integral(), is_vector) {
            (true, _) => id,
            (false, true) => {
                self.expr_error(Code::BadOperand, id, "vector elements must be integral for increment operator")
            }
            (false, false) => self.expr_error(Code::BadOperand, id, "requires an integral operand"),
        }
    }

    /// `local x = e` in a condition: declares and assigns; the value is true.
    pub(super) fn check_local_assign(&mut self, name: &ast::Ident, value: &ast::Expr, span: Span) -> ExprId {
        let value = self.check_value(value);
        let ty = self.ty(value);
        let local = self.declare_local(name, ty.clone());
        let target = self.add(ExprKind::Local(local), ty.clone(), name.span);
        if ty.is_error() {
            return self.invalidate(target);
        }
        let assign = self.add(ExprKind::Assign(target, value), ty, span);
        self.add(ExprKind::Sequence(assign), Type::bool(), span)
    }
}
