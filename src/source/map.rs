//! The files that were read, and spans into them.

use std::cell::OnceCell;
use std::ops::Deref;
use std::rc::Rc;

/// A file in the [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

impl FileId {
    /// Text that no file holds: values made by the runtime itself.
    pub const NONE: FileId = FileId(u32::MAX);
}

/// A stretch of bytes in one file. `start <= end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The span of what no source text stands for.
    pub const NONE: Span = Span { file: FileId::NONE, start: 0, end: 0 };

    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Span { file, start, end }
    }

    /// The smallest span that covers both; the first one's file wins where they differ.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    pub fn is_none(self) -> bool {
        self.file == FileId::NONE
    }
}

/// A line and column, both from 1; the column counts bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    pub line: u32,
    pub column: u32,
}

/// One source text with the name it is shown by.
#[derive(Debug)]
pub struct SourceFile {
    /// The path as messages show it.
    pub name: Rc<str>,
    pub text: SourceText,
    /// Ours, embedded in the binary: known to be free of type errors, so its bodies compile on first use.
    pub embedded: bool,
    /// The `@load` that led here first; none for what the command line names.
    pub loaded_at: Span,
    /// Found when first asked for: most files are never shown.
    line_starts: OnceCell<Box<[u32]>>,
}

impl SourceFile {
    /// The location of a byte offset; offsets past the end give the last line.
    pub fn location(&self, offset: u32) -> Location {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        Location { line: u32::try_from(line).unwrap_or(u32::MAX), column: offset - start + 1 }
    }

    /// The text of a line (from 1) without its end of line.
    pub fn line(&self, line: u32) -> &[u8] {
        let index = (line as usize).saturating_sub(1);
        let starts = self.line_starts();
        let start = starts.get(index).copied().unwrap_or(0) as usize;
        let end = starts.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        let line = &self.text[start.min(end)..end];
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            std::iter::once(0).chain(ends.map(|(index, _)| u32::try_from(index + 1).unwrap_or(u32::MAX))).collect()
        })
    }
}

/// A text that is shared, or lies in the program itself.
#[derive(Clone, Debug)]
pub enum SourceText {
    Shared(Rc<[u8]>),
    Carried(&'static [u8]),
}

impl Deref for SourceText {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            SourceText::Shared(text) => text,
            SourceText::Carried(text) => text,
        }
    }
}

impl From<Rc<[u8]>> for SourceText {
    fn from(text: Rc<[u8]>) -> Self {
        SourceText::Shared(text)
    }
}

impl From<&[u8]> for SourceText {
    fn from(text: &[u8]) -> Self {
        SourceText::Shared(text.into())
    }
}

/// All sources of one engine.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a text. Offsets are 32 bits wide; a caller refuses longer texts before.
    pub fn add(&mut self, name: &str, text: SourceText, embedded: bool) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX - 1));
        self.files.push(SourceFile {
            name: name.into(),
            text,
            embedded,
            loaded_at: Span::NONE,
            line_starts: OnceCell::new(),
        });
        id
    }

    /// Every text, in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        (0..self.files.len()).map(|index| FileId(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    pub fn set_loaded_at(&mut self, id: FileId, place: Span) {
        if let Some(file) = self.files.get_mut(id.0 as usize) {
            file.loaded_at = place;
        }
    }

    /// The `@load`s that led to a file, innermost first, as a diagnostic's chain.
    pub fn load_chain(&self, id: FileId) -> Vec<(Span, String)> {
        let loads = std::iter::successors(self.get(id), |file| self.get(file.loaded_at.file));
        loads
            .map(|file| file.loaded_at)
            .filter(|place| !place.is_none())
            .map(|place| (place, "loaded".into()))
            .collect()
    }

    pub fn is_embedded(&self, id: FileId) -> bool {
        self.get(id).is_some_and(|file| file.embedded)
    }

    /// The source text under a span, empty for [`Span::NONE`].
    pub fn text(&self, span: Span) -> &[u8] {
        self.get(span.file).and_then(|file| file.text.get(span.start as usize..span.end as usize)).unwrap_or(&[])
    }

    /// File name and line of a span's start, as Bro's messages show it.
    pub fn place(&self, span: Span) -> Option<(&str, Location)> {
        self.get(span.file).map(|file| (&*file.name, file.location(span.start)))
    }
}
