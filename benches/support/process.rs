//! Processes under measurement, and ports for them.

use std::io::{BufRead, BufReader, Lines};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

pub(crate) struct Process {
    pub(crate) child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Waits for a line that begins with a word, and gives the number behind it, if there is one.
    pub(crate) fn tells(&mut self, word: &str) -> f64 {
        loop {
            let line = self.lines.next().unwrap_or_else(|| panic!("no {word}")).unwrap();
            if let Some(rest) = line.strip_prefix(word) {
                return rest.trim().parse().unwrap_or_default();
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, the scripts of `benches/network`, and a folder to run in.
pub(crate) struct Bench {
    program: PathBuf,
    scripts: PathBuf,
    pub(crate) folder: tempfile::TempDir,
}

impl Bench {
    /// With the program behind `--brood`, or the one that was built along.
    pub(crate) fn new() -> Bench {
        Bench {
            program: argument("--brood").map_or_else(|| env!("CARGO_BIN_EXE_brood").into(), PathBuf::from),
            scripts: Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/network"),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn start(&self, script: &str, variables: &[(&str, &str)]) -> Process {
        let mut child = Command::new(&self.program)
            .args(["run", "-b"])
            .arg(self.scripts.join(script))
            .current_dir(self.folder.path())
            .env_clear()
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Process { child, lines }
    }
}

/// What stands behind an option on the command line.
pub(crate) fn argument(option: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != option).nth(1)
}

/// Ports that nobody listens on. They are all held until the last is found, so that they differ.
pub(crate) fn free_ports(count: usize) -> Vec<u16> {
    let held: Vec<TcpListener> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    held.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}
