//! Records of logs, as a running Zeek wrote them and as they were sent to one.

use super::{Vector, damage, payload, read, written};
use crate::syntax::ast::Protocol;
use crate::wire::reader::Reader;
use crate::wire::{
    DecodeError, LogBatch, LogField, LogKind, LogPlace, LogType, LogValue, Message, RecordError, decode, decode_record,
    encode_record,
};

fn vectors() -> Vec<Vector> {
    read(include_str!("../../../tests/vectors/logs.json"))
}

fn message(bytes: &[u8]) -> Message {
    Message::from_data(decode(bytes).unwrap()).unwrap()
}

fn named(vectors: &[Vector], name: &str) -> Vec<u8> {
    vectors.iter().find(|vector| vector.name == name).unwrap_or_else(|| panic!("no vector {name}")).bytes.clone()
}

/// The types of the columns that a message announces.
fn columns(bytes: &[u8]) -> Vec<(String, LogType)> {
    let Message::LogCreate(create) = message(bytes) else { panic!("announces nothing") };
    let column = |field: &LogField| {
        let kind = LogKind::from_number(field.ty).unwrap();
        let element = LogKind::from_number(field.element_ty);
        assert_eq!(element.is_some(), matches!(kind, LogKind::Set | LogKind::Vector));
        (String::from_utf8(field.name.clone()).unwrap(), LogType { kind, element })
    };
    create.fields.iter().map(column).collect()
}

fn types(columns: &[(String, LogType)]) -> Vec<LogType> {
    columns.iter().map(|(_, ty)| *ty).collect()
}

fn record(types: &[LogType], bytes: &[u8]) -> Result<Vec<LogValue>, RecordError> {
    decode_record(types.iter().copied(), bytes)
}

fn recorded(types: &[LogType], values: &[LogValue]) -> Vec<u8> {
    let mut out = Vec::new();
    encode_record(types.iter().copied(), values, &mut out);
    out
}

#[test]
fn records_of_logs_come_back_as_they_were() {
    let vectors = vectors();
    let columns = columns(&named(&vectors, "log_create_all_types"));
    let bytes = named(&vectors, "serial_all_types");
    let types = types(&columns);
    let values = record(&types, &bytes).unwrap();
    assert_eq!(recorded(&types, &values), bytes);
    for at in 0..bytes.len() {
        assert!(record(&types, &bytes[..at]).is_err(), "cut at {at}");
    }
    damage(&bytes, |bytes| drop(record(&types, bytes)));
    // Each value by itself.
    let mut seen = 0;
    for (column, ty) in &columns {
        let value = [&[0, 0, 0, 1][..], &named(&vectors, &format!("serial_field_{column}"))].concat();
        let types = [*ty];
        let values = record(&types, &value).unwrap_or_else(|error| panic!("{column}: {error}"));
        assert_eq!(recorded(&types, &values), value, "{column}");
        for at in 0..value.len() {
            assert!(record(&types, &value[..at]).is_err(), "{column} cut at {at}");
        }
        damage(&value, |bytes| drop(record(&types, bytes)));
        // As a value of any other column it is refused.
        for other in columns.iter().map(|(_, other)| *other).filter(|other| other.kind != ty.kind) {
            assert!(matches!(record(&[other], &value), Err(RecordError::Type { column: 0, .. })), "{column}");
        }
        seen += 1;
    }
    assert_eq!(seen, vectors.iter().filter(|vector| vector.name.starts_with("serial_field_")).count());
}

