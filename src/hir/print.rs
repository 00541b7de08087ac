//! Typed bodies as text, for `brood dump hir` and for tests.
//!
//! The text names what the checker decided: locals with slot and type, conversions, the fields a constructor sets, the
//! bodies of lambdas. It depends on nothing but the body, so that it can be compared.

use std::fmt::Write;

use super::describe::unary_text;
use super::{
    Body, BodyKind, Captured, Conversion, Expr, ExprId, ExprKind, For, GlobalId, Local, LocalId, Part, Stmt, StmtKind,
    Switch, When,
};
use crate::source::Symbol;
use crate::types::Type;

/// Nested deeper than this an expression shows as `...`.
const MAX_DEPTH: usize = 200;

/// The text of a body. `global` names globals.
pub fn body(body: &Body, global: &dyn Fn(GlobalId) -> Symbol) -> String {
    let mut printer = Printer { body, global, out: String::new(), indent: 0 };
    printer.whole();
    printer.out
}

struct Printer<'a> {
    body: &'a Body,
    global: &'a dyn Fn(GlobalId) -> Symbol,
    out: String,
    indent: usize,
}

impl Printer<'_> {
    fn whole(&mut self) {
        let kind = match self.body.kind {
            BodyKind::Function => "function",
            BodyKind::Event => "event",
            BodyKind::Hook => "hook",
            BodyKind::Expression => "expression",
            BodyKind::When => "when",
        };
        let result = type_text(&self.body.result);
        self.line(&format!("{kind} {}: {result}", self.body.name));
        self.indent += 1;
        let (parameters, captures) = (self.body.parameters as usize, self.body.captures as usize);
        for (slot, local) in self.body.locals.iter().enumerate() {
            let role = match slot {
                slot if slot < parameters => "parameter",
                slot if slot < parameters + captures => "capture",
                _ => "local",
            };
            self.line(&format!("{role} #{slot} {}: {}", local.name, type_text(&local.ty)));
        }
        if let Some(when) = &self.body.when {
            let condition = self.text(when.condition);
            self.line(&format!("condition {condition}"));
        }
        self.statements(&self.body.root);
        if let Some(when) = self.body.when.as_ref().filter(|when| !when.timeout.is_empty()) {
            self.line("on timeout");
            self.block(&when.timeout);
        }
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{:width$}{text}", "", width = self.indent * 2);
    }

    fn block(&mut self, statements: &[Stmt]) {
        self.indent += 1;
        self.statements(statements);
        self.indent -= 1;
    }

    fn statements(&mut self, statements: &[Stmt]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Block(statements) => {
                self.line("block");
                self.block(statements);
            }
            StmtKind::Expr(expr) => {
                let text = self.text(*expr);
                self.line(&text);
            }
            StmtKind::Print(values) => {
                let values = self.texts(values);
                self.line(&format!("print {values}"));
            }
            StmtKind::Event { event, arguments } => {
                let arguments = self.texts(arguments);
                let event = (self.global)(*event);
                self.line(&format!("event {event}({arguments})"));
            }
            StmtKind::If { condition, then, otherwise } => {
                let condition = self.text(*condition);
                self.line(&format!("if {condition}"));
                self.block(then);
                if !otherwise.is_empty() {
                    self.line("else");
                    self.block(otherwise);
                }
            }
            StmtKind::While { condition, body } => {
                let condition = self.text(*condition);
                self.line(&format!("while {condition}"));
                self.block(body);
            }
            StmtKind::For(statement) => self.for_loop(statement),
            StmtKind::Switch(statement) => self.switch(statement),
            StmtKind::Next => self.line("next"),
            StmtKind::Break => self.line("break"),
            StmtKind::Fallthrough => self.line("fallthrough"),
            StmtKind::Null => self.line("null"),
            StmtKind::Return(None) => self.line("return"),
            StmtKind::Return(Some(value)) => {
                let value = self.text(*value);
                self.line(&format!("return {value}"));
            }
            StmtKind::Add(expr) => {
                let text = self.text(*expr);
                self.line(&format!("add {text}"));
            }
            StmtKind::Delete(expr) => {
                let text = self.text(*expr);
                self.line(&format!("delete {text}"));
            }
            StmtKind::When(when) => self.when(when),
            StmtKind::Assert { condition, message } => {
                let condition = self.text(*condition);
                let message = message.map(|message| format!(", {}", self.text(message)));
                self.line(&format!("assert {condition}{}", message.unwrap_or_default()));
            }
            StmtKind::Init(locals, _) => {
                let locals: Vec<String> = locals.iter().map(|local| self.local(*local)).collect();
                self.line(&format!("init {}", locals.join(", ")));
            }
        }
    }

    fn for_loop(&mut self, statement: &For) {
        let name = |local: &Option<LocalId>| local.map_or("_".into(), |local| self.local(local));
        let mut variables: Vec<String> = statement.keys.iter().map(name).collect();
        if statement.value.is_some() {
            variables.push(format!("value {}", name(&statement.value)));
        }
        let container = self.text(statement.container);
        self.line(&format!("for {} in {container}", variables.join(", ")));
        self.block(&statement.body);
    }

    fn switch(&mut self, statement: &Switch) {
        let subject = self.text(statement.subject);
        self.line(&format!("switch {subject}"));
        self.indent += 1;
        for case in &statement.cases {
            let mut labels: Vec<String> = case.values.iter().map(constant).collect();
            labels.extend(case.globals.iter().map(|global| (self.global)(*global).to_string()));
            labels.extend(case.types.iter().map(|(ty, local)| {
                let binding = local.map(|local| format!(" as {}", self.local(local)));
                format!("type {}{}", type_text(ty), binding.unwrap_or_default())
            }));
            if case.default {
                labels.push("default".into());
            }
            self.line(&format!("case {}", labels.join(", ")));
            self.block(&case.body);
        }
        self.indent -= 1;
    }

    fn when(&mut self, when: &When) {
        let timeout = when.timeout.map(|timeout| format!(" timeout {}", self.text(timeout)));
        let word = if when.is_return { "return when" } else { "when" };
        let captures = self.captures(&when.captures);
        self.line(&format!("{word} body {}{captures}{}", when.body.0, timeout.unwrap_or_default()));
    }

    fn local(&self, local: LocalId) -> String {
        let name = self.body.locals.get(local.0 as usize).map_or("?", |Local { name, .. }| name.as_str());
        format!("{name}#{}", local.0)
    }

    fn captures(&self, captures: &[Captured]) -> String {
        if captures.is_empty() {
            return String::new();
        }
        let names: Vec<String> = captures
            .iter()
            .map(|capture| format!("{}{}", if capture.copy { "copy " } else { "" }, self.local(capture.outer)))
            .collect();
        format!(" captures [{}]", names.join(", "))
    }

    fn text(&self, id: ExprId) -> String {
        let mut out = String::new();
        self.write(&mut out, id, MAX_DEPTH);
        out
    }

    fn texts(&self, ids: &[ExprId]) -> String {
        let texts: Vec<String> = ids.iter().map(|id| self.text(*id)).collect();
        texts.join(", ")
    }

    fn write(&self, out: &mut String, id: ExprId, depth: usize) {
        let (Some(expr), Some(depth)) = (self.body.exprs.get(id.0 as usize), depth.checked_sub(1)) else {
            out.push_str("...");
            return;
        };
        self.write_kind(out, expr, depth);
    }

    fn infix(&self, out: &mut String, left: ExprId, word: &str, right: ExprId, depth: usize) {
        out.push('(');
        self.write(out, left, depth);
        let _ = write!(out, " {word} ");
        self.write(out, right, depth);
        out.push(')');
    }

    fn list(&self, out: &mut String, open: &str, ids: &[ExprId], close: &str, depth: usize) {
        out.push_str(open);
        for (position, id) in ids.iter().enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            self.write(out, *id, depth);
        }
        out.push_str(close);
    }

    fn field_name(&self, record: ExprId, offset: u16) -> Symbol {
        let ty = self.body.exprs.get(record.0 as usize).map(|expr| expr.ty.clone());
        let field = ty.and_then(|ty| ty.as_record().and_then(|record| record.field(offset)));
        field.map_or_else(|| "?".into(), |field| field.name)
    }

    fn write_kind(&self, out: &mut String, expr: &Expr, depth: usize) {
        let word = |out: &mut String, word: &str, operand: ExprId| {
            let _ = write!(out, "{word}(");
            self.write(out, operand, depth);
            out.push(')');
        };
        match &expr.kind {
            ExprKind::Const(value) => out.push_str(&constant(value)),
            ExprKind::Local(local) => out.push_str(&self.local(*local)),
            ExprKind::Global(global) => out.push_str((self.global)(*global).as_str()),
            ExprKind::Unary(op, operand) => {
                out.push_str(unary_text(*op));
                self.write(out, *operand, depth);
            }
            ExprKind::Increment { target, down } => {
                out.push_str(if *down { "--" } else { "++" });
                self.write(out, *target, depth);
            }
            ExprKind::Binary(op, left, right) => self.infix(out, *left, op.text(), *right, depth),
            ExprKind::Assign(target, value) => self.infix(out, *target, "=", *value, depth),
            ExprKind::AddTo(target, value) => self.infix(out, *target, "+=", *value, depth),
            ExprKind::RemoveFrom(target, value) => self.infix(out, *target, "-=", *value, depth),
            ExprKind::Conditional(condition, then, otherwise) => {
                self.list(out, "if(", &[*condition, *then, *otherwise], ")", depth);
            }
            ExprKind::Index { container, indices } => {
                self.write(out, *container, depth);
                self.list(out, "[", indices, "]", depth);
            }
            ExprKind::Slice { container, low, high } => {
                self.write(out, *container, depth);
                out.push('[');
                self.write(out, *low, depth);
                out.push(':');
                self.write(out, *high, depth);
                out.push(']');
            }
            ExprKind::Field(record, offset) => {
                self.write(out, *record, depth);
                let _ = write!(out, "${}", self.field_name(*record, *offset));
            }
            ExprKind::HasField(record, offset) => {
                self.write(out, *record, depth);
                let _ = write!(out, "?${}", self.field_name(*record, *offset));
            }
            ExprKind::In { indices, container } => {
                self.list(out, "([", indices, "] in ", depth);
                self.write(out, *container, depth);
                out.push(')');
            }
            ExprKind::Record(fields) => {
                let _ = write!(out, "{}(", type_text(&expr.ty));
                for (position, (offset, value)) in fields.iter().enumerate() {
                    let field = expr.ty.as_record().and_then(|record| record.field(*offset));
                    let name = field.map_or_else(|| "?".into(), |field| field.name);
                    let _ = write!(out, "{}${name}=", if position > 0 { ", " } else { "" });
                    self.write(out, *value, depth);
                }
                out.push(')');
            }
            ExprKind::Table { entries, .. } => {
                out.push_str("table(");
                for (position, (indices, value)) in entries.iter().enumerate() {
                    self.list(out, if position > 0 { ", [" } else { "[" }, indices, "] = ", depth);
                    self.write(out, *value, depth);
                }
                out.push(')');
            }
            ExprKind::Set { entries, .. } => {
                out.push_str("set(");
                for (position, indices) in entries.iter().enumerate() {
                    self.list(out, if position > 0 { ", [" } else { "[" }, indices, "]", depth);
                }
                out.push(')');
            }
            ExprKind::Merged { container, parts } => self.merged(out, *container, parts, depth),
            ExprKind::Vector(elements) => self.list(out, "vector(", elements, ")", depth),
            ExprKind::List(elements) => self.list(out, "[", elements, "]", depth),
            ExprKind::Call { callee, arguments } => {
                self.write(out, *callee, depth);
                self.list(out, "(", arguments, ")", depth);
            }
            ExprKind::Schedule { delay, event, arguments } => {
                out.push_str("schedule ");
                self.write(out, *delay, depth);
                let _ = write!(out, " {}", (self.global)(*event));
                self.list(out, "(", arguments, ")", depth);
            }
            ExprKind::Lambda { body, captures } => {
                let _ = write!(out, "lambda(body {}{})", body.0, self.captures(captures));
            }
            ExprKind::Copy(operand) => word(out, "copy", *operand),
            ExprKind::Size(operand) => word(out, "size", *operand),
            ExprKind::Convert(conversion, operand) => {
                let _ = write!(out, "{}<{}>", conversion_text(*conversion), type_text(&expr.ty));
                word(out, "", *operand);
            }
            ExprKind::Cast(operand) => word(out, &format!("cast<{}>", type_text(&expr.ty)), *operand),
            ExprKind::Is(operand, ty) => word(out, &format!("is<{}>", type_text(ty)), *operand),
            ExprKind::Sequence(operand) => word(out, "true_after", *operand),
            ExprKind::Thunk(thunk) => drop(write!(out, "thunk {}", thunk.0)),
            ExprKind::Invalid(text) => drop(write!(out, "invalid<{text}>")),
        }
    }

    fn merged(&self, out: &mut String, container: ExprId, parts: &[Part], depth: usize) {
        out.push_str("merge(");
        self.write(out, container, depth);
        for part in parts {
            match part {
                Part::Flatten(other) => {
                    out.push_str(", all of ");
                    self.write(out, *other, depth);
                }
                Part::Product { columns, value } => {
                    out.push_str(", each of [");
                    for (position, (column, is_set)) in columns.iter().enumerate() {
                        out.push_str(if position > 0 { ", " } else { "" });
                        out.push_str(if *is_set { "elements of " } else { "" });
                        self.write(out, *column, depth);
                    }
                    out.push(']');
                    if let Some(value) = value {
                        out.push_str(" = ");
                        self.write(out, *value, depth);
                    }
                }
            }
        }
        out.push(')');
    }
}

fn conversion_text(conversion: Conversion) -> &'static str {
    match conversion {
        Conversion::Arithmetic => "number",
        Conversion::Record => "record",
        Conversion::Table => "table",
        Conversion::Vector => "vector",
        Conversion::ToAny => "to_any",
        Conversion::FromAny => "from_any",
        Conversion::Set => "set",
    }
}

fn constant(value: &crate::value::Value) -> String {
    use crate::value::describe::{Lines, Style};
    let text = value.text(Style { raw: false, quotes: true, lines: Lines::Joined });
    String::from_utf8_lossy(&text).into_owned()
}

/// A type by its name, or as messages show it.
fn type_text(ty: &Type) -> String {
    ty.name().map_or_else(|| ty.short(), |name| name.to_string())
}
