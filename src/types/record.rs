//! Record types. `redef record` appends fields in place, so an offset stays valid for ever.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::TypeRef;
use crate::source::{Span, Symbol};

/// Names an expression evaluated on demand (`&default`, `&create_expire`, ...) in the program's table of thunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThunkId(pub u32);

#[derive(Clone, Debug)]
pub struct Field {
    pub name: Symbol,
    pub ty: TypeRef,
    pub default: Option<ThunkId>,
    pub optional: bool,
    pub log: bool,
    pub deprecated: bool,
    /// `&type_column` of a port: the column that the input framework takes its protocol from.
    pub type_column: Option<ThunkId>,
    pub span: Span,
    /// The `##` comment, without marks.
    pub doc: Option<Rc<str>>,
}

impl Field {
    /// A field without attributes.
    pub fn new(name: Symbol, ty: TypeRef, span: Span) -> Self {
        Field {
            name,
            ty,
            default: None,
            optional: false,
            log: false,
            deprecated: false,
            type_column: None,
            span,
            doc: None,
        }
    }
}

#[derive(Debug)]
pub struct RecordType {
    fields: RefCell<Vec<Field>>,
    by_name: RefCell<FxHashMap<Symbol, u16>>,
    /// A number of its own per type and thread, by which the machine keeps what it derived from the fields.
    pub id: u32,
}

thread_local! {
    static NEXT_ID: Cell<u32> = const { Cell::new(0) };
}

impl RecordType {
    /// A record of these fields; of two with the same name the first is found by name.
    pub fn new(fields: Vec<Field>) -> Self {
        let id = NEXT_ID.get();
        NEXT_ID.set(id.wrapping_add(1));
        let record = RecordType { fields: RefCell::default(), by_name: RefCell::default(), id };
        for field in fields {
            record.push(field);
        }
        record
    }

    /// Appends a field and returns its offset. At most 65,535 fields: further ones are dropped, which the checker
    /// refuses before.
    pub fn push(&self, field: Field) -> u16 {
        let mut fields = self.fields.borrow_mut();
        let Ok(offset) = u16::try_from(fields.len()) else { return u16::MAX };
        self.by_name.borrow_mut().entry(field.name).or_insert(offset);
        fields.push(field);
        offset
    }

    pub fn len(&self) -> usize {
        self.fields.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn offset(&self, name: Symbol) -> Option<u16> {
        self.by_name.borrow().get(&name).copied()
    }

    pub fn field(&self, offset: u16) -> Option<Field> {
        self.fields.borrow().get(usize::from(offset)).cloned()
    }

    /// Looks at the fields without copying them. `visit` must not extend this record.
    pub fn with_fields<R>(&self, visit: impl FnOnce(&[Field]) -> R) -> R {
        visit(&self.fields.borrow())
    }

    /// All fields as they are now, for [`RecordType::restore`].
    pub fn save(&self) -> Vec<Field> {
        self.fields.borrow().clone()
    }

    /// Goes back to the fields of an earlier moment: what `redef` added since is gone.
    pub fn restore(&self, saved: Vec<Field>) {
        self.by_name.borrow_mut().retain(|_, offset| usize::from(*offset) < saved.len());
        self.fields.replace(saved);
    }

    /// Changes a field in place (attributes added or removed by `redef`).
    pub fn update(&self, offset: u16, change: impl FnOnce(&mut Field)) {
        if let Some(field) = self.fields.borrow_mut().get_mut(usize::from(offset)) {
            change(field);
        }
    }
}
