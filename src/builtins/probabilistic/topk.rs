//! The most frequent elements of a long stream, in little room: the space-saving algorithm.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Held, key};
use crate::broker::{OpaqueForm, Unsupported, from_data, to_data};
use crate::builtins::results::vector_of;
use crate::types::Type;
use crate::value::{Opaque, OpaqueObject, Value, VectorObject};
use crate::vm::{Raise, Vm, natives};
use crate::wire::Data;

type Key = Rc<[u8]>;

#[derive(Clone)]
struct Element {
    value: Value,
    count: u64,
    /// By how much the count may be too high.
    epsilon: u64,
    /// Its place among the elements of the same count.
    turn: u64,
}

/// Elements by how often they were seen, those of one count in the order in which they came to it.
#[derive(Clone, Default)]
struct TopK {
    held: Held,
    size: u64,
    elements: FxHashMap<Key, Element>,
    order: BTreeMap<(u64, u64), Key>,
    turns: u64,
    pruned: bool,
}

impl TopK {
    fn put(&mut self, key: &Key, value: Value, count: u64, epsilon: u64) {
        self.turns += 1;
        self.order.insert((count, self.turns), key.clone());
        self.elements.insert(key.clone(), Element { value, count, epsilon, turn: self.turns });
    }

    fn increment(&mut self, key: &Key, by: u64) {
        let Some(element) = self.elements.get_mut(key) else { return };
        self.order.remove(&(element.count, element.turn));
        self.turns += 1;
        element.count += by;
        element.turn = self.turns;
        self.order.insert((element.count, element.turn), key.clone());
    }

    /// Removes the oldest of the elements seen least, and gives its count.
    fn evict(&mut self) -> Option<u64> {
        let ((count, _), key) = self.order.pop_first()?;
        self.elements.remove(&key);
        Some(count)
    }

    fn add(&mut self, value: &Value) {
        let key: Key = key(value).into();
        if self.elements.contains_key(&key) {
            self.increment(&key, 1);
        } else if (self.elements.len() as u64) < self.size {
            self.put(&key, value.clone(), 1, 0);
        } else if let Some(count) = self.evict() {
            self.put(&key, value.clone(), count, count);
            self.increment(&key, 1);
        }
    }

    /// The elements seen most, at least `wanted` where there are so many, and all that were seen as often as the last.
    fn top(&self, wanted: u64) -> Vec<Value> {
        let mut found = Vec::new();
        let mut counts = self.order.keys().map(|(count, _)| *count).collect::<Vec<_>>();
        counts.dedup();
        for count in counts.into_iter().rev() {
            if found.len() as u64 >= wanted {
                break;
            }
            let of_count = self.order.range((count, 0)..=(count, u64::MAX)).map(|(_, key)| key);
            found.extend(of_count.filter_map(|key| self.elements.get(key)).map(|element| element.value.clone()));
        }
        found
    }

    fn merge(&mut self, other: &TopK, prune: bool) {
        for ((count, _), key) in &other.order {
            let Some(element) = other.elements.get(key) else { continue };
            if !self.elements.contains_key(key) {
                self.put(key, element.value.clone(), 0, 0);
            }
            if let Some(own) = self.elements.get_mut(key) {
                own.epsilon += element.epsilon;
            }
            self.increment(key, *count);
        }
        while prune && self.elements.len() as u64 > self.size {
            self.pruned = true;
            if self.evict().is_none() {
                break;
            }
        }
    }
}

impl TopK {
    /// The elements of each count, from the least on.
    fn pack(&self, mut to_data: impl FnMut(&Value) -> Result<Data, Unsupported>) -> Result<Data, Unsupported> {
        let mut parts = vec![
            Data::Count(self.size),
            Data::Count(self.elements.len() as u64),
            Data::Bool(self.pruned),
            self.held.pack(),
        ];
        let elements: Vec<&Element> = self.order.values().filter_map(|key| self.elements.get(key)).collect();
        for of_count in elements.chunk_by(|one, other| one.count == other.count) {
            let count = of_count.first().map_or(0, |element| element.count);
            parts.extend([Data::Count(of_count.len() as u64), Data::Count(count)]);
            for element in of_count {
                parts.extend([Data::Count(element.epsilon), to_data(&element.value)?]);
            }
        }
        Ok(Data::Vector(parts))
    }

