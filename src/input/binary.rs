//! The reader of a file as it is, in pieces of one size.

use super::columns::Column;
use super::lines::{Lines, Seen};
use super::output::Output;
use super::reader::{Info, Mode, Reader};
use crate::logging::{Kind, LogValue};
use crate::value::Value;
use crate::vm::Vm;

/// Without the script's constant.
const PIECE: usize = 1024;

struct Binary {
    info: Info,
    piece: usize,
    file: Option<Lines>,
    seen: Seen,
}

pub(super) fn begin(vm: &mut Vm, info: &Info, columns: &[Column], output: &mut Output) -> Option<Box<dyn Reader>> {
    let problem = match columns {
        _ if info.source.is_empty() => Some("No source path provided"),
        [only] if only.kind != Kind::String => Some("Filter for binary reader contains a non-string field."),
        [_] => None,
        _ => Some(
            "Filter for binary reader contains more than one field. Filters for binary reader must contain exactly \
             one string field. Filter ignored.",
        ),
    };
    if let Some(problem) = problem {
        output.error(problem);
        return None;
    }
    let piece = match vm.global_by_name("InputBinary::chunk_size") {
        Some(Value::Count(size)) if size > 0 => usize::try_from(size).unwrap_or(usize::MAX),
        _ => PIECE,
    };
    let mut reader = Binary { info: info.clone(), piece, file: None, seen: Seen::default() };
    if reader.read(vm, output) { Some(Box::new(reader)) } else { None }
}

impl Reader for Binary {
    fn read(&mut self, vm: &mut Vm, output: &mut Output) -> bool {
        let source = &self.info.source;
        if self.info.mode == Mode::Reread || self.file.is_none() {
            match vm.host.status(source) {
                Err(_) if self.file.is_some() => {
                    output.error(format!("Could not get stat for {source}"));
                    return false;
                }
                Ok(status) if !self.seen.look(&status) => return true,
                _ => {}
            }
        }
        if self.info.tracks()
            && let Some(file) = self.file.take()
        {
            file.close(vm);
        }
        let mut file = match self.file.take().map_or_else(|| Lines::open(vm, source), Ok) {
            Ok(file) => file,
            Err(_) => {
                output.error(format!("Init: cannot open {source}"));
                return false;
            }
        };
        while let Ok(piece) = file.piece(vm, self.piece)
            && !piece.is_empty()
        {
            output.row(vec![LogValue::Text(piece)], self.info.tracks());
        }
        self.file = Some(file);
        if self.info.tracks() {
            output.end_of_source();
        }
        true
    }

    fn close(&mut self, vm: &mut Vm) {
        if let Some(file) = self.file.take() {
            file.close(vm);
        }
    }
}
