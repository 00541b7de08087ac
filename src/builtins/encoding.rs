//! Bytes in letters: base64.

use std::rc::Rc;

use crate::value::Text;
use crate::vm::{Vm, natives};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The alphabet that a script names; the usual one for an empty text.
fn alphabet(vm: &mut Vm, text: &Text, what: &str) -> Option<[u8; 64]> {
    match text.as_bytes() {
        [] => Some(*ALPHABET),
        bytes => {
            let found = bytes.try_into().ok();
            if found.is_none() {
                vm.error_without_place(format!("base64 {what}alphabet is not 64 characters: {}", text.to_lossy()));
            }
            found
        }
    }
}

fn encode(bytes: &[u8], alphabet: &[u8; 64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |place: usize| u32::from(chunk.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let letter = alphabet[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { letter } else { b'=' });
        }
    }
    out
}

/// Decodes as Bro does: bytes that are not in the alphabet are skipped, a group that is not full is filled up, and
/// the first of each such trouble is told.
fn decode(bytes: &[u8], alphabet: &[u8; 64], mut complain: impl FnMut(String)) -> Vec<u8> {
    let mut table = [None; 256];
    for (letter, number) in alphabet.iter().zip(0u32..) {
        table[usize::from(*letter)] = Some(number);
    }
    table[usize::from(b'=')] = Some(0);
    let mut decoder = Decoder { out: Vec::new(), bits: 0, count: 0, padding: 0, ended: false, errors: 0 };
    for byte in bytes {
        match table[usize::from(*byte)] {
            Some(number) => decoder.add(number, *byte == b'=', &mut complain),
            None => {
                // The padding of a group is counted before the byte is looked up, as `=` may be no letter.
                decoder.trouble(&mut complain, || {
                    format!("character {} ignored by Base64 decoding", i32::from(*byte as i8))
                });
            }
        }
    }
    if decoder.count != 0 {
        complain(format!("incomplete base64 group, padding with {} bits of 0", (4 - decoder.count) * 6));
        for _ in decoder.count..4 {
            decoder.add(0, true, &mut complain);
        }
    }
    decoder.out
}

struct Decoder {
    out: Vec<u8>,
    bits: u32,
    /// How many letters of the group are there.
    count: u32,
    padding: usize,
    ended: bool,
    errors: usize,
}

impl Decoder {
    fn trouble(&mut self, complain: &mut impl FnMut(String), message: impl FnOnce() -> String) {
        self.errors += 1;
        if self.errors == 1 {
            complain(message());
        }
    }

    fn add(&mut self, number: u32, is_padding: bool, complain: &mut impl FnMut(String)) {
        self.padding += usize::from(is_padding);
        self.bits = self.bits << 6 | number;
        self.count += 1;
        if self.count < 4 {
            return;
        }
        if self.ended {
            self.trouble(complain, || "extra base64 groups after '=' padding are ignored".to_owned());
            self.count = 0;
            return;
        }
        let [_, group @ ..] = self.bits.to_be_bytes();
        self.out.extend_from_slice(group.get(..3usize.saturating_sub(self.padding)).unwrap_or_default());
        self.ended = self.padding > 0;
        self.bits = 0;
        self.count = 0;
        self.padding = 0;
    }
}

fn encode_native(vm: &mut Vm, s: &Text, a: &Text, failure: impl FnOnce() -> String) -> Vec<u8> {
    match alphabet(vm, a, "") {
        Some(alphabet) => encode(s.as_bytes(), &alphabet),
        None => {
            vm.error_without_place(failure());
            Vec::new()
        }
    }
}

fn decode_native(vm: &mut Vm, s: &Text, a: &Text) -> Vec<u8> {
    match alphabet(vm, a, "decoding ") {
        Some(alphabet) => decode(s.as_bytes(), &alphabet, |message| vm.error_without_place(message)),
        None => {
            vm.error_without_place(format!("error in decoding string {}", s.to_lossy()));
            Vec::new()
        }
    }
}

