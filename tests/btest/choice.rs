//! Which tests run: by paths, names, groups, and by what happened last time.

use std::fs;
use std::process::Command;

use super::Suite;

fn three() -> Suite {
    Suite::with(&[
        ("btest.cfg", "[btest]\nTestDirs = a b\nIgnoreDirs = skip\nIgnoreFiles = *.tmp\n"),
        ("a/one.sh", "# @TEST-EXEC: true\n# @TEST-GROUP: left\n# @TEST-DOC: The first.\n# @TEST-DOC: And more.\n"),
        ("a/two.sh", "# @TEST-EXEC: test -e \"$TEST_BASE/mended\"\n# @TEST-GROUP: left\n# @TEST-GROUP: right\n"),
        ("a/left.tmp", "nothing\n"),
        ("a/skip/file", "nothing\n"),
        ("b/deep/three", "@TEST-EXEC: true\n@TEST-START-NEXT\nx\n"),
        ("c/four", "@TEST-EXEC: true\n"),
    ])
}

fn listed(suite: &Suite, arguments: &[&str]) -> Vec<String> {
    let run = suite.run(&[&["-l"], arguments].concat());
    assert_eq!(run.status, 0, "{}", run.errors);
    run.output.lines().map(str::to_owned).collect()
}

#[test]
fn tests_are_named_by_paths_and_names() {
    let suite = three();
    assert_eq!(listed(&suite, &[]), ["a.one", "a.two", "b.deep.three", "b.deep.three-2"]);
    assert_eq!(listed(&suite, &["."]), ["a.one", "a.two", "b.deep.three", "b.deep.three-2"]);
    assert_eq!(listed(&suite, &["b"]), ["b.deep.three", "b.deep.three-2"]);
    assert_eq!(listed(&suite, &["a/one.sh", "a.two", "a"]), ["a.one", "a.two"]);
    assert_eq!(listed(&suite, &["b.deep.three-2"]), ["b.deep.three-2"]);
    assert_eq!(listed(&suite, &["c"]), ["c.four"]);
    assert_eq!(listed(&suite, &["c/four"]), ["c.four"]);
    let run = suite.run(&["c.four"]);
    assert_eq!(run.status, 1);
    assert!(run.errors.contains("cannot read"), "{}", run.errors);
}

#[test]
fn what_the_suite_has_for_itself_is_no_test() {
    let suite = Suite::with(&[
        ("btest.cfg", "[btest]\nTestDirs = .\nTmpDir = kept\nStateFile = failed\n"),
        ("one", "@TEST-EXEC: echo 1 >output\n@TEST-EXEC: btest-diff output\n"),
        ("two", "@TEST-EXEC: false\n"),
        ("Baseline/one/output", "1\n"),
    ]);
    // The second time there is more: what the first one has left.
    for _ in 0..2 {
        let run = suite.run(&["-b", "-t"]);
        assert_eq!(run.lines(), ["two ... failed", "1 of 2 tests failed"], "{}", run.errors);
        assert!(suite.path("kept/two").exists() && suite.path("failed").exists());
    }
    assert_eq!(listed(&suite, &["."]), ["one", "two"]);
    assert_eq!(listed(&suite, &["btest.cfg", "one", "Baseline", "kept", "failed"]), ["one"]);
    // What is no test of the suite and was meant to be one is told.
    suite.write("three", "nothing\n");
    assert!(suite.run(&["-l", "."]).errors.contains("three"));
}

#[test]
fn what_has_no_end_is_no_test() {
    let suite = three();
    let made = Command::new("mkfifo").arg(suite.path("a/pipe")).status().unwrap();
    assert!(made.success());
    // It has holes, and takes no room.
    fs::File::create(suite.path("a/data")).unwrap().set_len(1 << 36).unwrap();
    let mut command = Command::new("timeout");
    let output = command.args(["20", super::BROOD, "test", "-l", "a"]).current_dir(suite.path("")).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "a.one\na.two\n");
    let run = suite.run(&["-l", "a/data"]);
    assert!(run.status == 1 && run.errors.contains("a/data: file too large"), "{}", run.errors);
}

#[test]
fn the_configuration_is_found_above_the_tests() {
    let suite = three();
    let mut command = suite.command(&["-l"]);
    let output = command.current_dir(suite.path("b/deep")).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("a.one\n"));
    let mut command = suite.command(&["-l", suite.path("b").to_str().unwrap()]);
    let output = command.current_dir("/").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "b.deep.three\nb.deep.three-2\n");
    suite.write("other.cfg", "[btest]\nTestDirs = c\n");
    assert_eq!(listed(&suite, &["-c", "other.cfg"]), ["c.four"]);
    let output = suite.command(&["-l"]).env("BTEST_CFG", "other.cfg").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "c.four\n");
}

