//! Who is told what: lines, diagnostics, files for programs, a terminal.

use super::{Suite, terminal::Terminal};

fn suite() -> Suite {
    Suite::with(&[
        ("btest.cfg", "[btest]\nTestDirs = t\n"),
        ("t/bad", "@TEST-EXEC: printf 'one\\nzwei <&>\\n' >out\n@TEST-EXEC: btest-diff out\n"),
        ("Baseline/t.bad/out", "one\ntwo\n"),
        ("t/good", "@TEST-EXEC: echo note >&2\n"),
        ("t/known", "@TEST-KNOWN-FAILURE\n@TEST-EXEC: false\n"),
        ("t/skipped", "@TEST-REQUIRES: false\n@TEST-EXEC: true\n"),
        ("t/stages", "@TEST-EXEC: btest-progress stage one\n@TEST-EXEC: echo aside >>$TEST_VERBOSE\n"),
    ])
}

const DIFFERENCE: &str = "  == Diff ===============================\n";

#[test]
fn lines_are_those_of_btest() {
    let suite = suite();
    let run = suite.run(&[]);
    assert_eq!(run.status, 1);
    assert_eq!(
        run.errors,
        "t.bad ... failed\nt.good ... ok\nt.known ... failed (expected)\nt.skipped ... not available, skipped\n\
         t.stages ... \n  - stage one\nt.stages ... ok\n2 of 5 tests failed (with 1 expected to fail), 1 skipped\n"
    );
    assert_eq!(run.output, "");
    assert_eq!(suite.run(&["-b"]).lines().len(), 3);
    assert_eq!(suite.run(&["-q"]).errors, "t.bad ... failed\nt.known ... failed (expected)\n");
    assert_eq!(suite.run(&["-q", "t.good"]).errors, "");
    let run = suite.run(&["-b", "t.known", "t.skipped"]);
    assert_eq!(run.status, 0, "what is known to fail fails no run");
    let run = suite.run(&["t.good", "t.skipped"]);
    assert_eq!(run.lines().last(), Some(&"1 test successful, 1 skipped"));
    assert_eq!(suite.run(&["t.good"]).lines().last(), Some(&"all 1 tests successful"));
}

#[test]
fn commands_are_told_of_to_those_who_ask() {
    let suite = suite();
    assert_eq!(
        suite.run(&["-v", "t.stages"]).errors,
        "t.stages ...\n  > btest-progress stage one\n  > echo aside >>$TEST_VERBOSE\n  - stage one\n\
         \x20 > [test-verbose] aside\n... t.stages ok\nall 1 tests successful\n"
    );
}

#[test]
fn diagnostics_show_what_differs() {
    let suite = suite();
    let run = suite.run(&["-d"]);
    assert!(run.errors.contains("t.bad ... failed\n  % 'btest-diff out' failed unexpectedly (exit code 1)\n"));
    assert!(run.errors.contains(DIFFERENCE), "{}", run.errors);
    assert!(run.errors.contains("  @@ -1,2 +1,2 @@\n   one\n  -two\n  +zwei <&>\n"), "{}", run.errors);
    assert!(!run.errors.contains("'false' failed"), "a failure that is known is told:\n{}", run.errors);
    let run = suite.run(&["-D"]);
    assert!(run.errors.contains("t.good ... ok\n  % cat .stderr\n  note\n"), "{}", run.errors);
    assert!(run.errors.contains("'false' failed"), "{}", run.errors);
    let run = suite.run(&["-f", "why"]);
    assert!(!run.errors.contains(DIFFERENCE));
    let why = suite.read("why");
    assert!(why.starts_with("t.bad ... failed\n") && why.contains(DIFFERENCE) && !why.contains("t.good"), "{why}");
}

