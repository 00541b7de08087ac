//! Stores: how many puts, answers and gets a second, and how soon a clone answers.
//!
//! `cargo bench --bench stores`, or with `-- --brood PROGRAM` for a program that is built already.

// A benchmark that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

#[path = "support/measure.rs"]
mod measure;

use measure::Measure;

const PUTS: &str = "50000";

struct Bench {
    program: PathBuf,
    scripts: PathBuf,
}

impl Bench {
    fn start(&self, script: &str, folder: &Path, variables: &[(&str, &str)]) -> Child {
        Command::new(&self.program)
            .args(["run", "-b"])
            .arg(self.scripts.join(script))
            .current_dir(folder)
            .env_clear()
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs a script to its end. Gives the number behind each word.
    fn run<const N: usize>(&self, script: &str, variables: &[(&str, &str)], words: [&str; N]) -> [f64; N] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = self.start(script, folder.path(), variables);
        let mut output = String::new();
        child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
        child.wait().unwrap();
        let number = |word: &str| output.lines().find_map(|line| line.strip_prefix(word)?.trim().parse().ok());
        words.map(|word| number(word).unwrap_or_else(|| panic!("{script} says:\n{output}")))
    }

    /// Gets a second at a clone, and how long it took to answer first.
    fn clone(&self, flight: &str) -> [f64; 2] {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        let folder = tempfile::tempdir().unwrap();
        let mut master = self.start("master.zeek", folder.path(), &[("PUTS", PUTS), ("PORT", &port)]);
        let lines = BufReader::new(master.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.into_iter().any(|line| line == "ready"), "the master is not ready");
        let variables = [("PORT", port.as_str()), ("GETS", "50000"), ("FLIGHT", flight)];
        let figures = self.run("clone.zeek", &variables, ["gets", "attached"]);
        master.kill().unwrap();
        master.wait().unwrap();
        figures
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = arguments.iter().position(|argument| argument == "--brood").and_then(|at| arguments.get(at + 1));
    let bench = Bench {
        program: given.map_or_else(|| env!("CARGO_BIN_EXE_brood").into(), |given| std::path::absolute(given).unwrap()),
        scripts: Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/stores"),
    };
    let measure = Measure::new();
    let puts = |kind| bench.run("master.zeek", &[("PUTS", PUTS), ("KIND", kind)], ["puts"])[0];
    measure.one("puts at a memory master", "/s", "at least 600000", || puts("memory"));
    measure.one("puts at an SQLite master", "/s", "at least 40000", || puts("sqlite"));
    let unique = |puts, flight| bench.run("unique.zeek", &[("PUTS", puts), ("FLIGHT", flight)], ["answers"])[0];
    measure.one("put_unique at an SQLite master, one under way", "/s", "", || unique("500", "1"));
    measure.one("put_unique at an SQLite master, 100 under way", "/s", "", || unique("20000", "100"));
    let attached = ("clone of 50000 entries, until its first answer", "s", "at most 0.1");
    measure.several([("gets at a clone, one under way", "/s", "at least 60000"), attached], || bench.clone("1"));
    measure.several([("gets at a clone, 100 under way", "/s", "at least 250000"), attached], || bench.clone("100"));
}
