//! What holds for any input.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;

use super::{FILE, expression, without_spans};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Literal};
use crate::syntax::lexer::Lexer;
use crate::syntax::parser::parse_expression;
use crate::syntax::printer::{print_expr, print_file};
use crate::syntax::token::{FIXED, SpannedToken};
use crate::syntax::{parse_file, parse_repl_line};

/// Texts of single tokens, and some that are almost one.
fn word() -> impl Strategy<Value = String> {
    let fixed: Vec<&'static str> = FIXED.iter().map(|(text, _)| *text).collect();
    prop_oneof![
        8 => proptest::sample::select(fixed).prop_map(str::to_string),
        2 => "[a-z_]{1,4}(::[a-z]{1,3})?",
        2 => proptest::sample::select(vec![
            "1", "0x1f", "1.5", ".5e3", "5 secs", "1day", "80/tcp", "1.2.3.4", "10.0.0.0/8", "[::1]", "[fe80::]/10", "\"a\\x41\\n\"",
            "/a|b/i", "www.a.org", "T", "F", "&log", "&default", "&deprecated", "## doc\n", "##< doc\n", "# comment\n",
            "@if", "@else", "@endif", "@load x", "@DIR", "!in", "\"", "/", "`", "\0", "\n", "é",
        ]).prop_map(str::to_string),
    ]
}

/// Text of an expression; not every one is right, since comparisons do not chain.
fn expression_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a".to_string()),
        Just("B::c".to_string()),
        Just("1".to_string()),
        Just("2.5".to_string()),
        Just("\"s\"".to_string()),
        Just("/p/".to_string()),
        Just("[::1]".to_string()),
        Just("10.0.0.0/8".to_string()),
        Just("5 mins".to_string()),
        Just("[]".to_string()),
        Just("set()".to_string()),
        Just("vector of count".to_string()),
    ];
    leaf.prop_recursive(6, 48, 4, |inner| {
        let operators = vec![
            "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&&", "||", "==", "!=", "<", ">=", "in", "!in", "=",
            "+=",
        ];
        let unary = vec!["!", "-", "+", "~", "++", "--", "hook ", "! hook f"];
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            4 => (two.clone(), proptest::sample::select(operators)).prop_map(|((a, b), op)| format!("{a} {op} {b}")),
            2 => (inner.clone(), proptest::sample::select(unary)).prop_map(|(a, op)| format!("{op} {a}")),
            1 => inner.clone().prop_map(|a| format!("({a})")),
            1 => inner.clone().prop_map(|a| format!("| {a} |")),
            1 => inner.clone().prop_map(|a| format!("copy({a})")),
            1 => inner.clone().prop_map(|a| format!("{a}$f")),
            1 => inner.clone().prop_map(|a| format!("{a}?$f")),
            1 => inner.clone().prop_map(|a| format!("{a} as table[count] of string")),
            1 => inner.clone().prop_map(|a| format!("{a} is R")),
            1 => two.clone().prop_map(|(a, b)| format!("{a}[{b}]")),
            1 => two.clone().prop_map(|(a, b)| format!("{a}[{b} : {a}]")),
            1 => two.clone().prop_map(|(a, b)| format!("f({a}, {b})")),
            1 => two.clone().prop_map(|(a, b)| format!("{a}({b})")),
            1 => two.clone().prop_map(|(a, b)| format!("[$x={a}, $y={b}]")),
            1 => two.clone().prop_map(|(a, b)| format!("[{a}, {b}]")),
            1 => two.clone().prop_map(|(a, b)| format!("table([{a}] = {b}) &default={a}")),
            1 => two.clone().prop_map(|(a, b)| format!("schedule {a} {{ e({b}) }}")),
            1 => two.clone().prop_map(|(a, b)| format!("function[q](x: count): string {{ {a}; return {b}; }}")),
            1 => (two, inner).prop_map(|((a, b), c)| format!("{a} ? {b} : {c}")),
        ]
    })
}

