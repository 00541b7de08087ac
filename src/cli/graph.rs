//! `brood graph`: the topology of a layout as a picture.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::launch::{Launch, layout_in, printer};
use super::output::print;
use crate::cluster::Layout;
use crate::cluster::graph::{Form, draw};
use crate::engine::Personality;

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
                eprintln!("brood graph: {}: the name must end in .svg, .dot, .mmd or .txt", path.display());
                return super::USAGE;
            }
        },
    };
    let layout = match load_layout(&arguments.layout) {
        Ok(layout) => layout,
        Err(status) => return status,
    };
    let picture = draw(&layout, form);
    let Some(path) = &arguments.output else {
        return print("brood graph", picture);
    };
    if let Err(error) = fs::write(path, picture) {
        eprintln!("brood graph: {}: {error}", path.display());
        return 1;
    }
    0
}

/// Loads a layout beside the cluster framework; what is wrong was printed.
fn load_layout(path: &str) -> Result<Layout, i32> {
    let launch = Launch {
        personality: Personality::Brood,
        bare: true,
        scripts: vec!["base/frameworks/cluster".into(), layout_in(path)],
        ..Launch::default()
    };
    let engine = launch.load(printer(Personality::Brood));
    if engine.error_count() > 0 {
        return Err(1);
    }
    match Layout::of(&engine.vm) {
        Some(layout) if !layout.nodes.is_empty() => Ok(layout),
        _ => {
            eprintln!("brood graph: {path} adds no nodes to Cluster::nodes");
            Err(1)
        }
    }
}
