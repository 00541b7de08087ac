//! What the grammar is fed with: tokens turned into its terminals.
//!
//! Three things need more context than a grammar with one token of lookahead has, and are settled here: `local` in the
//! condition of `when` is an expression; attributes behind `table(...)` and `set(...)` belong to that constructor up to
//! where its expression ends; and how deep the tree may get. Depth is bounded before anything is built: the operators
//! and brackets that are open at a token are counted, so neither a million brackets nor a million terms of a sum reach
//! the code that walks trees recursively.

use std::net::IpAddr;

use super::ast::{BasicType, BinaryOp, Literal};
use super::token::{SpannedToken, Token};
use crate::source::{FileId, Span};

/// The deepest tree that the parser builds, counted in nodes from the root of a declaration.
pub const MAX_DEPTH: u32 = 1000;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) file: FileId,
    pub(super) offset: u32,
}

impl Default for Point {
    fn default() -> Self {
        Point { file: FileId::NONE, offset: 0 }
    }
}

impl Point {
    pub(super) fn to(self, end: Point) -> Span {
        Span::new(self.file, self.offset, end.offset.max(self.offset))
    }
}

/// A terminal of the grammar.
#[derive(Clone, Debug)]
pub(super) enum Terminal {
    StartDeclaration,
    StartStatement,
    StartExpression,
    StartPrototype,
    Token(Token),
    Literal(Literal),
    Subnet((IpAddr, u8)),
    BasicType(BasicType),
    /// A binary operator that is nothing else.
    Operator(BinaryOp),
    OpenAttributes,
    CloseAttributes,
    LocalInWhen,
    /// A directive where none is understood any more.
    Directive,
}

/// What the grammar's own actions refuse.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum GrammarError {
    TooDeep(Span),
    ChainedComparison(Span),
    NotAFunction(Span),
}

/// Between two brackets, or outside all.
#[derive(Debug, Default)]
struct Level {
    /// Nodes that the expression so far may nest, and the statement heads before it.
    expression: u32,
    statement: u32,
    /// `statement` before the last statement's end: an `else` goes on from there.
    ended_statement: u32,
    /// The bracket follows `table` or `set`.
    is_constructor: bool,
    /// Inside the condition of a `when`.
    in_when: bool,
    /// A `when` waits for its condition.
    expects_when: bool,
    /// Attribute lists of constructors that are open.
    attribute_lists: u32,
}

/// The terminals of some tokens.
pub(super) struct Feed<'t> {
    tokens: std::slice::Iter<'t, SpannedToken>,
    start: Option<Terminal>,
    /// What follows a token that stands for several terminals.
    current: Option<SpannedToken>,
    closes: u32,
    levels: Vec<Level>,
    level: Level,
    depth: u32,
    behind_index_type: bool,
    behind_constructor: bool,
    behind_brace: bool,
    end: Point,
}

type Item = Result<(Point, Terminal, Point), GrammarError>;

impl<'t> Feed<'t> {
    pub(super) fn new(start: Terminal, tokens: &'t [SpannedToken]) -> Self {
        Feed {
            tokens: tokens.iter(),
            start: Some(start),
            current: None,
            closes: 0,
            levels: Vec::new(),
            level: Level::default(),
            depth: 0,
            behind_index_type: false,
            behind_constructor: false,
            behind_brace: false,
            end: tokens.first().map(|(_, span)| Point { file: span.file, offset: span.start }).unwrap_or_default(),
        }
    }

