//! The secrets behind hashing and random numbers, made once per machine.
//!
//! As Bro does, they come from a seed file where `BRO_SEED_FILE` (or `ZEEK_SEED_FILE`) names one, which makes every
//! run the same, and otherwise from the host's entropy. The file holds one number for the generator and twenty that
//! make the keys of the hash functions.

mod generator;
mod siphash;

use std::rc::Rc;

use md5::{Digest, Md5};
use sha2::Sha256;

use crate::value::table::order::KeyedHash;
use crate::vm::Vm;

pub(super) use generator::{Generator, step};
pub(super) use siphash::siphash;

/// Data up to this length is hashed by `SipHash`, longer data by keyed MD5.
pub(super) const SHORT: usize = 36;

const WORDS: usize = 20;

pub(crate) struct Seeds {
    /// The generator's seed as it was at first.
    pub(super) initial: u32,
    pub(super) generator: Generator,
    pub(super) hmac_key: [u8; 16],
    /// The key that later releases make for SHA256.
    pub(super) sha256_key: [u8; 32],
    siphash_key: [u8; 16],
    words: [u32; WORDS],
}

#[derive(Default)]
struct Slot(Option<Seeds>);

impl Seeds {
    fn new(seed: u32, words: [u32; WORDS], deterministic: bool) -> Self {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let (for_hmac, for_siphash) = bytes.split_at_checked(64).unwrap_or_default();
        let generator = if deterministic { Generator::own(seed) } else { Generator::of_the_system(seed) };
        let hmac_key = Md5::digest(for_hmac).into();
        let sha256_key = Sha256::digest(bytes.get(8..72).unwrap_or_default()).into();
        let siphash_key = for_siphash.first_chunk().copied().unwrap_or_default();
        Seeds { initial: seed, generator, hmac_key, sha256_key, siphash_key, words }
    }

    /// Bro's keyed hash of any bytes.
    pub(super) fn hash(&self, bytes: &[u8]) -> u64 {
        hash_with(bytes, &self.hmac_key, &self.siphash_key)
    }
}

/// Bro's keyed hash with this machine's secrets, for whoever needs it after.
pub fn keyed_hash(vm: &mut Vm) -> KeyedHash {
    let seeds = seeds(vm);
    let (hmac_key, siphash_key) = (seeds.hmac_key, seeds.siphash_key);
    Rc::new(move |bytes| hash_with(bytes, &hmac_key, &siphash_key))
}

fn hash_with(bytes: &[u8], hmac_key: &[u8; 16], siphash_key: &[u8; 16]) -> u64 {
    if bytes.len() <= SHORT {
        siphash(bytes, siphash_key)
    } else {
        low(&keyed_md5(&Md5::digest(bytes).into(), hmac_key))
    }
}

/// Bro's way of keying MD5: the digest of the digest mixed with a key.
pub(super) fn keyed_md5(digest: &[u8; 16], key: &[u8; 16]) -> [u8; 16] {
    let mut mixed = *digest;
    for (byte, key) in mixed.iter_mut().zip(key) {
        *byte ^= key;
    }
    Md5::digest(mixed).into()
}

/// The first eight bytes of a digest as a number.
pub(super) fn low(digest: &[u8]) -> u64 {
    digest.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
}

/// The secrets of this machine, made now where they were not yet.
pub(super) fn seeds(vm: &mut Vm) -> &mut Seeds {
    if vm.state::<Slot>().0.is_none() {
        if let Err(message) = load_seeds(vm) {
            vm.error_without_place(message);
        }
        if vm.state::<Slot>().0.is_none() {
            let made = gathered(vm);
            vm.state::<Slot>().0 = Some(made);
        }
    }
    vm.state::<Slot>().0.get_or_insert_with(|| Seeds::new(0, [0; WORDS], false))
}

fn gathered(vm: &mut Vm) -> Seeds {
    let mut bytes = [0; WORDS * 4];
    vm.host.entropy(&mut bytes);
    let mut words = [0; WORDS];
    for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(4)) {
        *word = chunk.first_chunk().map_or(0, |chunk| u32::from_le_bytes(*chunk));
    }
    let seed = words.iter().fold(0u32, |seed, word| (seed ^ word).rotate_left(1));
    Seeds::new(seed, words, false)
}

/// Reads the seed file where one is named. Bro does so before anything else, and does not start without the file; the
/// error is what it says then.
pub fn load_seeds(vm: &mut Vm) -> Result<(), String> {
    let Some(path) = vm.variable("ZEEK_SEED_FILE").filter(|path| !path.is_empty()) else { return Ok(()) };
    let numbers = vm.host.read_file(&path).ok().and_then(|bytes| numbers(&bytes));
    let Some((seed, words)) = numbers else { return Err(format!("Could not load seeds from file '{path}'.")) };
    vm.state::<Slot>().0 = Some(Seeds::new(seed, words, true));
    Ok(())
}

/// The text of a seed file with the seeds in use, for `--save-seeds`.
pub fn saved_seeds(vm: &mut Vm) -> String {
    let seeds = seeds(vm);
    let mut text = format!("{}\n", seeds.initial);
    for word in seeds.words {
        text.push_str(&word.to_string());
        text.push('\n');
    }
    text
}

/// Sets the key of `md5_hmac` and of the hash of long data from a text, as `--md5-hashkey` does.
pub fn set_hash_key(vm: &mut Vm, text: &[u8]) {
    seeds(vm).hmac_key = Md5::digest(text).into();
}

fn numbers(bytes: &[u8]) -> Option<(u32, [u32; WORDS])> {
    let text = String::from_utf8_lossy(bytes);
    let mut all = text.split_ascii_whitespace().map(|word| word.parse::<i64>().ok().map(|number| number as u32));
    let seed = all.next()??;
    let mut words = [0; WORDS];
    for word in &mut words {
        *word = all.next()??;
    }
    Some((seed, words))
}
