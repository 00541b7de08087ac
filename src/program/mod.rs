//! The static world of one engine: sources, globals, types, bodies, thunks.
//!
//! The checker fills it declaration by declaration, the machine reads it. Values of globals are not here but in the
//! machine, by [`GlobalId`].

mod global;
mod snapshot;

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

pub use global::{Attributes, Global, GlobalKind, Prototype};
pub use snapshot::ProgramSnapshot;

use crate::hir::{Body, BodyId, GlobalId};
use crate::source::{SourceMap, Span, Symbol};
use crate::syntax::ast;
use crate::types::{ThunkId, TypeRef};
use crate::value::Value;

/// What the program must know about a native function. The table of natives itself belongs to a later layer, which
/// hands in [`Program::natives`].
#[derive(Clone, Copy, Debug)]
pub struct NativeInfo {
    /// Index into the table of natives.
    pub index: u32,
    /// `function(x: count): string` as Bro would declare it; parsed when the name is first used.
    pub prototype: &'static str,
    pub doc: &'static str,
    /// What it needs that is never there, as the end of a sentence: calling it is an error.
    pub needs: Option<&'static str>,
}

/// Finds a native by its full name (`strlen`, `Broker::__listen`).
pub type FindNative = fn(&str) -> Option<NativeInfo>;

pub struct Program {
    pub sources: SourceMap,
    pub natives: FindNative,
    globals: Vec<Global>,
    by_name: FxHashMap<Symbol, GlobalId>,
    bodies: Vec<BodyEntry>,
    thunks: Vec<Thunk>,
    modules: FxHashSet<&'static str>,
    /// Natives besides those of [`Program::natives`], which go before them.
    own_natives: FxHashMap<&'static str, NativeInfo>,
}

/// A body in one of its stages. Bodies of embedded scripts stay unresolved until their first call.
#[derive(Clone)]
pub enum BodyEntry {
    Unresolved(Rc<UnresolvedBody>),
    Typed(Rc<Body>),
    /// The checker refused it; the messages were given.
    Failed,
}

/// A body whose names are not looked up yet.
pub struct UnresolvedBody {
    pub name: Symbol,
    /// The module in force where it stands.
    pub module: Symbol,
    pub ty: TypeRef,
    /// Parameter names as this body writes them; they may differ from the type's.
    pub parameters: Vec<ast::Ident>,
    pub block: Rc<ast::Block>,
    pub span: Span,
}

/// An expression that is evaluated on demand: a default, an expiry interval, a table's function.
#[derive(Clone, Debug)]
pub enum Thunk {
    /// Known and immutable: shared as it is.
    Const(Value),
    /// Evaluated each time it is needed; `ty` is its type.
    Body(BodyId, TypeRef),
}

/// Behind so many globals, which is what the base scripts declare, few more come: room for them grows slowly.
const MANY_GLOBALS: usize = 512;

impl Program {
    pub fn new(natives: FindNative) -> Self {
        Program {
            sources: SourceMap::default(),
            natives,
            globals: Vec::new(),
            by_name: FxHashMap::default(),
            bodies: Vec::new(),
            thunks: Vec::new(),
            modules: FxHashSet::default(),
            own_natives: FxHashMap::default(),
        }
    }

    /// Makes a native known.
    pub fn add_native(&mut self, name: &'static str, native: NativeInfo) {
        self.own_natives.insert(name, native);
    }

    /// Finds a native by its full name.
    pub fn native(&self, name: &str) -> Option<NativeInfo> {
        self.own_natives.get(name).copied().or_else(|| (self.natives)(name))
    }

    /// What a native that was [made known](Program::add_native) gives, once a script uses it.
    pub fn native_result(&self, index: u32) -> Option<TypeRef> {
        let (name, _) = self.own_natives.iter().find(|(_, native)| native.index == index)?;
        let ty = &self.global(self.find(Symbol::new(name))?).ty;
        Some(ty.as_func()?.result.clone())
    }

    /// A `module` declaration was seen.
    pub fn add_module(&mut self, name: Symbol) {
        self.modules.insert(name.as_str());
    }

