//! The form of `node.cfg`: what Python's `configparser` reads, with the place of everything.
//!
//! Rules that surprise: keys are lower case whatever was written; `;` and `#` begin a comment only at the start of a
//! line; a line that is indented further than its key goes on with the value; `%(key)s` stands for another value, so
//! that `%` is written `%%`; what `[DEFAULT]` says holds for every section. Python gives up at the first mistake, here
//! the rest is read all the same.

use std::collections::HashSet;

use crate::diag::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// Values may mention each other so deeply, as in Python.
const DEEPEST: usize = 10;

/// No value that mentions others becomes longer.
const LONGEST: usize = 1 << 16;

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub key: String,
    pub key_span: Span,
    /// Several lines are joined by ends of line.
    pub value: String,
    pub value_span: Span,
}

/// What stands below a `[name]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub name: String,
    /// The name without its brackets.
    pub span: Span,
    pub entries: Vec<Entry>,
}

/// A file as it was written: `%(key)s` is still there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ini {
    pub sections: Vec<Section>,
    pub defaults: Vec<Entry>,
}

/// A line without its end, and where it begins. Lines end as in Python: `\n`, `\r\n` or `\r`.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (line, end) = rest.split_at(length);
        let start = at;
        at += length + if end.starts_with("\r\n") { 2 } else { usize::from(!end.is_empty()) };
        Some((start, line))
    })
}

/// The place of a piece of a text that was cut out of `text`.
pub(super) fn span_of(file: FileId, start: usize, length: usize) -> Span {
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(file, at(start), at(start + length))
}

/// A piece of a line without white space around it, and where it begins within the line.
pub(super) fn trimmed(piece: &str) -> (usize, &str) {
    (piece.len() - piece.trim_start().len(), piece.trim())
}

/// Where the reader is.
enum Place {
    Nowhere,
    Defaults,
    Section,
    /// Below a section that is there already.
    Repeated,
}

struct Reader<'a> {
    file: FileId,
    ini: Ini,
    place: Place,
    /// How far the last key was indented, once there is one below the section.
    key_indent: Option<usize>,
    indent: usize,
    sections: HashSet<String>,
    keys: HashSet<String>,
    found: &'a mut Vec<Diagnostic>,
}

