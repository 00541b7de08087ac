//! `brood test`: runs tests, and tells of them.

mod listeners;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;

use clap::{Args, ValueEnum};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::covered::{Covered, gathered};
use super::output::{print, style};
use super::rehearse::Simulated;
use super::units::{Units, keep_groups, take_selections, with_tests};
use super::watch::Watch;
use crate::diag::render::human;
use crate::diag::{Diagnostic, say};
use crate::source::SourceMap;
use crate::testing::btest::{
    self, Config, Finder, Groups, Interrupt, Job, Marks, Mention, Mode, Pool, Processes, Request, Settings,
    Surroundings, Tests, Toolbox,
};
use crate::testing::coverage::Gathering;
use crate::testing::report::Report;
use crate::testing::unit;

const NAME: &str = "brood test";

/// Folders with baselines of no test are named up to this many.
const MOST_LEFT_OVER: usize = 20;

/// Files that have changed are named up to this many.
const MOST_CHANGES: usize = 10;

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
  brood test --sim --seeds 100     in simulated time, under a hundred seeds
  brood test --watch -d            again and again, whenever a file changes
  brood test -x junit.xml --json tests.json
  brood test tasks_test.bro        the functions test_* in a script
  brood test 'tasks_test.bro::test_log*' --node proxy-1 --layout site.bro

Files of BTest run unchanged, with the options of `btest`. Its tools, such as
btest-diff and btest-bg-run, are built in. Without a btest.cfg every file in the
folder is a test that has a line with @TEST-EXEC; baselines lie in its folder
Baseline. Where standard output is no terminal, results go to standard error, as
BTest writes them. The exit status is 0 where no test failed, or only such as
are known to fail, else 1.";

#[derive(Debug, Args)]
// As in BTest an option may be given again, and the last counts; and names may be cut as long as they are clear.
#[command(after_help = EXAMPLES, args_override_self = true, infer_long_args = true)]
pub(super) struct Arguments {
    /// Files, folders, or names of tests. Nothing: all tests of the suite.
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Run so many tests at a time; without a number, as many as there are processors.
    #[arg(short, long, value_name = "N", num_args = 0..=1, default_missing_value = "")]
    jobs: Option<String>,
    /// Take what the tests print for their baselines. Of a whole suite, baselines that no test has are named.
    #[arg(short = 'U', long = "update-baseline", visible_alias = "update-baselines")]
    update: bool,
    /// Ask for each difference whether it is to be in the baseline.
    #[arg(short = 'u', long, conflicts_with = "update")]
    update_interactive: bool,
    /// Say why tests failed.
    #[arg(short, long)]
    diagnostics: bool,
    /// Say of all tests what they did.
    #[arg(short = 'D', long)]
    diagnostics_all: bool,
    /// Write to a file why tests failed.
    #[arg(short, long, value_name = "FILE")]
    file_diagnostics: Option<PathBuf>,
    /// Wait for the enter key after saying why a test failed.
    #[arg(short, long)]
    wait: bool,
    /// Show commands as they are executed.
    #[arg(short, long, visible_short_alias = 'V')]
    verbose: bool,
    /// On a terminal, leave a line for tests that passed, too.
    #[arg(short = 'A', long)]
    show_all: bool,
    /// Tell only of tests that failed.
    #[arg(short, long)]
    brief: bool,
    /// Tell only of tests that failed, and nothing in the end.
    #[arg(short, long)]
    quiet: bool,
    /// Show how far all is beside the title of the terminal; `BTEST_OSC94_PROGRESS` does so, too.
    #[arg(short = 'P', long)]
    progress_bar: bool,
    /// Configuration file, where it is not btest.cfg; `BTEST_CFG` names one, too.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Set a default of the configuration file to another value.
    #[arg(short, long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Run the tests as these alternatives of the configuration have them; `-` is as they are.
    #[arg(short, long = "alternative", value_name = "NAMES", allow_hyphen_values = true)]
    alternatives: Option<String>,
    /// Run only tests of these groups; with `-` in front, those not of the group; `-` alone, those of none. A file of unit
    /// tests says its groups as one of BTest, in comments with @TEST-GROUP.
    #[arg(short, long, value_name = "GROUPS", allow_hyphen_values = true)]
    groups: Option<String>,
    /// Run only the tests that failed last time.
    #[arg(short, long)]
    rerun: bool,
    /// Run the tests that are named in a file, a line each.
    #[arg(short = 'i', long, value_name = "FILE", conflicts_with_all = ["rerun", "paths"])]
    tests_file: Option<PathBuf>,
    /// Try tests that failed again, so many times, to tell those that are unstable.
    #[arg(short = 'z', long, value_name = "N", default_value_t = 0)]
    retries: u32,
    /// Begin no more tests once one has failed.
    #[arg(short = 'F', long)]
    abort_on_failure: bool,
    #[command(flatten)]
    simulated: Simulated,
    /// Run tests again whenever a file changes that they use, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["list", "documentation", "update_interactive"])]
    watch: bool,
    #[command(flatten)]
    covered: Covered,
    /// Leave the folders in which tests ran.
    #[arg(short, long)]
    tmp_keep: bool,
    /// Take how long tests run for what they are held to, where they are measured.
    #[arg(short = 'T', long)]
    update_times: bool,
    /// List the tests instead.
    #[arg(short, long)]
    list: bool,
    /// Print what the tests say of themselves instead.
    #[arg(short = 'R', long, value_enum, value_name = "FORMAT")]
    documentation: Option<Format>,
    /// Write a report in the form of JUnit.
    #[arg(short = 'x', long, visible_alias = "junit", value_name = "FILE")]
    xml: Option<PathBuf>,
    /// Write a report as one JSON document.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write when tests ran, in the form of Chrome's traces.
    #[arg(long, value_name = "FILE")]
    trace_file: Option<PathBuf>,
    #[command(flatten)]
    units: Units,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Rst,
    Md,
}

