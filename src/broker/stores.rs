//! The stores of this node, and the handles that scripts hold.
//!
//! A store is a master or a clone; what it has to say goes out with the endpoint's messages, and what others say of it
//! comes in with them. Questions that have no answer yet wait here for theirs.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use super::{Peering, peering};
use crate::replication::{Clone as Copy, Intervals, Master, Outgoing, TICK, Unavailable, clone_topic, master_topic};
use crate::store::{BackendKind, Entries, Query, StoreError};
use crate::types::Type;
use crate::value::{Opaque, OpaqueObject, Value};
use crate::vm::{Ticket, Vm, reason};
use crate::wire::{Command, CommandBody, Data, EndpointId, EntityId, Kind};

/// How long a clone that has never had its master lets a question wait, as Broker does.
const LONGEST_GET: Duration = Duration::from_secs(5);

/// All stores of this node. A store that a script closes stays with those who hold its handle, and is found again
/// under its name.
#[derive(Default)]
pub struct Stores {
    stores: BTreeMap<String, Rc<RefCell<Store>>>,
    open: BTreeSet<String>,
    next_object: u64,
    waiting: Vec<Waiting>,
    /// Requests of clones to put what is not there, by store and number.
    unique: BTreeMap<(String, u64), Ticket>,
    answers: Vec<(Ticket, Result<Data, StoreError>)>,
}

/// A question that a clone cannot answer yet.
struct Waiting {
    ticket: Ticket,
    store: String,
    query: Query,
    until: Duration,
}

/// One store.
pub(super) enum Store {
    Master(Master),
    Clone(Copy),
}

/// What a script's handle stands for.
#[derive(Clone)]
pub struct Handle {
    pub name: String,
    store: Rc<RefCell<Store>>,
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
        let (now, clock) = clocks(vm);
        let result = match &mut *self.store.borrow_mut() {
            Store::Master(master) => master.change(body, clock),
            Store::Clone(clone) => clone.write(body, now).map_err(refused),
        };
        wake(vm, &self.store.borrow());
        result
    }

    /// Asks the store; the answer comes with [`take_answers`].
    pub fn ask(&self, vm: &mut Vm, ticket: Ticket, query: Query) {
        let (now, clock) = clocks(vm);
        let answer = match &mut *self.store.borrow_mut() {
            Store::Master(master) => query.ask(master.entries(), clock),
            Store::Clone(clone) => match clone.entries(now) {
                Ok(entries) => query.ask_copy(entries),
                Err(Unavailable::Stale) => Err(StoreError::Stale),
                Err(Unavailable::NotYet) => {
                    let waiting = Waiting { ticket, store: self.name.clone(), query, until: now + LONGEST_GET };
                    return vm.state::<Stores>().waiting.push(waiting);
                }
            },
        };
        vm.state::<Stores>().answers.push((ticket, answer));
    }

    /// Puts what is not there yet; whether it was put comes with [`take_answers`].
    pub fn put_unique(&self, vm: &mut Vm, ticket: Ticket, key: Data, value: Data, lifetime: Option<i64>) {
        let (now, clock) = clocks(vm);
        let answer = match &mut *self.store.borrow_mut() {
            Store::Master(master) => master.put_unique(key, value, lifetime, clock).map(Data::Bool),
            Store::Clone(clone) => match clone.put_unique(key, value, lifetime, now) {
                Ok(request) => {
                    vm.state::<Stores>().unique.insert((self.name.clone(), request), ticket);
                    return;
                }
                Err(unavailable) => Err(refused(unavailable)),
            },
        };
        wake(vm, &self.store.borrow());
        vm.state::<Stores>().answers.push((ticket, answer));
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
        let count = |store: &Rc<RefCell<Store>>| match &mut *store.borrow_mut() {
            Store::Master(master) => master.entries().count().unwrap_or(0),
            Store::Clone(clone) => clone.count() as u64,
        };
        self.stores.values().map(count).sum()
    }

    /// Questions that wait for an answer.
    pub fn pending(&self) -> usize {
        self.waiting.len() + self.unique.len()
    }

    /// The open store of a name.
    pub fn find(&self, name: &str) -> Option<Handle> {
        self.is_open(name).then(|| self.stores.get(name)).flatten().map(|store| handle(name, store))
    }

    /// Closes a store; false where none of this name is open.
    pub fn close(&mut self, name: &str) -> bool {
        self.open.remove(name)
    }

    fn add(&mut self, name: &str, store: Store) -> Handle {
        let store = Rc::new(RefCell::new(store));
        self.stores.insert(name.to_owned(), store.clone());
        self.open.insert(name.to_owned());
        Handle { name: name.to_owned(), store }
    }
}

