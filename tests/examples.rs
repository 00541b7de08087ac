//! The examples of all natives, run as scripts: each must print what its native's documentation says.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

use brood::builtins;

/// Stands in front of each example's output.
const MARK: &str = "=== example";

fn run(options: &[&str], script: &Path) -> Output {
    let brood = env!("CARGO_BIN_EXE_brood");
    let folder = script.parent().unwrap();
    Command::new(brood).arg("run").args(options).arg(script).current_dir(folder).env_clear().output().unwrap()
}

#[test]
fn examples_print_what_they_say() {
    let examples: Vec<_> = builtins::all()
        .flat_map(|(_, native)| native.examples.iter().map(|(expression, text)| (native.name, *expression, *text)))
        .collect();
    let mut script = String::new();
    for (number, (_, expression, _)) in examples.iter().enumerate() {
        let _ = writeln!(script, "event bro_init() &priority=-{number}\n\t{{\n\tprint \"{MARK} {number}\";");
        let _ = writeln!(script, "\tprint {expression};\n\t}}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("examples.bro");
    std::fs::write(&path, script).unwrap();
    let output = run(&["-b"], &path);
    let errors = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut results = vec![None; examples.len()];
    for part in printed.split(MARK).skip(1) {
        let (number, text) = part.trim_start().split_once('\n').unwrap_or((part, ""));
        results[number.trim().parse::<usize>().unwrap()] = Some(text.strip_suffix('\n').unwrap_or(text));
    }
    let mut wrong = String::new();
    for ((name, expression, expected), result) in examples.iter().zip(results) {
        if result != Some(*expected) {
            let _ = writeln!(wrong, "{name}: {expression}\n  expected {expected:?}\n  printed  {result:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}\n{errors}");
}

#[test]
fn every_native_can_be_named() {
    let mut script = String::new();
    for (number, (_, native)) in builtins::all().enumerate() {
        let _ = writeln!(script, "function use_{number}()\n\t{{\n\tlocal f = {};\n\t}}", native.name);
    }
    script.push_str("event bro_init()\n\t{\n\tprint \"loaded\";\n\tterminate();\n\t}\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("names.bro");
    std::fs::write(&path, script).unwrap();
    let output = run(&[], &path);
    let errors = String::from_utf8_lossy(&output.stderr);
    let unknown: Vec<&str> = errors.lines().filter(|line| line.contains("error")).collect();
    assert_eq!(unknown, Vec::<&str>::new());
    assert!(String::from_utf8_lossy(&output.stdout).contains("loaded"), "{errors}");
}
