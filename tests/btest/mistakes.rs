//! What is wrong with a suite is told with its place, and nothing runs.

use super::Suite;

/// Runs one test file that has mistakes; gives what is said, without the breaks of lines.
fn told(text: &str) -> (i32, String) {
    let suite = Suite::with(&[("btest.cfg", "[btest]\nTestDirs = tests\n"), ("tests/one.sh", text)]);
    let run = suite.run(&["-d"]);
    (run.status, run.errors)
}

#[test]
fn keywords_that_cannot_stand_where_they_do_have_a_place() {
    for (text, message, place) in [
        ("# @TEST-EXEC: true\n@TEST-END-FILE\n", "@TEST-END-FILE without @TEST-START-FILE", "tests/one.sh:2:1"),
        ("# @TEST-SERIALIZE: a\n# @TEST-EXEC: true\n# @TEST-SERIALIZE: b\n", "only once", "tests/one.sh:3:1"),
        ("# @TEST-EXEC: true\n@TEST-START-FILE \nx\n@TEST-END-FILE\n", "has no name", "tests/one.sh:2:1"),
    ] {
        let (status, errors) = told(text);
        assert_eq!(status, 1, "{text}");
        assert!(errors.contains("error[B5001]") && errors.contains(message) && errors.contains(place), "{errors}");
        assert!(!errors.contains(" ... "), "a test ran:\n{errors}");
    }
    let (status, errors) = told("no command\n");
    assert_eq!(status, 1);
    assert!(errors.contains("error[B5002]") && errors.contains("tests/one.sh"), "{errors}");
    assert!(!errors.contains("test_*"), "{errors}");
}

#[test]
fn of_a_script_without_tests_it_is_said_what_tests_in_it_are_called() {
    let suite = Suite::with(&[("lib.bro", "global lib = 1;\n")]);
    let errors = suite.run(&["lib.bro"]).errors;
    assert!(errors.contains("error[B5002]"), "{errors}");
    assert!(errors.contains("a script of unit tests has functions or events called test_*"), "{errors}");
}

#[test]
fn what_looks_like_a_keyword_is_pointed_out_and_the_test_runs() {
    for (text, message) in [
        ("# @TEST-EXEC: true\n# @TEST-REQUIRE: false\n", "'@TEST-REQUIRE' is no keyword: '@TEST-REQUIRES' is"),
        ("# @TEST-EXEC: true\n# @TEST-EXEC false\n", "'@TEST-EXEC' is ignored: ':' must follow it"),
        ("# @TEST-EXEC: true\n@TEST-START-FILE x\ny\n", "no @TEST-END-FILE follows"),
    ] {
        let (status, errors) = told(text);
        assert_eq!(status, 0, "{errors}");
        assert!(errors.contains("warning[B5001]") && errors.contains(message), "{errors}");
        assert!(errors.ends_with("tests.one ... ok\nall 1 tests successful\n"), "{errors}");
    }
    let (_, errors) = told("# @TEST-EXEC: true\n# Lines with @TEST-EXEC run in a shell; @TEST-SOMETHING is ours.\n");
    assert!(!errors.contains("warning"), "{errors}");
}

#[test]
fn tests_that_are_not_there_have_the_place_that_names_them() {
    let suite = Suite::with(&[
        ("btest.cfg", "[btest]\nTestDirs = tests\n"),
        ("tests/one.sh", "@TEST-EXEC: true\n"),
        ("chosen", "# those\n\ntests.one\n\t tests.two\n"),
    ]);
    let run = suite.run(&["-i", "chosen"]);
    assert!(
        run.status == 1 && run.errors.contains("error[B5004]") && run.errors.contains("[ chosen:4:3 ]"),
        "{}",
        run.errors
    );
    suite.write("tests/one.test", "more\n@TEST-EXEC: true\n");
    let errors = suite.run(&[]).errors;
    assert!(errors.contains("error[B5004]") && errors.contains("[ tests/one.test:1:1 ]"), "{errors}");
    assert!(errors.contains("[ tests/one.sh:1:1 ]") && errors.contains("the other one"), "{errors}");
    let suite = Suite::with(&[
        ("btest.cfg", "[btest]\nTestDirs = tests\n"),
        ("tests/one", "@TEST-EXEC: true\n@TEST-START-NEXT\n"),
        ("tests/one#2", "@TEST-EXEC: true\n"),
    ]);
    let errors = suite.run(&[]).errors;
    assert!(errors.contains("cannot use START-NEXT with tests split across parts"), "{errors}");
    assert!(errors.contains("[ tests/one:1:1 ]"), "{errors}");
}

#[test]
fn a_file_that_cannot_be_copied_has_the_place_of_the_line() {
    let (status, errors) = told("# @TEST-EXEC: true\n# @TEST-COPY-FILE: no/such\n");
    assert_eq!(status, 1);
    assert!(errors.contains("tests/one.sh:2: cannot copy no/such: No such file"), "{errors}");
}

