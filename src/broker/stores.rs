//! The stores of this node, and the handles that scripts hold.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::store::{BackendKind, Master, StoreError};
use crate::types::Type;
use crate::value::{Opaque, OpaqueObject, Value};
use crate::vm::{Vm, reason};

/// All stores of this node. A store that a script closes stays with those who hold its handle, and is found again
/// under its name.
#[derive(Default)]
pub struct Stores {
    masters: BTreeMap<String, Rc<RefCell<Master>>>,
    /// Clones of stores whose master is elsewhere.
    clones: BTreeSet<String>,
    open: BTreeSet<String>,
}

/// What a script's handle stands for.
#[derive(Clone)]
pub struct Handle {
    pub name: String,
    /// `None` for a clone, whose master is not reachable without a network.
    pub master: Option<Rc<RefCell<Master>>>,
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
    let master = Rc::new(RefCell::new(Master::new((kind.open)(place.as_deref())?)?));
    let stores = vm.state::<Stores>();
    stores.clones.remove(name);
    stores.masters.insert(name.to_owned(), master.clone());
    stores.open.insert(name.to_owned());
    Ok(Handle { name: name.to_owned(), master: Some(master) })
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
