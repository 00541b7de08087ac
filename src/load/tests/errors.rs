//! What is said where something is wrong, and how loading goes on.

use std::rc::Rc;

use super::{Recorder, declared, load, load_as_bro, loader, messages};
use crate::diag::Code;
use crate::diag::render::{Style, human};
use crate::load::files::{Entry, Files, Identity};
use crate::load::path::SearchPath;
use crate::load::{Loader, MAX_DEPTH, Setup};

#[test]
fn a_script_that_is_nowhere() {
    let files = [("x.bro", "@load y\nglobal x = 1;"), ("y.bro", "\n@load no/such\nglobal y = 1;")];
    let recorder = load(&files);
    assert_eq!(recorder.messages(), ["fatal error in ./y.bro, line 2: can't find no/such"]);
    assert_eq!(recorder.lines, ["global y = 1;", "global x = 1;"]);
    let error = &recorder.diagnostics[0];
    assert_eq!(error.code, Code::FileNotFound);
    assert_eq!(error.notes, ["searched: /work (the current directory), the scripts inside brood"]);
    let chain: Vec<_> = error.chain.iter().map(|(span, _)| recorder.sources.place(*span).unwrap()).collect();
    assert_eq!(chain.len(), 1);
    assert_eq!((chain[0].0, chain[0].1.line), ("./x.bro", 1));
    // Bro ends right there.
    assert!(load_as_bro(&files).lines.is_empty());
}

#[test]
fn relative_names_say_where_they_are_looked_for() {
    let recorder = load(&[("/l/x.bro", "@load ./no")]);
    let expected = ["searched: /l", "a name that begins with `.` is looked for only beside the script that loads it"];
    assert_eq!(recorder.diagnostics[0].notes, expected);
}

#[test]
fn misspelt_names_are_recognised() {
    let recorder = load(&[("x.bro", "@load base/b")]);
    assert_eq!(recorder.diagnostics[0].fix.as_ref().unwrap().replacement, "@load base/a");
}

#[test]
fn directories_that_are_no_packages() {
    let recorder = load(&[("x.bro", "@load d"), ("d/y.bro", "")]);
    assert_eq!(recorder.diagnostics[0].code, Code::NotAPackage);
    assert_eq!(recorder.messages(), ["fatal error in ./x.bro, line 1: can't open ./d/__load__.bro"]);
}

#[test]
fn syntax_errors_cost_one_declaration() {
    let text = "global a = 1;\nglobal b = = 2;\nglobal c = 3;\nevent e( { print; }\nglobal d = 4;\n";
    let recorder = load(&[("x.bro", text)]);
    assert_eq!(recorder.lines, ["global a = 1;", "global c = 3;", "global d = 4;"]);
    assert_eq!(recorder.messages()[0], "error in ./x.bro, line 2: syntax error, at or near \"=\"");
    let recorder = load_as_bro(&[("x.bro", text)]);
    assert_eq!(recorder.lines, ["global a = 1;"]);
    assert_eq!(recorder.messages(), ["error in ./x.bro, line 2: syntax error, at or near \"=\""]);
}

#[test]
fn a_declaration_ends_with_its_file() {
    let recorder = load(&[("x.bro", "@load y\nglobal x = 1;"), ("y.bro", "event e()\n\t{\n\tprint 1;\n")]);
    assert_eq!(recorder.lines, ["global x = 1;"]);
    let error = &recorder.diagnostics[0];
    assert_eq!(recorder.sources.place(error.span).unwrap().0, "./y.bro");
    assert!(error.related.iter().any(|(span, _)| recorder.sources.place(*span).unwrap().1.line == 2), "{error:?}");
    let recorder = load(&[("x.bro", "@load y\nglobal x = 1;"), ("y.bro", "export {\nglobal y = 1;\n")]);
    assert_eq!(recorder.lines, ["export global y = 1;", "global x = 1;"]);
    assert_eq!(recorder.diagnostics[0].code, Code::UnfinishedDeclaration);
}

#[test]
fn a_lone_brace() {
    assert_eq!(messages("global a = 1;\n}\n"), ["error in ./x.bro, line 2: syntax error, at or near \"}\""]);
}

#[test]
fn comments_at_the_end_are_no_declaration() {
    assert_eq!(declared("global a = 1;\n## a comment\n"), ["global a = 1;"]);
    assert_eq!(load(&[("x.bro", "@load y\nglobal x = 1;"), ("y.bro", "## text")]).lines, ["global x = 1;"]);
}

#[test]
fn declarations_behind_statements() {
    let recorder = load(&[("x.bro", "global a = 1;;\nglobal b = 2;\nglobal c = 3;")]);
    assert_eq!(recorder.messages(), ["error in ./x.bro, line 2: syntax error, at or near \"global\""]);
    let error = &recorder.diagnostics[0];
    assert_eq!(error.code, Code::DeclarationAfterStatement);
    let (statement, _) = &error.related[0];
    assert_eq!(recorder.sources.text(*statement), b";");
    assert_eq!(recorder.lines.len(), 4);
    assert_eq!(declared("print 1;\nprint 2;").len(), 2);
}

#[test]
fn bro_stops_at_the_end_of_a_file_with_errors() {
    let files = [("x.bro", "@load y\nglobal x = 1;"), ("y.bro", "@unload none\nglobal y = 1;")];
    assert_eq!(load_as_bro(&files).lines, ["global y = 1;"]);
    assert_eq!(load(&files).lines, ["global y = 1;", "global x = 1;"]);
}

