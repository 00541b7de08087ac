//! Where a declaration ends.
//!
//! An LR parser looks one token ahead, but loading executes: the `@if` behind a declaration may need it. So the stream
//! of live tokens is cut into declarations first, by brackets alone, and the grammar is handed one at a time. That also
//! bounds what a syntax error costs: the next declaration starts afresh.
//!
//! A declaration ends at a `;` outside all brackets, or at the `}` that closes a body there. Words that can only start
//! another declaration end it too, wherever they stand: the `;` or `}` that is missing is then reported right there.

use super::token::{DocPlace, SpannedToken, Token};

/// What a token meant for the declaration under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The token belongs to it, and more follow.
    More,
    /// The token is its last.
    Done,
    /// It ended before this token, which is the next one's first: start a new [`Segmenter`] and push the token again.
    DoneBefore,
}

/// What a finished segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    Declaration,
    /// `export {`: the declarations up to the next [`SegmentKind::ExportClose`] are exported.
    ExportOpen,
    /// A `}` on its own.
    ExportClose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bracket {
    Parenthesis {
        /// Holds parameters, which `;` may separate.
        parameters: bool,
    },
    Square,
    Brace {
        /// Ends a statement or a body, not a type or a value.
        is_body: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Ends at `;`.
    Simple,
    /// `function f`, `event e`, `hook h` or `redef event e`: ends at the body's `}`, or as a call at `;`.
    Function,
    /// A statement that holds statements.
    Compound,
    Export,
    /// A lone `}`.
    Close,
}

/// What the token before was, as far as it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Nothing,
    Operand,
    /// Something that ends a value but is no operand: an attribute or a `}`.
    ValueEnd,
    RightParenthesis,
    LeftParenthesis,
    /// `function` behind it is a type.
    TypeSign,
    /// `{` behind it holds a value or a type.
    BraceSign,
    Return,
    Redef,
    FunctionOrHook,
    Other,
}

impl Before {
    fn of(token: &Token) -> Self {
        use Token as T;
        match token {
            T::RightParenthesis => Before::RightParenthesis,
            T::LeftParenthesis => Before::LeftParenthesis,
            T::Attribute(_) | T::AttributeMaybeValue(_) | T::RightBrace => Before::ValueEnd,
            T::Colon | T::Of | T::As | T::Is | T::Type => Before::TypeSign,
            T::Assign | T::AddTo | T::RemoveFrom | T::Record | T::Enum | T::Union => Before::BraceSign,
            T::Return => Before::Return,
            T::Redef => Before::Redef,
            T::Function | T::Hook => Before::FunctionOrHook,
            token if token.ends_operand() => Before::Operand,
            _ => Before::Other,
        }
    }

    fn ends_value(self) -> bool {
        matches!(self, Before::Operand | Before::ValueEnd | Before::RightParenthesis)
    }
}

/// How many brackets of the wrong kind a closing one may leave open; past that it closes nothing.
const MAX_LEFT_OPEN: usize = 16;

/// Finds the end of one declaration, token by token.
#[derive(Debug, Default)]
pub struct Segmenter {
    form: Option<Form>,
    open: Vec<Bracket>,
    /// The token before, and how many there were.
    previous: Before,
    count: usize,
    /// The token before the previous one was `(`.
    behind_opened: bool,
    /// Parentheses were left open: what follows may belong to another declaration.
    left_open: bool,
    /// Outside all brackets: bodies of function values and of `schedule` that are still to come.
    value_braces: u32,
    /// As `value_braces`, inside the parentheses of a function's head.
    inner_braces: u32,
    /// `if`s that may get an `else` and `when`s that may get a `timeout`.
    tails: u32,
    /// A statement is over that one of the tails may continue.
    awaits_tail: bool,
}

impl Segmenter {
    pub fn new() -> Self {
        Segmenter::default()
    }

    /// No token was pushed yet.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether the input may end here: everything pushed is a whole declaration that could only have gone on with
    /// `else` or `timeout`.
    pub fn may_end(&self) -> bool {
        self.is_empty() || self.awaits_tail
    }

