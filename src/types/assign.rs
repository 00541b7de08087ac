//! Which types are the same, and which may take another one's values.
//!
//! As in Bro, types are compared by structure, also where they have names; enums are all alike here (comparing two
//! different ones is refused where they are compared). Recursive records are the same where no difference can be
//! found by following both.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::{FuncType, RecordType, Type, TypeKind, TypeRef, TypeTag};
use crate::syntax::ast::Flavor;

/// Whether two types are the same. `any` is the same as every type, and so is the type of an expression in error.
///
/// `is_init`: for initialisers, where a list is the same as a type that all its elements have, or as a record, and a
/// set is the same as its index.
pub fn same_type(a: &TypeRef, b: &TypeRef, is_init: bool) -> bool {
    Comparison { is_init, assumed: FxHashSet::default() }.same(a, b)
}

/// Whether values of the record type `from` can become values of `target`: each field that both have by name must be
/// of the same type, or again promotable. Fields that only one of them has do not matter here.
pub fn promotable_record(target: &RecordType, from: &RecordType) -> bool {
    promotable(target, from, &mut FxHashSet::default())
}

fn promotable(target: &RecordType, from: &RecordType, assumed: &mut FxHashSet<(u32, u32)>) -> bool {
    if !assumed.insert((target.id, from.id)) {
        return true;
    }
    from.with_fields(|fields| {
        fields.iter().all(|field| {
            let Some(ours) = target.offset(field.name).and_then(|offset| target.field(offset)) else { return true };
            if same_type(&field.ty, &ours.ty, false) {
                return true;
            }
            match (ours.ty.as_record(), field.ty.as_record()) {
                (Some(ours), Some(theirs)) => promotable(ours, theirs, assumed),
                _ => false,
            }
        })
    })
}

/// Whether a variable can have this type: everything but `void`.
pub fn is_assignable(ty: &Type) -> bool {
    !ty.is(TypeTag::Void)
}

/// What arithmetic on these two promotes to: double before int before count, where time and interval count as double.
/// [`TypeTag::Error`] where one of them is not arithmetic.
pub fn max_tag(a: TypeTag, b: TypeTag) -> TypeTag {
    let plain = |tag: TypeTag| if tag.is_time_or_interval() { TypeTag::Double } else { tag };
    let (a, b) = (plain(a), plain(b));
    if !a.is_arithmetic() || !b.is_arithmetic() {
        return TypeTag::Error;
    }
    [TypeTag::Double, TypeTag::Int].into_iter().find(|tag| a == *tag || b == *tag).unwrap_or(TypeTag::Count)
}

/// The element type of a list whose elements are all of one type, otherwise the type itself.
pub fn flatten(ty: &TypeRef) -> TypeRef {
    match &ty.kind {
        TypeKind::List(parts) => match parts.split_first() {
            Some((first, rest)) if rest.iter().all(|part| same_type(part, first, false)) => first.clone(),
            _ => ty.clone(),
        },
        _ => ty.clone(),
    }
}

/// What a vector yields: `any` as long as its element type is open.
fn yields(element: &TypeRef) -> TypeRef {
    if element.is(TypeTag::Void) { Type::any() } else { element.clone() }
}

struct Comparison {
    is_init: bool,
    /// Pairs of records that are being compared or have been: taken as the same until a difference shows.
    assumed: FxHashSet<(u32, u32)>,
}