#[test]
fn values_of_logs_are_what_their_vectors_say() {
    let vectors = vectors();
    let columns = columns(&named(&vectors, "log_create_all_types"));
    let values = record(&types(&columns), &named(&vectors, "serial_all_types")).unwrap();
    let value = |name: &str| &values[columns.iter().position(|(column, _)| column == name).unwrap()];
    assert_eq!(*value("ts"), LogValue::Time(1_700_000_000.0));
    assert_eq!(*value("i"), LogValue::Int(-5));
    assert_eq!(*value("s"), LogValue::Text(b"a\0b\xff".to_vec()));
    assert_eq!(*value("o"), LogValue::Unset);
    assert_eq!(*value("e"), LogValue::Text(b"Foo::GREEN".to_vec()));
    assert_eq!(*value("p"), LogValue::Port(80, Protocol::Tcp));
    assert_eq!(*value("a6"), LogValue::Addr("2001:db8::1".parse().unwrap()));
    assert_eq!(*value("n4"), LogValue::Subnet("10.0.0.0".parse().unwrap(), 8));
    assert_eq!(*value("n6"), LogValue::Subnet("2001:db8::".parse().unwrap(), 32));
    assert_eq!(*value("ss"), LogValue::Unset);
    assert_eq!(*value("sc"), LogValue::Set(vec![LogValue::Count(1), LogValue::Count(2)]));
    assert_eq!(*value("vd"), LogValue::Vector(vec![LogValue::Double(0.5)]));
}

#[test]
fn a_batch_of_records_is_the_message_that_zeek_sends() {
    let vectors = vectors();
    let types = types(&columns(&named(&vectors, "log_create_all_types")));
    let values = record(&types, &named(&vectors, "serial_all_types")).unwrap();
    let place = LogPlace { stream: b"Foo::LOG", writer: b"Log::WRITER_ASCII", path: b"foo" };
    let frame = vectors.iter().find(|vector| vector.name == "log_batch_one_frame").unwrap();
    let mut batch = LogBatch::default();
    batch.push(place, types.iter().copied(), &values);
    assert_eq!(batch.take(), payload(frame));
    assert!(batch.is_empty());
    for _ in 0..300 {
        batch.push(place, types.iter().copied(), &values);
    }
    let Message::Batch(messages) = message(&batch.take()) else { panic!("no batch") };
    let Message::Batch(one) = message(&payload(frame)) else { panic!("no batch") };
    assert!(messages.len() == 300 && messages.iter().all(|message| *message == one[0]));
}

#[test]
fn what_was_sent_to_a_zeek_is_written_again() {
    let whole = |vector: &&Vector| vector.name.starts_with("in_") && vector.name != "in_batch_one_bad";
    for vector in vectors().iter().filter(whole) {
        assert_eq!(written(&message(&vector.bytes).into_data()), vector.bytes, "{}", vector.name);
        damage(&vector.bytes, |bytes| drop(decode(bytes).map(Message::from_data)));
    }
}

/// What was sent to a Zeek, with what it did.
#[test]
fn records_that_do_not_fit_their_columns_are_told_apart() {
    let vectors = vectors();
    let types = types(&columns(&named(&vectors, "in_create")));
    let read = |name: &str| -> Vec<Result<Vec<LogValue>, RecordError>> {
        let writes = match message(&named(&vectors, name)) {
            Message::Batch(messages) => messages,
            single => vec![single],
        };
        let read = |message| match message {
            Message::LogWrite { record: bytes, .. } => record(&types, &bytes),
            other => panic!("{other:?}"),
        };
        writes.into_iter().map(read).collect()
    };
    for name in ["in_write_before_create", "in_write_without_batch", "in_trailing_bytes", "in_odd_subtype"] {
        assert!(matches!(read(name).as_slice(), [Ok(_)]), "{name}: {:?}", read(name));
    }
    assert!(matches!(read("in_write_two").as_slice(), [Ok(_), Ok(_)]));
    assert_eq!(read("in_too_many_fields"), [Err(RecordError::Fields { got: 3 })]);
    assert_eq!(read("in_too_few_fields"), [Err(RecordError::Fields { got: 1 })]);
    assert!(decode(&named(&vectors, "in_batch_one_bad")).map(Message::from_data).unwrap().is_err());
    for name in
        ["in_unknown_stream", "in_stream_without_create", "in_unknown_writer", "in_other_path", "in_create_again"]
    {
        assert!(matches!(message(&named(&vectors, name)), Message::LogCreate(_)), "{name}");
    }
}

