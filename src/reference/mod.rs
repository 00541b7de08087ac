//! The reference: every native and every declared name with all that is known of it.
//!
//! Entries come from the records the engine itself works with (the table of natives, the program's globals and their
//! values), so that nothing here can differ from what runs. [`render`] shows them.

mod declaration;
mod find;
pub mod render;
mod types;

use crate::builtins;
use crate::hir::GlobalId;
use crate::load::embedded::ROOT;
use crate::program::{Global, GlobalKind};
use crate::source::Span;
use crate::syntax::ast::Flavor;
use crate::vm::{Native, Vm};

pub use declaration::attributes;
pub use find::Found;
pub use types::{type_text, value_text};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Function,
    Event,
    Hook,
    Global,
    Constant,
    Option,
    Type,
    /// One name of an enum.
    EnumName,
}

impl Kind {
    /// Every kind in the order in which listings show them.
    pub const ALL: [Kind; 8] = [
        Kind::Function,
        Kind::Event,
        Kind::Hook,
        Kind::Type,
        Kind::Constant,
        Kind::Option,
        Kind::Global,
        Kind::EnumName,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Function => "function",
            Kind::Event => "event",
            Kind::Hook => "hook",
            Kind::Global => "global",
            Kind::Constant => "const",
            Kind::Option => "option",
            Kind::Type => "type",
            Kind::EnumName => "enum name",
        }
    }

    pub fn plural(self) -> &'static str {
        match self {
            Kind::Function => "functions",
            Kind::Event => "events",
            Kind::Hook => "hooks",
            Kind::Global => "globals",
            Kind::Constant => "constants",
            Kind::Option => "options",
            Kind::Type => "types",
            Kind::EnumName => "enum names",
        }
    }
}

/// A field of a record or a name of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// As it is declared: `ip: addr`, `Cluster::MANAGER`.
    pub text: String,
    pub doc: String,
}

/// One name.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// With its module: `Cluster::nodes`.
    pub name: String,
    pub kind: Kind,
    /// As Bro declares it, on one line: `const Cluster::node: string &redef`.
    pub declaration: String,
    /// Without marks, lines as they were written.
    pub doc: String,
    pub members: Vec<Member>,
    /// Expressions with what `print` shows for them.
    pub examples: Vec<(&'static str, &'static str)>,
    /// The value it has where nothing changes it, on one line.
    pub value: Option<String>,
    /// Where it is declared: `base/frameworks/cluster/main.bro:12`.
    pub place: Option<String>,
    /// Where it was redefined.
    pub redefs: Vec<String>,
    /// For natives: the family.
    pub family: Option<&'static str>,
}

impl Entry {
    /// The module, `GLOBAL` for names without one.
    pub fn module(&self) -> &str {
        module_of(&self.name)
    }

    /// The first sentence of the documentation.
    pub fn summary(&self) -> String {
        let paragraph: Vec<&str> = self
            .doc
            .lines()
            .map(str::trim)
            .skip_while(|line| line.is_empty())
            .take_while(|line| !line.is_empty())
            .collect();
        let text = paragraph.join(" ");
        match text.find(". ") {
            Some(end) => text[..=end].to_string(),
            None => text,
        }
    }
}

/// The module of a full name.
pub fn module_of(name: &str) -> &str {
    name.rsplit_once("::").map_or(crate::sema::GLOBAL_MODULE, |(module, _)| module)
}

/// Every native and every declared name of a machine, by name.
pub struct Reference {
    entries: Vec<Entry>,
}

impl Reference {
    pub fn of(vm: &Vm) -> Reference {
        let mut entries: Vec<Entry> = vm
            .program
            .globals()
            .filter(|(id, global)| vm.program.is_visible(*id) && is_public(vm, global))
            .map(|(id, _)| entry(vm, id))
            .collect();
        entries.extend(
            builtins::all()
                .filter(|(_, native)| vm.program.find(native.name.into()).is_none() && !is_internal(native.name))
                .map(|(family, native)| of_native(native, family.name)),
        );
        let mut reference = Reference { entries };
        reference.sort();
        reference
    }