fn handle(name: &str, store: &Rc<RefCell<Store>>) -> Handle {
    Handle { name: name.to_owned(), store: store.clone() }
}

fn entity(vm: &mut Vm) -> EntityId {
    let endpoint = Peering::id(vm);
    let stores = vm.state::<Stores>();
    stores.next_object += 1;
    EntityId { endpoint, object: stores.next_object }
}

/// The time of channels, and that of entries in nanoseconds since the epoch.
fn clocks(vm: &mut Vm) -> (Duration, i64) {
    let now = peering::clock(vm);
    (now, now.as_nanos() as i64)
}

/// Makes the master of a store. Its file, where the backend has one, is at `path` or named after the store.
pub fn make_master(vm: &mut Vm, name: &str, kind: &BackendKind, path: &str) -> Result<Handle, StoreError> {
    let known = vm.state::<Stores>().stores.get(name).cloned();
    if let Some(store) = known.filter(|store| matches!(&*store.borrow(), Store::Master(_))) {
        vm.state::<Stores>().open.insert(name.to_owned());
        return Ok(handle(name, &store));
    }
    let topic = master_topic(name);
    if Peering::with(vm, |endpoint, _| endpoint.is_wanted(&topic)) {
        return Err(StoreError::MasterExists);
    }
    let place = match kind.file_ending {
        Some(ending) => {
            let path = if path.is_empty() { format!("{name}.{ending}") } else { path.to_owned() };
            make_folders(vm, &path);
            vm.host.database_file(&path).map_err(|error| StoreError::Backend(reason(&error)))?
        }
        None => None,
    };
    let entries = Entries::new((kind.open)(place.as_deref())?)?;
    let (id, (now, _)) = (entity(vm), clocks(vm));
    Peering::subscribe(vm, &topic);
    let handle = vm.state::<Stores>().add(name, Store::Master(Master::new(id, entries, now)));
    wake(vm, &handle.store.borrow());
    Ok(handle)
}

/// Makes a clone of a store: the store itself where its master is here.
pub fn make_clone(vm: &mut Vm, name: &str, intervals: Intervals) -> Handle {
    if let Some(store) = vm.state::<Stores>().stores.get(name).cloned() {
        vm.state::<Stores>().open.insert(name.to_owned());
        return handle(name, &store);
    }
    let (id, (now, _)) = (entity(vm), clocks(vm));
    Peering::subscribe(vm, &clone_topic(name));
    vm.state::<Stores>().add(name, Store::Clone(Copy::new(id, intervals, now)))
}

/// Answers that have come, each for whom it is.
pub fn take_answers(vm: &mut Vm) -> Vec<(Ticket, Result<Data, StoreError>)> {
    std::mem::take(&mut vm.state::<Stores>().answers)
}

