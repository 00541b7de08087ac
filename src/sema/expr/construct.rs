//! Constructors: records, tables, sets, vectors, and calls of type names.
//!
//! A constructor is checked against the type it is wanted at where that is known, so that `{}` and `vector()` find
//! their types and numbers their width; otherwise its type follows from its elements.

use std::rc::Rc;

use crate::diag::{Code, Diagnostic};
use crate::hir::{Conversion, ExprId, ExprKind, Part};
use crate::sema::errors::Object;
use crate::sema::expr::access::unknown_field;
use crate::sema::promote::{basic, is_open_container};
use crate::sema::{Checker, Site};
use crate::source::{Span, Symbol};
use crate::syntax::ast::{self, AssignOp, Attribute};
use crate::types::assign::{max_tag, promotable_record, same_type};
use crate::types::{Field, RecordType, Type, TypeKind, TypeRef, TypeTag};

impl Checker<'_> {
    /// Checks an expression that is wanted as a `target`. The result may still need a conversion, which is the
    /// caller's, who knows Bro's words for a mismatch there.
    pub(crate) fn check_initializer(
        &mut self,
        expr: &ast::Expr,
        target: &TypeRef,
        attributes: Option<&[Attribute]>,
    ) -> ExprId {
        let attributes = attributes.unwrap_or(&[]);
        let span = expr.span;
        match (&expr.kind, target.tag()) {
            // `redef t[k] = v`: one entry.
            (ast::ExprKind::Assign(AssignOp::Assign, ..), TypeTag::Table) if self.site == Site::Global => {
                self.check_table(std::slice::from_ref(expr), attributes, Some(target), span)
            }
            (ast::ExprKind::Braces(elements), TypeTag::Table) => {
                self.check_table(elements, attributes, Some(target), span)
            }
            (ast::ExprKind::Braces(elements), TypeTag::Set) => self.check_set(elements, attributes, Some(target), span),
            (ast::ExprKind::Braces(elements) | ast::ExprKind::List(elements), TypeTag::Vector) => {
                self.check_vector(elements, Some(target), span)
            }
            (ast::ExprKind::Record(fields) | ast::ExprKind::Braces(fields), TypeTag::Record) => {
                self.check_record_for(fields, target, span)
            }
            (ast::ExprKind::Braces(elements), _) => match &elements[..] {
                [only] => self.check_initializer(only, target, None),
                _ => {
                    let id = self.invalid("list", span);
                    let (object, ty) = (Object::Expr(id), Object::Type(target));
                    self.error2(Code::BadInitializer, &object, &ty, "aggregate initializer for scalar type");
                    id
                }
            },
            (ast::ExprKind::Table(elements, own), TypeTag::Table) => {
                let attributes = if own.is_empty() { attributes } else { own };
                self.or_on_its_own(|checker, target| checker.check_table(elements, attributes, target, span), target)
            }
            (ast::ExprKind::Set(elements, own), TypeTag::Set) => {
                let attributes = if own.is_empty() { attributes } else { own };
                self.check_set(elements, attributes, Some(target), span)
            }
            (ast::ExprKind::Vector(elements), TypeTag::Vector) => {
                self.or_on_its_own(|checker, target| checker.check_vector(elements, target, span), target)
            }
            (ast::ExprKind::Record(fields), TypeTag::Table) if fields.is_empty() => {
                self.check_table(&[], attributes, Some(target), span)
            }
            (ast::ExprKind::Record(fields), TypeTag::Set) if fields.is_empty() => {
                self.check_set(&[], attributes, Some(target), span)
            }
            (ast::ExprKind::Record(fields), TypeTag::Vector) if fields.is_empty() => {
                self.check_vector(&[], Some(target), span)
            }
            (ast::ExprKind::Paren(inner), _) => self.check_initializer(inner, target, Some(attributes)),
            _ => {
                let id = self.check_value(expr);
                self.widen(id, target)
            }
        }
    }

    /// A constructor checked for `target`; in an assignment one that does not fit is checked for itself, since Bro
    /// then speaks of the assignment alone.
    fn or_on_its_own(
        &mut self,
        mut construct: impl FnMut(&mut Self, Option<&TypeRef>) -> ExprId,
        target: &TypeRef,
    ) -> ExprId {
        let errors = self.diagnostics.len();
        let id = construct(self, Some(target));
        if self.site != Site::Assignment || !self.is_error(id) {
            return id;
        }
        let refused = self.diagnostics.split_off(errors);
        let own = construct(self, None);
        if self.is_error(own) && self.diagnostics.len() == errors {
            self.diagnostics.extend(refused);
        }
        own
    }

    /// A number that a wider arithmetic type is wanted of takes it at once.
    fn widen(&mut self, id: ExprId, target: &TypeRef) -> ExprId {
        let (to, from) = (target.tag(), self.tag(id));
        if to != from && to.is_arithmetic() && from.is_arithmetic() && max_tag(to, from) == to {
            return self.promoted_number(id, to);
        }
        id
    }

    /// `T(...)` where `T` names a type.
    pub(super) fn check_constructor(
        &mut self,
        ty: &TypeRef,
        arguments: &[ast::Expr],
        callee: &ast::Expr,
        span: Span,
    ) -> ExprId {
        match ty.tag() {
            TypeTag::Record => {
                let anonymous = self.check_record_for(arguments, ty, span);
                if self.is_error(anonymous) {
                    return anonymous;
                }
                self.coerce_record(anonymous, ty).unwrap_or_else(|| {
                    let text = format!("(coerce {} to error)", self.describe(anonymous));
                    self.invalid(text, span)
                })
            }
            TypeTag::Table | TypeTag::Set | TypeTag::Vector => {
                let site = std::mem::replace(&mut self.site, Site::Named);
                let id = match ty.tag() {
                    TypeTag::Table => self.check_table(arguments, &[], Some(ty), span),
                    TypeTag::Set => self.check_set(arguments, &[], Some(ty), span),
                    _ => self.check_vector(arguments, Some(ty), span),
                };
                self.site = site;
                id
            }
            TypeTag::Error => self.invalid("constructor", span),
            _ => {
                let callee = self.check(callee);
                self.expr_error(Code::BadCall, callee, "constructor type not implemented")
            }
        }
    }

    pub(super) fn check_record(&mut self, fields: &[ast::Expr], span: Span) -> ExprId {
        self.anonymous_record(fields, None, span)
    }

    /// A record constructor whose fields are checked against those of `target`.
    fn check_record_for(&mut self, fields: &[ast::Expr], target: &TypeRef, span: Span) -> ExprId {
        let record = target.as_record().cloned();
        self.anonymous_record(fields, record.as_deref(), span)
    }

    fn anonymous_record(&mut self, fields: &[ast::Expr], target: Option<&RecordType>, span: Span) -> ExprId {
        let mut types: Vec<Field> = Vec::with_capacity(fields.len());
        let mut values = Vec::with_capacity(fields.len());
        let mut failed = false;
        for field in fields {
            let ast::ExprKind::FieldAssign(name, value) = &field.kind else {
                let id = self.check(field);
                let text = format!("[{}]", self.describe(id));
                let record = self.invalid(text, span);
                let (record, object) = (Object::Expr(record), Object::Expr(id));
                self.error2(Code::BadInitializer, &record, &object, "bad type in record constructor");
                failed = true;
                continue;
            };
            let expected = target.and_then(|target| target.offset(name.name).and_then(|at| target.field(at)));
            let id = match &expected {
                Some(expected) => self.check_initializer(value, &expected.ty, None),
                None => self.check_value(value),
            };
            failed = failed || self.is_error(id);
            if types.iter().any(|other| other.name == name.name) {
                self.error_at(Code::AlreadyDefined, name.span, format!("field {} assigned twice", name.name));
                failed = true;
                continue;
            }
            let ty = self.ty(id);
            values.push((types.len() as u16, id));
            types.push(Field::new(name.name, ty, name.span));
        }
        let ty = Type::record(RecordType::new(types));
        let id = self.add(ExprKind::Record(values), ty, span);
        if failed { self.invalidate(id) } else { id }
    }

    /// Bro's `RecordCoerceExpr`: checks field by field, and reports what does not fit.
    pub(crate) fn coerce_record(&mut self, id: ExprId, target: &TypeRef) -> Option<ExprId> {
        let from = self.ty(id);
        let (to, record) = (target.as_record()?.clone(), from.as_record()?.clone());
        if Rc::ptr_eq(&to, &record) {
            return Some(id);
        }
        let coerced = self.add(ExprKind::Convert(Conversion::Record, id), target.clone(), self.span(id));
        let count = record.len();
        let mut mapped = vec![false; to.len()];
        for offset in 0..count {
            let Some(field) = record.field(offset as u16) else { continue };
            let Some(place) = to.offset(field.name) else {
                let message = format!("orphaned field \"{}\" in record coercion", field.name);
                let text = self.describe(coerced);
                let span = self.span(id);
                let diagnostic = Diagnostic::error(Code::UnknownField, span, message).subject(text);
                let near = if field.span.is_none() { span } else { field.span };
                self.report(unknown_field(&to, field.name, diagnostic, near));
                return None;
            };
            let Some(wanted) = to.field(place) else { continue };
            if !field_fits(&wanted.ty, &field.ty) {
                let message = format!("type clash for field \"{}\"", field.name);
                self.error2(Code::TypeMismatch, &Object::Expr(coerced), &Object::Type(&field.ty), message);
                return None;
            }
            self.warn_dropped(&wanted.ty, &field.ty, if field.span.is_none() { self.span(id) } else { field.span });
            if wanted.deprecated {
                let name = target.name().map_or("", Symbol::as_str);
                let span = self.span(id);
                self.warn_deprecated(&format!("{name}${}", field.name), None, span);
            }
            mapped[usize::from(place)] = true;
        }
        for (offset, present) in mapped.iter().enumerate() {
            let Some(field) = to.field(offset as u16) else { continue };
            if !present && !field.optional {
                let message = format!("non-optional field \"{}\" missing", field.name);
                self.error(Code::BadInitializer, &Object::Expr(coerced), message);
                return None;
            }
        }
        Some(coerced)
    }

    pub(crate) fn check_table(
        &mut self,
        entries: &[ast::Expr],
        attributes: &[Attribute],
        target: Option<&TypeRef>,
        span: Span,
    ) -> ExprId {
        if let (None, []) = (target, entries) {
            let ty = Type::new(TypeKind::Table { index: Vec::new(), yields: Some(Type::any()) });
            let attributes = self.container_attributes(attributes, &ty);
            return self.add(ExprKind::Table { entries: Vec::new(), attributes }, ty, span);
        }
        let columns = target.and_then(|target| target.as_table()).map(|(index, _)| index.to_vec());
        let yields = target.and_then(|target| target.as_table()).and_then(|(_, yields)| yields.cloned());
        let mut rows: Vec<(Vec<ExprId>, ExprId)> = Vec::with_capacity(entries.len());
        let mut parts = Vec::new();
        let mut failed = false;
        for entry in entries {
            let ast::ExprKind::Assign(AssignOp::Assign, key, value) = &entry.kind else {
                let id = self.check_value(entry);
                match target {
                    _ if self.is_error(id) => failed = true,
                    Some(target) if same_type(&self.ty(id), target, false) => parts.push(Part::Flatten(id)),
                    Some(target) => {
                        let ty = self.ty(id);
                        let (first, second) = (Object::Type(&ty), Object::Type(target));
                        self.error2(Code::BadInitializer, &first, &second, "type clash in table initializer");
                        failed = true;
                    }
                    None => {
                        let message = "values in table(...) constructor do not specify a table";
                        self.error(Code::BadInitializer, &Object::Expr(id), message);
                        failed = true;
                    }
                }
                continue;
            };
            let key = self.check_key(key, columns.as_deref());
            let value = match &yields {
                Some(yields) => self.check_initializer(value, yields, None),
                None => self.check_value(value),
            };
            if key.iter().any(|id| self.is_error(*id)) || self.is_error(value) {
                failed = true;
                continue;
            }
            rows.push((key, value));
        }
        if failed {
            return self.invalid("table()", span);
        }
        let Some(ty) = target.cloned().or_else(|| self.infer_table(&rows, span)) else {
            return self.invalid("table()", span);
        };
        let (Some((columns, Some(yields))), is_target) = (ty.as_table(), target.is_some()) else {
            return self.invalid("table()", span);
        };
        let (columns, yields) = (columns.to_vec(), yields.clone());
        let mut fitted = Vec::with_capacity(rows.len());
        for (key, value) in rows {
            let fit = self.fit_yield(value, &yields, is_target);
            let errors = self.diagnostics.len();
            let entry = (key.clone(), value);
            match (fit, self.fit_key(&key, &columns, false)) {
                (Some(value), Some(Key::Plain(key))) => fitted.push((key, value)),
                (Some(value), Some(Key::Product(columns))) => {
                    parts.push(Part::Product { columns, value: Some(value) });
                }
                (_, None) => {
                    self.bad_index(entry, &ty, errors, span);
                    failed = true;
                }
                (None, _) => failed = true,
            }
        }
        if failed {
            return self.invalid("table()", span);
        }
        let attributes = self.container_attributes(attributes, &ty);
        let container = self.add(ExprKind::Table { entries: fitted, attributes }, ty.clone(), span);
        self.merged(container, parts, ty, span)
    }

    /// Bro's words for a table entry whose index does not fit.
    fn bad_index(&mut self, (key, value): (Vec<ExprId>, ExprId), ty: &TypeRef, errors: usize, span: Span) {
        if self.site == Site::Global {
            self.diagnostics.truncate(errors);
            let columns = ty.as_table().map(|(index, _)| index.to_vec()).unwrap_or_default();
            let list = Type::list(columns);
            list.span.set(ty.span.get());
            let (first, second) = (Object::Exprs(&key), Object::Type(&list));
            self.error2(Code::TypeMismatch, &first, &second, "index type doesn't match table");
            let texts: Vec<String> = key.iter().map(|id| self.describe(*id)).collect();
            let text = format!("{} = {}", texts.join(", "), self.describe(value));
            let message = "type clash in table assignment";
            self.report(Diagnostic::error(Code::TypeMismatch, self.span(value), message).subject(text));
            return;
        }
        let table = ExprKind::Table { entries: vec![(key, value)], attributes: None };
        let table = self.add(table, Type::error(), span);
        self.error(Code::BadInitializer, &Object::Expr(table), "inconsistent types in table constructor");
    }

    fn merged(&mut self, container: ExprId, parts: Vec<Part>, ty: TypeRef, span: Span) -> ExprId {
        if parts.is_empty() {
            return container;
        }
        self.add(ExprKind::Merged { container, parts }, ty, span)
    }

    /// The index of an entry as written: one expression per column.
    fn check_key(&mut self, key: &ast::Expr, columns: Option<&[TypeRef]>) -> Vec<ExprId> {
        let elements = match &key.kind {
            ast::ExprKind::List(elements) => &elements[..],
            _ => std::slice::from_ref(key),
        };
        elements
            .iter()
            .enumerate()
            .map(|(position, element)| match columns.and_then(|columns| columns.get(position)) {
                Some(column) if matches!(element.kind, ast::ExprKind::Braces(_) | ast::ExprKind::List(_)) => {
                    // A list in a column stands for each of its elements.
                    let several = if column.is(TypeTag::Set) || column.is(TypeTag::Vector) {
                        column.clone()
                    } else {
                        Type::set(vec![column.clone()])
                    };
                    let (ast::ExprKind::Braces(inner) | ast::ExprKind::List(inner)) = &element.kind else {
                        return self.check_value(element);
                    };
                    if several.is(TypeTag::Vector) {
                        self.check_vector(inner, Some(&several), element.span)
                    } else {
                        self.check_set(inner, &[], Some(&several), element.span)
                    }
                }
                Some(column) => self.check_initializer(element, column, None),
                None => self.check_value(element),
            })
            .collect()
    }

    /// Fits an index to the columns. With `says_mismatch` a second message says that an element is a mismatch.
    fn fit_key(&mut self, key: &[ExprId], columns: &[TypeRef], says_mismatch: bool) -> Option<Key> {
        if key.len() != columns.len() {
            if let ([only], Some(record)) = (key, key.first().and_then(|id| self.ty(*id).as_record().cloned())) {
                // A record for an index of several columns.
                if record.len() == columns.len() {
                    let span = self.span(*only);
                    let fields: Vec<TypeRef> =
                        record.with_fields(|fields| fields.iter().map(|field| field.ty.clone()).collect());
                    let spread: Vec<ExprId> = fields
                        .into_iter()
                        .enumerate()
                        .map(|(offset, ty)| self.add(ExprKind::Field(*only, offset as u16), ty, span))
                        .collect();
                    return self.promote_all(&spread, columns).map(Key::Plain);
                }
            }
            let list = Type::list(columns.to_vec());
            self.error2(Code::TypeMismatch, &Object::Type(&list), &Object::Exprs(key), "indexing mismatch");
            return None;
        }
        let is_product = key.iter().zip(columns).any(|(id, column)| self.stands_for_several(*id, column));
        if is_product {
            let columns = key
                .iter()
                .zip(columns)
                .map(|(id, column)| {
                    if self.stands_for_several(*id, column) {
                        return Some((*id, true));
                    }
                    self.promote_or_mismatch(*id, column).map(|id| (id, false))
                })
                .collect::<Option<Vec<_>>>()?;
            return Some(Key::Product(columns));
        }
        let mut fitted = Vec::with_capacity(key.len());
        for (id, column) in key.iter().zip(columns) {
            let promoted =
                if says_mismatch { self.promote_or_mismatch(*id, column) } else { self.promote(*id, column) };
            fitted.push(promoted?);
        }
        Some(Key::Plain(fitted))
    }

    /// A set in a column that holds its elements' type.
    fn stands_for_several(&self, id: ExprId, column: &TypeRef) -> bool {
        let ty = self.ty(id);
        match ty.as_table() {
            Some(([element], None)) => !column.is(TypeTag::Set) && same_type(element, column, false),
            _ => false,
        }
    }

    /// The value of a table entry at the table's yield type.
    fn fit_yield(&mut self, value: ExprId, yields: &TypeRef, reports: bool) -> Option<ExprId> {
        if yields.is(TypeTag::Record) && self.tag(value) == TypeTag::Record {
            return self.coerce_record(value, yields);
        }
        let promoted = self.promote(value, yields);
        if promoted.is_none() && reports {
            self.error2(
                Code::BadInitializer,
                &Object::Expr(value),
                &Object::Type(yields),
                "type clash in table assignment",
            );
        }
        promoted
    }

    fn infer_table(&mut self, rows: &[(Vec<ExprId>, ExprId)], span: Span) -> Option<TypeRef> {
        let (first, value) = rows.first()?;
        let mut columns: Vec<TypeRef> = first.iter().map(|id| self.ty(*id)).collect();
        let mut yields = self.ty(*value);
        for (key, value) in rows {
            if key.len() != columns.len() {
                self.error_at(Code::BadInitializer, span, "inconsistent types in table constructor");
                return None;
            }
            for (column, id) in columns.iter_mut().zip(key) {
                *column = self.merge(column, *id)?;
            }
            yields = self.merge(&yields, *value)?;
        }
        Some(Type::table(columns, yields))
    }

    /// The type both fit, or Bro's report.
    fn merge(&mut self, ty: &TypeRef, id: ExprId) -> Option<TypeRef> {
        let other = self.ty(id);
        let merged = merge_types(ty, &other);
        if merged.is_none() {
            self.error2(Code::TypeMismatch, &Object::Type(ty), &Object::Type(&other), "incompatible types");
        }
        merged
    }

    pub(crate) fn check_set(
        &mut self,
        elements: &[ast::Expr],
        attributes: &[Attribute],
        target: Option<&TypeRef>,
        span: Span,
    ) -> ExprId {
        if let (None, []) = (target, elements) {
            let ty = Type::set(Vec::new());
            let attributes = self.container_attributes(attributes, &ty);
            return self.add(ExprKind::Set { entries: Vec::new(), attributes }, ty, span);
        }
        let columns = target.and_then(|target| target.as_table()).map(|(index, _)| index.to_vec());
        let mut rows: Vec<Vec<ExprId>> = Vec::with_capacity(elements.len());
        let mut parts = Vec::new();
        for element in elements {
            let key = self.check_key(element, columns.as_deref());
            if key.iter().any(|id| self.is_error(*id)) {
                return self.invalid("set()", span);
            }
            match key[..] {
                [only] if self.is_flattened(only, target) => parts.push(Part::Flatten(only)),
                _ => rows.push(key),
            }
        }
        let inferred = target.cloned().or_else(|| self.infer_set(&rows, &parts, span));
        let Some(ty) = inferred else { return self.invalid("set()", span) };
        let Some((columns, _)) = ty.as_table() else { return self.invalid("set()", span) };
        let columns = columns.to_vec();
        let mut fitted = Vec::with_capacity(rows.len());
        for key in rows {
            match self.fit_key(&key, &columns, self.site != Site::Global) {
                Some(Key::Plain(key)) => fitted.push(key),
                Some(Key::Product(columns)) => parts.push(Part::Product { columns, value: None }),
                None => return self.bad_element(key, columns.len(), target, span),
            }
        }
        let attributes = self.container_attributes(attributes, &ty);
        let container = self.add(ExprKind::Set { entries: fitted, attributes }, ty.clone(), span);
        self.merged(container, parts, ty, span)
    }

    /// Bro's words for an element that does not fit a set.
    fn bad_element(&mut self, key: Vec<ExprId>, columns: usize, target: Option<&TypeRef>, span: Span) -> ExprId {
        let element = key.first().copied();
        let set = self.add(ExprKind::Set { entries: vec![key], attributes: None }, Type::error(), span);
        match (self.site, element) {
            (Site::Global, Some(element)) if target.is_some() => {
                let (first, second) = (Object::Expr(set), Object::Expr(element));
                self.error2(Code::BadInitializer, &first, &second, "initialization type mismatch in set");
            }
            _ => {
                let types = if columns == 1 { "type" } else { "types" };
                let message = format!("inconsistent {types} in set constructor");
                self.error(Code::BadInitializer, &Object::Expr(set), message);
            }
        }
        let invalid = self.invalidate(set);
        if self.site == Site::Assignment {
            self.clashing_set = Some(invalid);
        }
        invalid
    }

    /// A set among the elements of a set of the same type: its elements are meant.
    fn is_flattened(&self, id: ExprId, target: Option<&TypeRef>) -> bool {
        let ty = self.ty(id);
        match (ty.as_table(), target) {
            (Some((_, None)), Some(target)) => same_type(&ty, target, false),
            (Some((_, None)), None) => true,
            _ => false,
        }
    }

    fn infer_set(&mut self, rows: &[Vec<ExprId>], parts: &[Part], span: Span) -> Option<TypeRef> {
        let Some(first) = rows.first() else {
            let Some(Part::Flatten(id)) = parts.first() else { return None };
            return Some(self.ty(*id));
        };
        let mut columns: Vec<TypeRef> = first.iter().map(|id| self.ty(*id)).collect();
        for key in rows {
            if key.len() != columns.len() {
                self.error_at(Code::BadInitializer, span, "inconsistent types in set constructor");
                return None;
            }
            for (column, id) in columns.iter_mut().zip(key) {
                *column = self.merge(column, *id)?;
            }
        }
        Some(Type::set(columns))
    }

    /// Bro's words for an element that does not fit a vector.
    fn bad_vector_element(&mut self, id: ExprId, at: usize, ids: Vec<ExprId>, ty: TypeRef, span: Span) -> ExprId {
        let vector = self.add(ExprKind::Vector(ids), ty, span);
        if self.site == Site::Global {
            let message = format!("initialization type mismatch at index {at}");
            let (first, second) = (Object::Expr(vector), Object::Expr(id));
            self.error2(Code::BadInitializer, &first, &second, message);
        } else {
            let message = "inconsistent types in vector constructor";
            self.error(Code::BadInitializer, &Object::Expr(vector), message);
        }
        self.invalidate(vector)
    }

    pub(crate) fn check_vector(&mut self, elements: &[ast::Expr], target: Option<&TypeRef>, span: Span) -> ExprId {
        let wanted = target.and_then(|target| target.as_vector()).cloned();
        let mut ids = Vec::with_capacity(elements.len());
        for element in elements {
            let id = match &wanted {
                Some(wanted) => self.check_initializer(element, wanted, None),
                None => self.check_value(element),
            };
            if self.is_error(id) {
                return self.invalid("vector()", span);
            }
            ids.push(id);
        }
        let ty = match (target, &ids[..]) {
            (Some(target), _) => target.clone(),
            (None, []) => Type::vector(Type::void()),
            (None, [first, ..]) => {
                let mut element = self.ty(*first);
                for id in &ids {
                    let Some(merged) = self.merge(&element, *id) else { return self.invalid("vector()", span) };
                    element = merged;
                }
                Type::vector(element)
            }
        };
        let Some(element) = ty.as_vector().cloned() else { return self.invalid("vector()", span) };
        let mut fitted = Vec::with_capacity(ids.len());
        for id in &ids {
            let promoted = if element.is(TypeTag::Record) && self.tag(*id) == TypeTag::Record {
                self.coerce_record(*id, &element)
            } else if self.site == Site::Global {
                self.promote(*id, &element)
            } else {
                self.promote_or_mismatch(*id, &element)
            };
            let Some(promoted) = promoted else { return self.bad_vector_element(*id, fitted.len(), ids, ty, span) };
            fitted.push(promoted);
        }
        self.add(ExprKind::Vector(fitted), ty, span)
    }
}

