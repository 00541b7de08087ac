//! Which tests are in a file: its functions and events named `test_*`, and the cases of those that take one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::bench::Bench;
use super::explain::Teller;
use super::{CASES, PREFIX, SETUP, Settings, TEARDOWN, UnitTest};
use crate::program::Global;
use crate::source::{FileId, Span};
use crate::syntax::ast::Flavor;
use crate::testing::btest::absolute;
use crate::types::{TypeRef, TypeTag};
use crate::value::{FuncKind, FuncObject, Value, table::index_value};
use crate::vm::Vm;

/// What a file has.
pub struct Found {
    /// Its tests; where it cannot be loaded, what is wrong, a line each.
    pub tests: Result<Vec<UnitTest>, Vec<String>>,
    /// The scripts that were loaded for it, itself included; not those that this program carries.
    pub files: BTreeSet<PathBuf>,
}

/// Whether a text may have tests: a line that begins with `function test_` or `event test_`, in any module.
pub fn has_tests(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(|line| {
        let line = String::from_utf8_lossy(line);
        let mut words = line.split_whitespace();
        let is_function = matches!(words.next(), Some("function" | "event"));
        is_function && words.next().is_some_and(|name| plain_name(name).starts_with(PREFIX))
    })
}

/// A name without its module.
fn plain_name(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

/// Loads a file and finds its tests, in the order in which they stand there.
pub fn find(settings: &Settings, file: &str) -> Found {
    let mut bench = Bench::load(settings, file, None);
    let here = std::env::current_dir().unwrap_or_default();
    let sources = &bench.engine.vm.program.sources;
    let own = sources.files().filter_map(|id| sources.get(id)).filter(|source| !source.embedded);
    let files = own.map(|source| absolute(Path::new(&*source.name), &here)).collect();
    Found { tests: tests_in(&mut bench, file), files }
}

fn tests_in(bench: &mut Bench, file: &str) -> Result<Vec<UnitTest>, Vec<String>> {
    if bench.has_failed() {
        let mut teller = Teller::default();
        teller.hear(bench);
        return Err(teller.lines);
    }
    let vm = &mut bench.engine.vm;
    let Some(id) = file_named(vm, file) else {
        return Err(vec![format!("{file} was loaded and is not among the scripts")]);
    };
    let mut functions: Vec<(u32, Global)> = vm
        .program
        .globals()
        .filter_map(|(number, global)| {
            let holds_function = matches!(vm.global(number), Value::Func(f) if matches!(f.kind, FuncKind::Closure(_)));
            let place = global.body_span.or(holds_function.then_some(global.span)).filter(|place| place.file == id)?;
            let is_test = plain_name(global.name.as_str()).starts_with(PREFIX);
            (is_test && global.ty.as_func().is_some()).then(|| (place.start, global.clone()))
        })
        .collect();
    functions.sort_by_key(|(start, _)| *start);
    let plain = |global: &Global| plain_name(global.name.as_str());
    let is_single = |name: &str| functions.iter().filter(|(_, global)| plain(global) == name).count() == 1;
    let tests = functions.iter().flat_map(|(_, global)| {
        let name = if is_single(plain(global)) { plain(global) } else { global.name.as_str() };
        tests_of(vm, file, global, name)
    });
    Ok(tests.collect())
}

/// A function, event or hook of the file that is run around its tests, in any module.
///
/// # Errors
/// Where it takes arguments: there are none for it.
pub(super) fn own_function(vm: &Vm, file: &str, name: &str) -> Result<Option<Rc<FuncObject>>, String> {
    let Some(id) = file_named(vm, file) else { return Ok(None) };
    let is_it = |global: &Global| {
        plain_name(global.name.as_str()) == name
            && global.body_span.is_some_and(|place| place.file == id)
            && global.ty.as_func().is_some()
    };
    let Some((id, global)) = vm.program.globals().find(|(_, global)| is_it(global)) else { return Ok(None) };
    if global.ty.as_func().is_some_and(|ty| !ty.parameters.is_empty()) {
        return Err(format!("{name} is run around tests, and takes no arguments"));
    }
    match vm.global(id) {
        Value::Func(function) => Ok(Some(function)),
        _ => Ok(None),
    }
}

/// Where the tests of a file stand, and what is run around them.
pub(super) fn own_places(vm: &Vm, file: &str) -> Vec<Span> {
    let id = file_named(vm, file);
    let is_own = |name: &str| name.starts_with(PREFIX) || name == SETUP || name == TEARDOWN;
    let own = vm.program.globals().filter(|(_, global)| is_own(plain_name(global.name.as_str())));
    let bodies = own.flat_map(|(id, _)| match vm.global(id) {
        Value::Func(function) => function.bodies(),
        _ => Vec::new(),
    });
    let places = bodies.filter_map(|body| vm.program.typed_body(body.body)).map(|body| body.span);
    places.filter(|place| Some(place.file) == id).collect()
}

/// The file among those that were read.
pub(super) fn file_named(vm: &Vm, name: &str) -> Option<FileId> {
    let plain = |name: &str| name.trim_start_matches("./").to_owned();
    let sources = &vm.program.sources;
    sources.files().find(|id| sources.get(*id).is_some_and(|source| plain(&source.name) == plain(name)))
}

/// The tests that a function is, by a name that is its own in the file: one, or one for each case.
fn tests_of(vm: &mut Vm, file: &str, global: &Global, name: &str) -> Vec<UnitTest> {
    let function = global.name.as_str();
    let test = |case: Option<String>, refused: Option<String>| UnitTest {
        file: file.to_owned(),
        name: case.as_ref().map_or_else(|| name.to_owned(), |case| format!("{name}[{case}]")),
        function: function.to_owned(),
        case,
        refused,
    };
    let Some(ty) = global.ty.as_func() else { return Vec::new() };
    let other = match ty.flavor {
        Flavor::Hook => Some("hook"),
        _ => global.body_span.is_none().then_some("variable"),
    };
    if let Some(other) = other {
        return vec![test(None, Some(format!("{name} is a {other}; a test is a function or an event")))];
    }
    let cases = vm.global_by_name(&format!("{function}{CASES}"));
    match (&ty.parameters[..], cases) {
        ([], None) => vec![test(None, None)],
        ([], Some(_)) => vec![test(None, Some(format!("there are {name}{CASES}, but {name} takes no case")))],
        ([parameter], Some(cases)) => match cases_of(vm, name, &parameter.ty, &cases) {
            Ok(cases) => cases.into_iter().map(|(key, _)| test(Some(key), None)).collect(),
            Err(refused) => vec![test(None, Some(refused))],
        },
        ([parameter], None) => {
            let ty = &parameter.ty;
            let wanted = format!("global {name}{CASES}: table[string] of {ty}");
            vec![test(None, Some(format!("{name} takes a case, and there are none: {wanted} = ...")))]
        }
        (several, _) => vec![test(None, Some(too_many(name, several.len())))],
    }
}

fn too_many(name: &str, count: usize) -> String {
    format!("{name} takes {count} arguments; a test takes none, or one case, such as a record")
}

/// The cases in a table, set or vector, by their keys as text; what is wrong where they do not fit.
pub(super) fn cases_of(
    vm: &mut Vm,
    name: &str,
    wanted: &TypeRef,
    cases: &Value,
) -> Result<Vec<(String, Value)>, String> {
    let all: Vec<(String, Value)> = match cases {
        Value::Table(table) => {
            let is_set = table.ty.is(TypeTag::Set);
            let entry = |(key, value): (Vec<Value>, Value)| {
                let index = index_value(&key);
                (key_text(&index), if is_set { index } else { value })
            };
            table.snapshot().into_iter().map(entry).collect()
        }
        Value::Vector(vector) => (0..vector.len())
            .filter_map(|index| Some((index.to_string(), vector.get(index).filter(Value::is_set)?)))
            .collect(),
        other => {
            let ty = other.type_of();
            return Err(format!("{name}{CASES} is a {ty}; cases are in a table, a set or a vector"));
        }
    };
    if all.is_empty() {
        return Err(format!("{name}{CASES} is empty"));
    }
    for (key, value) in &all {
        if vm.fit(value, wanted).is_none() {
            let found = value.type_of();
            return Err(format!("{name} takes a {wanted}, and {name}{CASES}[{key}] is a {found}"));
        }
    }
    // Keys of different types may look the same.
    let mut known = BTreeSet::new();
    match all.iter().find(|(key, _)| !known.insert(key)) {
        Some((key, _)) => Err(format!("two cases of {name}{CASES} are called {key}")),
        None => Ok(all),
    }
}

fn key_text(key: &Value) -> String {
    String::from_utf8_lossy(&key.describe()).into_owned()
}
