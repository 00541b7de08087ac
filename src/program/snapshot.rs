//! A program at one moment, to go back to.
//!
//! Declarations change more than they add: `redef` extends record types and enums in place, a first call resolves a
//! body and enters the natives that it mentions. So all of it is kept; it is small beside the values.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::{BodyEntry, Global, Program, Thunk};
use crate::hir::GlobalId;
use crate::source::Symbol;
use crate::types::{EnumType, Field, RecordType, SavedEnum, TypeKind};

/// What [`Program::restore`] goes back to.
pub struct ProgramSnapshot {
    globals: Vec<Global>,
    by_name: rustc_hash::FxHashMap<Symbol, GlobalId>,
    bodies: Vec<BodyEntry>,
    thunks: Vec<Thunk>,
    modules: FxHashSet<&'static str>,
    records: Vec<(Rc<RecordType>, Vec<Field>)>,
    enums: Vec<(Rc<EnumType>, SavedEnum)>,
}

impl Program {
    /// Takes down all that declarations can change. Sources stay: diagnostics given out already point at them.
    pub fn snapshot(&self) -> ProgramSnapshot {
        let mut records: Vec<(Rc<RecordType>, Vec<Field>)> = Vec::new();
        let mut enums: Vec<(Rc<EnumType>, SavedEnum)> = Vec::new();
        // Only types with a name can be extended.
        for global in self.globals.iter().filter(|global| global.kind == super::GlobalKind::Type) {
            match &global.ty.kind {
                TypeKind::Record(record) => records.push((record.clone(), record.save())),
                TypeKind::Enum(enumeration) => enums.push((enumeration.clone(), enumeration.save())),
                _ => {}
            }
        }
        ProgramSnapshot {
            globals: self.globals.clone(),
            by_name: self.by_name.clone(),
            bodies: self.bodies.clone(),
            thunks: self.thunks.clone(),
            modules: self.modules.clone(),
            records,
            enums,
        }
    }

    /// Goes back. Whatever was derived from bodies, thunks and types since must be dropped by who did it.
    pub fn restore(&mut self, saved: ProgramSnapshot) {
        for (record, fields) in saved.records {
            record.restore(fields);
        }
        for (enumeration, names) in saved.enums {
            enumeration.restore(names);
        }
        self.globals = saved.globals;
        self.by_name = saved.by_name;
        self.bodies = saved.bodies;
        self.thunks = saved.thunks;
        self.modules = saved.modules;
    }
}
