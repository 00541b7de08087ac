//! Which scripts are read, when, and how often.

use super::{EMBEDDED, Recorder, load, load_into, loader};
use crate::load::files::MemoryFiles;
use crate::load::path::SearchPath;
use crate::load::{Loader, Setup};

fn verbose(files: &[(&str, &str)]) -> Vec<String> {
    let mut recorder = Recorder::new();
    recorder.verbose = true;
    load_into(&mut recorder, &mut loader(files, true), files);
    assert_eq!(recorder.messages(), [""; 0]);
    recorder.lines
}

#[test]
fn a_load_suspends_the_file() {
    let lines = load(&[
        ("x.bro", "global x1 = 1;\n@load y\nglobal x2 = 1;\n@load y\n@load ./y.bro"),
        ("y.bro", "global y = 1;\n@load x\n"),
    ])
    .lines;
    assert_eq!(lines, ["global x1 = 1;", "global y = 1;", "global x2 = 1;"]);
}

#[test]
fn what_follows_on_the_line_of_a_load_is_script() {
    let lines = load(&[("x.bro", "@load y global x = 1;"), ("y.bro", "global y = 1;")]).lines;
    assert_eq!(lines, ["global y = 1;", "global x = 1;"]);
}

#[test]
fn levels_and_modules() {
    let lines = verbose(&[
        ("x.bro", "module X;\n@load y\nglobal x = 1;\n@load z"),
        ("y.bro", "global y = 1; module Y; global y2 = 1;\n@load base/a"),
        ("z.bro", "global z = 1;"),
    ]);
    let expected = [
        "0 ./x.bro",
        "X: module X;",
        "1 ./y.bro",
        "X: global y = 1;",
        "Y: module Y;",
        "Y: global y2 = 1;",
        "2 /brood-embedded/base/a/__load__.bro",
        "3 /brood-embedded/base/a/main.bro",
        "Y: global a_main = 1;",
        "X: global x = 1;",
        "1 ./z.bro",
        "X: global z = 1;",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_load_inside_a_declaration_and_inside_export() {
    let lines =
        load(&[("x.bro", "export {\n@load y\nglobal x = 1; }\nglobal z = 1;"), ("y.bro", "global y = 1;")]).lines;
    assert_eq!(lines, ["export global y = 1;", "export global x = 1;", "global z = 1;"]);
    let files = [("x.bro", "global x = {\n@load y\n};"), ("y.bro", "1, 2,\n")];
    let recorder = load(&files);
    assert_eq!(recorder.messages(), [""; 0]);
    assert_eq!(recorder.lines.len(), 1);
}

#[test]
fn standard_input_is_read_once() {
    let mut files = MemoryFiles::default();
    files.standard_input = b"global x = 1;\nprint @DIR, @FILENAME;".to_vec();
    let mut loader = Loader::new(Setup {
        files: std::rc::Rc::new(files),
        path: SearchPath::default(),
        embedded: EMBEDDED,
        prefixes: Vec::new(),
        recover: true,
        salvage: false,
        parsed: None,
    });
    let mut recorder = Recorder::new();
    recorder.verbose = true;
    loader.script(&mut recorder, "-");
    loader.script(&mut recorder, "-");
    let expected = ["0 <stdin>", "GLOBAL: global x = 1;", "GLOBAL: print @DIR, @FILENAME;"];
    assert_eq!(recorder.lines, expected);
}

#[test]
fn base_scripts_are_those_of_the_binary() {
    let files = [("base/a/main.bro", "global other = 1;")];
    let mut recorder = Recorder::new();
    let mut loader = loader(&files, true);
    loader.base_script(&mut recorder, "base/a/main");
    assert_eq!(recorder.lines, ["global a_main = 1;"]);
    loader.script(&mut recorder, "base/a/main");
    assert_eq!(recorder.lines, ["global a_main = 1;", "global other = 1;"]);
}

#[test]
fn prefixed_scripts_come_after_all_others() {
    let files = [
        ("x.bro", "@prefixes += p:q\n@load d/y\n@load pkg\nglobal x = 1;"),
        ("d/y.bro", "global y = 1;"),
        ("pkg/__load__.bro", "global pkg = 1;"),
        ("p.x.bro", "global p_x = 1;"),
        ("q.x.bro", "global q_x = 1;"),
        ("p.d.y.bro", "global p_d_y = 1;"),
        ("p.pkg.bro", "global p_pkg = 1;"),
        ("p.p.x.bro", "global p_p_x = 1;"),
        ("z.x.bro", "global never = 1;"),
    ];
    let mut names: Vec<String> =
        load(&files).lines.iter().map(|line| line.replace("global ", "").replace(" = 1;", "")).collect();
    let last = names.split_off(3);
    assert_eq!(names, ["y", "pkg", "x"]);
    assert_eq!(last, ["q_x", "p_x", "p_d_y", "p_pkg", "p_p_x"]);
}

#[test]
fn prefixes_are_replaced_and_added_to() {
    let files = [
        ("x.bro", "@prefixes = a\n@prefixes = b:c\n@prefixes += d"),
        ("a.x.bro", "global a = 1;"),
        ("b.x.bro", "global b = 1;"),
        ("c.x.bro", "global c = 1;"),
        ("d.x.bro", "global d = 1;"),
    ];
    assert_eq!(load(&files).lines, ["global d = 1;", "global c = 1;", "global b = 1;"]);
}

#[test]
fn parameters_and_command_line_come_last() {
    let files = [("x.bro", "global some_text = \"\"; global n = 1;\nprint n;")];
    let mut recorder = Recorder::new();
    let mut loader = loader(&files, true);
    loader.script(&mut recorder, "x.bro");
    let parameters = ["some_text=a b", "n=2", "n+=3", "some_text=", "some_text=\"q\""].map(String::from);
    loader.finish(&mut recorder, &parameters, Some("print 1"));
    assert_eq!(recorder.messages(), [""; 0]);
    let expected = [
        "redef some_text = \"a b\";",
        "redef n = 2;",
        "redef n += 3;",
        "redef some_text = \"\";",
        "redef some_text = \"q\";",
        "print 1 ;",
    ];
    assert_eq!(recorder.lines[3..], expected[..]);
}

#[test]
fn scripts_can_be_loaded_again_after_forgetting_them() {
    let files = [("x.bro", "global x = 1;")];
    let mut recorder = Recorder::new();
    let mut loader = loader(&files, true);
    load_into(&mut recorder, &mut loader, &files);
    load_into(&mut recorder, &mut loader, &files);
    assert_eq!(recorder.lines.len(), 1);
    loader.forget();
    load_into(&mut recorder, &mut loader, &files);
    assert_eq!(recorder.lines.len(), 2);
    assert_eq!(loader.scripts().collect::<Vec<_>>(), ["./x.bro"]);
}
