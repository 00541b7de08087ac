//! Character classes: `[a-z]`, `[^[:space:]]`.

use super::byteset::ByteSet;
use super::error::Fault;
use super::parser::Parser;

/// What the scanner makes of the next part of a class.
enum Part {
    Byte(u8),
    Dash,
    Named(ByteSet),
    Close,
}

impl Parser<'_> {
    /// Whether the bracket that was just read opens a class; a lone one is literal.
    pub(super) fn class_follows(&self) -> bool {
        match self.peek(0) {
            None | Some(b'\n') => false,
            Some(b'\\') => self.peek(1).is_some_and(|byte| byte != b'\n'),
            Some(_) => true,
        }
    }

    /// The rest of a class whose opening bracket has been read.
    pub(super) fn class(&mut self) -> Result<ByteSet, Fault> {
        let open = self.at - 1;
        let end = self.class_text_end();
        let key = self.text().get(open..end).unwrap_or_default();
        if let Some(&known) = self.classes.get(key) {
            self.at = end;
            if self.peek(0) != Some(b']') {
                return Err(Fault::Class);
            }
            self.at += 1;
            return Ok(known);
        }
        let set = self.class_parts()?;
        self.classes.insert(key.to_vec(), set);
        Ok(set)
    }

    /// Where the text by which the class is known ends. It ends at the first closing bracket that is neither the very first
    /// byte, nor escaped, nor part of a named class; `[^]a]` is therefore known as `[^`.
    fn class_text_end(&self) -> usize {
        let text = self.text();
        let mut at = self.at;
        loop {
            let rest = text.get(at..).unwrap_or_default();
            match rest {
                [] | [b'\n', ..] | [b'\\'] | [b'\\', b'\n', ..] => return at,
                [b']', ..] if at > self.at => return at,
                [b'\\', ..] => at += 2,
                _ => at += named_length(rest).unwrap_or(1),
            }
        }
    }

    fn class_parts(&mut self) -> Result<ByteSet, Fault> {
        let mut first = true;
        let negated = self.peek(0) == Some(b'^') && self.peek(1).is_some_and(|byte| byte != b'\n');
        if negated {
            self.at += 1;
            // A dash or a closing bracket right after is literal as at the very start; anything else is not special anyway.
            first = matches!(self.peek(0), Some(b'-' | b']'));
        }
        let mut set = ByteSet::EMPTY;
        let mut pending = None;
        loop {
            let part_at = self.at;
            match self.part(std::mem::replace(&mut first, false))? {
                Part::Close => break,
                Part::Named(named) => {
                    self.add(&mut set, pending.take());
                    set = set.union(named);
                }
                Part::Byte(byte) => {
                    self.add(&mut set, pending.replace(byte));
                }
                Part::Dash => {
                    let end_at = self.at;
                    match (pending.take(), self.part(false)?) {
                        (Some(low), Part::Byte(high)) => {
                            let range = self.range(low, high);
                            if range.is_err() {
                                self.fault_at(part_at.saturating_sub(1));
                            }
                            set = set.union(range?);
                        }
                        (None, _) => {
                            self.fault_at(part_at);
                            return Err(Fault::Syntax("range without a first character"));
                        }
                        (Some(_), _) => {
                            self.fault_at(end_at);
                            return Err(Fault::Syntax("range without a last character"));
                        }
                    }
                }
            }
        }
        self.add(&mut set, pending);
        Ok(if negated { set.complement() } else { set })
    }

    /// The next part; at the start of a class `-` and `]` are literal.
    fn part(&mut self, first: bool) -> Result<Part, Fault> {
        let rest = self.text().get(self.at..).unwrap_or_default();
        if let Some(length) = named_length(rest) {
            let name = rest.get(2..length - 2).unwrap_or_default();
            let set = named(name, self.ignore_case).ok_or_else(|| {
                self.fault_at(self.at);
                Fault::ClassExpression
            })?;
            self.at += length;
            return Ok(Part::Named(set));
        }
        let Some(&byte) = rest.first().filter(|&&byte| byte != b'\n') else {
            return Err(Fault::Syntax("character class is not closed"));
        };
        self.at += 1;
        Ok(match byte {
            b'\\' if self.escape_follows() => Part::Byte(self.escape()?),
            b']' if !first => Part::Close,
            b'-' if !first && self.peek(0).is_some_and(|next| next != b']' && next != b'\n') => Part::Dash,
            _ => Part::Byte(byte),
        })
    }

    fn add(&self, set: &mut ByteSet, byte: Option<u8>) {
        if let Some(byte) = byte {
            set.insert(byte);
            if self.ignore_case {
                set.insert(byte.to_ascii_lowercase());
                set.insert(byte.to_ascii_uppercase());
            }
        }
    }

    fn range(&self, low: u8, high: u8) -> Result<ByteSet, Fault> {
        if low > high {
            return Err(Fault::NegativeRange);
        }
        if !self.ignore_case || !(low.is_ascii_alphabetic() || high.is_ascii_alphabetic()) {
            return Ok(ByteSet::of(low..=high));
        }
        let same_case = low.is_ascii_lowercase() && high.is_ascii_lowercase()
            || low.is_ascii_uppercase() && high.is_ascii_uppercase();
        if !same_case {
            return Err(Fault::AmbiguousRange);
        }
        let lower = low.to_ascii_lowercase()..=high.to_ascii_lowercase();
        Ok(ByteSet::of(lower.flat_map(|byte| [byte, byte.to_ascii_uppercase()])))
    }
}

/// The length of the named class that `rest` starts with, known or not.
fn named_length(rest: &[u8]) -> Option<usize> {
    let name = rest.strip_prefix(b"[:")?;
    let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    (letters > 0 && name.get(letters..letters + 2) == Some(b":]")).then_some(letters + 4)
}

fn named(name: &[u8], ignore_case: bool) -> Option<ByteSet> {
    let holds: fn(&u8) -> bool = match name.to_ascii_lowercase().as_slice() {
        b"alnum" => u8::is_ascii_alphanumeric,
        b"alpha" => u8::is_ascii_alphabetic,
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => u8::is_ascii_control,
        b"digit" => u8::is_ascii_digit,
        b"graph" => u8::is_ascii_graphic,
        b"print" => |byte| byte.is_ascii_graphic() || *byte == b' ',
        b"punct" => u8::is_ascii_punctuation,
        b"space" => |byte| matches!(byte, b' ' | b'\t'..=b'\r'),
        b"xdigit" => u8::is_ascii_hexdigit,
        b"lower" | b"upper" if ignore_case => u8::is_ascii_alphabetic,
        b"lower" => u8::is_ascii_lowercase,
        b"upper" => u8::is_ascii_uppercase,
        _ => return None,
    };
    Some(ByteSet::of((0..=127).filter(holds)))
}
