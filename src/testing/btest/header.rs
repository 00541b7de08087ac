//! What a test file says of itself: the lines with keywords, and the texts between them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use memchr::memmem;

use super::name::{part_of, test_name};
use crate::diag::{Code, Diagnostic, similar};
use crate::source::{FileId, Span};
use crate::testing::is_script;

/// A command of a test, for a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    pub line: String,
    pub must_fail: bool,
    pub part: usize,
    /// The test file that has it, or `<Initializer>` and the like.
    pub origin: PathBuf,
}

/// A test, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    pub name: String,
    /// The name without the number of a test behind the first in its file.
    pub base_name: String,
    pub number: usize,
    pub part: usize,
    pub file: PathBuf,
    /// Where it begins among the sources.
    pub place: Span,
    /// Test files and what of them is input.
    pub inputs: Vec<(PathBuf, Vec<u8>)>,
    /// Further files that the test brings along.
    pub files: Vec<(String, Vec<u8>)>,
    /// The commands of each part.
    pub parts: Vec<Part>,
    pub requires: Vec<Command>,
    pub groups: BTreeSet<String>,
    pub serialize: Option<String>,
    pub ports: BTreeSet<String>,
    pub only_for: Vec<String>,
    pub not_for: Vec<String>,
    /// Files to bring along, and the places that say so.
    pub copies: Vec<(String, String)>,
    pub is_known_failure: bool,
    pub measures_time: bool,
    pub documentation: Vec<String>,
    /// Other tests are in the same file.
    pub is_one_of_several: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub number: usize,
    pub commands: Vec<Command>,
}

/// The keywords that stand for a line each. Those that begin and end files are not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keyword {
    Exec,
    ExecFail,
    Requires,
    Group,
    Serialize,
    Port,
    Alternative,
    NotAlternative,
    CopyFile,
    KnownFailure,
    MeasureTime,
    Doc,
}

/// With whether a colon and a value follow. A name that begins like another stands before it.
const KEYWORDS: &[(&str, Keyword, bool)] = &[
    ("EXEC-FAIL", Keyword::ExecFail, true),
    ("EXEC", Keyword::Exec, true),
    ("REQUIRES", Keyword::Requires, true),
    ("GROUP", Keyword::Group, true),
    ("SERIALIZE", Keyword::Serialize, true),
    ("PORT", Keyword::Port, true),
    ("ALTERNATIVE", Keyword::Alternative, true),
    ("NOT-ALTERNATIVE", Keyword::NotAlternative, true),
    ("COPY-FILE", Keyword::CopyFile, true),
    ("KNOWN-FAILURE", Keyword::KnownFailure, false),
    ("MEASURE-TIME", Keyword::MeasureTime, false),
    ("DOC", Keyword::Doc, true),
];

const IGNORE: &str = "IGNORE";
const START_NEXT: &str = "START-NEXT";
const START_FILE: &str = "START-FILE";
const END_FILE: &str = "END-FILE";

/// A test file on its way to tests.
pub(super) struct Header<'a> {
    /// `@TEST-`
    pub(super) prefix: &'a str,
    /// The folder from which tests have their names.
    pub(super) base: &'a Path,
    pub(super) file: &'a Path,
    /// Where the text stands among the sources.
    pub(super) id: FileId,
    pub(super) text: &'a [u8],
    pub(super) found: &'a mut Vec<Diagnostic>,
}

/// Whether a text has a keyword that makes it a test.
pub(super) fn is_test(prefix: &str, text: &[u8]) -> bool {
    memmem::find(text, format!("{prefix}EXEC").as_bytes()).is_some()
}

/// The groups that a text says it is of, be it a test of BTest or not.
pub fn groups_of(prefix: &str, text: &[u8]) -> BTreeSet<String> {
    let values = lines(text).flat_map(|(_, line)| behind(prefix, line)).filter_map(keyword);
    values.filter(|(keyword, _)| *keyword == Keyword::Group).map(|(_, name)| name.trim().to_owned()).collect()
}

/// The lines of a text with their ends, and where each begins.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut begin = 0;
    text.split_inclusive(|byte| *byte == b'\n').map(move |line| {
        let place = begin;
        begin += line.len();
        (place, line)
    })
}

/// What of a line stands behind each occurrence of the prefix.
fn behind<'a>(prefix: &str, line: &'a [u8]) -> Vec<&'a [u8]> {
    memmem::find_iter(line, prefix.as_bytes()).filter_map(|at| line.get(at + prefix.len()..)).collect()
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned()
}

/// The name that follows `START-FILE`.
fn file_name(rest: &[u8]) -> Option<String> {
    let rest = rest.strip_prefix(START_FILE.as_bytes())?;
    if !rest.starts_with(b" ") {
        return None;
    }
    let name = rest.trim_ascii_start();
    let end = name.iter().position(|byte| b"\r\n ".contains(byte)).unwrap_or(name.len());
    name.get(..end).map(|name| String::from_utf8_lossy(name).into_owned())
}

