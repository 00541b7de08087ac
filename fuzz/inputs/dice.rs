//! Random choices. The same seed and number give the same choices on every machine.

pub(crate) struct Dice {
    random: fastrand::Rng,
}

impl Dice {
    /// For the input of this number in the run from this seed.
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed.rotate_left(32) ^ number);
        // Neighbouring seeds begin alike.
        random.u64(..);
        Dice { random }
    }

    /// Less than `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.random.usize(..end)
    }

    /// Small numbers more often than large ones.
    pub(crate) fn few(&mut self, most: usize) -> usize {
        let end = self.below(most + 1);
        self.below(end + 1)
    }

    /// Holds in so many of a hundred cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.random.u8(..)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.random.u64(..)
    }

    pub(crate) fn pick<'t, T: ?Sized>(&mut self, from: &[&'t T]) -> &'t T {
        from[self.below(from.len())]
    }

    /// A range of places in something of this length.
    pub(crate) fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let (one, other) = (self.below(length + 1), self.below(length + 1));
        one.min(other)..one.max(other)
    }
}
