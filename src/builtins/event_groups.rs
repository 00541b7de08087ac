//! Bodies of events and hooks that scripts turn off and on again: those of one `&group`, or of one module.
//!
//! A body that is off is not among its function's bodies but kept here; it is back once none of its groups is off.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::results::message_text;
use crate::source::Symbol;
use crate::syntax::ast::Flavor;
use crate::value::{FuncObject, FunctionBody, Text, Value};
use crate::vm::{Vm, natives};

/// What bodies have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Group {
    Attribute(Symbol),
    Module(Symbol),
}

impl Group {
    fn holds(self, body: &FunctionBody) -> bool {
        match self {
            Group::Attribute(name) => body.groups.as_ref().is_some_and(|groups| groups.contains(&name)),
            Group::Module(name) => body.module == name,
        }
    }
}

#[derive(Default)]
struct Groups {
    off: FxHashSet<Group>,
    bodies: Vec<(Rc<FuncObject>, FunctionBody)>,
}

/// All events and hooks with bodies.
fn handlers(vm: &Vm) -> Vec<Rc<FuncObject>> {
    let values = vm.program.globals().map(|(id, _)| vm.global(id));
    let is_handler = |func: &Rc<FuncObject>| func.ty.as_func().is_some_and(|of| of.flavor != Flavor::Function);
    values
        .filter_map(|value| if let Value::Func(func) = value { Some(func) } else { None })
        .filter(is_handler)
        .collect()
}

fn exists(vm: &mut Vm, group: Group) -> bool {
    let is_off = vm.state::<Groups>().bodies.iter().any(|(_, body)| group.holds(body));
    is_off || handlers(vm).iter().any(|func| func.bodies().iter().any(|body| group.holds(body)))
}

/// Turns a group off or on; an error is reported where there is no such group.
fn turn(vm: &mut Vm, group: Group, on: bool) -> bool {
    if !exists(vm, group) {
        let (Group::Attribute(name) | Group::Module(name)) = group;
        vm.builtin_error(format!("no such event group: {name}"));
        return false;
    }
    if on {
        let groups = vm.state::<Groups>();
        groups.off.remove(&group);
        let stays_off = |body: &FunctionBody| groups.off.iter().any(|group| group.holds(body));
        let (off, back): (Vec<_>, Vec<_>) =
            std::mem::take(&mut groups.bodies).into_iter().partition(|(_, body)| stays_off(body));
        groups.bodies = off;
        for (func, body) in back {
            func.put_back(body);
        }
        return true;
    }
    let mut taken = Vec::new();
    for func in handlers(vm) {
        taken.extend(func.take_bodies(|body| group.holds(body)).into_iter().map(|body| (func.clone(), body)));
    }
    let groups = vm.state::<Groups>();
    groups.off.insert(group);
    groups.bodies.append(&mut taken);
    true
}

fn attribute(vm: &mut Vm, name: &Text) -> Group {
    Group::Attribute((&*message_text(vm, name)).into())
}

fn module(vm: &mut Vm, name: &Text) -> Group {
    Group::Module((&*message_text(vm, name)).into())
}

natives! {
    /// Tells whether a body of an event or hook has this `&group`.
    #[example("has_event_group(\"none\")", "F")]
    fn "has_event_group" = "function(group: string): bool";
    |vm, group: Rc<Text>| -> bool {
        let group = attribute(vm, &group);
        Ok(exists(vm, group))
    }

    /// Lets the bodies with this `&group` run again, unless another of their groups is off.
    fn "enable_event_group" = "function(group: string): bool";
    |vm, group: Rc<Text>| -> bool {
        let group = attribute(vm, &group);
        Ok(turn(vm, group, true))
    }

    /// Keeps the bodies with this `&group` from running.
    fn "disable_event_group" = "function(group: string): bool";
    |vm, group: Rc<Text>| -> bool {
        let group = attribute(vm, &group);
        Ok(turn(vm, group, false))
    }

    /// Tells whether a body of an event or hook stands in this module.
    #[example("has_module_events(\"none\")", "F")]
    fn "has_module_events" = "function(group: string): bool";
    |vm, group: Rc<Text>| -> bool {
        let group = module(vm, &group);
        Ok(exists(vm, group))
    }

    /// Lets the bodies of events and hooks in a module run again, unless another of their groups is off.
    fn "enable_module_events" = "function(module_name: string): bool";
    |vm, module_name: Rc<Text>| -> bool {
        let group = module(vm, &module_name);
        Ok(turn(vm, group, true))
    }

    /// Keeps the bodies of events and hooks in a module from running.
    fn "disable_module_events" = "function(module_name: string): bool";
    |vm, module_name: Rc<Text>| -> bool {
        let group = module(vm, &module_name);
        Ok(turn(vm, group, false))
    }
}
