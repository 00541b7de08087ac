//! `sort` and `order`.
//!
//! The order is that of a script's comparison function, of which only one answer counts: whether one element belongs
//! before another. Elements that neither belongs before keep their places, missing elements go to the end. A function
//! that just compares its arguments, or a field of them, is understood once ([`comparator`]) and not called again.

mod comparator;
mod merge;

use std::cmp::Ordering;
use std::rc::Rc;

use super::results::count_vector;
use crate::types::assign::same_type;
use crate::types::{TypeRef, TypeTag};
use crate::value::compare::order;
use crate::value::convert::as_int;
use crate::value::{FuncObject, Value, VectorObject};
use crate::vm::{Raise, Rest, Vm, natives};
use comparator::{Key, Plan};

/// What elements are sorted by.
enum By {
    /// As Bro sorts whole numbers.
    Number,
    /// As a script's function says.
    Function(Rc<FuncObject>),
}

/// The arguments of `sort` or `order`, checked.
enum Request {
    /// There is nothing to sort by; the native gives its first argument.
    Refused(Value),
    /// The first argument is no vector.
    NoVector(Value),
    Sort(Rc<VectorObject>, By),
}

fn check(vm: &mut Vm, arguments: Vec<Value>, native: &str) -> Result<Request, Raise> {
    let count = arguments.len();
    let mut arguments = arguments.into_iter();
    let Some(first) = arguments.next() else {
        vm.error_without_place(format!("{native}() takes at least 1 argument(s)"));
        return Err(Raise::null());
    };
    let Value::Vector(vector) = first else {
        vm.builtin_error(format!("{native}() requires vector"));
        return Ok(Request::NoVector(first));
    };
    if count > 2 {
        vm.builtin_error(format!("{native}() called with extraneous argument"));
    }
    let element = vector.ty.as_vector().cloned().unwrap_or_else(crate::types::Type::any);
    match arguments.next().filter(|_| count == 2) {
        None => {
            if !element.tag().is_integral() {
                vm.builtin_error(format!("comparison function required for {native}() with non-integral types"));
            }
            Ok(Request::Sort(vector, By::Number))
        }
        Some(Value::Func(function)) if is_comparison(&function, &element) => {
            Ok(Request::Sort(vector, By::Function(function)))
        }
        Some(Value::Func(_)) => {
            vm.builtin_error(format!("invalid comparison function in call to {native}()"));
            Ok(Request::Refused(Value::Vector(vector)))
        }
        Some(_) => {
            vm.builtin_error(format!("second argument to {native}() needs to be comparison function"));
            Ok(Request::Refused(Value::Vector(vector)))
        }
    }
}

/// Whether a function takes two elements and gives an `int`.
fn is_comparison(function: &FuncObject, element: &TypeRef) -> bool {
    function.ty.as_func().is_some_and(|of| {
        of.result.is(TypeTag::Int) && of.parameters.iter().all(|parameter| same_type(&parameter.ty, element, false))
    })
}

/// An element with its place before sorting.
struct Item {
    value: Value,
    place: usize,
}

/// The elements in order.
fn sorted(vm: &mut Vm, vector: &VectorObject, by: &By) -> Result<Vec<Item>, Raise> {
    let mut items = Vec::with_capacity(vector.len());
    let mut missing = Vec::new();
    vector.with(|elements| {
        for (place, value) in elements.iter().enumerate() {
            let item = Item { value: value.clone(), place };
            if value.is_set() { items.push(item) } else { missing.push(item) }
        }
    });
    let mut items = match by {
        By::Number => {
            items.sort_by(|a, b| by_number(&a.value, &b.value));
            items
        }
        By::Function(function) => sorted_by(vm, items, function)?,
    };
    items.append(&mut missing);
    Ok(items)
}

/// Counts and ports by their own order, all else by the number it is.
fn by_number(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Count(_), Value::Count(_)) | (Value::Port(..), Value::Port(..)) => {
            order(a, b).unwrap_or(Ordering::Equal)
        }
        _ => as_int(a).cmp(&as_int(b)),
    }
}

fn sorted_by(vm: &mut Vm, items: Vec<Item>, function: &Rc<FuncObject>) -> Result<Vec<Item>, Raise> {
    if let [first, second, ..] = &items[..] {
        // The first call makes sure that the function has been checked, so that it can be looked into.
        is_before(vm, function, &second.value, &first.value)?;
        if let Some(plan) = Plan::of(vm, function)
            && let Some(keys) = plan.keys(items.iter().map(|item| &item.value))
        {
            return Ok(sorted_by_keys(items, keys, &plan));
        }
    }
    merge::sort(items, |a, b| is_before(vm, function, &a.value, &b.value))
}

