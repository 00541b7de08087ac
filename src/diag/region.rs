//! Spans as lines and columns, for output that other programs read.

use crate::source::{SourceFile, SourceMap, Span};

/// A span in a file. Lines and columns count from 1, columns in Unicode code points (a byte that is no UTF-8 counts
/// as one); the end is the position behind the last character.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Region<'a> {
    pub(super) file: &'a str,
    pub(super) embedded: bool,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

impl<'a> Region<'a> {
    /// `None` for spans of no file.
    pub(super) fn of(sources: &'a SourceMap, span: Span) -> Option<Self> {
        let file = sources.get(span.file)?;
        let (line, column) = position(file, span.start);
        let (end_line, end_column) = position(file, span.end.max(span.start));
        let name = file.name.strip_prefix("./").unwrap_or(&file.name);
        Some(Region { file: name, embedded: file.embedded, line, column, end_line, end_column })
    }
}

fn position(file: &SourceFile, offset: u32) -> (u32, u32) {
    let location = file.location(offset.min(u32::try_from(file.text.len()).unwrap_or(u32::MAX)));
    let line = file.line(location.line);
    let before = &line[..line.len().min(location.column.saturating_sub(1) as usize)];
    let characters: usize =
        before.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
    (location.line, u32::try_from(characters).unwrap_or(u32::MAX - 1) + 1)
}

#[cfg(test)]
mod tests {
    use super::Region;
    use crate::source::{SourceMap, Span};

    #[test]
    fn columns_count_characters() {
        let mut sources = SourceMap::default();
        let file = sources.add("./x.bro", "a\n\u{e4}\u{20ac} b\n".as_bytes().into(), false);
        let region = Region::of(&sources, Span::new(file, 8, 9)).unwrap();
        let expected = Region { file: "x.bro", embedded: false, line: 2, column: 4, end_line: 2, end_column: 5 };
        assert_eq!(region, expected);
        assert_eq!(Region::of(&sources, Span::NONE), None);
    }

    #[test]
    fn bytes_that_are_no_text_count_one_each() {
        let mut sources = SourceMap::default();
        let file = sources.add("x.bro", b"\xff\xfe\x00b"[..].into(), false);
        let region = Region::of(&sources, Span::new(file, 3, 400)).unwrap();
        assert_eq!((region.line, region.column, region.end_column), (1, 4, 5));
    }
}
