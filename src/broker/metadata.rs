//! What goes with an event beside its arguments: the time at which it was raised, and what other nodes add.
//!
//! Only what has a type is kept of what comes from other nodes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{from_data, to_data};
use crate::types::assign::same_type;
use crate::types::{Type, TypeKind, TypeRef, TypeTag};
use crate::value::Value;
use crate::vm::{NETWORK_TIMESTAMP, Stamps, Vm};
use crate::wire::Data;

/// The types of what can go with events, by number.
struct Registered(BTreeMap<u64, TypeRef>);

impl Default for Registered {
    fn default() -> Self {
        Registered(BTreeMap::from([(NETWORK_TIMESTAMP, Type::time())]))
    }
}

fn is_set(vm: &Vm, name: &str) -> bool {
    matches!(vm.global_by_name(name), Some(Value::Bool(true)))
}

/// Lets events carry times from now on if scripts have it set so.
pub fn begin(vm: &mut Vm) {
    let add = is_set(vm, "EventMetadata::add_network_timestamp");
    let add_missing = is_set(vm, "EventMetadata::add_missing_remote_network_timestamp");
    if add_missing && !add {
        vm.warning_without_place(
            "Setting EventMetadata::add_missing_remote_network_timestamp is only valid together with \
             EventMetadata::add_network_timestamp",
        );
    }
    vm.stamp_events(match (add, add_missing) {
        (false, _) => Stamps::None,
        (true, false) => Stamps::Local,
        (true, true) => Stamps::All,
    });
}

/// What of the metadata of another node's event is known here, as values.
pub fn known(vm: &mut Vm, metadata: Option<Vec<(u64, Data)>>) -> Vec<(u64, Value)> {
    let mut values = Vec::new();
    for (number, data) in metadata.into_iter().flatten() {
        let Some(ty) = vm.state::<Registered>().0.get(&number).cloned() else { continue };
        match from_data(vm, &data, &ty) {
            Ok(Some(value)) => values.push((number, value)),
            _ => {
                let text = String::from_utf8_lossy(&data.to_text()).into_owned();
                vm.error_without_place(format!("failure converting metadata '{text}' to type {ty}"));
            }
        }
    }
    values
}

/// Whether values of a type can go with events: not what has no form in which it travels.
fn can_travel(ty: &TypeRef) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![ty.clone()];
    while let Some(ty) = open.pop() {
        if !seen.insert(Rc::as_ptr(&ty).addr()) {
            continue;
        }
        match &ty.kind {
            _ if matches!(ty.tag(), TypeTag::Any | TypeTag::Func | TypeTag::File | TypeTag::Opaque) => return false,
            TypeKind::Table { index, yields } => {
                open.extend(index.iter().cloned());
                open.extend(yields.iter().cloned());
            }
            TypeKind::Vector(element) => open.push(element.clone()),
            TypeKind::List(types) => open.extend(types.iter().cloned()),
            TypeKind::Record(record) => {
                record.with_fields(|fields| open.extend(fields.iter().map(|field| field.ty.clone())));
            }
            _ => {}
        }
    }
    true
}

/// Gives what can go with events under a number a type. False where it has another one already, or where values of that
/// type cannot travel.
pub fn register(vm: &mut Vm, number: u64, ty: TypeRef) -> bool {
    if let Some(known) = vm.state::<Registered>().0.get(&number) {
        return same_type(known, &ty, false);
    }
    let can_travel = can_travel(&ty);
    if can_travel {
        vm.state::<Registered>().0.insert(number, ty);
    }
    can_travel
}

/// What goes with an event that is published now: the time of the event that is handled.
pub fn outgoing(vm: &mut Vm) -> Vec<(u64, Data)> {
    let time = vm.time_to_publish().and_then(|time| to_data(vm, &Value::Time(time)).ok());
    time.map(|time| (NETWORK_TIMESTAMP, time)).into_iter().collect()
}
