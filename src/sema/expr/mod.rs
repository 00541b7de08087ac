//! Expressions: one method per kind, dispatched here.

pub(super) mod access;
mod advice;
mod assign;
mod call;
mod chain;
mod compare;
mod construct;
mod lambda;
mod operators;

use std::net::IpAddr;
use std::rc::Rc;

pub(crate) use access::unknown_field;

use super::Checker;
use super::errors::Object;
use super::names::Resolved;
use crate::diag::{Code, Diagnostic};
use crate::hir::{ExprId, ExprKind, GlobalId};
use crate::pattern::Pattern;
use crate::program::GlobalKind;
use crate::source::{Span, Symbol};
use crate::syntax::ast::{self, AssignOp, Literal, UnaryOp};
use crate::types::{Type, TypeRef, TypeTag};
use crate::value::{Address, Subnet, Value, shared_literal};

impl Checker<'_> {
    /// Checks an expression. An error gives an expression of the error type.
    pub(crate) fn check(&mut self, expr: &ast::Expr) -> ExprId {
        let span = expr.span;
        match &expr.kind {
            ast::ExprKind::Name(name) => self.check_name(*name, span),
            ast::ExprKind::Literal(literal) => self.check_literal(literal, span),
            ast::ExprKind::Unary(op @ (UnaryOp::Increment | UnaryOp::Decrement), operand) => {
                self.check_increment(*op, operand, span)
            }
            ast::ExprKind::Unary(op, operand) => self.check_unary(*op, operand, span),
            ast::ExprKind::Binary(..) | ast::ExprKind::Chain(..) => self.check_binary_chain(expr),
            ast::ExprKind::Assign(AssignOp::Assign, target, value) => self.check_assign(target, value, span),
            ast::ExprKind::Assign(AssignOp::AddTo, target, value) => self.check_add_to(target, value, span),
            ast::ExprKind::Assign(AssignOp::RemoveFrom, target, value) => self.check_remove_from(target, value, span),
            ast::ExprKind::LocalAssign(name, value) => self.check_local_assign(name, value, span),
            ast::ExprKind::Conditional(condition, then, otherwise) => {
                self.check_conditional(condition, then, otherwise, span)
            }
            ast::ExprKind::Index(container, indices) => self.check_index(container, indices, span),
            ast::ExprKind::Slice(container, low, high) => {
                self.check_slice(container, low.as_deref(), high.as_deref(), span)
            }
            ast::ExprKind::Field(record, field) => self.check_field_access(record, field, span),
            ast::ExprKind::HasField(record, field) => self.check_has_field(record, field, span),
            ast::ExprKind::FieldAssign(field, _) => {
                self.error_at(
                    Code::BadInitializer,
                    span,
                    format!("illegal use of ${} outside of a record", field.name),
                );
                self.invalid(format!("${}", field.name), span)
            }
            ast::ExprKind::Call(callee, arguments) => self.check_call(callee, arguments, false, span),
            ast::ExprKind::HookCall(callee, arguments) => self.check_call(callee, arguments, true, span),
            ast::ExprKind::Schedule(delay, event) => self.check_schedule(delay, event, span),
            ast::ExprKind::List(elements) => self.check_list(elements, span),
            ast::ExprKind::Braces(elements) => self.check_braces(elements, span),
            ast::ExprKind::Record(fields) => self.check_record(fields, span),
            ast::ExprKind::Table(entries, attributes) => self.check_table(entries, attributes, None, span),
            ast::ExprKind::Set(elements, attributes) => self.check_set(elements, attributes, None, span),
            ast::ExprKind::Vector(elements) => self.check_vector(elements, None, span),
            ast::ExprKind::Lambda(lambda) => self.check_lambda(lambda),
            ast::ExprKind::Copy(operand) => {
                let operand = self.check(operand);
                let ty = self.ty(operand);
                self.add(ExprKind::Copy(operand), ty, span)
            }
            ast::ExprKind::Size(operand) => self.check_size(operand, span),
            ast::ExprKind::Cast(operand, ty) => self.check_cast(operand, ty, span),
            ast::ExprKind::Is(operand, ty) => self.check_is(operand, ty, span),
            ast::ExprKind::NotAHookCall(operand) => {
                let id = self.check(operand);
                if self.is_error(id) {
                    id
                } else {
                    self.expr_error(Code::BadCall, id, "not a valid hook call expression")
                }
            }
            ast::ExprKind::Type(ty) => {
                let ty = self.check_type(ty);
                if ty.is_error() {
                    return self.invalid("type", span);
                }
                self.add(ExprKind::Const(Value::Type(ty.clone())), Type::type_of(ty), span)
            }
            ast::ExprKind::Paren(inner) => {
                let id = self.check(inner);
                if let Some(expr) = self.context().exprs.get_mut(id.0 as usize) {
                    expr.paren = true;
                }
                id
            }
        }
    }

    /// Checks an expression whose value is used: calls without result are refused.
    pub(crate) fn check_value(&mut self, expr: &ast::Expr) -> ExprId {
        let id = self.check(expr);
        if self.tag(id) == TypeTag::Void {
            return self.expr_error(Code::TypeMismatch, id, "value of type void illegal");
        }
        id
    }

    fn check_name(&mut self, name: Symbol, span: Span) -> ExprId {
        match self.lookup(name, span) {
            Some(Resolved::Local(local)) => {
                let ty = self.context().locals.get(local.0 as usize).map_or_else(Type::error, |local| local.ty.clone());
                self.add(ExprKind::Local(local), ty, span)
            }
            Some(Resolved::Global(id)) => self.global_expr(id, span),
            None => {
                self.unknown_identifier(name, span);
                self.invalid(name.as_str(), span)
            }
        }
    }

    /// An expression for a global: enum constants are constants, type names are values of a type type.
    pub(crate) fn global_expr(&mut self, id: GlobalId, span: Span) -> ExprId {
        let global = self.program.global(id);
        let (ty, kind, name) = (global.ty.clone(), global.kind.clone(), global.name);
        if let Some(text) = global.attributes.deprecated.clone() {
            self.warn_deprecated(name.base_name(), Some(&text), span);
        }
        if let Some((value, enumeration)) = self.enum_value(id) {
            return self.add(ExprKind::Const(Value::Enum(value, enumeration)), ty, span);
        }
        self.context().mentioned.push(id);
        let ty = if kind == GlobalKind::Type { Type::type_of(ty) } else { ty };
        self.add(ExprKind::Global(id), ty, span)
    }

    fn check_literal(&mut self, literal: &Literal, span: Span) -> ExprId {
        let (value, ty) = match literal {
            Literal::Bool(value) => (Value::Bool(*value), Type::bool()),
            Literal::Count(value) => (Value::Count(*value), Type::count()),
            Literal::Int(value) => (Value::Int(*value), Type::int()),
            Literal::Double(value) => (Value::Double(*value), Type::double()),
            Literal::Interval(value) => (Value::Interval(*value), Type::interval()),
            Literal::String(bytes) => (shared_literal(bytes), Type::string()),
            Literal::Port { number, protocol } => (Value::Port(*number, *protocol), Type::port()),
            Literal::Addr(ip) => (Address::new(*ip).to_value(), Type::addr()),
            Literal::Pattern { text, ignore_case, single_line } => {
                match Pattern::parse(text, *ignore_case, *single_line) {
                    Ok(pattern) => (Value::Pattern(Rc::new(pattern)), Type::pattern()),
                    Err(error) => {
                        self.report(Diagnostic::error(Code::BadPattern, span, error.to_string()));
                        return self.invalid(format!("/{}/", String::from_utf8_lossy(text)), span);
                    }
                }
            }
            Literal::HostName(name) => return self.host_name(name, span),
        };
        self.add(ExprKind::Const(value), ty, span)
    }

    /// A bare host name stands for the set of its addresses.
    fn host_name(&mut self, name: &str, span: Span) -> ExprId {
        let Some(lookup) = self.find_global(Symbol::new("blocking_lookup_hostname")) else {
            self.error_at(Code::UnknownIdentifier, span, format!("cannot resolve host name {name}"));
            return self.invalid(name, span);
        };
        let callee = self.global_expr(lookup, span);
        let argument = self.add(ExprKind::Const(Value::string(name)), Type::string(), span);
        let kind = ExprKind::Call { callee, arguments: vec![argument] };
        self.add(kind, Type::set(vec![Type::addr()]), span)
    }

    pub(crate) fn list_of(&mut self, elements: Vec<ExprId>, span: Span) -> ExprId {
        if elements.iter().any(|id| self.is_error(*id)) {
            return self.invalid("list", span);
        }
        let types = elements.iter().map(|id| self.ty(*id)).collect();
        self.add(ExprKind::List(elements), Type::list(types), span)
    }

    /// `[a, b]` as a value of its own: an index written for a table with several columns.
    fn check_list(&mut self, elements: &[ast::Expr], span: Span) -> ExprId {
        let elements: Vec<ExprId> = elements.iter().map(|element| self.check(element)).collect();
        self.list_of(elements, span)
    }

    /// `{ ... }` without a type to go by: a table where its elements are assignments, otherwise a set.
    fn check_braces(&mut self, elements: &[ast::Expr], span: Span) -> ExprId {
        let assigns =
            elements.iter().any(|element| matches!(element.kind, ast::ExprKind::Assign(AssignOp::Assign, ..)));
        if assigns { self.check_table(elements, &[], None, span) } else { self.check_set(elements, &[], None, span) }
    }

    fn check_size(&mut self, operand: &ast::Expr, span: Span) -> ExprId {
        let operand = self.check_value(operand);
        let ty = match self.tag(operand) {
            TypeTag::Error => return self.invalidate(operand),
            TypeTag::Int => Type::int(),
            TypeTag::Double | TypeTag::Time | TypeTag::Interval | TypeTag::Subnet | TypeTag::File => Type::double(),
            TypeTag::Any => Type::any(),
            _ => Type::count(),
        };
        self.add(ExprKind::Size(operand), ty, span)
    }

    fn check_cast(&mut self, operand: &ast::Expr, ty: &ast::TypeExpr, span: Span) -> ExprId {
        let operand = self.check_value(operand);
        let ty = self.check_type(ty);
        if self.is_error(operand) || ty.is_error() {
            return self.invalidate(operand);
        }
        let from = self.ty(operand);
        let cast = self.add(ExprKind::Cast(operand), ty.clone(), span);
        if !castable(&from, &ty) {
            return self.expr_error(Code::BadOperand, cast, "cast not supported");
        }
        cast
    }

    fn check_is(&mut self, operand: &ast::Expr, ty: &ast::TypeExpr, span: Span) -> ExprId {
        let operand = self.check_value(operand);
        let ty = self.check_type(ty);
        if self.is_error(operand) || ty.is_error() {
            return self.invalidate(operand);
        }
        let from = self.ty(operand);
        let test = self.add(ExprKind::Is(operand, ty.clone()), Type::bool(), span);
        if !castable(&from, &ty) {
            return self.expr_error(Code::BadOperand, test, "is not supported");
        }
        test
    }

    /// Reports unless the expression is a bool.
    pub(crate) fn require_bool(&mut self, id: ExprId, message: &str) {
        if !self.is_error(id) && self.tag(id) != TypeTag::Bool {
            self.error(Code::TypeMismatch, &Object::Expr(id), message);
            let assigns = matches!(self.kind(id), Some(ExprKind::Assign(..)));
            if let Some(diagnostic) = self.diagnostics.last_mut().filter(|_| assigns) {
                diagnostic.notes.push("`=` assigns; to compare, write `==`".into());
            }
        }
    }
}

