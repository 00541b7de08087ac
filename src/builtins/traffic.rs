//! What can be asked about traffic and about the time before Broker, and has an answer where there is neither.

use std::rc::Rc;

use super::results::record_named;
use crate::syntax::ast::Protocol;
use crate::value::{Address, Text, Value};
use crate::vm::{EnumValue, Raise, Vm, natives};

/// What has been said, or asked for, once.
#[derive(Default)]
struct Once {
    suspended: bool,
    location: bool,
    number: bool,
}

/// The peer that stands for this process itself.
fn own_peer(vm: &mut Vm) -> Result<Value, Raise> {
    let description = vm.global_by_name("peer_description").unwrap_or_else(|| Value::string(""));
    let fields = [
        ("id", Value::Count(0)),
        ("host", Value::Addr4(0x7f00_0001)),
        ("p", Value::Port(0, Protocol::Unknown)),
        ("is_local", Value::Bool(true)),
        ("descr", description),
    ];
    record_named(vm, "event_peer", &fields)
}

natives! {
    /// Tells whether traffic of a network interface is read. None is.
    #[example("reading_live_traffic()", "F")]
    fn "reading_live_traffic" = "function(): bool";
    |_vm| -> bool {
        Ok(false)
    }

    /// Tells whether traffic is read from a file. None is.
    #[example("reading_traces()", "F")]
    fn "reading_traces" = "function(): bool";
    |_vm| -> bool {
        Ok(false)
    }

    /// Gives the number of the analyzer that raised the current event: 0 for none.
    #[example("current_analyzer()", "0")]
    fn "current_analyzer" = "function(): count";
    |_vm| -> u64 {
        Ok(0)
    }

    /// Stops reading traffic until `continue_processing` is called.
    fn "suspend_processing" = "function(): any";
    |vm| -> () {
        vm.state::<Once>().suspended = true;
        Ok(())
    }

    /// Goes on reading traffic.
    fn "continue_processing" = "function(): any";
    |vm| -> () {
        vm.state::<Once>().suspended = false;
        Ok(())
    }

    /// Tells whether `suspend_processing` has stopped the reading of traffic.
    #[example("is_processing_suspended()", "F")]
    fn "is_processing_suspended" = "function(): bool";
    |vm| -> bool {
        Ok(vm.state::<Once>().suspended)
    }

    /// Gives the peer that raised the current event, among those of the communication before Broker: this process.
    #[example("get_event_peer()$is_local", "T")]
    fn "get_event_peer" = "function(): event_peer &deprecated";
    |vm| -> Value {
        own_peer(vm)
    }

    /// Gives this process as a peer of the communication before Broker.
    #[example("get_local_event_peer()$host", "127.0.0.1")]
    fn "get_local_event_peer" = "function(): event_peer &deprecated";
    |vm| -> Value {
        own_peer(vm)
    }

    /// Opens a file of places on earth. Like a Bro without that part, this cannot.
    #[example("mmdb_open_location_db(\"x.mmdb\")", "F")]
    fn "mmdb_open_location_db" = "function(f: string): bool";
    |_vm, _f: Rc<Text>| -> bool {
        Ok(false)
    }

    /// Opens a file of the numbers of autonomous systems. Like a Bro without that part, this cannot.
    #[example("mmdb_open_asn_db(\"x.mmdb\")", "F")]
    fn "mmdb_open_asn_db" = "function(f: string): bool";
    |_vm, _f: Rc<Text>| -> bool {
        Ok(false)
    }

    /// Gives the place on earth of an address: nothing is known of any. The first call reports that.
    fn "lookup_location" = "function(a: addr): geo_location";
    |vm, _a: Address| -> Value {
        if !std::mem::replace(&mut vm.state::<Once>().location, true) {
            vm.builtin_error("Bro was not configured for GeoIP support");
        }
        record_named(vm, "geo_location", &[])
    }

    /// Gives the number of the autonomous system of an address: 0, since none is known. The first call reports that.
    fn "lookup_asn" = "function(a: addr): count";
    |vm, _a: Address| -> u64 {
        if !std::mem::replace(&mut vm.state::<Once>().number, true) {
            vm.builtin_error("Bro was not configured for GeoIP ASN support");
        }
        Ok(0)
    }

    /// Keeps the first bits of an address where addresses are made anonymous. None are, so there is nothing to do.
    fn "preserve_prefix" = "function(a: addr, width: count): any";
    |_vm, _a: Address, _width: u64| -> () {
        Ok(())
    }

    /// Keeps a subnet where addresses are made anonymous. None are, so there is nothing to do.
    fn "preserve_subnet" = "function(a: subnet): any";
    |_vm, _a: crate::value::Subnet| -> () {
        Ok(())
    }

    /// Gives an address as it is shown: as it is, which is what Bro does where nothing else is asked for.
    #[example("anonymize_addr(10.0.0.1, ORIG_ADDR)", "10.0.0.1")]
    fn "anonymize_addr" = "function(a: addr, cl: IPAddrAnonymizationClass): addr";
    |vm, a: Address, _cl: EnumValue| -> Address {
        if !a.is_v4() {
            vm.builtin_error("anonymize_addr() not supported for IPv6 addresses");
            return Err(Raise::null());
        }
        Ok(a)
    }

    /// Tells whether analyzers can be written in Spicy. None can.
    #[example("have_spicy()", "F")]
    fn "have_spicy" = "function(): bool";
    |_vm| -> bool {
        Ok(false)
    }

    /// Tells whether there are analyzers written in Spicy. There are none.
    #[example("have_spicy_analyzers()", "F")]
    fn "have_spicy_analyzers" = "function(): bool";
    |_vm| -> bool {
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;
    use crate::value::Address;

    #[test]
    fn places_are_reported_once() {
        let mut natives = Natives::new();
        let address = Address::new([10, 0, 0, 1].into()).to_value();
        for _ in 0..2 {
            assert_eq!(natives.text("lookup_asn", std::slice::from_ref(&address)), "0");
        }
        assert_eq!(natives.messages(), "error: Bro was not configured for GeoIP ASN support\n");
    }

    #[test]
    fn suspending_is_remembered() {
        let mut natives = Natives::new();
        natives.call("suspend_processing", &[]).unwrap();
        assert_eq!(natives.text("is_processing_suspended", &[]), "T");
        natives.call("continue_processing", &[]).unwrap();
        assert_eq!(natives.text("is_processing_suspended", &[]), "F");
    }
}
