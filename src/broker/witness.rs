//! Somebody who is told of the records of logs that leave this node and that are written here, to see whether any is
//! lost on the way. Without a witness nothing is looked at.

use std::cell::RefCell;
use std::rc::Rc;

use crate::vm::Vm;
use crate::wire::{EndpointId, LogPlace, LogType, LogValue, encode_record};

/// Is told of records: by the name of their log, and by their bytes.
pub trait Witness {
    /// This node has handed over a record to be written elsewhere: by one logger and no other, or by all that are there.
    fn handed_over(&mut self, log: &str, record: &[u8], for_one: bool);

    /// This node has written a record of another one.
    fn wrote(&mut self, from: EndpointId, log: &str, record: &[u8]);
}

#[derive(Default)]
struct Place(Option<Rc<RefCell<dyn Witness>>>);

/// Has somebody told of records.
pub fn set_witness(vm: &mut Vm, witness: Rc<RefCell<dyn Witness>>) {
    vm.state::<Place>().0 = Some(witness);
}

fn log_name(place: &LogPlace<'_>) -> String {
    format!("{} at {}", String::from_utf8_lossy(place.stream), String::from_utf8_lossy(place.path))
}

pub(super) fn handed_over(
    vm: &mut Vm,
    place: &LogPlace<'_>,
    types: impl ExactSizeIterator<Item = LogType>,
    values: &[LogValue],
    for_one: bool,
) {
    let Some(witness) = vm.state::<Place>().0.clone() else { return };
    let log = log_name(place);
    let mut record = Vec::new();
    encode_record(types, values, &mut record);
    witness.borrow_mut().handed_over(&log, &record, for_one);
}

pub(super) fn wrote(vm: &mut Vm, from: EndpointId, place: &LogPlace<'_>, record: &[u8]) {
    if let Some(witness) = vm.state::<Place>().0.clone() {
        witness.borrow_mut().wrote(from, &log_name(place), record);
    }
}
