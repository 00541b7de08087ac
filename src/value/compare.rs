//! Equality, order and hashing of values.
//!
//! There are two equalities. [`equal`] is the operator `==`. [`same`] is what a table index means: doubles by their
//! bits, records, vectors and containers by content; [`hash_key`] agrees with it. Neither recurses on nested
//! containers without bound, and both end on cyclic values, two of which are the same where no difference can be
//! found by following both.

use std::cmp::Ordering;
use std::rc::Rc;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::{Address, Subnet, TableObject, Value};

/// How deep hashing looks into nested containers; what lies deeper is told apart by [`same`] alone.
const HASH_DEPTH: u32 = 8;

/// How many parts of containers hashing looks at: shared parts can make a small value very large.
const HASH_PARTS: usize = 4096;

/// How many pairs of containers are compared before the comparison starts to remember which it has seen.
const PAIRS_BEFORE_MEMORY: usize = 64;

/// How deep tables may nest inside the keys of tables before they are the same only where they are one object.
const TABLE_DEPTH: u32 = 32;

/// The operator `==` on two values of one type; vectors are compared by element before.
pub fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Double(a), Value::Double(b))
        | (Value::Time(a), Value::Time(b))
        | (Value::Interval(a), Value::Interval(b)) => a == b,
        (Value::Table(a), Value::Table(b)) => a.same_keys(b),
        (Value::Pattern(pattern), Value::String(text)) | (Value::String(text), Value::Pattern(pattern)) => {
            pattern.matches_exactly(text.as_bytes())
        }
        _ => same(a, b),
    }
}

/// The order behind `<`, `<=`, `>` and `>=`, and of `sort` without a function. `None` where the kinds have none, for
/// NaN, and for sets of which neither holds the other.
pub fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Count(a), Value::Count(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Double(a), Value::Double(b))
        | (Value::Time(a), Value::Time(b))
        | (Value::Interval(a), Value::Interval(b)) => a.partial_cmp(b),
        (Value::Enum(a, _), Value::Enum(b, _)) => Some(a.cmp(b)),
        // Bro holds a port as one number with the protocol above the port.
        (Value::Port(a, of_a), Value::Port(b, of_b)) => Some(of_a.cmp(of_b).then(a.cmp(b))),
        (Value::String(a), Value::String(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Value::Table(a), Value::Table(b)) => order_sets(a, b),
        (Value::Addr4(_) | Value::Addr6(_), Value::Addr4(_) | Value::Addr6(_)) => {
            Some(a.as_address()?.cmp(&b.as_address()?))
        }
        (Value::Subnet4(..) | Value::Subnet6(_), Value::Subnet4(..) | Value::Subnet6(_)) => {
            Some(a.as_subnet()?.cmp(&b.as_subnet()?))
        }
        _ => None,
    }
}

fn order_sets(a: &TableObject, b: &TableObject) -> Option<Ordering> {
    match a.len().cmp(&b.len()) {
        Ordering::Less => a.is_subset(b).then_some(Ordering::Less),
        Ordering::Equal => a.is_subset(b).then_some(Ordering::Equal),
        Ordering::Greater => b.is_subset(a).then_some(Ordering::Greater),
    }
}

/// Whether two values are the same as a table index or part of one.
#[inline]
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Count(a), Value::Count(b)) => a == b,
        (Value::String(a), Value::String(b)) => Rc::ptr_eq(a, b) || a.as_bytes() == b.as_bytes(),
        (Value::Addr4(a), Value::Addr4(b)) => a == b,
        (Value::Port(a, of_a), Value::Port(b, of_b)) => a == b && of_a == of_b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Enum(a, _), Value::Enum(b, _)) => a == b,
        _ => same_slow(a, b, 0),
    }
}