    /// Adds the names of another machine that are not here yet.
    pub fn extend(&mut self, other: Reference) {
        let more: Vec<Entry> = other.entries.into_iter().filter(|entry| self.get(&entry.name).is_none()).collect();
        self.entries.extend(more);
        self.sort();
    }

    /// By module, names without one first; within a module by name.
    fn sort(&mut self) {
        let key = |entry: &Entry| {
            let module = entry.module();
            let module = if module == crate::sema::GLOBAL_MODULE { "" } else { module };
            (module.to_string(), entry.name.clone())
        };
        self.entries.sort_by_cached_key(key);
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a full name.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// The modules with their entries, in order.
    pub fn modules(&self) -> impl Iterator<Item = (&str, &[Entry])> {
        self.entries.chunk_by(|left, right| left.module() == right.module()).filter_map(|entries| {
            let module = entries.first()?.module();
            Some((module, entries))
        })
    }
}

/// The entry of one declared name.
pub fn entry(vm: &Vm, id: GlobalId) -> Entry {
    let global = vm.program.global(id);
    let name = global.name.as_str();
    if let GlobalKind::Native(_) = global.kind
        && let Some((family, native)) = builtins::all().find(|(_, native)| native.name == name)
    {
        return of_native(native, family.name);
    }
    let kind = kind_of(global);
    Entry {
        name: name.to_string(),
        kind,
        declaration: declaration::declaration(vm, global, kind),
        doc: global.doc.as_deref().unwrap_or_default().to_string(),
        members: declaration::members(vm, global),
        examples: Vec::new(),
        value: declaration::value(vm, id, kind),
        place: place(vm, global.span),
        redefs: global.redefs.iter().filter_map(|span| place(vm, *span)).collect(),
        family: None,
    }
}

/// The entry of a native, declared or not.
pub fn of_native(native: &'static Native, family: &'static str) -> Entry {
    let signature = native.prototype.strip_prefix("function").unwrap_or(native.prototype);
    Entry {
        name: native.name.to_string(),
        kind: Kind::Function,
        declaration: format!("function {}{signature}", native.name),
        doc: undented(native.doc),
        members: Vec::new(),
        examples: native.examples.to_vec(),
        value: None,
        place: None,
        redefs: Vec::new(),
        family: Some(family),
    }
}

/// Doc comments of Rust begin with the blank behind their marks.
fn undented(doc: &str) -> String {
    let lines: Vec<&str> = doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim_end().to_string()
}

fn kind_of(global: &Global) -> Kind {
    if let (Some(func), GlobalKind::Variable | GlobalKind::Const | GlobalKind::Option) =
        (global.ty.as_func(), &global.kind)
    {
        return match func.flavor {
            Flavor::Function => Kind::Function,
            Flavor::Event => Kind::Event,
            Flavor::Hook => Kind::Hook,
        };
    }
    match &global.kind {
        GlobalKind::Variable => Kind::Global,
        GlobalKind::Const => Kind::Constant,
        GlobalKind::Option => Kind::Option,
        GlobalKind::Type => Kind::Type,
        GlobalKind::EnumConst(_) => Kind::EnumName,
        GlobalKind::Native(_) => Kind::Function,
    }
}

/// File and line, without the directory that stands for embedded scripts.
fn place(vm: &Vm, span: Span) -> Option<String> {
    let (name, location) = vm.program.sources.place(span)?;
    let name = name.strip_prefix(ROOT).map_or(name, |name| name.trim_start_matches('/'));
    Some(format!("{name}:{}", location.line))
}

/// Names that others may use: those of the user's own scripts all are.
fn is_public(vm: &Vm, global: &Global) -> bool {
    let own = !global.span.is_none() && !vm.program.sources.is_embedded(global.span.file);
    own || (global.exported && !is_internal(global.name.as_str()))
}

/// Natives that scripts wrap begin with two underscores; nobody else calls them.
fn is_internal(name: &str) -> bool {
    name.rsplit("::").next().is_some_and(|base| base.starts_with('_'))
}
