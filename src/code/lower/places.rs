//! Assignments, in all forms.
//!
//! As in Bro, the value is evaluated first, then what the target needs. Unlike in Bro, `+=` and the like evaluate the
//! target's record, container and index once.

use super::super::operand::{Columns, FieldOffset, Global, Kind, Length, N, Small, Unsigned, V};
use super::super::{Home, Instruction, Take};
use super::{Lower, LowerError, Lowerer};
use crate::hir::{BinaryOp, ExprId, ExprKind, LocalId};
use crate::types::TypeTag;

/// A target whose parts are evaluated.
#[derive(Clone, Copy)]
enum Place {
    Local(LocalId),
    Global(Global),
    Field(V, FieldOffset),
    Element(V, N),
    /// A table entry; the index stands in registers in a row.
    Entry(V, V, u8),
}

impl Lowerer<'_, '_> {
    /// `target = value`, where nobody wants the value.
    pub(super) fn assign(&mut self, target: ExprId, value: ExprId) -> Lower<()> {
        let expr = self.expr(target)?;
        match &expr.kind {
            ExprKind::Local(local) => match self.home(*local)? {
                Home::Number(_, to) => {
                    if self.kind_of(value)?.is_some() {
                        // The last instruction puts the result there; before, the old value may still be read.
                        self.number_into_variable(value, to)
                    } else {
                        let from = self.value(value)?;
                        self.store_value(target, from, true)
                    }
                }
                Home::Value(to) => {
                    // Whatever the value needs is read before the last instruction writes it.
                    self.value_into(value, to)?;
                    self.stored_capture(*local, to);
                    Ok(())
                }
            },
            ExprKind::List(targets) => self.assign_list(targets, value),
            ExprKind::Slice { container, low, high } => {
                let from = self.value(value)?;
                let vector = self.operand_before(*container, &[*low, *high])?;
                let low = self.bounds(*low, *high)?;
                self.at(target, |this| {
                    this.emit(Instruction::SetSlice { vector, low, from });
                    Ok(())
                })
            }
            ExprKind::Index { container, indices } if self.is_entry(*container)? && !expr.ty.is(TypeTag::Any) => {
                // The value goes behind the index, where the instruction takes it from; but it is evaluated first.
                let columns = u8::try_from(indices.len()).map_err(|_| LowerError::TooLarge)?;
                let first = self.value_registers(indices.len() + 1)?;
                self.value_into(value, V(first.0 + u16::from(columns)))?;
                let table = self.operand_before(*container, indices)?;
                for (column, index) in indices.iter().enumerate() {
                    self.value_into(*index, V(first.0 + column as u16))?;
                }
                self.at(target, |this| {
                    this.emit(Instruction::SetEntry { columns: Columns(columns), table, first });
                    Ok(())
                })
            }
            _ if self.kind_of(value)?.is_some() && Kind::of(&expr.ty).is_some() => {
                let from = self.number_before(value, &[target])?;
                self.store_number(target, from)
            }
            _ => {
                let from = self.value(value)?;
                let take = self.is_temporary(from);
                self.store_value(target, from, take)
            }
        }
    }

    /// Evaluates a number into a variable's register without touching it before the end.
    fn number_into_variable(&mut self, value: ExprId, to: N) -> Lower<()> {
        let many = matches!(
            self.expr(value)?.kind,
            ExprKind::Conditional(..) | ExprKind::Assign(..) | ExprKind::Binary(BinaryOp::And | BinaryOp::Or, ..)
        );
        if !many {
            return self.number_into(value, to);
        }
        let from = self.number_register()?;
        self.number_into(value, from)?;
        self.emit(Instruction::MoveNumber { to, from });
        Ok(())
    }

    fn is_entry(&self, container: ExprId) -> Lower<bool> {
        Ok(matches!(self.expr(container)?.ty.tag(), TypeTag::Table | TypeTag::Set))
    }

