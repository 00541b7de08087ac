//! Strings: length, case, parts, what they consist of.

use std::rc::Rc;

use super::results::{MAX_STRING, without_zeros};
use crate::value::{Text, Value};
use crate::vm::{Raise, Vm, natives};

/// What C's `isspace` takes as blank.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

/// How many bytes must be added for a width, with an error where the result would be huge.
fn missing(length: usize, width: u64) -> Result<usize, Raise> {
    match usize::try_from(width) {
        Ok(width) if width <= MAX_STRING => Ok(width.saturating_sub(length)),
        _ => Err(Raise::error("string would be too long")),
    }
}

/// The one byte of a fill string; otherwise an error is reported.
fn fill_byte(vm: &mut Vm, fill: &Text, native: &str) -> Option<u8> {
    let fill = match fill.as_bytes() {
        [_] => without_zeros(vm, fill).first().copied(),
        _ => None,
    };
    if fill.is_none() {
        vm.error_without_place(format!("Fill string passed to {native}() must be a single character"));
    }
    fill
}

/// `count` times `fill` in front.
fn justified_right(text: &[u8], count: usize, fill: u8) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len() + count);
    result.resize(count, fill);
    result.extend_from_slice(text);
    result
}

/// Whether all of a string that is not empty is of a class.
fn consists_of(vm: &mut Vm, text: &Text, class: impl Fn(&u8) -> bool) -> bool {
    let bytes = without_zeros(vm, text);
    !bytes.is_empty() && bytes.iter().all(class)
}

