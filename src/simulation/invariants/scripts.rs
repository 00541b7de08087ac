//! What scripts of the cluster framework know, read from a node's globals.

use std::rc::Rc;

use crate::engine::Engine;
use crate::value::{RecordObject, Value};

/// A field of a record, by its name.
pub(super) fn field(record: &RecordObject, name: &str) -> Option<Value> {
    let offset = record.record_type()?.offset(name.into())?;
    Some(record.get(offset)).filter(Value::is_set)
}

pub(super) fn record(value: &Value) -> Option<Rc<RecordObject>> {
    if let Value::Record(record) = value { Some(record.clone()) } else { None }
}

/// A text of a record.
pub(super) fn text(record: &RecordObject, name: &str) -> Option<String> {
    Some(String::from_utf8_lossy(field(record, name)?.as_bytes()?).into_owned())
}

/// A number of a record.
pub(super) fn count(record: &RecordObject, name: &str) -> Option<u64> {
    if let Value::Count(count) = field(record, name)? { Some(count) } else { None }
}

/// Whether a node of the layout is a worker, as this node has it.
pub(super) fn is_worker(engine: &Engine, name: &str) -> bool {
    let Some(Value::Table(nodes)) = engine.vm.global_by_name("Cluster::nodes") else { return false };
    let node_type =
        nodes.get(&[Value::string(name)]).as_ref().and_then(record).and_then(|node| field(&node, "node_type"));
    match (node_type, engine.vm.global_by_name("Cluster::WORKER")) {
        (Some(Value::Enum(number, _)), Some(Value::Enum(worker, _))) => number == worker,
        _ => false,
    }
}
