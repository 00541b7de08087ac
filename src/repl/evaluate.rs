//! From an input to its effect.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::commands;
use super::input::{self, Input};
use super::session::{Entered, Session};
use super::show;
use crate::load::Consumer;
use crate::program::{Attributes, Global, GlobalKind};
use crate::sema::full_name;
use crate::source::{FileId, Span, Symbol};
use crate::syntax::ast::{Decl, DeclKind, Expr, ExprKind};
use crate::types::assign::same_type;
use crate::types::{TypeRef, TypeTag};
use crate::value::{BodyId, FuncObject, Value};
use crate::vm::Raise;

/// What sources that were typed in are called.
pub(super) const INPUT: &str = "input";

/// The last value.
const LAST: &str = "_";

impl Session {
    /// Takes one input. False where it failed; then nothing has changed.
    pub fn enter(&mut self, text: &str) -> bool {
        match input::read(FileId::NONE, text) {
            Input::Empty => true,
            Input::Command { name, arguments } => match commands::run(self, name, arguments) {
                Ok(()) => true,
                Err(message) => {
                    // Without a message the reason was given already.
                    if !message.is_empty() {
                        self.output.error(format!("{message}\n").as_bytes());
                    }
                    false
                }
            },
            _ => self.enter_script(text),
        }
    }

    /// Takes script text.
    pub(super) fn enter_script(&mut self, text: &str) -> bool {
        self.inputs += 1;
        let name = format!("{INPUT} {}", self.inputs);
        let bytes: Rc<[u8]> = text.as_bytes().into();
        if let Input::Directives = input::read(FileId::NONE, text) {
            return self.attempt(Some(Entered::Text(text.to_string())), |session| {
                session.with_late_start(|session| session.loader.text(&mut session.engine, &name, &bytes))
            });
        }
        let file = self.engine.sources().add(&name, bytes.into(), false);
        match input::read(file, text) {
            Input::Expression(expression) => {
                let entered = (!input::is_pure(&expression)).then(|| Entered::Text(text.to_string()));
                self.attempt(entered, |session| session.show_expression(&expression))
            }
            Input::Declarations(declarations) => self.attempt(Some(Entered::Text(text.to_string())), |session| {
                declarations.into_iter().try_for_each(|declaration| session.declare(declaration))
            }),
            Input::Broken(diagnostic) => {
                self.engine.report(&diagnostic);
                false
            }
            Input::Incomplete => {
                // A whole input that still lacks its end: saying what is expected is the parser's business.
                let tokens: Vec<_> = crate::syntax::lexer::Lexer::new(file, text.as_bytes()).flatten().collect();
                if let Err(error) = crate::syntax::parser::parse_declaration(&tokens, None) {
                    self.engine.report(&crate::load::syntax_diagnostic(&error, text.as_bytes()));
                }
                false
            }
            Input::Empty | Input::Command { .. } | Input::Directives => true,
        }
    }

    /// `:load`
    pub(super) fn load_script(&mut self, file: &str) -> bool {
        self.attempt(Some(Entered::Load(file.to_string())), |session| {
            session.loaded.push(file.to_string());
            session.with_late_start(|session| {
                session.loader.resume();
                session.loader.script(&mut session.engine, file);
                session.loader.finish(&mut session.engine, &[], None);
            })
        })
    }

    /// Loads something into the running engine: what begins a run is done for it now, its statements and its handlers
    /// of `bro_init`.
    fn with_late_start(&mut self, load: impl FnOnce(&mut Session)) -> Result<(), Raise> {
        let before = self.engine.init_handlers();
        load(self);
        self.engine.run_statements()?;
        self.engine.run_init_handlers(&before)
    }

    /// Enters one declaration or runs one statement.
    fn declare(&mut self, declaration: Decl) -> Result<(), Raise> {
        let redefined = self.make_free(&declaration);
        let before = self.engine.init_handlers();
        self.engine.declare(Rc::new(declaration));
        if let Some((old, name)) = redefined {
            self.take_over(&old, name);
        }
        self.engine.run_statements()?;
        self.engine.run_init_handlers(&before)
    }