#[test]
fn a_configuration_that_is_wrong_is_refused() {
    for (text, message) in [
        ("TestDirs = tests\n", "btest.cfg:1:1"),
        ("[btest]\nTestDirs = tests\nTestDirs = more\n", "btest.cfg:3:1"),
        ("[btest]\nTestDirs = %(nothing)s\n", "there is no value \"nothing\""),
        ("[btest]\nTestDirs = tests\n[environment]\nA = 100%\n", "'%' must be followed by"),
        ("[btest]\nTestDirs = tests\nMinVersion = 99.1\n", "requires at least BTest 99.1"),
        ("[btest]\nTestDirs = tests\nMinVersion = new\n", "invalid version new"),
        ("[btest]\nTestDirs = tests\nPortRange = 20-10\n", "invalid PortRange value: 20-10"),
        ("[btest]\nTestDirs = tests\nTimingDeltaPerc = much\n", "TimingDeltaPerc is no number: much"),
    ] {
        let suite = Suite::with(&[("btest.cfg", text), ("tests/one", "@TEST-EXEC: true\n")]);
        let run = suite.run(&[]);
        assert_eq!(run.status, 1, "{text}");
        let words = run.errors.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("error[B5003]") && words.contains(message), "{text}: {}", run.errors);
    }
    let suite = Suite::with(&[("tests/one", "@TEST-EXEC: true\n")]);
    let run = suite.run(&["-c", "none.cfg"]);
    assert!(run.status == 1 && run.errors.contains("configuration file 'none.cfg' not found"), "{}", run.errors);
    let suite = Suite::with(&[
        ("btest.cfg", "[btest]\nTestDirs = tests\n[environment-x]\n-A = 1\n"),
        ("tests/one", "@TEST-EXEC: true\n"),
    ]);
    assert_eq!(suite.run(&[]).status, 0, "alternatives that nobody chose are not looked at");
    let run = suite.run(&["-a", "x"]);
    assert!(run.status == 1 && run.errors.contains("expected empty value for \"-A\""), "{}", run.errors);
}

#[test]
fn suites_of_their_own_do_not_mix() {
    let suite = Suite::with(&[
        ("a/btest.cfg", "[btest]\nTestDirs = .\nIgnoreFiles = btest.cfg\n"),
        ("a/one", "@TEST-EXEC: true\n"),
        ("b/btest.cfg", "[btest]\nTestDirs = .\nIgnoreFiles = btest.cfg\n"),
        ("b/one", "@TEST-EXEC: true\n"),
    ]);
    assert_eq!(suite.run(&["a"]).errors, "one ... ok\nall 1 tests successful\n");
    let run = suite.run(&["a", "b"]);
    let words = run.errors.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(run.status == 1 && words.contains("different configuration files together"), "{words}");
}

#[test]
fn parts_are_not_named_by_themselves_and_do_not_mix_with_further_tests() {
    let suite = Suite::with(&[
        ("btest.cfg", "[btest]\nTestDirs = tests\n"),
        ("tests/one.sh#1", "@TEST-EXEC: true\n@TEST-START-NEXT\nx\n"),
        ("tests/one.sh#2", "@TEST-EXEC: true\n"),
    ]);
    let run = suite.run(&["tests/one.sh#1"]);
    assert!(run.status == 1 && run.errors.contains("Do not specify files with part numbers"), "{}", run.errors);
    let run = suite.run(&[]);
    assert!(run.status == 1 && run.errors.contains("split across parts (tests.one)"), "{}", run.errors);
}

#[test]
fn an_option_may_be_given_again_or_cut() {
    let suite = Suite::with(&[
        ("btest.cfg", "[btest]\nTestDirs = t\n[environment]\nX = %(x)s\nY = %(y)s\n"),
        ("t/one", "@TEST-EXEC: echo $X $Y >out\n@TEST-EXEC: btest-diff out\n"),
        ("Baseline/t.one/out", "1 2\n"),
    ]);
    let settings = ["-s", "x=1", "-s", "y=3", "-s", "y=2"];
    for again in [
        &["-d", "-d"][..],
        &["-j", "1", "-j", "2"],
        &["-c", "none.cfg", "-c", "btest.cfg"],
        &["-f", "one", "-f", "two"],
        &["-a", "none", "-a", "-"],
        &["--verb", "--diagnostics-a", "--jo", "2"],
    ] {
        let run = suite.run(&[&settings, again].concat());
        assert_eq!(run.status, 0, "{again:?}: {}", run.errors);
    }
    assert!(!suite.path("one").exists() && suite.path("two").exists(), "the last counts");
    assert_eq!(suite.run(&["--up"]).status, 2, "which one is not clear");
}
