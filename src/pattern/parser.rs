//! Reads a pattern's text into a [`Graph`].
//!
//! The text is what Bro compiles: the script's pattern with its wrapping (`^?(...)$?`). Reading is one loop with a stack of
//! open groups, so that deep nesting costs memory and not the call stack.
//!
//! Two habits of the dialect are easily taken for mistakes here. Case insensitivity is one switch, not a scope: `(?i:` turns
//! it on and the end of *any* such group turns it off, also for what is left of an outer one. And a character class is known
//! by its text: written again, it is the class that was read first, whatever the switch says by then.

use rustc_hash::FxHashMap;

use super::byteset::ByteSet;
use super::error::Fault;
use super::escape;
use super::graph::{Fragment, Graph, GraphBuilder, TooLarge};

/// Parses `text` as it stands, without wrapping it. A fault comes with the offset at which it was found.
pub(super) fn parse(text: &[u8]) -> Result<Graph, (Fault, usize)> {
    let mut parser = Parser::new(text);
    match parser.pattern() {
        Ok(whole) => Ok(parser.builder.finish(whole)),
        Err(fault) => Err((fault, parser.fault_at.unwrap_or(parser.item_at))),
    }
}

pub(super) struct Parser<'t> {
    text: &'t [u8],
    pub(super) at: usize,
    /// Where the item that is being read starts.
    item_at: usize,
    /// A better place for the fault than the item's start.
    fault_at: Option<usize>,
    pub(super) ignore_case: bool,
    single_line: bool,
    /// Classes read so far, by their text without the closing bracket.
    pub(super) classes: FxHashMap<Vec<u8>, ByteSet>,
    builder: GraphBuilder,
}

/// What the parenthesis that closes a group switches off.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Switch {
    None,
    IgnoreCase,
    SingleLine,
}

/// A group being read; the outermost stands for the whole pattern.
struct Group {
    opened_at: usize,
    switch: Switch,
    /// The alternatives before the current one.
    alternatives: Option<Fragment>,
    /// The current alternative without its last item.
    series: Option<Fragment>,
    /// The last item, to which a repetition applies.
    last: Option<Fragment>,
}

impl Group {
    fn new(opened_at: usize, switch: Switch) -> Self {
        Self { opened_at, switch, alternatives: None, series: None, last: None }
    }
}

impl From<TooLarge> for Fault {
    fn from(_: TooLarge) -> Self {
        Fault::TooLarge
    }
}

