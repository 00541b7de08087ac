//! A terminal: a line below that says how far all is, and above it what is worth staying.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use nu_ansi_term::{Color, Style};
use rustix::termios::tcgetwinsize;

use super::lines::{Told, attachment_head, diagnosis, shown_by, told_by};
use super::{Listener, Pause, Scene};
use crate::testing::{Attachment, Case, Event, Outcome, Tally, Verdict};

const ERASE_LINE: &str = "\r\x1b[2K";

/// How wide the bar is.
const BAR: usize = 20;

/// Where nothing else is known.
const WIDTH: usize = 80;

pub struct Console {
    /// Tests that passed stay, too.
    shows_all: bool,
    told: Told,
    /// What runs, with what it said last.
    running: BTreeMap<String, Option<String>>,
    /// The line that is there now.
    drawn: String,
    pause: Option<Pause>,
    colors: Colors,
}

impl Console {
    pub fn new(shows_all: bool, told: Told, pause: Option<Pause>, has_colors: bool) -> Console {
        let colors = Colors { are_shown: has_colors };
        Console { shows_all, told, running: BTreeMap::new(), drawn: String::new(), pause, colors }
    }

    /// Puts lines above the one that moves.
    fn stay(&mut self, text: &str) {
        write(&format!("{ERASE_LINE}{text}{}", self.drawn));
    }

    fn draw(&mut self, tally: &Tally) {
        let width = tcgetwinsize(io::stdout()).ok().map(|size| usize::from(size.ws_col)).filter(|width| *width > 0);
        let line = progress(tally, &self.running, width.unwrap_or(WIDTH).saturating_sub(1), self.colors);
        if line != self.drawn {
            self.drawn = line;
            write(&format!("{ERASE_LINE}{}", self.drawn));
        }
    }

    fn ended(&mut self, case: &Case, outcome: &Outcome) {
        self.running.remove(&case.shown());
        let is_quiet = outcome.verdict == Verdict::Skipped || outcome.verdict == Verdict::Passed && outcome.retry == 0;
        let is_shown = shown_by(self.told, outcome);
        let diagnosis = if is_shown { coloured(outcome, self.colors) } else { told_by(self.told, outcome) };
        if is_quiet && !self.shows_all && diagnosis.is_empty() {
            return;
        }
        let words = self.colors.paint(style(outcome, case.is_expected_to_fail), &outcome.words(case));
        let time = self.colors.paint(Style::new().dimmed(), &seconds(outcome.duration));
        self.stay(&format!("{} ... {words} {time}\n{diagnosis}", case.shown()));
        if let Some(pause) = self.pause.clone().filter(|_| is_shown) {
            self.stay("<Enter> ...\n");
            pause.wait();
        }
    }
}

/// Whether there is any colour.
#[derive(Clone, Copy, Debug)]
struct Colors {
    are_shown: bool,
}

impl Colors {
    fn paint(self, style: Style, text: &str) -> String {
        if self.are_shown { style.paint(text).to_string() } else { text.to_owned() }
    }
}

fn write(text: &str) {
    let mut out = io::stdout().lock();
    // Nobody is left to be told where the terminal is gone.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// `1.2s`
fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.2}s") } else { format!("{seconds:.1}s") }
}

fn style(outcome: &Outcome, is_expected_to_fail: bool) -> Style {
    match (outcome.verdict, outcome.retry) {
        (Verdict::Skipped, _) => Style::new().dimmed(),
        (Verdict::Failed, _) => Color::Red.bold(),
        (Verdict::Passed, 0) if !is_expected_to_fail => Color::Green.normal(),
        (Verdict::Passed | Verdict::KnownFailure, _) => Color::Yellow.normal(),
    }
}

/// How far all is, in so many columns at most.
fn progress(tally: &Tally, running: &BTreeMap<String, Option<String>>, width: usize, colors: Colors) -> String {
    let ended = tally.ended().min(tally.planned);
    let filled = (BAR * ended).checked_div(tally.planned).unwrap_or(BAR);
    let percent = (100 * ended).checked_div(tally.planned).unwrap_or(100);
    let bar = "━".repeat(filled);
    let rest = "─".repeat(BAR - filled);
    let color = if tally.has_failure() { Color::Red } else { Color::Green };
    let mut text = format!(" {ended}/{}", tally.planned);
    if tally.failed > 0 {
        text += &format!(", {} failed", tally.failed);
    }
    for (name, said) in running {
        text += &format!("  {name}");
        if let Some(said) = said {
            text += &format!(" ({said})");
        }
    }
    let head = format!("[{percent:>3}%] ");
    let room = width.saturating_sub(head.chars().count() + BAR);
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(room).collect();
    format!("{head}{}{}{text}", colors.paint(color.normal(), &bar), colors.paint(Style::new().dimmed(), &rest))
}

