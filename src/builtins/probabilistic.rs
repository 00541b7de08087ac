//! What probabilistic structures share: how values become keys, and the types they hold.

pub(super) mod bloom;
pub(super) mod cardinality;
mod hasher;
pub(super) mod topk;

use super::hashing::{Form, binary, number_of};
use super::results::type_named;
use crate::broker::OpaqueForm;
use crate::types::assign::same_type;
use crate::types::{Type, TypeRef, TypeTag};
use crate::value::{Protocol, Value};
use crate::vm::Vm;
use crate::wire::Data;

/// How they travel.
pub(super) const FORMS: &[OpaqueForm] = &[bloom::FORM, cardinality::FORM, topk::FORM];

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

    /// The type as it travels: none, the name of one that scripts declare, or the number of a simple one.
    fn pack(&self) -> Data {
        let Some(ty) = &self.0 else { return Data::None };
        let is_simple = !matches!(
            ty.tag(),
            TypeTag::Record | TypeTag::Table | TypeTag::Vector | TypeTag::Func | TypeTag::Opaque | TypeTag::Any
        );
        Data::Vector(match ty.name() {
            Some(name) if !is_simple => vec![Data::Bool(true), Data::string(name.as_str())],
            _ => vec![Data::Bool(false), Data::Count(number_of(Form::Zeek, ty) as u64)],
        })
    }

    fn unpack(vm: &mut Vm, data: &Data) -> Option<Held> {
        let Data::Vector(parts) = data else { return (*data == Data::None).then(Held::default) };
        let ty = match parts.as_slice() {
            [Data::Bool(true), Data::String(name)] => type_named(vm, std::str::from_utf8(name).ok()?).ok()?,
            [Data::Bool(false), Data::Count(number)] => {
                let simple = [
                    Type::bool(),
                    Type::int(),
                    Type::count(),
                    Type::double(),
                    Type::time(),
                    Type::interval(),
                    Type::string(),
                    Type::pattern(),
                    Type::port(),
                    Type::addr(),
                    Type::subnet(),
                ];
                simple.into_iter().find(|ty| number_of(Form::Zeek, ty) as u64 == *number)?
            }
            _ => return None,
        };
        Some(Held(Some(ty)))
    }

    /// Whether two structures can hold the same values; one without a type can hold all.
    fn fits(&self, other: &Held) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(two)) => same_type(one, two, false),
            _ => true,
        }
    }
}