#[test]
fn what_stops_a_zeek_is_an_error_here() {
    let of = |kind, element| [LogType { kind, element }];
    let bytes = |number: u32, content: &[u8]| {
        [&1u32.to_be_bytes()[..], &number.to_be_bytes(), &number.to_be_bytes(), &[1], content].concat()
    };
    let malformed = |error| Err(RecordError::Malformed { column: 0, error });
    // A type that nothing has, a family of addresses that nobody has, lengths beyond any memory.
    assert_eq!(record(&of(LogKind::Int, None), &bytes(99, &[0; 8])), Err(RecordError::Type { column: 0, got: 99 }));
    assert_eq!(record(&of(LogKind::Addr, None), &bytes(11, &[5, 1, 2, 3, 4])), malformed(DecodeError::OutOfRange));
    assert_eq!(
        record(&of(LogKind::String, None), &bytes(7, &[0x7f, 0xff, 0xff, 0xff, 1])),
        malformed(DecodeError::Cut)
    );
    assert_eq!(record(&of(LogKind::String, None), &bytes(7, &[0xff; 9])), malformed(DecodeError::Cut));
    let counts = of(LogKind::Set, Some(LogKind::Count));
    assert_eq!(record(&counts, &bytes(14, &[0xff; 8])), malformed(DecodeError::Cut));
    assert_eq!(record(&counts, &[0x7f, 0xff, 0xff, 0xff]), Err(RecordError::Fields { got: 0x7fff_ffff }));
    assert_eq!(record(&counts, &[0, 0]), Err(RecordError::Length));
    // A width that the family does not have.
    assert_eq!(
        record(&of(LogKind::Subnet, None), &bytes(12, &[8, 4, 10, 0, 0, 0])),
        malformed(DecodeError::OutOfRange)
    );
    // An element of another type, and a port beyond all ports.
    let element = [&1u64.to_be_bytes()[..], &bytes(7, &[0, 0, 0, 0])[4..]].concat();
    assert_eq!(record(&counts, &bytes(14, &element)), Err(RecordError::Type { column: 0, got: 7 }));
    assert_eq!(record(&of(LogKind::Port, None), &bytes(10, &[1; 12])), malformed(DecodeError::OutOfRange));
}

/// Zeek's other transport carries the same values, with their columns named once before them.
#[test]
fn records_of_another_transport_are_the_same() {
    let mut seen = 0;
    for vector in read(include_str!("../../../tests/vectors/zeromq.json")) {
        if !["log_write_cluster_log", "log_write_two_records", "log_in_ok"].contains(&&*vector.name) {
            continue;
        }
        let mut reader = Reader::new(&vector.bytes);
        let word = |reader: &mut Reader<'_>| {
            let length = reader.u32().unwrap() as usize;
            reader.bytes(length).unwrap().to_vec()
        };
        let place = [(); 4].map(|()| word(&mut reader));
        assert!(place[1].starts_with(b"Log::WRITER_"), "{}", vector.name);
        let columns: Vec<LogType> = (0..reader.u32().unwrap())
            .map(|_| {
                if reader.u8().unwrap() == 1 {
                    word(&mut reader);
                }
                word(&mut reader);
                let kind = LogKind::from_number(u64::from(reader.u32().unwrap())).unwrap();
                let element = LogKind::from_number(u64::from(reader.u32().unwrap()));
                reader.u8().unwrap();
                LogType { kind, element }
            })
            .collect();
        let records = reader.u32().unwrap();
        let mut rest = reader.rest();
        for _ in 0..records {
            // Nothing tells where a record ends but the record.
            let counted = |bytes: &[u8]| [&(columns.len() as u32).to_be_bytes()[..], bytes].concat();
            let end = (0..=rest.len()).find(|end| record(&columns, &counted(&rest[..*end])).is_ok()).unwrap();
            let (bytes, behind) = rest.split_at(end);
            let values = record(&columns, &counted(bytes)).unwrap();
            assert_eq!(recorded(&columns, &values), counted(bytes), "{}", vector.name);
            (rest, seen) = (behind, seen + 1);
        }
        assert!(rest.is_empty(), "{}", vector.name);
    }
    assert_eq!(seen, 4);
}
