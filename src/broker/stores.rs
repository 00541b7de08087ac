//! The stores of this node, and the handles that scripts hold.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::store::{BackendKind, Entries, StoreError};
use crate::types::Type;
use crate::value::{Opaque, OpaqueObject, Value};
use crate::vm::{Vm, reason};

const NANOSECONDS: f64 = 1e9;

/// All stores of this node. A store that a script closes stays with those who hold its handle, and is found again
/// under its name.
#[derive(Default)]
pub struct Stores {
    masters: BTreeMap<String, Rc<RefCell<Entries>>>,
    /// Clones of stores whose master is elsewhere.
    clones: BTreeSet<String>,
    open: BTreeSet<String>,
    /// The times, in nanoseconds, at which entries of a master are to expire next, where that is planned.
    planned: BTreeMap<String, i64>,
}

/// What a script's handle stands for.
#[derive(Clone)]
pub struct Handle {
    pub name: String,
    /// `None` for a clone, whose master is not reachable without a network.
    pub master: Option<Rc<RefCell<Entries>>>,
}

impl Opaque for Handle {
    fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
        Some(Box::new(self.clone()))
    }

    fn describe(&self) -> Option<String> {
        Some(format!("broker::store::{{{}}}", self.name))
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
}

impl Stores {
    /// How many stores are open.
    pub fn count(&self) -> usize {
        self.open.len()
    }

    pub fn is_open(&self, name: &str) -> bool {
        self.open.contains(name)
    }

    /// The open store of a name.
    pub fn find(&self, name: &str) -> Option<Handle> {
        self.is_open(name).then(|| Handle { name: name.to_owned(), master: self.masters.get(name).cloned() })
    }

    /// Closes a store; false where none of this name is open.
    pub fn close(&mut self, name: &str) -> bool {
        self.open.remove(name)
    }

    /// A clone of a store: the store itself where its master is here.
    pub fn clone_of(&mut self, name: &str) -> Handle {
        self.open.insert(name.to_owned());
        let master = self.masters.get(name).cloned();
        if master.is_none() {
            self.clones.insert(name.to_owned());
        }
        Handle { name: name.to_owned(), master }
    }
}

/// Makes the master of a store. Its file, where the backend has one, is at `path` or named after the store.
pub fn make_master(vm: &mut Vm, name: &str, kind: &BackendKind, path: &str) -> Result<Handle, StoreError> {
    if let Some(master) = vm.state::<Stores>().masters.get(name).cloned() {
        vm.state::<Stores>().open.insert(name.to_owned());
        return Ok(Handle { name: name.to_owned(), master: Some(master) });
    }
    let place = match kind.file_ending {
        Some(ending) => {
            let path = if path.is_empty() { format!("{name}.{ending}") } else { path.to_owned() };
            make_folders(vm, &path);
            vm.host.database_file(&path).map_err(|error| StoreError::Backend(reason(&error)))?
        }
        None => None,
    };
    let master = Rc::new(RefCell::new(Entries::new((kind.open)(place.as_deref())?)?));
    let stores = vm.state::<Stores>();
    stores.clones.remove(name);
    stores.masters.insert(name.to_owned(), master.clone());
    stores.open.insert(name.to_owned());
    let handle = Handle { name: name.to_owned(), master: Some(master) };
    plan_expiry(vm, &handle);
    Ok(handle)
}

/// Sees to it that the entries of a master go at their time, also where nobody asks for them.
pub fn plan_expiry(vm: &mut Vm, handle: &Handle) {
    let Some(master) = &handle.master else { return };
    let Some(next) = master.borrow().next_expiry() else { return };
    let planned = &mut vm.state::<Stores>().planned;
    if planned.get(&handle.name).is_some_and(|planned| *planned <= next) {
        return;
    }
    planned.insert(handle.name.clone(), next);
    let handle = Handle { name: handle.name.clone(), master: None };
    let master = Rc::downgrade(master);
    // A little later than the entry, which a time in seconds may miss by less than that.
    let time = next as f64 / NANOSECONDS + 1e-6;
    vm.add_timer(
        time,
        Box::new(move |vm| {
            let planned = &mut vm.state::<Stores>().planned;
            // A plan for an earlier time came between.
            if planned.get(&handle.name) == Some(&next) {
                planned.remove(&handle.name);
            }
            let Some(master) = master.upgrade() else { return Ok(()) };
            let now = (vm.network_time() * NANOSECONDS) as i64;
            if let Err(error) = master.borrow_mut().expire(now) {
                vm.error_without_place(format!("Broker store '{}': {error}", handle.name));
                return Ok(());
            }
            plan_expiry(vm, &Handle { name: handle.name, master: Some(master) });
            Ok(())
        }),
    );
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

#[cfg(test)]
mod tests {
    use super::{NANOSECONDS, Stores, make_master, plan_expiry};
    use crate::builtins;
    use crate::program::Program;
    use crate::store::backend;
    use crate::vm::{MemoryHost, Vm};
    use crate::wire::Data;

    #[test]
    fn entries_go_at_their_time_though_nobody_asks() {
        let mut vm = Vm::new(Program::new(builtins::find), Box::new(MemoryHost::new()), builtins::FAMILIES);
        vm.set_network_time(1000.0);
        let now = (1000.0 * NANOSECONDS) as i64;
        let handle = make_master(&mut vm, "s", backend("Broker::MEMORY").unwrap(), "").unwrap();
        let master = handle.master.clone().unwrap();
        for (key, seconds) in [("late", 20), ("soon", 5), ("between", 10)] {
            let lifetime = Some(seconds * NANOSECONDS as i64);
            master.borrow_mut().put(now, &Data::string(key), &Data::Count(1), lifetime).unwrap();
            plan_expiry(&mut vm, &handle);
        }
        let mut left = |seconds: f64| {
            vm.set_network_time(1000.0 + seconds);
            vm.run_timers(10).unwrap();
            (master.borrow().next_expiry().map(|next| next / NANOSECONDS as i64), vm.state::<Stores>().planned.len())
        };
        assert_eq!(left(4.0), (Some(1005), 1));
        assert_eq!(left(5.5), (Some(1010), 1));
        assert_eq!(left(10.5), (Some(1020), 1));
        assert_eq!(left(21.0), (None, 0));
    }
}