/// A command for one of this node's stores.
pub(super) fn receive(vm: &mut Vm, from: EndpointId, topic: &[u8], command: Command) {
    let name = topic.strip_suffix(b"/<$>/data/master").or_else(|| topic.strip_suffix(b"/<$>/data/clone"));
    let Some(name) = name.and_then(|name| std::str::from_utf8(name).ok()) else { return };
    let Some(store) = vm.state::<Stores>().stores.get(name).cloned() else { return };
    let (now, clock) = clocks(vm);
    match &mut *store.borrow_mut() {
        Store::Master(master) => master.receive(from, command, now, clock),
        Store::Clone(clone) => clone.receive(from, command, now),
    }
}

/// The peering with a node is over.
pub(super) fn lost(vm: &mut Vm, peer: EndpointId) {
    let (now, _) = clocks(vm);
    let stores: Vec<_> = vm.state::<Stores>().stores.values().cloned().collect();
    for store in stores {
        match &mut *store.borrow_mut() {
            Store::Master(master) => master.lost(peer),
            Store::Clone(clone) => clone.lost(peer, now),
        }
    }
}

/// Lets the stores look at their channels and at what has expired, sends what they say, and finds answers.
pub(super) fn advance(vm: &mut Vm) {
    let stores: Vec<(String, Rc<RefCell<Store>>)> =
        vm.state::<Stores>().stores.iter().map(|(name, store)| (name.clone(), store.clone())).collect();
    let (now, clock) = clocks(vm);
    for (name, store) in stores {
        let (outgoing, topic) = {
            let mut store = store.borrow_mut();
            match &mut *store {
                Store::Master(master) => master.advance(now, clock),
                Store::Clone(clone) => {
                    clone.advance(now);
                    for (request, inserted) in clone.take_answers() {
                        let stores = vm.state::<Stores>();
                        if let Some(ticket) = stores.unique.remove(&(name.clone(), request)) {
                            stores.answers.push((ticket, Ok(Data::Bool(inserted))));
                        }
                    }
                    let lost = clone.take_lost();
                    if lost > 0 {
                        vm.warning_without_place(format!(
                            "Broker store '{name}': {lost} changes are lost, because its master was away for too long"
                        ));
                    }
                }
            }
            wake(vm, &store);
            let topic = if matches!(&*store, Store::Master(_)) { clone_topic(&name) } else { master_topic(&name) };
            (store.take_outgoing(), topic)
        };
        for Outgoing { receiver, command } in outgoing {
            let mut payload = Vec::new();
            command.encode(&mut payload);
            Peering::with(vm, |endpoint, now| {
                if receiver.is_nil() {
                    endpoint.publish(Kind::Command, &topic, &payload, now);
                } else {
                    endpoint.send(receiver, Kind::Command, &topic, &payload, now);
                }
            });
        }
    }
    answer_waiting(vm, now);
}

/// Questions to clones that have found their master meanwhile; those that have waited for too long get no answer.
fn answer_waiting(vm: &mut Vm, now: Duration) {
    for waiting in std::mem::take(&mut vm.state::<Stores>().waiting) {
        let Some(store) = vm.state::<Stores>().stores.get(&waiting.store).cloned() else { continue };
        let answer = match &*store.borrow() {
            Store::Clone(clone) => clone.entries(now).map(|entries| waiting.query.ask_copy(entries)).ok(),
            Store::Master(_) => None,
        };
        let stores = vm.state::<Stores>();
        match answer {
            Some(answer) => stores.answers.push((waiting.ticket, answer)),
            None if waiting.until > now => stores.waiting.push(waiting),
            None => stores.answers.push((waiting.ticket, Err(StoreError::NoMaster))),
        }
    }
}

/// Sees to it that a store is looked at in time.
fn wake(vm: &mut Vm, store: &Store) {
    let next = match store {
        // With nobody on the other side a master only waits for what expires.
        Store::Master(master) if !master.has_clones() => match master.next_expiry() {
            Some(next) => Duration::from_nanos(next.max(0) as u64) + Duration::from_micros(1),
            None => return,
        },
        _ => peering::clock(vm) + TICK,
    };
    vm.wake_at(next.as_secs_f64());
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
