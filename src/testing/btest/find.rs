//! Finds the tests that somebody means: by files, folders and names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use memchr::memmem;

use super::config::Config;
use super::header::{Header, Test, is_test};
use super::name::{absolute, fits, has_part, part_of, relative};
use super::select::Mention;
use crate::diag::{Code, Diagnostic};
use crate::source::{SourceMap, SourceText, Span};
use crate::testing::is_script;

/// In a folder with such a file nothing is a test, nor in those below.
const IGNORED_FOLDER: &str = ".btest-ignore";

/// Folders below one another, so many at most: links may lead in circles.
const DEEPEST: usize = 128;

/// A larger file is no test, but data that lies among them.
const LARGEST: u64 = 64 << 20;

/// What was found.
#[derive(Debug, Default)]
pub struct Tests {
    pub tests: Vec<Test>,
    /// Scripts that are no tests of BTest and may have tests as functions.
    pub scripts: Vec<PathBuf>,
}

/// What is in a file that may be a test.
fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let mut text = Vec::new();
    // Files of the system may have no size, and no end either.
    if file.metadata()?.len() > LARGEST || file.take(LARGEST + 1).read_to_end(&mut text)? as u64 > LARGEST {
        return Err(ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

/// Finds tests of one suite. What is wrong with them goes to what was found.
pub struct Finder<'a> {
    pub config: &'a Config,
    /// Where names are looked for that are not there below the suite's own folder.
    pub folder: &'a Path,
    pub sources: &'a mut SourceMap,
    pub found: &'a mut Vec<Diagnostic>,
    tests: Vec<Test>,
    scripts: Vec<PathBuf>,
    seen: BTreeSet<PathBuf>,
    /// Where it is written what is looked for now.
    asked: Span,
    /// The names of all tests, once somebody asked for one.
    suite: Option<Vec<Test>>,
}

impl<'a> Finder<'a> {
    pub fn new(
        config: &'a Config,
        folder: &'a Path,
        sources: &'a mut SourceMap,
        found: &'a mut Vec<Diagnostic>,
    ) -> Finder<'a> {
        Finder {
            config,
            folder,
            sources,
            found,
            tests: Vec::new(),
            scripts: Vec::new(),
            seen: BTreeSet::new(),
            asked: Span::NONE,
            suite: None,
        }
    }

    /// The tests that are named. In order, each once.
    pub fn named(mut self, mentions: &[Mention]) -> Tests {
        let mut mentions: Vec<&Mention> = mentions.iter().collect();
        mentions.sort_by(|one, other| one.name.cmp(&other.name));
        mentions.dedup_by(|one, other| one.name == other.name);
        for mention in mentions {
            self.one(mention);
        }
        self.finish()
    }

    /// The tests of the folders that are configured.
    pub fn all(mut self) -> Tests {
        self.configured();
        self.finish()
    }

    fn finish(self) -> Tests {
        let mut scripts = self.scripts;
        scripts.sort();
        scripts.dedup();
        Tests { tests: merged(self.tests, self.found), scripts }
    }

    fn configured(&mut self) {
        for pattern in &self.config.test_folders {
            for folder in folders(&self.config.base, pattern) {
                self.walk(&folder);
            }
        }
    }

    fn one(&mut self, mention: &Mention) {
        self.asked = mention.place;
        let name = mention.name.as_str();
        let mut path = absolute(Path::new(name), &self.config.base);
        if !path.exists() {
            let from_here = absolute(Path::new(name), self.folder);
            if from_here.exists() {
                path = from_here;
            }
        }
        if self.is_of_suite(&path) {
            // A shell's `*` names it among the tests.
        } else if has_part(&path) {
            let message = format!("Do not specify files with part numbers directly, use the base test name ({name})");
            self.found.push(Diagnostic::error(Code::TestNotFound, self.asked, message));
        } else if path.is_file() {
            self.read(&path, true);
            self.parts(&path);
        } else if path.is_dir() {
            let is_ignored = path
                .file_name()
                .is_some_and(|name| self.config.ignored_folders.iter().any(|ignored| name.to_str() == Some(ignored)));
            if !is_ignored {
                self.walk(&path);
            }
        } else if !self.by_name(name) && !self.parts(&path) {
            let message = format!("cannot read {}: it is no file, no folder and no test of the suite", path.display());
            self.found.push(Diagnostic::error(Code::TestNotFound, self.asked, message));
        }
    }

    /// Takes a test of the suite by its name.
    fn by_name(&mut self, name: &str) -> bool {
        if self.suite.is_none() {
            let mut whole = Finder::new(self.config, self.folder, &mut *self.sources, &mut *self.found);
            whole.configured();
            self.suite = Some(whole.tests);
        }
        let suite = self.suite.iter().flatten();
        let tests: Vec<Test> = suite.filter(|test| test.name == name).cloned().collect();
        let is_there = !tests.is_empty();
        self.tests.extend(tests.into_iter().filter(|test| !self.seen.contains(&test.file)));
        is_there
    }

    /// Further parts of the test in a file, in files beside it.
    fn parts(&mut self, path: &Path) -> bool {
        let beside = path.parent().and_then(|folder| fs::read_dir(folder).ok());
        let mut parts: Vec<PathBuf> = beside.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        parts.retain(|other| has_part(other) && part_of(other).0 == path && other.is_file());
        parts.sort();
        for part in &parts {
            self.read(part, true);
        }
        !parts.is_empty()
    }

    fn walk(&mut self, top: &Path) {
        let ignored: Vec<PathBuf> = self.config.ignored_folders.iter().map(|name| top.join(name)).collect();
        let mut waiting = vec![(top.to_owned(), 0)];
        while let Some((folder, depth)) = waiting.pop() {
            if folder.join(IGNORED_FOLDER).is_file() || depth > DEEPEST {
                continue;
            }
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    let message = format!("cannot read {}: {error}", folder.display());
                    self.found.push(Diagnostic::error(Code::TestNotFound, self.asked, message));
                    continue;
                }
            };
            let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
            paths.sort();
            for path in paths {
                if path.is_dir() {
                    let is_meant = !path.is_symlink() && !ignored.contains(&path) && !self.is_nothing_of_tests(&path);
                    if is_meant {
                        waiting.push((path, depth + 1));
                    }
                } else if !is_endless(&path) && !self.is_ignored(&path) {
                    self.read(&path, false);
                }
            }
        }
    }

    fn is_ignored(&self, file: &Path) -> bool {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        self.config.ignored_files.iter().any(|pattern| fits(&name, pattern)) || self.is_nothing_of_tests(file)
    }

    /// What the suite itself has among its tests is none; without a configuration, hidden files are none either.
    fn is_nothing_of_tests(&self, path: &Path) -> bool {
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        self.config.file.is_none() && is_hidden || self.is_of_suite(path)
    }

    /// Whether this is the configuration, or what runs leave behind or are compared with.
    fn is_of_suite(&self, path: &Path) -> bool {
        let config = self.config;
        let folders = [&config.state_file, &config.sandboxes, &config.timing_folder];
        let mut own = config.file.iter().chain(&config.baselines).chain(folders);
        // Who runs tests in the folder of the suite itself still means those that are there.
        path != config.base && own.any(|own| own == path)
    }

    fn read(&mut self, path: &Path, is_named: bool) {
        if path.file_name().is_some_and(|name| name == IGNORED_FOLDER) || !self.seen.insert(path.to_owned()) {
            return;
        }
        let text = match contents(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::FileTooLarge && !is_named => return,
            Err(error) => {
                let message = format!("cannot read test file {}: {error}", path.display());
                self.found.push(Diagnostic::error(Code::TestNotFound, self.asked, message));
                return;
            }
        };
        if !is_test(&self.config.prefix, &text) {
            if is_script(path) && memmem::find(&text, b"test_").is_some() {
                self.scripts.push(path.to_owned());
                return;
            }
            if self.config.file.is_none() && !is_named {
                return;
            }
        }
        let shown = relative(path, self.folder);
        let id = self.sources.add(&shown.to_string_lossy(), SourceText::from(text.as_slice()), false);
        let header = Header {
            prefix: &self.config.prefix,
            base: &self.config.base,
            file: path,
            id,
            text: &text,
            found: &mut *self.found,
        };
        self.tests.extend(header.tests());
    }
}

