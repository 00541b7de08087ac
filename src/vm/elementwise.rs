//! Operators by element on vectors.

use std::rc::Rc;

use super::Raise;
use super::operate::{operator, scalar, scalar_one};
use crate::code::Code;
use crate::hir::{BinaryOp, ExprId, ExprKind};
use crate::types::{Type, TypeRef};
use crate::value::{Value, VectorObject};

pub(super) fn is_comparison(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
    )
}

fn element_type(ty: &TypeRef) -> TypeRef {
    ty.as_vector().cloned().unwrap_or_else(|| ty.clone())
}

fn vector(ty: &TypeRef, elements: Vec<Value>) -> Value {
    let ty = if ty.as_vector().is_some() { ty.clone() } else { Type::vector(ty.clone()) };
    Value::Vector(Rc::new(VectorObject::new(ty, elements)))
}

/// `a op b`, where one of them may be a scalar. A hole on either side is a hole in the result.
pub(super) fn binary(code: &Code, at: ExprId, a: &Value, b: &Value) -> Result<Value, Raise> {
    let op = operator(code, at).ok_or_else(Raise::null)?;
    let ty = &code.body.expr(at).ty;
    let element = element_type(ty);
    let apply = |a: &Value, b: &Value| {
        if a.is_set() && b.is_set() { scalar(op, a, b, &element) } else { Ok(Value::Unset) }
    };
    let elements = match (a, b) {
        (Value::Vector(a), Value::Vector(b)) => {
            if a.len() != b.len() {
                return Err(Raise::error(if matches!(op, BinaryOp::And | BinaryOp::Or) {
                    "vector operands have different sizes"
                } else {
                    "vector operands are of different sizes"
                }));
            }
            let (a, b) = (a.with(<[Value]>::to_vec), b.with(<[Value]>::to_vec));
            a.iter().zip(&b).map(|(a, b)| apply(a, b)).collect::<Result<Vec<_>, _>>()?
        }
        (Value::Vector(a), b) => a.with(|a| a.iter().map(|a| apply(a, b)).collect::<Result<Vec<_>, _>>())?,
        (a, Value::Vector(b)) => b.with(|b| b.iter().map(|b| apply(a, b)).collect::<Result<Vec<_>, _>>())?,
        _ => return Err(Raise::null()),
    };
    Ok(vector(ty, elements))
}

/// `op a`
pub(super) fn unary(code: &Code, at: ExprId, a: &Value) -> Result<Value, Raise> {
    let expr = code.body.expr(at);
    let (ExprKind::Unary(op, _), Value::Vector(operand)) = (&expr.kind, a) else { return Err(Raise::null()) };
    let apply = |a: &Value| if a.is_set() { scalar_one(*op, a) } else { Ok(Value::Unset) };
    let elements = operand.with(|elements| elements.iter().map(apply).collect::<Result<Vec<_>, _>>())?;
    Ok(vector(&expr.ty, elements))
}

/// `condition ? yes : no`
pub(super) fn select(code: &Code, at: ExprId, operands: [&Value; 3]) -> Result<Value, Raise> {
    let [Value::Vector(condition), Value::Vector(yes), Value::Vector(no)] = operands else {
        return Err(Raise::null());
    };
    if condition.len() != yes.len() || yes.len() != no.len() {
        return Err(Raise::error("vectors in conditional expression have different sizes"));
    }
    let pick = |index: usize| match condition.get(index) {
        Some(Value::Bool(true)) => yes.get(index).unwrap_or_default(),
        Some(Value::Bool(false)) => no.get(index).unwrap_or_default(),
        _ => Value::Unset,
    };
    Ok(vector(&code.body.expr(at).ty, (0..condition.len()).map(pick).collect()))
}

/// `++vector`, `--vector`
pub(super) fn increment(code: &Code, at: ExprId, operand: &Value) -> Result<(), Raise> {
    let (ExprKind::Increment { down, .. }, Value::Vector(vector)) = (&code.body.expr(at).kind, operand) else {
        return Err(super::slow::unset(code, super::slow::operand_of(code, at)));
    };
    vector.with_mut(|elements| {
        for element in elements {
            *element = match (&*element, down) {
                (Value::Count(number), false) => Value::Count(number.wrapping_add(1)),
                (Value::Count(number), true) => {
                    Value::Count(number.checked_sub(1).ok_or_else(|| Raise::error("count underflow"))?)
                }
                (Value::Int(number), false) => Value::Int(number.wrapping_add(1)),
                (Value::Int(number), true) => Value::Int(number.wrapping_sub(1)),
                _ => continue,
            };
        }
        Ok(())
    })
}
