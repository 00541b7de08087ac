//! Looking up names, and finding the names a piece of syntax mentions.

use rustc_hash::FxHashSet;

use super::attributes::deprecation;
use super::{Checker, Context};
use crate::diag::similar;
use crate::diag::{Code, Diagnostic, bro};
use crate::hir::{GlobalId, LocalId};
use crate::program::{Attributes, Global, GlobalKind, NativeInfo, Program};
use crate::source::{FileId, Span, Symbol};
use crate::syntax::Prototype;
use crate::syntax::ast::AttributeKind;
use crate::syntax::lexer::Lexer;
use crate::syntax::{ast, parser, visit};
use crate::types::{EnumType, TypeRef};

/// The module of names without prefix outside every module.
pub const GLOBAL_MODULE: &str = "GLOBAL";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    Local(LocalId),
    Global(GlobalId),
}

/// The full name of `name` as written in `module`: `GLOBAL::x` is `x`, a name with a prefix stays.
pub fn full_name(module: Symbol, name: Symbol) -> Symbol {
    let text = name.as_str();
    if let Some(plain) = text.strip_prefix("GLOBAL::") {
        return Symbol::new(plain);
    }
    if text.contains("::") || module.as_str() == GLOBAL_MODULE || module.as_str().is_empty() {
        return name;
    }
    Symbol::new(&format!("{module}::{text}"))
}

/// Words of other languages, and what they are called here.
const FOREIGN: &[(&str, &str)] = &[
    ("true", "T"),
    ("True", "T"),
    ("TRUE", "T"),
    ("false", "F"),
    ("False", "F"),
    ("FALSE", "F"),
    ("integer", "int"),
    ("uint", "count"),
    ("float", "double"),
    ("str", "string"),
    ("boolean", "bool"),
    ("ip", "addr"),
    ("address", "addr"),
    ("regex", "pattern"),
    ("duration", "interval"),
];

/// The types that have a word of their own.
const BASIC_TYPES: &[&str] = &[
    "bool", "int", "count", "double", "time", "interval", "string", "pattern", "port", "addr", "subnet", "any",
    "table", "set", "vector", "record", "file",
];