/// Whether somebody would have to write into it before it can be read to an end: pipes, sockets, devices.
fn is_endless(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file())
}

/// Folders that fit a path with patterns in it.
fn folders(base: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut fitting = vec![base.to_owned()];
    for piece in pattern.split('/') {
        if !piece.contains(['*', '?', '[']) {
            fitting = fitting.into_iter().map(|folder| absolute(Path::new(piece), &folder)).collect();
            if piece.is_empty() && pattern.starts_with('/') {
                fitting = vec![PathBuf::from("/")];
            }
            continue;
        }
        let mut deeper = Vec::new();
        for folder in fitting {
            let names = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
            let names = names.filter(|name| {
                let name = name.to_string_lossy();
                fits(&name, piece) && name.starts_with('.') == piece.starts_with('.')
            });
            deeper.extend(names.map(|name| folder.join(name)));
        }
        fitting = deeper;
    }
    fitting.retain(|folder| folder.is_dir());
    fitting.sort();
    fitting
}

/// The tests in order, parts of one put together.
fn merged(mut tests: Vec<Test>, found: &mut Vec<Diagnostic>) -> Vec<Test> {
    tests.sort_by(|one, other| {
        (&one.base_name, one.number, one.part).cmp(&(&other.base_name, other.number, other.part))
    });
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut whole: Vec<Test> = Vec::new();
    for test in tests {
        let Some(other) = places.get(&test.name).and_then(|place| whole.get_mut(*place)) else {
            places.insert(test.name.clone(), whole.len());
            whole.push(test);
            continue;
        };
        if other.inputs.iter().any(|(file, _)| *file == test.file) {
            continue;
        }
        if other.parts.iter().any(|part| part.number == test.part) {
            let message = format!("{} and {} are one test by their names", other.file.display(), test.file.display());
            let diagnostic = Diagnostic::error(Code::TestNotFound, test.place, message);
            found.push(diagnostic.related(other.place, "the other one"));
        } else if other.is_one_of_several || test.is_one_of_several {
            let later = if test.is_one_of_several { &test } else { &*other };
            let message = format!("cannot use START-NEXT with tests split across parts ({})", test.base_name);
            found.push(Diagnostic::error(Code::TestKeyword, later.place, message));
        } else {
            other.merge(test);
        }
    }
    whole
}
