//! Comparison functions that need no calls.
//!
//! Most comparison functions only compare one thing of both arguments: the arguments themselves or the same field of
//! both. Such a function knows four cases: less, equal, greater, and for numbers that are none (NaN) nothing of these.
//! What it answers in each is found by going through its body once for each case, with every comparison decided by the
//! case. A body with anything else in it is not understood, and the function is called as ever.

use std::cmp::Ordering;
use std::rc::Rc;

use super::merge;
use crate::hir::{BinaryOp, Body, Conversion, Expr, ExprId, ExprKind, GlobalId, LocalId, Stmt, StmtKind, UnaryOp};
use crate::program::BodyEntry;
use crate::types::TypeTag;
use crate::value::compare::order;
use crate::value::{FuncKind, FuncObject, Text, Value};
use crate::vm::Vm;

/// How deep expressions and statements of a function are followed.
const MAX_DEPTH: u32 = 32;

/// How one key relates to another; to a number that is none, no other number does.
#[derive(Clone, Copy)]
struct Relation(Option<Ordering>);

/// How the first argument's key may relate to the second's.
const CASES: [Relation; 4] = [
    Relation(Some(Ordering::Less)),
    Relation(Some(Ordering::Equal)),
    Relation(Some(Ordering::Greater)),
    Relation(None),
];

/// The offsets of the fields that lead from an argument to its key.
type Path = Vec<u16>;

/// What a comparison function does.
#[derive(Debug, PartialEq)]
pub(super) struct Plan {
    path: Path,
    /// Whether the first argument belongs before the second, by case.
    before: [bool; 4],
}

/// What is compared, in the form that compares fastest.
enum Key {
    Unsigned(u64),
    Signed(i64),
    Double(f64),
    Text(Rc<Text>),
    Other(Value),
}

impl Key {
    fn new(value: Value) -> Option<Key> {
        Some(match value {
            Value::Count(number) => Key::Unsigned(number),
            Value::Int(number) => Key::Signed(number),
            Value::Double(number) | Value::Time(number) | Value::Interval(number) => Key::Double(number),
            Value::String(text) => Key::Text(text),
            Value::Unset => return None,
            other => Key::Other(other),
        })
    }

    fn partial_order(&self, other: &Key) -> Option<Ordering> {
        match (self, other) {
            (Key::Unsigned(a), Key::Unsigned(b)) => Some(a.cmp(b)),
            (Key::Signed(a), Key::Signed(b)) => Some(a.cmp(b)),
            (Key::Double(a), Key::Double(b)) => a.partial_cmp(b),
            (Key::Text(a), Key::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Key::Other(a), Key::Other(b)) => order(a, b),
            _ => None,
        }
    }

    /// For keys that all have an order.
    #[inline]
    fn order(&self, other: &Key) -> Ordering {
        self.partial_order(other).unwrap_or(Ordering::Equal)
    }
}

/// A number of any kind as one that orders like it among its kind.
fn rank(value: &Value) -> Option<u64> {
    const SIGN: u64 = 1 << 63;
    match value {
        Value::Count(number) => Some(*number),
        Value::Int(number) => Some(*number as u64 ^ SIGN),
        Value::Double(number) | Value::Time(number) | Value::Interval(number) if !number.is_nan() => {
            // Both zeros are one number.
            let bits = (number + 0.0).to_bits();
            Some(if bits & SIGN == 0 { bits | SIGN } else { !bits })
        }
        _ => None,
    }
}

impl Plan {
    /// What `function` does, if that can be told.
    pub(super) fn of(vm: &Vm, function: &FuncObject) -> Option<Plan> {
        let body = match &function.kind {
            // Bro's comparison of strings.
            FuncKind::Native(_) if function.name.as_str() == "strcmp" => {
                return Some(Plan { path: Path::new(), before: [true, false, false, false] });
            }
            FuncKind::Native(_) => return None,
            FuncKind::Script(bodies) => match &bodies.borrow()[..] {
                [only] => only.body,
                _ => return None,
            },
            FuncKind::Closure(closure) => closure.body,
        };
        let BodyEntry::Typed(body) = vm.program.body(body) else { return None };
        Plan::of_body(&body, &|global| vm.program.global(global).name.as_str() == "strcmp")
    }

    /// `is_strcmp` knows the global that compares strings.
    fn of_body(body: &Body, is_strcmp: &dyn Fn(GlobalId) -> bool) -> Option<Plan> {
        if body.parameters != 2 {
            return None;
        }
        let mut path = None;
        let mut before = [false; 4];
        for (case, before) in CASES.into_iter().zip(&mut before) {
            let mut reader = Reader { body, case, is_strcmp, path: &mut path };
            let Outcome::Returns(answer) = reader.result(&body.root, 0)? else { return None };
            *before = answer < 0;
        }
        Some(Plan { path: path?, before })
    }

