//! Calls, events, schedules.
//!
//! Arguments are evaluated where the callee finds its parameters: numbers in a row from one register of their bank,
//! values in a row from one of theirs. Natives take all arguments as values.

use super::super::operand::{Entry, Kind, N, V};
use super::super::{CallSite, Callee, Home, Instruction, SignatureId};
use super::{Lower, LowerError, Lowerer};
use crate::hir::{ExprId, ExprKind, GlobalId};
use crate::program::GlobalKind;
use crate::syntax::ast::Flavor;

impl Lowerer<'_, '_> {
    /// Lowers a call; where the result is wanted, it is in the register that comes back.
    pub(super) fn call(&mut self, callee: ExprId, arguments: &[ExprId], discard: bool) -> Lower<Home> {
        if let ExprKind::Global(global) = self.expr(callee)?.kind {
            if let GlobalKind::Native(index) = self.world.program.global(global).kind {
                return self.call_native(callee, index, arguments, discard);
            }
            return self.call_script(callee, Some(global), arguments, discard);
        }
        self.call_script(callee, None, arguments, discard)
    }

    fn call_native(&mut self, callee: ExprId, index: u32, arguments: &[ExprId], discard: bool) -> Lower<Home> {
        let first = self.values_in_a_row(arguments)?;
        // The result needs a register even where there is no argument.
        if arguments.is_empty() {
            self.value_register()?;
        }
        let result = self.result_kind(callee)?;
        let site = self.site(CallSite {
            callee: Callee::Native(index),
            numbers: 0,
            values: first.0,
            count: u16::try_from(arguments.len()).map_err(|_| LowerError::TooLarge)?,
            signature: SignatureId(u32::MAX),
            result,
            discard,
        });
        self.emit(Instruction::CallNative { site });
        Ok(Home::Value(first))
    }

    fn call_script(
        &mut self,
        callee: ExprId,
        global: Option<GlobalId>,
        arguments: &[ExprId],
        discard: bool,
    ) -> Lower<Home> {
        let callee_place = match global {
            Some(global) => Callee::Global(global),
            None => Callee::Register(self.operand_before(callee, arguments)?),
        };
        let numbers = self.numbers;
        let values = self.values;
        let mut signature = Vec::with_capacity(arguments.len() + 1);
        for argument in arguments {
            // The parameter's type may be `any` where the argument is a number.
            let kind = self.kind_of(*argument)?;
            signature.push(kind);
            if kind.is_some() {
                let to = self.number_register()?;
                self.number_into(*argument, to)?;
            } else {
                let to = self.value_register()?;
                self.value_into(*argument, to)?;
            }
        }
        let result = self.result_kind(callee)?;
        signature.push(result);
        let signature = self.world.signatures.intern(signature.into());
        let site = self.site(CallSite {
            callee: callee_place,
            numbers: numbers as u16,
            values: values as u16,
            count: u16::try_from(arguments.len()).map_err(|_| LowerError::TooLarge)?,
            signature,
            result,
            discard,
        });
        // Room for the result.
        match result {
            Some(_) if self.numbers == numbers => drop(self.number_register()?),
            None if self.values == values => drop(self.value_register()?),
            _ => {}
        }
        let is_function = self.expr(callee)?.ty.as_func().is_some_and(|func| func.flavor == Flavor::Function);
        self.emit(match callee_place {
            Callee::Global(_) if is_function => Instruction::CallGlobal { site },
            _ => Instruction::CallValue { site },
        });
        Ok(match result {
            Some(kind) => Home::Number(kind, N(numbers as u16)),
            None => Home::Value(V(values as u16)),
        })
    }

    /// The bank of the result of a callee's type.
    fn result_kind(&self, callee: ExprId) -> Lower<Option<Kind>> {
        let ty = &self.expr(callee)?.ty;
        Ok(ty.as_func().and_then(|func| Kind::of(&func.result)))
    }

    pub(super) fn site(&mut self, site: CallSite) -> Entry {
        self.tables.sites.push(site);
        Entry((self.tables.sites.len() - 1) as u32)
    }

    fn event_site(&mut self, event: GlobalId, arguments: &[ExprId]) -> Lower<Entry> {
        let first = self.values_in_a_row(arguments)?;
        Ok(self.site(CallSite {
            callee: Callee::Global(event),
            numbers: 0,
            values: first.0,
            count: u16::try_from(arguments.len()).map_err(|_| LowerError::TooLarge)?,
            signature: SignatureId(u32::MAX),
            result: None,
            discard: true,
        }))
    }

    /// `event name(arguments)`
    pub(super) fn queue_event(&mut self, event: GlobalId, arguments: &[ExprId]) -> Lower<()> {
        let site = self.event_site(event, arguments)?;
        self.emit(Instruction::QueueEvent { site });
        Ok(())
    }

    /// `schedule delay { event(arguments) }`
    pub(super) fn schedule(&mut self, delay: ExprId, event: GlobalId, arguments: &[ExprId]) -> Lower<()> {
        let delay = self.number_before(delay, arguments)?;
        let site = self.event_site(event, arguments)?;
        self.emit(Instruction::Schedule { delay, site });
        Ok(())
    }
}
