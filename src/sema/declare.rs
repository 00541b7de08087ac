//! Declarations of variables and types.

use std::rc::Rc;

use super::attributes::deprecation;
use super::errors::Object;
use super::names::full_name;
use super::{Action, Checker, Site};
use crate::diag::{Code, Diagnostic};
use crate::hir::{BodyKind, ExprId, ExprKind, GlobalId, Stmt, StmtKind};
use crate::program::{Attributes, BodyEntry, Global, GlobalKind};
use crate::source::{Span, Symbol};
use crate::syntax::ast::{self, DeclKind, InitClass, TypeExprKind, VariableClass, VariableDecl};
use crate::types::assign::same_type;
use crate::types::{EnumType, RecordType, Type, TypeKind, TypeRef, TypeTag};

impl Checker<'_> {
    pub(super) fn check_declaration(&mut self, decl: &ast::Decl) {
        match &decl.kind {
            DeclKind::Module(_) => {}
            DeclKind::Variable(variable) if variable.class == VariableClass::Redef => self.check_redef(variable),
            DeclKind::Variable(variable) => self.check_variable(variable, decl.doc.as_ref()),
            DeclKind::Type { name, ty, attributes } => self.check_type_decl(name, ty, attributes, decl.doc.as_ref()),
            DeclKind::RedefEnum { name, entries } => self.check_redef_enum(name, entries),
            DeclKind::RedefRecord { name, fields, attributes } => {
                self.check_redef_record(name, fields, attributes);
            }
            DeclKind::RedefField { record, field, add, attributes } => {
                self.check_redef_field(record, field, *add, attributes);
            }
            DeclKind::Function(function) => self.check_function(function, decl.doc.as_ref()),
            DeclKind::Statement(statement) => self.check_top_level(statement),
        }
    }

    /// A global of scripts by a name as written; natives do not count.
    pub(crate) fn find_script_global(&self, name: Symbol) -> Option<GlobalId> {
        let full = full_name(self.module, name);
        let id = self.program.find(full).or_else(|| self.program.find(name))?;
        (!matches!(self.program.global(id).kind, GlobalKind::Native(_))).then_some(id)
    }

    /// A name to be declared: what has it in the current module.
    pub(crate) fn find_own(&self, name: Symbol) -> Option<GlobalId> {
        let id = self.program.find(full_name(self.module, name))?;
        (!matches!(self.program.global(id).kind, GlobalKind::Native(_))).then_some(id)
    }

    pub(crate) fn add_global(
        &mut self,
        name: &ast::Ident,
        ty: TypeRef,
        kind: GlobalKind,
        attributes: Attributes,
        doc: Option<&Rc<str>>,
    ) -> GlobalId {
        let full = full_name(self.module, name.name);
        let exported = self.exported || full.module().is_none();
        let id = self.program.add_global(Global {
            name: full,
            ty,
            kind,
            attributes,
            exported,
            span: name.span,
            doc: doc.cloned(),
            body_span: None,
            redefs: Vec::new(),
        });
        self.actions.push(Action::Define(id));
        id
    }

    fn check_variable(&mut self, decl: &VariableDecl, doc: Option<&Rc<str>>) {
        if let Some(existing) = self.find_own(decl.name.name) {
            self.check_redeclared(decl, existing);
            return;
        }
        let kind = match decl.class {
            VariableClass::Const => GlobalKind::Const,
            VariableClass::Option => GlobalKind::Option,
            _ => GlobalKind::Variable,
        };
        let declared = decl.ty.as_ref().map(|ty| self.named_context(&decl.name, |checker| checker.check_type(ty)));
        if declared.as_ref().is_some_and(|ty| ty.is_error()) {
            // Known, so that its uses are not reported as well.
            self.add_global(&decl.name, Type::error(), kind, Attributes::default(), doc);
            return;
        }
        self.begin(decl.name.name, BodyKind::Expression, Type::void());
        let value = decl.init.as_ref().map(|init| match &declared {
            Some(ty) => self.check_global_initializer(init, ty, &decl.attributes),
            None => self.check(init),
        });
        let ty = match (declared, value) {
            (Some(ty), _) => ty,
            (None, Some(value)) => self.inferred_type(value, decl),
            (None, None) => {
                self.name_error(Code::BadDeclaration, decl.name.name, decl.name.span, "no type given");
                Type::error()
            }
        };
        let context = self.contexts.pop();
        let own = decl.init.as_ref().map_or(&[][..], container_attributes);
        let mut attributes = self.check_attributes(&decl.attributes, &ty, Attributes::default(), true);
        if !own.is_empty() {
            attributes = self.check_attributes(own, &ty, attributes, true);
        }
        // As in Bro, an option can always be redefined.
        attributes.redef |= matches!(kind, GlobalKind::Option);
        let redefinable = attributes.redef;
        let id = self.add_global(&decl.name, ty.clone(), kind.clone(), attributes, doc);
        if let (Some(context), Some(value)) = (context, value) {
            self.contexts.push(context);
            self.finish_initializer(id, value, InitClass::Full, decl);
        }
        let message = match kind {
            GlobalKind::Const if decl.init.is_none() && !redefinable => "const variable must be initialized",
            GlobalKind::Option if decl.init.is_none() => "option variable must be initialized",
            _ => return,
        };
        self.name_error(Code::BadDeclaration, decl.name.name, decl.name.span, message);
    }

    /// A second declaration of a name: Bro allows it without initialiser for functions, or with the same type.
    fn check_redeclared(&mut self, decl: &VariableDecl, existing: GlobalId) {
        let declared = decl.ty.as_ref().map(|ty| self.check_type(ty));
        let global = self.program.global(existing);
        let (old, span, redefinable) = (global.ty.clone(), global.span, global.attributes.redef);
        let same_func = old.is(TypeTag::Func)
            && decl.init.is_none()
            && declared.as_ref().is_some_and(|ty| same_type(ty, &old, false));
        if decl.init.is_none()
            && let Some(ty) = &declared
            && self.add_prototype(decl, existing, ty)
        {
            return;
        }
        if same_func && !self.options.as_bro {
            return;
        }
        if redefinable && let Some(init) = &decl.init {
            let diagnostic = Diagnostic::warning(Code::BadRedef, decl.name.span, "redefinition requires \"redef\"")
                .subject(decl.name.name.as_str());
            self.report(diagnostic.related(span, "declared here"));
            self.initialize(existing, init, InitClass::Full, decl);
            return;
        }
        let diagnostic = Diagnostic::error(Code::AlreadyDefined, decl.name.span, "already defined")
            .subject(full_name(self.module, decl.name.name).as_str());
        self.report(diagnostic.related(span, "declared here"));
    }

    /// The type of a variable declared without one.
    fn inferred_type(&mut self, value: ExprId, decl: &VariableDecl) -> TypeRef {
        let ty = self.ty(value);
        match ty.tag() {
            TypeTag::Void => {
                self.error(Code::TypeMismatch, &Object::Expr(value), "value of type void illegal");
                Type::error()
            }
            TypeTag::List => {
                let message = "empty list in untyped initialization";
                self.name_error(Code::BadInitializer, decl.name.name, decl.name.span, message);
                Type::error()
            }
            _ => ty,
        }
    }

    /// Checks an initialiser for a global that exists and makes the machine run it.
    pub(crate) fn initialize(&mut self, id: GlobalId, init: &ast::Expr, class: InitClass, decl: &VariableDecl) {
        let ty = self.program.global(id).ty.clone();
        self.begin(decl.name.name, BodyKind::Expression, Type::void());
        let add_or_delete = match class {
            InitClass::Extra => self.program.global(id).attributes.add_func,
            InitClass::Remove => self.program.global(id).attributes.delete_func,
            _ => None,
        };
        let value = match class {
            InitClass::Remove if add_or_delete.is_none() => self.check_removed(init, &ty),
            _ => self.check_global_initializer(init, &ty, &decl.attributes),
        };
        if let Some(thunk) = add_or_delete {
            self.call_update_function(id, thunk, value, init.span);
            return;
        }
        self.finish_initializer(id, value, class, decl);
    }

    fn check_global_initializer(&mut self, init: &ast::Expr, ty: &TypeRef, attributes: &[ast::Attribute]) -> ExprId {
        let site = std::mem::replace(&mut self.site, Site::Global);
        let value = self.check_initializer(init, ty, Some(attributes));
        self.site = site;
        value
    }

    /// `redef x += v` of a variable with `&add_func`: `x = f(x, v)`.
    fn call_update_function(&mut self, id: GlobalId, thunk: crate::types::ThunkId, value: ExprId, span: Span) {
        let ty = self.program.global(id).ty.clone();
        if self.is_error(value) {
            self.contexts.pop();
            return;
        }
        let function = self.add(ExprKind::Thunk(thunk), Type::any(), span);
        let target = self.add(ExprKind::Global(id), ty.clone(), span);
        let call = self.add(ExprKind::Call { callee: function, arguments: vec![target, value] }, ty.clone(), span);
        let assign = self.add(ExprKind::Assign(target, call), ty, span);
        self.run_initializer(assign, id, span);
    }

    /// What `-=` takes away: entries of the container, or indices of a table.
    pub(crate) fn check_removed(&mut self, init: &ast::Expr, ty: &TypeRef) -> ExprId {
        let keys_only = match &init.kind {
            ast::ExprKind::Braces(elements) => {
                !elements.iter().any(|element| matches!(element.kind, ast::ExprKind::Assign(..)))
            }
            _ => false,
        };
        match ty.as_table() {
            Some((index, Some(_))) if keys_only => {
                let keys = Type::set(index.to_vec());
                self.check_initializer(init, &keys, None)
            }
            _ => self.check_initializer(init, ty, None),
        }
    }

    /// Closes the body of an initialiser: assigns, adds or removes, with Bro's checks.
    fn finish_initializer(&mut self, id: GlobalId, value: ExprId, class: InitClass, decl: &VariableDecl) {
        let ty = self.program.global(id).ty.clone();
        let span = decl.init.as_ref().map_or(decl.span(), |init| init.span);
        if self.is_error(value) {
            self.bad_record_initializer(value, &ty, decl, decl.ty.is_some());
            self.contexts.pop();
            return;
        }
        let target = self.add(ExprKind::Global(id), ty.clone(), decl.name.span);
        let expr = match class {
            InitClass::Extra => self.add_to_global(target, value, &ty, decl),
            InitClass::Remove => self.remove_from_global(target, value, &ty, decl),
            _ => {
                let assigned = self.assign(target, value, span);
                if self.is_error(assigned) {
                    let coerced =
                        self.add(ExprKind::Convert(crate::hir::Conversion::Record, value), Type::error(), span);
                    self.bad_record_initializer(coerced, &ty, decl, false);
                }
                assigned
            }
        };
        if self.is_error(expr) {
            self.contexts.pop();
            return;
        }
        self.run_initializer(expr, id, span);
    }

    fn run_initializer(&mut self, expr: ExprId, id: GlobalId, span: Span) {
        let body = self.finish(vec![Stmt { kind: StmtKind::Expr(expr), span }], span);
        let body = self.program.add_body(BodyEntry::Typed(body));
        self.actions.push(Action::Run(body));
        if self.program.global(id).attributes.table.is_some() || self.program.global(id).attributes.raw_output {
            self.actions.push(Action::Attributes(id));
        }
    }

    /// Bro's second message after a record initialiser that does not fit.
    fn bad_record_initializer(&mut self, value: ExprId, ty: &TypeRef, decl: &VariableDecl, wrapped: bool) {
        let text = self.describe(value);
        if !text.starts_with("(coerce") {
            return;
        }
        let text = if wrapped { format!("(coerce {text} to error)") } else { text };
        if ty.is(TypeTag::Record) || ty.is_error() {
            let span = decl.init.as_ref().map_or(decl.name.span, |init| init.span);
            self.report(Diagnostic::error(Code::BadInitializer, span, "bad record initializer").subject(text));
        }
    }

    fn add_to_global(&mut self, target: ExprId, value: ExprId, ty: &TypeRef, decl: &VariableDecl) -> ExprId {
        let span = decl.name.span;
        match ty.tag() {
            TypeTag::Table | TypeTag::Set => {
                let Some(value) = self.promote(value, ty) else { return self.invalid("+=", span) };
                self.add(ExprKind::AddTo(target, value), ty.clone(), span)
            }
            TypeTag::Vector => {
                let same = same_type(&self.ty(value), ty, false);
                let value = if same { Some(value) } else { self.promote_element(value, ty) };
                let Some(value) = value else { return self.invalid("+=", span) };
                self.add(ExprKind::AddTo(target, value), ty.clone(), span)
            }
            TypeTag::Pattern if self.tag(value) == TypeTag::Pattern => {
                self.add(ExprKind::AddTo(target, value), ty.clone(), span)
            }
            _ => {
                let message = "+= initializer only applies to tables, sets, vectors and patterns";
                self.error2(Code::BadInitializer, &Object::Expr(target), &Object::Expr(value), message);
                self.invalid("+=", span)
            }
        }
    }

    /// One element behind `redef v +=`.
    fn promote_element(&mut self, value: ExprId, ty: &TypeRef) -> Option<ExprId> {
        let element = ty.as_vector()?.clone();
        if element.is(TypeTag::Record) && self.tag(value) == TypeTag::Record {
            return self.coerce_record(value, &element);
        }
        self.promote(value, &element)
    }

    fn remove_from_global(&mut self, target: ExprId, value: ExprId, ty: &TypeRef, decl: &VariableDecl) -> ExprId {
        let span = decl.name.span;
        if matches!(ty.tag(), TypeTag::Table | TypeTag::Set) {
            return self.add(ExprKind::RemoveFrom(target, value), ty.clone(), span);
        }
        let message = "-= initializer only applies to tables and sets";
        self.error2(Code::BadInitializer, &Object::Expr(target), &Object::Expr(value), message);
        self.invalid("-=", span)
    }

    fn check_type_decl(
        &mut self,
        name: &ast::Ident,
        ty: &ast::TypeExpr,
        attributes: &[ast::Attribute],
        doc: Option<&Rc<str>>,
    ) {
        if let Some(existing) = self.find_own(name.name) {
            let span = self.program.global(existing).span;
            let diagnostic =
                Diagnostic::error(Code::AlreadyDefined, name.span, "already defined").subject(name.name.as_str());
            self.report(diagnostic.related(span, "declared here"));
            return;
        }
        let full = full_name(self.module, name.name);
        match &ty.kind {
            // A record may mention itself in its fields, an enum's names belong to its module.
            TypeExprKind::Record(fields) => {
                let record = Rc::new(RecordType::new(Vec::new()));
                let named = Type::named(TypeKind::Record(record.clone()), full);
                named.span.set(name.span);
                self.add_type(name, named, attributes, doc);
                for field in self.check_fields(fields) {
                    record.push(field);
                }
                if attributes.iter().any(|attribute| attribute.kind == ast::AttributeKind::Log) {
                    for offset in 0..record.len() {
                        record.update(offset as u16, |field| field.log = true);
                    }
                }
            }
            TypeExprKind::Enum(entries) => {
                let enumeration = Rc::new(EnumType::new(full));
                let named = enumeration.to_type();
                named.span.set(name.span);
                self.add_type(name, named, attributes, doc);
                self.add_enum_entries(&enumeration, entries);
            }
            _ => {
                let ty = self.named_context(name, |checker| checker.check_type(ty));
                if ty.name().is_none() && !is_shared(&ty) {
                    ty.set_name(full);
                }
                self.add_type(name, ty, attributes, doc);
            }
        }
    }

    fn add_type(&mut self, name: &ast::Ident, ty: TypeRef, attributes: &[ast::Attribute], doc: Option<&Rc<str>>) {
        let attributes = Attributes { deprecated: deprecation(attributes), ..Attributes::default() };
        self.add_global(name, ty, GlobalKind::Type, attributes, doc);
    }

    /// Checks something in a context that carries a declaration's name.
    pub(crate) fn named_context<R>(&mut self, name: &ast::Ident, check: impl FnOnce(&mut Self) -> R) -> R {
        self.begin(full_name(self.module, name.name), BodyKind::Expression, Type::void());
        let depth = self.contexts.len();
        let result = check(self);
        self.contexts.truncate(depth - 1);
        result
    }

    /// The variable behind a `local` outside any function.
    pub(crate) fn declare_top_level(&mut self, name: &ast::Ident, ty: &TypeRef) -> Option<GlobalId> {
        if let Some(existing) = self.find_own(name.name) {
            let span = self.program.global(existing).span;
            let diagnostic =
                Diagnostic::error(Code::AlreadyDefined, name.span, "already defined").subject(name.name.as_str());
            self.report(diagnostic.related(span, "declared here"));
            return None;
        }
        Some(self.add_global(name, ty.clone(), GlobalKind::Variable, Attributes::default(), None))
    }
}

impl VariableDecl {
    fn span(&self) -> Span {
        self.name.span
    }
}

/// Attributes written behind a constructor: they are the variable's as well.
fn container_attributes(init: &ast::Expr) -> &[ast::Attribute] {
    match &init.kind {
        ast::ExprKind::Table(_, attributes) | ast::ExprKind::Set(_, attributes) => attributes,
        _ => &[],
    }
}

/// Basic types exist once and take no name.
fn is_shared(ty: &TypeRef) -> bool {
    !matches!(
        ty.tag(),
        TypeTag::Table | TypeTag::Set | TypeTag::Vector | TypeTag::Record | TypeTag::Func | TypeTag::Enum
    )
}
