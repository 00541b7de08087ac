//! The few lines of a file that a report shows.
//!
//! An excerpt has as many lines as the file up to the last one shown, all empty but those that matter, so that line
//! numbers are right. Shown lines are text that any terminal can take: bytes that are no UTF-8 and control characters
//! are replaced, tabs are spaces, and lines too long are cut around what they are shown for.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use ariadne::{Cache, Source};

use crate::source::{FileId, SourceFile, SourceMap, Span};

/// Columns that the frame and the line numbers take.
pub(super) const MARGIN: usize = 9;
/// How much of a cut line stands before what it is shown for.
const BEFORE: usize = 24;
const LEAST_BEFORE: usize = 8;
/// What stands between a place and the label that belongs to it.
const FRAME: usize = 5;
const TAB: usize = 4;
/// Beyond this many lines there is no excerpt: the empty lines before would cost too much.
const MOST_LINES: u32 = 1_000_000;

pub(super) struct Excerpt {
    width: usize,
    file_length: u32,
    /// Shown lines by number, from 1.
    lines: BTreeMap<u32, ShownLine>,
}

struct ShownLine {
    /// Where the line starts in the file.
    start: u32,
    /// Where its end of line stands.
    end: u32,
    text: Vec<char>,
    /// For each character of `text` the byte offset in the line that it stands for, and at last the line's length.
    offsets: Vec<u32>,
}

impl Excerpt {
    pub(super) fn new(file: &SourceFile, width: usize) -> Self {
        let file_length = u32::try_from(file.text.len()).unwrap_or(u32::MAX);
        let digits = file.location(file_length).line.to_string().len();
        Excerpt { width: width.saturating_sub(MARGIN.max(digits + 5)).max(20), file_length, lines: BTreeMap::new() }
    }

    /// Shows the line in which the span starts; where it must be cut, so that a label of this length has room.
    pub(super) fn add(&mut self, file: &SourceFile, span: Span, label: usize) {
        let start = span.start.min(self.file_length);
        let location = file.location(start);
        if location.line > MOST_LINES || self.lines.contains_key(&location.line) {
            return;
        }
        let column = location.column - 1;
        let bytes = file.line(location.line);
        let before = self.width.saturating_sub(label + FRAME).clamp(LEAST_BEFORE, BEFORE);
        let mut line = show(bytes, column, self.width, before);
        if line.text.is_empty() {
            // A place in an empty line would be taken for the end of the line before.
            line.text.push(' ');
            line.offsets.insert(0, 0);
        }
        let line_start = start - column;
        // A carriage return before the end of line belongs to neither; spans may still start there.
        let end = (line_start + u32::try_from(bytes.len()).unwrap_or(0)).max(start);
        self.lines.insert(location.line, ShownLine { start: line_start, end, ..line });
    }

    /// Line number, column and the range of characters in [`Excerpt::text`] for the span, cut to its first line.
    pub(super) fn place(&self, span: Span) -> Option<(u32, usize, Range<usize>)> {
        let start = span.start.min(self.file_length);
        let (number, line) = self.lines.iter().find(|(_, line)| (line.start..=line.end).contains(&start))?;
        if !line.shows(start - line.start) {
            return None;
        }
        let from = line.column(start - line.start).min(line.text.len());
        let to = line.column(span.end.saturating_sub(line.start)).clamp(from, line.text.len());
        // Spans that reach into the next line need not mark the blanks before it.
        let to = if to == line.text.len() { trimmed(&line.text).max(from) } else { to };
        let before = *number as usize - 1 + self.lines.range(..number).map(|(_, line)| line.text.len()).sum::<usize>();
        Some((*number, from, before + from..before + to))
    }

    /// Whether the line is shown in which the span starts, even if cut elsewhere.
    pub(super) fn has_line(&self, span: Span) -> bool {
        self.lines.values().any(|line| (line.start..=line.end).contains(&span.start.min(self.file_length)))
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let mut next = 1;
        for (&number, line) in &self.lines {
            while next < number {
                text.push('\n');
                next += 1;
            }
            text.extend(&line.text);
        }
        text.push('\n');
        text
    }
}

impl ShownLine {
    /// Whether this byte of the line is in the part that is left of it. The mark of a cut stands for no byte.
    fn shows(&self, offset: u32) -> bool {
        let is_cut = |end: Option<&char>| end == Some(&'\u{2026}');
        let first = self.offsets.get(usize::from(is_cut(self.text.first()))).copied().unwrap_or(0);
        first <= offset && (!is_cut(self.text.last()) || self.offsets.last().is_some_and(|last| offset < *last))
    }

    fn column(&self, offset: u32) -> usize {
        self.offsets.partition_point(|&start| start < offset)
    }
}

