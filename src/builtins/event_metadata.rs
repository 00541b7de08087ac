//! What goes with an event beside its arguments, for scripts.

use std::rc::Rc;

use super::results::type_named;
use crate::broker::metadata::register;
use crate::value::{RecordObject, Value, VectorObject};
use crate::vm::natives;

fn number_of(id: &Value) -> Option<u64> {
    match id {
        Value::Enum(number, _) => u64::try_from(*number).ok(),
        _ => None,
    }
}

natives! {
    /// Gives the network time at which the event that is handled was raised, or for which it was scheduled; a negative
    /// time where it carries none, see `EventMetadata::add_network_timestamp`.
    #[example("current_event_time() < double_to_time(0.0)", "T")]
    fn "current_event_time" = "function(): time";
    |vm| -> Value {
        Ok(Value::Time(vm.event_time().unwrap_or(-1.0)))
    }

    /// Tells the type of something that can go with events. F where it has another type already, or where values of that
    /// type cannot travel.
    #[example("EventMetadata::register(EventMetadata::NETWORK_TIMESTAMP, time)", "T")]
    #[example("EventMetadata::register(EventMetadata::NETWORK_TIMESTAMP, count)", "F")]
    fn "EventMetadata::register" = "function(id: EventMetadata::ID, t: any): bool";
    |vm, id: Value, t: Value| -> bool {
        let Value::Type(ty) = t else {
            vm.builtin_error("register_event_metadata() expects type");
            return Ok(false);
        };
        let Some(number) = number_of(&id) else { return Ok(false) };
        Ok(register(vm, number, ty))
    }

    /// Gives the values of one kind that go with the event that is handled.
    #[example("|EventMetadata::current(EventMetadata::NETWORK_TIMESTAMP)|", "0")]
    fn "EventMetadata::current" = "function(id: EventMetadata::ID): any_vec";
    |vm, id: Value| -> Value {
        let ty = type_named(vm, "any_vec")?;
        let metadata = vm.event_metadata().into_iter().flat_map(|metadata| metadata.iter());
        let asked = number_of(&id);
        let values = metadata.filter(|(number, _)| asked == Some(*number)).map(|(_, value)| value.clone());
        let values = values.collect();
        Ok(Value::Vector(Rc::new(VectorObject::new(ty, values))))
    }

    /// Gives all that goes with the event that is handled.
    #[example("|EventMetadata::current_all()|", "0")]
    fn "EventMetadata::current_all" = "function(): event_metadata_vec";
    |vm| -> Value {
        let (ty, entry) = (type_named(vm, "event_metadata_vec")?, type_named(vm, "EventMetadata::Entry")?);
        let id = type_named(vm, "EventMetadata::ID")?;
        let metadata = vm.event_metadata().into_iter().flat_map(|metadata| metadata.iter());
        let entries = metadata.filter_map(|(number, value)| {
            let id = Value::Enum(i32::try_from(*number).ok()?, id.as_enum()?.clone());
            Some(Value::Record(Rc::new(RecordObject::new(entry.clone(), vec![id, value.clone()]))))
        });
        let entries = entries.collect();
        Ok(Value::Vector(Rc::new(VectorObject::new(ty, entries))))
    }
}