/// [`same`] by column.
#[inline]
pub fn same_key(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

/// What comparing two values without looking into their parts tells.
enum Shallow {
    Same,
    Different,
    /// Two containers of one kind: their parts decide.
    Parts,
}

fn shallow(a: &Value, b: &Value) -> Shallow {
    let same = match (a, b) {
        (Value::Unset, Value::Unset) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Count(a), Value::Count(b)) => a == b,
        (Value::Double(a), Value::Double(b))
        | (Value::Time(a), Value::Time(b))
        | (Value::Interval(a), Value::Interval(b)) => a.to_bits() == b.to_bits(),
        (Value::Enum(a, _), Value::Enum(b, _)) => a == b,
        (Value::Port(a, of_a), Value::Port(b, of_b)) => a == b && of_a == of_b,
        (Value::Addr4(a), Value::Addr4(b)) => a == b,
        (Value::Addr6(a), Value::Addr6(b)) => a == b,
        (Value::Subnet4(a, of_a), Value::Subnet4(b, of_b)) => a == b && of_a == of_b,
        (Value::Subnet6(a), Value::Subnet6(b)) => a == b,
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Pattern(a), Value::Pattern(b)) => Rc::ptr_eq(a, b) || a.exact_text() == b.exact_text(),
        (Value::Func(a), Value::Func(b)) => Rc::ptr_eq(a, b),
        (Value::File(a), Value::File(b)) => Rc::ptr_eq(a, b),
        (Value::Opaque(a), Value::Opaque(b)) => Rc::ptr_eq(a, b),
        (Value::Type(a), Value::Type(b)) => Rc::ptr_eq(a, b),
        (Value::Iterator(a), Value::Iterator(b)) => Rc::ptr_eq(a, b),
        (Value::Record(a), Value::Record(b)) => return parts_unless(Rc::ptr_eq(a, b)),
        (Value::Vector(a), Value::Vector(b)) => return parts_unless(Rc::ptr_eq(a, b)),
        (Value::Table(a), Value::Table(b)) => return parts_unless(Rc::ptr_eq(a, b)),
        (Value::List(a), Value::List(b)) => return parts_unless(Rc::ptr_eq(a, b)),
        _ => false,
    };
    if same { Shallow::Same } else { Shallow::Different }
}

fn parts_unless(identical: bool) -> Shallow {
    if identical { Shallow::Same } else { Shallow::Parts }
}

type Pending = SmallVec<[(Value, Value); 8]>;

pub(super) fn same_slow(a: &Value, b: &Value, table_depth: u32) -> bool {
    match shallow(a, b) {
        Shallow::Same => return true,
        Shallow::Different => return false,
        Shallow::Parts => {}
    }
    let mut pending = Pending::new();
    pending.push((a.clone(), b.clone()));
    let mut seen: FxHashSet<(usize, usize)> = FxHashSet::default();
    let mut pairs = 0;
    while let Some((a, b)) = pending.pop() {
        pairs += 1;
        if pairs > PAIRS_BEFORE_MEMORY && !seen.insert((identity(&a), identity(&b))) {
            continue;
        }
        let same = match (&a, &b) {
            (Value::Record(a), Value::Record(b)) => {
                a.with_fields(|a| b.with_fields(|b| compare_padded(a, b, &mut pending)))
            }
            (Value::Vector(a), Value::Vector(b)) => {
                a.with(|a| b.with(|b| a.len() == b.len() && compare_padded(a, b, &mut pending)))
            }
            (Value::List(a), Value::List(b)) => a.len() == b.len() && compare_padded(a, b, &mut pending),
            (Value::Table(a), Value::Table(b)) => {
                table_depth < TABLE_DEPTH && a.same_content(b, table_depth + 1, |a, b| compare(a, b, &mut pending))
            }
            _ => false,
        };
        if !same {
            return false;
        }
    }
    true
}

/// Compares by position; a missing tail counts as unset.
fn compare_padded(a: &[Value], b: &[Value], pending: &mut Pending) -> bool {
    (0..a.len().max(b.len())).all(|index| match (a.get(index), b.get(index)) {
        (Some(a), Some(b)) => compare(a, b, pending),
        (Some(rest), None) | (None, Some(rest)) => !rest.is_set(),
        (None, None) => true,
    })
}

