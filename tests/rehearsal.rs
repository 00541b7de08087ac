//! `brood test --sim`: files of BTest in simulated time.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what cannot be done ends a test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

#[path = "rehearsal/shells.rs"]
mod shells;

/// A folder with one test, and what is called there.
struct Suite(TempDir);

impl Suite {
    fn new(test: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("it.test"), test).unwrap();
        Suite(folder)
    }

    fn run(&self, options: &[&str]) -> Output {
        let mut command = Command::new("timeout");
        command.args(["120", env!("CARGO_BIN_EXE_brood"), "test", "--sim"]).args(options);
        command.current_dir(self.0.path()).env_remove("BTEST_BG_RUN_SLEEP").env("TZ", "UTC").output().unwrap()
    }

    /// Runs it and looks at what it says; whether it passed, too.
    fn says(&self, options: &[&str]) -> (bool, String) {
        let output = self.run(options);
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    }

    #[track_caller]
    fn passes(&self, options: &[&str]) {
        let (passed, said) = self.says(&[options, &["-d"]].concat());
        assert!(passed, "{said}");
    }

    #[track_caller]
    fn fails(&self, options: &[&str], why: &[&str]) -> String {
        let (passed, said) = self.says(&[options, &["-d"]].concat());
        assert!(!passed, "{said}");
        for why in why {
            assert!(said.contains(why), "no {why:?} in:\n{said}");
        }
        said
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(".tmp").join("it").join(name)
    }

    fn file(&self, name: &str) -> String {
        let path = self.path(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// Two nodes: one sends three events and ends when the other one, which counts them, is gone.
const TWO: &str = r#"
# @TEST-EXEC: btest-bg-run recv "bro -b ../recv.bro >recv.out"
# @TEST-EXEC: btest-bg-run send "bro -b ../send.bro >send.out"
# @TEST-EXEC: btest-bg-wait 45
# @TEST-EXEC: test "$(cat recv/recv.out)" = "got 1, 2, 3"
# @TEST-EXEC: test "$(cat send/send.out)" = "lost"
# @TEST-EXEC: grep -q '<<<.*bro -b ../recv.bro' .stdout
# @TEST-EXEC: test "$(echo $(cat recv/.exitcode send/.exitcode))" = "0 0"

@TEST-START-FILE common.bro
redef exit_only_after_terminate = T;
global ping: event(n: count);
@TEST-END-FILE

@TEST-START-FILE recv.bro
@load ./common
global got: vector of count;
event ping(n: count)
	{
	got[|got|] = n;
	if ( |got| == 3 )
		{
		print fmt("got %d, %d, %d", got[0], got[1], got[2]);
		terminate();
		}
	}
event bro_init() { Broker::subscribe("t/"); Broker::listen("127.0.0.1", 9999/tcp); }
@TEST-END-FILE

@TEST-START-FILE send.bro
@load ./common
event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	Broker::publish("t/x", ping, 1);
	Broker::publish("t/x", ping, 2);
	Broker::publish("t/x", ping, 3);
	}
event Broker::peer_lost(endpoint: Broker::EndpointInfo, msg: string) { print "lost"; terminate(); }
event bro_init() { Broker::peer("127.0.0.1", 9999/tcp); }
@TEST-END-FILE
"#;

/// A test of one node called `node`, whose script is given.
fn one(commands: &[&str], script: &str) -> Suite {
    let commands: String = commands.iter().map(|command| format!("# @TEST-EXEC: {command}\n")).collect();
    Suite::new(&format!("{commands}\n@TEST-START-FILE node.bro\n{script}\n@TEST-END-FILE\n"))
}

#[test]
fn two_nodes_meet() {
    Suite::new(TWO).passes(&[]);
}

#[test]
fn a_test_runs_under_many_seeds() {
    let suite = Suite::new(TWO);
    let (passed, said) = suite.says(&["--seeds", "5"]);
    assert!(passed && said == "it ... ok (5 seeds)\nall 5 runs successful\n", "{said}");
    let failing = Suite::new(&TWO.replace("got 1, 2, 3", "got 3, 2, 1"));
    let said = failing.fails(&["--seeds", "5"], &["to run it again: brood test --sim --seed 1 it"]);
    assert_eq!(said.matches("to run it again").count(), 1, "one seed is enough:\n{said}");
    let again = "  % to run it again: brood test --sim --seed 1 it\n";
    let (_, said) = failing.says(&["--seeds", "5"]);
    assert_eq!(said, format!("it [seed 1] ... failed\n{again}1 of 1 run failed\n"));
    let (_, said) = failing.says(&["--seeds", "5", "--brief"]);
    assert_eq!(said, format!("it [seed 1] ... failed\n{again}1 of 1 run failed\n"));
}

#[test]
fn the_command_that_runs_it_again_can_be_copied() {
    let suite = Suite::new("");
    let folder = suite.0.path().join("my tests");
    std::fs::create_dir(&folder).unwrap();
    let test = "# @TEST-EXEC: brood run -b $HERE/none.bro\n";
    std::fs::write(folder.join("it's.test"), test).unwrap();
    let config = "[DEFAULT]\nhere = /nowhere\n[btest]\n[environment]\nHERE = %(here)s\n";
    std::fs::write(suite.0.path().join("other.cfg"), config).unwrap();
    let (_, said) = suite.says(&["-c", "other.cfg", "-s", "here=/some where", "--seeds", "2", "my tests/it's.test"]);
    let again = r"brood test --sim --seed 1 -c other.cfg -s 'here=/some where' 'my tests.it'\''s'";
    assert!(said.contains(again), "{said}");
}

#[test]
fn three_nodes_of_a_layout() {
    let node =
        |name: &str| format!("# @TEST-EXEC: btest-bg-run {name} BROPATH=$BROPATH:.. CLUSTER_NODE={name} bro %INPUT\n");
    let test = format!(
        r#"{}{}{}# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: test "$(cat manager/.stdout)" = "both answered"
# @TEST-EXEC: test "$(cat worker-1/.stdout)" = "worker-1 is asked"
# @TEST-EXEC: ls manager/cluster*.log

@TEST-START-FILE cluster-layout.bro
redef Cluster::nodes = {{
	["manager"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=37757/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=37760/tcp, $manager="manager"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=37761/tcp, $manager="manager"],
}};
@TEST-END-FILE

global ask: event();
global answer: event(who: string);
global answers: set[string];

event ask()
	{{
	print fmt("%s is asked", Cluster::node);
	Broker::publish(Cluster::manager_topic, answer, Cluster::node);
	}}

event answer(who: string)
	{{
	add answers[who];
	if ( |answers| == 2 )
		{{
		print "both answered";
		terminate();
		}}
	}}

event Cluster::node_up(name: string, id: string)
	{{
	if ( Cluster::node == "manager" && Cluster::worker_count == 2 )
		Broker::publish(Cluster::worker_topic, ask);
	}}

event Cluster::node_down(name: string, id: string)
	{{
	if ( name == "manager" )
		terminate();
	}}
"#,
        node("manager"),
        node("worker-1"),
        node("worker-2"),
    );
    Suite::new(&test).passes(&["--seeds", "2"]);
}

/// Everything that a test left behind.
fn left(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(left(&path));
        } else if path.file_name().is_some_and(|name| name != ".pid") {
            files.insert(path.clone(), String::from_utf8(std::fs::read(&path).unwrap()).unwrap());
        }
    }
    files
}

