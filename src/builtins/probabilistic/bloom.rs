//! Bloom filters: sets that sometimes say yes wrongly and never no, and ones that also count.

use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::hasher::{Hasher, Kind, MAX_FUNCTIONS};
use super::{Held, key};
use crate::broker::OpaqueForm;
use crate::builtins::seeds::low;
use crate::types::Type;
use crate::value::{Opaque, OpaqueObject, Text, Value};
use crate::vm::{Raise, Vm, natives};
use crate::wire::Data;

/// No filter has more bits than this: one GiB.
const MAX_BITS: u64 = 1 << 33;

/// Cells of some bits each, which stop counting at their largest number.
#[derive(Clone, Debug, PartialEq)]
struct Cells {
    words: Vec<u64>,
    count: u64,
    width: u32,
}

impl Cells {
    fn new(cells: u64, width: u32) -> Option<Self> {
        let bits = cells.checked_mul(u64::from(width)).filter(|bits| (1..=MAX_BITS).contains(bits))?;
        Some(Cells { words: vec![0; usize::try_from(bits.div_ceil(64)).ok()?], count: cells, width })
    }

    fn bit(&self, bit: u64) -> bool {
        self.words.get((bit / 64) as usize).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    fn set_bit(&mut self, bit: u64, value: bool) {
        if let Some(word) = self.words.get_mut((bit / 64) as usize) {
            *word = *word & !(1 << (bit % 64)) | u64::from(value) << (bit % 64);
        }
    }

    fn get(&self, cell: u64) -> u64 {
        let first = cell * u64::from(self.width);
        (0..self.width).map(|place| u64::from(self.bit(first + u64::from(place))) << place).sum()
    }

    /// Adds to a cell as far as it has room.
    fn add(&mut self, cell: u64, number: u64) {
        let largest = u64::MAX >> (64 - self.width);
        let sum = self.get(cell).saturating_add(number).min(largest);
        let first = cell * u64::from(self.width);
        for place in 0..self.width {
            self.set_bit(first + u64::from(place), sum >> place & 1 == 1);
        }
    }

    fn clear(&mut self) {
        self.words.fill(0);
    }

    fn digest(&self) -> u64 {
        let mut digest = Sha256::new();
        for word in &self.words {
            digest.update(word.to_le_bytes());
        }
        low(&digest.finalize())
    }
}

#[derive(Clone)]
struct Filter {
    held: Held,
    hasher: Hasher,
    cells: Cells,
    counts: bool,
}

impl Filter {
    fn add(&mut self, value: &Value) {
        let Filter { hasher, cells, counts, .. } = self;
        hasher.each(&key(value), |hash| {
            let cell = hash % cells.count;
            if *counts {
                cells.add(cell, 1);
            } else {
                cells.set_bit(cell, true);
            }
            true
        });
    }

    /// How often a value was added, at most; 0 or 1 where the filter does not count.
    fn count(&self, value: &Value) -> u64 {
        let mut least = u64::MAX;
        self.hasher.each(&key(value), |hash| {
            least = least.min(self.cells.get(hash % self.cells.count));
            least > 0
        });
        if self.counts { least } else { least.min(1) }
    }

    fn merge(&mut self, other: &Filter) {
        if self.counts {
            for cell in 0..self.cells.count {
                let number = other.cells.get(cell);
                if number > 0 {
                    self.cells.add(cell, number);
                }
            }
        } else {
            for (word, other) in self.cells.words.iter_mut().zip(&other.cells.words) {
                *word |= other;
            }
        }
    }
}

impl Opaque for Filter {
    fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
        Some(Box::new(self.clone()))
    }
}

/// The numbers of filters that only tell and of filters that count.
const BASIC: u64 = 0;
const COUNTING: u64 = 1;

impl Cells {
    /// The bits, with how many they are.
    fn pack(&self) -> Data {
        let numbers = [self.count * u64::from(self.width), self.words.len() as u64];
        Data::Vector(numbers.into_iter().chain(self.words.iter().copied()).map(Data::Count).collect())
    }

