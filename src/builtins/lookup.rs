//! Names of hosts and their addresses.

use std::net::IpAddr;
use std::rc::Rc;

use md5::{Digest, Md5};
use rustc_hash::FxHashMap;

use crate::types::Type;
use crate::value::numbers::address_text;
use crate::value::{Address, TableObject, Text, Value};
use crate::vm::{Lookup, LookupAnswer, LookupId, Raise, Ticket, Vm, natives};

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

/// Questions whose answers are still to come.
#[derive(Default)]
struct Waiting {
    last: u64,
    tickets: FxHashMap<LookupId, (Ticket, Question)>,
}

/// What an answer is for.
#[derive(Clone, Copy)]
enum Question {
    /// A name or a text.
    Text,
    Addresses,
}

impl Question {
    fn value(self, answer: LookupAnswer) -> Value {
        match (self, answer) {
            (Question::Text, LookupAnswer::Text(text)) => Value::string(text),
            (Question::Text, _) => Value::string("<???>"),
            (Question::Addresses, LookupAnswer::Addresses(all)) => address_set(all.into_iter().map(Address::new)),
            (Question::Addresses, _) => address_set([Address::new(IpAddr::from([0, 0, 0, 0]))]),
        }
    }
}

/// Asks a question inside the condition of a `when`; the condition goes on when the answer is there.
fn ask(vm: &mut Vm, name: &str, lookup: Lookup, fake: Value) -> Result<Value, Raise> {
    let Some(ticket) = vm.suspend() else {
        vm.builtin_error(format!("{name}() can only be called inside a when-condition"));
        return Ok(Value::string("<error>"));
    };
    if is_fake(vm) {
        vm.complete(ticket, fake);
        return Err(Raise::pending());
    }
    let question = if matches!(lookup, Lookup::Name(_)) { Question::Addresses } else { Question::Text };
    vm.state::<LookupCounts>().requests += 1;
    let waiting = vm.state::<Waiting>();
    waiting.last += 1;
    let id = LookupId(waiting.last);
    waiting.tickets.insert(id, (ticket, question));
    vm.host.begin_lookup(id, lookup);
    Err(Raise::pending())
}

/// Takes the answers that came.
pub(super) fn poll(vm: &mut Vm) {
    if vm.state::<Waiting>().tickets.is_empty() {
        return;
    }
    for (id, answer) in vm.host.answers() {
        let counts = vm.state::<LookupCounts>();
        match answer {
            LookupAnswer::Failed => counts.failed += 1,
            _ => counts.successful += 1,
        }
        if let Some((ticket, question)) = vm.state::<Waiting>().tickets.remove(&id) {
            vm.complete(ticket, question.value(answer));
        }
    }
}

natives! {
    /// Gives the name of an address, inside the condition of a `when`; `<???>` where it has none.
    fn "lookup_addr" = "function(host: addr): string";
    |vm, host: Address| -> Value {
        let fake = format!("fake_addr_lookup_result_{}", address_text(host));
        ask(vm, "lookup_addr", Lookup::Address(host.0), Value::string(fake))
    }

    /// Gives the text record of a name, inside the condition of a `when`; `<???>` where it has none.
    fn "lookup_hostname_txt" = "function(host: string): string";
    |vm, host: Rc<Text>| -> Value {
        let name = host.to_lossy();
        let fake = format!("fake_text_lookup_result_{name}");
        ask(vm, "lookup_hostname_txt", Lookup::Text(name.into_owned()), Value::string(fake))
    }

    /// Gives the addresses of a name, inside the condition of a `when`; 0.0.0.0 alone where it has none.
    fn "lookup_hostname" = "function(host: string): set[addr]";
    |vm, host: Rc<Text>| -> Value {
        let fake = address_set([fake_address(host.as_bytes())]);
        ask(vm, "lookup_hostname", Lookup::Name(host.to_lossy().into_owned()), fake)
    }

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
