//! The command line: one file a command.
//!
//! To add a command, write its file with an `Arguments` struct and a `run` function, and add a row to [`Command`].
//! Called by the name `bro` or `zeek` the program takes Bro's own command line instead, see [`bro`]; called by the name
//! of one of BTest's tools, it is that tool.

mod bro;
mod check;
mod convert;
mod covered;
mod doc;
mod down;
mod dump;
mod explain;
mod graph;
mod launch;
mod output;
mod rehearse;
mod repl;
mod run;
mod scripts;
mod sim;
mod status;
mod test;
mod units;
mod up;
mod watch;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::diag::say;
use crate::embed;
use crate::engine::Personality;
use crate::testing::btest;
use crate::testing::rehearsal::client;

/// Exit status for a command line that cannot be understood, as clap has it.
const USAGE: i32 = 2;

/// Shown below the list of commands.
const EXAMPLES: &str = "\
Examples:
  CLUSTER_NODE=worker-1 brood run etc/cluster-layout.bro script.bro
  brood up etc/cluster-layout.bro script.bro
  brood sim etc/cluster-layout.bro script.bro --seed 7
  brood test tests                     run the tests in a folder
  brood check etc                      what is wrong with a layout, on any node
  brood repl etc/cluster-layout.bro    ask it questions
  brood graph etc/cluster-layout.bro -o cluster.svg
  brood convert etc/node.cfg           the layout that BroControl makes of it

Called as `bro` or `zeek`, through a link of that name, it takes Bro's own
command line.";

#[derive(Debug, Parser)]
#[command(name = "brood", version, about, long_about = None, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print the search path for scripts, for use in BROPATH or ZEEKPATH.
    #[arg(long)]
    print_path: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run scripts as one node of a layout, or as none.
    Run(run::Arguments),
    /// Run the nodes of a layout on this machine, and keep them running.
    Up(up::Arguments),
    /// Tell how a cluster is that runs on this machine.
    Status(status::Arguments),
    /// Stop a cluster that runs on this machine.
    Down(down::Arguments),
    /// Run all nodes of a layout in one process, in simulated time.
    Sim(sim::Arguments),
    /// Run tests: files of BTest, and functions test_* of scripts.
    Test(test::Arguments),
    /// Tell what is wrong with a layout and its scripts, on any node.
    Check(check::Arguments),
    /// Ask a layout questions: a prompt for the script language.
    Repl(repl::Arguments),
    /// Draw the topology of a layout.
    Graph(graph::Arguments),
    /// Make one of the files that describe a cluster of another: node.cfg, zeek.conf, layout, compose, JSON, picture.
    Convert(convert::Arguments),
    /// Tell what is known of a name of the language or the framework.
    Doc(doc::Arguments),
    /// Say what the code of a finding means, with an example.
    Explain(explain::Arguments),
    /// Show or write out the scripts that the program carries.
    Scripts(scripts::Arguments),
    /// Show what the stages of the interpreter make of a script.
    Dump(dump::Arguments),
}

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // Values are not made to cross threads; everything happens on this one.
    let status = match embed::with_stack(move || dispatch(arguments)) {
        Ok(status) => status,
        Err(error) => {
            say!("brood: cannot start: {error}");
            1
        }
    };
    ExitCode::from(u8::try_from(status & 0xff).unwrap_or(1))
}

/// Whose program this is to be, by the name that it was called by.
fn called_as(program: Option<&OsString>) -> Personality {
    let name = program.map(Path::new).and_then(Path::file_name).unwrap_or_default();
    match name.to_str() {
        Some("bro") => Personality::Bro,
        Some("zeek") => Personality::Zeek,
        _ => Personality::Brood,
    }
}

fn dispatch(arguments: Vec<OsString>) -> i32 {
    if let Some((program, rest)) = arguments.split_first() {
        if let Some(status) = client::tool(program, rest) {
            return status;
        }
        if let Some(tool) = btest::tools::named(program) {
            return tool(rest);
        }
    }
    let personality = called_as(arguments.first());
    if personality != Personality::Brood {
        return bro::main(personality, &arguments);
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let status = if error.use_stderr() { USAGE } else { 0 };
            let _ = error.print();
            return status;
        }
    };
    if cli.print_path {
        return output::print("brood", launch::search_path().text() + "\n");
    }
    match cli.command {
        Some(Command::Run(arguments)) => run::run(arguments),
        Some(Command::Up(_)) if client::is_rehearsed() => client::refuse("brood up keeps processes running"),
        Some(Command::Up(arguments)) => up::run(arguments),
        Some(Command::Status(arguments)) => status::run(&arguments),
        Some(Command::Down(arguments)) => down::run(&arguments),
        Some(Command::Sim(arguments)) => sim::run(arguments),
        Some(Command::Test(arguments)) => test::run(&arguments),
        Some(Command::Repl(arguments)) => repl::run(arguments),
        Some(Command::Scripts(arguments)) => scripts::run(arguments),
        Some(Command::Check(arguments)) => check::run(arguments),
        Some(Command::Convert(arguments)) => convert::run(&arguments),
        Some(Command::Graph(arguments)) => graph::run(&arguments),
        Some(Command::Doc(arguments)) => doc::run(&arguments),
        Some(Command::Dump(arguments)) => dump::run(&arguments),
        Some(Command::Explain(arguments)) => explain::run(&arguments),
        None => 0,
    }
}
