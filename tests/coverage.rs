//! Coverage as users have it: counts of statements by the real binary, in Bro's form, in brood's own, and as reports.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use brood::testing::coverage::Coverage;
use tempfile::TempDir;

const MAIN: &str = r#"@load ./library

global is_late = F;

event late()
	{
	is_late = T;
	}

hook chain(n: count)
	{
	if ( n == 2 )
		break;
	}

hook chain(n: count) &priority=-1
	{ print "second", n; }

event bro_init()
	{
	local next_of = function(n: count): count { return n + 1; };
	local seen: set[count];
	local i = 0;
	while ( i < 3 )
		{
		i = next_of(i);
		if ( i == 2 ) next;
		add seen[i];
		}
	for ( one in seen )
		print "seen",
			one;
	switch ( i ) {
	case 3: print "three"; fallthrough;
	case 4: print "four"; break;
	default: print "other"; break;
	}
	hook chain(1);
	hook chain(2);
	event late();
	when ( is_late )
		{
		print "late";
		terminate();
		}
	timeout 1 min { print "too late"; }
	if ( T ) print sign(1); else print sign(0);
@if ( F )
	print "dead";
@endif
	delete seen[1];
	}

event bro_done()
	{
	print "done";
	}
"#;

const LIBRARY: &str = r#"function sign(n: count): string { return n > 0 ? "positive" : "other"; }

function unused(text: string): string
	{
	if ( text == "" ) { # @no-test
		print "left out";
		}
	print "left out, too"; # @no-test
	return fmt("%s %s",
		text, text);
	}
"#;

/// A folder with scripts, and the binary under the names that it goes by.
fn folder(scripts: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in scripts {
        fs::write(folder.path().join(name), text).unwrap();
    }
    for name in ["bro", "zeek", "brood"] {
        symlink(env!("CARGO_BIN_EXE_brood"), folder.path().join(name)).unwrap();
    }
    folder
}

fn run(folder: &Path, program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let output = Command::new(folder.join(program))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CLUSTER_NODE")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The lines of a file in Bro's form that are about our scripts.
fn own_lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| line.contains("\t./")).map(str::to_owned).collect()
}

fn count(lines: &[String], place: &str, what: &str) -> u64 {
    let found: Vec<&String> = lines.iter().filter(|line| line.ends_with(&format!("\t{place}\t{what}"))).collect();
    match found.as_slice() {
        [line] => line.split('\t').next().unwrap().parse().unwrap(),
        other => panic!("{place} {what}: {other:?} in {lines:#?}"),
    }
}

#[test]
fn bro_writes_its_profile() {
    let folder = folder(&[("main.bro", MAIN), ("library.bro", LIBRARY)]);
    let path = folder.path().join("some/where/profile");
    run(folder.path(), "bro", &["-b", "main.bro"], &[("BRO_PROFILER_FILE", path.to_str().unwrap())]);
    let lines = own_lines(&path);
    let expected = [
        "1\t./library.bro, line 1\treturn (0 < n ? positive : other);",
        "0\t./library.bro, lines 9-10\treturn (fmt(%s %s, text, text));",
        "1\t./main.bro, line 13\tbreak ;",
        "1\t./main.bro, line 17\tprint second, n;",
        "1\t./main.bro, line 21\tnext_of = anonymous-function;",
        "3\t./main.bro, line 21\treturn (n + 1);",
        "1\t./main.bro, line 22\t;",
        "1\t./main.bro, line 23\ti = 0;",
        "3\t./main.bro, line 26\ti = next_of(i);",
        "1\t./main.bro, line 27\tnext ;",
        "2\t./main.bro, line 28\tadd seen[i];",
        "1\t./main.bro, line 34\tfallthrough ;",
        "1\t./main.bro, line 34\tprint three;",
        "1\t./main.bro, line 35\tbreak ;",
        "1\t./main.bro, line 35\tprint four;",
        "0\t./main.bro, line 36\tbreak ;",
        "0\t./main.bro, line 36\tprint other;",
        "1\t./main.bro, line 38\tchain(1);",
        "1\t./main.bro, line 39\tchain(2);",
        "1\t./main.bro, line 40\tevent late();",
        "1\t./main.bro, line 43\tprint late;",
        "1\t./main.bro, line 44\tterminate();",
        "0\t./main.bro, line 46\tprint too late;",
        "0\t./main.bro, line 47\tprint sign(0);",
        "1\t./main.bro, line 47\tprint sign(1);",
        "1\t./main.bro, line 51\tdelete seen[1];",
        // Bro writes before its last events.
        "0\t./main.bro, line 56\tprint done;",
        "1\t./main.bro, line 7\tis_late = T;",
        "2\t./main.bro, lines 31-32\tprint seen, one;",
    ];
    assert_eq!(lines, expected);
    // Scripts of the binary are in it as well, those too that nobody called.
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.lines().filter(|line| line.starts_with("0\t/brood-embedded/")).count() > 50, "{text}");
}

