//! Tables against a model, and one test for each promise of iteration, prefixes and expiry.

use std::net::IpAddr;
use std::rc::Rc;

use proptest::prelude::{Strategy, any, prop_oneof, proptest};

use super::{ExpireKind, Expired, TableAttributes, TableIterator, TableObject};
use crate::pattern::Pattern;
use crate::source::{Span, Symbol};
use crate::types::{Field, RecordType, ThunkId, Type, TypeRef};
use crate::value::{Address, RecordObject, Subnet, Value};

fn count_table() -> Rc<TableObject> {
    Rc::new(TableObject::new(Type::table(vec![Type::count()], Type::count())))
}

fn count(number: u64) -> Value {
    Value::Count(number)
}

fn as_count(value: &Value) -> u64 {
    if let Value::Count(number) = value { *number } else { panic!("{value:?} is no count") }
}

fn keys(table: &TableObject) -> Vec<u64> {
    table.snapshot().iter().map(|(key, _)| as_count(&key[0])).collect()
}

fn net(text: &str) -> Value {
    let (address, width) = text.split_once('/').unwrap();
    Subnet::new(address_of(address), width.parse().unwrap()).to_value()
}

fn address_of(text: &str) -> Address {
    Address::new(text.parse::<IpAddr>().unwrap())
}

#[derive(Clone, Debug)]
enum Step {
    Insert(u64, u64),
    Remove(u64),
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        60 => (0..200u64, any::<u64>()).prop_map(|(key, value)| Step::Insert(key, value)),
        60 => (0..200u64).prop_map(Step::Remove),
        1 => proptest::strategy::Just(Step::Clear),
    ]
}

proptest! {
    #[test]
    fn behaves_as_a_list_of_pairs(steps in proptest::collection::vec(step(), 0..600)) {
        let table = count_table();
        let mut model: Vec<(u64, u64)> = Vec::new();
        for step in steps {
            match step {
                Step::Insert(key, value) => {
                    let old = table.insert(&[count(key)], count(value));
                    if let Some((_, place)) = model.iter_mut().find(|(other, _)| *other == key) {
                        assert_eq!(old.map(|old| as_count(&old)), Some(*place));
                        *place = value;
                    } else {
                        assert!(old.is_none());
                        model.push((key, value));
                    }
                }
                Step::Remove(key) => {
                    let place = model.iter().position(|(other, _)| *other == key);
                    let expected = place.map(|place| model.remove(place).1);
                    assert_eq!(table.remove(&[count(key)]).map(|old| as_count(&old)), expected);
                }
                Step::Clear => {
                    table.clear();
                    model.clear();
                }
            }
            assert_eq!(table.len(), model.len());
        }
        let entries: Vec<(u64, u64)> =
            table.snapshot().iter().map(|(key, value)| (as_count(&key[0]), as_count(value))).collect();
        assert_eq!(entries, model);
        for key in 0..200 {
            let expected = model.iter().find(|(other, _)| *other == key).map(|(_, value)| *value);
            assert_eq!(table.get(&[count(key)]).map(|value| as_count(&value)), expected);
        }
    }

    #[test]
    fn finds_the_longest_prefix(
        nets in proptest::collection::vec((any::<[u8; 2]>(), 0..=16u8), 0..40),
        removed in proptest::collection::vec(any::<proptest::sample::Index>(), 0..20),
        wanted in any::<[u8; 2]>(),
    ) {
        let table = TableObject::new(Type::set(vec![Type::subnet()]));
        let address = |bytes: [u8; 2]| Address::new(IpAddr::from([bytes[0], bytes[1], 0, 0]));
        let mut model: Vec<Subnet> = nets.iter().map(|(bytes, width)| Subnet::new(address(*bytes), *width)).collect();
        for net in &model {
            table.insert(&[net.to_value()], Value::Unset);
        }
        for index in removed {
            if !model.is_empty() {
                let net = *index.get(&model);
                table.remove(&[net.to_value()]);
                model.retain(|other| *other != net);
            }
        }
        let wanted = address(wanted);
        let mut covering: Vec<Subnet> = model.into_iter().filter(|net| net.contains(wanted)).collect();
        covering.sort_by_key(|net| std::cmp::Reverse(net.width));
        covering.dedup();
        assert_eq!(table.contains(&[wanted.to_value()]), !covering.is_empty());
        let found: Vec<Subnet> =
            table.covering(Subnet::host(wanted)).iter().map(|(net, _)| net.as_subnet().unwrap()).collect();
        assert_eq!(found, covering);
    }

    #[test]
    fn strings_of_every_length_are_found(texts in proptest::collection::vec(".{0,40}", 0..50)) {
        let table = TableObject::new(Type::table(vec![Type::string(), Type::count()], Type::count()));
        for (number, text) in texts.iter().enumerate() {
            table.insert(&[Value::string(text), count(7)], count(number as u64));
        }
        for (number, text) in texts.iter().enumerate().rev() {
            let last = texts.iter().rposition(|other| other == text).unwrap();
            let found = table.get(&[Value::string(text), count(7)]).unwrap();
            assert_eq!(as_count(&found), last as u64, "{number}");
            assert!(!table.contains(&[Value::string(text), count(8)]));
        }
    }
}

