//! `brood status`: how a cluster is that `brood up` has started.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output::print;
use super::up::SPOOL;
use crate::diag::{say, terminal};
use crate::supervisor::{ClusterStatus, Look, Spool, table};

const NAME: &str = "brood status";

const EXAMPLES: &str = "\
Examples:
  brood status
  brood status --spool /var/spool/site
  brood status --json | jq '.nodes[] | select(.state != \"up\").name'

The exit status is 0 where every node is up and has its peers, otherwise 1.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The folder that the cluster runs in.
    #[arg(long, value_name = "DIR", default_value = SPOOL)]
    spool: PathBuf,
    /// Print everything that is known, as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> i32 {
    let status = Spool::find(&arguments.spool).and_then(|spool| ClusterStatus::find(&spool));
    let printed = match &status {
        None if arguments.json => print(NAME, format!("{:#}\n", json!({ "supervisor": null, "nodes": [] }))),
        None => {
            say!("{NAME}: no cluster runs in {}", arguments.spool.display());
            1
        }
        Some(status) if arguments.json => print(NAME, serde_json::to_string_pretty(status).unwrap_or_default() + "\n"),
        Some(status) => print(NAME, text(status)),
    };
    let is_well = printed == 0 && status.is_some_and(|status| status.is_complete());
    i32::from(!is_well)
}

fn text(status: &ClusterStatus) -> String {
    let is_terminal = std::io::stdout().is_terminal();
    let color = is_terminal && terminal::has_color();
    let width = if is_terminal { crossterm::terminal::size().map_or(80, |(width, _)| usize::from(width)) } else { 80 };
    let mut lines = table(status, Look { color, width, ..Look::default() });
    if status.supervisor.is_none() {
        lines.push("the supervisor is gone; `brood down` stops what is left".to_owned());
    }
    lines.join("\n") + "\n"
}