natives! {
    /// Encodes a string with base64, with another alphabet of 64 letters where one is given.
    #[example("encode_base64(\"hi there\")", "aGkgdGhlcmU=")]
    fn "encode_base64" = "function(s: string, a: string &default=\"\"): string";
    |vm, s: Rc<Text>, a: Rc<Text>| -> Vec<u8> {
        Ok(encode_native(vm, &s, &a, || "Broker query has an invalid data store".to_owned()))
    }

    /// Encodes a string with base64 with another alphabet of 64 letters. Replaced by `encode_base64`.
    #[example("encode_base64_custom(\"hi\", \"\")", "aGk=")]
    fn "encode_base64_custom" = "function(s: string, a: string): string";
    |vm, s: Rc<Text>, a: Rc<Text>| -> Vec<u8> {
        Ok(encode_native(vm, &s, &a, || format!("error in encoding string {}", s.to_lossy())))
    }

    /// Decodes base64, with another alphabet of 64 letters where one is given. Letters that are not in it are left
    /// out, and an incomplete end is filled up; both give an error.
    #[example("decode_base64(\"aGkgdGhlcmU=\")", "hi there")]
    fn "decode_base64" = "function(s: string, a: string &default=\"\"): string";
    |vm, s: Rc<Text>, a: Rc<Text>| -> Vec<u8> {
        Ok(decode_native(vm, &s, &a))
    }

    /// Decodes base64 with another alphabet of 64 letters. Replaced by `decode_base64`.
    #[example("decode_base64_custom(\"aGk=\", \"\")", "hi")]
    fn "decode_base64_custom" = "function(s: string, a: string): string";
    |vm, s: Rc<Text>, a: Rc<Text>| -> Vec<u8> {
        Ok(decode_native(vm, &s, &a))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{ALPHABET, decode, encode};
    use crate::builtins::bench::Bench;
    use crate::value::Value;

    fn decoded(text: &str) -> (String, Vec<String>) {
        let mut messages = Vec::new();
        let bytes = decode(text.as_bytes(), ALPHABET, |message| messages.push(message));
        (String::from_utf8_lossy(&bytes).into_owned(), messages)
    }

    #[test]
    fn base64_with_flaws() {
        assert_eq!(decoded("YnJv"), ("bro".into(), vec![]));
        assert_eq!(decoded("YnI="), ("br".into(), vec![]));
        assert_eq!(decoded("Yn-Jv"), ("bro".into(), vec!["character 45 ignored by Base64 decoding".into()]));
        let short = "incomplete base64 group, padding with 6 bits of 0".to_owned();
        assert_eq!(decoded("YnI"), ("br".into(), vec![short]));
        let extra = "extra base64 groups after '=' padding are ignored".to_owned();
        assert_eq!(decoded("YnI=YnJv"), ("br".into(), vec![extra]));
    }

    #[test]
    fn another_alphabet() {
        let mut bench = Bench::new();
        let alphabet = Value::string("n3-asdfghjklqwertyuiopzxcvbm0123456789+/ABCDEFGHIJKLMNOPQRSTUVWX");
        let text = bench.call("encode_base64", &[Value::string("bro"), alphabet.clone()]);
        assert_eq!(bench.text("decode_base64", &[text, alphabet]), "bro");
        assert_eq!(bench.text("decode_base64", &[Value::string("a"), Value::string("abc")]), "");
        let messages = bench.reports();
        assert_eq!(messages[0], "error: base64 decoding alphabet is not 64 characters: abc");
        assert_eq!(messages[1], "error: error in decoding string a");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes in any::<Vec<u8>>()) {
            let mut messages = 0;
            assert_eq!(decode(&encode(&bytes, ALPHABET), ALPHABET, |_| messages += 1), bytes);
            assert_eq!(messages, 0);
        }
    }
}