impl Header<'_> {
    fn error(&mut self, code: Code, place: usize, line: &[u8], message: impl Into<String>) {
        let span = self.span(place, line);
        self.found.push(Diagnostic::error(code, span, message));
    }

    fn span(&self, place: usize, line: &[u8]) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(self.id, offset(place), offset(place + line.trim_ascii_end().len()))
    }

    /// The tests of the file. None where it is to be ignored or has mistakes, which are among what was found.
    pub(super) fn tests(mut self) -> Vec<Test> {
        let mut inputs: Vec<(Span, Vec<u8>)> = vec![(Span::new(self.id, 0, 0), Vec::new())];
        let mut head: Vec<(usize, &[u8])> = Vec::new();
        let mut files = Vec::new();
        let mut open: Option<(usize, String, Vec<u8>)> = None;
        let mistakes = self.found.len();
        for (place, line) in lines(self.text) {
            let places = behind(self.prefix, line);
            let has = |keyword: &str| places.iter().any(|rest| rest.starts_with(keyword.as_bytes()));
            if let Some((_, name, content)) = &mut open {
                if has(END_FILE) {
                    files.push((std::mem::take(name), std::mem::take(content)));
                    open = None;
                } else {
                    content.extend_from_slice(line);
                }
            } else if let Some(name) = places.iter().find_map(|rest| file_name(rest)) {
                if name.is_empty() {
                    self.error(Code::TestKeyword, place, line, format!("{}{START_FILE} has no name", self.prefix));
                }
                open = Some((place, name, Vec::new()));
            } else if has(END_FILE) {
                let message = format!("{}{END_FILE} without {}{START_FILE}", self.prefix, self.prefix);
                self.error(Code::TestKeyword, place, line, message);
            } else if has(START_NEXT) {
                inputs.push((self.span(place, line), Vec::new()));
            } else {
                if inputs.len() == 1 {
                    head.push((place, line));
                }
                if let Some((_, input)) = inputs.last_mut() {
                    input.extend_from_slice(line);
                }
            }
        }
        if let Some((place, name, content)) = open {
            // BTest takes what there is; that other commands may have gone into the file is worth a word.
            let line = lines(self.text.get(place..).unwrap_or_default()).next().map_or(&[][..], |(_, line)| line);
            let span = self.span(place, line);
            let message = format!("no {}{END_FILE} follows: the rest of the test goes into {name}", self.prefix);
            self.found.push(Diagnostic::warning(Code::TestKeyword, span, message));
            files.push((name, content));
        }
        let Some(mut first) = self.first(&head) else { return Vec::new() };
        if self.found.get(mistakes..).unwrap_or_default().iter().any(|found| found.severity.is_error()) {
            return Vec::new();
        }
        first.files = files;
        first.is_one_of_several = inputs.len() > 1;
        let mut tests: Vec<Test> = Vec::new();
        for (index, (place, input)) in inputs.into_iter().enumerate() {
            let mut test = tests.last().unwrap_or(&first).clone();
            if index > 0 {
                test.place = place;
                test.number = index + 1;
                test.name = format!("{}-{}", test.base_name, test.number);
            }
            // Where nothing follows, the commands run once more on the input before.
            if index == 0 || !input.is_empty() {
                test.inputs = vec![(self.file.to_owned(), input)];
            }
            tests.push(test);
        }
        tests
    }

    /// The first test of the file, without its input.
    fn first(&mut self, head: &[(usize, &[u8])]) -> Option<Test> {
        let (base_file, part) = part_of(self.file);
        let name = test_name(&base_file, self.base);
        let mut test = Test {
            base_name: name.clone(),
            name,
            number: 1,
            part,
            file: self.file.to_owned(),
            place: Span::new(self.id, 0, 0),
            inputs: Vec::new(),
            files: Vec::new(),
            parts: Vec::new(),
            requires: Vec::new(),
            groups: BTreeSet::new(),
            serialize: None,
            ports: BTreeSet::new(),
            only_for: Vec::new(),
            not_for: Vec::new(),
            copies: Vec::new(),
            is_known_failure: false,
            measures_time: false,
            documentation: Vec::new(),
            is_one_of_several: false,
        };
        let mut commands = Vec::new();
        let mut seen = Vec::new();
        for (place, line) in head {
            let places = behind(self.prefix, line);
            if places.iter().any(|rest| rest.starts_with(IGNORE.as_bytes())) {
                return None;
            }
            let mut of_line = Vec::new();
            for rest in &places {
                let Some((keyword, value)) = keyword(rest) else { continue };
                // A keyword counts once in a line, where it stands first; both kinds of commands are one.
                let kind = if keyword == Keyword::ExecFail { Keyword::Exec } else { keyword };
                if of_line.contains(&kind) {
                    continue;
                }
                of_line.push(kind);
                let is_single = matches!(keyword, Keyword::Serialize | Keyword::KnownFailure | Keyword::MeasureTime);
                if is_single && seen.contains(&keyword) {
                    self.error(Code::TestKeyword, *place, line, "this keyword may stand only once in a test");
                }
                seen.push(keyword);
                enter(&mut test, &mut commands, keyword, value, self.line_number(*place));
            }
            if of_line.is_empty() {
                self.advise(*place, line, &places);
            }
        }
        if commands.is_empty() {
            let prefix = self.prefix;
            let message = format!("mandatory keyword '{prefix}EXEC' or '{prefix}EXEC-FAIL' is missing");
            let mut missing = Diagnostic::error(Code::NoTestCommand, Span::new(self.id, 0, 0), message);
            if is_script(self.file) {
                missing = missing.note("a script of unit tests has functions or events called test_*");
            }
            self.found.push(missing);
            return None;
        }
        for command in &mut commands {
            command.part = part;
        }
        test.parts.push(Part { number: part, commands });
        Some(test)
    }

    /// From 1.
    fn line_number(&self, place: usize) -> usize {
        memchr::memchr_iter(b'\n', self.text.get(..place).unwrap_or_default()).count() + 1
    }

    /// Says where a line looks like a keyword and is none.
    fn advise(&mut self, place: usize, line: &[u8], places: &[&[u8]]) {
        let Some(rest) = places.first() else { return };
        let before = line.len() - rest.len() - self.prefix.len();
        let is_prose = line.get(..before).unwrap_or_default().iter().any(u8::is_ascii_alphanumeric);
        let end = rest.iter().position(|byte| !byte.is_ascii_uppercase() && *byte != b'-').unwrap_or(rest.len());
        let word = String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned();
        if is_prose || word.is_empty() {
            return;
        }
        let prefix = self.prefix;
        let message = if KEYWORDS.iter().any(|(name, ..)| *name == word) || word == START_FILE {
            let missing = if word == START_FILE { "a name" } else { "':'" };
            format!("'{prefix}{word}' is ignored: {missing} must follow it")
        } else {
            let others = [IGNORE, START_NEXT, START_FILE, END_FILE];
            let known = KEYWORDS.iter().map(|(name, ..)| *name).chain(others);
            let Some(meant) = similar(&word, known) else { return };
            format!("'{prefix}{word}' is no keyword: '{prefix}{meant}' is")
        };
        let span = self.span(place, line);
        self.found.push(Diagnostic::warning(Code::TestKeyword, span, message));
    }
}

