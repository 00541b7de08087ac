//! Conversions between types: the implicit ones, `as`, and `is`.

use std::rc::Rc;

use super::{Raise, Vm};
use crate::code::Code;
use crate::hir::{Conversion, ExprId, ExprKind};
use crate::types::assign::same_type;
use crate::types::{TypeKind, TypeRef, TypeTag};
use crate::value::{RecordObject, TableObject, Value, VectorObject, convert};

/// What turns Broker's data into a value of a type, for `as`; `None` where it is of another type.
pub type CastData = fn(&mut Vm, &Value, &TypeRef) -> Option<Value>;

/// Nested records are converted this deep.
const MAX_DEPTH: usize = 100;

impl Vm {
    /// Says how values of `opaque of Broker::Data`, or the record around one, are cast.
    pub fn set_cast_data(&mut self, cast: CastData) {
        self.cast_data = Some(cast);
    }

    /// The value of a conversion in a body.
    pub(super) fn convert(&mut self, code: &Code, at: ExprId, value: Value) -> Result<Value, Raise> {
        let expr = code.body.expr(at);
        let target = &expr.ty;
        match &expr.kind {
            ExprKind::Convert(conversion, _) => match conversion {
                Conversion::Arithmetic => arithmetic(&value, target),
                Conversion::ToAny => Ok(value),
                Conversion::FromAny => {
                    if fits(&value, target) {
                        Ok(value)
                    } else {
                        Err(bad_cast(&value, target))
                    }
                }
                Conversion::Record | Conversion::Table | Conversion::Set | Conversion::Vector => {
                    self.coerce(&value, target, MAX_DEPTH)
                }
            },
            ExprKind::Cast(_) => self.cast(&value, target).ok_or_else(|| bad_cast(&value, target)),
            _ => Err(Raise::null()),
        }
    }

    /// A value as one of another type, as the language converts implicitly: records by field names, open containers
    /// to the target's type, their elements likewise, numbers.
    pub fn coerce_value(&mut self, value: &Value, target: &TypeRef) -> Result<Value, Raise> {
        self.coerce(value, target, MAX_DEPTH)
    }

    /// A value for a place of a type, converted where the language would; `None` where it does not fit.
    pub fn fit(&mut self, value: &Value, target: &TypeRef) -> Option<Value> {
        if fits(value, target) {
            return Some(value.clone());
        }
        self.coerce_value(value, target).ok().filter(|value| fits(value, target))
    }

    fn coerce(&mut self, value: &Value, target: &TypeRef, depth: usize) -> Result<Value, Raise> {
        let depth = depth.checked_sub(1).ok_or_else(|| Raise::expression("value is nested too deep"))?;
        if matches!(value, Value::Table(_) | Value::Vector(_)) {
            let ty = value.type_of();
            // Only an open container takes the target's type as a new one; others stay the one that they are.
            if !ty.is_unspecified_table() && !ty.is_unspecified_vector() && same_type(&ty, target, false) {
                return Ok(value.clone());
            }
        }
        match (value, &target.kind) {
            (Value::Record(record), TypeKind::Record(_)) => {
                if Rc::ptr_eq(&record.ty, target) || same_record(&record.ty, target) {
                    return Ok(value.clone());
                }
                self.coerce_record(record, target, depth)
            }
            (Value::Table(table), TypeKind::Table { yields, .. }) => {
                let attributes = table.attributes.borrow().clone();
                let result = Rc::new(TableObject::with_attributes(target.clone(), attributes));
                for (index, value) in table.snapshot() {
                    let index = self.coerce_index(&index, target, depth)?;
                    let value = match yields {
                        Some(yields) => self.coerce(&value, yields, depth)?,
                        None => Value::Unset,
                    };
                    result.insert_at(&index, value, self.network_time);
                }
                Ok(Value::Table(result))
            }
            (Value::Vector(vector), TypeKind::Vector(element)) => {
                let elements = vector.with(<[Value]>::to_vec);
                let elements = elements
                    .iter()
                    .map(|value| if value.is_set() { self.coerce(value, element, depth) } else { Ok(Value::Unset) })
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(Value::Vector(Rc::new(VectorObject::new(target.clone(), elements))))
            }
            (
                Value::Count(_) | Value::Int(_) | Value::Double(_),
                TypeKind::Count | TypeKind::Int | TypeKind::Double | TypeKind::Interval | TypeKind::Time,
            ) => arithmetic(value, target),
            _ => Ok(value.clone()),
        }
    }

    fn coerce_index(&mut self, index: &[Value], table: &TypeRef, depth: usize) -> Result<Vec<Value>, Raise> {
        let columns = table.as_table().map(|(columns, _)| columns.to_vec()).unwrap_or_default();
        if columns.len() != index.len() {
            return Ok(index.to_vec());
        }
        index.iter().zip(&columns).map(|(value, column)| self.coerce(value, column, depth)).collect()
    }

