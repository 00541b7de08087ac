//! Data as text, as Broker shows it: `{a -> 1, b -> 2}`.

use std::net::Ipv6Addr;

use super::Data;
use crate::value::numbers::address_text;
use crate::value::{Address, Subnet};

/// A text longer than this ends early: shared parts cannot multiply here, but data can be large.
const MAX_TEXT: usize = 1 << 28;

impl Data {
    /// The bytes of Broker's text.
    pub fn to_text(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    // Data is never nested deeper than decoding and conversion allow.
    fn write(&self, out: &mut Vec<u8>) {
        if out.len() > MAX_TEXT {
            return;
        }
        let text = match self {
            Data::None => "nil".to_owned(),
            Data::Bool(flag) => (if *flag { "T" } else { "F" }).to_owned(),
            Data::Count(number) => number.to_string(),
            Data::Integer(number) => number.to_string(),
            Data::Real(number) => real_text(number.0),
            Data::String(text) | Data::Enum(text) => return out.extend_from_slice(text),
            Data::Address(bytes) => address_text(address(*bytes)),
            Data::Subnet(bytes, width) => {
                let address = address(*bytes);
                let width = if address.is_v4() { width.saturating_sub(96) } else { *width };
                let net = Subnet { prefix: address, width };
                crate::value::numbers::subnet_text(net)
            }
            Data::Port(number, protocol) => {
                let protocol = match protocol {
                    1 => "tcp",
                    2 => "udp",
                    3 => "icmp",
                    _ => "?",
                };
                format!("{number}/{protocol}")
            }
            Data::Timestamp(nanoseconds) | Data::Timespan(nanoseconds) => format!("{nanoseconds}ns"),
            Data::Set(elements) => return list(out, b"{", b"}", elements, Data::write),
            Data::Vector(elements) => return list(out, b"[", b"]", elements, Data::write),
            Data::Table(entries) => {
                return list(out, b"{", b"}", entries, |(key, value), out| {
                    key.write(out);
                    out.extend_from_slice(b" -> ");
                    value.write(out);
                });
            }
        };
        out.extend_from_slice(text.as_bytes());
    }
}

fn address(bytes: [u8; 16]) -> Address {
    Address::new(Ipv6Addr::from(bytes).into())
}

fn real_text(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    format!("{number:.6}")
}

fn list<T>(
    out: &mut Vec<u8>,
    open: &[u8],
    close: &[u8],
    elements: impl IntoIterator<Item = T>,
    mut write: impl FnMut(T, &mut Vec<u8>),
) {
    out.extend_from_slice(open);
    for (place, element) in elements.into_iter().enumerate() {
        if place > 0 {
            out.extend_from_slice(b", ");
        }
        write(element, out);
    }
    out.extend_from_slice(close);
}

#[cfg(test)]
mod tests {
    use crate::wire::{Data, Real};

    fn text(data: &Data) -> String {
        String::from_utf8(data.to_text()).unwrap()
    }

    #[test]
    fn data_reads_as_in_broker() {
        let mut v4 = [0; 16];
        v4[10..].copy_from_slice(&[255, 255, 10, 0, 0, 0]);
        let ports = [Data::Port(1, 1), Data::Port(53, 2), Data::Port(0, 0)];
        for (data, expected) in [
            (Data::None, "nil"),
            (Data::Bool(true), "T"),
            (Data::Integer(-5), "-5"),
            (Data::Real(Real(1.5)), "1.500000"),
            (Data::string("a b"), "a b"),
            (Data::Address(v4), "10.0.0.0"),
            (Data::Subnet(v4, 104), "10.0.0.0/8"),
            (Data::Vector(ports.to_vec()), "[1/tcp, 53/udp, 0/?]"),
            (Data::Timespan(1_500_000_000), "1500000000ns"),
            (Data::Enum(b"Conn::LOG".to_vec()), "Conn::LOG"),
            (Data::Set([Data::string("y"), Data::string("x")].into()), "{x, y}"),
            (Data::Table([(Data::string("a"), Data::Count(1))].into()), "{a -> 1}"),
            (Data::Vector(Vec::new()), "[]"),
        ] {
            assert_eq!(text(&data), expected);
        }
    }
}
