//! Records of logs: whatever columns were announced, any bytes are a record of them or refused.
//!
//! An input is the number of columns, two bytes for the type of each, and the record.

use brood::value::Protocol;
use brood::wire::{LogKind, LogType, LogValue, decode_record, encode_record};

use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "logs", regressions: "logs", extension: "record", memory: 512 << 20, generate, check };

const MOST_COLUMNS: usize = 12;

fn generate(dice: &mut Dice) -> Vec<u8> {
    let mut input = vec![dice.few(MOST_COLUMNS) as u8];
    for _ in 0..input[0] {
        input.extend([dice.byte(), dice.byte()]);
    }
    let types = columns(&input).map(|(types, _)| types).unwrap_or_default();
    let values: Vec<LogValue> = types.iter().map(|ty| value(dice, *ty)).collect();
    let mut record = Vec::new();
    encode_record(types.iter().copied(), &values, &mut record);
    for _ in 0..dice.few(4) {
        record = mutate::change_bytes(dice, record);
    }
    input.extend(record);
    input
}

/// The types of the columns, and what is behind them.
fn columns(input: &[u8]) -> Option<(Vec<LogType>, &[u8])> {
    let (count, rest) = input.split_first()?;
    let (types, record) = rest.split_at_checked(2 * usize::from(*count))?;
    let kind = |byte: u8| LogKind::from_number(u64::from(byte % 20)).unwrap_or(LogKind::String);
    let simple = |byte: u8| Some(kind(byte)).filter(|kind| !matches!(kind, LogKind::Set | LogKind::Vector));
    let types = types.chunks_exact(2).map(|pair| match kind(pair[0]) {
        kind @ (LogKind::Set | LogKind::Vector) => LogType { kind, element: simple(pair[1]) },
        kind => LogType { kind, element: None },
    });
    Some((types.collect(), record))
}

fn value(dice: &mut Dice, ty: LogType) -> LogValue {
    if dice.chance(15) {
        return LogValue::Unset;
    }
    let number = dice.number();
    let some = |dice: &mut Dice| -> Vec<LogValue> {
        let kind = ty.element.unwrap_or(LogKind::String);
        (0..dice.few(6)).map(|_| value(dice, LogType { kind, element: None })).collect()
    };
    match ty.kind {
        LogKind::Bool => LogValue::Bool(number.is_multiple_of(2)),
        LogKind::Int => LogValue::Int(number as i64),
        LogKind::Count => LogValue::Count(number),
        LogKind::Double => LogValue::Double(f64::from_bits(number)),
        LogKind::Time => LogValue::Time(f64::from_bits(number)),
        LogKind::Interval => LogValue::Interval(f64::from_bits(number)),
        LogKind::String | LogKind::Enum | LogKind::File | LogKind::Func => {
            LogValue::Text((0..dice.few(100)).map(|_| dice.byte()).collect())
        }
        LogKind::Port => LogValue::Port(number as u16, Protocol::Udp),
        LogKind::Addr => LogValue::Addr(u128::from(number).to_be_bytes().into()),
        LogKind::Subnet => LogValue::Subnet((number as u32).to_be_bytes().into(), (number % 33) as u8),
        LogKind::Set => LogValue::Set(some(dice)),
        LogKind::Vector => LogValue::Vector(some(dice)),
    }
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let Some((types, record)) = columns(input) else { return Ok(()) };
    let values = match decode_record(types.iter().copied(), record) {
        Ok(values) => values,
        Err(error) => return holds(!error.to_string().is_empty(), "a refusal says why", || format!("{error:?}")),
    };
    holds(values.len() == types.len(), "a record has all columns", || format!("{types:?}\n{values:?}"))?;
    let mut encoded = Vec::new();
    encode_record(types.iter().copied(), &values, &mut encoded);
    let again = match decode_record(types.iter().copied(), &encoded) {
        Ok(again) => again,
        Err(error) => return Err(Broken::new("what is encoded is read", format!("{error}: {values:?}"))),
    };
    let mut twice = Vec::new();
    encode_record(types.iter().copied(), &again, &mut twice);
    // Compared as bytes: not every number is equal to itself.
    holds(twice == encoded, "a record is read back", || format!("{values:?}\n{again:?}"))
}
