//! What Zeek says in data: events, logs, the values of globals.
//!
//! Each is a vector of the version, the kind and a vector of fields. Fields behind the known ones are ignored; a field
//! that is missing or of another type makes the whole message invalid, and with it the batch around it.

use super::{Data, Real};

pub(super) const VERSION: u64 = 1;

// The numbers of the kinds.
pub(super) const EVENT: u64 = 1;
pub(super) const LOG_CREATE: u64 = 2;
pub(super) const LOG_WRITE: u64 = 3;
pub(super) const IDENTIFIER_UPDATE: u64 = 4;
pub(super) const BATCH: u64 = 5;

/// Batches inside batches deeper than this are invalid.
const MAX_DEPTH: u32 = 8;

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Event(Event),
    /// A stream has a writer, or gets one.
    LogCreate(LogCreate),
    LogWrite {
        stream: Vec<u8>,
        writer: Vec<u8>,
        path: Vec<u8>,
        /// One record, in the format of logs.
        record: Vec<u8>,
    },
    /// A global has a new value.
    IdentifierUpdate {
        name: Vec<u8>,
        value: Data,
    },
    Batch(Vec<Message>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// With its module.
    pub name: Vec<u8>,
    pub arguments: Vec<Data>,
    /// Numbered extras. `Broker::publish` of Zeek sends a list without entries, `Cluster::publish` no list.
    pub metadata: Option<Vec<(u64, Data)>>,
}

/// The number of the metadata that is the sender's network time.
pub const NETWORK_TIMESTAMP: u64 = 1;

#[derive(Clone, Debug, PartialEq)]
pub struct LogCreate {
    pub stream: Vec<u8>,
    pub writer: Vec<u8>,
    pub path: Vec<u8>,
    /// Seconds from midnight.
    pub rotation_base: f64,
    /// Seconds.
    pub rotation_interval: f64,
    /// Seconds since the epoch.
    pub network_time: f64,
    pub config: Vec<(Vec<u8>, Vec<u8>)>,
    /// The function that is called after a rotation.
    pub post_processor: Vec<u8>,
    pub fields: Vec<LogField>,
}

/// A column, with Zeek's numbers of types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogField {
    pub name: Vec<u8>,
    pub secondary_name: Option<Vec<u8>>,
    pub ty: u64,
    pub element_ty: u64,
    pub optional: bool,
}

/// The data is no message of Zeek's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// A message of another version. Zeek says of it in a line of its own that its outer fields are invalid.
    Version,
    /// Not a vector of version, kind and fields, or the fields are not those of the kind.
    Fields,
}

impl Message {
    /// The data that is sent.
    pub fn into_data(self) -> Data {
        let (kind, fields) = match self {
            Message::Event(event) => (EVENT, event.into_fields()),
            Message::LogCreate(create) => (LOG_CREATE, create.into_fields()),
            Message::LogWrite { stream, writer, path, record } => {
                (LOG_WRITE, vec![Data::Enum(stream), Data::Enum(writer), Data::String(path), Data::String(record)])
            }
            Message::IdentifierUpdate { name, value } => (IDENTIFIER_UPDATE, vec![Data::String(name), value]),
            Message::Batch(messages) => (BATCH, messages.into_iter().map(Message::into_data).collect()),
        };
        Data::Vector(vec![Data::Count(VERSION), Data::Count(kind), Data::Vector(fields)])
    }

    /// The message in data that came in.
    pub fn from_data(data: Data) -> Result<Self, Invalid> {
        Message::read(data, 0)
    }

    fn read(data: Data, depth: u32) -> Result<Self, Invalid> {
        let Data::Vector(outer) = data else {
            return Err(Invalid::Fields);
        };
        let mut outer = outer.into_iter();
        let (kind, fields) = match (outer.next(), outer.next(), outer.next()) {
            (Some(Data::Count(VERSION)), Some(Data::Count(kind)), Some(Data::Vector(fields))) => (kind, fields),
            (Some(Data::Count(_)), Some(Data::Count(_)), Some(Data::Vector(_))) => return Err(Invalid::Version),
            _ => return Err(Invalid::Fields),
        };
        if kind == BATCH {
            if depth >= MAX_DEPTH {
                return Err(Invalid::Fields);
            }
            let messages = fields.into_iter().map(|message| Message::read(message, depth + 1));
            return messages.collect::<Result<_, _>>().map(Message::Batch).map_err(|_| Invalid::Fields);
        }
        let mut fields = fields.into_iter();
        match kind {
            EVENT => Event::from_fields(&mut fields).map(Message::Event),
            LOG_CREATE => LogCreate::from_fields(&mut fields).map(Message::LogCreate),
            LOG_WRITE => match (fields.next(), fields.next(), fields.next(), fields.next()) {
                (
                    Some(Data::Enum(stream)),
                    Some(Data::Enum(writer)),
                    Some(Data::String(path)),
                    Some(Data::String(record)),
                ) => Some(Message::LogWrite { stream, writer, path, record }),
                _ => None,
            },
            IDENTIFIER_UPDATE => match (fields.next(), fields.next()) {
                (Some(Data::String(name)), Some(value)) => Some(Message::IdentifierUpdate { name, value }),
                _ => None,
            },
            _ => None,
        }
        .ok_or(Invalid::Fields)
    }
}

