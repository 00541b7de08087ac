//! Ports: their number, their protocol, their text.

use std::rc::Rc;

use super::results::{type_named, without_zeros};
use crate::value::convert::parse_port;
use crate::value::{Protocol, Text};
use crate::vm::{EnumValue, Port, Raise, Vm, natives};

/// A port of Bro's: numbers that do not fit are 0, with a warning.
fn port(vm: &mut Vm, number: u32, protocol: Protocol) -> Port {
    Port(
        u16::try_from(number).unwrap_or_else(|_| {
            vm.warning_without_place(format!("bad port number {}", number as i32));
            0
        }),
        protocol,
    )
}

fn protocol_of(number: i32) -> Protocol {
    match number {
        1 => Protocol::Tcp,
        2 => Protocol::Udp,
        3 => Protocol::Icmp,
        _ => Protocol::Unknown,
    }
}

natives! {
    /// Gives the number of a port.
    #[example("port_to_count(80/tcp)", "80")]
    fn "port_to_count" = "function(p: port): count";
    |_vm, p: Port| -> u64 {
        Ok(u64::from(p.0))
    }

    /// Gives the port of this number and protocol.
    #[example("count_to_port(53, udp)", "53/udp")]
    fn "count_to_port" = "function(num: count, proto: transport_proto): port";
    |vm, num: u64, proto: EnumValue| -> Port {
        Ok(port(vm, num as u32, protocol_of(proto.0)))
    }

    /// Gives the port that `s` names: a number, a slash, and `tcp`, `udp` or `icmp`.
    #[example("to_port(\"53/udp\")", "53/udp")]
    fn "to_port" = "function(s: string): port";
    |vm, s: Rc<Text>| -> Port {
        let (number, protocol) = match parse_port(without_zeros(vm, &s)) {
            Ok(parts) => parts,
            Err(number) => {
                vm.builtin_error(r"wrong port format, must be /[0-9]{1,5}\/(tcp|udp|icmp)/");
                (number, Protocol::Unknown)
            }
        };
        Ok(port(vm, number as u32, protocol))
    }

    /// Gives the protocol of a port.
    #[example("get_port_transport_proto(53/udp)", "udp")]
    fn "get_port_transport_proto" = "function(p: port): transport_proto";
    |vm, p: Port| -> EnumValue {
        let ty = type_named(vm, "transport_proto")?;
        let names = ty.as_enum().ok_or_else(|| Raise::error("transport_proto is no enum"))?;
        let number = match p.1 {
            Protocol::Unknown => 0,
            Protocol::Tcp => 1,
            Protocol::Udp => 2,
            Protocol::Icmp => 3,
        };
        Ok(EnumValue(number, names.clone()))
    }

    /// Tells whether a port's protocol is TCP.
    #[example("is_tcp_port(80/tcp)", "T")]
    fn "is_tcp_port" = "function(p: port): bool";
    |_vm, p: Port| -> bool {
        Ok(p.1 == Protocol::Tcp)
    }

    /// Tells whether a port's protocol is UDP.
    #[example("is_udp_port(80/tcp)", "F")]
    fn "is_udp_port" = "function(p: port): bool";
    |_vm, p: Port| -> bool {
        Ok(p.1 == Protocol::Udp)
    }

    /// Tells whether a port's protocol is ICMP.
    #[example("is_icmp_port(8/icmp)", "T")]
    fn "is_icmp_port" = "function(p: port): bool";
    |_vm, p: Port| -> bool {
        Ok(p.1 == Protocol::Icmp)
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;
    use crate::value::Value;

    #[test]
    fn texts_that_are_no_ports() {
        let mut natives = Natives::new();
        for (text, port, message) in [
            ("80/tcp", "80/tcp", ""),
            ("80", "80/unknown", "error: wrong port format, must be /[0-9]{1,5}\\/(tcp|udp|icmp)/\n"),
            ("70000/tcp", "0/tcp", "warning: bad port number 70000\n"),
            ("-1/udp", "0/udp", "warning: bad port number -1\n"),
        ] {
            assert_eq!(natives.text("to_port", &[Value::string(text)]), port);
            assert_eq!(natives.messages(), message);
        }
    }
}
