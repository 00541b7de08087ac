//! Tables, sets and vectors as a whole, and what values take.

use std::rc::Rc;

use super::footprint::{footprint, memory};
use super::results::vector_of;
use super::stats::counts;
use crate::types::{Type, TypeTag};
use crate::value::{TableObject, Value, VectorObject};
use crate::vm::{Raise, Vm, natives};

/// No vector is made longer than this by `resize`.
const MAX_ELEMENTS: u64 = 1 << 25;

/// The flags of a `vector of bool`, missing ones as false; an error is reported for anything else.
fn flags(vm: &mut Vm, value: &Value, native: &str) -> Option<Vec<bool>> {
    if let Value::Vector(vector) = value
        && vector.ty.as_vector().is_some_and(|element| element.is(TypeTag::Bool))
    {
        return Some(vector.with(|all| all.iter().map(|flag| matches!(flag, Value::Bool(true))).collect()));
    }
    vm.builtin_error(format!("{native}() requires vector of bool"));
    None
}

/// The table behind an `any` that must be a table and no set.
fn table(vm: &mut Vm, value: Value, native: &str) -> Result<Rc<TableObject>, Raise> {
    match value {
        Value::Table(table) if !table.is_set() => Ok(table),
        _ => {
            vm.builtin_error(format!("{native}() requires a table argument"));
            Err(Raise::null())
        }
    }
}

/// Whether two values are one object. What is no object is the same where it is equal.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => Rc::ptr_eq(a, b),
        (Value::Pattern(a), Value::Pattern(b)) => Rc::ptr_eq(a, b),
        (Value::Table(a), Value::Table(b)) => Rc::ptr_eq(a, b),
        (Value::Vector(a), Value::Vector(b)) => Rc::ptr_eq(a, b),
        (Value::Record(a), Value::Record(b)) => Rc::ptr_eq(a, b),
        _ => crate::value::compare::same(a, b),
    }
}

