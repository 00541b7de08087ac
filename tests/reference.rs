//! `brood doc` and `brood dump`.

#![expect(clippy::unwrap_used, reason = "what cannot be done ends a test")]

use std::process::{Command, Output};

use tempfile::TempDir;

fn brood(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_brood")).args(arguments).env_clear().output().unwrap()
}

fn shown(arguments: &[&str]) -> String {
    let output = brood(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_native_is_told_with_its_example() {
    let text = shown(&["doc", "to_upper"]);
    assert!(text.starts_with("function to_upper(str: string): string\n"), "{text}");
    assert!(text.contains("example    to_upper(\"Abc\") gives ABC\n"), "{text}");
}

#[test]
fn a_name_of_the_framework_is_told_with_value_and_place() {
    let text = shown(&["doc", "Cluster::retry_interval"]);
    assert!(text.starts_with("const Cluster::retry_interval: interval &redef\n"), "{text}");
    assert!(text.contains("value      1.0 min\n"), "{text}");
    assert!(text.contains("declared   base/frameworks/cluster/"), "{text}");
}

#[test]
fn a_record_is_told_field_by_field() {
    let text = shown(&["doc", "Cluster::Node"]);
    assert!(text.contains("    ## Where it runs.\n    ip: addr;\n"), "{text}");
    assert!(text.contains("    interface: string &optional;\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn a_name_is_found_without_its_module_and_modules_are_listed() {
    assert_eq!(shown(&["doc", "node_topic"]), shown(&["doc", "Cluster::node_topic"]));
    let listing = shown(&["doc", "Cluster"]);
    assert!(listing.contains("\n  Cluster::node_topic "), "{listing}");
    assert!(listing.lines().all(|line| line.chars().count() <= 80), "{listing}");
    let overview = shown(&["doc"]);
    assert!(overview.lines().any(|line| line.starts_with("Broker ")), "{overview}");
}

#[test]
fn an_unknown_name_has_a_suggestion() {
    let output = brood(&["doc", "Cluster::node_topics"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "brood doc: nothing is known of Cluster::node_topics; did you mean Cluster::node_topic?\n"
    );
}

#[test]
fn the_whole_reference_is_there_as_markdown() {
    let text = shown(&["doc", "--all", "--format", "markdown"]);
    assert!(text.contains(
        "\n## Cluster::node_topic\n\n```bro\nfunction Cluster::node_topic(name: string): string &redef\n```\n"
    ));
    assert!(text.contains("\n## to_upper\n"));
    assert_eq!(text.matches("```").count() % 2, 0);
}

fn dump(stage: &str, script: &str) -> (String, String, Option<i32>) {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("x.bro"), script).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_brood"));
    let output = command.args(["dump", "-b", stage, "x.bro"]).current_dir(folder.path()).env_clear().output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn tokens_have_place_kind_and_text() {
    let (text, _, status) = dump("tokens", "global x = 1;\n");
    let expected = "     1:1  keyword       global\n     1:8  name          x\n    1:10  mark          =\n    \
                    1:12  count         1\n    1:13  mark          ;\n";
    assert_eq!(text, expected);
    assert_eq!(status, Some(0));
}

#[test]
fn trees_are_printed_anew_and_errors_told() {
    let (text, errors, status) = dump("ast", "global   x=1;\nglobal = 2;\nevent e() { print x; }\n");
    assert!(text.starts_with("# 1:1 variable\nglobal x = 1;\n\n# 3:1 function\nevent e()\n"), "{text}");
    assert!(errors.contains("syntax error"), "{errors}");
    assert_eq!(status, Some(1));
}

#[test]
fn bodies_show_what_the_checker_decided() {
    let script = "function f(a: count, b: double): double\n\t{\n\treturn a * b;\n\t}\n";
    let (text, _, status) = dump("hir", script);
    let expected = "function f: double\n  parameter #0 a: count\n  parameter #1 b: double\n  \
                    return (number<double>(a#0) * b#1)\n";
    assert!(text.contains(expected), "{text}");
    assert_eq!(status, Some(0));
    let (text, _, _) = dump("code", script);
    assert!(text.contains("f: ") && text.contains("MultiplyDouble"), "{text}");
}
