//! The natives of the cluster framework that send, under the names that Zeek added to it.

use std::rc::Rc;

use super::broker_messages::{Publisher, event_parts, publish};
use super::results::type_named;
use crate::value::{RecordObject, Text, Value, VectorObject};
use crate::vm::{Raise, Rest, Vm, natives};

/// A record `Cluster::Event` out of an event and its arguments. Where they do not fit that is reported, and the
/// record's fields stay unset.
fn make_event(vm: &mut Vm, values: &[Value]) -> Result<Value, Raise> {
    let ty = type_named(vm, "Cluster::Event")?;
    let of_arguments = ty.as_record().and_then(|record| record.field(1)).map(|field| field.ty);
    let of_arguments = of_arguments.ok_or_else(|| Raise::error("type Cluster::Event has no arguments"))?;
    let record = Rc::new(RecordObject::new(ty, vec![Value::Unset, Value::Unset]));
    match (event_parts(vm, values)?, values.split_first()) {
        (Ok(_), Some((event, arguments))) => {
            record.set(0, event.clone());
            record.set(1, Value::Vector(Rc::new(VectorObject::new(of_arguments, arguments.to_vec()))));
        }
        (Err(message), _) => vm.builtin_error(message),
        (Ok(_), None) => {}
    }
    Ok(Value::Record(record))
}

natives! {
    /// Makes a record that stands for an event with its arguments, for `Cluster::publish`.
    fn "Cluster::make_event" = "function(va_args: any): Cluster::Event";
    |vm, values: Rest<'_>| -> Value {
        make_event(vm, values.0)
    }

    /// Publishes an event to a topic: the event itself followed by its arguments, or what `Cluster::make_event` or
    /// `Broker::make_event` made.
    fn "Cluster::publish" = "function(va_args: any): bool";
    |vm, values: Rest<'_>| -> bool {
        match values.0.split_first() {
            Some((Value::String(topic), arguments)) => publish(vm, topic, arguments, Publisher::Cluster),
            _ => Err(Raise::error("Cluster::publish takes a topic first")),
        }
    }

    /// Takes the id under which this node joins the others. It joins by itself, so this has nothing left to do.
    #[example("Cluster::Backend::__init(\"a\")", "T")]
    fn "Cluster::Backend::__init" = "function(nid: string): bool";
    |_vm, _nid: Rc<Text>| -> bool {
        Ok(true)
    }

    /// Tells whether the event being handled came from another node.
    #[example("is_remote_event()", "F")]
    fn "is_remote_event" = "function(): bool";
    |vm| -> bool {
        Ok(vm.is_remote_event())
    }
}
