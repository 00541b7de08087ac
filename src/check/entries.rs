//! The entries of a layout with mistakes of types, each looked at on its own: the checker gives up a redefinition as a
//! whole, and its messages speak of records and coercions.
//!
//! What is wrong is reported here and taken out of the declaration before it is declared, so that everything else,
//! the nodes' connections and the scripts of each node, is checked as if it had been right. What was taken out leaves
//! a mark: of an entry that has lost something nothing is said that may follow from the loss.

mod fields;

use std::collections::{BTreeMap, HashMap};

use crate::cluster::Role;
use crate::diag::{Code, Diagnostic};
use crate::program::Program;
use crate::sema::full_name;
use crate::source::{FileId, Span, Symbol};
use crate::syntax::ast::{AssignOp, Decl, DeclKind, Expr, ExprKind, Ident, Literal};

use fields::{FIELDS, kind_of, role_like, unknown, wrong_value};

/// So many findings are kept.
const MAX_FOUND: usize = 1000;

const REQUIRED: [&str; 2] = ["node_type", "ip"];

/// What the names in a layout are looked up in.
pub(super) struct Scope<'a> {
    program: &'a Program,
    module: Symbol,
}

impl Scope<'_> {
    fn knows(&self, name: Symbol) -> bool {
        let full = [full_name(self.module, name), full_name(Symbol::new("GLOBAL"), name)];
        full.into_iter().any(|name| self.program.find(name).is_some())
    }

    /// Whether the record has this field, be it that a script added it.
    fn has_field(&self, name: Symbol) -> bool {
        let node = self.program.find("Cluster::Node".into());
        let ty = node.map(|id| self.program.global(id).ty.clone());
        ty.is_some_and(|ty| ty.as_record().is_some_and(|record| record.offset(name).is_some()))
    }
}

/// What was found in the entries so far.
#[derive(Default)]
pub(super) struct Entries {
    pub found: Vec<Diagnostic>,
    /// The entries in which something was found.
    wrong: Places,
    /// Every entry.
    all: Places,
    /// The type of a node had to be guessed.
    guessed: bool,
    /// Where each node was listed first.
    names: HashMap<String, Span>,
}

/// Stretches of text that do not overlap: their ends by their starts.
#[derive(Default)]
struct Places(BTreeMap<(FileId, u32), u32>);

impl Places {
    fn add(&mut self, span: Span) {
        self.0.insert((span.file, span.start), span.end);
    }

    /// The one in which a place lies.
    fn around(&self, place: Span) -> Option<Span> {
        let ((file, start), end) = self.0.range(..=(place.file, place.start)).next_back()?;
        (*file == place.file && place.start <= *end).then(|| Span::new(*file, *start, *end))
    }

    fn hold(&self, place: Span) -> bool {
        self.around(place).is_some()
    }
}

impl Entries {
    /// Looks at a declaration, and takes out of it what is wrong.
    pub(super) fn amend(&mut self, program: &Program, decl: &mut Decl, module: Symbol) {
        let DeclKind::Variable(variable) = &mut decl.kind else { return };
        let has_framework = program.find("Cluster::Node".into()).is_some();
        if full_name(module, variable.name.name).as_str() != "Cluster::nodes" || !has_framework {
            return;
        }
        let Some(ExprKind::Braces(entries)) = variable.init.as_mut().map(|init| &mut init.kind) else { return };
        let scope = Scope { program, module };
        let mut amended = Vec::with_capacity(entries.len());
        for entry in std::mem::take(entries) {
            self.split(&scope, entry, &mut amended);
        }
        *entries = amended;
    }

    /// Whether a finding of the type checker is about an entry that was explained here.
    pub(super) fn explains(&self, diagnostic: &Diagnostic) -> bool {
        let about_types = matches!(
            diagnostic.code,
            Code::UnknownField | Code::TypeMismatch | Code::BadInitializer | Code::UnknownIdentifier
        );
        about_types && self.wrong.hold(diagnostic.span)
    }