#[test]
fn a_loop_visits_what_was_there_and_still_is() {
    let table = count_table();
    for number in 0..100 {
        table.insert(&[count(number)], count(number));
    }
    let mut seen = Vec::new();
    let iterator = TableIterator::new(&table);
    while iterator.advance() {
        let key = as_count(&iterator.column(0));
        assert_eq!(as_count(&iterator.value()), key);
        seen.push(key);
        table.remove(&[count(key)]);
        table.remove(&[count(key + 1)]);
        table.insert(&[count(key + 1)], count(0));
        table.insert(&[count(key + 1000)], count(0));
    }
    assert_eq!(seen, (0..100).step_by(2).collect::<Vec<u64>>());
    assert_eq!(table.len(), 100);
    drop(iterator);
    table.remove(&[count(1)]);
    assert_eq!(keys(&table)[..3], [1000, 3, 1002]);
}

#[test]
fn clearing_ends_a_loop() {
    let table = count_table();
    table.insert(&[count(1)], count(1));
    table.insert(&[count(2)], count(2));
    let iterator = TableIterator::new(&table);
    assert!(iterator.advance());
    table.clear();
    table.insert(&[count(3)], count(3));
    table.insert(&[count(4)], count(4));
    assert!(!iterator.column(0).is_set());
    assert!(!iterator.advance());
}

#[test]
fn an_addr_finds_the_narrowest_net_and_a_net_what_covers_it() {
    let table = TableObject::new(Type::table(vec![Type::subnet()], Type::count()));
    for (place, text) in ["10.0.0.0/8", "10.1.0.0/16", "::/0", "2001:db8::/32"].iter().enumerate() {
        table.insert(&[net(text)], count(place as u64));
    }
    let get = |value: Value| table.get(&[value]).map(|found| as_count(&found));
    assert_eq!(get(address_of("10.1.2.3").to_value()), Some(1));
    assert_eq!(get(address_of("10.2.2.3").to_value()), Some(0));
    assert_eq!(get(address_of("192.168.0.1").to_value()), Some(2));
    assert_eq!(get(address_of("2001:db8::1").to_value()), Some(3));
    assert_eq!(get(net("10.1.128.0/17")), Some(1));
    assert_eq!(get(net("10.0.0.0/7")), Some(2));
    assert!(!table.contains_exact(&[net("10.1.128.0/17")]));
    assert!(table.remove(&[net("10.1.0.0/16")]).is_some());
    assert_eq!(get(address_of("10.1.2.3").to_value()), Some(0));
}

#[test]
fn a_string_finds_the_patterns_that_match_it() {
    let table = TableObject::new(Type::table(vec![Type::pattern()], Type::count()));
    let pattern = |text: &str| Value::Pattern(Rc::new(Pattern::parse(text.as_bytes(), false, false).unwrap()));
    for (place, text) in ["foo", "fo+", "bar", "foo|bar"].iter().enumerate() {
        table.insert(&[pattern(text)], count(place as u64));
    }
    let matching = |text: &str| table.matching(text.as_bytes()).iter().map(as_count).collect::<Vec<u64>>();
    assert_eq!(matching("foo"), [0, 1, 3]);
    assert_eq!(matching("foox"), [0u64; 0]);
    assert!(table.contains(&[Value::string("bar")]));
    assert!(!table.contains(&[Value::string("baz")]));
    assert!(table.contains(&[pattern("bar")]));
    table.remove(&[pattern("foo")]);
    table.insert(&[pattern("f.*")], count(9));
    assert_eq!(matching("foo"), [1, 3, 9]);
    table.clear();
    assert!(!table.contains(&[Value::string("bar")]));
}

fn record_type() -> TypeRef {
    let field = |name: &str, optional| Field { optional, ..Field::new(Symbol::new(name), Type::count(), Span::NONE) };
    Type::record(RecordType::new(vec![field("a", false), field("b", true)]))
}

#[test]
fn a_record_is_an_index_by_its_fields_at_the_time() {
    let ty = record_type();
    let set = Rc::new(TableObject::new(Type::set(vec![ty.clone()])));
    let record = Rc::new(RecordObject::new(ty.clone(), vec![count(1)]));
    set.insert(&[Value::Record(record.clone())], Value::Unset);
    record.set(0, count(2));
    assert!(!set.contains(&[Value::Record(record.clone())]));
    let same = RecordObject::new(ty, vec![count(1), Value::Unset]);
    assert!(set.contains(&[Value::Record(Rc::new(same))]));
    let iterator = TableIterator::new(&set);
    assert!(iterator.advance());
    let Value::Record(visited) = iterator.column(0) else { panic!("a record was the index") };
    visited.set(1, count(9));
    record.set(0, count(1));
    assert!(set.contains(&[Value::Record(record)]));
}

