//! Runs the commands of one test in their order, from the initializer to the teardown, and keeps what they leave.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, SystemTime};

use super::command::{End, Shell};
use super::config::{Alternative, joined};
use super::header::{Command, Part, Test};
use super::pool::Job;
use super::run::{Ended, Mode, Runner};
use super::surroundings::Stay;
use super::{progress, timing};
use crate::testing::{Attachment, Event, Outcome, Verdict};

/// Exit status of a command after which the test has failed and goes on.
const GO_ON: i32 = 100;
/// Exit status of a command after which no further test is run.
const ABORT: i32 = 200;

/// How often a test is asked how far it is.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// No more of a file is kept to be shown: what has no end fills a disk before it fills a memory.
const MOST_SHOWN: u64 = 4 << 20;

/// A test that runs.
pub(super) struct Running<'a> {
    runner: &'a Runner<'a>,
    test: &'a Test,
    alternative: Option<&'a Alternative>,
    folder: &'a Path,
    environment: BTreeMap<OsString, OsString>,
    log: File,
    output: File,
    errors: File,
    stay: Box<dyn Stay>,
    tell: &'a (dyn Fn(Event) + Sync),
    /// What went wrong, a line each.
    failures: Vec<String>,
    /// The exit status of the last command.
    last: i32,
    attachments: Vec<Attachment>,
    lacks_baseline: bool,
    /// How much the commands did, where that is measured.
    instructions: Option<u64>,
    timed: timing::Request,
}

