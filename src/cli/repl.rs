//! `brood repl`: a prompt for scripts and layouts.

use std::io::{BufReader, IsTerminal};

use clap::Args;

use super::launch::{layout_in, start_up};
use super::run::split_parameters;
use crate::diag::{say, terminal};
use crate::engine::Personality;
use crate::launch::Launch;
use crate::repl::{Output, Session, Style, editor, plain};

const EXAMPLES: &str = "\
Examples:
  brood repl etc/cluster-layout.bro script.bro
  echo '|Cluster::nodes|' | brood repl etc/cluster-layout.bro
  brood repl --connect 127.0.0.1:47760

At the prompt, :help lists the commands and Tab completes. Where input is no
terminal, each line is entered, text is plain, and the exit status is 1 if any
line failed.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Load no more of the base scripts than every script needs.
    #[arg(short, long = "bare-mode")]
    bare: bool,
    /// Read this code as well, after all scripts.
    #[arg(short = 'e', long = "exec", value_name = "CODE")]
    exec: Option<String>,
    /// Look for scripts of this prefix as well.
    #[arg(short = 'p', long = "prefix", value_name = "PREFIX")]
    prefixes: Vec<String>,
    /// The layout of the cluster, a script of any name. Without it, cluster-layout is looked for.
    #[arg(long, value_name = "FILE")]
    layout: Option<String>,
    /// Connect with a running node: its values, its topics.
    #[arg(long, value_name = "HOST:PORT")]
    connect: Option<String>,
    /// Scripts or folders with a cluster-layout to load, and settings such as `Cluster::node=worker-1`.
    #[arg(value_name = "SCRIPT|VAR=VALUE")]
    scripts: Vec<String>,
}

pub(super) fn run(arguments: Arguments) -> i32 {
    let (parameters, scripts) = split_parameters(arguments.scripts);
    let layout = arguments.layout.iter().filter(|_| !arguments.bare);
    let scripts = layout.chain(&scripts).map(|script| layout_in(script)).collect();
    let launch = Launch {
        personality: Personality::Brood,
        bare: arguments.bare,
        check_all_bodies: false,
        keep_bodies: false,
        scripts,
        layout: arguments.layout,
        parameters,
        command_line: arguments.exec,
        prefixes: arguments.prefixes,
        ..Launch::default()
    };
    let input = std::io::stdin();
    if input.is_terminal() && std::io::stdout().is_terminal() {
        let style = Style { color: terminal::has_color(), width: 80, rich: true };
        let start = start_up(launch);
        let interrupt = start.interrupt.clone();
        // Ctrl-C stops what runs, and the second one, where nothing took note of the first, the program.
        let _ = signal_hook::flag::register_conditional_default(signal_hook::consts::SIGINT, interrupt.clone());
        let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, interrupt);
        let mut session = Session::new(start, Output::standard(), style);
        return match connect(&mut session, arguments.connect.as_deref()) {
            Ok(()) => editor::run(session),
            Err(status) => status,
        };
    }
    let mut session = Session::new(start_up(launch), Output::standard(), Style::default());
    match connect(&mut session, arguments.connect.as_deref()) {
        Ok(()) => plain::run(&mut session, BufReader::new(input)),
        Err(status) => status,
    }
}

/// Connects where that was asked for. The error is the exit status.
fn connect(session: &mut Session, place: Option<&str>) -> Result<(), i32> {
    let Some(place) = place else { return Ok(()) };
    session.connect(place).map_err(|message| {
        say!("brood repl: {message}");
        1
    })
}
