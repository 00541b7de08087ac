//! What follows from a declaration, performed on the machine.

use std::rc::Rc;

use super::Engine;
use crate::diag::{Code, Diagnostic};
use crate::hir::GlobalId;
use crate::program::{BodyEntry, GlobalKind};
use crate::sema::{Action, Priority};
use crate::syntax::ast::Flavor;
use crate::types::{TypeRef, TypeTag};
use crate::value::{FuncKind, FuncObject, FunctionBody, Value};

impl Engine {
    /// Performs the actions in order. An initialiser that fails leaves its variable as it was; that was reported.
    pub(super) fn perform(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Define(id) => self.define(id),
                Action::Run(body) => {
                    let _ = self.vm.run_body(body, &[]);
                    // An initialiser runs once; a large layout's takes room.
                    if !self.options.keep_bodies {
                        self.vm.program.set_body(body, BodyEntry::Failed);
                        self.vm.forget_code(body);
                    }
                }
                Action::Attributes(id) => self.apply_attributes(id),
                Action::AddBody(id, body) => self.add_body(id, body),
                Action::AddBodyWithPriority(id, mut body, priority) => {
                    body.priority = self.priority(&priority);
                    self.add_body(id, body);
                }
                Action::ClearBodies(id) => {
                    if let Value::Func(func) = self.vm.global(id) {
                        func.clear_bodies();
                    }
                }
                Action::Statement(body) => self.statements.push(body),
            }
        }
    }

    fn define(&mut self, id: GlobalId) {
        let global = self.vm.program.global(id);
        let (ty, kind, name) = (global.ty.clone(), global.kind.clone(), global.name);
        let value = match kind {
            GlobalKind::Type => Value::Type(ty),
            GlobalKind::EnumConst(_) => return,
            GlobalKind::Native(index) => Value::Func(Rc::new(FuncObject { name, ty, kind: FuncKind::Native(index) })),
            _ => self.start_value(id, &ty),
        };
        self.vm.set_global(id, value);
        self.apply_attributes(id);
    }

    /// What a variable holds before its initialiser runs.
    fn start_value(&mut self, id: GlobalId, ty: &TypeRef) -> Value {
        if let Some(func) = ty.as_func() {
            if func.flavor == Flavor::Function {
                return Value::Unset;
            }
            // Events and hooks exist without bodies.
            return Value::Func(FuncObject::script(self.vm.program.global(id).name, ty.clone()));
        }
        self.vm.empty_value(ty).unwrap_or_default()
    }

    /// Gives a global's value what its attributes say values carry.
    fn apply_attributes(&mut self, id: GlobalId) {
        let attributes = self.vm.program.global(id).attributes.clone();
        match self.vm.global(id) {
            Value::Table(table) if attributes.table.is_some() => {
                table.attributes.replace(attributes.table);
                self.vm.table_may_expire(&table);
            }
            Value::File(file) if attributes.raw_output => file.raw.set(true),
            _ => {}
        }
    }

    /// The value of a `&priority`; 0 where it has none.
    fn priority(&mut self, priority: &Priority) -> i64 {
        match self.vm.run_body(priority.body, &[]) {
            Ok(Value::Count(number)) => i64::try_from(number).unwrap_or(i64::MAX),
            Ok(Value::Int(number)) => number,
            _ => {
                let message = "cannot evaluate attribute expression";
                let diagnostic = Diagnostic::error(Code::BadAttribute, priority.span, message);
                self.report(&diagnostic.subject(priority.text.as_str()));
                0
            }
        }
    }

    fn add_body(&mut self, id: GlobalId, body: FunctionBody) {
        if let Value::Func(func) = self.vm.global(id)
            && matches!(func.kind, FuncKind::Script(_))
        {
            let is_function = func.ty.as_func().is_some_and(|ty| ty.flavor == Flavor::Function);
            if is_function {
                func.clear_bodies();
            }
            func.add_body(body);
            return;
        }
        let global = self.vm.program.global(id);
        if !global.ty.is(TypeTag::Func) {
            return;
        }
        let func = FuncObject::script(global.name, global.ty.clone());
        func.add_body(body);
        self.vm.set_global(id, Value::Func(func));
    }
}
