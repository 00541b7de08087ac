//! Expressions.

use super::Printer;
use crate::syntax::ast::{AssignOp, BinaryOp, Expr, ExprKind, Lambda, Literal, UnaryOp};
use crate::syntax::precedence::precedence;

/// How tightly the parts of an expression hold together. Between [`Level::Assignment`] and [`Level::Prefix`] lie the
/// precedences of the binary operators.
struct Level;

impl Level {
    const ASSIGNMENT: u8 = 0;
    const CONDITIONAL: u8 = 1;
    const OPERATORS: u8 = 2;
    /// What a `hook` takes as its operand: operators from comparisons on.
    const HOOKED: u8 = Level::OPERATORS + 3;
    const PREFIX: u8 = 20;
    const POSTFIX: u8 = 21;

    fn of(expr: &Expr) -> u8 {
        match &expr.kind {
            ExprKind::Assign(..) | ExprKind::LocalAssign(..) | ExprKind::FieldAssign(..) => Level::ASSIGNMENT,
            ExprKind::Conditional(..) => Level::CONDITIONAL,
            ExprKind::Binary(op, left, right) if is_subnet(*op, left, right) => Level::POSTFIX,
            ExprKind::Binary(op, ..) => Level::OPERATORS + precedence(*op),
            ExprKind::Chain(_, rest) => Level::OPERATORS + rest.first().map_or(0, |(op, _)| precedence(*op)),
            ExprKind::Unary(..) | ExprKind::HookCall(..) | ExprKind::NotAHookCall(_) => Level::PREFIX,
            ExprKind::Literal(literal) if is_negative(literal) => Level::PREFIX,
            _ => Level::POSTFIX,
        }
    }
}

impl Printer {
    pub(super) fn exprs(&mut self, exprs: &[Expr]) {
        self.separated(exprs, ", ", Printer::expr);
    }