    fn coerce_record(&mut self, from: &Rc<RecordObject>, target: &TypeRef, depth: usize) -> Result<Value, Raise> {
        let (Some(from_type), Some(target_type)) = (from.ty.as_record(), target.as_record()) else {
            return Err(Raise::null());
        };
        let names: Vec<_> = target_type.with_fields(|fields| fields.iter().map(|field| field.name).collect());
        let sources: Vec<Option<u16>> = names.iter().map(|name| from_type.offset(*name)).collect();
        // Fields that the other record has come from there; the others start as in any new record.
        let result = self.new_record_with(target, |field| {
            sources.get(usize::from(field)).copied().flatten().is_some_and(|source| from.is_set(source))
        })?;
        let Value::Record(object) = &result else { return Err(Raise::null()) };
        for (offset, source) in sources.iter().enumerate() {
            let Some(source) = source else { continue };
            let mut found = from.get(*source);
            if !found.is_set()
                && let Some(default) = from_type.field(*source).and_then(|field| field.default)
            {
                found = self.thunk(default)?;
            }
            if !found.is_set() {
                continue;
            }
            if let Some(field) = target_type.field(offset as u16) {
                let found = self.coerce(&found, &field.ty, depth)?;
                drop(object.set(offset as u16, found));
            }
        }
        Ok(result)
    }

    /// `value as target`, `None` where that cannot be.
    pub fn cast(&mut self, value: &Value, target: &TypeRef) -> Option<Value> {
        if target.is(TypeTag::Any) || fits(value, target) {
            return Some(value.clone());
        }
        let cast = self.cast_data?;
        cast(self, value, target)
    }

    /// `value is target`
    pub fn can_cast(&mut self, value: &Value, target: &TypeRef) -> bool {
        value.is_set() && self.cast(value, target).is_some()
    }
}

/// Whether a value is of a type as it stands.
pub(super) fn fits(value: &Value, target: &TypeRef) -> bool {
    match (value, &target.kind) {
        (Value::Unset, _) => false,
        (_, TypeKind::Any)
        | (Value::Bool(_), TypeKind::Bool)
        | (Value::Int(_), TypeKind::Int)
        | (Value::Count(_), TypeKind::Count)
        | (Value::Double(_), TypeKind::Double)
        | (Value::Time(_), TypeKind::Time)
        | (Value::Interval(_), TypeKind::Interval)
        | (Value::String(_), TypeKind::String)
        | (Value::Pattern(_), TypeKind::Pattern)
        | (Value::Port(..), TypeKind::Port)
        | (Value::Addr4(_) | Value::Addr6(_), TypeKind::Addr)
        | (Value::Subnet4(..) | Value::Subnet6(_), TypeKind::Subnet) => true,
        (Value::Enum(_, ty), TypeKind::Enum(target)) => Rc::ptr_eq(ty, target) || ty.name == target.name,
        (
            Value::Table(_)
            | Value::Vector(_)
            | Value::Record(_)
            | Value::Func(_)
            | Value::File(_)
            | Value::Opaque(_)
            | Value::Type(_)
            | Value::List(_),
            _,
        ) => {
            let ty = value.type_of();
            ty.tag() == target.tag() && same_type(&ty, target, false)
        }
        _ => false,
    }
}

/// Whether two record types are one by structure and by name.
fn same_record(a: &TypeRef, b: &TypeRef) -> bool {
    match (a.as_record(), b.as_record()) {
        (Some(x), Some(y)) => x.id == y.id,
        _ => false,
    }
}

fn arithmetic(value: &Value, target: &TypeRef) -> Result<Value, Raise> {
    match (value, target.as_vector()) {
        (Value::Vector(vector), Some(element)) => {
            let tag = element.tag();
            let elements = vector.with(|elements| {
                elements
                    .iter()
                    .map(|value| convert::coerce_number(value, tag).unwrap_or_else(|| value.clone()))
                    .collect::<Vec<_>>()
            });
            Ok(Value::Vector(Rc::new(VectorObject::new(target.clone(), elements))))
        }
        _ => convert::coerce_number(value, target.tag()).ok_or_else(Raise::null),
    }
}

/// Bro's message for a cast that does not apply.
fn bad_cast(value: &Value, target: &TypeRef) -> Raise {
    let ty = value.type_of();
    let mut message = format!("invalid cast of value with type '{ty}' to type '{target}'");
    if let Value::Record(record) = value
        && record.ty.name().is_some_and(|name| name.as_str() == "Broker::Data")
        && !record.is_set(0)
    {
        message.push_str(" (nil $data field)");
    }
    Raise::expression(message)
}
