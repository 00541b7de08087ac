//! The processes of a test as the system shows them: which there are, and whether all of them wait.
//!
//! What works may do anything next: call, end another process, look at a file. Only where all wait, for answers to their
//! calls or for each other, follows what happens next from simulated time alone. There is no event for that, so that one
//! has to look. Where the system shows no processes, all is taken to wait.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitOptions, getpid, set_child_subreaper, waitpid};

use crate::procfs::{self, stat_fields, status_value};

/// A command of this program that does not call for so long, and does not work either, waits for something else.
const CALLS_WITHIN: Duration = Duration::from_millis(200);

/// So much time is between two looks: a machine may stand still for a moment between the end of a process and the news of
/// it.
const BETWEEN_LOOKS: Duration = Duration::from_micros(100);

/// How often it is looked whether the system says where a thread sleeps that does so.
const ATTEMPTS: usize = 1000;

/// A process: numbers are given again, so that its start goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Process {
    number: u32,
    /// In ticks since the system's start.
    began: u64,
}

/// How all processes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Wait,
    Work,
}

/// The processes of one test.
pub(super) struct Processes {
    /// The file of this program, of which commands that call are; `None` where the system shows no processes.
    program: Option<(u64, u64)>,
    /// The command of the test that runs.
    front: Option<u32>,
    /// The process groups of such commands and of shells in the background.
    groups: BTreeSet<u32>,
    /// Those found last, and those that were named. They stay known when their parents end.
    known: BTreeSet<Process>,
    /// Those of them that the command that runs has started.
    in_front: BTreeSet<u32>,
    /// Since when nothing but commands that have not called keep all from waiting.
    hesitant: Option<Instant>,
}

impl Processes {
    pub(super) fn new() -> Processes {
        let program = fs::metadata("/proc/self/exe").ok().map(|file| (file.dev(), file.ino()));
        Processes {
            program,
            front: None,
            groups: BTreeSet::new(),
            known: BTreeSet::new(),
            in_front: BTreeSet::new(),
            hesitant: None,
        }
    }

    /// A command of the test runs; or none does.
    pub(super) fn set_front(&mut self, front: Option<u32>) {
        self.front = front;
        self.groups.extend(front);
        self.in_front.clear();
    }

    /// Whether a command of the test is known to run.
    pub(super) fn have_front(&self) -> bool {
        self.program.is_none() || self.front.is_some()
    }

    /// A shell runs in the background, as a process group of its own.
    pub(super) fn add_group(&mut self, number: u32) {
        self.groups.insert(number);
        self.add(number);
    }

    /// Takes a process among those that are looked at.
    pub(super) fn add(&mut self, number: u32) {
        if let Some(status) = Status::of(number) {
            self.known.insert(Process { number, began: status.began });
        }
    }

    /// Whether a process belongs to the command of the test that runs, as of the last look.
    pub(super) fn is_in_front(&self, number: u32) -> bool {
        self.program.is_none() || self.in_front.contains(&number)
    }

    /// When a process began, which tells the order in which processes did.
    pub(super) fn order(number: u32) -> (u64, u32) {
        (Status::of(number).map_or(0, |status| status.began), number)
    }

    /// Looks at all processes; `callers` wait for answers. The system does not show one moment: whoever was seen to wait
    /// may have been woken by somebody who waits once he is looked at. So there are two looks: where nothing has run
    /// from the one to the other, there was a moment between them at which all did wait.
    pub(super) fn look(&mut self, callers: &BTreeSet<u32>) -> Look {
        self.look_twice(callers, || thread::sleep(BETWEEN_LOOKS))
    }

    fn look_twice(&mut self, callers: &BTreeSet<u32>, between: impl FnOnce()) -> Look {
        let Some(program) = self.program else { return Look::Wait };
        let Some(first) = self.find_waiting(program, callers) else { return Look::Work };
        between();
        let Some(second) = self.find_waiting(program, callers) else { return Look::Work };
        self.hesitant = None;
        if first == second { Look::Wait } else { Look::Work }
    }

    /// All processes, where each was waiting when it was looked at.
    fn find_waiting(&mut self, program: (u64, u64), callers: &BTreeSet<u32>) -> Option<BTreeMap<u32, Found>> {
        let found = self.find();
        if found.values().any(|process| process.works) {
            self.hesitant = None;
            return None;
        }
        let hesitates = |(number, process): (&u32, &Found)| {
            !callers.contains(number) && !process.has_children && file_of(*number) == Some(program)
        };
        if found.iter().any(hesitates) {
            let since = *self.hesitant.get_or_insert_with(Instant::now);
            if since.elapsed() < CALLS_WITHIN {
                return None;
            }
        }
        Some(found)
    }

