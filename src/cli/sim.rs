//! `brood sim`: the nodes of a layout in one process, in simulated time.

mod shown;

use std::cell::RefCell;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use clap::Args;

use super::launch::{layout_in, load_layout, setup_with, words};
use super::output::{print, shell_word};
use super::run::split_parameters;
use crate::cluster::{Layout, Role};
use crate::diag::say;
use crate::engine::{Options, Personality};
use crate::launch::Launch;
use crate::load::disk::Disk;
use crate::load::files::Cached;
use crate::load::{Parsed, Setup};
use crate::simulation::{
    AtEnd, LONGEST, Latency, NodeProgram, Passage, Simulation, invariants, page, run_scenario, trace_line,
};
use crate::testing::coverage::Coverage;
use shown::{Shown, failed_nodes, show};

const NAME: &str = "brood sim";

/// Jumps that scripts may make in one turn, at one moment of simulated time: what makes more never ends.
const PATIENCE: u64 = 10_000_000;

/// How long a run is where nobody says so.
const LENGTH: Duration = Duration::from_mins(10);

/// Nodes start within so much time, in an order drawn from the seed.
const SPREAD: Duration = Duration::from_millis(10);

const EXAMPLES: &str = "\
Examples:
  brood sim etc/cluster-layout.bro site/local.bro
  brood sim etc/cluster-layout.bro site/local.bro --seed 7 --for 10min
  brood sim etc/cluster-layout.bro --scenario kill-manager.bro --seeds 1..1000
  brood sim etc/cluster-layout.bro --html run.html

Every node of the layout runs, wherever it is, over a simulated network: no port
is opened and no time is lost waiting. A message takes 0.1 to 5 ms, in order
within a connection, and one time in eight a node looks up to 5 ms late at what
came. All of that is drawn from the seed: the same seed gives the same run.
Files stay in memory; --logs writes them out. A scenario is a script that
controls the run by the functions of the module Sim: `brood doc Sim` lists them.
The exit status is 0 where all that the scenario expects is so and no node has
failed.

--invariants looks in every run, with a scenario or without, whether
  events   no event comes to a node more often than it was sent
  stores   clones hold what their master holds
  workers  Cluster::worker_count is the number of connected workers
  pools    all nodes see the same pools, and send a key to the same member
  logs     every log record is written by exactly one logger, or by each where
           they do not take turns
at the end of all lengths of time that a scenario lets pass and of the run, where
no fault is going on and nothing is on its way. What a scenario loses or repeats
is excused. At the end a run goes on until the cluster is calm, for 90 seconds at
most; what could not be looked at then is told. `--invariants=stores,logs` looks
at these two only.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The layout: a script of any name, or a folder with a cluster-layout.
    layout: String,
    /// Scripts that every node loads behind the layout, and settings such as `Broker::peer_buffer_size=10`.
    #[arg(value_name = "SCRIPT|VAR=VALUE")]
    scripts: Vec<String>,
    /// What everything is drawn from that is left to chance.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Run under each of these seeds, until one fails.
    #[arg(long, value_name = "A..B", value_parser = seeds, conflicts_with = "seed")]
    seeds: Option<(u64, u64)>,
    /// How much simulated time passes at most: 500msec, 30sec, 10min, 2hrs, 1day. Without, 10min, and all that a
    /// scenario asks for.
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    length: Option<Duration>,
    /// A script that controls the run. The run ends when it ends.
    #[arg(long, value_name = "FILE")]
    scenario: Option<String>,
    /// What must hold in the whole run, all or a list: events, stores, workers, pools, logs.
    #[arg(long, value_name = "NAME,...", num_args = 0..=1, require_equals = true, default_missing_value = "all")]
    invariants: Option<String>,
    /// Write the messages between the nodes, as lines of JSON. Of several seeds files are written for the one that fails.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Write the messages as a page for browsers: a diagram of who said what to whom.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the files of each node, such as its logs, to DIR/NODE.
    #[arg(long, value_name = "DIR")]
    logs: Option<PathBuf>,
    /// Write which statements ran on any node: a page (.html), for lcov (.info), or a table.
    #[arg(long, value_name = "FILE")]
    coverage: Option<PathBuf>,
    /// Load no more of the base scripts than every script needs, and the cluster framework.
    #[arg(short, long = "bare-mode")]
    bare: bool,
    /// Look for scripts of this prefix as well.
    #[arg(short = 'p', long = "prefix", value_name = "PREFIX")]
    prefixes: Vec<String>,
}

/// `A..B`, both included.
fn seeds(text: &str) -> Result<(u64, u64), String> {
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("{text:?} is no seed"));
    let (first, last) = text.split_once("..").ok_or("seeds are given as A..B, such as 1..1000")?;
    let (first, last) = (number(first)?, number(last)?);
    if first > last { Err(format!("there is no seed from {first} to {last}")) } else { Ok((first, last)) }
}