    fn deepen(&mut self, span: Span) -> Result<(), GrammarError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(GrammarError::TooDeep(span)) } else { Ok(()) }
    }

    fn end_expression(&mut self) {
        self.depth -= self.level.expression;
        self.level.expression = 0;
    }

    fn end_statement(&mut self) {
        self.end_expression();
        self.depth -= self.level.statement;
        self.level.ended_statement = self.level.statement;
        self.level.statement = 0;
    }

    /// Counts depth and brackets. Everything that nests is counted at its first token, and counts until the expression
    /// or statement around it ends.
    fn follow(&mut self, token: &Token, span: Span) -> Result<(), GrammarError> {
        use Token as T;
        let behind_brace = std::mem::take(&mut self.behind_brace);
        if behind_brace && starts_statement(token) {
            self.end_statement();
        }
        match token {
            T::LeftParenthesis | T::LeftBracket | T::LeftBrace => {
                self.level.expression += 1;
                self.deepen(span)?;
                let in_when = match token {
                    T::LeftParenthesis => self.level.in_when || std::mem::take(&mut self.level.expects_when),
                    T::LeftBracket => self.level.in_when,
                    _ => false,
                };
                let is_constructor = *token == T::LeftParenthesis && self.behind_index_type;
                let inner = Level { is_constructor, in_when, ..Level::default() };
                self.levels.push(std::mem::replace(&mut self.level, inner));
            }
            T::RightParenthesis | T::RightBracket | T::RightBrace => {
                if let Some(outer) = self.levels.pop() {
                    self.depth -= self.level.expression + self.level.statement;
                    self.behind_constructor = self.level.is_constructor;
                    self.level = outer;
                }
                self.behind_brace = *token == T::RightBrace;
            }
            T::Comma => self.end_expression(),
            T::Semicolon => self.end_statement(),
            T::Else | T::Timeout => {
                let heads = self.level.ended_statement;
                self.level.statement += heads;
                self.depth += heads;
                self.level.ended_statement = 0;
            }
            T::If | T::For | T::While | T::When | T::Switch => {
                self.level.statement += 1;
                self.level.expects_when = *token == T::When;
                self.deepen(span)?;
            }
            T::SizeOpen
            | T::Question
            | T::Dollar
            | T::HasField
            | T::Assign
            | T::AddTo
            | T::RemoveFrom
            | T::Plus
            | T::Minus
            | T::Increment
            | T::Decrement
            | T::Not
            | T::Tilde
            | T::In
            | T::As
            | T::Is
            | T::Of
            | T::Function
            | T::Hook
            | T::Schedule => {
                self.level.expression += 1;
                self.deepen(span)?;
            }
            token if binary_operator(token).is_some() => {
                self.level.expression += 1;
                self.deepen(span)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// How many attribute lists end before this token.
    fn lists_that_end(&mut self, token: &Token) -> u32 {
        let ends = matches!(
            token,
            Token::Comma | Token::Semicolon | Token::RightParenthesis | Token::RightBracket | Token::RightBrace
        ) || *token == Token::SizeClose;
        if ends { std::mem::take(&mut self.level.attribute_lists) } else { 0 }
    }
}

impl Iterator for Feed<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        if let Some(start) = self.start.take() {
            return Some(Ok((self.end, start, self.end)));
        }
        if self.closes > 0 {
            self.closes -= 1;
            return Some(Ok((self.end, Terminal::CloseAttributes, self.end)));
        }
        let (token, span) = match self.current.take() {
            Some(current) => current,
            None => loop {
                match self.tokens.next() {
                    Some((Token::Doc(_), _)) => {}
                    Some((token, span)) => {
                        let behind_constructor = std::mem::take(&mut self.behind_constructor);
                        if behind_constructor && is_attribute(token) {
                            self.level.attribute_lists += 1;
                            self.current = Some((token.clone(), *span));
                            return Some(Ok((self.end, Terminal::OpenAttributes, self.end)));
                        }
                        self.closes = self.lists_that_end(token);
                        if self.closes > 0 {
                            self.current = Some((token.clone(), *span));
                            return self.next();
                        }
                        break (token.clone(), *span);
                    }
                    None => {
                        self.closes = std::mem::take(&mut self.level.attribute_lists);
                        if self.closes > 0 {
                            return self.next();
                        }
                        return None;
                    }
                }
            },
        };
        if let Err(error) = self.follow(&token, span) {
            return Some(Err(error));
        }
        self.behind_index_type = matches!(token, Token::Table | Token::Set);
        let terminal = match token {
            Token::Local if self.level.in_when => Terminal::LocalInWhen,
            token => terminal(token),
        };
        self.end = Point { file: span.file, offset: span.end };
        Some(Ok((Point { file: span.file, offset: span.start }, terminal, self.end)))
    }
}

