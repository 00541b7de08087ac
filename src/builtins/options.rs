//! `Option::*`: changing options while scripts run, and who hears of it.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::results::{message_text, vector_of};
use crate::hir::GlobalId;
use crate::program::GlobalKind;
use crate::syntax::ast::Flavor;
use crate::types::assign::same_type;
use crate::types::{Type, TypeRef, TypeTag};
use crate::value::{FuncObject, TableObject, Text, Value, VectorObject, copy, table};
use crate::vm::{Raise, Vm, natives};

/// Functions to call before an option changes, by falling priority and within one in the order they were set.
#[derive(Default)]
struct Handlers(FxHashMap<GlobalId, Vec<(i64, Rc<FuncObject>)>>);

/// An option by its name; otherwise an error is reported. For `Option::set` it must have a value.
fn option(vm: &mut Vm, name: &str, with_value: bool) -> Option<(GlobalId, TypeRef)> {
    let problem = match vm.program.find(name.into()) {
        None => format!("Could not find ID named '{name}'"),
        Some(id) if with_value && !vm.global(id).is_set() => format!("ID '{name}' has no value"),
        Some(id) if vm.program.global(id).kind != GlobalKind::Option => format!("ID '{name}' is not an option"),
        Some(id) => return Some((id, vm.program.global(id).ty.clone())),
    };
    vm.builtin_error(problem);
    None
}

/// Whether a value is what Broker hands out for data of any type.
fn is_broker_data(value: &Value) -> bool {
    matches!(value, Value::Record(record) if record.ty.name().is_some_and(|name| name.as_str() == "Broker::Data"))
}

/// The value in the option's type; otherwise an error is reported.
fn fitting(vm: &mut Vm, name: &str, value: &Value, ty: &TypeRef) -> Option<Value> {
    let of = value.type_of();
    if is_broker_data(value) {
        let cast = vm.cast(value, ty);
        if cast.is_none() {
            let shown = String::from_utf8_lossy(&value.describe()).into_owned();
            let need = ty.kind_name();
            vm.builtin_error(format!(
                "Incompatible type for set of ID '{name}': got broker data '{shown}', need '{need}'"
            ));
        }
        return cast;
    }
    // An empty container without types of its own takes those of the option.
    if of.is_unspecified_table() && ty.as_table().is_some() {
        return Some(Value::Table(Rc::new(TableObject::new(ty.clone()))));
    }
    if same_type(ty, &of, false) {
        return Some(value.clone());
    }
    let (got, need) = (of.kind_name(), ty.kind_name());
    vm.builtin_error(format!("Incompatible type for set of ID '{name}': got '{got}', need '{need}'"));
    None
}

/// What is wrong with a function as a handler of an option's changes.
fn handler_problem(name: &str, handler: &Value, option: &TypeRef) -> Option<String> {
    let ty = handler.type_of();
    let Some(func) = ty.as_func() else {
        let got = ty.kind_name();
        return Some(format!("Option::on_change needs function argument; got '{got}' for ID '{name}'"));
    };
    if func.flavor != Flavor::Function {
        return Some("Option::on_change needs function argument; not hook or event".to_owned());
    }
    let count = func.parameters.len();
    let [first, second, rest @ ..] = &func.parameters[..] else {
        return Some(wrong_count(name, count));
    };
    if rest.len() > 1 {
        return Some(wrong_count(name, count));
    }
    let wrong = |place: &str, wanted: &str, got: &Type| {
        let got = got.kind_name();
        format!(
            "{place} argument of passed function has to be {wanted} in Option::on_change for ID '{name}'; got '{got}'"
        )
    };
    if !first.ty.is(TypeTag::String) {
        return Some(wrong("First", "string", &first.ty));
    }
    if !same_type(&second.ty, option, false) {
        return Some(wrong("Second", option.kind_name(), &second.ty));
    }
    if let Some(third) = rest.first().filter(|third| !third.ty.is(TypeTag::String)) {
        return Some(wrong("Third", "string", &third.ty));
    }
    if !same_type(&func.result, option, false) {
        let (need, got) = (option.kind_name(), func.result.kind_name());
        return Some(format!("Passed function needs to return type '{need}' for ID '{name}'; got '{got}'"));
    }
    None
}

fn wrong_count(name: &str, count: usize) -> String {
    format!(
        "Wrong number of arguments for passed function in Option::on_change for ID '{name}'; expected 2 or 3, got \
         {count}"
    )
}

