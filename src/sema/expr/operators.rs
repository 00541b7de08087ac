//! Arithmetic, logic, bits, and the conditional. Operands that are vectors work element by element.

use crate::diag::{Code, Diagnostic};
use crate::hir::{Conversion, ExprId, ExprKind};
use crate::sema::Checker;
use crate::sema::promote::{basic, is_open_container};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, UnaryOp};
use crate::types::assign::{max_tag, promotable_record, same_type};
use crate::types::{Type, TypeRef, TypeTag};
use crate::value::{Subnet, Value};

impl Checker<'_> {
    pub(super) fn check_unary(&mut self, op: UnaryOp, operand: &ast::Expr, span: Span) -> ExprId {
        let operand = self.check_value(operand);
        if self.is_error(operand) {
            return self.invalidate(operand);
        }
        if let Some(id) = self.fold_sign(op, operand, span) {
            return id;
        }
        let ty = self.ty(operand);
        let (tag, is_vector) = element_tag(&ty);
        let (result, message) = match op {
            UnaryOp::Not if tag.is_integral() && !is_vector => {
                let zero = self.zero_like(operand, tag);
                return self.add(ExprKind::Binary(BinaryOp::Equal, operand, zero), Type::bool(), span);
            }
            UnaryOp::Not => {
                (TypeTag::Bool, (tag != TypeTag::Bool).then_some("requires an integral or boolean operand"))
            }
            UnaryOp::Complement => (TypeTag::Count, (tag != TypeTag::Count).then_some("requires \"count\" operand")),
            _ => match tag {
                TypeTag::Int | TypeTag::Count => (TypeTag::Int, None),
                TypeTag::Double | TypeTag::Interval => (tag, None),
                _ => (tag, Some("requires an integral or double operand")),
            },
        };
        let signed = matches!(op, UnaryOp::Negate | UnaryOp::Plus) && tag == TypeTag::Count;
        let operand = if signed { self.promoted_number(operand, TypeTag::Int) } else { operand };
        let id = self.add(ExprKind::Unary(op, operand), shaped(result, is_vector), span);
        match message {
            Some(message) => self.expr_error(Code::BadOperand, id, message),
            None => id,
        }
    }

    /// `-1` is a constant, as in Bro.
    fn fold_sign(&mut self, op: UnaryOp, operand: ExprId, span: Span) -> Option<ExprId> {
        let negate = match op {
            UnaryOp::Negate => true,
            UnaryOp::Plus => false,
            _ => return None,
        };
        let Some(ExprKind::Const(value)) = self.kind(operand) else { return None };
        let (value, ty) = match value {
            Value::Count(number) if negate => (Value::Int((*number as i64).wrapping_neg()), Type::int()),
            Value::Count(number) => (Value::Int(*number as i64), Type::int()),
            Value::Int(number) if negate => (Value::Int(number.wrapping_neg()), Type::int()),
            Value::Double(number) if negate => (Value::Double(-number), Type::double()),
            Value::Interval(number) if negate => (Value::Interval(-number), Type::interval()),
            _ => return None,
        };
        Some(self.add(ExprKind::Const(value), ty, span))
    }

    fn zero_like(&mut self, operand: ExprId, tag: TypeTag) -> ExprId {
        let value = if tag == TypeTag::Int { Value::Int(0) } else { Value::Count(0) };
        let span = self.span(operand);
        self.add(ExprKind::Const(value), basic(tag), span)
    }

    pub(crate) fn check_binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        if self.is_error(left) || self.is_error(right) {
            let id = self.add(ExprKind::Binary(op, left, right), Type::error(), span);
            return self.invalidate(id);
        }
        for side in [left, right] {
            if self.tag(side) == TypeTag::Void {
                return self.expr_error(Code::TypeMismatch, side, "value of type void illegal");
            }
        }
        let (left, right) = self.lift_any(left, right);
        match op {
            BinaryOp::Equal | BinaryOp::NotEqual => self.check_equality(op, left, right, span),
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
                self.check_relation(op, left, right, span)
            }
            BinaryOp::And | BinaryOp::Or => self.check_logic(op, left, right, span),
            BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor => self.check_bits(op, left, right, span),
            BinaryOp::ShiftLeft | BinaryOp::ShiftRight => self.check_shift(op, left, right, span),
            _ => self.check_arithmetic(op, left, right, span),
        }
    }

    /// An operand of type `any` takes the other's type, checked at run time.
    fn lift_any(&mut self, left: ExprId, right: ExprId) -> (ExprId, ExprId) {
        let (lt, rt) = (self.ty(left), self.ty(right));
        match (lt.is(TypeTag::Any), rt.is(TypeTag::Any)) {
            (true, false) => (self.convert(Conversion::FromAny, left, rt), right),
            (false, true) => (left, self.convert(Conversion::FromAny, right, lt)),
            _ => (left, right),
        }
    }

    fn check_arithmetic(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        use TypeTag::{Addr, Count, Double, Int, Interval, Set, String, Time};
        let (lt, rt) = (self.ty(left), self.ty(right));
        let ((a, left_vector), (b, right_vector)) = (element_tag(&lt), element_tag(&rt));
        let is_vector = left_vector || right_vector;
        let mut operands = (left, right);
        let mut message = None;
        let result = match (op, a, b) {
            (BinaryOp::Add | BinaryOp::Subtract, Time | Interval, Interval) => shaped(a, is_vector),
            (BinaryOp::Add, Interval, Time) => shaped(Time, is_vector),
            (BinaryOp::Subtract, Time, Time) => shaped(Interval, is_vector),
            (BinaryOp::Add, String, String) => shaped(String, is_vector),
            (BinaryOp::Subtract, Set, Set) => {
                if !same_type(&lt, &rt, false) {
                    message = Some("incompatible \"set\" operands");
                }
                lt
            }
            (BinaryOp::Multiply | BinaryOp::Divide, Interval, b) if b.is_arithmetic() => {
                operands.1 = self.promoted_number(right, Double);
                shaped(Interval, is_vector)
            }
            (BinaryOp::Multiply, a, Interval) if a.is_arithmetic() => {
                operands.0 = self.promoted_number(left, Double);
                shaped(Interval, is_vector)
            }
            (BinaryOp::Divide, Interval, Interval) => shaped(Double, is_vector),
            (BinaryOp::Divide, Addr, Count | Int) if !is_vector => {
                operands.1 = self.promoted_number(right, Count);
                Type::subnet()
            }
            (BinaryOp::Modulo, a, b) if !(a.is_integral() && b.is_integral()) => {
                message = Some("requires integral operands");
                lt
            }
            (_, a, b) if a.is_arithmetic() && b.is_arithmetic() => {
                self.warn_of_mixed_operands(left_vector, right_vector, span);
                let tag = max_tag(a, b);
                operands = (self.promoted_number(left, tag), self.promoted_number(right, tag));
                shaped(tag, is_vector)
            }
            _ => {
                message = Some(match op {
                    BinaryOp::Multiply if a == Interval || b == Interval => {
                        "multiplication with interval requires arithmetic operand"
                    }
                    BinaryOp::Divide if a == Interval => "division of interval requires arithmetic operand",
                    _ => "requires arithmetic operands",
                });
                lt
            }
        };
        if let Some(net) = self.constant_subnet(op, left, right) {
            return self.add(ExprKind::Const(net), Type::subnet(), span);
        }
        let id = self.add(ExprKind::Binary(op, operands.0, operands.1), result, span);
        match message {
            Some(message) => self.expr_error(Code::BadOperand, id, message),
            None => id,
        }
    }

    pub(super) fn warn_of_mixed_operands(&mut self, left_vector: bool, right_vector: bool, span: Span) {
        if left_vector != right_vector {
            let message = "mixing vector and scalar operands is deprecated";
            self.report(Diagnostic::warning(Code::Deprecated, span, message));
        }
    }

    /// `10.0.0.0/8` is a constant.
    fn constant_subnet(&self, op: BinaryOp, left: ExprId, right: ExprId) -> Option<Value> {
        let (ExprKind::Const(address), ExprKind::Const(Value::Count(width))) = (self.kind(left)?, self.kind(right)?)
        else {
            return None;
        };
        let address = address.as_address()?;
        let widest = if address.is_v4() { 32 } else { 128 };
        let width = u8::try_from(*width).ok().filter(|width| op == BinaryOp::Divide && *width <= widest)?;
        Some(Subnet::new(address, width).to_value())
    }

    fn check_logic(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        let (lt, rt) = (self.ty(left), self.ty(right));
        let ((a, left_vector), (b, right_vector)) = (element_tag(&lt), element_tag(&rt));
        let id = self.add(ExprKind::Binary(op, left, right), shaped(TypeTag::Bool, left_vector || right_vector), span);
        if a == TypeTag::Bool && b == TypeTag::Bool {
            self.warn_of_mixed_operands(left_vector, right_vector, span);
            return id;
        }
        self.expr_error(Code::BadOperand, id, "requires boolean operands")
    }

    fn check_bits(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        use TypeTag::{Count, Pattern, Set};
        let (lt, rt) = (self.ty(left), self.ty(right));
        let ((a, left_vector), (b, right_vector)) = (element_tag(&lt), element_tag(&rt));
        let is_vector = left_vector || right_vector;
        let result = if a == Count && b == Count { shaped(Count, is_vector) } else { lt.clone() };
        let id = self.add(ExprKind::Binary(op, left, right), result, span);
        let open = lt.is_unspecified_table() || rt.is_unspecified_table();
        let message = match (a, b) {
            (Count, Count) => return id,
            (Pattern, Pattern) if op != BinaryOp::BitXor => return id,
            (Pattern, Pattern) => "'^' operator does not apply to patterns",
            (Pattern, _) | (_, Pattern) => "cannot mix pattern and non-pattern operands",
            (Set, Set) if op != BinaryOp::BitXor && (open || same_type(&lt, &rt, false)) => return id,
            (Set, Set) if op != BinaryOp::BitXor => "incompatible \"set\" operands",
            _ => "requires \"count\" or compatible \"set\" operands",
        };
        self.expr_error(Code::BadOperand, id, message)
    }

    fn check_shift(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        let (lt, rt) = (self.ty(left), self.ty(right));
        let ((a, left_vector), (b, right_vector)) = (element_tag(&lt), element_tag(&rt));
        if !a.is_integral() || !b.is_integral() {
            let id = self.add(ExprKind::Binary(op, left, right), lt, span);
            return self.expr_error(Code::BadOperand, id, "requires integral operands");
        }
        let right = self.promoted_number(right, a);
        self.add(ExprKind::Binary(op, left, right), shaped(a, left_vector || right_vector), span)
    }

    pub(super) fn check_conditional(
        &mut self,
        condition: &ast::Expr,
        then: &ast::Expr,
        otherwise: &ast::Expr,
        span: Span,
    ) -> ExprId {
        let condition = self.check_value(condition);
        let mut then = self.check_value(then);
        let mut otherwise = self.check_value(otherwise);
        if [condition, then, otherwise].iter().any(|id| self.is_error(*id)) {
            let id = self.add(ExprKind::Conditional(condition, then, otherwise), Type::error(), span);
            return self.invalidate(id);
        }
        let (t, o) = (self.ty(then), self.ty(otherwise));
        let (test, test_vector) = element_tag(&self.ty(condition));
        let (a, b) = (t.tag(), o.tag());
        let mut result = t.clone();
        let mut message = None;
        if test != TypeTag::Bool {
            message = Some("requires boolean conditional");
        } else if test_vector && !(t.is(TypeTag::Vector) && o.is(TypeTag::Vector)) {
            message = Some("vector conditional requires vector alternatives");
        } else if a.is_arithmetic() && b.is_arithmetic() {
            let tag = max_tag(a, b);
            then = self.promoted_number(then, tag);
            otherwise = self.promoted_number(otherwise, tag);
            result = basic(tag);
        } else if is_open_container(&t, &o) {
            then = self.close_container(then, &o);
            result = o;
        } else if is_open_container(&o, &t) {
            otherwise = self.close_container(otherwise, &t);
        } else if a == TypeTag::Any || b == TypeTag::Any {
            result = Type::any();
        } else if !same_type(&t, &o, false) {
            match (t.as_record(), o.as_record()) {
                (Some(record), Some(other)) if promotable_record(record, other) => {
                    otherwise = self.convert(Conversion::Record, otherwise, t);
                }
                (Some(record), Some(other)) if promotable_record(other, record) => {
                    then = self.convert(Conversion::Record, then, o.clone());
                    result = o;
                }
                _ => message = Some("operands must be of the same type"),
            }
        }
        let id = self.add(ExprKind::Conditional(condition, then, otherwise), result, span);
        match message {
            Some(message) => self.expr_error(Code::BadOperand, id, message),
            None => id,
        }
    }
}

/// The tag of a type, or of its elements where it is a vector.
pub(crate) fn element_tag(ty: &TypeRef) -> (TypeTag, bool) {
    match ty.as_vector() {
        Some(element) => (element.tag(), true),
        None => (ty.tag(), false),
    }
}

fn shaped(tag: TypeTag, is_vector: bool) -> TypeRef {
    if is_vector { Type::vector(basic(tag)) } else { basic(tag) }
}