impl Comparison {
    fn same(&mut self, a: &TypeRef, b: &TypeRef) -> bool {
        let free = |ty: &Type| matches!(ty.kind, TypeKind::Any | TypeKind::Error);
        if Rc::ptr_eq(a, b) || free(a) || free(b) {
            return true;
        }
        let (a, b) = (flatten(a), flatten(b));
        if Rc::ptr_eq(&a, &b) {
            return true;
        }
        match (&a.kind, &b.kind) {
            (TypeKind::Table { index, yields }, TypeKind::Table { index: other_index, yields: other_yields }) => {
                let yields_same = match (yields, other_yields) {
                    (None, None) => true,
                    (Some(yields), Some(other)) => self.same(yields, other),
                    // Bro has one kind for both, a set is a table without yields; so no initialiser fits either.
                    _ => false,
                };
                yields_same && self.same_list(index, other_index)
            }
            (TypeKind::Vector(element), TypeKind::Vector(other)) => self.same(&yields(element), &yields(other)),
            (TypeKind::File(element), TypeKind::File(other)) | (TypeKind::Type(element), TypeKind::Type(other)) => {
                self.same(element, other)
            }
            (TypeKind::Record(record), TypeKind::Record(other)) => self.same_record(record, other),
            (TypeKind::Func(func), TypeKind::Func(other)) => self.same_func(func, other),
            (TypeKind::Opaque(name), TypeKind::Opaque(other)) => name == other,
            (TypeKind::List(parts), TypeKind::List(others)) => self.same_list(parts, others),
            _ if a.tag() == b.tag() => true,
            _ if !self.is_init => false,
            _ => {
                let before = self.assumed.clone();
                if self.initialises(&a, &b) {
                    return true;
                }
                self.assumed = before;
                self.initialises(&b, &a)
            }
        }
    }

