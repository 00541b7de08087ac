//! Opaque values that Zeek sent come back as the same bytes, and go on working.

use serde_json::Value as Json;

use super::bench::Bench;
use super::{OPAQUE_FORMS, get};
use crate::broker::OpaqueForm;
use crate::embed::Node;
use crate::value::Value;
use crate::vm::{Arguments, MemoryHost};
use crate::wire::{Data, decode};

fn form(name: &[u8]) -> &'static OpaqueForm {
    OPAQUE_FORMS.iter().copied().flatten().find(|form| form.name.as_bytes() == name).unwrap()
}

/// The name and the payload of an opaque value among what Zeek sent.
fn sent(name: &str) -> (&'static OpaqueForm, Data) {
    let vectors: Json = serde_json::from_str(include_str!("../../tests/vectors/values.json")).unwrap();
    let vector = vectors.as_array().unwrap().iter().find(|vector| vector["name"] == name).unwrap();
    let hex = vector["hex"].as_str().unwrap();
    let bytes: Vec<u8> =
        (0..hex.len() / 2).map(|place| u8::from_str_radix(&hex[2 * place..2 * place + 2], 16).unwrap()).collect();
    let Ok(Data::Vector(mut parts)) = decode(&bytes) else { panic!("{name} is no vector") };
    let payload = parts.remove(1);
    let Data::String(name) = &parts[0] else { panic!("{name} has no name") };
    (form(name), payload)
}

#[test]
fn what_zeek_sends_is_understood_and_sent_the_same() {
    let mut bench = Bench::new();
    for name in [
        "opaque_md5",
        "opaque_md5_fresh",
        "opaque_sha1",
        "opaque_sha256",
        "opaque_entropy",
        "opaque_bloom_basic",
        "opaque_bloom_counting",
        "opaque_cardinality",
        "opaque_topk",
    ] {
        let (form, payload) = sent(name);
        let Some(Value::Opaque(object)) = (form.unpack)(&mut bench.vm, &payload) else { panic!("{name} is refused") };
        assert!((form.pack)(&mut bench.vm, &object).is_ok_and(|data| data == payload), "{name}");
        // Nothing that is cut short is taken.
        let Data::Vector(whole) = &payload else { panic!("{name} has no parts") };
        for length in 0..whole.len() {
            assert!((form.unpack)(&mut bench.vm, &Data::Vector(whole[..length].to_vec())).is_none(), "{name} {length}");
        }
    }
}

#[test]
fn what_zeek_began_goes_on_here() {
    let mut bench = Bench::new();
    let mut arrived = |name: &str| {
        let (form, payload) = sent(name);
        (form.unpack)(&mut bench.vm, &payload).unwrap()
    };
    let (md5, sha256) = (arrived("opaque_md5"), arrived("opaque_sha256"));
    assert_eq!(bench.text("md5_hash_finish", &[md5]), "900150983cd24fb0d6963f7d28e17f72");
    let rest = [sha256.clone(), Value::string("def")];
    assert_eq!(bench.text("sha256_hash_update", &rest), "T");
    assert_eq!(bench.text("sha256_hash_finish", &[sha256]), bench.text("sha256_hash", &[Value::string("abcdef")]));
    // The record that comes of this one is declared by scripts.
    let mut node = Node::builder().bare().host(MemoryHost::new()).text("none.bro", "").load().unwrap();
    let vm = &mut node.engine().vm;
    let (form, payload) = sent("opaque_entropy");
    let entropy = (form.unpack)(vm, &payload).unwrap();
    let mut text = |name: &str, argument: Value| {
        let native = get(name).unwrap();
        let result = (native.call)(vm, &mut Arguments::new(&mut [argument])).unwrap();
        String::from_utf8_lossy(&result.to_text()).into_owned()
    };
    assert_eq!(text("entropy_test_finish", entropy), text("find_entropy", Value::string("abcabc")));
}

#[test]
fn what_zeek_put_into_a_filter_is_found_here() {
    let mut bench = Bench::new();
    let (form, payload) = sent("opaque_bloom_basic");
    let filter = (form.unpack)(&mut bench.vm, &payload).unwrap();
    for (element, found) in [("x", "1"), ("y", "0"), ("a", "0")] {
        assert_eq!(bench.text("bloomfilter_lookup", &[filter.clone(), Value::string(element)]), found, "{element}");
    }
}