    /// Every module that was declared.
    pub fn modules(&self) -> impl Iterator<Item = &'static str> {
        self.modules.iter().copied()
    }

    /// Makes a name free to be declared again. Whoever uses the old declaration keeps it.
    pub fn hide(&mut self, name: Symbol) {
        self.by_name.remove(&name);
    }

    /// Whether the global is the one its name finds: not [hidden](Program::hide) and not declared anew since.
    pub fn is_visible(&self, id: GlobalId) -> bool {
        self.find(self.global(id).name) == Some(id)
    }

    pub fn has_module(&self, name: &str) -> bool {
        self.modules.contains(name)
    }

    /// Finds a global by its full name.
    pub fn find(&self, name: Symbol) -> Option<GlobalId> {
        self.by_name.get(&name).copied()
    }

    pub fn global(&self, id: GlobalId) -> &Global {
        &self.globals[id.0 as usize]
    }

    pub fn global_mut(&mut self, id: GlobalId) -> &mut Global {
        &mut self.globals[id.0 as usize]
    }

    pub fn add_global(&mut self, global: Global) -> GlobalId {
        let id = GlobalId(self.globals.len() as u32);
        self.by_name.insert(global.name, id);
        if self.globals.len() == self.globals.capacity() && self.globals.len() >= MANY_GLOBALS {
            self.globals.reserve_exact(self.globals.len() / 8);
        }
        self.globals.push(global);
        id
    }

    pub fn globals(&self) -> impl Iterator<Item = (GlobalId, &Global)> {
        self.globals.iter().enumerate().map(|(index, global)| (GlobalId(index as u32), global))
    }

    pub fn global_count(&self) -> usize {
        self.globals.len()
    }

    pub fn add_body(&mut self, body: BodyEntry) -> BodyId {
        let id = BodyId(self.bodies.len() as u32);
        self.bodies.push(body);
        id
    }

    pub fn body(&self, id: BodyId) -> BodyEntry {
        self.bodies.get(id.0 as usize).cloned().unwrap_or(BodyEntry::Failed)
    }

    /// A body that the checker has been through.
    pub fn typed_body(&self, id: BodyId) -> Option<Rc<Body>> {
        match self.bodies.get(id.0 as usize) {
            Some(BodyEntry::Typed(body)) => Some(body.clone()),
            _ => None,
        }
    }

    pub fn set_body(&mut self, id: BodyId, body: BodyEntry) {
        if let Some(entry) = self.bodies.get_mut(id.0 as usize) {
            *entry = body;
        }
    }

    pub fn body_count(&self) -> usize {
        self.bodies.len()
    }

    pub fn add_thunk(&mut self, thunk: Thunk) -> ThunkId {
        let id = ThunkId(self.thunks.len() as u32);
        self.thunks.push(thunk);
        id
    }

    pub fn thunk(&self, id: ThunkId) -> Thunk {
        self.thunks.get(id.0 as usize).cloned().unwrap_or(Thunk::Const(Value::Unset))
    }

    /// Gives back the room that was kept for more declarations, of which few come once scripts are loaded.
    pub fn shrink(&mut self) {
        self.globals.shrink_to_fit();
        self.by_name.shrink_to_fit();
        self.bodies.shrink_to_fit();
        self.thunks.shrink_to_fit();
    }

    /// Gives up everything declared since `mark`, for input that failed half way in the REPL.
    pub fn rewind(&mut self, mark: &ProgramMark) {
        for global in self.globals.drain(mark.globals..) {
            self.by_name.remove(&global.name);
        }
        self.bodies.truncate(mark.bodies);
        self.thunks.truncate(mark.thunks);
    }

    pub fn mark(&self) -> ProgramMark {
        ProgramMark { globals: self.globals.len(), bodies: self.bodies.len(), thunks: self.thunks.len() }
    }
}

/// A point to [`Program::rewind`] to.
#[derive(Clone, Debug)]
pub struct ProgramMark {
    globals: usize,
    bodies: usize,
    thunks: usize,
}