    fn unpack(data: &Data, width: u32) -> Option<Self> {
        let Data::Vector(parts) = data else { return None };
        let [Data::Count(bits), Data::Count(number), words @ ..] = parts.as_slice() else { return None };
        let word = |part: &Data| if let Data::Count(word) = part { Some(*word) } else { None };
        let words: Vec<u64> = words.iter().map(word).collect::<Option<_>>()?;
        let fits = bits.is_multiple_of(u64::from(width)) && words.len() as u64 == bits.div_ceil(64);
        (*bits > 0 && fits && *number == words.len() as u64).then(|| Cells {
            words,
            count: bits / u64::from(width),
            width,
        })
    }
}

impl Filter {
    fn pack(&self) -> Data {
        let (kind, cells) = if self.counts {
            (COUNTING, Data::Vector(vec![Data::Count(u64::from(self.cells.width)), self.cells.pack()]))
        } else {
            (BASIC, self.cells.pack())
        };
        let filter = Data::Vector(vec![Data::Count(kind), self.hasher.pack(), cells]);
        Data::Vector(vec![self.held.pack(), filter])
    }

    fn unpack(held: Held, filter: &[Data]) -> Option<Filter> {
        let [Data::Count(kind), hasher, cells] = filter else { return None };
        let cells = match (*kind, cells) {
            (BASIC, cells) => Cells::unpack(cells, 1)?,
            (COUNTING, Data::Vector(parts)) => match parts.as_slice() {
                [Data::Count(width @ 1..=64), cells] => Cells::unpack(cells, *width as u32)?,
                _ => return None,
            },
            _ => return None,
        };
        Some(Filter { held, hasher: Hasher::unpack(hasher)?, cells, counts: *kind == COUNTING })
    }
}

/// How filters travel.
pub(super) const FORM: OpaqueForm = OpaqueForm {
    ty: "bloomfilter",
    name: "BloomFilterVal",
    pack: |_vm, object| Ok(object.with(|filter: &mut Filter| filter.pack()).unwrap_or_default()),
    unpack: |vm, data| {
        let Data::Vector(parts) = data else { return None };
        let [held, Data::Vector(parts)] = parts.as_slice() else { return None };
        Filter::unpack(Held::unpack(vm, held)?, parts).map(object)
    },
};

fn object(filter: Filter) -> Value {
    Value::Opaque(Rc::new(OpaqueObject::new(Type::opaque("bloomfilter"), filter)))
}

/// As many functions as are asked for, within reason.
fn at_most(functions: u64) -> u32 {
    u32::try_from(functions).unwrap_or(MAX_FUNCTIONS).min(MAX_FUNCTIONS)
}

/// Reports an error after which the native gives nothing.
fn refuse<T>(vm: &mut Vm, message: &str) -> Result<T, Raise> {
    vm.error_without_place(message);
    Err(Raise::null())
}

fn filter(vm: &mut Vm, hasher: Hasher, cells: u64, width: u32, counts: bool) -> Result<Value, Raise> {
    let Some(cells) = Cells::new(cells, width) else { return refuse(vm, "Bloom filter too large or without cells") };
    let filter = Filter { held: Held::default(), hasher, cells, counts };
    Ok(object(filter))
}

fn clone_of(handle: &OpaqueObject) -> Result<Filter, Raise> {
    handle.with(|filter: &mut Filter| filter.clone()).ok_or_else(Raise::null)
}