    /// The places of elements in the order of the function; `None` where an element has no key, or where doubles must
    /// be asked about one by one.
    pub(super) fn order(&self, elements: &[Value], places: &[u32]) -> Option<Vec<u32>> {
        let descending = self.is_plain();
        if let Some(descending) = descending
            && let Some(order) = self.order_of_numbers(elements, places, descending)
        {
            return Some(order);
        }
        let key = |&place| Some((self.key(elements.get(place as usize)?)?, place));
        let mut keys: Vec<(Key, u32)> = places.iter().map(key).collect::<Option<_>>()?;
        match descending {
            Some(descending) => {
                // NaN has no place in a plain order.
                if keys.iter().any(|(key, _)| matches!(key, Key::Double(number) if number.is_nan())) {
                    return None;
                }
                keys.sort_by(|(a, _), (b, _)| if descending { b.order(a) } else { a.order(b) });
            }
            // What does not order properly must not reach the sort of the library, which expects an order.
            None => keys = merge::sort(keys, |(a, _), (b, _)| Ok::<_, ()>(self.is_before(a, b))).ok()?,
        }
        Some(keys.into_iter().map(|(_, place)| place).collect())
    }

    /// Numbers next to their places: equal numbers stay as they were, and nothing else is needed to sort them.
    fn order_of_numbers(&self, elements: &[Value], places: &[u32], descending: bool) -> Option<Vec<u32>> {
        let rank = |&place| {
            let element = elements.get(place as usize)?;
            let rank = if self.path.is_empty() { rank(element) } else { rank(&self.read(element)?) }?;
            Some((if descending { !rank } else { rank }, place))
        };
        let mut ranks: Vec<(u64, u32)> = places.iter().map(rank).collect::<Option<_>>()?;
        ranks.sort_unstable();
        Some(ranks.into_iter().map(|(_, place)| place).collect())
    }

    /// What of an element is compared.
    fn read(&self, value: &Value) -> Option<Value> {
        let mut value = value.clone();
        for field in &self.path {
            let Value::Record(record) = value else { return None };
            value = record.get(*field);
        }
        Some(value)
    }

    fn key(&self, value: &Value) -> Option<Key> {
        Key::new(self.read(value)?)
    }

    /// Whether the function orders by its key like a proper comparison; true for descending order.
    fn is_plain(&self) -> Option<bool> {
        match self.before {
            [true, false, false, _] => Some(false),
            [false, false, true, _] => Some(true),
            _ => None,
        }
    }

    fn is_before(&self, a: &Key, b: &Key) -> bool {
        let [less, equal, greater, unordered] = self.before;
        match a.partial_order(b) {
            Some(Ordering::Less) => less,
            Some(Ordering::Equal) => equal,
            Some(Ordering::Greater) => greater,
            None => unordered,
        }
    }
}

/// What comes of a block.
enum Outcome {
    Returns(i64),
    GoesOn,
}

/// Goes through a body in one of the cases. Everything gives `None` where the body is not understood.
struct Reader<'b> {
    body: &'b Body,
    case: Relation,
    is_strcmp: &'b dyn Fn(GlobalId) -> bool,
    /// What the function compares, once known.
    path: &'b mut Option<Path>,
}

