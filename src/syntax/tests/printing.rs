//! Printed text: its form, and that it reads back as the same tree.

use super::{FILE, expression, without_spans};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, DeclKind, Expr, ExprKind, Ident, Literal, UnaryOp};
use crate::syntax::parse_file;
use crate::syntax::printer::{print_declaration, print_expr, print_file, print_type};

fn printed(text: &str) -> String {
    let (declarations, errors) = parse_file(FILE, text.as_bytes());
    assert_eq!(errors, [], "{text}");
    print_file(&declarations)
}

#[track_caller]
fn round_trip(text: &str) {
    let (declarations, errors) = parse_file(FILE, text.as_bytes());
    assert_eq!(errors, [], "{text}");
    let once = print_file(&declarations);
    let (again, errors) = parse_file(FILE, once.as_bytes());
    assert_eq!(errors, [], "{once}");
    assert_eq!(without_spans(&declarations), without_spans(&again), "{once}");
    assert_eq!(once, print_file(&again));
}

#[test]
fn a_script_in_bros_style() {
    let text = "module A;
export { ## Documented.
  type R: record { a: count &default=1; b: set[addr] &optional; }; ## Kinds.
 type Kind: enum { X, ##< The x.
 Y = 2 }; global f: function(a: count, b: string &default=\"\"): bool; }
global t: table[string] of count = { [\"a\"]=1, [\"b\"]=2 } &redef; global n=0;
function f(a: count, b: string): bool { local x=a+1; if(x>1)return T; else if(x==0){ print x; }
 else for(i in t) { next; } when [x] (local y=g()) print y; timeout 5sec { } return schedule 1min {e(1)} ; }
event e() &priority=5 { switch n { case 1,2: break; default: n=1; } while(T) ++n; }";
    let expected = "module A;

export {
	## Documented.
	type R: record {
		a: count &default=1;
		b: set[addr] &optional;
	};

	## Kinds.
	type Kind: enum {
		## The x.
		X,
		Y = 2,
	};

	global f: function(a: count, b: string &default=\"\"): bool;
}

global t: table[string] of count = {
	[\"a\"] = 1,
	[\"b\"] = 2,
} &redef;

global n = 0;

function f(a: count, b: string): bool
	{
	local x = a + 1;
	if ( x > 1 )
		return T;
	else if ( x == 0 )
		{
		print x;
		}
	else
		for ( i in t )
			{
			next;
			}
	when [x] ( local y = g() )
		print y;
	timeout 5 secs
		{
		}
	return schedule 1 min { e(1) };
	}

event e() &priority=5
	{
	switch n
		{
		case 1, 2:
			break;
		default:
			n = 1;
		}
	while ( T )
		++n;
	}
";
    assert_eq!(printed(text), expected);
    round_trip(text);
    round_trip(expected);
}

#[test]
fn every_construct_reads_back() {
    for text in [
        "redef record R$a -= { &log }; redef record R += { a: count; } &log; redef enum Kind += { A = 1, B };",
        "redef x[\"a\"] = 1; global t: table[count] of count { [1] = 2 }; option o: interval = 1.5 hrs;",
        "global a: file; global b: file of string; global c: opaque of md5; global d: vector of set[addr, port];",
        "global f: hook(a: any); global g: event(); global h: function(): function(x: int): record { a: bool; };",
        "redef event e() { } hook h(x: count) &priority=-1 { break; } hook h(1); event e(); hook r$h(2);",
        "x = function[a, copy b](c: count): count { return c; }; y = [$f(a: count) = { return a; }];",
        "x = hook f(a) && ! hook g(b) || (hook h)(c); x = a && hook f(b);",
        "x = |a | b| + | |c| - 1|; x = - -y; x = -(-y); x = a - -b; x = ! ! b;",
        "x = a[1:2] + a[:3] + a[4:] + a[:]; x = t[[1, 2]]; x = [::1] in s; x = [2001:db8::]/32;",
        "x = from_json(s, table[string] of vector of count); x = y is set[addr] ? y as set[addr] : set();",
        "x = table([1] = \"a\") &default=function(k: count): string { return \"b\"; };",
        "if ( a ) { if ( b ) x; } else y; if ( a ) if ( b ) x; else y;",
        "return when [] ( x ) { } timeout 1 sec { } when ( a ) when ( b ) c;",
        "for ( [a, b], c in d ) ; for ( a, b in d ) { } assert x, \"why\"; assert y; add s[1]; delete t; const z = 3;",
        "switch x { case type count, type string as s: fallthrough; case 1 + 2, \"a\": default: }",
        "x = { a, b, }; x = {}; local y: set[count] = { }; print a, b; x += { 1 }; x -= y;",
        "x = www.example.org; x = 80/tcp; x = 1/unknown; x = /a\\/b|\\\"/is; x = 1e100; x = .5; x = 3 usecs;",
        "export { global a: count; } global b: count; export { type R: record { }; }",
    ] {
        round_trip(text);
    }
}

#[test]
fn constants_keep_their_value() {
    for text in ["1.0", "0.1", "1e300", "1e-300", "123456789012345680.0", "0x10", "1e999"] {
        assert_eq!(
            without_spans(&expression(text)),
            without_spans(&expression(&print_expr(&expression(text)))),
            "{text}"
        );
    }
    for (text, expected) in [
        ("300 secs", "5 mins"),
        ("86400 sec", "1 day"),
        ("1.5 hrs", "90 mins"),
        ("0.5 msec", "500 usecs"),
        ("0sec", "0.0 secs"),
        ("\"\\x41\\x00\\n\\\"\\\\\\xff\"", "\"A\\x00\\n\\\"\\\\\\xff\""),
        ("10.0.0.0 / 8", "10.0.0.0/8"),
        ("(x)", "(x)"),
        ("function(a: count) { print a; return; }", "function(a: count) { print a; return; }"),
    ] {
        assert_eq!(print_expr(&expression(text)), expected);
    }
}

fn make(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::NONE }
}

#[test]
fn a_made_tree_gets_the_parentheses_it_needs() {
    let name = |text: &str| make(ExprKind::Name(text.into()));
    let binary = |op, left, right| make(ExprKind::Binary(op, Box::new(left), Box::new(right)));
    let sum = || binary(BinaryOp::Add, name("a"), name("b"));
    let hook = || make(ExprKind::HookCall(Box::new(name("h")), Vec::new()));
    let field = Ident { name: "f".into(), span: Span::NONE };
    let negative = make(ExprKind::Literal(Literal::Int(-1)));
    let less = binary(BinaryOp::Less, name("a"), name("b"));
    for (tree, expected) in [
        (binary(BinaryOp::Multiply, sum(), name("c")), "(a + b) * c"),
        (binary(BinaryOp::Subtract, name("c"), sum()), "c - (a + b)"),
        (binary(BinaryOp::Subtract, sum(), name("c")), "a + b - c"),
        (make(ExprKind::Unary(UnaryOp::Not, Box::new(sum()))), "!(a + b)"),
        (make(ExprKind::Unary(UnaryOp::Negate, Box::new(negative))), "- -1"),
        (make(ExprKind::Field(Box::new(sum()), field)), "(a + b)$f"),
        (binary(BinaryOp::Equal, less, name("c")), "(a < b) == c"),
        (binary(BinaryOp::Equal, hook(), name("c")), "(hook h()) == c"),
        (binary(BinaryOp::And, hook(), name("c")), "hook h() && c"),
    ] {
        assert_eq!(print_expr(&tree), expected);
    }
}

#[test]
fn single_nodes() {
    let (declarations, _) = parse_file(FILE, b"## Doc.\ntype R: record { a: count; };");
    assert_eq!(print_declaration(&declarations[0]), "## Doc.\ntype R: record {\n\ta: count;\n};\n");
    let DeclKind::Type { ty, .. } = &declarations[0].kind else { panic!() };
    assert_eq!(print_type(ty), "record { a: count; }");
}

#[test]
fn the_deepest_trees_are_printed_and_dropped() {
    let deep = 900;
    for text in [
        format!("x = {}1{};", "(".repeat(deep), ")".repeat(deep)),
        format!("x = 1{};", " + 1".repeat(deep)),
        format!("x = {}1{};", "[f(".repeat(deep / 2), ")]".repeat(deep / 2)),
        format!("x = {}y;", "- ".repeat(deep)),
        format!("function f() {{ if (x) y; {} }}", "else if (x) y;".repeat(deep)),
        format!("function f() {{ {} {} }}", "{".repeat(deep), "}".repeat(deep)),
        format!("global x: {}count;", "vector of ".repeat(deep)),
    ] {
        round_trip(&text);
    }
}

#[test]
fn a_list_that_reads_like_an_address_stays_a_list() {
    round_trip("x = [A::b ];");
    round_trip("x = t[A::b :c ];");
}
