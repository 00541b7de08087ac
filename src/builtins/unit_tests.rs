//! The module `Test`: what a unit test can do to the world around what it tests.
//!
//! Whoever runs unit tests hands a [`Bench`] to the machine. Without one all of this is an error: nothing may stand in for
//! a function of a node that is in earnest.

use std::rc::Rc;
use std::time::Duration;

use crate::source::Symbol;
use crate::syntax::ast::Flavor;
use crate::types::assign::same_type;
use crate::types::{FuncType, Type, TypeKind, TypeRef, TypeTag};
use crate::value::compare::{equal, same};
use crate::value::{FuncKind, FuncObject, Value, VectorObject};
use crate::vm::{Interval, MOST_KEPT, MockedCall, Raise, Rest, Vm, natives};

/// Somebody who runs a unit test.
pub trait Bench {
    /// Lets time pass; events and timers run.
    fn advance(&self, vm: &mut Vm, length: Duration) -> Result<(), Raise>;
    /// What the test has printed.
    fn output(&self) -> Vec<u8>;
    /// The test is over when what runs has come to its end.
    fn finish(&self);
}

#[derive(Default)]
struct Place(Option<Rc<dyn Bench>>);

/// Makes a machine one that runs a unit test.
pub fn set_bench(vm: &mut Vm, bench: Rc<dyn Bench>) {
    vm.state::<Place>().0 = Some(bench);
}

fn bench(vm: &mut Vm) -> Result<Rc<dyn Bench>, Raise> {
    let missing = || Raise::error("this is for unit tests: functions named test_* that `brood test` runs");
    vm.state::<Place>().0.clone().ok_or_else(missing)
}

/// The function that an argument is; no lambda, of which there is no name by which others call it.
fn function(native: &str, value: &Value) -> Result<Rc<FuncObject>, Raise> {
    match value {
        Value::Func(function) if !matches!(function.kind, FuncKind::Closure(_)) => Ok(function.clone()),
        Value::Func(_) => Err(Raise::error(format!("{native}: a lambda has no name by which it is called"))),
        other => Err(Raise::error(format!("{native}: a function, event or hook is needed, not a {}", other.type_of()))),
    }
}

/// `function(name: string): count`
fn signature(parameters: &[(Symbol, TypeRef)], result: &TypeRef) -> String {
    let parameters: Vec<String> = parameters.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    let result = if result.is(TypeTag::Void) { String::new() } else { format!(": {result}") };
    format!("function({}){result}", parameters.join(", "))
}

fn parameters(ty: &FuncType) -> Vec<(Symbol, TypeRef)> {
    ty.parameters.iter().map(|parameter| (parameter.name, parameter.ty.clone())).collect()
}

/// Types are compared as written: `any`, which is the same as every type, stands in for no other.
fn is_same(one: &TypeRef, other: &TypeRef) -> bool {
    one.is(TypeTag::Any) == other.is(TypeTag::Any) && same_type(one, other, false)
}

/// Refuses a function that cannot stand in for another one.
fn check(function: &FuncObject, replacement: &FuncObject) -> Result<(), Raise> {
    let (Some(real), Some(mock)) = (function.ty.as_func(), replacement.ty.as_func()) else {
        return Err(Raise::error("Test::mock: functions are needed"));
    };
    let name = function.name;
    let (mut needed, given) = (parameters(real), parameters(mock));
    let takes_same = if real.variadic {
        let arguments = Type::vector(Type::new(TypeKind::Any));
        needed = vec![("arguments".into(), arguments)];
        matches!(&given[..], [(_, ty)] if matches!(&ty.kind, TypeKind::Vector(element) if element.is(TypeTag::Any)))
    } else {
        needed.len() == given.len() && needed.iter().zip(&given).all(|((_, one), (_, other))| is_same(one, other))
    };
    let fits = takes_same && is_same(&real.result, &mock.result);
    if fits && mock.flavor == Flavor::Function {
        return Ok(());
    }
    let kind = match mock.flavor {
        Flavor::Function => signature(&given, &mock.result),
        Flavor::Event => "an event".to_owned(),
        Flavor::Hook => "a hook".to_owned(),
    };
    let needed = signature(&needed, &real.result);
    Err(Raise::error(format!("Test::mock: in place of {name} goes a {needed}, not {}{kind}", article(mock))))
}