pub(super) fn run(arguments: &Arguments) -> i32 {
    if !arguments.watch {
        return once(arguments, None);
    }
    let mut watch = Watch::new(Path::new("."));
    loop {
        let status = once(arguments, Some(&mut watch));
        let Ok(is_asked) = interrupted() else { return FAILED };
        let is_asked = || is_asked.load(Ordering::SeqCst);
        if is_asked() {
            return status;
        }
        let Some(changed) = watch.wait(&is_asked) else { return status };
        let here = std::env::current_dir().unwrap_or_default();
        for path in changed.iter().take(MOST_CHANGES) {
            say!("changed: {}", path.strip_prefix(&here).unwrap_or(path).display());
        }
        if changed.len() > MOST_CHANGES {
            say!("changed: {} more", changed.len() - MOST_CHANGES);
        }
    }
}

/// Runs all tests that are meant; of those, where files are watched, what has changed.
fn once(arguments: &Arguments, watch: Option<&mut Watch>) -> i32 {
    match test(arguments, watch) {
        Ok(status) | Err(Stop::With(status)) => status,
        Err(Stop::Because(message)) => {
            say!("{NAME}: {message}");
            FAILED
        }
    }
}

/// Whether somebody wants all to end, from now on.
fn interrupted() -> Result<&'static Arc<AtomicBool>, String> {
    static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    if let Some(asked) = ASKED.get() {
        return Ok(asked);
    }
    let asked = ASKED.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, asked.clone()).map_err(|error| error.to_string())?;
    }
    Ok(asked)
}

/// Why there is nothing to run.
enum Stop {
    /// All that there is to say was said.
    With(i32),
    Because(String),
}

impl From<String> for Stop {
    fn from(message: String) -> Self {
        Stop::Because(message)
    }
}

impl Arguments {
    /// How many tests run at a time, and the paths. What follows `-j` and is no number is a path.
    fn workers_and_paths(&self) -> (usize, Vec<String>) {
        let all = || available_parallelism().map_or(1, usize::from);
        let mut paths = self.paths.clone();
        let workers = match self.jobs.as_deref() {
            None => 1,
            Some("") => all(),
            Some(text) => match text.parse::<usize>() {
                Ok(count) => count.max(1),
                Err(_) => {
                    paths.insert(0, text.to_owned());
                    all()
                }
            },
        };
        if self.update_interactive && workers > 1 {
            say!("warning: ignoring requested parallelism in interactive-update mode");
            return (1, paths);
        }
        (workers, paths)
    }

    /// The options that say which suite it is, for a command that runs one of its tests again.
    fn suite(&self) -> Vec<String> {
        let file = self.config.iter().flat_map(|file| ["-c".to_owned(), file.to_string_lossy().into_owned()]);
        file.chain(self.set.iter().flat_map(|set| ["-s".to_owned(), set.clone()])).collect()
    }

    fn mode(&self) -> Mode {
        match (self.update, self.update_interactive) {
            (true, _) => Mode::Update,
            (_, true) => Mode::UpdateInteractive,
            _ => Mode::Test,
        }
    }
}