natives! {
    /// Gives an option a new value. The functions that `Option::set_change_handler` named are called before, each with
    /// what the one before it returned. `location` says where the value comes from. Gives F where it does not fit.
    fn "Option::set" = "function(ID: string, val: any, location: string &default=\"\"): bool";
    |vm, id: Rc<Text>, val: Value, location: Rc<Text>| -> bool {
        let name = message_text(vm, &id).into_owned();
        let Some((option, ty)) = option(vm, &name, true) else { return Ok(false) };
        let Some(mut value) = fitting(vm, &name, &val, &ty) else { return Ok(false) };
        let handlers = vm.state::<Handlers>().0.get(&option).cloned().unwrap_or_default();
        for (_, handler) in handlers {
            let mut arguments = vec![Value::String(id.clone()), value];
            if handler.ty.as_func().is_some_and(|func| func.parameters.len() == 3) {
                arguments.push(Value::String(location.clone()));
            }
            value = vm.call(&handler, &arguments)?;
            if !value.is_set() {
                return Ok(false);
            }
        }
        // Nobody else may change the option by changing the value.
        let value = copy::deep_copy(&value)
            .map_err(|problem| Raise::error(format!("cannot copy opaque of {}", problem.opaque)))?;
        vm.set_global(option, value);
        Ok(true)
    }

    /// Names a function to be called before an option changes: with the option's name, the new value and, if it takes a
    /// third argument, where the value comes from. It returns the value that the option is to get. Functions of higher
    /// priority are called first.
    fn "Option::set_change_handler" = "function(ID: string, on_change: any, priority: int &default=0): bool";
    |vm, id: Rc<Text>, on_change: Value, priority: i64| -> bool {
        let name = message_text(vm, &id).into_owned();
        let Some((option, ty)) = option(vm, &name, false) else { return Ok(false) };
        if let Some(problem) = handler_problem(&name, &on_change, &ty) {
            vm.builtin_error(problem);
            return Ok(false);
        }
        let Value::Func(function) = on_change else { return Ok(false) };
        let handlers = vm.state::<Handlers>().0.entry(option).or_default();
        let place = handlers.partition_point(|(other, _)| *other >= priority);
        handlers.insert(place, (priority, function));
        Ok(true)
    }

    /// Gives the elements of a set as a vector.
    #[example("|Option::any_set_to_any_vec(set(1, 2))|", "2")]
    fn "Option::any_set_to_any_vec" = "function(v: any): any_vec";
    |vm, v: Value| -> Rc<VectorObject> {
        let mut elements = Vec::new();
        match v {
            Value::Table(set) if set.is_set() => set.for_each(|key, _| elements.push(table::index_value(key))),
            _ => vm.builtin_error("argument is not a set"),
        }
        Ok(vector_of(Type::any(), elements))
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::results::string_set;
    use crate::builtins::testing::Natives;
    use crate::program::{Attributes, Global, GlobalKind};
    use crate::source::{Span, Symbol};
    use crate::syntax::ast::Flavor;
    use crate::types::{FuncType, Parameter, Type, TypeRef};
    use crate::value::{FuncObject, Value};

    fn natives() -> Natives {
        let mut natives = Natives::new();
        for (name, kind, value) in [
            ("M::limit", GlobalKind::Option, Value::Count(1)),
            ("M::fixed", GlobalKind::Const, Value::Count(1)),
            ("M::names", GlobalKind::Option, Value::Table(string_set(["a"]))),
        ] {
            let id = natives.vm.program.add_global(Global {
                name: Symbol::new(name),
                ty: value.type_of(),
                kind,
                attributes: Attributes::default(),
                exported: true,
                span: Span::NONE,
                doc: None,
                body_span: None,
                redefs: Vec::new(),
            });
            natives.vm.set_global(id, value);
        }
        natives
    }

    fn set(natives: &mut Natives, name: &str, value: Value) -> String {
        natives.text("Option::set", &[Value::string(name), value, Value::string("")])
    }

    #[test]
    fn only_options_change_and_keep_their_type() {
        let mut natives = natives();
        assert_eq!(set(&mut natives, "M::limit", Value::Count(7)), "T");
        assert_eq!(natives.vm.global_by_name("M::limit").unwrap().to_text(), b"7");
        for (name, value, message) in [
            ("M::limit", Value::Int(7), "Incompatible type for set of ID 'M::limit': got 'int', need 'count'"),
            ("M::fixed", Value::Count(7), "ID 'M::fixed' is not an option"),
            ("M::none", Value::Count(7), "Could not find ID named 'M::none'"),
        ] {
            assert_eq!(set(&mut natives, name, value), "F");
            assert_eq!(natives.messages(), format!("error: {message}\n"));
        }
    }

    #[test]
    fn the_option_has_a_value_of_its_own() {
        let mut natives = natives();
        let names = string_set(["b"]);
        assert_eq!(set(&mut natives, "M::names", Value::Table(names.clone())), "T");
        names.insert(&[Value::string("c")], Value::Unset);
        assert_eq!(natives.vm.global_by_name("M::names").unwrap().to_text(), b"{\nb\n}");
    }

    fn handler(flavor: Flavor, parameters: &[TypeRef], result: TypeRef) -> Value {
        let parameter = |ty: &TypeRef| Parameter { name: "x".into(), ty: ty.clone(), default: None, deprecated: false };
        let parameters = parameters.iter().map(parameter).collect();
        let ty = Type::func(FuncType { flavor, parameters, result, variadic: false });
        Value::Func(FuncObject::script("f".into(), ty))
    }

    #[test]
    fn handlers_must_fit() {
        let mut natives = natives();
        let (text, count) = (Type::string(), Type::count());
        for (handler, message) in [
            (Value::Count(1), "Option::on_change needs function argument; got 'count' for ID 'M::limit'"),
            (
                handler(Flavor::Hook, &[text.clone(), count.clone()], Type::bool()),
                "Option::on_change needs function argument; not hook or event",
            ),
            (
                handler(Flavor::Function, std::slice::from_ref(&text), count.clone()),
                "Wrong number of arguments for passed function in Option::on_change for ID 'M::limit'; \
                 expected 2 or 3, got 1",
            ),
            (
                handler(Flavor::Function, &[text.clone(), text.clone()], count.clone()),
                "Second argument of passed function has to be count in Option::on_change for ID 'M::limit'; \
                 got 'string'",
            ),
            (
                handler(Flavor::Function, &[text.clone(), count.clone()], text.clone()),
                "Passed function needs to return type 'count' for ID 'M::limit'; got 'string'",
            ),
        ] {
            let arguments = [Value::string("M::limit"), handler, Value::Int(0)];
            assert_eq!(natives.text("Option::set_change_handler", &arguments), "F");
            assert_eq!(natives.messages(), format!("error: {message}\n"));
        }
        let fits = handler(Flavor::Function, &[text.clone(), count.clone(), text], count);
        assert_eq!(natives.text("Option::set_change_handler", &[Value::string("M::limit"), fits, Value::Int(0)]), "T");
    }
}
