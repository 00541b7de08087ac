//! Processes that run beside this one.
//!
//! Each pipe has a thread that reads it into a channel of bounded length, and each process one that waits for its end;
//! so the main loop never waits for a process, and a process that writes faster than scripts read waits in its turn.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, SyncSender, TryRecvError};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::{ProcessEnd, ProcessId, ProcessNews, ProcessStart};
use crate::network::Wake;

/// Bytes read at once, and how many such pieces may wait to be taken.
const PIECE: usize = 1 << 16;
const WAITING: usize = 16;

/// How long after the end of a process what it left running may keep its pipes open.
const GRACE: Duration = Duration::from_secs(1);

/// How long a process has to end when asked to, before it is forced.
const PATIENCE: Duration = Duration::from_micros(200);

/// Lets threads end the main loop's waiting, whether it waits here or at the network.
#[derive(Clone, Default)]
pub(super) struct Waker(Arc<(Mutex<bool>, Condvar)>, Wake);

impl Waker {
    pub(super) fn wake(&self) {
        let (flag, condition) = &*self.0;
        *flag.lock().unwrap_or_else(PoisonError::into_inner) = true;
        condition.notify_one();
        self.1.wake();
    }

    /// What ends the waiting at the network.
    pub(super) fn network(&self) -> Wake {
        self.1.clone()
    }

