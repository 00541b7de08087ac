//! `HyperLogLog`: how many different elements there were, in little room.

use std::rc::Rc;

use super::{Held, key};
use crate::broker::OpaqueForm;
use crate::builtins::seeds::seeds;
use crate::types::Type;
use crate::value::{Opaque, OpaqueObject, Value};
use crate::vm::{Raise, natives};
use crate::wire::{Data, Real};

/// As many buckets as Bro's constants are made for, and as many as fit in memory, as powers of two.
const LEAST_BITS: i32 = 4;
const MOST_BITS: i32 = 26;

#[derive(Clone)]
struct Counter {
    held: Held,
    /// For each part of the hashes the longest run of zeros seen.
    buckets: Vec<u8>,
    bits: u32,
    /// Buckets without any element.
    empty: u64,
}

impl Counter {
    /// A counter that is off by no more than `error` with this confidence.
    fn new(error: f64, confidence: f64) -> Option<Self> {
        let estimate = 2.0 * (1.04_f64.ln() - error.ln()) / std::f64::consts::LN_2;
        if !estimate.is_finite() || !(0.0..1.0).contains(&confidence) {
            return None;
        }
        let mut bits = estimate.floor() as i32;
        loop {
            bits += 1;
            // How many standard deviations the error is.
            let deviations = 2f64.powf((f64::from(bits) - estimate) / 2.0);
            if bits > MOST_BITS || error_function(deviations / std::f64::consts::SQRT_2) >= confidence {
                break;
            }
        }
        // Nothing is known of counters with 8 buckets and fewer.
        let bits = u32::try_from(bits).ok().filter(|_| (LEAST_BITS..=MOST_BITS).contains(&bits))?;
        Some(Counter { held: Held::default(), buckets: vec![0; 1 << bits], bits, empty: 1 << bits })
    }

    fn add(&mut self, hash: u64) {
        let index = hash & (self.buckets.len() as u64 - 1);
        let rest = (hash - index) >> self.bits;
        let rank = (rest.leading_zeros() - self.bits + 1) as u8;
        if let Some(bucket) = self.buckets.get_mut(index as usize) {
            if *bucket == 0 {
                self.empty -= 1;
            }
            *bucket = (*bucket).max(rank);
        }
    }

    /// What the mean of the buckets is to be multiplied by.
    fn constant(&self) -> f64 {
        match self.buckets.len() {
            16 => 0.673,
            32 => 0.697,
            64 => 0.709,
            count => 0.7213 / (1.0 + 1.079 / count as f64),
        }
    }

    fn estimate(&self) -> f64 {
        let count = self.buckets.len() as f64;
        let constant = self.constant();
        let sum: f64 = self.buckets.iter().map(|bucket| 2f64.powi(-i32::from(*bucket))).sum();
        let raw = constant * count * count / sum;
        let space = 2f64.powi(64);
        if raw <= 5.0 * (count / 2.0) {
            count * (count / self.empty as f64).ln()
        } else if raw <= space / 30.0 {
            raw
        } else {
            -space * (1.0 - raw / space).ln()
        }
    }

    /// Takes in what another one of the same size saw.
    fn merge(&mut self, other: &Counter) -> bool {
        if self.buckets.len() != other.buckets.len() {
            return false;
        }
        for (bucket, other) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket = (*bucket).max(*other);
        }
        self.empty = self.buckets.iter().map(|bucket| u64::from(*bucket == 0)).sum();
        true
    }
}

/// The error function, to more digits than a confidence has.
fn error_function(x: f64) -> f64 {
    if x > 6.0 {
        return 1.0;
    }
    // The series that has only positive terms.
    let mut term = x;
    let mut sum = x;
    let mut number = 0.0;
    while term > sum * 1e-17 {
        number += 1.0;
        term *= 2.0 * x * x / (2.0 * number + 1.0);
        sum += term;
    }
    sum * (-x * x).exp() * std::f64::consts::FRAC_2_SQRT_PI
}

impl Opaque for Counter {
    fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
        Some(Box::new(self.clone()))
    }
}

impl Counter {
    fn pack(&self) -> Data {
        let mut parts =
            vec![Data::Count(self.buckets.len() as u64), Data::Count(self.empty), Data::Real(Real(self.constant()))];
        parts.extend(self.buckets.iter().map(|bucket| Data::Count(u64::from(*bucket))));
        Data::Vector(vec![self.held.pack(), Data::Vector(parts)])
    }

    fn unpack(held: Held, parts: &[Data]) -> Option<Counter> {
        let [Data::Count(count), Data::Count(_), Data::Real(_), buckets @ ..] = parts else { return None };
        let bits = count.trailing_zeros();
        let fits = count.is_power_of_two() && *count == buckets.len() as u64;
        if !fits || !(LEAST_BITS..=MOST_BITS).contains(&(bits as i32)) {
            return None;
        }
        let bucket = |data: &Data| match data {
            Data::Count(rank) => u8::try_from(*rank).ok(),
            _ => None,
        };
        let buckets: Vec<u8> = buckets.iter().map(bucket).collect::<Option<_>>()?;
        let empty = buckets.iter().map(|bucket| u64::from(*bucket == 0)).sum();
        Some(Counter { held, buckets, bits, empty })
    }
}

