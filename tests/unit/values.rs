//! How values look where an assertion fails.

use crate::run;

#[test]
fn numbers_that_differ_look_different() {
    let told = run("function test_double() { assert 0.1 + 0.2 == 0.3; }\n\
                    function test_interval() { local i = 0.1 sec + 0.2 sec; assert i == 300 msec; }\n\
                    function test_time() { local t = double_to_time(1e9 + 1e-6); assert t == double_to_time(1e9); }\n\
                    function test_plain() { local d = 0.5; local i = 300 msec; assert d == 1.5 || i == 1 sec; }\n");
    told.has("0.1 + 0.2 = 0.30000000000000004\n").has("i = 0.30000000000000004 secs\n");
    told.has("t = 1000000000.000001\n").has("double_to_time(1e9) = 1000000000.0\n");
    told.has("d = 0.5\n").has("i = 300.0 msecs\n");
}

#[test]
fn a_choice_shows_what_it_depends_on_evaluated_once() {
    let told = run("function asked(): bool { print \"asked\"; return T; }\n\
                    function test_it()\n\
                    \t{\n\
                    \tlocal a = 1;\n\
                    \tassert 3 == (asked() && a != 2 ? (a > 0 ? 2 : 7) : 9);\n\
                    \t}\n");
    told.has("asked() = T\n").has("a != 2 = T\n");
    assert_eq!(told.text.matches("    asked\n").count(), 1, "{}", told.text);
}

#[test]
fn text_does_nothing_to_the_terminal() {
    let told = run("function test_message() { assert F, \"\\x1b[31mred\\x07\"; }\n\
                    function test_value(case_: string) { assert |case_| == 1; }\n\
                    global test_value_cases = vector(\"\\x1b[0m \");\n");
    told.has("assertion failed: \\x1b[31mred\\x07").has("case_ = \"\\x1b[0m \"").lacks("\x1b").lacks("\x07");
}

#[test]
fn a_case_is_named_where_the_assertion_does_not_show_it() {
    let told = run("function test_it(text: string) { assert F; }\n\
                    global test_it_cases = vector(\"\", \"a  b\");\n");
    told.has("with the case \"\"\n").has("with the case \"a  b\"\n");
}