natives! {
    /// Gives the number of bytes in `s`.
    #[example("byte_len(\"abc\")", "3")]
    fn "byte_len" = "function(s: string): count";
    |_vm, s: Rc<Text>| -> u64 {
        Ok(s.as_bytes().len() as u64)
    }

    /// Gives `str` with the letters A to Z in lower case.
    #[example("to_lower(\"Abc\")", "abc")]
    fn "to_lower" = "function(str: string): string";
    |_vm, str: Rc<Text>| -> Vec<u8> {
        Ok(str.as_bytes().to_ascii_lowercase())
    }

    /// Gives `str` with the letters a to z in upper case.
    #[example("to_upper(\"Abc\")", "ABC")]
    fn "to_upper" = "function(str: string): string";
    |_vm, str: Rc<Text>| -> Vec<u8> {
        Ok(str.as_bytes().to_ascii_uppercase())
    }

    /// Gives `str` with lower case letters in upper case and the other way round.
    #[example("swap_case(\"aBc 1\")", "AbC 1")]
    fn "swap_case" = "function(str: string): string";
    |_vm, str: Rc<Text>| -> Vec<u8> {
        let swapped = |byte: &u8| if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { *byte };
        Ok(str.as_bytes().iter().map(swapped).collect())
    }

    /// Gives `str` with the first letter of each word in upper case. Spaces stand between words.
    #[example("to_title(\"bro is  good\")", "Bro Is  Good")]
    fn "to_title" = "function(str: string): string";
    |_vm, str: Rc<Text>| -> Vec<u8> {
        let mut title = str.as_bytes().to_vec();
        let mut before = b' ';
        for byte in &mut title {
            if before == b' ' {
                byte.make_ascii_uppercase();
            }
            before = *byte;
        }
        Ok(title)
    }

    /// Gives `n` bytes of `s` from position `start` on, which counts from 1; 0 counts as 1. A start behind the end
    /// gives the empty string, a negative `n` the rest of the string.
    #[example("sub_bytes(\"abcdef\", 2, 3)", "bcd")]
    #[example("sub_bytes(\"abcdef\", 0, -1)", "abcdef")]
    fn "sub_bytes" = "function(s: string, start: count, n: int): string";
    |_vm, s: Rc<Text>, start: u64, n: i64| -> Vec<u8> {
        let rest = usize::try_from(start.saturating_sub(1)).ok().and_then(|skip| s.as_bytes().get(skip..));
        let rest = rest.unwrap_or_default();
        let length = usize::try_from(n).map_or(rest.len(), |n| n.min(rest.len()));
        Ok(rest[..length].to_vec())
    }

    /// Compares byte by byte: gives a number below, equal to or above 0 as `s1` is less than, equal to or greater than
    /// `s2`. Where both have a byte at the first place that differs, the number is the difference of the two.
    #[example("strcmp(\"a\", \"ab\")", "-1")]
    #[example("strcmp(\"a\", \"a\")", "0")]
    #[example("strcmp(\"ad\", \"ab\")", "2")]
    fn "strcmp" = "function(s1: string, s2: string): int";
    |_vm, s1: Rc<Text>, s2: Rc<Text>| -> i64 {
        let differing = s1.as_bytes().iter().zip(s2.as_bytes()).find(|(a, b)| a != b);
        Ok(match differing {
            Some((a, b)) => i64::from(*a) - i64::from(*b),
            None => s1.as_bytes().len().cmp(&s2.as_bytes().len()) as i64,
        })
    }

    /// Gives the bytes of `str` in opposite order.
    #[example("reverse(\"abc\")", "cba")]
    fn "reverse" = "function(str: string): string";
    |_vm, str: Rc<Text>| -> Vec<u8> {
        Ok(str.as_bytes().iter().rev().copied().collect())
    }

    /// Gives `str` without white space at both ends.
    #[example("strip(\"  a b \")", "a b")]
    fn "strip" = "function(str: string): string";
    |_vm, str: Rc<Text>| -> Vec<u8> {
        let bytes = str.as_bytes();
        let start = bytes.iter().position(|&byte| !is_blank(byte)).unwrap_or(bytes.len());
        let end = bytes.iter().rposition(|&byte| !is_blank(byte)).map_or(start, |last| last + 1);
        Ok(bytes.get(start..end).unwrap_or_default().to_vec())
    }

    /// Gives `str` from its first byte on that is not in `chars`.
    #[example("lstrip(\"xxabx\", \"x\")", "abx")]
    fn "lstrip" = "function(str: string, chars: string &default=\" \\t\\n\\r\\v\\f\"): string";
    |_vm, str: Rc<Text>, chars: Rc<Text>| -> Vec<u8> {
        let rest = str.as_bytes().iter().skip_while(|byte| chars.as_bytes().contains(byte));
        Ok(rest.copied().collect())
    }

    /// Gives `str` up to its last byte that is not in `chars`.
    #[example("rstrip(\"xab\\n\")", "xab")]
    fn "rstrip" = "function(str: string, chars: string &default=\" \\t\\n\\r\\v\\f\"): string";
    |_vm, str: Rc<Text>, chars: Rc<Text>| -> Vec<u8> {
        let bytes = str.as_bytes();
        let end = bytes.iter().rposition(|byte| !chars.as_bytes().contains(byte)).map_or(0, |last| last + 1);
        Ok(bytes.get(..end).unwrap_or_default().to_vec())
    }

    /// Gives `str` without `sub` in front, also where it stands there several times.
    #[example("remove_prefix(\"abcabcd\", \"abc\")", "d")]
    fn "remove_prefix" = "function(str: string, sub: string): string";
    |_vm, str: Rc<Text>, sub: Rc<Text>| -> Vec<u8> {
        let mut rest = str.as_bytes();
        let sub = sub.as_bytes();
        while !sub.is_empty() && let Some(shorter) = rest.strip_prefix(sub) {
            rest = shorter;
        }
        Ok(rest.to_vec())
    }

    /// Gives `str` without `sub` at the end, also where it stands there several times.
    #[example("remove_suffix(\"dabcabc\", \"abc\")", "d")]
    fn "remove_suffix" = "function(str: string, sub: string): string";
    |_vm, str: Rc<Text>, sub: Rc<Text>| -> Vec<u8> {
        let mut rest = str.as_bytes();
        let sub = sub.as_bytes();
        while !sub.is_empty() && let Some(shorter) = rest.strip_suffix(sub) {
            rest = shorter;
        }
        Ok(rest.to_vec())
    }

    /// Gives `arg_s` as if typed at a terminal where `arg_edit_char` erases the byte before.
    #[example("edit(\"hello there\", \"e\")", "llo t")]
    fn "edit" = "function(arg_s: string, arg_edit_char: string): string";
    |vm, arg_s: Rc<Text>, arg_edit_char: Rc<Text>| -> Vec<u8> {
        if arg_edit_char.as_bytes().len() != 1 {
            vm.builtin_error_about("not exactly one edit character", &Value::String(arg_edit_char.clone()));
        }
        // The byte behind an empty string is a zero.
        let erase = arg_edit_char.as_bytes().first().copied().unwrap_or(0);
        let mut edited = Vec::with_capacity(arg_s.as_bytes().len());
        for &byte in arg_s.as_bytes() {
            if byte == erase {
                edited.pop();
            } else {
                edited.push(byte);
            }
        }
        Ok(edited)
    }

    /// Gives a string of `len` bytes that repeats `source`. As in Bro its last byte is a zero byte.
    #[example("string_fill(5, \"ab\")", "abab\\x00")]
    fn "string_fill" = "function(len: int, source: string): string";
    |_vm, len: i64, source: Rc<Text>| -> Vec<u8> {
        let length = missing(0, u64::try_from(len).unwrap_or(0))?;
        let mut filled: Vec<u8> = source.as_bytes().iter().copied().cycle().take(length).collect();
        filled.resize(length, 0);
        if let Some(last) = filled.last_mut() {
            *last = 0;
        }
        Ok(filled)
    }

    /// Gives `str` with as many `fill` behind it that it is `width` bytes long.
    #[example("ljust(\"abc\", 5, \"*\")", "abc**")]
    fn "ljust" = "function(str: string, width: count, fill: string &default=\" \"): string";
    |vm, str: Rc<Text>, width: u64, fill: Rc<Text>| -> Vec<u8> {
        let Some(fill) = fill_byte(vm, &fill, "ljust") else { return Err(Raise::null()) };
        let mut result = str.as_bytes().to_vec();
        let count = missing(result.len(), width)?;
        result.resize(result.len() + count, fill);
        Ok(result)
    }

    /// Gives `str` with as many `fill` in front that it is `width` bytes long.
    #[example("rjust(\"abc\", 5)", "  abc")]
    fn "rjust" = "function(str: string, width: count, fill: string &default=\" \"): string";
    |vm, str: Rc<Text>, width: u64, fill: Rc<Text>| -> Vec<u8> {
        let Some(fill) = fill_byte(vm, &fill, "rjust") else { return Err(Raise::null()) };
        Ok(justified_right(str.as_bytes(), missing(str.as_bytes().len(), width)?, fill))
    }

    /// Gives `str` with as many zeros in front that it is `width` bytes long.
    #[example("zfill(\"7\", 3)", "007")]
    fn "zfill" = "function(str: string, width: count): string";
    |_vm, str: Rc<Text>, width: u64| -> Vec<u8> {
        Ok(justified_right(str.as_bytes(), missing(str.as_bytes().len(), width)?, b'0'))
    }

    /// Tells whether no byte of `str` is above 127.
    #[example("is_ascii(\"abc\")", "T")]
    fn "is_ascii" = "function(str: string): bool";
    |_vm, str: Rc<Text>| -> bool {
        Ok(str.as_bytes().is_ascii())
    }

    /// Tells whether `str` consists of decimal digits, at least one.
    #[example("is_num(\"42\")", "T")]
    #[example("is_num(\"\")", "F")]
    fn "is_num" = "function(str: string): bool";
    |vm, str: Rc<Text>| -> bool {
        Ok(consists_of(vm, &str, u8::is_ascii_digit))
    }

    /// Tells whether `str` consists of letters, at least one.
    #[example("is_alpha(\"abC\")", "T")]
    fn "is_alpha" = "function(str: string): bool";
    |vm, str: Rc<Text>| -> bool {
        Ok(consists_of(vm, &str, u8::is_ascii_alphabetic))
    }

    /// Tells whether `str` consists of letters and decimal digits, at least one.
    #[example("is_alnum(\"b4\")", "T")]
    fn "is_alnum" = "function(str: string): bool";
    |vm, str: Rc<Text>| -> bool {
        Ok(consists_of(vm, &str, u8::is_ascii_alphanumeric))
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;
    use crate::value::Value;

    #[test]
    fn white_space_and_width() {
        let mut natives = Natives::new();
        let text = |text: &str| Value::string(text);
        for (input, expected) in [("", ""), (" \t\x0b", ""), (" a b\n", "a b"), ("a", "a")] {
            assert_eq!(natives.text("strip", &[text(input)]), expected);
        }
        assert_eq!(natives.text("lstrip", &[text("xxa"), text("x")]), "a");
        assert_eq!(natives.text("rstrip", &[text("xxx"), text("x")]), "");
        assert_eq!(natives.text("zfill", &[text("7"), Value::Count(3)]), "007");
        assert_eq!(natives.text("ljust", &[text("abc"), Value::Count(2), text("*")]), "abc");
        natives.refusal("ljust", &[text("a"), Value::Count(2), text("**")]);
        assert_eq!(natives.messages(), "error: Fill string passed to ljust() must be a single character\n");
        let huge = natives.refusal("rjust", &[text("a"), Value::Count(u64::MAX), text(" ")]);
        assert_eq!(huge, "string would be too long");
    }

    #[test]
    fn string_fill_ends_with_a_zero() {
        let mut natives = Natives::new();
        for (length, source, expected) in [(5, "ab", "abab\0"), (0, "a", ""), (-3, "a", ""), (2, "", "\0\0")] {
            assert_eq!(natives.text("string_fill", &[Value::Int(length), Value::string(source)]), expected);
        }
    }

    #[test]
    fn editing_erases_backwards() {
        let mut natives = Natives::new();
        assert_eq!(natives.text("edit", &[Value::string("eehello there"), Value::string("e")]), "llo t");
        assert_eq!(natives.text("edit", &[Value::string("abxc"), Value::string("xy")]), "ac");
        assert_eq!(natives.messages(), "error: not exactly one edit character\n");
    }
}
