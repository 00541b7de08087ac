//! Strings: what is in them, at which place, and something else instead.

use std::rc::Rc;

use memchr::memmem;

use super::reporter::{net_weird, setting};
use super::results::{MAX_STRING, string_array, string_set, string_vector};
use crate::pattern::Pattern;
use crate::value::{TableObject, Text, VectorObject};
use crate::vm::{Raise, Vm, natives};

/// Where `sub` begins between `start` and `end` as `find_str` counts: -1 is no place, as a result and for an end.
fn find(vm: &mut Vm, str: &Text, sub: &Text, range: (u64, i64), last: bool, case_sensitive: bool) -> i64 {
    let (start, end) = range;
    let length = str.as_bytes().len();
    let Some(skip) = usize::try_from(start).ok().filter(|&start| start <= length) else { return -1 };
    if end != -1 && end < start as i64 {
        vm.error_without_place("find_str: end position must be greater than start position");
        return -1;
    }
    let end = usize::try_from(end).map_or(length, |end| end.min(length));
    if (end + 1).saturating_sub(skip) < sub.as_bytes().len() {
        return -1;
    }
    // Bro takes the end as a length from the start on.
    let part = str.as_bytes().get(skip..(skip + end).min(length)).unwrap_or_default();
    let place = |part: &[u8], sub: &[u8]| if last { memmem::rfind(part, sub) } else { memmem::find(part, sub) };
    let found = if case_sensitive {
        place(part, sub.as_bytes())
    } else {
        place(&part.to_ascii_lowercase(), &sub.as_bytes().to_ascii_lowercase())
    };
    found.map_or(-1, |place| (place + skip) as i64)
}

/// Whether a text is too long to look for all matches; Zeek reports that as a weird.
fn exceeds(vm: &mut Vm, text: &Text, limit: i64) -> bool {
    let length = text.as_bytes().len();
    let limit = if limit >= 0 { limit } else { setting(vm, "max_find_all_string_length") };
    if limit <= 0 || length as i64 <= limit {
        return false;
    }
    net_weird(vm, "max_find_all_string_length_exceeded");
    true
}

fn matches<'t>(re: &Pattern, text: &'t Text) -> impl Iterator<Item = &'t [u8]> {
    re.find_all(text.as_bytes()).map(|(start, end)| text.as_bytes().get(start..end).unwrap_or_default())
}

/// `sub` and `gsub`, with an error where the result would be huge.
fn substitute(text: &Text, re: &Pattern, replacement: &Text, all: bool) -> Result<Vec<u8>, Raise> {
    let (text, replacement) = (text.as_bytes(), replacement.as_bytes());
    let length = |matches: usize| matches.saturating_mul(replacement.len()).saturating_add(text.len());
    if all && length(text.len()) > MAX_STRING && length(re.split(text, false, 0).count()) > MAX_STRING {
        return Err(Raise::error("string would be too long"));
    }
    Ok(re.substitute(text, replacement, all).into_owned())
}

