//! Errors: their true first place, and what is still read behind them.

use super::{FILE, errors};
use crate::syntax::ast::{DeclKind, ExprKind};
use crate::syntax::lexer::Lexer;
use crate::syntax::parser::parse_declaration;
use crate::syntax::{SyntaxError, parse_file, salvage};

fn expect(text: &str, expected: &[(&str, &str)]) {
    let found = errors(text);
    assert_eq!(found.len(), expected.len(), "{text}: {found:#?}");
    for ((place, message), (expected_place, part)) in found.iter().zip(expected) {
        assert_eq!(place, expected_place, "{text}: {message}");
        assert!(message.contains(part), "{text}: {message}");
    }
}

fn count(text: &str) -> usize {
    parse_file(FILE, text.as_bytes()).0.len()
}

#[test]
fn a_missing_semicolon_is_seen_at_the_next_declaration() {
    let text = "global a = 5\nglobal b = 6;\nevent e() { print 1 }\nglobal c = 1;";
    expect(text, &[("global", "expected `;`"), ("}", "expected `;`")]);
    assert_eq!(count(text), 2);
    expect("type Kind: enum { A }\nevent e() { }", &[("event", "expected `;`")]);
    expect("print 1\nprint 2;", &[("print", "expected `;`")]);
}

#[test]
fn a_missing_brace_is_seen_at_the_next_declaration() {
    let text = "function f() {\n\tif (x) { y;\n}\nglobal a = 1;\nglobal b = 2;";
    expect(text, &[("global", "unexpected `global`")]);
    assert_eq!(count(text), 2);
    let (_, errors) = parse_file(FILE, text.as_bytes());
    assert_eq!(errors[0].unclosed.unwrap().start, 13);
    expect("function f() { x;", &[("", "unexpected end")]);
}

#[test]
fn an_open_parenthesis_ends_at_the_semicolon() {
    let text = "event e() { f(a, b; g(c]; }\nglobal x = 1;";
    expect(text, &[(";", "expected `)`")]);
    assert_eq!(count(text), 1);
}

#[test]
fn open_parentheses_do_not_swallow_the_next_declaration() {
    expect("event e( { }\nconst y = 3;\nglobal z = ;", &[("{", "expected `)`"), (";", "an expression")]);
    assert_eq!(count("event e( { }\nconst y = 3;"), 1);
    expect("function a( { }\nglobal z = ;", &[("{", "expected `)`"), (";", "an expression")]);
    assert_eq!(count("function a(x: count { print x; }\nfunction b() { }\nhook h( ] { }\nevent c() { }"), 2);
    assert_eq!(count("event a(function(x: count): count { return x; }, schedule 1sec { b() });\nfunction d() { }"), 2);
    assert_eq!(count("function a(x: record { b: count; }, y: set[count] &default=set(1)) { }\nevent c() { }"), 2);
    expect("f(a, [b\ntype R: record { a: count; };", &[("type", "expected `]`")]);
    expect("event e() { if ( x\nprint y; }\nevent f() { }", &[("print", "expected `)`")]);
}

#[test]
fn words_that_cannot_be_names() {
    expect("global type = 1;", &[("type", "(`type` is a reserved word)")]);
    expect("event e() { local T = 1; }", &[("T", "(`T` is a reserved word)")]);
    expect("export global a: count;", &[("global", "expected `{`")]);
}

#[test]
fn stray_braces() {
    expect("}\nglobal a = 1;", &[("}", "closes nothing")]);
    expect("export { global a: count }\nglobal b = 1;", &[("}", "expected `;`")]);
    expect("export { global a: count;", &[("", "end")]);
}

#[test]
fn every_declaration_reports_its_own() {
    let text = "global a = ;\nglobal b = 1;\nfunction (x) { }\ntype R: record { a count; };\nevent e() { }";
    expect(text, &[(";", "an expression"), (")", "expected"), ("count", "expected `:`")]);
    assert_eq!(count(text), 2);
}

#[test]
fn lexical_errors_do_not_hide_others() {
    expect(
        "global a = \"open;\nglobal b = 1;\nglobal c = `2`;",
        &[("\"open", "closing quote"), ("`", "unrecognized"), ("`", "unrecognized")],
    );
}

#[test]
fn garbage_is_not_read_to_its_end() {
    let text = "` ".repeat(100_000);
    assert_eq!(errors(&text).len(), 1000);
    let text = "global ; ".repeat(100_000);
    assert_eq!(errors(&text).len(), 1000);
    assert_eq!(errors(&"\0".repeat(100_000)).len(), 1);
}

#[test]
fn comparisons_do_not_chain() {
    expect("x = a < b == c;", &[("==", "do not chain")]);
    expect("x = (a < b) == c;", &[]);
    expect("x = a < b && c == d;", &[]);
}

#[test]
fn bro_words() {
    let words = |text: &str| {
        let (_, errors) = parse_file(FILE, text.as_bytes());
        let error = &errors[0];
        error.bro_text(&text.as_bytes()[error.span.start as usize..error.span.end as usize])
    };
    assert_eq!(words("global x = 5 global y;"), "syntax error, at or near \"global\"");
    assert_eq!(words("event e(x: count);"), "syntax error, at or near \";\"");
    assert_eq!(words("print 1 2.50;"), "syntax error, at or near \"2.50\"");
    assert_eq!(words("global x"), "syntax error, at end of file");
    assert_eq!(words("x = 70000/tcp;"), "bad port number - 70000/tcp");
    assert_eq!(words("x = /open;\n;"), "syntax error, on previous line");
    assert_eq!(words("x = `y;"), "unrecognized character - `");
    assert_eq!(words(&format!("x = {}", "(".repeat(2000))), "memory exhausted, at or near \"(\"");
}

