//! The lexer proper: the automaton's words with their context.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr};
use std::rc::Rc;

use logos::Logos;

use super::strings;
use super::{LexError, LexErrorKind};
use crate::source::{FileId, Span};
use crate::syntax::ast::AttributeKind as A;
use crate::syntax::token::{Directive, SpannedToken, Token};

type Item = Result<SpannedToken, LexError>;

/// An iterator over the tokens of one source text.
#[derive(Debug)]
pub struct Lexer<'s> {
    automaton: logos::Lexer<'s, Token>,
    file: FileId,
    /// The token before ends an operand.
    behind_operand: bool,
    /// The token before is `table` or `set`: a `[` opens index types.
    behind_index_type: bool,
    /// Inside the condition of a conditional: what `behind_operand` was before it, and the parentheses open in it.
    condition: Option<(bool, u32)>,
    /// Open sizes between each pair of open brackets, the innermost last; never empty.
    open_sizes: Vec<u32>,
    /// Read ahead, oldest first; their context is settled when they are handed out.
    ahead: VecDeque<Item>,
    /// No host name starts before this offset: the run of letters there was looked at and has no dot.
    no_host_before: usize,
}

/// What the token before means for the next one.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    behind_operand: bool,
    behind_index_type: bool,
}

impl<'s> Lexer<'s> {
    pub fn new(file: FileId, source: &'s [u8]) -> Self {
        Lexer {
            automaton: Token::lexer(source),
            file,
            behind_operand: false,
            behind_index_type: false,
            condition: None,
            open_sizes: vec![0],
            ahead: VecDeque::new(),
            no_host_before: 0,
        }
    }

    /// Skips the branch of a conditional that is not taken: on to the next `@if`, `@ifdef`, `@ifndef`, `@else` or
    /// `@endif`, which is handed out. As in Bro the text between is not looked at, whatever it holds. Nothing may have
    /// been read ahead: call this right behind the condition.
    pub fn skip_to_conditional(&mut self) -> Option<(Directive, Span)> {
        self.ahead.clear();
        let rest = self.automaton.remainder();
        let start = self.automaton.span().end;
        let names: [(&[u8], Directive); 5] = [
            (b"@ifdef", Directive::IfDef),
            (b"@ifndef", Directive::IfNDef),
            (b"@if", Directive::If),
            (b"@else", Directive::Else),
            (b"@endif", Directive::EndIf),
        ];
        let mut position = 0;
        while let Some(at) = rest[position..].iter().position(|&byte| byte == b'@') {
            position += at;
            if let Some((name, directive)) = names.iter().find(|(name, _)| rest[position..].starts_with(name)) {
                let end = position + name.len();
                self.automaton.bump(end);
                return Some((directive.clone(), self.span(start + position, start + end)));
            }
            position += 1;
        }
        self.automaton.bump(rest.len());
        None
    }

    /// What the next token follows; see [`Lexer::restore`].
    pub fn context(&self) -> Context {
        Context { behind_operand: self.behind_operand, behind_index_type: self.behind_index_type }
    }