    fn unpack(vm: &mut Vm, parts: &[Data]) -> Option<TopK> {
        let [Data::Count(size), Data::Count(number), Data::Bool(pruned), held, elements @ ..] = parts else {
            return None;
        };
        let held = Held::unpack(vm, held)?;
        let mut topk = TopK { size: *size, pruned: *pruned, ..TopK::default() };
        let mut rest = elements;
        while let [Data::Count(of_count), Data::Count(count), behind @ ..] = rest {
            rest = behind;
            for _ in 0..*of_count {
                let [Data::Count(epsilon), data, behind @ ..] = rest else { return None };
                rest = behind;
                let value = from_data(vm, data, held.0.as_ref()?).ok()??;
                topk.put(&key(&value).into(), value, *count, *epsilon);
            }
        }
        topk.held = held;
        (rest.is_empty() && topk.elements.len() as u64 == *number).then_some(topk)
    }
}

/// How they travel.
pub(super) const FORM: OpaqueForm = OpaqueForm {
    ty: "topk",
    name: "TopkVal",
    pack: |vm, object| {
        // Converting values may run scripts, which may look at this object.
        let topk = object.with(|topk: &mut TopK| topk.clone()).unwrap_or_default();
        topk.pack(|value| to_data(vm, value))
    },
    unpack: |vm, data| {
        let Data::Vector(parts) = data else { return None };
        TopK::unpack(vm, parts).map(object)
    },
};

fn object(topk: TopK) -> Value {
    Value::Opaque(Rc::new(OpaqueObject::new(Type::opaque("topk"), topk)))
}

impl Opaque for TopK {
    fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
        Some(Box::new(self.clone()))
    }
}

fn with<R>(handle: &OpaqueObject, work: impl FnOnce(&mut TopK) -> R) -> Result<R, Raise> {
    handle.with(work).ok_or_else(Raise::null)
}

fn merge(vm: &mut crate::vm::Vm, into: &OpaqueObject, from: &OpaqueObject, prune: bool) -> Result<(), Raise> {
    let other = with(from, |topk| topk.clone())?;
    let merged = with(into, |topk| {
        let fits = topk.held.fits(&other.held);
        if fits {
            topk.held.0 = topk.held.0.take().or_else(|| other.held.0.clone());
            topk.merge(&other, prune);
        }
        fits
    })?;
    if !merged {
        vm.error_without_place("Cannot merge top-k elements of differing types.");
    }
    Ok(())
}

