//! The configuration of a suite: `btest.cfg`, or what stands for one where there is none.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::ini::Ini;
use super::name::absolute;
use crate::diag::{Code, Diagnostic};
use crate::source::{SourceMap, SourceText, Span};

/// The release of BTest whose behaviour this is.
pub(super) const BTEST_VERSION: &str = "1.3";

const FILE_NAME: &str = "btest.cfg";
/// The section that has the options.
const MAIN: &str = "btest";
const DEFAULT_ALTERNATIVE: &str = "default";
const PORTS: (u16, u16) = (1024, 65535);

/// What a run is to be configured by.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The file, where it was named.
    pub file: Option<PathBuf>,
    /// The tests that were named.
    pub paths: Vec<String>,
    /// Names with commas between them; `-` is the suite as it is.
    pub alternatives: Option<String>,
    /// `KEY=VALUE`, above what the file has as defaults.
    pub overrides: Vec<String>,
    /// Where the run was started.
    pub folder: PathBuf,
}

/// Commands around tests and their parts.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    pub initializer: String,
    pub finalizer: String,
    pub teardown: String,
    pub part_initializer: String,
    pub part_finalizer: String,
    pub part_teardown: String,
}

/// Another way to run the same tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alternative {
    pub name: String,
    /// Programs that change the input of a command, by the name of the command.
    pub filters: BTreeMap<String, String>,
    /// Words of commands and what stands for them.
    pub substitutions: Vec<(String, String)>,
    /// Variables; those that begin with `-` are taken away.
    pub environment: Vec<(String, String)>,
}

impl Alternative {
    pub fn is_default(&self) -> bool {
        self.name == DEFAULT_ALTERNATIVE
    }
}

#[derive(Clone, Debug)]
pub struct Config {
    /// `None` where there is no file, and tests are found by what they look like.
    pub file: Option<PathBuf>,
    pub base: PathBuf,
    pub prefix: String,
    pub test_folders: Vec<String>,
    pub ignored_folders: Vec<String>,
    pub ignored_files: Vec<String>,
    pub sandboxes: PathBuf,
    pub baselines: Vec<PathBuf>,
    pub state_file: PathBuf,
    pub hooks: Hooks,
    pub ports: (u16, u16),
    pub timing_folder: PathBuf,
    /// Per cent.
    pub timing_tolerance: f64,
    pub perf: Option<String>,
    /// All variables that tests have, besides those of each test.
    pub environment: BTreeMap<OsString, OsString>,
    /// Those that were asked for. None means the suite as it is.
    pub alternatives: Vec<Alternative>,
}

/// Reads the configuration. Where it is wrong, the last finding says why.
pub fn read(request: &Request, sources: &mut SourceMap, found: &mut Vec<Diagnostic>) -> Option<Config> {
    let result = match find(request) {
        Ok(Some(file)) => Reader::open(request, file, sources).and_then(Reader::config),
        Ok(None) => Ok(plain(request)),
        Err(message) => Err(refusal(message)),
    };
    match result {
        Ok(config) => Some(config),
        Err(diagnostic) => {
            found.push(*diagnostic);
            None
        }
    }
}

type Refusal = Box<Diagnostic>;

fn refusal(message: impl Into<String>) -> Refusal {
    Box::new(Diagnostic::error(Code::TestConfiguration, Span::NONE, message))
}

/// The file that the tests are configured by: one that was named, else that above each of them. They must agree.
fn find(request: &Request) -> Result<Option<PathBuf>, String> {
    let named = request.file.clone().or_else(|| std::env::var_os("BTEST_CFG").map(PathBuf::from));
    if let Some(named) = &named
        && named != Path::new(FILE_NAME)
    {
        let path = absolute(named, &request.folder);
        return if path.is_file() {
            Ok(Some(path))
        } else {
            Err(format!("configuration file '{}' not found", named.display()))
        };
    }
    let here = request.folder.join(FILE_NAME);
    if here.is_file() {
        return Ok(Some(here));
    }
    let starts = request.paths.iter().map(|path| absolute(Path::new(path), &request.folder));
    let starts: Vec<PathBuf> = if request.paths.is_empty() { vec![request.folder.clone()] } else { starts.collect() };
    let mut files: Vec<PathBuf> = starts.iter().filter_map(|start| above(start, Path::is_file, FILE_NAME)).collect();
    files.sort();
    files.dedup();
    match files.as_slice() {
        [] if named.is_some() => Err(format!("configuration file '{FILE_NAME}' not found")),
        [] => Ok(None),
        [file] => Ok(Some(file.clone())),
        several => {
            let names: Vec<String> = several.iter().map(|file| format!("'{}'", file.display())).collect();
            Err(format!("cannot execute tests using different configuration files together: {}", names.join(", ")))
        }
    }
}

