//! Lambdas, and what they and `when` take from the enclosing body.

use rustc_hash::FxHashSet;

use crate::diag::{Code, Diagnostic};
use crate::hir::{BodyKind, Captured, ExprId, ExprKind, LocalId};
use crate::program::BodyEntry;
use crate::sema::names::free_names;
use crate::sema::{Checker, Context};
use crate::source::Symbol;
use crate::syntax::ast::{self, Flavor};
use crate::syntax::visit;
use crate::types::{FuncType, Type, TypeRef};

impl Checker<'_> {
    pub(super) fn check_lambda(&mut self, lambda: &ast::Lambda) -> ExprId {
        let ty = self.check_signature(Flavor::Function, &lambda.signature);
        let Some(func) = ty.as_func().cloned() else { return self.invalid("function", lambda.span) };
        let captures = self.lambda_captures(lambda);
        let name = Symbol::new("anonymous-function");
        let mut context = Context::new(name, BodyKind::Function, func.result.clone());
        context.infer_result = lambda.infer_result;
        for (parameter, written) in func.parameters.iter().zip(&lambda.signature.parameters) {
            context.add_local(self.module, parameter.name, parameter.ty.clone(), written.name.span);
        }
        context.parameters = func.parameters.len() as u32;
        let captured = self.enter_with_captures(context, &captures);
        let root = self.check_block(&lambda.body);
        let result = self.context().result.clone();
        let body = self.finish(root, lambda.span);
        let body = self.program.add_body(BodyEntry::Typed(body));
        let ty = if lambda.infer_result { inferred_type(&func, result) } else { ty };
        self.add(ExprKind::Lambda { body, captures: captured }, ty, lambda.span)
    }

    /// The locals of the enclosing body a lambda takes along, with whether each is copied.
    fn lambda_captures(&mut self, lambda: &ast::Lambda) -> Vec<(Symbol, bool)> {
        let mut declared: Vec<Symbol> =
            lambda.signature.parameters.iter().map(|parameter| parameter.name.name).collect();
        let mut mentioned = Vec::new();
        visit::names_in_block(&lambda.body, &mut |name, span| mentioned.push((name, span)), &mut |name| {
            declared.push(name);
        });
        let names: Vec<Symbol> = mentioned.iter().map(|(name, _)| *name).collect();
        let outer: Vec<Symbol> = free_names(&names, &declared)
            .into_iter()
            .filter(|name| self.contexts.last().is_some_and(|context| context.by_name.contains_key(name)))
            .collect();
        if let Some(listed) = &lambda.captures {
            let listed_names: FxHashSet<Symbol> = listed.iter().map(|capture| capture.name.name).collect();
            for (name, span) in &mentioned {
                if outer.contains(name) && !listed_names.contains(name) {
                    let message = format!("{name} is used inside lambda but not captured");
                    self.report(Diagnostic::error(Code::BadStatement, *span, message));
                }
            }
            for capture in listed {
                let known =
                    self.contexts.last().is_some_and(|context| context.by_name.contains_key(&capture.name.name));
                if !known {
                    let message = "no such local identifier";
                    self.name_error(Code::UnknownIdentifier, capture.name.name, capture.name.span, message);
                }
            }
            return listed.iter().map(|capture| (capture.name.name, capture.copy)).collect();
        }
        if self.options.as_bro {
            for (name, span) in mentioned {
                if outer.contains(&name) {
                    let message = "referencing outer function IDs not supported";
                    self.name_error(Code::BadStatement, name, span, message);
                }
            }
        }
        outer.into_iter().map(|name| (name, false)).collect()
    }

    /// Opens `context` with the captures as its next locals.
    pub(crate) fn enter_with_captures(&mut self, mut context: Context, names: &[(Symbol, bool)]) -> Vec<Captured> {
        let mut captured = Vec::with_capacity(names.len());
        for (name, copy) in names {
            let Some(outer) = self.contexts.last().and_then(|outer| outer.by_name.get(name).copied()) else {
                continue;
            };
            let Some(local) = self.local_of(outer) else { continue };
            context.add_local(self.module, *name, local.1, local.0);
            captured.push(Captured { outer, copy: *copy });
        }
        context.captures = captured.len() as u32;
        self.contexts.push(context);
        captured
    }

    fn local_of(&self, id: LocalId) -> Option<(crate::source::Span, TypeRef)> {
        let local = self.contexts.last()?.locals.get(id.0 as usize)?;
        Some((local.span, local.ty.clone()))
    }
}

fn inferred_type(func: &FuncType, result: TypeRef) -> TypeRef {
    Type::func(FuncType { flavor: func.flavor, parameters: func.parameters.clone(), result, variadic: func.variadic })
}
