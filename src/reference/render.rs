//! Entries as text for terminals of 80 columns, and as Markdown.

use std::fmt::Write;

use super::{Entry, Kind, Reference};

/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a terminal this wide.
    Text {
        width: usize,
    },
    Markdown,
}

/// Values longer than this are cut: the reference shows what a default is like, not all of a table.
const MAX_VALUE: usize = 400;

/// One entry in full.
pub fn entry(entry: &Entry, form: Form) -> String {
    match form {
        Form::Text { width } => text_entry(entry, width),
        Form::Markdown => markdown_entry(entry),
    }
}

/// Entries with one line each, by kind.
pub fn listing(title: &str, entries: &[&Entry], form: Form) -> String {
    let mut out = String::new();
    let mut names: Vec<&&Entry> = entries.iter().collect();
    names.sort_by(|left, right| left.name.cmp(&right.name));
    match form {
        Form::Text { .. } => drop(writeln!(out, "{title}")),
        Form::Markdown => drop(writeln!(out, "# {title}")),
    }
    for kind in Kind::ALL {
        let of_kind: Vec<&&&Entry> = names.iter().filter(|entry| entry.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        match form {
            Form::Text { width } => {
                let _ = writeln!(out, "\n{}", kind.plural());
                let column = of_kind.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0).min(34);
                for entry in of_kind {
                    let line = format!("  {:<column$}  {}", entry.name, summary_of(entry));
                    let _ = writeln!(out, "{}", cut(line.trim_end(), width));
                }
            }
            Form::Markdown => {
                let _ = writeln!(out, "\n## {}\n\n| name | meaning |\n|---|---|", kind.plural());
                for entry in of_kind {
                    let _ = writeln!(out, "| `{}` | {} |", entry.name, summary_of(entry).replace('|', "\\|"));
                }
            }
        }
    }
    out
}

/// An undocumented name is told by its declaration.
fn summary_of(entry: &Entry) -> String {
    let summary = entry.summary();
    if !summary.is_empty() {
        return summary;
    }
    let declaration = entry.declaration.strip_prefix(entry.kind.name()).unwrap_or(&entry.declaration).trim_start();
    declaration.strip_prefix(entry.name.as_str()).unwrap_or(declaration).trim_start_matches([':', ' ']).to_string()
}

/// The modules with how many names each has.
pub fn overview(reference: &Reference, form: Form) -> String {
    let mut out = String::new();
    match form {
        Form::Text { width } => {
            let column = reference.modules().map(|(module, _)| module.len()).max().unwrap_or(0);
            for (module, entries) in reference.modules() {
                for (number, line) in wrap(&counts(entries), width.saturating_sub(column + 2)).iter().enumerate() {
                    let module = if number == 0 { module } else { "" };
                    let _ = writeln!(out, "{module:<column$}  {line}");
                }
            }
        }
        Form::Markdown => {
            let _ = writeln!(out, "| module | names |\n|---|---|");
            for (module, entries) in reference.modules() {
                let _ = writeln!(out, "| {module} | {} |", counts(entries));
            }
        }
    }
    out
}

/// `3 functions, 1 type`
fn counts(entries: &[Entry]) -> String {
    let parts: Vec<String> = Kind::ALL
        .into_iter()
        .filter_map(|kind| match entries.iter().filter(|entry| entry.kind == kind).count() {
            0 => None,
            1 => Some(format!("1 {}", kind.plural().trim_end_matches('s'))),
            count => Some(format!("{count} {}", kind.plural())),
        })
        .collect();
    parts.join(", ")
}

/// The declaration with its members, ended as scripts end it.
fn whole_declaration(entry: &Entry, width: usize) -> String {
    let mut out = declaration(entry, width);
    if entry.members.is_empty() {
        return out + "\n";
    }
    let end = if entry.declaration.ends_with("enum") { "," } else { ";" };
    out.push_str(" {\n");
    for member in &entry.members {
        for line in wrap(&member.doc, width.saturating_sub(7)) {
            let _ = writeln!(out, "    ## {line}");
        }
        let _ = writeln!(out, "    {}{end}", member.text);
    }
    out + "}\n"
}

