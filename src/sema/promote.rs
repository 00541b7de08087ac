//! Making an expression fit a type: Bro's `check_and_promote_*`.

use std::rc::Rc;

use super::Checker;
use super::errors::Object;
use super::expr::access::unknown_field;
use crate::diag::{Code, Diagnostic};
use crate::hir::{Conversion, ExprId, ExprKind};
use crate::source::Span;
use crate::types::assign::{max_tag, promotable_record, same_type};
use crate::types::{Field, RecordType, Type, TypeKind, TypeRef, TypeTag};

impl Checker<'_> {
    pub(crate) fn add(&mut self, kind: ExprKind, ty: TypeRef, span: Span) -> ExprId {
        self.context().add(kind, ty, span)
    }

    pub(crate) fn ty(&self, id: ExprId) -> TypeRef {
        let context = self.contexts.last();
        context.and_then(|context| context.exprs.get(id.0 as usize)).map_or_else(Type::error, |expr| expr.ty.clone())
    }

    pub(crate) fn tag(&self, id: ExprId) -> TypeTag {
        let context = self.contexts.last();
        context.and_then(|context| context.exprs.get(id.0 as usize)).map_or(TypeTag::Error, |expr| expr.ty.tag())
    }

    pub(crate) fn span(&self, id: ExprId) -> Span {
        let context = self.contexts.last();
        context.and_then(|context| context.exprs.get(id.0 as usize)).map_or(Span::NONE, |expr| expr.span)
    }

    pub(crate) fn kind(&self, id: ExprId) -> Option<&ExprKind> {
        self.contexts.last().and_then(|context| context.exprs.get(id.0 as usize)).map(|expr| &expr.kind)
    }

    pub(crate) fn is_error(&self, id: ExprId) -> bool {
        self.tag(id) == TypeTag::Error
    }

    pub(crate) fn convert(&mut self, conversion: Conversion, id: ExprId, ty: TypeRef) -> ExprId {
        let span = self.span(id);
        self.add(ExprKind::Convert(conversion, id), ty, span)
    }

    /// Converts among count, int and double; a constant is converted at once.
    pub(crate) fn promoted_number(&mut self, id: ExprId, tag: TypeTag) -> ExprId {
        let ty = self.ty(id);
        let target = match &ty.kind {
            TypeKind::Vector(element) if element.is(tag) => return id,
            TypeKind::Vector(_) => Type::vector(basic(tag)),
            _ if ty.is(tag) => return id,
            _ => basic(tag),
        };
        self.convert(Conversion::Arithmetic, id, target)
    }

    /// Makes `id` a `ty`, or reports and gives `None`. Bro reports on the type first, then the expression.
    pub(crate) fn promote(&mut self, id: ExprId, ty: &TypeRef) -> Option<ExprId> {
        let from = self.ty(id);
        if from.is_error() || ty.is_error() {
            return Some(id);
        }
        let (to, tag) = (ty.tag(), from.tag());
        if to == TypeTag::Any {
            return Some(if tag == TypeTag::Any { id } else { self.convert(Conversion::ToAny, id, ty.clone()) });
        }
        if tag == TypeTag::Any {
            return Some(self.convert(Conversion::FromAny, id, ty.clone()));
        }
        if to.is_arithmetic() || tag.is_arithmetic() {
            return self.promote_arithmetic(id, ty, to, tag);
        }
        if let (Some(target), Some(record)) = (ty.as_record(), from.as_record()) {
            if Rc::ptr_eq(target, record) {
                return Some(id);
            }
            if promotable_record(target, record) {
                // What does not fit in detail is reported there; nothing more is to be said.
                return Some(self.coerce_record(id, ty).unwrap_or_else(|| self.invalidate(id)));
            }
            self.error2(Code::TypeMismatch, &Object::Type(ty), &Object::Expr(id), "incompatible record types");
            return None;
        }
        if is_open_container(&from, ty) {
            return Some(self.close_container(id, ty));
        }
        if same_type(ty, &from, false) {
            return Some(id);
        }
        self.error2(Code::TypeMismatch, &Object::Type(ty), &Object::Expr(id), "type clash");
        None
    }

    /// Tells of fields within a record that the record it is given for does not have, at any depth.
    pub(crate) fn warn_dropped(&mut self, wanted: &TypeRef, given: &TypeRef, place: Span) {
        let mut open = vec![(wanted.clone(), given.clone())];
        let mut seen: Vec<*const RecordType> = Vec::new();
        while let Some((wanted, given)) = open.pop() {
            let (Some(to), Some(from)) = (wanted.as_record(), given.as_record()) else { continue };
            if same_type(&wanted, &given, false) || seen.contains(&Rc::as_ptr(from)) {
                continue;
            }
            seen.push(Rc::as_ptr(from));
            for field in from.with_fields(<[Field]>::to_vec) {
                let span = if field.span.is_none() { place } else { field.span };
                match to.offset(field.name).and_then(|offset| to.field(offset)) {
                    Some(inner) => open.push((inner.ty, field.ty)),
                    None => {
                        let message =
                            format!("field \"{}\" is dropped: the record it is given for has none", field.name);
                        let diagnostic = Diagnostic::warning(Code::DroppedField, span, message);
                        self.report(unknown_field(to, field.name, diagnostic, span));
                    }
                }
            }
        }
    }

    fn promote_arithmetic(&mut self, id: ExprId, ty: &TypeRef, to: TypeTag, from: TypeTag) -> Option<ExprId> {
        if to == from {
            return Some(id);
        }
        if !to.is_arithmetic() || !from.is_arithmetic() {
            let message = "arithmetic mixed with non-arithmetic";
            self.error2(Code::TypeMismatch, &Object::Type(ty), &Object::Expr(id), message);
            return None;
        }
        if max_tag(to, from) != to {
            let message = "over-promotion of arithmetic value";
            self.error2(Code::TypeMismatch, &Object::Type(ty), &Object::Expr(id), message);
            return None;
        }
        Some(self.promoted_number(id, to))
    }

    pub(crate) fn close_container(&mut self, id: ExprId, ty: &TypeRef) -> ExprId {
        let conversion = if ty.is(TypeTag::Vector) { Conversion::Vector } else { Conversion::Table };
        self.convert(conversion, id, ty.clone())
    }

    /// Bro's `check_and_promote_exprs`: one type for each.
    pub(crate) fn promote_all(&mut self, ids: &[ExprId], types: &[TypeRef]) -> Option<Vec<ExprId>> {
        if let [only] = types
            && only.is(TypeTag::Any)
            && ids.len() != 1
        {
            return Some(ids.to_vec());
        }
        if ids.len() != types.len() {
            let list = Type::list(types.to_vec());
            self.error2(Code::TypeMismatch, &Object::Type(&list), &Object::Exprs(ids), "indexing mismatch");
            return None;
        }
        let mut promoted = Vec::with_capacity(ids.len());
        for (id, ty) in ids.iter().zip(types) {
            promoted.push(self.promote_or_mismatch(*id, ty)?);
        }
        Some(promoted)
    }

    /// Bro's `check_and_promote_exprs_to_type` for one expression: a second message says that it is a mismatch.
    pub(crate) fn promote_or_mismatch(&mut self, id: ExprId, ty: &TypeRef) -> Option<ExprId> {
        let promoted = self.promote(id, ty);
        if promoted.is_none() {
            self.error2(Code::TypeMismatch, &Object::Expr(id), &Object::Type(ty), "type mismatch");
        }
        promoted
    }
}

/// The basic type of an arithmetic tag and some others that operators make.
pub(crate) fn basic(tag: TypeTag) -> TypeRef {
    match tag {
        TypeTag::Int => Type::int(),
        TypeTag::Count => Type::count(),
        TypeTag::Double => Type::double(),
        TypeTag::Interval => Type::interval(),
        TypeTag::Time => Type::time(),
        TypeTag::Bool => Type::bool(),
        TypeTag::String => Type::string(),
        _ => Type::error(),
    }
}

/// `table()`, `set()`, `{}` or `vector()` whose types are open, meeting a container type of its kind.
pub(crate) fn is_open_container(from: &TypeRef, to: &TypeRef) -> bool {
    let table = |tag| matches!(tag, TypeTag::Table | TypeTag::Set);
    (from.is_unspecified_table() && table(to.tag())) || (from.is_unspecified_vector() && to.is(TypeTag::Vector))
}
