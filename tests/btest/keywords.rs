//! Each keyword does what it is documented to do: the folder of a test says what is to become of it.

use std::collections::BTreeMap;

use super::Suite;

fn wrong(verdicts: &BTreeMap<String, String>) -> Vec<String> {
    let expected = |name: &str| match name.split_once('.').unwrap().0 {
        "known" => "known-failure".to_owned(),
        folder => folder.to_owned(),
    };
    verdicts.iter().filter(|(name, is)| expected(name) != **is).map(|(name, is)| format!("{name}: {is}")).collect()
}

#[test]
fn every_keyword_does_what_it_says() {
    let suite = Suite::of("keywords");
    let verdicts = suite.verdicts(&["-j", "2"]);
    assert_eq!(wrong(&verdicts), Vec::<String>::new());
    assert_eq!(verdicts.len(), 32, "{verdicts:?}");
    for name in ["passed.start-next-2", "passed.start-next-3", "passed.parts", "passed.session", "known.fails"] {
        assert!(verdicts.contains_key(name), "{name}");
    }
    assert!(!suite.path("must-not-be").exists(), "a test went on behind what failed");
    assert!(suite.path("went-on").exists(), "a test did not go on behind exit status 100");
}

#[test]
fn alternatives_change_variables_inputs_and_commands() {
    let suite = Suite::of("keywords");
    let verdicts = suite.verdicts(&["-a", "other, -", "passed"]);
    assert_eq!(verdicts["passed.alternative [other]"], "passed");
    assert!(!verdicts.contains_key("passed.alternative"));
    assert_eq!(verdicts["passed.environment"], "passed");
    assert!(!verdicts.contains_key("passed.environment [other]"));
    assert_eq!(verdicts["passed.macros"], "passed");
    assert_eq!(verdicts["passed.macros [other]"], "passed");
    let run = suite.run(&["-a", "other", "passed.macros"]);
    assert_eq!(run.errors, "passed.macros [other] ... ok\nall 1 tests successful\n");
    let run = suite.run(&["-a", "nowhere"]);
    assert_eq!(run.status, 1);
    assert!(run.errors.contains("alternative \"nowhere\" is undefined"), "{}", run.errors);
}

#[test]
fn an_alternative_may_have_baselines_of_its_own() {
    let suite = Suite::of("keywords");
    assert_eq!(suite.run(&["-a", "elsewhere", "passed.start-file"]).status, 1);
    assert_eq!(suite.run(&["-a", "elsewhere", "-U", "passed.start-file"]).status, 0);
    assert_eq!(suite.run(&["-a", "elsewhere", "passed.start-file"]).status, 0);
    assert!(
        suite
            .read("Baseline.elsewhere/passed.start-file/output")
            .ends_with(".63.\n1\n# @TEST-EXEC: false\n# @TEST-IGNORE\n")
    );
}

#[test]
fn hooks_run_around_tests_and_parts() {
    let suite = Suite::of("keywords");
    suite.run(&["passed.macros", "failed.command", "failed.goes-on", "skipped"]);
    let mut lines: Vec<String> = suite.read("teardown").lines().map(str::to_owned).collect();
    lines.sort();
    // What failed, and the exit status of the last command, which is the finalizer; a test that was skipped has nothing to
    // tear down.
    assert_eq!(lines, ["failed.command 1 0", "failed.goes-on 1 0", "passed.macros 0 0"]);
    suite.run(&["-t", "passed.parts"]);
    let part = ["part initializer", "part finalizer", "part teardown"];
    let hooks = [&["initializer"][..], &part, &part, &part, &["finalizer"]].concat();
    assert_eq!(suite.read(".tmp/passed.parts/hooks").lines().collect::<Vec<_>>(), hooks);
    // The part's finalizer is for what went well, that of the test is not.
    suite.run(&["-t", "failed.succeeds"]);
    let hooks = ["initializer", "part initializer", "part teardown", "finalizer"];
    assert_eq!(suite.read(".tmp/failed.succeeds/hooks").lines().collect::<Vec<_>>(), hooks);
}

#[test]
fn a_hook_that_fails_fails_the_test() {
    for hook in ["Initializer", "PartInitializer", "PartFinalizer", "PartTeardown", "Finalizer", "Teardown"] {
        let suite = Suite::with(&[
            ("btest.cfg", &format!("[btest]\nTestDirs = tests\n{hook} = exit 9; echo\n")),
            ("tests/one", "@TEST-EXEC: touch \"$TEST_BASE/ran\"\n"),
        ]);
        let run = suite.run(&["-d"]);
        assert_eq!(run.status, 1, "{hook}");
        assert!(run.errors.contains("% 'exit 9; echo tests.one' failed unexpectedly (exit code 9)"), "{}", run.errors);
        assert_eq!(suite.path("ran").exists(), !hook.ends_with("Initializer"), "{hook}");
    }
}

#[test]
fn the_finalizer_runs_behind_what_failed() {
    let suite = Suite::with(&[
        (
            "btest.cfg",
            "[btest]\nTestDirs = t\nInitializer = test ! -e no && echo\nFinalizer = echo >>$TEST_BASE/ended\n",
        ),
        ("t/one", "@TEST-EXEC: exit 7\n"),
        ("t/known", "@TEST-EXEC: false\n@TEST-KNOWN-FAILURE: so it is\n"),
        ("t/none", "@TEST-EXEC: true\n@TEST-START-FILE no\n@TEST-END-FILE\n"),
    ]);
    assert_eq!(suite.run(&[]).status, 1);
    // Behind an initializer that failed nothing runs.
    let mut ended: Vec<String> = suite.read("ended").lines().map(str::to_owned).collect();
    ended.sort();
    assert_eq!(ended, ["t.known", "t.one"]);
}

#[test]
fn hooks_of_parts_take_the_name_that_all_tests_of_a_file_have() {
    let hooks = ["PartInitializer", "PartFinalizer", "PartTeardown", "Teardown"];
    let lines = hooks.map(|hook| format!("{hook} = echo {hook} >>hooks\n")).concat();
    let suite = Suite::with(&[
        ("btest.cfg", &format!("[btest]\nTestDirs = t\n{lines}")),
        ("t/one", "@TEST-EXEC: true\n@TEST-START-NEXT\n"),
    ]);
    suite.run(&["-t", "t.one-2"]);
    let expected = "PartInitializer t.one\nPartFinalizer t.one\nPartTeardown t.one\nTeardown t.one-2\n";
    assert_eq!(suite.read(".tmp/t.one-2/hooks"), expected);
}

#[test]
fn the_prefix_of_keywords_can_be_another() {
    let suite = Suite::with(&[
        ("btest.cfg", "[btest]\nTestDirs = tests\nCommandPrefix = $(CHECK-\n"),
        ("tests/one", "$(CHECK-EXEC: true\n@TEST-EXEC: false\n"),
    ]);
    assert_eq!(suite.run(&[]).errors, "tests.one ... ok\nall 1 tests successful\n");
}