    /// `[a, b] = value`
    fn assign_list(&mut self, targets: &[ExprId], value: ExprId) -> Lower<()> {
        let first = match &self.expr(value)?.kind {
            ExprKind::List(parts) if parts.len() == targets.len() => self.values_in_a_row(parts)?,
            ExprKind::List(_) => return Err(LowerError::Invalid),
            // A list out of an `any`: the index that an expiry function is given.
            _ => {
                let from = self.value(value)?;
                let count = u16::try_from(targets.len()).map_err(|_| LowerError::TooLarge)?;
                let first = self.value_registers(targets.len())?;
                self.at(value, |this| {
                    this.emit(Instruction::Unpack { first, count: Length(count), from });
                    Ok(())
                })?;
                first
            }
        };
        for (index, target) in targets.iter().enumerate() {
            self.store_value(*target, V(first.0 + index as u16), true)?;
        }
        Ok(())
    }

    /// Stores a number in a target.
    pub(super) fn store_number(&mut self, target: ExprId, from: N) -> Lower<()> {
        let kind = self.kind_of(target)?;
        let place = self.place_of(target)?;
        self.put_number(target, place, kind, from)
    }

    /// Stores a value in a target.
    pub(super) fn store_value(&mut self, target: ExprId, from: V, take: bool) -> Lower<()> {
        let place = self.place_of(target)?;
        if let (Place::Element(container, _) | Place::Entry(container, ..), true) =
            (place, self.expr(target)?.ty.is(TypeTag::Any))
        {
            // A container of a certain type may go by the name of one of `any`.
            self.at(target, |this| {
                this.emit(Instruction::CheckElement { container, from });
                Ok(())
            })?;
        }
        self.put_value(target, place, from, Take(take))
    }

    /// Evaluates the parts of a target.
    fn place_of(&mut self, target: ExprId) -> Lower<Place> {
        let expr = self.expr(target)?;
        Ok(match &expr.kind {
            ExprKind::Local(local) => Place::Local(*local),
            ExprKind::Global(global) => Place::Global(Global(global.0)),
            ExprKind::Field(record, field) => Place::Field(self.operand(*record)?, FieldOffset(*field)),
            ExprKind::Index { container, indices } if self.is_entry(*container)? => {
                let table = self.operand_before(*container, indices)?;
                let columns = u8::try_from(indices.len()).map_err(|_| LowerError::TooLarge)?;
                let first = self.value_registers(indices.len() + 1)?;
                for (column, index) in indices.iter().enumerate() {
                    self.value_into(*index, V(first.0 + column as u16))?;
                }
                Place::Entry(table, first, columns)
            }
            ExprKind::Index { container, indices } if self.is_scalar_index(indices)? => {
                let vector = self.operand_before(*container, indices)?;
                Place::Element(vector, self.number(indices[0])?)
            }
            _ => return Err(LowerError::Invalid),
        })
    }

    /// The number in a place.
    fn load_number(&mut self, target: ExprId, place: Place, kind: Kind) -> Lower<N> {
        if let Place::Local(local) = place
            && let Home::Number(_, register) = self.home(local)?
        {
            return Ok(register);
        }
        let to = self.number_register()?;
        self.at(target, |this| {
            match place {
                Place::Local(local) => {
                    if let Home::Value(from) = this.home(local)? {
                        this.emit(Instruction::Unbox { kind, to, from });
                    }
                }
                Place::Global(global) => this.emit(Instruction::LoadGlobalNumber { kind, to, global }),
                Place::Field(record, field) => this.emit(Instruction::GetFieldNumber { kind, to, record, field }),
                Place::Element(vector, index) => {
                    this.emit(Instruction::GetElementNumber { kind, to, vector, index });
                }
                Place::Entry(table, first, 1) => this.emit(Instruction::GetEntryNumber { kind, to, table, first }),
                Place::Entry(table, first, columns) => {
                    let from = V(first.0 + u16::from(columns));
                    this.emit(Instruction::GetEntry { columns: Columns(columns), to: from, table, first });
                    this.emit(Instruction::Unbox { kind, to, from });
                }
            }
            Ok(())
        })?;
        Ok(to)
    }

