//! Runs one test: `setup`, the test itself, what it has left to happen, `teardown`.

use std::path::Path;
use std::sync::PoisonError;
use std::time::{Instant, SystemTime};

use super::bench::{Bench, Waited};
use super::explain::{Teller, shown_value};
use super::find::{cases_of, own_function, own_places};
use super::{CASES, SETUP, Settings, TEARDOWN, UnitTest};
use crate::diag::{Code, Diagnostic};
use crate::source::Span;
use crate::testing::coverage::Coverage;
use crate::testing::{Attachment, Outcome, Verdict};
use crate::value::Value;
use crate::vm::{Raise, RaiseKind};

/// Events that are left are told of up to this many.
const MOST_LEFT: usize = 5;

/// Runs a test in an engine of its own, under the seed of the settings or another one.
pub fn run(settings: &Settings, test: &UnitTest, seed: Option<u64>) -> Outcome {
    let (began, clock) = (SystemTime::now(), Instant::now());
    let bench = Bench::load(settings, &test.file, seed);
    let mut run = Run { settings, test, bench, teller: Teller::default(), failed: false };
    match &test.refused {
        Some(refused) => run.fail(refused),
        None => run.whole(),
    }
    if let Some(all) = &settings.coverage {
        let own = own_places(&run.bench.engine.vm, &test.file);
        let counted = Coverage::of(&mut run.bench.engine, Path::new(""), &own);
        all.lock().unwrap_or_else(PoisonError::into_inner).merge(counted);
    }
    let verdict = if run.failed { Verdict::Failed } else { Verdict::Passed };
    let mut outcome = Outcome::new(verdict, began, clock.elapsed());
    outcome.is_explained = true;
    outcome.messages = run.teller.lines;
    let streams = [("output", run.bench.output()), ("standard error", run.bench.errors())];
    for (name, text) in streams.into_iter().filter(|(_, text)| !text.is_empty()) {
        let text = String::from_utf8_lossy(&text).into_owned();
        outcome.attachments.push(Attachment { name: name.to_owned(), text });
    }
    outcome
}

struct Run<'a> {
    settings: &'a Settings,
    test: &'a UnitTest,
    bench: Bench,
    teller: Teller,
    failed: bool,
}

