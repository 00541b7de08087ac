//! Calls, hook calls, events, `schedule`.

use crate::diag::similar;
use crate::diag::{Code, Diagnostic, bro};
use crate::hir::{ExprId, ExprKind, GlobalId};
use crate::program::GlobalKind;
use crate::sema::Checker;
use crate::sema::errors::Object;
use crate::sema::names::Resolved;
use crate::source::Span;
use crate::syntax::ast::{self, Flavor};
use crate::types::{FuncType, Type, TypeRef, TypeTag};
use crate::value::Value;

impl Checker<'_> {
    pub(super) fn check_call(
        &mut self,
        callee: &ast::Expr,
        arguments: &[ast::Expr],
        as_hook: bool,
        span: Span,
    ) -> ExprId {
        // What is no type is looked up below: nobody is told twice that it is not exported.
        if let ast::ExprKind::Name(name) = &callee.kind
            && self.is_type(*name)
            && let Some(ty) = self.named_type(*name, callee.span)
        {
            return self.check_constructor(&ty, arguments, callee, span);
        }
        let function = self.check(callee);
        if self.is_error(function) {
            // Report on the arguments too, then give up.
            arguments.iter().for_each(|argument| {
                self.check(argument);
            });
            return self.invalidate(function);
        }
        let ty = self.ty(function);
        let Some(func) = ty.as_func().cloned() else {
            return self.expr_error(Code::BadCall, function, "not a function");
        };
        if func.flavor == Flavor::Hook && !as_hook {
            self.error(Code::BadCall, &Object::Expr(function), "hook cannot be called directly, use hook operator");
            let arguments = arguments.iter().map(|argument| self.check(argument)).collect();
            let call = self.add(ExprKind::Call { callee: function, arguments }, Type::error(), span);
            return self.invalidate(call);
        }
        if func.flavor == Flavor::Event {
            let message = "event called in expression, use event statement instead";
            return self.expr_error(Code::BadCall, function, message);
        }
        let Some(arguments) = self.check_arguments(&func, arguments, &ty) else {
            return self.invalidate(function);
        };
        let call = self.add(ExprKind::Call { callee: function, arguments }, func.result.clone(), span);
        self.advise_on_call(call);
        self.check_format(call)
    }

    /// Arguments fitted to the parameters, missing ones filled in. Reports and gives `None` on a mismatch.
    fn check_arguments(&mut self, func: &FuncType, arguments: &[ast::Expr], ty: &TypeRef) -> Option<Vec<ExprId>> {
        let mut ids = Vec::with_capacity(arguments.len());
        for (position, argument) in arguments.iter().enumerate() {
            let expected = func.parameters.get(position).map(|parameter| parameter.ty.clone());
            let id = match expected {
                // Braces and the like need the type to go by.
                Some(expected) if !func.variadic && needs_type(argument) => {
                    self.check_initializer(argument, &expected, None)
                }
                _ => self.check_value(argument),
            };
            ids.push(id);
        }
        if ids.iter().any(|id| self.is_error(*id)) {
            return None;
        }
        if func.variadic {
            return Some(ids);
        }
        let mismatch = |checker: &mut Self, ids: &[ExprId]| {
            checker.error2(
                Code::BadCall,
                &Object::Type(ty),
                &Object::Exprs(ids),
                "argument type mismatch in function call",
            );
        };
        if ids.len() > func.parameters.len() {
            mismatch(self, &ids);
            return None;
        }
        let mut fitted = Vec::with_capacity(func.parameters.len());
        for (position, parameter) in func.parameters.iter().enumerate() {
            let Some(id) = ids.get(position) else {
                let Some(default) = parameter.default else {
                    mismatch(self, &ids);
                    return None;
                };
                let span = ids.last().map_or(Span::NONE, |id| self.span(*id));
                fitted.push(self.add(ExprKind::Thunk(default), parameter.ty.clone(), span));
                continue;
            };
            let Some(id) = self.promote_or_mismatch(*id, &parameter.ty) else {
                mismatch(self, &ids);
                return None;
            };
            fitted.push(id);
        }
        Some(fitted)
    }

    /// Bro checks calls of `fmt` with a constant format while parsing.
    fn check_format(&mut self, call: ExprId) -> ExprId {
        let Some(ExprKind::Call { callee, arguments }) = self.kind(call) else { return call };
        let Some(ExprKind::Global(function)) = self.kind(*callee) else { return call };
        let (function, arguments) = (*function, arguments.clone());
        if !matches!(self.program.global(function).kind, GlobalKind::Native(_))
            || self.program.global(function).name.as_str() != "fmt"
        {
            return call;
        }
        let Some(first) = arguments.first() else { return call };
        if self.tag(*first) != TypeTag::String {
            if arguments.len() > 1 {
                let message = "first argument to fmt() needs to be a format string";
                return self.expr_error(Code::BadCall, call, message);
            }
            return call;
        }
        let Some(ExprKind::Const(Value::String(format))) = self.kind(*first) else { return call };
        match count_directives(format.as_bytes()) {
            None => self.expr_error(Code::BadCall, call, "format string ends with bare '%'"),
            Some(wanted) if wanted != arguments.len() - 1 => {
                let message = "mismatch between format string to fmt() and number of arguments passed";
                self.expr_error(Code::BadCall, call, message)
            }
            Some(_) => call,
        }
    }

    /// The event of `event f(x)` or `schedule`, with its arguments.
    pub(crate) fn check_event(&mut self, call: &ast::EventCall) -> Option<(GlobalId, Vec<ExprId>)> {
        let name = call.name.name;
        let id = match self.lookup(name, call.name.span) {
            Some(Resolved::Global(id)) => id,
            Some(Resolved::Local(_)) => {
                let message = format!("local identifier \"{name}\" cannot be used to reference an event");
                // Bro has read the whole call when it notices.
                let message = bro::near(&message, b")");
                self.report(Diagnostic::error(Code::BadCall, call.name.span, message));
                return None;
            }
            None => {
                let events: Vec<&str> = self
                    .program
                    .globals()
                    .filter(|(_, global)| global.ty.as_func().is_some_and(|func| func.flavor == Flavor::Event))
                    .map(|(_, global)| global.name.as_str())
                    .collect();
                let mut diagnostic =
                    Diagnostic::error(Code::BadCall, call.name.span, "not an event").subject(name.as_str());
                if let Some(suggestion) = similar(name.as_str(), events.into_iter()) {
                    diagnostic = diagnostic.fix(call.name.span, suggestion, format!("did you mean `{suggestion}`?"));
                }
                self.report(diagnostic);
                call.arguments.iter().for_each(|argument| {
                    self.check(argument);
                });
                return None;
            }
        };
        let global = self.program.global(id);
        let (ty, full, deprecated) = (global.ty.clone(), global.name, global.attributes.deprecated.clone());
        if let Some(text) = deprecated {
            self.warn_deprecated(full.base_name(), Some(&text), call.name.span);
        }
        let Some(func) = ty.as_func().cloned() else {
            self.name_error(Code::BadCall, full, call.name.span, "not an event");
            return None;
        };
        if func.flavor != Flavor::Event {
            self.name_error(Code::BadCall, full, call.name.span, "function invoked as an event");
            return None;
        }
        let arguments = self.check_arguments(&func, &call.arguments, &ty)?;
        Some((id, arguments))
    }

    pub(super) fn check_schedule(&mut self, delay: &ast::Expr, event: &ast::EventCall, span: Span) -> ExprId {
        let delay = self.check_value(delay);
        let event = self.check_event(event);
        let Some((event, arguments)) = event else { return self.invalid("schedule", span) };
        let id = self.add(ExprKind::Schedule { delay, event, arguments }, Type::void(), span);
        match self.tag(delay) {
            TypeTag::Error => self.invalidate(id),
            TypeTag::Time | TypeTag::Interval => id,
            _ => self.expr_error(Code::BadOperand, id, "schedule expression requires a time or time interval"),
        }
    }
}

/// An argument whose type follows from the parameter's.
fn needs_type(argument: &ast::Expr) -> bool {
    use ast::ExprKind::{Braces, List, Record, Set, Table, Vector};
    matches!(argument.kind, Braces(_) | List(_) | Record(_) | Set(..) | Table(..) | Vector(_))
}

/// How many arguments a format takes; `None` where it ends in a lone `%`.
fn count_directives(format: &[u8]) -> Option<usize> {
    let mut count = 0;
    let mut bytes = format.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'%' {
            match bytes.next() {
                None => return None,
                Some(b'%') => {}
                Some(_) => count += 1,
            }
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::count_directives;

    #[test]
    fn directives_are_counted_and_escapes_are_not() {
        assert_eq!(count_directives(b"%s %d%% %08.2f"), Some(3));
        assert_eq!(count_directives(b"oops %"), None);
    }
}
