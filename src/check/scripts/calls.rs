//! Calls that publish: too early, or with arguments that the event does not take.

use super::super::evaluate::event_of;
use super::super::survey::{Call, Callee};
use crate::diag::{Code, Diagnostic};
use crate::syntax::ast::ExprKind;
use crate::vm::Vm;

/// Publishing while the node starts: nobody is connected yet, and Broker keeps nothing for later.
pub(in crate::check) fn early(calls: &[Call]) -> Vec<Diagnostic> {
    let found = calls.iter().filter(|call| call.at_start).filter_map(|call| {
        let (Callee::Publish(function) | Callee::PublishToPool(function)) = call.callee else { return None };
        let message = format!("{function} in bro_init reaches nobody: no peer is connected yet");
        Some(
            Diagnostic::warning(Code::EarlyPublish, call.span, message)
                .note("publish from a handler of Cluster::node_up, or schedule an event that does"),
        )
    });
    found.collect()
}

/// The number of an event's arguments is only looked at when the call runs.
pub(in crate::check) fn arguments(vm: &Vm, calls: &[Call]) -> Vec<Diagnostic> {
    let found = calls.iter().filter_map(|call| {
        let (function, at) = match call.callee {
            Callee::Publish(function) => (function, 1),
            Callee::PublishToPool(function) => (function, 2),
            Callee::MakeEvent(function) => (function, 0),
            Callee::AutoPublish(_) | Callee::Subscribe => return None,
        };
        let argument = call.arguments.get(at)?;
        let event = event_of(vm, call.module, argument)?;
        let global = vm.program.global(vm.program.find(event)?);
        let wanted = global.ty.as_func()?.parameters.len();
        let given = call.arguments.len() - at - 1;
        if wanted == given || matches!(argument.kind, ExprKind::Name(name) if call.locals.contains_key(&name)) {
            return None;
        }
        let count = |count: usize| if count == 1 { "1 argument".to_string() } else { format!("{count} arguments") };
        let message = format!("{event} takes {}, {function} is given {}", count(wanted), given);
        Some(Diagnostic::error(Code::PublishArguments, call.span, message).related(global.span, "the event"))
    });
    found.collect()
}
