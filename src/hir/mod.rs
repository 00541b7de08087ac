//! Typed bodies: what the checker makes of a function body, an initialiser or an attribute's expression.
//!
//! No name and no type question is left. Every local has a slot, every global an id, every field an offset; every
//! implicit conversion of the language stands as an explicit [`ExprKind::Convert`]. Expressions live in one arena per
//! body, so that instructions can point back at the expression they came from for messages ([`describe`]).

mod children;
pub mod describe;
pub mod describe_body;
pub mod print;

use std::rc::Rc;

use crate::source::{Span, Symbol};
pub use crate::syntax::ast::{BinaryOp, UnaryOp};
use crate::types::{ThunkId, TypeRef};
pub use crate::value::BodyId;
use crate::value::{Value, table::TableAttributes};

/// An expression of one body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExprId(pub u32);

/// A slot of one body: parameters first, then captures, then the other locals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(pub u32);

/// A global of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GlobalId(pub u32);

#[derive(Debug)]
pub struct Body {
    /// The function's name as back-traces show it.
    pub name: Symbol,
    /// What `return` gives: `void` for events, `bool` for hooks. The type of the value of an expression body.
    pub result: TypeRef,
    pub kind: BodyKind,
    pub locals: Vec<Local>,
    /// How many of `locals` are parameters.
    pub parameters: u32,
    /// How many of `locals`, behind the parameters, are captured values.
    pub captures: u32,
    pub exprs: Vec<Expr>,
    pub root: Vec<Stmt>,
    /// For the body of a `when`: its other entry points. `root` is what runs once the condition holds.
    pub when: Option<WhenRoots>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    Function,
    Event,
    /// Falling off the end, or `return`, gives true; `break` gives false and stops the hook.
    Hook,
    /// One expression or initialiser; `root` ends with a `Return`.
    Expression,
    When,
}

#[derive(Debug)]
pub struct WhenRoots {
    pub condition: ExprId,
    pub timeout: Vec<Stmt>,
}

#[derive(Clone, Debug)]
pub struct Local {
    pub name: Symbol,
    pub ty: TypeRef,
    pub span: Span,
}

#[derive(Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: TypeRef,
    pub span: Span,
    /// Stood in parentheses, which Bro's messages show.
    pub paren: bool,
}

#[derive(Debug)]
pub enum ExprKind {
    Const(Value),
    Local(LocalId),
    Global(GlobalId),
    /// `Not`, `Complement`, `Negate`, `Plus`. On a vector: by element.
    Unary(UnaryOp, ExprId),
    /// `++` and `--` on an assignable target; the value is the new one. On a vector: by element.
    Increment {
        target: ExprId,
        down: bool,
    },
    /// Arithmetic, bits, logic, comparison; `In` and `NotIn` never stand here. The machine's operation follows from
    /// the type of the left operand; both have the same type, except: time and interval arithmetic (as Bro defines
    /// it), interval with double, `addr / count` (a subnet), shifts, and a vector with a scalar. Also `|`, `&`, `-` on
    /// sets and `|`, `&` on patterns, `+` on strings. `And` and `Or` on bools evaluate the right side only if needed.
    Binary(BinaryOp, ExprId, ExprId),
    Conditional(ExprId, ExprId, ExprId),
    /// The target is a `Local`, `Global`, `Index`, `Slice`, `Field`, or a `List` of them. The value is the assigned one.
    Assign(ExprId, ExprId),
    /// `+=`: numbers, strings, intervals; appends to a vector (element or, where the types say so, a whole vector);
    /// adds a set's or table's entries to a set or table; joins patterns with `|`.
    AddTo(ExprId, ExprId),
    RemoveFrom(ExprId, ExprId),
    /// Table, vector (signed index counts from the end), string (one character), record is never indexed.
    /// For a table with `subnet` index an `addr` index means longest prefix match.
    Index {
        container: ExprId,
        indices: Vec<ExprId>,
    },
    /// Of a string or vector. Missing bounds are filled in by the checker.
    Slice {
        container: ExprId,
        low: ExprId,
        high: ExprId,
    },
    Field(ExprId, u16),
    HasField(ExprId, u16),
    /// Membership: table and set (as many `indices` as columns), vector (index in range), string in string, pattern
    /// in string, addr in subnet, subnet in subnet-indexed table or set (longest match).
    In {
        indices: Vec<ExprId>,
        container: ExprId,
    },
    /// The other fields take their defaults. `ty` is the record type.
    Record(Vec<(u16, ExprId)>),
    Table {
        entries: Vec<(Vec<ExprId>, ExprId)>,
        attributes: Option<Rc<TableAttributes>>,
    },
    Set {
        entries: Vec<Vec<ExprId>>,
        attributes: Option<Rc<TableAttributes>>,
    },
    Vector(Vec<ExprId>),
    /// A table or set constructor's value with further entries: other containers flattened into it, and indices that
    /// stand for several values each.
    Merged {
        container: ExprId,
        parts: Vec<Part>,
    },
    List(Vec<ExprId>),
    /// Arguments are complete: defaults are filled in. A callee of hook type runs the hook.
    Call {
        callee: ExprId,
        arguments: Vec<ExprId>,
    },
    /// `schedule delay { event(arguments) }`.
    Schedule {
        delay: ExprId,
        event: GlobalId,
        arguments: Vec<ExprId>,
    },
    Lambda {
        body: BodyId,
        captures: Vec<Captured>,
    },
    Copy(ExprId),
    /// `|e|`
    Size(ExprId),
    Convert(Conversion, ExprId),
    /// `e as T`: a run-time check; the type is `ty`.
    Cast(ExprId),
    Is(ExprId, TypeRef),
    /// Evaluates the expression for its effect; the value is true. `local x = e` as a condition.
    Sequence(ExprId),
    /// The value of a thunk: the default of a parameter that a call leaves out.
    Thunk(ThunkId),
    /// What the checker refused, as messages show it. A body that holds one is never run.
    Invalid(Box<str>),
}

