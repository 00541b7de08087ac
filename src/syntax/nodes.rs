//! Constructors that the grammar's actions call.

use std::net::IpAddr;
use std::rc::Rc;

use lalrpop_util::ParseError;

use super::ast::{
    AssignOp, Attribute, BasicType, BinaryOp, Block, Capture, Case, CaseLabel, Decl, DeclKind, EnumEntry, EventCall,
    Expr, ExprKind, FieldDecl, Flavor, ForStmt, FunctionDecl, Ident, InitClass, Lambda, Literal, LocalDecl, Signature,
    Stmt, StmtKind, TypeExpr, TypeExprKind, UnaryOp, VariableClass, VariableDecl, WhenStmt,
};
use super::docs::Docs;
use super::feed::{GrammarError, Point, Terminal};
use crate::source::{Span, Symbol};

/// What the grammar was asked for.
#[derive(Debug)]
pub(super) enum Goal {
    Declaration(Box<Decl>),
    Expression(Expr),
    Prototype(Box<Prototype>),
}

/// The head of a native function: `strlen: function(s: string): count`.
#[derive(Clone, Debug, PartialEq)]
pub struct Prototype {
    pub name: Ident,
    pub flavor: Flavor,
    pub signature: Signature,
    pub attributes: Vec<Attribute>,
}

/// What follows `global`, `local` and the like.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: Ident,
    pub(super) ty: Option<TypeExpr>,
    pub(super) init: Option<(InitClass, Expr)>,
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Debug)]
pub(super) struct ForHead {
    variables: Vec<Ident>,
    value: Option<Ident>,
    bracketed: bool,
    container: Expr,
}

#[derive(Debug)]
pub(super) struct WhenHead {
    captures: Option<Vec<Capture>>,
    condition: Expr,
    is_return: bool,
}

pub(super) fn ident(name: Symbol, span: Span) -> Ident {
    Ident { name, span }
}

// Declarations

pub(super) fn declaration(docs: &Docs, kind: DeclKind, span: Span) -> Decl {
    Decl { kind, span, exported: false, doc: docs.of(span) }
}

pub(super) fn variable(class: VariableClass, variable: Variable) -> DeclKind {
    let Variable { name, ty, init, attributes } = variable;
    let (init_class, init) = split_init(init);
    DeclKind::Variable(VariableDecl { class, name, ty, init_class, init, attributes })
}

fn split_init(init: Option<(InitClass, Expr)>) -> (InitClass, Option<Expr>) {
    init.map_or((InitClass::None, None), |(class, value)| (class, Some(value)))
}

pub(super) fn function(
    flavor: Flavor,
    name: Ident,
    signature: Signature,
    attributes: Vec<Attribute>,
    body: Block,
    redef: bool,
) -> DeclKind {
    DeclKind::Function(FunctionDecl { flavor, name, signature, attributes, body: Rc::new(body), redef })
}

pub(super) fn prototype(
    name: Ident,
    ty: TypeExpr,
    attributes: Vec<Attribute>,
) -> Result<Box<Prototype>, ParseError<Point, Terminal, GrammarError>> {
    match ty.kind {
        TypeExprKind::Function { flavor, signature } => Ok(Box::new(Prototype { name, flavor, signature, attributes })),
        _ => Err(ParseError::User { error: GrammarError::NotAFunction(ty.span) }),
    }
}

// Types

pub(super) fn ty(kind: TypeExprKind, span: Span) -> TypeExpr {
    TypeExpr { kind, span }
}

pub(super) fn type_name(name: Symbol, span: Span) -> TypeExpr {
    let is_void = name.as_str() == "void";
    ty(if is_void { TypeExprKind::Basic(BasicType::Void) } else { TypeExprKind::Name(name) }, span)
}

pub(super) fn function_type(flavor: Flavor, signature: Signature, span: Span) -> TypeExpr {
    ty(TypeExprKind::Function { flavor, signature }, span)
}

pub(super) fn signature(parameters: Vec<FieldDecl>, result: Option<TypeExpr>, span: Span) -> Signature {
    Signature { parameters, result: result.map(Box::new), span }
}

/// `span` reaches over the field's `;`, behind which a `##<` comment may stand.
pub(super) fn field(docs: &Docs, name: Ident, ty: TypeExpr, attributes: Vec<Attribute>, span: Span) -> FieldDecl {
    FieldDecl { name, ty, attributes, doc: docs.of(span) }
}

pub(super) fn enum_entry(
    docs: &Docs,
    name: Ident,
    value: Option<Expr>,
    attributes: Vec<Attribute>,
    span: Span,
) -> EnumEntry {
    EnumEntry { name, value, attributes, doc: docs.of(span) }
}

// Statements

fn stmt(kind: StmtKind, span: Span) -> Box<Stmt> {
    Box::new(Stmt { kind, span })
}

pub(super) fn block(block: Block) -> Box<Stmt> {
    let span = block.span;
    stmt(StmtKind::Block(block), span)
}

pub(super) fn local(variable: Variable, constant: bool, span: Span) -> Box<Stmt> {
    let Variable { name, ty, init, attributes } = variable;
    let (init_class, init) = split_init(init);
    stmt(StmtKind::Local(LocalDecl { name, ty, init_class, init, attributes, constant }), span)
}

pub(super) fn if_then(condition: Expr, then: Box<Stmt>, otherwise: Option<Box<Stmt>>, span: Span) -> Box<Stmt> {
    stmt(StmtKind::If { condition, then, otherwise }, span)
}

pub(super) fn while_loop(condition: Expr, body: Box<Stmt>, span: Span) -> Box<Stmt> {
    stmt(StmtKind::While { condition, body }, span)
}