/// What has a name in a folder or in one above it.
fn above(start: &Path, is_it: impl Fn(&Path) -> bool, name: &str) -> Option<PathBuf> {
    start.ancestors().map(|folder| folder.join(name)).find(|path| is_it(path))
}

/// Without a file: the suite is the folder that has the baselines, or else the one that was named.
fn plain(request: &Request) -> Config {
    let start =
        request.paths.first().map_or_else(|| request.folder.clone(), |path| absolute(Path::new(path), &request.folder));
    let folder = if start.is_dir() { start } else { start.parent().unwrap_or(&request.folder).to_owned() };
    let base = above(&folder, Path::is_dir, "Baseline").and_then(|found| found.parent().map(Path::to_owned));
    let base = base.unwrap_or(folder);
    let environment: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
    Config {
        file: None,
        prefix: "@TEST-".to_owned(),
        test_folders: vec![".".to_owned()],
        ignored_folders: Vec::new(),
        ignored_files: Vec::new(),
        sandboxes: base.join(".tmp"),
        baselines: vec![base.join("Baseline")],
        state_file: base.join(".btest.failed.dat"),
        hooks: Hooks::default(),
        ports: PORTS,
        timing_folder: base.join("Baseline/_Timing"),
        timing_tolerance: 1.0,
        perf: which("perf", environment.get(OsStr::new("PATH"))),
        environment,
        alternatives: Vec::new(),
        base,
    }
}

/// The file of a program on a search path.
pub(in crate::testing) fn which(program: &str, path: Option<&OsString>) -> Option<String> {
    let found = std::env::split_paths(path?).map(|folder| folder.join(program)).find(|file| is_executable(file))?;
    Some(found.to_string_lossy().into_owned())
}

/// Whether a file is there that can be run.
pub(super) fn is_executable(file: &Path) -> bool {
    file.is_file() && rustix::fs::access(file, rustix::fs::Access::EXEC_OK).is_ok()
}

struct Reader<'a> {
    request: &'a Request,
    file: PathBuf,
    text: String,
    ini: Ini,
    base: PathBuf,
    chosen: Vec<String>,
    environment: BTreeMap<OsString, OsString>,
}

impl<'a> Reader<'a> {
    fn open(request: &'a Request, file: PathBuf, sources: &mut SourceMap) -> Result<Reader<'a>, Refusal> {
        let bytes =
            std::fs::read(&file).map_err(|error| refusal(format!("cannot read {}: {error}", file.display())))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| refusal(format!("configuration file '{}' is no text in UTF-8", file.display())))?;
        let folder = file.parent().unwrap_or(&request.folder);
        let base = std::env::var_os("BTEST_TEST_BASE")
            .map_or_else(|| folder.to_owned(), |base| absolute(Path::new(&base), &request.folder));
        let chosen = request.alternatives.iter().flat_map(|names| names.split(','));
        let chosen = chosen.map(|name| if name.trim() == "-" { DEFAULT_ALTERNATIVE } else { name.trim() }.to_owned());
        let mut reader = Reader {
            request,
            text,
            ini: Ini::default(),
            base,
            chosen: chosen.collect(),
            environment: std::env::vars_os().collect(),
            file,
        };
        let id = sources.add(&reader.file.to_string_lossy(), SourceText::from(reader.text.as_bytes()), false);
        let lines: Vec<(u32, u32)> = reader
            .text
            .split_inclusive('\n')
            .scan(0, |place, line| {
                let begin = *place;
                *place += u32::try_from(line.len()).unwrap_or(u32::MAX);
                Some((begin, begin + u32::try_from(line.trim_end().len()).unwrap_or(0)))
            })
            .collect();
        reader.ini = Ini::read(&reader.text, reader.defaults(&[])).map_err(|mistake| {
            let (begin, end) = lines.get(mistake.line.saturating_sub(1)).copied().unwrap_or_default();
            Box::new(Diagnostic::error(Code::TestConfiguration, Span::new(id, begin, end), mistake.message))
        })?;
        Ok(reader)
    }