impl<'a> Running<'a> {
    /// In a folder that is prepared.
    pub(super) fn new(
        runner: &'a Runner<'a>,
        job: &'a Job,
        folder: &'a Path,
        stay: Box<dyn Stay>,
        tell: &'a (dyn Fn(Event) + Sync),
    ) -> Result<Running<'a>, String> {
        Ok(Running {
            runner,
            test: &job.test,
            alternative: job.alternative.as_ref().filter(|alternative| !alternative.is_default()),
            folder,
            environment: BTreeMap::new(),
            log: open(folder, ".log")?,
            output: open(folder, ".stdout")?,
            errors: open(folder, ".stderr")?,
            stay,
            tell,
            failures: Vec::new(),
            last: 0,
            attachments: Vec::new(),
            lacks_baseline: false,
            instructions: None,
            timed: runner.timing.of(&job.test),
        })
    }

    /// Runs all of them, with these folders of baselines and these ports.
    pub(super) fn all(mut self, baselines: &[PathBuf], ports: &[u16]) -> Ended {
        self.environment = self.prepare_environment(baselines, ports);
        let tell = self.tell;
        let folder = self.folder;
        let is_available = self.is_available();
        if !is_available && !self.runner.interrupt.is_over() {
            return self.end(Verdict::Skipped);
        }
        std::thread::scope(|scope| {
            let (stop, stopped) = channel::<()>();
            scope.spawn(move || {
                while stopped.recv_timeout(PROGRESS_INTERVAL) == Err(RecvTimeoutError::Timeout) {
                    for message in progress::take(folder) {
                        tell(Event::Progress(message));
                    }
                }
            });
            self.commands();
            drop(stop);
        });
        self.end(Verdict::Passed)
    }

    /// Whether all is there that the test needs.
    fn is_available(&mut self) -> bool {
        let test = self.test;
        test.requires.iter().all(|command| self.execute(command, &[]).is_ok())
    }

    /// The verdict is that of a test that did not fail.
    fn end(mut self, verdict: Verdict) -> Ended {
        let mut outcome = Outcome::new(verdict, SystemTime::UNIX_EPOCH, Duration::ZERO);
        if verdict == Verdict::Passed {
            if self.failures.is_empty() && self.runner.interrupt.is_over() {
                self.failures.push("interrupted".to_owned());
            }
            if self.failures.is_empty() {
                self.judge_time(&mut outcome);
            }
            if !self.failures.is_empty() {
                outcome.verdict = Verdict::Failed;
            }
        }
        if outcome.verdict != Verdict::Failed {
            self.attach(".diag");
            self.attach(".stderr");
        }
        let aborts = self.last == ABORT && !self.failures.is_empty();
        outcome.messages = self.failures;
        outcome.attachments = self.attachments;
        outcome.lacks_baseline = self.lacks_baseline;
        self.stay.leave(&mut outcome);
        Ended { outcome, aborts }
    }

    fn judge_time(&mut self, outcome: &mut Outcome) {
        let Some(measured) = self.instructions else { return };
        let judged = self.runner.timing.judge(&self.test.name, measured, self.runner.settings.updates_times);
        outcome.remark = judged.remark;
        if judged.is_exceeded {
            let name = &self.test.name;
            self.failures.push(format!("'{name}' exceeded permitted execution time deviation{}", outcome.remark));
            self.attach(".diag");
            self.attach(".stderr");
        }
    }

    /// Everything from the initializer to the teardown.
    fn commands(&mut self) {
        let hooks = &self.runner.config.hooks;
        let test = self.test;
        let mut has_run = false;
        let mut begins = true;
        if let Some(command) = self.hook(&hooks.initializer, "<Initializer>") {
            has_run = true;
            begins = self.one(&command);
        }
        if begins {
            for part in &test.parts {
                has_run |= self.part(part);
            }
            // A command that failed leaves out what is behind it in its part alone.
            if !self.runner.interrupt.is_over()
                && let Some(command) = self.hook(&hooks.finalizer, "<Finalizer>")
            {
                has_run = true;
                self.one(&command);
            }
        }
        if has_run {
            let command = self.hook(&hooks.teardown, "<Teardown>");
            self.tear_down(command);
        }
    }

    /// Whether further commands are run: nothing failed yet, or what failed last asked for it.
    fn goes_on(&self) -> bool {
        !self.runner.interrupt.is_over() && (self.failures.is_empty() || self.last == GO_ON)
    }

    /// Whether anything of the part has run.
    fn part(&mut self, part: &Part) -> bool {
        if !self.goes_on() {
            return false;
        }
        let hooks = &self.runner.config.hooks;
        let before = self.part_hook(&hooks.part_initializer, "<PartInitializer>", part);
        let behind = self.part_hook(&hooks.part_finalizer, "<PartFinalizer>", part);
        for command in before.iter().chain(&part.commands).chain(&behind) {
            if !self.one(command) {
                break;
            }
        }
        let command = self.part_hook(&hooks.part_teardown, "<PartTeardown>", part);
        self.tear_down(command);
        true
    }

    fn hook(&self, line: &str, origin: &str) -> Option<Command> {
        hook(line, &self.test.name, origin, 1)
    }

    /// Those of parts take the name that all tests of the file have in common.
    fn part_hook(&self, line: &str, origin: &str, part: &Part) -> Option<Command> {
        hook(line, &self.test.base_name, origin, part.number)
    }

    fn tear_down(&mut self, command: Option<Command>) {
        let Some(command) = command else { return };
        let mut variables = vec![("TEST_LAST_RETCODE", self.last.to_string())];
        if !self.failures.is_empty() {
            variables.push(("TEST_FAILED", "1".to_owned()));
        }
        let before = self.last;
        let failed = self.execute(&command, &variables).err();
        match failed {
            Some(message) => self.fail(message),
            None => self.last = before,
        }
    }

    /// Runs a command. Whether the next one is to run, too.
    fn one(&mut self, command: &Command) -> bool {
        match self.execute(command, &[]) {
            Ok(()) => !self.runner.interrupt.is_over(),
            Err(message) => {
                self.fail(message);
                self.last == GO_ON && !self.runner.interrupt.is_over()
            }
        }
    }

    fn fail(&mut self, message: String) {
        self.failures.push(message);
        if self.failures.len() == 1 {
            self.attach(".diag");
            self.attach(".stderr");
        } else {
            self.attach(".diag");
        }
        let is_lacking = |attachment: &Attachment| attachment.text.contains("no baseline found");
        self.lacks_baseline |= self.last == GO_ON && self.attachments.iter().any(is_lacking);
    }

    fn attach(&mut self, name: &str) {
        if let Ok(text) = begin_of(&self.folder.join(name)) {
            let attachment = Attachment { name: name.to_owned(), text };
            if !self.attachments.contains(&attachment) {
                self.attachments.push(attachment);
            }
        }
    }

    /// Runs a command; the message where it did not end as it is to.
    fn execute(&mut self, command: &Command, variables: &[(&str, String)]) -> Result<(), String> {
        let mut line = command.line.clone();
        let name = command.origin.file_name().unwrap_or_default();
        let input = self.folder.join(name);
        if let Some(alternative) = self.alternative {
            let program = line.split_whitespace().next().unwrap_or_default();
            let program = program.rsplit('/').next().unwrap_or_default();
            let filter = alternative.filters.get(program);
            for (word, replacement) in &alternative.substitutions {
                line = replace_words(&line, word, replacement);
            }
            if let Some(filter) = filter
                && !command.must_fail
            {
                self.filter(filter, &input, command)?;
            }
        }
        let part = if command.part > 1 { format!(" [part #{}]", command.part) } else { String::new() };
        (self.tell)(Event::Command(format!("{}{part}", command.line)));
        let line = line.replace("%INPUT", &input.to_string_lossy());
        let line = line.replace("%DIR", &self.test.folder().to_string_lossy());
        self.shell(&line, command, variables)
    }

    /// Changes the input before a command has it.
    fn filter(&mut self, filter: &str, input: &Path, command: &Command) -> Result<(), String> {
        let mut name = OsString::from("filtered-");
        name.push(input.file_name().unwrap_or_default());
        let filtered = input.with_file_name(name);
        for line in [
            format!("{filter} {} {}", input.display(), filtered.display()),
            format!("mv {} {}", filtered.display(), input.display()),
        ] {
            (self.tell)(Event::Command(line.clone()));
            self.shell(&line, &Command { must_fail: false, part: 1, ..command.clone() }, &[])?;
        }
        Ok(())
    }

    fn shell(&mut self, line: &str, command: &Command, variables: &[(&str, String)]) -> Result<(), String> {
        let expected = if command.must_fail { "failure" } else { "success" };
        // The log is for people who look; a full disk shows elsewhere.
        let _ = writeln!(self.log, "{line}: (expect {expected})");
        let mut environment = self.environment.clone();
        environment.insert("TEST_PART".into(), command.part.to_string().into());
        environment.extend(variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))));
        let shell = Shell {
            folder: self.folder,
            environment: &environment,
            output: &self.output,
            errors: &self.errors,
            has_terminal: self.runner.settings.mode == Mode::UpdateInteractive,
            interrupt: self.runner.interrupt,
        };
        let began = |process| self.stay.began(process);
        let end = match &self.timed.perf {
            Some(perf) => shell.run(perf, &timing::arguments(line), began),
            None => shell.run("/bin/sh", &["-c", line], began),
        };
        self.stay.ended();
        if self.timed.perf.is_some()
            && let Some(count) = timing::measured(self.folder)
        {
            self.instructions = Some(self.instructions.unwrap_or(0) + count);
        }
        let end = match end {
            Ok(end) => end,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err("interrupted".to_owned()),
            Err(error) => {
                self.last = 1;
                return Err(format!("'{line}' cannot be run: {error}"));
            }
        };
        let End(status) = end;
        self.last = status;
        if end.is_success() != command.must_fail {
            Ok(())
        } else if command.must_fail {
            Err(format!("'{line}' succeeded unexpectedly (exit code 0)"))
        } else {
            Err(format!("'{line}' failed unexpectedly (exit code {status})"))
        }
    }

    /// The variables of all commands of the test.
    fn prepare_environment(&self, baselines: &[PathBuf], ports: &[u16]) -> BTreeMap<OsString, OsString> {
        let config = self.runner.config;
        let mut environment = config.environment.clone();
        let mut set = |name: &str, value: OsString| drop(environment.insert(name.into(), value));
        set("TEST_BASELINE", joined(baselines));
        set("TEST_DIAGNOSTICS", self.folder.join(".diag").into());
        set("TEST_MODE", self.runner.settings.mode.text().into());
        set("TEST_NAME", self.test.name.clone().into());
        set("TEST_VERBOSE", self.folder.join(".verbose").into());
        set("TEST_BASE", config.base.clone().into());
        for (name, value) in self.alternative.iter().flat_map(|alternative| &alternative.environment) {
            match name.strip_prefix('-') {
                Some(name) => drop(environment.remove(OsStr::new(name))),
                None => drop(environment.insert(name.into(), value.into())),
            }
        }
        for (name, port) in self.test.ports.iter().zip(ports) {
            environment.insert(name.into(), format!("{port}/tcp").into());
        }
        let path = self.runner.toolbox.path(&self.stay.tools(), environment.get(OsStr::new("PATH")));
        environment.insert("PATH".into(), path);
        environment.extend(self.stay.variables());
        environment
    }
}

