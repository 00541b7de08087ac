//! Broker's data model.
//!
//! The order of the variants is that of Broker's type numbers, and the derived order of values is Broker's own: by type
//! first, then by value, containers element by element. Encodings depend on it, since sets and tables are written in
//! that order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

/// A value of Broker's.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Data {
    #[default]
    None,
    Bool(bool),
    Count(u64),
    Integer(i64),
    Real(Real),
    String(Vec<u8>),
    /// 16 bytes; IPv4 addresses mapped.
    Address([u8; 16]),
    /// With the prefix length among 128 bits.
    Subnet([u8; 16], u8),
    /// With the number of its protocol: 0 unknown, 1 tcp, 2 udp, 3 icmp.
    Port(u16, u8),
    /// Nanoseconds since the epoch.
    Timestamp(i64),
    /// Nanoseconds.
    Timespan(i64),
    /// The name of an enum's value, with its module.
    Enum(Vec<u8>),
    Set(BTreeSet<Data>),
    Table(BTreeMap<Data, Data>),
    Vector(Vec<Data>),
}

/// A floating point number with a total order.
#[derive(Clone, Copy, Debug)]
pub struct Real(pub f64);

impl Ord for Real {
    fn cmp(&self, other: &Self) -> Ordering {
        // Both zeros are the same to Broker.
        if self.0 == other.0 { Ordering::Equal } else { self.0.total_cmp(&other.0) }
    }
}

impl PartialOrd for Real {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Real {}

impl Hash for Real {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Both zeros are the same.
        let bits = if self.0 == 0.0 { 0 } else { self.0.to_bits() };
        bits.hash(state);
    }
}

/// The types of data, by Broker's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataType {
    None,
    Bool,
    Count,
    Integer,
    Real,
    String,
    Address,
    Subnet,
    Port,
    Timestamp,
    Timespan,
    Enum,
    Set,
    Table,
    Vector,
}

impl DataType {
    const ALL: [DataType; 15] = [
        DataType::None,
        DataType::Bool,
        DataType::Count,
        DataType::Integer,
        DataType::Real,
        DataType::String,
        DataType::Address,
        DataType::Subnet,
        DataType::Port,
        DataType::Timestamp,
        DataType::Timespan,
        DataType::Enum,
        DataType::Set,
        DataType::Table,
        DataType::Vector,
    ];

    /// Broker's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            DataType::None => "none",
            DataType::Bool => "boolean",
            DataType::Count => "count",
            DataType::Integer => "integer",
            DataType::Real => "real",
            DataType::String => "string",
            DataType::Address => "address",
            DataType::Subnet => "subnet",
            DataType::Port => "port",
            DataType::Timestamp => "timestamp",
            DataType::Timespan => "timespan",
            DataType::Enum => "enum_value",
            DataType::Set => "set",
            DataType::Table => "table",
            DataType::Vector => "vector",
        }
    }

    /// The type of a number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

impl Data {
    pub fn data_type(&self) -> DataType {
        match self {
            Data::None => DataType::None,
            Data::Bool(_) => DataType::Bool,
            Data::Count(_) => DataType::Count,
            Data::Integer(_) => DataType::Integer,
            Data::Real(_) => DataType::Real,
            Data::String(_) => DataType::String,
            Data::Address(_) => DataType::Address,
            Data::Subnet(..) => DataType::Subnet,
            Data::Port(..) => DataType::Port,
            Data::Timestamp(_) => DataType::Timestamp,
            Data::Timespan(_) => DataType::Timespan,
            Data::Enum(_) => DataType::Enum,
            Data::Set(_) => DataType::Set,
            Data::Table(_) => DataType::Table,
            Data::Vector(_) => DataType::Vector,
        }
    }

    /// What values of a type start with, for adding to what is not there yet.
    pub fn empty(ty: DataType) -> Self {
        match ty {
            DataType::None => Data::None,
            DataType::Bool => Data::Bool(false),
            DataType::Count => Data::Count(0),
            DataType::Integer => Data::Integer(0),
            DataType::Real => Data::Real(Real(0.0)),
            DataType::String => Data::String(Vec::new()),
            DataType::Address => Data::Address([0; 16]),
            DataType::Subnet => Data::Subnet([0; 16], 0),
            DataType::Port => Data::Port(0, 0),
            DataType::Timestamp => Data::Timestamp(0),
            DataType::Timespan => Data::Timespan(0),
            DataType::Enum => Data::Enum(Vec::new()),
            DataType::Set => Data::Set(BTreeSet::new()),
            DataType::Table => Data::Table(BTreeMap::new()),
            DataType::Vector => Data::Vector(Vec::new()),
        }
    }

    /// A string.
    pub fn string(text: impl AsRef<[u8]>) -> Self {
        Data::String(text.as_ref().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::{Data, DataType, Real};

    #[test]
    fn order_is_by_type_then_by_value() {
        let sorted = [
            Data::None,
            Data::Bool(false),
            Data::Count(7),
            Data::Integer(-3),
            Data::Real(Real(-1.0)),
            Data::Real(Real(1.0)),
            Data::string("B"),
            Data::string("a"),
            Data::Vector(vec![Data::Count(1)]),
            Data::Vector(vec![Data::Count(1), Data::None]),
            Data::Vector(vec![Data::Count(2)]),
        ];
        assert!(sorted.is_sorted());
        assert_eq!(Data::Real(Real(0.0)), Data::Real(Real(-0.0)));
    }

    #[test]
    fn every_type_has_an_empty_value() {
        for data in [Data::empty(DataType::Table), Data::empty(DataType::Timespan), Data::empty(DataType::Enum)] {
            assert_eq!(Data::empty(data.data_type()), data);
        }
    }
}
