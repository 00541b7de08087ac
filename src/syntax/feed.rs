//! What the grammar is fed with: tokens turned into its terminals.
//!
//! Three things need more context than a grammar with one token of lookahead has, and are settled here: `local` in the
//! condition of `when` is an expression; attributes behind `table(...)` and `set(...)` belong to that constructor up to
//! where its expression ends; and how deep the tree may get. Depth is bounded before anything is built: the operators
//! and brackets that are open at a token are counted, so neither a million brackets nor a million terms of a sum reach
//! the code that walks trees recursively. (Terms of a sum are side by side in a chain.)

use std::net::IpAddr;

use super::ast::{BasicType, BinaryOp, Literal};
use super::precedence::{NESTED, PRECEDENCES, precedence};
use super::token::{PatternText, SpannedToken, Token};
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bracket {
    Parenthesis,
    Square,
    Brace,
    Bar,
}

/// What a token does to the depth of the tree.
#[derive(Clone, Copy, Debug)]
enum Effect {
    None,
    /// Puts a node around or behind what stands there, up to the end of the operand.
    Deepen,
    /// As `Deepen`, up to the end of the expression.
    Hold,
    /// A binary operator.
    Operator(BinaryOp),
    /// An operator where an operand stands before it, otherwise as `Deepen`.
    Sign(BinaryOp),
    /// Governs the statement that follows.
    Head {
        is_when: bool,
    },
    Open(Bracket),
    Close(Bracket),
    EndElement,
    EndStatement,
    /// `else` and `timeout` go on with the statement that has just ended.
    Tail,
}

/// Between two brackets, or outside all.
#[derive(Debug, Default)]
struct Level {
    /// Nodes that the expression so far may nest, and the statement heads before it.
    expression: u32,
    statement: u32,
    /// How many of `expression` are of the operand at work.
    operand: u32,
    /// How many operators of each precedence the expression has, up to as many as nest.
    operators: [u8; PRECEDENCES],
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
    tokens: &'t [SpannedToken],
    start: Option<Terminal>,
    levels: Vec<Level>,
    level: Level,
    depth: u32,
    behind_index_type: bool,
    behind_constructor: bool,
    behind_brace: bool,
    /// What came last may be an operand's end.
    behind_operand: bool,
    end: Point,
}

type Item = Result<(Point, Terminal, Point), GrammarError>;

