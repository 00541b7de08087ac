//! Watching an engine load: who wants the syntax of what is declared gets it here, before anything follows from it.

use std::cell::RefCell;
use std::rc::Rc;

use super::Engine;
use crate::program::Program;
use crate::source::{SourceMap, Span, Symbol};
use crate::syntax::ast;

/// Sees what is loaded. Branches that `@if` leaves out are never seen.
pub trait Observer {
    /// May change a declaration before anything follows from it: for those who take note of what is wrong and want the
    /// rest declared. It is shown as changed to [`Observer::declaration`].
    fn amend(&mut self, _program: &Program, _declaration: &mut ast::Decl, _module: Symbol) {}

    /// `module` is the one in force.
    fn declaration(&mut self, sources: &SourceMap, declaration: &ast::Decl, module: Symbol);

    /// The condition of an `@if`.
    fn condition(&mut self, sources: &SourceMap, condition: &ast::Expr, module: Symbol);

    /// An `@load`, whether or not its script was read before.
    fn load(&mut self, sources: &SourceMap, name: &str, span: Span);
}

impl Engine {
    /// From here on `observer` sees what is loaded.
    pub fn observe(&mut self, observer: Rc<RefCell<dyn Observer>>) {
        self.observer = Some(observer);
    }

    pub(super) fn amend(&self, declaration: &mut Rc<ast::Decl>) {
        if let Some(observer) = &self.observer
            && let Ok(mut observer) = observer.try_borrow_mut()
        {
            observer.amend(&self.vm.program, Rc::make_mut(declaration), self.module);
        }
    }

    pub(super) fn watch(&self, show: impl FnOnce(&mut dyn Observer, &SourceMap, Symbol)) {
        if let Some(observer) = &self.observer
            && let Ok(mut observer) = observer.try_borrow_mut()
        {
            show(&mut *observer, &self.vm.program.sources, self.module);
        }
    }
}
