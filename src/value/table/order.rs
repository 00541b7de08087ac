//! The order in which Bro 2.6 goes through a table.
//!
//! Tables here keep their entries in the order of insertion. Bro's order follows from its hash table and from the
//! secret it was started with; scripts that are run with a fixed seed file, as Bro's own tests are, can depend on it.
//! Once [`iterate_as_bro`] has been given the keyed hash, iterators lay the entries out as Bro's dictionary does and
//! follow that. Entries count in the order they have here: what was deleted in between leaves no trace.

use std::cell::RefCell;
use std::net::IpAddr;
use std::rc::Rc;

use super::TableIterator;
use crate::types::{TypeKind, TypeRef, TypeTag};
use crate::value::{Protocol, Value};

/// Bro's keyed hash of an index's bytes.
pub type KeyedHash = Rc<dyn Fn(&[u8]) -> u64>;

thread_local! {
    static HASH: RefCell<Option<KeyedHash>> = const { RefCell::new(None) };
}

/// Makes iteration on this thread follow Bro's order, or with `None` the order of insertion again.
pub fn iterate_as_bro(hash: Option<KeyedHash>) {
    HASH.set(hash);
}

/// The places of `keys` in Bro's order; `None` where the order of insertion holds.
pub(super) fn bro_order<'a>(ty: &TypeRef, keys: impl Iterator<Item = (usize, &'a [Value])>) -> Option<Box<[usize]>> {
    let hash = HASH.with_borrow(Clone::clone)?;
    let (columns, _) = ty.as_table()?;
    let mut dictionary = Dictionary::new();
    for (slot, key) in keys {
        dictionary.insert(slot, hash(&key_bytes(columns, key)));
    }
    Some(dictionary.into_order())
}

/// The size of a new dictionary, and how full it may be on average.
const FIRST_SIZE: usize = 16;
const DENSITY: usize = 3;
/// Entries moved at least when a dictionary grows, at each insertion.
const MOVED: isize = 8;
/// Above this Bro takes odd sizes for prime.
const LARGEST_PRIME: usize = 1000;

#[derive(Default)]
struct Buckets {
    chains: Vec<Vec<(usize, u64)>>,
    entries: usize,
}

impl Buckets {
    fn new(size: usize) -> Self {
        Buckets { chains: vec![Vec::new(); next_prime(size)], entries: 0 }
    }

    fn place(&self, hash: u64) -> usize {
        (hash % self.chains.len().max(1) as u64) as usize
    }
}

/// Bro's dictionary as far as its order goes: chains behind buckets, and growth that moves a few chains at a time.
struct Dictionary {
    old: Buckets,
    new: Option<Buckets>,
    moved: usize,
}

impl Dictionary {
    fn new() -> Self {
        Dictionary { old: Buckets::new(FIRST_SIZE), new: None, moved: 0 }
    }

    fn insert(&mut self, slot: usize, hash: u64) {
        self.put(slot, hash);
        if self.new.is_some() {
            self.move_chains();
        } else if self.old.entries >= DENSITY * self.old.chains.len() {
            self.new = Some(Buckets::new(self.old.chains.len() * 2 + 1));
            self.moved = 0;
        }
    }

    fn put(&mut self, slot: usize, hash: u64) {
        let place = self.old.place(hash);
        let buckets = match &mut self.new {
            Some(new) if place < self.moved => new,
            _ => &mut self.old,
        };
        let place = buckets.place(hash);
        if let Some(chain) = buckets.chains.get_mut(place) {
            chain.push((slot, hash));
            buckets.entries += 1;
        }
    }

    fn move_chains(&mut self) {
        let mut left = MOVED;
        while left > 0 && self.moved < self.old.chains.len() {
            let chain = self.old.chains.get_mut(self.moved).map(std::mem::take).unwrap_or_default();
            self.moved += 1;
            for (slot, hash) in chain {
                self.put(slot, hash);
                self.old.entries -= 1;
                left -= 1;
            }
        }
        if self.moved >= self.old.chains.len()
            && let Some(new) = self.new.take()
        {
            self.old = new;
        }
    }

    fn into_order(self) -> Box<[usize]> {
        let chains = self.old.chains.into_iter().chain(self.new.unwrap_or_default().chains);
        chains.flatten().map(|(slot, _)| slot).collect()
    }
}

fn next_prime(size: usize) -> usize {
    let mut size = size | 1;
    let is_prime = |number: usize| (3..).step_by(2).take_while(|d| d * d <= number).all(|d| !number.is_multiple_of(d));
    while size <= LARGEST_PRIME && !is_prime(size) {
        size += 2;
    }
    size
}

