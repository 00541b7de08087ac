//! Comparisons.

use super::operators::element_tag;
use crate::diag::Code;
use crate::hir::{ExprId, ExprKind};
use crate::sema::Checker;
use crate::source::Span;
use crate::syntax::ast::BinaryOp;
use crate::types::assign::{max_tag, same_type};
use crate::types::{Type, TypeRef, TypeTag};

impl Checker<'_> {
    pub(super) fn check_equality(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        // Bro puts a pattern on the left.
        let (left, right) = if self.tag(right) == TypeTag::Pattern { (right, left) } else { (left, right) };
        self.compare(op, left, right, span, |a, b, lt, rt, is_vector| {
            if a != b {
                let pattern = a == TypeTag::Pattern && b == TypeTag::String;
                return (!pattern).then_some("type clash in comparison");
            }
            match a {
                TypeTag::Enum => {
                    // As in Bro 2.6, for which all enums are one type here.
                    (!is_vector && !same_type(lt, rt, false)).then_some("illegal enum comparison")
                }
                TypeTag::Set => {
                    let open = lt.is_unspecified_table() || rt.is_unspecified_table();
                    (!open && !same_type(lt, rt, false)).then_some("incompatible sets in comparison")
                }
                TypeTag::Bool
                | TypeTag::Time
                | TypeTag::Interval
                | TypeTag::String
                | TypeTag::Port
                | TypeTag::Addr
                | TypeTag::Subnet
                | TypeTag::Pattern
                | TypeTag::Func
                | TypeTag::Any => None,
                _ => Some("illegal comparison"),
            }
        })
    }

    pub(super) fn check_relation(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        self.compare(op, left, right, span, |a, b, lt, rt, _| {
            if a != b {
                return Some("operands must be of the same type");
            }
            match a {
                TypeTag::Set => (!same_type(lt, rt, false)).then_some("incompatible sets in comparison"),
                TypeTag::Time | TypeTag::Interval | TypeTag::Port | TypeTag::Addr | TypeTag::String => None,
                _ => Some("illegal comparison"),
            }
        })
    }

    /// Numbers meet at the wider type; other operands are judged by `refuse`, which gives Bro's words for what does
    /// not compare.
    fn compare(
        &mut self,
        op: BinaryOp,
        mut left: ExprId,
        mut right: ExprId,
        span: Span,
        refuse: impl FnOnce(TypeTag, TypeTag, &TypeRef, &TypeRef, bool) -> Option<&'static str>,
    ) -> ExprId {
        let (lt, rt) = (self.ty(left), self.ty(right));
        let ((a, left_vector), (b, right_vector)) = (element_tag(&lt), element_tag(&rt));
        let is_vector = left_vector || right_vector;
        let mut message = None;
        if a.is_arithmetic() && b.is_arithmetic() {
            self.warn_of_mixed_operands(left_vector, right_vector, span);
            left = self.promoted_number(left, max_tag(a, b));
            right = self.promoted_number(right, max_tag(a, b));
        } else {
            message = refuse(a, b, &lt, &rt, is_vector);
        }
        let result = if is_vector { Type::vector(Type::bool()) } else { Type::bool() };
        let id = self.add(ExprKind::Binary(op, left, right), result, span);
        match message {
            Some(message) => self.expr_error(Code::BadOperand, id, message),
            None => id,
        }
    }
}