/// Reads a file; what is wrong is added to `found`.
pub fn parse(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> Ini {
    let mut reader = Reader {
        file,
        ini: Ini::default(),
        place: Place::Nowhere,
        key_indent: None,
        indent: 0,
        sections: HashSet::new(),
        keys: HashSet::new(),
        found,
    };
    for (start, line) in lines(text) {
        if !reader.line(start, line) {
            break;
        }
    }
    let mut ini = reader.ini;
    let entries = ini.sections.iter_mut().flat_map(|section| &mut section.entries).chain(&mut ini.defaults);
    for entry in entries {
        entry.value.truncate(entry.value.trim_end().len());
    }
    ini
}

impl Reader<'_> {
    /// Reads a line; `false` where nothing after it can be understood.
    fn line(&mut self, start: usize, line: &str) -> bool {
        let (indent, content) = trimmed(line);
        let span = span_of(self.file, start + indent, content.len());
        if content.starts_with(['#', ';']) {
            return true;
        }
        if content.is_empty() {
            self.continue_value("", None);
            return true;
        }
        if self.key_indent.is_some() && indent > self.indent {
            self.continue_value(content, Some(span));
            return true;
        }
        self.indent = indent;
        if let Some(name) = section_name(content) {
            let span = span_of(self.file, start + indent + 1, name.len());
            self.section(name, span);
            return true;
        }
        if matches!(self.place, Place::Nowhere) {
            let message = "there is no [section] before this line";
            let mut diagnostic = Diagnostic::error(Code::NodeFileSyntax, span, message);
            if content.starts_with('\u{feff}') {
                let mark = span_of(self.file, start + indent, '\u{feff}'.len_utf8());
                diagnostic = diagnostic.fix(mark, "", "the file begins with a byte order mark; take it out");
            } else {
                diagnostic = diagnostic.note("every node begins with its name in brackets: [worker-1]");
            }
            self.found.push(diagnostic);
            return false;
        }
        match content.find(['=', ':']) {
            Some(at) if at > 0 => self.key(content, at, start + indent),
            Some(_) => self.found.push(Diagnostic::error(Code::NodeFileSyntax, span, "a value without a key")),
            None => {
                let message = "neither a [section] nor a key=value";
                self.found.push(Diagnostic::error(Code::NodeFileSyntax, span, message));
            }
        }
        true
    }

    fn section(&mut self, name: &str, span: Span) {
        self.key_indent = None;
        self.keys.clear();
        if name == "DEFAULT" {
            self.place = Place::Defaults;
            self.keys.extend(self.ini.defaults.iter().map(|entry| entry.key.clone()));
            return;
        }
        if self.sections.insert(name.to_string()) {
            self.place = Place::Section;
            self.ini.sections.push(Section { name: name.to_string(), span, entries: Vec::new() });
            return;
        }
        self.place = Place::Repeated;
        let message = format!("there are two sections [{name}]");
        let mut diagnostic = Diagnostic::error(Code::RepeatedEntry, span, message);
        if let Some(first) = self.ini.sections.iter().find(|section| section.name == name) {
            diagnostic = diagnostic.related(first.span, "the first one");
        }
        self.found.push(diagnostic);
    }

    fn key(&mut self, content: &str, at: usize, start: usize) {
        let (key, value) = content.split_at(at);
        let key = key.trim_end();
        let key_span = span_of(self.file, start, key.len());
        let (skipped, value) = trimmed(value.get(1..).unwrap_or_default());
        let value_span = span_of(self.file, start + at + 1 + skipped, value.len());
        let key = key.to_lowercase();
        self.key_indent = Some(self.indent);
        if !self.keys.insert(key.clone()) {
            let message = format!("{key} is given twice");
            let first = self.entries().and_then(|entries| entries.iter().find(|entry| entry.key == key));
            let first = first.map(|entry| entry.key_span);
            let mut diagnostic = Diagnostic::error(Code::RepeatedEntry, key_span, message);
            if let Some(first) = first {
                diagnostic = diagnostic.related(first, "the first one");
            }
            self.found.push(diagnostic);
            // What goes on with this value belongs to no other one.
            self.key_indent = None;
            return;
        }
        let entry = Entry { key, key_span, value: value.to_string(), value_span };
        if let Some(entries) = self.entries() {
            entries.push(entry);
        }
    }

    fn entries(&mut self) -> Option<&mut Vec<Entry>> {
        match self.place {
            Place::Defaults => Some(&mut self.ini.defaults),
            Place::Section => self.ini.sections.last_mut().map(|section| &mut section.entries),
            Place::Nowhere | Place::Repeated => None,
        }
    }

    fn continue_value(&mut self, more: &str, span: Option<Span>) {
        if self.key_indent.is_none() {
            return;
        }
        let Some(entry) = self.entries().and_then(|entries| entries.last_mut()) else { return };
        entry.value.push('\n');
        entry.value.push_str(more);
        if let Some(span) = span {
            entry.value_span = entry.value_span.to(span);
        }
    }
}

/// The name of a section: up to the last bracket of the line, as in Python since 3.11.
fn section_name(content: &str) -> Option<&str> {
    let inside = content.strip_prefix('[')?;
    let end = inside.rfind(']')?;
    inside.get(..end).filter(|name| !name.is_empty())
}

impl Ini {
    /// The entries of a section with those of `[DEFAULT]`, `%` replaced.
    pub fn items(&self, section: &Section, found: &mut Vec<Diagnostic>) -> Vec<Entry> {
        let own = |entry: &&Entry| section.entries.iter().all(|other| other.key != entry.key);
        let all: Vec<&Entry> = self.defaults.iter().filter(own).chain(&section.entries).collect();
        let mut items = Vec::with_capacity(all.len());
        for entry in &all {
            let mut value = String::new();
            match fill_in(&entry.value, &all, 1, &mut value) {
                Ok(()) => items.push(Entry { value, ..(*entry).clone() }),
                Err(mistake) => {
                    let diagnostic = Diagnostic::error(Code::NodeFileSyntax, entry.value_span, mistake.message());
                    found.push(match mistake {
                        Mistake::Lone if entry.value.matches('%').count() == 1 => {
                            let replacement = entry.value.replace('%', "%%");
                            diagnostic.fix(entry.value_span, replacement, "a % is written %%")
                        }
                        _ => diagnostic,
                    });
                }
            }
        }
        items
    }
}