#[test]
fn the_same_seed_leaves_the_same_behind() {
    // Numbers of processes are those of real shells.
    let test = TWO.replace("# @TEST-EXEC: btest-bg-wait 45", "# @TEST-EXEC: btest-bg-wait 45; rm .stdout .stderr");
    let test = test.replace("# @TEST-EXEC: grep -q '<<<.*bro -b ../recv.bro' .stdout\n", "");
    let test = test.replace("print \"lost\"", "print \"lost\", current_time(), rand(1000000), unique_id(\"C\")");
    let test = test.replace("= \"lost\"", "!= \"lost\"");
    let suite = Suite::new(&test);
    let run = |seed: &str| {
        suite.passes(&["-t", "--seed", seed]);
        left(&suite.path(""))
    };
    let (first, second, other) = (run("7"), run("7"), run("8"));
    assert_eq!(first, second);
    assert_ne!(first, other);
    assert!(suite.file("send/send.out").starts_with("lost, 15428"), "{}", suite.file("send/send.out"));
}

#[test]
fn waiting_takes_no_time() {
    let since = Instant::now();
    let script = "redef exit_only_after_terminate = T;\n\
                  event late() { print \"late\"; }\n\
                  event end() { terminate(); }\n\
                  event bro_init() { print \"early\"; schedule 90min { late() }; schedule 5hrs { end() }; }";
    one(
        &[
            "btest-bg-run node bro -b ../node.bro",
            "sleep 1h",
            "test \"$(cat node/.stdout)\" = early",
            "sleep 20m 20m",
            "test \"$(echo $(cat node/.stdout))\" = 'early late'",
            "btest-bg-wait 86400",
            "sleep 30d",
        ],
        script,
    )
    .passes(&[]);
    assert!(since.elapsed() < Duration::from_mins(1), "{:?}", since.elapsed());
}

