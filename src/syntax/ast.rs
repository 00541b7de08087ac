//! The syntax tree of one declaration, as the grammar builds it.
//!
//! Nothing is resolved here: names are symbols, type names may or may not exist, a call may turn out to be a
//! constructor. Every node carries its [`Span`].

use std::rc::Rc;

use crate::source::{Span, Symbol};

/// A name with its place. The symbol keeps a module prefix as written (`Cluster::nodes`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ident {
    pub name: Symbol,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Decl {
    pub kind: DeclKind,
    pub span: Span,
    /// Stands inside `export { }`.
    pub exported: bool,
    /// The `##` comment before it (or `##<` behind it), without the marks.
    pub doc: Option<Rc<str>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DeclKind {
    Module(Ident),
    Variable(VariableDecl),
    Type {
        name: Ident,
        ty: TypeExpr,
        attributes: Vec<Attribute>,
    },
    RedefEnum {
        name: Ident,
        entries: Vec<EnumEntry>,
    },
    RedefRecord {
        name: Ident,
        fields: Vec<FieldDecl>,
        attributes: Vec<Attribute>,
    },
    /// `redef record R$field -= &log;` and `+=`, from Zeek 6.
    RedefField {
        record: Ident,
        field: Ident,
        add: bool,
        attributes: Vec<Attribute>,
    },
    Function(FunctionDecl),
    /// A statement outside any function: runs once at start.
    Statement(Stmt),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableClass {
    Global,
    Const,
    Option,
    Redef,
}

/// How an initialiser combines with what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitClass {
    None,
    /// `=`
    Full,
    /// `+=`
    Extra,
    /// `-=`
    Remove,
}

#[derive(Clone, Debug, PartialEq)]
pub struct VariableDecl {
    pub class: VariableClass,
    pub name: Ident,
    pub ty: Option<TypeExpr>,
    pub init_class: InitClass,
    pub init: Option<Expr>,
    pub attributes: Vec<Attribute>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flavor {
    Function,
    Event,
    Hook,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FunctionDecl {
    pub flavor: Flavor,
    pub name: Ident,
    pub signature: Signature,
    pub attributes: Vec<Attribute>,
    pub body: Rc<Block>,
    /// `redef event f()`: replaces the bodies so far.
    pub redef: bool,
}

/// Parameters and result of a function, event or hook.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    pub parameters: Vec<FieldDecl>,
    /// `None` where nothing is written: `void`, or for hooks `bool`.
    pub result: Option<Box<TypeExpr>>,
    pub span: Span,
}

/// A record field or a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDecl {
    pub name: Ident,
    pub ty: TypeExpr,
    pub attributes: Vec<Attribute>,
    pub doc: Option<Rc<str>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EnumEntry {
    pub name: Ident,
    /// The written value, negative ones included so that they can be refused by name.
    pub value: Option<Expr>,
    pub attributes: Vec<Attribute>,
    pub doc: Option<Rc<str>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub kind: AttributeKind,
    /// The expression behind `=`.
    pub value: Option<Expr>,
    pub span: Span,
}

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The attributes of all releases.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AttributeKind {
            $($(#[$doc])* $name,)*
        }

        impl AttributeKind {
            /// Every attribute there is.
            pub const ALL: &'static [AttributeKind] = &[$(AttributeKind::$name,)*];

            /// As written, with `&`.
            pub fn text(self) -> &'static str {
                match self { $(AttributeKind::$name => $text,)* }
            }

            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(AttributeKind::$name),)* _ => None }
            }
        }
    };
}

attributes! {
    Default = "&default",
    DefaultInsert = "&default_insert",
    Optional = "&optional",
    Redef = "&redef",
    Log = "&log",
    Priority = "&priority",
    CreateExpire = "&create_expire",
    ReadExpire = "&read_expire",
    WriteExpire = "&write_expire",
    ExpireFunc = "&expire_func",
    AddFunc = "&add_func",
    DeleteFunc = "&delete_func",
    OnChange = "&on_change",
    Deprecated = "&deprecated",
    Ordered = "&ordered",
    RawOutput = "&raw_output",
    ErrorHandler = "&error_handler",
    TypeColumn = "&type_column",
    RotateInterval = "&rotate_interval",
    RotateSize = "&rotate_size",
    Persistent = "&persistent",
    Synchronized = "&synchronized",
    Encrypt = "&encrypt",
    Mergeable = "&mergeable",
    IsUsed = "&is_used",
    IsAssigned = "&is_assigned",
    IsSet = "&is_set",
    Group = "&group",
    Backend = "&backend",
    BrokerStore = "&broker_store",
    BrokerAllowComplexType = "&broker_allow_complex_type",
    PublishOnChange = "&publish_on_change",
    NoZamOpt = "&no_ZAM_opt",
    NoCppOpt = "&no_CPP_opt",
    Analyze = "&analyze",
}

