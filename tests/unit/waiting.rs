//! What a test waits for: events, time and conditions.

use crate::{Suite, run};

#[test]
fn waiting_takes_no_time() {
    let told = run("global ready = F;\n\
                    global at: time;\n\
                    event later() { ready = T; at = network_time(); }\n\
                    function test_schedule()\n\
                    \t{\n\
                    \tschedule 30 min { later() };\n\
                    \twhen ( ready ) { print \"it came\", network_time(); assert F, \"seen\"; }\n\
                    \t}\n\
                    function test_advance()\n\
                    \t{\n\
                    \tlocal begin = network_time();\n\
                    \tschedule 1 day { later() };\n\
                    \tTest::advance(23 hrs);\n\
                    \tassert ! ready;\n\
                    \tTest::advance(2 hrs);\n\
                    \tassert ready && at - begin == 1 day && network_time() - begin == 25 hrs;\n\
                    \t}\n");
    told.has("assertion failed: seen").has("it came, ").has("test_advance ... ok").has("1 of 2 tests failed");
}

#[test]
fn what_is_left_waiting_is_named() {
    let script = "global ready = F;\n\
                  event later() { }\n\
                  function test_when()\n\t{\n\twhen ( ready )\n\t\t{ }\n\t}\n\
                  function test_late() { schedule 2 hrs { later() }; }\n\
                  function test_done() { schedule 2 hrs { later() }; Test::done(); }\n";
    let told = run(script);
    told.has("the test is not over after 1.0 hr of simulated time (--deadline):");
    told.has("a_test.bro:5: when ( ready ) waits").has("test_done ... ok");
    told.has("later is to be raised after 2.0 hrs").has("2 of 3 tests failed");
    let told = Suite::new(script).run(&["--bare-mode", "--deadline", "3hrs", "a_test.bro::test_late"]);
    told.has("all 1 tests successful");
}

#[test]
fn a_condition_sees_what_the_test_changes_behind_it() {
    let told = run("global n = 0;\n\
                    global jobs: table[string] of count;\n\
                    function test_number() { when ( n == 1 ) { print \"number\"; } n = 1; }\n\
                    function test_table() { when ( |jobs| == 1 ) { print \"table\"; } jobs[\"a\"] = 1; }\n\
                    event test_event() { when ( \"a\" in jobs ) { print \"event\"; } jobs[\"a\"] = 1; }\n\
                    function test_advance()\n\
                    \t{\n\
                    \twhen ( n == 2 ) { ++n; }\n\
                    \twhen ( n == 3 ) { n = 7; }\n\
                    \tn = 2;\n\
                    \tassert n == 2;\n\
                    \tTest::advance(1 sec);\n\
                    \tassert n == 7;\n\
                    \t}\n\
                    function test_never() { when ( n == 1 ) { print \"never\"; } n = 2; }\n");
    for name in ["number", "table", "event", "advance"] {
        told.has(&format!("test_{name} ... ok\n"));
    }
    told.has("test_never ... failed").has("1 of 5 tests failed");
}

#[test]
fn a_condition_sees_what_setup_and_a_time_out_change() {
    let told = run("global n = 0;\n\
                    global times = 0;\n\
                    function setup() { when ( n == 1 ) { ++times; } n = 1; }\n\
                    function test_setup() { assert times == 1; }\n\
                    function test_time_out()\n\
                    \t{\n\
                    \twhen ( n == 2 ) { ++times; }\n\
                    \twhen ( n == 5 ) { } timeout 10 sec { n = 2; }\n\
                    \tTest::advance(9 sec);\n\
                    \tassert times == 1;\n\
                    \tTest::advance(1 sec);\n\
                    \tassert times == 2;\n\
                    \t}\n");
    told.has("all 2 tests successful");
}
