//! Diagnostics for people: the source line with what is wrong marked in it. The only user of ariadne.
//!
//! ariadne is never handed a whole file, which may be large and is bytes: it gets an [`excerpt`] in which only the
//! lines that matter have text. What it cannot place (long texts beside a line, a diagnostic without a place, the
//! chain of `@load`s) is written here. Nothing is wider than [`Style::width`] unless a single word is.

mod excerpt;
mod wrap;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

use ariadne::{CharSet, Color, Config, IndexType, Label, LabelAttach, Report, ReportKind};

use super::region::Region;
use super::{Diagnostic, Severity};
use crate::source::{FileId, SourceMap, Span};
use excerpt::{Excerpt, Excerpts};
use wrap::wrap;

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// For terminals only; the caller knows whether it writes to one.
    pub color: bool,
    /// Columns there are.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Style { color: false, width: 80 }
    }
}

/// What stands at a mark of which nothing is said.
const HERE: &str = "here";

/// The chain of `@load`s and back-traces show this many places at each end.
const CHAIN_ENDS: usize = 6;

/// The text for one diagnostic, with an end of line.
pub fn human(sources: &SourceMap, diagnostic: &Diagnostic, style: Style) -> String {
    // A mark without a text is not drawn.
    let mut labels = vec![(diagnostic.span, diagnostic.label.as_deref().unwrap_or(HERE), true)];
    if let Some(other) = diagnostic.other.as_ref().filter(|other| !other.span.is_none()) {
        labels.push((other.span, other.subject.as_deref().unwrap_or(""), false));
    }
    labels.extend(diagnostic.related.iter().map(|(span, text)| (*span, text.as_str(), false)));

    let mut excerpts: BTreeMap<FileId, Excerpt> = BTreeMap::new();
    for (span, text, _) in &labels {
        let Some(file) = sources.get(span.file) else { continue };
        excerpts.entry(span.file).or_insert_with(|| Excerpt::new(file, style.width)).add(
            file,
            *span,
            text.chars().count(),
        );
    }
    let (shown, mut notes) = show_labels(sources, &labels, &excerpts, style);
    if let Some(fix) = &diagnostic.fix {
        let replacement = fix.replacement.trim();
        notes.push(if replacement.is_empty() || fix.message.contains(replacement) {
            format!("help: {}", fix.message)
        } else {
            format!("help: {}: `{replacement}`", fix.message)
        });
    }
    notes.extend(diagnostic.notes.iter().map(|note| format!("note: {note}")));

    let mut text = head(diagnostic, style);
    if shown.is_empty() {
        for (span, label, _) in &labels {
            if let Some((name, location)) = sources.place(*span) {
                let label = if label.is_empty() || *label == HERE { String::new() } else { format!(": {label}") };
                let _ = writeln!(text, "  at {}:{}{label}", short(name), location.line);
            }
        }
    } else {
        text.push_str(&report(sources, excerpts, shown, style));
    }
    for note in &notes {
        text.push_str(&wrap(note, "  ", "        ", style.width));
    }
    push_chain(&mut text, sources, diagnostic);
    text
}

/// A label of ariadne's, still in our terms.
struct Shown {
    file: FileId,
    range: Range<usize>,
    text: String,
    primary: bool,
    /// Where ariadne will say it is, which sees tabs widened and lines cut.
    seen_at: (u32, usize),
    /// Where it is.
    place: (u32, u32),
}

/// Places the labels in the excerpts. Texts too long to stand beside their line move to the notes.
fn show_labels(
    sources: &SourceMap,
    labels: &[(Span, &str, bool)],
    excerpts: &BTreeMap<FileId, Excerpt>,
    style: Style,
) -> (Vec<Shown>, Vec<String>) {
    let mut shown = Vec::new();
    let mut notes = Vec::new();
    for &(span, text, primary) in labels {
        let (Some(region), Some(excerpt)) = (Region::of(sources, span), excerpts.get(&span.file)) else { continue };
        let Some((line, column, range)) = excerpt.place(span) else {
            // Its line is shown around something else.
            if excerpt.has_line(span) && !text.is_empty() {
                notes.push(format!("note: line {}, column {}: {text}", region.line, region.column));
            }
            continue;
        };
        let room = style.width.saturating_sub(column + excerpt::MARGIN + 4);
        let fits = text.chars().count() <= room && !text.contains('\n');
        let beside = if fits { text } else { HERE };
        if !fits {
            notes.push(if primary { format!("note: {text}") } else { format!("note: line {line}: {text}") });
        }
        shown.push(Shown {
            file: span.file,
            range,
            text: beside.into(),
            primary,
            seen_at: (line, column + 1),
            place: (region.line, region.column),
        });
    }
    // Groups form from neighbours of one file in the order of lines; the file of the finding itself comes first.
    let first = labels.first().map(|(span, ..)| span.file);
    shown.sort_by_key(|label| (Some(label.file) != first, label.file, label.range.start));
    (shown, notes)
}

