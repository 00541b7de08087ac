//! The longer and shorter SHA2 digests that later releases have beside SHA256.

use std::rc::Rc;

use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::hashing::{begin, digest_of, feed, finish, hex};
use super::seeds::seeds;
use crate::value::{OpaqueObject, Text, Value};
use crate::vm::{Rest, natives};

natives! {
    /// Gives a keyed SHA256 digest of all arguments together. The key is made at start, or comes from the seed file.
    #[example("|sha256_hmac(\"one\")|", "64")]
    fn "sha256_hmac" = "function(va_args: any): string";
    |vm, values: Rest| -> String {
        let mut digest = digest_of::<Sha256>(values.0);
        for (byte, key) in digest.iter_mut().zip(seeds(vm).sha256_key) {
            *byte ^= key;
        }
        Ok(hex(&Sha256::digest(&digest)))
    }

    /// Gives the SHA224 digest of all arguments together: strings by their bytes, other values in a binary form.
    #[example("sha224_hash(\"abc\")", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    fn "sha224_hash" = "function(va_args: any): string";
    |_vm, values: Rest| -> String {
        Ok(hex(&digest_of::<Sha224>(values.0)))
    }

    /// Begins a SHA224 digest that is fed step by step.
    #[example("sha224_hash_finish(sha224_hash_init()) == sha224_hash(\"\")", "T")]
    fn "sha224_hash_init" = "function(): opaque of sha224";
    |_vm| -> Value {
        Ok(begin::<Sha224>())
    }

    /// Feeds data to a SHA224 digest. F where the digest was taken already.
    #[example("sha224_hash_update(sha224_hash_init(), \"one\")", "T")]
    fn "sha224_hash_update" = "function(handle: opaque of sha224, data: string): bool";
    |vm, handle: Rc<OpaqueObject>, data: Rc<Text>| -> bool {
        Ok(feed::<Sha224>(vm, &handle, data.as_bytes()))
    }

    /// Takes the result of a SHA224 digest, which then can be fed no more. A second time gives the empty string.
    #[example("|sha224_hash_finish(sha224_hash_init())|", "56")]
    fn "sha224_hash_finish" = "function(handle: opaque of sha224): string";
    |_vm, handle: Rc<OpaqueObject>| -> String {
        Ok(finish::<Sha224>(&handle))
    }

    /// Gives the SHA384 digest of all arguments together: strings by their bytes, other values in a binary form.
    #[example("|sha384_hash(\"abc\")|", "96")]
    fn "sha384_hash" = "function(va_args: any): string";
    |_vm, values: Rest| -> String {
        Ok(hex(&digest_of::<Sha384>(values.0)))
    }

    /// Begins a SHA384 digest that is fed step by step.
    #[example("sha384_hash_finish(sha384_hash_init()) == sha384_hash(\"\")", "T")]
    fn "sha384_hash_init" = "function(): opaque of sha384";
    |_vm| -> Value {
        Ok(begin::<Sha384>())
    }

    /// Feeds data to a SHA384 digest. F where the digest was taken already.
    #[example("sha384_hash_update(sha384_hash_init(), \"one\")", "T")]
    fn "sha384_hash_update" = "function(handle: opaque of sha384, data: string): bool";
    |vm, handle: Rc<OpaqueObject>, data: Rc<Text>| -> bool {
        Ok(feed::<Sha384>(vm, &handle, data.as_bytes()))
    }

    /// Takes the result of a SHA384 digest, which then can be fed no more. A second time gives the empty string.
    #[example("|sha384_hash_finish(sha384_hash_init())|", "96")]
    fn "sha384_hash_finish" = "function(handle: opaque of sha384): string";
    |_vm, handle: Rc<OpaqueObject>| -> String {
        Ok(finish::<Sha384>(&handle))
    }

    /// Gives the SHA512 digest of all arguments together: strings by their bytes, other values in a binary form.
    #[example("|sha512_hash(\"abc\")|", "128")]
    fn "sha512_hash" = "function(va_args: any): string";
    |_vm, values: Rest| -> String {
        Ok(hex(&digest_of::<Sha512>(values.0)))
    }

    /// Begins a SHA512 digest that is fed step by step.
    #[example("sha512_hash_finish(sha512_hash_init()) == sha512_hash(\"\")", "T")]
    fn "sha512_hash_init" = "function(): opaque of sha512";
    |_vm| -> Value {
        Ok(begin::<Sha512>())
    }

    /// Feeds data to a SHA512 digest. F where the digest was taken already.
    #[example("sha512_hash_update(sha512_hash_init(), \"one\")", "T")]
    fn "sha512_hash_update" = "function(handle: opaque of sha512, data: string): bool";
    |vm, handle: Rc<OpaqueObject>, data: Rc<Text>| -> bool {
        Ok(feed::<Sha512>(vm, &handle, data.as_bytes()))
    }

    /// Takes the result of a SHA512 digest, which then can be fed no more. A second time gives the empty string.
    #[example("|sha512_hash_finish(sha512_hash_init())|", "128")]
    fn "sha512_hash_finish" = "function(handle: opaque of sha512): string";
    |_vm, handle: Rc<OpaqueObject>| -> String {
        Ok(finish::<Sha512>(&handle))
    }
}