    /// Waits at most so long; not at all if there was a call of [`Waker::wake`] since the last time.
    pub(super) fn wait(&self, longest: Duration) {
        let (flag, condition) = &*self.0;
        let flag = flag.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = condition.wait_timeout_while(flag, longest, |woken| !*woken);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

pub(super) struct Processes {
    running: BTreeMap<ProcessId, Running>,
    last: u32,
    waker: Waker,
}

struct Running {
    group: Pid,
    status: Receiver<ExitStatus>,
    output: Option<Receiver<Vec<u8>>>,
    errors: Option<Receiver<Vec<u8>>>,
    ended: Option<(ExitStatus, Instant)>,
}

impl Processes {
    pub(super) fn new(waker: Waker) -> Self {
        Processes { running: BTreeMap::new(), last: 0, waker }
    }

    pub(super) fn start(&mut self, start: ProcessStart, variables: &BTreeMap<String, String>) -> io::Result<ProcessId> {
        let mut child = Command::new("/bin/sh")
            .arg("-c")
            .arg(&start.command)
            .envs(variables)
            .stdin(if start.input.is_empty() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(if start.reads_errors { Stdio::piped() } else { Stdio::inherit() })
            .process_group(0)
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // A process that does not read its input is no error.
            std::thread::spawn(move || input.write_all(&start.input));
        }
        let output = child.stdout.take().map(|pipe| self.listen(pipe));
        let errors = child.stderr.take().map(|pipe| self.listen(pipe));
        let group = Pid::from_child(&child);
        let (sender, status) = mpsc::sync_channel(1);
        let waker = self.waker.clone();
        std::thread::spawn(move || {
            if let Ok(status) = child.wait() {
                let _ = sender.send(status);
                waker.wake();
            }
        });
        self.last += 1;
        let id = ProcessId(self.last);
        self.running.insert(id, Running { group, status, output, errors, ended: None });
        Ok(id)
    }

    /// Reads a pipe to its end.
    fn listen(&self, mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        let waker = self.waker.clone();
        std::thread::spawn(move || {
            read_all(&mut pipe, &sender, &waker);
            drop(sender);
            waker.wake();
        });
        receiver
    }

    pub(super) fn news(&mut self, id: ProcessId) -> ProcessNews {
        let Some(process) = self.running.get_mut(&id) else { return ProcessNews::default() };
        // The end is looked for before the pipes: what was written before it is in them by now.
        if process.ended.is_none()
            && let Ok(status) = process.status.try_recv()
        {
            process.ended = Some((status, Instant::now()));
        }
        let mut news = ProcessNews { output: take(&mut process.output), errors: take(&mut process.errors), end: None };
        if let Some((status, since)) = process.ended
            && (process.output.is_none() && process.errors.is_none() || since.elapsed() >= GRACE)
        {
            news.end = Some(end_of(status));
            self.running.remove(&id);
        }
        news
    }

    pub(super) fn end(&mut self, id: ProcessId, force: bool) {
        let Some(process) = self.running.remove(&id) else { return };
        let has_ended = || !matches!(process.status.try_recv(), Err(TryRecvError::Empty));
        if process.ended.is_some() || has_ended() {
            return;
        }
        // It may be gone at any moment, which is what is wanted.
        let _ = kill_process_group(process.group, Signal::TERM);
        if force {
            std::thread::sleep(PATIENCE);
            if !has_ended() {
                let _ = kill_process_group(process.group, Signal::KILL);
            }
        }
    }
}

fn read_all(pipe: &mut impl Read, sender: &SyncSender<Vec<u8>>, waker: &Waker) {
    let mut piece = vec![0; PIECE];
    loop {
        match pipe.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(length @ 1..) => {
                if sender.send(piece.get(..length).unwrap_or_default().to_vec()).is_err() {
                    return;
                }
                waker.wake();
            }
            _ => return,
        }
    }
}

/// Takes what came through a pipe; at its end the pipe is dropped.
fn take(pipe: &mut Option<Receiver<Vec<u8>>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let Some(receiver) = pipe else { return bytes };
    // As much as may wait, and no more: a process that never stops writing must not keep the rest waiting.
    for _ in 0..=WAITING {
        match receiver.try_recv() {
            Ok(piece) => bytes.extend(piece),
            Err(TryRecvError::Empty) => break,
            Err(TryRecvError::Disconnected) => {
                *pipe = None;
                break;
            }
        }
    }
    bytes
}

fn end_of(status: ExitStatus) -> ProcessEnd {
    match status.code() {
        Some(code) => ProcessEnd::Exit(code),
        None => ProcessEnd::Signal(status.signal().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::{Duration, Instant};

    use super::{Processes, Waker};
    use crate::vm::{ProcessEnd, ProcessNews, ProcessStart};

    const LONG: Duration = Duration::from_secs(20);

    fn start(processes: &mut Processes, command: &str, input: &str) -> super::ProcessId {
        let start = ProcessStart { command: command.into(), input: input.into(), reads_errors: true };
        processes.start(start, &BTreeMap::new()).unwrap()
    }

    /// Everything up to the end.
    fn run(command: &str, input: &str) -> ProcessNews {
        let waker = Waker::default();
        let mut processes = Processes::new(waker.clone());
        let id = start(&mut processes, command, input);
        let mut all = ProcessNews::default();
        let begun = Instant::now();
        while all.end.is_none() && begun.elapsed() < LONG {
            waker.wait(Duration::from_millis(20));
            let news = processes.news(id);
            all.output.extend(news.output);
            all.errors.extend(news.errors);
            all.end = news.end;
        }
        all
    }

    #[test]
    fn a_process_reads_and_writes() {
        let news = run("cat; echo oops >&2; exit 3", "in");
        assert_eq!((&news.output[..], &news.errors[..]), (&b"in"[..], &b"oops\n"[..]));
        assert_eq!(news.end, Some(ProcessEnd::Exit(3)));
    }

    #[test]
    fn a_process_may_write_much() {
        let news = run("head -c 5000000 /dev/zero", "");
        assert_eq!((news.output.len(), news.end), (5_000_000, Some(ProcessEnd::Exit(0))));
    }

    #[test]
    fn a_signal_is_an_end() {
        assert_eq!(run("kill -9 $$", "").end, Some(ProcessEnd::Signal(9)));
    }

    #[test]
    fn a_process_can_be_ended() {
        let waker = Waker::default();
        let mut processes = Processes::new(waker.clone());
        let id = start(&mut processes, "trap '' TERM; echo up; exec sleep 100", "");
        let group = processes.running.get(&id).unwrap().group;
        let begun = Instant::now();
        while processes.news(id).output.is_empty() && begun.elapsed() < LONG {
            waker.wait(Duration::from_millis(20));
        }
        processes.end(id, true);
        assert!(processes.news(id).is_empty());
        while rustix::process::test_kill_process_group(group).is_ok() && begun.elapsed() < LONG {
            std::thread::yield_now();
        }
        assert!(rustix::process::test_kill_process_group(group).is_err());
    }
}
