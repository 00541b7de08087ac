//! Feeding the consumer: tokens of one text to declarations.

use std::rc::Rc;

use super::conditional::end_of;
use super::consumer::Consumer;
use super::loader::{Frame, Loader};
use super::parsed::Place;
use super::path::{base_name, directory};
use super::report;
use crate::source::{SourceText, Span};
use crate::syntax::ast::{Decl, DeclKind};
use crate::syntax::lexer::Lexer;
use crate::syntax::segment::{self, Progress, SegmentKind, Segmenter};
use crate::syntax::token::{Directive, SpannedToken, Token};
use crate::syntax::{MAX_DEPTH, Salvaged, SyntaxError, SyntaxErrorKind, misplaced_head, parser, salvage};

/// Room that is kept for the tokens of the next declaration.
const USUAL_TOKENS: usize = 4096;

impl Loader {
    /// Reads a text to its end. The segmenter goes on with the declaration that an `@load` stands in.
    pub(super) fn feed(
        &mut self,
        consumer: &mut dyn Consumer,
        name: &str,
        text: &SourceText,
        embedded: bool,
        loaded_at: Span,
    ) {
        let file = consumer.sources().add(name, text.clone(), embedded);
        consumer.sources().set_loaded_at(file, loaded_at);
        let level = self.frames.len();
        let frame = Frame {
            name: name.into(),
            loaded_at,
            conditionals: self.conditionals.len(),
            pragmas: self.pragmas.depth(),
        };
        let (conditionals, pragmas) = (frame.conditionals, frame.pragmas);
        self.frames.push(frame);
        let module = consumer.module();
        consumer.script_started(file, level);

        let mut lexer = Lexer::new(file, text);
        while !self.stopped
            && let Some(item) = lexer.next()
        {
            match item {
                Ok((Token::Directive(directive), span)) => {
                    let is_token = matches!(directive, Directive::Dir | Directive::FileName);
                    self.has_directive |= is_token || !self.pending.is_empty();
                    self.directive(consumer, &mut lexer, &directive, span);
                }
                Ok(token) => self.token(consumer, token),
                Err(error) => {
                    self.report_syntax(consumer, report::token(&error));
                    if report::is_utf16(&error) {
                        break;
                    }
                }
            }
        }
        if !self.stopped {
            self.end_file(consumer, end_of(file, text.len()), conditionals, pragmas);
        }
        self.frames.pop();
        consumer.set_module(module);
        // Bro reads nothing more where the errors so far have doomed the run.
        if !self.setup.recover && consumer.has_errors() {
            self.stopped = true;
        }
    }

    fn directive(&mut self, consumer: &mut dyn Consumer, lexer: &mut Lexer<'_>, directive: &Directive, span: Span) {
        match directive {
            Directive::Load(name) => self.load(consumer, name, span),
            Directive::LoadSigs(name) => self.load_signatures(consumer, name, span),
            // What is built into Bro itself is there in as far as scripts can tell.
            Directive::LoadPlugin(name) if name.starts_with("Bro::") || name.starts_with("Zeek::") => {}
            Directive::LoadPlugin(name) => self.report(consumer, report::plugin(name, span)),
            Directive::Unload(name) => self.unload(consumer, name, span),
            Directive::SetPrefixes(prefixes) => self.set_prefixes(false, prefixes),
            Directive::AddPrefixes(prefixes) => self.set_prefixes(true, prefixes),
            Directive::Pragma(text) => self.pragma(consumer, text, span),
            Directive::Deprecated(comment) => self.deprecated(consumer, comment, span),
            Directive::If | Directive::IfDef | Directive::IfNDef => {
                self.begin_conditional(consumer, lexer, directive, span);
            }
            Directive::Else => self.otherwise(consumer, lexer, span),
            Directive::EndIf => self.end_conditional(consumer, span),
            Directive::Debug => self.report_syntax(consumer, report::debug(span)),
            Directive::Dir | Directive::FileName => {
                if let Some(constant) = self.constant(directive) {
                    self.token(consumer, (constant, span));
                }
            }
        }
    }

