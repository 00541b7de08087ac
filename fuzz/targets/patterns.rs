//! Regular expressions: any text is a pattern or refused, and searching with one agrees with itself.

use brood::pattern::Pattern;

use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "patterns", regressions: "patterns", extension: "pattern", memory: 1 << 30, generate, check };

const PIECES: &[&str] = &[
    "a",
    "b",
    "ab",
    ".",
    "\\n",
    "\\x41",
    "\\101",
    "[ab]",
    "[^a]",
    "[a-z]",
    "[[:alpha:]]",
    "[]a]",
    "[a-]",
    "\"a.b\"",
    "^",
    "$",
    "(?i:a)",
    "(?s:.)",
    "\\/",
    "\\.",
    "\\d",
    "\\w",
    "\\s",
    "{",
    "}",
    "",
    "é",
    "0",
    " ",
];

const REPEATS: &[&str] =
    &["*", "+", "?", "{2}", "{0}", "{1,3}", "{2,}", "{0,0}", "{30}", "{1,100}", "{999999}", "{,3}", "{3,1}"];

/// What separates a pattern from the text it is tried on.
const BETWEEN: &[u8] = b"\n---\n";

fn generate(dice: &mut Dice) -> Vec<u8> {
    let mut pattern = String::new();
    pieces(dice, &mut pattern, 0);
    let mut input = pattern.into_bytes();
    if dice.chance(20) {
        input = mutate::change_bytes(dice, input);
    }
    input.extend_from_slice(BETWEEN);
    let alphabet = b"aabbcAB.\n\"0 \xc3\xa9\0";
    input.extend((0..dice.few(60)).map(|_| alphabet[dice.below(alphabet.len())]));
    input
}

fn pieces(dice: &mut Dice, pattern: &mut String, depth: usize) {
    for _ in 0..=dice.few(5) {
        if depth < 5 && dice.chance(25) {
            pattern.push('(');
            pieces(dice, pattern, depth + 1);
            pattern.push(')');
        } else {
            pattern.push_str(dice.pick(PIECES));
        }
        for _ in 0..dice.few(2) {
            pattern.push_str(dice.pick(REPEATS));
        }
        if dice.chance(15) {
            pattern.push('|');
        }
    }
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let at = input.windows(BETWEEN.len()).position(|window| window == BETWEEN);
    let (pattern, text) = at.map_or((input, &b"aab\nb"[..]), |at| (&input[..at], &input[at + BETWEEN.len()..]));
    for (ignore_case, single_line) in [(false, false), (true, false), (false, true)] {
        match Pattern::parse(pattern, ignore_case, single_line) {
            Ok(pattern) => check_matches(&pattern, text)?,
            Err(error) => {
                holds(!error.reason().is_empty(), "a refusal says why", || format!("{error:?}"))?;
                let offset = error.offset();
                holds(offset <= pattern.len(), "a refusal points into the pattern", || format!("{offset}"))?;
            }
        }
    }
    Ok(())
}

fn check_matches(pattern: &Pattern, text: &[u8]) -> Result<(), Broken> {
    let shown = || String::from_utf8_lossy(&pattern.text()).into_owned();
    let again = Pattern::from_texts(pattern.exact_text(), pattern.anywhere_text());
    let Ok(again) = again else { return Err(Broken::new("a pattern's texts make it again", shown())) };
    let same = again.matches_exactly(text) == pattern.matches_exactly(text)
        && again.matches_anywhere(text) == pattern.matches_anywhere(text)
        && again.longest_prefix(text) == pattern.longest_prefix(text);
    holds(same, "a pattern made again matches the same", shown)?;
    let prefix = pattern.longest_prefix(text);
    let whole = pattern.matches_exactly(text);
    holds(!whole || prefix.is_some(), "what matches a whole text matches its beginning", shown)?;
    let mut end = 0;
    for (from, to) in pattern.find_all(text).take(1000) {
        holds(end <= from && from <= to && to <= text.len(), "matches are in order", shown)?;
        end = to;
    }
    if let Some((from, to)) = pattern.find_first(text) {
        holds(pattern.longest_prefix(&text[from..]) == Some(to - from), "a match is the longest one", shown)?;
    }
    let kept: Vec<u8> = pattern.split(text, true, 0).flatten().copied().collect();
    holds(kept == text, "parts and separators are the text", shown)?;
    let _ = pattern.substitute(text, b"x&", true);
    let _ = pattern.or(&again).map(|both| both.matches_anywhere(text));
    let _ = pattern.and(&again).map(|both| both.matches_anywhere(text));
    Ok(())
}
