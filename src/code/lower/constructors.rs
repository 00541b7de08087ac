//! Records, tables, sets and vectors written out.
//!
//! Elements go into the new container one by one, so that a constructor of many thousand entries needs no more
//! registers than one of two.

use super::super::Instruction;
use super::super::operand::{Columns, FieldOffset, Length, V};
use super::{Lower, LowerError, Lowerer};
use crate::hir::{ExprId, Part};
use crate::types::TypeTag;

impl Lowerer<'_, '_> {
    pub(super) fn record(&mut self, fields: &[(u16, ExprId)], to: V) -> Lower<()> {
        // A field's expression may use the variable that the record will be assigned to.
        let record = self.value_register()?;
        self.emit(Instruction::NewRecord { to: record });
        let types: Vec<_> = {
            let place = self.expr(self.place)?;
            let record = place.ty.as_record().ok_or(LowerError::Invalid)?;
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