natives! {
    /// Makes a Bloom filter from the rate of wrong answers that is acceptable and the number of elements expected.
    /// Filters of the same name can be merged, also those of different nodes.
    #[example("type_name(bloomfilter_basic_init(0.1, 100))", "opaque of bloomfilter")]
    fn "bloomfilter_basic_init" =
        "function(fp: double, capacity: count, name: string &default=\"\"): opaque of bloomfilter";
    |vm, fp: f64, capacity: u64, name: Rc<Text>| -> Value {
        if !(0.0..=1.0).contains(&fp) {
            return refuse(vm, "false-positive rate must take value between 0 and 1");
        }
        let two = std::f64::consts::LN_2;
        let cells = (-(capacity as f64 * fp.ln() / two / two)).ceil() as u64;
        let functions = (cells as f64 / capacity as f64 * two).ceil() as u64;
        let hasher = Hasher::named(vm, Kind::Double, at_most(functions), name.as_bytes());
        filter(vm, hasher, cells, 1, false)
    }

    /// Makes a Bloom filter from the number of hash functions and the number of cells.
    #[example("type_name(bloomfilter_basic_init2(2, 100))", "opaque of bloomfilter")]
    fn "bloomfilter_basic_init2" =
        "function(k: count, cells: count, name: string &default=\"\"): opaque of bloomfilter";
    |vm, k: u64, cells: u64, name: Rc<Text>| -> Value {
        if k == 0 {
            return refuse(vm, "number of hash functions must be non-negative");
        }
        if cells == 0 {
            return refuse(vm, "number of cells must be non-negative");
        }
        let hasher = Hasher::named(vm, Kind::Double, at_most(k), name.as_bytes());
        filter(vm, hasher, cells, 1, false)
    }

    /// Makes a Bloom filter that counts how often an element was added, up to `max`: from the number of hash
    /// functions and the number of cells.
    #[example("type_name(bloomfilter_counting_init(3, 32, 3))", "opaque of bloomfilter")]
    fn "bloomfilter_counting_init" =
        "function(k: count, cells: count, max: count, name: string &default=\"\"): opaque of bloomfilter";
    |vm, k: u64, cells: u64, max: u64, name: Rc<Text>| -> Value {
        if max == 0 {
            return refuse(vm, "max counter value must be greater than 0");
        }
        let hasher = Hasher::named(vm, Kind::Single, at_most(k), name.as_bytes());
        filter(vm, hasher, cells, 64 - max.leading_zeros(), true)
    }

    /// Adds an element. All elements must be of the type of the first one.
    fn "bloomfilter_add" = "function(bf: opaque of bloomfilter, x: any): any";
    |vm, bf: Rc<OpaqueObject>, x: Value| -> () {
        let added = bf.with(|filter: &mut Filter| {
            let fits = filter.held.accept(&x);
            if fits {
                filter.add(&x);
            }
            fits
        });
        if added != Some(true) {
            vm.error_without_place("incompatible Bloom filter types");
        }
        Ok(())
    }

    /// Tells whether an element was added: 0 means certainly not. A filter that counts gives how often, or more.
    fn "bloomfilter_lookup" = "function(bf: opaque of bloomfilter, x: any): count";
    |vm, bf: Rc<OpaqueObject>, x: Value| -> u64 {
        let found = bf.with(|filter: &mut Filter| {
            if filter.held.0.is_none() {
                Err("cannot perform lookup on untyped Bloom filter")
            } else if !filter.held.is_same(&x) {
                Err("incompatible Bloom filter types")
            } else {
                Ok(filter.count(&x))
            }
        });
        match found {
            Some(Ok(count)) => Ok(count),
            Some(Err(message)) => {
                vm.error_without_place(message);
                Ok(0)
            }
            None => Ok(0),
        }
    }

    /// Removes all elements; the type stays.
    fn "bloomfilter_clear" = "function(bf: opaque of bloomfilter): any";
    |_vm, bf: Rc<OpaqueObject>| -> () {
        bf.with(|filter: &mut Filter| filter.cells.clear());
        Ok(())
    }

    /// Makes a filter of the elements of two, which must be of one kind and have been made with the same name.
    fn "bloomfilter_merge" =
        "function(bf1: opaque of bloomfilter, bf2: opaque of bloomfilter): opaque of bloomfilter";
    |vm, bf1: Rc<OpaqueObject>, bf2: Rc<OpaqueObject>| -> Value {
        let (mut merged, other) = (clone_of(&bf1)?, clone_of(&bf2)?);
        if !merged.held.fits(&other.held) {
            return refuse(vm, "incompatible Bloom filter types");
        }
        if merged.counts != other.counts {
            return refuse(vm, "cannot merge different Bloom filter types");
        }
        let kind = if merged.counts { "CountingBloomFilter" } else { "BasicBloomFilter" };
        let problem = if merged.hasher != other.hasher {
            Some(format!("incompatible hashers in {kind} merge"))
        } else if (merged.cells.count, merged.cells.width) != (other.cells.count, other.cells.width) {
            Some(format!("different bitvector size in {kind} merge"))
        } else {
            None
        };
        if let Some(problem) = problem {
            vm.error_without_place(problem);
            return refuse(vm, "failed to merge Bloom filter");
        }
        merged.merge(&other);
        Ok(object(merged))
    }

    /// Gives a digest of a filter's bits, to see whether two are the same.
    fn "bloomfilter_internal_state" = "function(bf: opaque of bloomfilter): string";
    |_vm, bf: Rc<OpaqueObject>| -> String {
        Ok(bf.with(|filter: &mut Filter| filter.cells.digest().to_string()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::Cells;
    use crate::builtins::bench::Bench;
    use crate::value::Value;

    #[test]
    fn a_basic_filter_knows_what_it_saw() {
        let mut bench = Bench::new();
        let arguments = [Value::Double(0.01), Value::Count(1000), Value::string("f")];
        let filter = bench.call("bloomfilter_basic_init", &arguments);
        assert_eq!(bench.text("bloomfilter_lookup", &[filter.clone(), Value::Count(1)]), "0");
        assert_eq!(bench.reports(), ["error: cannot perform lookup on untyped Bloom filter"]);
        for number in 0..1000 {
            bench.call("bloomfilter_add", &[filter.clone(), Value::Count(number)]);
        }
        let mut seen = |number| bench.text("bloomfilter_lookup", &[filter.clone(), Value::Count(number)]) == "1";
        assert!((0..1000).all(&mut seen));
        let wrong = (1000..11_000).filter(|number| seen(*number)).count();
        assert!(wrong < 200, "{wrong} of 10000 are wrong");
        bench.call("bloomfilter_add", &[filter, Value::string("x")]);
        assert_eq!(bench.reports(), ["error: incompatible Bloom filter types"]);
    }

    #[test]
    fn a_counting_filter_counts_to_its_limit() {
        let mut bench = Bench::new();
        let arguments = [Value::Count(3), Value::Count(32), Value::Count(3), Value::string("")];
        let filter = bench.call("bloomfilter_counting_init", &arguments);
        for expected in ["1", "2", "3", "3"] {
            bench.call("bloomfilter_add", &[filter.clone(), Value::Addr4(1)]);
            assert_eq!(bench.text("bloomfilter_lookup", &[filter.clone(), Value::Addr4(1)]), expected);
        }
        bench.call("bloomfilter_clear", std::slice::from_ref(&filter));
        assert_eq!(bench.text("bloomfilter_lookup", &[filter, Value::Addr4(1)]), "0");
    }

    #[test]
    fn only_filters_of_one_kind_merge() {
        let mut bench = Bench::new();
        let mut basic = |name: &str| {
            let arguments = [Value::Double(0.1), Value::Count(100), Value::string(name)];
            bench.call("bloomfilter_basic_init", &arguments)
        };
        let (one, two, other) = (basic("a"), basic("a"), basic("b"));
        bench.call("bloomfilter_add", &[one.clone(), Value::Count(1)]);
        bench.call("bloomfilter_add", &[two.clone(), Value::Count(2)]);
        let both = bench.call("bloomfilter_merge", &[one.clone(), two.clone()]);
        assert_eq!(bench.text("bloomfilter_lookup", &[both.clone(), Value::Count(1)]), "1");
        assert_eq!(bench.text("bloomfilter_lookup", &[both.clone(), Value::Count(2)]), "1");
        let state =
            |bench: &mut Bench, filter: &Value| bench.text("bloomfilter_internal_state", std::slice::from_ref(filter));
        let merged = bench.call("bloomfilter_merge", &[two, one.clone()]);
        assert_eq!(state(&mut bench, &both), state(&mut bench, &merged));
        assert_ne!(state(&mut bench, &both), state(&mut bench, &one));
        assert!(bench.try_call("bloomfilter_merge", &[one, other]).is_err());
        let expected = ["error: incompatible hashers in BasicBloomFilter merge", "error: failed to merge Bloom filter"];
        assert_eq!(bench.reports(), expected);
    }

    #[test]
    fn bad_sizes_are_refused() {
        let mut bench = Bench::new();
        let mut refused = |name, arguments: &[Value]| bench.try_call(name, arguments).is_err();
        let name = Value::string("");
        assert!(refused("bloomfilter_basic_init", &[Value::Double(-0.1), Value::Count(100), name.clone()]));
        assert!(refused("bloomfilter_basic_init", &[Value::Double(0.0), Value::Count(100), name.clone()]));
        assert!(refused("bloomfilter_basic_init2", &[Value::Count(0), Value::Count(100), name.clone()]));
        assert!(refused("bloomfilter_basic_init2", &[Value::Count(1), Value::Count(u64::MAX), name]));
        assert_eq!(bench.reports().len(), 4);
        assert_eq!(Cells::new(10, 3).unwrap().words.len(), 1);
    }
}
