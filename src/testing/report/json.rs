//! Reports for programs: all outcomes as one JSON document, and when tests ran, for a browser's view of traces.

use std::io::Write;
use std::time::UNIX_EPOCH;

use serde::Serialize;

use super::{Listener, Scene};
use crate::diag::say;
use crate::testing::{Event, Outcome, Tally, Verdict};

/// One document with all outcomes.
pub struct Json {
    file: Box<dyn Write>,
    document: Document,
}

#[derive(Default, Serialize)]
struct Document {
    version: u32,
    tests: Vec<Entry>,
    summary: Summary,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<String>,
    file: String,
    kind: &'static str,
    verdict: &'static str,
    /// How often it was tried again.
    retries: u32,
    seconds: f64,
    messages: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    again: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Text>,
}

#[derive(Serialize)]
struct Text {
    name: String,
    text: String,
}

#[derive(Default, Serialize)]
struct Summary {
    passed: usize,
    failed: usize,
    expected_failures: usize,
    skipped: usize,
    unstable: usize,
}

fn verdict(outcome: &Outcome) -> &'static str {
    match (outcome.verdict, outcome.retry) {
        (Verdict::Passed, 0) => "passed",
        (Verdict::Passed, _) => "unstable",
        (Verdict::Failed, _) => "failed",
        (Verdict::KnownFailure, _) => "known-failure",
        (Verdict::Skipped, _) => "skipped",
    }
}

impl Json {
    pub fn new(file: Box<dyn Write>) -> Json {
        Json { file, document: Document { version: 1, ..Document::default() } }
    }
}

impl Listener for Json {
    fn hear(&mut self, scene: &Scene, event: &Event) {
        let Event::Ended(outcome) = event else { return };
        let case = scene.case;
        // What a test that passed has printed is of no interest to anybody.
        let attachments = outcome.attachments.iter().filter(|_| outcome.verdict.is_failure());
        let attachments =
            attachments.map(|attachment| Text { name: attachment.name.clone(), text: attachment.text.clone() });
        let entry = Entry {
            name: case.name.clone(),
            variant: case.variant(),
            file: case.file.to_string_lossy().into_owned(),
            kind: case.kind.text(),
            verdict: verdict(outcome),
            retries: outcome.retry,
            seconds: outcome.duration.as_secs_f64(),
            messages: outcome.messages.clone(),
            again: outcome.again.clone(),
            attachments: attachments.collect(),
        };
        if outcome.retry > 0 {
            // Of a test that was tried again, the last time counts.
            self.document.tests.retain(|other| other.name != entry.name || other.variant != entry.variant);
        }
        self.document.tests.push(entry);
    }

    fn close(&mut self, tally: &Tally) {
        self.document.summary = Summary {
            passed: tally.passed,
            failed: tally.failed,
            expected_failures: tally.expected_failures,
            skipped: tally.skipped,
            unstable: tally.unstable,
        };
        let written = serde_json::to_writer_pretty(&mut self.file, &self.document).map_err(std::io::Error::from);
        if let Err(error) = written.and_then(|()| self.file.write_all(b"\n")).and_then(|()| self.file.flush()) {
            say!("cannot write the JSON report: {error}");
        }
    }
}

/// When tests ran, and which worker had them, in the form of Chrome.
pub struct Trace {
    file: Box<dyn Write>,
    spans: Vec<Span>,
}

#[derive(Serialize)]
struct Span {
    name: String,
    ts: f64,
    tid: usize,
    pid: u32,
    ph: &'static str,
    cat: &'static str,
    dur: f64,
}

impl Trace {
    pub fn new(file: Box<dyn Write>) -> Trace {
        Trace { file, spans: Vec::new() }
    }
}

impl Listener for Trace {
    fn hear(&mut self, scene: &Scene, event: &Event) {
        let Event::Ended(outcome) = event else { return };
        if outcome.verdict == Verdict::Skipped {
            return;
        }
        self.spans.push(Span {
            name: scene.case.shown(),
            ts: outcome.began.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1e6,
            tid: scene.worker,
            pid: 1,
            ph: "X",
            cat: "test",
            dur: outcome.duration.as_secs_f64() * 1e6,
        });
    }

    fn close(&mut self, _tally: &Tally) {
        let written = serde_json::to_writer(&mut self.file, &self.spans).map_err(std::io::Error::from);
        if let Err(error) = written.and_then(|()| self.file.write_all(b"\n")).and_then(|()| self.file.flush()) {
            say!("cannot write the trace: {error}");
        }
    }
}