impl Checker<'_> {
    pub(crate) fn context(&mut self) -> &mut Context {
        if self.contexts.is_empty() {
            // Types and attributes of declarations are checked outside any body.
            let module = self.module;
            self.contexts.push(Context::new(module, crate::hir::BodyKind::Expression, crate::types::Type::void()));
        }
        let last = self.contexts.len() - 1;
        &mut self.contexts[last]
    }

    /// Finds a name: locals first, then the current module, then the global one, then natives.
    pub(crate) fn lookup(&mut self, name: Symbol, span: Span) -> Option<Resolved> {
        if let Some(local) = self.contexts.last().and_then(|context| context.by_name.get(&name)) {
            return Some(Resolved::Local(*local));
        }
        let global = self.find_global(name)?;
        let found = self.program.global(global);
        let module = found.name.module();
        if !found.exported && module.is_some_and(|module| module != self.module.as_str()) {
            let message = format!("identifier is not exported: {}", found.name);
            let place = found.span;
            let diagnostic = Diagnostic::error(Code::NotExported, span, message);
            self.report(if place.is_none() { diagnostic } else { diagnostic.related(place, "declared here") });
        }
        Some(Resolved::Global(global))
    }

    /// Finds a global by the name as written, without a word about export.
    pub(crate) fn find_global(&mut self, name: Symbol) -> Option<GlobalId> {
        let full = full_name(self.module, name);
        if let Some(id) = self.program.find(full).or_else(|| self.find_native(full)) {
            return Some(id);
        }
        if full != name && !name.as_str().contains("::") {
            return self.program.find(name).or_else(|| self.find_native(name));
        }
        None
    }

    /// Enters a native function into the program when its name is first used.
    fn find_native(&mut self, full: Symbol) -> Option<GlobalId> {
        let info = self.program.native(full.as_str())?;
        let signature = parse_native(full, info.prototype)?;
        let module = std::mem::replace(&mut self.module, Symbol::new(full.module().unwrap_or(GLOBAL_MODULE)));
        let errors = self.diagnostics.len();
        let ty = self.check_signature(signature.flavor, &signature.signature);
        self.module = module;
        if self.diagnostics.len() > errors {
            // Its types are not declared yet: a framework that is not loaded.
            self.diagnostics.truncate(errors);
            return None;
        }
        let id = self.program.add_global(Global {
            name: full,
            ty,
            kind: GlobalKind::Native(info.index),
            attributes: Attributes { deprecated: deprecation(&signature.attributes), ..Attributes::default() },
            exported: true,
            span: Span::NONE,
            doc: Some(info.doc.into()),
            body_span: None,
            redefs: Vec::new(),
        });
        self.actions.push(super::Action::Define(id));
        Some(id)
    }

    /// Reports a name that nothing declares, with the most similar one there is.
    pub(crate) fn unknown_identifier(&mut self, name: Symbol, span: Span) {
        let message = bro::near(&format!("unknown identifier {name}"), name.as_str().as_bytes());
        let mut diagnostic = Diagnostic::error(Code::UnknownIdentifier, span, message);
        if let Some((_, meant)) = FOREIGN.iter().find(|(foreign, _)| *foreign == name.as_str()) {
            diagnostic = diagnostic.fix(span, *meant, format!("here it is `{meant}`"));
        } else if let Some(attribute) = self.misspelt_attribute(name, span) {
            let message = format!("did you mean `{attribute}`?");
            diagnostic = diagnostic.fix(Span { start: span.start - 1, ..span }, attribute, message);
        } else if self.makes_suggestions()
            && let Some(suggestion) = self.similar_name(name)
        {
            diagnostic = diagnostic.fix(span, suggestion, format!("did you mean `{suggestion}`?"));
        }
        self.report(diagnostic);
    }

    /// The attribute that was meant, where the name stands right behind a `&`.
    fn misspelt_attribute(&self, name: Symbol, span: Span) -> Option<&'static str> {
        let before = Span { start: span.start.checked_sub(1)?, end: span.start, ..span };
        if self.program.sources.text(before) != b"&" {
            return None;
        }
        similar(&format!("&{name}"), AttributeKind::ALL.iter().map(|kind| kind.text()))
    }

    fn similar_name(&self, name: Symbol) -> Option<&'static str> {
        let locals = self.contexts.last().into_iter().flat_map(|context| context.by_name.keys());
        let wanted = name.as_str();
        let own = full_name(self.module, name).as_str();
        let globals = || self.program.globals().map(|(_, global)| global.name.as_str());
        similar(wanted, locals.map(|local| local.as_str()))
            .or_else(|| similar(wanted, globals().chain(BASIC_TYPES.iter().copied())))
            .or_else(|| similar(own, globals()))
    }

    /// The enum constant or other global of a name, for positions that take only globals.
    pub(crate) fn enum_value(&self, id: GlobalId) -> Option<(i32, std::rc::Rc<EnumType>)> {
        let global = self.program.global(id);
        match (&global.kind, global.ty.as_enum()) {
            (GlobalKind::EnumConst(value), Some(enumeration)) => Some((*value, enumeration.clone())),
            _ => None,
        }
    }

    /// Whether a name stands for a type, without a word about export.
    pub(crate) fn is_type(&mut self, name: Symbol) -> bool {
        self.find_global(name).is_some_and(|id| self.program.global(id).kind == GlobalKind::Type)
    }

    /// The type a name stands for.
    pub(crate) fn named_type(&mut self, name: Symbol, span: Span) -> Option<TypeRef> {
        match self.lookup(name, span) {
            Some(Resolved::Global(id)) if self.program.global(id).kind == GlobalKind::Type => {
                Some(self.program.global(id).ty.clone())
            }
            _ => None,
        }
    }
}

/// Bro evaluates conditions while it parses a body: its locals have no values then.
pub(crate) fn local_in_condition(expr: &ast::Expr, locals: &[Symbol]) -> Option<Diagnostic> {
    let mut found = None;
    visit::names_in_expr(expr, &mut |name, span| {
        if found.is_none() && locals.contains(&name) {
            found = Some((name, span));
        }
    });
    let (name, span) = found?;
    let message = "referencing a local name in @if";
    Some(Diagnostic::error(Code::BadCondition, span, message).subject(name.as_str()))
}

/// The declaration of a native. Its text is ours, so that one which does not parse is simply not there; a test parses
/// them all.
/// Makes a native known under a name. False where its prototype is none.
pub fn add_native(program: &mut Program, name: &'static str, native: NativeInfo) -> bool {
    let known = parse_native(Symbol::new(name), native.prototype).is_some();
    if known {
        program.add_native(name, native);
    }
    known
}

fn parse_native(name: Symbol, prototype: &str) -> Option<Prototype> {
    let text = format!("{name}: {prototype}");
    let tokens: Result<Vec<_>, _> = Lexer::new(FileId::NONE, text.as_bytes()).collect();
    parser::parse_prototype(&tokens.ok()?).ok()
}

/// Names that a lambda or `when` mentions and does not declare itself, in order of first mention.
pub(crate) fn free_names(mentioned: &[Symbol], declared: &[Symbol]) -> Vec<Symbol> {
    let declared: FxHashSet<Symbol> = declared.iter().copied().collect();
    let mut seen = FxHashSet::default();
    mentioned.iter().copied().filter(|name| !declared.contains(name) && seen.insert(*name)).collect()
}
