//! Events that others sent, held against their declarations here.

use std::rc::Rc;

use smallvec::SmallVec;

use super::type_word;
use super::values::from_argument;
use crate::syntax::ast::Flavor;
use crate::types::Parameter;
use crate::value::{FuncObject, Value};
use crate::vm::Vm;
use crate::wire::{Argument, Data};

/// Why an event is not raised.
pub(super) enum Misfit {
    /// Nothing of that name is declared, or it is no event.
    Undeclared,
    Count {
        got: usize,
        expected: usize,
    },
    /// An argument, counted from one, and the type that it should have.
    Argument {
        number: usize,
        data: Data,
        expected: String,
    },
}

/// The values of an event's arguments.
pub(super) type Arguments = SmallVec<[Value; 4]>;

/// The event of a name.
pub(super) fn declared(vm: &Vm, name: &str) -> Result<Rc<FuncObject>, Misfit> {
    match vm.global_by_name(name) {
        Some(Value::Func(event)) if event.ty.as_func().is_some_and(|ty| ty.flavor == Flavor::Event) => Ok(event),
        _ => Err(Misfit::Undeclared),
    }
}

/// What an event is raised with.
pub(super) fn fit<'a>(
    vm: &mut Vm,
    event: &FuncObject,
    arguments: impl IntoIterator<Item = Argument<'a>, IntoIter: ExactSizeIterator>,
) -> Result<Arguments, Misfit> {
    let parameters: &[Parameter] = event.ty.as_func().map_or(&[], |ty| &ty.parameters);
    let arguments = arguments.into_iter();
    if parameters.len() != arguments.len() {
        return Err(Misfit::Count { got: arguments.len(), expected: parameters.len() });
    }
    let mut values = Arguments::new();
    for ((number, argument), parameter) in (1..).zip(arguments).zip(parameters) {
        let misfit = |data| Misfit::Argument { number, data, expected: type_word(&parameter.ty) };
        values.push(from_argument(vm, argument, &parameter.ty).map_err(misfit)?);
    }
    Ok(values)
}