natives! {
    /// Removes all elements of a table, set or, as later releases allow, vector.
    #[example("clear_table(set(1, 2))", "")]
    fn "clear_table" = "function(v: any): any";
    |vm, v: Value| -> () {
        match v {
            Value::Table(table) => table.clear(),
            _ => vm.builtin_error("clear_table() requires a table/set argument"),
        }
        Ok(())
    }

    /// Gives the set of a table's indices.
    #[example("|table_keys(table([1] = \"a\", [2] = \"b\"))|", "2")]
    fn "table_keys" = "function(t: any): any";
    |vm, t: Value| -> Rc<TableObject> {
        let table = table(vm, t, "table_keys")?;
        let index = table.ty.as_table().map(|(index, _)| index.to_vec()).unwrap_or_default();
        let keys = TableObject::new(Type::set(index));
        table.for_each(|key, _| {
            keys.insert(key, Value::Unset);
        });
        Ok(Rc::new(keys))
    }

    /// Gives the values of a table in the order of its entries.
    #[example("table_values(table([1] = \"a\", [2] = \"b\"))", "[a, b]")]
    fn "table_values" = "function(t: any): any_vec";
    |vm, t: Value| -> Rc<VectorObject> {
        let table = table(vm, t, "table_values")?;
        let element = table.ty.as_table().and_then(|(_, yields)| yields.cloned()).unwrap_or_else(Type::any);
        let mut values = Vec::with_capacity(table.len());
        table.for_each(|_, value| values.push(value.clone()));
        Ok(vector_of(element, values))
    }

    /// Gives a vector another length and gives the old one. New elements are missing.
    #[example("resize(vector(1, 2, 3), 2)", "3")]
    fn "resize" = "function(aggr: any, newsize: count): count";
    |vm, aggr: Value, newsize: u64| -> u64 {
        let Value::Vector(vector) = aggr else {
            vm.builtin_error("resize() operates on vectors");
            return Ok(0);
        };
        let length = usize::try_from(newsize).ok().filter(|_| newsize <= MAX_ELEMENTS);
        let Some(length) = length else {
            return Err(Raise::error(format!("a vector of {newsize} elements is too long")));
        };
        let old = vector.len();
        let removed = vector.with_mut(|elements| {
            let removed = if length < elements.len() { elements.split_off(length) } else { Vec::new() };
            elements.resize(length, Value::Unset);
            removed
        });
        drop(removed);
        Ok(old as u64)
    }

    /// Tells whether one of the flags in a `vector of bool` is set.
    #[example("any_set(vector(F, T))", "T")]
    fn "any_set" = "function(v: any): bool";
    |vm, v: Value| -> bool {
        Ok(flags(vm, &v, "any_set").is_some_and(|flags| flags.contains(&true)))
    }

    /// Tells whether all flags in a `vector of bool` are set. Missing ones are not.
    #[example("all_set(vector(F, T))", "F")]
    fn "all_set" = "function(v: any): bool";
    |vm, v: Value| -> bool {
        Ok(flags(vm, &v, "all_set").is_some_and(|flags| !flags.contains(&false)))
    }

    /// Tells whether two values are the same object: a change of the one is a change of the other.
    #[example("same_object(vector(1), vector(1))", "F")]
    fn "same_object" = "function(o1: any, o2: any): bool";
    |_vm, o1: Value, o2: Value| -> bool {
        Ok(is_same(&o1, &o2))
    }

    /// Gives the number of bytes that a value takes in memory, about.
    #[example("val_size(1) > 0", "T")]
    fn "val_size" = "function(v: any): count";
    |_vm, v: Value| -> u64 {
        Ok(memory(&v))
    }

    /// Gives the number of values within a value. Containers count as much as they have elements, and each element.
    #[example("val_footprint(vector(1, 2, 3))", "6")]
    fn "val_footprint" = "function(v: any): count";
    |_vm, v: Value| -> u64 {
        Ok(footprint(&v))
    }

    /// Gives numbers about how a table of patterns is searched. All but the number of patterns are zero, since they
    /// speak of the insides of another machine.
    #[example("table_pattern_matcher_stats(table([/a/] = 1))$matchers", "1")]
    fn "table_pattern_matcher_stats" = "function(tbl: any): MatcherStats";
    |vm, tbl: Value| -> Value {
        let Value::Table(table) = tbl else {
            vm.builtin_error("pattern-table_stats() requires a table argument");
            return Err(Raise::null());
        };
        if !table.is_by_pattern() {
            vm.builtin_error("pattern_table_stats() requires a single index of type pattern");
            return Err(Raise::null());
        }
        counts(vm, "MatcherStats", &[("matchers", Value::Count(1))])
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::results::{count_vector, string_array, string_vector, vector_of};
    use crate::builtins::testing::Natives;
    use crate::types::Type;
    use crate::value::Value;

    #[test]
    fn lengths_are_bounded() {
        let mut natives = Natives::new();
        let vector = Value::Vector(count_vector([1, 2, 3]));
        assert_eq!(natives.text("resize", &[vector.clone(), Value::Count(5)]), "3");
        assert_eq!(natives.text("resize", &[vector.clone(), Value::Count(1)]), "5");
        assert_eq!(vector.to_text(), b"[1]");
        assert_eq!(
            natives.refusal("resize", &[vector, Value::Count(u64::MAX)]),
            "a vector of 18446744073709551615 elements is too long"
        );
        assert_eq!(natives.text("resize", &[Value::Count(1), Value::Count(1)]), "0");
        assert_eq!(natives.messages(), "error: resize() operates on vectors\n");
    }

    #[test]
    fn flags_of_vectors() {
        let mut natives = Natives::new();
        let flags = |flags: &[Value]| [Value::Vector(vector_of(Type::bool(), flags.to_vec()))];
        assert_eq!(natives.text("any_set", &flags(&[Value::Unset, Value::Bool(true)])), "T");
        assert_eq!(natives.text("all_set", &flags(&[Value::Unset, Value::Bool(true)])), "F");
        assert_eq!(natives.text("all_set", &flags(&[])), "T");
        assert_eq!(natives.text("any_set", &[Value::Vector(string_vector(["x"]))]), "F");
        assert_eq!(natives.messages(), "error: any_set() requires vector of bool\n");
    }

    #[test]
    fn tables_in_parts() {
        let mut natives = Natives::new();
        let table = Value::Table(string_array(["a", "b"]));
        assert_eq!(natives.text("table_keys", std::slice::from_ref(&table)), "{\n\t1,\n\t2\n}");
        assert_eq!(natives.text("table_values", std::slice::from_ref(&table)), "[a, b]");
        assert_eq!(natives.text("same_object", &[table.clone(), table.clone()]), "T");
        assert_eq!(natives.text("val_footprint", std::slice::from_ref(&table)), "8");
        natives.call("clear_table", std::slice::from_ref(&table)).unwrap();
        assert_eq!(table.to_text(), b"{\n\n}");
    }
}
