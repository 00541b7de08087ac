//! `when`.

use super::super::operand::Entry;
use super::super::{Instruction, WhenEntry};
use super::{Lower, Lowerer};
use crate::hir::When;

impl Lowerer<'_, '_> {
    pub(super) fn when(&mut self, when: &When) -> Lower<()> {
        let timeout = when.timeout.map(|timeout| self.number(timeout)).transpose()?;
        let entry = Entry(self.tables.whens.len() as u32);
        self.tables.whens.push(WhenEntry {
            body: when.body,
            captures: when.captures.clone(),
            timeout,
            is_return: when.is_return,
            watched: when.watched.clone(),
        });
        self.emit(Instruction::When { entry });
        if when.is_return {
            // The result comes when the condition holds.
            self.emit(Instruction::ReturnUnset {});
        }
        Ok(())
    }
}
