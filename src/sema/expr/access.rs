//! Reaching into values: indices, slices, fields, membership.

use std::rc::Rc;

use crate::diag::similar;
use crate::diag::{Code, Diagnostic};
use crate::hir::{ExprId, ExprKind};
use crate::sema::Checker;
use crate::sema::errors::Object;
use crate::source::{Span, Symbol};
use crate::syntax::ast;
use crate::types::assign::same_type;
use crate::types::{RecordType, Type, TypeRef, TypeTag};
use crate::value::Value;

impl Checker<'_> {
    pub(super) fn check_index(&mut self, container: &ast::Expr, indices: &[ast::Expr], span: Span) -> ExprId {
        let container = self.check_value(container);
        let mut ids: Vec<ExprId> = Vec::with_capacity(indices.len());
        for index in indices {
            match &index.kind {
                // `t[[a, b]]` is `t[a, b]`.
                ast::ExprKind::List(elements) if indices.len() == 1 => {
                    ids.extend(elements.iter().map(|element| self.check(element)));
                }
                _ => ids.push(self.check_value(index)),
            }
        }
        if self.is_error(container) || ids.iter().any(|id| self.is_error(*id)) {
            let id = self.add(ExprKind::Index { container, indices: ids }, Type::error(), span);
            return self.invalidate(id);
        }
        let ty = self.ty(container);
        let (indices, result) = match ty.tag() {
            TypeTag::Table | TypeTag::Set => {
                let yields = ty.as_table().and_then(|(_, yields)| yields.cloned()).unwrap_or_else(Type::void);
                (self.promote_index(&ids, &ty), yields)
            }
            TypeTag::Vector => {
                let element = ty.as_vector().cloned().unwrap_or_else(Type::error);
                // What an open vector holds is anybody's guess.
                let element = if element.is(TypeTag::Void) { Type::any() } else { element };
                match ids[..] {
                    [only] if self.tag(only).is_integral() => (Some(ids), element),
                    [only] if self.is_vector_index(only) => (Some(ids), ty.clone()),
                    _ => (None, element),
                }
            }
            TypeTag::String => match ids[..] {
                [only] if self.tag(only).is_integral() => (Some(ids), Type::string()),
                _ => {
                    let id = self.add(ExprKind::Index { container, indices: ids }, Type::error(), span);
                    return self.expr_error(Code::BadOperand, id, "invalid string index expression");
                }
            },
            TypeTag::Any => (Some(ids), Type::any()),
            _ => (None, Type::error()),
        };
        let Some(indices) = indices else {
            let id = self.add(ExprKind::Index { container, indices: Vec::new() }, Type::error(), span);
            return self.expr_error(Code::BadOperand, id, "not an index type");
        };
        self.add(ExprKind::Index { container, indices }, result, span)
    }

    /// A vector of bools selects, a vector of numbers picks.
    fn is_vector_index(&self, id: ExprId) -> bool {
        self.ty(id).as_vector().is_some_and(|element| element.is(TypeTag::Bool) || element.tag().is_integral())
    }

    /// Fits index expressions to a table's columns.
    fn promote_index(&mut self, ids: &[ExprId], table: &TypeRef) -> Option<Vec<ExprId>> {
        let (columns, _) = table.as_table()?;
        let columns = columns.to_vec();
        if columns.is_empty() {
            return Some(ids.to_vec());
        }
        if let ([only], [column]) = (ids, &columns[..]) {
            match (self.tag(*only), column.tag()) {
                // Longest match, and a string against patterns.
                (TypeTag::Addr, TypeTag::Subnet) | (TypeTag::String, TypeTag::Pattern) => return Some(vec![*only]),
                _ => {}
            }
            // A record stands for the columns of the same types.
            if let ExprKind::List(elements) = self.kind(*only)? {
                let elements = elements.clone();
                return self.promote_all(&elements, &columns);
            }
        }
        if let [only] = ids
            && columns.len() > 1
            && let Some(record) = self.ty(*only).as_record()
        {
            return self.spread_record(*only, &record.clone(), &columns);
        }
        self.promote_all(ids, &columns)
    }

    /// `r in t` and `t[r]`, where the fields of `r` are the columns of `t`.
    fn spread_record(&mut self, id: ExprId, record: &Rc<RecordType>, columns: &[TypeRef]) -> Option<Vec<ExprId>> {
        let fields: Vec<TypeRef> = record.with_fields(|fields| fields.iter().map(|field| field.ty.clone()).collect());
        let fits = fields.len() == columns.len()
            && fields.iter().zip(columns).all(|(field, column)| same_type(field, column, false));
        if !fits {
            let list = Type::list(columns.to_vec());
            let ty = self.ty(id);
            self.error2(Code::TypeMismatch, &Object::Type(&ty), &Object::Type(&list), "indexing mismatch");
            return None;
        }
        let span = self.span(id);
        Some(
            fields
                .into_iter()
                .enumerate()
                .map(|(offset, ty)| self.add(ExprKind::Field(id, offset as u16), ty, span))
                .collect(),
        )
    }

    pub(super) fn check_slice(
        &mut self,
        container: &ast::Expr,
        low: Option<&ast::Expr>,
        high: Option<&ast::Expr>,
        span: Span,
    ) -> ExprId {
        let container = self.check_value(container);
        let low = match low {
            Some(low) => self.check_value(low),
            None => self.add(ExprKind::Const(Value::Count(0)), Type::count(), span),
        };
        let high = match high {
            Some(high) => self.check_value(high),
            None => self.add(ExprKind::Size(container), Type::count(), span),
        };
        let ty = self.ty(container);
        let id = self.add(ExprKind::Slice { container, low, high }, ty.clone(), span);
        if [container, low, high].iter().any(|id| self.is_error(*id)) {
            return self.invalidate(id);
        }
        if !matches!(ty.tag(), TypeTag::String | TypeTag::Vector) {
            let message = "slice notation indexing only supported for strings and vectors";
            return self.expr_error(Code::BadOperand, id, message);
        }
        if !self.tag(low).is_integral() || !self.tag(high).is_integral() {
            return self.expr_error(Code::BadOperand, id, "not an index type");
        }
        id
    }

    pub(super) fn check_field_access(&mut self, record: &ast::Expr, field: &ast::Ident, span: Span) -> ExprId {
        let record = self.check(record);
        let Some((offset, ty)) = self.find_field(record, field, span, "$") else {
            return self.invalid(format!("{}${}", self.describe(record), field.name), span);
        };
        self.add(ExprKind::Field(record, offset), ty, span)
    }

    pub(super) fn check_has_field(&mut self, record: &ast::Expr, field: &ast::Ident, span: Span) -> ExprId {
        let record = self.check(record);
        let Some((offset, _)) = self.find_field(record, field, span, "?$") else {
            return self.invalid(format!("{}?${}", self.describe(record), field.name), span);
        };
        self.add(ExprKind::HasField(record, offset), Type::bool(), span)
    }

    fn find_field(&mut self, id: ExprId, field: &ast::Ident, span: Span, op: &str) -> Option<(u16, TypeRef)> {
        let ty = self.ty(id);
        if ty.is_error() {
            return None;
        }
        let text = format!("{}{op}{}", self.describe(id), field.name);
        let Some(record) = ty.as_record() else {
            self.report(Diagnostic::error(Code::BadOperand, span, "not a record").subject(text));
            return None;
        };
        let Some(offset) = record.offset(field.name) else {
            self.report(
                unknown_field(
                    record,
                    field.name,
                    Diagnostic::error(Code::UnknownField, span, "no such field in record"),
                    field.span,
                )
                .subject(text),
            );
            return None;
        };
        let found = record.field(offset)?;
        if found.deprecated {
            let name = ty.name().map_or("", Symbol::as_str);
            self.warn_deprecated(&format!("{name}{op}{}", field.name), None, span);
        }
        Some((offset, found.ty))
    }

    /// `x in y`.
    pub(super) fn check_in(&mut self, left: ExprId, right: &ast::Expr, span: Span) -> ExprId {
        let container = self.check_value(right);
        let single = ExprKind::In { indices: vec![left], container };
        if self.is_error(left) || self.is_error(container) {
            let id = self.add(single, Type::error(), span);
            return self.invalidate(id);
        }
        let (lt, ct) = (self.ty(left), self.ty(container));
        let result = Type::bool();
        match (lt.tag(), ct.tag()) {
            (TypeTag::Pattern, TypeTag::String)
            | (TypeTag::String, TypeTag::String)
            | (TypeTag::Addr | TypeTag::Subnet, TypeTag::Subnet) => self.add(single, result, span),
            (TypeTag::Pattern, tag) if !matches!(tag, TypeTag::Table | TypeTag::Set) => {
                let id = self.add(single, Type::error(), span);
                self.error2(
                    Code::TypeMismatch,
                    &Object::Type(&ct),
                    &Object::Expr(left),
                    "pattern requires string index",
                );
                self.invalidate(id)
            }
            (_, TypeTag::Table | TypeTag::Set) => {
                let indices = match self.kind(left) {
                    Some(ExprKind::List(elements)) => {
                        let elements = elements.clone();
                        self.promote_index(&elements, &ct)
                    }
                    _ => self.promote_index(&[left], &ct),
                };
                match indices {
                    Some(indices) => self.add(ExprKind::In { indices, container }, result, span),
                    None => {
                        let id = self.add(single, Type::error(), span);
                        self.expr_error(Code::BadOperand, id, "not an index type")
                    }
                }
            }
            (tag, TypeTag::Vector) if tag.is_integral() => self.add(single, result, span),
            (TypeTag::Any, _) | (_, TypeTag::Any) => self.add(single, result, span),
            (TypeTag::Record, _) => {
                let id = self.add(single, Type::error(), span);
                self.error(Code::TypeMismatch, &Object::Type(&ct), "table/set required");
                self.invalidate(id)
            }
            _ => {
                let id = self.add(single, Type::error(), span);
                self.expr_error(Code::BadOperand, id, "not an index type")
            }
        }
    }
}

/// Adds what the record does have to a message about a field it has not: the most similar name as a fix, or all.
pub(crate) fn unknown_field(record: &RecordType, name: Symbol, diagnostic: Diagnostic, span: Span) -> Diagnostic {
    let names: Vec<&'static str> =
        record.with_fields(|fields| fields.iter().map(|field| field.name.as_str()).collect());
    match similar(name.as_str(), names.iter().copied()) {
        Some(suggestion) => diagnostic.fix(span, suggestion, format!("did you mean `{suggestion}`?")),
        None if names.is_empty() => diagnostic,
        None => diagnostic.note(format!("the record has: {}", names.join(", "))),
    }
}