fn is_attribute(token: &Token) -> bool {
    matches!(token, Token::Attribute(_) | Token::AttributeWithValue(_) | Token::AttributeMaybeValue(_))
}

/// Whether behind a `}` this token begins another statement, not more of the expression that the brace ended.
fn starts_statement(token: &Token) -> bool {
    use Token as T;
    matches!(
        token,
        T::Identifier(_)
            | T::LeftBrace
            | T::Add
            | T::Assert
            | T::Break
            | T::Case
            | T::Const
            | T::Default
            | T::Delete
            | T::Event
            | T::Fallthrough
            | T::For
            | T::Hook
            | T::If
            | T::Local
            | T::Next
            | T::Print
            | T::Return
            | T::Schedule
            | T::Switch
            | T::When
            | T::While
            | T::Else
            | T::Timeout
    )
}

fn binary_operator(token: &Token) -> Option<BinaryOp> {
    Some(match token {
        Token::Star => BinaryOp::Multiply,
        Token::Slash => BinaryOp::Divide,
        Token::Percent => BinaryOp::Modulo,
        Token::Ampersand => BinaryOp::BitAnd,
        Token::Pipe => BinaryOp::BitOr,
        Token::Caret => BinaryOp::BitXor,
        Token::ShiftLeft => BinaryOp::ShiftLeft,
        Token::ShiftRight => BinaryOp::ShiftRight,
        Token::AndAnd => BinaryOp::And,
        Token::OrOr => BinaryOp::Or,
        Token::Equal => BinaryOp::Equal,
        Token::NotEqual => BinaryOp::NotEqual,
        Token::Less => BinaryOp::Less,
        Token::LessEqual => BinaryOp::LessEqual,
        Token::Greater => BinaryOp::Greater,
        Token::GreaterEqual => BinaryOp::GreaterEqual,
        Token::NotIn => BinaryOp::NotIn,
        _ => return None,
    })
}

fn terminal(token: Token) -> Terminal {
    if let Some(op) = binary_operator(&token) {
        return Terminal::Operator(op);
    }
    match token {
        Token::Bool(value) => Terminal::Literal(Literal::Bool(value)),
        Token::Count(value) => Terminal::Literal(Literal::Count(value)),
        Token::Double(value) => Terminal::Literal(Literal::Double(value)),
        Token::Interval(seconds) => Terminal::Literal(Literal::Interval(seconds)),
        Token::String(value) => Terminal::Literal(Literal::String(value)),
        Token::Pattern(pattern) => Terminal::Literal(Literal::Pattern {
            text: pattern.text,
            ignore_case: pattern.ignore_case,
            single_line: pattern.single_line,
        }),
        Token::Port((number, protocol)) => Terminal::Literal(Literal::Port { number, protocol }),
        Token::Address(address) => Terminal::Literal(Literal::Addr(address)),
        Token::HostName(name) => Terminal::Literal(Literal::HostName(name)),
        Token::Subnet(subnet) => Terminal::Subnet(subnet),
        Token::BoolType => Terminal::BasicType(BasicType::Bool),
        Token::Int => Terminal::BasicType(BasicType::Int),
        Token::CountType => Terminal::BasicType(BasicType::Count),
        Token::DoubleType => Terminal::BasicType(BasicType::Double),
        Token::Time => Terminal::BasicType(BasicType::Time),
        Token::IntervalType => Terminal::BasicType(BasicType::Interval),
        Token::StringType => Terminal::BasicType(BasicType::String),
        Token::PatternType => Terminal::BasicType(BasicType::Pattern),
        Token::PortType => Terminal::BasicType(BasicType::Port),
        Token::Addr => Terminal::BasicType(BasicType::Addr),
        Token::SubnetType => Terminal::BasicType(BasicType::Subnet),
        Token::Any => Terminal::BasicType(BasicType::Any),
        Token::Directive(_) => Terminal::Directive,
        token => Terminal::Token(token),
    }
}
