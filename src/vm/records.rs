//! New records: their fields' defaults, worked out once per type.

use std::rc::Rc;

use super::{Raise, Vm};
use crate::code::{Code, Entry};
use crate::program::Thunk;
use crate::types::{RecordType, ThunkId, TypeKind, TypeRef};
use crate::value::{RecordObject, TableObject, Value, VectorObject};

/// How many templates lie on one page.
const PAGE: usize = 128;

/// What a new record of one type starts with, by [`RecordType::id`].
///
/// The types of one program have numbers close to each other, but where many engines share a thread they may begin at
/// any: only the pages that are needed are there.
#[derive(Default)]
pub(super) struct Templates(Vec<Option<Box<Page>>>);

type Page = [Option<Rc<Template>>; PAGE];

impl Templates {
    fn get(&self, record: &RecordType) -> Option<&Rc<Template>> {
        let index = record.id as usize;
        let page = self.0.get(index / PAGE)?.as_deref()?;
        page.get(index % PAGE)?.as_ref()
    }

    fn insert(&mut self, record: &RecordType, template: Rc<Template>) {
        let index = record.id as usize;
        if index / PAGE >= self.0.len() {
            self.0.resize_with(index / PAGE + 1, || None);
        }
        if let Some(page) = self.0.get_mut(index / PAGE) {
            let page = page.get_or_insert_with(|| Box::new([const { None }; PAGE]));
            if let Some(place) = page.get_mut(index % PAGE) {
                *place = Some(template);
            }
        }
    }
}

/// The start values of a record type.
#[derive(Debug)]
pub(super) struct Template {
    /// How many fields the type had when this was made; `redef record` may have added some since.
    fields: usize,
    /// The values that are the same for every record, up to the last one that is set.
    constant: Vec<Value>,
    /// The fields whose value is made for each record.
    made: Vec<(u16, Start)>,
}

#[derive(Clone, Debug)]
enum Start {
    Thunk(ThunkId),
    Empty(TypeRef),
}

impl Vm {
    /// A record of this type with its fields' defaults.
    pub fn new_record(&mut self, ty: &TypeRef) -> Result<Value, Raise> {
        self.new_record_with(ty, |_| false)
    }

    /// As [`Vm::new_record`]; the fields that `skip` names stay unset, since a value for them is at hand.
    pub fn new_record_with(&mut self, ty: &TypeRef, skip: impl Fn(u16) -> bool) -> Result<Value, Raise> {
        let Some(record) = ty.as_record() else { return Err(Raise::error("record type expected")) };
        let template = self.template(record);
        let object = RecordObject::new(ty.clone(), template.constant.clone());
        for (offset, start) in &template.made {
            if skip(*offset) {
                continue;
            }
            let value = match start {
                Start::Thunk(thunk) => self.thunk(*thunk)?,
                Start::Empty(ty) => self.empty_value(ty)?,
            };
            object.set(*offset, value);
        }
        Ok(Value::Record(Rc::new(object)))
    }

    /// The record that an instruction asks for, where no default has to be made for it.
    #[inline(never)]
    pub(super) fn plain_record(&self, code: &Code, entry: Entry) -> Option<Value> {
        let plan = code.tables.records.get(entry.0 as usize)?;
        let record = plan.ty.as_record()?;
        let template = self.records.get(record)?;
        if template.fields != record.len() || !template.made.iter().all(|(offset, _)| plan.given.contains(offset)) {
            return None;
        }
        // Room for just what is known to come.
        let mut fields = Vec::with_capacity(plan.room.max(template.constant.len()));
        fields.extend_from_slice(&template.constant);
        Some(Value::Record(Rc::new(RecordObject::new(plan.ty.clone(), fields))))
    }

    /// What a variable or field of this type starts with: an empty container, a record with its defaults, otherwise
    /// nothing.
    pub fn empty_value(&mut self, ty: &TypeRef) -> Result<Value, Raise> {
        Ok(match &ty.kind {
            TypeKind::Table { .. } => Value::Table(Rc::new(TableObject::new(ty.clone()))),
            TypeKind::Vector(_) => Value::Vector(Rc::new(VectorObject::new(ty.clone(), Vec::new()))),
            TypeKind::Record(_) => self.nested_record(ty)?,
            _ => Value::Unset,
        })
    }

    /// A record inside another one. A type that holds itself has no end, which counts as calls without end.
    fn nested_record(&mut self, ty: &TypeRef) -> Result<Value, Raise> {
        self.enter_run()?;
        let record = self.new_record(ty);
        self.leave_run();
        record
    }

    pub(super) fn template(&mut self, record: &RecordType) -> Rc<Template> {
        if let Some(template) = self.records.get(record)
            && template.fields == record.len()
        {
            return template.clone();
        }
        let template = Rc::new(self.make_template(record));
        self.records.insert(record, template.clone());
        template
    }

    fn make_template(&self, record: &RecordType) -> Template {
        let mut template = Template { fields: record.len(), constant: Vec::new(), made: Vec::new() };
        record.with_fields(|fields| {
            for (offset, field) in fields.iter().enumerate() {
                let start = match field.default {
                    Some(thunk) => match self.program.thunk(thunk) {
                        Thunk::Const(value) if !is_mutable(&value) => {
                            template.constant.resize(offset, Value::Unset);
                            template.constant.push(value);
                            continue;
                        }
                        _ => Start::Thunk(thunk),
                    },
                    None if field.optional => continue,
                    None => match &field.ty.kind {
                        TypeKind::Table { .. } | TypeKind::Vector(_) | TypeKind::Record(_) => {
                            Start::Empty(field.ty.clone())
                        }
                        _ => continue,
                    },
                };
                template.made.push((offset as u16, start));
            }
        });
        template
    }
}

/// Must not be shared between two owners.
pub(super) fn is_mutable(value: &Value) -> bool {
    matches!(value, Value::Table(_) | Value::Vector(_) | Value::Record(_) | Value::Opaque(_))
}
