//! The engine as the loader's consumer: declares, evaluates conditions, keeps the module.

use super::Engine;
use std::rc::Rc;

use crate::diag::{Code, Diagnostic};
use crate::load::Consumer;
use crate::sema::{Checker, full_name};
use crate::source::{FileId, SourceMap, Span, Symbol};
use crate::syntax::ast;
use crate::types::TypeTag;
use crate::value::Value;
use crate::vm::{Raise, RaiseKind};

impl Consumer for Engine {
    fn sources(&mut self) -> &mut SourceMap {
        &mut self.vm.program.sources
    }

    fn declare(&mut self, mut declaration: Rc<ast::Decl>) {
        if let ast::DeclKind::Module(name) = &declaration.kind {
            self.set_module(name.name);
        }
        self.amend(&mut declaration);
        self.watch(|observer, sources, module| observer.declaration(sources, &declaration, module));
        let options = self.checker_options();
        let outcome = Checker::new(&mut self.vm.program, self.module, options).declare(&declaration);
        for diagnostic in &outcome.diagnostics {
            self.report(diagnostic);
        }
        self.perform(outcome.actions);
    }

    fn is_defined(&mut self, name: Symbol) -> bool {
        let full = full_name(self.module, name);
        let program = &self.vm.program;
        let known = |name: Symbol| program.find(name).is_some() || program.native(name.as_str()).is_some();
        known(full) || known(name) || program.has_module(name.as_str())
    }

    fn condition(&mut self, condition: &ast::Expr, locals: &[Symbol]) -> Option<bool> {
        self.watch(|observer, sources, module| observer.condition(sources, condition, module));
        let options = self.checker_options();
        let checker = Checker::new(&mut self.vm.program, self.module, options);
        let outcome = checker.condition(condition, locals);
        let mut failed = false;
        for diagnostic in &outcome.diagnostics {
            failed = failed || diagnostic.severity.is_error();
            self.report(diagnostic);
        }
        self.perform(outcome.actions);
        let invalid = |engine: &mut Engine| {
            let text = source_text(engine, condition);
            let diagnostic = Diagnostic::error(Code::BadCondition, condition.span, "invalid expression in @if");
            engine.report(&diagnostic.subject(text));
            None
        };
        let Some((body, ty)) = outcome.body.filter(|_| !failed) else { return invalid(self) };
        let value = match self.vm.run_body(body, &[]) {
            Ok(value) => value,
            Err(raise) => {
                self.report_raise(&raise, condition);
                return invalid(self);
            }
        };
        match value {
            Value::Bool(holds) => Some(holds),
            Value::Count(number) => Some(number != 0),
            Value::Int(number) => Some(number != 0),
            // A function that failed gave no value; that was reported.
            Value::Unset => invalid(self),
            _ if ty.is(TypeTag::Void) => invalid(self),
            _ => {
                let text = source_text(self, condition);
                let diagnostic = Diagnostic::error(Code::BadCondition, condition.span, "invalid expression in @if");
                self.report(&diagnostic.subject(text).note("a condition must be a bool"));
                None
            }
        }
    }

    fn is_string(&mut self, name: Symbol) -> Option<bool> {
        let id = self.vm.program.find(name)?;
        Some(self.vm.program.global(id).ty.is(TypeTag::String))
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        self.report(&diagnostic);
    }

    fn has_errors(&self) -> bool {
        Engine::error_count(self) > 0
    }

    fn error_count(&self) -> usize {
        Engine::error_count(self)
    }

    fn module(&self) -> Symbol {
        self.module
    }

    fn set_module(&mut self, module: Symbol) {
        self.module = module;
        self.vm.program.add_module(module);
    }

    fn script_started(&mut self, file: FileId, level: usize) {
        self.scripts.push((file, level));
    }

    fn load_requested(&mut self, name: &str, span: Span) {
        self.watch(|observer, sources, _| observer.load(sources, name, span));
    }

    fn ignore_deprecations(&mut self, ignore: bool) {
        self.ignore_deprecations = ignore;
    }
}

impl Engine {
    /// An error that came out of a condition or initialiser.
    fn report_raise(&mut self, raise: &Raise, at: &ast::Expr) {
        if let RaiseKind::Error(error) = raise.kind() {
            let diagnostic = Diagnostic::error(Code::RunTime, at.span, error.message.clone());
            self.report(&diagnostic);
        }
    }
}

fn source_text(engine: &Engine, expr: &ast::Expr) -> String {
    String::from_utf8_lossy(engine.vm.program.sources.text(expr.span)).into_owned()
}
