//! Families of hash functions for Bloom filters, made from one seed.

use md5::{Digest, Md5};
use sha2::Sha256;

use crate::builtins::seeds::{SHORT, keyed_md5, low, seeds, siphash, step};
use crate::value::Value;
use crate::vm::Vm;

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

/// Some number of hash functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hasher {
    /// All made from two.
    Double { count: u64, first: Seed, second: Seed },
    /// Each on its own.
    Single(Vec<Seed>),
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
    pub(super) fn double(vm: &mut Vm, count: u64, name: &[u8]) -> Self {
        let seed = seed_for(vm, name);
        Hasher::Double { count, first: seed.moved(1), second: seed.moved(2) }
    }

    pub(super) fn single(vm: &mut Vm, count: u32, name: &[u8]) -> Self {
        let seed = seed_for(vm, name);
        Hasher::Single((1..=count).map(|number| seed.moved(number)).collect())
    }

    /// Calls `visit` with each hash of the key until it says to stop.
    pub(super) fn each(&self, key: &[u8], mut visit: impl FnMut(u64) -> bool) {
        match self {
            Hasher::Double { count, first, second } => {
                let (first, second) = (first.hash(key), second.hash(key));
                (0..*count).all(|number| visit(first.wrapping_add(number.wrapping_mul(second))));
            }
            Hasher::Single(seeds) => {
                seeds.iter().all(|seed| visit(seed.hash(key)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Hasher;
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
        let one = Hasher::double(&mut bench.vm, 3, b"name");
        assert_eq!(one, Hasher::double(&mut bench.vm, 3, b"name"));
        assert_ne!(one, Hasher::double(&mut bench.vm, 3, b"other"));
        let all = hashes(&one, b"key");
        assert_eq!(all.len(), 3);
        assert_eq!(all[2].wrapping_sub(all[1]), all[1].wrapping_sub(all[0]));
        let single = Hasher::single(&mut bench.vm, 4, b"name");
        assert_eq!(hashes(&single, &[7; 100]).len(), 4);
    }
}
