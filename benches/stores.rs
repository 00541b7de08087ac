//! Stores: how many puts, answers and gets a second, and how soon a clone answers. Each figure is the median of five runs of
//! real processes, with the lowest and the highest behind it; a plain echo over the loopback, measured in between, tells
//! what kind of day the machine has.
//!
//! `cargo bench --bench stores`, or with `-- --brood PROGRAM` for a program that is built already.

// A benchmark that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 5;

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

/// Round trips a second of few bytes between two threads.
fn echo() -> f64 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let other = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        let mut bytes = [0; 16];
        while stream.read_exact(&mut bytes).is_ok() {
            stream.write_all(&bytes).unwrap();
        }
    });
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let (began, mut trips, mut bytes) = (Instant::now(), 0u32, [0; 16]);
    while began.elapsed() < Duration::from_millis(300) {
        stream.write_all(&bytes).unwrap();
        stream.read_exact(&mut bytes).unwrap();
        trips += 1;
    }
    let rate = f64::from(trips) / began.elapsed().as_secs_f64();
    drop(stream);
    other.join().unwrap();
    rate
}

fn tell(what: &str, unit: &str, mut figures: Vec<f64>, wanted: &str) {
    figures.sort_by(f64::total_cmp);
    let (low, middle, high) = (figures[0], figures[figures.len() / 2], figures[figures.len() - 1]);
    println!("{what:<52} {middle:>12.3} {unit:<4} ({low:.3} .. {high:.3}) {wanted}");
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = arguments.iter().position(|argument| argument == "--brood").and_then(|at| arguments.get(at + 1));
    let bench = Bench {
        program: given.map_or_else(|| env!("CARGO_BIN_EXE_brood").into(), |given| std::path::absolute(given).unwrap()),
        scripts: Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/stores"),
    };
    let mut echoes = Vec::new();
    let mut measure = |what: &str, wanted: &str, run: &dyn Fn() -> f64| {
        let figures = (0..RUNS)
            .map(|_| {
                echoes.push(echo());
                run()
            })
            .collect();
        tell(what, "/s", figures, wanted);
    };
    let puts = |kind| bench.run("master.zeek", &[("PUTS", PUTS), ("KIND", kind)], ["puts"])[0];
    measure("puts at a memory master", "at least 600000", &|| puts("memory"));
    measure("puts at an SQLite master", "at least 40000", &|| puts("sqlite"));
    let unique = |puts, flight| bench.run("unique.zeek", &[("PUTS", puts), ("FLIGHT", flight)], ["answers"])[0];
    measure("put_unique at an SQLite master, one under way", "", &|| unique("500", "1"));
    measure("put_unique at an SQLite master, 100 under way", "", &|| unique("20000", "100"));
    let attached = std::cell::RefCell::new(Vec::new());
    let gets = |flight| {
        let [gets, time] = bench.clone(flight);
        attached.borrow_mut().push(time);
        gets
    };
    measure("gets at a clone, one under way", "at least 60000", &|| gets("1"));
    measure("gets at a clone, 100 under way", "at least 250000", &|| gets("100"));
    tell("clone of 50000 entries: until its first answer", "s", attached.into_inner(), "at most 0.1");
    tell("a plain echo, in between", "/s", echoes, "");
}