/// The text with every occurrence replaced that is a word of its own.
fn replace_words(text: &str, word: &str, replacement: &str) -> String {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    // Between a letter and what is none, as `\b` has it.
    let is_edge = |left: Option<char>, right: Option<char>| left.is_some_and(is_letter) != right.is_some_and(is_letter);
    let (mut result, mut done, mut from) = (String::new(), 0, 0);
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(word)).map(|at| at + from) {
        let end = at + word.len();
        let (before, behind) = (text.get(..at).unwrap_or_default(), text.get(end..).unwrap_or_default());
        let begins = is_edge(before.chars().next_back(), word.chars().next());
        let ends = is_edge(word.chars().next_back(), behind.chars().next());
        if begins && ends {
            result += text.get(done..at).unwrap_or_default();
            result += replacement;
            done = end;
            from = end;
        } else {
            from = at
                + before.len().abs_diff(at)
                + text.get(at..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8);
        }
    }
    result + text.get(done..).unwrap_or_default()
}

/// A command that the configuration runs beside those of the test.
fn hook(line: &str, name: &str, origin: &str, part: usize) -> Option<Command> {
    let command = || Command { line: format!("{line} {name}"), must_fail: false, part, origin: PathBuf::from(origin) };
    (!line.is_empty()).then(command)
}

