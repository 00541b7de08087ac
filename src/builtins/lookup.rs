//! Names of hosts and their addresses.

use std::net::IpAddr;
use std::rc::Rc;

use md5::{Digest, Md5};

use crate::types::Type;
use crate::value::{Address, TableObject, Text, Value};
use crate::vm::{Vm, natives};

/// How many questions were asked, and what became of them.
#[derive(Clone, Copy, Default)]
pub(super) struct LookupCounts {
    pub(super) requests: u64,
    pub(super) successful: u64,
    pub(super) failed: u64,
}

/// Whether answers are made up, so that tests need no network: what `BRO_DNS_FAKE` asks for.
fn is_fake(vm: &Vm) -> bool {
    vm.variable("ZEEK_DNS_FAKE").is_some()
}

/// The address that is made up for a name.
fn fake_address(name: &[u8]) -> Address {
    let bytes: [u8; 16] = Md5::digest(name).into();
    Address::new(IpAddr::from(bytes))
}

/// A `set[addr]`.
fn address_set(addresses: impl IntoIterator<Item = Address>) -> Value {
    let set = TableObject::new(Type::set(vec![Type::addr()]));
    for address in addresses {
        set.insert(&[address.to_value()], Value::Unset);
    }
    Value::Table(Rc::new(set))
}

natives! {
    /// Gives the addresses of a host, waiting for the answer. For use while scripts are loaded; later `lookup_hostname`
    /// does not keep everything else waiting.
    #[example("127.0.0.1 in blocking_lookup_hostname(\"127.0.0.1\")", "T")]
    fn "blocking_lookup_hostname" = "function(host: string): set[addr]";
    |vm, host: Rc<Text>| -> Value {
        if is_fake(vm) {
            return Ok(address_set([fake_address(host.as_bytes())]));
        }
        let name = host.to_lossy();
        let found = vm.host.resolve(&name);
        let counts = vm.state::<LookupCounts>();
        counts.requests += 1;
        if found.is_empty() {
            counts.failed += 1;
            vm.warning_without_place(format!("no such host: {name}"));
        } else {
            counts.successful += 1;
        }
        Ok(address_set(found.into_iter().map(Address::new)))
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::bench::Bench;
    use crate::value::Value;
    use crate::vm::{Host, MemoryHost};

    #[test]
    fn answers_can_be_made_up() {
        let mut host = MemoryHost::new();
        host.set_variable("BRO_DNS_FAKE", "1");
        let mut bench = Bench::with_host(host);
        let text = bench.text("blocking_lookup_hostname", &[Value::string("bro.org")]);
        assert_eq!(text, "{\n\t741c:6de3:f86c:1aff:b8db:7f10:f27e:91ef\n}");
    }

    #[test]
    fn a_name_has_addresses_or_not() {
        let mut host = MemoryHost::new();
        host.names.insert("a.b".into(), vec!["10.0.0.1".parse().unwrap()]);
        let mut bench = Bench::with_host(host);
        assert_eq!(bench.text("blocking_lookup_hostname", &[Value::string("a.b")]), "{\n\t10.0.0.1\n}");
        assert_eq!(bench.text("blocking_lookup_hostname", &[Value::string("c.d")]), "{\n\n}");
        assert_eq!(bench.reports(), ["warning: no such host: c.d"]);
    }
}