#[test]
fn loops_of_loads_are_none() {
    let files = [("x.bro", "@load y\nglobal x = 1;"), ("y.bro", "@load x\n@load y\nglobal y = 1;")];
    assert_eq!(load(&files).messages(), [""; 0]);
}

#[test]
fn very_deep_loads_are_refused() {
    let names: Vec<String> = (0..=MAX_DEPTH + 1).map(|index| format!("f{index}.bro")).collect();
    let texts: Vec<String> = (0..=MAX_DEPTH + 1).map(|index| format!("@load f{}\n", index + 1)).collect();
    let files: Vec<(&str, &str)> =
        names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let recorder = load(&files);
    assert_eq!(recorder.diagnostics.len(), 1);
    assert_eq!(recorder.diagnostics[0].code, Code::LoadLimit);
    assert_eq!(recorder.diagnostics[0].chain.len(), MAX_DEPTH - 1);
}

#[test]
fn what_is_no_script_is_given_up_on() {
    let text = "global a = = 1;\n".repeat(1000);
    let recorder = load(&[("x.bro", &text), ("y.bro", "")]);
    assert_eq!(recorder.diagnostics.len(), 101);
    assert_eq!(recorder.diagnostics[100].code, Code::LoadLimit);
    let recorder = load(&[("x.bro", &"@endif\n".repeat(5000))]);
    assert_eq!(recorder.diagnostics.len(), 1001);
    assert_eq!(recorder.diagnostics[1000].code, Code::LoadLimit);
    let recorder = load(&[("x.bro", &"(".repeat(1_000_000))]);
    assert_eq!(recorder.diagnostics.len(), 101);
}

#[test]
fn any_bytes() {
    for text in
        [&b"\0\0\0"[..], b"\xff\xfe\x00", b"@", b"@if", b"@if (", b"\"", b"/", b"}}}}", b"((((", b"@load", b"\r"]
    {
        let mut files = crate::load::files::MemoryFiles::default();
        files.insert("x.bro", text);
        let mut loader = Loader::new(Setup {
            files: Rc::new(files),
            path: SearchPath::default(),
            embedded: super::EMBEDDED,
            prefixes: Vec::new(),
            recover: true,
            salvage: false,
            parsed: None,
        });
        let mut recorder = Recorder::new();
        loader.script(&mut recorder, "x.bro");
        assert!(recorder.lines.is_empty(), "{text:?}");
    }
}

#[test]
fn files_that_cannot_be_read() {
    struct Broken;
    impl Files for Broken {
        fn look(&self, path: &str) -> Entry {
            Entry::File(Identity::Path(path.into()))
        }
        fn read(&self, path: &str, _: u64) -> std::io::Result<Rc<[u8]>> {
            Err(if path.contains("large") {
                std::io::ErrorKind::FileTooLarge.into()
            } else {
                std::io::ErrorKind::PermissionDenied.into()
            })
        }
        fn read_standard_input(&self, _: u64) -> std::io::Result<Rc<[u8]>> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn current_directory(&self) -> String {
            "/".into()
        }
    }
    let mut loader = Loader::new(Setup {
        files: Rc::new(Broken),
        path: SearchPath::default(),
        embedded: super::EMBEDDED,
        prefixes: Vec::new(),
        recover: true,
        salvage: false,
        parsed: None,
    });
    let mut recorder = Recorder::new();
    for name in ["x.bro", "large.bro", "-"] {
        loader.script(&mut recorder, name);
    }
    let expected = ["can't open ./x.bro", "can't open ./large.bro", "can't open <stdin>"];
    assert_eq!(recorder.messages(), expected.map(|message| format!("fatal error: {message}")));
    let codes: Vec<Code> = recorder.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, [Code::FileUnreadable, Code::LoadLimit, Code::FileUnreadable]);
}

#[test]
fn parameters() {
    let mut recorder = Recorder::new();
    let mut loader = loader(&[("x.bro", "global n = 1;")], true);
    loader.script(&mut recorder, "x.bro");
    loader.finish(&mut recorder, &["n=".into(), "none=1".into()], None);
    let expected = [
        "error: must assign non-empty value to 'n' in command-line options",
        "error: unknown identifier 'none' in command-line options",
    ];
    assert_eq!(recorder.messages(), expected);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    /// Any order of what directives and declarations are made of: loading ends, and everything wrong has a place.
    #[test]
    fn any_order_of_fragments(indices in proptest::collection::vec(0..FRAGMENTS.len(), 0..40)) {
        let text: String = indices.iter().flat_map(|index| [FRAGMENTS[*index], "\n"]).collect();
        let recorder = load(&[("x.bro", text.as_str()), ("y.bro", "@else\nglobal y = {\n")]);
        for diagnostic in &recorder.diagnostics {
            assert!(recorder.sources.place(diagnostic.span).is_some(), "{text}\n{diagnostic:?}");
            human(&recorder.sources, diagnostic, Style::default());
        }
    }
}

const FRAGMENTS: &[&str] = &[
    "@if ( T )",
    "@if ( F )",
    "@if (",
    "@ifdef ( a )",
    "@ifndef",
    "@else",
    "@endif",
    "@load y",
    "@load x",
    "@load ./none",
    "@unload y",
    "@prefixes += p",
    "@pragma push ignore-deprecations",
    "@pragma pop",
    "@DIR",
    "@DEBUG",
    "@nonsense",
    "export {",
    "}",
    "{",
    "(",
    ")",
    "[",
    "|",
    "/",
    "\"text",
    ";",
    "global a = 1;",
    "event e(a: count)",
    "## comment",
    "module M;",
    "print a",
    "if ( a )",
    "else",
    "\u{fffd}",
];