fn test(arguments: &Arguments, watch: Option<&mut Watch>) -> Result<i32, Stop> {
    let folder = std::env::current_dir().map_err(|error| format!("cannot tell the current directory: {error}"))?;
    let (workers, paths) = arguments.workers_and_paths();
    let request = Request {
        file: arguments.config.clone(),
        paths,
        alternatives: arguments.alternatives.clone(),
        overrides: arguments.set.clone(),
        folder,
    };
    let Meant { config, tests, units } = find(arguments, request, watch)?;
    if let Some(format) = arguments.documentation {
        let marks = match format {
            Format::Rst => Marks::ReStructuredText,
            Format::Md => Marks::Markdown,
        };
        return Ok(print(NAME, btest::reference(&tests, marks)));
    }
    if arguments.list {
        let units = units.into_iter().map(|job| job.case.name + "\n");
        let mut names: Vec<String> = tests.into_iter().map(|test| test.name + "\n").chain(units).collect();
        names.sort();
        return Ok(print(NAME, names.concat()));
    }
    if arguments.simulated.has_seeds_for_units_alone() && !tests.is_empty() {
        if units.is_empty() {
            return Err(Stop::Because("tests of BTest have seeds in simulated time: add --sim".to_owned()));
        }
        say!("warning: tests of BTest run once: they have seeds in simulated time, with --sim");
    }
    let toolbox = Toolbox::create().map_err(|error| format!("cannot make a folder for tools: {error}"))?;
    let settings = Settings {
        mode: arguments.mode(),
        keeps_sandboxes: arguments.tmp_keep,
        updates_times: arguments.update_times,
        falls_back: arguments.simulated.fallback,
    };
    let rehearsals = arguments.simulated.rehearsals(arguments.suite())?;
    let surroundings = rehearsals.as_ref().map_or(&Processes as &dyn Surroundings, |rehearsals| rehearsals);
    let gathering = arguments.covered.gathering()?;
    let mut unit_settings = arguments.units.settings(arguments.simulated.seed);
    unit_settings.coverage = gathering.as_ref().map(Gathering::counted);
    let counted = gathered(gathering.as_ref(), surroundings);
    let pool = Pool {
        config: &config,
        settings: &settings,
        surroundings: counted.as_ref().map_or(surroundings, |counted| counted),
        toolbox: &toolbox,
        interrupt: &Interrupt::default(),
        workers,
        retries: arguments.retries,
        stops_at_failure: arguments.abort_on_failure,
    };
    let jobs = tests.into_iter().flat_map(|test| pool.jobs(test));
    let seeds = arguments.simulated.seeds();
    let jobs: Vec<Job> =
        jobs.flat_map(|job| seeds.iter().map(move |seed| Job { seed: *seed, ..job.clone() })).collect();
    let seeds = arguments.simulated.unit_seeds();
    let units = units.iter().flat_map(|job| seeds.iter().map(|seed| job.under(*seed))).collect();
    let status = run_all(arguments, &pool, jobs, (&unit_settings, units))?;
    if let Some(gathering) = gathering {
        let coverage = gathering.gather().map_err(|error| format!("cannot read coverage: {error}"))?;
        arguments.covered.report(NAME, coverage, &config.sandboxes)?;
    }
    Ok(status)
}

/// What is to be run.
struct Meant {
    config: Config,
    tests: Vec<btest::Test>,
    units: Vec<unit::Job>,
}

/// The configuration and the tests that are meant.
fn find(arguments: &Arguments, mut request: Request, mut watch: Option<&mut Watch>) -> Result<Meant, Stop> {
    let mut names: Vec<Mention> = request.paths.iter().map(|path| path.as_str().into()).collect();
    let mut selections = take_selections(&mut names);
    let is_by_name = !selections.is_empty();
    request.paths = names.iter().map(|mention| mention.name.clone()).collect();
    let (mut sources, mut found) = (SourceMap::default(), Vec::new());
    let config = btest::read(&request, &mut sources, &mut found);
    let Some(config) = config else { return Err(Stop::With(tell(&sources, &found))) };
    let mut failed = None;
    if arguments.rerun {
        match btest::list(&config.state_file, &mut sources) {
            Ok(names) if names.is_empty() => {
                say!("no tests failed last time");
                return Err(Stop::With(0));
            }
            Ok(mut names) => {
                selections.extend(take_selections(&mut names));
                failed = Some(names);
            }
            Err(_) => say!("warning: cannot read state file, executing all tests"),
        }
    }
    if let Some(file) = &arguments.tests_file {
        names = btest::list(file, &mut sources)
            .map_err(|error| format!("cannot read file with tests: {}: {error}", file.display()))?;
        selections.extend(take_selections(&mut names));
    }
    let finder = Finder::new(&config, &request.folder, &mut sources, &mut found);
    let is_named = is_by_name || arguments.tests_file.is_some();
    let is_whole = names.is_empty() && !is_named || is_suite(&request, &config);
    let mut meant = match &failed {
        Some(failed) if is_whole => finder.named(failed),
        _ if is_whole => finder.all(),
        _ => finder.named(&names),
    };
    if tell(&sources, &found) != 0 {
        return Err(Stop::With(FAILED));
    }
    if is_whole && failed.is_none() && arguments.mode() == Mode::Update {
        tell_left_over(&btest::left_over(&config, &meant.tests), &request.folder);
    }
    if let Some(failed) = &failed {
        meant.tests.retain(|test| failed.iter().any(|mention| mention.name == test.name));
    }
    let groups = arguments.groups.as_deref().map(Groups::read);
    if let Some(groups) = &groups {
        meant.tests.retain(|test| groups.take(&test.groups));
    }
    let Tests { tests, scripts } = match &mut watch {
        Some(watch) => watch.choose(meant, &config),
        None => meant,
    };
    let further = with_tests(&scripts, &request.folder);
    selections.extend(further.into_iter().filter(|_| failed.is_none()));
    if let Some(groups) = &groups {
        keep_groups(&mut selections, groups, &config);
    }
    let units = unit::jobs(&arguments.units.settings(arguments.simulated.seed), &selections)?;
    if let Some(watch) = watch {
        watch.learn(&units, &request.folder);
    }
    if tests.is_empty() && units.is_empty() {
        say!("no tests to execute");
        return Err(Stop::With(0));
    }
    Ok(Meant { config, tests, units })
}