/// False where the two differ for certain; containers are left in `pending`.
fn compare(a: &Value, b: &Value, pending: &mut Pending) -> bool {
    match shallow(a, b) {
        Shallow::Same => true,
        Shallow::Different => false,
        Shallow::Parts => {
            pending.push((a.clone(), b.clone()));
            true
        }
    }
}

/// The address of a shared container, 0 for everything else.
pub fn identity(value: &Value) -> usize {
    match value {
        Value::Table(table) => Rc::as_ptr(table).addr(),
        Value::Vector(vector) => Rc::as_ptr(vector).addr(),
        Value::Record(record) => Rc::as_ptr(record).addr(),
        Value::List(list) => Rc::as_ptr(list).addr(),
        _ => 0,
    }
}

/// A hash over the columns of an index that agrees with [`same_key`]. `seed` keeps an outsider who chooses the keys
/// from choosing the collisions too.
#[inline]
pub fn hash_key(key: &[Value], seed: u64) -> u32 {
    let mut state = KeyHash::new(seed);
    for value in key {
        state.add_value(value, HASH_DEPTH);
    }
    state.finish()
}

/// [`hash_key`] of a single count.
#[inline]
pub(super) fn hash_count(number: u64, seed: u64) -> u32 {
    let mut state = KeyHash::new(seed);
    state.add(number);
    state.finish()
}

/// [`hash_key`] of a single string.
#[inline]
pub(super) fn hash_bytes(bytes: &[u8], seed: u64) -> u32 {
    let mut state = KeyHash::new(seed);
    state.add_bytes(bytes);
    state.finish()
}

/// The hash of a subnet index, for look-ups of subnets that are no value yet.
pub(super) fn hash_subnet(net: Subnet, seed: u64) -> u32 {
    let mut state = KeyHash::new(seed);
    state.add_subnet(net);
    state.finish()
}

/// Multiplies and folds: each word costs one wide multiplication.
struct KeyHash {
    state: u64,
    /// How many parts of containers it still looks at.
    parts: usize,
}

const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
const OTHER_ODD: u64 = 0xd6e8_feb8_6659_fd93;

impl KeyHash {
    #[inline]
    fn new(seed: u64) -> Self {
        KeyHash { state: seed, parts: HASH_PARTS }
    }

    #[inline]
    fn add(&mut self, word: u64) {
        self.state = fold(self.state ^ word, ODD).rotate_left(23);
    }

    #[inline]
    fn finish(self) -> u32 {
        let folded = fold(self.state, OTHER_ODD);
        (folded ^ (folded >> 32)) as u32
    }

    #[inline]
    fn add_value(&mut self, value: &Value, depth: u32) {
        match value {
            Value::Count(number) => self.add(*number),
            Value::String(text) => self.add_bytes(text.as_bytes()),
            Value::Addr4(bits) => self.add(u64::from(*bits)),
            Value::Port(number, protocol) => self.add(u64::from(*number) | (*protocol as u64) << 16),
            Value::Int(number) => self.add(*number as u64),
            Value::Enum(number, _) => self.add(*number as u64),
            _ => self.add_slow(value, depth),
        }
    }

