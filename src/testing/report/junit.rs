//! An XML report as JUnit has it, in the form that BTest gives it.

use std::fmt::Write as _;
use std::io::Write;
use std::time::{Instant, SystemTime};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::lines::diagnosis;
use super::{Listener, Scene};
use crate::diag::say;
use crate::testing::{Event, Outcome, Tally, Verdict};

pub struct Junit {
    file: Box<dyn Write>,
    began: SystemTime,
    clock: Instant,
    cases: String,
    count: usize,
    failures: usize,
}

impl Junit {
    pub fn new(file: Box<dyn Write>) -> Junit {
        Junit { file, began: SystemTime::now(), clock: Instant::now(), cases: String::new(), count: 0, failures: 0 }
    }

    fn add(&mut self, name: &str, outcome: &Outcome) {
        let parts = name.split_once("::").or_else(|| name.rsplit_once('.'));
        let (class, own) = parts.unwrap_or((name, name));
        let (class, own) = (escaped(class), escaped(own));
        let time = outcome.duration.as_secs_f64();
        let _ = write!(self.cases, "    <testcase classname=\"{class}\" name=\"{own}\" time=\"{time}\"");
        let kind = match (outcome.verdict, outcome.retry) {
            (Verdict::Passed, 0) => None,
            (Verdict::Passed, _) => Some("unstable"),
            (Verdict::Failed | Verdict::KnownFailure, _) => Some("failure"),
            (Verdict::Skipped, _) => Some("skipped"),
        };
        self.count += 1;
        self.failures += usize::from(kind == Some("failure"));
        let Some(kind) = kind else {
            self.cases += "/>\n";
            return;
        };
        let text = escaped(&diagnosis(outcome));
        let _ = writeln!(self.cases, ">\n        <{kind} type=\"{kind}\">{text}</{kind}>\n    </testcase>");
    }
}

/// Text as XML has it; letters that XML cannot have are left out.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => result += "&amp;",
            '<' => result += "&lt;",
            '>' => result += "&gt;",
            '"' => result += "&quot;",
            '\n' | '\t' | '\r' => result.push(letter),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other < ' ' => {}
            other => result.push(other),
        }
    }
    result
}

impl Listener for Junit {
    fn hear(&mut self, scene: &Scene, event: &Event) {
        if let Event::Ended(outcome) = event {
            self.add(&scene.case.shown(), outcome);
        }
    }

    fn close(&mut self, _tally: &Tally) {
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let began = Timestamp::try_from(self.began).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::system());
        let text = format!(
            "<?xml version=\"1.0\" ?>\n<testsuite errors=\"0\" failures=\"{}\" hostname=\"{}\" tests=\"{}\" \
             time=\"{}\" timestamp=\"{}\">\n{}</testsuite>\n",
            self.failures,
            escaped(&host),
            self.count,
            self.clock.elapsed().as_secs_f64(),
            began.strftime("%Y-%m-%dT%H:%M:%S%.6f"),
            self.cases,
        );
        if let Err(error) = self.file.write_all(text.as_bytes()).and_then(|()| self.file.flush()) {
            say!("cannot write the XML report: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_have_is_left_out() {
        assert_eq!(escaped("a<b>&\"\u{1}\u{1b}c\n"), "a&lt;b&gt;&amp;&quot;c\n");
    }
}