    /// The string that `@DIR` or `@FILENAME` stands for.
    pub(super) fn constant(&self, directive: &Directive) -> Option<Token> {
        let name = &self.frames.last()?.name;
        let text = match directive {
            Directive::Dir => {
                let directory = directory(name);
                if directory.starts_with('.') {
                    format!("{}/{directory}", self.setup.files.current_directory())
                } else {
                    directory.to_string()
                }
            }
            Directive::FileName => base_name(name).to_string(),
            _ => return None,
        };
        Some(Token::String(text.into_bytes().into()))
    }

    fn pragma(&mut self, consumer: &mut dyn Consumer, text: &str, span: Span) {
        let base = self.frames.last().map_or(0, |frame| frame.pragmas);
        if let Some(diagnostic) = self.pragmas.apply(text, span, base) {
            self.report(consumer, diagnostic);
        }
        consumer.ignore_deprecations(self.pragmas.ignores_deprecations());
    }

    fn deprecated(&mut self, consumer: &mut dyn Consumer, comment: &str, span: Span) {
        if self.pragmas.ignores_deprecations() {
            return;
        }
        let loaded_at = self.frames.last().map_or(Span::NONE, |frame| frame.loaded_at);
        let loader = consumer.sources().place(loaded_at).map(|(name, location)| format!("{name}:{}", location.line));
        let loader = loader.unwrap_or_else(|| "command line arguments".into());
        self.report(consumer, report::deprecated(span, &loader, comment));
    }

    fn token(&mut self, consumer: &mut dyn Consumer, token: SpannedToken) {
        match self.segmenter.push(&token.0) {
            Progress::More => {
                self.pending.push(token);
                // Deeper than the parser goes: it will say so, and the rest need not be kept.
                if self.segmenter.depth() > MAX_DEPTH as usize {
                    self.segment(consumer, None);
                }
            }
            Progress::Done => {
                self.pending.push(token);
                self.segment(consumer, None);
            }
            Progress::DoneBefore => {
                let comments = self.pending.split_off(segment::end(&self.pending));
                self.segment(consumer, Some(&token));
                if self.stopped {
                    return;
                }
                self.pending.extend(comments);
                let progress = self.segmenter.push(&token.0);
                self.pending.push(token);
                if progress != Progress::More {
                    self.segment(consumer, None);
                }
            }
        }
    }

    /// Parses and hands over what is pending. `next` is the token behind it, where that made it end.
    fn segment(&mut self, consumer: &mut dyn Consumer, next: Option<&SpannedToken>) {
        self.segmenter = Segmenter::new();
        let mut tokens = std::mem::take(&mut self.pending);
        let kind = segment::kind(tokens.iter().map(|(token, _)| token));
        let parsed = match (kind, self.export) {
            (SegmentKind::ExportOpen, None) => {
                self.export = tokens.last().map(|(_, span)| *span);
                None
            }
            (SegmentKind::ExportClose, Some(_)) => {
                self.export = None;
                None
            }
            // The brace that cut a declaration short was reported with it.
            (SegmentKind::ExportClose, None) => tokens
                .last()
                .filter(|(_, span)| self.last_syntax_error != Some(*span))
                .map(|(token, span)| Err(SyntaxError::new(SyntaxErrorKind::Unmatched(token.clone()), *span))),
            _ => Some(self.parse(consumer, &tokens, next)),
        };
        self.has_directive = false;
        // Of a function inside another the rest is read as if it stood where it belongs.
        let mut rest = Vec::new();
        let parsed = match parsed {
            Some(Err(error)) if self.setup.recover => {
                if let Some(head) = misplaced_head(&tokens, error.span) {
                    rest = tokens.split_off(head);
                }
                Some(Err(salvage(&tokens, next, error)))
            }
            Some(Err(error)) => Some(Err(Salvaged { errors: vec![error], declaration: None })),
            Some(Ok(declaration)) => Some(Ok(declaration)),
            None => None,
        };
        // The allocation serves the next declaration, unless it was that of a whole layout.
        tokens.clear();
        tokens.shrink_to(USUAL_TOKENS);
        self.pending = tokens;
        match parsed {
            Some(Ok(declaration)) => self.declare(consumer, declaration),
            Some(Err(salvaged)) => {
                for error in &salvaged.errors {
                    if !self.stopped {
                        self.report_parse_error(consumer, error);
                    }
                }
                if let (Some(declaration), false) = (salvaged.declaration, self.stopped || !self.setup.salvage) {
                    self.declare(consumer, Rc::new(self.in_export(declaration)));
                }
            }
            None => {}
        }
        for token in rest {
            if !self.stopped {
                self.token(consumer, token);
            }
        }
    }

