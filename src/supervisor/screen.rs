//! Where a supervisor shows what happens: lines, and on a terminal below them a table that stays.
//!
//! The table is drawn in place on the ordinary screen. So what happened scrolls away as everything does, the last table
//! stays when all is over, and a supervisor that is killed leaves a terminal that works.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcgetpgrp, tcgetwinsize, tcsetattr,
};

use super::status::ClusterStatus;
use super::table::{Look, cut, table};
use crate::diag::terminal;

/// Somebody who looks.
pub trait View {
    /// Something has happened.
    fn tell(&mut self, line: &str);
    /// How it is now. `hint` says what one can do.
    fn show(&mut self, _status: &ClusterStatus, _hint: &str) {}
    /// Others have written to the terminal meanwhile.
    fn begin_anew(&mut self) {}
    /// Nothing comes after this.
    fn close(&mut self) {}
}

/// Lines and nothing else.
#[derive(Debug, Default)]
pub struct Plain;

impl View for Plain {
    fn tell(&mut self, line: &str) {
        // Nobody is left to tell where standard output is closed; the nodes go on.
        let _ = writeln!(io::stdout().lock(), "{line}");
    }
}

/// A terminal.
pub struct Screen {
    color: bool,
    /// The visible lengths of the lines of the table that stands there.
    drawn: Vec<usize>,
    waiting: Vec<String>,
    before: Option<Termios>,
}

/// Where nothing else is known.
const WIDTH: u16 = 80;
const HEIGHT: u16 = 24;

/// Whether this process may use the terminal: not in the background.
fn is_in_front() -> bool {
    tcgetpgrp(io::stdout()).is_ok_and(|group| group == rustix::process::getpgrp())
}

impl Screen {
    /// Standard output as a terminal; `None` where it is none, or belongs to others.
    pub fn open() -> Option<Screen> {
        if !io::stdout().is_terminal() || !is_in_front() || terminal::is_dumb() {
            return None;
        }
        let before = tcgetattr(io::stdin()).ok();
        let color = terminal::has_color();
        Some(Screen { color, drawn: Vec::new(), waiting: Vec::new(), before })
    }

    /// What is typed would stand in the table. Ctrl-C and Ctrl-Z remain what they are. Whoever comes back to the front
    /// may find the terminal as others have left it.
    fn hush(&self) {
        const NOISE: LocalModes = LocalModes::ECHO.union(LocalModes::ICANON);
        if self.before.is_none() {
            return;
        }
        if let Ok(mut modes) = tcgetattr(io::stdin())
            && modes.local_modes.intersects(NOISE)
        {
            modes.local_modes.remove(NOISE);
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &modes);
        }
    }

    fn size() -> (usize, usize) {
        let size = tcgetwinsize(io::stdout()).ok();
        let or = |number: Option<u16>, other: u16| usize::from(number.filter(|number| *number > 0).unwrap_or(other));
        (or(size.map(|size| size.ws_col), WIDTH), or(size.map(|size| size.ws_row), HEIGHT))
    }

    fn draw(&mut self, lines: &[String], plain: &[usize]) {
        let (width, _) = Screen::size();
        // A terminal that got narrower has broken the old lines.
        let rows: usize = self.drawn.iter().map(|length| length.div_ceil(width.max(1)).max(1)).sum();
        let mut text = String::from("\r");
        if rows > 0 {
            let _ = write!(text, "\x1b[{rows}A");
        }
        text.push_str("\x1b[J");
        for line in self.waiting.drain(..) {
            let _ = write!(text, "{line}\r\n");
        }
        for line in lines {
            let _ = write!(text, "{line}\r\n");
        }
        self.drawn = plain.to_vec();
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}

impl View for Screen {
    fn tell(&mut self, line: &str) {
        self.waiting.push(line.to_owned());
    }

    fn show(&mut self, status: &ClusterStatus, hint: &str) {
        // In the background everything waits until it is in front again.
        if !is_in_front() {
            return;
        }
        self.hush();
        let (width, height) = Screen::size();
        // One line for the hint, one for the cursor, and a blank one before the table.
        let look = Look { color: self.color, width, height: height.saturating_sub(3) };
        let mut lines = vec![String::new()];
        lines.extend(table(status, look));
        let mut plain: Vec<usize> = [0]
            .into_iter()
            .chain(table(status, Look { color: false, ..look }).iter().map(|line| line.chars().count()))
            .collect();
        if !hint.is_empty() {
            let hint = cut(hint, width);
            plain.push(hint.chars().count());
            lines.push(if self.color { nu_ansi_term::Style::new().dimmed().paint(hint).to_string() } else { hint });
        }
        self.draw(&lines, &plain);
    }

    fn begin_anew(&mut self) {
        self.drawn.clear();
    }

    fn close(&mut self) {
        if !self.waiting.is_empty() {
            // Lines that came after the last table stand below it.
            self.drawn.clear();
            self.draw(&[], &[]);
        }
        if let Some(before) = self.before.take()
            && is_in_front()
        {
            let _ = tcflush(io::stdin(), QueueSelector::IFlush);
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.close();
    }
}
