//! Families of hash functions for Bloom filters, made from one seed.

use md5::{Digest, Md5};
use sha2::Sha256;

use crate::builtins::seeds::{SHORT, keyed_md5, low, seeds, siphash, step};
use crate::value::Value;
use crate::vm::Vm;
use crate::wire::Data;

/// No filter has more hash functions than this.
pub(super) const MAX_FUNCTIONS: u32 = 1 << 16;

/// Two words that make a hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seed(u64, u64);

impl Seed {
    /// The seed of the function with a number.
    fn moved(self, by: u32) -> Self {
        Seed(self.0.wrapping_add(u64::from(step(by))), self.1)
    }

    fn bytes(self) -> [u8; 16] {
        (u128::from(self.1) << 64 | u128::from(self.0)).to_le_bytes()
    }

    fn hash(self, key: &[u8]) -> u64 {
        let seed = self.bytes();
        if key.len() <= SHORT { siphash(key, &seed) } else { low(&keyed_md5(&Md5::digest(key).into(), &seed)) }
    }
}

/// How the functions of a family are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Each on its own.
    Single,
    /// All from two.
    Double,
}

/// Some number of hash functions, made from one seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hasher {
    kind: Kind,
    count: u32,
    seed: Seed,
}

/// The seed for a filter: from its name, from the script's `global_hash_seed`, or from this machine's seed.
fn seed_for(vm: &mut Vm, name: &[u8]) -> Seed {
    let common = vm.global_by_name("global_hash_seed");
    let digest = match (name, common.as_ref().and_then(Value::as_bytes)) {
        ([], Some(text)) if !text.is_empty() => Sha256::digest(text),
        ([], _) => Sha256::digest(seeds(vm).initial.to_le_bytes()),
        (name, _) => Sha256::digest(name),
    };
    Seed(low(&digest), low(digest.get(8..).unwrap_or_default()))
}

impl Hasher {
    pub(super) fn named(vm: &mut Vm, kind: Kind, count: u32, name: &[u8]) -> Self {
        Hasher { kind, count, seed: seed_for(vm, name) }
    }

    /// Calls `visit` with each hash of the key until it says to stop.
    pub(super) fn each(&self, key: &[u8], mut visit: impl FnMut(u64) -> bool) {
        match self.kind {
            Kind::Double => {
                let (first, second) = (self.seed.moved(1).hash(key), self.seed.moved(2).hash(key));
                (0..u64::from(self.count)).all(|number| visit(first.wrapping_add(number.wrapping_mul(second))));
            }
            Kind::Single => {
                (1..=self.count).all(|number| visit(self.seed.moved(number).hash(key)));
            }
        }
    }

    /// As it travels: with a filter.
    pub(super) fn pack(&self) -> Data {
        let numbers = [u64::from(self.kind == Kind::Double), u64::from(self.count), self.seed.0, self.seed.1];
        Data::Vector(numbers.map(Data::Count).to_vec())
    }

    pub(super) fn unpack(data: &Data) -> Option<Self> {
        let Data::Vector(parts) = data else { return None };
        let [Data::Count(kind), Data::Count(count), Data::Count(low), Data::Count(high)] = parts.as_slice() else {
            return None;
        };
        let kind = match kind {
            0 => Kind::Single,
            1 => Kind::Double,
            _ => return None,
        };
        let count = u32::try_from(*count).ok().filter(|count| *count <= MAX_FUNCTIONS)?;
        Some(Hasher { kind, count, seed: Seed(*low, *high) })
    }
}

#[cfg(test)]
mod tests {
    use super::{Hasher, Kind};
    use crate::builtins::bench::Bench;

    fn hashes(hasher: &Hasher, key: &[u8]) -> Vec<u64> {
        let mut all = Vec::new();
        hasher.each(key, |hash| {
            all.push(hash);
            true
        });
        all
    }

    #[test]
    fn a_name_makes_the_same_functions_everywhere() {
        let mut bench = Bench::new();
        let one = Hasher::named(&mut bench.vm, Kind::Double, 3, b"name");
        assert_eq!(one, Hasher::named(&mut bench.vm, Kind::Double, 3, b"name"));
        assert_ne!(one, Hasher::named(&mut bench.vm, Kind::Double, 3, b"other"));
        let all = hashes(&one, b"key");
        assert_eq!(all.len(), 3);
        assert_eq!(all[2].wrapping_sub(all[1]), all[1].wrapping_sub(all[0]));
        let single = Hasher::named(&mut bench.vm, Kind::Single, 4, b"name");
        assert_eq!(hashes(&single, &[7; 100]).len(), 4);
    }
}