impl<'t> Parser<'t> {
    fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            item_at: 0,
            fault_at: None,
            ignore_case: false,
            single_line: false,
            classes: FxHashMap::default(),
            builder: GraphBuilder::default(),
        }
    }

    fn pattern(&mut self) -> Result<Fragment, Fault> {
        let mut group = Group::new(0, Switch::None);
        let mut outer: Vec<Group> = Vec::new();
        loop {
            self.item_at = self.at;
            // A newline ends the pattern like the end of the text.
            let Some(byte) = self.peek(0).filter(|&byte| byte != b'\n') else {
                if !outer.is_empty() {
                    self.fault_at = Some(group.opened_at);
                    return Err(Fault::Syntax("parenthesis is not closed"));
                }
                return self.alternative(&mut group);
            };
            self.at += 1;
            match byte {
                b'(' => {
                    let switch = self.open();
                    outer.push(std::mem::replace(&mut group, Group::new(self.item_at, switch)));
                }
                b')' => {
                    let Some(enclosing) = outer.pop() else {
                        return Err(Fault::Syntax("parenthesis was not opened"));
                    };
                    let mut inner = std::mem::replace(&mut group, enclosing);
                    match inner.switch {
                        Switch::None => {}
                        Switch::IgnoreCase => self.ignore_case = false,
                        Switch::SingleLine => self.single_line = false,
                    }
                    let item = self.alternative(&mut inner)?;
                    self.append(&mut group, item);
                }
                b'|' => {
                    group.alternatives = Some(self.alternative(&mut group)?);
                }
                b'*' => self.repeat(&mut group, 0, None)?,
                b'+' => self.repeat(&mut group, 1, None)?,
                b'?' => self.repeat(&mut group, 0, Some(1))?,
                b'{' => {
                    let (least, most) = self.bounds()?;
                    self.repeat(&mut group, least, most)?;
                }
                b'}' => return Err(Fault::Syntax("brace was not opened")),
                _ => {
                    let item = self.item(byte)?;
                    self.append(&mut group, item);
                }
            }
        }
    }

    /// An item that is neither a group nor a repetition, whose first byte has been read.
    fn item(&mut self, byte: u8) -> Result<Fragment, Fault> {
        let set = match byte {
            b'^' => return Ok(self.builder.begin()?),
            b'$' => return Ok(self.builder.end()?),
            b'"' => return self.quoted(),
            b'.' if self.single_line => ByteSet::ALL,
            b'.' => ByteSet::of([b'\n']).complement(),
            b'[' if self.class_follows() => self.class()?,
            b'\\' if self.escape_follows() => ByteSet::of([self.escape()?]),
            _ if self.ignore_case && byte.is_ascii_alphabetic() => self.letter(byte),
            _ => ByteSet::of([byte]),
        };
        Ok(self.builder.bytes(set)?)
    }

    /// The rest of an opening parenthesis.
    fn open(&mut self) -> Switch {
        match self.text.get(self.at..self.at + 3) {
            Some([b'?', b'i' | b'I', b':']) => {
                self.at += 3;
                self.ignore_case = true;
                Switch::IgnoreCase
            }
            Some([b'?', b's' | b'S', b':']) => {
                self.at += 3;
                self.single_line = true;
                Switch::SingleLine
            }
            _ => Switch::None,
        }
    }

    /// Ends the current alternative and joins it to those before. Only the first one may be empty.
    fn alternative(&mut self, group: &mut Group) -> Result<Fragment, Fault> {
        let series = match (group.series.take(), group.last.take()) {
            (Some(series), Some(last)) => Some(self.builder.concatenate(series, last)),
            (series, last) => series.or(last),
        };
        match (group.alternatives.take(), series) {
            (None, None) => Ok(self.builder.empty()?),
            (None, Some(series)) => Ok(series),
            (Some(alternatives), Some(series)) => Ok(self.builder.alternate(alternatives, series)?),
            (Some(_), None) => Err(Fault::Syntax("nothing between `|` and the end of the alternative")),
        }
    }

    fn append(&mut self, group: &mut Group, item: Fragment) {
        if let Some(last) = group.last.replace(item) {
            group.series = Some(match group.series {
                Some(series) => self.builder.concatenate(series, last),
                None => last,
            });
        }
    }

    fn repeat(&mut self, group: &mut Group, least: u32, most: Option<u32>) -> Result<(), Fault> {
        let item = group.last.ok_or(Fault::Syntax("nothing to repeat"))?;
        group.last = Some(self.builder.repeat(item, least, most)?);
        Ok(())
    }

    /// The rest of `{n}`, `{n,}` or `{n,m}`; or of `{name}`, of which Bro defines none.
    fn bounds(&mut self) -> Result<(u32, Option<u32>), Fault> {
        if !self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            let length = rest.iter().take_while(|byte| name(byte)).count();
            let named = rest.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
            return Err(if named && rest.get(length) == Some(&b'}') {
                Fault::UndefinedDefinition
            } else {
                Fault::Syntax("brace without a number")
            });
        }
        let least = self.number()?;
        let most = if self.brace_byte()? == b'}' {
            Some(least)
        } else if self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            let most = self.number()?;
            if self.brace_byte()? != b'}' {
                return Err(Fault::Syntax("more than two numbers in braces"));
            }
            Some(most)
        } else {
            if self.brace_byte()? != b'}' {
                return Err(Fault::Syntax("more than one comma in braces"));
            }
            None
        };
        if most.is_some_and(|most| most < least) {
            return Err(Fault::IterationValues);
        }
        Ok((least, most))
    }

    fn number(&mut self) -> Result<u32, Fault> {
        let mut number: u32 = 0;
        while let Some(digit) = self.peek(0).filter(u8::is_ascii_digit) {
            self.at += 1;
            number = number
                .checked_mul(10)
                .and_then(|number| number.checked_add(u32::from(digit - b'0')))
                .ok_or(Fault::TooLarge)?;
        }
        Ok(number)
    }

    /// The comma or the closing brace after a number.
    fn brace_byte(&mut self) -> Result<u8, Fault> {
        let byte = self.peek(0).ok_or(Fault::Syntax("brace is not closed"))?;
        if byte != b',' && byte != b'}' {
            self.fault_at = Some(self.at);
            return Err(Fault::BraceCharacter);
        }
        self.at += 1;
        Ok(byte)
    }

    /// The rest of a quoted part: literal and of the case as written, escapes apart.
    fn quoted(&mut self) -> Result<Fragment, Fault> {
        let mut string = self.builder.empty()?;
        loop {
            let byte = match self.peek(0) {
                None | Some(b'\n') => return Err(Fault::Syntax("quote is not closed")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(byte) => byte,
            };
            self.at += 1;
            let byte = if byte == b'\\' && self.escape_follows() { self.escape()? } else { byte };
            let next = self.builder.bytes(ByteSet::of([byte]))?;
            string = self.builder.concatenate(string, next);
        }
    }

    /// A letter where case is ignored: the class of its two cases, which counts as read by that text.
    fn letter(&mut self, letter: u8) -> ByteSet {
        let both = ByteSet::of([letter.to_ascii_lowercase(), letter.to_ascii_uppercase()]);
        *self.classes.entry(vec![b'[', letter]).or_insert(both)
    }

    /// Whether the backslash that was just read is an escape and not a literal one.
    pub(super) fn escape_follows(&self) -> bool {
        self.peek(0).is_some_and(|byte| byte != b'\n')
    }

    /// The rest of an escape sequence.
    pub(super) fn escape(&mut self) -> Result<u8, Fault> {
        let (value, length) = escape::expand(self.text.get(self.at..).unwrap_or_default());
        let at = self.at;
        self.at += length;
        value.ok_or_else(|| {
            self.fault_at = Some(at.saturating_sub(1));
            Fault::Symbol
        })
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    pub(super) fn text(&self) -> &'t [u8] {
        self.text
    }

    pub(super) fn fault_at(&mut self, offset: usize) {
        self.fault_at = Some(offset);
    }
}
