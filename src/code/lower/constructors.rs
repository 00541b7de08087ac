//! Records, tables, sets and vectors written out.
//!
//! Elements go into the new container one by one, so that a constructor of many thousand entries needs no more
//! registers than one of two.

use std::rc::Rc;

use super::super::operand::{Columns, Entry, FieldOffset, Length, V};
use super::super::{Instruction, RecordPlan};
use super::{Lower, LowerError, Lowerer};
use crate::hir::{ExprId, ExprKind, Part};
use crate::types::assign::same_type;
use crate::types::{TypeRef, TypeTag};

impl Lowerer<'_, '_> {
    /// A record of type `ty` with fields given by offset.
    pub(super) fn record(&mut self, ty: &TypeRef, fields: &[(u16, ExprId)], to: V) -> Lower<()> {
        // A field's expression may use the variable that the record will be assigned to.
        let record = self.value_register()?;
        let entry = Entry(self.tables.records.len() as u32);
        let given: Vec<u16> = fields.iter().map(|(field, _)| *field).collect();
        let room = given.iter().max().map_or(0, |last| usize::from(*last) + 1);
        self.tables.records.push(RecordPlan { ty: ty.clone(), given, room });
        self.emit(Instruction::NewRecord { to: record, entry });
        let types: Vec<_> = {
            let record = ty.as_record().ok_or(LowerError::Invalid)?;
            fields.iter().map(|(field, _)| record.field(*field).map(|field| field.ty)).collect()
        };
        for ((field, value), ty) in fields.iter().zip(types) {
            let mark = self.registers();
            let field = FieldOffset(*field);
            match self.kind_of(*value)? {
                Some(kind) if ty.is_some_and(|ty| !ty.is(TypeTag::Any)) => {
                    let from = self.number(*value)?;
                    self.emit(Instruction::SetFieldNumber { kind, record, field, from });
                }
                _ => {
                    let from = self.value(*value)?;
                    let take = self.take(from);
                    self.emit(Instruction::SetField { take, record, field, from });
                }
            }
            self.release(mark);
        }
        self.emit(Instruction::TakeValue { to, from: record });
        Ok(())
    }

    /// A constructor that is converted to another record type builds that one, where its fields have the target's types
    /// as they are; otherwise `None`.
    pub(super) fn converted_fields(&self, operand: ExprId, target: &TypeRef) -> Lower<Option<Vec<(u16, ExprId)>>> {
        let expr = self.expr(operand)?;
        let (ExprKind::Record(fields), Some(from), Some(target)) =
            (&expr.kind, expr.ty.as_record(), target.as_record())
        else {
            return Ok(None);
        };
        let mut converted = Vec::with_capacity(fields.len());
        for (offset, value) in fields {
            let name = from.field(*offset).ok_or(LowerError::Invalid)?.name;
            let Some((offset, field)) = target.offset(name).and_then(|at| Some((at, target.field(at)?))) else {
                return Ok(None);
            };
            if !is_of_type(&self.expr(*value)?.ty, &field.ty) {
                return Ok(None);
            }
            converted.push((offset, *value));
        }
        Ok(Some(converted))
    }

    pub(super) fn table(&mut self, entries: &[(Vec<ExprId>, ExprId)], to: V) -> Lower<()> {
        let table = self.value_register()?;
        self.emit(Instruction::NewTable { to: table });
        for (index, value) in entries {
            let mark = self.registers();
            let columns = u8::try_from(index.len()).map_err(|_| LowerError::TooLarge)?;
            let first = self.values_in_a_row(index)?;
            let last = self.value_register()?;
            self.value_into(*value, last)?;
            self.emit(Instruction::SetEntry { columns: Columns(columns), table, first });
            self.release(mark);
        }
        self.emit(Instruction::TakeValue { to, from: table });
        Ok(())
    }

    pub(super) fn set(&mut self, entries: &[Vec<ExprId>], to: V) -> Lower<()> {
        let set = self.value_register()?;
        self.emit(Instruction::NewTable { to: set });
        for index in entries {
            let mark = self.registers();
            let (first, columns) = self.index_columns(index)?;
            self.emit(Instruction::AddMember { columns: Columns(columns), set, first });
            self.release(mark);
        }
        self.emit(Instruction::TakeValue { to, from: set });
        Ok(())
    }

    pub(super) fn vector(&mut self, parts: &[ExprId], to: V) -> Lower<()> {
        let vector = self.value_register()?;
        self.emit(Instruction::NewVector { to: vector });
        for part in parts {
            let mark = self.registers();
            if let Some(kind) = self.kind_of(*part)? {
                let from = self.number(*part)?;
                self.emit(Instruction::AppendNumber { kind, vector, from });
            } else {
                let from = self.value(*part)?;
                let take = self.take(from);
                self.emit(Instruction::Append { take, vector, from });
            }
            self.release(mark);
        }
        self.emit(Instruction::TakeValue { to, from: vector });
        Ok(())
    }

    /// A container with further entries.
    pub(super) fn merged(&mut self, container: ExprId, parts: &[Part], to: V) -> Lower<()> {
        let table = self.value_register()?;
        self.value_into(container, table)?;
        for (index, part) in parts.iter().enumerate() {
            let mark = self.registers();
            match part {
                Part::Flatten(from) => {
                    let from = self.value(*from)?;
                    self.emit(Instruction::AddAll { target: table, from });
                }
                Part::Product { columns, value } => {
                    let columns: Vec<ExprId> = columns.iter().map(|(column, _)| *column).collect();
                    let first = self.values_in_a_row(&columns)?;
                    let last = self.value_register()?;
                    if let Some(value) = value {
                        self.value_into(*value, last)?;
                    }
                    let part = Length(u16::try_from(index).map_err(|_| LowerError::TooLarge)?);
                    self.emit(Instruction::AddProduct { table, first, part });
                }
            }
            self.release(mark);
        }
        self.emit(Instruction::TakeValue { to, from: table });
        Ok(())
    }
}

/// Whether a value of one type is one of the other without any conversion, told at a glance.
fn is_of_type(from: &TypeRef, target: &TypeRef) -> bool {
    if Rc::ptr_eq(from, target) || target.is(TypeTag::Any) {
        return true;
    }
    if let (Some(from), Some(target)) = (from.as_record(), target.as_record()) {
        return from.id == target.id;
    }
    match from.tag() {
        TypeTag::Table | TypeTag::Set | TypeTag::Vector => {
            !from.is_unspecified_table() && !from.is_unspecified_vector() && same_type(from, target, false)
        }
        TypeTag::Record | TypeTag::List => false,
        tag => tag == target.tag(),
    }
}
