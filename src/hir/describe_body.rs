//! Whole bodies as Bro shows them: `print f` gives a function's name and then this.
//!
//! The text is that of Bro's `Stmt::Describe`: a brace opens a line of its own, every statement ends with `;` and an end
//! of line, and a declaration without an initialiser is an empty statement, its variable being named in front. In a text
//! that is built the statements inside others are indented, in one that is printed they are not. In messages the same
//! text comes short: without ends of lines and semicolons.

use std::rc::Rc;

use super::describe::Names;
use super::{Body, BodyId, ExprId, GlobalId, LocalId, Stmt, StmtKind, Switch, SwitchCase, When};
use crate::source::Symbol;
use crate::types::Type;

/// Deeper nested statements show as `...`.
const MAX_DEPTH: usize = 200;

/// Around what is indented. Constants in the text are escaped and so have no such characters.
const DEEPER: char = '\u{1}';
const BACK: char = '\u{2}';

/// Where a text gets what is not in the body itself.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub global: &'a dyn Fn(GlobalId) -> Symbol,
    /// The bodies of lambdas and `when`.
    pub body: &'a dyn Fn(BodyId) -> Option<Rc<Body>>,
}

/// The text behind a function's name.
pub fn body(body: &Body, world: World<'_>, indented: bool) -> String {
    let mut text = String::new();
    let names = Names { exprs: &body.exprs, locals: &body.locals, global: world.global, full: true, quoted: false };
    let mut writer = Writer { names, world, out: &mut text, short: false, depth: MAX_DEPTH };
    writer.whole(body);
    laid_out(&text, indented)
}

/// The text of one statement of a body, as it stands in the text of the whole.
pub fn statement(body: &Body, statement: &Stmt, world: World<'_>) -> String {
    let mut text = String::new();
    let names = Names { exprs: &body.exprs, locals: &body.locals, global: world.global, full: true, quoted: false };
    Writer { names, world, out: &mut text, short: false, depth: MAX_DEPTH }.statement(statement);
    laid_out(&text, false)
}

/// The text without marks, its lines indented if they are to be.
fn laid_out(text: &str, indented: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut level = 0_usize;
    for letter in text.chars() {
        match letter {
            DEEPER => level += 1,
            BACK => level = level.saturating_sub(1),
            '\n' => out.push('\n'),
            letter => {
                if indented && out.ends_with('\n') {
                    out.extend(std::iter::repeat_n('\t', level));
                }
                out.push(letter);
            }
        }
    }
    out
}

/// A case of a switch in a message, with its labels as they are written: `case 1:{ print 1}`.
pub fn short_case(names: Names<'_>, labels: &str, statements: &[Stmt]) -> String {
    let mut text = String::from(labels);
    let world = World { global: names.global, body: &|_| None };
    Writer { names, world, out: &mut text, short: true, depth: MAX_DEPTH }.list(statements);
    text
}

struct Writer<'a, 'o> {
    names: Names<'a>,
    world: World<'a>,
    out: &'o mut String,
    short: bool,
    depth: usize,
}

impl Writer<'_, '_> {
    fn whole(&mut self, body: &Body) {
        let mut inits = Vec::new();
        collect_inits(&body.root, &mut inits, MAX_DEPTH);
        inits.sort_unstable();
        let root = match body.root.split_first() {
            Some((Stmt { kind: StmtKind::Init(_, None), .. }, rest)) => rest,
            _ => &body.root,
        };
        if inits.is_empty() {
            self.list(root);
            return;
        }
        self.out.push_str("{ ");
        self.end_of_line();
        self.out.push_str("<init> ");
        for (position, local) in inits.iter().enumerate() {
            if position > 0 {
                self.out.push_str(", ");
            }
            self.local(Some(*local));
        }
        self.done();
        self.end_of_line();
        self.list(root);
        self.end_of_line();
        self.out.push('}');
    }

    fn deeper(&mut self) {
        if !self.short {
            self.out.push(DEEPER);
        }
        self.end_of_line();
    }

