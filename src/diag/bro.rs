//! Bro's own line for a diagnostic, as the binary called as `bro` or `zeek` prints it.
//!
//! A place is `FILE, line N`, or `FILE, lines N-M` where first and last line differ. Bro's first line of a node is that
//! of the last token of the node's *first part*, its last line that of the node's last token, since its parser hands
//! up the location of the last symbol only. For nearly all nodes the first part is one token, so the rule here is: the
//! line of the span's first byte, and the line of its last byte. Bro's location of some nodes is narrower than the
//! node: `if` and `for` end with the `)` of their head, `switch` with its subject, `return e` with `e`, a `when` runs
//! from its condition to its body. Whoever makes a diagnostic for such a node gives the narrower span.
//!
//! What has no place in a file shows its `place` text instead: a built-in type its name (`port and FILE, line 7`).

use std::fmt::Write;

use super::{Diagnostic, Form, Severity};
use crate::source::{SourceMap, Span};

/// The line without its end of line.
pub fn line(sources: &SourceMap, diagnostic: &Diagnostic) -> String {
    let mut text = String::from(head(diagnostic));
    let places = places(sources, diagnostic);
    if !places.is_empty() {
        text.push_str(if text.is_empty() { "" } else { " in " });
        text.push_str(&places);
    }
    text.push_str(if text.is_empty() { "" } else { ": " });
    text.push_str(&message(diagnostic));
    if diagnostic.form == Form::Internal {
        text.push_str(&call_stack(sources, &diagnostic.chain));
    }
    text
}

/// The calls that led to an internal error. A back-trace has the place in each body; here each call has its own.
fn call_stack(sources: &SourceMap, chain: &[(Span, String)]) -> String {
    let mut text = String::new();
    for (number, ((_, callee), (call, _))) in chain.iter().zip(chain.iter().skip(1)).enumerate() {
        let name = callee.rsplit(' ').next().unwrap_or_default();
        text.push_str(if number == 0 { ", call stack: | " } else { " | " });
        let _ = match sources.get(call.file) {
            Some(file) => write!(text, "#{number} {name}() at {}:{}", file.name, file.location(call.start).line),
            None => write!(text, "#{number} {name}() at <no location>:0"),
        };
    }
    if !text.is_empty() {
        text.push_str(" |");
    }
    text
}

/// The message with its subjects and without severity and place: what Bro's `reporter_error` events carry.
pub fn message(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    let Some(subject) = &diagnostic.subject else { return text };
    let other = diagnostic.other.as_ref().and_then(|other| other.subject.as_ref());
    // Writing to a string cannot fail.
    let _ = match (diagnostic.form, other) {
        (Form::Expression, _) => write!(text, " [{subject}]"),
        (_, Some(other)) => write!(text, " ({subject} and {other})"),
        (_, None) => write!(text, " ({subject})"),
    };
    text
}

/// `FILE, line 9`, or for two places `FILE, line 9 and count`; empty where there is none.
pub fn places(sources: &SourceMap, diagnostic: &Diagnostic) -> String {
    let first = diagnostic.place.clone().or_else(|| place(sources, diagnostic.span)).unwrap_or_default();
    let second = diagnostic.other.as_ref().and_then(|other| other.place.clone().or_else(|| place(sources, other.span)));
    match second {
        // Bro leaves out a second place that is the same as the first.
        Some(second) if !first.is_empty() && second != first => format!("{first} and {second}"),
        Some(second) if first.is_empty() => second,
        _ => first,
    }
}

/// `FILE, line 9` or `FILE, lines 9-12`; `None` for spans of no file.
pub fn place(sources: &SourceMap, span: Span) -> Option<String> {
    let file = sources.get(span.file)?;
    let first = file.location(span.start).line;
    let last = file.location(span.end.saturating_sub(1).max(span.start)).line;
    Some(if first == last {
        format!("{}, line {first}", file.name)
    } else {
        format!("{}, lines {first}-{last}", file.name)
    })
}

/// Bro's message for a place in the text: `syntax error, at or near "x"`. `near` is the token the parser stood at;
/// empty at the end of everything.
pub fn near(message: &str, near: &[u8]) -> String {
    match near.first() {
        None => format!("{message}, at end of file"),
        Some(b'\n') => format!("{message}, on previous line"),
        // Bro keeps 127 bytes of a token.
        Some(_) => format!("{message}, at or near \"{}\"", String::from_utf8_lossy(&near[..near.len().min(127)])),
    }
}

fn head(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.form {
        // What is for information only goes without a word for it.
        Form::Plain if diagnostic.severity == Severity::Note => "",
        Form::Plain => diagnostic.severity.text(),
        Form::Expression => "expression error",
        Form::RunTime => "runtime error",
        Form::Internal => "internal error",
        Form::InternalWarning => "internal warning",
    }
}

#[cfg(test)]
mod tests {
    use super::{line, near, place};
    use crate::diag::{Code, Diagnostic, Form, Severity};
    use crate::source::{FileId, SourceMap, Span};

    fn sources() -> (SourceMap, FileId) {
        let mut sources = SourceMap::default();
        let file = sources.add("./a.bro", b"one\ntwo three\nfour\n"[..].into(), false);
        (sources, file)
    }

