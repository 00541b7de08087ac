//! A table for terminals: how much of each file ran, and the lines that did not.

use std::fmt::Write;

use super::{Coverage, File, Share, lines, shown};

/// Names of files have this much room at most.
const LONGEST_NAME: usize = 40;

/// The columns behind a name: three numbers and the spaces between them.
const NUMBERS: usize = 7 + 8 + 6;

/// The table. Files in `folder` are shown without it.
pub fn report(coverage: &Coverage, folder: &str, width: usize) -> String {
    let names: Vec<String> = coverage.files.keys().map(|path| shorten(&shown(path, folder))).collect();
    let longest = names.iter().map(|name| name.chars().count()).chain([5]).max().unwrap_or(5);
    let room = width.saturating_sub(longest + NUMBERS + 2).max(10);
    let mut text = format!("{:<longest$} {:>6} {:>7} {:>5}  {}\n", "file", "stmts", "ran", "%", "missing lines");
    for (name, file) in names.iter().zip(coverage.files.values()) {
        row(&mut text, name, longest, file.share());
        let missing = missing(file);
        if !missing.is_empty() {
            let indent = longest + NUMBERS + 1;
            text.push_str("  ");
            text.push_str(&wrapped(&missing, room).join(&format!("\n{:indent$}", "")));
        }
        text.push('\n');
    }
    row(&mut text, "total", longest, coverage.share());
    text.push('\n');
    text
}

fn row(text: &mut String, name: &str, longest: usize, share: Share) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{name:<longest$} {:>6} {:>7} {:>4}%", share.statements, share.ran, share.percent());
}

/// The end of a long name tells more than its beginning.
fn shorten(name: &str) -> String {
    let length = name.chars().count();
    match length.checked_sub(LONGEST_NAME) {
        None | Some(0) => name.to_owned(),
        Some(over) => format!("...{}", name.chars().skip(over + 3).collect::<String>()),
    }
}

/// Lines on which something did not run: `3`, `7-9`. Lines in between that have no statement belong to them.
fn missing(file: &File) -> Vec<String> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    let mut goes_on = false;
    for (number, line) in lines(file) {
        match ranges.last_mut() {
            Some((_, last)) if line.is_missed && goes_on => *last = number,
            _ if line.is_missed => ranges.push((number, number)),
            _ => {}
        }
        goes_on = line.is_missed;
    }
    let shown = |(first, last)| if first == last { format!("{first}") } else { format!("{first}-{last}") };
    ranges.into_iter().map(shown).collect()
}

/// Words with commas between them, in lines.
fn wrapped(words: &[String], room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (index, word) in words.iter().enumerate() {
        let comma = if index + 1 < words.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if line.is_empty() => *line = format!("{word}{comma}"),
            Some(line) if line.len() + word.len() + comma.len() < room => {
                let _ = write!(line, " {word}{comma}");
            }
            _ => lines.push(format!("{word}{comma}")),
        }
    }
    lines
}