    /// The value in a place.
    fn load_value(&mut self, target: ExprId, place: Place) -> Lower<V> {
        if let Place::Local(local) = place
            && let Home::Value(register) = self.home(local)?
        {
            return self.value(target).map(|_| register);
        }
        let to = self.value_register()?;
        self.at(target, |this| {
            match place {
                Place::Local(_) => return Err(LowerError::Invalid),
                Place::Global(global) => this.emit(Instruction::LoadGlobal { to, global }),
                Place::Field(record, field) => this.emit(Instruction::GetField { to, record, field }),
                Place::Element(vector, index) => this.emit(Instruction::GetElement { to, vector, index }),
                Place::Entry(table, first, columns) => {
                    this.emit(Instruction::GetEntry { columns: Columns(columns), to, table, first });
                }
            }
            Ok(())
        })?;
        Ok(to)
    }

    fn put_number(&mut self, target: ExprId, place: Place, kind: Option<Kind>, from: N) -> Lower<()> {
        self.at(target, |this| {
            if let Place::Local(local) = place
                && let Home::Number(_, to) = this.home(local)?
            {
                if to != from {
                    this.emit(Instruction::MoveNumber { to, from });
                }
                return Ok(());
            }
            let kind = kind.ok_or(LowerError::Invalid)?;
            match place {
                Place::Local(local) => {
                    if let Home::Value(to) = this.home(local)? {
                        this.emit(Instruction::Box { kind, to, from });
                        this.stored_capture(local, to);
                    }
                }
                Place::Global(global) => this.emit(Instruction::StoreGlobalNumber { kind, from, global }),
                Place::Field(record, field) => this.emit(Instruction::SetFieldNumber { kind, record, field, from }),
                Place::Element(vector, index) => {
                    this.emit(Instruction::SetElementNumber { kind, vector, index, from });
                }
                Place::Entry(table, first, columns) => {
                    let to = V(first.0 + u16::from(columns));
                    this.emit(Instruction::Box { kind, to, from });
                    this.emit(Instruction::SetEntry { columns: Columns(columns), table, first });
                }
            }
            Ok(())
        })
    }

    fn put_value(&mut self, target: ExprId, place: Place, from: V, take: Take) -> Lower<()> {
        self.at(target, |this| {
            match place {
                Place::Local(local) => match this.home(local)? {
                    Home::Number(kind, to) => this.emit(Instruction::Unbox { kind, to, from }),
                    Home::Value(to) => {
                        if to != from {
                            this.emit(moving(take, to, from));
                        }
                        this.stored_capture(local, to);
                    }
                },
                Place::Global(global) => this.emit(Instruction::StoreGlobal { take, from, global }),
                Place::Field(record, field) => this.emit(Instruction::SetField { take, record, field, from }),
                Place::Element(vector, index) => this.emit(Instruction::SetElement { take, vector, index, from }),
                Place::Entry(table, first, columns) => {
                    this.emit(moving(take, V(first.0 + u16::from(columns)), from));
                    this.emit(Instruction::SetEntry { columns: Columns(columns), table, first });
                }
            }
            Ok(())
        })
    }

