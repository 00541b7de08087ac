//! What looks like a test and is none, and what no test can have.

use crate::run;

#[test]
fn tests_of_one_name_are_told_apart_by_their_modules() {
    let told = run("module A;\n\
                    function test_one() { }\n\
                    function test_two() { }\n\
                    module B;\n\
                    function test_one() { assert F; }\n");
    told.has("a_test.bro::A::test_one ... ok\n").has("a_test.bro::B::test_one ... failed\n");
    told.has("a_test.bro::test_two ... ok\n").has("1 of 3 tests failed");
}

#[test]
fn hooks_and_variables_are_no_tests() {
    let told = run("hook test_hook() { }\n\
                    global test_variable = function() { };\n\
                    global test_declared: function();\n\
                    function test_it() { }\n");
    told.has("test_hook is a hook; a test is a function or an event");
    told.has("test_variable is a variable; a test is a function or an event");
    told.has("test_it ... ok").has("2 of 3 tests failed");
}

#[test]
fn a_result_of_false_is_a_failure() {
    let told = run("function test_yes(): bool { return T; }\n\
                    function test_no(): bool { return F; }\n");
    told.has("test_yes ... ok").has("test_no gave F").has("1 of 2 tests failed");
}

#[test]
fn no_command_is_run() {
    let told = run("function test_system() { assert system(\"touch made\") == 0; }\n\
                    function test_mocked()\n\
                    \t{\n\
                    \tTest::mock(system, function(str: string): int { return +7; });\n\
                    \tassert system(\"touch made\") == +7;\n\
                    \t}\n");
    told.has("no command is run in simulated time: (touch made)").has("test_mocked ... ok").has("1 of 2 tests failed");
}