#[test]
fn groups_choose_tests() {
    let suite = three();
    assert_eq!(listed(&suite, &["-g", "left"]), ["a.one", "a.two"]);
    assert_eq!(listed(&suite, &["-g", "right,none"]), ["a.two"]);
    assert_eq!(listed(&suite, &["-g", "-right"]), ["a.one", "b.deep.three", "b.deep.three-2"]);
    assert_eq!(listed(&suite, &["-g", "-"]), ["b.deep.three", "b.deep.three-2"]);
    let run = suite.run(&["-g", "none"]);
    assert_eq!((run.status, run.errors.as_str()), (0, "no tests to execute\n"));
}

#[test]
fn those_that_failed_run_again() {
    let suite = three();
    let run = suite.run(&["-r"]);
    assert!(run.errors.starts_with("warning: cannot read state file, executing all tests\n"), "{}", run.errors);
    assert_eq!(suite.read(".btest.failed.dat"), "a.two\n");
    assert_eq!(suite.run(&["-r"]).errors, "a.two ... failed\n1 of 1 test failed\n");
    suite.write("mended", "");
    assert_eq!(suite.run(&["-r"]).errors, "a.two ... ok\nall 1 tests successful\n");
    let run = suite.run(&["-r"]);
    assert_eq!((run.status, run.errors.as_str()), (0, "no tests failed last time\n"));
}

#[test]
fn a_file_may_name_the_tests() {
    let suite = three();
    suite.write("list", "# chosen\n\na.one\n  c/four\n");
    assert_eq!(listed(&suite, &["-i", "list"]), ["a.one", "c.four"]);
    assert_eq!(suite.run(&["-i", "nothing"]).status, 1);
}

#[test]
fn what_tests_say_of_themselves_is_printed() {
    let suite = three();
    let run = suite.run(&["-R", "md", "a"]);
    let expected = "# a\n\n* `a.one`:\n    The first.\n    And more.\n* `a.two`:\n    No documentation.\n\n";
    assert_eq!(run.output, expected);
    let run = suite.run(&["-R", "rst", "a.one"]);
    assert_eq!(run.output, "a\n-\n\n    ``a.one``:\n        The first.\n        And more.\n\n");
}

#[test]
fn a_folder_without_configuration_is_a_suite() {
    let suite = Suite::with(&[
        ("tests/greet.bro", "# @TEST-EXEC: brood run -b %INPUT >output\n# @TEST-EXEC: btest-diff output\nprint 42;\n"),
        ("tests/deep/other.sh", "# @TEST-EXEC: true\n"),
        ("tests/notes.md", "no test\n"),
        ("tests/.hidden", "# @TEST-EXEC: false\n"),
    ]);
    let run = suite.run(&["tests"]);
    assert_eq!(run.status, 1);
    assert_eq!(run.lines(), ["deep.other ... ok", "greet ... failed", "1 of 2 tests failed"], "{}", run.errors);
    assert!(run.errors.contains("  42\n"), "the output that has no baseline is not shown:\n{}", run.errors);
    assert!(run.errors.contains("no baseline found"), "{}", run.errors);
    assert_eq!(suite.run(&["-U", "tests/greet.bro"]).status, 0);
    assert!(suite.read("tests/Baseline/greet/output").ends_with(".\n42\n"));
    assert_eq!(suite.run(&["tests"]).lines(), ["deep.other ... ok", "greet ... ok", "all 2 tests successful"]);
    // A file further down belongs to the suite that has the baselines.
    assert_eq!(suite.run(&["tests/deep/other.sh"]).lines(), ["deep.other ... ok", "all 1 tests successful"]);
    assert_eq!(listed(&suite, &["tests/deep"]), ["deep.other"]);
}

#[test]
fn what_failed_is_kept_where_nobody_has_made_a_folder_for_it() {
    let suite = Suite::with(&[
        ("btest.cfg", "[btest]\nTestDirs = a\nStateFile = somewhere/failed\n"),
        ("a/one_test.bro", "function test_one() { assert F; }\nfunction test_two() { }\n"),
    ]);
    assert_eq!(suite.run(&[]).status, 1);
    assert_eq!(suite.read("somewhere/failed"), "a/one_test.bro::test_one\n");
}