#[test]
fn a_profile_adds_up() {
    let folder = folder(&[("main.bro", MAIN), ("library.bro", LIBRARY)]);
    let path = folder.path().join("profile");
    for program in ["bro", "zeek"] {
        let variables = [("BRO_PROFILER_FILE", path.to_str().unwrap())];
        run(folder.path(), program, &["-b", "main.bro"], &variables);
    }
    run(folder.path(), "brood", &["run", "-b", "main.bro"], &[("ZEEK_PROFILER_FILE", path.to_str().unwrap())]);
    let lines = own_lines(&path);
    assert_eq!(count(&lines, "./main.bro, line 28", "add seen[i];"), 6);
    assert_eq!(count(&lines, "./main.bro, line 46", "print too late;"), 0);
    // All but Bro 2.6 write when everything is over.
    assert_eq!(count(&lines, "./main.bro, line 56", "print done;"), 2);
}

#[test]
fn each_process_has_a_profile_of_its_own_if_asked() {
    let folder = folder(&[("one.bro", "print 1;\n")]);
    let profiles = folder.path().join("profiles");
    let pattern = format!("p.{}", "X".repeat(6));
    let name = profiles.join(&pattern);
    for _ in 0..2 {
        run(folder.path(), "bro", &["-b", "one.bro"], &[("BRO_PROFILER_FILE", name.to_str().unwrap())]);
    }
    let names: Vec<_> = fs::read_dir(&profiles).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    for name in names {
        assert_ne!(name.file_name().unwrap(), pattern.as_str());
        assert_eq!(count(&own_lines(&name), "./one.bro, line 1", "print 1;"), 1);
        let read = Coverage::read_profile(&name, folder.path()).unwrap();
        let file = &read.files[folder.path().join("one.bro").to_str().unwrap()];
        assert_eq!((file.statements.len(), file.share().ran, file.text.as_str()), (1, 1, "print 1;\n"));
    }
}

#[test]
fn exit_leaves_bro_no_profile_and_brood_one() {
    let folder = folder(&[("one.bro", "event bro_init() { exit(0); }\n")]);
    let path = folder.path().join("profile");
    let variables = [("BRO_PROFILER_FILE", path.to_str().unwrap())];
    run(folder.path(), "bro", &["-b", "one.bro"], &variables);
    assert!(!path.exists());
    run(folder.path(), "brood", &["run", "-b", "one.bro"], &variables);
    assert_eq!(count(&own_lines(&path), "./one.bro, line 1", "exit((coerce 0 to int));"), 1);
}

#[test]
fn a_profile_that_cannot_be_written_is_an_error() {
    let folder = folder(&[("one.bro", "print 1;\n")]);
    let output = run(folder.path(), "bro", &["-b", "one.bro"], &[("BRO_PROFILER_FILE", "/dev/null/profile")]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("error: Failed to open BRO_PROFILER_FILE destination '/dev/null/profile' for writing"),
        "{errors}"
    );
}

