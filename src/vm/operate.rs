//! Operators on values: sets, patterns, addresses, and numbers of mixed kinds.

use std::cmp::Ordering;
use std::rc::Rc;

use super::{Raise, Vm};
use crate::code::Code;
use crate::hir::{BinaryOp, ExprId, ExprKind, UnaryOp};
use crate::types::{TypeRef, TypeTag};
use crate::value::compare::{equal, order};
use crate::value::{Subnet, Value, convert};

/// The operator of an expression of two operands.
pub(super) fn operator(code: &Code, at: ExprId) -> Option<BinaryOp> {
    match code.body.exprs.get(at.0 as usize).map(|expr| &expr.kind) {
        Some(ExprKind::Binary(op, ..)) => Some(*op),
        Some(ExprKind::AddTo(..)) => Some(BinaryOp::Add),
        Some(ExprKind::RemoveFrom(..)) => Some(BinaryOp::Subtract),
        _ => None,
    }
}

/// An operator on two values.
pub(super) fn operate(code: &Code, at: ExprId, a: &Value, b: &Value, now: f64) -> Result<Value, Raise> {
    let op = operator(code, at).ok_or_else(Raise::null)?;
    match (a, b) {
        (Value::Table(a), Value::Table(b)) => match op {
            BinaryOp::BitOr | BinaryOp::Add => a.union(b, now).map(Value::Table).ok_or_else(Raise::null),
            BinaryOp::BitAnd => Ok(Value::Table(a.intersection(b))),
            BinaryOp::Subtract => a.difference(b).map(Value::Table).ok_or_else(Raise::null),
            _ => compare(op, &Value::Table(a.clone()), &Value::Table(b.clone())),
        },
        (Value::Pattern(a), Value::Pattern(b)) => {
            let joined = match op {
                BinaryOp::BitOr | BinaryOp::Or | BinaryOp::Add => a.or(b),
                BinaryOp::BitAnd | BinaryOp::And => a.and(b),
                _ => return compare(op, &Value::Pattern(a.clone()), &Value::Pattern(b.clone())),
            };
            joined
                .map(|pattern| Value::Pattern(Rc::new(pattern)))
                .map_err(|problem| Raise::expression(format!("cannot join patterns: {}", problem.reason())))
        }
        (Value::Addr4(_) | Value::Addr6(_), _) if op == BinaryOp::Divide => subnet(a, b),
        _ => {
            let ty = code.body.expr(at).ty.clone();
            scalar(op, a, b, &ty)
        }
    }
}

fn subnet(address: &Value, width: &Value) -> Result<Value, Raise> {
    let address = address.as_address().ok_or_else(Raise::null)?;
    let width = convert::as_count(width).ok_or_else(Raise::null)?;
    let most = if address.is_v4() { 32 } else { 128 };
    match u8::try_from(width) {
        Ok(width) if width <= most => Ok(Subnet::new(address, width).to_value()),
        _ => {
            let family = if address.is_v4() { "IPv4" } else { "IPv6" };
            Err(Raise::expression(format!("bad {family} subnet prefix length: {width}")))
        }
    }
}

fn compare(op: BinaryOp, a: &Value, b: &Value) -> Result<Value, Raise> {
    let result = match op {
        BinaryOp::Equal => equal(a, b),
        BinaryOp::NotEqual => !equal(a, b),
        BinaryOp::Less => order(a, b).is_some_and(Ordering::is_lt),
        BinaryOp::LessEqual => order(a, b).is_some_and(Ordering::is_le),
        BinaryOp::Greater => order(a, b).is_some_and(Ordering::is_gt),
        BinaryOp::GreaterEqual => order(a, b).is_some_and(Ordering::is_ge),
        _ => return Err(Raise::expression("operands do not have this operator")),
    };
    Ok(Value::Bool(result))
}

/// An operator on two numbers of any kinds, or a comparison of two values. `result` is the type of the result, or of an
/// element of it.
pub(super) fn scalar(op: BinaryOp, a: &Value, b: &Value, result: &TypeRef) -> Result<Value, Raise> {
    if super::elementwise::is_comparison(op) {
        return match (number_class(a), number_class(b)) {
            (Some(x), Some(y)) if x != y => {
                let (Some(a), Some(b)) = (convert::as_double(a), convert::as_double(b)) else {
                    return Err(Raise::null());
                };
                compare(op, &Value::Double(a), &Value::Double(b))
            }
            _ => compare(op, a, b),
        };
    }
    if let (Value::Bool(a), Value::Bool(b)) = (a, b) {
        match op {
            BinaryOp::And => return Ok(Value::Bool(*a && *b)),
            BinaryOp::Or => return Ok(Value::Bool(*a || *b)),
            _ => {}
        }
    }
    if let (Value::String(a), Value::String(b), BinaryOp::Add) = (a, b, op) {
        return Ok(Value::string([a.as_bytes(), b.as_bytes()].concat()));
    }
    match (a, b) {
        (Value::Count(a), Value::Count(b)) => counts(op, *a, *b),
        (Value::Int(_) | Value::Count(_), Value::Int(_) | Value::Count(_)) => {
            let (Some(a), Some(b)) = (convert::as_int(a), convert::as_int(b)) else { return Err(Raise::null()) };
            ints(op, a, b)
        }
        _ => {
            let (Some(a), Some(b)) = (convert::as_double(a), convert::as_double(b)) else {
                return Err(Raise::expression("operands do not have this operator"));
            };
            let number = doubles(op, a, b)?;
            Ok(convert::coerce_number(&Value::Double(number), result.tag()).unwrap_or(Value::Double(number)))
        }
    }
}

