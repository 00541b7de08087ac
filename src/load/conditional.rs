//! `@if`, `@ifdef`, `@ifndef`, `@else` and `@endif`.
//!
//! They are lines of their own kind, between any two tokens: what stands in a branch that is not taken never becomes
//! tokens, and what stands around them is one declaration. Each conditional ends in the file in which it begins.

use super::consumer::Consumer;
use super::loader::Loader;
use super::locals::locals;
use super::report;
use crate::source::{FileId, Span};
use crate::syntax::lexer::Lexer;
use crate::syntax::token::{Directive, SpannedToken, Token};
use crate::syntax::{SyntaxErrorKind, parser};

/// No condition is longer; one without its second parenthesis must not take in the whole file.
const MAX_TOKENS: usize = 10_000;

/// A conditional whose taken branch is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditional {
    opened: Span,
    /// The first `@else`, once it was met.
    otherwise: Option<Span>,
}

/// Why a condition cannot be evaluated.
enum Ended {
    Early,
    /// Its own `@endif` stands in it.
    ByEndIf,
}

impl Loader {
    /// An `@if`, `@ifdef` or `@ifndef`.
    pub(super) fn begin_conditional(
        &mut self,
        consumer: &mut dyn Consumer,
        lexer: &mut Lexer<'_>,
        directive: &Directive,
        span: Span,
    ) {
        let context = lexer.context();
        let taken = match self.condition_tokens(consumer, lexer, directive, span) {
            Ok((tokens, end)) => self.decide(consumer, directive, &tokens, end),
            Err(Ended::ByEndIf) => return,
            Err(Ended::Early) => true,
        };
        self.conditionals.push(Conditional { opened: span, otherwise: None });
        if !taken {
            self.skip(consumer, lexer);
        }
        // What stands around the condition is what the next token follows.
        lexer.restore(context);
    }

    /// An `@else` behind a branch that was taken.
    pub(super) fn otherwise(&mut self, consumer: &mut dyn Consumer, lexer: &mut Lexer<'_>, span: Span) {
        let base = self.frames.last().map_or(0, |frame| frame.conditionals);
        let current = self.conditionals.get_mut(base..).and_then(<[Conditional]>::last_mut);
        let Some(current) = current else {
            self.report(consumer, report::else_without_if(span));
            return;
        };
        if let Some(first) = current.otherwise {
            let opened = current.opened;
            self.report(consumer, report::second_else(span, first, opened));
        } else {
            current.otherwise = Some(span);
        }
        let context = lexer.context();
        self.skip(consumer, lexer);
        lexer.restore(context);
    }

    /// An `@endif` behind a branch that was taken.
    pub(super) fn end_conditional(&mut self, consumer: &mut dyn Consumer, span: Span) {
        let base = self.frames.last().map_or(0, |frame| frame.conditionals);
        if self.conditionals.len() > base {
            self.conditionals.pop();
        } else {
            self.report(consumer, report::endif_without_if(span));
        }
    }

    /// What a file that ends leaves open.
    pub(super) fn end_conditionals(&mut self, consumer: &mut dyn Consumer, base: usize) {
        // From the outermost on: where many are open, it is the first that lacks its end.
        let opened: Vec<Span> = self
            .conditionals
            .split_off(base.min(self.conditionals.len()))
            .into_iter()
            .map(|open| open.opened)
            .collect();
        for opened in opened {
            if self.stopped {
                return;
            }
            self.report(consumer, report::unclosed_conditional(opened));
        }
    }

    /// Reads on to the end of a branch that is not taken.
    fn skip(&mut self, consumer: &mut dyn Consumer, lexer: &mut Lexer<'_>) {
        let mut depth = 0usize;
        while let Some((directive, span)) = lexer.skip_to_conditional() {
            match directive {
                Directive::EndIf if depth == 0 => {
                    self.conditionals.pop();
                    return;
                }
                Directive::EndIf => depth -= 1,
                Directive::Else if depth == 0 => {
                    let Some(current) = self.conditionals.last_mut() else { return };
                    if let Some(first) = current.otherwise {
                        let opened = current.opened;
                        self.report(consumer, report::second_else(span, first, opened));
                    } else {
                        current.otherwise = Some(span);
                    }
                    return;
                }
                Directive::Else => {}
                _ => depth += 1,
            }
        }
    }