fn article(mock: &FuncType) -> &'static str {
    if mock.flavor == Flavor::Function { "a " } else { "" }
}

fn unknown(native: &str, f: &FuncObject) -> Raise {
    Raise::error(format!("{native}: calls of {} are not counted: Test::watch or Test::mock it first", f.name))
}

/// The calls there were.
fn kept(vm: &Vm) -> Result<&[MockedCall], Raise> {
    let lost = || Raise::error(format!("arguments are kept of {MOST_KEPT} calls, and there were more"));
    vm.kept_calls().ok_or_else(lost)
}

/// Arguments that a function may have been called with, converted as in a call.
fn first_arguments(vm: &mut Vm, f: &FuncObject, given: &[Value]) -> Result<Vec<Value>, Raise> {
    let Some(ty) = f.ty.as_func() else { return Err(unknown("Test::calls", f)) };
    if ty.variadic {
        return Ok(given.to_vec());
    }
    if given.len() > ty.parameters.len() {
        let most = ty.parameters.len();
        let plural = if most == 1 { "" } else { "s" };
        let message = format!("Test::calls: {} takes {most} argument{plural}, not {}", f.name, given.len());
        return Err(Raise::error(message));
    }
    let mut arguments = Vec::with_capacity(given.len());
    for (value, parameter) in given.iter().zip(&ty.parameters) {
        let is_pattern = matches!(value, Value::Pattern(_)) && parameter.ty.is(TypeTag::String);
        let fitting = if is_pattern { Some(value.clone()) } else { vm.fit(value, &parameter.ty) };
        let (name, wanted) = (parameter.name, &parameter.ty);
        let wrong = || format!("Test::calls: {name} of {} is a {wanted}, not a {}", f.name, value.type_of());
        arguments.push(fitting.ok_or_else(|| Raise::error(wrong()))?);
    }
    Ok(arguments)
}

/// Whether an argument is the one that is asked about.
fn is_meant(wanted: &Value, given: &Value) -> bool {
    match wanted {
        Value::Pattern(_) => equal(wanted, given),
        _ => same(wanted, given),
    }
}

