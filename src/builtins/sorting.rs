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
use comparator::Plan;

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

fn check(vm: &mut Vm, arguments: &mut [Value], native: &str) -> Result<Request, Raise> {
    let count = arguments.len();
    let mut arguments = arguments.iter_mut().map(std::mem::take);
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

/// What sorting gives.
struct Sorted {
    /// The places that the elements had, in order; those without a value last.
    order: Vec<u32>,
    /// The elements as they were compared, where the function may have changed the vector meanwhile.
    compared: Option<Vec<Value>>,
}

fn sorted(vm: &mut Vm, vector: &VectorObject, by: &By) -> Result<Sorted, Raise> {
    let Ok(length) = u32::try_from(vector.len()) else { return Err(Raise::error("vector too long to be sorted")) };
    let (mut order, mut missing) = (Vec::with_capacity(length as usize), Vec::new());
    vector.with(|elements| {
        for (place, element) in (0..length).zip(elements) {
            if element.is_set() { order.push(place) } else { missing.push(place) }
        }
    });
    let mut sorted = match by {
        By::Number => {
            vector.with(|elements| order.sort_by(|a, b| by_number(at(elements, *a), at(elements, *b))));
            Sorted { order, compared: None }
        }
        By::Function(function) => sorted_by(vm, vector, order, function)?,
    };
    sorted.order.append(&mut missing);
    Ok(sorted)
}

fn at(elements: &[Value], place: u32) -> &Value {
    elements.get(place as usize).unwrap_or(&Value::Unset)
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

fn sorted_by(vm: &mut Vm, vector: &VectorObject, places: Vec<u32>, function: &Rc<FuncObject>) -> Result<Sorted, Raise> {
    if let [first, second, ..] = places[..] {
        let pair = vector.with(|elements| [at(elements, second).clone(), at(elements, first).clone()]);
        // The first call makes sure that the function has been checked, so that it can be looked into.
        is_before(vm, function, &pair[0], &pair[1])?;
        if let Some(plan) = Plan::of(vm, function)
            && let Some(order) = vector.with(|elements| plan.order(elements, &places))
        {
            return Ok(Sorted { order, compared: None });
        }
    }
    let compared = vector.with(<[Value]>::to_vec);
    let order = merge::sort(places, |a, b| is_before(vm, function, at(&compared, *a), at(&compared, *b)))?;
    Ok(Sorted { order, compared: Some(compared) })
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

/// Puts elements into an order that names each place once, without room for them twice.
fn arrange(elements: &mut [Value], mut order: Vec<u32>) {
    for start in 0..order.len() {
        let mut place = start;
        // Along the ring of places that leads back to this one.
        while let Some(from) = order.get_mut(place) {
            let next = std::mem::replace(from, place as u32) as usize;
            if next == start || next == place {
                break;
            }
            if place < elements.len() && next < elements.len() {
                elements.swap(place, next);
            }
            place = next;
        }
    }
}

natives! {
    /// Sorts a vector in place and gives it. A comparison function `function(a: T, b: T): int` may follow; it gives a
    /// number below 0 where `a` belongs before `b`. Without one the elements must be whole numbers.
    #[example("sort(vector(3, 1, 2))", "[1, 2, 3]")]
    #[example("sort(vector(\"b\", \"a\"), strcmp)", "[a, b]")]
    fn "sort" = "function(va_args: any): any";
    |vm, arguments: Rest<'_>| -> Value {
        let (vector, by) = match check(vm, arguments.0, "sort")? {
            Request::Refused(value) | Request::NoVector(value) => return Ok(value),
            Request::Sort(vector, by) => (vector, by),
        };
        let Sorted { order, compared } = sorted(vm, &vector, &by)?;
        let old = vector.with_mut(|elements| {
            let old = compared.map(|compared| std::mem::replace(elements, compared));
            arrange(elements, order);
            old
        });
        drop(old);
        Ok(Value::Vector(vector))
    }

    /// Gives the places of a vector's elements in the order in which `sort` would put them.
    #[example("order(vector(30, 10, 20))", "[1, 2, 0]")]
    fn "order" = "function(va_args: any): index_vec";
    |vm, arguments: Rest<'_>| -> Value {
        match check(vm, arguments.0, "order")? {
            Request::Refused(value) => Ok(value),
            Request::NoVector(_) => Ok(Value::Vector(count_vector([]))),
            Request::Sort(vector, by) => {
                let sorted = sorted(vm, &vector, &by)?;
                Ok(Value::Vector(count_vector(sorted.order.into_iter().map(u64::from))))
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
    fn elements_follow_rings_of_places() {
        for order in [vec![], vec![0], vec![1, 0], vec![2, 0, 1], vec![3, 1, 4, 0, 2], vec![1, 2, 3, 4, 0]] {
            let mut elements: Vec<Value> = (0..order.len()).map(|place| Value::Count(place as u64)).collect();
            super::arrange(&mut elements, order.clone());
            let places =
                elements.iter().map(|element| if let Value::Count(place) = element { *place as u32 } else { 9 });
            assert_eq!(places.collect::<Vec<_>>(), order);
        }
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
