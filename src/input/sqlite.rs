//! The reader of `SQLite` files: the rows that a query gives.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use super::columns::Column;
use super::output::Output;
use super::parse::{Format, address, lossy, port_number, protocol};
use super::reader::{Info, Mode, Reader};
use super::settings::format;
use crate::logging::{Kind, LogValue};
use crate::value::convert::leading_int;
use crate::value::{Address, Protocol, Subnet};
use crate::vm::{Vm, reason};

struct Sqlite {
    connection: Option<Connection>,
    query: String,
    columns: Vec<Column>,
    format: Format,
}

pub(super) fn begin(vm: &mut Vm, info: &Info, columns: &[Column], output: &mut Output) -> Option<Box<dyn Reader>> {
    let mut reader = match Sqlite::new(vm, info, columns) {
        Ok(reader) => reader,
        Err(message) => {
            output.error(message);
            return None;
        }
    };
    if !reader.read(vm, output) {
        output.end();
    }
    Some(Box::new(reader))
}

fn failure(message: &str) -> String {
    format!("SQLite call failed: {message}")
}

/// What `SQLite` itself says.
fn database_failure(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => failure(message),
        rusqlite::Error::SqlInputError { msg, .. } => failure(msg),
        error => failure(&error.to_string()),
    }
}

impl Sqlite {
    fn new(vm: &mut Vm, info: &Info, columns: &[Column]) -> Result<Self, String> {
        if info.mode != Mode::Manual {
            return Err("SQLite only supports manual reading mode.".to_owned());
        }
        let source = &info.source;
        let query = info
            .config
            .get("query")
            .cloned()
            .ok_or_else(|| format!("No query specified when setting up SQLite data source {source}. Aborting."))?;
        let place = vm.host.database_file(&format!("{source}.sqlite")).map_err(|error| failure(&reason(&error)))?;
        let connection = match place {
            Some(path) => {
                Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            }
            None => Connection::open_in_memory(),
        };
        let connection = connection.map_err(|error| match error {
            // The message of the library names the file, that of the database does not.
            rusqlite::Error::SqliteFailure(code, _) if code.code == rusqlite::ErrorCode::CannotOpen => {
                failure("unable to open database file")
            }
            error => database_failure(&error),
        })?;
        connection.prepare_cached(&query).map_err(|error| database_failure(&error))?;
        let format = format(vm, "InputSQLite", "(empty)");
        Ok(Sqlite { connection: Some(connection), query, columns: columns.to_vec(), format })
    }

