//! What this node says about itself to others, and what it wants to hear.
//!
//! There is no network yet: the endpoint has no peers. What is subscribed and published automatically is kept for the
//! time when it has.

use std::collections::{BTreeMap, BTreeSet};

use crate::vm::Vm;

/// This node's endpoint.
#[derive(Default)]
pub struct Endpoint {
    id: Option<String>,
    /// Prefixes of topics.
    pub subscriptions: BTreeSet<String>,
    /// Prefixes whose messages are passed on to other peers.
    pub forwarded: BTreeSet<String>,
    /// Topics to which events are published when they are raised, by the event's name.
    pub auto_published: BTreeMap<String, BTreeSet<String>>,
    told_of_no_network: bool,
}

impl Endpoint {
    /// For what would need sockets: says once a run that there are none.
    pub fn tell_of_no_network(vm: &mut Vm) {
        if !std::mem::replace(&mut vm.state::<Endpoint>().told_of_no_network, true) {
            vm.warning_without_place("networking is not part of this build yet: this node neither listens nor dials");
        }
    }

    /// The id of this node: a random UUID, made when first asked for.
    pub fn id(vm: &mut Vm) -> String {
        if let Some(id) = &vm.state::<Endpoint>().id {
            return id.clone();
        }
        let mut bytes = [0; 16];
        vm.host.entropy(&mut bytes);
        let id = uuid(bytes);
        vm.state::<Endpoint>().id = Some(id.clone());
        id
    }
}

/// Random bytes as a UUID of version 4.
fn uuid(bytes: [u8; 16]) -> String {
    const VERSION: u128 = 0xf << 76;
    const VARIANT: u128 = 0x3 << 62;
    let bits = u128::from_be_bytes(bytes) & !VERSION & !VARIANT | 4 << 76 | 2 << 62;
    let digits = format!("{bits:032x}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn ids_are_uuids() {
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    }
}