/// `[::ffff:10.0.0.0]/104`: written as IPv6, so the width counts from the top of all 128 bits.
fn literal_subnet(address: &ast::Expr, width: &ast::Expr) -> Option<Value> {
    let (ast::ExprKind::Literal(Literal::Addr(IpAddr::V6(address))), ast::ExprKind::Literal(Literal::Count(width))) =
        (&address.kind, &width.kind)
    else {
        return None;
    };
    let (mapped, width) = (address.to_ipv4_mapped()?, u8::try_from(*width).ok().filter(|width| *width <= 128)?);
    Some(match width.checked_sub(96) {
        Some(width) => Subnet::new(Address::new(IpAddr::V4(mapped)), width).to_value(),
        None => Subnet { prefix: Address(IpAddr::V6(*address)).masked(width), width }.to_value(),
    })
}

/// Bro's `can_cast_value_to_type`: the same type, from or to `any` and Broker's data, and Zeek's conversions between
/// containers of matching shape (a set of addresses as a vector).
pub(crate) fn castable(from: &TypeRef, to: &TypeRef) -> bool {
    use crate::types::assign::same_type;
    let is_data = |ty: &TypeRef| ty.name().is_some_and(|name| name.as_str() == "Broker::Data");
    if from.is(TypeTag::Any) || to.is(TypeTag::Any) || is_data(from) || is_data(to) || same_type(from, to, false) {
        return true;
    }
    match (from.as_table(), to.as_vector()) {
        (Some(([index], None)), Some(element)) => same_type(index, element, false),
        _ => false,
    }
}