/// The keyword at the beginning of a text, and its value.
fn keyword(rest: &[u8]) -> Option<(Keyword, String)> {
    KEYWORDS.iter().find_map(|(name, keyword, has_value)| {
        let behind = rest.strip_prefix(name.as_bytes())?;
        if !has_value {
            return Some((*keyword, String::new()));
        }
        let value = text_of(behind.strip_prefix(b":")?);
        Some((*keyword, value.trim_start_matches(' ').to_owned()))
    })
}

fn enter(test: &mut Test, commands: &mut Vec<Command>, keyword: Keyword, value: String, line: usize) {
    let trimmed = value.trim().to_owned();
    let origin = test.file.clone();
    let command = |must_fail| Command { line: trimmed.clone(), must_fail, part: test.part, origin };
    match keyword {
        Keyword::Exec => commands.push(command(false)),
        Keyword::ExecFail => commands.push(command(true)),
        Keyword::Requires => test.requires.push(command(false)),
        Keyword::Group => drop(test.groups.insert(trimmed)),
        Keyword::Serialize => test.serialize = Some(value),
        Keyword::Port => drop(test.ports.insert(trimmed)),
        Keyword::Alternative => test.only_for.push(trimmed),
        Keyword::NotAlternative => test.not_for.push(trimmed),
        Keyword::CopyFile => test.copies.push((trimmed, format!("{}:{line}", test.file.display()))),
        Keyword::KnownFailure => test.is_known_failure = true,
        Keyword::MeasureTime => test.measures_time = true,
        Keyword::Doc => test.documentation.push(value),
    }
}

impl Test {
    /// Takes in a further part of the same test.
    pub fn merge(&mut self, mut part: Test) {
        self.serialize = self.serialize.take().or(part.serialize);
        self.ports.append(&mut part.ports);
        self.groups.append(&mut part.groups);
        self.parts.append(&mut part.parts);
        self.not_for.append(&mut part.not_for);
        self.only_for.append(&mut part.only_for);
        self.files.append(&mut part.files);
        self.requires.append(&mut part.requires);
        self.copies.append(&mut part.copies);
        self.inputs.append(&mut part.inputs);
        self.documentation.append(&mut part.documentation);
        self.is_known_failure |= part.is_known_failure;
        self.measures_time |= part.measures_time;
    }

    /// `%DIR`
    pub fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("/"))
    }
}
