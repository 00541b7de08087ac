//! The stores of this node, and the handles that scripts hold.
//!
//! A store is a master or a clone; what it has to say goes out with the endpoint's messages, and what others say of it
//! comes in with them. Answers are given in the round behind the question; those that have none yet wait here for
//! theirs. What a master answers or tells others is in its file before.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use super::{Peering, peering};
use crate::replication::{Clone as Copy, Intervals, Master, Outgoing, TICK, Unavailable, clone_topic, master_topic};
use crate::store::{BackendKind, Entries, Options, Query, StoreError};
use crate::types::Type;
use crate::value::{Opaque, OpaqueObject, Value};
use crate::vm::{Ticket, Vm};
use crate::wire::{Command, CommandBody, Data, EndpointId, EntityId, Kind};

/// How long a clone that has never had its master lets a question wait, as Broker does.
const LONGEST_GET: Duration = Duration::from_secs(5);

/// Room that is kept for encoded commands.
const MOST_ROOM: usize = 1 << 16;

/// All stores of this node. A store that a script closes stays with those who hold its handle, and is found again
/// under its name; questions to it are not answered any more.
#[derive(Default)]
pub struct Stores {
    stores: BTreeMap<Rc<str>, Handle>,
    open: BTreeSet<Rc<str>>,
    next_object: u64,
    waiting: Vec<Waiting>,
    /// Requests of clones to put what is not there, by store and number.
    unique: BTreeMap<(Rc<str>, u64), Ticket>,
    answers: Vec<Answer>,
    /// Room for encoded commands.
    room: Vec<u8>,
}

/// A question that a clone cannot answer yet.
struct Waiting {
    ticket: Ticket,
    store: Rc<str>,
    query: Query,
    until: Duration,
}

/// An answer, for whom it is.
pub struct Answer {
    pub ticket: Ticket,
    pub result: Result<Data, StoreError>,
    store: Rc<str>,
}

/// One store.
pub(super) enum Store {
    Master(Master),
    Clone(Copy),
}

/// What a script's handle stands for.
#[derive(Clone)]
pub struct Handle {
    pub name: Rc<str>,
    pub(super) store: Rc<RefCell<Store>>,
}

impl Opaque for Handle {
    fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
        Some(Box::new(self.clone()))
    }

    fn describe(&self) -> Option<String> {
        Some(format!("broker::store::{{{}}}", self.name))
    }
}

impl Store {
    fn id(&self) -> EntityId {
        match self {
            Store::Master(master) => master.id(),
            Store::Clone(clone) => clone.id(),
        }
    }

    fn take_outgoing(&mut self) -> Vec<Outgoing> {
        match self {
            Store::Master(master) => master.take_outgoing(),
            Store::Clone(clone) => clone.take_outgoing(),
        }
    }

    /// When the store is to be looked at next; `None` where it can wait for ever.
    fn next_look(&self, now: Duration) -> Option<Duration> {
        match self {
            // With nobody on the other side a master only waits for what expires.
            Store::Master(master) if !master.has_clones() => {
                let next = master.next_expiry()?;
                Some(Duration::from_nanos(next.max(0) as u64) + Duration::from_micros(1))
            }
            _ => Some(now + TICK),
        }
    }
}

impl Handle {
    /// What a script's value stands for.
    pub fn of(value: &Value) -> Option<Handle> {
        let Value::Opaque(object) = value else { return None };
        object.with(|handle: &mut Handle| handle.clone())
    }

    pub fn to_value(&self) -> Value {
        Value::Opaque(Rc::new(OpaqueObject::new(Type::opaque("Broker::Store"), self.clone())))
    }

    /// Who changes the store when a script of this node does.
    pub fn publisher(&self) -> EntityId {
        self.store.borrow().id()
    }

    /// Changes the store, or has its master do it.
    pub fn change(&self, vm: &mut Vm, body: CommandBody) -> Result<(), StoreError> {
        let now = peering::clock(vm);
        let result = match &mut *self.store.borrow_mut() {
            Store::Master(master) => master.change(body, clock(now)),
            Store::Clone(clone) => clone.write(body, now).map_err(refused),
        };
        self.wake(vm, now);
        result
    }

