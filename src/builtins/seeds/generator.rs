//! The generators of random numbers: Bro's own, which a seed makes the same everywhere, and that of the C library.

/// How many numbers the C library's generator remembers, and how far back it looks.
const DEGREE: usize = 31;
const SEPARATION: usize = 3;

/// How many of its first numbers the C library throws away.
const WARM_UP: usize = 310;

/// A linear congruence, as Bro computes it: in wide numbers, of which 32 bits are kept.
pub(in crate::builtins) fn step(state: u32) -> u32 {
    const M: i64 = 2_147_483_647;
    const A: i64 = 16_807;
    let state = i64::from(state);
    let next = (A * (state % (M / A)) - (M % A) * (state / (M / A))) as u32;
    if next == 0 { M as u32 } else { next }
}

#[derive(Clone, Debug)]
pub(in crate::builtins) enum Generator {
    /// After a seed file: the state of [`step`].
    Own(u32),
    /// What `random` of glibc gives.
    System(Box<Additive>),
}

impl Generator {
    pub(super) fn own(seed: u32) -> Self {
        Generator::Own(seed)
    }

    pub(super) fn of_the_system(seed: u32) -> Self {
        Generator::System(Box::new(Additive::new(seed)))
    }

    pub(in crate::builtins) fn is_own(&self) -> bool {
        matches!(self, Generator::Own(_))
    }

    /// `srand`
    pub(in crate::builtins) fn reseed(&mut self, seed: u32) {
        match self {
            Generator::Own(state) => *state = seed,
            Generator::System(additive) => **additive = Additive::new(seed),
        }
    }

    /// The next number.
    pub(in crate::builtins) fn next(&mut self) -> u64 {
        match self {
            Generator::Own(state) => {
                *state = step(*state);
                u64::from(*state)
            }
            Generator::System(additive) => u64::from(additive.next()),
        }
    }
}

/// An additive feedback generator.
#[derive(Clone, Debug)]
pub(in crate::builtins) struct Additive {
    numbers: [u32; DEGREE],
    next: usize,
}

impl Additive {
    fn new(seed: u32) -> Self {
        let mut numbers = [0; DEGREE];
        let mut last = i64::from(seed.max(1) as i32);
        for number in &mut numbers {
            *number = last as u32;
            // The remainder of the C language has the sign of what is divided.
            last = 16_807 * last % 2_147_483_647;
            if last < 0 {
                last += 2_147_483_647;
            }
        }
        let mut generator = Additive { numbers, next: SEPARATION };
        for _ in 0..WARM_UP {
            generator.next();
        }
        generator
    }

    fn next(&mut self) -> u32 {
        let behind = self.numbers[(self.next + DEGREE - SEPARATION) % DEGREE];
        let number = &mut self.numbers[self.next];
        *number = number.wrapping_add(behind);
        self.next = (self.next + 1) % DEGREE;
        *number >> 1
    }
}

#[cfg(test)]
mod tests {
    use super::{Generator, step};

    #[test]
    fn the_library_s_numbers() {
        let mut generator = Generator::of_the_system(1);
        assert_eq!([generator.next(), generator.next(), generator.next()], [1_804_289_383, 846_930_886, 1_681_692_777]);
        generator.reseed(42);
        assert_eq!([generator.next(), generator.next()], [71_876_166, 708_592_740]);
    }

    #[test]
    fn the_own_generator_walks_its_circle() {
        assert_eq!(step(1), 16_807);
        assert_eq!(step(16_807), 282_475_249);
        // Where the true residue is found by adding the modulus, Bro keeps the bits of the negative number.
        assert_eq!(step(1_624_379_149), 4_275_720_228);
    }
}