    fn rows(&self, connection: &Connection, output: &mut Output) -> Result<(), String> {
        let mut statement = connection.prepare_cached(&self.query).map_err(|error| database_failure(&error))?;
        let names: Vec<String> = statement.column_names().into_iter().map(ToOwned::to_owned).collect();
        let mut places = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let value = place(&names, &column.name)?;
            let value =
                value.ok_or_else(|| format!("Required field {} not found after SQLite statement", column.name))?;
            let of_protocol = match &column.protocol {
                Some(name) => place(&names, name)?,
                None => None,
            };
            places.push((value, of_protocol));
        }
        let mut rows = statement.query([]).map_err(|error| database_failure(&error))?;
        while let Some(row) = rows.next().map_err(|error| database_failure(&error))? {
            let mut values = Vec::with_capacity(self.columns.len());
            for (column, (value, of_protocol)) in self.columns.iter().zip(&places) {
                let Some(value) = self.value(row, column, *value, *of_protocol, output)? else { return Ok(()) };
                values.push(value);
            }
            output.row(values, true);
        }
        output.end_of_source();
        Ok(())
    }

    /// A value of a row; `None` where the text of a set or vector is none, which was said.
    fn value(
        &self,
        row: &Row<'_>,
        column: &Column,
        place: usize,
        of_protocol: Option<usize>,
        output: &mut Output,
    ) -> Result<Option<LogValue>, String> {
        let cell = row.get_ref(place).map_err(|error| database_failure(&error))?;
        if matches!(cell, ValueRef::Null) {
            return Ok(Some(LogValue::Unset));
        }
        Ok(Some(match column.kind {
            Kind::Enum | Kind::String => LogValue::Text(text(cell)),
            Kind::Bool => match cell {
                ValueRef::Integer(0) => LogValue::Bool(false),
                ValueRef::Integer(1) => LogValue::Bool(true),
                ValueRef::Integer(number) => return Err(format!("Invalid value for boolean: {number}")),
                _ => return Err("Invalid data type for boolean - expected Integer".to_owned()),
            },
            Kind::Int => LogValue::Int(integer(cell)),
            Kind::Count => LogValue::Count(integer(cell) as u64),
            Kind::Double => LogValue::Double(real(cell)),
            Kind::Time => LogValue::Time(real(cell)),
            Kind::Interval => LogValue::Interval(real(cell)),
            Kind::Port => {
                let mut of = Protocol::Unknown;
                if let Some(place) = of_protocol {
                    match row.get_ref(place).map_err(|error| database_failure(&error))? {
                        ValueRef::Null => output.error("Port protocol definition did not contain text"),
                        cell => of = protocol(&text(cell), output),
                    }
                }
                LogValue::Port(port_number(integer(cell) as u64), of)
            }
            Kind::Addr => LogValue::Addr(address(&text(cell), output)),
            Kind::Subnet => {
                let text = text(cell);
                let slash = text.iter().position(|byte| *byte == b'/').unwrap_or(text.len());
                let width = leading_int(text.get(slash + 1..).unwrap_or_default());
                let address = address(text.get(..slash).unwrap_or_default(), output);
                let net = Subnet::new(Address::new(address), width as u8);
                LogValue::Subnet(net.prefix.0, net.width)
            }
            kind @ (Kind::Set | Kind::Vector) => {
                return Ok(self.format.parse(&text(cell), "", kind, column.element, output));
            }
            kind @ (Kind::File | Kind::Func) => return Err(format!("unsupported field format {}", kind.name())),
        }))
    }
}

/// The column of a name, which only one may have.
fn place(names: &[String], name: &str) -> Result<Option<usize>, String> {
    let mut found = names.iter().enumerate().filter(|(_, known)| *known == name).map(|(place, _)| place);
    let first = found.next();
    if found.next().is_some() {
        return Err(format!(
            "SQLite statement returns several columns with name {name}! Cannot decide which to choose, aborting"
        ));
    }
    Ok(first)
}

fn text(cell: ValueRef<'_>) -> Vec<u8> {
    match cell {
        ValueRef::Null => Vec::new(),
        ValueRef::Integer(number) => number.to_string().into_bytes(),
        ValueRef::Real(number) if number.fract() == 0.0 => format!("{number:.1}").into_bytes(),
        ValueRef::Real(number) => number.to_string().into_bytes(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
    }
}

/// Numbers as `SQLite` makes them of other cells.
fn integer(cell: ValueRef<'_>) -> i64 {
    match cell {
        ValueRef::Null => 0,
        ValueRef::Integer(number) => number,
        ValueRef::Real(number) => number as i64,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => leading_int(bytes),
    }
}

fn real(cell: ValueRef<'_>) -> f64 {
    match cell {
        ValueRef::Null => 0.0,
        ValueRef::Integer(number) => number as f64,
        ValueRef::Real(number) => number,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => lossy(bytes).trim().parse().unwrap_or_default(),
    }
}

impl Reader for Sqlite {
    fn read(&mut self, _vm: &mut Vm, output: &mut Output) -> bool {
        let Some(connection) = &self.connection else { return false };
        match self.rows(connection, output) {
            Ok(()) => true,
            Err(message) => {
                output.error(message);
                false
            }
        }
    }

    fn close(&mut self, _vm: &mut Vm) {
        self.connection = None;
    }
}
