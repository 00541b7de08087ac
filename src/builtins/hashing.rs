//! Hashing: digests at once and step by step, keyed digests, and the hashes that choose a node for a key.

mod binary;
mod context;

use std::any::Any;
use std::rc::Rc;

use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::Sha256;

pub(super) use binary::{Form, binary, number_of};
pub(super) use context::{Context, FORMS};

use super::seeds::{keyed_md5, seeds};
use crate::broker::Peering;
use crate::types::Type;
use crate::value::{Opaque, OpaqueObject, Text, Value};
use crate::vm::{Rest, Vm, natives};

/// A digest that is being fed; empty once it was taken.
struct Running<D>(Option<D>);

impl<D: Digest + Clone + Any> Opaque for Running<D> {
    fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
        Some(Box::new(Running(self.0.clone())))
    }
}

pub(super) fn begin<D: Context>() -> Value {
    handle(Some(D::new()))
}

fn handle<D: Context>(digest: Option<D>) -> Value {
    Value::Opaque(Rc::new(OpaqueObject::new(Type::opaque(D::TYPE), Running(digest))))
}

pub(super) fn feed<D: Digest + Clone + Any>(vm: &mut Vm, handle: &OpaqueObject, data: &[u8]) -> bool {
    let fed = handle.with(|state: &mut Running<D>| state.0.as_mut().map(|digest| digest.update(data)));
    if fed.flatten().is_none() {
        vm.error_without_place("attempt to update an invalid opaque hash value (<no value description>)");
        return false;
    }
    true
}

pub(super) fn finish<D: Digest + Clone + Any>(handle: &OpaqueObject) -> String {
    let digest = handle.with(|state: &mut Running<D>| state.0.take()).flatten();
    digest.map(|digest| hex(&digest.finalize())).unwrap_or_default()
}

pub(super) fn digest_of<D: Digest>(values: &[Value]) -> Vec<u8> {
    let mut digest = D::new();
    for value in values {
        match value.as_bytes() {
            Some(bytes) => digest.update(bytes),
            None => digest.update(binary(value, Form::Bro)),
        }
    }
    digest.finalize().to_vec()
}

/// Bytes as small hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digits = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    bytes.iter().flat_map(digits).collect()
}

/// FNV-1a with 32 bits.
pub(super) fn fnv1a32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(2_166_136_261, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(16_777_619))
}

/// FNV-1a with 64 bits.
fn fnv1a64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Which release's way of hashing is asked for: the newest where this program stands for Zeek, unless scripts say more.
fn release(vm: &mut Vm) -> f64 {
    match vm.global_by_name("HashHRW::release") {
        Some(Value::Double(release)) => release,
        _ if vm.state::<Peering>().zeek_words => STRINGS_AS_THEY_ARE,
        _ => 2.6,
    }
}

/// From this release of Zeek on, a string is hashed by its bytes alone.
const STRINGS_AS_THEY_ARE: f64 = 8.1;

/// From this release of Zeek on, types have other numbers.
const OTHER_NUMBERS: f64 = 5.0;

/// What of a value is hashed to choose a site.
fn hashed(value: &Value, release: f64) -> Vec<u8> {
    match value {
        Value::String(text) if release >= STRINGS_AS_THEY_ARE => text.as_bytes().to_vec(),
        _ => binary(value, if release >= OTHER_NUMBERS { Form::Zeek } else { Form::Bro }),
    }
}

/// The weight of a site for a key in rendezvous hashing: 31 bits.
pub(super) fn hrw_weight(key_digest: u64, site_id: u64) -> u64 {
    const A: u32 = 1_103_515_245;
    const B: u32 = 12_345;
    let digest = key_digest as u32 & 0x7fff_ffff;
    let site = A.wrapping_mul(site_id as u32).wrapping_add(B);
    u64::from(A.wrapping_mul(site ^ digest).wrapping_add(B) & 0x7fff_ffff)
}

