//! Changing values in place, and looking into them.

use super::StoreError;
use crate::wire::{Data, Real};

/// Adds to a value: numbers and spans sum up, strings and vectors grow, sets and tables take an element.
pub(super) fn add(value: &mut Data, what: &Data) -> Result<(), StoreError> {
    match (value, what) {
        (Data::Count(value), Data::Count(what)) => *value = value.wrapping_add(*what),
        (Data::Integer(value), Data::Integer(what))
        | (Data::Timespan(value) | Data::Timestamp(value), Data::Timespan(what)) => *value = value.wrapping_add(*what),
        (Data::Real(Real(value)), Data::Real(Real(what))) => *value += what,
        (Data::String(value), Data::String(what)) => value.extend_from_slice(what),
        (Data::Vector(elements), what) => elements.push(what.clone()),
        (Data::Set(elements), what) => {
            elements.insert(what.clone());
        }
        (Data::Table(entries), Data::Vector(entry)) => match entry.as_slice() {
            [key, value] => {
                entries.insert(key.clone(), value.clone());
            }
            _ => return Err(StoreError::InvalidData("a table takes a key and a value".to_owned())),
        },
        _ => return Err(StoreError::TypeClash),
    }
    Ok(())
}

/// Takes from a value: numbers and spans, the last element of a vector, an element of a set or table.
pub(super) fn subtract(value: &mut Data, what: &Data) -> Result<(), StoreError> {
    match (value, what) {
        (Data::Count(value), Data::Count(what)) => *value = value.wrapping_sub(*what),
        (Data::Integer(value), Data::Integer(what))
        | (Data::Timespan(value) | Data::Timestamp(value), Data::Timespan(what)) => *value = value.wrapping_sub(*what),
        (Data::Real(Real(value)), Data::Real(Real(what))) => *value -= what,
        (Data::Vector(elements), _) => {
            elements.pop();
        }
        (Data::Set(elements), what) => {
            elements.remove(what);
        }
        (Data::Table(entries), what) => {
            entries.remove(what);
        }
        _ => return Err(StoreError::TypeClash),
    }
    Ok(())
}

/// Looks into a value: whether a set has an element, what a table or vector holds at an index. Anything else is
/// given as a whole.
pub(super) fn at(value: &Data, index: &Data) -> Result<Data, StoreError> {
    Ok(match value {
        Data::Set(elements) => Data::Bool(elements.contains(index)),
        Data::Table(entries) => entries.get(index).cloned().ok_or(StoreError::NoSuchKey)?,
        Data::Vector(elements) => {
            let index = match index {
                Data::Count(index) => usize::try_from(*index).ok(),
                Data::Integer(index) if *index >= 0 => usize::try_from(*index).ok(),
                _ => return Err(StoreError::TypeClash),
            };
            index.and_then(|index| elements.get(index)).cloned().ok_or(StoreError::NoSuchKey)?
        }
        _ => value.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::{add, at, subtract};
    use crate::store::StoreError;
    use crate::wire::{Data, Real};

    fn after(
        change: fn(&mut Data, &Data) -> Result<(), StoreError>,
        mut value: Data,
        what: &Data,
    ) -> Result<Data, StoreError> {
        change(&mut value, what).map(|()| value)
    }

    #[test]
    fn values_change_by_their_type() {
        assert_eq!(after(add, Data::Count(1), &Data::Count(2)), Ok(Data::Count(3)));
        assert_eq!(after(add, Data::Count(1), &Data::Integer(2)), Err(StoreError::TypeClash));
        assert_eq!(after(add, Data::Timestamp(1), &Data::Timespan(2)), Ok(Data::Timestamp(3)));
        assert_eq!(after(add, Data::string("a"), &Data::string("b")), Ok(Data::string("ab")));
        assert_eq!(after(add, Data::Bool(true), &Data::Bool(true)), Err(StoreError::TypeClash));
        assert_eq!(after(subtract, Data::Real(Real(1.5)), &Data::Real(Real(1.0))), Ok(Data::Real(Real(0.5))));
        let vector = Data::Vector(vec![Data::Count(1), Data::Count(2)]);
        assert_eq!(after(subtract, vector, &Data::None), Ok(Data::Vector(vec![Data::Count(1)])));
        let entry = Data::Vector(vec![Data::string("k"), Data::Count(1)]);
        let table = after(add, Data::Table([].into()), &entry).unwrap();
        assert_eq!(after(subtract, table, &Data::string("k")), Ok(Data::Table([].into())));
        assert!(after(add, Data::Table([].into()), &Data::Vector(vec![])).is_err());
    }

    #[test]
    fn values_are_looked_into() {
        let vector = Data::Vector(vec![Data::string("x")]);
        assert_eq!(at(&vector, &Data::Count(0)), Ok(Data::string("x")));
        assert_eq!(at(&vector, &Data::Integer(1)), Err(StoreError::NoSuchKey));
        assert_eq!(at(&vector, &Data::Integer(-1)), Err(StoreError::TypeClash));
        assert_eq!(at(&Data::Set([Data::Count(1)].into()), &Data::Count(2)), Ok(Data::Bool(false)));
        assert_eq!(at(&Data::Table([].into()), &Data::Count(2)), Err(StoreError::NoSuchKey));
        assert_eq!(at(&Data::Count(7), &Data::Count(2)), Ok(Data::Count(7)));
    }
}