/// Numbers are compared as they are only among their like.
fn number_class(value: &Value) -> Option<u8> {
    match value {
        Value::Bool(_) => Some(0),
        Value::Int(_) => Some(1),
        Value::Count(_) => Some(2),
        Value::Double(_) | Value::Time(_) | Value::Interval(_) => Some(3),
        _ => None,
    }
}

fn counts(op: BinaryOp, a: u64, b: u64) -> Result<Value, Raise> {
    let shift = || u32::try_from(b).ok().filter(|by| *by < 64);
    let result = match op {
        BinaryOp::Add => a.checked_add(b).ok_or("count overflow"),
        BinaryOp::Subtract => a.checked_sub(b).ok_or("count underflow"),
        BinaryOp::Multiply => a.checked_mul(b).ok_or("count overflow"),
        BinaryOp::Divide => a.checked_div(b).ok_or("division by zero"),
        BinaryOp::Modulo => a.checked_rem(b).ok_or("modulo by zero"),
        BinaryOp::BitAnd => Ok(a & b),
        BinaryOp::BitOr => Ok(a | b),
        BinaryOp::BitXor => Ok(a ^ b),
        BinaryOp::ShiftLeft => shift().map(|by| a << by).ok_or("shift by more than the number's bits"),
        BinaryOp::ShiftRight => shift().map(|by| a >> by).ok_or("shift by more than the number's bits"),
        _ => Err("operands do not have this operator"),
    };
    result.map(Value::Count).map_err(Raise::expression)
}

fn ints(op: BinaryOp, a: i64, b: i64) -> Result<Value, Raise> {
    let shift = || u32::try_from(b).ok().filter(|by| *by < 64);
    let result = match op {
        BinaryOp::Add => a.checked_add(b).ok_or("int overflow"),
        BinaryOp::Subtract => a.checked_sub(b).ok_or("int overflow"),
        BinaryOp::Multiply => a.checked_mul(b).ok_or("int overflow"),
        BinaryOp::Divide if b == 0 => Err("division by zero"),
        BinaryOp::Divide => a.checked_div(b).ok_or("int overflow"),
        BinaryOp::Modulo if b == 0 => Err("modulo by zero"),
        BinaryOp::Modulo => a.checked_rem(b).ok_or("int overflow"),
        BinaryOp::BitAnd => Ok(a & b),
        BinaryOp::BitOr => Ok(a | b),
        BinaryOp::BitXor => Ok(a ^ b),
        BinaryOp::ShiftLeft => shift().map(|by| a << by).ok_or("shift by more than the number's bits"),
        BinaryOp::ShiftRight => shift().map(|by| a >> by).ok_or("shift by more than the number's bits"),
        _ => Err("operands do not have this operator"),
    };
    result.map(Value::Int).map_err(Raise::expression)
}

fn doubles(op: BinaryOp, a: f64, b: f64) -> Result<f64, Raise> {
    match op {
        BinaryOp::Add => Ok(a + b),
        BinaryOp::Subtract => Ok(a - b),
        BinaryOp::Multiply => Ok(a * b),
        BinaryOp::Divide if b == 0.0 => Err(Raise::expression("division by zero")),
        BinaryOp::Divide => Ok(a / b),
        _ => Err(Raise::expression("operands do not have this operator")),
    }
}

/// An operator on one number.
pub(super) fn scalar_one(op: UnaryOp, a: &Value) -> Result<Value, Raise> {
    match (op, a) {
        (UnaryOp::Plus, Value::Count(number)) => Ok(Value::Int(*number as i64)),
        (UnaryOp::Plus, _) => Ok(a.clone()),
        (UnaryOp::Not, Value::Bool(value)) => Ok(Value::Bool(!value)),
        (UnaryOp::Not, _) => convert::as_int(a).map(|number| Value::Bool(number == 0)).ok_or_else(Raise::null),
        (UnaryOp::Complement, Value::Count(number)) => Ok(Value::Count(!number)),
        (UnaryOp::Negate, Value::Count(number)) => Ok(Value::Int((*number as i64).wrapping_neg())),
        (UnaryOp::Negate, Value::Int(number)) => {
            number.checked_neg().map(Value::Int).ok_or_else(|| Raise::expression("int overflow"))
        }
        (UnaryOp::Negate, Value::Double(number)) => Ok(Value::Double(-number)),
        (UnaryOp::Negate, Value::Interval(number)) => Ok(Value::Interval(-number)),
        (UnaryOp::Negate, Value::Time(number)) => Ok(Value::Time(-number)),
        _ => Err(Raise::expression("operand does not have this operator")),
    }
}