impl Reader<'_> {
    fn expr(&self, id: ExprId) -> Option<&Expr> {
        self.body.exprs.get(id.0 as usize)
    }

    fn result(&mut self, block: &[Stmt], depth: u32) -> Option<Outcome> {
        if depth > MAX_DEPTH {
            return None;
        }
        for statement in block {
            let outcome = match &statement.kind {
                StmtKind::Return(Some(value)) => Outcome::Returns(self.number(*value, 0)?),
                StmtKind::Block(block) => self.result(block, depth + 1)?,
                StmtKind::If { condition, then, otherwise } => {
                    let taken = if self.truth(*condition, 0)? { then } else { otherwise };
                    self.result(taken, depth + 1)?
                }
                _ => return None,
            };
            if matches!(outcome, Outcome::Returns(_)) {
                return Some(outcome);
            }
        }
        Some(Outcome::GoesOn)
    }

    fn number(&mut self, id: ExprId, depth: u32) -> Option<i64> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.expr(id)?.kind {
            ExprKind::Const(Value::Int(number)) => Some(number),
            ExprKind::Const(Value::Count(number)) => i64::try_from(number).ok(),
            ExprKind::Unary(UnaryOp::Negate, of) => self.number(of, depth + 1)?.checked_neg(),
            ExprKind::Unary(UnaryOp::Plus, of) | ExprKind::Convert(Conversion::Arithmetic, of) => {
                self.number(of, depth + 1)
            }
            ExprKind::Conditional(condition, then, otherwise) => {
                let taken = if self.truth(condition, depth + 1)? { then } else { otherwise };
                self.number(taken, depth + 1)
            }
            ExprKind::Call { callee, ref arguments } => match (&self.expr(callee)?.kind, &arguments[..]) {
                (ExprKind::Global(global), &[a, b]) if (self.is_strcmp)(*global) => {
                    Some(self.relation(a, b)?.0.map_or(0, |order| order as i64))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn truth(&mut self, id: ExprId, depth: u32) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.expr(id)?.kind {
            ExprKind::Const(Value::Bool(flag)) => Some(flag),
            ExprKind::Unary(UnaryOp::Not, of) => Some(!self.truth(of, depth + 1)?),
            ExprKind::Conditional(condition, then, otherwise) => {
                let taken = if self.truth(condition, depth + 1)? { then } else { otherwise };
                self.truth(taken, depth + 1)
            }
            ExprKind::Binary(BinaryOp::And, a, b) => Some(self.truth(a, depth + 1)? && self.truth(b, depth + 1)?),
            ExprKind::Binary(BinaryOp::Or, a, b) => Some(self.truth(a, depth + 1)? || self.truth(b, depth + 1)?),
            ExprKind::Binary(operator, a, b) => self.comparison(operator, a, b),
            _ => None,
        }
    }

    /// How the two arguments' keys relate in this case, whichever of them stands first.
    fn relation(&mut self, a: ExprId, b: ExprId) -> Option<Relation> {
        let (first, path) = self.key(a)?;
        let (second, other) = self.key(b)?;
        if path != other || first == second || self.path.as_ref().is_some_and(|known| *known != path) {
            return None;
        }
        *self.path = Some(path);
        Some(if first == LocalId(0) { self.case } else { Relation(self.case.0.map(Ordering::reverse)) })
    }

    fn comparison(&mut self, operator: BinaryOp, a: ExprId, b: ExprId) -> Option<bool> {
        let Relation(order) = self.relation(a, b)?;
        let is = |accepted: fn(Ordering) -> bool| order.is_some_and(accepted);
        Some(match operator {
            BinaryOp::Less => is(Ordering::is_lt),
            BinaryOp::LessEqual => is(Ordering::is_le),
            BinaryOp::Greater => is(Ordering::is_gt),
            BinaryOp::GreaterEqual => is(Ordering::is_ge),
            BinaryOp::Equal => is(Ordering::is_eq),
            BinaryOp::NotEqual => !is(Ordering::is_eq),
            _ => return None,
        })
    }

    /// The argument and the fields that lead to something that has an order.
    fn key(&self, id: ExprId) -> Option<(LocalId, Path)> {
        let mut path = Path::new();
        let mut expr = self.expr(id)?;
        let has_order = matches!(
            expr.ty.tag(),
            TypeTag::Bool
                | TypeTag::Int
                | TypeTag::Count
                | TypeTag::Double
                | TypeTag::Time
                | TypeTag::Interval
                | TypeTag::Enum
                | TypeTag::Port
                | TypeTag::String
                | TypeTag::Addr
        );
        if !has_order {
            return None;
        }
        loop {
            match expr.kind {
                ExprKind::Local(local) if local.0 < 2 => {
                    path.reverse();
                    return Some((local, path));
                }
                ExprKind::Field(of, offset) => {
                    path.push(offset);
                    expr = self.expr(of)?;
                }
                _ => return None,
            }
            if path.len() > MAX_DEPTH as usize {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Plan;
    use crate::hir::{
        BinaryOp, Body, BodyKind, Conversion, Expr, ExprId, ExprKind, GlobalId, LocalId, Stmt, StmtKind, UnaryOp,
    };
    use crate::source::{Span, Symbol};
    use crate::types::{Type, TypeRef};
    use crate::value::Value;

    const STRCMP: GlobalId = GlobalId(7);

    struct Builder(Vec<Expr>, TypeRef);

    impl Builder {
        fn add(&mut self, kind: ExprKind, ty: TypeRef) -> ExprId {
            self.0.push(Expr { kind, ty, span: Span::NONE, paren: false });
            ExprId(self.0.len() as u32 - 1)
        }

        fn compare(&mut self, operator: BinaryOp, left: u32, right: u32) -> ExprId {
            let ty = self.1.clone();
            let left = self.add(ExprKind::Local(LocalId(left)), ty.clone());
            let right = self.add(ExprKind::Local(LocalId(right)), ty);
            self.add(ExprKind::Binary(operator, left, right), Type::bool())
        }

        fn number(&mut self, number: u64) -> ExprId {
            let number = self.add(ExprKind::Const(Value::Count(number)), Type::count());
            self.add(ExprKind::Convert(Conversion::Arithmetic, number), Type::int())
        }

        fn minus(&mut self, number: u64) -> ExprId {
            let number = self.number(number);
            self.add(ExprKind::Unary(UnaryOp::Negate, number), Type::int())
        }

        fn plan(self, root: Vec<StmtKind>) -> Option<Plan> {
            let root = root.into_iter().map(|kind| Stmt { kind, span: Span::NONE }).collect();
            let body = Body {
                name: Symbol::new("f"),
                result: Type::int(),
                kind: BodyKind::Function,
                locals: Vec::new(),
                parameters: 2,
                captures: 0,
                exprs: self.0,
                root,
                when: None,
                span: Span::NONE,
            };
            Plan::of_body(&body, &|global| global == STRCMP)
        }
    }

    /// `return a < b ? -1 : (a > b ? 1 : 0);` with these as `a` and `b`.
    fn by_conditional(a: u32, b: u32, ty: TypeRef) -> Option<Plan> {
        let mut builder = Builder(Vec::new(), ty);
        let (less, greater) = (builder.compare(BinaryOp::Less, a, b), builder.compare(BinaryOp::Greater, a, b));
        let (minus, one, zero) = (builder.minus(1), builder.number(1), builder.number(0));
        let inner = builder.add(ExprKind::Conditional(greater, one, zero), Type::int());
        let outer = builder.add(ExprKind::Conditional(less, minus, inner), Type::int());
        builder.plan(vec![StmtKind::Return(Some(outer))])
    }

    #[test]
    fn ranks_order_as_numbers_do() {
        let rising = |values: &[Value]| values.iter().map(super::rank).is_sorted_by(|a, b| a.is_some() && a < b);
        assert!(rising(&[i64::MIN, -1, 0, 1, i64::MAX].map(Value::Int)));
        assert!(rising(&[0, 1, u64::MAX].map(Value::Count)));
        assert!(rising(&[f64::NEG_INFINITY, -2.5, -1e-300, 0.0, 1e-300, 2.5, f64::INFINITY].map(Value::Double)));
        assert_eq!(super::rank(&Value::Double(-0.0)), super::rank(&Value::Double(0.0)));
        assert_eq!(super::rank(&Value::Double(f64::NAN)), None);
    }

    #[test]
    fn both_directions_are_understood() {
        assert_eq!(by_conditional(0, 1, Type::count()).unwrap().is_plain(), Some(false));
        assert_eq!(by_conditional(1, 0, Type::count()).unwrap().is_plain(), Some(true));
        assert_eq!(by_conditional(0, 0, Type::count()), None);
        assert_eq!(by_conditional(0, 1, Type::set(vec![Type::count()])), None);
    }

    #[test]
    fn statements_are_understood() {
        // if ( a <= b ) return -1; return 1;
        let mut builder = Builder(Vec::new(), Type::string());
        let condition = builder.compare(BinaryOp::LessEqual, 0, 1);
        let (minus, one) = (builder.minus(1), builder.number(1));
        let returned = |value| StmtKind::Return(Some(value));
        let then = vec![Stmt { kind: returned(minus), span: Span::NONE }];
        let plan = builder.plan(vec![StmtKind::If { condition, then, otherwise: Vec::new() }, returned(one)]).unwrap();
        assert_eq!(plan.before, [true, true, false, false]);
        assert_eq!(plan.is_plain(), None);
    }

    #[test]
    fn strings_may_be_compared_by_strcmp() {
        let call = |native| {
            let mut builder = Builder(Vec::new(), Type::string());
            let callee = builder.add(ExprKind::Global(native), Type::any());
            let arguments = [1, 0].map(|local| builder.add(ExprKind::Local(LocalId(local)), Type::string()));
            let call = builder.add(ExprKind::Call { callee, arguments: arguments.to_vec() }, Type::int());
            builder.plan(vec![StmtKind::Return(Some(call))])
        };
        assert_eq!(call(STRCMP).unwrap().is_plain(), Some(true));
        assert_eq!(call(GlobalId(8)), None);
    }

    #[test]
    fn what_does_more_is_not() {
        let mut builder = Builder(Vec::new(), Type::count());
        let one = builder.number(1);
        assert_eq!(builder.plan(vec![StmtKind::Print(vec![one]), StmtKind::Return(Some(one))]), None);
        // No comparison at all: there is no key.
        let mut builder = Builder(Vec::new(), Type::count());
        let one = builder.number(1);
        assert_eq!(builder.plan(vec![StmtKind::Return(Some(one))]), None);
        assert_eq!(Builder(Vec::new(), Type::count()).plan(Vec::new()), None);
    }
}
