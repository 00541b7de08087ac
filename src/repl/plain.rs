//! Inputs from a file or a pipe: several lines where one is not whole, plain text out.

use std::io::{self, BufRead};

use super::Session;
use super::input::{self, Input};
use crate::source::FileId;

/// Feeds a session line by line to the end. Gives the exit status: 1 where any input failed, what scripts say where
/// they exit.
pub fn run(session: &mut Session, lines: impl BufRead) -> i32 {
    let mut failed = session.output().errors() > 0;
    let mut text = String::new();
    for line in lossy_lines(lines) {
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                session.output().error(format!("cannot read standard input: {error}\n").as_bytes());
                failed = true;
                break;
            }
        };
        text.push_str(&line);
        if matches!(input::read(FileId::NONE, &text), Input::Incomplete) {
            text.push('\n');
            continue;
        }
        failed |= !session.enter(&text);
        text.clear();
        if session.quit().is_some() {
            break;
        }
    }
    if !text.trim().is_empty() && session.quit().is_none() {
        failed |= !session.enter(&text);
    }
    let errors = session.output().errors();
    if session.quit().is_none_or(|status| status == 0) {
        session.finish();
    }
    failed |= session.output().errors() > errors;
    match session.quit() {
        Some(status) if status != 0 => status,
        _ => i32::from(failed),
    }
}

/// Lines without their ends; bytes that are not UTF-8 are replaced.
fn lossy_lines(mut input: impl BufRead) -> impl Iterator<Item = io::Result<String>> {
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => {
                while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    line.pop();
                }
                Some(Ok(String::from_utf8_lossy(&line).into_owned()))
            }
            Err(error) => Some(Err(error)),
        }
    })
}