natives! {
    /// Begins to look for the most frequent elements; `size` of them are remembered.
    #[example("topk_size(topk_init(10))", "10")]
    fn "topk_init" = "function(size: count): opaque of topk";
    |_vm, size: u64| -> Value {
        Ok(object(TopK { size, ..TopK::default() }))
    }

    /// Counts an element. All elements must be of one type.
    fn "topk_add" = "function(handle: opaque of topk, value: any): any";
    |vm, handle: Rc<OpaqueObject>, value: Value| -> () {
        let added = with(&handle, |topk| {
            if topk.elements.is_empty() {
                topk.held = Held::default();
            }
            let fits = topk.held.accept(&value);
            if fits {
                topk.add(&value);
            }
            fits
        })?;
        if !added {
            vm.error_without_place("Trying to add element to topk with differing type from other elements");
        }
        Ok(())
    }

    /// Gives the `k` most frequent elements, the most frequent first, and all others that are as frequent as the last.
    fn "topk_get_top" = "function(handle: opaque of topk, k: count): any_vec";
    |vm, handle: Rc<OpaqueObject>, k: u64| -> Rc<VectorObject> {
        let (top, ty) = with(&handle, |topk| (topk.top(k), topk.held.0.clone()))?;
        let known = with(&handle, |topk| !topk.elements.is_empty())?;
        match ty {
            Some(ty) if known => Ok(vector_of(ty, top)),
            _ => {
                vm.error_without_place("Cannot return topk of empty");
                Err(Raise::null())
            }
        }
    }

    /// Gives how often an element was counted, or a little more.
    fn "topk_count" = "function(handle: opaque of topk, value: any): count";
    |vm, handle: Rc<OpaqueObject>, value: Value| -> u64 {
        let found = with(&handle, |topk| topk.elements.get(&*key(&value)).map(|element| element.count))?;
        Ok(found.unwrap_or_else(|| {
            vm.error_without_place("GetCount for element that is not in top-k");
            0
        }))
    }

    /// Gives by how much `topk_count` may be too high for an element.
    fn "topk_epsilon" = "function(handle: opaque of topk, value: any): count";
    |vm, handle: Rc<OpaqueObject>, value: Value| -> u64 {
        let found = with(&handle, |topk| topk.elements.get(&*key(&value)).map(|element| element.epsilon))?;
        Ok(found.unwrap_or_else(|| {
            vm.error_without_place("GetEpsilon for element that is not in top-k");
            0
        }))
    }

    /// Gives how many elements are remembered at most.
    #[example("topk_size(topk_init(10))", "10")]
    fn "topk_size" = "function(handle: opaque of topk): count";
    |_vm, handle: Rc<OpaqueObject>| -> u64 {
        with(&handle, |topk| topk.size)
    }

    /// Gives how many elements were counted in all. After `topk_merge_prune` it is too low, which is warned of.
    #[example("topk_sum(topk_init(10))", "0")]
    fn "topk_sum" = "function(handle: opaque of topk): count";
    |vm, handle: Rc<OpaqueObject>| -> u64 {
        let (sum, pruned) = with(&handle, |topk| (topk.order.keys().map(|(count, _)| count).sum(), topk.pruned))?;
        if pruned {
            vm.warning_without_place(
                "TopkVal::GetSum() was used on a pruned data structure. Result values do not represent total element \
                 count",
            );
        }
        Ok(sum)
    }

    /// Adds to the first what the second one counted. The first may then remember more than its size.
    fn "topk_merge" = "function(handle1: opaque of topk, handle2: opaque of topk): any";
    |vm, handle1: Rc<OpaqueObject>, handle2: Rc<OpaqueObject>| -> () {
        merge(vm, &handle1, &handle2, false)
    }

    /// Adds to the first what the second one counted, and forgets the least frequent until its size is kept.
    fn "topk_merge_prune" = "function(handle1: opaque of topk, handle2: opaque of topk): any";
    |vm, handle1: Rc<OpaqueObject>, handle2: Rc<OpaqueObject>| -> () {
        merge(vm, &handle1, &handle2, true)
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::bench::Bench;
    use crate::value::Value;

    fn filled(bench: &mut Bench, size: u64, words: &str) -> Value {
        let handle = bench.call("topk_init", &[Value::Count(size)]);
        for word in words.split_whitespace() {
            bench.call("topk_add", &[handle.clone(), Value::string(word)]);
        }
        handle
    }

    #[test]
    fn the_rarest_gives_way() {
        let mut bench = Bench::new();
        let handle = filled(&mut bench, 4, "a b b c c d a d c e e");
        assert_eq!(bench.text("topk_get_top", &[handle.clone(), Value::Count(1)]), "[e]");
        assert_eq!(bench.text("topk_count", &[handle.clone(), Value::string("e")]), "4");
        assert_eq!(bench.text("topk_epsilon", &[handle.clone(), Value::string("e")]), "2");
        assert_eq!(bench.text("topk_count", &[handle.clone(), Value::string("b")]), "0");
        assert_eq!(bench.reports(), ["error: GetCount for element that is not in top-k"]);
        assert_eq!(bench.text("topk_sum", std::slice::from_ref(&handle)), "11");
        bench.call("topk_add", &[handle, Value::Count(1)]);
        assert_eq!(bench.reports().len(), 1);
    }

    #[test]
    fn merging_adds_up() {
        let mut bench = Bench::new();
        let one = filled(&mut bench, 2, "a a b");
        let two = filled(&mut bench, 2, "b b b c");
        bench.call("topk_merge", &[one.clone(), two.clone()]);
        assert_eq!(bench.text("topk_get_top", &[one.clone(), Value::Count(5)]), "[b, a, c]");
        assert_eq!(bench.text("topk_count", &[one.clone(), Value::string("b")]), "4");
        bench.call("topk_merge_prune", &[one.clone(), one.clone()]);
        assert_eq!(bench.text("topk_get_top", &[one.clone(), Value::Count(5)]), "[b, a]");
        bench.call("topk_sum", &[one]);
        assert!(bench.reports()[0].starts_with("warning: TopkVal::GetSum()"));
    }

    #[test]
    fn nothing_has_no_top() {
        let mut bench = Bench::new();
        let handle = bench.call("topk_init", &[Value::Count(0)]);
        bench.call("topk_add", &[handle.clone(), Value::string("a")]);
        assert!(bench.try_call("topk_get_top", &[handle, Value::Count(1)]).is_err());
        assert_eq!(bench.reports(), ["error: Cannot return topk of empty"]);
    }
}
