//! Says in words what went wrong in a test, for people: a failed assertion with the values of its parts, and all else as
//! diagnostics always look.
//!
//! ```text
//! queue_test.bro:12: assertion failed: both are taken
//!   12 |     assert |taken| == 2 && taken[0] == name, "both are taken";
//!      |            taken = [b, c]
//!      |            |taken| = 2
//!      |            taken[0] = "b"
//!      |            name = "a"
//! ```

use super::bench::Bench;
use crate::diag::render::{Style, human};
use crate::diag::{Diagnostic, Severity};
use crate::source::{SourceMap, Span, Symbol};
use crate::value::Value;
use crate::vm::{FailedAssertion, MockedCall, NotedPart, Vm};

/// Columns there are, beside what a report puts in front.
const WIDTH: usize = 76;

/// Lines of source that a condition is shown with.
const MOST_LINES: u32 = 8;

/// Calls of mocked functions are shown up to this many.
const MOST_CALLS: usize = 20;

/// A longer text of a part stands above its value, where there is no room beside it.
const LONGEST_NAME: usize = 40;

/// What is shown of a long value before the place where it differs from another one.
const BEFORE_DIFFERENCE: usize = 12;

/// What went wrong, a line each.
#[derive(Default)]
pub(super) struct Teller {
    pub(super) lines: Vec<String>,
}

impl Teller {
    pub(super) fn say(&mut self, text: &str) {
        self.lines.extend(text.trim_end().lines().map(|line| visible(line.trim_end())));
    }

    /// Takes what was reported since the last time.
    pub(super) fn hear(&mut self, bench: &mut Bench) {
        let diagnostics = bench.take_diagnostics();
        let mut assertions = bench.engine.vm.take_failed_assertions();
        let vm = &bench.engine.vm;
        let sources = &vm.program.sources;
        for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.severity >= Severity::Warning) {
            let is_it = |failed: &FailedAssertion| {
                failed.span == diagnostic.span && diagnostic.message.starts_with("assertion failure")
            };
            match assertions.iter().position(is_it) {
                Some(place) => self.assertion(vm, &assertions.remove(place)),
                None => self.diagnostic(sources, diagnostic),
            }
        }
        // Those of which a hook of the script kept the report.
        assertions.iter().for_each(|failed| self.assertion(vm, failed));
    }

    fn diagnostic(&mut self, sources: &SourceMap, diagnostic: &Diagnostic) {
        self.say(&human(sources, diagnostic, Style { color: false, width: WIDTH }));
    }

    fn assertion(&mut self, vm: &Vm, failed: &FailedAssertion) {
        let sources = &vm.program.sources;
        let place = sources.place(failed.span).map(|(file, location)| (short(file), location.line));
        let at = place.map_or_else(String::new, |(file, line)| format!("{file}:{line}: "));
        let message = if failed.message.is_empty() { String::new() } else { format!(": {}", failed.message) };
        self.say(&format!("{at}assertion failed{message}"));
        let (lines, column) = source_lines(sources, failed.span);
        let last = lines.last().map_or(0, |(number, _)| *number);
        let width = last.to_string().len().max(4);
        let room = WIDTH.saturating_sub(width + 3);
        for (number, text) in &lines {
            self.say(&format!("{number:>width$} | {}", clip(text, room, 0)));
        }
        let column = column.min(room / 3);
        let room = room.saturating_sub(column);
        for line in parts(sources, failed, room).into_iter().chain(calls(vm, failed, room)) {
            self.say(&format!("{:>width$} | {:column$}{line}", "", ""));
        }
        // The first is the assertion itself.
        for (span, text) in failed.chain.iter().skip(1) {
            if let Some((file, location)) = sources.place(*span) {
                self.say(&format!("  {text} at {}:{}", short(file), location.line));
            }
        }
    }
}

/// What would do something to a terminal, as Bro writes it where it prints.
fn visible(line: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\t' { format!("\\x{:02x}", c as u32) } else { c.to_string() };
    line.chars().map(shown).collect()
}

fn short(file: &str) -> &str {
    file.strip_prefix("./").unwrap_or(file)
}

/// The lines of source around a place, and in which column it begins; tabs count for four.
fn source_lines(sources: &SourceMap, span: Span) -> (Vec<(u32, String)>, usize) {
    let Some(file) = sources.get(span.file) else { return (Vec::new(), 0) };
    let (first, last) = (file.location(span.start), file.location(span.end.max(span.start)));
    let text = |line: u32| {
        let text = String::from_utf8_lossy(file.line(line)).into_owned();
        text.trim_end().replace('\t', "    ")
    };
    let lines: Vec<(u32, String)> =
        (first.line..=last.line).take(MOST_LINES as usize).map(|line| (line, text(line))).collect();
    let before = file.line(first.line).get(..first.column.saturating_sub(1) as usize).unwrap_or_default();
    let column = String::from_utf8_lossy(before).replace('\t', "    ").chars().count();
    (lines, column)
}

