//! Unit tests in script, run by `brood test` as somebody would run them.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use terminal::Terminal;

#[path = "unit/refused.rs"]
mod refused;
#[path = "support/terminal.rs"]
mod terminal;
#[path = "unit/values.rs"]
mod values;
#[path = "unit/waiting.rs"]
mod waiting;

/// A folder with a file of tests in it, and what came of them.
struct Suite {
    folder: TempDir,
}

/// What `brood test` wrote, and its exit status.
struct Told {
    text: String,
    status: Option<i32>,
}

impl Suite {
    fn new(script: &str) -> Suite {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a_test.bro"), script).unwrap();
        Suite { folder }
    }

    /// Runs with arguments behind `brood test`; nothing hangs for ever.
    fn run(&self, arguments: &[&str]) -> Told {
        let output = Command::new("timeout")
            .args(["-s", "KILL", "60", env!("CARGO_BIN_EXE_brood"), "test"])
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        Told { text, status: output.status.code() }
    }
}

fn run(script: &str) -> Told {
    Suite::new(script).run(&["--bare-mode", "a_test.bro"])
}

impl Told {
    #[track_caller]
    fn has(&self, part: &str) -> &Told {
        assert!(self.text.contains(part), "no {part:?} in:\n{}", self.text);
        self
    }

    #[track_caller]
    fn lacks(&self, part: &str) -> &Told {
        assert!(!self.text.contains(part), "{part:?} is in:\n{}", self.text);
        self
    }
}

#[test]
fn each_test_has_an_engine_of_its_own() {
    let told = run("global n = 0;\n\
                    function test_one() { ++n; assert n == 1; }\n\
                    function test_two() { ++n; assert n == 1; }\n\
                    event test_three() { ++n; assert n == 1; }\n\
                    function helper() { assert F; }\n");
    assert_eq!(told.status, Some(0), "{}", told.text);
    assert_eq!(
        told.text,
        "a_test.bro::test_one ... ok\n\
         a_test.bro::test_two ... ok\n\
         a_test.bro::test_three ... ok\n\
         all 3 tests successful\n"
    );
}

#[test]
fn a_failed_assertion_shows_the_values_of_its_parts() {
    let told = run("type Job: record { name: string; left: count &optional; };\n\
                    function twice(n: count): count { return 2 * n; }\n\
                    function check(n: count)\n\
                    \t{\n\
                    \tlocal jobs: table[string] of Job = { [\"a\"] = [$name=\"first\", $left=3] };\n\
                    \tassert |jobs| == 1 && twice(jobs[\"a\"]$left) == n - 1, fmt(\"%d is wrong\", n);\n\
                    \t}\n\
                    function test_it() { print \"before\"; check(5); print \"not reached\"; }\n");
    assert_eq!(told.status, Some(1));
    assert_eq!(
        told.text,
        "a_test.bro::test_it ... failed\n\
         \x20 a_test.bro:6: assertion failed: 5 is wrong\n\
         \x20    6 |     assert |jobs| == 1 && twice(jobs[\"a\"]$left) == n - 1, fmt(\"%d ...\n\
         \x20      |            jobs = {[a] = [name=first, left=3]}\n\
         \x20      |            |jobs| = 1\n\
         \x20      |            |jobs| == 1 = T\n\
         \x20      |            jobs[\"a\"] = [name=first, left=3]\n\
         \x20      |            jobs[\"a\"]$left = 3\n\
         \x20      |            twice(jobs[\"a\"]$left) = 6\n\
         \x20      |            n = 5\n\
         \x20      |            n - 1 = 4\n\
         \x20      |            twice(jobs[\"a\"]$left) == n - 1 = F\n\
         \x20   in function test_it at a_test.bro:8\n\
         \x20 output:\n\
         \x20   before\n\
         1 of 1 test failed\n"
    );
}

