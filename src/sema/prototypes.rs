//! Alternate prototypes, from Zeek 4: an event or hook that is declared again with fewer parameters, or in another order.
//!
//! The first declaration is the canonical one, and callers always give its parameters. A handler picks a declaration by
//! the names and types of its parameters, and is handed those by name. A handler that fits none by name may still
//! rename the canonical parameters.

use std::rc::Rc;

use super::Checker;
use super::attributes::deprecation;
use super::names::full_name;
use crate::diag::{Code, Diagnostic};
use crate::hir::GlobalId;
use crate::program::Prototype;
use crate::source::Symbol;
use crate::syntax::ast::{self, Flavor, FunctionDecl, VariableDecl};
use crate::types::assign::same_type;
use crate::types::{FuncType, Parameter, TypeRef};

impl Checker<'_> {
    /// A second declaration of an event or hook with other parameters. Gives whether it is one.
    pub(super) fn add_prototype(&mut self, decl: &VariableDecl, id: GlobalId, ty: &TypeRef) -> bool {
        let canonical = self.program.global(id).ty.clone();
        let (Some(canonical), Some(func)) = (canonical.as_func(), ty.as_func()) else { return false };
        if func.flavor == Flavor::Function || canonical.flavor != func.flavor || self.options.as_bro {
            return false;
        }
        if has_parameters(&canonical.parameters, func) {
            // The same once more: no other release is as strict as Zeek here.
            return false;
        }
        let span = decl.ty.as_ref().map_or(decl.name.span, |written| written.span);
        let declared = self.program.global(id).span;
        let complain = |checker: &mut Self, message: String| {
            let name = full_name(checker.module, decl.name.name);
            let diagnostic = Diagnostic::error(Code::BadDeclaration, span, message).subject(name.as_str());
            checker.report(diagnostic.related(declared, "declared here"));
        };
        let prototypes = &self.program.global(id).attributes.prototypes;
        let is_known = prototypes.iter().any(|prototype| has_parameters(&prototype.parameters, func));
        if is_known {
            complain(self, "alternate function prototype already exists".into());
            return true;
        }
        let written = decl.ty.as_ref().map_or(&[][..], written_parameters);
        for parameter in &func.parameters {
            let name = parameter.name;
            let attributes = written.iter().find(|field| field.name.name == name).map(|field| &field.attributes);
            if attributes.is_some_and(|attributes| !attributes.is_empty()) {
                let message = format!("alternate function prototype arguments may not have attributes: arg '{name}'");
                complain(self, message);
                return true;
            }
            if !canonical.parameters.iter().any(|other| other.name == name) {
                let message = format!("alternate function prototype arg '{name}' not found in canonical prototype");
                complain(self, message);
                return true;
            }
        }
        let prototype =
            Prototype { parameters: func.parameters.clone(), deprecated: deprecation(&decl.attributes), span };
        self.program.global_mut(id).attributes.prototypes.push(prototype);
        true
    }

    /// The names that a handler gives to the canonical parameters, in their order; those that its prototype leaves out
    /// get names that no script can write. `None` where it fits no prototype, which was reported.
    pub(super) fn parameters_by_prototype(
        &mut self,
        decl: &FunctionDecl,
        id: GlobalId,
        ty: &TypeRef,
    ) -> Option<Vec<ast::Ident>> {
        let canonical_type = self.program.global(id).ty.clone();
        let (canonical, func) = (canonical_type.as_func()?, ty.as_func()?);
        let written = || decl.signature.parameters.iter().map(|parameter| parameter.name);
        if has_parameters(&canonical.parameters, func) {
            return Some(written().collect());
        }
        let prototypes = &self.program.global(id).attributes.prototypes;
        let found = prototypes.iter().find(|prototype| has_parameters(&prototype.parameters, func)).cloned();
        let Some(prototype) = found else {
            if same_type(&canonical_type, ty, false) {
                return Some(written().collect());
            }
            let name = self.program.global(id).name;
            let diagnostic =
                Diagnostic::error(Code::TypeMismatch, decl.signature.span, "use of undeclared alternate prototype")
                    .subject(name.as_str());
            let declared = self.program.global(id).span;
            self.report(diagnostic.related(declared, "declared here"));
            return None;
        };
        if let Some(text) = &prototype.deprecated {
            self.warn_prototype(decl, id, text, &prototype, ty);
        }
        let names = canonical.parameters.iter().map(|parameter| {
            let hidden =
                || ast::Ident { name: Symbol::new(&format!("{}-hidden", parameter.name)), span: decl.name.span };
            written().find(|ident| ident.name == parameter.name).unwrap_or_else(hidden)
        });
        Some(names.collect())
    }

    fn warn_prototype(
        &mut self,
        decl: &FunctionDecl,
        id: GlobalId,
        text: &Rc<str>,
        prototype: &Prototype,
        ty: &TypeRef,
    ) {
        if self.options.ignore_deprecations {
            return;
        }
        let text = if text.is_empty() { String::new() } else { format!(": {text}") };
        let name = self.program.global(id).name;
        let message = format!("use of deprecated '{name}' prototype{text} ({})", ty.short());
        let diagnostic = Diagnostic::warning(Code::Deprecated, decl.signature.span, message);
        self.report(diagnostic.related(prototype.span, "declared here"));
    }
}

/// Whether a type has just these parameters, by name and type.
fn has_parameters(parameters: &[Parameter], func: &FuncType) -> bool {
    parameters.len() == func.parameters.len()
        && parameters
            .iter()
            .zip(&func.parameters)
            .all(|(one, other)| one.name == other.name && same_type(&one.ty, &other.ty, false))
}

fn written_parameters(ty: &ast::TypeExpr) -> &[ast::FieldDecl] {
    match &ty.kind {
        ast::TypeExprKind::Function { signature, .. } => &signature.parameters,
        _ => &[],
    }
}