    /// An operand that must hold together at least like `least`.
    fn operand(&mut self, expr: &Expr, least: u8) {
        if Level::of(expr) < least {
            self.put("(");
            self.expr(expr);
            self.put(")");
        } else {
            self.expr(expr);
        }
    }

    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.put(name.as_str()),
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Unary(op, operand) => self.unary(*op, operand),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right),
            ExprKind::Chain(first, rest) => self.chain(first, rest),
            ExprKind::Assign(op, target, value) => {
                self.operand(target, Level::CONDITIONAL);
                self.put(match op {
                    AssignOp::Assign => " = ",
                    AssignOp::AddTo => " += ",
                    AssignOp::RemoveFrom => " -= ",
                });
                self.expr(value);
            }
            ExprKind::LocalAssign(name, value) => {
                self.put("local ");
                self.put(name.name.as_str());
                self.put(" = ");
                self.expr(value);
            }
            ExprKind::Conditional(condition, yes, no) => {
                self.operand(condition, Level::OPERATORS);
                self.put(" ? ");
                self.expr(yes);
                self.put(" : ");
                self.operand(no, Level::CONDITIONAL);
            }
            ExprKind::Index(container, index) => {
                self.operand(container, Level::POSTFIX);
                self.bracketed(|printer| printer.exprs(index));
            }
            ExprKind::Slice(container, low, high) => {
                self.operand(container, Level::POSTFIX);
                self.bracketed(|printer| {
                    if let Some(low) = low {
                        printer.expr(low);
                    }
                    printer.put(":");
                    if let Some(high) = high {
                        printer.expr(high);
                    }
                });
            }
            ExprKind::Field(record, field) => {
                self.operand(record, Level::POSTFIX);
                self.put("$");
                self.put(field.name.as_str());
            }
            ExprKind::HasField(record, field) => {
                self.operand(record, Level::POSTFIX);
                self.put("?$");
                self.put(field.name.as_str());
            }
            ExprKind::FieldAssign(name, value) => {
                self.put("$");
                self.put(name.name.as_str());
                self.field_value(value);
            }
            ExprKind::Call(callee, arguments) => {
                self.operand(callee, Level::POSTFIX);
                self.list("(", arguments, ")");
            }
            ExprKind::HookCall(callee, arguments) => {
                self.put("hook ");
                self.operand(callee, Level::POSTFIX);
                self.list("(", arguments, ")");
            }
            ExprKind::NotAHookCall(called) => {
                self.put("hook ");
                self.operand(called, Level::HOOKED);
            }
            ExprKind::Schedule(after, event) => {
                self.put("schedule ");
                self.expr(after);
                self.put(" { ");
                self.event_call(event);
                self.put(" }");
            }
            ExprKind::List(elements) => self.bracketed(|printer| printer.exprs(elements)),
            ExprKind::Record(elements) => {
                // In brackets only assignments to fields make a record.
                let brackets = elements.iter().all(|element| matches!(element.kind, ExprKind::FieldAssign(..)));
                if brackets {
                    self.bracketed(|printer| printer.exprs(elements));
                } else {
                    self.list("record(", elements, ")");
                }
            }
            ExprKind::Braces(elements) => self.braces(elements),
            ExprKind::Table(elements, attributes) => {
                self.list("table(", elements, ")");
                self.attributes(attributes);
            }
            ExprKind::Set(elements, attributes) => {
                self.list("set(", elements, ")");
                self.attributes(attributes);
            }
            ExprKind::Vector(elements) => self.list("vector(", elements, ")"),
            ExprKind::Lambda(lambda) => {
                self.put("function");
                self.lambda_head(lambda);
                self.body(&lambda.body);
            }
            ExprKind::Copy(inner) => {
                self.put("copy(");
                self.expr(inner);
                self.put(")");
            }
            ExprKind::Size(inner) => self.size(inner),
            ExprKind::Cast(value, ty) => {
                self.operand(value, Level::POSTFIX);
                self.put(" as ");
                self.ty(ty);
            }
            ExprKind::Is(value, ty) => {
                self.operand(value, Level::POSTFIX);
                self.put(" is ");
                self.ty(ty);
            }
            ExprKind::Type(ty) => self.ty(ty),
            ExprKind::Paren(inner) => {
                self.put("(");
                self.expr(inner);
                self.put(")");
            }
        }
    }

    fn list(&mut self, open: &str, elements: &[Expr], close: &str) {
        self.put(open);
        self.exprs(elements);
        self.put(close);
    }

    fn braces(&mut self, elements: &[Expr]) {
        if elements.is_empty() {
            return self.put("{ }");
        }
        self.put("{");
        self.indented(|printer| {
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    printer.line();
                }
                printer.expr(element);
                printer.put(",");
            }
        });
        self.line();
        self.put("}");
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr) {
        self.put(match op {
            UnaryOp::Not => "!",
            UnaryOp::Complement => "~",
            UnaryOp::Negate => "-",
            UnaryOp::Plus => "+",
            UnaryOp::Increment => "++",
            UnaryOp::Decrement => "--",
        });
        // `- -x` must not become `--x`.
        let start = self.text.len();
        self.operand(operand, Level::PREFIX);
        if self.text[start..].starts_with(['-', '+']) {
            self.text.insert(start, ' ');
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) {
        let level = Level::OPERATORS + precedence(op);
        // Comparisons do not associate; the others do to the left.
        let associates = precedence(op) != precedence(BinaryOp::Equal);
        if level >= Level::HOOKED && ends_in_hook(left) {
            self.put("(");
            self.expr(left);
            self.put(")");
        } else {
            self.operand(left, if associates { level } else { level + 1 });
        }
        if is_subnet(op, left, right) {
            self.put("/");
        } else {
            self.put_operator(op);
        }
        self.operand(right, level + 1);
    }

    fn chain(&mut self, first: &Expr, rest: &[(BinaryOp, Expr)]) {
        let level = Level::OPERATORS + rest.first().map_or(0, |(op, _)| precedence(*op));
        let mut left = first;
        for (position, (op, right)) in rest.iter().enumerate() {
            if position > 0 {
                self.put_operator(*op);
                self.operand(right, level + 1);
            } else {
                self.binary(*op, left, right);
            }
            left = right;
        }
    }

    fn put_operator(&mut self, op: BinaryOp) {
        self.put(" ");
        self.put(op.text());
        self.put(" ");
    }

    /// `|| a | - 1|` would open with the operator `||`, so bars are kept apart.
    fn size(&mut self, inner: &Expr) {
        self.put("|");
        let start = self.text.len();
        self.expr(inner);
        if self.text[start..].starts_with('|') {
            self.text.insert(start, ' ');
        }
        if self.text.ends_with('|') {
            self.put(" ");
        }
        self.put("|");
    }

    fn field_value(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Lambda(lambda) if lambda.infer_result => {
                self.lambda_head(lambda);
                self.put(" =");
                self.body(&lambda.body);
            }
            _ => {
                self.put("=");
                self.expr(value);
            }
        }
    }

    fn lambda_head(&mut self, lambda: &Lambda) {
        if let Some(captures) = &lambda.captures {
            self.captures(captures);
        }
        self.signature(&lambda.signature);
    }
}

/// An address constant with its width: one token, without blanks.
fn is_subnet(op: BinaryOp, left: &Expr, right: &Expr) -> bool {
    op == BinaryOp::Divide
        && matches!(left.kind, ExprKind::Literal(Literal::Addr(_)))
        && matches!(right.kind, ExprKind::Literal(Literal::Count(_)))
}

/// Whether an operator that follows would become part of a `hook` at the end.
fn ends_in_hook(expr: &Expr) -> bool {
    let mut last = expr;
    loop {
        last = match &last.kind {
            ExprKind::HookCall(..) | ExprKind::NotAHookCall(_) => return true,
            ExprKind::Unary(_, operand) => operand,
            ExprKind::Binary(_, _, right) => right,
            ExprKind::Chain(_, rest) => match rest.last() {
                Some((_, last)) => last,
                None => return false,
            },
            _ => return false,
        };
    }
}

fn is_negative(literal: &Literal) -> bool {
    match literal {
        Literal::Int(value) => *value < 0,
        Literal::Double(value) | Literal::Interval(value) => value.is_sign_negative(),
        _ => false,
    }
}