    /// How many brackets are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Takes the next token. Comments and directives are no part of the decision.
    pub fn push(&mut self, token: &Token) -> Progress {
        if matches!(token, Token::Doc(_)) {
            return Progress::More;
        }
        if never_in_parentheses(token) {
            self.leave_parentheses();
        }
        if self.count > 0 && self.starts_another(token) {
            return Progress::DoneBefore;
        }
        self.classify(token);
        let progress = self.follow(token);
        if progress != Progress::DoneBefore {
            self.count += 1;
            self.behind_opened = self.previous == Before::LeftParenthesis;
            self.previous = Before::of(token);
        }
        progress
    }

    fn starts_another(&self, token: &Token) -> bool {
        use Token as T;
        if self.awaits_tail {
            return !matches!(token, T::Else | T::Timeout);
        }
        match token {
            T::Global | T::Export | T::Option | T::Module | T::Redef => true,
            _ if !self.open.is_empty() => false,
            T::Type | T::Const if self.left_open => true,
            T::Type => self.previous.ends_value(),
            T::Const | T::Event | T::Function | T::Hook | T::Local | T::Print | T::If | T::For | T::While => {
                let behind_head = self.form == Some(Form::Compound) && self.previous == Before::RightParenthesis;
                self.previous.ends_value() && !behind_head
            }
            _ => false,
        }
    }

    /// The form follows from the first tokens.
    fn classify(&mut self, token: &Token) {
        use Token as T;
        let form = match (self.count, self.previous, token) {
            (0, _, T::If | T::For | T::While | T::When | T::Switch | T::LeftBrace) | (1, Before::Return, T::When) => {
                Form::Compound
            }
            (0, _, T::Event | T::Hook | T::Function) | (1, Before::Redef, T::Event) => Form::Function,
            (0, _, T::Export) => Form::Export,
            (0, _, T::RightBrace) => Form::Close,
            // The latter is a function value that is called, or a hook that is no plain name.
            (0, _, _) | (1, Before::FunctionOrHook, T::LeftParenthesis | T::LeftBracket) => Form::Simple,
            _ => return,
        };
        self.form = Some(form);
    }

    fn follow(&mut self, token: &Token) -> Progress {
        use Token as T;
        match self.form {
            Some(Form::Close) => return Progress::Done,
            Some(Form::Export) if self.count == 0 => return Progress::More,
            Some(Form::Export) => {
                return if *token == T::LeftBrace { Progress::Done } else { Progress::DoneBefore };
            }
            _ => {}
        }
        let outside = self.open.is_empty();
        match token {
            T::LeftParenthesis => self.open.push(Bracket::Parenthesis { parameters: false }),
            T::LeftBracket => self.open.push(Bracket::Square),
            T::LeftBrace => {
                if !outside && self.head_is_left_open() {
                    self.leave_parentheses();
                }
                let is_body = self.open.is_empty() && self.opens_body();
                self.open.push(Bracket::Brace { is_body });
            }
            T::Colon if self.behind_opened => {
                if let Some(Bracket::Parenthesis { parameters }) = self.open.last_mut() {
                    *parameters = true;
                }
            }
            T::RightParenthesis => self.close(|bracket| matches!(bracket, Bracket::Parenthesis { .. })),
            T::RightBracket => self.close(|bracket| *bracket == Bracket::Square),
            T::RightBrace => return self.close_brace(),
            T::Semicolon => return self.semicolon(),
            T::Function if outside && self.count > 0 && self.previous != Before::TypeSign => self.value_braces += 1,
            T::Schedule if outside => self.value_braces += 1,
            T::Function if !outside && self.previous != Before::TypeSign => self.inner_braces += 1,
            T::Schedule if !outside => self.inner_braces += 1,
            T::If | T::When if outside => self.tails += 1,
            T::Else | T::Timeout if outside => {
                self.tails = self.tails.saturating_sub(1);
                self.awaits_tail = false;
            }
            _ => {}
        }
        Progress::More
    }