    /// What `%(name)s` finds besides values of the file.
    fn defaults(&self, more: &[(&str, String)]) -> BTreeMap<String, String> {
        let text = |text: &OsStr| text.to_str().map(str::to_owned);
        let variables = std::env::vars_os().filter_map(|(name, value)| Some((text(&name)?, text(&value)?)));
        let mut defaults: BTreeMap<String, String> = variables.collect();
        let path = defaults.get("PATH").cloned().unwrap_or_default();
        let baselines = std::env::var("BTEST_BASELINE_DIR")
            .unwrap_or_else(|_| self.base.join("Baseline").to_string_lossy().into_owned());
        defaults.insert("default_path".to_owned(), path);
        defaults.insert("testbase".to_owned(), self.base.to_string_lossy().into_owned());
        defaults.insert("baselinedir".to_owned(), baselines);
        defaults.insert("pathsep".to_owned(), ":".to_owned());
        defaults.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        defaults
    }

    fn reread(&mut self, more: &[(&str, String)]) -> Result<(), Refusal> {
        self.ini = Ini::read(&self.text, self.defaults(more)).map_err(|mistake| refusal(mistake.to_string()))?;
        self.override_defaults()
    }

    fn override_defaults(&mut self) -> Result<(), Refusal> {
        for given in &self.request.overrides {
            let Some((key, value)) = given.split_once('=') else {
                return Err(refusal(format!("'{given}' is no KEY=VALUE")));
            };
            self.ini.defaults.insert(key.to_owned(), value.trim_matches(['\'', '"']).to_owned());
        }
        Ok(())
    }

    /// A value with what commands in backticks print.
    fn value(&self, section: &str, key: &str) -> Result<Option<String>, Refusal> {
        let value =
            self.ini.get(section, key).map_err(|message| refusal(format!("{}: {message}", self.file.display())))?;
        value.map(|value| self.with_commands(&value)).transpose()
    }

    fn option(&self, key: &str) -> Result<Option<String>, Refusal> {
        self.value(MAIN, key)
    }

    fn option_or_empty(&self, key: &str) -> Result<String, Refusal> {
        Ok(self.option(key)?.unwrap_or_default())
    }

    fn with_commands(&self, value: &str) -> Result<String, Refusal> {
        let mut text = String::new();
        let mut rest = value;
        while let Some((before, behind)) = rest.split_once('`') {
            let Some((command, behind)) = behind.split_once('`') else { break };
            text += before;
            text += &self.output(command)?;
            rest = behind;
        }
        Ok(text + rest)
    }