/// Names baselines that may go.
fn tell_left_over(folders: &[PathBuf], here: &Path) {
    for path in folders.iter().take(MOST_LEFT_OVER) {
        say!("warning: there are baselines of no test in {}", path.strip_prefix(here).unwrap_or(path).display());
    }
    if folders.len() > MOST_LEFT_OVER {
        say!("warning: there are baselines of no test in {} more", folders.len() - MOST_LEFT_OVER);
    }
}

/// Whether the one path that was given is the folder of the suite: that means all of it.
fn is_suite(request: &Request, config: &Config) -> bool {
    let own = config.file.as_deref().and_then(Path::parent);
    match request.paths.as_slice() {
        [path] => own.is_some_and(|own| request.folder.join(path).canonicalize().is_ok_and(|path| path == own)),
        _ => false,
    }
}

fn run_all(
    arguments: &Arguments,
    pool: &Pool,
    jobs: Vec<Job>,
    (unit_settings, units): (&unit::Settings, Vec<unit::Job>),
) -> Result<i32, Stop> {
    let is_asked = interrupted()?;
    let mut report = Report::new(listeners::listeners(arguments, is_asked)?, jobs.len() + units.len(), pool.workers);
    let is_suite = pool.config.file.is_some() || !jobs.is_empty();
    let mut is_wished = || is_asked.load(Ordering::SeqCst);
    let mut failed = if jobs.is_empty() { Vec::new() } else { pool.run(jobs, &mut report, &mut is_wished) };
    if !(pool.interrupt.is_over() || arguments.abort_on_failure && report.tally.has_failure()) {
        let pool = unit::Pool {
            settings: unit_settings,
            workers: pool.workers,
            retries: arguments.retries,
            stops_at_failure: arguments.abort_on_failure,
        };
        failed.extend(pool.run(units, &mut report, &mut is_wished));
    }
    report.close();
    if arguments.abort_on_failure && report.tally.has_failure() {
        say!("Aborted after first failure.");
        return Ok(FAILED);
    }
    let file = &pool.config.state_file;
    // Unit tests that pass leave nothing behind where there is no suite.
    let is_kept = is_suite || !failed.is_empty() || file.exists();
    if arguments.mode() == Mode::Test && is_kept {
        let text: String = failed.iter().map(|name| format!("{name}\n")).collect();
        // It may lie where only tests of BTest make folders.
        let made = file.parent().map_or(Ok(()), fs::create_dir_all);
        let written = made.and_then(|()| fs::write(file, text));
        written.map_err(|error| format!("cannot open state file {}: {error}", file.display()))?;
    }
    if !arguments.quiet {
        let what = if arguments.simulated.seeds.is_some() { "run" } else { "test" };
        say!("{}", report.tally.summary(what));
    }
    if pool.interrupt.is_over() || is_wished() {
        say!("interrupted: {} of {} tests were run", report.tally.ended(), report.tally.planned);
        return Ok(FAILED);
    }
    Ok(report.tally.status())
}

/// Says what is wrong; gives the exit status.
fn tell(sources: &SourceMap, found: &[Diagnostic]) -> i32 {
    let mut errors = std::io::stderr().lock();
    let style = style();
    for diagnostic in found {
        // Nobody is left to tell where standard error is closed.
        let _ = errors.write_all(human(sources, diagnostic, style).as_bytes());
    }
    i32::from(found.iter().any(|diagnostic| diagnostic.severity.is_error()))
}
