//! `brood explain CODE`: what a diagnostic code means.

use clap::Args;

use super::output::print;
use crate::diag::{Code, say};

const NAME: &str = "brood explain";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A code such as B1004; all of them are listed without one.
    code: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> i32 {
    let Some(wanted) = &arguments.code else {
        let lines: String = Code::ALL.iter().map(|code| format!("{}  {}\n", code.id(), code.title())).collect();
        return print(NAME, lines);
    };
    let is_wanted = |code: &&Code| {
        let digits = code.id().trim_start_matches('B');
        code.id().eq_ignore_ascii_case(wanted) || digits == wanted
    };
    let Some(code) = Code::ALL.iter().find(is_wanted) else {
        say!("{NAME}: there is no code {wanted}; `brood explain` lists them all");
        return 1;
    };
    let mut text = format!("{}: {}\n\n", code.id(), code.title());
    for line in code.explanation().lines() {
        text.push_str(line.strip_prefix(' ').unwrap_or(line));
        text.push('\n');
    }
    print(NAME, text)
}
