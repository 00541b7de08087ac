//! SipHash-2-4, the keyed hash for short data.

/// The 64-bit hash of `data` under a key.
pub(in crate::builtins) fn siphash(data: &[u8], key: &[u8; 16]) -> u64 {
    let (low, high) = key.split_at(8);
    let (low, high) = (word(low), word(high));
    let mut state = State([
        low ^ 0x736f_6d65_7073_6575,
        high ^ 0x646f_7261_6e64_6f6d,
        low ^ 0x6c79_6765_6e65_7261,
        high ^ 0x7465_6462_7974_6573,
    ]);
    let chunks = data.chunks_exact(8);
    let rest = chunks.remainder();
    for chunk in chunks {
        state.add(word(chunk));
    }
    state.add(word(rest) | (data.len() as u64) << 56);
    state.0[2] ^= 0xff;
    for _ in 0..4 {
        state.round();
    }
    state.0.iter().fold(0, |sum, part| sum ^ part)
}

/// Up to eight bytes as a number, the first one lowest.
fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

struct State([u64; 4]);

impl State {
    fn add(&mut self, word: u64) {
        self.0[3] ^= word;
        self.round();
        self.round();
        self.0[0] ^= word;
    }

    fn round(&mut self) {
        let [mut a, mut b, mut c, mut d] = self.0;
        a = a.wrapping_add(b);
        b = b.rotate_left(13) ^ a;
        a = a.rotate_left(32);
        c = c.wrapping_add(d);
        d = d.rotate_left(16) ^ c;
        a = a.wrapping_add(d);
        d = d.rotate_left(21) ^ a;
        c = c.wrapping_add(b);
        b = b.rotate_left(17) ^ c;
        c = c.rotate_left(32);
        self.0 = [a, b, c, d];
    }
}

#[cfg(test)]
mod tests {
    use super::siphash;

    #[test]
    fn the_vectors_of_its_authors() {
        let key: [u8; 16] = std::array::from_fn(|place| place as u8);
        let data: Vec<u8> = (0..64).collect();
        assert_eq!(siphash(&data[..0], &key), 0x726f_db47_dd0e_0e31);
        assert_eq!(siphash(&data[..1], &key), 0x74f8_39c5_93dc_67fd);
        assert_eq!(siphash(&data[..15], &key), 0xa129_ca61_49be_45e5);
    }
}