const STAYS: &str = "redef exit_only_after_terminate = T;\n\
                     event tick() { schedule 1sec { tick() }; }\n\
                     event bro_done() { print \"good bye\"; }\n\
                     event bro_init() { print \"hello\"; schedule 1sec { tick() }; }";

#[test]
fn what_takes_too_long_is_ended() {
    let suite = one(&["btest-bg-run node bro -b ../node.bro", "btest-bg-wait 30"], STAYS);
    suite.fails(
        &[],
        &[
            "node did not end in its time",
            "'btest-bg-wait 30' failed unexpectedly (exit code 1)",
            "The following processes did not terminate:",
            "node runs, peers with nobody, has something to do at 3",
        ],
    );
    assert_eq!(suite.file("node/.stdout"), "hello\ngood bye\n");
    assert_eq!(suite.file("node/.stderr"), "received termination signal\n");
    assert_eq!((suite.file("node/.exitcode"), suite.file("node/.timeout")), ("15\n".to_owned(), String::new()));
    one(
        &[
            "btest-bg-run node bro -b ../node.bro",
            "btest-bg-wait -k 30",
            "test \"$(tail -1 node/.stdout)\" = 'good bye'",
        ],
        STAYS,
    )
    .passes(&[]);
}

#[test]
fn a_node_is_ended_by_a_signal() {
    let commands = [
        "btest-bg-run node \"bro -b ../node.bro >out\"",
        "sleep 5",
        "kill $(cat node/.pid); while kill -0 $(cat node/.pid) 2>/dev/null; do sleep 0.1; done",
        "btest-bg-wait 10; test $? = 1",
        "test \"$(echo $(cat node/out))\" = 'hello good bye'",
    ];
    one(&commands, STAYS).passes(&[]);
}

#[test]
fn where_nothing_can_happen_any_more_it_ends_at_once() {
    let script = "redef exit_only_after_terminate = T;";
    one(&["btest-bg-run node bro -b ../node.bro", "btest-bg-wait 30"], script).fails(
        &[],
        &["node did not end: nothing can happen any more", "node runs, peers with nobody, waits for messages"],
    );
    one(&["bro -b node.bro"], script).fails(
        &[],
        &["bro did not end: nothing can happen any more", "'bro -b node.bro' failed unexpectedly (exit code 137)"],
    );
}

#[test]
fn an_endless_loop_is_cut_off() {
    let script = "function forever() { while ( T ) { } }\nevent bro_init() { forever(); }";
    let suite = one(&["btest-bg-run node bro -b ../node.bro", "btest-bg-wait 30"], script);
    suite.fails(&[], &["failed with exitcode 1: bro -b ../node.bro"]);
    let errors = suite.file("node/.stderr");
    assert!(errors.contains("line 1: script runs for too long"), "{errors}");
    let trace = "  in function forever, ../node.bro:1\n  in event bro_init, ../node.bro:2\n";
    assert!(errors.contains(trace), "the back-trace: {errors}");
}