/// `a in b` where `b` is no container of values; `None` where the kinds do not go together.
pub(super) fn contains(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Pattern(pattern), Value::String(text)) => Some(pattern.matches_anywhere(text.as_bytes())),
        (Value::String(part), Value::String(text)) => Some(holds(text.as_bytes(), part.as_bytes())),
        (_, Value::Subnet4(..) | Value::Subnet6(_)) => {
            let net = b.as_subnet()?;
            match a.as_address() {
                Some(address) => Some(net.contains(address)),
                None => {
                    let part = a.as_subnet()?;
                    Some(part.width6() >= net.width6() && net.contains(part.prefix))
                }
            }
        }
        _ => None,
    }
}

/// Whether `text` holds `part`; an empty part is in every text, as Bro's search has it.
fn holds(text: &[u8], part: &[u8]) -> bool {
    let Some((first, rest)) = part.split_first() else { return true };
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|text| text.iter().position(|byte| byte == first)) {
        let behind = from + found + 1;
        if text.get(behind..).is_some_and(|text| text.starts_with(rest)) {
            return true;
        }
        from = behind;
    }
    false
}

impl Vm {
    /// An operator on one value: `|x|`, and what is left of the others.
    pub(super) fn operate_one(&mut self, code: &Code, at: ExprId, a: &Value) -> Result<Value, Raise> {
        match &code.body.expr(at).kind {
            ExprKind::Unary(op, _) => scalar_one(*op, a),
            ExprKind::Size(_) => {
                let size = self.size(a).ok_or_else(Raise::null)?;
                let tag = code.body.expr(at).ty.tag();
                Ok(if tag == TypeTag::Any { size } else { convert::coerce_number(&size, tag).unwrap_or(size) })
            }
            _ => Err(Raise::null()),
        }
    }

    fn size(&mut self, a: &Value) -> Option<Value> {
        Some(match a {
            Value::Bool(value) => Value::Count(u64::from(*value)),
            Value::Int(number) => Value::Count(number.unsigned_abs()),
            Value::Count(number) => Value::Count(*number),
            Value::Double(number) | Value::Time(number) | Value::Interval(number) => Value::Double(number.abs()),
            Value::Enum(number, _) => Value::Count(u64::from(number.unsigned_abs())),
            // Bro's number of a port, with the protocol above.
            Value::Port(port, protocol) => {
                let mask = match protocol {
                    crate::value::Protocol::Unknown => 0,
                    crate::value::Protocol::Tcp => 1,
                    crate::value::Protocol::Udp => 2,
                    crate::value::Protocol::Icmp => 3,
                };
                Value::Count(mask << 16 | u64::from(*port))
            }
            Value::Addr4(_) => Value::Count(32),
            Value::Addr6(_) => Value::Count(128),
            Value::Subnet4(..) | Value::Subnet6(_) => {
                let free = 128 - i32::from(a.as_subnet()?.width6());
                Value::Double(2f64.powi(free))
            }
            Value::String(text) => Value::Count(text.as_bytes().len() as u64),
            Value::Table(table) => Value::Count(table.len() as u64),
            Value::Vector(vector) => Value::Count(vector.len() as u64),
            Value::Record(record) => Value::Count(record.record_type().map_or(0, crate::types::RecordType::len) as u64),
            Value::Func(func) => Value::Count(func.ty.as_func().map_or(0, |func| func.parameters.len()) as u64),
            Value::File(file) => {
                if let Some(handle) = file.handle.get() {
                    // What is held back counts.
                    let _ = self.host.flush_file(handle);
                }
                let status = self.host.status(&file.name).ok()?;
                Value::Double(status.size as f64)
            }
            _ => Value::Count(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{contains, holds, scalar};
    use crate::hir::BinaryOp;
    use crate::types::Type;
    use crate::value::Value;

    #[test]
    fn strings_in_strings() {
        assert!(holds(b"abcabd", b"abd"));
        assert!(holds(b"abc", b""));
        assert!(!holds(b"", b"a"));
        assert!(!holds(b"aab", b"abb"));
    }

    #[test]
    fn addresses_in_subnets() {
        let net = Value::Subnet4(0x0a00_0000, 8);
        assert_eq!(contains(&Value::Addr4(0x0a01_0203), &net), Some(true));
        assert_eq!(contains(&Value::Addr4(0x0b01_0203), &net), Some(false));
        assert_eq!(contains(&Value::Subnet4(0x0a01_0000, 16), &net), Some(true));
        assert_eq!(contains(&Value::Subnet4(0, 0), &net), Some(false));
        assert_eq!(contains(&Value::Count(1), &net), None);
    }

    #[test]
    fn mixed_numbers() {
        let interval = scalar(BinaryOp::Multiply, &Value::Interval(2.0), &Value::Count(3), &Type::interval()).unwrap();
        assert!(matches!(interval, Value::Interval(seconds) if seconds == 6.0));
        let problem = scalar(BinaryOp::Subtract, &Value::Count(1), &Value::Count(2), &Type::count());
        assert_eq!(problem.unwrap_err().to_string(), "count underflow");
    }
}
