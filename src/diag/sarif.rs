//! Diagnostics as SARIF 2.1.0, for `check --format sarif`: what code hosts show beside the lines.
//!
//! One run of one tool; a rule for each code that occurs; a result for each finding. A file's address is its path as
//! it was named, percent-encoded; embedded scripts have no file on disk and get an address of the scheme `brood`.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::region::Region;
use super::{Code, Diagnostic, Fix, Severity};
use crate::source::{SourceMap, Span};

/// All findings as one SARIF log, indented, without an end of line.
pub fn document(sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let codes: BTreeSet<Code> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    let rules: Vec<Value> = codes.iter().map(|&code| rule(code)).collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let index = codes.range(..diagnostic.code).count();
            result(sources, diagnostic, index)
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default()
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.id(),
        "name": format!("{code:?}"),
        "shortDescription": {"text": code.title()},
        "help": {"text": code.explanation().trim()},
    })
}

fn result(sources: &SourceMap, diagnostic: &Diagnostic, rule_index: usize) -> Value {
    let mut result = Map::new();
    result.insert("ruleId".into(), json!(diagnostic.code.id()));
    result.insert("ruleIndex".into(), json!(rule_index));
    result.insert("level".into(), json!(level(diagnostic.severity)));
    result.insert("message".into(), json!({"text": message(diagnostic)}));
    let mut locations = Vec::new();
    if let Some(mut location) = location(sources, diagnostic.span) {
        if let Some(label) = &diagnostic.label {
            location["message"] = json!({"text": label});
        }
        locations.push(location);
    }
    result.insert("locations".into(), json!(locations));
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .chain(&diagnostic.chain)
        .filter_map(|(span, text)| {
            let mut location = location(sources, *span)?;
            location["message"] = json!({"text": text});
            Some(location)
        })
        .collect();
    if !related.is_empty() {
        result.insert("relatedLocations".into(), json!(related));
    }
    if let Some(fix) = diagnostic.fix.as_ref().and_then(|fix| self::fix(sources, fix)) {
        result.insert("fixes".into(), json!([fix]));
    }
    Value::Object(result)
}

/// The message, its subject, and the notes as further sentences: SARIF has no field of its own for these.
fn message(diagnostic: &Diagnostic) -> String {
    let mut text = super::bro::message(diagnostic);
    for note in &diagnostic.notes {
        text.push('\n');
        text.push_str(note);
    }
    text
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error | Severity::Fatal => "error",
    }
}

fn location(sources: &SourceMap, span: Span) -> Option<Value> {
    let region = Region::of(sources, span)?;
    Some(json!({"physicalLocation": {"artifactLocation": artifact(&region), "region": area(&region)}}))
}

fn fix(sources: &SourceMap, fix: &Fix) -> Option<Value> {
    let region = Region::of(sources, fix.span)?;
    Some(json!({
        "description": {"text": fix.message},
        "artifactChanges": [{
            "artifactLocation": artifact(&region),
            "replacements": [{"deletedRegion": area(&region), "insertedContent": {"text": fix.replacement}}],
        }],
    }))
}

fn artifact(region: &Region<'_>) -> Value {
    let path = encode(region.file);
    let address = if region.embedded {
        format!("brood:{path}")
    } else if region.file.starts_with('/') {
        format!("file://{path}")
    } else {
        path
    };
    json!({"uri": address})
}

fn area(region: &Region<'_>) -> Value {
    json!({
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    })
}

/// Percent-encodes what may not stand in the path of an address.
fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{document, encode};
    use crate::diag::{Code, Diagnostic};
    use crate::source::{SourceMap, Span};

    #[test]
    fn results_refer_to_their_rules() {
        let mut sources = SourceMap::default();
        let file = sources.add("./my layout.bro", b"a\nbcd\n"[..].into(), false);
        let span = Span::new(file, 2, 5);
        let mismatch = Diagnostic::error(Code::TypeMismatch, span, "type clash")
            .subject("x")
            .note("a note")
            .label("here")
            .fix(span, "y", "write y");
        let syntax = Diagnostic::warning(Code::SyntaxError, Span::NONE, "odd").chain(vec![(span, "loaded".into())]);
        let log: Value = serde_json::from_str(&document(&sources, &[mismatch, syntax])).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "B0001");
        assert_eq!(run["tool"]["driver"]["rules"][1]["id"], "B1002");
        let region = json!({"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 4});
        let artifact = json!({"uri": "my%20layout.bro"});
        assert_eq!(
            run["results"][0],
            json!({
                "ruleId": "B1002",
                "ruleIndex": 1,
                "level": "error",
                "message": {"text": "type clash (x)\na note"},
                "locations": [{
                    "physicalLocation": {"artifactLocation": artifact, "region": region},
                    "message": {"text": "here"},
                }],
                "fixes": [{
                    "description": {"text": "write y"},
                    "artifactChanges": [{
                        "artifactLocation": artifact,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "y"}}],
                    }],
                }],
            })
        );
        assert_eq!(run["results"][1]["ruleIndex"], 0);
        assert_eq!(run["results"][1]["level"], "warning");
        assert_eq!(run["results"][1]["locations"], json!([]));
        assert_eq!(run["results"][1]["relatedLocations"][0]["message"]["text"], "loaded");
    }

    #[test]
    fn addresses() {
        assert_eq!(encode("/a b/\u{e4}%.bro"), "/a%20b/%C3%A4%25.bro");
    }
}
