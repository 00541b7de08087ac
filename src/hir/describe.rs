//! Expressions as Bro's messages show them: `foo[1]`, `(coerce [$a=0] to MyRec)`.
//!
//! The text is made only when a message needs it. It shows the typed expression, implicit conversions included, as
//! Bro's own `Expr::Describe` does.

use super::{BinaryOp, Conversion, Expr, ExprId, ExprKind, GlobalId, Local, UnaryOp};
use crate::source::Symbol;
use crate::types::{Type, TypeTag};
use crate::value::Value;
use crate::value::describe::escaped;

/// Where describing gets the names it needs.
pub struct Names<'a> {
    pub exprs: &'a [Expr],
    pub locals: &'a [Local],
    pub global: &'a dyn Fn(GlobalId) -> Symbol,
    /// Types with all that they hold, rather than by name as in messages.
    pub full: bool,
    /// Strings in quotes, as assertions show them.
    pub quoted: bool,
}

/// Nested deeper than this an expression shows as `...`.
const MAX_DEPTH: usize = 60;

impl Names<'_> {
    /// The expression's text.
    pub fn describe(&self, id: ExprId) -> String {
        let mut text = String::new();
        self.write(&mut text, id, MAX_DEPTH);
        text
    }

    /// The text of what stands in a list inside an expression: of an index, or of a record's fields. `None` where the
    /// expression has no list.
    pub fn describe_list(&self, id: ExprId) -> Option<String> {
        let mut text = String::new();
        let expr = self.exprs.get(id.0 as usize)?;
        match &expr.kind {
            ExprKind::Index { indices, .. } | ExprKind::In { indices, .. } => {
                self.write_list(&mut text, "", indices, "", MAX_DEPTH);
            }
            ExprKind::Record(fields) => self.write_fields(&mut text, expr, fields, MAX_DEPTH),
            _ => return None,
        }
        Some(text)
    }

    fn write(&self, out: &mut String, id: ExprId, depth: usize) {
        let (Some(expr), Some(depth)) = (self.exprs.get(id.0 as usize), depth.checked_sub(1)) else {
            out.push_str("...");
            return;
        };
        if expr.paren {
            out.push('(');
        }
        self.write_kind(out, expr, depth);
        if expr.paren {
            out.push(')');
        }
    }

    fn write_kind(&self, out: &mut String, expr: &Expr, depth: usize) {
        match &expr.kind {
            ExprKind::Const(Value::String(text)) if self.quoted => {
                let text = String::from_utf8_lossy(&escaped(text.as_bytes())).into_owned();
                out.push('"');
                out.push_str(&text);
                out.push('"');
            }
            ExprKind::Const(value) => out.push_str(&String::from_utf8_lossy(&value.describe())),
            ExprKind::Local(local) => {
                out.push_str(self.locals.get(local.0 as usize).map_or("?", |local| local.name.as_str()));
            }
            ExprKind::Global(global) => out.push_str((self.global)(*global).as_str()),
            ExprKind::Unary(op, operand) => {
                out.push_str(unary_text(*op));
                self.write(out, *operand, depth);
            }
            ExprKind::Increment { target, down } => {
                out.push_str(if *down { "--" } else { "++" });
                self.write(out, *target, depth);
            }
            // Bro turns these round when it reads them; Zeek, which has assertions, does not.
            ExprKind::Binary(BinaryOp::Greater, left, right) if !self.quoted => {
                self.write_infix(out, *right, "<", *left, depth);
            }
            ExprKind::Binary(BinaryOp::GreaterEqual, left, right) if !self.quoted => {
                self.write_infix(out, *right, "<=", *left, depth);
            }
            ExprKind::Binary(op, left, right) => self.write_infix(out, *left, op.text(), *right, depth),
            ExprKind::Assign(target, value) => self.write_infix(out, *target, "=", *value, depth),
            ExprKind::AddTo(target, value) => self.write_infix(out, *target, "+=", *value, depth),
            ExprKind::RemoveFrom(target, value) => self.write_infix(out, *target, "-=", *value, depth),
            ExprKind::Conditional(condition, then, otherwise) => {
                self.write_infix(out, *condition, "?", *then, depth);
                out.push_str(" : ");
                self.write(out, *otherwise, depth);
            }
            ExprKind::Index { container, indices } => {
                self.write(out, *container, depth);
                self.write_list(out, "[", indices, "]", depth);
            }
            ExprKind::Slice { container, low, high } => {
                self.write(out, *container, depth);
                self.write_list(out, "[", &[*low, *high], "]", depth);
            }
            ExprKind::Field(record, offset) => {
                self.write(out, *record, depth);
                out.push('$');
                out.push_str(self.field_name(*record, *offset));
            }
            ExprKind::HasField(record, offset) => {
                self.write(out, *record, depth);
                out.push_str("?$");
                out.push_str(self.field_name(*record, *offset));
            }
            ExprKind::In { indices, container } => {
                match &indices[..] {
                    [single] => self.write(out, *single, depth),
                    several => self.write_list(out, "", several, "", depth),
                }
                out.push_str(" in ");
                self.write(out, *container, depth);
            }
            ExprKind::Record(fields) => {
                out.push('[');
                self.write_fields(out, expr, fields, depth);
                out.push(']');
            }
            ExprKind::Table { entries, .. } => {
                out.push_str("table(");
                for (position, (indices, value)) in entries.iter().enumerate() {
                    if position > 0 {
                        out.push_str(", ");
                    }
                    self.write_list(out, "", indices, "", depth);
                    out.push_str(" = ");
                    self.write(out, *value, depth);
                }
                out.push(')');
            }
            ExprKind::Set { entries, .. } => {
                out.push_str("set(");
                for (position, indices) in entries.iter().enumerate() {
                    if position > 0 {
                        out.push_str(", ");
                    }
                    self.write_list(out, "", indices, "", depth);
                }
                out.push(')');
            }
            ExprKind::Merged { container, .. } => self.write(out, *container, depth),
            ExprKind::Vector(elements) => self.write_list(out, "vector(", elements, ")", depth),
            ExprKind::List(elements) => self.write_list(out, "", elements, "", depth),
            ExprKind::Call { callee, arguments } => {
                self.write(out, *callee, depth);
                // Arguments that the script does not write, since they have defaults, are the last ones.
                let is_default =
                    |id: &ExprId| matches!(self.exprs.get(id.0 as usize), Some(Expr { kind: ExprKind::Thunk(_), .. }));
                let written = arguments.iter().position(is_default).unwrap_or(arguments.len());
                self.write_list(out, "(", arguments.get(..written).unwrap_or_default(), ")", depth);
            }
            ExprKind::Schedule { delay, event, arguments } => {
                out.push_str("schedule ");
                self.write(out, *delay, depth);
                out.push_str(if self.full { " {\n" } else { " {" });
                out.push_str((self.global)(*event).as_str());
                self.write_list(out, "(", arguments, ")", depth);
                out.push_str(if self.full { "\n}" } else { "}" });
            }
            ExprKind::Lambda { .. } => out.push_str("anonymous-function"),
            ExprKind::Copy(operand) => {
                out.push_str("copy(");
                self.write(out, *operand, depth);
                out.push(')');
            }
            ExprKind::Size(operand) => {
                out.push('|');
                self.write(out, *operand, depth);
                out.push('|');
            }
            ExprKind::Sequence(operand) | ExprKind::Convert(Conversion::ToAny | Conversion::FromAny, operand) => {
                self.write(out, *operand, depth);
            }
            ExprKind::Convert(_, operand) => {
                out.push_str("(coerce ");
                self.write(out, *operand, depth);
                out.push_str(" to ");
                out.push_str(&self.type_text(&expr.ty));
                out.push(')');
            }
            ExprKind::Cast(operand) => {
                self.write(out, *operand, depth);
                out.push_str(" as ");
                out.push_str(&self.type_text(&expr.ty));
            }
            ExprKind::Is(operand, ty) => {
                self.write(out, *operand, depth);
                out.push_str(" is ");
                out.push_str(&self.type_text(ty));
            }
            ExprKind::Thunk(_) => out.push_str("&default"),
            ExprKind::Invalid(text) => out.push_str(text),
        }
    }

    fn type_text(&self, ty: &Type) -> String {
        if self.full { ty.to_string() } else { ty.short() }
    }

    fn write_infix(&self, out: &mut String, left: ExprId, op: &str, right: ExprId, depth: usize) {
        self.write(out, left, depth);
        out.push(' ');
        out.push_str(op);
        out.push(' ');
        self.write(out, right, depth);
    }

    fn write_list(&self, out: &mut String, open: &str, ids: &[ExprId], close: &str, depth: usize) {
        out.push_str(open);
        for (position, id) in ids.iter().enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            self.write(out, *id, depth);
        }
        out.push_str(close);
    }

    fn write_fields(&self, out: &mut String, record: &Expr, fields: &[(u16, ExprId)], depth: usize) {
        for (position, (offset, value)) in fields.iter().enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            out.push('$');
            let field = record.ty.as_record().and_then(|record| record.field(*offset));
            out.push_str(field.map_or("?", |field| field.name.as_str()));
            out.push('=');
            self.write(out, *value, depth);
        }
    }

    fn field_name(&self, record: ExprId, offset: u16) -> &'static str {
        let ty = self.exprs.get(record.0 as usize).map(|expr| &expr.ty);
        let field = ty.and_then(|ty| ty.as_record()).and_then(|record| record.field(offset));
        field.map_or("<error>", |field| field.name.as_str())
    }
}

