//! The code of a few bodies, so that a change of it is seen.

use std::rc::Rc;

use super::{Counters, LowerTarget, Signatures, World, lower};
use crate::builtins;
use crate::hir::GlobalId;
use crate::program::{BodyEntry, Program};
use crate::sema::{Action, Checker, Options};
use crate::source::Symbol;
use crate::syntax::parse_file;
use crate::value::{BodyId, Value};

/// The code of the last function of a script, one instruction a line and without positions.
fn code(script: &str) -> String {
    counting_code(script, None)
}

fn counting_code(script: &str, counters: Option<&mut Counters>) -> String {
    let mut program = Program::new(builtins::find);
    let file = program.sources.add("test.bro", script.as_bytes().into(), false);
    let (declarations, errors) = parse_file(file, script.as_bytes());
    assert!(errors.is_empty(), "{errors:?}");
    let mut last: Option<BodyId> = None;
    for declaration in &declarations {
        let outcome = Checker::new(&mut program, Symbol::new("GLOBAL"), Options::default()).declare(declaration);
        assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
        for action in outcome.actions {
            if let Action::AddBody(_, body) = action {
                last = Some(body.body);
            }
        }
    }
    let BodyEntry::Typed(body) = program.body(last.unwrap()) else { panic!("no typed body") };
    let value_of = |_: GlobalId| Value::Unset;
    let mut signatures = Signatures::default();
    let mut world = World {
        program: &program,
        signatures: &mut signatures,
        value_of: &value_of,
        interruptible: false,
        notes_assertions: false,
        counters,
    };
    let code = lower(&mut world, &Rc::clone(&body), LowerTarget::Whole).unwrap();
    let lines: Vec<String> = code.instructions.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

fn assert_code(script: &str, expected: &[&str]) {
    assert_eq!(code(script), expected.join("\n"));
}

#[test]
fn recursion_passes_arguments_in_place() {
    assert_code(
        "function fib(n: count): count { if ( n < 2 ) return n; return fib(n - 1) + fib(n - 2); }",
        &[
            "JumpNotLessCountConst a=n0 value=2 by=+2",
            "ReturnNumber from=n0",
            "SubtractCountConst to=n2 a=n0 value=1",
            "CallGlobal site=entry 0",
            "SubtractCountConst to=n3 a=n0 value=2",
            "CallGlobal site=entry 1",
            "AddCount to=n1 a=n2 b=n3",
            "ReturnNumber from=n1",
            "ReturnMissing",
        ],
    );
}

#[test]
fn a_loop_ends_with_one_instruction() {
    assert_code(
        "function f(n: count): count { local i = 0; local s = 0; while ( i < n ) { if ( i % 3 == 0 ) s += i; ++i; } return s; }",
        &[
            "LoadSmall to=n1 value=0",
            "LoadSmall to=n2 value=0",
            "JumpLessEqualCount a=n0 b=n1 by=+4",
            "JumpNotDivides a=n1 value=3 by=+2",
            "AddCount to=n2 a=n2 b=n1",
            "StepLessCount a=n1 b=n0 by=-2",
            "ReturnNumber from=n2",
            "ReturnMissing",
        ],
    );
}

#[test]
fn constants_of_loops_are_loaded_once() {
    assert_code(
        "function f(x: double): double { while ( x < 100.0 ) x = x * 2.5 + 1.0; return x; }",
        &[
            "LoadNumber to=n1 constant=#0",
            "LoadNumber to=n2 constant=#1",
            "LoadNumber to=n3 constant=#2",
            "JumpNotLessDouble a=n0 b=n1 by=+4",
            "MultiplyDouble to=n9 a=n0 b=n2",
            "AddDouble to=n0 a=n9 b=n3",
            "JumpLessDouble a=n0 b=n1 by=-2",
            "ReturnNumber from=n0",
            "ReturnMissing",
        ],
    );
}

#[test]
fn fields_and_entries_are_used_in_place() {
    assert_code(
        "type R: record { n: count; s: string &optional; };
         function f(r: R, t: table[string] of count) { r$n = r$n + 1; r$s = \"x\"; ++t[\"k\"]; }",
        &[
            "GetFieldNumber kind=count to=n1 record=v0 field=field 0",
            "AddCountConst to=n0 a=n1 value=1",
            "SetFieldNumber kind=count record=v0 field=field 0 from=n0",
            "LoadValue to=v2 constant=#0",
            "SetField take=take record=v0 field=field 1 from=v2",
            "LoadValue to=v2 constant=#1",
            "LoadSmall to=n0 value=1",
            "AddToEntry columns=columns 1 table=v1 first=v2 from=n0",
            "ReturnUnset",
        ],
    );
}

#[test]
fn what_may_be_unset_is_a_value() {
    assert_code(
        "function f(v: vector of count): count { local x = v[3]; return x + 1; }",
        &[
            "ClearValues first=v1 count=count 1",
            "LoadSmall to=n0 value=3",
            "GetElement to=v1 vector=v0 index=n0",
            "Unbox kind=count to=n1 from=v1",
            "AddCountConst to=n0 a=n1 value=1",
            "ReturnNumber from=n0",
            "ReturnMissing",
        ],
    );
}

#[test]
fn every_code_shows_its_registers() {
    let text = code("function f(a: string, b: string): string { return a + b; }");
    assert_eq!(text, "Concat to=v2 a=v0 b=v1\nReturnValue take=take from=v2\nReturnMissing");
}

#[test]
fn statements_are_counted_only_if_asked() {
    let script = "function f(n: count): count { if ( n > 1 ) return 1; return n; }";
    let mut counters = Counters::default();
    let counting = counting_code(script, Some(&mut counters));
    let is_count = |line: &&str| line.starts_with("Count ");
    let entries: Vec<&str> = counting.lines().filter(is_count).collect();
    // The body, and three statements.
    assert_eq!(entries, ["Count entry=entry 0", "Count entry=entry 1", "Count entry=entry 2", "Count entry=entry 3"]);
    let plain: Vec<&str> = counting.lines().filter(|line| !is_count(line)).collect();
    let without = |text: &str| text.split(" by=").next().map(str::to_owned);
    let plain: Vec<_> = plain.into_iter().map(without).collect();
    assert_eq!(plain, code(script).lines().map(without).collect::<Vec<_>>());
}