    fn same_list(&mut self, a: &[TypeRef], b: &[TypeRef]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(a, b))
    }

    fn same_record(&mut self, a: &RecordType, b: &RecordType) -> bool {
        if a.id == b.id {
            return true;
        }
        if a.len() != b.len() {
            return false;
        }
        if !self.assumed.insert((a.id, b.id)) {
            return true;
        }
        a.with_fields(|fields| {
            b.with_fields(|others| {
                fields
                    .iter()
                    .zip(others)
                    .all(|(field, other)| field.name == other.name && self.same(&field.ty, &other.ty))
            })
        })
    }

    fn same_func(&mut self, a: &FuncType, b: &FuncType) -> bool {
        a.flavor == b.flavor
            && (a.flavor == Flavor::Event || self.same(&a.result, &b.result))
            && a.parameters.len() == b.parameters.len()
            && a.parameters.iter().zip(&b.parameters).all(|(a, b)| self.same(&a.ty, &b.ty))
    }

    /// Whether an initialiser of type `from` fits `target`, the two being of different kinds.
    fn initialises(&mut self, from: &TypeRef, target: &TypeRef) -> bool {
        match &from.kind {
            TypeKind::List(_) if target.is(TypeTag::Record) => true,
            TypeKind::List(parts) => parts.iter().all(|part| self.same(part, target)),
            TypeKind::Table { index, yields: None } => self.same(&Type::list(index.clone()), target),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{flatten, is_assignable, max_tag, promotable_record, same_type};
    use crate::source::{Span, Symbol};
    use crate::syntax::ast::Flavor;
    use crate::types::{EnumType, Field, FuncType, Parameter, RecordType, Type, TypeRef, TypeTag};

    fn field(name: &str, ty: TypeRef) -> Field {
        Field::new(Symbol::new(name), ty, Span::NONE)
    }

    fn record(fields: &[(&str, TypeRef)]) -> TypeRef {
        Type::record(RecordType::new(fields.iter().map(|(name, ty)| field(name, ty.clone())).collect()))
    }

    fn func(flavor: Flavor, parameters: &[TypeRef], result: TypeRef) -> TypeRef {
        let parameter =
            |ty: &TypeRef| Parameter { name: Symbol::new("x"), ty: ty.clone(), default: None, deprecated: false };
        let parameters = parameters.iter().map(parameter).collect();
        Type::func(FuncType { flavor, parameters, result, variadic: false })
    }

    #[test]
    fn types_are_compared_by_structure() {
        let same = |a: &TypeRef, b: &TypeRef| same_type(a, b, false);
        assert!(same(&Type::count(), &Type::count()));
        assert!(!same(&Type::count(), &Type::int()));
        assert!(same(&Type::any(), &Type::string()));
        assert!(same(&Type::set(vec![Type::addr(), Type::port()]), &Type::set(vec![Type::addr(), Type::port()])));
        assert!(!same(&Type::set(vec![Type::addr()]), &Type::set(vec![Type::addr(), Type::addr()])));
        assert!(!same(&Type::set(vec![Type::addr()]), &Type::table(vec![Type::addr()], Type::count())));
        assert!(same(&Type::vector(Type::void()), &Type::vector(Type::count())));
        assert!(same(&record(&[("a", Type::count())]), &record(&[("a", Type::count())])));
        assert!(!same(&record(&[("a", Type::count())]), &record(&[("b", Type::count())])));
        assert!(!same(&record(&[("a", Type::count())]), &record(&[])));
        let enumeration = |name| Rc::new(EnumType::new(Symbol::new(name))).to_type();
        assert!(same(&enumeration("A"), &enumeration("B")));
        assert!(!same(&Type::opaque("md5"), &Type::opaque("sha1")));
        let function = func(Flavor::Function, &[Type::count()], Type::void());
        assert!(same(&function, &func(Flavor::Function, &[Type::count()], Type::void())));
        assert!(!same(&function, &func(Flavor::Function, &[Type::count()], Type::bool())));
        assert!(!same(&function, &func(Flavor::Event, &[Type::count()], Type::void())));
        assert!(!same(&function, &func(Flavor::Function, &[], Type::void())));
    }

    #[test]
    fn initialisers_may_be_lists_and_sets() {
        let counts = Type::list(vec![Type::count(), Type::count()]);
        let mixed = Type::list(vec![Type::count(), Type::string()]);
        assert!(same_type(&counts, &Type::count(), false));
        assert!(!same_type(&mixed, &Type::count(), true));
        assert!(same_type(&mixed, &record(&[]), true));
        assert!(!same_type(&mixed, &record(&[]), false));
        assert!(same_type(&Type::set(vec![Type::count()]), &Type::count(), true));
        assert!(!same_type(&Type::set(vec![Type::count()]), &Type::count(), false));
        assert_eq!(flatten(&counts).tag(), TypeTag::Count);
        assert_eq!(flatten(&mixed).tag(), TypeTag::List);
    }

    fn recursive(inner: TypeRef) -> TypeRef {
        let ty = record(&[("value", inner)]);
        if let Some(record) = ty.as_record() {
            record.push(field("next", Type::table(vec![Type::string()], ty.clone())));
        }
        ty
    }

    #[test]
    fn recursive_records_end() {
        assert!(same_type(&recursive(Type::count()), &recursive(Type::count()), false));
        assert!(!same_type(&recursive(Type::count()), &recursive(Type::string()), false));
        let (a, b) = (recursive(Type::count()), recursive(Type::count()));
        assert!(promotable_record(a.as_record().unwrap(), b.as_record().unwrap()));
    }

    #[test]
    fn records_promote_by_the_fields_both_have() {
        let target = record(&[("a", Type::count()), ("inner", record(&[("x", Type::string())]))]);
        let promotes = |from: &TypeRef| promotable_record(target.as_record().unwrap(), from.as_record().unwrap());
        assert!(promotes(&record(&[("orphan", Type::bool()), ("a", Type::count())])));
        assert!(promotes(&record(&[("inner", record(&[("y", Type::bool())]))])));
        assert!(!promotes(&record(&[("inner", record(&[("x", Type::bool())]))])));
        assert!(!promotes(&record(&[("a", Type::string())])));
        assert!(!promotes(&record(&[("inner", Type::string())])));
    }

    #[test]
    fn arithmetic_promotes_to_the_wider_kind() {
        assert_eq!(max_tag(TypeTag::Count, TypeTag::Count), TypeTag::Count);
        assert_eq!(max_tag(TypeTag::Count, TypeTag::Int), TypeTag::Int);
        assert_eq!(max_tag(TypeTag::Int, TypeTag::Double), TypeTag::Double);
        assert_eq!(max_tag(TypeTag::Interval, TypeTag::Count), TypeTag::Double);
        assert_eq!(max_tag(TypeTag::String, TypeTag::Count), TypeTag::Error);
        assert!(!is_assignable(&Type::void()));
        assert!(is_assignable(&Type::any()));
    }
}
