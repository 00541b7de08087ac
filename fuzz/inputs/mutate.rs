//! Scripts with something done to them: bytes, tokens and files changed, cut and joined.

use brood::source::FileId;
use brood::syntax::lexer::Lexer;
use brood::syntax::token::FIXED;

use super::corpus;
use super::dice::Dice;

/// No input is longer: there are enough short ones.
const LONGEST: usize = 20_000;

/// What has broken lexers before: ends, escapes, brackets, almost-tokens.
const ODD: &[&[u8]] = &[
    b"\0",
    b"\r",
    b"\n",
    b"\xff",
    b"\xc3",
    "é".as_bytes(),
    "\u{feff}".as_bytes(),
    b"\\",
    b"\"",
    b"/",
    b"'",
    b"@",
    b"@if ( T )\n",
    b"@if ( F )\n",
    b"@if (",
    b"@else\n",
    b"@endif\n",
    b"@ifdef ( x )\n",
    b"@load ./x\n",
    b"@DIR",
    b"@",
    b"##<",
    b"## x\n",
    b"#",
    b"[::",
    b"[::1]",
    b"1.2.3.4/",
    b"1e999",
    b"18446744073709551616",
    b"0x",
    b"1.",
    b"65536/tcp",
    b"/a",
    b"/[/]/",
    b"\"\\x",
    b"export {",
    b"}",
    b"{",
    b"(",
    b")",
    b"[",
    b"]",
    b";",
    b"|",
    b"&",
    b"$",
    b"?$",
    b"::",
    b"a::",
    b"&default=",
    b"&log",
    b"module x;",
    b"function f() {",
    b"event bro_init() {",
    b"redef record x += {",
    b"when (",
    b"timeout",
    b"switch",
];

/// A script from the corpus, changed a little or much.
pub(crate) fn mutated(dice: &mut Dice) -> Vec<u8> {
    let mut text = corpus::piece(dice);
    if dice.chance(20) {
        let other = corpus::piece(dice);
        text = splice(dice, &text, &other);
    }
    change(dice, text)
}

/// Changes a text: mostly few times.
pub(crate) fn change(dice: &mut Dice, mut text: Vec<u8>) -> Vec<u8> {
    for _ in 0..dice.few(8) {
        text = if dice.chance(40) { change_bytes(dice, text) } else { change_tokens(dice, &text) };
        text.truncate(LONGEST);
    }
    text
}

/// The beginning of one text and the end of another.
fn splice(dice: &mut Dice, first: &[u8], second: &[u8]) -> Vec<u8> {
    let (end, start) = (dice.below(first.len() + 1), dice.below(second.len() + 1));
    [&first[..end], &second[start..]].concat()
}

pub(crate) fn change_bytes(dice: &mut Dice, mut text: Vec<u8>) -> Vec<u8> {
    let range = dice.range(text.len());
    match dice.below(7) {
        0 if !text.is_empty() => {
            let at = dice.below(text.len());
            text[at] ^= 1 << dice.below(8);
        }
        1 if !text.is_empty() => {
            let at = dice.below(text.len());
            text[at] = dice.byte();
        }
        2 => drop(text.drain(range)),
        3 => {
            let again = text[range.clone()].to_vec();
            text.splice(range.end..range.end, again);
        }
        4 => text.truncate(range.end),
        5 => text.reverse(),
        _ => {
            let odd = ODD[dice.below(ODD.len())];
            text.splice(range.start..range.start, odd.iter().copied());
        }
    }
    text
}

/// Where tokens stand, and what is between them.
fn change_tokens(dice: &mut Dice, text: &[u8]) -> Vec<u8> {
    let spans = Lexer::new(FileId(0), text).filter_map(Result::ok).map(|(_, span)| span);
    let spans: Vec<_> = spans.map(|span| span.start as usize..span.end as usize).collect();
    if spans.is_empty() {
        return text.to_vec();
    }
    let any = |dice: &mut Dice| spans[dice.below(spans.len())].clone();
    let (one, other) = (any(dice), any(dice));
    let (first, second) = if one.start <= other.start { (one, other) } else { (other, one) };
    match dice.below(8) {
        // One token is gone.
        0 => [&text[..first.start], &text[first.end..]].concat(),
        // Twice.
        1 => [&text[..first.end], b" ", &text[first.clone()], &text[first.end..]].concat(),
        // In place of another.
        2 => [&text[..first.start], &text[second.clone()], &text[first.end..]].concat(),
        // Exchanged.
        3 if first.end <= second.start => [
            &text[..first.start],
            &text[second.clone()],
            &text[first.end..second.start],
            &text[first.clone()],
            &text[second.end..],
        ]
        .concat(),
        // Many times: brackets and operators nest.
        4 => {
            let many = [&text[first.clone()], b" "].concat().repeat(dice.few(2000));
            [&text[..first.start], &many, &text[first.end..]].concat()
        }
        // Everything between two of them is gone, or there twice.
        5 => [&text[..first.start], &text[second.start..]].concat(),
        6 => [&text[..second.end], b" ", &text[first.start..]].concat(),
        // A word that belongs anywhere else.
        _ => {
            let word = FIXED[dice.below(FIXED.len())].0.as_bytes();
            [&text[..first.start], word, b" ", &text[first.start..]].concat()
        }
    }
}