fn report(sources: &SourceMap, excerpts: BTreeMap<FileId, Excerpt>, shown: Vec<Shown>, style: Style) -> String {
    let Some(main) = shown.iter().find(|label| label.primary).or_else(|| shown.first()) else {
        return String::new();
    };
    let config = Config::default()
        .with_color(style.color)
        .with_index_type(IndexType::Char)
        .with_label_attach(LabelAttach::Start)
        .with_char_set(CharSet::Unicode);
    let places: Vec<(String, String)> = shown
        .iter()
        .map(|label| {
            let name = sources.get(label.file).map_or("", |file| short(&file.name));
            let place = |line: u32, column: usize| format!("{name}:{line}:{column}");
            (place(label.seen_at.0, label.seen_at.1), place(label.place.0, label.place.1 as usize))
        })
        .collect();
    let mut builder = Report::build(ReportKind::Advice, (main.file, main.range.clone())).with_config(config);
    for label in shown {
        let color = if label.primary { Color::Red } else { Color::Cyan };
        let mut mark = Label::new((label.file, label.range)).with_color(color);
        if !label.text.is_empty() {
            mark = mark.with_message(label.text);
        }
        builder = builder.with_label(mark);
    }
    let mut bytes = Vec::new();
    let cache = Excerpts::new(sources, excerpts);
    if builder.finish().write(cache, &mut bytes).is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    // The first line is ariadne's own head, which cannot be told to show the code the way it is given to `explain`.
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    let mut trimmed = String::with_capacity(body.len());
    for line in body.lines() {
        let is_head = line.contains("\u{2500}[");
        match places.iter().find(|(seen, _)| is_head && line.contains(&format!(" {seen} "))) {
            Some((seen, place)) => trimmed.push_str(line.replace(seen, place).trim_end()),
            None => trimmed.push_str(line.trim_end()),
        }
        trimmed.push('\n');
    }
    trimmed
}

/// `error[B1001]: unknown identifier (x)`
fn head(diagnostic: &Diagnostic, style: Style) -> String {
    let severity = format!("{}[{}]", diagnostic.severity.text(), diagnostic.code.id());
    let text = wrap(&format!("{severity}: {}", super::bro::message(diagnostic)), "", "  ", style.width);
    if !style.color {
        return text;
    }
    let color = match diagnostic.severity {
        Severity::Note => "\x1b[1;36m",
        Severity::Warning => "\x1b[1;33m",
        Severity::Error | Severity::Fatal => "\x1b[1;31m",
    };
    text.replacen(&severity, &format!("{color}{severity}\x1b[0m"), 1)
}

fn push_chain(text: &mut String, sources: &SourceMap, diagnostic: &Diagnostic) {
    let chain = &diagnostic.chain;
    let hidden = chain.len().saturating_sub(2 * CHAIN_ENDS);
    for (index, (span, what)) in chain.iter().enumerate() {
        if hidden > 1 && index == CHAIN_ENDS {
            let _ = writeln!(text, "  ... {hidden} more");
        }
        if hidden > 1 && (CHAIN_ENDS..CHAIN_ENDS + hidden).contains(&index) {
            continue;
        }
        let _ = match sources.place(*span) {
            Some((name, location)) => writeln!(text, "  {what} at {}:{}", short(name), location.line),
            None => writeln!(text, "  {what}"),
        };
    }
}