#[test]
fn parts_are_evaluated_once_in_order_and_only_if_needed() {
    let told = run("function say(what: string, n: count): count { print what; return n; }\n\
                    function yes(what: string): bool { print what; return T; }\n\
                    function test_it()\n\
                    \t{\n\
                    \tassert say(\"a\", 1) + say(\"b\", 2) == say(\"c\", say(\"d\", 3));\n\
                    \tassert yes(\"e\") || yes(\"f\");\n\
                    \tlocal v = vector(1, 2, 3);\n\
                    \tassert v[say(\"g\", 1)] == 2 && say(\"h\", 1) in v && fmt(\"%d\", say(\"i\", 4)) == \"4\";\n\
                    \tassert Test::output() == \"a\\nb\\nd\\nc\\ne\\ng\\nh\\ni\\n\";\n\
                    \tassert yes(\"k\") && ! yes(\"l\") && yes(\"m\");\n\
                    \t}\n");
    told.has("yes(\"l\") = T\n").has("! yes(\"l\") = F\n").lacks("yes(\"m\") = ");
    told.has("    k\n    l\n1 of 1").lacks("assert Test::output");
}

#[test]
fn long_values_are_cut_where_they_differ() {
    let told = run("function test_it()\n\
                    \t{\n\
                    \tlocal one = string_cat(\"x\", \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\", \"1 end\");\n\
                    \tlocal two = string_cat(\"x\", \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\", \"2 end\");\n\
                    \tassert one == two;\n\
                    \t}\n");
    told.has("one = ...yyyyyyyyyyyy1 end\"\n").has("two = ...yyyyyyyyyyyy2 end\"\n");
    assert!(told.text.lines().all(|line| line.chars().count() <= 80), "{}", told.text);
}

