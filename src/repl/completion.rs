//! What may stand at the cursor: commands, names, fields by type, nodes, scripts.
//!
//! Works on the text before the cursor alone and on what the session knows, without a terminal.

use super::commands::{self, Argument, COMMANDS};
use super::context::{self, Place};
use super::session::Session;
use crate::builtins;
use crate::load::Consumer;
use crate::load::embedded::SCRIPTS;
use crate::program::{Global, GlobalKind};
use crate::reference::type_text;
use crate::sema::{GLOBAL_MODULE, full_name};
use crate::syntax::ast::AttributeKind;
use crate::syntax::token::FIXED;
use crate::types::TypeRef;
use crate::value::Value;

/// Something that may stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    pub text: String,
    /// A few words about it.
    pub note: String,
    /// Nothing can follow directly: a blank is in order.
    pub ends_word: bool,
}

/// What may stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completion {
    /// Where the text begins that a candidate replaces; it ends at the cursor.
    pub start: usize,
    pub candidates: Vec<Candidate>,
}

impl Completion {
    /// The texts alone.
    pub fn texts(&self) -> Vec<&str> {
        self.candidates.iter().map(|candidate| candidate.text.as_str()).collect()
    }
}

/// More candidates than this help nobody.
const MAX_CANDIDATES: usize = 500;

/// Directives, which FIXED does not hold.
const DIRECTIVES: &[&str] =
    &["@load", "@unload", "@if", "@ifdef", "@ifndef", "@else", "@endif", "@prefixes", "@DIR", "@FILENAME"];

/// What may stand at `position` of `line`.
pub fn complete(session: &mut Session, line: &str, position: usize) -> Completion {
    let head = line.get(..position).unwrap_or(line);
    let trimmed = head.trim_start();
    let offset = head.len() - trimmed.len();
    let mut completion = if let Some(command) = trimmed.strip_prefix(':').filter(|rest| !rest.starts_with(':')) {
        complete_command(session, command, offset + 1)
    } else if let Some(name) = trimmed.strip_prefix('?') {
        names(session, name, offset + 1)
    } else {
        complete_text(session, head)
    };
    completion.candidates.truncate(MAX_CANDIDATES);
    completion
}

/// The candidates that fit what stands there: those that begin so, or, if there are none, begin so in another case.
fn fitting(start: usize, word: &str, all: impl IntoIterator<Item = Candidate>) -> Completion {
    let lower = word.to_lowercase();
    let mut candidates: Vec<Candidate> =
        all.into_iter().filter(|candidate| candidate.text.to_lowercase().starts_with(&lower)).collect();
    if candidates.iter().any(|candidate| candidate.text.starts_with(word)) {
        candidates.retain(|candidate| candidate.text.starts_with(word));
    }
    candidates.sort();
    candidates.dedup_by(|left, right| left.text == right.text);
    Completion { start, candidates }
}

fn candidate(text: impl Into<String>, note: impl Into<String>, ends_word: bool) -> Candidate {
    Candidate { text: text.into(), note: note.into(), ends_word }
}

fn complete_command(session: &mut Session, command: &str, offset: usize) -> Completion {
    let Some((name, arguments)) = command.split_once(char::is_whitespace) else {
        let all = COMMANDS.iter().map(|command| candidate(command.name, command.help, true));
        return fitting(offset, command, all);
    };
    let start = offset + command.len() - arguments.trim_start().len();
    let word = arguments.trim_start();
    let Ok(command) = commands::find(name) else { return Completion::default() };
    match command.argument {
        Argument::None | Argument::Text => Completion::default(),
        Argument::Command => {
            fitting(start, word, COMMANDS.iter().map(|command| candidate(command.name, command.help, true)))
        }
        Argument::Words(words) => fitting(start, word, words.iter().map(|word| candidate(*word, "", true))),
        Argument::Node => fitting(start, word, nodes(session)),
        Argument::Script => scripts(session, word, start),
        Argument::Name => names(session, word, start),
        Argument::Expression => {
            let mut completion = complete_text(session, word);
            completion.start += start;
            completion
        }
    }
}