    /// Goes on as if what was read since [`Lexer::context`] was not there: behind the condition of an `@if` and behind
    /// a branch that was skipped, the next token follows what stood before.
    pub fn restore(&mut self, context: Context) {
        self.behind_operand = context.behind_operand;
        self.behind_index_type = context.behind_index_type;
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start as u32, end as u32)
    }

    /// The next token with its context settled but for the kind of a `|`.
    fn read(&mut self, behind_operand: bool) -> Option<Item> {
        let found = self.automaton.next()?;
        let start = self.automaton.span().start;
        let token = match found {
            Ok(token) => self.settle(token, start, behind_operand),
            Err(LexErrorKind::NoToken) => self.meant(start, behind_operand).ok_or_else(|| self.skip_unrecognized()),
            Err(kind) => Err(kind),
        };
        let span = self.span(start, self.automaton.span().end);
        let item = token.map(|token| (token, span)).map_err(|kind| LexError { kind, span });
        if let Some(kind) = self.automaton.extras.complaint.take() {
            self.ahead.push_back(item);
            return Some(Err(LexError { kind, span }));
        }
        Some(item)
    }

    fn settle(&mut self, token: Token, start: usize, behind_operand: bool) -> Result<Token, LexErrorKind> {
        let rest = self.automaton.remainder();
        match token {
            Token::Slash if !behind_operand => {
                let scanned = strings::scan_pattern(rest);
                self.automaton.bump(scanned.length);
                if scanned.value == Err(LexErrorKind::EmptyPattern) {
                    // Meant for a comment, most likely.
                    self.skip_line();
                }
                scanned.value.map(|pattern| Token::Pattern(Box::new(pattern)))
            }
            Token::LeftBracket if !behind_operand && !self.behind_index_type => Ok(self.ipv6(rest)),
            Token::Not if behind_operand => Ok(self.not_in(rest)),
            Token::Ampersand => Ok(self.attribute(rest)),
            // Only a token that starts with a letter or digit can be the start of a host name.
            token if rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)) => {
                Ok(self.host_name(start).unwrap_or(token))
            }
            token => Ok(token),
        }
    }

    /// What a character that starts no token was meant for. The mistake is reported before the token.
    fn meant(&mut self, start: usize, behind_operand: bool) -> Option<Token> {
        let text = self.automaton.source().get(start..)?;
        let first = *text.first()?;
        if let Some((inside, length)) = strings::wrongly_quoted(text) {
            let taken = self.automaton.span().end - start;
            self.automaton.bump(length.saturating_sub(taken));
            self.automaton.extras.complaint = Some(LexErrorKind::WrongQuotes(first));
            return Some(Token::String(inside.into()));
        }
        let names_field = first == b'.' && text.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        if names_field && behind_operand {
            self.automaton.extras.complaint = Some(LexErrorKind::DotForField);
            return Some(Token::Dollar);
        }
        None
    }

    /// Passes over the rest of the line. Nothing may have been read ahead.
    pub fn skip_line(&mut self) {
        let rest = self.automaton.remainder();
        let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.automaton.bump(length);
    }

    /// Takes the bytes behind a first unrecognised one that start no token either: random input is then few errors.
    fn skip_unrecognized(&mut self) -> LexErrorKind {
        let first = self.automaton.slice().first().copied().unwrap_or(0);
        let rest = self.automaton.remainder();
        let more = rest.iter().take_while(|&&byte| {
            byte >= 0x7f || b"`'\\.".contains(&byte) || (byte < b' ' && !b"\t\n\r".contains(&byte))
        });
        let mut more = more.count();
        // A dot before a digit starts a number.
        if more > 0 && rest[more - 1] == b'.' && rest.get(more).is_some_and(u8::is_ascii_digit) {
            more -= 1;
        }
        self.automaton.bump(more);
        LexErrorKind::Unrecognized(first)
    }

    /// `rest` follows `[`: an address in brackets, and a prefix length behind it, or the bracket alone.
    fn ipv6(&mut self, rest: &[u8]) -> Token {
        let longest = rest.iter().take(64).position(|&byte| byte == b']');
        let Some(address) = longest.and_then(|end| rest.get(..end)) else { return Token::LeftBracket };
        let Some(text) = ipv6_text(address) else { return Token::LeftBracket };
        let mut length = address.len() + 1;
        let value = text.parse::<Ipv6Addr>().unwrap_or_else(|_| {
            self.automaton.extras.complaint = Some(LexErrorKind::BadAddress(text.into()));
            Ipv6Addr::UNSPECIFIED
        });
        let written = IpAddr::V6(value);
        let value = written.to_canonical();
        let behind = &rest[length..];
        let token = if let Some((width, more)) = prefix_length(behind) {
            length += more;
            // Written as IPv6, the width counts from the start of the IPv6 form.
            match width.checked_sub(96).filter(|_| value.is_ipv4()) {
                Some(width) => Token::Subnet((value, width)),
                None => Token::Subnet((written, width)),
            }
        } else {
            Token::Address(value)
        };
        self.automaton.bump(length);
        token
    }

    fn not_in(&mut self, rest: &[u8]) -> Token {
        let blanks = rest.iter().take_while(|byte| b" \t".contains(byte)).count();
        match &rest[blanks..] {
            [b'i', b'n', behind, ..] if behind.is_ascii_alphanumeric() => Token::Not,
            [b'i', b'n', ..] => {
                self.automaton.bump(blanks + 2);
                Token::NotIn
            }
            _ => Token::Not,
        }
    }

    fn attribute(&mut self, rest: &[u8]) -> Token {
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if length == 0 || length > 32 {
            return Token::Ampersand;
        }
        let text = format!("&{}", String::from_utf8_lossy(&rest[..length]));
        let Some(kind) = A::from_text(&text) else { return Token::Ampersand };
        self.automaton.bump(length);
        match kind {
            A::Deprecated | A::Encrypt | A::IsSet | A::PublishOnChange | A::Analyze => Token::AttributeMaybeValue(kind),
            A::Default
            | A::DefaultInsert
            | A::Priority
            | A::CreateExpire
            | A::ReadExpire
            | A::WriteExpire
            | A::ExpireFunc
            | A::AddFunc
            | A::DeleteFunc
            | A::OnChange
            | A::TypeColumn
            | A::RotateInterval
            | A::RotateSize
            | A::Group
            | A::Backend
            | A::BrokerStore => Token::AttributeWithValue(kind),
            _ => Token::Attribute(kind),
        }
    }

    /// A host name from `start`, if there is one longer than the token that was found there.
    fn host_name(&mut self, start: usize) -> Option<Token> {
        if start < self.no_host_before {
            return None;
        }
        let text = self.automaton.source().get(start..)?;
        let end = self.automaton.span().end - start;
        let mut length = label(text);
        if length == 0 {
            return None;
        }
        let mut labels = 1;
        while text.get(length) == Some(&b'.') {
            let more = label(&text[length + 1..]);
            if more == 0 {
                break;
            }
            length += 1 + more;
            labels += 1;
        }
        if labels < 2 {
            self.no_host_before = start + length;
            return None;
        }
        if length <= end {
            return None;
        }
        self.automaton.bump(length - end);
        self.automaton.extras.complaint = None;
        Some(Token::HostName(Rc::from(String::from_utf8_lossy(&text[..length]))))
    }

    /// What kind of bar this is; may read one token ahead.
    fn bar(&mut self) -> Token {
        let open = self.open_sizes.last().copied().unwrap_or(0);
        if !self.behind_operand {
            self.change_open_sizes(1);
            return Token::SizeOpen;
        }
        if open == 0 {
            return Token::Pipe;
        }
        let mut next = 0;
        loop {
            if next == self.ahead.len() {
                match self.read(true) {
                    Some(item) => self.push_ahead(item),
                    None => break,
                }
            }
            match self.ahead.get(next) {
                Some(Ok((Token::Doc(_), _)) | Err(_)) => next += 1,
                Some(Ok((token, _))) if token.only_starts_operand() => return Token::Pipe,
                _ => break,
            }
        }
        self.change_open_sizes(-1);
        Token::SizeClose
    }

    /// Keeps an error before the token it is about, which [`Lexer::read`] has queued already.
    fn push_ahead(&mut self, item: Item) {
        let queued = match (&item, self.ahead.back()) {
            (Err(error), Some(Ok((_, span)))) if *span == error.span => self.ahead.pop_back(),
            _ => None,
        };
        self.ahead.push_back(item);
        self.ahead.extend(queued);
    }

    fn change_open_sizes(&mut self, by: i32) {
        if let Some(open) = self.open_sizes.last_mut() {
            *open = open.saturating_add_signed(by);
        }
    }

    /// Follows the token that is handed out.
    fn note(&mut self, token: &Token) {
        match token {
            Token::Doc(_) => return,
            Token::Directive(Directive::If | Directive::IfDef | Directive::IfNDef) => {
                self.condition = Some((self.behind_operand, 0));
                return;
            }
            Token::Directive(directive) if !matches!(directive, Directive::Dir | Directive::FileName) => return,
            Token::LeftParenthesis | Token::LeftBracket | Token::LeftBrace => self.open_sizes.push(0),
            Token::RightParenthesis | Token::RightBracket | Token::RightBrace if self.open_sizes.len() > 1 => {
                self.open_sizes.pop();
            }
            Token::Semicolon => {
                if let Some(open) = self.open_sizes.last_mut() {
                    *open = 0;
                }
            }
            _ => {}
        }
        self.behind_operand = token.ends_operand();
        self.behind_index_type = matches!(token, Token::Table | Token::Set);
        if self.condition.is_some() {
            self.follow_condition(token);
        }
    }

    /// Behind a condition the text goes on as if the condition were not there.
    fn follow_condition(&mut self, token: &Token) {
        let Some((behind_operand, open)) = &mut self.condition else { return };
        match token {
            Token::LeftParenthesis => *open += 1,
            Token::RightParenthesis => *open = open.saturating_sub(1),
            _ => {}
        }
        if *open == 0 {
            self.behind_operand = *behind_operand;
            self.condition = None;
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let item = match self.ahead.pop_front() {
            Some(item) => item,
            None => self.read(self.behind_operand)?,
        };
        Some(match item {
            Ok((Token::Pipe, span)) => {
                let token = self.bar();
                self.note(&token);
                Ok((token, span))
            }
            Ok((token, span)) => {
                self.note(&token);
                Ok((token, span))
            }
            Err(error) => Err(error),
        })
    }
}

