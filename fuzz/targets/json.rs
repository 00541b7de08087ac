//! Messages of WebSocket clients: any text is data or refused, and what is written is read.

use brood::websocket::{Dialect, decode, decode_subscriptions, encode_message};
use serde::de::IgnoredAny;

use super::wire::data;
use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "json", regressions: "json", extension: "json", memory: 512 << 20, generate, check };

/// Pieces of messages, whole and broken.
const PIECES: &[&[u8]] = &[
    br#"{"@data-type":"none","data":{}}"#,
    br#"{"@data-type":"count","data":5}"#,
    br#"{"@data-type":"real","data":-1.5e3}"#,
    br#"{"@data-type":"string","data":"a\u0000\ud83d\ude00"}"#,
    br#"{"data":[],"@data-type":"set"}"#,
    br#"{"key":{"#,
    br#""@data-type":"timespan","data":"1.5h""#,
    br#""@data-type":"timestamp","data":"2023-11-14T22:13:20.5+01:00""#,
    br#""@data-type":"subnet","data":"10.0.0.1/99""#,
    br#""@data-type":"port","data":"99999/x""#,
    br#""data":"#,
    br#""topic":"#,
    br"\u",
    br"\ud800",
    b"inf",
    b"-nan",
    b"1e999",
    b"18446744073709551616",
    b"-9223372036854775808",
    b"[[[[[[[[[[[[[[[[",
    b"null",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"]",
    b",",
    b":",
];

pub(super) fn message(dice: &mut Dice) -> Vec<u8> {
    let dialect = if dice.chance(50) { Dialect::Json } else { Dialect::Zeek };
    let mut text = encode_message(b"topic", &data(dice, 0), dialect);
    for _ in 0..dice.few(4) {
        let range = dice.range(text.len());
        text.splice(range.start..range.start, dice.pick(PIECES).to_vec());
    }
    text
}

fn generate(dice: &mut Dice) -> Vec<u8> {
    let mut text = message(dice);
    for _ in 0..dice.few(4) {
        text = mutate::change_bytes(dice, text);
    }
    text
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let _ = decode_subscriptions(input);
    let message = match decode(input) {
        Ok(message) => message,
        Err(error) => return holds(!error.to_string().is_empty(), "a refusal says why", || format!("{error:?}")),
    };
    let topic = message.topic.unwrap_or_default();
    for dialect in [Dialect::Json, Dialect::Zeek] {
        let text = encode_message(&topic, &message.data, dialect);
        if dialect == Dialect::Json {
            let json = serde_json::from_slice::<IgnoredAny>(&text);
            holds(json.is_ok(), "what is written is JSON", || String::from_utf8_lossy(&text).into_owned())?;
        }
        // Digits that are not written may make two elements of a set one, which is then refused.
        if let Ok(again) = decode(&text) {
            let twice = encode_message(&topic, &again.data, dialect);
            holds(twice == text || has_bytes(&text), "what is read is written again", || {
                format!("{}\n{}", String::from_utf8_lossy(&text), String::from_utf8_lossy(&twice))
            })?;
        }
    }
    Ok(())
}

/// Bytes that are no UTF-8 stand as text, whose backslash is escaped once more the next time; sets order them anew.
fn has_bytes(text: &[u8]) -> bool {
    text.windows(3).any(|three| three == br"\\x")
}