/// Asks the function whether `a` belongs before `b`.
#[inline]
fn is_before(vm: &mut Vm, function: &Rc<FuncObject>, a: &Value, b: &Value) -> Result<bool, Raise> {
    match vm.call(function, &[a.clone(), b.clone()])? {
        Value::Int(answer) => Ok(answer < 0),
        // The function was given up by an error, which has been reported.
        _ => Err(Raise::null()),
    }
}

fn sorted_by_keys(items: Vec<Item>, keys: Vec<Key>, plan: &Plan) -> Vec<Item> {
    let mut keyed: Vec<(Key, Item)> = keys.into_iter().zip(items).collect();
    if let Some(descending) = plan.is_plain() {
        keyed.sort_by(|(a, _), (b, _)| if descending { b.order(a) } else { a.order(b) });
        return keyed.into_iter().map(|(_, item)| item).collect();
    }
    // What does not order properly must not reach the sort of the library, which expects an order.
    let by_plan = |(a, _): &(Key, Item), (b, _): &(Key, Item)| Ok(plan.is_before(a, b));
    match merge::sort(keyed, by_plan) {
        Ok(keyed) => keyed.into_iter().map(|(_, item)| item).collect(),
        Err(()) => Vec::new(),
    }
}

natives! {
    /// Sorts a vector in place and gives it. A comparison function `function(a: T, b: T): int` may follow; it gives a
    /// number below 0 where `a` belongs before `b`. Without one the elements must be whole numbers.
    #[example("sort(vector(3, 1, 2))", "[1, 2, 3]")]
    #[example("sort(vector(\"b\", \"a\"), strcmp)", "[a, b]")]
    fn "sort" = "function(va_args: any): any";
    |vm, arguments: Rest| -> Value {
        let (vector, by) = match check(vm, arguments.0, "sort")? {
            Request::Refused(value) | Request::NoVector(value) => return Ok(value),
            Request::Sort(vector, by) => (vector, by),
        };
        let items = sorted(vm, &vector, &by)?;
        let old = vector.with_mut(|elements| {
            std::mem::replace(elements, items.into_iter().map(|item| item.value).collect())
        });
        drop(old);
        Ok(Value::Vector(vector))
    }

    /// Gives the places of a vector's elements in the order in which `sort` would put them.
    #[example("order(vector(30, 10, 20))", "[1, 2, 0]")]
    fn "order" = "function(va_args: any): index_vec";
    |vm, arguments: Rest| -> Value {
        match check(vm, arguments.0, "order")? {
            Request::Refused(value) => Ok(value),
            Request::NoVector(_) => Ok(Value::Vector(count_vector([]))),
            Request::Sort(vector, by) => {
                let items = sorted(vm, &vector, &by)?;
                Ok(Value::Vector(count_vector(items.iter().map(|item| item.place as u64))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::results::{count_vector, string_vector, vector_of};
    use crate::builtins::testing::Natives;
    use crate::types::Type;
    use crate::value::Value;

    #[test]
    fn numbers_need_no_function() {
        let mut natives = Natives::new();
        let counts = Value::Vector(count_vector([3, u64::MAX, 1]));
        assert_eq!(natives.text("order", std::slice::from_ref(&counts)), "[2, 0, 1]");
        assert_eq!(natives.text("sort", std::slice::from_ref(&counts)), "[1, 3, 18446744073709551615]");
        assert_eq!(counts.to_text(), b"[1, 3, 18446744073709551615]");
        let holes = vec![Value::Unset, Value::Int(2), Value::Unset, Value::Int(-1)];
        let ints = Value::Vector(vector_of(Type::int(), holes));
        assert_eq!(natives.text("order", &[ints]), "[3, 1, 0, 2]");
        assert_eq!(natives.messages(), "");
    }

    #[test]
    fn wrong_arguments_leave_the_vector() {
        let mut natives = Natives::new();
        let strings = Value::Vector(string_vector(["b", "a"]));
        assert_eq!(natives.text("sort", &[strings.clone(), Value::Count(1)]), "[b, a]");
        assert_eq!(natives.text("sort", &[Value::Count(1)]), "1");
        assert_eq!(natives.text("order", &[Value::Count(1)]), "[]");
        assert_eq!(natives.text("sort", &[strings]), "[b, a]");
        assert_eq!(
            natives.messages(),
            "error: second argument to sort() needs to be comparison function\n\
             error: sort() requires vector\n\
             error: order() requires vector\n\
             error: comparison function required for sort() with non-integral types\n"
        );
    }
}