    /// Whether a `{` opens the body of a function whose parentheses were not closed: among parameters and arguments a
    /// brace follows a sign of what it holds.
    fn head_is_left_open(&mut self) -> bool {
        let in_head = !self.open.iter().any(|bracket| matches!(bracket, Bracket::Brace { .. }));
        if self.form != Some(Form::Function) || !in_head || self.previous == Before::BraceSign {
            return false;
        }
        if self.inner_braces > 0 {
            self.inner_braces -= 1;
            return false;
        }
        true
    }

    /// Whether a `{` outside all brackets opens statements.
    fn opens_body(&mut self) -> bool {
        if self.previous == Before::BraceSign {
            return false;
        }
        if self.value_braces > 0 {
            self.value_braces -= 1;
            return false;
        }
        self.form != Some(Form::Simple)
    }

    /// Closes the innermost bracket of a kind, and with it what was left open inside; braces are never crossed.
    fn close(&mut self, is_kind: impl Fn(&Bracket) -> bool) {
        let above_brace = self.open.iter().rev().take_while(|bracket| !matches!(bracket, Bracket::Brace { .. }));
        if let Some(inside) = above_brace.take(MAX_LEFT_OPEN).position(is_kind) {
            self.open.truncate(self.open.len() - inside - 1);
        }
    }

    fn close_brace(&mut self) -> Progress {
        while let Some(bracket) = self.open.pop() {
            if let Bracket::Brace { is_body } = bracket {
                return if self.open.is_empty() && is_body { self.statement_end() } else { Progress::More };
            }
        }
        // No brace is open here: it closes one around the declaration.
        Progress::DoneBefore
    }

    /// Gives up parentheses and brackets that were left open, up to the brace around them.
    fn leave_parentheses(&mut self) {
        while matches!(self.open.last(), Some(Bracket::Parenthesis { .. } | Bracket::Square)) {
            self.open.pop();
            self.left_open = true;
        }
    }

    fn semicolon(&mut self) -> Progress {
        if matches!(self.open.last(), Some(Bracket::Parenthesis { parameters: true })) {
            return Progress::More;
        }
        // Nothing else in parentheses or brackets holds a `;`.
        self.leave_parentheses();
        if self.open.is_empty() { self.statement_end() } else { Progress::More }
    }

    fn statement_end(&mut self) -> Progress {
        if self.form == Some(Form::Compound) && self.tails > 0 {
            self.awaits_tail = true;
            return Progress::More;
        }
        Progress::Done
    }
}

/// Where a segment ends that ended before the next token: comments behind that place speak of what follows.
pub fn end(segment: &[SpannedToken]) -> usize {
    let is_before = |(token, _): &SpannedToken| match token {
        Token::Doc(comment) => comment.place == DocPlace::Next,
        _ => false,
    };
    segment.iter().rposition(|token| !is_before(token)).map_or(0, |last| last + 1)
}

/// Words that begin a statement or a declaration wherever they stand.
fn never_in_parentheses(token: &Token) -> bool {
    use Token as T;
    matches!(
        token,
        T::Const
            | T::Type
            | T::Print
            | T::If
            | T::For
            | T::While
            | T::Switch
            | T::Return
            | T::Next
            | T::Break
            | T::Global
            | T::Export
            | T::Option
            | T::Module
            | T::Redef
    )
}

/// What a finished segment is.
pub fn kind<'t>(tokens: impl IntoIterator<Item = &'t Token>) -> SegmentKind {
    let mut tokens = tokens.into_iter().filter(|token| !matches!(token, Token::Doc(_)));
    match (tokens.next(), tokens.next()) {
        (Some(Token::Export), Some(Token::LeftBrace)) => SegmentKind::ExportOpen,
        (Some(Token::RightBrace), None) => SegmentKind::ExportClose,
        _ => SegmentKind::Declaration,
    }
}
