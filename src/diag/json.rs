//! Diagnostics as JSON, for `check --format json`.
//!
//! The document is `{"findings": [...], "errors": N, "warnings": N, "notes": N}`, where a layout was checked with
//! `"layout": {"file", "nodes", "evaluated", "releases"}` beside them. A finding always has `severity`,
//! `code`, `title` and `message`; what else it knows is there only where it is known. A place is `{"file", "line",
//! "column", "end_line", "end_column"}`, counted from 1, columns in Unicode code points, the end exclusive.

use serde::Serialize;

use super::region::Region;
use super::{Diagnostic, Severity};
use crate::source::{SourceMap, Span};

#[derive(Serialize)]
struct Document<'a> {
    findings: Vec<Finding<'a>>,
    errors: usize,
    warnings: usize,
    notes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<Layout<'a>>,
}

/// What is known of the layout as a whole.
#[derive(Serialize)]
pub struct Layout<'a> {
    pub file: &'a str,
    /// How many nodes it has.
    pub nodes: usize,
    /// The names of those that were evaluated.
    pub evaluated: &'a [String],
    /// The releases that accept it; missing where errors leave that open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub releases: Option<&'a [&'static str]>,
}

#[derive(Serialize)]
struct Finding<'a> {
    severity: &'static str,
    code: &'static str,
    title: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixText<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chain: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    /// The file is one of the scripts inside the binary.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    embedded: bool,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Option<Place<'a>>,
    message: &'a str,
}

#[derive(Serialize)]
struct FixText<'a> {
    #[serde(flatten)]
    place: Option<Place<'a>>,
    replacement: &'a str,
    message: &'a str,
}

/// All findings as one document, indented, without an end of line.
pub fn document(sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    document_with(sources, diagnostics, None)
}

/// As [`document`], with what is known of the layout.
pub fn document_with(sources: &SourceMap, diagnostics: &[Diagnostic], layout: Option<Layout<'_>>) -> String {
    let count = |of: fn(Severity) -> bool| diagnostics.iter().filter(|finding| of(finding.severity)).count();
    let document = Document {
        findings: diagnostics.iter().map(|diagnostic| finding(sources, diagnostic)).collect(),
        errors: count(Severity::is_error),
        warnings: count(|severity| severity == Severity::Warning),
        notes: count(|severity| severity == Severity::Note),
        layout,
    };
    // Strings, numbers and arrays alone: nothing here that JSON could not hold.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn finding<'a>(sources: &'a SourceMap, diagnostic: &'a Diagnostic) -> Finding<'a> {
    Finding {
        severity: diagnostic.severity.text(),
        code: diagnostic.code.id(),
        title: diagnostic.code.title(),
        message: &diagnostic.message,
        place: place(sources, diagnostic.span),
        subject: diagnostic.subject.as_deref(),
        label: diagnostic.label.as_deref(),
        related: related(sources, &diagnostic.related),
        notes: &diagnostic.notes,
        fix: diagnostic.fix.as_ref().map(|fix| FixText {
            place: place(sources, fix.span),
            replacement: &fix.replacement,
            message: &fix.message,
        }),
        chain: related(sources, &diagnostic.chain),
    }
}

fn place(sources: &SourceMap, span: Span) -> Option<Place<'_>> {
    Region::of(sources, span).map(|region| Place {
        file: region.file,
        embedded: region.embedded,
        line: region.line,
        column: region.column,
        end_line: region.end_line,
        end_column: region.end_column,
    })
}

fn related<'a>(sources: &'a SourceMap, places: &'a [(Span, String)]) -> Vec<Related<'a>> {
    places.iter().map(|(span, message)| Related { place: place(sources, *span), message }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::document;
    use crate::diag::{Code, Diagnostic};
    use crate::source::{SourceMap, Span};

    #[test]
    fn what_is_known_and_nothing_else() {
        let mut sources = SourceMap::default();
        let file = sources.add("./x.bro", b"print nodse;\n"[..].into(), false);
        let span = Span::new(file, 6, 11);
        let error = Diagnostic::error(Code::UnknownIdentifier, span, "unknown identifier")
            .subject("nodse")
            .note("names are case sensitive")
            .fix(span, "nodes", "there is `nodes`")
            .related(Span::new(file, 0, 5), "used here");
        let warning = Diagnostic::warning(Code::DeprecatedScript, Span::NONE, "old");
        let value: Value = serde_json::from_str(&document(&sources, &[error, warning])).unwrap();
        let place = json!({"file": "x.bro", "line": 1, "column": 7, "end_line": 1, "end_column": 12});
        let mut fix = place.clone();
        fix["replacement"] = json!("nodes");
        fix["message"] = json!("there is `nodes`");
        let mut first = place;
        first["severity"] = json!("error");
        first["code"] = json!("B1001");
        first["title"] = json!("unknown identifier");
        first["message"] = json!("unknown identifier");
        first["subject"] = json!("nodse");
        first["notes"] = json!(["names are case sensitive"]);
        first["fix"] = fix;
        first["related"] =
            json!([{"file": "x.bro", "line": 1, "column": 1, "end_line": 1, "end_column": 6, "message": "used here"}]);
        let second = json!({"severity": "warning", "code": "B0008", "title": "deprecated script", "message": "old"});
        assert_eq!(value, json!({"findings": [first, second], "errors": 1, "warnings": 1, "notes": 0}));
    }

    #[test]
    fn nothing_found() {
        let value: Value = serde_json::from_str(&document(&SourceMap::default(), &[])).unwrap();
        assert_eq!(value, json!({"findings": [], "errors": 0, "warnings": 0, "notes": 0}));
    }
}
