//! Tests of randomness: how evenly bytes are spread.

use std::rc::Rc;

use super::results::record_named;
use crate::broker::OpaqueForm;
use crate::types::Type;
use crate::value::{Opaque, OpaqueObject, Text, Value};
use crate::vm::{Raise, Vm, natives};
use crate::wire::Data;

/// Bytes that make one point for the estimate of pi: half of them for each coordinate.
const POINT: usize = 6;

/// The square of the radius of the circle inside the square of all points.
const CIRCLE: f64 = 281_474_943_156_225.0;

/// What is known of the bytes so far.
#[derive(Clone, Debug)]
struct Entropy {
    counts: [u64; 256],
    total: u64,
    /// The bytes of the point that is being made, and behind them what is left of the last one.
    point: [u8; POINT],
    /// How many bytes of it there are.
    filled: usize,
    /// The coordinates of the last point.
    place: (f64, f64),
    inside: u64,
    points: u64,
    first: Option<f64>,
    last: f64,
    products: f64,
    sum: f64,
    squares: f64,
}

/// The result of a test.
#[derive(Debug)]
struct Findings {
    entropy: f64,
    chi_square: f64,
    mean: f64,
    pi: f64,
    correlation: f64,
}

impl Entropy {
    fn new() -> Self {
        Entropy {
            counts: [0; 256],
            total: 0,
            point: [0; POINT],
            filled: 0,
            place: (0.0, 0.0),
            inside: 0,
            points: 0,
            first: None,
            last: 0.0,
            products: 0.0,
            sum: 0.0,
            squares: 0.0,
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.counts[usize::from(*byte)] += 1;
            self.total += 1;
            if let Some(free) = self.point.get_mut(self.filled) {
                *free = *byte;
                self.filled += 1;
            }
            if self.filled == POINT {
                self.add_point();
            }
            let number = f64::from(*byte);
            if self.first.is_none() {
                self.first = Some(number);
                self.last = 0.0;
            } else {
                self.products += self.last * number;
            }
            self.sum += number;
            self.squares += number * number;
            self.last = number;
        }
    }

    fn add_point(&mut self) {
        let coordinate = |bytes: &[u8]| bytes.iter().fold(0.0, |sum, byte| sum * 256.0 + f64::from(*byte));
        let (x, y) = self.point.split_at(POINT / 2);
        let (x, y) = (coordinate(x), coordinate(y));
        self.points += 1;
        self.inside += u64::from(x * x + y * y <= CIRCLE);
        self.place = (x, y);
        self.filled = 0;
    }

    /// The findings. As in Bro, taking them changes what is known, so a second time gives other ones.
    fn finish(&mut self) -> Findings {
        let total = self.total as f64;
        self.products += self.last * self.first.unwrap_or(0.0);
        self.sum *= self.sum;
        let spread = total * self.squares - self.sum;
        let correlation = if spread == 0.0 { -100_000.0 } else { (total * self.products - self.sum) / spread };
        let expected = total / 256.0;
        let (mut chi_square, mut sum, mut entropy) = (0.0, 0.0, 0.0);
        for (byte, count) in (0u32..).zip(self.counts) {
            let off = count as f64 - expected;
            chi_square += off * off / expected;
            sum += f64::from(byte) * count as f64;
            let share = count as f64 / total;
            if share > 0.0 {
                entropy += share * (std::f64::consts::LOG2_10 * (1.0 / share).log10());
            }
        }
        let pi = 4.0 * (self.inside as f64 / self.points as f64);
        Findings { entropy, chi_square, mean: sum / total, pi, correlation }
    }
}

/// In a test that travels, how many numbers go before the counts of bytes.
const HEAD: usize = 14;

impl Entropy {
    /// What is known, as whole numbers. Two of them only the findings have, which are made anew each time.
    fn pack(&self) -> Data {
        let head: [u64; HEAD] = [
            self.total,
            self.filled as u64,
            u64::from(self.first.is_none()),
            self.inside,
            self.points,
            0,
            self.place.0 as u64,
            self.place.1 as u64,
            0,
            self.first.unwrap_or_default() as u64,
            self.last as u64,
            self.products as u64,
            self.sum as u64,
            self.squares as u64,
        ];
        let numbers = head.into_iter().chain(self.counts).chain(self.point.map(u64::from));
        Data::Vector(numbers.map(Data::Count).collect())
    }

