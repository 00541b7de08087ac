//! Strings: length, case, parts, search.

use std::rc::Rc;

use crate::value::{Text, Value};
use crate::vm::{Rest, natives};

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

    /// Gives `n` bytes of `s` from position `start` on, which counts from 1; 0 counts as 1. A start behind the end
    /// gives the empty string, a negative `n` the rest of the string.
    #[example("sub_bytes(\"abcdef\", 2, 3)", "bcd")]
    fn "sub_bytes" = "function(s: string, start: count, n: int): string";
    |_vm, s: Rc<Text>, start: u64, n: i64| -> Vec<u8> {
        let rest = usize::try_from(start.saturating_sub(1)).ok().and_then(|skip| s.as_bytes().get(skip..));
        let rest = rest.unwrap_or_default();
        let length = usize::try_from(n).map_or(rest.len(), |n| n.min(rest.len()));
        Ok(rest[..length].to_vec())
    }

    /// Joins the text of any values, as `print` would show each.
    #[example("cat(1, \"a\", T)", "1aT")]
    fn "cat" = "function(va_args: any): string";
    |_vm, values: Rest| -> Value {
        let mut text = Text::default();
        for value in &values.0 {
            text.push(&value.to_text());
        }
        Ok(Value::String(Rc::new(text)))
    }
}
