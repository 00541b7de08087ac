//! Sets of bytes: what one step of a pattern accepts.

/// A set of byte values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(super) const EMPTY: Self = Self([0; 4]);
    pub(super) const ALL: Self = Self([u64::MAX; 4]);

    pub(super) fn of(bytes: impl IntoIterator<Item = u8>) -> Self {
        let mut set = Self::EMPTY;
        for byte in bytes {
            set.insert(byte);
        }
        set
    }

    pub(super) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub(super) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    pub(super) fn complement(self) -> Self {
        Self(self.0.map(|word| !word))
    }

    /// The byte of a set of exactly one.
    pub(super) fn single(&self) -> Option<u8> {
        let mut bytes = self.iter();
        let first = bytes.next()?;
        bytes.next().is_none().then_some(first)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=u8::MAX).filter(|&byte| self.contains(byte))
    }

    /// The set as inclusive ranges in ascending order.
    pub(super) fn ranges(&self) -> Vec<(u8, u8)> {
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for byte in self.iter() {
            match ranges.last_mut() {
                Some((_, end)) if *end + 1 == byte => *end = byte,
                _ => ranges.push((byte, byte)),
            }
        }
        ranges
    }

    /// The set as a table, for loops that ask about every byte of a text.
    pub(super) fn table(&self) -> Box<[bool; 256]> {
        let mut table = Box::new([false; 256]);
        for byte in self.iter() {
            table[usize::from(byte)] = true;
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::ByteSet;

    #[test]
    fn ranges_join_neighbours_and_reach_the_last_byte() {
        let set = ByteSet::of([b'a', b'b', b'c', b'x', 254, 255, 0]);
        assert_eq!(set.ranges(), [(0, 0), (b'a', b'c'), (b'x', b'x'), (254, 255)]);
        assert_eq!(ByteSet::ALL.ranges(), [(0, 255)]);
        assert!(ByteSet::EMPTY.ranges().is_empty());
    }

    #[test]
    fn complement_and_union_cover_everything() {
        let set = ByteSet::of(*b"xyz");
        assert!(set.union(set.complement()) == ByteSet::ALL);
        assert!(!set.complement().contains(b'y'));
    }

    #[test]
    fn only_a_set_of_one_is_single() {
        assert_eq!(ByteSet::of([200]).single(), Some(200));
        assert_eq!(ByteSet::of([1, 2]).single(), None);
        assert_eq!(ByteSet::EMPTY.single(), None);
    }
}