    /// Entries with a syntax error have lost what was wrong there: what else is said of them may follow from that.
    pub(super) fn note_syntax_errors(&mut self, found: &[Diagnostic]) {
        let broken: Vec<Span> = found
            .iter()
            .filter(|diagnostic| diagnostic.code == Code::SyntaxError)
            .filter_map(|diagnostic| self.all.around(diagnostic.span))
            .collect();
        let mut lossy = Places::default();
        broken.into_iter().for_each(|entry| lossy.add(entry));
        self.found.retain(|diagnostic| diagnostic.code != Code::BadInitializer || !lossy.hold(diagnostic.span));
        self.wrong.0.append(&mut lossy.0);
    }

    /// Whether the layout lost nothing.
    pub(super) fn are_whole(&self) -> bool {
        self.wrong.0.is_empty()
    }

    /// Whether a finding about the layout as it was amended holds for the one that was written.
    pub(super) fn allows(&self, diagnostic: &Diagnostic) -> bool {
        if self.wrong.0.is_empty() {
            return true;
        }
        let places = std::iter::once(diagnostic.span).chain(diagnostic.related.iter().map(|(span, _)| *span));
        let is_about_wrong = places.into_iter().any(|span| self.wrong.hold(span));
        match diagnostic.code {
            Code::DanglingReference | Code::PrefixName => true,
            Code::NoManager | Code::LoggerMismatch if self.guessed => false,
            _ => !is_about_wrong,
        }
    }

    /// Takes entries apart that a missing comma has made one.
    fn split(&mut self, scope: &Scope<'_>, entry: Expr, amended: &mut Vec<Expr>) {
        let mut rest = Some(entry);
        while let Some(entry) = rest.take() {
            let Expr { kind, span } = entry;
            let (key, value) = match kind {
                ExprKind::Assign(AssignOp::Assign, key, value) => (*key, *value),
                ExprKind::Index(key, fields) if fields.iter().any(is_field) => {
                    let place = key.span;
                    let behind = Span { start: place.end, ..place };
                    let message = "`=` is missing between the name of a node and its fields";
                    self.find(Diagnostic::error(Code::BadInitializer, place, message).fix(
                        behind,
                        " =",
                        "put `=` here",
                    ));
                    let value = Span { start: place.end, ..span };
                    (*key, Expr { kind: ExprKind::Record(fields), span: value })
                }
                kind => {
                    amended.push(Expr { kind, span });
                    continue;
                }
            };
            let value = match value.kind {
                ExprKind::Assign(AssignOp::Assign, left, next) => match left.kind {
                    ExprKind::Index(record, keys) if matches!(record.kind, ExprKind::Record(_) | ExprKind::List(_)) => {
                        let end = Span { start: record.span.end, end: record.span.end, ..record.span };
                        let message = "`,` is missing between two entries of Cluster::nodes";
                        self.find(
                            Diagnostic::error(Code::BadInitializer, end, message).label("behind this bracket").fix(
                                end,
                                ",",
                                "put `,` here",
                            ),
                        );
                        let keys_span = Span { start: record.span.end, ..left.span };
                        let keys = Expr { kind: ExprKind::List(keys), span: keys_span };
                        let whole = keys_span.to(next.span);
                        let kind = ExprKind::Assign(AssignOp::Assign, Box::new(keys), next);
                        rest = Some(Expr { kind, span: whole });
                        *record
                    }
                    kind => {
                        let left = Expr { kind, span: left.span };
                        Expr { kind: ExprKind::Assign(AssignOp::Assign, Box::new(left), next), span: value.span }
                    }
                },
                kind => Expr { kind, span: value.span },
            };
            amended.push(self.entry(scope, key, value));
        }
    }

    fn find(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < MAX_FOUND {
            self.found.push(diagnostic);
        }
    }

    fn entry(&mut self, scope: &Scope<'_>, key: Expr, mut value: Expr) -> Expr {
        let span = key.span.to(value.span);
        self.all.add(span);
        let before = self.found.len();
        let is_full = before >= MAX_FOUND;
        let key = self.key(scope, key);
        if let ExprKind::List(elements) = &mut value.kind
            && elements.iter().any(is_field)
        {
            value.kind = ExprKind::Record(std::mem::take(elements));
        }
        if let ExprKind::Record(fields) | ExprKind::Call(_, fields) = &mut value.kind {
            let written = std::mem::take(fields);
            *fields = self.fields(scope, &key, written);
        }
        if is_full || self.found.len() > before {
            self.wrong.add(span);
        }
        self.note_name(&key);
        Expr { kind: ExprKind::Assign(AssignOp::Assign, Box::new(key), Box::new(value)), span }
    }