    /// `++target`, `--target`
    pub(super) fn increment(&mut self, target: ExprId, down: bool) -> Lower<()> {
        if self.is_vector(target)? {
            let vector = self.value(target)?;
            self.emit(Instruction::IncrementAll { vector });
            return Ok(());
        }
        let kind = self.kind_of(target)?.ok_or(LowerError::Invalid)?;
        let place = self.place_of(target)?;
        if let (Place::Entry(table, first, columns), Kind::Count, false) = (place, kind, down) {
            let from = self.number_register()?;
            self.emit(Instruction::LoadSmall { to: from, value: Small(1) });
            self.emit(Instruction::AddToEntry { columns: Columns(columns), table, first, from });
            return Ok(());
        }
        if let (Place::Field(record, field), false) = (place, down) {
            let from = self.number_register()?;
            self.emit(Instruction::LoadSmall { to: from, value: Small(1) });
            self.emit(Instruction::AddToField { kind, record, field, from });
            return Ok(());
        }
        let a = self.load_number(target, place, kind)?;
        let to = match place {
            Place::Local(local) => match self.home(local)? {
                Home::Number(_, register) => register,
                Home::Value(_) => a,
            },
            _ => a,
        };
        self.emit(match (kind, down) {
            (Kind::Count, false) => Instruction::AddCountConst { to, a, value: Unsigned(1) },
            (Kind::Count, true) => Instruction::SubtractCountConst { to, a, value: Unsigned(1) },
            _ => Instruction::AddIntConst { to, a, value: Small(if down { -1 } else { 1 }) },
        });
        self.put_number(target, place, Some(kind), to)
    }

    /// `target += value`
    pub(super) fn add_to(&mut self, target: ExprId, value: ExprId) -> Lower<()> {
        let tag = self.expr(target)?.ty.tag();
        match tag {
            TypeTag::String => {
                let place = self.place_of(target)?;
                if let Place::Local(local) = place
                    && let Home::Value(home) = self.home(local)?
                {
                    self.value(target)?;
                    let from = self.value(value)?;
                    self.emit(Instruction::AppendString { target: home, from });
                    self.stored_capture(local, home);
                    return Ok(());
                }
                let old = self.load_value(target, place)?;
                let from = self.value(value)?;
                let to = self.value_register()?;
                self.emit(Instruction::Concat { to, a: old, b: from });
                self.put_value(target, place, to, self.take(to))
            }
            TypeTag::Vector => {
                let vector = self.operand_before(target, &[value])?;
                let element = self.expr(target)?.ty.as_vector().map(|element| element.tag());
                if self.appends_all(target, value)? {
                    let from = self.value(value)?;
                    self.emit(Instruction::AddAll { target: vector, from });
                } else if let Some(kind) = self.kind_of(value)?
                    && element != Some(TypeTag::Any)
                {
                    let from = self.number(value)?;
                    self.emit(Instruction::AppendNumber { kind, vector, from });
                } else {
                    let from = self.value(value)?;
                    let take = self.take(from);
                    if element == Some(TypeTag::Any) {
                        self.emit(Instruction::CheckElement { container: vector, from });
                    }
                    self.emit(Instruction::Append { take, vector, from });
                }
                Ok(())
            }
            TypeTag::Table | TypeTag::Set => {
                let container = self.operand_before(target, &[value])?;
                let from = self.value(value)?;
                self.emit(Instruction::AddAll { target: container, from });
                Ok(())
            }
            _ => self.compound(target, value, BinaryOp::Add),
        }
    }

    /// Whether `target += value` on a vector appends a whole vector.
    fn appends_all(&self, target: ExprId, value: ExprId) -> Lower<bool> {
        let (target, value) = (self.expr(target)?, self.expr(value)?);
        let (Some(element), Some(other)) = (target.ty.as_vector(), value.ty.as_vector()) else { return Ok(false) };
        // A vector of vectors takes a vector as one element.
        Ok(!element.is(TypeTag::Vector) || other.is(TypeTag::Vector))
    }

    /// `target -= value`
    pub(super) fn remove_from(&mut self, target: ExprId, value: ExprId) -> Lower<()> {
        if matches!(self.expr(target)?.ty.tag(), TypeTag::Table | TypeTag::Set) {
            let container = self.operand_before(target, &[value])?;
            let from = self.value(value)?;
            self.emit(Instruction::RemoveAll { target: container, from });
            return Ok(());
        }
        self.compound(target, value, BinaryOp::Subtract)
    }

