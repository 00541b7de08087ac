//! Changes of a file that become permanent together: waiting for the disk once for many is what makes them quick.
//!
//! A group begins with its first change and ends with a commit, which its owner asks for before every answer. A thread
//! of its own sees to it that no group stays open for long, whatever the owner is busy with meanwhile. It looks from time
//! to time while there are changes and sleeps otherwise, so that it costs nothing for each of many short groups; a group
//! is open for two such times at most.

use std::cell::OnceCell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Something with groups of changes.
pub(super) trait Grouped: Send + 'static {
    /// Whether changes wait to be committed.
    fn is_open(&self) -> bool;
    /// Ends the group. What fails is for the owner to find.
    fn commit(&mut self);
}

struct Shared<T> {
    inner: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    value: T,
    /// Counts the commits, so that the thread sees whether a group is still the one that it saw.
    commits: u64,
    /// The thread sleeps until a group begins.
    asleep: bool,
    over: bool,
}

/// Holds the value, and commits what is left when it goes.
pub(super) struct Group<T: Grouped> {
    shared: Arc<Shared<T>>,
    thread: OnceCell<Option<JoinHandle<()>>>,
    interval: Duration,
}

/// The value, for a while.
pub(super) struct Access<'a, T: Grouped> {
    state: MutexGuard<'a, State<T>>,
    group: &'a Group<T>,
}

fn lock<T>(shared: &Shared<T>) -> MutexGuard<'_, State<T>> {
    shared.inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Grouped> Group<T> {
    /// Looks for groups that are open every `interval`, and commits those that are there the second time.
    pub(super) fn new(value: T, interval: Duration) -> Self {
        let inner = Mutex::new(State { value, commits: 0, asleep: false, over: false });
        Group { shared: Arc::new(Shared { inner, changed: Condvar::new() }), thread: OnceCell::new(), interval }
    }

    pub(super) fn look(&self) -> Access<'_, T> {
        Access { state: lock(&self.shared), group: self }
    }

    /// Starts the thread. Without it groups end with the next answer.
    fn watch(&self) {
        self.thread.get_or_init(|| {
            let (shared, interval) = (self.shared.clone(), self.interval);
            std::thread::Builder::new().name("store".to_owned()).spawn(move || watch(&shared, interval)).ok()
        });
    }
}

impl<T: Grouped> Access<'_, T> {
    pub(super) fn value(&mut self) -> &mut T {
        &mut self.state.value
    }

    pub(super) fn commit(&mut self) {
        if self.state.value.is_open() {
            self.state.value.commit();
            self.state.commits += 1;
        }
    }

    /// To be called when a group has begun.
    pub(super) fn begun(&self) {
        self.group.watch();
        if self.state.asleep {
            self.group.shared.changed.notify_one();
        }
    }
}

fn watch<T: Grouped>(shared: &Shared<T>, interval: Duration) {
    let mut state = lock(shared);
    while !state.over {
        if !state.value.is_open() {
            state.asleep = true;
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.asleep = false;
            continue;
        }
        let commits = state.commits;
        state = shared.changed.wait_timeout(state, interval).unwrap_or_else(PoisonError::into_inner).0;
        if state.commits == commits && state.value.is_open() {
            state.value.commit();
            state.commits += 1;
        }
    }
}

impl<T: Grouped> Drop for Group<T> {
    fn drop(&mut self) {
        self.look().commit();
        lock(&self.shared).over = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take().flatten() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    use super::{Group, Grouped};

    struct Counted {
        open: u32,
        commits: Sender<u32>,
    }

    impl Grouped for Counted {
        fn is_open(&self) -> bool {
            self.open > 0
        }

        fn commit(&mut self) {
            let _ = self.commits.send(std::mem::take(&mut self.open));
        }
    }

    fn add(group: &Group<Counted>) {
        let mut access = group.look();
        access.value().open += 1;
        access.begun();
    }

    #[test]
    fn a_group_ends_by_itself_when_asked_and_at_the_end() {
        let (commits, came) = channel();
        let group = Group::new(Counted { open: 0, commits }, Duration::from_millis(1));
        add(&group);
        assert_eq!(came.recv_timeout(Duration::from_secs(10)), Ok(1), "nobody asks");
        drop(group);
        let (commits, came) = channel();
        let group = Group::new(Counted { open: 0, commits }, Duration::from_hours(1));
        add(&group);
        add(&group);
        group.look().commit();
        assert_eq!(came.try_recv(), Ok(2));
        group.look().commit();
        assert!(came.try_recv().is_err(), "there is nothing to commit");
        add(&group);
        drop(group);
        assert_eq!(came.try_recv(), Ok(1));
    }
}