fn text_entry(entry: &Entry, width: usize) -> String {
    let mut doc = String::new();
    for line in paragraphs(&entry.doc, width.saturating_sub(2)) {
        let _ = writeln!(doc, "{}", format!("  {line}").trim_end());
    }
    let declaration = whole_declaration(entry, width);
    // A long declaration stands below what it is about.
    let mut out = match (doc.is_empty(), entry.members.is_empty()) {
        (true, _) => declaration,
        (false, true) => format!("{declaration}\n{doc}"),
        (false, false) => format!("{} {}\n\n{doc}\n{declaration}", entry.kind.name(), entry.name),
    };
    let mut facts: Vec<(&str, String)> = Vec::new();
    for (expression, result) in &entry.examples {
        facts.push(("example", format!("{expression}  gives  {}", result.replace('\n', "\\n"))));
    }
    if let Some(value) = &entry.value {
        facts.push(("value", cut(value, MAX_VALUE)));
    }
    if let Some(place) = &entry.place {
        facts.push(("declared", place.clone()));
    }
    if let Some(family) = entry.family {
        facts.push(("native", family.to_string()));
    }
    for place in &entry.redefs {
        facts.push(("redefined", place.clone()));
    }
    if !facts.is_empty() {
        out.push('\n');
    }
    let mut last = "";
    for (label, text) in facts {
        let shown = if label == last { "" } else { label };
        last = label;
        for (number, line) in wrap(&text, width.saturating_sub(13)).into_iter().enumerate() {
            let shown = if number == 0 { shown } else { "" };
            let _ = writeln!(out, "  {shown:<9}  {line}");
        }
    }
    out
}

/// The declaration; one that is too long has a line for each parameter.
fn declaration(entry: &Entry, width: usize) -> String {
    let text = &entry.declaration;
    let parts = text.split_once('(').and_then(|(head, rest)| {
        let (parameters, tail) = rest.rsplit_once(')')?;
        Some((head, parameters, tail))
    });
    match parts {
        Some((head, parameters, tail))
            if text.chars().count() > width && matches!(entry.kind, Kind::Function | Kind::Event | Kind::Hook) =>
        {
            let parameters: Vec<String> =
                split_parameters(parameters).into_iter().map(|parameter| format!("    {parameter}")).collect();
            format!("{head}(\n{}\n){tail}", parameters.join(",\n"))
        }
        _ => wrap(text, width).join("\n    "),
    }
}

/// Splits at the commas outside brackets and strings.
fn split_parameters(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut quoted, mut start) = (0usize, false, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '[' | '(' | '{' if !quoted => depth += 1,
            ']' | ')' | '}' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

fn markdown_entry(entry: &Entry) -> String {
    let mut out = format!("## {}\n\n```bro\n{}```\n", entry.name, whole_declaration(entry, 100));
    if !entry.doc.trim().is_empty() {
        let _ = write!(out, "\n{}\n", entry.doc.trim());
    }
    if !entry.examples.is_empty() {
        out.push_str("\nExamples:\n\n");
        for (expression, result) in &entry.examples {
            let _ = writeln!(out, "- `{expression}` gives `{}`", result.replace('\n', "\\n"));
        }
    }
    let mut facts = Vec::new();
    if let Some(value) = &entry.value {
        facts.push(format!("value `{}`", cut(value, MAX_VALUE)));
    }
    if let Some(place) = &entry.place {
        facts.push(format!("declared in {place}"));
    }
    if let Some(family) = entry.family {
        facts.push(format!("native, family {family}"));
    }
    if !entry.redefs.is_empty() {
        facts.push(format!("redefined in {}", entry.redefs.join(", ")));
    }
    for (number, fact) in facts.iter().enumerate() {
        let _ = writeln!(out, "{}- {fact}", if number == 0 { "\n" } else { "" });
    }
    out
}

/// The text cut to so many characters, with `...` where something is missing.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    let kept: String = text.chars().take(width.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}

/// Fills lines with words; a word wider than a line stands on one of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Wraps each paragraph; lines that are indented or begin a list keep their shape.
fn paragraphs(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open = String::new();
    for line in text.lines() {
        let line = line.trim_end();
        let keeps = line.starts_with("  ") || line.starts_with("- ") || line.starts_with(':');
        if line.is_empty() || keeps {
            lines.extend(wrap(&std::mem::take(&mut open), width));
        }
        if keeps {
            lines.push(line.to_string());
        } else if line.is_empty() {
            lines.push(String::new());
        } else {
            open.push(' ');
            open.push_str(line);
        }
    }
    lines.extend(wrap(&open, width));
    lines.dedup_by(|later, earlier| later.is_empty() && earlier.is_empty());
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}