#[test]
fn runs_merge() {
    let script = "function f(n: count) { if ( n > 1 ) print \"many\"; else print \"few\"; }\n\
                  event bro_init() { f(to_count(getenv(\"N\"))); }\n";
    let folder = folder(&[("f.bro", script)]);
    let path = folder.path().join("counts.json");
    for n in ["1", "2", "2"] {
        let variables = [("N", n), ("BROOD_COVERAGE_FILE", path.to_str().unwrap())];
        run(folder.path(), "brood", &["run", "-b", "f.bro"], &variables);
    }
    let coverage = Coverage::read(&path).unwrap();
    let file = &coverage.files[folder.path().join("f.bro").to_str().unwrap()];
    let counts: Vec<(u32, u32, u64)> =
        file.statements.iter().map(|one| (one.place.line, one.place.column, one.count)).collect();
    assert_eq!(counts, [(1, 24, 3), (1, 37, 2), (1, 56, 1), (2, 20, 3)]);
    let functions: Vec<(&str, u64)> = file.functions.iter().map(|one| (one.name.as_str(), one.count)).collect();
    assert_eq!(functions, [("f", 3), ("bro_init", 3)]);
    // What another text counted is no count of this one.
    fs::write(folder.path().join("f.bro"), "event bro_init() { print 1; }\n").unwrap();
    run(folder.path(), "brood", &["run", "-b", "f.bro"], &[("BROOD_COVERAGE_FILE", path.to_str().unwrap())]);
    let coverage = Coverage::read(&path).unwrap();
    let file = &coverage.files[folder.path().join("f.bro").to_str().unwrap()];
    assert_eq!(file.statements.iter().map(|one| one.count).collect::<Vec<_>>(), [1]);
}

fn report(name: &str) -> String {
    let folder = folder(&[("main.bro", MAIN), ("library.bro", LIBRARY)]);
    run(folder.path(), "brood", &["run", "-b", "main.bro", "--coverage", name], &[]);
    let text = fs::read_to_string(folder.path().join(name)).unwrap();
    text.replace(folder.path().canonicalize().unwrap().to_str().unwrap(), "FOLDER")
}

#[test]
fn a_table_names_the_lines_that_did_not_run() {
    let expected = "\
file         stmts     ran     %  missing lines
library.bro      3       1   33%  5-10
main.bro        34      30   88%  36, 46-47
total           37      31   83%
";
    assert_eq!(report("coverage.txt"), expected);
}

#[test]
fn lcov_has_functions_and_lines() {
    let text = report("coverage.info");
    let (library, main) = text.split_once("end_of_record\n").unwrap();
    let expected = "\
TN:
SF:FOLDER/library.bro
FN:1,sign
FN:3,unused
FNDA:1,sign
FNDA:0,unused
FNF:2
FNH:1
DA:1,1
DA:5,0
DA:9,0
DA:10,0
LF:4
LH:1
";
    assert_eq!(library, expected);
    for line in
        ["SF:FOLDER/main.bro", "FNDA:2,chain@10:6", "FNDA:1,chain@16:6", "DA:24,1", "DA:26,3", "DA:31,2", "DA:47,1"]
    {
        assert!(main.lines().any(|own| own == line), "{line} in {main}");
    }
    assert!(!main.contains("DA:49,"), "a dead branch has no counts: {main}");
}