    /// A key without quotes: `worker-1` is a difference to the language.
    fn key(&mut self, scope: &Scope<'_>, key: Expr) -> Expr {
        let ExprKind::List(elements) = &key.kind else { return key };
        let [element] = &elements[..] else { return key };
        let first = match &element.kind {
            ExprKind::Name(name) => *name,
            ExprKind::Binary(_, left, _) => match leftmost(left) {
                Some(name) => name,
                None => return key,
            },
            _ => return key,
        };
        let text = String::from_utf8_lossy(scope.program.sources.text(element.span)).into_owned();
        let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if scope.knows(first) || !is_word {
            return key;
        }
        let message = format!("the name of a node stands in quotes: \"{text}\"");
        let written = format!("\"{text}\"");
        self.find(Diagnostic::error(Code::UnknownIdentifier, element.span, message).fix(
            element.span,
            written,
            "add the quotes",
        ));
        let name = Literal::String(text.into_bytes().into());
        let element = Expr { kind: ExprKind::Literal(name), span: element.span };
        Expr { kind: ExprKind::List(vec![element]), span: key.span }
    }

    fn fields(&mut self, scope: &Scope<'_>, key: &Expr, written: Vec<Expr>) -> Vec<Expr> {
        let mut kept: Vec<Expr> = Vec::with_capacity(written.len());
        let mut lost: Vec<&str> = Vec::new();
        let mut guess = None;
        let mut pairs = Vec::with_capacity(written.len());
        for field in written {
            pairs.extend(self.pairs(scope, field));
        }
        for (name, value, whole) in pairs {
            let Some(mut name) = name else {
                kept.push(value);
                continue;
            };
            if !scope.has_field(name.name) {
                let (diagnostic, meant) = unknown(name.name.as_str(), name.span);
                self.find(diagnostic);
                let Some(meant) = meant else { continue };
                // Of the right value it is said no more than that the name is another.
                let fits = kind_of(meant).is_none_or(|kind| wrong_value(scope, meant, kind, &value).is_none());
                if !fits {
                    lost.push(meant);
                    continue;
                }
                name.name = meant.into();
            }
            let known = FIELDS.iter().find(|(known, _)| *known == name.name.as_str());
            if let Some((field, kind)) = known
                && let Some(diagnostic) = wrong_value(scope, field, *kind, &value)
            {
                if *field == "node_type" {
                    guess = diagnostic.fix.as_ref().and_then(|fix| role_like(fix.replacement.rsplit("::").next()?));
                }
                self.find(diagnostic);
                lost.push(field);
                continue;
            }
            kept.push(Expr { kind: ExprKind::FieldAssign(name, Box::new(value)), span: whole });
        }
        self.complete(key, kept, &lost, guess)
    }

    /// The fields in one element of a constructor, with what is wrong about its form put right.
    fn pairs(&mut self, scope: &Scope<'_>, element: Expr) -> Vec<(Option<Ident>, Expr, Span)> {
        let Expr { kind, span } = element;
        let (name, value) = match kind {
            ExprKind::FieldAssign(name, value) => (name, *value),
            ExprKind::Assign(AssignOp::Assign, left, value) => match left.kind {
                ExprKind::Name(name) if kind_of(name.as_str()).is_some() => {
                    let message = format!("a field is written with `$`: ${name}=...");
                    let place = Span { end: left.span.start, ..left.span };
                    self.find(Diagnostic::error(Code::BadInitializer, left.span, message).fix(
                        place,
                        "$",
                        "put `$` here",
                    ));
                    (Ident { name, span: left.span }, *value)
                }
                kind => {
                    let left = Box::new(Expr { kind, span: left.span });
                    return vec![(None, Expr { kind: ExprKind::Assign(AssignOp::Assign, left, value), span }, span)];
                }
            },
            kind => return vec![(None, Expr { kind, span }, span)],
        };
        // `$ip=10.0.0.1 $p=1/tcp` is an assignment to the field of an address.
        let mut pairs = Vec::new();
        let mut pending = Some((name, value));
        while let Some((name, value)) = pending.take() {
            let Expr { kind, span } = value;
            let (value, next) = match kind {
                ExprKind::Assign(AssignOp::Assign, left, right) => match left.kind {
                    ExprKind::Field(operand, field) if scope.has_field(field.name) => {
                        let end = Span { start: operand.span.end, end: operand.span.end, ..operand.span };
                        let message = format!("`,` is missing before ${}", field.name);
                        self.find(Diagnostic::error(Code::BadInitializer, field.span, message).fix(
                            end,
                            ",",
                            "put `,` before it",
                        ));
                        (*operand, Some((field, *right)))
                    }
                    kind => {
                        let left = Box::new(Expr { kind, span: left.span });
                        (Expr { kind: ExprKind::Assign(AssignOp::Assign, left, right), span }, None)
                    }
                },
                kind => (Expr { kind, span }, None),
            };
            let whole = name.span.to(value.span);
            pairs.push((Some(name), value, whole));
            pending = next;
        }
        pairs
    }