    fn unpack(data: &Data) -> Option<Entropy> {
        let Data::Vector(parts) = data else { return None };
        let number = |part: &Data| if let Data::Count(number) = part { Some(*number) } else { None };
        let numbers: Vec<u64> = parts.iter().map(number).collect::<Option<_>>()?;
        let (head, rest) = numbers.split_first_chunk::<HEAD>()?;
        let (counts, rest) = rest.split_first_chunk::<256>()?;
        let mut point = [0; POINT];
        if rest.len() != POINT {
            return None;
        }
        for (byte, number) in point.iter_mut().zip(rest) {
            *byte = u8::try_from(*number).ok()?;
        }
        let [total, filled, is_empty, inside, points, _, x, y, _, first, last, products, sum, squares] = *head;
        Some(Entropy {
            counts: *counts,
            total,
            point,
            filled: usize::try_from(filled).ok().filter(|filled| *filled < POINT)?,
            place: (x as f64, y as f64),
            inside,
            points,
            first: (is_empty == 0).then_some(first as f64),
            last: last as f64,
            products: products as f64,
            sum: sum as f64,
            squares: squares as f64,
        })
    }
}

/// How tests of randomness travel.
pub(super) const FORM: OpaqueForm = OpaqueForm {
    ty: "entropy",
    name: "EntropyVal",
    pack: |_vm, object| Ok(object.with(|entropy: &mut Entropy| entropy.pack()).unwrap_or_default()),
    unpack: |_vm, data| Entropy::unpack(data).map(object),
};

fn object(entropy: Entropy) -> Value {
    Value::Opaque(Rc::new(OpaqueObject::new(Type::opaque("entropy"), entropy)))
}

impl Opaque for Entropy {
    fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
        Some(Box::new(self.clone()))
    }
}

fn record(vm: &mut Vm, findings: &Findings) -> Result<Value, Raise> {
    let fields = [
        ("entropy", Value::Double(findings.entropy)),
        ("chi_square", Value::Double(findings.chi_square)),
        ("mean", Value::Double(findings.mean)),
        ("monte_carlo_pi", Value::Double(findings.pi)),
        ("serial_correlation", Value::Double(findings.correlation)),
    ];
    record_named(vm, "entropy_test_result", &fields)
}

natives! {
    /// Tests how random data looks: its entropy in bits per byte, the chi-square of the spread of bytes, their mean,
    /// an estimate of pi from points made of them, and how much each depends on the one before.
    #[example("find_entropy(\"aaaaaaaa\")$mean", "97.0")]
    fn "find_entropy" = "function(data: string): entropy_test_result";
    |vm, data: Rc<Text>| -> Value {
        let mut entropy = Entropy::new();
        entropy.add(data.as_bytes());
        record(vm, &entropy.finish())
    }

    /// Begins a test as `find_entropy` makes it, to be fed step by step.
    #[example("type_name(entropy_test_init())", "opaque of entropy")]
    fn "entropy_test_init" = "function(): opaque of entropy";
    |_vm| -> Value {
        Ok(object(Entropy::new()))
    }

    /// Adds data to a test.
    #[example("entropy_test_add(entropy_test_init(), \"abc\")", "T")]
    fn "entropy_test_add" = "function(handle: opaque of entropy, data: string): bool";
    |_vm, handle: Rc<OpaqueObject>, data: Rc<Text>| -> bool {
        Ok(handle.with(|entropy: &mut Entropy| entropy.add(data.as_bytes())).is_some())
    }

    /// Gives the result of a test, which is over then.
    #[example("entropy_test_finish(entropy_test_init())$serial_correlation", "-100000.0")]
    fn "entropy_test_finish" = "function(handle: opaque of entropy): entropy_test_result";
    |vm, handle: Rc<OpaqueObject>| -> Value {
        let findings = handle.with(Entropy::finish).ok_or_else(|| Raise::error("no handle of a test of entropy"))?;
        record(vm, &findings)
    }
}

#[cfg(test)]
mod tests {
    use super::Entropy;

    #[test]
    fn findings_of_a_short_text() {
        let mut entropy = Entropy::new();
        entropy.add(b"dh3Hhv8326");
        let found = entropy.finish();
        assert!((found.entropy - 2.921_928).abs() < 1e-6, "{found:?}");
        assert!((found.chi_square - 348.4).abs() < 1e-9, "{found:?}");
        assert!((found.mean - 76.0).abs() < 1e-9, "{found:?}");
        assert_eq!(found.pi, 4.0);
    }

    #[test]
    fn one_byte_over_and_over_has_no_entropy() {
        let mut entropy = Entropy::new();
        entropy.add(&[7; 100]);
        let found = entropy.finish();
        assert_eq!((found.entropy, found.mean, found.correlation), (0.0, 7.0, -100_000.0));
        assert_eq!(found.chi_square, 25_500.0);
    }
}
