//! Envelopes and the events in them: what is read in place is what is read by way of data.

use brood::wire::{Argument, Data, EndpointId, Envelope, Event, EventReader, Kind, Message, Real, decode, encode};

use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "envelopes", regressions: "envelopes", extension: "data", memory: 128 << 20, generate, check };

fn generate(dice: &mut Dice) -> Vec<u8> {
    let arguments = (0..dice.few(5)).map(|_| match dice.below(7) {
        0 => Data::Bool(dice.chance(50)),
        1 => Data::Count(dice.number()),
        2 => Data::Integer(dice.number() as i64),
        3 => Data::Real(Real(f64::from_bits(dice.number()))),
        4 => Data::Vector(vec![Data::None, Data::Port(80, 1)]),
        5 => Data::Timestamp(dice.number() as i64),
        _ => Data::String((0..dice.few(30)).map(|_| dice.byte()).collect()),
    });
    let arguments = arguments.collect();
    let metadata = match dice.below(3) {
        0 => None,
        1 => Some(Vec::new()),
        _ => Some(vec![(1, Data::Timestamp(7))]),
    };
    let mut payload = Vec::new();
    encode(&Message::Event(Event { name: b"e".to_vec(), arguments, metadata }).into_data(), &mut payload);
    let (sender, receiver) = (EndpointId([1; 16]), EndpointId::NIL);
    let mut bytes = Vec::new();
    Envelope { sender, receiver, kind: Kind::Data, topic: b"a/b", payload: &payload }.encode(&mut bytes);
    for _ in 0..dice.few(4) {
        bytes = mutate::change_bytes(dice, bytes);
    }
    bytes
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let Ok(envelope) = Envelope::decode(input) else { return Ok(()) };
    let mut bytes = Vec::new();
    envelope.encode(&mut bytes);
    let again = Envelope::decode(&bytes);
    holds(again == Ok(envelope), "an envelope is read back", || format!("{envelope:?}\n{again:?}"))?;
    let by_data = decode(envelope.payload).ok().map(Message::from_data);
    let Some(read) = in_place(envelope.payload) else { return Ok(()) };
    let same = matches!(&by_data, Some(Ok(Message::Event(event)))
        if event.name == read.0 && event.arguments == read.1 && event.metadata.as_ref().is_none_or(Vec::is_empty));
    holds(same, "an event is the same in place", || format!("{read:?}\n{by_data:?}"))
}

fn in_place(payload: &[u8]) -> Option<(&[u8], Vec<Data>)> {
    let mut event = EventReader::new(payload)?;
    let arguments = (0..event.arguments).map(|_| event.next_argument().ok().map(Argument::into_data));
    let arguments = arguments.collect::<Option<_>>()?;
    let name = event.name;
    event.is_at_end().then_some((name, arguments))
}
