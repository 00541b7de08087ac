//! What goes wrong while scripts run, and how they go on.

use super::Run;
use crate::vm::RaiseKind;

/// What is printed and reported, one after the other.
fn outcome(script: &str) -> (String, String) {
    let mut run = Run::load(script);
    run.event("bro_init");
    (run.printed(), run.reported())
}

fn body(statements: &str) -> (String, String) {
    outcome(&format!("event bro_init() {{\n{statements}\n}}"))
}

#[test]
fn a_missing_index_gives_up_the_statement() {
    let (printed, reported) = body("local t: table[count] of count;\nprint t[1];\nprint \"on\";");
    assert_eq!(printed, "on\n");
    assert_eq!(reported, "error in test.bro, line 3: no such index (t[1])");
}

#[test]
fn an_unset_variable_is_named() {
    let (printed, reported) = body("local c: count;\nlocal s: string;\nprint c + 1;\nprint s;\nprint 1;");
    assert_eq!(printed, "1\n");
    assert_eq!(
        reported,
        "error in test.bro, line 4: value used but not set (c)\nerror in test.bro, line 5: value used but not set (s)"
    );
}

#[test]
fn what_was_not_assigned_stays_unset() {
    let (printed, reported) = body("local v: vector of count;\nlocal x = v[2];\nprint x;\nprint 1;");
    assert_eq!(printed, "1\n");
    assert_eq!(
        reported,
        "error in test.bro, line 3: no such index (v[2])\nerror in test.bro, line 4: value used but not set (x)"
    );
}

#[test]
fn division_by_zero_gives_up_the_body() {
    let (printed, reported) = outcome(
        "function f(n: count): count { return 1 / n; }
event bro_init() &priority=1 { print 1 % 0; print \"not here\"; }
event bro_init() { print f(0); print \"on\"; }",
    );
    assert_eq!(printed, "on\n");
    let lines: Vec<&str> = reported.lines().collect();
    assert_eq!(lines[0], "expression error in test.bro, line 2: modulo by zero [1 % 0]");
    assert_eq!(lines[1], "expression error in test.bro, line 1: division by zero [1 / n]");
}

#[test]
fn counts_do_not_wrap() {
    let (_, reported) = body("local c = 1;\nprint c - 2;");
    assert_eq!(reported, "expression error in test.bro, line 3: count underflow [c - 2]");
    let (_, reported) = body("local c = 18446744073709551615;\nprint c + 1;");
    assert_eq!(reported, "expression error in test.bro, line 3: count overflow [c + 1]");
    let (printed, reported) = body("local c = 0;\n--c;\nprint c;");
    assert_eq!(reported, "error in test.bro, line 3: count underflow (--c)");
    assert_eq!(printed, "0\n");
}

#[test]
fn a_missing_field_gives_up_the_body() {
    let (printed, reported) =
        body("local r: record { a: count &optional; } = [];\nprint r?$a;\nprint r$a;\nprint \"not here\";");
    assert_eq!(printed, "F\n");
    assert_eq!(reported, "expression error in test.bro, line 4: field value missing [r$a]");
}

#[test]
fn endless_recursion_is_an_error() {
    let (printed, reported) = outcome(
        "global depth = 0;
function f(n: count): count { ++depth; return f(n + 1) + 1; }
event bro_init() &priority=1 { print f(0); print \"not here\"; }
event bro_init() { print depth > 1000; }",
    );
    assert_eq!(printed, "T\n");
    assert!(reported.contains("nested too deep"), "{reported}");
}

#[test]
fn a_failed_condition_skips_its_statement() {
    let (printed, _) = body(
        "local t: table[count] of bool;
if ( t[1] ) print \"yes\"; else print \"no\";
while ( t[1] ) print \"loop\";
print \"on\";",
    );
    assert_eq!(printed, "on\n");
}

#[test]
fn a_huge_vector_is_refused() {
    let (printed, reported) = body("local v: vector of count;\nv[10000000000] = 1;\nprint |v|;");
    assert_eq!(printed, "");
    assert!(reported.contains("vector index is too large"), "{reported}");
}

#[test]
fn a_vector_keeps_to_its_type_under_another_name() {
    let (printed, reported) = outcome(
        "function f(v: vector of any, x: any) { v[0] = x; }
event bro_init() { local v: vector of string = vector(\"a\"); f(v, \"b\"); print v; f(v, 3); print v; }",
    );
    assert_eq!(printed, "[b]\n[b]\n");
    assert!(
        reported.contains(
            "vector index assignment failed for invalid type 'count', value: 3 (v[0]), call stack: | #0 f() at "
        ),
        "{reported}"
    );
}

#[test]
fn an_internal_error_ends_everything_where_it_is_told_to() {
    let mut run = Run::load(
        "function f(v: vector of any) { v[0] = 3; }
event bro_init() { local v: vector of string; f(v); print \"on\"; }",
    );
    run.vm.stop_at_internal_errors();
    run.vm.queue_event_by_name("bro_init", []);
    let raised = run.vm.drain_events().unwrap_err();
    assert!(matches!(raised.kind(), RaiseKind::Exit(134)), "{raised}");
    assert_eq!(run.printed(), "");
}

#[test]
fn patience_ends() {
    let mut run = Run::load("event bro_init() { local i = 0; while ( T ) ++i; }\nevent bro_done() { print \"on\"; }");
    run.vm.set_patience(Some(10_000));
    run.event("bro_init");
    assert!(run.reported().contains("script runs for too long"), "{}", run.reported());
    run.vm.set_patience(None);
    run.event("bro_done");
    assert_eq!(run.printed(), "on\n");
}