/// Bro shows files of the current directory as `./x.bro`; people need not see that.
fn short(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::{Style, human};
    use crate::diag::{Code, Diagnostic};
    use crate::source::{FileId, SourceMap, Span};

    fn source(text: &[u8]) -> (SourceMap, FileId) {
        let mut sources = SourceMap::default();
        let file = sources.add("./x.bro", text.into(), false);
        (sources, file)
    }

    fn widest(text: &str) -> usize {
        text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
    }

    #[test]
    fn marks_the_place_and_shows_label_help_note_and_chain() {
        let (sources, file) = source(b"# one\nprint nodse;\n");
        let error = Diagnostic::error(Code::UnknownIdentifier, Span::new(file, 12, 17), "unknown identifier")
            .subject("nodse")
            .label("nothing has this name")
            .fix(Span::new(file, 12, 17), "nodes", "there is `nodes`")
            .note("names are case sensitive")
            .chain(vec![(Span::new(file, 0, 1), "loaded".into())]);
        let expected = "\
error[B1001]: unknown identifier (nodse)
   \u{256d}\u{2500}[ x.bro:2:7 ]
   \u{2502}
 2 \u{2502} print nodse;
   \u{2502}       \u{252c}\u{2500}\u{2500}\u{2500}\u{2500}
   \u{2502}       \u{2570}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500} nothing has this name
\u{2500}\u{2500}\u{2500}\u{256f}
  help: there is `nodes`
  note: names are case sensitive
  loaded at x.bro:1
";
        assert_eq!(human(&sources, &error, Style::default()), expected);
    }

    #[test]
    fn without_a_place() {
        let error = Diagnostic::fatal(Code::FileNotFound, Span::NONE, "can't find x");
        let text = human(&SourceMap::default(), &error, Style::default());
        assert_eq!(text, "fatal error[B0002]: can't find x\n");
    }

    #[test]
    fn colours_only_when_asked_for() {
        let (sources, file) = source(b"print x;\n");
        let error = Diagnostic::error(Code::UnknownIdentifier, Span::new(file, 6, 7), "unknown identifier");
        assert!(!human(&sources, &error, Style::default()).contains('\x1b'));
        let colored = human(&sources, &error, Style { color: true, ..Style::default() });
        assert!(colored.starts_with("\x1b[1;31merror[B1001]\x1b[0m: "), "{colored:?}");
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        let long = format!("global names = set({});\n", "\"a-rather-long-name\", ".repeat(60));
        let (sources, file) = source(long.as_bytes());
        let words = "the quick brown fox jumps over the lazy dog ".repeat(5);
        let error = Diagnostic::error(Code::TypeMismatch, Span::new(file, 900, 920), words.clone())
            .label(words.clone())
            .note(words.clone())
            .related(Span::new(file, 7, 12), words);
        let text = human(&sources, &error, Style::default());
        assert!(widest(&text) <= 80, "{text}");
        assert!(text.contains("note: line 1, column 8: the quick"), "{text}");
    }

    #[test]
    fn places_are_those_of_the_file_where_lines_are_cut_and_tabs_widened() {
        let text = format!("[\n\t[{} wrong, more\n", "x, ".repeat(60));
        let (sources, file) = source(text.as_bytes());
        let start = u32::try_from(text.find("wrong").unwrap()).unwrap();
        let error = Diagnostic::error(Code::SyntaxError, Span::new(file, start, start + 5), "odd")
            .label("this")
            .related(Span::new(file, 3, 4), "the bracket");
        let text = human(&sources, &error, Style::default());
        assert!(text.contains("[ x.bro:2:184 ]"), "{text}");
        // The bracket is on the same line, far away from what is shown of it.
        assert!(text.contains("note: line 2, column 2: the bracket"), "{text}");
        assert_eq!(text.matches('\u{2570}').count(), 1, "{text}");
    }

    #[test]
    fn a_text_too_long_for_its_place_leaves_a_mark() {
        let (sources, file) = source(format!("{}wrong\n", " ".repeat(50)).as_bytes());
        let error =
            Diagnostic::error(Code::SyntaxError, Span::new(file, 50, 55), "odd").label("word ".repeat(10).trim());
        let text = human(&sources, &error, Style::default());
        assert!(text.contains("\u{2500} here\n"), "{text}");
        assert!(text.contains("note: word word"), "{text}");
    }

    #[test]
    fn related_places_in_other_files_and_far_away_lines() {
        let mut sources = SourceMap::default();
        let first = sources.add("./a.bro", b"global x = 1;\n"[..].into(), false);
        let text = format!("{}global x = 2;\n", "\n".repeat(30_000));
        let second = sources.add("./b.bro", text.as_bytes().into(), false);
        let error = Diagnostic::error(Code::AlreadyDefined, Span::new(second, 30_007, 30_008), "already defined")
            .related(Span::new(first, 7, 8), "first here");
        let text = human(&sources, &error, Style::default());
        assert!(text.contains("b.bro:30001:8"), "{text}");
        assert!(text.contains("30001 \u{2502} global x = 2;"), "{text}");
        assert!(text.contains("a.bro:1:8"), "{text}");
        assert!(text.contains("first here"), "{text}");
    }

    #[test]
    fn any_bytes_and_any_span() {
        let (sources, file) = source(b"\xff\x00\t\x0b\xe2\x80\xa8\x1b[31m\r\nx");
        for start in 0..20 {
            for end in start..22 {
                let error = Diagnostic::error(Code::SyntaxError, Span::new(file, start, end), "odd").label("here");
                let text = human(&sources, &error, Style::default());
                assert!(text.contains("x.bro:") && !text.contains('\x1b'), "{start}..{end}: {text}");
            }
        }
    }

    #[test]
    fn empty_files_have_a_first_line() {
        let (sources, file) = source(b"");
        let error = Diagnostic::error(Code::SyntaxError, Span::new(file, 0, 0), "syntax error").label("end of file");
        let text = human(&sources, &error, Style::default());
        assert!(text.contains("x.bro:1:1"), "{text}");
    }

    #[test]
    fn files_of_very_many_lines_are_shown_without_their_text() {
        let (sources, file) = source(&b"\n".repeat(1_500_000));
        let error = Diagnostic::error(Code::SyntaxError, Span::new(file, 1_400_000, 1_400_001), "odd").label("wrong");
        let text = human(&sources, &error, Style::default());
        assert_eq!(text, "error[B0001]: odd\n  at x.bro:1400001: wrong\n");
    }

    #[test]
    fn long_chains_are_cut_in_the_middle() {
        let (sources, file) = source(b"x\n");
        let chain = (0..40).map(|depth| (Span::new(file, 0, 1), format!("in f{depth}"))).collect();
        let error = Diagnostic::error(Code::RunTime, Span::NONE, "too deep").chain(chain);
        let text = human(&sources, &error, Style::default());
        assert_eq!(text.lines().count(), 1 + 12 + 1, "{text}");
        assert!(text.contains("in f5 at x.bro:1\n  ... 28 more\n  in f34 at"), "{text}");
    }
}