#[test]
fn what_cannot_be_simulated_says_why_or_runs_as_processes() {
    let refused = |script: &str, commands: &[&str], why: &str| {
        let suite = one(commands, script);
        suite.fails(&[], &[&format!("cannot be simulated: {why}")]);
        suite
    };
    let commands = ["btest-bg-run node bro -b ../node.bro", "btest-bg-wait 10", "test \"$(cat node/x)\" = hello"];
    let script = "event bro_init() { system(\"echo hello >x\"); }";
    let suite = refused(script, &commands, "node runs a command of the shell, \"(echo hello >x) 1>&2 &\"");
    suite.passes(&["--fallback"]);
    assert!(suite.says(&["--fallback"]).1.contains("it ... ok (as processes)"));
    refused(
        "event bro_init() { Broker::peer(\"192.0.2.1\"); }",
        &["bro -b node.bro"],
        "bro connects with 192.0.2.1, port 9999",
    );
    refused(
        "event bro_init() { open(\"pipe\"); }",
        &["mkfifo pipe; bro -b node.bro"],
        "bro opens pipe, which is a pipe",
    );
    refused("", &["brood up node.bro"], "brood up");
}

#[test]
fn commands_in_the_foreground_are_nodes_too() {
    let suite = one(
        &[
            "bro -b node.bro A=1 >out 2>&1",
            "test \"$(cat out)\" = 'out, err, done'",
            "echo 'print \"from a pipe\", getenv(\"B\");' | B=7 zeek -b - | sed 's/a pipe/pipes/' >piped",
            "test \"$(cat piped)\" = 'from pipes, 7'",
            "mkdir d; cd d; brood run -b -e 'local f = open(\"written\"); write_file(f, \"yes\"); print bro_version();' >out",
            "test \"$(cat d/written d/out)\" = yes2.6.4",
            "bro -e 'exit(3);'; test $? = 3",
            "bro --version 2>&1 | grep -q 'bro version 2.6.4'",
            "bro -b nothing.bro 2>&1 | grep -q \"can't find nothing\"",
        ],
        "const A = 0 &redef;\nevent bro_init() { print \"out, err, done\"; }",
    );
    suite.passes(&[]);
}

#[test]
fn what_a_test_leaves_running_holds_up_nothing() {
    let since = Instant::now();
    let suite =
        one(&["btest-bg-run node bro -b ../node.bro", "sleep 3", "test \"$(cat node/.stdout)\" = hello"], STAYS);
    suite.passes(&["-t"]);
    assert_eq!(suite.file("node/.exitcode"), "15\n");
    assert!(since.elapsed() < Duration::from_mins(1), "{:?}", since.elapsed());
}

#[test]
fn certificates_are_not_checked_and_so_must_not_differ_in_what_they_trust() {
    let node = |name: &str, trusts: &str| {
        format!(
            "# @TEST-EXEC: btest-bg-run {name} bro -b ../{name}.bro Broker::ssl_cafile=../{trusts} \
             Broker::ssl_certificate=../own.pem Broker::ssl_keyfile=../own.pem\n"
        )
    };
    let script = |name: &str, begin: &str| {
        format!(
            "@TEST-START-FILE {name}.bro\nredef exit_only_after_terminate = T;\n\
             event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string) {{ terminate(); }}\n\
             event bro_init() {{ Broker::{begin}(\"127.0.0.1\"); }}\n@TEST-END-FILE\n"
        )
    };
    let test = |trusts: &str| {
        Suite::new(&format!(
            "# @TEST-EXEC: touch own.pem one.pem other.pem\n{}{}# @TEST-EXEC: btest-bg-wait 20\n{}{}",
            node("one", "one.pem"),
            node("two", trusts),
            script("one", "listen"),
            script("two", "peer"),
        ))
    };
    test("one.pem").passes(&[]);
    let why = "two shows a certificate that is not checked here, and others trust other authorities";
    test("other.pem").fails(&[], &[why]);
    test("none.pem").fails(&[], &["cannot be simulated: "]);
}

/// A manager and a worker, which end when they know each other for a while.
const CLUSTER: &str = r#"
# @TEST-EXEC: btest-bg-run manager "CLUSTER_NODE=manager brood run ../cluster-layout.bro ../node.bro"
# @TEST-EXEC: btest-bg-run worker-1 "CLUSTER_NODE=worker-1 brood run ../cluster-layout.bro ../node.bro"
# @TEST-EXEC: btest-bg-wait 60