const MOCKS: &str = "\
module Greeting;
export { global greet: function(name: string): string; global seen: event(name: string); }
function shout(name: string): string { return to_upper(name) + \"!\"; }
function greet(name: string): string { event seen(name); return \"Hello, \" + shout(name); }
event seen(name: string) { print \"real\", name; }
";

#[test]
fn a_mock_stands_in_for_a_function_until_the_test_is_over() {
    let told = run(&format!(
        "{MOCKS}
function test_script()
	{{
	assert greet(\"a\") == \"Hello, A!\";
	Test::mock(shout, function(name: string): string {{ return name + \"?\"; }});
	assert greet(\"a\") == \"Hello, a?\";
	assert greet(\"b\") == \"Hello, b?\";
	assert Test::calls(shout) == 2;
	Test::unmock(shout);
	assert greet(\"a\") == \"Hello, A!\";
	}}
function test_native()
	{{
	Test::mock(to_upper, function(s: string): string {{ return \"<\" + to_upper(s) + \">\"; }});
	assert greet(\"a\") == \"Hello, <A>!\";
	local f = to_upper;
	assert f(\"b\") == \"<B>\";
	assert Test::calls(to_upper) == 2;
	}}
function test_any_number_of_arguments()
	{{
	Test::mock(fmt, function(arguments: vector of any): string {{ return cat(|arguments|, arguments[1] as count); }});
	assert fmt(\"%d %d\", 7, 8) == \"37\";
	}}
function test_event()
	{{
	Test::mock(seen, function(name: string) {{ print \"mock\", name; }});
	greet(\"a\");
	Test::advance(1 sec);
	assert Test::output() == \"mock, a\\n\";
	assert Test::calls(seen) == 1;
	}}
function test_watched()
	{{
	Test::watch(shout);
	assert greet(\"a\") == \"Hello, A!\" && greet(\"a\") == \"Hello, A!\" && Test::calls(shout) == 2;
	}}
function test_nothing_is_left() {{ assert greet(\"a\") == \"Hello, A!\" && fmt(\"%d\", 7) == \"7\"; }}
"
    ));
    assert_eq!(told.status, Some(0), "{}", told.text);
    told.has("all 6 tests successful");
}

#[test]
fn calls_are_kept_with_their_arguments_and_their_order() {
    let told = run("\
type Job: record { id: count; tags: set[string]; };
global taken: event(j: Job);
function put(key: string, n: int, wait: interval &default=1sec): bool { return T; }
function work(j: Job) { add j$tags[\"done\"]; }
function test_arguments()
	{
	Test::watch(put);
	Test::mock(taken, function(j: Job) { });
	put(\"a\", 3);
	put(\"b\", -4, 2sec);
	put(\"ab\", 3);
	assert Test::calls(put) == 3 && Test::calls(put, \"a\") == 1 && Test::calls(put, \"a\", 4) == 0;
	assert Test::calls(put, \"a\", 3, 1sec) == 1 && Test::calls(put, /a.*/) == 2 && Test::calls(put, /a.*/, 3) == 2;
	assert Test::arguments(put, 1)[0] as string == \"b\" && Test::arguments(put, 1)[2] as interval == 2sec;
	event taken([$id=7, $tags=set(\"x\")]);
	Test::advance(1sec);
	assert Test::calls(taken, [$id=7, $tags=set(\"x\")]) == 1 && Test::calls(taken, Job($id=7, $tags=set(\"y\"))) == 0;
	assert (Test::arguments(taken, 0)[0] as Job)$id == 7;
	print Test::arguments(taken, 0);
	assert Test::order(put, put, put, taken) && Test::order(put, put, put) && ! Test::order(taken, put, put, put);
	Test::watch(put);
	assert Test::calls(put) == 0 && Test::history() == \"taken([id=7, tags={x}])\\n\";
	put(\"a\", 3);
	assert Test::history() == \"taken([id=7, tags={x}])\\nput(\\\"a\\\", 3, 1.0 sec)\\n\", Test::history();
	Test::unmock(taken);
	assert Test::history() == \"put(\\\"a\\\", 3, 1.0 sec)\\n\";
	}
function test_as_they_were()
	{
	Test::watch(work);
	local job = Job($id=1, $tags=set());
	work(job);
	work(job);
	assert Test::calls(work, [$id=1, $tags=set()]) == 1 && Test::calls(work, [$id=1, $tags=set(\"done\")]) == 1;
	}
function test_any_number()
	{
	Test::watch(fmt);
	fmt(\"%d\", 3);
	assert Test::calls(fmt, \"%d\", 3) == 1 && Test::calls(fmt, \"%d\") == 1 && Test::calls(fmt, \"%d\", 3, 4) == 0;
	}
");
    assert_eq!(told.status, Some(0), "{}", told.text);
}

#[test]
fn a_failure_shows_calls_that_its_assertion_is_about() {
    let told = run("\
module M;
function open(name: string) { }
function close(name: string) { }
function test_order()
	{
	Test::watch(open);
	Test::watch(close);
	close(\"a\");
	open(\"b\");
	assert Test::order(open, close);
	}
function test_none()
	{
	Test::watch(open);
	assert Test::calls(open, \"a\") == 1;
	}
function test_many()
	{
	Test::watch(open);
	local n = 0;
	while ( ++n < 30 ) open(\"a\");
	assert Test::calls(open) < 3;
	}
");
    told.has("|            calls:\n       |              M::close(\"a\")\n       |              M::open(\"b\")\n");
    told.has("|            Test::calls(open, \"a\") = 0\n       |            calls: none\n").lacks("open = ");
    told.has("|              M::open(\"a\")\n       |              and 9 more\n");
}

#[test]
fn what_is_asked_of_calls_fits_the_function() {
    let told = run("\
function f(n: count) { }
function test_type() { Test::watch(f); Test::calls(f, \"a\"); }
function test_number() { Test::watch(f); Test::calls(f, 1, 2); }
function test_unknown() { Test::order(f); }
function test_call() { Test::watch(f); f(1); Test::arguments(f, 1); }
function test_nothing() { Test::calls(); }
function test_many() { Test::watch(f); local n = 0; while ( ++n < 100002 ) f(n); Test::history(); }
");
    let text = told.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Test::calls: n of f is a count, not a string",
        "Test::calls: f takes 1 argument, not 2",
        "Test::order: calls of f are not counted: Test::watch or Test::mock it first",
        "Test::arguments: there is no call 1 of f: there were 1",
        "Test::calls takes a function, and arguments that it was called with",
        "arguments are kept of 100000 calls, and there were more",
        "6 of 6 tests failed",
    ] {
        assert!(text.contains(part), "no {part:?} in:\n{}", told.text);
    }
}

#[test]
fn a_mock_of_another_type_is_refused() {
    let told = run(&format!(
        "{MOCKS}
function test_type() {{ Test::mock(shout, function(n: count): string {{ return \"\"; }}); }}
function test_result() {{ Test::mock(shout, function(name: string) {{ }}); }}
function test_value() {{ Test::mock(3, function(n: count) {{ }}); }}
function test_calls() {{ Test::calls(shout); }}
"
    ));
    // Messages are wrapped.
    let text = told.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "in place of Greeting::shout goes a function(name: string): string, not a function(n: count): string",
        "goes a function(name: string): string, not a function(name: string)",
        "a function, event or hook is needed, not a count",
        "calls of Greeting::shout are not counted: Test::watch or Test::mock it first",
        "4 of 4 tests failed",
    ] {
        assert!(text.contains(part), "no {part:?} in:\n{}", told.text);
    }
}

#[test]
fn there_are_no_mocks_outside_of_tests() {
    let suite = Suite::new("function f() { }\nevent bro_init() { Test::mock(f, function() { }); }\n");
    let output = Command::new(env!("CARGO_BIN_EXE_brood"))
        .args(["run", "-b", "a_test.bro"])
        .current_dir(suite.folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("this is for unit tests"), "{text}");
}

#[test]
fn teardown_runs_after_a_failure_too() {
    let told = run("function setup() { print \"set up\"; }\n\
                    function teardown() { print \"torn down\"; }\n\
                    function test_bad() { print \"runs\"; assert F; }\n\
                    function test_loop() { while ( T ) { } }\n");
    told.has("  output:\n    set up\n    runs\n    torn down\n");
    assert_eq!(told.text.matches("    torn down\n").count(), 2, "{}", told.text);
    let told = run("function setup() { assert F, \"no way\"; }\n\
                    function teardown() { print \"torn down\"; }\n\
                    function test_it() { print \"runs\"; }\n");
    told.has("assertion failed: no way").has("torn down").lacks("runs");
}

#[test]
fn what_runs_around_tests_may_be_a_hook_or_an_event_and_takes_no_arguments() {
    let told = run("hook setup() { print \"set up\"; }\n\
                    hook setup() &priority=5 { print \"set up first\"; }\n\
                    event teardown() { print \"torn down\"; }\n\
                    function test_bad() { print \"runs\"; assert F; }\n");
    told.has("  output:\n    set up first\n    set up\n    runs\n    torn down\n");
    let told = run("function setup(n: count) { }\n\
                    function test_it() { print \"runs\"; }\n");
    told.has("setup is run around tests, and takes no arguments").lacks("    runs");
    assert_eq!(told.status, Some(1));
}

#[test]
fn a_test_runs_with_each_of_its_cases() {
    let told = run("type Case: record { a: count; b: count; };\n\
                    global test_table_cases: table[string] of Case = { [\"one\"] = [$a=1, $b=1], [\"two\"] = [$a=1, $b=2] };\n\
                    function test_table(c: Case) { assert c$a == c$b; }\n\
                    global test_vector_cases = vector(5, 6);\n\
                    function test_vector(n: int) { assert n < 7; }\n\
                    global test_set_cases = set(80/tcp, 81/udp);\n\
                    function test_set(p: port) { assert p == 80/tcp || |fmt(\"%s\", p)| > 0; }\n");
    assert_eq!(told.status, Some(1));
    told.has("::test_table[one] ... ok").has("::test_table[two] ... failed").has("c = [a=1, b=2]");
    told.has("::test_vector[0] ... ok").has("::test_vector[1] ... ok");
    told.has("::test_set[80/tcp] ... ok").has("::test_set[81/udp] ... ok").has("1 of 6 tests failed");
}

#[test]
fn cases_that_do_not_fit_are_refused() {
    let told = run("global test_a_cases = vector(\"x\");\n\
                    function test_a(n: count) { }\n\
                    function test_b(n: count) { }\n\
                    global test_c_cases = vector(1);\n\
                    function test_c() { }\n\
                    function test_d(a: count, b: count) { }\n\
                    global test_e_cases = 5;\n\
                    function test_e(n: count) { }\n");
    told.has("test_a takes a count, and test_a_cases[0] is a string");
    told.has("test_b takes a case, and there are none: global test_b_cases: table[string] of count = ...");
    told.has("there are test_c_cases, but test_c takes no case");
    told.has("test_d takes 2 arguments; a test takes none, or one case, such as a record");
    told.has("test_e_cases is a count; cases are in a table, a set or a vector").has("5 of 5 tests failed");
}

#[test]
fn an_endless_loop_is_cut_off_with_its_back_trace() {
    let told = run("function spin() { local n = 0; while ( T ) ++n; }\n\
                    function test_loop()\n\t{\n\tspin();\n\t}\n\
                    function test_events() { print \"fine\"; }\n\
                    global again: event();\n\
                    event again() { event again(); }\n\
                    function test_again() { event again(); }\n");
    told.has("script runs for too long").has("in function test_loop at a_test.bro:4");
    told.has("test_events ... ok").has("events that raise events come to no end").has("2 of 3 tests failed");
}

#[test]
fn every_error_fails_a_test() {
    let told = run("function test_run_time() { print vector(1)[7]; }\n\
                    function test_reporter() { Reporter::error(\"bad\"); }\n\
                    function test_exit() { exit(0); }\n\
                    event handled() { assert 1 == 2; }\n\
                    function test_handler() { event handled(); }\n\
                    function test_warning() { Reporter::warning(\"not so bad\"); }\n\
                    function test_terminate() { terminate(); }\n");
    told.has("no such index").has("error[B2001]: bad").has("test_exit called exit(0)");
    told.has("a_test.bro:4: assertion failed\n").has("test_warning ... ok").has("test_terminate ... ok");
    told.has("4 of 6 tests failed");
}

#[test]
fn a_file_that_cannot_be_loaded_is_a_failure() {
    let told = run("function test_it() { assert unknown_name; }\n");
    assert_eq!(told.status, Some(1));
    told.has("a_test.bro ... failed\n").has("unknown identifier unknown_name").has("1 of 1 test failed");
}

#[test]
fn tests_are_chosen_by_name() {
    let suite = Suite::new(
        "function test_one() { assert F; }\n\
         global test_two_cases = vector(1, 2);\n\
         function test_two(n: count) { }\n",
    );
    suite.run(&["a_test.bro::test_two"]).has("all 2 tests successful");
    suite.run(&["a_test.bro::test_two[1]"]).has("::test_two[1] ... ok\nall 1 tests successful");
    suite.run(&["a_test.bro::*one"]).has("1 of 1 test failed");
    suite.run(&["--rerun"]).has("1 of 1 test failed").lacks("test_two");
    suite.run(&["a_test.bro::none"]).has("a_test.bro has no test none; it has test_one, test_two[0], test_two[1]");
    suite.run(&["--list"]).has("a_test.bro::test_one\na_test.bro::test_two[0]\n");
    let told = suite.run(&["-j", "2", "--json", "report.json", "-x", "report.xml", "."]);
    told.has("1 of 3 tests failed");
    let read = |name: &str| fs::read_to_string(suite.folder.path().join(name)).unwrap();
    let report: serde_json::Value = serde_json::from_str(&read("report.json")).unwrap();
    let tests = report["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 3);
    let failed = tests.iter().find(|test| test["verdict"] == "failed").unwrap();
    assert_eq!((&failed["kind"], &failed["name"]), (&"unit".into(), &"a_test.bro::test_one".into()));
    assert!(read("report.xml").contains("classname=\"a_test.bro\" name=\"test_one\""), "{}", read("report.xml"));
}

#[test]
fn a_name_that_a_test_has_is_no_pattern() {
    let suite = Suite::new(
        "global test_key_cases: set[string] = { \"*\", \"a\", \"[a]\" };\n\
         function test_key(key: string) { assert key == \"a\"; }\n",
    );
    suite.run(&["a_test.bro::test_key[*]"]).has("1 of 1 test failed");
    suite.run(&["--rerun"]).has("1 of 1 test failed");
    suite.run(&["a_test.bro::test_key[?]"]).has("1 of 2 tests failed");
    suite.run(&["a_test.bro::test_key[[a]]"]).has("::test_key[[a]] ... failed\n").has("1 of 1 test failed");
}

#[test]
fn a_person_looks_at_failures_one_by_one_and_may_end_all() {
    let suite = Suite::new("function test_one() { assert F; }\nfunction test_two() { assert F; }\n");
    let path = std::env::var("PATH").unwrap();
    let arguments = ["test", "-d", "-w", "--bare-mode", "a_test.bro"];
    for (keys, end) in [("\r", "2 of 2 tests failed"), ("\x03", "interrupted: ")] {
        let terminal = Terminal::run(suite.folder.path(), &arguments, &[("PATH", &path)], (40, 80));
        terminal.see("test_one ... failed");
        terminal.wait("the first pause", |screen| screen.matches("<Enter> ...").count() == 1);
        terminal.press(keys);
        if keys == "\r" {
            terminal.wait("the second pause", |screen| screen.matches("<Enter> ...").count() == 2);
            terminal.press(keys);
        }
        terminal.see(end);
        assert_eq!(terminal.end(), 1);
    }
}

#[test]
fn nobody_is_told_where_standard_error_is_closed() {
    let suite = Suite::new("function test_one() { }\n");
    let status = |script: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_brood")]).current_dir(suite.folder.path());
        command.stdout(std::process::Stdio::null()).status().unwrap().code()
    };
    assert_eq!(status("timeout 60 \"$0\" test --bare-mode a_test.bro 2>/dev/full"), Some(0));
    assert_eq!(status("timeout 60 \"$0\" test nowhere 2>/dev/full"), Some(1));
    assert_eq!(status("timeout 60 \"$0\" check nowhere.bro 2>/dev/full"), Some(2));
    assert_eq!(status("timeout 60 \"$0\" explain nothing 2>/dev/full"), Some(1));
    assert_eq!(status("timeout 60 \"$0\" check a_test.bro >/dev/full"), Some(2));
}

/// Fails under some seeds: what is random is drawn from them.
const RANDOM: &str = "\
function test_it() { assert rand(4) != 2, \"drawn\"; }
function test_fine() { print rand(1000000); assert T; }
";

#[test]
fn a_test_runs_under_many_seeds_until_one_fails() {
    let suite = Suite::new(RANDOM);
    let told = suite.run(&["--bare-mode", "--seeds", "40", "a_test.bro"]);
    assert_eq!(told.status, Some(1), "{}", told.text);
    told.has("a_test.bro::test_fine ... ok (40 seeds)\n").has("assertion failed: drawn\n");
    let (_, again) = told.text.split_once("to run it again: ").expect("no command");
    let again = again.lines().next().unwrap();
    let seed: u64 = again.split_whitespace().nth(4).unwrap().parse().unwrap();
    assert_eq!(again, format!("brood test --bare-mode --seed {seed} a_test.bro::test_it"));
    told.lacks(&format!("test_it [seed {}]", seed + 1)).has(&format!("test_it [seed {seed}] ... failed"));
    let alone = |seed: u64| suite.run(&["--bare-mode", "--seed", &seed.to_string(), "a_test.bro::test_it"]).status;
    assert_eq!(alone(seed), Some(1));
    assert!((1..seed).all(|seed| alone(seed) == Some(0)));
    suite.run(&["--seeds", "0"]).has("0 is not in 1..=1000000");
}

#[test]
fn seeds_are_not_for_tests_of_btest_in_real_time() {
    let suite = Suite::new("function test_it() { }\n");
    fs::write(suite.folder.path().join("one.test"), "# @TEST-EXEC: true\n").unwrap();
    let told = suite.run(&["--bare-mode", "--seeds", "2"]);
    told.has("warning: tests of BTest run once")
        .has("one ... ok")
        .has("test_it ... ok (2 seeds)")
        .has("all 3 runs successful");
    let told = suite.run(&["--seeds", "2", "one.test"]);
    assert_eq!(told.status, Some(1));
    told.has("tests of BTest have seeds in simulated time: add --sim").lacks("one ... ok");
}

#[test]
fn a_test_that_failed_is_tried_again() {
    let told = Suite::new("function test_it() { assert F; }\n").run(&["--bare-mode", "-z", "2", "."]);
    assert_eq!(told.status, Some(1));
    told.has("test_it ... failed\n").has("test_it ... failed on retry #1\n").has("test_it ... failed on retry #2\n");
    told.has("1 of 1 test failed\n");
}

#[test]
fn files_are_of_the_groups_that_they_name() {
    let suite = Suite::new("# @TEST-GROUP: slow\n# @TEST-GROUP: cluster\nfunction test_slow() { }\n");
    fs::write(suite.folder.path().join("b_test.bro"), "function test_fast() { }\n").unwrap();
    suite.run(&["-g", "slow", "-l"]).has("test_slow").lacks("test_fast");
    suite.run(&["-g", "-slow", "-l"]).has("test_fast").lacks("test_slow");
    suite.run(&["-g", "-", "-l"]).has("test_fast").lacks("test_slow");
    suite.run(&["-g", "cluster", "a_test.bro::test_slow", "-l"]).has("test_slow");
    suite.run(&["-g", "other", "a_test.bro::test_slow"]).has("no tests to execute");
}

#[test]
fn a_test_is_a_node_of_a_cluster() {
    let suite = Suite::new(
        "@load base/frameworks/cluster\n\
         function test_node() { assert Cluster::node == \"worker-1\" && Cluster::worker_count == 0; }\n\
         @if ( Cluster::local_node_type() == Cluster::WORKER )\n\
         function test_worker() { assert |Cluster::nodes| == 2; }\n\
         @endif\n",
    );
    let layout = "redef Cluster::nodes = {\n\
                  [\"manager\"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=47761/tcp],\n\
                  [\"worker-1\"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=47762/tcp, $manager=\"manager\"],\n};\n";
    fs::write(suite.folder.path().join("site.bro"), layout).unwrap();
    let told = suite.run(&["a_test.bro", "--node", "worker-1", "--layout", "site.bro"]);
    told.has("::test_node ... ok\n").has("::test_worker ... ok\nall 2 tests successful");
    suite.run(&["a_test.bro", "--node", "manager", "--layout", "site.bro"]).has("1 of 1 test failed");
}

#[test]
fn whatever_a_changed_file_touches_runs_again() {
    let suite = Suite::new("@load ./lib/twice\nfunction test_twice() { assert Lib::twice(2) == 4, \"four\"; }\n");
    let write = |name: &str, text: &str| fs::write(suite.folder.path().join(name), text).unwrap();
    let twice = |body: &str| format!("module Lib;\nexport {{ global twice: function(n: count): count; }}\n{body}\n");
    let good = twice("function twice(n: count): count { return 2 * n; }");
    fs::create_dir(suite.folder.path().join("lib")).unwrap();
    write("lib/twice.bro", &good);
    write("b_test.bro", "function test_b() { assert T; }\n");
    write("c.test", "# @TEST-EXEC: true\n");
    let path = std::env::var("PATH").unwrap();
    let arguments = ["test", "--watch", "--bare-mode", "-A"];
    let terminal = Terminal::run(suite.folder.path(), &arguments, &[("PATH", &path)], (24, 80));
    // What stays on the screen of one run, up to where it waits again.
    let run = |number: usize, change: &dyn Fn()| {
        change();
        let waits = |screen: &str| screen.matches("waiting for files to change").count() == number;
        let screen = terminal.wait("the end of a run", waits);
        let last = screen.split("waiting for files to change; Ctrl-C ends").nth(number - 1).unwrap().trim();
        last.lines().map(|line| line.split(" 0.").next().unwrap_or(line).trim_end().to_owned()).collect::<Vec<_>>()
    };
    let all = ["c ... ok", "a_test.bro::test_twice ... ok", "b_test.bro::test_b ... ok", "all 3 tests successful"];
    terminal.see("waiting for files to change");
    assert_eq!(run(1, &|| ()), all);
    let bad = good.replace("2 * n", "3 * n");
    let failed = run(2, &|| write("lib/twice.bro", &bad));
    assert_eq!(
        failed[..3],
        ["changed: lib/twice.bro", "a_test.bro::test_twice ... failed", "  a_test.bro:2: assertion failed: four"]
    );
    assert_eq!(failed.last().unwrap(), "1 of 1 test failed");
    let again = run(3, &|| write("b_test.bro", "function test_b2() { assert T; }\n"));
    assert_eq!(again, ["changed: b_test.bro", "b_test.bro::test_b2 ... ok", "all 1 tests successful"]);
    terminal.press("\x03");
    assert_eq!(terminal.end(), 0, "the status is that of the last run");
}
