//! From a record type to the columns that a reader is asked for.

use crate::diag::{Code, Diagnostic, Severity};
use crate::logging::Kind;
use crate::source::Span;
use crate::types::{Field, TypeRef, TypeTag};
use crate::vm::{Raise, Vm};

/// Records inside records are unrolled down to this depth.
const MAX_DEPTH: usize = 32;

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// The field's name, behind those of the records around it.
    pub(super) name: String,
    /// For a port: the column of its protocol.
    pub(super) protocol: Option<String>,
    pub(super) kind: Kind,
    /// For sets and vectors: the kind of their elements.
    pub(super) element: Option<Kind>,
    pub(super) optional: bool,
}

/// The kinds of a column of this type, where it can be read.
pub(super) fn kinds(ty: &TypeRef) -> Option<(Kind, Option<Kind>)> {
    let cannot = |kind| matches!(kind, Kind::File | Kind::Func);
    Kind::of(ty).filter(|(kind, element)| !cannot(*kind) && !element.is_some_and(cannot))
}

/// Whether values of this type cannot be read and stay unset where that is accepted.
pub(super) fn is_left_out(field: &Field) -> bool {
    matches!(field.ty.tag(), TypeTag::File | TypeTag::Func | TypeTag::Opaque) && field.optional
}

/// Appends the columns of a record type, those of records in it too. `accept`: fields that cannot be read may be there
/// if they are optional. False where there is none to read; that was reported.
pub(super) fn unroll(
    vm: &mut Vm,
    record: &TypeRef,
    before: &str,
    accept: bool,
    depth: usize,
    columns: &mut Vec<Column>,
) -> Result<bool, Raise> {
    let fields = record.as_record().map(|record| record.with_fields(<[_]>::to_vec)).unwrap_or_default();
    for field in fields {
        let name = format!("{before}{}", field.name);
        let is_record = field.ty.is(TypeTag::Record) && depth < MAX_DEPTH;
        if is_record {
            if field.optional {
                note(vm, format!("The input framework does not support optional record fields: \"{}\"", field.name));
                return Ok(false);
            }
            if !unroll(vm, &field.ty, &format!("{name}."), accept, depth + 1, columns)? {
                return Ok(false);
            }
            continue;
        }
        let ty = field.ty.kind_name();
        let Some((kind, element)) = kinds(&field.ty) else {
            if accept && is_left_out(&field) {
                let place = format!("in type definition for field \"{name}\" in ReaderFrontend");
                note(vm, format!("Encountered incompatible type \"{ty}\" {place}. Ignoring optional field."));
                continue;
            }
            let place = format!("in type definition for for field \"{name}\" in ReaderFrontend");
            vm.error_without_place(format!("Incompatible type \"{ty}\" {place}"));
            return Ok(false);
        };
        let protocol = match field.type_column {
            Some(column) => vm.thunk(column)?.as_bytes().map(|text| String::from_utf8_lossy(text).into_owned()),
            None => None,
        };
        columns.push(Column { name, protocol, kind, element, optional: field.optional });
    }
    Ok(true)
}

fn note(vm: &mut Vm, message: String) {
    vm.report(&Diagnostic::new(Severity::Note, Code::RunTimeInfo, Span::NONE, message));
}
