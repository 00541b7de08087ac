//! From a record type to the columns of a filter.

use std::rc::Rc;

use super::value::{Field, Kind, LogValue, log_value};
use crate::types::{RecordType, TypeRef, TypeTag};
use crate::value::{RecordObject, TableObject, Value};

/// Records inside records are unrolled down to this depth.
const MAX_DEPTH: usize = 32;

/// A column, and where its value is found.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) field: Field,
    /// Taken from the record that the filter's `ext_func` gives.
    pub(super) added: bool,
    /// The field's offset, behind those of the records around it.
    offsets: Vec<u16>,
}

/// What decides about the columns of a filter.
pub(super) struct Choice<'a> {
    pub(super) include: Option<&'a TableObject>,
    pub(super) exclude: Option<&'a TableObject>,
    pub(super) separator: &'a str,
}

impl Choice<'_> {
    fn wants(&self, name: &str) -> bool {
        let key = [Value::string(name)];
        self.include.is_none_or(|include| include.contains(&key))
            && self.exclude.is_none_or(|exclude| !exclude.contains(&key))
    }

    /// The columns out of a record type: its fields with `&log`, those of records in it behind their name. The error
    /// is what Bro says.
    pub(super) fn columns(
        &self,
        record: &RecordType,
        prefix: &str,
        added: bool,
        columns: &mut Vec<Column>,
    ) -> Result<(), String> {
        self.unroll(record, prefix, added, &[], columns)
    }

    fn unroll(
        &self,
        record: &RecordType,
        before: &str,
        added: bool,
        path: &[u16],
        columns: &mut Vec<Column>,
    ) -> Result<(), String> {
        if path.len() >= MAX_DEPTH {
            return Err("records nested too deep for a log".to_owned());
        }
        let fields = record.with_fields(<[_]>::to_vec);
        for (offset, field) in (0..).zip(&fields) {
            if !field.log {
                continue;
            }
            let name = format!("{before}{}", field.name);
            let mut offsets = path.to_vec();
            offsets.push(offset);
            if let Some(inner) = field.ty.as_record() {
                self.unroll(inner, &format!("{name}{}", self.separator), added, &offsets, columns)?;
                continue;
            }
            let Some((kind, element)) = Kind::of(&field.ty) else {
                return Err("unsupported field type for log column".to_owned());
            };
            if self.wants(&name) {
                let field = Field { name, kind, element, optional: field.optional };
                columns.push(Column { field, added, offsets });
            }
        }
        Ok(())
    }
}

impl Column {
    /// The value of this column in a record.
    pub(super) fn value(&self, record: &Rc<RecordObject>) -> LogValue {
        let Some((last, path)) = self.offsets.split_last() else { return LogValue::Unset };
        let mut record = record.clone();
        for offset in path {
            let Value::Record(inner) = record.get(*offset) else { return LogValue::Unset };
            record = inner;
        }
        log_value(&record.get(*last))
    }
}

/// Checks the record type of a stream. The error is what Bro says.
pub(super) fn check(columns: &TypeRef) -> Result<(), String> {
    let Some(record) = columns.as_record() else { return Err("columns of a stream must be a record type".to_owned()) };
    let mut any = false;
    for field in record.with_fields(<[_]>::to_vec) {
        if !field.log {
            continue;
        }
        if !field.ty.is(TypeTag::Record) && Kind::of(&field.ty).is_none() {
            return Err(format!("type of field '{}' is not support for logging output", field.name));
        }
        any = true;
    }
    if any { Ok(()) } else { Err("logged record type does not have any &log attributes".to_owned()) }
}