fn statement_text() -> impl Strategy<Value = String> {
    let expr = || expression_text().boxed();
    let leaf = prop_oneof![
        expr().prop_map(|a| format!("{a};")),
        expr().prop_map(|a| format!("print {a}, 1;")),
        expr().prop_map(|a| format!("local x: count = {a} &log;")),
        expr().prop_map(|a| format!("return {a};")),
        Just(";".to_string()),
        Just("next;".to_string()),
        Just("event e(1);".to_string()),
    ];
    leaf.prop_recursive(5, 24, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            inner.clone().prop_map(|a| format!("if ( x ) {a}")),
            two.clone().prop_map(|(a, b)| format!("if ( x ) {a} else {b}")),
            inner.clone().prop_map(|a| format!("while ( x ) {a}")),
            inner.clone().prop_map(|a| format!("for ( [k, l], v in t ) {a}")),
            inner.clone().prop_map(|a| format!("when ( local y = x ) {a}")),
            two.clone().prop_map(|(a, b)| format!("return when [x] ( x ) {a} timeout 1 sec {{ {b} }}")),
            two.clone().prop_map(|(a, b)| format!("switch x {{ case 1, 2: {a} default: {b} }}")),
            two.prop_map(|(a, b)| format!("{{ {a} {b} }}")),
        ]
    })
}

fn parse(text: &str) -> Option<Expr> {
    let tokens: Result<Vec<SpannedToken>, _> = Lexer::new(FILE, text.as_bytes()).collect();
    parse_expression(&tokens.ok()?).ok()
}

fn literal(literal: Literal) -> Expr {
    Expr { kind: ExprKind::Literal(literal), span: Span::NONE }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(400) })]

    #[test]
    fn any_bytes_give_tokens_or_errors_in_order(bytes in vec(any::<u8>(), 0..400)) {
        let mut end = 0;
        for item in Lexer::new(FILE, &bytes) {
            let span = match item { Ok((_, span)) => span, Err(error) => error.span };
            assert!(span.start <= span.end && span.end as usize <= bytes.len());
            assert!(span.end >= end);
            end = span.end;
        }
        let (_, errors) = parse_file(FILE, &bytes);
        for error in errors {
            assert!(error.span.end as usize <= bytes.len());
            assert!(!error.to_string().is_empty() && !error.bro_text(b"x").is_empty());
        }
    }

    #[test]
    fn any_words_are_parsed_or_refused(words in vec(word(), 0..60)) {
        let text = words.join(" ");
        let (declarations, _) = parse_file(FILE, text.as_bytes());
        let printed = print_file(&declarations);
        let (again, errors) = parse_file(FILE, printed.as_bytes());
        assert_eq!(errors, [], "{printed}");
        assert_eq!(without_spans(&declarations), without_spans(&again), "{printed}");
        let tokens: Vec<SpannedToken> = Lexer::new(FILE, text.as_bytes()).filter_map(Result::ok).collect();
        let _ = parse_repl_line(&tokens);
    }

    #[test]
    fn expressions_read_back(text in expression_text()) {
        if let Some(expr) = parse(&text) {
            let printed = print_expr(&expr);
            let again = expression(&printed);
            assert_eq!(without_spans(&expr), without_spans(&again), "{text}\n{printed}");
            assert_eq!(printed, print_expr(&again));
        }
    }

    #[test]
    fn statements_read_back(text in statement_text()) {
        let (declarations, errors) = parse_file(FILE, format!("function f() {{ {text} }}\n{text}").as_bytes());
        if errors.is_empty() {
            assert_eq!(declarations.len(), 2, "{text}");
            let printed = print_file(&declarations);
            let (again, errors) = parse_file(FILE, printed.as_bytes());
            assert_eq!(errors, [], "{printed}");
            assert_eq!(without_spans(&declarations), without_spans(&again), "{printed}");
            assert_eq!(printed, print_file(&again));
        }
    }

    #[test]
    fn strings_keep_every_byte(bytes in vec(any::<u8>(), 0..40)) {
        let expr = literal(Literal::String(bytes.clone().into()));
        let again = expression(&print_expr(&expr));
        assert_eq!(again.kind, expr.kind);
    }

    #[test]
    fn numbers_keep_every_bit(double in 0.0..f64::MAX, small in 0.0..1e6, count in any::<u64>()) {
        for value in [double, small] {
            let text = print_expr(&literal(Literal::Double(value)));
            assert_eq!(expression(&text).kind, ExprKind::Literal(Literal::Double(value)), "{text}");
            let text = print_expr(&literal(Literal::Interval(value)));
            assert_eq!(expression(&text).kind, ExprKind::Literal(Literal::Interval(value)), "{text}");
        }
        let text = print_expr(&literal(Literal::Count(count)));
        assert_eq!(expression(&text).kind, ExprKind::Literal(Literal::Count(count)));
    }
}