/// An entry's index, fitted.
enum Key {
    Plain(Vec<ExprId>),
    Product(Vec<(ExprId, bool)>),
}

/// Bro's `merge_types`: the type that elements of both types share.
fn merge_types(left: &TypeRef, right: &TypeRef) -> Option<TypeRef> {
    if same_type(left, right, false) {
        return Some(left.clone());
    }
    let (a, b) = (left.tag(), right.tag());
    if a.is_arithmetic() && b.is_arithmetic() {
        return Some(basic(max_tag(a, b)));
    }
    if a == TypeTag::Any || b == TypeTag::Any {
        return Some(Type::any());
    }
    if left.is_unspecified_table() || left.is_unspecified_vector() {
        return (a == b).then(|| right.clone());
    }
    if right.is_unspecified_table() || right.is_unspecified_vector() {
        return (a == b).then(|| left.clone());
    }
    match (left.as_record(), right.as_record()) {
        (Some(to), Some(from)) if promotable_record(to, from) => Some(left.clone()),
        (Some(from), Some(to)) if promotable_record(to, from) => Some(right.clone()),
        _ => None,
    }
}

/// Whether a field of one type can be made one of another in a record coercion.
fn field_fits(wanted: &TypeRef, given: &TypeRef) -> bool {
    if same_type(wanted, given, false) || wanted.is(TypeTag::Any) || given.is(TypeTag::Any) {
        return true;
    }
    if is_open_container(given, wanted) {
        return true;
    }
    let (to, from) = (wanted.tag(), given.tag());
    if to.is_arithmetic() && from.is_arithmetic() {
        return max_tag(to, from) == to;
    }
    match (wanted.as_record(), given.as_record()) {
        (Some(to), Some(from)) => promotable_record(to, from),
        _ => false,
    }
}