    fn compound(&mut self, target: ExprId, value: ExprId, op: BinaryOp) -> Lower<()> {
        let place = self.place_of(target)?;
        match (self.kind_of(target)?, self.kind_of(value)?) {
            (Some(Kind::Count), Some(_)) if op == BinaryOp::Add && matches!(place, Place::Entry(..)) => {
                let from = self.number(value)?;
                if let Place::Entry(table, first, columns) = place {
                    self.emit(Instruction::AddToEntry { columns: Columns(columns), table, first, from });
                }
                Ok(())
            }
            (Some(kind), Some(other)) if op == BinaryOp::Add && kind.is_double() == other.is_double() => {
                if let Place::Field(record, field) = place {
                    let from = self.number(value)?;
                    self.emit(Instruction::AddToField { kind, record, field, from });
                    return Ok(());
                }
                self.compound_number(target, place, kind, value, op)
            }
            (Some(kind), Some(_)) => self.compound_number(target, place, kind, value, op),
            _ => {
                let a = self.load_value(target, place)?;
                let b = self.value(value)?;
                let to = self.value_register()?;
                self.emit(Instruction::Operate { to, a, b });
                self.put_value(target, place, to, self.take(to))
            }
        }
    }

    fn compound_number(&mut self, target: ExprId, place: Place, kind: Kind, value: ExprId, op: BinaryOp) -> Lower<()> {
        let mut a = self.load_number(target, place, kind)?;
        if self.assigns(value) {
            let kept = self.number_register()?;
            self.emit(Instruction::MoveNumber { to: kept, from: a });
            a = kept;
        }
        let to = match place {
            Place::Local(local) => match self.home(local)? {
                Home::Number(_, register) => register,
                Home::Value(_) => a,
            },
            _ => a,
        };
        if let Some(constant) = self.small_constant(value).and_then(|value| u16::try_from(value).ok())
            && kind == Kind::Count
        {
            let value = Unsigned(constant);
            self.emit(if op == BinaryOp::Add {
                Instruction::AddCountConst { to, a, value }
            } else {
                Instruction::SubtractCountConst { to, a, value }
            });
        } else {
            let b = self.number(value)?;
            let add = op == BinaryOp::Add;
            self.emit(match kind {
                kind if kind.is_double() && add => Instruction::AddDouble { to, a, b },
                kind if kind.is_double() => Instruction::SubtractDouble { to, a, b },
                Kind::Int if add => Instruction::AddInt { to, a, b },
                Kind::Int => Instruction::SubtractInt { to, a, b },
                _ if add => Instruction::AddCount { to, a, b },
                _ => Instruction::SubtractCount { to, a, b },
            });
        }
        self.put_number(target, place, Some(kind), to)
    }

    /// `add set[index]`
    pub(super) fn add_member(&mut self, target: ExprId) -> Lower<()> {
        let ExprKind::Index { container, indices } = &self.expr(target)?.kind else {
            return Err(LowerError::Invalid);
        };
        self.at(target, |this| {
            let set = this.operand_before(*container, indices)?;
            let (first, columns) = this.index_columns(indices)?;
            this.emit(Instruction::AddMember { columns: Columns(columns), set, first });
            Ok(())
        })
    }

    /// `delete`
    pub(super) fn delete(&mut self, target: ExprId) -> Lower<()> {
        let expr = self.expr(target)?;
        self.at(target, |this| match &expr.kind {
            ExprKind::Index { container, indices } => {
                let table = this.operand_before(*container, indices)?;
                let (first, columns) = this.index_columns(indices)?;
                this.emit(Instruction::DeleteEntry { columns: Columns(columns), table, first });
                Ok(())
            }
            ExprKind::Field(record, field) => {
                let record = this.operand(*record)?;
                this.emit(Instruction::DeleteField { record, field: FieldOffset(*field) });
                Ok(())
            }
            _ => {
                let container = this.operand(target)?;
                this.emit(Instruction::DeleteAll { container });
                Ok(())
            }
        })
    }
}

fn moving(take: Take, to: V, from: V) -> Instruction {
    if take.0 { Instruction::TakeValue { to, from } } else { Instruction::MoveValue { to, from } }
}
