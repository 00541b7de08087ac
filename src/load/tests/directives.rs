//! The other directives.

use super::{Recorder, declared, load, load_into, loader, messages};
use crate::syntax::ast::{DeclKind, ExprKind, Literal, StmtKind};

#[test]
fn unload_keeps_scripts_from_being_read() {
    let recorder = load(&[
        ("x.bro", "@unload y\n@unload base/a/main\n@unload pkg\n@load y\n@load base/a\n@load pkg\nglobal x = 1;"),
        ("y.bro", "global y = 1;"),
        ("pkg/__load__.bro", "global pkg = 1;"),
    ]);
    assert_eq!(recorder.messages(), [""; 0]);
    assert_eq!(recorder.lines, ["global x = 1;"]);
}

#[test]
fn unload_of_nothing() {
    let expected = "error in ./x.bro, line 1: failed find file associated with @unload nope";
    assert_eq!(messages("@unload nope\n"), [expected]);
}

#[test]
fn signatures() {
    assert_eq!(load(&[("x.bro", "@load-sigs ./s\n@load-sigs s.sig"), ("s.sig", "")]).messages(), [""; 0]);
    let expected = "error in ./x.bro, line 1: failed to find file associated with @load-sigs none";
    assert_eq!(messages("@load-sigs none"), [expected]);
}

#[test]
fn plugins() {
    assert_eq!(messages("@load-plugin Bro::HTTP\n@load-plugin Zeek::HTTP"), [""; 0]);
    let expected = "error in ./x.bro, line 2: plugin Demo::Foo is not available";
    assert_eq!(messages("\n@load-plugin Demo::Foo"), [expected]);
}

#[test]
fn deprecated_scripts_say_who_loads_them() {
    let files = [
        ("foo.bro", "@deprecated\n@load bar\n@load baz\n"),
        ("bar.bro", "@deprecated \"Use '@load qux.bro' instead\"\n"),
        ("baz.bro", "@deprecated\n"),
    ];
    let expected = [
        "warning in ./foo.bro, line 1: deprecated script loaded from command line arguments ",
        "warning in ./bar.bro, line 1: deprecated script loaded from ./foo.bro:2 \"Use '@load qux.bro' instead\"",
        "warning in ./baz.bro, line 1: deprecated script loaded from ./foo.bro:3 ",
    ];
    assert_eq!(load(&files).messages(), expected);
}

#[test]
fn pragmas() {
    let files = [
        ("x.bro", "@pragma push ignore-deprecations\n@load y\n@pragma pop\n@load z\n"),
        ("y.bro", "@deprecated\n"),
        ("z.bro", "@deprecated\n@pragma push ignore-deprecations\n"),
    ];
    let mut recorder = Recorder::new();
    recorder.verbose = true;
    load_into(&mut recorder, &mut loader(&files, true), &files);
    let expected = [
        "warning in ./z.bro, line 1: deprecated script loaded from ./x.bro:4 ",
        "error in ./z.bro, line 2: unbalanced @pragma push pop in file",
    ];
    assert_eq!(recorder.messages(), expected);
    let changes: Vec<&String> = recorder.lines.iter().filter(|line| line.starts_with("ignore")).collect();
    let expected = ["true", "false", "true", "false"].map(|value| format!("ignore deprecations: {value}"));
    assert_eq!(changes, expected.iter().collect::<Vec<_>>());
}

/// The string constant that a file prints.
fn printed(files: &[(&str, &str)], loaded_as: &str) -> String {
    let mut recorder = Recorder::new();
    let mut loader = loader(files, true);
    loader.script(&mut recorder, loaded_as);
    let text = recorder.printed.pop().unwrap_or_default();
    assert_eq!(recorder.messages(), [""; 0]);
    text
}

#[test]
fn directory_and_file_name() {
    assert_eq!(printed(&[("/l/d/x.bro", "print @DIR;")], "/l/d/x"), "/l/d");
    assert_eq!(printed(&[("x.bro", "print @DIR;")], "x"), "/work/.");
    assert_eq!(printed(&[("x.bro", "print @DIR;")], "./x.bro"), "/work/.");
    assert_eq!(printed(&[("/l/d/x.bro", "print @FILENAME;")], "/l/d/x"), "x.bro");
    assert_eq!(declared("global a = @DIR + @FILENAME;").len(), 1);
}

#[test]
fn debugger_input_is_refused() {
    let expected = "error in ./x.bro, line 1: syntax error, at or near \"@DEBUG\"";
    assert_eq!(messages("@DEBUG"), [expected]);
}

pub(super) fn constant(kind: &DeclKind) -> Option<String> {
    let DeclKind::Statement(statement) = kind else { return None };
    let StmtKind::Print(values) = &statement.kind else { return None };
    match values.first().map(|value| &value.kind) {
        Some(ExprKind::Literal(Literal::String(text))) => Some(String::from_utf8_lossy(text).into_owned()),
        _ => None,
    }
}
