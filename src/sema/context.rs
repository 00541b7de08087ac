//! A body in progress: its locals and its expressions.

use rustc_hash::FxHashMap;

use crate::hir::{Body, BodyKind, Expr, ExprId, ExprKind, GlobalId, Local, LocalId, Stmt, StmtKind, WhenRoots};
use crate::sema::names::full_name;
use crate::source::{Span, Symbol};
use crate::types::TypeRef;

/// One body being checked. Bro has one scope per function: a local is known from its declaration to the function's end.
#[derive(Debug)]
pub struct Context {
    pub name: Symbol,
    pub kind: BodyKind,
    pub result: TypeRef,
    pub locals: Vec<Local>,
    pub parameters: u32,
    pub exprs: Vec<Expr>,
    pub by_name: FxHashMap<Symbol, LocalId>,
    /// Locals that may not be assigned: `const` inside a body.
    pub constants: Vec<LocalId>,
    /// How many locals behind the parameters are captured.
    pub captures: u32,
    /// `$f() = { }`: the first `return` decides the result type.
    pub infer_result: bool,
    pub when: Option<WhenRoots>,
    /// Globals mentioned so far, for `when`.
    pub mentioned: Vec<GlobalId>,
    /// Locals without initialiser: they take their start values when the body starts, as in Bro.
    pub inits: Vec<LocalId>,
    /// Statements outside any function: their locals live as long as the program.
    pub top_level: bool,
}

impl Context {
    pub fn new(name: Symbol, kind: BodyKind, result: TypeRef) -> Self {
        Context {
            name,
            kind,
            result,
            locals: Vec::new(),
            parameters: 0,
            exprs: Vec::new(),
            by_name: FxHashMap::default(),
            constants: Vec::new(),
            captures: 0,
            infer_result: false,
            when: None,
            mentioned: Vec::new(),
            inits: Vec::new(),
            top_level: false,
        }
    }

    /// Adds a local of a body in `module`: Bro's messages show its name with that of the module.
    pub fn add_local(&mut self, module: Symbol, name: Symbol, ty: TypeRef, span: Span) -> LocalId {
        let id = LocalId(self.locals.len() as u32);
        self.locals.push(Local { name: full_name(module, name), ty, span });
        self.by_name.insert(name, id);
        id
    }

    pub fn add(&mut self, kind: ExprKind, ty: TypeRef, span: Span) -> ExprId {
        let id = ExprId(self.exprs.len() as u32);
        self.exprs.push(Expr { kind, ty, span, paren: false });
        id
    }

    pub fn into_body(self, mut root: Vec<Stmt>, span: Span) -> Body {
        if !self.inits.is_empty() {
            root.insert(0, Stmt { kind: StmtKind::Init(self.inits, None), span });
        }
        Body {
            name: self.name,
            result: self.result,
            kind: self.kind,
            locals: self.locals,
            parameters: self.parameters,
            captures: self.captures,
            exprs: self.exprs,
            root,
            when: self.when,
            span,
        }
    }
}