/// A number and a unit as in scripts.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no time: a number and usec, msec, sec, min, hr or day, such as 10min");
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim() {
        "usec" | "usecs" | "us" => 1e-6,
        "msec" | "msecs" | "ms" => 1e-3,
        "sec" | "secs" | "s" => 1.0,
        "min" | "mins" => 60.0,
        "hr" | "hrs" | "h" => 3600.0,
        "day" | "days" => 86400.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let time = Duration::try_from_secs_f64(number * unit).map_err(|_| wrong())?;
    if time > LONGEST { Err(format!("{text:?} is longer than a hundred years")) } else { Ok(time) }
}

pub(super) fn run(arguments: Arguments) -> i32 {
    match simulate(&arguments) {
        Ok(status) => status,
        Err(None) => 1,
        Err(Some(message)) => {
            say!("{NAME}: {message}");
            1
        }
    }
}

/// What went wrong; nothing where that was printed.
type Refusal = Option<String>;

fn simulate(arguments: &Arguments) -> Result<i32, Refusal> {
    let path = layout_in(&arguments.layout);
    let (_, layout) = load_layout(NAME, &path).map_err(|_| None)?;
    let files: Rc<Cached<Disk>> = Rc::new(Cached::new(Disk));
    let (parameters, given) = split_parameters(arguments.scripts.clone());
    let framework = arguments.bare.then(|| "base/frameworks/cluster".to_owned());
    let scripts = framework.into_iter().chain([path.clone()]).chain(given).collect();
    let coverage = Rc::default();
    let cluster = Cluster { arguments, path, layout, files, parsed: Rc::default(), scripts, parameters, coverage };
    let status = cluster.run_seeds()?;
    if let Some(path) = &arguments.coverage {
        let written = cluster.coverage.borrow().report(path, Path::new(""));
        written.map_err(|error| Some(format!("{}: {error}", path.display())))?;
    }
    Ok(status)
}

/// The command line with a single seed in the place of several.
fn again(seed: u64) -> String {
    let mut words = words().into_iter().skip(1);
    let mut line = "brood".to_owned();
    while let Some(word) = words.next() {
        if word == "--seeds" {
            words.next();
        }
        if word == "--seeds" || word.starts_with("--seeds=") {
            line += &format!(" --seed {seed}");
        } else {
            line += " ";
            line += &shell_word(&word);
        }
    }
    line
}

struct Cluster<'a> {
    arguments: &'a Arguments,
    path: String,
    layout: Layout,
    files: Rc<Cached<Disk>>,
    parsed: Rc<Parsed>,
    /// What every node loads, and what is set when it has.
    scripts: Vec<String>,
    parameters: Vec<String>,
    /// What ran on all nodes, where that was asked for.
    coverage: Rc<RefCell<Coverage>>,
}

/// What came of a run.
struct Run {
    failures: Vec<String>,
    shown: Shown,
    /// The invariants that could not be looked at in the end, and why.
    not_looked_at: Option<String>,
}

impl Run {
    fn tell(&self) {
        for failure in &self.failures {
            say!("{NAME}: {}", failure.trim_end());
        }
        if let Some(what) = &self.not_looked_at {
            say!("{NAME}: invariants {what}");
        }
    }
}