#[test]
fn sets_as_index_do_not_care_for_order() {
    let inner = Type::set(vec![Type::count()]);
    let table = TableObject::new(Type::set(vec![inner.clone()]));
    let set_of = |numbers: &[u64]| {
        let set = TableObject::new(inner.clone());
        for number in numbers {
            set.insert(&[count(*number)], Value::Unset);
        }
        Value::Table(Rc::new(set))
    };
    table.insert(&[set_of(&[1, 2, 3])], Value::Unset);
    assert!(table.contains(&[set_of(&[3, 1, 2])]));
    assert!(!table.contains(&[set_of(&[3, 1])]));
}

#[test]
fn sets_combine_as_their_operators_say() {
    let set_of = |numbers: &[u64]| {
        let set = TableObject::new(Type::set(vec![Type::count()]));
        for number in numbers {
            set.insert(&[count(*number)], Value::Unset);
        }
        Rc::new(set)
    };
    let (a, b) = (set_of(&[1, 2, 3]), set_of(&[5, 3, 2]));
    assert_eq!(keys(&a.union(&b, 0.0).unwrap()), [1, 2, 3, 5]);
    assert_eq!(keys(&a.difference(&b).unwrap()), [1]);
    assert_eq!(keys(&a.intersection(&b)), [2, 3]);
    assert!(set_of(&[3, 2]).is_subset(&a));
    assert!(!a.is_subset(&b));
    assert!(a.same_keys(&set_of(&[3, 1, 2])));
    assert_eq!(keys(&a), [1, 2, 3]);
}

fn expiring(kind: ExpireKind) -> TableObject {
    let attributes = TableAttributes { expire: Some((kind, ThunkId(0))), ..TableAttributes::default() };
    TableObject::with_attributes(Type::table(vec![Type::count()], Type::count()), Some(Rc::new(attributes)))
}

fn expired(table: &TableObject, now: f64) -> Vec<u64> {
    let mut keys = Vec::new();
    let mut budget = usize::MAX;
    while let Expired::Entry { key, .. } = table.next_expired(now, 10.0, &mut budget) {
        keys.push(as_count(&key[0]));
    }
    keys
}

#[test]
fn age_counts_from_what_the_attribute_names() {
    for (kind, expected) in
        [(ExpireKind::Create, vec![1, 2, 3]), (ExpireKind::Write, vec![1, 2]), (ExpireKind::Read, vec![1])]
    {
        let table = expiring(kind);
        for number in 1..=3 {
            table.insert_at(&[count(number)], count(0), 100.0);
        }
        table.get_at(&[count(2)], 105.0);
        table.insert_at(&[count(3)], count(0), 105.0);
        assert_eq!(expired(&table, 111.0), expected);
        assert!(table.touch(&[count(1)], 111.0));
        assert!(!expired(&table, 112.0).contains(&1));
    }
}

#[test]
fn a_round_of_expiry_pauses_and_survives_changes() {
    let table = expiring(ExpireKind::Create);
    for number in 0..100 {
        table.insert_at(&[count(number)], count(0), 1.0);
    }
    let mut removed = 0;
    loop {
        let mut budget = 7;
        match table.next_expired(50.0, 10.0, &mut budget) {
            Expired::Entry { key, .. } => {
                assert_eq!(as_count(&key[0]), removed);
                table.remove(&key);
                removed += 1;
            }
            Expired::Pause => panic!("the budget was not used up"),
            Expired::Done => break,
        }
    }
    assert_eq!(removed, 100);
    table.insert_at(&[count(1)], count(0), 0.0);
    table.insert_at(&[count(2)], count(0), 0.0);
    assert!(matches!(table.next_expired(50.0, 10.0, &mut 1), Expired::Pause));
    assert!(matches!(table.next_expired(50.0, 10.0, &mut 1), Expired::Done));
    assert_eq!(expired(&table, 61.0), [1, 2]);
}

#[test]
fn a_table_that_holds_itself_as_index_and_value_is_copied_and_dropped() {
    let table = Rc::new(TableObject::new(Type::table(vec![Type::any()], Type::any())));
    table.insert(&[count(1)], Value::Table(table.clone()));
    table.insert(&[Value::Table(table.clone())], count(2));
    let Ok(Value::Table(copied)) = crate::value::copy::deep_copy(&Value::Table(table.clone())) else {
        panic!("a table's copy is a table")
    };
    let Some(Value::Table(inner)) = copied.get(&[count(1)]) else { panic!("the copy has the entry") };
    assert!(Rc::ptr_eq(&inner, &copied));
    table.clear();
    copied.clear();
}

#[test]
fn a_long_chain_of_records_is_dropped_compared_and_copied_without_recursion() {
    let ty = record_type();
    let chain = || {
        let mut head = Value::Unset;
        for _ in 0..200_000 {
            head = Value::Record(Rc::new(RecordObject::new(ty.clone(), vec![head])));
        }
        head
    };
    let first = chain();
    assert!(super::super::compare::same(&first, &chain()));
    let copied = crate::value::copy::deep_copy(&first).unwrap();
    assert!(super::super::compare::same(&first, &copied));
    let set = TableObject::new(Type::set(vec![ty]));
    set.insert(&[first], Value::Unset);
    assert!(set.contains(&[copied]));
}