    /// Asks the store; the answer comes with [`take_answers`]. A closed store gives none.
    pub fn ask(&self, vm: &mut Vm, ticket: Ticket, query: Query) {
        if !vm.state::<Stores>().is_open(&self.name) {
            return;
        }
        let now = peering::clock(vm);
        let answer = match &mut *self.store.borrow_mut() {
            Store::Master(master) => query.ask(master.entries(), clock(now)),
            Store::Clone(clone) => match clone.entries(now) {
                Ok(entries) => query.ask_copy(entries),
                Err(Unavailable::Stale) => Err(StoreError::Stale),
                Err(Unavailable::NotYet) => {
                    let waiting = Waiting { ticket, store: self.name.clone(), query, until: now + LONGEST_GET };
                    return vm.state::<Stores>().waiting.push(waiting);
                }
            },
        };
        self.answer(vm, ticket, answer);
    }

    /// Puts what is not there yet; whether it was put comes with [`take_answers`].
    pub fn put_unique(&self, vm: &mut Vm, ticket: Ticket, key: Data, value: Data, lifetime: Option<i64>) {
        let now = peering::clock(vm);
        let answer = match &mut *self.store.borrow_mut() {
            Store::Master(master) => Some(master.put_unique(key, value, lifetime, clock(now)).map(Data::Bool)),
            Store::Clone(clone) => match clone.put_unique(key, value, lifetime, now) {
                Ok(request) => {
                    vm.state::<Stores>().unique.insert((self.name.clone(), request), ticket);
                    None
                }
                Err(unavailable) => Some(Err(refused(unavailable))),
            },
        };
        self.wake(vm, now);
        match answer {
            Some(answer) if vm.state::<Stores>().is_open(&self.name) => self.answer(vm, ticket, answer),
            _ => {}
        }
    }

    fn commit(&self) -> Result<(), StoreError> {
        match &mut *self.store.borrow_mut() {
            Store::Master(master) => master.commit(),
            Store::Clone(_) => Ok(()),
        }
    }

    fn answer(&self, vm: &mut Vm, ticket: Ticket, result: Result<Data, StoreError>) {
        vm.state::<Stores>().answers.push(Answer { ticket, result, store: self.name.clone() });
        vm.wake_at(0.0);
    }

    /// Sees to it that the store is looked at in time, and what it says is sent.
    fn wake(&self, vm: &mut Vm, now: Duration) {
        if let Some(next) = self.store.borrow().next_look(now) {
            vm.wake_at(next.as_secs_f64());
        }
    }
}

fn refused(unavailable: Unavailable) -> StoreError {
    match unavailable {
        Unavailable::NotYet => StoreError::NoMaster,
        Unavailable::Stale => StoreError::Stale,
    }
}

impl Stores {
    /// How many stores are open.
    pub fn count(&self) -> usize {
        self.open.len()
    }

    pub fn is_open(&self, name: &str) -> bool {
        self.open.contains(name)
    }

    /// How many entries the stores of this node hold; those of a master that fails count for none.
    pub fn keys(&self) -> u64 {
        let count = |handle: &Handle| match &mut *handle.store.borrow_mut() {
            Store::Master(master) => master.entries().count().unwrap_or(0),
            Store::Clone(clone) => clone.count() as u64,
        };
        self.stores.values().map(count).sum()
    }

    /// Questions that wait for an answer.
    pub fn pending(&self) -> usize {
        self.waiting.len() + self.unique.len() + self.answers.len()
    }

    /// The open store of a name.
    pub fn find(&self, name: &str) -> Option<Handle> {
        self.is_open(name).then(|| self.stores.get(name)).flatten().cloned()
    }

    /// Closes a store. Gives the questions that nobody will answer now; `None` where none of this name is open.
    pub fn close(&mut self, name: &str) -> Option<Vec<Ticket>> {
        if !self.open.remove(name) {
            return None;
        }
        let mut tickets = Vec::new();
        let mut take = |store: &Rc<str>, ticket: Ticket| {
            let is_it = **store == *name;
            if is_it {
                tickets.push(ticket);
            }
            !is_it
        };
        self.answers.retain(|answer| take(&answer.store, answer.ticket));
        self.waiting.retain(|waiting| take(&waiting.store, waiting.ticket));
        self.unique.retain(|(store, _), ticket| take(store, *ticket));
        Some(tickets)
    }

    fn add(&mut self, name: &str, store: Store) -> Handle {
        let handle = Handle { name: name.into(), store: Rc::new(RefCell::new(store)) };
        self.stores.insert(handle.name.clone(), handle.clone());
        self.open.insert(handle.name.clone());
        handle
    }