/// The parts with their values, a line or two each.
fn parts(sources: &SourceMap, failed: &FailedAssertion, room: usize) -> Vec<String> {
    let shown = |part: &NotedPart| {
        let name = one_line(&String::from_utf8_lossy(sources.text(part.span)));
        (name, shown_value(&part.value))
    };
    let mut all: Vec<(String, String)> = Vec::new();
    // A function is its own name.
    let says_something = |part: &&NotedPart| part.span != failed.span && !matches!(part.value, Value::Func(_));
    for part in failed.parts.iter().filter(says_something) {
        let part = shown(part);
        // What is its own value says nothing, nor does what was said before.
        if part.0 != part.1 && !part.0.is_empty() && !all.contains(&part) {
            all.push(part);
        }
    }
    let focus = difference(&all);
    let mut lines = Vec::new();
    for (name, value) in &all {
        let length = name.chars().count();
        if length > LONGEST_NAME.min(room / 2) && length + value.chars().count() + 3 > room {
            lines.push(format!("{} =", clip(name, room.saturating_sub(2), 0)));
            lines.push(format!("  {}", clip(value, room.saturating_sub(2), focus)));
        } else {
            let left = room.saturating_sub(length + 3);
            lines.push(format!("{name} = {}", clip(value, left, focus)));
        }
    }
    lines
}

/// The calls of functions that the condition names and that are mocked.
fn calls(vm: &Vm, failed: &FailedAssertion, room: usize) -> Vec<String> {
    let mocked = |part: &NotedPart| match &part.value {
        Value::Func(function) => vm.mocked_calls(function).map(|_| function.name),
        _ => None,
    };
    let names: Vec<Symbol> = failed.parts.iter().filter_map(mocked).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let made: Vec<&MockedCall> =
        vm.kept_calls().unwrap_or_default().iter().filter(|call| names.contains(&call.name)).collect();
    let shown = made.iter().take(MOST_CALLS);
    let mut lines = vec![if made.is_empty() { "calls: none".to_owned() } else { "calls:".to_owned() }];
    lines.extend(shown.map(|call| format!("  {}", clip(&call.to_string(), room.saturating_sub(2), 0))));
    if made.len() > MOST_CALLS {
        lines.push(format!("  and {} more", made.len() - MOST_CALLS));
    }
    lines
}

/// Where the last two long values differ: what comparisons are mostly about.
fn difference(parts: &[(String, String)]) -> usize {
    let mut long = parts.iter().rev().map(|(_, value)| value).filter(|value| value.chars().count() > WIDTH / 2);
    let (Some(one), Some(other)) = (long.next(), long.next()) else { return 0 };
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}

/// A value as `print` shows it, in one line; strings in quotes.
pub(super) fn shown_value(value: &Value) -> String {
    if !value.is_set() {
        return "<no value>".to_owned();
    }
    let text = String::from_utf8_lossy(&value.describe()).into_owned();
    match value {
        Value::String(_) => format!("\"{text}\""),
        // What is not the same has to look different.
        Value::Double(number) | Value::Time(number) if number.is_finite() && text.parse() != Ok(*number) => {
            format!("{number:?}")
        }
        Value::Interval(seconds) if (seconds * 1e6).round() / 1e6 != *seconds => format!("{seconds:?} secs"),
        _ => one_line(&text),
    }
}

/// White space as single spaces, as much as there is of it.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As much of a text as there is room for, with the character at `focus` in it.
fn clip(text: &str, room: usize, focus: usize) -> String {
    let length = text.chars().count();
    if length <= room {
        return text.to_owned();
    }
    let room = room.max(16);
    let start = if focus + 6 < room { 0 } else { focus.saturating_sub(BEFORE_DIFFERENCE) };
    let lead = if start > 0 { "..." } else { "" };
    let left = room - lead.len();
    if length - start <= left {
        return format!("{lead}{}", text.chars().skip(start).collect::<String>());
    }
    format!("{lead}{}...", text.chars().skip(start).take(left.saturating_sub(3)).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::{clip, difference};

    #[test]
    fn a_long_text_is_cut_around_what_matters() {
        let text = "abcdefghij".repeat(6);
        assert_eq!(clip(&text, 80, 0), text);
        assert_eq!(clip(&text, 20, 3), "abcdefghijabcdefg...");
        assert_eq!(clip(&text, 20, 30), "...ijabcdefghijab...");
        assert_eq!(clip(&text, 20, 58), "...ghijabcdefghij");
    }

    #[test]
    fn two_long_values_are_shown_where_they_differ() {
        let long = "x".repeat(50);
        let part = |end: &str| ("a".to_owned(), format!("{long}{end}"));
        assert_eq!(difference(&[part("1 and more"), part("2 and more")]), 50);
        assert_eq!(difference(&[part("1"), ("b".to_owned(), "short".to_owned())]), 0);
    }
}