natives! {
    /// Gives the MD5 digest of all arguments together: strings by their bytes, other values in a binary form.
    #[example("md5_hash(\"one\", \"two\")", "5b9164ad6f496d9dee12ec7634ce253f")]
    fn "md5_hash" = "function(va_args: any): string";
    |_vm, values: Rest<'_>| -> String {
        Ok(hex(&digest_of::<Md5>(values.0)))
    }

    /// Gives the SHA1 digest of all arguments together: strings by their bytes, other values in a binary form.
    #[example("sha1_hash(\"one\", \"two\", \"three\")", "3e949019500deb1369f13d9644d420d3a920aa5e")]
    fn "sha1_hash" = "function(va_args: any): string";
    |_vm, values: Rest<'_>| -> String {
        Ok(hex(&digest_of::<Sha1>(values.0)))
    }

    /// Gives the SHA256 digest of all arguments together: strings by their bytes, other values in a binary form.
    #[example("sha256_hash(\"abc\")", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    fn "sha256_hash" = "function(va_args: any): string";
    |_vm, values: Rest<'_>| -> String {
        Ok(hex(&digest_of::<Sha256>(values.0)))
    }

    /// Gives a keyed MD5 digest of all arguments together. The key is made at start, or comes from the seed file or
    /// from a text given at start.
    #[example("|md5_hmac(\"one\")|", "32")]
    fn "md5_hmac" = "function(va_args: any): string";
    |vm, values: Rest<'_>| -> String {
        let digest = digest_of::<Md5>(values.0);
        let digest = digest.first_chunk().copied().unwrap_or_default();
        Ok(hex(&keyed_md5(&digest, &seeds(vm).hmac_key)))
    }

    /// Begins an MD5 digest that is fed step by step.
    #[example("md5_hash_finish(md5_hash_init())", "d41d8cd98f00b204e9800998ecf8427e")]
    fn "md5_hash_init" = "function(): opaque of md5";
    |_vm| -> Value {
        Ok(begin::<Md5>())
    }

    /// Begins a SHA1 digest that is fed step by step.
    #[example("sha1_hash_finish(sha1_hash_init())", "da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    fn "sha1_hash_init" = "function(): opaque of sha1";
    |_vm| -> Value {
        Ok(begin::<Sha1>())
    }

    /// Begins a SHA256 digest that is fed step by step.
    #[example("|sha256_hash_finish(sha256_hash_init())|", "64")]
    fn "sha256_hash_init" = "function(): opaque of sha256";
    |_vm| -> Value {
        Ok(begin::<Sha256>())
    }

    /// Feeds data to an MD5 digest. F where the digest was taken already.
    #[example("md5_hash_update(md5_hash_init(), \"one\")", "T")]
    fn "md5_hash_update" = "function(handle: opaque of md5, data: string): bool";
    |vm, handle: Rc<OpaqueObject>, data: Rc<Text>| -> bool {
        Ok(feed::<Md5>(vm, &handle, data.as_bytes()))
    }

    /// Feeds data to a SHA1 digest. F where the digest was taken already.
    #[example("sha1_hash_update(sha1_hash_init(), \"one\")", "T")]
    fn "sha1_hash_update" = "function(handle: opaque of sha1, data: string): bool";
    |vm, handle: Rc<OpaqueObject>, data: Rc<Text>| -> bool {
        Ok(feed::<Sha1>(vm, &handle, data.as_bytes()))
    }

    /// Feeds data to a SHA256 digest. F where the digest was taken already.
    #[example("sha256_hash_update(sha256_hash_init(), \"one\")", "T")]
    fn "sha256_hash_update" = "function(handle: opaque of sha256, data: string): bool";
    |vm, handle: Rc<OpaqueObject>, data: Rc<Text>| -> bool {
        Ok(feed::<Sha256>(vm, &handle, data.as_bytes()))
    }

    /// Takes the result of an MD5 digest, which then can be fed no more. A second time gives the empty string.
    #[example("md5_hash_finish(md5_hash_init())", "d41d8cd98f00b204e9800998ecf8427e")]
    fn "md5_hash_finish" = "function(handle: opaque of md5): string";
    |_vm, handle: Rc<OpaqueObject>| -> String {
        Ok(finish::<Md5>(&handle))
    }

    /// Takes the result of a SHA1 digest, which then can be fed no more. A second time gives the empty string.
    #[example("sha1_hash_finish(sha1_hash_init())", "da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    fn "sha1_hash_finish" = "function(handle: opaque of sha1): string";
    |_vm, handle: Rc<OpaqueObject>| -> String {
        Ok(finish::<Sha1>(&handle))
    }

    /// Takes the result of a SHA256 digest, which then can be fed no more. A second time gives the empty string.
    #[example("|sha256_hash_finish(sha256_hash_init())|", "64")]
    fn "sha256_hash_finish" = "function(handle: opaque of sha256): string";
    |_vm, handle: Rc<OpaqueObject>| -> String {
        Ok(finish::<Sha256>(&handle))
    }

    /// Gives the 32-bit FNV-1a hash of any value, the same on all nodes.
    #[example("fnv1a32(0)", "3049837286")]
    fn "fnv1a32" = "function(input: any): count";
    |vm, input: Value| -> u64 {
        let release = release(vm);
        Ok(u64::from(fnv1a32(&hashed(&input, release))))
    }

    /// Gives the 64-bit FNV-1a hash of any value, the same on all nodes. Bro 2.6 has no such function.
    #[example("fnv1a64(\"\")", "14695981039346656037")]
    fn "fnv1a64" = "function(input: any): count";
    |vm, input: Value| -> u64 {
        let release = release(vm);
        Ok(fnv1a64(&hashed(&input, if release < OTHER_NUMBERS { STRINGS_AS_THEY_ARE } else { release })))
    }

    /// Gives the weight of a site for a key, for rendezvous hashing: of all sites the one with the highest weight
    /// takes the key.
    #[example("hrw_weight(12, 1025)", "671190683")]
    fn "hrw_weight" = "function(key_digest: count, site_id: count): count";
    |_vm, key_digest: u64, site_id: u64| -> u64 {
        Ok(hrw_weight(key_digest, site_id))
    }
}

