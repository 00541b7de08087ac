//! The checker: names resolved, types derived, conversions made explicit.
//!
//! It works declaration by declaration, because loading executes: [`Checker::declare`] enters one declaration into the
//! program and gives back the [`Action`]s that the machine performs before the next declaration is looked at. Bodies of
//! scripts a user wrote are checked where they stand, as in Bro; bodies of embedded scripts when they are first called
//! ([`resolve_body`]).
//!
//! Messages follow Bro 2.6.4's wording; an expression in error has the error type and is not reported twice.

mod attributes;
mod context;
mod declare;
mod errors;
mod expr;
mod functions;
mod names;
mod promote;
mod prototypes;
mod redefs;
mod stmt;
mod types;

use std::rc::Rc;

pub use context::Context;
pub use names::{GLOBAL_MODULE, add_native, full_name};

use crate::diag::Diagnostic;
pub use crate::diag::similar;
use crate::hir::{Body, BodyId, BodyKind, GlobalId, Stmt, StmtKind};
use crate::program::{BodyEntry, Program};
use crate::source::{Span, Symbol};
use crate::syntax::ast;
use crate::types::{Type, TypeRef};
use crate::value::FunctionBody;

/// What the machine does after a declaration, in order.
#[derive(Debug)]
pub enum Action {
    /// A global came to be: it takes its start value (an empty container, a record with its defaults, an event or hook
    /// without bodies, a native) or stays unset.
    Define(GlobalId),
    /// Run an initialiser or a top-level statement's body.
    Run(BodyId),
    /// The attributes of a global changed: its value carries them.
    Attributes(GlobalId),
    /// The function, event or hook gets one more body; for a function, its only one.
    AddBody(GlobalId, FunctionBody),
    /// As `AddBody`, with a priority that an expression gives now.
    AddBodyWithPriority(GlobalId, FunctionBody, Priority),
    /// The event or hook loses its bodies so far.
    ClearBodies(GlobalId),
    /// A statement outside any function, to be run when loading is done.
    Statement(BodyId),
}

/// A `&priority` that is no constant by itself.
#[derive(Clone, Debug)]
pub struct Priority {
    /// The expression, of an integral type.
    pub body: BodyId,
    pub span: Span,
    /// The attribute as Bro's messages show it.
    pub text: String,
}

/// What differs between ways of running the checker.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// As Bro 2.6 has it: no closures, so that a lambda that mentions a local of its function is refused (otherwise such
    /// a local is captured), and vectors are gone through by an `int` (later releases: `count`).
    pub as_bro: bool,
    /// Check bodies of embedded scripts at once too: for `check` and for tests of the scripts.
    pub check_all_bodies: bool,
    /// The body was written before the globals there are now: a local may have the name of one of them.
    pub resolved_late: bool,
    /// Say of calls what will be wrong when they run: for `check`.
    pub advise: bool,
    /// Do not warn of names that are deprecated (`@pragma push ignore-deprecations`).
    pub ignore_deprecations: bool,
}

/// The checker of one declaration or body.
pub struct Checker<'p> {
    pub(crate) program: &'p mut Program,
    /// The module in force.
    pub(crate) module: Symbol,
    pub(crate) options: Options,
    /// The declaration stands inside `export { }`.
    pub(crate) exported: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Bodies in progress, the innermost last.
    pub(crate) contexts: Vec<Context>,
    pub(crate) actions: Vec<Action>,
    /// What constructors are checked for: Bro words a mismatch differently.
    pub(crate) site: Site,
    /// A set constructor that did not fit what it was to be assigned to.
    pub(crate) clashing_set: Option<crate::hir::ExprId>,
}

/// Where a constructor stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Site {
    /// On the right of an assignment, or of a local's declaration.
    #[default]
    Assignment,
    /// The initialiser of a global with a declared type.
    Global,
    /// `T(...)`, naming its type.
    Named,
}

/// What a declaration led to.
#[derive(Debug, Default)]
pub struct Outcome {
    pub actions: Vec<Action>,
    pub diagnostics: Vec<Diagnostic>,
    /// For an expression without error: the body that gives its value, and its type.
    pub body: Option<(BodyId, TypeRef)>,
}

impl<'p> Checker<'p> {
    pub fn new(program: &'p mut Program, module: Symbol, options: Options) -> Self {
        Checker {
            program,
            module,
            options,
            exported: false,
            diagnostics: Vec::new(),
            contexts: Vec::new(),
            actions: Vec::new(),
            site: Site::default(),
            clashing_set: None,
        }
    }

    /// Enters a declaration. `module` declarations are the caller's, who hands the module in.
    pub fn declare(mut self, decl: &ast::Decl) -> Outcome {
        self.exported = decl.exported;
        self.check_declaration(decl);
        Outcome { actions: self.actions, diagnostics: self.diagnostics, body: None }
    }

    /// Checks an expression on its own and makes a body that returns its value.
    pub fn expression(mut self, expr: &ast::Expr) -> Outcome {
        self.begin(Symbol::new("expression"), BodyKind::Expression, Type::void());
        let id = self.check_value(expr);
        let ty = self.ty(id);
        let body = self.finish_expression(id, ty.clone(), expr.span);
        let body = self.has_no_errors().then(|| (self.program.add_body(BodyEntry::Typed(body)), ty));
        Outcome { actions: self.actions, diagnostics: self.diagnostics, body }
    }

    /// Names of locals are visible to a condition that stands inside a body, but may not be used.
    pub fn condition(self, expr: &ast::Expr, locals: &[Symbol]) -> Outcome {
        if let Some(diagnostic) = names::local_in_condition(expr, locals) {
            return Outcome { diagnostics: vec![diagnostic], ..Outcome::default() };
        }
        self.expression(expr)
    }

    pub(crate) fn has_no_errors(&self) -> bool {
        !self.diagnostics.iter().any(|diagnostic| diagnostic.severity >= crate::diag::Severity::Error)
    }

    /// Opens a body.
    pub(crate) fn begin(&mut self, name: Symbol, kind: BodyKind, result: TypeRef) {
        self.contexts.push(Context::new(name, kind, result));
    }

    /// Closes the innermost body.
    pub(crate) fn finish(&mut self, root: Vec<Stmt>, span: Span) -> Rc<Body> {
        let context =
            self.contexts.pop().unwrap_or_else(|| Context::new(self.module, BodyKind::Expression, Type::void()));
        Rc::new(context.into_body(root, span))
    }

    /// Closes the innermost body as one that returns an expression's value.
    pub(crate) fn finish_expression(&mut self, value: crate::hir::ExprId, result: TypeRef, span: Span) -> Rc<Body> {
        if let Some(context) = self.contexts.last_mut() {
            context.result = result;
        }
        let root = vec![Stmt { kind: StmtKind::Return(Some(value)), span }];
        self.finish(root, span)
    }
}

/// Resolves a body of an embedded script, before its first call. The entry becomes `Typed` or `Failed`. The actions
/// define natives that are mentioned for the first time.
pub fn resolve_body(program: &mut Program, id: BodyId) -> Outcome {
    let BodyEntry::Unresolved(unresolved) = program.body(id) else { return Outcome::default() };
    let options = Options { ignore_deprecations: true, resolved_late: true, ..Options::default() };
    let mut checker = Checker::new(program, unresolved.module, options);
    let body = checker.check_body(&unresolved);
    let failed = !checker.has_no_errors();
    let outcome = Outcome { actions: checker.actions, diagnostics: checker.diagnostics, body: None };
    program.set_body(id, if failed { BodyEntry::Failed } else { BodyEntry::Typed(body) });
    outcome
}
