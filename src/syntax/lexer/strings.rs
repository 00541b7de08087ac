//! String constants and pattern constants.

use std::rc::Rc;

use super::LexErrorKind;
use crate::syntax::token::PatternText;

/// A constant and how many bytes of the text it took.
pub(super) struct Scanned<T> {
    pub(super) value: Result<T, LexErrorKind>,
    pub(super) length: usize,
}

/// Reads a string constant whose opening quote stands before `rest`.
pub(super) fn scan(rest: &[u8]) -> Scanned<Rc<[u8]>> {
    // Most strings have no escapes: find the end first and copy once.
    let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n' | 0)).unwrap_or(rest.len());
    if rest.get(plain) == Some(&b'"') {
        return Scanned { value: Ok(rest[..plain].into()), length: plain + 1 };
    }
    let mut value = rest[..plain].to_vec();
    let mut position = plain;
    let mut has_nul = false;
    loop {
        match rest.get(position) {
            Some(b'"') => {
                let value = if has_nul { Err(LexErrorKind::NulInString) } else { Ok(value.into()) };
                return Scanned { value, length: position + 1 };
            }
            Some(b'\\') if !matches!(rest.get(position + 1), None | Some(b'\n')) => {
                let (byte, length) = escape(&rest[position + 1..]);
                value.push(byte);
                position += 1 + length;
            }
            None | Some(b'\n' | b'\\') => {
                let length = line_end(rest, position);
                return Scanned { value: Err(LexErrorKind::UnterminatedString), length };
            }
            Some(&byte) => {
                has_nul |= byte == 0;
                value.push(byte);
                position += 1;
            }
        }
    }
}

/// What a string constant without its closing quote most likely holds: the rest of its line but for what closes and
/// ends things there.
pub(super) fn likely_text(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !b" \t\r,;)]}".contains(byte)).map_or(0, |last| last + 1);
    line.get(..end).unwrap_or(line)
}

/// A text in single or typographic quotes, from the opening one on: what it holds, and the length of all. Both quotes
/// stand on one line, and nothing between them that a name would not have.
pub(super) fn wrongly_quoted(text: &[u8]) -> Option<(&[u8], usize)> {
    const QUOTES: [&[u8]; 5] =
        [b"'", "\u{2018}".as_bytes(), "\u{2019}".as_bytes(), "\u{201c}".as_bytes(), "\u{201d}".as_bytes()];
    let quote_at = |text: &[u8]| QUOTES.iter().find(|quote| text.starts_with(quote)).map(|quote| quote.len());
    let opening = quote_at(text)?;
    let inside = text.get(opening..)?;
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !b"'\"\\".contains(byte) || *byte == b' ';
    let length = inside.iter().take(MOST_QUOTED).take_while(|byte| is_plain(byte)).count();
    let closing = quote_at(inside.get(length..)?)?;
    Some((inside.get(..length)?, opening + length + closing))
}

/// Longer texts in wrong quotes are not put right.
const MOST_QUOTED: usize = 200;

/// The byte that an escape stands for and its length behind the backslash. `text` is not empty.
pub(crate) fn escape(text: &[u8]) -> (u8, usize) {
    match text.first().copied().unwrap_or(b'\\') {
        b'b' => (8, 1),
        b'f' => (12, 1),
        b'n' => (b'\n', 1),
        b'r' => (b'\r', 1),
        b't' => (b'\t', 1),
        b'a' => (7, 1),
        b'v' => (11, 1),
        b'0'..=b'7' => {
            // Up to three digits are taken, of which Bro evaluates the octal ones.
            let taken = text.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
            let value = text[..taken]
                .iter()
                .take_while(|&&byte| byte < b'8')
                .fold(0_u32, |value, byte| value * 8 + u32::from(byte - b'0'));
            (value as u8, taken)
        }
        b'x' => {
            let digits = text[1..].iter().take(2).take_while(|byte| byte.is_ascii_hexdigit());
            let (value, taken) = digits.fold((0, 0), |(value, taken), &byte| {
                (value * 16 + (byte as char).to_digit(16).unwrap_or(0), taken + 1)
            });
            (value as u8, taken + 1)
        }
        other => (other, 1),
    }
}

/// Reads a pattern constant whose opening slash stands before `rest`.
pub(super) fn scan_pattern(rest: &[u8]) -> Scanned<PatternText> {
    let mut position = 0;
    loop {
        match rest.get(position) {
            Some(b'/') => break,
            Some(b'\\') if !matches!(rest.get(position + 1), None | Some(b'\n')) => position += 2,
            None | Some(b'\n' | b'\\') => {
                let length = line_end(rest, position);
                return Scanned { value: Err(LexErrorKind::UnterminatedPattern), length };
            }
            Some(_) => position += 1,
        }
    }
    let flags = rest[position + 1..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let flags = &rest[position + 1..=position + flags];
    let (flags, taken) = if flags.len() <= 2 && flags.iter().all(|flag| b"is".contains(flag)) {
        (flags, flags.len())
    } else {
        (&[][..], 0)
    };
    let length = position + 1 + taken;
    if position == 0 {
        return Scanned { value: Err(LexErrorKind::EmptyPattern), length };
    }
    let pattern = PatternText {
        text: rest[..position].into(),
        ignore_case: flags.contains(&b'i'),
        single_line: flags.contains(&b's'),
    };
    Scanned { value: Ok(pattern), length }
}

/// Where the line ends: a constant without its end takes the rest of it, so that one mistake is one message.
fn line_end(rest: &[u8], from: usize) -> usize {
    rest[from..].iter().position(|&byte| byte == b'\n').map_or(rest.len(), |length| from + length)
}