/// What an initialiser adds beyond plain entries.
#[derive(Debug)]
pub enum Part {
    /// All entries of another set or table.
    Flatten(ExprId),
    /// Every combination of the columns; a column marked true is a set whose elements stand there one by one.
    Product { columns: Vec<(ExprId, bool)>, value: Option<ExprId> },
}

/// An implicit conversion to the type of the expression it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// Among count, int, double, and enum to int; by element on vectors.
    Arithmetic,
    /// To another record type by field names; missing fields take defaults. Same value where the types are the same.
    Record,
    /// An open `table()`, `set()`, `{}` takes the target's type; also coerces the yields.
    Table,
    /// An open `vector()` takes the target's type; also element by element.
    Vector,
    /// To `any`: the value stays as it is.
    ToAny,
    /// From `any`: checked at run time, with Bro's message where the type differs.
    FromAny,
    /// From a set or table constructor with coercible index to the target's type.
    Set,
}

/// A local of the enclosing body that a lambda or `when` takes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Captured {
    pub outer: LocalId,
    /// A deep copy rather than a shared reference: Zeek's `copy x`, and every capture of Bro 2.6's `when`.
    pub copy: bool,
}

#[derive(Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

#[derive(Debug)]
pub enum StmtKind {
    Block(Vec<Stmt>),
    Expr(ExprId),
    Print(Vec<ExprId>),
    Event {
        event: GlobalId,
        arguments: Vec<ExprId>,
    },
    If {
        condition: ExprId,
        then: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    While {
        condition: ExprId,
        body: Vec<Stmt>,
    },
    For(Box<For>),
    Switch(Box<Switch>),
    /// `;`, or the place of a variable that is declared without a value.
    Null,
    Next,
    /// Leaves the innermost loop or switch; in a hook outside of both, ends the hook with false.
    Break,
    Fallthrough,
    Return(Option<ExprId>),
    /// `add s[x]`: the expression is an `Index`.
    Add(ExprId),
    /// `delete`: an `Index`, a `Field`, or a whole table, set or vector.
    Delete(ExprId),
    When(Box<When>),
    Assert {
        condition: ExprId,
        message: Option<ExprId>,
    },
    /// Gives locals without initialiser their start value: an empty container, a record with its defaults, otherwise
    /// unset. Runs each time control passes.
    Init(Vec<LocalId>, Option<Rc<TableAttributes>>),
}

#[derive(Debug)]
pub struct For {
    pub container: ExprId,
    /// A local per index column; `None` for `_`. Vectors and strings have one.
    pub keys: Vec<Option<LocalId>>,
    pub value: Option<LocalId>,
    pub body: Vec<Stmt>,
}

#[derive(Debug)]
pub struct Switch {
    pub subject: ExprId,
    pub cases: Vec<SwitchCase>,
}

#[derive(Debug)]
pub struct SwitchCase {
    /// Constants, already of the subject's type.
    pub values: Vec<Value>,
    /// Constants by name; their values are known when the body is first called.
    pub globals: Vec<GlobalId>,
    /// `type T as x`: the local takes the subject's value.
    pub types: Vec<(TypeRef, Option<LocalId>)>,
    pub default: bool,
    pub body: Vec<Stmt>,
}

#[derive(Debug)]
pub struct When {
    /// A body of kind [`BodyKind::When`]; its captures correspond to `captures`.
    pub body: BodyId,
    pub captures: Vec<Captured>,
    /// Evaluated in the enclosing body when the statement runs.
    pub timeout: Option<ExprId>,
    /// `return when`: the enclosing function's result comes from the body's `return`.
    pub is_return: bool,
    /// Globals that the condition mentions: a change of one of them is a reason to look again.
    pub watched: Vec<GlobalId>,
}

impl Body {
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    pub fn local(&self, id: LocalId) -> &Local {
        &self.locals[id.0 as usize]
    }
}
