//! `brood run`: loads scripts and runs them as Bro does.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Args;

use super::launch::{load, printer, variable};
use super::output::print;
use crate::engine::Personality;
use crate::launch::Launch;
use crate::testing::coverage::Wanted;
use crate::testing::rehearsal::client;

const NAME: &str = "brood run";

const EXAMPLES: &str = "\
Examples:
  CLUSTER_NODE=worker-1 brood run etc/cluster-layout.bro script.bro
  brood run etc/cluster-layout.bro script.bro Cluster::node=worker-1
  brood run --layout etc/site.bro script.bro Cluster::node=worker-1
  brood run -b -e 'print 1.2.3.4/16, |\"four\"|;'
  echo 'print 1 + 1;' | brood run -

The node to be comes from CLUSTER_NODE or from Cluster::node=NAME; without one
scripts run outside of a cluster. Scripts are looked for in the current
folder, in BROPATH or ZEEKPATH, and among those in the program.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Load no more of the base scripts than every script needs.
    #[arg(short, long = "bare-mode")]
    bare: bool,
    /// Load, check, and stop.
    #[arg(short = 'a', long = "parse-only")]
    parse_only: bool,
    /// Run this code as well, after all scripts.
    #[arg(short = 'e', long = "exec", value_name = "CODE")]
    exec: Option<String>,
    /// Look for scripts of this prefix as well.
    #[arg(short = 'p', long = "prefix", value_name = "PREFIX")]
    prefixes: Vec<String>,
    /// The layout of the cluster, a script of any name. Without it, cluster-layout is looked for.
    #[arg(long, value_name = "FILE")]
    layout: Option<String>,
    /// Print the value of a global and stop.
    #[arg(short = 'I', long = "print-id", value_name = "NAME")]
    print_id: Option<String>,
    /// Write to this file, once a second, how this node is: its peers, events, stores.
    #[arg(long, value_name = "FILE")]
    status_file: Option<String>,
    /// Write which statements ran: a page (.html), for lcov (.info), or a table.
    #[arg(long, value_name = "FILE")]
    coverage: Option<PathBuf>,
    /// List the families of native functions and stop.
    #[arg(short = 'N', long = "print-plugins")]
    print_plugins: bool,
    /// Print the version and stop.
    #[arg(short = 'v', long = "version")]
    version: bool,
    /// Scripts, `-` for standard input, and settings such as `Cluster::node=worker-1`.
    #[arg(value_name = "SCRIPT|VAR=VALUE")]
    scripts: Vec<String>,
}

pub(super) fn run(arguments: Arguments) -> i32 {
    if arguments.version {
        return print(NAME, format!("brood version {}\n", env!("CARGO_PKG_VERSION")));
    }
    if arguments.print_plugins {
        return print(NAME, super::bro::families(false));
    }
    let (parameters, mut scripts) = split_parameters(arguments.scripts);
    // The framework loads it, where it is there and where this is a node of a cluster.
    scripts.splice(0..0, arguments.layout.clone().filter(|_| !arguments.bare));
    let launch = Launch {
        personality: Personality::Brood,
        bare: arguments.bare,
        check_all_bodies: arguments.parse_only,
        keep_bodies: false,
        scripts: standard_input_if_nothing(scripts, arguments.exec.as_deref()),
        layout: arguments.layout,
        parameters,
        command_line: arguments.exec,
        prefixes: arguments.prefixes,
        coverage: arguments.coverage,
        ..Launch::default()
    };
    let request = Request {
        parse_only: arguments.parse_only,
        print_id: arguments.print_id.as_deref(),
        status_file: arguments.status_file.as_deref(),
    };
    execute(launch, &request)
}

/// Tells settings from scripts, as Bro does by the `=`.
pub(super) fn split_parameters(words: Vec<String>) -> (Vec<String>, Vec<String>) {
    words.into_iter().partition(|word| word.contains('='))
}

/// Without scripts and without `-e`, Bro reads standard input.
pub(super) fn standard_input_if_nothing(scripts: Vec<String>, exec: Option<&str>) -> Vec<String> {
    if scripts.is_empty() && exec.is_none() { vec!["-".to_string()] } else { scripts }
}

/// What to do with what was loaded, besides running it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Request<'a> {
    pub(super) parse_only: bool,
    pub(super) print_id: Option<&'a str>,
    pub(super) status_file: Option<&'a str>,
}

/// Loads and runs; gives the exit status.
pub(super) fn execute(mut launch: Launch, request: &Request<'_>) -> i32 {
    if client::is_rehearsed() && !request.parse_only && request.print_id.is_none() {
        return client::node(&launch, request.status_file);
    }
    let coverage = Wanted::new(&launch, &variable, Path::new(""));
    launch.counts_statements = coverage.is_any();
    let mut engine = load(&launch, printer(launch.personality));
    if engine.error_count() > 0 {
        engine.vm.host.flush();
        return 1;
    }
    if request.parse_only {
        return 0;
    }
    if let Some(name) = request.print_id {
        return engine.print_id(name);
    }
    if let Some(path) = request.status_file {
        engine.report_to(path);
    }
    let status = engine.run(&interrupt());
    coverage.write(&mut engine);
    status
}

/// Set by SIGINT and SIGTERM. A second one ends the process at once.
fn interrupt() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Where a handler cannot be set, the signal keeps its default: the process ends.
        let _ = signal_hook::flag::register_conditional_default(signal, flag.clone());
        let _ = signal_hook::flag::register(signal, flag.clone());
    }
    flag
}
