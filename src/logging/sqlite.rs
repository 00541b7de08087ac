//! The writer of `SQLite` files: a table for each log.

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};

use super::settings::text;
use super::text::Separators;
use super::value::{Field, Kind, LogValue};
use super::writer::{Info, Rotated, Writer};
use crate::diag::{Code, Diagnostic, Severity};
use crate::source::Span;
use crate::value::numbers::{address_text, subnet_text};
use crate::value::{Address, Subnet};
use crate::vm::{Vm, reason};

struct Sqlite {
    connection: Connection,
    insert: String,
    separators: Separators,
    path: String,
}

/// A name between quotes, as the functions of `SQLite` put it.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

fn column_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "boolean",
        Kind::Int | Kind::Count | Kind::Port => "integer",
        Kind::Time | Kind::Interval | Kind::Double => "double precision",
        _ => "text",
    }
}

pub(super) fn begin(vm: &mut Vm, info: &Info, fields: &[Field]) -> Result<Box<dyn Writer>, String> {
    let separators = Separators {
        separator: Vec::new(),
        set_separator: text(vm, "LogSQLite::set_separator", ","),
        empty_field: text(vm, "LogSQLite::empty_field", "(empty)"),
        unset_field: text(vm, "LogSQLite::unset_field", "-"),
    };
    let table = match info.config.get("tablename") {
        Some(name) => name.clone(),
        None => {
            let path = &info.path;
            let note = format!("{}: tablename configuration option not found. Defaulting to path {path}", info.name());
            vm.report(&Diagnostic::new(Severity::Note, Code::RunTimeWarning, Span::NONE, note));
            path.clone()
        }
    };
    let file = vm.host.database_file(&format!("{}.sqlite", info.path));
    let connection = match file.map_err(|error| failure(&reason(&error)))? {
        Some(path) => Connection::open(path),
        None => Connection::open_in_memory(),
    };
    let connection = connection.map_err(|error| failure(&error.to_string()))?;
    let columns: Vec<String> =
        fields.iter().map(|field| format!("{} {}", quoted(&field.name), column_type(field.kind))).collect();
    let create = format!("CREATE TABLE IF NOT EXISTS {table} (\n{}\n);", columns.join(",\n"));
    connection.execute_batch(&create).map_err(|error| format!("Error executing table creation statement: {error}"))?;
    let names: Vec<String> = fields.iter().map(|field| quoted(&field.name)).collect();
    let marks = vec!["?"; fields.len()].join(", ");
    let insert = format!("INSERT INTO {table} ( {}) VALUES ({marks});", names.join(", "));
    connection.prepare_cached(&insert).map_err(|error| failure(&error.to_string()))?;
    Ok(Box::new(Sqlite { connection, insert, separators, path: info.path.clone() }))
}

fn failure(message: &str) -> String {
    format!("SQLite call failed: {message}")
}

impl Sqlite {
    fn cell(&self, value: &LogValue) -> Cell {
        let text = |text: Vec<u8>| match String::from_utf8(text) {
            Ok(text) => Cell::Text(text),
            Err(bytes) => Cell::Text(String::from_utf8_lossy(bytes.as_bytes()).into_owned()),
        };
        match value {
            LogValue::Unset => Cell::Null,
            LogValue::Bool(flag) => Cell::Integer(i64::from(*flag)),
            // Bro hands over 32 bits of a number; what does not fit is better kept.
            LogValue::Int(number) => Cell::Integer(*number),
            LogValue::Count(number) => Cell::Integer(*number as i64),
            LogValue::Port(number, _) => Cell::Integer(i64::from(*number)),
            LogValue::Double(number) | LogValue::Time(number) | LogValue::Interval(number) => Cell::Real(*number),
            LogValue::Addr(address) => Cell::Text(address_text(Address(*address))),
            LogValue::Subnet(address, width) => {
                Cell::Text(subnet_text(Subnet { prefix: Address(*address), width: *width }))
            }
            LogValue::Text(bytes) if bytes.is_empty() => Cell::Null,
            LogValue::Text(bytes) => text(bytes.clone()),
            LogValue::Set(elements) | LogValue::Vector(elements) => {
                let mut out = Vec::new();
                self.separators.elements(&mut out, elements);
                text(out)
            }
        }
    }
}

impl Writer for Sqlite {
    fn write(&mut self, _vm: &mut Vm, values: &[LogValue]) -> Result<(), String> {
        let cells = values.iter().map(|value| self.cell(value));
        let mut statement =
            self.connection.prepare_cached(&self.insert).map_err(|error| failure(&error.to_string()))?;
        statement.execute(params_from_iter(cells)).map_err(|error| failure(&error.to_string()))?;
        Ok(())
    }

    fn rotate(&mut self, _vm: &mut Vm, _path: &str) -> Result<Rotated, String> {
        // A database goes on growing.
        Ok(Rotated::Done { new_name: "/dev/null".to_owned(), old_name: self.path.clone() })
    }
}