    /// Parses a declaration, unless another engine has.
    fn parse(
        &self,
        consumer: &mut dyn Consumer,
        tokens: &[SpannedToken],
        next: Option<&SpannedToken>,
    ) -> Result<Rc<Decl>, SyntaxError> {
        let parse = || Ok(Rc::new(self.in_export(parser::parse_declaration(tokens, next)?)));
        let Some(parsed) = self.setup.parsed.as_ref().filter(|_| !self.has_directive) else { return parse() };
        let (Some((_, first)), Some((_, last))) = (tokens.first(), tokens.last()) else { return parse() };
        let Some(file) = consumer.sources().get(first.file).filter(|_| first.file == last.file) else { return parse() };
        let place = Place::new(&file.text, first.file, first.start, last.end, self.export.is_some());
        if let Some(declaration) = parsed.find(&place) {
            return Ok(declaration);
        }
        let declaration = parse()?;
        parsed.keep(place, declaration.clone(), file.text.clone());
        Ok(declaration)
    }

    fn in_export(&self, declaration: Decl) -> Decl {
        Decl { exported: self.export.is_some(), ..declaration }
    }

    fn declare(&mut self, consumer: &mut dyn Consumer, declaration: Rc<Decl>) {
        if matches!(declaration.kind, DeclKind::Statement(_)) {
            self.statement = self.statement.or(Some(declaration.span));
        } else if let Some(statement) = self.statement {
            let start = declaration.span.start;
            let text = consumer.sources().text(declaration.span);
            let length = text.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(text.len());
            let word = Span { end: start + u32::try_from(length).unwrap_or(0), ..declaration.span };
            let near = text.get(..length).unwrap_or(text).to_vec();
            self.report_syntax(consumer, report::declaration_after_statement(word, &near, statement));
            if self.stopped {
                return;
            }
            // One message is enough: all that follows has the same cause.
            self.statement = None;
        }
        let span = declaration.span;
        self.consume(consumer, span, |consumer| consumer.declare(declaration));
    }

    /// A declaration must end in the file in which it begins, and so must `export`, conditionals and pragmas.
    fn end_file(&mut self, consumer: &mut dyn Consumer, end: Span, conditionals: usize, pragmas: usize) {
        while !self.stopped && self.pending.first().is_some_and(|(_, span)| span.file == end.file) {
            if self.segmenter.is_empty() {
                // Comments behind the last declaration.
                self.pending.clear();
            } else {
                self.segment(consumer, None);
            }
        }
        if let Some(open) = self.export.filter(|open| open.file == end.file) {
            self.export = None;
            self.report_syntax(consumer, report::unclosed_export(end, open));
        }
        self.end_conditionals(consumer, conditionals);
        if let Some(pushed) = self.pragmas.end_file(pragmas) {
            self.report(consumer, report::push_without_pop(pushed));
            consumer.ignore_deprecations(self.pragmas.ignores_deprecations());
        }
    }

    pub(super) fn report_parse_error(&mut self, consumer: &mut dyn Consumer, error: &SyntaxError) {
        self.last_syntax_error = Some(error.span);
        let text = consumer.sources().get(error.span.file).map(|file| file.text.clone());
        let diagnostic = report::syntax(error, text.as_deref().unwrap_or_default());
        self.report_syntax(consumer, diagnostic);
    }
}
