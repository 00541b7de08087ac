//! The loader: which scripts are read, in which order, and each only once.
//!
//! An `@load` suspends the file it stands in: [`feed`](super::feed) comes back here, which reads the named file to its
//! end before it returns. The depth of that is bounded by [`MAX_DEPTH`]. What is left to do when the scripts of the
//! command line are read (scripts of automatic prefixes, `VAR=value`, `-e`) is done by [`Loader::finish`].

use std::collections::HashSet;
use std::fmt::Write;
use std::rc::Rc;

use super::conditional::Conditional;
use super::consumer::Consumer;
use super::embedded::Embedded;
use super::files::{Files, Identity};
use super::parsed::Parsed;
use super::path::{Finder, Found, SearchPath, Wanted, flatten};
use super::pragma::Pragmas;
use super::report;
use crate::diag::{Diagnostic, Severity};
use crate::source::{SourceText, Span, Symbol};
use crate::syntax::segment::Segmenter;
use crate::syntax::token::SpannedToken;

/// Scripts that load each other deeper than this are refused; each takes a piece of the stack.
pub const MAX_DEPTH: usize = 200;
/// More scripts than any installation has.
pub const MAX_SCRIPTS: usize = 50_000;
/// Offsets in a source are 32 bits wide.
const MAX_LENGTH: u64 = u32::MAX as u64 - 1;
/// What follows so many syntax errors is no script, nor what follows so many complaints of any kind.
const MAX_SYNTAX_ERRORS: usize = 100;
const MAX_COMPLAINTS: usize = 1000;

/// What the loader is made of.
pub struct Setup {
    pub files: Rc<dyn Files>,
    pub path: SearchPath,
    pub embedded: Embedded,
    /// `BRO_PREFIXES` and `-p`.
    pub prefixes: Vec<String>,
    /// Go on after errors, to find them all. Bro stops at a syntax error at once, and after other errors at the end of
    /// the file.
    pub recover: bool,
    /// Declare what is right of a table in which something is wrong, so that it can be checked.
    pub salvage: bool,
    /// What other engines of this thread have parsed, where many load the same scripts.
    pub parsed: Option<Rc<Parsed>>,
}

/// A script that was read, or that `@unload` keeps from being read.
struct Scanned {
    name: Rc<str>,
    unloaded: bool,
    prefixes_checked: bool,
}

/// A file that is being read.
pub(super) struct Frame {
    pub(super) name: Rc<str>,
    /// Where its `@load` stands.
    pub(super) loaded_at: Span,
    /// Heights of the stacks when it began.
    pub(super) conditionals: usize,
    pub(super) pragmas: usize,
}

/// Which scripts were read at one moment; see [`Loader::rewind`].
pub struct LoaderMark {
    scanned: usize,
    seen: HashSet<Identity>,
    prefixes: Vec<String>,
}

/// Reads scripts and feeds a [`Consumer`] with their declarations.
pub struct Loader {
    pub(super) setup: Setup,
    prefixes: Vec<String>,
    scanned: Vec<Scanned>,
    seen: HashSet<Identity>,
    pub(super) frames: Vec<Frame>,
    pub(super) segmenter: Segmenter,
    /// The tokens of the declaration under way.
    pub(super) pending: Vec<SpannedToken>,
    /// A directive stands among these tokens.
    pub(super) has_directive: bool,
    /// The brace of the `export` that is open.
    pub(super) export: Option<Span>,
    pub(super) conditionals: Vec<Conditional>,
    pub(super) pragmas: Pragmas,
    /// The first statement outside functions, after which Bro takes no declaration.
    pub(super) statement: Option<Span>,
    pub(super) last_syntax_error: Option<Span>,
    syntax_errors: usize,
    complaints: usize,
    pub(super) stopped: bool,
}

impl Loader {
    pub fn new(setup: Setup) -> Self {
        Loader {
            prefixes: setup.prefixes.clone(),
            setup,
            scanned: Vec::new(),
            seen: HashSet::new(),
            frames: Vec::new(),
            segmenter: Segmenter::new(),
            pending: Vec::new(),
            has_directive: false,
            export: None,
            conditionals: Vec::new(),
            pragmas: Pragmas::default(),
            statement: None,
            last_syntax_error: None,
            syntax_errors: 0,
            complaints: 0,
            stopped: false,
        }
    }

