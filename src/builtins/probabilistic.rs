//! What probabilistic structures share: how values become keys, and the types they hold.

pub(super) mod bloom;
pub(super) mod cardinality;
mod hasher;
pub(super) mod topk;

use super::hashing::{Form, binary};
use crate::types::TypeRef;
use crate::types::assign::same_type;
use crate::value::{Protocol, Value};

/// The bytes that stand for a value: those that Bro hashes for values of simple types, and for others a binary form.
fn key(value: &Value) -> Vec<u8> {
    let word = |bits: u64| bits.to_le_bytes().to_vec();
    match value {
        Value::Bool(flag) => word(u64::from(*flag)),
        Value::Int(number) => word(*number as u64),
        Value::Count(number) => word(*number),
        Value::Enum(number, _) => word(i64::from(*number) as u64),
        Value::Port(number, protocol) => word(u64::from(*number) | space(*protocol)),
        Value::Double(number) | Value::Time(number) | Value::Interval(number) => word(number.to_bits()),
        Value::String(text) => text.as_bytes().to_vec(),
        Value::Addr4(_) | Value::Addr6(_) => {
            value.as_address().map(|address| address.bytes().to_vec()).unwrap_or_default()
        }
        Value::Subnet4(..) | Value::Subnet6(_) => value
            .as_subnet()
            .map(|net| {
                let mut bytes = net.prefix.bytes().to_vec();
                bytes.extend_from_slice(&u32::from(net.width).to_le_bytes());
                bytes
            })
            .unwrap_or_default(),
        _ => binary(value, Form::Bro),
    }
}

/// Bro holds a port as one number with the protocol above it.
fn space(protocol: Protocol) -> u64 {
    match protocol {
        Protocol::Unknown => 0,
        Protocol::Tcp => 0x1_0000,
        Protocol::Udp => 0x2_0000,
        Protocol::Icmp => 0x3_0000,
    }
}

/// The type of the values in a structure: that of the first one.
#[derive(Clone, Default)]
struct Held(Option<TypeRef>);

impl Held {
    /// Takes the type where there is none yet. False where it is another one.
    fn accept(&mut self, value: &Value) -> bool {
        let ty = value.type_of();
        same_type(self.0.get_or_insert_with(|| ty.clone()), &ty, false)
    }

    fn is_same(&self, value: &Value) -> bool {
        self.0.as_ref().is_some_and(|held| same_type(held, &value.type_of(), false))
    }

    /// Whether two structures can hold the same values; one without a type can hold all.
    fn fits(&self, other: &Held) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(two)) => same_type(one, two, false),
            _ => true,
        }
    }
}
