//! `brood test`: runs tests, and tells of them.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;

use clap::Args;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::diag::Diagnostic;
use crate::diag::render::{Style, human};
use crate::source::SourceMap;
use crate::testing::btest::{self, Finder, Interrupt, Mode, Pool, Processes, Request, Settings, Tests, Toolbox};
use crate::testing::report::{self, Listener, Report, Told};

const NAME: &str = "brood test";

/// Exit status where a test failed, and where nothing could be run, as BTest has it.
const FAILED: i32 = 1;

const EXAMPLES: &str = "\
Examples:
  brood test                       all tests of btest.cfg here or further up
  brood test tests/scripts         the tests in a folder
  brood test broker.remote_event   one test by its name
  brood test -j -d                 on all processors; say why tests failed
  brood test -U tests/new.bro      take what it prints for its baseline
  brood test -r -d                 those that failed last time

Files of BTest run unchanged, with the options of `btest`. Its tools, such as
btest-diff and btest-bg-run, are built in. Without a btest.cfg every file in the
folder is a test that has a line with @TEST-EXEC; baselines lie in its folder
Baseline. Results go to standard error, as BTest writes them. The exit status is
0 where no test failed, or only such as are known to fail, else 1.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Files, folders, or names of tests. Nothing: all tests of the suite.
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Run so many tests at a time; without a number, as many as there are processors.
    #[arg(short, long, value_name = "N", num_args = 0..=1, default_missing_value = "")]
    jobs: Option<String>,
    /// Take what the tests print for their baselines.
    #[arg(short = 'U', long = "update-baseline", visible_alias = "update-baselines")]
    update: bool,
    /// Ask for each difference whether it is to be in the baseline.
    #[arg(short = 'u', long = "update-interactive", conflicts_with = "update")]
    update_interactive: bool,
    /// Say why tests failed.
    #[arg(short, long)]
    diagnostics: bool,
    /// Say of all tests what they did.
    #[arg(short = 'D', long = "diagnostics-all")]
    diagnostics_all: bool,
    /// Write to a file why tests failed.
    #[arg(short = 'f', long = "file-diagnostics", value_name = "FILE")]
    diagnostics_file: Option<PathBuf>,
    /// Show commands as they are executed.
    #[arg(short, long)]
    verbose: bool,
    /// Tell only of tests that failed.
    #[arg(short, long)]
    brief: bool,
    /// Tell only of tests that failed, and nothing in the end.
    #[arg(short, long)]
    quiet: bool,
    /// Configuration file, where it is not btest.cfg.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Leave the folders in which tests ran.
    #[arg(short, long = "tmp-keep")]
    tmp_keep: bool,
}

pub(super) fn run(arguments: &Arguments) -> i32 {
    match test(arguments) {
        Ok(status) => status,
        Err(message) => {
            eprintln!("{NAME}: {message}");
            FAILED
        }
    }
}

/// How many tests run at a time. What follows `-j` and is no number is a path.
fn workers(arguments: &Arguments) -> (usize, Option<String>) {
    let all = || available_parallelism().map_or(1, usize::from);
    match arguments.jobs.as_deref() {
        None => (1, None),
        Some("") => (all(), None),
        Some(text) => match text.parse::<usize>() {
            Ok(count) => (count.max(1), None),
            Err(_) => (all(), Some(text.to_owned())),
        },
    }
}

fn test(arguments: &Arguments) -> Result<i32, String> {
    let folder = std::env::current_dir().map_err(|error| format!("cannot tell the current directory: {error}"))?;
    let (workers, further) = workers(arguments);
    let paths: Vec<String> = further.into_iter().chain(arguments.paths.iter().cloned()).collect();
    let request = Request { file: arguments.config.clone(), paths, folder: folder.clone(), ..Request::default() };
    let (mut sources, mut found) = (SourceMap::default(), Vec::new());
    let config = btest::read(&request, &mut sources, &mut found);
    let Some(config) = config else { return Ok(tell(&sources, &found)) };
    let finder = Finder::new(&config, &folder, &mut sources, &mut found);
    let Tests { tests, .. } = if request.paths.is_empty() { finder.all() } else { finder.named(&request.paths) };
    if tell(&sources, &found) != 0 {
        return Ok(FAILED);
    }
    if tests.is_empty() {
        eprintln!("no tests to execute");
        return Ok(0);
    }
    let toolbox = Toolbox::create().map_err(|error| format!("cannot make a folder for tools: {error}"))?;
    let mode = match (arguments.update, arguments.update_interactive) {
        (true, _) => Mode::Update,
        (_, true) => Mode::UpdateInteractive,
        _ => Mode::Test,
    };
    let settings = Settings { mode, keeps_sandboxes: arguments.tmp_keep, ..Settings::default() };
    let interrupt = Interrupt::default();
    let pool = Pool {
        config: &config,
        settings: &settings,
        surroundings: &Processes,
        toolbox: &toolbox,
        interrupt: &interrupt,
        workers,
        retries: 0,
        stops_at_failure: false,
    };
    let jobs: Vec<btest::Job> = tests.into_iter().flat_map(|test| pool.jobs(test)).collect();
    let mut report = Report::new(listeners(arguments)?, jobs.len(), workers);
    let is_asked = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, is_asked.clone()).map_err(|error| error.to_string())?;
    }
    let failed = pool.run(jobs, &mut report, &mut || is_asked.load(Ordering::SeqCst));
    report.close();
    if mode == Mode::Test {
        let text: String = failed.iter().map(|name| format!("{name}\n")).collect();
        std::fs::write(&config.state_file, text)
            .map_err(|error| format!("cannot write state file {}: {error}", config.state_file.display()))?;
    }
    if !arguments.quiet {
        eprintln!("{}", report.tally.summary());
    }
    Ok(if interrupt.is_over() { FAILED } else { report.tally.status() })
}

/// Those who are to be told.
fn listeners(arguments: &Arguments) -> Result<Vec<Box<dyn Listener>>, String> {
    let mut listeners: Vec<Box<dyn Listener>> = Vec::new();
    if arguments.verbose {
        listeners.push(Box::new(report::Verbose::new()));
    } else if arguments.brief || arguments.quiet {
        listeners.push(Box::new(report::Brief::new()));
    } else {
        listeners.push(Box::new(report::Standard::new()));
    }
    let told = match (arguments.diagnostics_all, arguments.diagnostics) {
        (true, _) => Told::All,
        (_, true) => Told::Failed,
        _ => Told::LackingBaselines,
    };
    listeners.push(Box::new(report::Diagnostics::new(told, false)));
    if let Some(path) = &arguments.diagnostics_file {
        let file = std::fs::File::create(path).map_err(|error| format!("cannot open {}: {error}", path.display()))?;
        let told = if arguments.diagnostics_all { Told::All } else { Told::Failed };
        listeners.push(Box::new(report::Diagnostics::to_file(told, Box::new(file))));
    }
    Ok(listeners)
}

/// Says what is wrong; gives the exit status.
fn tell(sources: &SourceMap, found: &[Diagnostic]) -> i32 {
    let mut errors = std::io::stderr().lock();
    for diagnostic in found {
        // Nobody is left to tell where standard error is closed.
        let _ = errors.write_all(human(sources, diagnostic, Style::default()).as_bytes());
    }
    i32::from(found.iter().any(|diagnostic| diagnostic.severity.is_error()))
}