fn nodes(session: &Session) -> Vec<Candidate> {
    let layout = session.layout();
    let nodes = layout.iter().flat_map(|layout| &layout.nodes);
    nodes.map(|node| candidate(&node.name, format!("{} {}", node.role.name(), node.endpoint()), true)).collect()
}

/// Names of the reference, modules among them.
fn names(session: &Session, word: &str, start: usize) -> Completion {
    identifiers(session, word, start, false)
}

fn complete_text(session: &mut Session, head: &str) -> Completion {
    match context::place(head) {
        Place::Nothing => Completion::default(),
        Place::Script { start } => scripts(session, head.get(start..).unwrap_or_default(), start),
        Place::Directive { start } => fitting(
            start,
            head.get(start..).unwrap_or_default(),
            DIRECTIVES.iter().map(|name| candidate(*name, "", true)),
        ),
        Place::Attribute { start } => {
            let all = AttributeKind::ALL.iter().map(|kind| candidate(kind.text(), "", false));
            fitting(start, head.get(start..).unwrap_or_default(), all)
        }
        Place::Field { start, dollar } => {
            let word = head.get(start..).unwrap_or_default();
            fitting(start, word, fields(session, head.get(..dollar).unwrap_or_default()))
        }
        Place::Text { quote } => {
            let word = head.get(quote + 1..).unwrap_or_default();
            fitting(quote + 1, word, keys(session, head.get(..quote).unwrap_or_default()))
        }
        Place::Name { start } => {
            let word = head.get(start..).unwrap_or_default();
            let wanted = context::expected_type(session, head.get(..start).unwrap_or_default());
            if let Some(enumeration) = wanted.as_ref().and_then(|ty| ty.as_enum()) {
                let entries = enumeration.entries();
                let all: Vec<Candidate> = entries
                    .iter()
                    .map(|(name, _)| candidate(name.as_str(), type_text(&enumeration.to_type()), false))
                    .collect();
                let by_name = fitting(start, word, all.clone());
                if !by_name.candidates.is_empty() {
                    return by_name;
                }
                // `WOR` means Cluster::WORKER.
                let lower = word.to_lowercase();
                let base = |text: &str| text.rsplit("::").next().unwrap_or_default().to_lowercase();
                let candidates: Vec<Candidate> =
                    all.into_iter().filter(|candidate| base(&candidate.text).starts_with(&lower)).collect();
                if !candidates.is_empty() {
                    return Completion { start, candidates };
                }
            }
            identifiers(session, word, start, true)
        }
    }
}

/// The fields of the record that stands before a `$`, or that the constructor around it makes.
fn fields(session: &mut Session, before: &str) -> Vec<Candidate> {
    let (ty, given) = context::record_before(session, before);
    let Some(record) = ty.as_ref().and_then(|ty| ty.as_record()) else { return Vec::new() };
    let fields = record.save();
    let wanted = fields.iter().filter(|field| !given.contains(&field.name));
    wanted.map(|field| candidate(field.name.as_str(), type_text(&field.ty), false)).collect()
}

/// What a string that has just begun may say: the keys of the table it indexes, otherwise names of nodes.
fn keys(session: &mut Session, before: &str) -> Vec<Candidate> {
    let Some(container) = before.trim_end().strip_suffix('[') else { return nodes(session) };
    let Some(Value::Table(table)) = context::value_of(session, container) else { return nodes(session) };
    let mut keys = Vec::new();
    table.for_each(|key, _| {
        if let [Value::String(text)] = key
            && keys.len() < MAX_CANDIDATES
        {
            keys.push(candidate(text.to_lossy().into_owned(), "", false));
        }
    });
    keys
}