#[test]
fn the_length_of_what_is_shown_has_bounds() {
    let suite = Suite::with(&[
        ("t/long", "@TEST-EXEC: seq 1 300 >out\n@TEST-EXEC: btest-diff out\n"),
        ("t/short", "@TEST-EXEC: seq 1 300 >out\n@TEST-EXEC: TEST_DIFF_FILE_MAX_LINES=2 btest-diff out\n"),
        ("t/none", "@TEST-EXEC: seq 1 300 >out\n@TEST-EXEC: TEST_DIFF_BRIEF=1 btest-diff out\n"),
        ("t/Baseline/long/out", "1\n"),
        ("t/Baseline/short/out", "1\n"),
        ("t/Baseline/none/out", "1\n"),
    ]);
    let shown = |test: &str| {
        let errors = suite.run(&["-d", test]).errors;
        let begin = errors.find("== File").unwrap();
        errors[begin..errors.find("  == Diff").unwrap()].lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let long = shown("t/long");
    assert_eq!((long.len(), long[99].as_str()), (101, "  100"));
    assert_eq!(long[100], "  [... File too long, truncated ...]");
    assert_eq!(shown("t/short"), ["  1", "  2", "  [... File too long, truncated ...]"]);
    assert_eq!(shown("t/none"), ["  <Content not shown>"]);
}

#[test]
fn programs_are_told_by_xml_and_json() {
    let suite = suite();
    suite.run(&["-x", "report.xml", "--json", "report.json", "--trace-file", "trace.json"]);
    let xml = suite.read("report.xml");
    assert!(xml.starts_with("<?xml version=\"1.0\" ?>\n<testsuite errors=\"0\" failures=\"2\" hostname=\""), "{xml}");
    assert!(xml.contains(" tests=\"5\" "), "{xml}");
    assert!(xml.contains("<testcase classname=\"t\" name=\"bad\" time=\""), "{xml}");
    assert!(xml.contains("<failure type=\"failure\">  % 'btest-diff out' failed"), "{xml}");
    assert!(xml.contains("+zwei &lt;&amp;&gt;"), "{xml}");
    assert_eq!((xml.matches("<testcase ").count(), xml.matches("<skipped ").count()), (5, 1));
    let json: serde_json::Value = serde_json::from_str(&suite.read("report.json")).unwrap();
    assert_eq!(json["summary"]["failed"], 2);
    assert_eq!(json["summary"]["expected_failures"], 1);
    let bad = &json["tests"][0];
    assert_eq!((bad["name"].as_str(), bad["kind"].as_str()), (Some("t.bad"), Some("btest")));
    assert_eq!(bad["messages"][0], "'btest-diff out' failed unexpectedly (exit code 1)");
    assert!(bad["attachments"][0]["text"].as_str().unwrap().contains("-two"), "{bad}");
    assert!(bad["seconds"].as_f64().unwrap() > 0.0);
    let trace: serde_json::Value = serde_json::from_str(&suite.read("trace.json")).unwrap();
    assert_eq!(trace.as_array().unwrap().len(), 4, "a test that was skipped took no time");
}

#[test]
fn a_terminal_shows_failures_in_colour_and_waits_when_asked() {
    let suite = suite();
    let path = std::env::var("PATH").unwrap();
    let terminal = Terminal::run(suite.0.path(), &["test", "-d", "-w"], &[("PATH", &path)], (40, 100));
    terminal.see("<Enter> ...");
    terminal.see("+zwei <&>");
    {
        let shown = terminal.screen.0.lock().unwrap();
        let screen = shown.0.screen();
        let row = screen.rows(0, 100).position(|row| row.starts_with("  +zwei")).unwrap();
        let color = |column| screen.cell(u16::try_from(row).unwrap(), column).unwrap().fgcolor();
        assert_eq!(color(2), vt100::Color::Idx(2), "what is new is green");
    }
    terminal.press("\n");
    let screen = terminal.see("2 of 5 tests failed");
    assert!(screen.contains("t.known ... failed (expected)"), "{screen}");
    assert!(!screen.contains("t.good"), "what passed does not stay:\n{screen}");
    assert_eq!(terminal.end(), 1);
}