impl Cluster<'_> {
    /// Runs under all seeds, or under those up to the first that fails.
    fn run_seeds(&self) -> Result<i32, Refusal> {
        let Some((first, last)) = self.arguments.seeds else {
            let run = self.run(self.arguments.seed, true)?;
            run.tell();
            return Ok(run.shown.status | i32::from(!run.failures.is_empty()));
        };
        let mut not_looked_at: Vec<(u64, String)> = Vec::new();
        for seed in first..=last {
            let run = self.run(seed, false)?;
            if !run.failures.is_empty() {
                print(NAME, run.shown.kept.as_str());
                run.tell();
                say!("{NAME}: seed {seed} fails; to run it again: {}", again(seed));
                return Ok(1);
            }
            not_looked_at.extend(run.not_looked_at.map(|what| (seed, what)));
        }
        let mut told = format!("{} seeds, no failure\n", u128::from(last - first) + 1);
        if self.writes_files() {
            told.push_str("nothing was written: files are of the seed that fails\n");
        }
        if let Some((seed, what)) = not_looked_at.first() {
            let _ = writeln!(told, "{} of them with invariants {what} (seed {seed})", not_looked_at.len());
        }
        Ok(print(NAME, told))
    }

    fn program(&self, scripts: Vec<String>, node: Option<&str>) -> NodeProgram {
        let launch = Launch {
            personality: Personality::Brood,
            bare: self.arguments.bare,
            scripts,
            parameters: if node.is_some() { self.parameters.clone() } else { Vec::new() },
            layout: node.map(|_| self.path.clone()),
            prefixes: self.arguments.prefixes.clone(),
            ..Launch::default()
        };
        let (files, parsed) = (self.files.clone(), self.parsed.clone());
        NodeProgram {
            options: Options {
                bare: self.arguments.bare,
                counts_statements: self.arguments.coverage.is_some(),
                ..Options::default()
            },
            at_end: self.arguments.coverage.as_ref().map(|_| {
                let all = self.coverage.clone();
                let at_end: AtEnd =
                    Rc::new(move |engine| all.borrow_mut().merge(Coverage::of(engine, Path::new(""), &[])));
                at_end
            }),
            load: Rc::new(move |engine| {
                let setup = Setup { parsed: Some(parsed.clone()), ..setup_with(&launch, files.clone()) };
                engine.load(setup, &launch.scripts, &launch.parameters, None);
            }),
            variables: node.iter().map(|name| ("CLUSTER_NODE".to_owned(), (*name).to_owned())).collect(),
            patience: PATIENCE,
            outside: None,
        }
    }

    fn run(&self, seed: u64, aloud: bool) -> Result<Run, Refusal> {
        let mut simulation = Simulation::new(seed, Latency::default());
        if self.arguments.trace.is_some() || self.arguments.html.is_some() {
            simulation.trace();
        }
        for node in self.layout.nodes.iter().filter(|node| !matches!(node.role, Role::None | Role::Control)) {
            let program = self.program(self.scripts.clone(), Some(&node.name));
            simulation.add(&node.name, node.ip.0, program);
        }
        if let Some(names) = &self.arguments.invariants {
            simulation.hold(invariants(names)?);
        }
        simulation.start_all(SPREAD);
        let shown = Rc::new(RefCell::new(Shown { is_aloud: aloud, ..Shown::default() }));
        show(&mut simulation, &shown);
        let simulation = Rc::new(RefCell::new(simulation));
        let mut failures = Vec::new();
        match &self.arguments.scenario {
            None => {
                simulation.borrow_mut().run_until(self.arguments.length.unwrap_or(LENGTH), |cluster| cluster.is_over());
            }
            Some(scenario) => {
                // It finds all nodes started.
                simulation.borrow_mut().advance(SPREAD);
                let program = self.program(vec![scenario.clone()], None);
                let end = run_scenario(&simulation, program, LENGTH, self.arguments.length);
                let errors = String::from_utf8_lossy(&end.errors).into_owned();
                match end.status {
                    Some(0) if end.error_count == 0 && errors.is_empty() => {}
                    Some(0) if end.error_count == 0 => say!("{}", errors.trim_end()),
                    Some(0) => failures.push(format!("{scenario} has errors\n{errors}")),
                    Some(status) => failures.push(format!("{scenario} ended with status {status}\n{errors}")),
                    None => failures.push(format!("{scenario} did not end in its time (--for)\n{errors}")),
                }
            }
        }
        let mut simulation = simulation.borrow_mut();
        simulation.look_at_end();
        failures.extend(simulation.failures().iter().cloned());
        failures.extend(failed_nodes(&simulation));
        // What cannot be written is no reason to keep quiet about the rest.
        if (aloud || !failures.is_empty())
            && let Err(what) = self.write(&mut simulation)
        {
            failures.push(what);
        }
        let not_looked_at = simulation.not_looked_at();
        let shown = shown.take();
        Ok(Run { failures, shown, not_looked_at })
    }

    fn writes_files(&self) -> bool {
        let Arguments { trace, html, logs, .. } = self.arguments;
        trace.is_some() || html.is_some() || logs.is_some()
    }

    /// Writes the files that were asked for; or says what cannot be written.
    fn write(&self, simulation: &mut Simulation) -> Result<(), String> {
        let names = simulation.names();
        let passages = simulation.take_trace();
        if let Some(path) = &self.arguments.trace {
            let text: String = passages.iter().map(|passage: &Passage| trace_line(passage, &names) + "\n").collect();
            write_file(path, text.as_bytes())?;
        }
        if let Some(path) = &self.arguments.html {
            write_file(path, page(&passages, &names).as_bytes())?;
        }
        if let Some(folder) = &self.arguments.logs {
            for (node, name) in names.iter().enumerate() {
                for file in simulation.files(node) {
                    let path = folder.join(name).join(file.trim_start_matches('/'));
                    if path.components().any(|part| part == std::path::Component::ParentDir) {
                        return Err(format!("{name} wrote {file}, which is outside its folder"));
                    }
                    write_file(&path, &simulation.file(node, &file).unwrap_or_default())?;
                }
            }
        }
        Ok(())
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, bytes).map_err(failed)
}