#[test]
fn the_page_shows_the_source_with_counts() {
    let page = report("coverage.html");
    for part in [
        "<td><a href=\"#file0\">library.bro</a>",
        "<tr class=\"ran\"><td>26<td>3<td>\t\ti = next_of(i);</tr>",
        "<tr class=\"missed\"><td>36<td>0<td>\tdefault: print &quot;other&quot;; break;</tr>",
        "<mark>print sign(0);</mark>",
        "<tr class=\"\"><td>49<td><td>\tprint &quot;dead&quot;;</tr>",
        "31 of 37 statements in 2 files",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Nothing comes from elsewhere.
    assert!(!page.contains("http") && !page.contains("<script"));
}

/// A suite of one test, of scripts beside it.
fn suite() -> TempDir {
    let test = "# @TEST-EXEC: btest-bg-run one bro -b ../../../site/site.bro %INPUT\n\
                # @TEST-EXEC: btest-bg-wait 30\n\
                # @TEST-EXEC: bro -b ../../site/site.bro %INPUT\n\
                event bro_init() { print twice(\"a\"); }\n";
    let script = "function twice(text: string): string { return text + text; }\n\
                  function never() { print 1; }\n";
    let folder = folder(&[]);
    for (name, text) in [("tests/it.bro", test), ("site/site.bro", script)] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let config = "[btest]\nTestDirs = tests\nTmpDir = %(testbase)s/tmp\n";
    fs::write(folder.path().join("btest.cfg"), config).unwrap();
    folder
}

const TABLE: &str = "\
file           stmts     ran     %  missing lines
site/site.bro      2       1   50%  2
total              2       1   50%
";

#[test]
fn tests_tell_what_they_reach() {
    let folder = suite();
    let output = run(folder.path(), "brood", &["test", "--coverage=text,lcov,html", "--coverage-dir", "out"], &[]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), TABLE);
    let lcov = fs::read_to_string(folder.path().join("out/coverage.info")).unwrap();
    assert!(lcov.contains("DA:1,2\nDA:2,0\n"), "{lcov}");
    assert!(fs::read_to_string(folder.path().join("out/index.html")).unwrap().contains("site/site.bro"));
}

#[test]
fn unit_tests_tell_what_they_reach() {
    let folder = folder(&[
        ("sum.bro", "function twice(text: string): string { return text + text; }\nfunction never() { print 1; }\n"),
        (
            "sum_test.bro",
            "@load ./sum\nfunction helped(): string { return \"a\"; }\n\
             function test_twice() { assert twice(helped()) == \"aa\"; }\n\
             function setup() { local f = function() { print 1; }; }\n",
        ),
    ]);
    let output = run(folder.path(), "brood", &["test", "sum_test.bro", "--coverage"], &[]);
    let expected = "\
file          stmts     ran     %  missing lines
sum.bro           2       1   50%  2
sum_test.bro      1       1  100%
total             3       2   66%
";
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
fn rehearsed_tests_tell_what_they_reach() {
    let folder = suite();
    let output = run(folder.path(), "brood", &["test", "--sim", "--coverage"], &[]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), TABLE);
}

#[test]
fn a_simulation_tells_what_all_nodes_ran() {
    let layout = "redef Cluster::nodes = {\n\
                  [\"manager\"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=27761/tcp],\n\
                  [\"worker-1\"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=27762/tcp, $manager=\"manager\"],\n\
                  [\"worker-2\"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=27763/tcp, $manager=\"manager\"],\n};\n";
    let script = "event bro_init()\n\t{\n\tif ( Cluster::node == \"manager\" )\n\t\tprint \"manager\";\n\telse\n\t\t\
                  print \"worker\";\n\t}\nevent bro_done() { print \"done\"; }\n";
    let folder = folder(&[("cluster-layout.bro", layout), ("site.bro", script)]);
    let arguments = ["sim", "cluster-layout.bro", "site.bro", "--for", "2sec", "--coverage", "out.info"];
    run(folder.path(), "brood", &arguments, &[]);
    let lcov = fs::read_to_string(folder.path().join("out.info")).unwrap();
    assert!(lcov.contains("DA:3,3\nDA:4,1\nDA:6,2\nDA:8,0\n"), "{lcov}");
}
