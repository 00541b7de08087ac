//! Lines of text, as BTest writes them where there is no terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Listener, Pause, Scene};
use crate::testing::{Attachment, Case, Event, Outcome, Verdict};

/// Where lines go. What the tests of several workers say is kept until each test is over.
pub(super) struct Lines {
    target: Target,
    kept: BTreeMap<String, String>,
}

enum Target {
    /// Results are no output of anybody: BTest writes them there too.
    StandardError,
    File(Box<dyn Write>),
}

impl Lines {
    pub(super) fn to_standard_error() -> Lines {
        Lines::new(Target::StandardError)
    }

    fn new(target: Target) -> Lines {
        Lines { target, kept: BTreeMap::new() }
    }

    pub(super) fn write(&mut self, text: &str) {
        // Nobody is left to be told where the other end is closed.
        let _ = match &mut self.target {
            Target::StandardError => io::stderr().lock().write_all(text.as_bytes()),
            Target::File(file) => file.write_all(text.as_bytes()),
        };
    }

    fn say(&mut self, scene: &Scene, text: &str) {
        if scene.workers < 2 {
            self.write(text);
        } else {
            *self.kept.entry(scene.case.shown()).or_default() += text;
        }
    }

    /// The test is over.
    fn release(&mut self, case: &Case) {
        if let Some(text) = self.kept.remove(&case.shown()) {
            self.write(&text);
        }
    }
}

/// `[#2] `, as wide for every worker.
fn prefix(scene: &Scene) -> String {
    if scene.workers < 2 {
        return String::new();
    }
    let width = scene.workers.to_string().len() + 1;
    format!("[{:>width$}] ", format!("#{}", scene.worker))
}

/// A line for every test: `language.any ... ok`.
pub struct Standard {
    lines: Lines,
    /// Tests that have lines of progress below their own.
    broken: Vec<String>,
}

impl Standard {
    pub fn new() -> Standard {
        Standard { lines: Lines::to_standard_error(), broken: Vec::new() }
    }
}

impl Default for Standard {
    fn default() -> Self {
        Standard::new()
    }
}

impl Listener for Standard {
    fn hear(&mut self, scene: &Scene, event: &Event) {
        let name = scene.case.shown();
        match event {
            Event::Started => self.lines.say(scene, &format!("{}{name} ... ", prefix(scene))),
            Event::Command(_) | Event::Remark(_) => {}
            Event::Progress(text) => {
                if !self.broken.contains(&name) {
                    self.lines.say(scene, "\n");
                    self.broken.push(name);
                }
                self.lines.say(scene, &format!("  - {text}\n"));
            }
            Event::Ended(outcome) => {
                if let Some(place) = self.broken.iter().position(|broken| *broken == name) {
                    self.broken.swap_remove(place);
                    self.lines.say(scene, &format!("{}{name} ... ", prefix(scene)));
                }
                self.lines.say(scene, &format!("{}\n", outcome.words(scene.case)));
                self.lines.release(scene.case);
            }
        }
    }
}

/// Only tests that did not pass at once.
pub struct Brief {
    lines: Lines,
}

impl Brief {
    pub fn new() -> Brief {
        Brief { lines: Lines::to_standard_error() }
    }
}

impl Default for Brief {
    fn default() -> Self {
        Brief::new()
    }
}

impl Listener for Brief {
    fn hear(&mut self, scene: &Scene, event: &Event) {
        let Event::Ended(outcome) = event else { return };
        let is_told = outcome.verdict.is_failure() || outcome.verdict == Verdict::Passed && outcome.retry > 0;
        if is_told {
            let line = format!("{}{} ... {}\n", prefix(scene), scene.case.shown(), outcome.words(scene.case));
            self.lines.say(scene, &line);
        }
        self.lines.release(scene.case);
    }
}

/// All commands as well.
pub struct Verbose {
    lines: Lines,
}

impl Verbose {
    pub fn new() -> Verbose {
        Verbose { lines: Lines::to_standard_error() }
    }
}

impl Default for Verbose {
    fn default() -> Self {
        Verbose::new()
    }
}