/// What Bro hashes of an index: a single column by its plain bytes, several one behind the other with C's alignment.
fn key_bytes(columns: &[TypeRef], key: &[Value]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(32);
    match (columns, key) {
        ([column], [value]) if !column.is(TypeTag::Record) => match value {
            Value::String(text) => bytes.extend_from_slice(text.as_bytes()),
            _ => add(&mut bytes, column, value),
        },
        _ => {
            for (column, value) in columns.iter().zip(key) {
                add(&mut bytes, column, value);
            }
        }
    }
    bytes
}

fn align(bytes: &mut Vec<u8>, to: usize) {
    bytes.resize(bytes.len().next_multiple_of(to), 0);
}

fn add_int(bytes: &mut Vec<u8>, number: usize) {
    align(bytes, 4);
    bytes.extend_from_slice(&(number as u32).to_le_bytes());
}

fn add_address(bytes: &mut Vec<u8>, address: IpAddr) {
    align(bytes, 4);
    bytes.extend_from_slice(&match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    });
}

fn add(bytes: &mut Vec<u8>, ty: &TypeRef, value: &Value) {
    let word = match value {
        Value::Bool(value) => u64::from(*value),
        Value::Int(value) => *value as u64,
        Value::Count(value) => *value,
        Value::Enum(value, _) => i64::from(*value) as u64,
        Value::Double(value) | Value::Time(value) | Value::Interval(value) => value.to_bits(),
        Value::Port(number, protocol) => u64::from(*number) | protocol_bits(*protocol),
        Value::Addr4(_) | Value::Addr6(_) => {
            if let Some(address) = value.as_address() {
                add_address(bytes, address.0);
            }
            return;
        }
        Value::Subnet4(..) | Value::Subnet6(_) => {
            if let Some(net) = value.as_subnet() {
                add_address(bytes, net.prefix.0);
                add_int(bytes, usize::from(net.width));
            }
            return;
        }
        Value::String(text) => {
            add_int(bytes, text.as_bytes().len());
            bytes.extend_from_slice(text.as_bytes());
            return;
        }
        Value::Record(record) => {
            let TypeKind::Record(fields) = &ty.kind else { return };
            for offset in 0..fields.len() {
                let Some(field) = fields.field(offset as u16) else { continue };
                let value = record.get(offset as u16);
                if field.optional {
                    bytes.push(u8::from(value.is_set()));
                }
                if value.is_set() {
                    add(bytes, &field.ty, &value);
                }
            }
            return;
        }
        Value::Vector(vector) => {
            let element = ty.as_vector().cloned().unwrap_or_else(|| value.type_of());
            let elements = vector.with(<[Value]>::to_vec);
            add_int(bytes, elements.len());
            for (at, value) in elements.iter().enumerate() {
                add_int(bytes, at);
                add_int(bytes, usize::from(value.is_set()));
                if value.is_set() {
                    add(bytes, &element, value);
                }
            }
            return;
        }
        Value::Table(table) => {
            // Inner tables count in their own order, their indices as lists even where they have one column.
            add_int(bytes, table.len());
            let entries = TableIterator::new(table);
            while entries.advance() {
                let key = entries.key();
                add_int(bytes, key.len());
                for column in &*key {
                    add(bytes, &column.type_of(), column);
                }
                let value = entries.value();
                if value.is_set() {
                    add(bytes, &value.type_of(), &value);
                }
            }
            return;
        }
        _ => return,
    };
    align(bytes, 8);
    bytes.extend_from_slice(&word.to_le_bytes());
}

fn protocol_bits(protocol: Protocol) -> u64 {
    match protocol {
        Protocol::Unknown => 0,
        Protocol::Tcp => 0x1_0000,
        Protocol::Udp => 0x2_0000,
        Protocol::Icmp => 0x3_0000,
    }
}

#[cfg(test)]
mod tests {
    use super::{Dictionary, key_bytes, next_prime};
    use crate::types::Type;
    use crate::value::Value;

    #[test]
    fn sizes_are_primes_up_to_a_thousand() {
        assert_eq!([next_prime(16), next_prime(35), next_prime(75), next_prime(1001)], [17, 37, 79, 1001]);
    }

    #[test]
    fn columns_are_aligned_as_in_c() {
        let columns = [Type::string(), Type::count()];
        let bytes = key_bytes(&columns, &[Value::string("abc"), Value::Count(7)]);
        assert_eq!(bytes, b"\x03\0\0\0abc\0\x07\0\0\0\0\0\0\0");
    }

    #[test]
    fn a_growing_dictionary_keeps_every_entry() {
        let mut dictionary = Dictionary::new();
        for slot in 0..5000 {
            dictionary.insert(slot, (slot as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        }
        let mut order = dictionary.into_order().into_vec();
        assert!(!order.is_sorted());
        order.sort_unstable();
        assert!(order.into_iter().eq(0..5000));
    }
}