impl Run<'_> {
    fn fail(&mut self, message: &str) {
        self.failed = true;
        self.teller.say(message);
    }

    /// Takes what was reported into account.
    fn look(&mut self) {
        self.failed = self.failed || self.bench.has_failed();
        self.teller.hear(&mut self.bench);
    }

    /// Takes what stopped everything into account.
    fn stopped(&mut self, raise: Raise, what: &str) {
        match raise.into_kind() {
            RaiseKind::Exit(status) => self.fail(&format!("{what} called exit({status})")),
            RaiseKind::Error(error) => {
                let diagnostic = Diagnostic::error(Code::RunTime, Span::NONE, error.message);
                self.bench.engine.report(&diagnostic);
            }
            // Reported already.
            RaiseKind::Null | RaiseKind::Handler | RaiseKind::Assertion | RaiseKind::Pending => {}
        }
        self.look();
    }

    fn whole(&mut self) {
        if self.bench.has_failed() {
            return self.look();
        }
        if let Err(raise) = self.bench.start() {
            return self.stopped(raise, "what begins a run");
        }
        self.look();
        if self.failed {
            return;
        }
        self.part(SETUP);
        if !self.failed {
            self.body();
        }
        // It has as much patience for itself as the test, which may have used up its own.
        self.bench.engine.vm.set_patience(Some(self.settings.jumps));
        self.part(TEARDOWN);
    }

    /// Calls a function of the file where there is one, and does what it leaves to be done at once.
    fn part(&mut self, name: &str) {
        let vm = &mut self.bench.engine.vm;
        let function = match own_function(vm, &self.test.file, name) {
            Ok(Some(function)) => function,
            Ok(None) => return,
            Err(refused) => return self.fail(&refused),
        };
        let called = vm.call(&function, &[]).map(|_| ());
        if let Err(raise) = called.and_then(|()| self.bench.settle()) {
            self.stopped(raise, name);
        }
        self.look();
    }

    fn body(&mut self) {
        let arguments = match self.arguments() {
            Ok(arguments) => arguments,
            Err(refused) => return self.fail(&refused),
        };
        let name = self.test.function.clone();
        let Some(Value::Func(function)) = self.bench.engine.vm.global_by_name(&name) else {
            return self.fail(&format!("{name} is no function any more"));
        };
        let called = self.bench.engine.vm.call(&function, &arguments);
        if let Ok(Value::Bool(false)) = called {
            self.fail(&format!("{name} gave F"));
        }
        let waited = called.and_then(|_| self.bench.wait(self.settings.deadline));
        match waited {
            Ok(Waited::Over | Waited::Failed) => {}
            Ok(Waited::Quiet) => self.unfinished("nothing can happen any more, and the test is not over:"),
            Ok(Waited::Late) => {
                let length = interval(self.settings.deadline.as_secs_f64());
                self.unfinished(&format!("the test is not over after {length} of simulated time (--deadline):"));
            }
            Err(raise) => self.stopped(raise, &name),
        }
        self.look();
        if self.failed
            && let Some(case) = arguments.first()
        {
            let text = shown_value(case);
            if !self.teller.lines.iter().any(|line| line.ends_with(&format!("= {text}"))) {
                self.teller.say(&format!("with the case {text}"));
            }
        }
    }

    /// The case that the test takes.
    fn arguments(&mut self) -> Result<Vec<Value>, String> {
        let Some(key) = &self.test.case else { return Ok(Vec::new()) };
        let vm = &mut self.bench.engine.vm;
        let name = &self.test.function;
        let gone = || format!("{name}{CASES}[{key}] is not there any more");
        let cases = vm.global_by_name(&format!("{name}{CASES}")).ok_or_else(gone)?;
        let function = vm.program.find(name.as_str().into()).map(|id| vm.program.global(id).ty.clone());
        let wanted = function.as_ref().and_then(|ty| ty.as_func()).and_then(|ty| ty.parameters.first());
        let wanted = wanted.map(|parameter| parameter.ty.clone()).ok_or_else(gone)?;
        let cases = cases_of(vm, name, &wanted, &cases)?;
        let case = cases.into_iter().find(|(other, _)| other == key).and_then(|(_, case)| vm.fit(&case, &wanted));
        case.map(|case| vec![case]).ok_or_else(gone)
    }

    /// Says what is left to happen.
    fn unfinished(&mut self, why: &str) {
        self.fail(why);
        let vm = &self.bench.engine.vm;
        let mut lines = Vec::new();
        let awaited = self.bench.awaited();
        for place in awaited.conditions {
            if let Some((file, location)) = vm.program.sources.place(place) {
                let condition = String::from_utf8_lossy(vm.program.sources.text(place)).into_owned();
                let file = file.strip_prefix("./").unwrap_or(file);
                lines.push(format!("  {file}:{}: when ( {condition} ) waits", location.line));
            }
        }
        let left = awaited.events;
        for (at, name) in left.iter().take(MOST_LEFT) {
            lines.push(format!("  {name} is to be raised after {}", interval(*at)));
        }
        if left.len() > MOST_LEFT {
            lines.push(format!("  and {} more", left.len() - MOST_LEFT));
        }
        if !left.is_empty() {
            lines.push("  Test::done() ends a test whatever is left to happen".to_owned());
        }
        lines.iter().for_each(|line| self.teller.say(line));
    }
}

/// As `print` shows it.
fn interval(seconds: f64) -> String {
    String::from_utf8_lossy(&Value::Interval(seconds).describe()).into_owned()
}