    #[inline]
    fn add_bytes(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while rest.len() > 16
            && let Some((head, tail)) = rest.split_first_chunk::<8>()
        {
            self.add(u64::from_le_bytes(*head));
            rest = tail;
        }
        // Up to 16 bytes are covered by two words that may overlap.
        let (low, high) = if let (Some(first), Some(last)) = (rest.first_chunk::<8>(), rest.last_chunk::<8>()) {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) = (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
            (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
        } else {
            let middle = rest.get(rest.len() / 2).copied().unwrap_or(0);
            let ends = [rest.first().copied().unwrap_or(0), middle, rest.last().copied().unwrap_or(0), 0];
            (u64::from(u32::from_le_bytes(ends)), 0)
        };
        let length = bytes.len() as u64;
        self.state = fold(self.state ^ low, ODD ^ high.wrapping_mul(OTHER_ODD)) ^ length.wrapping_mul(OTHER_ODD);
    }

    fn add_subnet(&mut self, net: Subnet) {
        let bytes = u128::from_be_bytes(net.prefix.bytes());
        self.add(bytes as u64);
        self.add((bytes >> 64) as u64);
        self.add(u64::from(net.width6()));
    }

    #[cold]
    fn add_slow(&mut self, value: &Value, depth: u32) {
        match value {
            Value::Double(number) | Value::Time(number) | Value::Interval(number) => self.add(number.to_bits()),
            Value::Bool(flag) => self.add(u64::from(*flag)),
            Value::Addr6(bytes) => self.add_bytes(&bytes[..]),
            Value::Subnet4(..) | Value::Subnet6(_) => {
                if let Some(net) = value.as_subnet() {
                    self.add_subnet(net);
                }
            }
            Value::Pattern(pattern) => self.add_bytes(pattern.exact_text()),
            Value::Func(func) => self.add(Rc::as_ptr(func).addr() as u64),
            _ if depth == 0 => {}
            Value::Record(record) => record.with_fields(|fields| {
                if !self.take_parts(fields.iter().filter(|field| field.is_set()).count()) {
                    return;
                }
                for (offset, field) in fields.iter().enumerate().filter(|(_, field)| field.is_set()) {
                    self.add(offset as u64);
                    self.add_value(field, depth - 1);
                }
            }),
            Value::Vector(vector) => vector.with(|elements| self.add_list(elements, depth - 1)),
            Value::List(parts) => self.add_list(parts, depth - 1),
            Value::Table(table) => self.add_table(table),
            _ => self.add(0),
        }
    }

    fn add_list(&mut self, values: &[Value], depth: u32) {
        self.add(values.len() as u64);
        if self.take_parts(values.len()) {
            values.iter().for_each(|value| self.add_value(value, depth));
        }
    }

    /// The order of the entries must not matter, so they are hashed one by one, not deep, and summed.
    fn add_table(&mut self, table: &TableObject) {
        self.add(table.len() as u64);
        if !self.take_parts(table.len()) {
            return;
        }
        let mut sum = 0u64;
        table.for_each(|key, _| {
            let mut entry = KeyHash::new(ODD);
            key.iter().for_each(|column| entry.add_value(column, 1));
            sum = sum.wrapping_add(u64::from(entry.finish()));
        });
        self.add(sum);
    }

    /// False where these would be too many; that depends only on what equal values have in common.
    fn take_parts(&mut self, count: usize) -> bool {
        match self.parts.checked_sub(count) {
            Some(left) => {
                self.parts = left;
                true
            }
            None => false,
        }
    }
}

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Address {
    /// By the 128 bits, IPv4 addresses mapped, as Bro compares.
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes().cmp(&other.bytes())
    }
}

