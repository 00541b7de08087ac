//! How opaque values travel: under a name, in a form that each kind has for itself.
//!
//! The kinds belong to their natives, so what this module knows of them is a table that it is handed.

use super::Unsupported;
use crate::types::{TypeKind, TypeRef};
use crate::value::{OpaqueObject, Value};
use crate::vm::Vm;
use crate::wire::Data;

/// How one kind of opaque value travels.
pub struct OpaqueForm {
    /// The name of the type in scripts.
    pub ty: &'static str,
    /// The name under which it travels, which is that of a class in Zeek.
    pub name: &'static str,
    pub pack: fn(&mut Vm, &OpaqueObject) -> Result<Data, Unsupported>,
    /// `None` where the data is no such value.
    pub unpack: fn(&mut Vm, &Data) -> Option<Value>,
}

#[derive(Default)]
struct Forms(&'static [&'static [OpaqueForm]]);

/// Lets opaque values of these kinds travel.
pub fn set_opaque_forms(vm: &mut Vm, forms: &'static [&'static [OpaqueForm]]) {
    vm.state::<Forms>().0 = forms;
}

fn form(vm: &mut Vm, ty: &TypeRef) -> Option<&'static OpaqueForm> {
    let TypeKind::Opaque(name) = &ty.kind else { return None };
    let forms = vm.state::<Forms>().0;
    forms.iter().copied().flatten().find(|form| form.ty == name.as_str())
}

pub(super) fn pack(vm: &mut Vm, object: &OpaqueObject) -> Result<Data, Unsupported> {
    let form = form(vm, &object.ty).ok_or_else(|| Unsupported::ty("opaque"))?;
    Ok(Data::Vector(vec![Data::string(form.name), (form.pack)(vm, object)?]))
}

pub(super) fn unpack(vm: &mut Vm, data: &[Data], ty: &TypeRef) -> Option<Value> {
    let form = form(vm, ty)?;
    match data {
        [Data::String(name), payload] if name.as_slice() == form.name.as_bytes() => (form.unpack)(vm, payload),
        _ => None,
    }
}