fn trimmed(text: &[char]) -> usize {
    text.iter().rposition(|character| *character != ' ').map_or(0, |last| last + 1)
}

/// The printable form of a line, cut to `width` characters around the byte `focus`, of which `before` stand before it.
fn show(line: &[u8], focus: u32, width: usize, before: usize) -> ShownLine {
    // Bytes further away than this cannot be shown, and lines can be as long as files.
    let reach = width * 4 + 16;
    let focus = focus as usize;
    let from = focus.saturating_sub(reach);
    let upto = line.len().min(focus + reach);
    let mut text = Vec::new();
    let mut offsets = Vec::new();
    let mut offset = from;
    for chunk in line.get(from..upto).unwrap_or(&[]).utf8_chunks() {
        for character in chunk.valid().chars() {
            let count = if character == '\t' { TAB - text.len() % TAB } else { 1 };
            for _ in 0..count {
                text.push(printable(character));
                offsets.push(u32::try_from(offset).unwrap_or(u32::MAX));
            }
            offset += character.len_utf8();
        }
        for _ in chunk.invalid() {
            text.push(char::REPLACEMENT_CHARACTER);
            offsets.push(u32::try_from(offset).unwrap_or(u32::MAX));
            offset += 1;
        }
    }
    offsets.push(u32::try_from(upto).unwrap_or(u32::MAX));

    let mut cut = ShownLine { start: 0, end: 0, text, offsets };
    if cut.text.len() > width || from > 0 || upto < line.len() {
        let focus = cut.column(u32::try_from(focus).unwrap_or(u32::MAX));
        let begin = if cut.text.len() <= width && from == 0 { 0 } else { focus.saturating_sub(before) };
        let end = cut.text.len().min(begin + width);
        let (more_before, more_behind) = (begin > 0 || from > 0, end < cut.text.len() || upto < line.len());
        cut.text = cut.text[begin..end].to_vec();
        cut.offsets = cut.offsets[begin..=end].to_vec();
        if let (true, Some(first)) = (more_before, cut.text.first_mut()) {
            *first = '\u{2026}';
        }
        if let (true, Some(last)) = (more_behind, cut.text.last_mut()) {
            *last = '\u{2026}';
        }
    }
    cut
}

/// What a terminal may be shown for a character of unknown origin.
pub(super) fn printable(character: char) -> char {
    match character {
        '\t' => ' ',
        // The pictures of the control characters.
        '\0'..='\x1f' => char::from_u32(0x2400 + character as u32).unwrap_or(' '),
        '\x7f' => '\u{2421}',
        // Line ends in ariadne's eyes, marks that turn the direction of text around, and what takes no room.
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

/// The excerpts of a report, as ariadne asks for them.
pub(super) struct Excerpts {
    files: BTreeMap<FileId, (String, Source<String>)>,
}

impl Excerpts {
    pub(super) fn new(sources: &SourceMap, excerpts: BTreeMap<FileId, Excerpt>) -> Self {
        let files = excerpts.into_iter().map(|(id, excerpt)| {
            let name = sources.get(id).map_or("", |file| super::short(&file.name));
            (id, (name.to_string(), Source::from(excerpt.text())))
        });
        Excerpts { files: files.collect() }
    }
}

impl Cache<FileId> for Excerpts {
    type Storage = String;

    fn fetch(&mut self, id: &FileId) -> Result<&Source<String>, impl fmt::Debug> {
        self.files.get(id).map(|(_, source)| source).ok_or("no such file")
    }

    fn display<'a>(&self, id: &'a FileId) -> Option<impl fmt::Display + 'a> {
        self.files.get(id).map(|(name, _)| name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::show;

    fn shown(line: &[u8], focus: u32, width: usize) -> String {
        show(line, focus, width, super::BEFORE).text.iter().collect()
    }

    #[test]
    fn lines_are_printable() {
        assert_eq!(shown(b"\ta\tb", 0, 60), "    a   b");
        assert_eq!(shown(b"a\x00\xffb", 0, 60), "a\u{2400}\u{fffd}b");
    }

    #[test]
    fn long_lines_are_cut_around_the_focus() {
        let line: Vec<u8> = (0..1000u32).map(|index| b'a' + (index % 26) as u8).collect();
        let cut = show(&line, 500, 40, super::BEFORE);
        assert_eq!(cut.text.len(), 40);
        assert_eq!((cut.text[0], cut.text[39]), ('\u{2026}', '\u{2026}'));
        assert_eq!(cut.text[cut.column(500)], char::from(line[500]));
        let start = shown(&line, 0, 40);
        assert!(start.starts_with("abc") && start.ends_with('\u{2026}'), "{start}");
        let end = shown(&line, 999, 40);
        assert!(end.starts_with('\u{2026}') && end.ends_with('l'), "{end}");
    }
}