    /// Reads a script that the command line names; `-` is standard input.
    pub fn script(&mut self, consumer: &mut dyn Consumer, name: &str) {
        self.load(consumer, name, Span::NONE);
    }

    /// Reads one of the scripts that make up the language's base (`base/init-bare`): the one in the binary, whatever
    /// the search path says, since natives and base scripts belong together.
    pub fn base_script(&mut self, consumer: &mut dyn Consumer, name: &str) {
        match self.finder().find_embedded(name, Wanted::Script) {
            Some(found) => self.read(consumer, found, Span::NONE),
            None => self.load(consumer, name, Span::NONE),
        }
    }

    /// Reads a text that is no file, shown by `name`.
    pub fn text(&mut self, consumer: &mut dyn Consumer, name: &str, text: &[u8]) {
        if self.stopped {
            return;
        }
        if text.len() as u64 > MAX_LENGTH {
            let error = std::io::ErrorKind::FileTooLarge.into();
            self.report(consumer, report::unreadable(name, Span::NONE, &error));
            return;
        }
        // Texts come after all files, so Bro's order of declarations before statements cannot be kept for them.
        self.statement = None;
        self.feed(consumer, name, &text.into(), false, Span::NONE);
    }

    /// Ends loading as Bro does: scripts of automatic prefixes, then `VAR=value` and the text of `-e`.
    pub fn finish(&mut self, consumer: &mut dyn Consumer, parameters: &[String], command_line: Option<&str>) {
        while !self.stopped {
            let prefixed = self.prefixed_scripts();
            if prefixed.is_empty() {
                break;
            }
            for found in prefixed {
                self.read(consumer, found, Span::NONE);
            }
        }
        if self.stopped {
            return;
        }
        let policy = self.redefinitions(consumer, parameters);
        if !policy.is_empty() {
            self.text(consumer, "<params>", policy.as_bytes());
        }
        if let Some(text) = command_line {
            // So that a semicolon at its end may be left out.
            self.text(consumer, "<command line>", format!("{text}\n;\n").as_bytes());
        }
    }

    /// Whether loading ended early, at an error.
    pub fn stopped(&self) -> bool {
        self.stopped
    }

    /// Takes up loading again after an error, with everything that was begun and not ended forgotten.
    pub fn resume(&mut self) {
        self.stopped = false;
        self.syntax_errors = 0;
        self.complaints = 0;
        self.last_syntax_error = None;
        self.segmenter = Segmenter::new();
        self.pending.clear();
        self.export = None;
        self.conditionals.clear();
        self.pragmas = Pragmas::default();
        self.statement = None;
    }

    /// Forgets which scripts were read, so that they are read again.
    pub fn forget(&mut self) {
        self.resume();
        self.scanned.clear();
        self.seen.clear();
        self.prefixes.clone_from(&self.setup.prefixes);
    }

    /// Takes down which scripts were read.
    pub fn mark(&self) -> LoaderMark {
        LoaderMark { scanned: self.scanned.len(), seen: self.seen.clone(), prefixes: self.prefixes.clone() }
    }

    /// Goes back: scripts read since count as not read.
    pub fn rewind(&mut self, mark: LoaderMark) {
        self.resume();
        self.scanned.truncate(mark.scanned);
        self.seen = mark.seen;
        self.prefixes = mark.prefixes;
    }

    /// The names of all scripts read so far, in the order in which they began.
    pub fn scripts(&self) -> impl Iterator<Item = &str> {
        self.scanned.iter().filter(|script| !script.unloaded).map(|script| &*script.name)
    }

    pub fn search_path(&self) -> &SearchPath {
        &self.setup.path
    }

    /// Automatic prefixes in force: those of the command line and of `@prefixes`.
    pub fn prefixes(&self) -> &[String] {
        &self.prefixes
    }