/// Names of variables, functions, types, modules; keywords where statements may stand.
fn identifiers(session: &Session, word: &str, start: usize, keywords: bool) -> Completion {
    let program = &session.engine().vm.program;
    let module = session.engine().module();
    let mut all = Vec::new();
    if let Some((prefix, _)) = word.rsplit_once("::") {
        let inside = format!("{prefix}::");
        let visible = program
            .globals()
            .filter(|(id, global)| program.is_visible(*id) && global.name.as_str().starts_with(&inside));
        all.extend(visible.map(|(_, global)| candidate(global.name.as_str(), note(global), false)));
        let natives = builtins::all().filter(|(_, native)| native.name.starts_with(&inside));
        all.extend(natives.map(|(_, native)| candidate(native.name, native_note(native.prototype), false)));
        // Natives that scripts wrap are of no interest, unless asked for.
        if !word.rsplit("::").next().is_some_and(|base| base.starts_with('_')) {
            all.retain(|candidate| !candidate.text.rsplit("::").next().is_some_and(|base| base.starts_with("__")));
        }
        return fitting(start, word, all);
    }
    let own = if module.as_str() == GLOBAL_MODULE { String::new() } else { format!("{module}::") };
    for (id, global) in program.globals().filter(|(id, _)| program.is_visible(*id)) {
        let name = global.name.as_str();
        let written = if own.is_empty() { name } else { name.strip_prefix(&own).unwrap_or(name) };
        if let Some((module, _)) = written.split_once("::") {
            all.push(candidate(format!("{module}::"), "module", false));
        } else if program.find(full_name(module, global.name)) == Some(id) || program.find(global.name) == Some(id) {
            all.push(candidate(written, note(global), false));
        }
    }
    for (_, native) in builtins::all() {
        match native.name.split_once("::") {
            Some((module, _)) => all.push(candidate(format!("{module}::"), "module", false)),
            None => all.push(candidate(native.name, native_note(native.prototype), false)),
        }
    }
    if keywords {
        let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
        all.extend(FIXED.iter().filter(|(text, _)| is_word(text)).map(|(text, _)| candidate(*text, "keyword", true)));
    }
    if !word.starts_with('_') {
        all.retain(|candidate| !candidate.text.starts_with('_'));
    }
    if word.is_empty() && keywords {
        // Everything there is would help nobody.
        return Completion::default();
    }
    fitting(start, word, all)
}

fn note(global: &Global) -> String {
    match &global.kind {
        GlobalKind::Type => format!("type, {}", global.ty.kind_name()),
        _ => short_type(&global.ty),
    }
}

fn short_type(ty: &TypeRef) -> String {
    crate::reference::render::cut(&type_text(ty), 60)
}

fn native_note(prototype: &str) -> String {
    crate::reference::render::cut(prototype, 60)
}

/// Scripts as `@load` names them: in the file system and in the binary.
fn scripts(session: &Session, word: &str, start: usize) -> Completion {
    let (folder, _) = word.rsplit_once('/').map_or(("", word), |(folder, rest)| (folder, rest));
    let prefix = if folder.is_empty() && !word.starts_with('/') { String::new() } else { format!("{folder}/") };
    let host = &session.engine().vm.host;
    let listed = if prefix.is_empty() { "." } else { prefix.as_str() };
    let mut all = Vec::new();
    for name in host.list_directory(listed).unwrap_or_default() {
        let path = format!("{prefix}{name}");
        let is_directory = host.status(&path).is_ok_and(|status| status.is_dir);
        if is_directory && !name.starts_with('.') {
            all.push(candidate(format!("{path}/"), "folder", false));
        } else if [".bro", ".zeek"].iter().any(|ending| name.ends_with(ending)) {
            all.push(candidate(path, "script", true));
        }
    }
    for root in ["", "policy/", "site/"] {
        let inside = format!("{root}{prefix}");
        for (name, _) in SCRIPTS.all().iter().filter(|(name, _)| name.starts_with(&inside)) {
            let rest = name.get(inside.len()..).unwrap_or_default();
            match rest.split_once('/') {
                Some((child, below)) => {
                    let is_package = below.starts_with("__load__.");
                    all.push(candidate(format!("{prefix}{child}/"), "scripts", false));
                    if is_package {
                        all.push(candidate(format!("{prefix}{child}"), "package", true));
                    }
                }
                None if rest.starts_with("__load__.") => {}
                None => {
                    let name = rest.trim_end_matches(".bro").trim_end_matches(".zeek");
                    all.push(candidate(format!("{prefix}{name}"), "script", true));
                }
            }
        }
    }
    fitting(start, word, all)
}