    /// Opens a store again that is known.
    fn reopen(&mut self, name: &str, fits: impl FnOnce(&Store) -> bool) -> Option<Handle> {
        let handle = self.stores.get(name).filter(|handle| fits(&handle.store.borrow()))?.clone();
        self.open.insert(handle.name.clone());
        Some(handle)
    }

    /// All stores that this node has ever opened.
    pub fn all(&self) -> Vec<Handle> {
        self.stores.values().cloned().collect()
    }
}

fn entity(vm: &mut Vm) -> EntityId {
    let endpoint = Peering::id(vm);
    let stores = vm.state::<Stores>();
    stores.next_object += 1;
    EntityId { endpoint, object: stores.next_object }
}

/// The time of entries, in nanoseconds since the epoch.
fn clock(now: Duration) -> i64 {
    now.as_nanos() as i64
}

/// Makes the master of a store. Its file, where the backend has one, is where the options say or named after the store.
pub fn make_master(vm: &mut Vm, name: &str, kind: &BackendKind, mut options: Options) -> Result<Handle, StoreError> {
    if let Some(known) = vm.state::<Stores>().reopen(name, |store| matches!(store, Store::Master(_))) {
        return Ok(known);
    }
    let topic = master_topic(name);
    if Peering::with(vm, |endpoint, _| endpoint.is_wanted(&topic)) {
        return Err(StoreError::MasterExists);
    }
    options.place = match kind.file_ending {
        Some(ending) => {
            let path = options.place.take().filter(|path| !path.is_empty());
            let path = path.unwrap_or_else(|| format!("{name}.{ending}"));
            make_folders(vm, &path);
            Some(path)
        }
        None => None,
    };
    let entries = Entries::new(vm.host.open_store(kind, options)?)?;
    let (id, now) = (entity(vm), peering::clock(vm));
    Peering::subscribe(vm, &topic);
    let handle = vm.state::<Stores>().add(name, Store::Master(Master::new(id, entries, now)));
    handle.wake(vm, now);
    Ok(handle)
}

/// Makes a clone of a store: the store itself where its master is here.
pub fn make_clone(vm: &mut Vm, name: &str, intervals: Intervals) -> Handle {
    if let Some(known) = vm.state::<Stores>().reopen(name, |_| true) {
        return known;
    }
    let (id, now) = (entity(vm), peering::clock(vm));
    Peering::subscribe(vm, &clone_topic(name));
    // It looks for its master in the next round.
    vm.wake_at(0.0);
    vm.state::<Stores>().add(name, Store::Clone(Copy::new(id, intervals, now)))
}

/// Answers that have come, each for whom it is. What they tell is in the file before they are given, all of them at once.
pub fn take_answers(vm: &mut Vm) -> Vec<Answer> {
    let stores = vm.state::<Stores>();
    let mut answers = std::mem::take(&mut stores.answers);
    let mut last: Option<(Rc<str>, Result<(), StoreError>)> = None;
    for answer in &mut answers {
        let committed = match &last {
            Some((store, committed)) if Rc::ptr_eq(store, &answer.store) => committed.clone(),
            _ => stores.stores.get(&answer.store).map_or(Ok(()), Handle::commit),
        };
        if let Err(error) = &committed {
            answer.result = Err(error.clone());
        }
        last = Some((answer.store.clone(), committed));
    }
    answers
}

/// A command for one of this node's stores.
pub(super) fn receive(vm: &mut Vm, from: EndpointId, topic: &[u8], command: Command) {
    let name = topic.strip_suffix(b"/<$>/data/master").or_else(|| topic.strip_suffix(b"/<$>/data/clone"));
    let Some(name) = name.and_then(|name| std::str::from_utf8(name).ok()) else { return };
    let Some(handle) = vm.state::<Stores>().stores.get(name).cloned() else { return };
    let now = peering::clock(vm);
    match &mut *handle.store.borrow_mut() {
        Store::Master(master) => master.receive(from, command, now, clock(now)),
        Store::Clone(clone) => clone.receive(from, command, now),
    }
}

/// There is a new peer: it may have the master of a clone.
pub(super) fn found(vm: &mut Vm) {
    for handle in vm.state::<Stores>().all() {
        if let Store::Clone(clone) = &mut *handle.store.borrow_mut() {
            clone.seek_at_once();
        }
    }
}