pub(super) fn for_head(variables: Vec<Ident>, value: Option<Ident>, bracketed: bool, container: Expr) -> ForHead {
    ForHead { variables, value, bracketed, container }
}

pub(super) fn for_loop(head: ForHead, body: Box<Stmt>, span: Span) -> Box<Stmt> {
    let ForHead { variables, value, bracketed, container } = head;
    stmt(StmtKind::For(ForStmt { variables, value, bracketed, container, body }), span)
}

pub(super) fn when_head(captures: Option<Vec<Capture>>, condition: Expr, is_return: bool) -> WhenHead {
    WhenHead { captures, condition, is_return }
}

pub(super) fn when(head: WhenHead, body: Box<Stmt>, timeout: Option<(Expr, Block)>, span: Span) -> Box<Stmt> {
    let WhenHead { captures, condition, is_return } = head;
    stmt(StmtKind::When(WhenStmt { captures, condition, body, timeout, is_return }), span)
}

pub(super) fn switch(subject: Expr, cases: Vec<Case>, span: Span) -> Box<Stmt> {
    stmt(StmtKind::Switch { subject, cases }, span)
}

pub(super) fn value_labels(values: Vec<Expr>) -> Vec<CaseLabel> {
    values.into_iter().map(CaseLabel::Value).collect()
}

// Expressions

pub(super) fn expr(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, span }
}

pub(super) fn name(ident: Ident) -> Expr {
    expr(ExprKind::Name(ident.name), ident.span)
}

/// A subnet constant is its address divided by its width, as in Bro.
pub(super) fn subnet((address, width): (IpAddr, u8), span: Span) -> Expr {
    let address = expr(ExprKind::Literal(Literal::Addr(address)), span);
    let width = expr(ExprKind::Literal(Literal::Count(width.into())), span);
    expr(ExprKind::Binary(BinaryOp::Divide, Box::new(address), Box::new(width)), span)
}

pub(super) fn unary(op: UnaryOp, operand: Expr, span: Span) -> Expr {
    expr(ExprKind::Unary(op, Box::new(operand)), span)
}

pub(super) fn assign(op: AssignOp, target: Expr, value: Expr, span: Span) -> Expr {
    expr(ExprKind::Assign(op, Box::new(target), Box::new(value)), span)
}

pub(super) fn local_assign(name: Ident, value: Expr, span: Span) -> Expr {
    expr(ExprKind::LocalAssign(name, Box::new(value)), span)
}

pub(super) fn field_assign(name: Ident, value: Expr, span: Span) -> Expr {
    expr(ExprKind::FieldAssign(name, Box::new(value)), span)
}

pub(super) fn conditional(condition: Expr, yes: Expr, no: Expr, span: Span) -> Expr {
    expr(ExprKind::Conditional(Box::new(condition), Box::new(yes), Box::new(no)), span)
}

pub(super) fn paren(inner: Expr, span: Span) -> Expr {
    expr(ExprKind::Paren(Box::new(inner)), span)
}

pub(super) fn copy(inner: Expr, span: Span) -> Expr {
    expr(ExprKind::Copy(Box::new(inner)), span)
}

pub(super) fn size(inner: Expr, span: Span) -> Expr {
    expr(ExprKind::Size(Box::new(inner)), span)
}

pub(super) fn index(container: Expr, index: Vec<Expr>, span: Span) -> Expr {
    expr(ExprKind::Index(Box::new(container), index), span)
}

pub(super) fn slice(container: Expr, low: Option<Expr>, high: Option<Expr>, span: Span) -> Expr {
    expr(ExprKind::Slice(Box::new(container), low.map(Box::new), high.map(Box::new)), span)
}

pub(super) fn field_access(record: Expr, field: Ident, span: Span) -> Expr {
    expr(ExprKind::Field(Box::new(record), field), span)
}

pub(super) fn has_field(record: Expr, field: Ident, span: Span) -> Expr {
    expr(ExprKind::HasField(Box::new(record), field), span)
}

pub(super) fn call(callee: Expr, arguments: Vec<Expr>, span: Span) -> Expr {
    expr(ExprKind::Call(Box::new(callee), arguments), span)
}

pub(super) fn cast(value: Expr, ty: TypeExpr, span: Span) -> Expr {
    expr(ExprKind::Cast(Box::new(value), Box::new(ty)), span)
}

pub(super) fn is(value: Expr, ty: TypeExpr, span: Span) -> Expr {
    expr(ExprKind::Is(Box::new(value), Box::new(ty)), span)
}

pub(super) fn schedule(after: Expr, event: EventCall, span: Span) -> Expr {
    expr(ExprKind::Schedule(Box::new(after), Box::new(event)), span)
}

pub(super) fn type_value(ty: TypeExpr) -> Expr {
    let span = ty.span;
    expr(ExprKind::Type(Box::new(ty)), span)
}

pub(super) fn braces(elements: Option<Vec<Expr>>, span: Span) -> Expr {
    expr(ExprKind::Braces(elements.unwrap_or_default()), span)
}

/// Brackets hold a record where every element assigns a field, otherwise a list.
pub(super) fn list_or_record(elements: Vec<Expr>, span: Span) -> Expr {
    let is_record = elements.iter().all(|element| matches!(element.kind, ExprKind::FieldAssign(..)));
    expr(if is_record { ExprKind::Record(elements) } else { ExprKind::List(elements) }, span)
}

pub(super) fn lambda(
    captures: Option<Vec<Capture>>,
    signature: Signature,
    body: Block,
    infer_result: bool,
    span: Span,
) -> Expr {
    // A written result is no question.
    let infer_result = infer_result && signature.result.is_none();
    let lambda = Lambda { signature, captures, body: Rc::new(body), infer_result, span };
    expr(ExprKind::Lambda(Rc::new(lambda)), span)
}