natives! {
    /// Has `replacement` called in place of `f` until the test is over: a function, hook, event or native, for everybody
    /// who calls it. It takes the same arguments and gives the same; for a hook, a bool. In place of a native that takes any
    /// number of arguments it takes a `vector of any`. In `replacement` itself, `f` is the real one. Calls are counted and
    /// their arguments kept, see `Test::calls`.
    fn "Test::mock" = "function(f: any, replacement: any)";
    |vm, f: Value, replacement: Value| -> () {
        bench(vm)?;
        let f = function("Test::mock", &f)?;
        let Value::Func(replacement) = replacement else {
            return Err(Raise::error(format!("Test::mock: {} is no function", replacement.type_of())));
        };
        check(&f, &replacement)?;
        if Rc::ptr_eq(&f, &replacement) {
            return Err(Raise::error(format!("Test::mock: {} cannot stand in for itself", f.name)));
        }
        vm.mock(&f, Some(replacement));
        Ok(())
    }

    /// Keeps the calls of `f` from here on, for `Test::calls`, `Test::arguments`, `Test::order` and `Test::history`; it
    /// does what it always does.
    fn "Test::watch" = "function(f: any)";
    |vm, f: Value| -> () {
        bench(vm)?;
        let f = function("Test::watch", &f)?;
        vm.mock(&f, None);
        Ok(())
    }

    /// Makes `f` the real one again, and its calls are no longer counted.
    fn "Test::unmock" = "function(f: any)";
    |vm, f: Value| -> () {
        bench(vm)?;
        let f = function("Test::unmock", &f)?;
        if vm.unmock(&f) { Ok(()) } else { Err(Raise::error(format!("Test::unmock: {} is not mocked", f.name))) }
    }

    /// Tells how often `f` was called since `Test::mock` or `Test::watch`; of an event, how often it was handled. With
    /// arguments behind `f`, how often with these first: `Test::calls(greet, "ada")`. A pattern stands for every string
    /// that it matches.
    fn "Test::calls" = "function(va_args: any): count";
    |vm, arguments: Rest<'_>| -> u64 {
        bench(vm)?;
        let [f, wanted @ ..] = &*arguments.0 else {
            return Err(Raise::error("Test::calls takes a function, and arguments that it was called with"));
        };
        let f = function("Test::calls", f)?;
        let calls = vm.mocked_calls(&f).ok_or_else(|| unknown("Test::calls", &f))?;
        if wanted.is_empty() {
            return Ok(calls);
        }
        let wanted = first_arguments(vm, &f, wanted)?;
        let is_it = |call: &&MockedCall| {
            call.name == f.name
                && wanted.len() <= call.arguments.len()
                && wanted.iter().zip(&call.arguments).all(|(wanted, given)| is_meant(wanted, given))
        };
        Ok(kept(vm)?.iter().filter(is_it).count() as u64)
    }

    /// Gives the arguments of a call of `f` since `Test::mock` or `Test::watch`, the first call being 0, as they were then:
    /// `Test::arguments(greet, 0)[0] as string`.
    fn "Test::arguments" = "function(f: any, call: count): vector of any";
    |vm, f: Value, call: u64| -> Value {
        bench(vm)?;
        let f = function("Test::arguments", &f)?;
        let calls = vm.mocked_calls(&f).ok_or_else(|| unknown("Test::arguments", &f))?;
        let mut made = kept(vm)?.iter().filter(|made| made.name == f.name);
        let Some(made) = usize::try_from(call).ok().and_then(|call| made.nth(call)) else {
            let message = format!("Test::arguments: there is no call {call} of {}: there were {calls}", f.name);
            return Err(Raise::error(message));
        };
        Ok(Value::Vector(Rc::new(VectorObject::new(Type::vector(Type::new(TypeKind::Any)), made.arguments.clone()))))
    }

    /// Tells whether these functions were called in this order, each as often as it stands there: `Test::order(open, put,
    /// put, close)`. Calls of others do not matter.
    fn "Test::order" = "function(va_args: any): bool";
    |vm, functions: Rest<'_>| -> bool {
        bench(vm)?;
        let mut wanted = Vec::new();
        for value in &*functions.0 {
            let f = function("Test::order", value)?;
            vm.mocked_calls(&f).ok_or_else(|| unknown("Test::order", &f))?;
            wanted.push(f.name);
        }
        let made = kept(vm)?.iter().map(|call| call.name).filter(|name| wanted.contains(name));
        Ok(made.eq(wanted.iter().copied()))
    }

    /// Gives the calls of all functions that are mocked or watched, in order and a line each: `greet("ada")`.
    fn "Test::history" = "function(): string";
    |vm| -> String {
        bench(vm)?;
        Ok(kept(vm)?.iter().map(|call| format!("{call}\n")).collect())
    }

    /// Lets so much time pass: events, timers and conditions run as they are due. It takes no real time.
    fn "Test::advance" = "function(length: interval)";
    |vm, passes: Interval| -> () {
        let wrong = |_| Raise::error(format!("Test::advance: {} seconds cannot pass", passes.0));
        let length = Duration::try_from_secs_f64(passes.0).map_err(wrong)?;
        bench(vm)?.advance(vm, length)
    }

    /// Gives what the test has printed so far.
    fn "Test::output" = "function(): string";
    |vm| -> Vec<u8> {
        Ok(bench(vm)?.output())
    }

    /// Ends the test when the function that calls it has ended, whatever is left to happen.
    fn "Test::done" = "function()";
    |vm| -> () {
        bench(vm)?.finish();
        Ok(())
    }
}