impl Listener for Verbose {
    fn hear(&mut self, scene: &Scene, event: &Event) {
        let name = scene.case.shown();
        match event {
            Event::Started => self.lines.say(scene, &format!("{}{name} ...\n", prefix(scene))),
            Event::Command(command) => self.lines.say(scene, &format!("{}  > {command}\n", prefix(scene))),
            Event::Progress(text) => self.lines.say(scene, &format!("  - {text}\n")),
            Event::Remark(text) => self.lines.say(scene, &format!("  > [test-verbose] {text}\n")),
            Event::Ended(outcome) => {
                let line = format!("{}... {name} {}\n", prefix(scene), outcome.words(scene.case));
                self.lines.say(scene, &line);
                self.lines.release(scene.case);
            }
        }
    }
}

/// Why tests failed.
pub struct Diagnostics {
    lines: Lines,
    what: Told,
    /// To a file of their own, where nobody else says which test it is.
    is_alone: bool,
    pause: Option<Pause>,
}

/// Of which tests the diagnostics are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Of those that failed under one of many seeds, only how to run them again.
    Commands,
    /// Those that failed because there is nothing to compare with.
    LackingBaselines,
    Failed,
    All,
}

impl Diagnostics {
    /// Beside what others tell. It makes a `pause` after each.
    pub fn new(what: Told, pause: Option<Pause>) -> Diagnostics {
        Diagnostics { lines: Lines::to_standard_error(), what, is_alone: false, pause }
    }

    /// In a file, where nobody else names the tests.
    pub fn to_file(what: Told, file: Box<dyn Write>) -> Diagnostics {
        Diagnostics { lines: Lines::new(Target::File(file)), what, is_alone: true, pause: None }
    }
}

/// Whether the diagnostics of a test are told.
pub(super) fn shown_by(what: Told, outcome: &Outcome) -> bool {
    match what {
        Told::All => outcome.verdict != Verdict::Skipped,
        Told::Failed => outcome.verdict == Verdict::Failed,
        Told::Commands => false,
        Told::LackingBaselines => {
            outcome.verdict == Verdict::Failed && (outcome.lacks_baseline || outcome.is_explained)
        }
    }
}

/// What is told of a test besides its verdict: why it failed, or only how to run it again.
pub(super) fn told_by(what: Told, outcome: &Outcome) -> String {
    if shown_by(what, outcome) {
        diagnosis(outcome)
    } else if outcome.verdict == Verdict::Failed {
        outcome.again.iter().map(|again| again_line(outcome, again)).collect()
    } else {
        String::new()
    }
}

fn again_line(outcome: &Outcome, again: &str) -> String {
    format!("  {}to run it again: {again}\n", mark(outcome))
}

/// What stands before what is said of a test.
fn mark(outcome: &Outcome) -> &'static str {
    if outcome.is_explained { "" } else { "% " }
}

/// What stands above an attachment.
pub(super) fn attachment_head(outcome: &Outcome, name: &str) -> String {
    if outcome.is_explained { format!("  {name}:") } else { format!("  % cat {name}") }
}

/// The diagnostics of a test as BTest writes them.
pub(super) fn diagnosis(outcome: &Outcome) -> String {
    let mut text = String::new();
    for message in &outcome.messages {
        text += &format!("  {}{message}\n", mark(outcome));
    }
    if let Some(again) = &outcome.again {
        text += &again_line(outcome, again);
    }
    for Attachment { name, text: lines } in &outcome.attachments {
        text += &format!("{}\n", attachment_head(outcome, name));
        for line in lines.lines() {
            text += &format!("  {}{}\n", if outcome.is_explained { "  " } else { "" }, line.trim_end());
        }
        if !outcome.is_explained {
            text += "\n";
        }
    }
    text
}

impl Listener for Diagnostics {
    fn hear(&mut self, scene: &Scene, event: &Event) {
        let Event::Ended(outcome) = event else { return };
        let is_passed = outcome.verdict == Verdict::Passed && outcome.retry == 0;
        if self.is_alone && (!is_passed || self.what == Told::All) {
            let line = format!("{} ... {}\n", scene.case.shown(), outcome.words(scene.case));
            self.lines.say(scene, &line);
        }
        let told = told_by(self.what, outcome);
        if !told.is_empty() {
            self.lines.say(scene, &told);
            if let Some(pause) = self.pause.as_ref().filter(|_| shown_by(self.what, outcome)) {
                self.lines.say(scene, "<Enter> ...\n");
                self.lines.release(scene.case);
                pause.wait();
            }
        }
        self.lines.release(scene.case);
    }
}
