//! What a running Zeek sent and took, and how clients are dealt with.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value as Json;

use super::{
    Action, Dialect, Happening, Kind, Server, Settings, decode, decode_subscriptions, encode_ack, encode_error,
    encode_message,
};
use crate::endpoint::Overflow;
use crate::network::{ListenerId, StreamId};
use crate::wire::{Data, EndpointId, Event, Message, encode};

struct Vector {
    name: String,
    bytes: Vec<u8>,
    json: Json,
}

fn vectors() -> Vec<Vector> {
    let entries: Vec<Json> = serde_json::from_str(include_str!("../../tests/vectors/websocket.json")).unwrap();
    let hex = |text: &str| {
        let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        text.as_bytes().chunks(2).map(pair).collect()
    };
    let read = |json: Json| Vector {
        name: json["name"].as_str().unwrap().to_owned(),
        bytes: hex(json["hex"].as_str().unwrap()),
        json,
    };
    entries.into_iter().map(read).collect()
}

fn vector(name: &str) -> Vec<u8> {
    vectors().into_iter().find(|vector| vector.name == name).map(|vector| vector.bytes).unwrap()
}

/// Cuts the bytes everywhere, and changes every byte in a few ways.
fn damage(bytes: &[u8], mut take: impl FnMut(&[u8])) {
    for at in 0..bytes.len() {
        take(&bytes[..at]);
        let mut changed = bytes.to_vec();
        for change in [0xff, b'"', b'\\', b'{', b'0', bytes[at] ^ 1] {
            changed[at] = change;
            take(&changed);
        }
    }
}