    /// All processes that there are.
    fn find(&mut self) -> BTreeMap<u32, Found> {
        let mut found = BTreeMap::new();
        self.in_front = self.front.map(|front| walk(front, &mut found)).unwrap_or_default();
        self.adopt();
        for process in std::mem::take(&mut self.known) {
            if Status::of(process.number).is_some_and(|status| status.began == process.began) {
                walk(process.number, &mut found);
            }
        }
        self.known = found.iter().map(|(number, found)| Process { number: *number, began: found.began }).collect();
        found
    }

    /// Takes in those whose parents had ended before anybody looked: they are children of this process then.
    fn adopt(&mut self) {
        let own = std::process::id();
        for number in children(own, own) {
            let Some(status) = Status::of(number) else { continue };
            if !self.groups.contains(&status.group) || self.groups.contains(&number) {
                continue;
            }
            if status.has_ended() {
                // Nobody else waits for it.
                let number = i32::try_from(number).ok().and_then(Pid::from_raw);
                let _ = number.map(|number| waitpid(Some(number), WaitOptions::NOHANG));
            } else {
                self.known.insert(Process { number, began: status.began });
            }
        }
    }
}

/// Has processes of tests become children of this one when their parents end, for all tests to come.
pub(super) fn adopt_orphans() {
    // Where the system does not do so, they are seen when they call.
    let _ = set_child_subreaper(Some(getpid()));
}

#[derive(PartialEq)]
struct Found {
    began: u64,
    works: bool,
    has_children: bool,
    threads: BTreeMap<u32, Thread>,
}

/// Finds a process and those below it that were not found yet. Gives the numbers of all of them.
fn walk(root: u32, found: &mut BTreeMap<u32, Found>) -> BTreeSet<u32> {
    let (mut open, mut below) = (vec![root], BTreeSet::new());
    while let Some(number) = open.pop() {
        if found.contains_key(&number) {
            continue;
        }
        let Some(status) = Status::of(number).filter(|status| !status.has_ended()) else { continue };
        let threads: BTreeMap<u32, Thread> = threads(number, status.threads)
            .into_iter()
            .filter_map(|thread| Some((thread, Thread::read(&format!("/proc/{number}/task/{thread}"))?)))
            .collect();
        let works = status.works() || threads.values().any(|thread| thread.works);
        let children: Vec<u32> = threads.keys().flat_map(|thread| children(number, *thread)).collect();
        let lives = |child: &u32| Status::of(*child).is_some_and(|status| !status.has_ended());
        let has_children = children.iter().any(lives);
        open.extend(children);
        below.insert(number);
        found.insert(number, Found { began: status.began, works, has_children, threads });
    }
    below
}

/// What the system says of a thread.
#[derive(PartialEq)]
struct Thread {
    works: bool,
    /// How often it has left a processor to others: it has not run where that has not changed and it waits.
    switches: u64,
}

impl Thread {
    fn read(path: &str) -> Option<Thread> {
        // The count comes last, so that it has changed where the rest has become untrue meanwhile.
        let is_ready = is_ready(path);
        let status = procfs::read(format!("{path}/status"))?;
        let state = *status_value(&status, "State")?.as_bytes().first()?;
        let count = |name| status_value(&status, name).and_then(|count| count.parse().ok()).unwrap_or(0u64);
        let switches = count("voluntary_ctxt_switches").wrapping_add(count("nonvoluntary_ctxt_switches"));
        Some(Thread { works: is_at_work(state) || (state == b'S' && is_ready), switches })
    }
}

/// Whether a thread that seems to sleep waits for nothing but a processor: one that looks after its children does so as if
/// it slept already.
fn is_ready(path: &str) -> bool {
    shows_places() && fs::read(format!("{path}/wchan")).is_ok_and(|place| place == b"0")
}

/// Whether the system says where in itself a thread sleeps. It says nothing of one that is ready, and some say nothing at
/// all.
fn shows_places() -> bool {
    static SHOWS: OnceLock<bool> = OnceLock::new();
    *SHOWS.get_or_init(|| {
        let ((tell, told), (end, ended)) = (channel(), channel::<()>());
        thread::spawn(move || {
            let _ = tell.send(fs::read_link("/proc/thread-self"));
            // It sleeps here.
            ended.recv()
        });
        let Ok(Ok(path)) = told.recv() else { return false };
        let path = Path::new("/proc").join(path).join("wchan");
        let is_shown = || fs::read(&path).is_ok_and(|place| place != b"0");
        let shows = (0..ATTEMPTS).any(|_| {
            thread::sleep(BETWEEN_LOOKS);
            is_shown()
        });
        drop(end);
        shows
    })
}

/// What the system says of a process.
struct Status {
    state: u8,
    group: u32,
    threads: u64,
    began: u64,
}