    pub(super) fn finder(&self) -> Finder<'_> {
        Finder { path: &self.setup.path, files: &*self.setup.files, embedded: self.setup.embedded }
    }

    /// The name of the file being read, where names that begin with `.` are looked for.
    fn current_name(&self) -> Option<Rc<str>> {
        self.frames.last().map(|frame| frame.name.clone())
    }

    fn find(&self, name: &str, wanted: Wanted) -> Result<Found, super::path::NotFound> {
        self.finder().find(name, self.current_name().as_deref(), wanted)
    }

    /// `@load`, or a script of the command line.
    pub(super) fn load(&mut self, consumer: &mut dyn Consumer, name: &str, span: Span) {
        if self.stopped {
            return;
        }
        if name == "-" {
            self.read_standard_input(consumer, span);
            return;
        }
        if !span.is_none() {
            consumer.load_requested(name, span);
        }
        match self.find(name, Wanted::Script) {
            Ok(found) => self.read(consumer, found, span),
            Err(missed) => {
                let diagnostic = report::not_found(name, span, &missed, self.finder());
                self.report(consumer, diagnostic);
            }
        }
    }

    fn read(&mut self, consumer: &mut dyn Consumer, found: Found, span: Span) {
        if self.stopped || self.seen.contains(&found.identity) || !self.admit(consumer, &found.name, span) {
            return;
        }
        let embedded = found.embedded.is_some();
        let text = match found.embedded {
            Some(text) => Ok(SourceText::Carried(text)),
            None => self.setup.files.read(&found.name, MAX_LENGTH).map(SourceText::Shared),
        };
        match text {
            Ok(text) => {
                self.seen.insert(found.identity);
                self.scan(consumer, &found.name, &text, embedded, span);
            }
            Err(error) => self.report(consumer, report::unreadable(&found.name, span, &error)),
        }
    }

    fn read_standard_input(&mut self, consumer: &mut dyn Consumer, span: Span) {
        const NAME: &str = "<stdin>";
        if self.seen.contains(&Identity::StandardInput) || !self.admit(consumer, NAME, span) {
            return;
        }
        match self.setup.files.read_standard_input(MAX_LENGTH) {
            Ok(text) => {
                self.seen.insert(Identity::StandardInput);
                self.scan(consumer, NAME, &text.into(), false, span);
            }
            Err(error) => self.report(consumer, report::unreadable(NAME, span, &error)),
        }
    }

    /// Whether the limits allow one script more.
    fn admit(&mut self, consumer: &mut dyn Consumer, name: &str, span: Span) -> bool {
        let refused = if self.frames.len() >= MAX_DEPTH {
            report::too_deep(name, span, MAX_DEPTH)
        } else if self.scanned.len() >= MAX_SCRIPTS {
            report::too_many_scripts(name, span, MAX_SCRIPTS)
        } else {
            return true;
        };
        self.report(consumer, refused);
        self.stopped = true;
        false
    }

    fn scan(&mut self, consumer: &mut dyn Consumer, name: &str, text: &SourceText, embedded: bool, span: Span) {
        self.scanned.push(Scanned { name: name.into(), unloaded: false, prefixes_checked: false });
        self.feed(consumer, name, text, embedded, span);
    }

    /// `@unload`: the script counts as read.
    pub(super) fn unload(&mut self, consumer: &mut dyn Consumer, name: &str, span: Span) {
        match self.find(name, Wanted::Script) {
            Ok(found) => {
                self.scanned.push(Scanned { name: found.name.as_str().into(), unloaded: true, prefixes_checked: true });
                self.seen.insert(found.identity);
            }
            Err(missed) => {
                let diagnostic = report::unload_not_found(name, span, &missed, self.finder());
                self.report(consumer, diagnostic);
            }
        }
    }

    /// `@load-sigs`: signatures are about packets, so a file that is there has nothing to say here.
    pub(super) fn load_signatures(&mut self, consumer: &mut dyn Consumer, name: &str, span: Span) {
        if let Err(missed) = self.find(name, Wanted::Signatures) {
            let diagnostic = report::signatures_not_found(name, span, &missed, self.finder());
            self.report(consumer, diagnostic);
        }
    }

    /// `@prefixes = a:b` and `@prefixes += a:b`.
    pub(super) fn set_prefixes(&mut self, append: bool, prefixes: &str) {
        if !append {
            self.prefixes.clear();
        }
        self.prefixes.extend(prefixes.split(':').map(String::from));
    }

    /// For each script read since the last time and each prefix, the last first: `PREFIX.path.of.script`, if there is
    /// such a script.
    fn prefixed_scripts(&mut self) -> Vec<Found> {
        let mut found = Vec::new();
        let unchecked: Vec<Rc<str>> = self
            .scanned
            .iter_mut()
            .filter_map(|script| {
                let checked = std::mem::replace(&mut script.prefixes_checked, true);
                (!checked).then(|| script.name.clone())
            })
            .collect();
        for name in unchecked {
            for prefix in self.prefixes.iter().rev().filter(|prefix| !prefix.is_empty()) {
                let flat = flatten(self.setup.path.without_entry(&name), prefix);
                found.extend(self.finder().find(&flat, None, Wanted::Script));
            }
        }
        found.retain(|script| !self.seen.contains(&script.identity));
        found
    }

    /// `VAR=value` of the command line as script text. Strings need no quotes there.
    fn redefinitions(&mut self, consumer: &mut dyn Consumer, parameters: &[String]) -> String {
        let mut policy = String::new();
        for parameter in parameters {
            let name_end = parameter.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
            let (name, rest) = parameter.split_at(name_end.unwrap_or(parameter.len()));
            let Some((operator, value)) = rest.split_once('=') else { continue };
            let quoted = value.len() >= 2 && value.starts_with('"') && value.ends_with('"');
            match consumer.is_string(Symbol::new(name)) {
                None => self.report(consumer, report::unknown_parameter(name)),
                // Writing to a string cannot fail.
                Some(true) if !quoted => drop(write!(policy, "redef {name} {operator}= \"{value}\";")),
                Some(_) if value.is_empty() => self.report(consumer, report::parameter_without_value(name)),
                Some(_) => drop(write!(policy, "redef {name} {operator}= {value};")),
            }
        }
        policy
    }

    /// Hands a diagnostic over, with the chain of `@load`s that led here. A fatal one ends loading unless everything
    /// is to be found.
    pub(super) fn report(&mut self, consumer: &mut dyn Consumer, mut diagnostic: Diagnostic) {
        if diagnostic.chain.is_empty() {
            diagnostic.chain = consumer.sources().load_chain(diagnostic.span.file);
        }
        if diagnostic.severity == Severity::Fatal && !self.setup.recover {
            self.stopped = true;
        }
        let span = diagnostic.span;
        consumer.diagnostic(diagnostic);
        self.count_complaints(consumer, 1, span);
    }

    /// Has the consumer do something, and counts what it complains of.
    pub(super) fn consume<R>(
        &mut self,
        consumer: &mut dyn Consumer,
        span: Span,
        work: impl FnOnce(&mut dyn Consumer) -> R,
    ) -> R {
        let before = consumer.error_count();
        let result = work(consumer);
        let new = consumer.error_count().saturating_sub(before);
        self.count_complaints(consumer, new, span);
        result
    }

    /// Stops where there are too many.
    fn count_complaints(&mut self, consumer: &mut dyn Consumer, new: usize, span: Span) {
        let before = self.complaints;
        self.complaints += new;
        if before < MAX_COMPLAINTS && self.complaints >= MAX_COMPLAINTS {
            self.stopped = true;
            consumer.diagnostic(report::too_many(span, MAX_COMPLAINTS));
        }
    }

    /// Hands over a syntax error, after which Bro reads nothing more.
    pub(super) fn report_syntax(&mut self, consumer: &mut dyn Consumer, diagnostic: Diagnostic) {
        let span = diagnostic.span;
        self.report(consumer, diagnostic);
        self.syntax_errors += 1;
        if !self.setup.recover {
            self.stopped = true;
        } else if self.syntax_errors == MAX_SYNTAX_ERRORS {
            self.stopped = true;
            consumer.diagnostic(report::too_many(span, MAX_SYNTAX_ERRORS));
        }
    }
}
