//! `for`.

use crate::diag::{Code, Diagnostic};
use crate::hir::{For, LocalId};
use crate::sema::Checker;
use crate::sema::errors::Object;
use crate::syntax::ast;
use crate::types::assign::same_type;
use crate::types::{Type, TypeRef, TypeTag};

/// A loop variable that cannot be one; that was reported.
struct Refused;

impl Checker<'_> {
    pub(super) fn check_for(&mut self, statement: &ast::ForStmt) -> Option<For> {
        let container = self.check_value(&statement.container);
        if self.is_error(container) {
            return None;
        }
        let ty = self.ty(container);
        let (columns, yields): (Vec<TypeRef>, Option<TypeRef>) = match ty.tag() {
            TypeTag::Table | TypeTag::Set => match ty.as_table() {
                Some((index, yields)) => (index.to_vec(), yields.cloned()),
                None => return None,
            },
            TypeTag::Vector => {
                let index = if self.options.as_bro { Type::int() } else { Type::count() };
                (vec![index], ty.as_vector().cloned())
            }
            TypeTag::String => (vec![Type::string()], None),
            _ => {
                let message = "target to iterate over must be a table, set, vector, or string";
                self.error(Code::BadStatement, &Object::Expr(container), message);
                return None;
            }
        };
        let mut keys: Vec<ast::Ident> = statement.variables.clone();
        let mut value = statement.value;
        if let Some(last) = value
            && !statement.bracketed
            && keys.len() + 1 == columns.len()
        {
            // `for (a, b in t)` over two columns: the grammar took `b` for the value.
            keys.push(last);
            value = None;
        }
        if keys.len() != columns.len() {
            let message = match ty.tag() {
                TypeTag::Vector => "iterating over a vector requires only a single index type",
                TypeTag::String => "iterating over a string requires only a single index type",
                _ => "wrong index size",
            };
            self.error(Code::BadStatement, &Object::Expr(container), message);
            return None;
        }
        let mut locals = Vec::with_capacity(keys.len());
        for (name, column) in keys.iter().zip(&columns) {
            locals.push(self.loop_variable(name, column).ok()?);
        }
        let value = match (value, yields) {
            (None, _) => None,
            (Some(name), Some(yields)) => self.loop_variable(&name, &yields).ok()?,
            (Some(_), None) => {
                let message = "key value loop variable requires a table or vector";
                self.error(Code::BadStatement, &Object::Expr(container), message);
                return None;
            }
        };
        let body = self.check_branch(&statement.body);
        Some(For { container, keys: locals, value, body })
    }

    /// The variable of a loop: one that exists already, of the right type, or a new one. Nothing for `_`.
    fn loop_variable(&mut self, name: &ast::Ident, ty: &TypeRef) -> Result<Option<LocalId>, Refused> {
        if name.name.as_str() == "_" {
            return Ok(None);
        }
        let existing = self.context().by_name.get(&name.name).copied();
        let Some(local) = existing else {
            return Ok(Some(self.declare_local(name, ty.clone())));
        };
        let declared = self.context().locals.get(local.0 as usize).map_or_else(Type::error, |local| local.ty.clone());
        let integral = declared.tag().is_integral() && ty.tag().is_integral();
        if !integral && !same_type(&declared, ty, false) {
            self.loop_clash(name, &declared, ty);
            return Err(Refused);
        }
        Ok(Some(local))
    }

    /// Bro's error is about the two types, which may have no place of their own; a reader is shown the variable.
    fn loop_clash(&mut self, name: &ast::Ident, declared: &TypeRef, ty: &TypeRef) {
        let place = |ty: &TypeRef| ty.span.get().is_none().then(|| ty.to_string());
        let span = if declared.span.get().is_none() { name.span } else { declared.span.get() };
        let mut diagnostic = Diagnostic::error(Code::BadStatement, span, "type clash in iteration")
            .subject(declared.short())
            .other(ty.span.get(), place(ty), Some(ty.short()));
        diagnostic.place = place(declared);
        self.report(diagnostic);
    }
}