/// A short text for what kind of type an operand has, for Bro's `(x/y)` messages.
pub fn tag_text(tag: TypeTag) -> &'static str {
    match tag {
        TypeTag::Error => "error",
        TypeTag::Void => "void",
        TypeTag::Bool => "bool",
        TypeTag::Int => "int",
        TypeTag::Count => "count",
        TypeTag::Double => "double",
        TypeTag::Time => "time",
        TypeTag::Interval => "interval",
        TypeTag::String => "string",
        TypeTag::Pattern => "pattern",
        TypeTag::Port => "port",
        TypeTag::Addr => "addr",
        TypeTag::Subnet => "subnet",
        TypeTag::Any => "any",
        TypeTag::Enum => "enum",
        TypeTag::Table | TypeTag::Set => "table",
        TypeTag::Vector => "vector",
        TypeTag::Record => "record",
        TypeTag::Func => "func",
        TypeTag::File => "file",
        TypeTag::Opaque => "opaque",
        TypeTag::Type => "type",
        TypeTag::List => "types",
    }
}

pub(super) fn unary_text(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Not => "!",
        UnaryOp::Complement => "~",
        UnaryOp::Negate => "-",
        UnaryOp::Plus => "+",
        UnaryOp::Increment => "++",
        UnaryOp::Decrement => "--",
    }
}