impl PartialOrd for Subnet {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Subnet {
    /// By prefix, then by width in 128 bits.
    fn cmp(&self, other: &Self) -> Ordering {
        self.prefix.cmp(&other.prefix).then(self.width6().cmp(&other.width6()))
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;
    use std::rc::Rc;

    use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

    use super::{equal, hash_key, order, same};
    use crate::pattern::Pattern;
    use crate::syntax::ast::Protocol;
    use crate::types::{RecordType, Type};
    use crate::value::copy::deep_copy;
    use crate::value::{RecordObject, TableObject, Value, VectorObject};

    fn vector(values: Vec<Value>) -> Value {
        Value::Vector(Rc::new(VectorObject::new(Type::vector(Type::any()), values)))
    }

    fn record(values: Vec<Value>) -> Value {
        Value::Record(Rc::new(RecordObject::new(Type::record(RecordType::new(Vec::new())), values)))
    }

    fn set(values: &[Value]) -> Value {
        let table = TableObject::new(Type::set(vec![Type::any()]));
        for value in values {
            table.insert(std::slice::from_ref(value), Value::Unset);
        }
        Value::Table(Rc::new(table))
    }

    /// From so few simple values that equal ones come up.
    fn value() -> impl Strategy<Value = Value> {
        let simple = prop_oneof![
            (0..3u64).prop_map(Value::Count),
            (0..2i64).prop_map(Value::Int),
            "[ab]{0,2}".prop_map(Value::string),
            Just(Value::Double(0.0)),
            Just(Value::Addr4(7)),
            Just(Value::Unset),
        ];
        simple.prop_recursive(4, 24, 4, |inner| {
            let parts = proptest::collection::vec(inner, 0..4);
            prop_oneof![
                parts.clone().prop_map(vector),
                parts.clone().prop_map(record),
                parts.prop_map(|parts| set(&parts)),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_same_values_have_the_same_hash(a in value(), b in value(), seed in any::<u64>()) {
            let hash = |value: &Value| hash_key(std::slice::from_ref(value), seed);
            assert!(same(&a, &a.clone()));
            let copied = deep_copy(&a).unwrap();
            assert!(same(&a, &copied));
            assert_eq!(hash(&a), hash(&copied));
            assert_eq!(same(&a, &b), same(&b, &a));
            if same(&a, &b) {
                assert_eq!(hash(&a), hash(&b));
            }
        }
    }

    #[test]
    fn unset_fields_at_the_end_do_not_matter() {
        let short = record(vec![Value::Count(1)]);
        let long = record(vec![Value::Count(1), Value::Unset]);
        assert!(same(&short, &long));
        assert_eq!(hash_key(std::slice::from_ref(&short), 1), hash_key(&[long], 1));
        assert!(!same(&short, &record(vec![Value::Unset, Value::Count(1)])));
        assert!(!same(&vector(vec![Value::Unset]), &vector(Vec::new())));
    }

    #[test]
    fn doubles_differ_as_index_and_in_comparison() {
        let (zero, minus, nan) = (Value::Double(0.0), Value::Double(-0.0), Value::Double(f64::NAN));
        assert!(equal(&zero, &minus) && !same(&zero, &minus));
        assert!(!equal(&nan, &nan) && same(&nan, &nan));
        assert_eq!(order(&zero, &nan), None);
    }

    #[test]
    fn order_is_bros() {
        let less = |a: Value, b: Value| assert_eq!(order(&a, &b), Some(Ordering::Less), "{a:?} {b:?}");
        less(Value::Int(-1), Value::Int(0));
        less(Value::string("a"), Value::string("aa"));
        less(Value::string("B"), Value::string("a"));
        less(Value::Port(80, Protocol::Tcp), Value::Port(53, Protocol::Udp));
        less(Value::Port(80, Protocol::Unknown), Value::Port(1, Protocol::Tcp));
        // An IPv4 address counts as its mapped IPv6 address.
        less(Value::Addr6(Rc::new([0; 16])), Value::Addr4(1));
        less(Value::Addr4(1), Value::Addr6(Rc::new([0x20; 16])));
        less(set(&[Value::Count(1)]), set(&[Value::Count(2), Value::Count(1)]));
        assert_eq!(order(&set(&[Value::Count(1)]), &set(&[Value::Count(2)])), None);
        assert_eq!(order(&Value::Count(1), &Value::string("1")), None);
    }

    #[test]
    fn a_pattern_equals_what_it_matches_whole() {
        let pattern = |text: &[u8]| Value::Pattern(Rc::new(Pattern::parse(text, false, false).unwrap()));
        assert!(equal(&pattern(b"fo+"), &Value::string("foo")));
        assert!(!equal(&Value::string("foox"), &pattern(b"fo+")));
        assert!(same(&pattern(b"fo+"), &pattern(b"fo+")));
        assert!(!same(&pattern(b"fo+"), &pattern(b"fo*")));
    }

    #[test]
    fn shared_parts_cost_no_more_than_they_are() {
        let build = || {
            let mut value = vector(vec![Value::Count(1)]);
            for _ in 0..60 {
                value = vector(vec![value; 40]);
            }
            value
        };
        let (a, b) = (build(), build());
        assert!(same(&a, &b));
        assert_eq!(hash_key(&[a], 1), hash_key(&[b], 1));
    }
}