    /// Sees to the fields that every node has: what is missing is reported unless it was lost here.
    fn complete(&mut self, key: &Expr, mut fields: Vec<Expr>, lost: &[&str], guess: Option<Role>) -> Vec<Expr> {
        for required in REQUIRED {
            let is =
                |field: &Expr| matches!(&field.kind, ExprKind::FieldAssign(name, _) if name.name.as_str() == required);
            if fields.iter().any(is) {
                continue;
            }
            if !lost.contains(&required) {
                let message = format!("an entry of Cluster::nodes without ${required}");
                self.find(Diagnostic::error(Code::BadInitializer, key.span, message).note(match required {
                    "ip" => "every node has an address: $ip=10.0.0.1",
                    _ => "every node has a type: $node_type=Cluster::WORKER, or MANAGER, PROXY, LOGGER",
                }));
            }
            let end = Span { start: key.span.end, ..key.span };
            let value = if required == "ip" {
                ExprKind::Literal(Literal::Addr(std::net::Ipv4Addr::UNSPECIFIED.into()))
            } else {
                let guess = guess.or_else(|| role_of_name(key));
                self.guessed |= guess.is_none();
                ExprKind::Name(format!("Cluster::{}", guess.unwrap_or(Role::None).name()).as_str().into())
            };
            let name = Ident { name: required.into(), span: end };
            let value = Box::new(Expr { kind: value, span: end });
            fields.push(Expr { kind: ExprKind::FieldAssign(name, value), span: end });
        }
        fields
    }

    /// A name that is listed twice.
    fn note_name(&mut self, key: &Expr) {
        let Some((name, span)) = constant_key(key) else { return };
        match self.names.get(&name) {
            None => {
                self.names.insert(name, span);
            }
            Some(first) => {
                let message = format!("{name} is listed twice; this entry takes the place of the first");
                self.found.push(Diagnostic::warning(Code::RepeatedNode, span, message).related(*first, "the first"));
            }
        }
    }
}

fn is_field(element: &Expr) -> bool {
    matches!(element.kind, ExprKind::FieldAssign(..))
}

/// The name with which a chain of operators begins.
fn leftmost(mut expr: &Expr) -> Option<Symbol> {
    loop {
        match &expr.kind {
            ExprKind::Name(name) => return Some(*name),
            ExprKind::Binary(_, left, _) => expr = left,
            _ => return None,
        }
    }
}

fn constant_key(key: &Expr) -> Option<(String, Span)> {
    let ExprKind::List(elements) = &key.kind else { return None };
    match &elements[..] {
        [Expr { kind: ExprKind::Literal(Literal::String(text)), span }] => {
            Some((String::from_utf8_lossy(text).into_owned(), *span))
        }
        _ => None,
    }
}

/// What a node that is called so most likely is.
fn role_of_name(key: &Expr) -> Option<Role> {
    let (name, _) = constant_key(key)?;
    let word: String = name.chars().take_while(char::is_ascii_alphabetic).collect();
    Role::ALL.into_iter().find(|role| *role != Role::None && role.name().eq_ignore_ascii_case(&word))
}
