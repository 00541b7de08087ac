//! Patterns made from text and from other patterns.

use std::rc::Rc;

use super::results::message_text;
use crate::pattern::Pattern;
use crate::value::Text;
use crate::vm::{Raise, natives};

/// What a text is up to its first zero byte, as C sees it.
fn up_to_zero(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or_default()
}

natives! {
    /// Gives the pattern that matches what `p1` or `p2` does.
    #[example("merge_pattern(/foo/, /bar/) == \"bar\"", "T")]
    fn "merge_pattern" = "function(p1: pattern, p2: pattern): pattern &deprecated";
    |_vm, p1: Rc<Pattern>, p2: Rc<Pattern>| -> Rc<Pattern> {
        Pattern::union([&*p1, &*p2]).map(Rc::new).map_err(|error| Raise::error(error.to_string()))
    }

    /// Gives `s` with a backslash before everything that has a meaning in patterns.
    #[example("convert_for_pattern(\"a.b\")", "a\\.b")]
    fn "convert_for_pattern" = "function(s: string): string";
    |_vm, s: Rc<Text>| -> Vec<u8> {
        Ok(Pattern::quote(up_to_zero(s.as_bytes())))
    }

    /// Gives the pattern whose text is `s`; with `convert` the one that matches just `s`.
    #[example("string_to_pattern(\"a+\", F) == \"aaa\"", "T")]
    #[example("string_to_pattern(\"a+\", T) == \"a+\"", "T")]
    fn "string_to_pattern" = "function(s: string, convert: bool): pattern";
    |vm, s: Rc<Text>, convert: bool| -> Rc<Pattern> {
        let text = up_to_zero(s.as_bytes());
        let text = if convert { Pattern::quote(text) } else { text.to_vec() };
        Pattern::parse(&text, false, false).map(Rc::new).map_err(|error| {
            let shown = message_text(vm, &s);
            Raise::error(format!("{error}: /{shown}/"))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;
    use crate::value::Value;

    #[test]
    fn text_becomes_a_pattern() {
        let mut natives = Natives::new();
        assert_eq!(natives.text("convert_for_pattern", &[Value::string("a.b/c")]), "a\\.b\\/c");
        let text = |convert| [Value::string("a.b"), Value::Bool(convert)];
        assert_eq!(natives.text("string_to_pattern", &text(false)), "/^?(a.b)$?/");
        assert_eq!(natives.text("string_to_pattern", &text(true)), "/^?(a\\.b)$?/");
        natives.refusal("string_to_pattern", &[Value::string("(a"), Value::Bool(false)]);
    }
}
