//! `brood graph`: the topology of a layout as a picture.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::launch::{layout_in, load_layout};
use super::output::print;
use crate::cluster::graph::{Form, draw};
use crate::diag::say;

const EXAMPLES: &str = "\
Examples:
  brood graph etc/cluster-layout.bro                 as text, to the terminal
  brood graph etc/cluster-layout.bro -o cluster.svg  for browsers
  brood graph etc/cluster-layout.bro -o cluster.dot  for Graphviz
  brood graph etc/cluster-layout.bro -o cluster.mmd  for Mermaid, in Markdown";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The layout: a script of any name, or a folder with a cluster-layout.
    layout: String,
    /// Where to write; the ending tells the form: .svg, .dot, .mmd or .txt. Without it, text goes to the terminal.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> i32 {
    let form = match &arguments.output {
        None => Form::Text,
        Some(path) => match path.extension().and_then(|ending| Form::from_ending(ending.to_str()?)) {
            Some(form) => form,
            None => {
                say!("brood graph: {}: the name must end in .svg, .dot, .mmd or .txt", path.display());
                return super::USAGE;
            }
        },
    };
    let layout = match load_layout("brood graph", &layout_in(&arguments.layout)) {
        Ok((_, layout)) => layout,
        Err(status) => return status,
    };
    let picture = draw(&layout, form);
    let Some(path) = &arguments.output else {
        return print("brood graph", picture);
    };
    if let Err(error) = fs::write(path, picture) {
        say!("brood graph: {}: {error}", path.display());
        return 1;
    }
    0
}
