//! `brood explain CODE`: what a diagnostic code means.

use clap::Args;

use crate::diag::Code;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A code such as B1004; all of them are listed without one.
    code: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> i32 {
    let Some(wanted) = &arguments.code else {
        for code in Code::ALL {
            println!("{}  {}", code.id(), code.title());
        }
        return 0;
    };
    let Some(code) = Code::ALL.iter().find(|code| code.id().eq_ignore_ascii_case(wanted)) else {
        eprintln!("brood explain: there is no code {wanted}; `brood explain` lists them all");
        return 1;
    };
    println!("{}: {}\n", code.id(), code.title());
    for line in code.explanation().lines() {
        println!("{}", line.strip_prefix(' ').unwrap_or(line));
    }
    0
}