/// The diagnostics of a test, with the lines of differences in colour.
fn coloured(outcome: &Outcome, colors: Colors) -> String {
    let mut text = String::new();
    let plain = Outcome { attachments: Vec::new(), ..outcome.clone() };
    for line in diagnosis(&plain).lines() {
        text += &format!("{}\n", colors.paint(Style::new().bold(), &printable(line)));
    }
    for Attachment { name, text: lines } in &outcome.attachments {
        text += &format!("{}\n", colors.paint(Style::new().dimmed(), &attachment_head(outcome, name)));
        let mut in_difference = false;
        for line in lines.lines() {
            if line.starts_with("== ") || line.starts_with("====") {
                in_difference = line.starts_with("== Diff");
            }
            let style = match line.chars().next() {
                Some('=') if line.starts_with("==") => Style::new().dimmed(),
                Some('+') if in_difference && line.starts_with("+++ ") => Style::new().bold(),
                Some('-') if in_difference && line.starts_with("--- ") => Style::new().bold(),
                Some('+') if in_difference => Color::Green.normal(),
                Some('-') if in_difference => Color::Red.normal(),
                Some('@') if in_difference => Color::Cyan.normal(),
                _ => Style::new(),
            };
            text += &format!("  {}\n", colors.paint(style, &printable(line.trim_end())));
        }
        text += "\n";
    }
    text
}

/// What a test prints must not move the cursor.
fn printable(line: &str) -> String {
    line.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

impl Listener for Console {
    fn hear(&mut self, scene: &Scene, event: &Event) {
        let name = scene.case.shown();
        match event {
            Event::Started => drop(self.running.insert(name, None)),
            Event::Progress(message) => drop(self.running.insert(name, Some(message.clone()))),
            Event::Command(_) | Event::Remark(_) => return,
            Event::Ended(outcome) => self.ended(scene.case, outcome),
        }
        self.draw(&scene.tally);
    }

    fn close(&mut self, _tally: &Tally) {
        self.drawn.clear();
        write(ERASE_LINE);
    }
}

/// The progress bar that some terminals show beside their title.
#[derive(Debug, Default)]
pub struct TitleBar;

impl TitleBar {
    fn show(state: u32, percent: usize) {
        let mut out = io::stdout().lock();
        let _ = write!(out, "\x1b]9;4;{state};{percent}\x07").and_then(|()| out.flush());
    }
}

impl Listener for TitleBar {
    fn hear(&mut self, scene: &Scene, event: &Event) {
        let Event::Ended(_) = event else { return };
        let tally = &scene.tally;
        let state = match (tally.has_failure(), tally.unstable > 0) {
            (true, _) => 2,
            (_, true) => 4,
            _ => 1,
        };
        TitleBar::show(state, (100 * tally.ended()).checked_div(tally.planned).unwrap_or(100));
    }

    fn close(&mut self, _tally: &Tally) {
        TitleBar::show(0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLORS: Colors = Colors { are_shown: true };

    #[test]
    fn the_line_keeps_its_width() {
        let tally = Tally { planned: 4, passed: 1, failed: 1, ..Tally::default() };
        let running = BTreeMap::from([("language.any".to_owned(), Some("stage\t1".to_owned()))]);
        let line = progress(&tally, &running, 200, COLORS);
        assert!(line.contains("[ 50%]") && line.contains("2/4, 1 failed  language.any (stage 1)"), "{line}");
        // Seven columns of the number and twenty of the bar leave this many.
        assert!(progress(&tally, &running, 40, COLORS).ends_with(" 2/4, 1 faile"));
        assert!(progress(&Tally::default(), &BTreeMap::new(), 80, COLORS).contains("[100%]"));
    }

    #[test]
    fn only_differences_are_coloured() {
        let mut outcome = Outcome::new(Verdict::Failed, std::time::SystemTime::UNIX_EPOCH, Duration::ZERO);
        let text = "== File ====\n+a\n== Diff ====\n--- x\n+++ y\n@@ -1 +1 @@\n-b\n+a\x1b[2J\n=====\n".to_owned();
        outcome.attachments.push(Attachment { name: ".diag".to_owned(), text });
        outcome.messages.push("it\x1b[2J failed".to_owned());
        let shown = coloured(&outcome, COLORS);
        assert!(shown.contains("  +a\n"), "{shown:?}");
        assert!(shown.contains("\x1b[31m-b\x1b[0m") && shown.contains("\x1b[32m+a\u{fffd}[2J"), "{shown:?}");
        assert!(shown.contains("it\u{fffd}[2J failed"), "{shown:?}");
        let plain = coloured(&outcome, Colors { are_shown: false });
        assert!(plain.contains("\n  -b\n") && !plain.contains('\x1b'), "{plain:?}");
    }
}
