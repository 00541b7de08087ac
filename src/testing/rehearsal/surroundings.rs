//! Rehearsals as they stand around the commands of tests.

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use super::client;
use super::coordinator::{Coordinator, Report};
use super::processes::adopt_orphans;
use super::protocol::SOCKET;
use super::server::{Event, Server};
use crate::embed::spawn_with_stack;
use crate::simulation::Invariant;
use crate::testing::btest::tools::new_folder;
use crate::testing::btest::{Stay, Surroundings};
use crate::testing::words::command_line;
use crate::testing::{Attachment, Case, Outcome, Verdict};

/// The name of a socket has to fit into this many bytes, with some to spare for numbers.
const LONGEST_FOLDER: usize = 80;

/// The programs that are this one in a rehearsal, besides the tools.
const PROGRAMS: [&str; 3] = ["bro", "zeek", "brood"];

/// Every test has a simulation around it. See the [module](super).
#[derive(Debug)]
pub struct Rehearsals {
    /// For the tools, and for the sockets.
    folder: PathBuf,
    /// For tests that are not told another one.
    seed: u64,
    /// What must hold in every test.
    invariants: Vec<&'static Invariant>,
    /// The options by which the suite is found again.
    options: Vec<String>,
    last: AtomicU64,
}

impl Rehearsals {
    pub fn new(seed: u64, invariants: Vec<&'static Invariant>, options: Vec<String>) -> io::Result<Rehearsals> {
        let above = Some(env::temp_dir()).filter(|folder| folder.as_os_str().as_bytes().len() < LONGEST_FOLDER - 30);
        let folder = new_folder(&above.unwrap_or_else(|| "/tmp".into()))?;
        adopt_orphans();
        let rehearsals = Rehearsals { folder, seed, invariants, options, last: AtomicU64::new(0) };
        let program = env::current_exe()?;
        std::fs::create_dir(rehearsals.tools())?;
        for name in PROGRAMS.iter().chain(&client::NAMES) {
            symlink(&program, rehearsals.tools().join(name))?;
        }
        Ok(rehearsals)
    }

    fn tools(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// The command that runs a test under one seed.
    fn again(&self, case: &Case, seed: u64) -> String {
        let mut words = ["brood", "test", "--sim", "--seed"].map(str::to_owned).to_vec();
        words.push(seed.to_string());
        if !self.invariants.is_empty() {
            let held: Vec<&str> = self.invariants.iter().map(|held| held.name).collect();
            words.push(format!("--invariants={}", held.join(",")));
        }
        words.extend_from_slice(&self.options);
        words.extend(case.alternative.iter().flat_map(|name| ["-a".to_owned(), name.clone()]));
        words.push(case.name.clone());
        command_line(&words)
    }
}

impl Drop for Rehearsals {
    fn drop(&mut self) {
        // What is left is a folder of links among the temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Surroundings for Rehearsals {
    /// Each test has ports of its own.
    fn isolates(&self) -> bool {
        true
    }

    fn enter(&self, case: &Case, _sandbox: &Path) -> Result<Box<dyn Stay>, String> {
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        let socket = self.folder.join(number.to_string());
        let failed = |error: io::Error| format!("cannot begin a rehearsal: {error}");
        let (events, received) = channel();
        let (server, door) = Server::start(&socket, events.clone()).map_err(failed)?;
        let (seed, sender) = (case.seed.unwrap_or(self.seed), events.clone());
        let held = self.invariants.clone();
        let coordinate = move || Coordinator::new(seed, held, received, sender, door).run();
        let thread = spawn_with_stack(coordinate).map_err(failed)?;
        let again = case.seed.map(|seed| self.again(case, seed));
        let tools = self.tools();
        Ok(Box::new(Rehearsal { tools, socket, events, server: Some(server), thread: Some(thread), again }))
    }
}

/// The simulation around one test.
struct Rehearsal {
    tools: PathBuf,
    socket: PathBuf,
    events: Sender<Event>,
    server: Option<Server>,
    thread: Option<JoinHandle<Report>>,
    /// How it is run again with the same seed.
    again: Option<String>,
}

impl Rehearsal {
    /// Ends it; what there is to say of it, once.
    fn end(&mut self) -> Option<Report> {
        let thread = self.thread.take()?;
        // It has ended already where nobody listens.
        let _ = self.events.send(Event::Over);
        let report = thread.join();
        drop(self.server.take());
        let _ = std::fs::remove_file(&self.socket);
        Some(report.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        self.end();
    }
}

impl Stay for Rehearsal {
    fn tools(&self) -> Vec<PathBuf> {
        vec![self.tools.clone()]
    }

    fn variables(&self) -> Vec<(OsString, OsString)> {
        vec![(SOCKET.into(), self.socket.clone().into())]
    }

    fn began(&self, process: u32) {
        // It has ended where nobody listens.
        let _ = self.events.send(Event::Began(process));
    }

    fn ended(&self) {
        let _ = self.events.send(Event::Ended);
    }

    fn leave(&mut self, outcome: &mut Outcome) {
        let Some(report) = self.end() else { return };
        if let Some(refusal) = report.refusal {
            outcome.verdict = Verdict::Failed;
            outcome.refusal = Some(refusal.clone());
            outcome.messages.insert(0, format!("cannot be simulated: {refusal}"));
        }
        if !report.broken.is_empty() && outcome.verdict == Verdict::Passed {
            outcome.verdict = Verdict::Failed;
        }
        for (what, situation) in report.late.into_iter().chain(report.broken) {
            outcome.messages.push(what);
            outcome.attachments.push(Attachment { name: "the simulation".to_owned(), text: situation });
        }
        if outcome.verdict == Verdict::Failed {
            outcome.again = self.again.take();
        }
    }
}