/// How counters travel.
pub(super) const FORM: OpaqueForm = OpaqueForm {
    ty: "cardinality",
    name: "CardinalityVal",
    pack: |_vm, object| Ok(object.with(|counter: &mut Counter| counter.pack()).unwrap_or_default()),
    unpack: |vm, data| {
        let Data::Vector(parts) = data else { return None };
        let [held, Data::Vector(parts)] = parts.as_slice() else { return None };
        Counter::unpack(Held::unpack(vm, held)?, parts).map(object)
    },
};

fn object(counter: Counter) -> Value {
    Value::Opaque(Rc::new(OpaqueObject::new(Type::opaque("cardinality"), counter)))
}

natives! {
    /// Makes a counter of different elements: from the error that is acceptable, as a share, and the confidence that
    /// it is not larger.
    #[example("hll_cardinality_estimate(hll_cardinality_init(0.01, 0.95))", "0.0")]
    fn "hll_cardinality_init" = "function(err: double, confidence: double): opaque of cardinality";
    |_vm, err: f64, confidence: f64| -> Value {
        let counter = Counter::new(err, confidence)
            .ok_or_else(|| Raise::error("no counter of cardinality has this error and confidence"))?;
        Ok(object(counter))
    }

    /// Adds an element. All elements must be of the type of the first one.
    fn "hll_cardinality_add" = "function(handle: opaque of cardinality, elem: any): bool";
    |vm, handle: Rc<OpaqueObject>, elem: Value| -> bool {
        let hash = seeds(vm).hash(&key(&elem));
        let added = handle.with(|counter: &mut Counter| {
            let fits = counter.held.accept(&elem);
            if fits {
                counter.add(hash);
            }
            fits
        });
        if added != Some(true) {
            vm.error_without_place("incompatible HLL data type");
            return Ok(false);
        }
        Ok(true)
    }

    /// Adds to the first counter what the second one saw. Both must have been made alike and hold the same type.
    fn "hll_cardinality_merge_into" =
        "function(handle1: opaque of cardinality, handle2: opaque of cardinality): bool";
    |vm, handle1: Rc<OpaqueObject>, handle2: Rc<OpaqueObject>| -> bool {
        let other = handle2.with(|counter: &mut Counter| counter.clone()).ok_or_else(Raise::null)?;
        let merged = handle1.with(|counter: &mut Counter| {
            if !counter.held.fits(&other.held) {
                Some("incompatible HLL types")
            } else if !counter.merge(&other) {
                Some("Carinality counters with different parameters cannot be merged")
            } else {
                None
            }
        });
        if let Some(Some(problem)) = merged {
            vm.error_without_place(problem);
        }
        Ok(merged == Some(None))
    }

    /// Gives about how many different elements were added.
    #[example("hll_cardinality_estimate(hll_cardinality_init(0.01, 0.95))", "0.0")]
    fn "hll_cardinality_estimate" = "function(handle: opaque of cardinality): double";
    |_vm, handle: Rc<OpaqueObject>| -> f64 {
        handle.with(|counter: &mut Counter| counter.estimate()).ok_or_else(Raise::null)
    }

    /// Makes a copy of a counter, which takes elements of any type.
    #[example("hll_cardinality_estimate(hll_cardinality_copy(hll_cardinality_init(0.01, 0.95)))", "0.0")]
    fn "hll_cardinality_copy" = "function(handle: opaque of cardinality): opaque of cardinality";
    |_vm, handle: Rc<OpaqueObject>| -> Value {
        let copied = handle.with(|counter: &mut Counter| Counter { held: Held::default(), ..counter.clone() });
        copied.map(object).ok_or_else(Raise::null)
    }
}

#[cfg(test)]
mod tests {
    use super::{Counter, error_function};
    use crate::builtins::bench::Bench;
    use crate::value::Value;

    #[test]
    fn the_error_function() {
        for (x, y) in [(0.0, 0.0), (0.5, 0.520_499_877_813_046_5), (1.0, 0.842_700_792_949_714_9), (7.0, 1.0)] {
            assert!((error_function(x) - y).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn sizes_follow_from_the_error() {
        assert_eq!(Counter::new(0.01, 0.95).unwrap().buckets.len(), 1 << 16);
        assert_eq!(Counter::new(0.1, 0.99).unwrap().buckets.len(), 1 << 10);
        assert!(Counter::new(0.0, 0.5).is_none());
        assert!(Counter::new(0.01, 1.5).is_none());
        assert!(Counter::new(-1.0, 0.5).is_none());
        assert!(Counter::new(1e-9, 0.5).is_none());
    }

    #[test]
    fn estimates_are_near() {
        let mut bench = Bench::new();
        let mut counter = || bench.call("hll_cardinality_init", &[Value::Double(0.01), Value::Double(0.95)]);
        let (one, two) = (counter(), counter());
        for number in 0..20_000 {
            bench.call("hll_cardinality_add", &[one.clone(), Value::Count(number % 10_000)]);
            bench.call("hll_cardinality_add", &[two.clone(), Value::Count(number + 5000)]);
        }
        let estimate = |bench: &mut Bench, of: &Value| {
            let Value::Double(number) = bench.call("hll_cardinality_estimate", std::slice::from_ref(of)) else {
                panic!("no number")
            };
            number
        };
        assert!((estimate(&mut bench, &one) - 10_000.0).abs() < 200.0);
        assert_eq!(bench.text("hll_cardinality_merge_into", &[one.clone(), two]), "T");
        assert!((estimate(&mut bench, &one) - 25_000.0).abs() < 500.0);
        assert_eq!(bench.text("hll_cardinality_add", &[one, Value::string("x")]), "F");
        assert_eq!(bench.reports(), ["error: incompatible HLL data type"]);
    }
}