#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    pub kind: TypeExprKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TypeExprKind {
    /// `bool`, `count`, ... and `void`; user types are `Name`.
    Basic(BasicType),
    Name(Symbol),
    Table {
        index: Vec<TypeExpr>,
        yields: Box<TypeExpr>,
    },
    Set(Vec<TypeExpr>),
    Vector(Box<TypeExpr>),
    Record(Vec<FieldDecl>),
    Enum(Vec<EnumEntry>),
    Function {
        flavor: Flavor,
        signature: Signature,
    },
    /// `file` alone is `file of string`.
    File(Option<Box<TypeExpr>>),
    Opaque(Symbol),
    /// Forms Bro reserves but never built: `union`, `list`, `timer`.
    Unsupported(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BasicType {
    Void,
    Bool,
    Int,
    Count,
    Double,
    Time,
    Interval,
    String,
    Pattern,
    Port,
    Addr,
    Subnet,
    Any,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Name(Symbol),
    Literal(Literal),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// More than a few operators of one precedence in a row, to be read from the left: a sum of any length is no deeper
    /// than its terms.
    Chain(Box<Expr>, Vec<(BinaryOp, Expr)>),
    /// `=`, `+=`, `-=`. Inside a table initialiser `[k] = v` is one too, with a `List` on the left.
    Assign(AssignOp, Box<Expr>, Box<Expr>),
    /// `local x = e` as an expression, in the condition of `when`.
    LocalAssign(Ident, Box<Expr>),
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    Index(Box<Expr>, Vec<Expr>),
    Slice(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    Field(Box<Expr>, Ident),
    HasField(Box<Expr>, Ident),
    /// `$name = e` in a constructor.
    FieldAssign(Ident, Box<Expr>),
    /// A call, or a constructor where the callee names a type.
    Call(Box<Expr>, Vec<Expr>),
    /// `hook f(x)`.
    HookCall(Box<Expr>, Vec<Expr>),
    /// `hook e` where `e` is no call: an error whose message shows `e`.
    NotAHookCall(Box<Expr>),
    /// `schedule e { f(x) }`.
    Schedule(Box<Expr>, Box<EventCall>),
    /// `[a, b]`, where not every element is `$f = e`.
    List(Vec<Expr>),
    /// `{ a, b }` as an initialiser.
    Braces(Vec<Expr>),
    /// `[$a=1]`, `[]` and `record($a=1)`; the elements are `FieldAssign` where the input is right.
    Record(Vec<Expr>),
    Table(Vec<Expr>, ConstructorAttributes),
    Set(Vec<Expr>, ConstructorAttributes),
    Vector(Vec<Expr>),
    Lambda(Rc<Lambda>),
    Copy(Box<Expr>),
    /// `|e|`
    Size(Box<Expr>),
    Cast(Box<Expr>, Box<TypeExpr>),
    Is(Box<Expr>, Box<TypeExpr>),
    /// A type of several words, or a basic one, where a value stands; from Zeek 6: `from_json(s, set[addr])`.
    Type(Box<TypeExpr>),
    /// `(e)`: kept because Bro's messages show it and an assignment in parentheses is no table entry.
    Paren(Box<Expr>),
}

/// The attributes behind `table(...)` or `set(...)`, a slice. Few constructors have any: one word in the node is enough.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConstructorAttributes(Option<Box<ManyAttributes>>);

#[derive(Clone, Debug, PartialEq)]
struct ManyAttributes {
    attributes: Vec<Attribute>,
}

impl From<Vec<Attribute>> for ConstructorAttributes {
    fn from(attributes: Vec<Attribute>) -> Self {
        ConstructorAttributes((!attributes.is_empty()).then(|| Box::new(ManyAttributes { attributes })))
    }
}

impl std::ops::Deref for ConstructorAttributes {
    type Target = [Attribute];

    fn deref(&self) -> &[Attribute] {
        self.0.as_ref().map_or(&[], |many| &many.attributes)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct EventCall {
    pub name: Ident,
    pub arguments: Vec<Expr>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    pub signature: Signature,
    /// `[x, copy y]`; `None` where the list is missing (Bro 2.6's form).
    pub captures: Option<Vec<Capture>>,
    pub body: Rc<Block>,
    /// `$f() = { ... }`: the result type follows from the first `return`.
    pub infer_result: bool,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    pub name: Ident,
    pub copy: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Bool(bool),
    Count(u64),
    /// Written with a sign only through `Unary`; kept for folded values.
    Int(i64),
    Double(f64),
    /// Seconds.
    Interval(f64),
    String(Rc<[u8]>),
    /// Text between the slashes, escapes untouched; flags behind the closing slash (`i`, `s`).
    Pattern {
        text: Rc<[u8]>,
        ignore_case: bool,
        single_line: bool,
    },
    Port {
        number: u16,
        protocol: Protocol,
    },
    /// IPv4 or IPv6, zone dropped as Bro does. A subnet constant `a/n` is a `Binary(Divide, ..)`, as in Bro.
    Addr(std::net::IpAddr),
    /// A bare host name constant (`www.example.org`): the addresses it resolves to.
    HostName(Rc<str>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    Unknown,
    Tcp,
    Udp,
    Icmp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Not,
    Complement,
    Negate,
    Plus,
    Increment,
    Decrement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
}

impl BinaryOp {
    /// The operator as it is written.
    pub fn text(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Modulo => "%",
            BinaryOp::BitAnd => "&",
            BinaryOp::BitOr => "|",
            BinaryOp::BitXor => "^",
            BinaryOp::ShiftLeft => "<<",
            BinaryOp::ShiftRight => ">>",
            BinaryOp::And => "&&",
            BinaryOp::Or => "||",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterEqual => ">=",
            BinaryOp::In => "in",
            BinaryOp::NotIn => "!in",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssignOp {
    Assign,
    AddTo,
    RemoveFrom,
}

/// A function body or a braced group.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub statements: Vec<Stmt>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    Block(Block),
    Print(Vec<Expr>),
    /// `event f(x);`
    Event(EventCall),
    Expr(Expr),
    /// `local` and `const` inside a body.
    Local(LocalDecl),
    If {
        condition: Expr,
        then: Box<Stmt>,
        otherwise: Option<Box<Stmt>>,
    },
    Switch {
        subject: Expr,
        cases: Vec<Case>,
    },
    For(ForStmt),
    While {
        condition: Expr,
        body: Box<Stmt>,
    },
    Next,
    Break,
    Fallthrough,
    Return(Option<Expr>),
    /// `return when ( ... ) { ... }` has `is_return`.
    When(WhenStmt),
    Add(Expr),
    Delete(Expr),
    Assert {
        condition: Expr,
        message: Option<Expr>,
    },
    Null,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LocalDecl {
    pub name: Ident,
    pub ty: Option<TypeExpr>,
    pub init_class: InitClass,
    pub init: Option<Expr>,
    pub attributes: Vec<Attribute>,
    pub constant: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ForStmt {
    /// One variable per index column; `_` ignores one.
    pub variables: Vec<Ident>,
    /// The `v` of `for (k, v in t)`. The grammar cannot tell it from a second index variable in `for (a, b in t)`
    /// without brackets: there `value` holds the last name and `bracketed` is false.
    pub value: Option<Ident>,
    /// The index variables stood in `[ ]`.
    pub bracketed: bool,
    pub container: Expr,
    pub body: Box<Stmt>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WhenStmt {
    pub captures: Option<Vec<Capture>>,
    pub condition: Expr,
    pub body: Box<Stmt>,
    pub timeout: Option<(Expr, Block)>,
    pub is_return: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub labels: Vec<CaseLabel>,
    pub body: Vec<Stmt>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum CaseLabel {
    Value(Expr),
    Type { ty: TypeExpr, binding: Option<Ident> },
    Default(Span),
}
