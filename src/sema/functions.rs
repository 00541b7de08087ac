//! Bodies of functions, events and hooks.

use std::rc::Rc;

use super::attributes::deprecation;
use super::errors::Object;
use super::names::{GLOBAL_MODULE, full_name};
use super::{Action, Checker, Priority};
use crate::diag::{Code, Diagnostic, Severity};
use crate::hir::{Body, BodyKind, ExprKind, GlobalId};
use crate::program::{Attributes, BodyEntry, GlobalKind, UnresolvedBody};
use crate::source::Symbol;
use crate::syntax::ast::{self, AttributeKind, Flavor, FunctionDecl};
use crate::types::assign::same_type;
use crate::types::{FuncType, Parameter, Type, TypeRef, TypeTag};
use crate::value::{FunctionBody, Value};

/// What `&priority` says.
enum BodyPriority {
    Known(i64),
    Evaluated(Priority),
}

impl Checker<'_> {
    pub(super) fn check_function(&mut self, decl: &FunctionDecl, doc: Option<&Rc<str>>) {
        let errors = self.diagnostics.len();
        let ty = self.named_context(&decl.name, |checker| checker.check_signature(decl.flavor, &decl.signature));
        if self.failed_since(errors) {
            if self.find_own(decl.name.name).is_none() {
                // Known, so that its uses are not reported as well.
                self.add_global(&decl.name, Type::error(), GlobalKind::Variable, Attributes::default(), doc);
            }
            return;
        }
        if decl.flavor == Flavor::Event
            && let Some(result) = &decl.signature.result
        {
            let shown = full_name(self.module, decl.name.name);
            self.name_error(Code::BadDeclaration, shown, result.span, "event cannot yield a value");
        }
        let written = || decl.signature.parameters.iter().map(|parameter| parameter.name).collect();
        let Some((id, ty, parameters)) = self.function_global(decl, ty, doc) else { return };
        let parameters = parameters.unwrap_or_else(written);
        let (priority, groups) = self.body_attributes(&decl.attributes, id);
        let constant = if let BodyPriority::Known(priority) = priority { priority } else { 0 };
        let unresolved = Rc::new(UnresolvedBody {
            name: self.program.global(id).name,
            module: self.module,
            ty,
            parameters,
            block: decl.body.clone(),
            span: decl.name.span,
        });
        let lazy = self.program.sources.is_embedded(decl.name.span.file) && !self.options.check_all_bodies;
        let entry = if lazy {
            BodyEntry::Unresolved(unresolved)
        } else {
            let errors = self.diagnostics.len();
            let body = self.check_body(&unresolved);
            if self.failed_since(errors) { BodyEntry::Failed } else { BodyEntry::Typed(body) }
        };
        let body = self.program.add_body(entry);
        if decl.redef {
            self.actions.push(Action::ClearBodies(id));
        }
        let body = FunctionBody { priority: constant, body, span: decl.name.span, module: self.module, groups };
        self.actions.push(match priority {
            BodyPriority::Known(_) => Action::AddBody(id, body),
            BodyPriority::Evaluated(priority) => Action::AddBodyWithPriority(id, body, priority),
        });
    }

    fn failed_since(&self, mark: usize) -> bool {
        self.diagnostics[mark..].iter().any(|diagnostic| diagnostic.severity >= Severity::Error)
    }

    /// The global a body belongs to: declared before, or declared by this body. The type keeps the defaults of an
    /// earlier declaration. Names of parameters come where a prototype puts them in another order.
    fn function_global(
        &mut self,
        decl: &FunctionDecl,
        ty: TypeRef,
        doc: Option<&Rc<str>>,
    ) -> Option<(GlobalId, TypeRef, Option<Vec<ast::Ident>>)> {
        let found = match decl.flavor {
            // A handler finds its event in the module or outside every module.
            Flavor::Event => self.find_script_global(decl.name.name),
            _ => self.find_own(decl.name.name),
        };
        let Some(id) = found else {
            if decl.redef {
                let name = full_name(self.module, decl.name.name);
                self.name_error(Code::BadRedef, name, decl.name.span, "redef of not-previously-declared value");
            }
            return Some((self.declare_function(decl, ty.clone(), doc), ty, None));
        };
        let global = self.program.global(id);
        let (old, name, span) = (global.ty.clone(), global.name, global.span);
        let Some(declared) = old.as_func().cloned() else {
            if !old.is_error() {
                let diagnostic =
                    Diagnostic::error(Code::AlreadyDefined, decl.name.span, "already defined").subject(name.as_str());
                self.report(diagnostic.related(span, "declared here"));
            }
            return None;
        };
        if decl.flavor != Flavor::Function
            && let Some(text) = self.program.global(id).attributes.deprecated.clone()
        {
            self.warn_deprecated(name.base_name(), Some(&text), decl.name.span);
        }
        if declared.flavor != decl.flavor {
            let ty = ty.short();
            let diagnostic = Diagnostic::error(Code::BadDeclaration, decl.name.span, "inconsistent function flavor")
                .subject(name.as_str())
                .other(decl.signature.span, None, Some(ty));
            self.report(diagnostic.related(span, "declared here"));
            return None;
        }
        if !self.program.global(id).attributes.prototypes.is_empty() {
            let parameters = self.parameters_by_prototype(decl, id, &ty)?;
            self.program.global_mut(id).body_span = Some(decl.name.span);
            return Some((id, old, Some(parameters)));
        }
        if !same_type(&old, &ty, false) {
            self.error2(Code::TypeMismatch, &Object::Type(&old), &Object::Type(&ty), "incompatible types");
            return None;
        }
        if decl.flavor == Flavor::Function {
            let has_body = self.program.global(id).body_span.is_some();
            if has_body && !self.program.global(id).attributes.redef {
                let diagnostic =
                    Diagnostic::error(Code::AlreadyDefined, decl.name.span, "already defined").subject(name.as_str());
                self.report(diagnostic.related(span, "declared here"));
                return None;
            }
        }
        self.program.global_mut(id).body_span = Some(decl.name.span);
        Some((id, ty, None))
    }

    fn declare_function(&mut self, decl: &FunctionDecl, ty: TypeRef, doc: Option<&Rc<str>>) -> GlobalId {
        let attributes = Attributes::default();
        // An event handled before anybody declared it belongs to no module.
        let plain = decl.flavor == Flavor::Event && !decl.name.name.as_str().contains("::");
        let module = self.module;
        if plain {
            self.module = Symbol::new(GLOBAL_MODULE);
        }
        let id = self.add_global(&decl.name, ty, GlobalKind::Variable, attributes, doc);
        self.module = module;
        self.program.global_mut(id).body_span = Some(decl.name.span);
        id
    }

    /// The priority and groups of a body; other attributes belong to the global or are refused.
    fn body_attributes(&mut self, attributes: &[ast::Attribute], id: GlobalId) -> (BodyPriority, Option<Rc<[Symbol]>>) {
        let mut priority = BodyPriority::Known(0);
        let mut groups = Vec::new();
        for attribute in attributes {
            match attribute.kind {
                AttributeKind::Priority => {
                    if let Some(value) = attribute.value.as_ref().and_then(|value| self.priority(value, attribute)) {
                        priority = value;
                    }
                }
                AttributeKind::Deprecated => {
                    let text = deprecation(attributes);
                    self.program.global_mut(id).attributes.deprecated = text;
                }
                AttributeKind::Redef => self.program.global_mut(id).attributes.redef = true,
                AttributeKind::IsUsed | AttributeKind::IsAssigned | AttributeKind::IsSet => {
                    self.program.global_mut(id).attributes.used = true;
                }
                AttributeKind::Group => groups.extend(attribute.value.as_ref().and_then(|value| self.group(value))),
                AttributeKind::NoZamOpt | AttributeKind::NoCppOpt => {
                    self.note_ignored_attribute(attribute.kind.text(), attribute.span);
                }
                _ => {
                    let message = "illegal attribute for function body";
                    let diagnostic =
                        Diagnostic::error(Code::BadAttribute, attribute.span, message).subject(attribute.kind.text());
                    self.report(diagnostic);
                }
            }
        }
        (priority, (!groups.is_empty()).then(|| groups.into()))
    }

    fn priority(&mut self, value: &ast::Expr, attribute: &ast::Attribute) -> Option<BodyPriority> {
        let depth = self.contexts.len();
        self.begin(Symbol::new("&priority"), BodyKind::Expression, Type::void());
        let id = self.check_value(value);
        let known = match self.kind(id) {
            Some(ExprKind::Const(Value::Count(number))) => i64::try_from(*number).ok(),
            Some(ExprKind::Const(Value::Int(number))) => Some(*number),
            _ => None,
        };
        let priority = if let Some(known) = known {
            Some(BodyPriority::Known(known))
        } else if self.is_error(id) {
            None
        } else {
            let (ty, text) = (self.ty(id), format!("&priority={}", self.describe(id)));
            if ty.tag().is_integral() {
                let body = self.finish_expression(id, ty, value.span);
                let body = self.program.add_body(BodyEntry::Typed(body));
                Some(BodyPriority::Evaluated(Priority { body, span: attribute.span, text }))
            } else {
                let message = "expression is not of integral type";
                self.report(Diagnostic::error(Code::BadAttribute, attribute.span, message).subject(text));
                None
            }
        };
        self.contexts.truncate(depth);
        priority
    }

    /// The name behind `&group`.
    fn group(&mut self, value: &ast::Expr) -> Option<Symbol> {
        let depth = self.contexts.len();
        self.begin(Symbol::new("&group"), BodyKind::Expression, Type::void());
        let id = self.check_value(value);
        let name = match self.kind(id) {
            Some(ExprKind::Const(Value::String(name))) => Some(Symbol::new(&name.to_lossy())),
            _ => None,
        };
        if name.is_none() && !self.is_error(id) {
            self.error(Code::BadAttribute, &Object::Expr(id), "&group value must be a constant string");
        }
        self.contexts.truncate(depth);
        name
    }

    /// Resolves one body against its type. Parameters have the names this body gives them.
    pub(super) fn check_body(&mut self, unresolved: &UnresolvedBody) -> Rc<Body> {
        let Some(func) = unresolved.ty.as_func().cloned() else {
            return self.finish(Vec::new(), unresolved.span);
        };
        let kind = match func.flavor {
            Flavor::Function => BodyKind::Function,
            Flavor::Event => BodyKind::Event,
            Flavor::Hook => BodyKind::Hook,
        };
        let module = std::mem::replace(&mut self.module, unresolved.module);
        self.begin(unresolved.name, kind, func.result.clone());
        self.add_parameters(&func, &unresolved.parameters);
        let root = self.check_block(&unresolved.block);
        self.module = module;
        self.finish(root, unresolved.block.span)
    }

    fn add_parameters(&mut self, func: &FuncType, names: &[ast::Ident]) {
        for (position, parameter) in func.parameters.iter().enumerate() {
            let Parameter { name, ty, .. } = parameter;
            let written = names.get(position);
            let name = written.map_or(*name, |written| written.name);
            let span = written.map_or(crate::source::Span::NONE, |written| written.span);
            if self.context().by_name.contains_key(&name) {
                let shown = full_name(self.module, name);
                self.name_error(Code::AlreadyDefined, shown, span, "argument name used twice");
            }
            let ty = if ty.is(TypeTag::Error) { Type::any() } else { ty.clone() };
            let module = self.module;
            self.context().add_local(module, name, ty, span);
        }
        self.context().parameters = func.parameters.len() as u32;
    }
}