/// What is wrong with a `%`.
enum Mistake {
    Lone,
    Unknown(String),
    TooDeep,
    TooLong,
}

impl Mistake {
    fn message(&self) -> String {
        match self {
            Mistake::Lone => "'%' must be followed by '%' or '(key)s'".into(),
            Mistake::Unknown(key) => format!("%({key})s stands for a key that is not there"),
            Mistake::TooDeep => "values that mention each other in a circle, or too deeply".into(),
            Mistake::TooLong => "this value becomes too long with those that it mentions".into(),
        }
    }
}

/// Goes no deeper than [`DEEPEST`].
fn fill_in(text: &str, all: &[&Entry], depth: usize, out: &mut String) -> Result<(), Mistake> {
    if depth > DEEPEST {
        return Err(Mistake::TooDeep);
    }
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(tail) = after.strip_prefix('%') {
            out.push('%');
            rest = tail;
            continue;
        }
        let (key, tail) = after.strip_prefix('(').and_then(|inside| inside.split_once(')')).ok_or(Mistake::Lone)?;
        rest = tail.strip_prefix('s').filter(|_| !key.is_empty()).ok_or(Mistake::Lone)?;
        let key = key.to_lowercase();
        let Some(entry) = all.iter().find(|entry| entry.key == key) else { return Err(Mistake::Unknown(key)) };
        fill_in(&entry.value, all, depth + 1, out)?;
        if out.len() > LONGEST {
            return Err(Mistake::TooLong);
        }
    }
    out.push_str(rest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Ini, parse};
    use crate::source::FileId;

    fn read(text: &str) -> (Ini, Vec<String>) {
        let mut found = Vec::new();
        let ini = parse(FileId(0), text, &mut found);
        (ini, found.into_iter().map(|diagnostic| diagnostic.message).collect())
    }

    fn values(ini: &Ini, section: usize) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let items = ini.items(&ini.sections[section], &mut found);
        assert!(found.is_empty(), "{found:?}");
        items.into_iter().map(|entry| (entry.key, entry.value)).collect()
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.into(), value.into())
    }

    #[test]
    fn lines_are_read_as_python_reads_them() {
        let text = "# one\n[a]\r\nType = worker ; no comment\n ; comment\nhost:x\n  y\n\n  z\n\n[b] rest\r\rk=1\n";
        let (ini, found) = read(text);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(values(&ini, 0), [pair("type", "worker ; no comment"), pair("host", "x\ny\n\nz")]);
        assert_eq!(values(&ini, 1), [pair("k", "1")]);
    }

    #[test]
    fn defaults_and_mentions() {
        let (ini, found) = read("[DEFAULT]\nhost=h%(n)s\nn=1\n[a]\nn=2\n[b]\nx=100%%\n");
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(values(&ini, 0), [pair("host", "h2"), pair("n", "2")]);
        assert_eq!(values(&ini, 1)[2], pair("x", "100%"));
    }

    #[test]
    fn each_mistake_is_told() {
        let (_, found) = read("[a]\nx\n=1\nk=1\nk=2\n[a]\nk=3\n");
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(read("x=1\n[a]\n").1.len(), 1);
        let (ini, _) = read("[a]\na=%(b)s\nb=%(a)s\nc=%x\nd=%(e)s\n");
        let mut found = Vec::new();
        assert!(ini.items(&ini.sections[0], &mut found).is_empty());
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn mentions_do_not_blow_up() {
        let mut text = String::from("[a]\nv0=0123456789\n");
        for step in 1..9 {
            let mention = format!("%(v{})s", step - 1);
            text += &format!("v{step}={}\n", mention.repeat(20));
        }
        let (ini, _) = read(&text);
        let mut found = Vec::new();
        ini.items(&ini.sections[0], &mut found);
        assert!(!found.is_empty());
    }

    #[test]
    fn places_are_those_of_the_words() {
        let text = "[ä]\n  host =  10.0.0.1  \n";
        let (ini, _) = read(text);
        let section = &ini.sections[0];
        let at = |span: crate::source::Span| &text[span.start as usize..span.end as usize];
        assert_eq!((at(section.span), at(section.entries[0].key_span)), ("ä", "host"));
        assert_eq!(at(section.entries[0].value_span), "10.0.0.1");
    }
}