natives! {
    /// Gives the place where `little` first stands in `big`, counted from 1; 0 where it does not.
    #[example("strstr(\"abcbc\", \"bc\")", "2")]
    fn "strstr" = "function(big: string, little: string): count";
    |_vm, big: Rc<Text>, little: Rc<Text>| -> u64 {
        Ok(memmem::find(big.as_bytes(), little.as_bytes()).map_or(0, |place| place as u64 + 1))
    }

    /// Gives the place where `sub` first stands in `str`, counted from 0; -1 where it does not. The search begins at
    /// `start` and ends at `end`, where -1 means the end of the string.
    #[example("find_str(\"abcbc\", \"bc\")", "1")]
    #[example("find_str(\"abcBC\", \"bc\", 2, -1, F)", "3")]
    fn "find_str" = "function(str: string, sub: string, start: count &default=0, end: int &default=-1, \
        case_sensitive: bool &default=T): int";
    |vm, str: Rc<Text>, sub: Rc<Text>, start: u64, end: i64, case_sensitive: bool| -> i64 {
        Ok(find(vm, &str, &sub, (start, end), false, case_sensitive))
    }

    /// Gives the place where `sub` last stands in `str`. Otherwise like `find_str`.
    #[example("rfind_str(\"abcbc\", \"bc\")", "3")]
    fn "rfind_str" = "function(str: string, sub: string, start: count &default=0, end: int &default=-1, \
        case_sensitive: bool &default=T): int";
    |vm, str: Rc<Text>, sub: Rc<Text>, start: u64, end: i64, case_sensitive: bool| -> i64 {
        Ok(find(vm, &str, &sub, (start, end), true, case_sensitive))
    }

    /// Tells whether `sub` stands at the beginning of `str`.
    #[example("starts_with(\"abc\", \"ab\")", "T")]
    fn "starts_with" = "function(str: string, sub: string): bool";
    |_vm, str: Rc<Text>, sub: Rc<Text>| -> bool {
        Ok(str.as_bytes().starts_with(sub.as_bytes()))
    }

    /// Tells whether `sub` stands at the end of `str`.
    #[example("ends_with(\"abc\", \"bc\")", "T")]
    fn "ends_with" = "function(str: string, sub: string): bool";
    |_vm, str: Rc<Text>, sub: Rc<Text>| -> bool {
        Ok(str.as_bytes().ends_with(sub.as_bytes()))
    }

    /// Gives how often `sub` stands in `str` without overlap. The empty string is at every place.
    #[example("count_substr(\"aaaa\", \"aa\")", "2")]
    fn "count_substr" = "function(str: string, sub: string): count";
    |_vm, str: Rc<Text>, sub: Rc<Text>| -> u64 {
        Ok(memmem::find_iter(str.as_bytes(), sub.as_bytes()).count() as u64)
    }

    /// Gives `s` with `to` in place of every `from`.
    #[example("subst_string(\"a.b.c\", \".\", \"::\")", "a::b::c")]
    fn "subst_string" = "function(s: string, from: string, to: string): string";
    |_vm, s: Rc<Text>, from: Rc<Text>, to: Rc<Text>| -> Rc<Text> {
        let from = from.as_bytes();
        if from.is_empty() {
            return Ok(s);
        }
        let bytes = s.as_bytes();
        let mut result = Vec::with_capacity(bytes.len());
        let mut copied = 0;
        for place in memmem::find_iter(bytes, from) {
            result.extend_from_slice(bytes.get(copied..place).unwrap_or_default());
            result.extend_from_slice(to.as_bytes());
            copied = place + from.len();
            if result.len() > MAX_STRING {
                return Err(Raise::error("string would be too long"));
            }
        }
        result.extend_from_slice(bytes.get(copied..).unwrap_or_default());
        Ok(Rc::new(result.into()))
    }

    /// Gives `str` with `repl` in place of the first match of `re`.
    #[example("sub(\"aXbX\", /X/, \"-\")", "a-bX")]
    fn "sub" = "function(str: string, re: pattern, repl: string): string";
    |_vm, str: Rc<Text>, re: Rc<Pattern>, repl: Rc<Text>| -> Vec<u8> {
        substitute(&str, &re, &repl, false)
    }

    /// Gives `str` with `repl` in place of every match of `re`.
    #[example("gsub(\"a12b3\", /[0-9]+/, \"#\")", "a#b#")]
    fn "gsub" = "function(str: string, re: pattern, repl: string): string";
    |_vm, str: Rc<Text>, re: Rc<Pattern>, repl: Rc<Text>| -> Vec<u8> {
        substitute(&str, &re, &repl, true)
    }

    /// Gives the parts of `str` between the matches of `re`, numbered from 1.
    #[example("split(\"a-b\", /-/)[2]", "b")]
    fn "split" = "function(str: string, re: pattern): string_array &deprecated";
    |_vm, str: Rc<Text>, re: Rc<Pattern>| -> Rc<TableObject> {
        Ok(string_array(re.split(str.as_bytes(), false, 0)))
    }

    /// Gives the parts of `str` before and behind the first match of `re`, numbered from 1.
    #[example("split1(\"a-b-c\", /-/)[2]", "b-c")]
    fn "split1" = "function(str: string, re: pattern): string_array &deprecated";
    |_vm, str: Rc<Text>, re: Rc<Pattern>| -> Rc<TableObject> {
        Ok(string_array(re.split(str.as_bytes(), false, 1)))
    }

    /// Gives the parts of `str` between the matches of `re` and the matches themselves, numbered from 1.
    #[example("split_all(\"a--b\", /-+/)[2]", "--")]
    fn "split_all" = "function(str: string, re: pattern): string_array &deprecated";
    |_vm, str: Rc<Text>, re: Rc<Pattern>| -> Rc<TableObject> {
        Ok(string_array(re.split(str.as_bytes(), true, 0)))
    }

    /// Gives the parts of `str` between the first `max_num_sep` matches of `re`, all of them for 0, numbered from 1.
    /// With `incl_sep` the matches stand between the parts.
    #[example("|split_n(\"a-b-c\", /-/, T, 1)|", "3")]
    fn "split_n" = "function(str: string, re: pattern, incl_sep: bool, max_num_sep: count): string_array &deprecated";
    |_vm, str: Rc<Text>, re: Rc<Pattern>, incl_sep: bool, max_num_sep: u64| -> Rc<TableObject> {
        Ok(string_array(re.split(str.as_bytes(), incl_sep, max_num_sep)))
    }

    /// Gives the parts of `str` between the matches of `re`.
    #[example("split_string(\"a-b--c\", /-+/)", "[a, b, c]")]
    fn "split_string" = "function(str: string, re: pattern): string_vec";
    |_vm, str: Rc<Text>, re: Rc<Pattern>| -> Rc<VectorObject> {
        Ok(string_vector(re.split(str.as_bytes(), false, 0)))
    }

    /// Gives the parts of `str` before and behind the first match of `re`.
    #[example("split_string1(\"a-b-c\", /-/)", "[a, b-c]")]
    fn "split_string1" = "function(str: string, re: pattern): string_vec";
    |_vm, str: Rc<Text>, re: Rc<Pattern>| -> Rc<VectorObject> {
        Ok(string_vector(re.split(str.as_bytes(), false, 1)))
    }

    /// Gives the parts of `str` between the matches of `re` and the matches themselves.
    #[example("split_string_all(\"a-b--cd\", /(\\-)+/)", "[a, -, b, --, cd]")]
    fn "split_string_all" = "function(str: string, re: pattern): string_vec";
    |_vm, str: Rc<Text>, re: Rc<Pattern>| -> Rc<VectorObject> {
        Ok(string_vector(re.split(str.as_bytes(), true, 0)))
    }

    /// Gives the parts of `str` between the first `max_num_sep` matches of `re`, all of them for 0. With `incl_sep` the
    /// matches stand between the parts.
    #[example("split_string_n(\"a-b-c\", /-/, T, 1)", "[a, -, b-c]")]
    fn "split_string_n" = "function(str: string, re: pattern, incl_sep: bool, max_num_sep: count): string_vec";
    |_vm, str: Rc<Text>, re: Rc<Pattern>, incl_sep: bool, max_num_sep: u64| -> Rc<VectorObject> {
        Ok(string_vector(re.split(str.as_bytes(), incl_sep, max_num_sep)))
    }

    /// Gives the parts of `str` that match `re`, each once. A string longer than `max_str_size` has none; -1 stands for
    /// `max_find_all_string_length`, and 0 for no limit.
    #[example("|find_all(\"a1b22c1\", /[0-9]+/)|", "2")]
    fn "find_all" = "function(str: string, re: pattern, max_str_size: int &default=-1): string_set";
    |vm, str: Rc<Text>, re: Rc<Pattern>, max_str_size: i64| -> Rc<TableObject> {
        let none = exceeds(vm, &str, max_str_size);
        Ok(if none { string_set([b""; 0]) } else { string_set(matches(&re, &str)) })
    }

    /// Gives the parts of `str` that match `re`, from left to right. Otherwise like `find_all`.
    #[example("find_all_ordered(\"a1b22c1\", /[0-9]+/)", "[1, 22, 1]")]
    fn "find_all_ordered" = "function(str: string, re: pattern, max_str_size: int &default=-1): string_vec";
    |vm, str: Rc<Text>, re: Rc<Pattern>, max_str_size: i64| -> Rc<VectorObject> {
        let none = exceeds(vm, &str, max_str_size);
        Ok(if none { string_vector([b""; 0]) } else { string_vector(matches(&re, &str)) })
    }

    /// Gives the match of `re` in `str` that begins last, or the empty string. It need not be the longest: `/.*/`
    /// matches the last byte alone.
    #[example("find_last(\"a1b22\", /[0-9]+/)", "2")]
    fn "find_last" = "function(str: string, re: pattern): string";
    |_vm, str: Rc<Text>, re: Rc<Pattern>| -> Vec<u8> {
        let found = re.find_last(str.as_bytes()).and_then(|(start, end)| str.as_bytes().get(start..end));
        Ok(found.unwrap_or_default().to_vec())
    }

    /// Gives the match of `re` in `str` that begins first, or the empty string.
    #[example("find_first(\"a1b22\", /[0-9]+/)", "1")]
    fn "find_first" = "function(str: string, re: pattern): string";
    |_vm, str: Rc<Text>, re: Rc<Pattern>| -> Vec<u8> {
        let found = re.find_first(str.as_bytes()).and_then(|(start, end)| str.as_bytes().get(start..end));
        Ok(found.unwrap_or_default().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use crate::builtins::testing::Natives;
    use crate::pattern::Pattern;
    use crate::value::Value;

    #[test]
    fn places_of_strings() {
        let mut natives = Natives::new();
        let mut find = |name: &str, sub: &str, start: u64, end: i64| {
            let arguments =
                [Value::string("abcbc"), Value::string(sub), Value::Count(start), Value::Int(end), Value::Bool(true)];
            natives.text(name, &arguments)
        };
        assert_eq!(find("find_str", "bc", 0, -1), "1");
        assert_eq!(find("find_str", "bc", 2, -1), "3");
        assert_eq!(find("find_str", "bc", 6, -1), "-1");
        assert_eq!(find("find_str", "bc", 3, 2), "-1");
        assert_eq!(find("rfind_str", "bc", 0, -1), "3");
        assert_eq!(find("rfind_str", "bc", 0, 4), "1");
        assert_eq!(natives.messages(), "error: find_str: end position must be greater than start position\n");
        for (big, little, place) in [("abc", "c", "3"), ("abc", "x", "0"), ("abc", "", "1")] {
            assert_eq!(natives.text("strstr", &[Value::string(big), Value::string(little)]), place);
        }
    }

    #[test]
    fn substitution_is_bounded() {
        let mut natives = Natives::new();
        let dot = Value::Pattern(Rc::new(Pattern::parse(b".", false, false).unwrap()));
        let long = Value::string("x".repeat(1 << 15));
        assert_eq!(natives.text("gsub", &[Value::string("aa"), dot.clone(), Value::string("bc")]), "bcbc");
        assert_eq!(natives.text("sub", &[Value::string("aa"), dot.clone(), Value::string("bc")]), "bca");
        assert_eq!(natives.refusal("gsub", &[long.clone(), dot, long]), "string would be too long");
    }

    #[test]
    fn splitting_keeps_order() {
        let mut natives = Natives::new();
        let dash = Value::Pattern(Rc::new(Pattern::parse(b"-+", false, false).unwrap()));
        let text = Value::string("a-b--c");
        assert_eq!(natives.text("split_string", &[text.clone(), dash.clone()]), "[a, b, c]");
        assert_eq!(natives.text("split_string_all", &[text.clone(), dash.clone()]), "[a, -, b, --, c]");
        let arguments = [text.clone(), dash.clone(), Value::Bool(true), Value::Count(1)];
        assert_eq!(natives.text("split_string_n", &arguments), "[a, -, b--c]");
        assert_eq!(natives.text("split1", &[text.clone(), dash.clone()]), "{\n\t[1] = a,\n\t[2] = b--c\n}");
        assert_eq!(natives.text("find_all_ordered", &[text, dash, Value::Int(-1)]), "[-, --]");
    }
}