impl<'t> Feed<'t> {
    pub(super) fn new(start: Terminal, tokens: &'t [SpannedToken]) -> Self {
        Feed {
            tokens,
            start: Some(start),
            levels: Vec::new(),
            level: Level::default(),
            depth: 0,
            behind_index_type: false,
            behind_constructor: false,
            behind_brace: false,
            behind_operand: false,
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
        self.level.operand = 0;
        self.level.operators = [0; PRECEDENCES];
    }

    /// Operators of one precedence in a row nest no deeper than a few do: more of them are a chain.
    fn operator(&mut self, op: BinaryOp, span: Span) -> Result<(), GrammarError> {
        self.depth -= self.level.operand;
        self.level.expression -= self.level.operand;
        self.level.operand = 0;
        match self.level.operators.get_mut(usize::from(precedence(op))) {
            Some(count) if usize::from(*count) <= NESTED => {
                *count += 1;
                self.level.expression += 1;
                self.deepen(span)
            }
            _ => Ok(()),
        }
    }

    fn end_statement(&mut self) {
        self.end_expression();
        self.depth -= self.level.statement;
        self.level.ended_statement = self.level.statement;
        self.level.statement = 0;
    }

    /// Counts depth and brackets. Everything that nests is counted at its first token, and counts until the expression
    /// or statement around it ends.
    fn follow(&mut self, effect: Effect, span: Span) -> Result<(), GrammarError> {
        match effect {
            Effect::None => Ok(()),
            Effect::Operator(op) => self.operator(op, span),
            Effect::Sign(op) if self.behind_operand => self.operator(op, span),
            Effect::Deepen | Effect::Sign(_) => {
                self.level.expression += 1;
                self.level.operand += 1;
                self.deepen(span)
            }
            Effect::Hold => {
                self.level.expression += 1;
                // What stands before it is inside or beside it until the expression ends.
                self.level.operand = 0;
                self.level.operators = [0; PRECEDENCES];
                self.deepen(span)
            }
            Effect::Head { is_when } => {
                self.level.statement += 1;
                self.level.expects_when = is_when;
                self.deepen(span)
            }
            Effect::Open(bracket) => {
                let in_when = match bracket {
                    Bracket::Parenthesis => self.level.in_when || std::mem::take(&mut self.level.expects_when),
                    Bracket::Square | Bracket::Bar => self.level.in_when,
                    Bracket::Brace => false,
                };
                let is_constructor = bracket == Bracket::Parenthesis && self.behind_index_type;
                self.level.expression += 1;
                self.level.operand += 1;
                let inner = Level { is_constructor, in_when, ..Level::default() };
                self.levels.push(std::mem::replace(&mut self.level, inner));
                self.deepen(span)
            }
            Effect::Close(bracket) => {
                if let Some(outer) = self.levels.pop() {
                    self.depth -= self.level.expression + self.level.statement;
                    self.behind_constructor = self.level.is_constructor;
                    self.level = outer;
                }
                self.behind_brace = bracket == Bracket::Brace;
                Ok(())
            }
            Effect::EndElement => {
                self.end_expression();
                Ok(())
            }
            Effect::EndStatement => {
                self.end_statement();
                Ok(())
            }
            Effect::Tail => {
                let heads = std::mem::take(&mut self.level.ended_statement);
                self.level.statement += heads;
                self.depth += heads;
                Ok(())
            }
        }
    }

    /// What stands before a token without a text of its own: the start, and the bounds of attribute lists.
    fn inserted(&mut self, next: Option<&Token>) -> Option<Terminal> {
        if let Some(start) = self.start.take() {
            return Some(start);
        }
        let behind_constructor = std::mem::take(&mut self.behind_constructor);
        if behind_constructor && next.is_some_and(is_attribute) {
            self.level.attribute_lists += 1;
            return Some(Terminal::OpenAttributes);
        }
        if self.level.attribute_lists > 0 && next.is_none_or(ends_attributes) {
            self.level.attribute_lists -= 1;
            return Some(Terminal::CloseAttributes);
        }
        None
    }
}

impl Iterator for Feed<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while let Some(((Token::Doc(_), _), rest)) = self.tokens.split_first() {
            self.tokens = rest;
        }
        let next = self.tokens.split_first();
        if let Some(inserted) = self.inserted(next.map(|((token, _), _)| token)) {
            return Some(Ok((self.end, inserted, self.end)));
        }
        let ((token, span), rest) = next?;
        self.tokens = rest;
        if std::mem::take(&mut self.behind_brace) && starts_statement(token) {
            self.end_statement();
        }
        let (mut terminal, effect) = convert(token.clone());
        if let Err(error) = self.follow(effect, *span) {
            return Some(Err(error));
        }
        self.behind_index_type = false;
        self.behind_operand = ends_operand(&terminal);
        match &terminal {
            Terminal::Token(Token::Table | Token::Set) => self.behind_index_type = true,
            Terminal::Token(Token::Local) if self.level.in_when => terminal = Terminal::LocalInWhen,
            _ => {}
        }
        self.end = Point { file: span.file, offset: span.end };
        Some(Ok((Point { file: span.file, offset: span.start }, terminal, self.end)))
    }
}

