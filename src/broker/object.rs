//! Broker's data as a script value: `opaque of Broker::Data`, and the record `Broker::Data` around it.

use std::rc::Rc;

use super::values::from_data;
use crate::types::{Type, TypeRef};
use crate::value::{Opaque, OpaqueObject, RecordObject, Value};
use crate::vm::{Raise, Vm};
use crate::wire::Data;

struct DataValue(Data);

impl Opaque for DataValue {
    fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
        Some(Box::new(DataValue(self.0.clone())))
    }

    fn describe(&self) -> Option<String> {
        Some(format!("broker::data{{{}}}", String::from_utf8_lossy(&self.0.to_text())))
    }
}

/// The opaque value of data.
pub fn data_value(vm: &mut Vm, data: Data) -> Value {
    // Whoever has such a value may cast it.
    vm.set_cast_data(cast);
    Value::Opaque(Rc::new(OpaqueObject::new(Type::opaque("Broker::Data"), DataValue(data))))
}

/// The data of an opaque value, where it is one of data.
pub fn take_data(object: &OpaqueObject) -> Option<Data> {
    object.with(|value: &mut DataValue| value.0.clone())
}

fn data_type(vm: &Vm) -> Result<TypeRef, Raise> {
    let declared = vm.program.find("Broker::Data".into()).map(|id| vm.program.global(id).ty.clone());
    declared.ok_or_else(|| Raise::error("type Broker::Data is not declared"))
}

/// A record `Broker::Data`, empty where there is no data.
pub fn record_data(vm: &mut Vm, data: Option<Data>) -> Result<Value, Raise> {
    let ty = data_type(vm)?;
    let fields = data.map(|data| vec![data_value(vm, data)]).unwrap_or_default();
    Ok(Value::Record(Rc::new(RecordObject::new(ty, fields))))
}

/// A record `Broker::Data` around data.
pub fn data_record(vm: &mut Vm, data: Data) -> Result<Value, Raise> {
    record_data(vm, Some(data))
}

/// Works on the data in a record `Broker::Data`.
pub fn with_data<R>(record: &RecordObject, work: impl FnOnce(&mut Data) -> R) -> Result<R, Raise> {
    let unset = || Raise::run_time("Broker::Data's opaque field is not set");
    let Value::Opaque(object) = record.get(0) else { return Err(unset()) };
    object.with(|value: &mut DataValue| work(&mut value.0)).ok_or_else(unset)
}

/// `as` on data, or on the record around it.
pub fn cast(vm: &mut Vm, value: &Value, ty: &TypeRef) -> Option<Value> {
    let data = match value {
        Value::Opaque(object) => take_data(object)?,
        Value::Record(record) => with_data(record, |data| data.clone()).ok()?,
        _ => return None,
    };
    from_data(vm, &data, ty).ok().flatten()
}