/// The peering with a node is over.
pub(super) fn lost(vm: &mut Vm, peer: EndpointId) {
    let now = peering::clock(vm);
    for handle in vm.state::<Stores>().all() {
        match &mut *handle.store.borrow_mut() {
            Store::Master(master) => master.lost(peer),
            Store::Clone(clone) => clone.lost(peer, now),
        }
    }
}

/// Brings everything that masters hold to where it is safe: nothing comes after this.
pub(super) fn finish(vm: &mut Vm) {
    for handle in vm.state::<Stores>().all() {
        commit(vm, &handle);
    }
}

/// What is told to others or at the end is in the file before.
fn commit(vm: &mut Vm, handle: &Handle) {
    if let Err(error) = handle.commit() {
        vm.error_without_place(format!("Broker store '{}': {error}", handle.name));
    }
}

/// Lets the stores look at their channels and at what has expired, sends what they say, and finds answers.
pub(super) fn advance(vm: &mut Vm) {
    if vm.state::<Stores>().stores.is_empty() {
        return;
    }
    let now = peering::clock(vm);
    for handle in vm.state::<Stores>().all() {
        match &mut *handle.store.borrow_mut() {
            Store::Master(master) => master.advance(now, clock(now)),
            Store::Clone(clone) => {
                clone.advance(now);
                take_results(vm, &handle.name, clone);
            }
        }
        handle.wake(vm, now);
        let outgoing = handle.store.borrow_mut().take_outgoing();
        if !outgoing.is_empty() {
            commit(vm, &handle);
            send(vm, &handle, outgoing);
        }
    }
    answer_waiting(vm, now);
}

/// What a clone's requests led to.
fn take_results(vm: &mut Vm, name: &Rc<str>, clone: &mut Copy) {
    for (request, inserted) in clone.take_answers() {
        let stores = vm.state::<Stores>();
        if let Some(ticket) = stores.unique.remove(&(name.clone(), request)) {
            stores.answers.push(Answer { ticket, result: Ok(Data::Bool(inserted)), store: name.clone() });
            vm.wake_at(0.0);
        }
    }
    let lost = clone.take_lost();
    if lost > 0 {
        vm.state::<Stores>().unique.retain(|(store, _), _| store != name);
        vm.warning_without_place(format!(
            "Broker store '{name}': {lost} changes are lost, because its master was away for too long"
        ));
    }
}

fn send(vm: &mut Vm, handle: &Handle, outgoing: Vec<Outgoing>) {
    let is_master = matches!(&*handle.store.borrow(), Store::Master(_));
    let topic = if is_master { clone_topic(&handle.name) } else { master_topic(&handle.name) };
    let mut payload = std::mem::take(&mut vm.state::<Stores>().room);
    Peering::with(vm, |endpoint, now| {
        for Outgoing { receiver, command } in outgoing {
            payload.clear();
            command.encode(&mut payload);
            if receiver.is_nil() {
                endpoint.publish(Kind::Command, &topic, &payload, now);
            } else {
                endpoint.send(receiver, Kind::Command, &topic, &payload, now);
            }
        }
    });
    payload.clear();
    payload.shrink_to(MOST_ROOM);
    vm.state::<Stores>().room = payload;
}

/// Questions to clones that have found their master meanwhile; those that have waited for too long get no answer.
fn answer_waiting(vm: &mut Vm, now: Duration) {
    for waiting in std::mem::take(&mut vm.state::<Stores>().waiting) {
        let Some(handle) = vm.state::<Stores>().stores.get(&waiting.store).cloned() else { continue };
        let answer = match &*handle.store.borrow() {
            Store::Clone(clone) => clone.entries(now).map(|entries| waiting.query.ask_copy(entries)).ok(),
            Store::Master(_) => None,
        };
        match answer {
            Some(answer) => handle.answer(vm, waiting.ticket, answer),
            None if waiting.until > now => vm.state::<Stores>().waiting.push(waiting),
            None => handle.answer(vm, waiting.ticket, Err(StoreError::NoMaster)),
        }
    }
}

/// Makes the directories that lead to a file; where that fails, opening the file will.
fn make_folders(vm: &mut Vm, path: &str) {
    let mut end = 0;
    while let Some(slash) = path.get(end + 1..).and_then(|rest| rest.find('/')) {
        end += 1 + slash;
        if let Some(folder) = path.get(..end)
            && vm.host.status(folder).is_err()
        {
            let _ = vm.host.create_directory(folder);
        }
    }
}