fn open(folder: &Path, name: &str) -> Result<File, String> {
    let file = OpenOptions::new().create(true).append(true).open(folder.join(name));
    file.map_err(|error| format!("cannot write {}: {error}", folder.join(name).display()))
}

/// What a file says, as far as people would read it.
fn begin_of(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_SHOWN + 1).read_to_end(&mut bytes)?;
    let is_whole = bytes.len() as u64 <= MOST_SHOWN;
    bytes.truncate(MOST_SHOWN as usize);
    Ok(readable(&bytes) + if is_whole { "" } else { "\n[...]\n" })
}

/// Text for people: bytes that are none are shown as `\xff`.
pub(super) fn readable(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text += chunk.valid();
        for byte in chunk.invalid() {
            text += &format!("\\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_are_replaced() {
        assert_eq!(replace_words("gcc gcc2 x/gcc -gcc_", "gcc", "gcc -O2"), "gcc -O2 gcc2 x/gcc -O2 -gcc_");
        assert_eq!(replace_words("aaa aa", "aa", "b"), "aaa b");
        assert_eq!(replace_words("äa a", "a", "b"), "äa b");
        assert_eq!(replace_words("x", "y", "z"), "x");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown() {
        assert_eq!(readable(b"a\xffb\xc3\xa4"), "a\\xffb\u{e4}");
    }

    #[test]
    fn of_a_long_file_the_beginning_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".stderr");
        let file = File::create(&path).unwrap();
        file.set_len(MOST_SHOWN).unwrap();
        assert_eq!(begin_of(&path).unwrap().len() as u64, MOST_SHOWN);
        file.set_len(MOST_SHOWN + 1).unwrap();
        assert!(begin_of(&path).unwrap().ends_with("\0\n[...]\n"));
    }
}
