//! What the generated automaton calls for tokens that carry a value.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

use logos::{Filter, Lexer};

use super::{LexErrorKind, strings};
use crate::source::Symbol;
use crate::syntax::ast::Protocol;
use crate::syntax::token::{Directive, DocComment, DocPlace, Token};

/// What the automaton carries along.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// A mistake in a token that nevertheless has a value; the lexer reports it before the token.
    pub(super) complaint: Option<LexErrorKind>,
}

type Automaton<'s> = Lexer<'s, Token>;

/// The token's text. All tokens that reach here through [`str`] are ASCII by their expressions.
fn text<'s>(lexer: &Automaton<'s>) -> &'s str {
    std::str::from_utf8(lexer.slice()).unwrap_or("")
}

pub(in crate::syntax) fn identifier(lexer: &mut Automaton<'_>) -> Symbol {
    let text = text(lexer);
    match text.strip_prefix("::") {
        Some(global) if !global.contains("::") => Symbol::new(&format!("GLOBAL::{global}")),
        _ => Symbol::new(text),
    }
}

/// Saturates like `strtoull`.
pub(in crate::syntax) fn count(lexer: &mut Automaton<'_>) -> u64 {
    text(lexer).parse().unwrap_or(u64::MAX)
}

pub(in crate::syntax) fn hexadecimal(lexer: &mut Automaton<'_>) -> u64 {
    u64::from_str_radix(&text(lexer)[2..], 16).unwrap_or(u64::MAX)
}

pub(in crate::syntax) fn double(lexer: &mut Automaton<'_>) -> f64 {
    text(lexer).parse().unwrap_or(f64::INFINITY)
}

pub(in crate::syntax) fn interval(lexer: &mut Automaton<'_>) -> f64 {
    let text = text(lexer);
    // The unit starts at the last letter run; an exponent's letter has a digit behind it.
    let unit_start = text.rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |index| index + 1);
    let (number, unit) = text.split_at(unit_start);
    let number: f64 = number.trim_end().parse().unwrap_or(f64::INFINITY);
    let seconds = match unit.trim_end_matches('s') {
        "day" => 86_400.0,
        "hr" => 3_600.0,
        "min" => 60.0,
        "msec" => 1e-3,
        "usec" => 1e-6,
        _ => 1.0,
    };
    number * seconds
}

pub(in crate::syntax) fn port(lexer: &mut Automaton<'_>) -> (u16, Protocol) {
    let text = text(lexer);
    let (digits, protocol) = text.split_once('/').unwrap_or((text, ""));
    let (protocol, limit) = match protocol {
        "tcp" => (Protocol::Tcp, u64::from(u16::MAX)),
        "udp" => (Protocol::Udp, u64::from(u16::MAX)),
        "icmp" => (Protocol::Icmp, 255),
        _ => (Protocol::Unknown, 255),
    };
    let number = digits.parse().unwrap_or(u64::MAX);
    if number > limit {
        lexer.extras.complaint = Some(LexErrorKind::BadPort(text.into()));
        return (0, protocol);
    }
    (number as u16, protocol)
}

pub(in crate::syntax) fn address(lexer: &mut Automaton<'_>) -> IpAddr {
    let text = text(lexer);
    v4(text).unwrap_or_else(|| {
        lexer.extras.complaint = Some(LexErrorKind::BadAddress(text.into()));
        IpAddr::V6(Ipv6Addr::UNSPECIFIED)
    })
}

pub(in crate::syntax) fn subnet(lexer: &mut Automaton<'_>) -> (IpAddr, u8) {
    let text = text(lexer);
    let (address, width) = text.split_once('/').unwrap_or((text, ""));
    let address = address.trim_end();
    let width = width.trim_start().parse().unwrap_or(u8::MAX);
    let address = v4(address).unwrap_or_else(|| {
        lexer.extras.complaint = Some(LexErrorKind::BadAddress(address.into()));
        IpAddr::V6(Ipv6Addr::UNSPECIFIED)
    });
    (address, width)
}

/// Four decimal numbers, leading zeros allowed, as Bro reads them.
fn v4(text: &str) -> Option<IpAddr> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?.trim_start_matches('0');
        *octet = if part.is_empty() { 0 } else { part.parse().ok()? };
    }
    Some(IpAddr::V4(Ipv4Addr::from(octets)))
}

pub(in crate::syntax) fn string(lexer: &mut Automaton<'_>) -> Result<Rc<[u8]>, LexErrorKind> {
    let rest = lexer.remainder();
    let scanned = strings::scan(rest);
    if let Err(LexErrorKind::UnterminatedString) = scanned.value {
        let line = rest.get(..scanned.length).unwrap_or(rest);
        let text = strings::likely_text(line);
        lexer.extras.complaint = Some(LexErrorKind::UnterminatedString);
        lexer.bump(text.len());
        return Ok(text.into());
    }
    lexer.bump(scanned.length);
    scanned.value
}

