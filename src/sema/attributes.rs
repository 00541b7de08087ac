//! Attributes: which apply where, and what their expressions must be.

use std::rc::Rc;

use super::Checker;
use super::errors::Object;
use super::promote::is_open_container;
use crate::diag::Code;
use crate::hir::{Conversion, ExprId, ExprKind};
use crate::program::{Attributes, BodyEntry, Thunk};
use crate::source::Symbol;
use crate::syntax::ast::{self, Attribute, AttributeKind, Literal};
use crate::types::assign::{promotable_record, same_type};
use crate::types::{ThunkId, Type, TypeRef, TypeTag};
use crate::value::Value;
use crate::value::table::{ExpireKind, TableAttributes};

impl Checker<'_> {
    /// The attributes of a variable of type `ty`, merged over those it has (`redef` adds).
    pub(crate) fn check_attributes(
        &mut self,
        attributes: &[Attribute],
        ty: &TypeRef,
        mut merged: Attributes,
        is_global: bool,
    ) -> Attributes {
        for attribute in attributes {
            match attribute.kind {
                AttributeKind::Redef => merged.redef = true,
                AttributeKind::Optional => merged.optional = true,
                AttributeKind::Deprecated => merged.deprecated = deprecation(attributes),
                AttributeKind::Log => merged.log = true,
                AttributeKind::RawOutput => {
                    if ty.is(TypeTag::File) {
                        merged.raw_output = true;
                    } else {
                        self.attribute_error(attribute, "&raw_output only applicable to files");
                    }
                }
                AttributeKind::ErrorHandler => merged.error_handler = true,
                AttributeKind::IsUsed | AttributeKind::IsAssigned | AttributeKind::IsSet => merged.used = true,
                AttributeKind::Default | AttributeKind::DefaultInsert
                    if matches!(ty.tag(), TypeTag::Table | TypeTag::Set) =>
                {
                    let default = self.table_default(ty, attribute);
                    let mut table = table_attributes(&merged);
                    table.default = default;
                    table.default_insert = attribute.kind == AttributeKind::DefaultInsert;
                    merged.default = default;
                    merged.table = Some(Rc::new(table));
                }
                AttributeKind::Default => merged.default = self.field_default(ty, attribute),
                AttributeKind::CreateExpire | AttributeKind::ReadExpire | AttributeKind::WriteExpire => {
                    self.expire_attribute(attribute, ty, &mut merged, is_global);
                }
                AttributeKind::ExpireFunc => {
                    if let Some(thunk) = self.expire_func(attribute, ty) {
                        let mut table = table_attributes(&merged);
                        table.expire_func = Some(thunk);
                        merged.table = Some(Rc::new(table));
                    }
                }
                AttributeKind::OnChange => {
                    if let Some(thunk) = self.function_attribute(attribute) {
                        let mut table = table_attributes(&merged);
                        table.on_change = Some(thunk);
                        merged.table = Some(Rc::new(table));
                    }
                }
                AttributeKind::AddFunc => merged.add_func = self.function_attribute(attribute),
                AttributeKind::DeleteFunc => merged.delete_func = self.function_attribute(attribute),
                _ => self.check_other_attribute(attribute, ty),
            }
        }
        merged
    }

    /// Attributes of a table constructor: `table(...) &default=...`.
    pub(crate) fn container_attributes(
        &mut self,
        attributes: &[Attribute],
        ty: &TypeRef,
    ) -> Option<Rc<TableAttributes>> {
        if attributes.is_empty() {
            return None;
        }
        self.check_attributes(attributes, ty, Attributes::default(), false).table
    }

    /// Attributes without a meaning of their own at this place: refused where Bro refuses them, otherwise accepted
    /// with a note.
    pub(crate) fn check_other_attribute(&mut self, attribute: &Attribute, ty: &TypeRef) {
        match attribute.kind {
            AttributeKind::Priority => {
                self.attribute_error(attribute, "&priority only applicable to event bodies");
            }
            AttributeKind::RotateInterval if !ty.is(TypeTag::File) => {
                self.attribute_error(attribute, "&rotate_interval only applicable to files");
            }
            AttributeKind::RotateSize if !ty.is(TypeTag::File) => {
                self.attribute_error(attribute, "&rotate_size only applicable to files");
            }
            AttributeKind::Encrypt if !ty.is(TypeTag::File) => {
                self.attribute_error(attribute, "&encrypt only applicable to files");
            }
            AttributeKind::Mergeable if !matches!(ty.tag(), TypeTag::Table | TypeTag::Set) => {
                self.attribute_error(attribute, "&mergeable only applicable to tables/sets");
            }
            AttributeKind::TypeColumn if !ty.is(TypeTag::Port) => {
                self.attribute_error(attribute, "type_column tag only applicable to ports");
            }
            AttributeKind::TypeColumn
            | AttributeKind::Redef
            | AttributeKind::Ordered
            | AttributeKind::IsUsed
            | AttributeKind::IsAssigned
            | AttributeKind::IsSet
            | AttributeKind::Deprecated => {}
            _ => self.note_ignored_attribute(attribute.kind.text(), attribute.span),
        }
    }

    /// `&type_column` of a port: the name of another column.
    pub(crate) fn type_column(&mut self, attribute: &Attribute) -> Option<ThunkId> {
        let expr = attribute.value.as_ref()?;
        let thunk = self.thunk(expr, None, |checker, id| checker.ty(id).is(TypeTag::String).then_some(id));
        if thunk.is_none() {
            self.attribute_error(attribute, "type column needs to have a string argument");
        }
        thunk
    }

    /// An attribute as Bro's messages show it: `&default=x`.
    fn attribute_text(&mut self, attribute: &Attribute) -> String {
        let Some(value) = &attribute.value else { return attribute.kind.text().to_string() };
        let errors = self.diagnostics.len();
        let depth = self.contexts.len();
        self.begin(Symbol::new("attribute"), crate::hir::BodyKind::Expression, Type::void());
        let id = self.check(value);
        let text = format!("{}={}", attribute.kind.text(), self.describe(id));
        self.contexts.truncate(depth);
        self.diagnostics.truncate(errors);
        text
    }

    fn attribute_error(&mut self, attribute: &Attribute, message: &str) {
        let text = self.attribute_text(attribute);
        self.report(crate::diag::Diagnostic::error(Code::BadAttribute, attribute.span, message).subject(text));
    }

    /// Checks `attribute`'s expression in a context of its own and makes a thunk of what `adapt` leaves of it.
    pub(crate) fn thunk(
        &mut self,
        expr: &ast::Expr,
        ty: Option<&TypeRef>,
        adapt: impl FnOnce(&mut Self, ExprId) -> Option<ExprId>,
    ) -> Option<ThunkId> {
        let depth = self.contexts.len();
        self.begin(Symbol::new("default"), crate::hir::BodyKind::Expression, Type::void());
        let id = match ty {
            Some(ty) => self.check_initializer(expr, ty, None),
            None => self.check(expr),
        };
        let adapted = if self.is_error(id) { None } else { adapt(self, id) };
        let Some(id) = adapted else {
            self.contexts.truncate(depth);
            return None;
        };
        let ty = self.ty(id);
        if let Some(ExprKind::Const(value)) = self.kind(id)
            && is_immutable(value)
        {
            let value = value.clone();
            self.contexts.truncate(depth);
            return Some(self.program.add_thunk(Thunk::Const(value)));
        }
        let body = self.finish_expression(id, ty.clone(), expr.span);
        let body = self.program.add_body(BodyEntry::Typed(body));
        Some(self.program.add_thunk(Thunk::Body(body, ty)))
    }

    /// `&default` of a record field, a parameter or a variable that is no table: a value of that type.
    pub(crate) fn field_default(&mut self, ty: &TypeRef, attribute: &Attribute) -> Option<ThunkId> {
        let expr = attribute.value.as_ref()?;
        if ty.is_error() {
            return None;
        }
        let expected = ty.clone();
        let container = matches!(ty.tag(), TypeTag::Table | TypeTag::Set);
        let text = if container { self.attribute_text(attribute) } else { String::new() };
        let errors = self.diagnostics.len();
        let thunk = self.thunk(expr, Some(ty), move |checker, id| {
            let from = checker.ty(id);
            if same_type(&from, &expected, false) && !from.is(TypeTag::Record) {
                return Some(id);
            }
            if is_open_container(&from, &expected) {
                return Some(checker.close_container(id, &expected));
            }
            let promoted = checker.promote(id, &expected);
            if promoted.is_none() {
                let message = "&default value has inconsistent type";
                checker.error2(Code::BadAttribute, &Object::Expr(id), &Object::Type(&expected), message);
            }
            promoted
        });
        if thunk.is_none() && container {
            // Of a container Bro says this alone.
            self.diagnostics.truncate(errors);
            let message = "&default value has inconsistent type";
            self.report(crate::diag::Diagnostic::error(Code::BadAttribute, attribute.span, message).subject(text));
        }
        thunk
    }

    /// `&default` of a table: a value of the yield type, or a function from the index to it.
    fn table_default(&mut self, ty: &TypeRef, attribute: &Attribute) -> Option<ThunkId> {
        let expr = attribute.value.as_ref()?;
        let (index, yields) = ty.as_table()?;
        let (index, yields) = (index.to_vec(), yields.cloned()?);
        let text = self.attribute_text(attribute);
        let span = attribute.span;
        let target = if yields.is(TypeTag::Func) { None } else { Some(yields.clone()) };
        self.thunk(expr, target.as_ref(), move |checker, id| {
            let from = checker.ty(id);
            if same_type(&from, &yields, false) && !from.is(TypeTag::Record) {
                return Some(id);
            }
            if let Some(func) = from.as_func() {
                let arguments: Vec<TypeRef> = func.parameters.iter().map(|parameter| parameter.ty.clone()).collect();
                let matches = index.len() == arguments.len()
                    && index
                        .iter()
                        .zip(&arguments)
                        .all(|(index, argument)| argument.is(TypeTag::Any) || same_type(index, argument, false))
                    && same_type(&func.result, &yields, false);
                if matches {
                    return Some(id);
                }
                let message = "&default function type clash";
                checker.report(crate::diag::Diagnostic::error(Code::BadAttribute, span, message).subject(text));
                return None;
            }
            if let (Some(target), Some(record)) = (yields.as_record(), from.as_record())
                && promotable_record(target, record)
            {
                return Some(checker.convert(Conversion::Record, id, yields.clone()));
            }
            let promoted = checker.promote(id, &yields);
            if promoted.is_none() {
                let message = "&default value has inconsistent type 2";
                checker.report(crate::diag::Diagnostic::error(Code::BadAttribute, span, message).subject(text));
            }
            promoted
        })
    }

    fn expire_attribute(&mut self, attribute: &Attribute, ty: &TypeRef, merged: &mut Attributes, is_global: bool) {
        if !matches!(ty.tag(), TypeTag::Table | TypeTag::Set) {
            self.attribute_error(attribute, "expiration only applicable to tables");
            return;
        }
        if !is_global && self.in_body() {
            self.attribute_error(attribute, "expiration not supported for local variables");
            return;
        }
        let kind = match attribute.kind {
            AttributeKind::ReadExpire => ExpireKind::Read,
            AttributeKind::WriteExpire => ExpireKind::Write,
            _ => ExpireKind::Create,
        };
        let mut table = table_attributes(merged);
        if table.expire.is_some_and(|(other, _)| other != kind) {
            let message = "set/table can only have one of &read_expire, &write_expire, &create_expire";
            let first = merged.expire_text.clone().unwrap_or_default();
            let text = format!("{first}, {}", self.attribute_text(attribute));
            self.report(crate::diag::Diagnostic::error(Code::BadAttribute, attribute.span, message).subject(text));
            return;
        }
        let Some(expr) = attribute.value.as_ref() else { return };
        let thunk = self.thunk(expr, None, |checker, id| match checker.tag(id) {
            TypeTag::Interval => Some(id),
            _ => {
                let message = "expiration interval has wrong type";
                checker.error(Code::BadAttribute, &Object::Expr(id), message);
                None
            }
        });
        if let Some(thunk) = thunk {
            table.expire = Some((kind, thunk));
            merged.expire_text = Some(self.attribute_text(attribute).into());
            merged.table = Some(Rc::new(table));
        }
    }

    /// `&expire_func`: takes the table and its index (as `any`, one value, or one parameter per column) and gives an
    /// interval.
    fn expire_func(&mut self, attribute: &Attribute, ty: &TypeRef) -> Option<ThunkId> {
        let Some((index, _)) = ty.as_table() else {
            self.attribute_error(attribute, "expiration only applicable to tables");
            return None;
        };
        let columns = index.len();
        let thunk = self.function_attribute_with(attribute, |checker, attribute, func| {
            if !func.result.is(TypeTag::Interval) {
                checker.attribute_error(attribute, "&expire_func must yield a value of type interval");
                return false;
            }
            if func.parameters.len() != 2 && func.parameters.len() != columns + 1 {
                checker.attribute_error(attribute, "&expire_func function must take exactly two arguments");
                return false;
            }
            true
        })?;
        Some(thunk)
    }

    fn function_attribute(&mut self, attribute: &Attribute) -> Option<ThunkId> {
        self.function_attribute_with(attribute, |_, _, _| true)
    }

    fn function_attribute_with(
        &mut self,
        attribute: &Attribute,
        accept: impl FnOnce(&mut Self, &Attribute, &crate::types::FuncType) -> bool,
    ) -> Option<ThunkId> {
        let expr = attribute.value.as_ref()?;
        let name = attribute.kind.text();
        self.thunk(expr, None, |checker, id| {
            let ty = checker.ty(id);
            let Some(func) = ty.as_func() else {
                checker.error(Code::BadAttribute, &Object::Expr(id), format!("{name} must be a function"));
                return None;
            };
            accept(checker, attribute, func).then_some(id)
        })
    }

    /// Whether a function body (not an initialiser) is being checked.
    pub(crate) fn in_body(&self) -> bool {
        self.contexts.iter().any(|context| context.kind != crate::hir::BodyKind::Expression)
    }
}

/// The text of `&deprecated`, empty where there is none; `None` without the attribute.
pub(crate) fn deprecation(attributes: &[Attribute]) -> Option<Rc<str>> {
    let attribute = attributes.iter().find(|attribute| attribute.kind == AttributeKind::Deprecated)?;
    Some(match attribute.value.as_ref().map(|value| &value.kind) {
        Some(ast::ExprKind::Literal(Literal::String(text))) => String::from_utf8_lossy(text).into(),
        _ => "".into(),
    })
}

fn table_attributes(attributes: &Attributes) -> TableAttributes {
    attributes.table.as_deref().cloned().unwrap_or_default()
}

fn is_immutable(value: &Value) -> bool {
    !matches!(value, Value::Table(_) | Value::Vector(_) | Value::Record(_) | Value::Opaque(_) | Value::List(_))
}