@TEST-START-FILE cluster-layout.bro
redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=27781/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=27782/tcp, $manager="manager"],
};
@TEST-END-FILE

@TEST-START-FILE node.bro
@load base/frameworks/cluster
event over()
	{
	terminate();
	}
event Cluster::node_up(name: string, id: string) &priority=-5
	{
	schedule 5sec { over() };
	# WORSE
	}
@TEST-END-FILE
"#;

#[test]
fn invariants_hold_in_tests_where_that_is_asked_for() {
    let well = Suite::new(CLUSTER);
    well.passes(&["--invariants", "--seeds", "3"]);
    let broken = Suite::new(&CLUSTER.replace("# WORSE", "++Cluster::worker_count;"));
    broken.passes(&[]);
    broken.passes(&["--invariants=stores,logs"]);
    let said = broken.fails(
        &["--invariants", "--seeds", "3"],
        &[
            "invariant workers does not hold on manager: Cluster::worker_count is ",
            "the nodes at ",
            "brood test --sim --seed 1 --invariants=events,stores,workers,pools,logs it",
        ],
    );
    assert!(!said.contains("cannot be simulated"), "{said}");
    let (passed, said) = broken.says(&["--invariants=nothing"]);
    assert!(!passed && said.contains("no invariant \"nothing\"; there are events, stores"), "{said}");
}

#[test]
fn both_streams_in_one_file_have_the_order_of_a_process() {
    let script = "event bro_init() { print 1; Reporter::warning(\"w\"); print 2; system(\"no-such-program\"); }\n\
                  event bro_init() &priority=-5 { print 3; Reporter::error(\"e\"); }";
    let suite = one(&["bro -b node.bro >out 2>&1; true"], script);
    suite.passes(&["-t"]);
    let simulated = suite.file("out");
    assert!(simulated.starts_with("warning in ./node.bro, line 1: w\n"), "{simulated}");
    assert!(simulated.contains("/bin/sh: 1: no-such-program: not found\n"), "{simulated}");
    let script = "event bro_init() { print 1; Reporter::warning(\"w\"); print 2; print open(\"none/x\"); print 3; }";
    let suite = one(&["bro -b node.bro >out 2>&1; true"], script);
    suite.passes(&["-t"]);
    let simulated = suite.file("out");
    let process = Command::new(env!("CARGO_BIN_EXE_brood")).args(["test", "-t"]).current_dir(suite.0.path()).status();
    assert!(process.unwrap().success());
    assert_eq!(simulated, suite.file("out"));
}

#[test]
fn what_is_wrong_with_seeds_and_ports_is_one_nodes_own_matter() {
    let commands = [
        "btest-bg-run seedless 'BRO_SEED_FILE=none bro -b ../node.bro'",
        "btest-bg-run first bro -b ../node.bro",
        "btest-bg-run second bro -b ../node.bro",
        "btest-bg-wait 10; for n in seedless first second; do cat $n/.stdout $n/.stderr $n/.exitcode; done >all",
        "mkdir d; zeek -b -G d -e 'print 1;' 2>>all; echo $? >>all; bro -b -e 'print 7;' >>all",
    ];
    let script = "redef exit_only_after_terminate = T;\nevent over() { terminate(); }\n\
                  event bro_init() { print Broker::listen(\"127.0.0.1\", 47761/tcp); schedule 3sec { over() }; }";
    let suite = one(&commands, script);
    suite.passes(&["-t"]);
    let simulated = suite.file("all");
    let expected = "fatal error: Could not load seeds from file 'none'.\n1\n\
                    47761/tcp\nreceived termination signal\n0\n\
                    0/tcp\nerror: Failed to listen on 127.0.0.1:47761\nreceived termination signal\n0\n\
                    fatal error: Could not load seeds from file 'd'.\n1\n7\n";
    assert_eq!(simulated, expected);
    one(&["mkfifo p; bro -b -G p -e 'print 1;'"], "")
        .fails(&[], &["cannot be simulated: bro opens p, which is a pipe"]);
}