impl Event {
    /// The sender's network time, in nanoseconds since the epoch.
    pub fn network_timestamp(&self) -> Option<i64> {
        self.metadata.iter().flatten().find_map(|(number, value)| match value {
            Data::Timestamp(time) if *number == NETWORK_TIMESTAMP => Some(*time),
            _ => None,
        })
    }

    fn into_fields(self) -> Vec<Data> {
        let mut fields = vec![Data::String(self.name), Data::Vector(self.arguments)];
        fields.extend(self.metadata.map(|metadata| {
            let entry = |(number, value)| Data::Vector(vec![Data::Count(number), value]);
            Data::Vector(metadata.into_iter().map(entry).collect())
        }));
        fields
    }

    fn from_fields(fields: &mut impl Iterator<Item = Data>) -> Option<Self> {
        let (Data::String(name), Data::Vector(arguments)) = (fields.next()?, fields.next()?) else {
            return None;
        };
        let metadata = match fields.next() {
            None => None,
            Some(Data::Vector(entries)) => Some(entries.into_iter().map(metadata).collect::<Option<_>>()?),
            Some(_) => return None,
        };
        Some(Event { name, arguments, metadata })
    }
}

fn metadata(entry: Data) -> Option<(u64, Data)> {
    let Data::Vector(entry) = entry else {
        return None;
    };
    let [Data::Count(number), value] = <[Data; 2]>::try_from(entry).ok()? else {
        return None;
    };
    let fits = number != NETWORK_TIMESTAMP || matches!(value, Data::Timestamp(_));
    fits.then_some((number, value))
}

impl LogCreate {
    fn into_fields(self) -> Vec<Data> {
        let string = |(key, value)| (Data::String(key), Data::String(value));
        let info = vec![
            Data::String(self.path),
            Data::Real(Real(self.rotation_base)),
            Data::Real(Real(self.rotation_interval)),
            Data::Real(Real(self.network_time)),
            Data::Table(self.config.into_iter().map(string).collect()),
            Data::String(self.post_processor),
        ];
        let fields = self.fields.into_iter().map(|field| {
            Data::Vector(vec![
                Data::String(field.name),
                field.secondary_name.map_or(Data::None, Data::String),
                Data::Count(field.ty),
                Data::Count(field.element_ty),
                Data::Bool(field.optional),
            ])
        });
        let fields = fields.collect();
        vec![Data::Enum(self.stream), Data::Enum(self.writer), Data::Vector(info), Data::Vector(fields)]
    }

    fn from_fields(fields: &mut impl Iterator<Item = Data>) -> Option<Self> {
        let (Data::Enum(stream), Data::Enum(writer)) = (fields.next()?, fields.next()?) else {
            return None;
        };
        let (Data::Vector(info), Data::Vector(columns)) = (fields.next()?, fields.next()?) else {
            return None;
        };
        let mut info = info.into_iter();
        let Data::String(path) = info.next()? else {
            return None;
        };
        let (Data::Real(base), Data::Real(interval), Data::Real(time)) = (info.next()?, info.next()?, info.next()?)
        else {
            return None;
        };
        let (Data::Table(config), Data::String(post_processor)) = (info.next()?, info.next()?) else {
            return None;
        };
        let config = config.into_iter().map(|entry| match entry {
            (Data::String(key), Data::String(value)) => Some((key, value)),
            _ => None,
        });
        Some(LogCreate {
            stream,
            writer,
            path,
            rotation_base: base.0,
            rotation_interval: interval.0,
            network_time: time.0,
            config: config.collect::<Option<_>>()?,
            post_processor,
            fields: columns.into_iter().map(LogField::from_data).collect::<Option<_>>()?,
        })
    }
}

impl LogField {
    fn from_data(data: Data) -> Option<Self> {
        let Data::Vector(parts) = data else {
            return None;
        };
        let mut parts = parts.into_iter();
        let Data::String(name) = parts.next()? else {
            return None;
        };
        let secondary_name = match parts.next()? {
            Data::None => None,
            Data::String(name) => Some(name),
            _ => return None,
        };
        let (Data::Count(ty), Data::Count(element_ty), Data::Bool(optional)) =
            (parts.next()?, parts.next()?, parts.next()?)
        else {
            return None;
        };
        Some(LogField { name, secondary_name, ty, element_ty, optional })
    }
}
