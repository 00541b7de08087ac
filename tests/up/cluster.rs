//! A layout of four nodes with free ports in a folder of its own, and what is to be seen of it.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::ports::free_ports;

pub(crate) const BROOD: &str = env!("CARGO_BIN_EXE_brood");

/// Nothing takes so long unless it never comes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

const NODES: [(&str, &str); 4] =
    [("logger-1", "LOGGER"), ("manager", "MANAGER"), ("worker-1", "WORKER"), ("worker-2", "WORKER")];

const SCRIPT: &str = "\
redef Cluster::retry_interval = 1sec;
event bro_init() { print \"begins\"; }
";

pub(crate) struct Cluster {
    folder: TempDir,
    pub(crate) ports: Vec<u16>,
}

/// What a process prints, a line at a time.
pub(crate) struct Lines {
    receiver: Receiver<String>,
    seen: Vec<String>,
    /// Lines up to here were waited for.
    place: usize,
}

impl Lines {
    pub(crate) fn of(stream: impl Read + Send + 'static) -> Lines {
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            BufReader::new(stream).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        Lines { receiver, seen: Vec::new(), place: 0 }
    }

    /// Waits for a line behind the last one that was waited for.
    pub(crate) fn wait_for(&mut self, wanted: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.seen[self.place..].iter().position(|line| line.contains(wanted)) {
                self.place += found + 1;
                return;
            }
            match self.receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => self.seen.push(line),
                Err(error) => panic!("no \"{wanted}\" ({error}) in {:#?}", self.seen),
            }
        }
    }

    /// Takes a line where one comes within this time.
    pub(crate) fn maybe(&mut self, limit: Duration) {
        self.seen.extend(self.receiver.recv_timeout(limit));
    }

    /// Waits until nothing comes any more.
    pub(crate) fn end(&mut self) {
        while let Ok(line) = self.receiver.recv_timeout(PATIENCE) {
            self.seen.push(line);
        }
    }

    /// The nodes that were stopped, in order.
    pub(crate) fn stopped(&self) -> Vec<&str> {
        let names = self.seen.iter().filter_map(|line| line.strip_suffix(" is stopped"));
        names.filter_map(|line| line.split_once(' ')).map(|(_, name)| name).collect()
    }
}

impl Cluster {
    pub(crate) fn new(script: &str) -> Cluster {
        let folder = tempfile::tempdir().unwrap();
        let ports = free_ports(NODES.len());
        let mut layout = "redef Cluster::manager_is_logger = F;\nredef Cluster::nodes = {\n".to_owned();
        for ((name, role), port) in NODES.iter().zip(&ports) {
            let manager = if *role == "WORKER" { ", $manager=\"manager\"" } else { "" };
            let _ = writeln!(
                layout,
                "\t[\"{name}\"] = [$node_type=Cluster::{role}, $ip=127.0.0.1, $p={port}/tcp{manager}],"
            );
        }
        layout.push_str("};\n");
        std::fs::write(folder.path().join("cluster-layout.bro"), layout).unwrap();
        std::fs::write(folder.path().join("node.bro"), format!("{SCRIPT}{script}")).unwrap();
        Cluster { folder, ports }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command in the folder to its end.
    pub(crate) fn brood(&self, arguments: &[&str]) -> Output {
        Command::new(BROOD).args(arguments).current_dir(self.folder.path()).stdin(Stdio::null()).output().unwrap()
    }

    /// Starts the cluster.
    pub(crate) fn up(&self, arguments: &[&str]) -> (Child, Lines) {
        self.up_with(".", arguments)
    }

    /// Starts a cluster of a certain layout.
    pub(crate) fn up_with(&self, layout: &str, arguments: &[&str]) -> (Child, Lines) {
        let mut command = Command::new(BROOD);
        command.args(["up", layout]).args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = Lines::of(child.stdout.take().unwrap());
        (child, lines)
    }

    pub(crate) fn status(&self) -> serde_json::Value {
        let output = self.brood(&["status", "--json"]);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }

    pub(crate) fn node(&self, name: &str) -> serde_json::Value {
        let status = self.status();
        let mut nodes = status["nodes"].as_array().unwrap().iter();
        nodes.find(|node| node["name"] == name).unwrap_or_else(|| panic!("no {name} in {status:#}")).clone()
    }

    pub(crate) fn pid(&self, name: &str) -> u32 {
        let node = self.node(name);
        node["pid"].as_u64().and_then(|pid| pid.try_into().ok()).unwrap_or_else(|| panic!("{node:#}"))
    }

    /// The processes that work in the spool.
    pub(crate) fn running(&self) -> Vec<u32> {
        let spool = self.folder.path().canonicalize().unwrap().join("spool");
        let mut found: Vec<u32> = std::fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter(|entry| std::fs::read_link(entry.path().join("cwd")).is_ok_and(|folder| folder.starts_with(&spool)))
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .collect();
        found.sort_unstable();
        found
    }

    /// Neither processes nor files that only a running cluster needs.
    pub(crate) fn nothing_is_left(&self) {
        until("the last process is gone", || self.running().is_empty().then_some(()));
        let mut folders = vec![self.path("spool")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
                assert!(!name.starts_with('.') && !name.contains(".json"), "{} is left", path.display());
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Where a test went wrong; in the others nobody is there.
        for pid in self.running() {
            signal(pid, "KILL");
        }
    }
}

pub(crate) fn signal(pid: u32, name: &str) {
    let _ = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).stderr(Stdio::null()).status();
}

/// Looks until something is to be seen.
pub(crate) fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "it never came that {what}");
        std::thread::yield_now();
    }
}
