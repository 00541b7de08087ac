//! What shells of tests do with nodes besides waiting for them: start them in the background, end them, hand them scripts.

use std::process::{Child, Command};

use crate::one;

/// A node that tells its time in steps, and when it is asked to end.
const COUNTS: &str = r#"
redef exit_only_after_terminate = T;
const name = "it" &redef;
event step(n: count)
	{
	print name, n;
	if ( n == 7 )
		{
		local f = open("ready");
		print f, "T";
		close(f);
		}
	schedule 500 msec { step(n + 1) };
	}
event bro_init() { event step(0); }
event bro_done() { print name, "done"; }
"#;

/// Takes the processors away from the test, until it is dropped.
struct Spinners(Vec<Child>);

impl Spinners {
    fn new() -> Spinners {
        let spin = || Command::new("timeout").args(["60", "sh", "-c", "while :; do :; done"]).spawn().unwrap();
        Spinners((0..3).map(|_| spin()).collect())
    }
}

impl Drop for Spinners {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // What has ended already needs nothing.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

/// Runs commands some times, also where there is little time for them; what was printed must be the same each time.
#[track_caller]
fn gives(commands: &[&str], script: &str, expected: &str) {
    let suite = one(commands, script);
    for round in 0..6 {
        let spinners = (round >= 3).then(Spinners::new);
        suite.passes(&["-t"]);
        drop(spinners);
        assert_eq!(suite.file("out"), expected, "{commands:?}, round {round}");
    }
}

#[test]
fn a_shell_looks_for_what_a_node_in_the_background_does() {
    let count = "bro -b node.bro >nobody & for i in 1 2 3 4 5 6 7 8 9; do test -f ready && break; sleep 1; done; \
                 echo $i >out; kill $!; wait $!; echo $? >>out; grep -c done nobody >>out";
    gives(&[count], COUNTS, "5\n0\n1\n");
}

#[test]
fn nodes_in_the_background_are_asked_to_end_or_made_to() {
    let end =
        |signal: &str| format!("bro -b node.bro >>out & p=$!; sleep 1; kill -{signal} $p; wait $p; echo $? >>out");
    for signal in ["INT", "TERM"] {
        gives(&["rm -f out", &end(signal)], COUNTS, "it, 0\nit, 1\nit, 2\nit, done\n0\n");
    }
    gives(&["rm -f out", &end("KILL")], COUNTS, "it, 0\nit, 1\n137\n");
}

#[test]
fn a_node_whose_shell_has_ended_is_waited_for_too() {
    let all = ["one", "two"].map(|name| format!("bro -b node.bro name={name} >{name} &")).join(" ");
    let command = format!("{all} (bro -b node.bro name=three >three &); sleep 2; cat one two three >out");
    let steps = |name: &str| (0..4).map(|step| format!("{name}, {step}\n")).collect::<String>();
    let expected = ["one", "two", "three"].map(steps).concat();
    gives(&[&command], &COUNTS.replace("print name, n;", "print name, n; flush_all();"), &expected);
}

#[test]
fn seconds_of_timeout_are_simulated() {
    let times = ["timeout 2 bro -b node.bro >>out; echo $? >>out", "timeout -s KILL 1 sleep 2; echo $? >>out"];
    let more = [
        "timeout -k 1 2 sh -c 'trap \"\" TERM; sleep 9; sleep 9'; echo $? >>out",
        "timeout 9 python3 -c 'import time; time.sleep(0.1); print(\"slept\")' >>out; echo $? >>out",
        "timeout 9 sleep 3; echo $? >>out",
    ];
    let steps = "it, 0\nit, 1\nit, 2\nit, 3\nit, 4\nit, done\n124\n";
    gives(&[&["rm -f out"], &times[..], &more].concat(), COUNTS, &format!("{steps}137\n137\nslept\n0\n0\n"));
}

#[test]
fn a_script_may_be_what_a_command_has_open() {
    let commands = [
        "rm -f out; echo 'event bro_init() { print \"one\"; }' | bro -b /dev/stdin >>out",
        "echo 'event bro_init() { print \"two\"; }' | bro -b - >>out",
        "echo 'event bro_init() { print \"three\"; }' >x.bro; bro -b /dev/fd/3 3<x.bro >>out",
    ];
    gives(&commands, COUNTS, "one\ntwo\nthree\n");
}

#[test]
fn a_sleep_hears_what_its_shell_lets_it_hear() {
    let commands = [
        "rm -f out; sleep 9 & p=$!; sleep 1; kill $p; wait $p; echo $? >>out",
        "(trap '' TERM; sleep 3; echo slept >>out) & sleep 1; kill $!; wait",
    ];
    gives(&commands, COUNTS, "143\nslept\n");
}