/// Ordinary comments vanish here, with all blanks and comments behind them: the automaton may take some stack for each
/// thing that it skips.
pub(in crate::syntax) fn comment(lexer: &mut Automaton<'_>) -> Filter<Box<DocComment>> {
    let rest = lexer.remainder();
    let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    let line = &rest[..length];
    lexer.bump(length);
    let Some(line) = line.strip_prefix(b"#") else {
        skip_more(lexer);
        return Filter::Skip;
    };
    let (place, line) = match line.first() {
        Some(b'#') => {
            skip_more(lexer);
            return Filter::Skip;
        }
        Some(b'!') => (DocPlace::Script, &line[1..]),
        Some(b'<') => (DocPlace::Previous, &line[1..]),
        _ => (DocPlace::Next, line),
    };
    let line = line.strip_prefix(b" ").unwrap_or(line).trim_ascii_end();
    Filter::Emit(Box::new(DocComment { place, text: String::from_utf8_lossy(line).into() }))
}

/// Passes over blanks and ordinary comments.
pub(in crate::syntax) fn skip_more(lexer: &mut Automaton<'_>) {
    let mut rest = lexer.remainder();
    loop {
        rest = match rest {
            [b' ' | b'\t' | b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => rest,
            line @ [b'#', ..] if !line.starts_with(b"##") || line.starts_with(b"###") => {
                &line[line.iter().position(|&byte| byte == b'\n').unwrap_or(line.len())..]
            }
            _ => break,
        }
    }
    lexer.bump(lexer.remainder().len() - rest.len());
}

pub(in crate::syntax) fn directive(lexer: &mut Automaton<'_>) -> Result<Directive, LexErrorKind> {
    let rest = lexer.remainder();
    let length = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_".contains(byte)));
    let (name, rest) = rest.split_at(length.unwrap_or(rest.len()));
    let mut taken = name.len();
    let result = match name {
        b"if" => Ok(Directive::If),
        b"ifdef" => Ok(Directive::IfDef),
        b"ifndef" => Ok(Directive::IfNDef),
        b"else" => Ok(Directive::Else),
        b"endif" => Ok(Directive::EndIf),
        b"DIR" => Ok(Directive::Dir),
        b"FILENAME" => Ok(Directive::FileName),
        b"DEBUG" => Ok(Directive::Debug),
        b"load" => word(rest, &mut taken, "@load").map(Directive::Load),
        b"load-sigs" => word(rest, &mut taken, "@load-sigs").map(Directive::LoadSigs),
        b"load-plugin" => word(rest, &mut taken, "@load-plugin").map(Directive::LoadPlugin),
        b"unload" => word(rest, &mut taken, "@unload").map(Directive::Unload),
        b"prefixes" => prefixes(rest, &mut taken),
        b"pragma" => Ok(Directive::Pragma(line(rest, &mut taken))),
        b"deprecated" => Ok(Directive::Deprecated(line(rest, &mut taken))),
        _ => {
            line(rest, &mut taken);
            Err(LexErrorKind::UnknownDirective(String::from_utf8_lossy(name).into()))
        }
    };
    lexer.bump(taken);
    result
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| b" \t".contains(byte)).count()
}

/// One word behind blanks.
fn word(rest: &[u8], taken: &mut usize, directive: &'static str) -> Result<Rc<str>, LexErrorKind> {
    let start = blanks(rest);
    let word = &rest[start..];
    let length = word.iter().position(|byte| b" \t\r\n".contains(byte)).unwrap_or(word.len());
    if start == 0 || length == 0 {
        return Err(LexErrorKind::MissingArgument(directive));
    }
    *taken += start + length;
    Ok(String::from_utf8_lossy(&word[..length]).into())
}

fn prefixes(rest: &[u8], taken: &mut usize) -> Result<Directive, LexErrorKind> {
    let error = LexErrorKind::MissingArgument("@prefixes");
    let start = blanks(rest);
    let (append, sign) = match rest.get(start..) {
        Some([b'+', b'=', ..]) => (true, 2),
        Some([b'=', ..]) => (false, 1),
        _ => return Err(error),
    };
    *taken += start + sign;
    let rest = &rest[start + sign..];
    let start = blanks(rest);
    let word = &rest[start..];
    let length = word.iter().position(|byte| b" \t\r\n".contains(byte)).unwrap_or(word.len());
    *taken += start + length;
    let prefixes = String::from_utf8_lossy(&word[..length]).into();
    Ok(if append { Directive::AddPrefixes(prefixes) } else { Directive::SetPrefixes(prefixes) })
}

/// The rest of the line without blanks around it.
fn line(rest: &[u8], taken: &mut usize) -> Rc<str> {
    let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    *taken += length;
    String::from_utf8_lossy(rest[..length].trim_ascii()).into()
}