/// The length of a host name's part at the start of the text.
fn label(text: &[u8]) -> usize {
    if !text.first().is_some_and(u8::is_ascii_alphanumeric) {
        return 0;
    }
    text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count()
}

/// Blanks, `/`, blanks, digits: the number and the length of all that.
fn prefix_length(text: &[u8]) -> Option<(u8, usize)> {
    let blanks = |text: &[u8]| text.iter().take_while(|byte| b" \t".contains(byte)).count();
    let before = blanks(text);
    let behind = text.get(before..)?.strip_prefix(b"/")?;
    let after = blanks(behind);
    let digits = behind[after..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return None;
    }
    let number = std::str::from_utf8(&behind[after..after + digits]).ok()?;
    Some((number.parse().unwrap_or(u8::MAX), before + 1 + after + digits))
}

/// The address between brackets, where the text has the shape of one. A zone behind `%` is dropped, and so is `0x` in
/// front, as Bro does.
fn ipv6_text(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok()?;
    let text = match text.split_once('%') {
        Some((_, zone))
            if zone.is_empty() || !zone.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) =>
        {
            return None;
        }
        Some((address, _)) => address,
        None => text,
    };
    let text = text.strip_prefix("0x").unwrap_or(text);
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte)) {
        return None;
    }
    let colons = text.bytes().filter(|&byte| byte == b':').count();
    let has_gap = text.contains("::");
    let has_v4 = text.contains('.');
    let full = if has_v4 { 6 } else { 7 };
    (has_gap || colons == full).then_some(text)
}
