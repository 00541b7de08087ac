//! Bytes captured from a running Zeek: what it sent reads and is written again to the same bytes, what it refused is
//! refused, and no truncation or mutation of any of them does worse than an error.

mod logs;

use serde_json::Value as Json;

use super::{
    Command, Data, Envelope, Fault, Frames, Handshake, Invalid, Kind, MAX_ENVELOPE, MAX_HANDSHAKE, Message, decode,
    decode_filter, encode, encode_filter, put_frame,
};

struct Vector {
    name: String,
    what: String,
    bytes: Vec<u8>,
    json: Json,
}

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn read(text: &str) -> Vec<Vector> {
    let entries: Vec<Json> = serde_json::from_str(text).unwrap();
    let text = |entry: &Json, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    entries
        .into_iter()
        .map(|json| Vector {
            name: text(&json, "name"),
            what: text(&json, "what"),
            bytes: hex(&text(&json, "hex")),
            json,
        })
        .collect()
}

macro_rules! vectors {
    ($file:literal) => {
        read(include_str!(concat!("../../tests/vectors/", $file)))
    };
}

/// The contents of the frames that the bytes are, all of them.
fn frames(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut frames, mut out) = (Frames::default(), Vec::new());
    frames.push(bytes);
    while let Some(frame) = frames.next(MAX_ENVELOPE).unwrap() {
        out.push(frame.to_vec());
    }
    assert_eq!(frames.waiting(), 0);
    out
}

fn framed(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    put_frame(&mut out, write);
    out
}

/// Cuts the bytes everywhere, and changes every byte in a few ways.
fn damage(bytes: &[u8], mut take: impl FnMut(&[u8])) {
    let stride = bytes.len() / 400 + 1;
    for at in (0..bytes.len()).step_by(stride) {
        take(&bytes[..at]);
        let mut changed = bytes.to_vec();
        for change in [0x00, 0xff, 0x7f, 0x80, bytes[at] ^ 1, bytes[at].wrapping_add(1)] {
            changed[at] = change;
            take(&changed);
        }
    }
}

fn written(data: &Data) -> Vec<u8> {
    let mut out = Vec::new();
    encode(data, &mut out);
    out
}

#[test]
fn values_of_every_type_come_back_as_they_were() {
    for vector in vectors!("values.json") {
        let data = decode(&vector.bytes).unwrap_or_else(|error| panic!("{}: {error}", vector.name));
        if vector.name == "double_subnormal" {
            // What Zeek wrote here is a damaged number, but a number.
            assert!(matches!(data, Data::Real(_)));
        }
        assert_eq!(written(&data), vector.bytes, "{}", vector.name);
        for at in 0..vector.bytes.len() {
            assert!(decode(&vector.bytes[..at]).is_err(), "{} cut at {at}", vector.name);
        }
        damage(&vector.bytes, |bytes| drop(decode(bytes)));
    }
}