    fn output(&self, command: &str) -> Result<String, Refusal> {
        let result = Command::new("/bin/sh")
            .args(["-c", command])
            .current_dir(&self.base)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| refusal(format!("cannot execute '{command}': {error}")))?;
        Ok(String::from_utf8_lossy(&result.stdout).trim().to_owned())
    }

    /// The values of a section, where it is there.
    fn section(&self, name: &str) -> Result<Vec<(String, String)>, Refusal> {
        let keys = self.ini.section(name).into_iter().flatten().map(|(key, _)| key);
        keys.map(|key| Ok((key.clone(), self.value(name, key)?.unwrap_or_default()))).collect()
    }

    /// Alternatives may move the suite and its baselines; the first that does has its way.
    fn moved(&self, variable: &str) -> Result<Option<String>, Refusal> {
        for name in &self.chosen {
            if let Some(value) = self.value(&format!("environment-{name}"), variable)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    fn config(mut self) -> Result<Config, Refusal> {
        self.override_defaults()?;
        self.check_version()?;
        if let Some(base) = self.moved("BTEST_TEST_BASE")? {
            self.base = absolute(Path::new(&base), &self.request.folder);
            self.reread(&[])?;
        }
        let baselines = match self.moved("BTEST_BASELINE_DIR")? {
            Some(baselines) => Some(baselines),
            None => self.option("BaselineDir")?,
        };
        let baselines = match baselines {
            Some(baselines) => baselines,
            None => self.ini.defaults.get("baselinedir").cloned().unwrap_or_default(),
        };
        self.reread(&[("baselinedir", baselines.clone())])?;
        self.check_references()?;
        for (name, value) in self.section("environment")? {
            self.environment.insert(name.into(), value.into());
        }
        let alternatives =
            self.chosen.iter().map(|name| self.alternative(name)).collect::<Result<Vec<_>, Refusal>>()?;
        let path = |text: &str| absolute(Path::new(text), &self.base);
        let words = |text: String| text.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
        let place = |key: &str, default: PathBuf| -> Result<PathBuf, Refusal> {
            Ok(self.option(key)?.map_or(default, |text| path(&text)))
        };
        let baselines: Vec<PathBuf> = baselines.split(':').map(path).collect();
        let timing = baselines.first().unwrap_or(&self.base).join("_Timing");
        let tolerance = self.option("TimingDeltaPerc")?.unwrap_or_else(|| "1.0".to_owned());
        let perf = self.option("PerfPath")?;
        Ok(Config {
            prefix: self.option("CommandPrefix")?.unwrap_or_else(|| "@TEST-".to_owned()),
            test_folders: words(self.option_or_empty("TestDirs")?),
            ignored_folders: words(self.option_or_empty("IgnoreDirs")?),
            ignored_files: words(self.option_or_empty("IgnoreFiles")?),
            sandboxes: place("TmpDir", self.base.join(".tmp"))?,
            state_file: place("StateFile", self.base.join(".btest.failed.dat"))?,
            hooks: Hooks {
                initializer: self.option_or_empty("Initializer")?,
                finalizer: self.option_or_empty("Finalizer")?,
                teardown: self.option_or_empty("Teardown")?,
                part_initializer: self.option_or_empty("PartInitializer")?,
                part_finalizer: self.option_or_empty("PartFinalizer")?,
                part_teardown: self.option_or_empty("PartTeardown")?,
            },
            ports: self.ports()?,
            timing_folder: place("TimingBaselineDir", timing)?,
            timing_tolerance: tolerance
                .trim()
                .parse()
                .map_err(|_| refusal(format!("TimingDeltaPerc is no number: {tolerance}")))?,
            perf: perf.or_else(|| which("perf", std::env::var_os("PATH").as_ref())),
            alternatives,
            baselines,
            base: self.base.clone(),
            environment: self.environment.clone(),
            file: Some(self.file.clone()),
        })
    }

    fn ports(&self) -> Result<(u16, u16), Refusal> {
        let Some(text) = self.option("PortRange")? else { return Ok(PORTS) };
        let ends =
            text.split_once('-').and_then(|(low, high)| Some((low.trim().parse().ok()?, high.trim().parse().ok()?)));
        match ends {
            Some((low, high)) if low <= high => Ok((low, high)),
            _ => Err(refusal(format!("invalid PortRange value: {text}"))),
        }
    }

    fn check_version(&self) -> Result<(), Refusal> {
        let Some(required) = self.option("MinVersion")? else { return Ok(()) };
        let numbers = |version: &str| -> Option<Vec<u64>> {
            version.split(['.', '-']).map(|number| number.trim().parse().ok()).collect()
        };
        let Some(wanted) = numbers(&required) else {
            return Err(refusal(format!("invalid version {required}: versions must contain only numeric identifiers")));
        };
        if Some(wanted) > numbers(BTEST_VERSION) {
            let file = self.file.display();
            return Err(refusal(format!(
                "{file} requires at least BTest {required}, and this does what {BTEST_VERSION} does"
            )));
        }
        Ok(())
    }

    /// All values must be made of values that are there, also those that nobody asks for; but alternatives only where
    /// they are chosen.
    fn check_references(&self) -> Result<(), Refusal> {
        for (section, values) in self.ini.sections() {
            let of = ["environment-", "filter-", "substitution-"].iter().find_map(|kind| section.strip_prefix(kind));
            if of.is_some_and(|name| !self.chosen.iter().any(|chosen| chosen == name)) {
                continue;
            }
            for (key, _) in values {
                self.ini.get(section, key).map_err(|message| {
                    refusal(format!("{} contains a value that cannot be made: {message}", self.file.display()))
                })?;
            }
        }
        Ok(())
    }

    fn alternative(&self, name: &str) -> Result<Alternative, Refusal> {
        let alternative = Alternative {
            name: name.to_owned(),
            filters: self.section(&format!("filter-{name}"))?.into_iter().collect(),
            substitutions: self.section(&format!("substitution-{name}"))?,
            environment: self.section(&format!("environment-{name}"))?,
        };
        for (variable, value) in &alternative.environment {
            if variable.starts_with('-') && !value.trim().is_empty() {
                let section = format!("environment-{name}");
                return Err(refusal(format!("expected empty value for \"{variable}\" in section {section}")));
            }
        }
        let is_empty = alternative.filters.is_empty()
            && alternative.substitutions.is_empty()
            && alternative.environment.is_empty();
        if is_empty && !alternative.is_default() {
            return Err(refusal(format!("alternative \"{name}\" is undefined")));
        }
        Ok(alternative)
    }
}

/// Folders as one variable has them.
pub(super) fn joined(folders: &[PathBuf]) -> OsString {
    let mut text = OsString::new();
    for (index, folder) in folders.iter().enumerate() {
        if index > 0 {
            text.push(OsStr::from_bytes(b":"));
        }
        text.push(folder);
    }
    text
}