    #[test]
    fn one_place_with_and_without_subject() {
        let (sources, file) = sources();
        let error = Diagnostic::error(Code::RunTime, Span::new(file, 4, 7), "no such index");
        assert_eq!(line(&sources, &error), "error in ./a.bro, line 2: no such index");
        assert_eq!(line(&sources, &error.subject("t[1]")), "error in ./a.bro, line 2: no such index (t[1])");
    }

    #[test]
    fn an_internal_error_shows_the_calls_that_led_there() {
        let (sources, file) = sources();
        let error = Diagnostic::error(Code::RunTime, Span::new(file, 4, 7), "no").form(Form::Internal).subject("t");
        assert_eq!(line(&sources, &error), "internal error in ./a.bro, line 2: no (t)");
        let trace = vec![
            (Span::new(file, 4, 7), "in function f".into()),
            (Span::new(file, 14, 18), "in function g".into()),
            (Span::new(file, 0, 3), "in event bro_init".into()),
        ];
        assert_eq!(
            line(&sources, &error.chain(trace)),
            "internal error in ./a.bro, line 2: no (t), call stack: | #0 f() at ./a.bro:3 | #1 g() at ./a.bro:1 |"
        );
    }

    #[test]
    fn severities() {
        let (sources, file) = sources();
        let span = Span::new(file, 0, 3);
        let fatal = Diagnostic::fatal(Code::FileNotFound, span, "can't find x");
        assert_eq!(line(&sources, &fatal), "fatal error in ./a.bro, line 1: can't find x");
        let warning = Diagnostic::warning(Code::RunTime, span, "deprecated").subject("f");
        assert_eq!(line(&sources, &warning), "warning in ./a.bro, line 1: deprecated (f)");
        let note = Diagnostic::new(Severity::Note, Code::RunTimeWarning, span, "all is well");
        assert_eq!(line(&sources, &note), "./a.bro, line 1: all is well");
        let note = Diagnostic::new(Severity::Note, Code::RunTimeWarning, Span::NONE, "all is well");
        assert_eq!(line(&sources, &note), "all is well");
        let nowhere = Diagnostic::fatal(Code::FileNotFound, Span::NONE, "can't find x");
        assert_eq!(line(&sources, &nowhere), "fatal error: can't find x");
    }

    #[test]
    fn two_places() {
        let (sources, file) = sources();
        let clash = |span| Diagnostic::error(Code::TypeMismatch, span, "type clash").subject("x");
        let first = Span::new(file, 4, 7);
        let typed = clash(first).other(Span::NONE, Some("count".into()), Some("count".into()));
        assert_eq!(line(&sources, &typed), "error in ./a.bro, line 2 and count: type clash (x and count)");
        let lines = clash(first).other(Span::new(file, 14, 18), None, Some("y".into()));
        assert_eq!(line(&sources, &lines), "error in ./a.bro, line 2 and ./a.bro, line 3: type clash (x and y)");
        let same = clash(first).other(Span::new(file, 8, 13), None, Some("y".into()));
        assert_eq!(line(&sources, &same), "error in ./a.bro, line 2: type clash (x and y)");
        let reversed = clash(Span::NONE).place("port").other(first, None, Some("y".into()));
        assert_eq!(line(&sources, &reversed), "error in port and ./a.bro, line 2: type clash (x and y)");
        // Both places, but only one subject.
        let pinpoint = clash(first).other(Span::NONE, Some("count".into()), None);
        assert_eq!(line(&sources, &pinpoint), "error in ./a.bro, line 2 and count: type clash (x)");
    }

    #[test]
    fn forms_of_run_time_errors() {
        let (sources, file) = sources();
        let error = Diagnostic::error(Code::RunTime, Span::new(file, 0, 3), "division by zero").subject("1 / 0");
        assert_eq!(
            line(&sources, &error.clone().form(Form::Expression)),
            "expression error in ./a.bro, line 1: division by zero [1 / 0]"
        );
        let mut error = error.form(Form::RunTime);
        error.subject = None;
        assert_eq!(line(&sources, &error), "runtime error in ./a.bro, line 1: division by zero");
        assert_eq!(
            line(&sources, &error.form(Form::InternalWarning)),
            "internal warning in ./a.bro, line 1: division by zero"
        );
    }

    #[test]
    fn lines_run_from_the_first_to_the_last_byte() {
        let (sources, file) = sources();
        assert_eq!(place(&sources, Span::new(file, 4, 13)).unwrap(), "./a.bro, line 2");
        // The newline belongs to the line it ends.
        assert_eq!(place(&sources, Span::new(file, 4, 14)).unwrap(), "./a.bro, line 2");
        assert_eq!(place(&sources, Span::new(file, 4, 15)).unwrap(), "./a.bro, lines 2-3");
        assert_eq!(place(&sources, Span::new(file, 8, 8)).unwrap(), "./a.bro, line 2");
        assert_eq!(place(&sources, Span::NONE), None);
    }

    #[test]
    fn near_a_token() {
        assert_eq!(near("syntax error", b"{"), "syntax error, at or near \"{\"");
        assert_eq!(near("syntax error", b""), "syntax error, at end of file");
        assert_eq!(near("syntax error", b"\n"), "syntax error, on previous line");
        assert_eq!(near("e", &[b'x'; 300]), format!("e, at or near \"{}\"", "x".repeat(127)));
    }
}
