//! Times the programs of `benches/programs`, and how loading grows with the size of a layout.
//!
//! `cargo bench` runs all programs; names behind `--` choose some. `--against COMMAND` times another interpreter of the
//! same scripts in turn with ours, so that a machine that drifts does so for both. `growth` times layouts of growing size
//! instead. A time is the best of several runs: whatever else the machine does only adds to it.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 5;

/// Sizes of layouts, in nodes.
const SIZES: [usize; 4] = [10_000, 20_000, 50_000, 100_000];

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What one run took.
#[derive(Clone, Copy)]
struct Cost {
    time: Duration,
    /// The most memory, where the system tells.
    mebibytes: Option<f64>,
}

impl Cost {
    fn best(self, other: Cost) -> Cost {
        let most = self.mebibytes.zip(other.mebibytes).map(|(a, b)| a.max(b));
        Cost { time: self.time.min(other.time), mebibytes: most.or(self.mebibytes).or(other.mebibytes) }
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = format!("{:.3} s", self.time.as_secs_f64());
        match self.mebibytes {
            Some(size) => f.pad(&format!("{seconds:>8} {size:5.0} MiB")),
            None => f.pad(&format!("{seconds:>8}          ")),
        }
    }
}

/// The most memory that a running process has had so far, from Linux's `/proc`.
fn memory_of(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}

/// Runs a command once. With `watched` its memory is looked at all the time, which costs time.
fn run(command: &mut Command, watched: bool) -> Outcome<Cost> {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut mebibytes = None;
    let status = if watched {
        loop {
            mebibytes = memory_of(child.id()).or(mebibytes);
            if let Some(status) = child.try_wait()? {
                break status;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    } else {
        child.wait()?
    };
    if !status.success() {
        return Err(format!("{command:?} ended with {status}").into());
    }
    Ok(Cost { time: start.elapsed(), mebibytes })
}

/// Runs commands in turn and gives the best of each.
fn compare(commands: &mut [Command]) -> Outcome<Vec<Cost>> {
    let mut best = Vec::new();
    for command in &mut *commands {
        let Cost { mebibytes, .. } = run(command, true)?;
        best.push(Cost { time: Duration::MAX, mebibytes });
    }
    for _ in 0..RUNS {
        for (command, best) in commands.iter_mut().zip(&mut best) {
            *best = best.best(run(command, false)?);
        }
    }
    Ok(best)
}

fn brood() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brood"));
    command.args(["run", "-b"]);
    command
}

fn programs(chosen: &[String], against: Option<&str>) -> Outcome<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs");
    let mut scripts: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Outcome<_>>()?;
    scripts.sort();
    for script in scripts {
        let name = script.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !chosen.is_empty() && !chosen.contains(&name) {
            continue;
        }
        let mut commands = vec![brood()];
        commands.extend(against.map(|other| {
            let mut command = Command::new(other);
            command.arg("-b");
            command
        }));
        for command in &mut commands {
            command.arg(&script);
        }
        match compare(&mut commands)?[..] {
            [ours, theirs] => {
                let ratio = theirs.time.as_secs_f64() / ours.time.as_secs_f64();
                println!("{name:12} {ours}   {theirs}   {ratio:5.2} times as fast");
            }
            [ours] => println!("{name:12} {ours}"),
            _ => {}
        }
    }
    Ok(())
}

/// A layout of so many nodes as a generator writes it.
fn layout(nodes: usize) -> Outcome<String> {
    let mut text = String::from("redef Cluster::nodes = {\n");
    text.push_str("\t[\"manager\"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=47761/tcp],\n");
    for node in 1..nodes {
        let ip = format!("10.{}.{}.{}", node >> 16 & 255, node >> 8 & 255, node & 255);
        let port = 1024 + node % 60_000;
        writeln!(
            text,
            "\t[\"worker-{node}\"] = [$node_type=Cluster::WORKER, $ip={ip}, $p={port}/tcp, $interface=\"eth0\", \
             $manager=\"manager\"],"
        )?;
    }
    text.push_str("};\n");
    Ok(text)
}

/// Loads layouts of growing size as a node of them.
fn growth() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("show.zeek"), "@load base/frameworks/cluster\nevent zeek_init() { terminate(); }\n")?;
    for size in SIZES {
        fs::write(folder.path().join("cluster-layout.zeek"), layout(size)?)?;
        let mut command = brood();
        command.arg("show.zeek").current_dir(folder.path()).env("CLUSTER_NODE", "worker-1");
        let costs = compare(&mut [command])?;
        if let [cost] = costs[..] {
            let each = cost.time.as_secs_f64() * 1e6 / size as f64;
            println!("{size:7} nodes {cost}   {each:5.1} microseconds a node");
        }
    }
    Ok(())
}

fn main() -> Outcome<()> {
    let mut against = None;
    let mut chosen = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // What cargo adds.
            "--bench" => {}
            "--against" => against = Some(arguments.next().ok_or("--against names a command")?),
            _ => chosen.push(argument),
        }
    }
    if chosen.iter().any(|name| name == "growth") { growth() } else { programs(&chosen, against.as_deref()) }
}
