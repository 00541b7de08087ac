//! How digests that are being fed travel: as the memory that OpenSSL keeps for them on machines of today.
//!
//! That is the words of the state, the number of bits that went in, a block with those bytes that do not fill one yet,
//! how many these are, and for the family of SHA2 the length of the digest.

use std::any::Any;

use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::{Running, handle};
use crate::broker::OpaqueForm;
use crate::wire::Data;

/// What is to be known of a digest to have it travel.
pub(in crate::builtins) trait Context: Digest + SerializableState + Clone + Any {
    /// The name of the type in scripts.
    const TYPE: &'static str;
    /// The name under which it travels.
    const NAME: &'static str;
    /// The bytes of the state's words.
    const STATE: usize;
    /// The bytes of a block.
    const BLOCK: usize;
    /// The length of the digest, where it is told.
    const LENGTH: Option<u32>;
}

macro_rules! contexts {
    ($($digest:ty: $ty:literal, $name:literal, $state:literal, $block:literal, $length:expr;)*) => {
        $(impl Context for $digest {
            const TYPE: &'static str = $ty;
            const NAME: &'static str = $name;
            const STATE: usize = $state;
            const BLOCK: usize = $block;
            const LENGTH: Option<u32> = $length;
        })*

        /// How digests travel.
        pub(in crate::builtins) const FORMS: &[OpaqueForm] = &[$(form::<$digest>()),*];
    };
}

contexts! {
    Md5: "md5", "MD5Val", 16, 64, None;
    Sha1: "sha1", "SHA1Val", 20, 64, None;
    Sha224: "sha224", "SHA224Val", 32, 64, Some(28);
    Sha256: "sha256", "SHA256Val", 32, 64, Some(32);
    Sha384: "sha384", "SHA384Val", 64, 128, Some(48);
    Sha512: "sha512", "SHA512Val", 64, 128, Some(64);
}

const fn form<D: Context>() -> OpaqueForm {
    OpaqueForm {
        ty: D::TYPE,
        name: D::NAME,
        pack: |_vm, object| {
            let memory = object.with(|running: &mut Running<D>| running.0.as_ref().map(to_memory)).flatten();
            Ok(Data::Vector(match memory {
                Some(memory) => vec![Data::Bool(true), Data::string(&memory)],
                None => vec![Data::Bool(false)],
            }))
        },
        unpack: |_vm, data| {
            let Data::Vector(parts) = data else { return None };
            match parts.as_slice() {
                [Data::Bool(false)] => Some(handle::<D>(None)),
                [Data::Bool(true), Data::String(memory)] => Some(handle(Some(from_memory::<D>(memory)?))),
                _ => None,
            }
        },
    }
}

/// The bytes of the number of blocks, in the form that the digest itself gives.
const fn count_bytes<D: Context>() -> usize {
    D::BLOCK / 8
}

fn to_memory<D: Context>(digest: &D) -> Vec<u8> {
    // State, number of blocks, how many bytes wait, and room for those: always less than a block.
    let own = digest.serialize();
    let (state, rest) = own.split_at(D::STATE);
    let (blocks, rest) = rest.split_at(count_bytes::<D>());
    let (waiting, block) = rest.split_at(1);
    let waiting = waiting.first().copied().unwrap_or_default();
    let blocks = blocks.iter().rev().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    let bits = (blocks * D::BLOCK as u128 + u128::from(waiting)) * 8;
    let mut memory = state.to_vec();
    memory.extend_from_slice(bits.to_le_bytes().get(..count_bytes::<D>()).unwrap_or_default());
    memory.extend_from_slice(block);
    memory.resize(D::STATE + count_bytes::<D>() + D::BLOCK, 0);
    memory.extend_from_slice(&u32::from(waiting).to_le_bytes());
    memory.extend(D::LENGTH.into_iter().flat_map(u32::to_le_bytes));
    memory
}

/// `None` where the bytes are no such memory.
fn from_memory<D: Context>(memory: &[u8]) -> Option<D> {
    let (state, rest) = memory.split_at_checked(D::STATE)?;
    let (bits, rest) = rest.split_at_checked(count_bytes::<D>())?;
    let (block, rest) = rest.split_at_checked(D::BLOCK)?;
    let (waiting, rest) = rest.split_first_chunk()?;
    if rest != D::LENGTH.map(u32::to_le_bytes).as_ref().map_or([].as_slice(), |length| length.as_slice()) {
        return None;
    }
    let bits = bits.iter().rev().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    let (bytes, waiting) = (bits / 8, u32::from_le_bytes(*waiting) as usize);
    if bits % 8 != 0 || bytes % D::BLOCK as u128 != waiting as u128 {
        return None;
    }
    let blocks = bytes / D::BLOCK as u128;
    let mut own = state.to_vec();
    own.extend_from_slice(blocks.to_le_bytes().get(..count_bytes::<D>())?);
    own.push(waiting as u8);
    own.extend_from_slice(block.get(..waiting)?);
    let mut whole = SerializedState::<D>::default();
    whole.get_mut(..own.len())?.copy_from_slice(&own);
    D::deserialize(&whole).ok()
}

#[cfg(test)]
mod tests {
    use md5::Md5;
    use sha1::{Digest, Sha1};
    use sha2::{Sha224, Sha256, Sha384, Sha512};

    use super::{Context, from_memory, to_memory};
    use crate::builtins::hashing::hex;

    fn goes_on<D: Context>() {
        // A block and its borders, in two parts each.
        for (first, second) in [(0, 0), (3, 5), (63, 1), (64, 0), (127, 200), (128, 1), (300, 7)] {
            let text: Vec<u8> = (0..first + second).map(|number| number as u8).collect();
            let mut digest = D::new();
            digest.update(&text[..first]);
            let memory = to_memory(&digest);
            let mut arrived: D = from_memory(&memory).unwrap();
            arrived.update(&text[first..]);
            assert_eq!(hex(&arrived.finalize()), hex(&D::digest(&text)), "{} {first} {second}", D::NAME);
            for length in 0..memory.len() {
                assert!(from_memory::<D>(&memory[..length]).is_none());
            }
            // More bytes that wait than went in.
            let place = memory.len() - if D::LENGTH.is_some() { 8 } else { 4 };
            let mut wrong = memory.clone();
            wrong[place] ^= 0xff;
            assert!(from_memory::<D>(&wrong).is_none());
        }
    }

    #[test]
    fn every_digest_goes_on_where_it_was() {
        goes_on::<Md5>();
        goes_on::<Sha1>();
        goes_on::<Sha224>();
        goes_on::<Sha256>();
        goes_on::<Sha384>();
        goes_on::<Sha512>();
    }

    #[test]
    fn what_is_left_of_an_earlier_block_is_not_looked_at() {
        let mut digest = Sha512::new();
        digest.update(b"abc");
        let mut memory = to_memory(&digest);
        // OpenSSL leaves there what was there before.
        memory[100] = 7;
        let arrived: Sha512 = from_memory(&memory).unwrap();
        assert_eq!(hex(&arrived.finalize()), hex(&Sha512::digest(b"abc")));
        assert_eq!(memory.len(), 216);
    }
}