#[test]
fn the_messages_of_the_handshake_come_back_as_they_were() {
    let refused = |name: &str| name.starts_with("rejected_") || name.starts_with("tls_");
    let mut seen = 0;
    for vector in vectors!("handshake.json").iter().filter(|vector| !refused(&vector.name)) {
        let is_frames = ["frame", "all frames"].iter().any(|what| vector.what.contains(what));
        if !is_frames {
            continue;
        }
        for frame in frames(&vector.bytes) {
            let message = Handshake::decode(&frame).unwrap_or_else(|fault| panic!("{}: {fault:?}", vector.name));
            let mut out = Vec::new();
            message.encode(&mut out);
            assert_eq!(out, frame, "{}", vector.name);
            damage(&frame, |bytes| drop(Handshake::decode(bytes)));
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}

/// Inputs that Zeek refused, as the vectors describe them in words, with the refusal that it sent.
#[test]
fn what_zeek_refuses_is_refused_in_its_words() {
    let hello = [&[6][..], b"ZEEK", &[1; 16], &[1, 1]].concat();
    let with = |mut bytes: Vec<u8>, changes: &[(usize, u8)]| {
        changes.iter().for_each(|(at, byte)| bytes[*at] = *byte);
        bytes
    };
    let version_select = [&[8][..], b"ZEEK", &[1; 16], &[1]].concat();
    let drop_connection = [&[9][..], b"ZEEK", &[1; 16], &[200, 2], b"no"].concat();
    let inputs = [
        ("drop_conn_bad_tag", vec![99, b'a', b'b', b'c']),
        ("drop_conn_envelope_tag", vec![1]),
        ("drop_conn_short_hello", hello[..10].to_vec()),
        ("drop_conn_short_probe", b"\x07ZE".to_vec()),
        ("drop_conn_short_version_select", version_select[..9].to_vec()),
        ("drop_conn_short_drop_conn", drop_connection[..9].to_vec()),
        ("drop_conn_short_originator_syn", vec![10]),
        ("drop_conn_short_responder_syn_ack", vec![11, 5]),
        ("drop_conn_wrong_magic_hello", with(hello.clone(), &[(4, b'L')])),
        ("drop_conn_versions_offered", with(hello, &[(21, 2), (22, 3)])),
        ("drop_conn_version_selected", with(version_select, &[(21, 2)])),
        ("drop_conn_unknown_code_echo", drop_connection),
    ];
    let vectors = vectors!("handshake.json");
    for (name, input) in inputs {
        let vector = vectors.iter().find(|vector| vector.name == name).unwrap();
        let refusal = Handshake::decode(&frames(&vector.bytes).pop().unwrap());
        let Ok(Handshake::DropConnection { code, text, .. }) = refusal else {
            panic!("{name}");
        };
        let fault = Handshake::decode(&input).unwrap_err();
        assert_eq!((fault.code(), fault.text()), (code, text), "{name}");
    }
    assert_eq!(Handshake::decode(&[99]), Err(Fault::UnknownTag(99)));
}

#[test]
fn envelopes_come_back_as_they_were() {
    for vector in vectors!("routing.json") {
        if vector.name.starts_with("ignored_") {
            continue;
        }
        for frame in frames(&vector.bytes) {
            let envelope = Envelope::decode(&frame).unwrap();
            assert_eq!(framed(|out| envelope.encode(out)), vector.bytes, "{}", vector.name);
            match envelope.kind {
                Kind::Data => assert_eq!(written(&decode(envelope.payload).unwrap()), envelope.payload),
                Kind::RoutingUpdate => {
                    let filter = decode_filter(envelope.payload).unwrap();
                    assert_eq!(encode_filter(&filter), envelope.payload);
                    damage(envelope.payload, |bytes| drop(decode_filter(bytes)));
                }
                _ => {}
            }
            damage(&frame, |bytes| {
                let _ = Envelope::decode(bytes);
            });
        }
    }
}

/// What Zeek drops without a word: no frame of these may get further than this layer.
#[test]
fn what_zeek_ignores_is_an_error_here() {
    let mut seen = 0;
    for vector in vectors!("routing.json").iter().filter(|vector| vector.name.starts_with("ignored_")) {
        for frame in frames(&vector.bytes) {
            match Envelope::decode(&frame) {
                Err(_) => seen += 1,
                Ok(envelope) if envelope.kind == Kind::RoutingUpdate => {
                    assert!(envelope.payload.is_empty() || decode_filter(envelope.payload).is_err());
                    seen += 1;
                }
                Ok(envelope) => assert_eq!(envelope.kind, Kind::Pong, "{}", vector.name),
            }
        }
    }
    assert!(seen >= 6, "{seen}");
}

/// The data of a vector that is a frame with an envelope, or the payload of one.
fn payload(vector: &Vector) -> Vec<u8> {
    if !vector.what.contains("length prefix") {
        return vector.bytes.clone();
    }
    let frame = frames(&vector.bytes).pop().unwrap();
    Envelope::decode(&frame).unwrap().payload.to_vec()
}

fn is_message(vector: &Vector) -> bool {
    !vector.what.contains("handshake") && !vector.what.contains("serial_data")
}

#[test]
fn messages_come_back_as_they_were() {
    let sent = |name: &str| !name.starts_with("in_");
    for vector in vectors!("events.json").iter().chain(&vectors!("logs.json")) {
        if !sent(&vector.name) || !is_message(vector) {
            continue;
        }
        let bytes = payload(vector);
        let message = Message::from_data(decode(&bytes).unwrap());
        let message = message.unwrap_or_else(|error| panic!("{}: {error:?}", vector.name));
        assert_eq!(written(&message.into_data()), bytes, "{}", vector.name);
        damage(&bytes, |bytes| drop(decode(bytes).map(Message::from_data)));
    }
}

/// Zeek's other transport carries the same messages, without an envelope around them.
#[test]
fn messages_of_another_transport_are_the_same() {
    let mut seen = 0;
    for vector in vectors!("zeromq.json") {
        let parts: Vec<Vec<u8>> =
            vector.json["parts"].as_array().unwrap().iter().map(|part| hex(part.as_str().unwrap())).collect();
        let [_, _, format, bytes] = &parts[..] else { continue };
        if format != b"broker-bin-v1" {
            continue;
        }
        damage(bytes, |bytes| drop(decode(bytes).map(Message::from_data)));
        match (&*vector.name, decode(bytes).map(Message::from_data)) {
            ("in_garbage", found) => assert!(found.is_err()),
            ("in_version_2", found) => assert_eq!(found.unwrap(), Err(Invalid::Version)),
            (name, found) => {
                let message = found.unwrap().unwrap_or_else(|error| panic!("{name}: {error:?}"));
                assert_eq!(&written(&message.into_data()), bytes, "{name}");
            }
        }
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}

/// The inputs of which this layer can tell whether they are messages at all; whether an event fits its declaration, a
/// global its type or a record its columns is for those who know them.
#[test]
fn faulty_messages_are_told_apart() {
    let verdicts = [
        ("in_three_elements", Ok(())),
        ("in_timestamp", Ok(())),
        ("in_unknown_metadata", Ok(())),
        ("in_four_elements", Ok(())),
        ("in_outer_four_elements", Ok(())),
        ("in_batch_nested", Ok(())),
        ("in_batch_empty", Ok(())),
        ("in_identifier_update", Ok(())),
        ("in_metadata_wrong_type", Err(Some(Invalid::Fields))),
        ("in_metadata_malformed", Err(Some(Invalid::Fields))),
        ("in_metadata_none", Err(Some(Invalid::Fields))),
        ("in_version_2", Err(Some(Invalid::Version))),
        ("in_type_9", Err(Some(Invalid::Fields))),
        ("in_outer_two_elements", Err(Some(Invalid::Fields))),
        ("in_not_a_vector", Err(Some(Invalid::Fields))),
        ("in_none", Err(Some(Invalid::Fields))),
        ("in_name_not_string", Err(Some(Invalid::Fields))),
        ("in_args_not_vector", Err(Some(Invalid::Fields))),
        ("in_batch_one_bad", Err(Some(Invalid::Fields))),
        ("in_set_duplicate", Err(None)),
        ("in_trailing_byte", Err(None)),
        ("in_truncated", Err(None)),
        ("in_unknown_tag", Err(None)),
    ];
    let vectors = vectors!("events.json");
    for (name, verdict) in verdicts {
        let vector = vectors.iter().find(|vector| vector.name == name).unwrap();
        let found = match decode(&vector.bytes) {
            Ok(data) => Message::from_data(data).map(|_| ()).map_err(Some),
            Err(_) => Err(None),
        };
        assert_eq!(found, verdict, "{name}");
    }
}

#[test]
fn commands_of_stores_come_back_as_they_were() {
    for vector in vectors!("stores.json") {
        let bytes = payload(&vector);
        let command = Command::decode(&bytes).unwrap_or_else(|error| panic!("{}: {error}", vector.name));
        let mut out = Vec::new();
        command.encode(&mut out);
        assert_eq!(out, bytes, "{}", vector.name);
        for at in 0..bytes.len() {
            assert!(Command::decode(&bytes[..at]).is_err(), "{} cut at {at}", vector.name);
        }
        damage(&bytes, |bytes| drop(Command::decode(bytes)));
    }
}

#[test]
fn blobs_of_stores_come_back_as_they_were() {
    let mut seen = 0;
    for vector in vectors!("stores_sqlite.json") {
        for key in ["key_hex", "value_hex"] {
            if let Some(text) = vector.json[key].as_str() {
                let bytes = hex(text);
                assert_eq!(written(&decode(&bytes).unwrap()), bytes, "{}", vector.name);
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn a_length_of_the_handshake_is_bounded() {
    let mut frames = Frames::default();
    frames.push(&(MAX_HANDSHAKE as u32 + 1).to_be_bytes());
    assert!(frames.next(MAX_HANDSHAKE).is_err());
    assert_eq!(frames.next(MAX_ENVELOPE), Ok(None));
}
