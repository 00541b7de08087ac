//! What commands of tests call: this program, by the names of BTest's tools. And where they find it.

mod ask;
pub(in crate::testing) mod background;
mod diff;
mod progress;
mod rst;
pub(in crate::testing) mod shell;
pub(in crate::testing) mod wait;

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

use super::config::is_executable;

/// A tool, given what follows its name; gives its exit status.
type Tool = fn(&[OsString]) -> i32;

const TOOLS: &[(&str, Tool)] = &[
    ("btest-diff", diff::main),
    ("btest-bg-run", background::main),
    (background::HELPER, background::helper),
    ("btest-bg-wait", wait::main),
    ("btest-progress", progress::main),
    ("btest-ask-update", ask::main),
    ("btest-setsid", background::set_session),
    ("btest-rst-cmd", rst::command),
    ("btest-rst-include", rst::include),
    ("btest-rst-pipe", rst::pipe),
    ("btest-diff-rst", rst::compare),
];

/// The interpreter by its names. Where tests have another one, they keep it.
const INTERPRETERS: [&str; 2] = ["bro", "zeek"];

/// Where tests look for programs that were given no path.
const DEFAULT_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// The tool of a name, if there is one.
pub fn named(program: &OsStr) -> Option<Tool> {
    let name = Path::new(program).file_name()?;
    TOOLS.iter().find(|(tool, _)| name == *tool).map(|(_, run)| *run)
}

/// Says how a tool is used, to standard output as BTest's do. Gives the exit status.
fn usage(text: &str) -> i32 {
    // Nobody is left to be told where that is closed.
    let _ = io::stdout().lock().write_all(text.as_bytes());
    1
}

/// A folder with a link to this program for each tool, as long as it is kept.
#[derive(Debug)]
pub struct Toolbox {
    folder: PathBuf,
}

impl Toolbox {
    pub fn create() -> io::Result<Toolbox> {
        let program = env::current_exe()?;
        let folder = new_folder(&env::temp_dir())?;
        let toolbox = Toolbox { folder };
        let tools = toolbox.tools();
        fs::create_dir(&tools)?;
        for name in TOOLS.iter().map(|(name, _)| *name).chain(["brood"]) {
            symlink(&program, tools.join(name))?;
        }
        for name in INTERPRETERS {
            let folder = toolbox.folder.join(name);
            fs::create_dir(&folder)?;
            symlink(&program, folder.join(name))?;
        }
        Ok(toolbox)
    }

    fn tools(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// The search path of a test: what stands above all, the tools, what the test has anyway, and where that lacks the
    /// interpreter, that too.
    pub(super) fn path(&self, above: &[PathBuf], own: Option<&OsString>) -> OsString {
        let own = own.cloned().unwrap_or_else(|| DEFAULT_PATH.into());
        let mut folders = above.to_vec();
        folders.push(self.tools());
        folders.extend(env::split_paths(&own));
        for name in INTERPRETERS {
            if !folders.iter().any(|folder| is_executable(&folder.join(name))) {
                folders.push(self.folder.join(name));
            }
        }
        env::join_paths(folders).unwrap_or(own)
    }
}

impl Drop for Toolbox {
    fn drop(&mut self) {
        // What is left is a folder of links among the temporary files.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A folder that was not there, and that nobody else writes to.
pub(in crate::testing) fn new_folder(above: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(above)?;
    let process = std::process::id();
    let mut number = 0;
    loop {
        let folder = above.join(format!("brood-test-{process}-{number}"));
        match DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 10_000 => number += 1,
            Err(error) => return Err(error),
        }
    }
}
