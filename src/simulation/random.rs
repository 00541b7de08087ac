//! Numbers drawn from a seed: the same on every machine and in every release, which is why they are our own.

use std::time::Duration;

/// xoshiro256** by Blackman and Vigna, its state filled by `SplitMix64`.
#[derive(Clone, Debug)]
pub(super) struct Random([u64; 4]);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let mut state = seed;
        Random([(); 4].map(|()| split_mix(&mut state)))
    }

    /// Another sequence for a purpose of its own, so that what one draws does not change what others get.
    pub(super) fn branch(seed: u64, purpose: u64) -> Self {
        let mut state = purpose;
        Random::new(seed ^ split_mix(&mut state))
    }

    pub(super) fn next(&mut self) -> u64 {
        let [first, second, third, fourth] = &mut self.0;
        let result = second.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *second << 17;
        *third ^= *first;
        *fourth ^= *second;
        *second ^= *third;
        *first ^= *fourth;
        *third ^= shifted;
        *fourth = fourth.rotate_left(45);
        result
    }

    /// A number from zero to below `limit`, each as likely; zero where there is none.
    fn below(&mut self, limit: u64) -> u64 {
        // The upper half of the product: more even than a remainder, and quicker.
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A time between two, both included.
    pub(super) fn between(&mut self, shortest: Duration, longest: Duration) -> Duration {
        let span = longest.saturating_sub(shortest).as_nanos() as u64;
        shortest + Duration::from_nanos(self.below(span.saturating_add(1)))
    }

    /// Whether something happens that does so with a probability of 0 to 1.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        // 53 bits are what a double holds.
        ((self.next() >> 11) as f64) < probability * (1u64 << 53) as f64
    }

    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(8) {
            let drawn = self.next().to_le_bytes();
            piece.iter_mut().zip(drawn).for_each(|(byte, drawn)| *byte = drawn);
        }
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Random, split_mix};

    #[test]
    fn numbers_are_those_of_the_published_algorithms() {
        let mut state = 0;
        assert_eq!(split_mix(&mut state), 0xe220_a839_7b1d_cdaf);
        // The first outputs of the reference implementation from the state 1, 2, 3, 4.
        let mut random = Random([1, 2, 3, 4]);
        assert_eq!([(); 4].map(|()| random.next()), [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }

    #[test]
    fn draws_stay_within_their_bounds() {
        let mut random = Random::new(7);
        let (shortest, longest) = (Duration::from_micros(100), Duration::from_millis(5));
        let drawn: Vec<Duration> = (0..10_000).map(|_| random.between(shortest, longest)).collect();
        assert!(drawn.iter().all(|time| (shortest..=longest).contains(time)));
        assert!(drawn.iter().any(|time| *time < shortest * 2) && drawn.iter().any(|time| *time > longest * 9 / 10));
        assert_eq!(random.between(longest, longest), longest);
        assert!(!random.happens(0.0) && random.happens(1.0));
        let some = (0..10_000).filter(|_| random.happens(0.25)).count();
        assert!((2_300..2_700).contains(&some), "{some} of 10000 at a quarter");
    }

    #[test]
    fn branches_of_one_seed_differ_and_repeat() {
        let draw = |seed, purpose| Random::branch(seed, purpose).next();
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }
}
