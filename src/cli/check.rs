//! `brood check`: what is wrong with a layout and its scripts on any of its nodes.

use std::io::IsTerminal;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::launch::{prefixes, search_path};
use super::output::print;
use crate::check::{self, Report, Request};
use crate::diag::{Severity, json, render, sarif, say, terminal};

/// Exit status where findings of severity error are there, and where nothing could be checked.
const FOUND: i32 = 1;
const REFUSED: i32 = 2;

const EXAMPLES: &str = "\
Examples:
  brood check etc                          a layout and the scripts beside it
  brood check etc/cluster-layout.bro local.bro
  brood check --format sarif etc > found.sarif

No port is opened and no file is written. The exit status is 0 where nothing
is wrong or only warnings and notes were found, 1 where there are errors, and 2
where nothing could be checked. `brood explain CODE` tells what a code means.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A layout, scripts, or directories: their cluster-layout and the other scripts in them.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// How to show what was found.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Evaluate every node, not only one of those that are alike.
    ///
    /// Nodes are alike if they have the same type and fields, and every string, pattern, address and port in the
    /// scripts fits their names, interfaces, addresses and ports alike.
    #[arg(long)]
    all_nodes: bool,
    /// Give up after so many seconds: a script may loop while it loads.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    timeout: u64,
    /// Load no more of the base scripts than every script needs.
    #[arg(short, long = "bare-mode")]
    bare: bool,
    /// Look for scripts of this prefix as well.
    #[arg(short = 'p', long = "prefix", value_name = "PREFIX")]
    prefixes: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One document for programs.
    Json,
    /// SARIF 2.1.0, for code hosts.
    Sarif,
}

pub(super) fn run(arguments: Arguments) -> i32 {
    let request = Request {
        paths: arguments.paths,
        search: search_path(),
        prefixes: prefixes(&arguments.prefixes),
        bare: arguments.bare,
        all_nodes: arguments.all_nodes,
    };
    watch(arguments.timeout);
    let report = match check::run(&request) {
        Ok(report) => report,
        Err(refusal) => {
            say!("brood check: {}", refusal.0);
            return REFUSED;
        }
    };
    let text = match arguments.format {
        Format::Text => text(&report),
        Format::Json => as_json(&report),
        Format::Sarif => sarif::document(&report.sources, &report.findings) + "\n",
    };
    if print("brood check", text) != 0 {
        return REFUSED;
    }
    if report.count(Severity::is_error) > 0 { FOUND } else { 0 }
}

/// Ends the process if it takes too long. Evaluations cannot be interrupted from outside; they change nothing, so
/// nothing is left half done.
fn watch(seconds: u64) {
    let watcher = std::thread::Builder::new().name("timeout".into());
    // Without the thread only the limit is missing.
    let _ = watcher.spawn(move || {
        std::thread::sleep(Duration::from_secs(seconds));
        say!("brood check: not done after {seconds} seconds: does a script loop while it loads? --timeout allows more time");
        std::process::exit(REFUSED);
    });
}

fn text(report: &Report) -> String {
    let color = std::io::stdout().is_terminal() && terminal::has_color();
    let style = render::Style { color, width: 80 };
    let mut out = String::new();
    for finding in &report.findings {
        out.push_str(&render::human(&report.sources, finding, style));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&report.summary());
    out
}

fn as_json(report: &Report) -> String {
    let layout = report.layout.as_ref().map(|layout| json::Layout {
        file: &layout.path,
        nodes: layout.nodes,
        evaluated: &layout.evaluated,
        releases: layout.releases.as_deref(),
    });
    json::document_with(&report.sources, &report.findings, layout) + "\n"
}