impl Status {
    fn of(number: u32) -> Option<Status> {
        let stat = procfs::read(format!("/proc/{number}/stat"))?;
        let fields = stat_fields(&stat);
        Some(Status {
            state: *fields.first()?.as_bytes().first()?,
            group: fields.get(2)?.parse().ok()?,
            threads: fields.get(17)?.parse().ok()?,
            began: fields.get(19)?.parse().ok()?,
        })
    }

    /// It works, or ends: its parent learns of that when the last thread has.
    fn works(&self) -> bool {
        is_at_work(self.state) || (self.is_zombie() && !self.has_ended())
    }

    fn has_ended(&self) -> bool {
        self.is_zombie() && self.threads <= 1
    }

    fn is_zombie(&self) -> bool {
        matches!(self.state, b'Z' | b'X' | b'x')
    }
}

/// Whether somebody in this state runs, or reads from a disk.
fn is_at_work(state: u8) -> bool {
    matches!(state, b'R' | b'D')
}

fn threads(number: u32, count: u64) -> Vec<u32> {
    if count == 1 {
        return vec![number];
    }
    let all = fs::read_dir(format!("/proc/{number}/task")).into_iter().flatten().flatten();
    all.filter_map(|thread| thread.file_name().to_string_lossy().parse().ok()).collect()
}

/// The processes that a thread has started.
fn children(number: u32, thread: u32) -> Vec<u32> {
    let text = fs::read_to_string(format!("/proc/{number}/task/{thread}/children")).unwrap_or_default();
    text.split_ascii_whitespace().filter_map(|child| child.parse().ok()).collect()
}

fn file_of(number: u32) -> Option<(u64, u64)> {
    fs::metadata(format!("/proc/{number}/exe")).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Child, Command, Stdio};

    use std::thread;

    use super::{Look, Processes};

    fn shell(line: &str) -> Child {
        Command::new("sh").args(["-c", line]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    }

    fn first_line(child: &mut Child) -> String {
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn look_until(processes: &mut Processes, look: Look) {
        while processes.look(&BTreeSet::new()) != look {
            thread::yield_now();
        }
    }

    #[test]
    fn a_shell_waits_once_what_it_started_does() {
        let mut child = shell("exec 3<&0; cat <&3 >/dev/null & echo $!; wait");
        let cat = first_line(&mut child).parse().unwrap();
        let mut processes = Processes::new();
        processes.set_front(Some(child.id()));
        look_until(&mut processes, Look::Wait);
        assert!(processes.is_in_front(child.id()) && processes.is_in_front(cat));
        assert!(!processes.is_in_front(std::process::id()));
        drop(child.stdin.take());
        child.kill().unwrap();
        child.wait().unwrap();
        // What has ended does nothing more.
        look_until(&mut processes, Look::Wait);
    }

    /// Of a shell that answers lines.
    fn assert_work_between_two_looks_is_seen(line: &str) {
        let mut child = shell(line);
        let [mut processes, mut others] = [Processes::new(), Processes::new()];
        processes.set_front(Some(child.id()));
        others.set_front(Some(child.id()));
        look_until(&mut others, Look::Wait);
        let callers = BTreeSet::new();
        let mut pass_a_line = || {
            child.stdin.as_mut().unwrap().write_all(b"there and back\n").unwrap();
            assert_eq!(first_line(&mut child), "there and back");
            look_until(&mut others, Look::Wait);
        };
        // It may not have begun before.
        pass_a_line();
        assert_eq!(processes.look_twice(&callers, pass_a_line), Look::Work);
        assert_eq!(processes.look_twice(&callers, || {}), Look::Wait);
        drop(child.stdin.take());
        child.wait().unwrap();
    }

    #[test]
    fn what_worked_between_two_looks_is_seen() {
        assert_work_between_two_looks_is_seen("cat");
    }

    #[test]
    fn a_process_with_a_name_that_is_no_text_is_seen() {
        // The system cuts names off within a letter.
        let line = r#"printf '\303' >/proc/$$/comm; while read line; do echo "$line"; done"#;
        assert_work_between_two_looks_is_seen(line);
    }

    #[test]
    fn what_works_is_seen_also_when_its_parent_has_ended() {
        let mut child = shell("exec 3<&0; (read line; while :; do :; done) <&3 & echo $!; wait");
        let worker: u32 = first_line(&mut child).parse().unwrap();
        let mut processes = Processes::new();
        processes.set_front(Some(child.id()));
        look_until(&mut processes, Look::Wait);
        let mut stdin = child.stdin.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        stdin.write_all(b"\n").unwrap();
        look_until(&mut processes, Look::Work);
        assert!(!processes.is_in_front(worker));
        Command::new("kill").args(["-9", &worker.to_string()]).status().unwrap();
    }
}
