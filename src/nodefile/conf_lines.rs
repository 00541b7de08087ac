//! The form of `zeek.conf`: `key = value` alone, or below `[zeek]` and `[interface TAG]`.
//!
//! Both forms are those of Zeek's generator: without sections since Zeek 8.1, with them since 9.0, which also refuses a
//! key that is there twice and goes on with a value in lines that are indented.

use super::ini::{Entry, lines, span_of, trimmed};
use crate::diag::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// A part of the file; the one without a name comes first and is there only if it has keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub name: Option<(String, Span)>,
    pub entries: Vec<Entry>,
}

/// Reads a file; what is wrong is added to `found`.
pub(super) fn parse(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> Vec<Part> {
    let mut parts: Vec<Part> = vec![Part { name: None, entries: Vec::new() }];
    // Whether lines may go on with the last value.
    let mut goes_on = false;
    for (start, line) in lines(text) {
        let (indent, content) = trimmed(line);
        let span = span_of(file, start + indent, content.len());
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let Some(part) = parts.last_mut() else { break };
        if indent > 0 && goes_on {
            if let Some(entry) = part.entries.last_mut() {
                if !entry.value.is_empty() {
                    entry.value.push('\n');
                }
                entry.value.push_str(content);
                entry.value_span = entry.value_span.to(span);
            }
            continue;
        }
        if let Some(name) = content.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')) {
            goes_on = false;
            let span = span_of(file, start + indent + 1, name.len());
            let is_name = |part: &&Part| part.name.as_ref().is_some_and(|(known, _)| known == name);
            if let Some((_, first)) = parts.iter().find(is_name).and_then(|part| part.name.as_ref()) {
                let message = format!("there are two sections [{name}]");
                found.push(Diagnostic::error(Code::RepeatedEntry, span, message).related(*first, "the first one"));
            }
            parts.push(Part { name: Some((name.to_string(), span)), entries: Vec::new() });
            continue;
        }
        let Some((key, value)) = content.split_once('=').filter(|(key, _)| !key.trim().is_empty()) else {
            let message = "neither a key = value nor a [section]";
            found.push(Diagnostic::error(Code::NodeFileSyntax, span, message));
            goes_on = false;
            continue;
        };
        let (skipped, trimmed_value) = trimmed(value);
        let value_start = start + indent + key.len() + 1 + skipped;
        let entry = Entry {
            key: key.trim_end().to_lowercase(),
            key_span: span_of(file, start + indent, key.trim_end().len()),
            value: trimmed_value.to_string(),
            value_span: span_of(file, value_start, trimmed_value.len()),
        };
        goes_on = true;
        if let Some(first) = part.entries.iter().find(|other| other.key == entry.key) {
            let message = format!("{} is given twice", entry.key);
            found.push(
                Diagnostic::error(Code::RepeatedEntry, entry.key_span, message)
                    .related(first.key_span, "the first one")
                    .note("Zeek 8 takes the last one, Zeek 9 refuses both"),
            );
        }
        part.entries.push(entry);
    }
    if parts.first().is_some_and(|part| part.entries.is_empty()) && parts.len() > 1 {
        parts.remove(0);
    }
    parts
}