    /// Lets names that were declared at the prompt be declared again. Gives a function that gets a new body.
    fn make_free(&mut self, declaration: &Decl) -> Option<(Rc<FuncObject>, Symbol)> {
        let mut redefined = None;
        for name in input::declared_names(declaration) {
            let full = full_name(self.engine.module(), name);
            let program = &self.engine.vm.program;
            let Some(id) = program.find(full) else { continue };
            let span = program.global(id).span;
            let typed_in = program.sources.get(span.file).is_some_and(|file| file.name.starts_with(INPUT));
            if !typed_in {
                continue;
            }
            if matches!(declaration.kind, DeclKind::Function(_)) {
                if program.global(id).body_span.is_none() {
                    // Declared ahead of its body.
                    continue;
                }
                if let Value::Func(func) = self.engine.vm.global(id) {
                    redefined = Some((func, full));
                }
            }
            self.engine.vm.program.hide(full);
        }
        redefined
    }

    /// Those who call a function by its old declaration call its new body, where the types agree.
    fn take_over(&mut self, old: &Rc<FuncObject>, name: Symbol) {
        if let Some(Value::Func(new)) = self.engine.vm.global_by_name(name.as_str())
            && same_type(&old.ty, &new.ty, true)
        {
            old.clear_bodies();
            new.bodies().into_iter().for_each(|body| old.add_body(body));
        }
    }

    fn show_expression(&mut self, expression: &Expr) -> Result<(), Raise> {
        let Some((body, ty)) = self.engine.prepare(expression) else { return Ok(()) };
        let Some(value) = self.engine.evaluate(body)? else { return Ok(()) };
        let is_assignment = matches!(expression.kind, ExprKind::Assign(..));
        if !is_assignment && !ty.is(TypeTag::Void) {
            self.show_value(&value, &ty);
            self.remember(value, ty);
        }
        Ok(())
    }

    pub(super) fn show_value(&self, value: &Value, ty: &TypeRef) {
        if value.is_set() {
            self.output.text(&show::value(value, ty, self.style));
        }
    }

    /// Gives `_` a value. It is declared anew each time, since the type changes and code keeps to the type it saw.
    pub(super) fn remember(&mut self, value: Value, ty: TypeRef) {
        if !value.is_set() || ty.is_error() {
            return;
        }
        let id = self.engine.vm.program.add_global(Global {
            name: Symbol::new(LAST),
            ty,
            kind: GlobalKind::Variable,
            attributes: Attributes::default(),
            exported: true,
            span: Span::NONE,
            doc: Some("The value of the expression that was entered last.".into()),
            body_span: None,
            redefs: Vec::new(),
        });
        self.engine.vm.set_global(id, value);
    }

    /// `:time`: shows a value and how long it took to have it.
    pub(super) fn time_expression(&mut self, expression: &Expr) -> Option<Duration> {
        let mut took = None;
        let worked = self.attempt(None, |session| {
            let Some((body, ty)): Option<(BodyId, TypeRef)> = session.engine.prepare(expression) else {
                return Ok(());
            };
            // Made into code before the clock runs.
            let _ = session.engine.vm.code(body);
            let start = Instant::now();
            let value = session.engine.evaluate(body)?;
            took = Some(start.elapsed());
            if let Some(value) = value.filter(|_| !ty.is(TypeTag::Void)) {
                session.show_value(&value, &ty);
                session.remember(value, ty);
            }
            Ok(())
        });
        took.filter(|_| worked)
    }

    /// Reads an expression that a command was given; what is wrong with it is reported.
    pub(super) fn read_expression(&mut self, text: &str) -> Option<Expr> {
        let file = self.engine.sources().add(INPUT, text.as_bytes().into(), false);
        match input::read(file, text) {
            Input::Expression(expression) => Some(expression),
            Input::Broken(diagnostic) => {
                self.engine.report(&diagnostic);
                None
            }
            _ => {
                self.output.error(b"that is not an expression\n");
                None
            }
        }
    }
}