    fn back(&mut self) {
        if !self.short {
            self.out.push(BACK);
        }
        self.end_of_line();
    }

    fn end_of_line(&mut self) {
        if !self.short {
            self.out.push('\n');
        }
    }

    fn done(&mut self) {
        if !self.short {
            self.out.push(';');
        }
    }

    fn list(&mut self, statements: &[Stmt]) {
        if statements.is_empty() {
            self.done();
            return;
        }
        self.out.push_str("{ ");
        self.end_of_line();
        for statement in statements {
            self.statement(statement);
            self.end_of_line();
        }
        self.out.push('}');
    }

    /// The statement behind a head, on lines of its own.
    fn inner(&mut self, statements: &[Stmt]) {
        self.deeper();
        match statements {
            [single] => self.statement(single),
            several => self.list(several),
        }
        self.back();
    }

    fn statement(&mut self, statement: &Stmt) {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.out.push_str("...");
            return;
        };
        self.depth = depth;
        self.kind(&statement.kind);
        self.depth += 1;
    }

    fn kind(&mut self, statement: &StmtKind) {
        match statement {
            StmtKind::Block(statements) => self.list(statements),
            StmtKind::Null | StmtKind::Init(..) => self.done(),
            StmtKind::Expr(expr) => self.simple("", &[*expr]),
            StmtKind::Print(exprs) => self.simple("print ", exprs),
            StmtKind::Add(expr) => self.simple("add ", &[*expr]),
            StmtKind::Delete(expr) => self.simple("delete ", &[*expr]),
            StmtKind::Assert { condition, message } => {
                let exprs: Vec<ExprId> = [Some(*condition), *message].into_iter().flatten().collect();
                self.simple("assert ", &exprs);
            }
            StmtKind::Event { event, arguments } => {
                self.out.push_str("event ");
                self.out.push_str((self.world.global)(*event).as_str());
                self.out.push('(');
                self.exprs(arguments);
                self.out.push(')');
                self.done();
            }
            StmtKind::If { condition, then, otherwise } => {
                self.head("if (", *condition);
                self.inner(then);
                if !matches!(&otherwise[..], [] | [Stmt { kind: StmtKind::Null, .. }]) {
                    self.out.push_str("else");
                    self.inner(otherwise);
                }
            }
            StmtKind::While { condition, body } => {
                self.head("while (", *condition);
                self.inner(body);
            }
            StmtKind::For(each) => {
                self.out.push_str("for ([");
                for (position, key) in each.keys.iter().enumerate() {
                    self.local(*key);
                    // Bro puts the comma behind each variable but the first.
                    self.out.push_str(if position > 0 { "," } else { "" });
                }
                self.head("] in ", each.container);
                self.inner(&each.body);
            }
            StmtKind::Switch(switch) => self.switch(switch),
            StmtKind::Next => self.word("next "),
            StmtKind::Break => self.word("break "),
            StmtKind::Fallthrough => self.word("fallthrough "),
            StmtKind::Return(None) => self.word("return "),
            StmtKind::Return(Some(value)) => {
                self.out.push_str("return (");
                self.expr(*value);
                self.out.push(')');
                self.done();
            }
            StmtKind::When(when) => self.when(when),
        }
    }

    fn word(&mut self, word: &str) {
        self.out.push_str(word);
        self.done();
    }

    fn simple(&mut self, word: &str, exprs: &[ExprId]) {
        self.out.push_str(word);
        self.exprs(exprs);
        self.done();
    }

    /// What stands in front of an inner statement, up to the space behind the parenthesis.
    fn head(&mut self, open: &str, expr: ExprId) {
        self.out.push_str(open);
        self.expr(expr);
        self.out.push_str(") ");
    }

    fn exprs(&mut self, exprs: &[ExprId]) {
        for (position, expr) in exprs.iter().enumerate() {
            if position > 0 {
                self.out.push_str(", ");
            }
            self.expr(*expr);
        }
    }

    fn expr(&mut self, expr: ExprId) {
        if let Some(super::Expr { kind: super::ExprKind::Lambda { body, .. }, .. }) =
            self.names.exprs.get(expr.0 as usize)
            && let Some(body) = (self.world.body)(*body)
            && let Some(depth) = self.depth.checked_sub(1)
        {
            self.out.push_str(body.name.as_str());
            self.out.push('\n');
            let names = Names {
                exprs: &body.exprs,
                locals: &body.locals,
                global: self.world.global,
                full: true,
                quoted: false,
            };
            Writer { names, world: self.world, out: self.out, short: self.short, depth }.whole(&body);
            return;
        }
        let text = self.names.describe(expr);
        self.out.push_str(&text);
    }

    fn local(&mut self, local: Option<LocalId>) {
        let local = local.and_then(|local| self.names.locals.get(local.0 as usize));
        self.out.push_str(local.map_or("_", |local| local.name.as_str()));
    }

    fn switch(&mut self, switch: &Switch) {
        self.out.push_str("switch ");
        self.expr(switch.subject);
        self.out.push_str(" {");
        self.deeper();
        for case in &switch.cases {
            self.case(case);
        }
        self.back();
        self.out.push('}');
        self.end_of_line();
    }

    fn case(&mut self, case: &SwitchCase) {
        let values = case.values.iter().map(|value| String::from_utf8_lossy(&value.describe()).into_owned());
        let globals = case.globals.iter().map(|global| (self.world.global)(*global).as_str().to_owned());
        let mut labels: Vec<String> = values.chain(globals).collect();
        for (ty, local) in &case.types {
            let local = local.and_then(|local| self.names.locals.get(local.0 as usize));
            let binding = local.map_or_else(String::new, |local| format!(" as {}", local.name));
            labels.push(format!("type {}{binding}", self.type_text(ty)));
        }
        if labels.is_empty() {
            self.out.push_str("default:");
        } else {
            self.out.push_str("case ");
            self.out.push_str(&labels.join(", "));
            self.out.push(':');
        }
        self.deeper();
        self.list(&case.body);
        self.back();
    }

    fn type_text(&self, ty: &Type) -> String {
        if self.short { ty.short() } else { ty.to_string() }
    }

    fn when(&mut self, when: &When) {
        let Some(body) = (self.world.body)(when.body) else {
            self.out.push_str("when ...");
            return;
        };
        let Some(roots) = &body.when else { return };
        let names =
            Names { exprs: &body.exprs, locals: &body.locals, global: self.world.global, full: true, quoted: false };
        let mut inside = Writer { names, world: self.world, out: self.out, short: self.short, depth: self.depth };
        inside.head("when (", roots.condition);
        inside.inner(&body.root);
        let Some(timeout) = when.timeout else { return };
        self.out.push_str(" timeout ");
        self.expr(timeout);
        self.out.push(' ');
        let names =
            Names { exprs: &body.exprs, locals: &body.locals, global: self.world.global, full: true, quoted: false };
        let mut inside = Writer { names, world: self.world, out: self.out, short: self.short, depth: self.depth };
        inside.deeper();
        inside.list(&roots.timeout);
        inside.back();
    }
}

/// The variables that start without a value, wherever they are declared.
fn collect_inits(statements: &[Stmt], found: &mut Vec<LocalId>, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for statement in statements {
        match &statement.kind {
            StmtKind::Init(locals, _) => found.extend(locals),
            StmtKind::Block(inner) | StmtKind::While { body: inner, .. } => collect_inits(inner, found, depth),
            StmtKind::If { then, otherwise, .. } => {
                collect_inits(then, found, depth);
                collect_inits(otherwise, found, depth);
            }
            StmtKind::For(each) => collect_inits(&each.body, found, depth),
            StmtKind::Switch(switch) => {
                switch.cases.iter().for_each(|case| collect_inits(&case.body, found, depth));
            }
            _ => {}
        }
    }
}