    /// The tokens between the parentheses behind the directive, and the place of the second one. Where they are
    /// missing, that is reported.
    fn condition_tokens(
        &mut self,
        consumer: &mut dyn Consumer,
        lexer: &mut Lexer<'_>,
        directive: &Directive,
        span: Span,
    ) -> Result<(Vec<SpannedToken>, Span), Ended> {
        let mut tokens = Vec::new();
        let mut depth = 0usize;
        // Without a parenthesis nothing may be read: what follows is script.
        let text = consumer.sources().get(span.file).and_then(|file| file.text.get(span.end as usize..));
        if !text.is_some_and(opens_condition) {
            self.report_syntax(consumer, report::condition_expected(span, name(directive)));
            // What was meant for the condition is no script.
            lexer.skip_line();
            return Err(Ended::Early);
        }
        for item in lexer.by_ref() {
            let (token, place) = match item {
                Ok((Token::Doc(_), _)) => continue,
                Ok(item) => item,
                Err(error) => {
                    self.report_syntax(consumer, report::token(&error));
                    return Err(Ended::Early);
                }
            };
            match &token {
                Token::LeftParenthesis | Token::LeftBracket | Token::LeftBrace => {
                    depth += 1;
                    if depth == 1 {
                        continue;
                    }
                }
                Token::RightParenthesis | Token::RightBracket | Token::RightBrace => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok((tokens, place));
                    }
                }
                // No condition goes on behind this: a parenthesis is missing.
                Token::Semicolon if depth < 2 => break,
                _ if tokens.len() >= MAX_TOKENS => break,
                Token::Directive(Directive::Dir | Directive::FileName) => {}
                Token::Directive(other) => {
                    self.report_syntax(consumer, report::directive_in_condition(place));
                    return Err(if *other == Directive::EndIf { Ended::ByEndIf } else { Ended::Early });
                }
                _ => {}
            }
            let token = match &token {
                Token::Directive(directive) => self.constant(directive).unwrap_or(token),
                _ => token,
            };
            tokens.push((token, place));
        }
        self.report_syntax(consumer, report::condition_expected(span, name(directive)));
        Err(Ended::Early)
    }

    /// Whether the branch behind the condition is taken. One that has no value counts as true, as in Bro. `end` is the
    /// parenthesis behind the condition.
    fn decide(
        &mut self,
        consumer: &mut dyn Consumer,
        directive: &Directive,
        tokens: &[SpannedToken],
        end: Span,
    ) -> bool {
        let locals = locals(&self.pending);
        if *directive == Directive::If {
            return match parser::parse_expression(tokens) {
                Ok(condition) => {
                    let evaluate = |consumer: &mut dyn Consumer| consumer.condition(&condition, &locals);
                    self.consume(consumer, condition.span, evaluate).unwrap_or(true)
                }
                Err(mut error) => {
                    if error.kind == SyntaxErrorKind::UnexpectedEnd {
                        error.kind = SyntaxErrorKind::Unexpected(Token::RightParenthesis);
                        error.span = end;
                    }
                    self.report_parse_error(consumer, &error);
                    true
                }
            };
        }
        let [(Token::Identifier(wanted), _)] = tokens else {
            let place = tokens.first().map_or(end, |(_, first)| first.to(end));
            self.report_syntax(consumer, report::condition_expected(place, name(directive)));
            return true;
        };
        let defined = locals.contains(wanted) || consumer.is_defined(*wanted);
        defined == (*directive == Directive::IfDef)
    }
}

fn name(directive: &Directive) -> &'static str {
    match directive {
        Directive::IfDef => "@ifdef",
        Directive::IfNDef => "@ifndef",
        _ => "@if",
    }
}

/// Whether a parenthesis comes next, behind blanks and comments.
fn opens_condition(mut text: &[u8]) -> bool {
    loop {
        text = text.trim_ascii_start();
        match text {
            [b'#', ..] => {
                let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
                text = text.get(end..).unwrap_or(&[]);
            }
            _ => return text.first() == Some(&b'('),
        }
    }
}

/// The place behind the last byte of a file.
pub(super) fn end_of(file: FileId, length: usize) -> Span {
    let end = u32::try_from(length).unwrap_or(u32::MAX);
    Span::new(file, end, end)
}