#[cfg(test)]
mod tests {
    use super::{fnv1a32, hashed, hrw_weight};
    use crate::builtins::bench::Bench;
    use crate::value::Value;

    #[test]
    fn digests_of_several_arguments() {
        let mut bench = Bench::new();
        let three = [Value::string("one"), Value::string("two"), Value::string("three")];
        assert_eq!(bench.text("md5_hash", &three[..1]), "f97c5d29941bfb1b2fdab0874906ab82");
        assert_eq!(bench.text("md5_hash", &three), bench.text("md5_hash", &[Value::string("onetwothree")]));
        assert_eq!(bench.text("sha1_hash", &three[..1]), "fe05bcdcdc4928012781a5f1a2a77cbb5398e106");
        assert_ne!(bench.text("md5_hash", &[Value::Count(1)]), bench.text("md5_hash", &[Value::Int(1)]));
    }

    #[test]
    fn a_digest_is_taken_once() {
        let mut bench = Bench::new();
        let handle = bench.call("md5_hash_init", &[]);
        for part in ["one", "two"] {
            assert_eq!(bench.text("md5_hash_update", &[handle.clone(), Value::string(part)]), "T");
        }
        let copy = crate::value::copy::deep_copy(&handle).unwrap();
        let whole = bench.text("md5_hash", &[Value::string("onetwo")]);
        assert_eq!(bench.text("md5_hash_finish", std::slice::from_ref(&handle)), whole);
        assert_eq!(bench.text("md5_hash_finish", std::slice::from_ref(&handle)), "");
        assert_eq!(bench.text("md5_hash_update", &[handle, Value::string("x")]), "F");
        assert_eq!(bench.reports().len(), 1);
        assert_eq!(bench.text("md5_hash_finish", &[copy]), whole);
    }

    #[test]
    fn weights_have_31_bits() {
        assert_eq!(fnv1a32(b""), 0x811c_9dc5);
        assert_eq!(fnv1a32(b"a"), 0xe40c_292c);
        assert_eq!(hrw_weight(0, 0), (1_103_515_245u64 * 12_345 + 12_345) % (1 << 31));
        assert!(hrw_weight(u64::MAX, u64::MAX) < 1 << 31);
    }

    #[test]
    fn a_key_is_hashed_as_the_release_does() {
        let name = Value::string("worker-1.0");
        let hashes = [2.6, 5.0, 8.1].map(|release| fnv1a32(&hashed(&name, release)));
        assert_eq!(hashes, [1_497_217_501, 1_921_363_054, 4_178_617_771]);
    }
}
