//! `switch`, on values by a table and on types one after the other.
//!
//! As in Bro, a case without `break` runs on into the next one.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::operand::{Entry, Kind, Length, V};
use super::super::{Cases, Home, Instruction, SwitchTable, Target, number_of};
use super::{Label, Lower, LowerError, Lowerer};
use crate::hir::{Switch, SwitchCase};
use crate::value::{Text, Value};

/// A switch whose cases are labels yet.
pub(super) struct SwitchLabels {
    subject: Home,
    cases: Vec<(Value, Label)>,
    otherwise: Label,
}

impl SwitchLabels {
    pub(super) fn any(&self, test: impl Fn(Label) -> bool) -> bool {
        test(self.otherwise) || self.cases.iter().any(|(_, label)| test(*label))
    }
}

impl Lowerer<'_, '_> {
    pub(super) fn switch(&mut self, switch: &Switch) -> Lower<()> {
        let mark = self.registers();
        let after = self.label();
        let labels: Vec<Label> = switch.cases.iter().map(|_| self.label()).collect();
        let default = switch.cases.iter().zip(&labels).find(|(case, _)| case.default).map(|(_, label)| *label);
        let otherwise = default.unwrap_or(after);
        let by_type = switch.cases.iter().any(|case| !case.types.is_empty());
        self.recovering(after, |this| {
            if by_type {
                let subject = this.value(switch.subject)?;
                return this.type_tests(&switch.cases, &labels, subject, otherwise);
            }
            let subject = match this.kind_of(switch.subject)? {
                Some(kind) => Home::Number(kind, this.number(switch.subject)?),
                None => Home::Value(this.value(switch.subject)?),
            };
            let mut cases = Vec::new();
            for (case, label) in switch.cases.iter().zip(&labels) {
                cases.extend(case.values.iter().map(|value| (value.clone(), *label)));
                // A constant that has no value yet matches nothing.
                let named = case.globals.iter().map(|global| (this.world.value_of)(*global));
                cases.extend(named.filter(Value::is_set).map(|value| (value, *label)));
            }
            let entry = Entry(this.switch_labels.len() as u32);
            this.switch_labels.push(SwitchLabels { subject, cases, otherwise });
            this.at(switch.subject, |this| {
                this.emit(Instruction::Switch { entry });
                Ok(())
            })
        })?;
        for (case, label) in switch.cases.iter().zip(&labels) {
            self.bind(*label);
            self.with_exits(after, None, &case.body)?;
        }
        self.bind(after);
        self.release(mark);
        Ok(())
    }

    fn type_tests(&mut self, cases: &[SwitchCase], labels: &[Label], subject: V, otherwise: Label) -> Lower<()> {
        let a = self.number_register()?;
        for (case, label) in cases.iter().zip(labels) {
            for (ty, binding) in &case.types {
                let entry = Length(u16::try_from(self.tables.types.len()).map_err(|_| LowerError::TooLarge)?);
                self.tables.types.push(ty.clone());
                self.emit(Instruction::TestType { to: a, a: subject, ty: entry });
                let Some(local) = binding else {
                    self.emit_to(Instruction::JumpIf { a, target: Target(0) }, *label);
                    continue;
                };
                let next = self.label();
                self.emit_to(Instruction::JumpUnless { a, target: Target(0) }, next);
                match self.home(*local)? {
                    Home::Number(kind, to) => {
                        let value = self.value_register()?;
                        self.emit(Instruction::CastType { to: value, a: subject, ty: entry });
                        self.emit(Instruction::Unbox { kind, to, from: value });
                    }
                    Home::Value(to) => {
                        self.emit(Instruction::CastType { to, a: subject, ty: entry });
                        self.stored_capture(*local, to);
                    }
                }
                self.jump(*label);
                self.bind(next);
            }
        }
        self.jump(otherwise);
        Ok(())
    }

    /// Makes the tables once all labels have their places.
    pub(super) fn resolve_switches(&mut self, shift: u32) -> Lower<()> {
        for labels in std::mem::take(&mut self.switch_labels) {
            let mut cases = Vec::with_capacity(labels.cases.len());
            for (value, label) in labels.cases {
                cases.push((value, self.label_position(label)? + shift));
            }
            let otherwise = self.label_position(labels.otherwise)? + shift;
            let cases = cases_of(labels.subject, cases)?;
            self.tables.switches.push(SwitchTable { subject: labels.subject, cases, otherwise });
        }
        Ok(())
    }
}

fn cases_of(subject: Home, cases: Vec<(Value, u32)>) -> Lower<Cases> {
    if let Home::Number(kind, _) = subject {
        let mut numbers = FxHashMap::default();
        for (value, target) in cases {
            let (other, bits) = number_of(&value).ok_or(LowerError::Invalid)?;
            // Counts may be written where the subject is an int.
            if other.is_double() != kind.is_double() {
                return Err(LowerError::Invalid);
            }
            numbers.entry(normal(kind, bits)).or_insert(target);
        }
        return Ok(Cases::Numbers(numbers));
    }
    if cases.iter().all(|(value, _)| matches!(value, Value::String(_))) {
        let mut texts: FxHashMap<Rc<Text>, u32> = FxHashMap::default();
        for (value, target) in cases {
            if let Value::String(text) = value {
                texts.entry(text).or_insert(target);
            }
        }
        return Ok(Cases::Texts(texts));
    }
    Ok(Cases::Values(cases))
}

/// Zero has two signs as a double.
pub fn normal(kind: Kind, bits: u64) -> u64 {
    if kind.is_double() && f64::from_bits(bits) == 0.0 { 0 } else { bits }
}