/// Whether an operand may end with this terminal; only there a sign is an operator between two.
fn ends_operand(terminal: &Terminal) -> bool {
    matches!(
        terminal,
        Terminal::Literal(_)
            | Terminal::Subnet(_)
            | Terminal::BasicType(_)
            | Terminal::Token(
                Token::Identifier(_)
                    | Token::RightParenthesis
                    | Token::RightBracket
                    | Token::RightBrace
                    | Token::SizeClose
            )
    )
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

/// Whether the attributes of a constructor cannot go on with this token.
fn ends_attributes(token: &Token) -> bool {
    matches!(
        token,
        Token::Comma
            | Token::Semicolon
            | Token::RightParenthesis
            | Token::RightBracket
            | Token::RightBrace
            | Token::SizeClose
    )
}

/// A token as the grammar knows it, and what it does to the depth.
fn convert(token: Token) -> (Terminal, Effect) {
    use Token as T;
    let operator = |op| (Terminal::Operator(op), Effect::Operator(op));
    let literal = |literal| (Terminal::Literal(literal), Effect::None);
    let basic = |basic| (Terminal::BasicType(basic), Effect::None);
    let effect = match token {
        T::Star => return operator(BinaryOp::Multiply),
        T::Slash => return operator(BinaryOp::Divide),
        T::Percent => return operator(BinaryOp::Modulo),
        T::Ampersand => return operator(BinaryOp::BitAnd),
        T::Pipe => return operator(BinaryOp::BitOr),
        T::Caret => return operator(BinaryOp::BitXor),
        T::ShiftLeft => return operator(BinaryOp::ShiftLeft),
        T::ShiftRight => return operator(BinaryOp::ShiftRight),
        T::AndAnd => return operator(BinaryOp::And),
        T::OrOr => return operator(BinaryOp::Or),
        T::Equal => return operator(BinaryOp::Equal),
        T::NotEqual => return operator(BinaryOp::NotEqual),
        T::Less => return operator(BinaryOp::Less),
        T::LessEqual => return operator(BinaryOp::LessEqual),
        T::Greater => return operator(BinaryOp::Greater),
        T::GreaterEqual => return operator(BinaryOp::GreaterEqual),
        T::NotIn => return operator(BinaryOp::NotIn),

        T::Bool(value) => return literal(Literal::Bool(value)),
        T::Count(value) => return literal(Literal::Count(value)),
        T::Double(value) => return literal(Literal::Double(value)),
        T::Interval(seconds) => return literal(Literal::Interval(seconds)),
        T::String(value) => return literal(Literal::String(value)),
        T::Pattern(pattern) => {
            let PatternText { text, ignore_case, single_line } = *pattern;
            return literal(Literal::Pattern { text, ignore_case, single_line });
        }
        T::Port((number, protocol)) => return literal(Literal::Port { number, protocol }),
        T::Address(address) => return literal(Literal::Addr(address)),
        T::HostName(name) => return literal(Literal::HostName(name)),
        T::Subnet(subnet) => return (Terminal::Subnet(subnet), Effect::None),

        T::BoolType => return basic(BasicType::Bool),
        T::Int => return basic(BasicType::Int),
        T::CountType => return basic(BasicType::Count),
        T::DoubleType => return basic(BasicType::Double),
        T::Time => return basic(BasicType::Time),
        T::IntervalType => return basic(BasicType::Interval),
        T::StringType => return basic(BasicType::String),
        T::PatternType => return basic(BasicType::Pattern),
        T::PortType => return basic(BasicType::Port),
        T::Addr => return basic(BasicType::Addr),
        T::SubnetType => return basic(BasicType::Subnet),
        T::Any => return basic(BasicType::Any),
        T::Directive(_) => return (Terminal::Directive, Effect::None),

        T::LeftParenthesis => Effect::Open(Bracket::Parenthesis),
        T::LeftBracket => Effect::Open(Bracket::Square),
        T::LeftBrace => Effect::Open(Bracket::Brace),
        T::RightParenthesis => Effect::Close(Bracket::Parenthesis),
        T::RightBracket => Effect::Close(Bracket::Square),
        T::RightBrace => Effect::Close(Bracket::Brace),
        T::Comma | T::Case | T::Default => Effect::EndElement,
        T::Semicolon => Effect::EndStatement,
        T::Else | T::Timeout => Effect::Tail,
        T::When => Effect::Head { is_when: true },
        T::If | T::For | T::While | T::Switch => Effect::Head { is_when: false },
        T::SizeOpen => Effect::Open(Bracket::Bar),
        T::SizeClose => Effect::Close(Bracket::Bar),
        T::Plus => Effect::Sign(BinaryOp::Add),
        T::Minus => Effect::Sign(BinaryOp::Subtract),
        T::In => Effect::Operator(BinaryOp::In),
        T::Dollar | T::HasField | T::Increment | T::Decrement | T::Not | T::Tilde | T::As | T::Is => Effect::Deepen,
        T::Question | T::Assign | T::AddTo | T::RemoveFrom | T::Of | T::Function | T::Hook | T::Schedule => {
            Effect::Hold
        }
        _ => Effect::None,
    };
    (Terminal::Token(token), effect)
}