#[test]
fn what_zeek_sends_is_read_and_written_again_to_the_same_bytes() {
    let mut seen = 0;
    for Vector { name, bytes, .. } in vectors() {
        if !name.starts_with("out_") && name != "legacy_event" {
            continue;
        }
        let message = decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let topic = message.topic.unwrap();
        let written = encode_message(&topic, &message.data, Dialect::Zeek);
        assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&bytes), "{name}");
        // For everybody else it is JSON, with the same data where JSON has it.
        let json = encode_message(&topic, &message.data, Dialect::Json);
        if !["out_inf", "out_nan"].contains(&name.as_str()) {
            serde_json::from_slice::<Json>(&json).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        if !["out_nan", "out_bytes_not_utf8"].contains(&name.as_str()) {
            assert_eq!(decode(&json).unwrap().data, message.data, "{name}");
        }
        damage(&bytes, |bytes| drop(decode(bytes)));
        for at in 0..bytes.len() {
            assert!(decode(&bytes[..at]).is_err(), "{name} cut at {at}");
        }
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn what_zeek_takes_is_taken_and_what_it_refuses_is_not() {
    let mut seen = 0;
    for Vector { name, bytes, json } in vectors() {
        if !name.starts_with("in_") {
            continue;
        }
        let replies: Vec<&str> = json["reply"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let refused = |context: &str| replies.iter().any(|reply| reply.contains(context));
        match decode(&bytes) {
            Ok(message) => {
                assert!(!refused("failed to decode JSON object"), "{name} was taken");
                assert_eq!(message.topic.is_none(), refused("no topic"), "{name}");
            }
            Err(error) => assert!(refused("failed to decode JSON object"), "{name}: {error}"),
        }
        damage(&bytes, |bytes| drop(decode(bytes)));
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}

/// The data that Zeek showed of an argument of any type.
#[test]
fn values_are_what_zeek_made_of_them() {
    let mut seen = 0;
    for Vector { name, bytes, json } in vectors() {
        let printed = json["zeek_printed"].as_array().into_iter().flatten().find_map(Json::as_str);
        let shown = printed.and_then(|line| line.strip_prefix("GOT any, [data=broker::data{"));
        let Some(shown) = shown.and_then(|line| line.strip_suffix("}]")) else { continue };
        let Data::Vector(outer) = decode(&bytes).unwrap().data else { panic!("{name}") };
        let Ok(Message::Event(event)) = Message::from_data(Data::Vector(outer)) else { panic!("{name}") };
        assert_eq!(String::from_utf8(event.arguments[0].to_text()).unwrap(), shown, "{name}");
        seen += 1;
    }
    assert!(seen > 9, "{seen}");
}

#[test]
fn answers_are_those_of_zeek() {
    assert_eq!(encode_ack("6cfa7ddd-c235-5756-ad01-aeb86994efe1-websocket-0", "8.1.2"), vector("ack"));
    assert_eq!(encode_ack("91105e3b-1921-5c17-9726-057547ab5ae3", "2.8.0-dev"), vector("legacy_ack"));
    let mut seen = 0;
    for Vector { name, bytes, .. } in vectors() {
        let Ok(json) = serde_json::from_slice::<Json>(&bytes) else { continue };
        if json["type"] == "error" {
            let error = encode_error(json["code"].as_str().unwrap(), json["context"].as_str().unwrap(), None);
            assert_eq!(error, bytes, "{name}");
            seen += 1;
        }
    }
    assert!(seen > 8, "{seen}");
    damage(&vector("subscribe"), |bytes| drop(decode_subscriptions(bytes)));
    assert_eq!(decode_subscriptions(&vector("subscribe")), Ok([b"/topic/out".to_vec()].into()));
}

const LISTENER: ListenerId = ListenerId(1);
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

fn settings(kind: Kind) -> Settings {
    Settings {
        kind,
        node: EndpointId([7; 16]),
        version: "8.1.2".to_owned(),
        ping_interval: Some(Duration::from_secs(5)),
        most_waiting: 32,
        buffer: 4,
        overflow: Overflow::DropOldest,
        dialect: Dialect::Zeek,
    }
}

fn server(settings: Settings) -> Server {
    let mut server = Server::default();
    server.listen(LISTENER, settings);
    server
}

fn request(path: &str, header: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\n\
         Sec-WebSocket-Version: 13\r\n{header}\r\n"
    )
    .into_bytes()
}

/// A frame of a client, masked with nothing but zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..126 => bytes.push(0x80 | length as u8),
        length => {
            bytes.push(0xfe);
            bytes.extend_from_slice(&(length as u16).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(payload);
    bytes
}

fn text(payload: &[u8]) -> Vec<u8> {
    frame(0x81, payload)
}

/// Payloads of short frames of the server, without their first bytes.
fn payloads(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    while let [_, length, rest @ ..] = bytes {
        let (length, rest) = match length {
            126 => (usize::from(u16::from_be_bytes([rest[0], rest[1]])), &rest[2..]),
            length => (usize::from(*length), rest),
        };
        out.push(rest[..length].to_vec());
        bytes = &rest[length..];
    }
    out
}

/// What a server has written for a stream, and whether it closed it. Everything is taken at once.
fn written(server: &mut Server, stream: StreamId) -> (Vec<u8>, bool) {
    let (mut bytes, mut closed) = (Vec::new(), false);
    loop {
        match server.next_action() {
            Some(Action::Write(to, written)) if to == stream => {
                bytes.extend(written);
                server.ready(stream);
            }
            Some(Action::Close(to)) if to == stream => closed = true,
            Some(_) => {}
            None => return (bytes, closed),
        }
    }
}

fn say(server: &mut Server, stream: StreamId, bytes: &[u8], now: Duration) -> (Vec<u8>, bool) {
    server.received(stream, bytes, now);
    server.advance(now);
    written(server, stream)
}

/// A client that has subscribed, with what happened forgotten.
fn client(server: &mut Server, number: u64, subscriptions: &str) -> StreamId {
    let stream = StreamId(number);
    server.accepted(LISTENER, stream, "127.0.0.1", 40_000, Duration::ZERO);
    let bytes = [request("/v1/messages/json", ""), text(subscriptions.as_bytes())].concat();
    let (answer, closed) = say(server, stream, &bytes, Duration::ZERO);
    assert!(answer.starts_with(b"HTTP/1.1 101 ") && !closed);
    while server.next_happening().is_some() {}
    stream
}

#[test]
fn a_client_is_let_in_hears_and_says() {
    let mut server = server(settings(Kind::Cluster));
    let stream = StreamId(5);
    server.accepted(LISTENER, stream, "127.0.0.1", 40_000, Duration::ZERO);
    let request = request("/v1/messages/json", "X-Application-Name: test/1.0\r\n");
    // Byte by byte, with a message before its answer.
    let bytes = [request, text(&vector("subscribe")), text(&vector("in_ping"))].concat();
    let mut answer = Vec::new();
    for byte in bytes {
        answer.extend(say(&mut server, stream, &[byte], Duration::ZERO).0);
    }
    let (head, frames) = answer.split_at(answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4);
    let head = String::from_utf8_lossy(head);
    assert!(head.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), "{head}");
    let id = format!("{}-websocket-0", EndpointId([7; 16]));
    assert_eq!(payloads(frames), [encode_ack(&id, "8.1.2")]);
    match server.next_happening() {
        Some(Happening::Added { info, subscriptions, .. }) => {
            assert_eq!((info.id, info.application_name.as_deref()), (id, Some("test/1.0")));
            assert_eq!(subscriptions, BTreeSet::from([b"/topic/out".to_vec()]));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(server.next_happening(), Some(Happening::Said { message, .. })
        if message.topic.as_deref() == Some(b"/topic/in")));
    let mut payload = Vec::new();
    let data = decode(&vector("out_broker_publish")).unwrap().data;
    let Ok(Message::Event(event)) = Message::from_data(data) else { panic!() };
    // An empty list of metadata is left out, and so is everything that is no event.
    let event = Message::Event(Event { metadata: Some(Vec::new()), ..event });
    let update = Message::IdentifierUpdate { name: b"x".to_vec(), value: Data::None };
    encode(&Message::Batch(vec![event, update]).into_data(), &mut payload);
    server.deliver(b"/topic/out", &payload, None, Duration::ZERO);
    server.deliver(b"/topic/in", &payload, None, Duration::ZERO);
    server.deliver(b"/topic/out", &payload, Some(stream), Duration::ZERO);
    assert_eq!(payloads(&written(&mut server, stream).0), [vector("out_broker_publish")]);
    let (answer, closed) = say(&mut server, stream, &frame(0x88, b"\x03\xe8bye"), Duration::ZERO);
    assert_eq!((answer, closed), (b"\x88\x05\x03\xe8bye".to_vec(), true));
    assert!(matches!(server.next_happening(), Some(Happening::Lost { code: 1000, reason, .. }) if reason == "bye"));
}

#[test]
fn whoever_is_not_let_in_is_told_why() {
    let mut server = server(settings(Kind::Cluster));
    for (number, request, name) in [
        (1, request("/v1/messages/xml", ""), "wrong_uri"),
        (2, request("/v1/messages/json", "X-Application-Name: a b\r\n"), "bad_application_name"),
    ] {
        let stream = StreamId(number);
        server.accepted(LISTENER, stream, "127.0.0.1", 40_000, Duration::ZERO);
        let (answer, closed) = say(&mut server, stream, &request, Duration::ZERO);
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        assert_eq!(payloads(&answer[head..]), [vector(name), vector(&format!("{name}_close"))]);
        assert!(!closed);
        // What it says is not heard; the end comes with its answer, or without one after a while.
        assert_eq!(say(&mut server, stream, &text(b"[]"), Duration::ZERO), (Vec::new(), false));
        server.advance(Duration::from_secs(1));
        assert!(written(&mut server, stream).1);
    }
    let stream = StreamId(3);
    server.accepted(LISTENER, stream, "127.0.0.1", 40_000, Duration::ZERO);
    let (answer, closed) = say(&mut server, stream, b"\x16\x03\x01", Duration::ZERO);
    assert!(answer.starts_with(b"HTTP/1.1 400 ") && closed);
    // A request that does not end is given up.
    let stream = StreamId(4);
    server.accepted(LISTENER, stream, "127.0.0.1", 40_000, Duration::ZERO);
    assert_eq!(say(&mut server, stream, b"GET /", Duration::from_secs(2)), (Vec::new(), false));
    assert_eq!(say(&mut server, stream, b"v1", Duration::from_secs(3)), (Vec::new(), true));
    assert_eq!(server.next_happening(), None);
    // So is everybody beyond the number that there is room for.
    (10..110).for_each(|number| server.accepted(LISTENER, StreamId(number), "a", 1, Duration::ZERO));
    assert_eq!(server.next_action(), None);
    server.accepted(LISTENER, StreamId(110), "a", 1, Duration::ZERO);
    assert_eq!(server.next_action(), Some(Action::Close(StreamId(110))));
}

#[test]
fn subscriptions_have_one_attempt() {
    let mut server = server(settings(Kind::Cluster));
    for (number, name, said) in [(1, "first_not_array", "{}"), (2, "first_element_not_string", "[1]")] {
        let stream = client(&mut server, number, said);
        assert_eq!(say(&mut server, stream, &text(b"[]"), Duration::ZERO), (Vec::new(), false), "{name}");
        server.closed(stream);
        assert!(matches!(server.next_happening(), Some(Happening::Lost { code: 1006, subscriptions: None, .. })));
    }
}

#[test]
fn errors_are_answered_by_the_server_that_was_asked() {
    let answers = |kind: Kind| {
        let mut server = server(settings(kind));
        let stream = client(&mut server, 1, "[]");
        let said = [&vector("in_ping")[..], b"garbage", b"5", b"{}"].map(text).concat();
        payloads(&say(&mut server, stream, &said, Duration::ZERO).0)
    };
    assert_eq!(answers(Kind::Cluster), [vector("error_1"), vector("error_1"), vector("error_1")]);
    let legacy = ["legacy_error_garbage", "legacy_error_number", "legacy_error_empty_object"].map(vector);
    assert_eq!(answers(Kind::Broker), legacy);
    // With more to say than Zeek has.
    let mut server = server(Settings { dialect: Dialect::Json, ..settings(Kind::Cluster) });
    let stream = client(&mut server, 1, "[]");
    let (answer, _) = say(&mut server, stream, &text(b"{\"topic\":\"t\"}"), Duration::ZERO);
    let answer: Json = serde_json::from_slice(&payloads(&answer)[0]).unwrap();
    assert_eq!(answer["context"], "failed to decode JSON object");
    assert_eq!(answer["detail"], "there is no @data-type (at byte 0)");
}

#[test]
fn a_client_without_a_sign_of_life_is_given_up() {
    let mut server = server(settings(Kind::Cluster));
    let stream = client(&mut server, 1, "[]");
    let seconds = Duration::from_secs;
    assert_eq!(server.deadline(), Some(seconds(5)));
    server.advance(seconds(5));
    assert_eq!(written(&mut server, stream).0, b"\x89\x0cheartbeat::1");
    assert_eq!(say(&mut server, stream, &frame(0x8a, b"heartbeat::1"), seconds(6)).0, b"");
    server.advance(seconds(10));
    assert_eq!(written(&mut server, stream).0, b"\x89\x0cheartbeat::2");
    server.advance(seconds(15));
    assert_eq!(written(&mut server, stream), (b"\x88\x0e\x03\xf3Ping timeout".to_vec(), false));
    server.advance(seconds(16));
    assert!(written(&mut server, stream).1);
    assert!(
        matches!(server.next_happening(), Some(Happening::Lost { code: 1011, reason, .. }) if reason == "Ping timeout")
    );
}

#[test]
fn messages_are_taken_in_turn_and_not_all_at_once() {
    let mut server = server(Settings { most_waiting: 3, ..settings(Kind::Cluster) });
    let (one, two) = (client(&mut server, 1, "[]"), client(&mut server, 2, "[]"));
    let many = text(&vector("in_ping")).repeat(1000);
    server.received(one, &many, Duration::ZERO);
    server.received(two, &many, Duration::ZERO);
    server.advance(Duration::ZERO);
    let from = std::iter::from_fn(|| server.next_happening()).map(|happening| match happening {
        Happening::Said { stream, .. } => stream,
        other => panic!("{other:?}"),
    });
    assert_eq!(from.collect::<Vec<_>>(), [one, two, one]);
    // The rest waits, and no more is read.
    assert_eq!(server.deadline(), Some(Duration::ZERO));
    let holds: Vec<Action> = std::iter::from_fn(|| server.next_action()).collect();
    assert_eq!(holds, [Action::Hold(one, true), Action::Hold(two, true)]);
    let mut count = 3;
    while server.deadline() == Some(Duration::ZERO) {
        server.advance(Duration::ZERO);
        count += std::iter::from_fn(|| server.next_happening()).count();
    }
    assert_eq!(count, 2000);
    let holds: Vec<Action> = std::iter::from_fn(|| server.next_action()).collect();
    assert_eq!(holds, [Action::Hold(one, false), Action::Hold(two, false)]);
}

#[test]
fn a_client_that_does_not_keep_up_loses_messages() {
    let payload = |number: u64| {
        let mut payload = Vec::new();
        let event = Event { name: b"e".to_vec(), arguments: vec![Data::Count(number)], metadata: None };
        encode(&Message::Event(event).into_data(), &mut payload);
        payload
    };
    let numbers = |bytes: &[u8]| -> Vec<u64> {
        let number = |text: Vec<u8>| match Message::from_data(decode(&text).unwrap().data) {
            Ok(Message::Event(event)) => match event.arguments[0] {
                Data::Count(number) => number,
                _ => panic!(),
            },
            other => panic!("{other:?}"),
        };
        payloads(bytes).into_iter().map(number).collect()
    };
    for (overflow, expected) in [(Overflow::DropOldest, &[0, 3, 4, 5, 6][..]), (Overflow::DropNewest, &[0, 1, 2, 3, 4])]
    {
        let mut server = server(Settings { overflow, ..settings(Kind::Cluster) });
        let stream = client(&mut server, 1, "[\"t\"]");
        server.deliver(b"t", &payload(0), None, Duration::ZERO);
        let Some(Action::Write(_, mut bytes)) = server.next_action() else { panic!() };
        (1..7).for_each(|number| server.deliver(b"t", &payload(number), None, Duration::ZERO));
        assert_eq!((server.next_action(), server.dropped()), (None, 2));
        server.ready(stream);
        bytes.extend(written(&mut server, stream).0);
        assert_eq!(numbers(&bytes), expected);
    }
    let mut server = server(Settings { overflow: Overflow::Disconnect, ..settings(Kind::Cluster) });
    let stream = client(&mut server, 1, "[\"t\"]");
    (0..5).for_each(|number| server.deliver(b"t", &payload(number), None, Duration::ZERO));
    assert_eq!(payloads(&written(&mut server, stream).0), [b"\x03\xf0Too many messages wait".to_vec()]);
}

/// A client that only talks is not listened to, once its answers pile up.
#[test]
fn answers_that_nobody_takes_do_not_pile_up() {
    let mut server = server(settings(Kind::Cluster));
    let stream = client(&mut server, 1, "[]");
    // The transport takes no more.
    server.received(stream, &text(b"x"), Duration::ZERO);
    server.advance(Duration::ZERO);
    assert!(matches!(server.next_action(), Some(Action::Write(..))));
    let garbage = text(b"x").repeat(100_000);
    server.received(stream, &garbage, Duration::ZERO);
    let mut rounds = 0;
    while server.deadline() == Some(Duration::ZERO) {
        server.advance(Duration::ZERO);
        rounds += 1;
        assert!(rounds < 100_000);
    }
    assert_eq!(server.next_action(), Some(Action::Hold(stream, true)));
    server.ready(stream);
    match server.next_action() {
        Some(Action::Write(_, bytes)) => assert!(bytes.len() < 300 * 1024, "{}", bytes.len()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_end_is_said_after_everything_else() {
    let mut server = server(settings(Kind::Cluster));
    let stream = client(&mut server, 1, "[\"t\"]");
    server.accepted(LISTENER, StreamId(2), "a", 1, Duration::ZERO);
    let mut payload = Vec::new();
    encode(&decode(&vector("out_pong")).unwrap().data, &mut payload);
    server.deliver(b"t", &payload, None, Duration::ZERO);
    server.shut_down(Duration::ZERO);
    let (bytes, closed) = written(&mut server, stream);
    assert_eq!((payloads(&bytes)[1..].to_vec(), closed), (vec![vector("shutdown_close")], false));
    assert!(!server.is_down());
    assert!(say(&mut server, stream, &frame(0x88, b"\x03\xe9"), Duration::ZERO).1);
    assert!(server.is_down());
    assert_eq!(server.next_happening(), None);
}