#[test]
fn conditionals_take_their_first_branch() {
    assert_eq!(count("@load x\n@if ( f(1) )\nglobal a = 1;\n@else\n`garbage @if @endif\n@endif\nglobal b = 1;"), 2);
    expect("@else\n", &[("@else", "without @if")]);
    expect("@endif\n", &[("@endif", "without @if")]);
    expect("@if ( T )\n", &[("@if", "without @endif")]);
}

#[test]
fn depth_is_bounded() {
    let deep = 30_000;
    for (open, close) in
        [("(", ")"), ("[", "]"), ("-", ""), ("!", ""), ("f(", ")"), ("| ", " |"), ("x ? ", " : y"), ("hook 1 + ", "")]
    {
        let text = format!("x = {}1{};", open.repeat(deep), close.repeat(deep));
        let (_, errors) = parse_file(FILE, text.as_bytes());
        assert!(errors[0].to_string().contains("too deep"), "{open}: {}", errors[0]);
    }
    for (open, close) in
        [("if (x) ", ";"), ("{", "}"), ("if (x) y; else ", ";"), ("while (x) ", ";"), ("when (x) ", ";")]
    {
        let text =
            format!("function f() {{ {}{} }}", open.repeat(deep), close.repeat(if close == "}" { deep } else { 1 }));
        let (_, errors) = parse_file(FILE, text.as_bytes());
        assert!(errors[0].to_string().contains("too deep"), "{open}: {}", errors[0]);
    }
    let text = format!("global x: {}count;", "vector of ".repeat(deep));
    assert!(errors(&text)[0].1.contains("too deep"));
    let text = format!("x = a{};", "$b".repeat(deep));
    assert!(errors(&text)[0].1.contains("too deep"));
}

#[test]
fn length_is_not_depth() {
    let long = 5_000;
    for text in [
        format!("global x = {{ {} }};", "[\"a\"] = [$b=1 + 2, $c=f(3)], ".repeat(long)),
        format!("function f() {{ {} }}", "if (x) { y; } ".repeat(long)),
        format!("function f() {{ {} }}", "x = function() { return 1; }; for (y in z) { print y; }\n".repeat(long)),
        format!("function f() {{ switch x {{ {} }} }}", "case 1: print 2; break; case 3: { y; }".repeat(long)),
        format!("type R: record {{ {} }};", "a: vector of set[addr] &optional &log;".repeat(long)),
        format!("function f() {{ if (x) y; {} }}", "else if (x + 1) { y; }".repeat(900)),
        format!("x = 1{};", " + 1".repeat(5000)),
        format!("x = -a$b[1]{};", " + -a$b[1] * |c| && f(x) || !g".repeat(long)),
    ] {
        assert_eq!(errors(&text), [], "{}", &text[..80]);
    }
}

/// The mistakes of one declaration, and how many entries were saved.
fn saved(text: &str) -> (Vec<String>, usize) {
    let tokens: Vec<_> = Lexer::new(FILE, text.as_bytes()).flatten().collect();
    let first = parse_declaration(&tokens, None).unwrap_err();
    let salvaged = salvage(&tokens, None, first);
    let entries = match salvaged.declaration.map(|declaration| declaration.kind) {
        Some(DeclKind::Variable(variable)) => match variable.init.map(|init| init.kind) {
            Some(ExprKind::Braces(entries)) => entries.len(),
            _ => 0,
        },
        _ => 0,
    };
    (salvaged.errors.iter().map(SyntaxError::message).collect(), entries)
}

#[test]
fn entries_of_a_table_are_saved_one_by_one() {
    let entry = |name: &str, value: &str| format!("[\"{name}\"] = [$a=1, $b={value}],\n");
    let table = |entries: &[String]| format!("redef t = {{\n{}}};", entries.concat());
    let (errors, entries) = saved(&table(&[entry("x", "2"), entry("y", "+"), entry("z", "3")]));
    assert_eq!((errors.len(), entries), (1, 3), "{errors:?}");
    let (errors, entries) = saved(&table(&[entry("x", "*"), entry("y", "2"), entry("z", "/ 3")]));
    assert_eq!((errors.len(), entries), (2, 3), "{errors:?}");
    let (errors, entries) = saved(&table(&[entry("x", "2").replace("],", ","), entry("y", "2")]));
    assert_eq!((errors, entries), (vec!["`]` is missing here".to_string()], 2));
    let (errors, entries) = saved(&table(&[entry("x", "2").replace("],", "];"), entry("y", "2")]));
    assert_eq!((errors, entries), (vec!["unexpected `;`, expected `,`".to_string()], 2));
    // What is no table has one mistake.
    assert_eq!(saved("redef t = { 1, 2 + , 3 };").1, 0);
}

#[test]
fn a_table_may_be_mutilated_in_any_way() {
    let text =
        "redef t += { [\"x\"] = [$a=[fe80::1], $b=f(1, {2})], [\"y\"] = R($a=1, $b=\"c\"), [\"z\"] = [], } &redef;";
    for at in 0..text.len() {
        for length in 1..8 {
            let mutilated = [&text[..at], text.get(at + length..).unwrap_or_default()].concat();
            let tokens: Vec<_> = Lexer::new(FILE, mutilated.as_bytes()).flatten().collect();
            if let Err(first) = parse_declaration(&tokens, None) {
                let salvaged = salvage(&tokens, None, first);
                assert!(!salvaged.errors.is_empty(), "{mutilated}");
                assert!(salvaged.errors.iter().all(|error| error.span.end as usize <= mutilated.len()), "{mutilated}");
            }
        }
    }
}
