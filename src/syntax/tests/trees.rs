//! Which tree a text gives.

use super::{FILE, expression, tokens};
use crate::syntax::ast::{
    AttributeKind, BinaryOp, CaseLabel, Decl, DeclKind, Expr, ExprKind, Flavor, InitClass, StmtKind, TypeExprKind,
    UnaryOp,
};
use crate::syntax::parser::parse_prototype;
use crate::syntax::{ReplInput, parse_file, parse_repl_line};

/// An expression with every operator's operands in parentheses.
fn shape(expr: &Expr) -> String {
    let list = |elements: &[Expr]| elements.iter().map(shape).collect::<Vec<_>>().join(",");
    match &expr.kind {
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Literal(literal) => format!("{literal:?}").chars().filter(char::is_ascii_digit).collect(),
        ExprKind::Unary(op, value) => format!("{op:?}({})", shape(value)),
        ExprKind::Chain(first, rest) => {
            rest.iter().fold(shape(first), |left, (op, right)| format!("{op:?}({left},{})", shape(right)))
        }
        ExprKind::Binary(op, left, right) => format!("{op:?}({},{})", shape(left), shape(right)),
        ExprKind::Assign(_, left, right) => format!("set({},{})", shape(left), shape(right)),
        ExprKind::Conditional(a, b, c) => format!("if({},{},{})", shape(a), shape(b), shape(c)),
        ExprKind::Index(container, index) => format!("{}[{}]", shape(container), list(index)),
        ExprKind::Field(record, field) => format!("{}${}", shape(record), field.name),
        ExprKind::Call(callee, arguments) => format!("{}<{}>", shape(callee), list(arguments)),
        ExprKind::HookCall(callee, arguments) => format!("hook {}<{}>", shape(callee), list(arguments)),
        ExprKind::NotAHookCall(called) => format!("hook? {}", shape(called)),
        ExprKind::Size(inner) => format!("size({})", shape(inner)),
        ExprKind::Paren(inner) => format!("paren({})", shape(inner)),
        ExprKind::Cast(inner, _) => format!("as({})", shape(inner)),
        ExprKind::Is(inner, _) => format!("is({})", shape(inner)),
        ExprKind::List(elements) => format!("list({})", list(elements)),
        ExprKind::Record(elements) => format!("record({})", list(elements)),
        ExprKind::FieldAssign(name, value) => format!("${}={}", name.name, shape(value)),
        other => format!("{other:?}"),
    }
}

#[test]
fn operators_bind_as_in_bro() {
    for (text, expected) in [
        ("a + b * c", "Add(a,Multiply(b,c))"),
        ("a - b - c", "Subtract(Subtract(a,b),c)"),
        ("a || b && c", "Or(a,And(b,c))"),
        ("a == b in c", "Equal(a,In(b,c))"),
        ("a in b in c", "In(In(a,b),c)"),
        ("a | b ^ c & d", "BitOr(a,BitXor(b,BitAnd(c,d)))"),
        ("a & b << c + d", "BitAnd(a,ShiftLeft(b,Add(c,d)))"),
        ("! a in b", "In(Not(a),b)"),
        ("a !in b || c", "Or(NotIn(a,b),c)"),
        ("- a + b", "Add(Negate(a),b)"),
        ("- a$b", "Negate(a$b)"),
        ("! - a", "Not(Negate(a))"),
        ("a ? b : c ? d : e", "if(a,b,if(c,d,e))"),
        ("a = b = c", "set(a,set(b,c))"),
        ("a = b ? c : d", "set(a,if(b,c,d))"),
        ("a ? b = c : d", "if(a,set(b,c),d)"),
        ("a || b ? c : d", "if(Or(a,b),c,d)"),
        ("a as string + b", "Add(as(a),b)"),
        ("! a is string", "Not(is(a))"),
        ("(a + b) * c", "Multiply(paren(Add(a,b)),c)"),
        ("|a| - |b|", "Subtract(size(a),size(b))"),
        ("|a | b|", "size(BitOr(a,b))"),
        ("| |a| - 1 |", "size(Subtract(size(a),1))"),
        ("a$b[c](d)$e", "a$b[c]<d>$e"),
        ("10.0.0.0/8 in s", "In(Divide(10000,8),s)"),
        ("hook f(a) && b", "And(hook f<a>,b)"),
        ("hook f()(a)", "hook f<><a>"),
        ("hook t[1](a)", "hook t[1]<a>"),
        ("hook f(a) == b", "hook? Equal(f<a>,b)"),
        ("! hook f(a)", "Not(hook f<a>)"),
        ("[a, b]", "list(a,b)"),
        ("[$a=1, $b=2]", "record($a=1,$b=2)"),
        ("[$a=1, b]", "list($a=1,b)"),
        ("[]", "record()"),
        ("f(a,)", "f<a>"),
        ("[a] = b", "set(list(a),b)"),
    ] {
        assert_eq!(shape(&expression(text)), expected, "{text}");
    }
}

fn declarations(text: &str) -> Vec<DeclKind> {
    let (declarations, errors) = parse_file(FILE, text.as_bytes());
    assert_eq!(errors, [], "{text}");
    declarations.into_iter().map(|declaration| declaration.kind).collect()
}

fn declaration(text: &str) -> DeclKind {
    let mut all = declarations(text);
    assert_eq!(all.len(), 1, "{text}: {all:?}");
    all.remove(0)
}

fn statement(text: &str) -> StmtKind {
    match declaration(text) {
        DeclKind::Statement(statement) => statement.kind,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn else_belongs_to_the_nearest_if() {
    let StmtKind::If { then, otherwise: None, .. } = statement("if (a) if (b) x; else y;") else { panic!() };
    assert!(matches!(then.kind, StmtKind::If { otherwise: Some(_), .. }));
    let StmtKind::If { otherwise: Some(_), then, .. } = statement("if (a) if (b) x; else y; else z;") else { panic!() };
    assert!(matches!(then.kind, StmtKind::If { otherwise: Some(_), .. }));
    let StmtKind::If { otherwise: Some(_), then, .. } = statement("if (a) when (b) x; else y;") else { panic!() };
    assert!(matches!(then.kind, StmtKind::When(_)));
}

#[test]
fn timeout_belongs_to_the_nearest_when() {
    let StmtKind::When(outer) = statement("when (a) when (b) x; timeout 1 sec { y; }") else { panic!() };
    assert!(outer.timeout.is_none());
    let StmtKind::When(outer) = statement("when (a) { when (b) x; } timeout 1 sec { y; }") else { panic!() };
    assert!(outer.timeout.is_some());
    let StmtKind::When(outer) = statement("return when [a, copy b] (local x = f()) z; timeout 1 sec {}") else {
        panic!()
    };
    assert!(outer.is_return && outer.timeout.is_some());
    assert_eq!(outer.captures.unwrap().iter().map(|capture| capture.copy).collect::<Vec<_>>(), [false, true]);
    assert!(matches!(outer.condition.kind, ExprKind::LocalAssign(..)));
}

#[test]
fn for_heads() {
    for (text, variables, value, bracketed) in [
        ("for (x in s) y;", 1, false, false),
        ("for (k, v in t) y;", 1, true, false),
        ("for ([a, b] in t) y;", 2, false, true),
        ("for ([a, b, _], v in t) y;", 3, true, true),
    ] {
        let StmtKind::For(head) = statement(text) else { panic!("{text}") };
        assert_eq!(
            (head.variables.len(), head.value.is_some(), head.bracketed),
            (variables, value, bracketed),
            "{text}"
        );
    }
}

#[test]
fn attributes_behind_a_constructor_are_its_own() {
    let DeclKind::Variable(variable) = declaration("global x = table() &default=set() &redef;") else { panic!() };
    assert!(variable.attributes.is_empty());
    let Some(Expr { kind: ExprKind::Table(_, outer), .. }) = variable.init else { panic!() };
    assert_eq!(outer.len(), 1);
    let Some(Expr { kind: ExprKind::Set(_, inner), .. }) = &outer[0].value else { panic!() };
    assert_eq!(inner[0].kind, AttributeKind::Redef);

    let DeclKind::Variable(variable) = declaration("const x: set[addr] = {} &redef &log;") else { panic!() };
    assert_eq!(variable.attributes.len(), 2);
    let DeclKind::Statement(_) = declaration("f(table() &default=1, set([1, 2]) &read_expire = 1 min);") else {
        panic!()
    };
}

#[test]
fn initialisers() {
    for (text, class) in [
        ("global x: count;", InitClass::None),
        ("redef x = 1;", InitClass::Full),
        ("redef x += { a, b, };", InitClass::Extra),
        ("redef x -= { };", InitClass::Remove),
        ("redef x[\"a\"] = 1;", InitClass::None),
        ("global x: table[string] of string { [\"a\"] = \"b\", } &default=\"\";", InitClass::None),
    ] {
        let DeclKind::Variable(variable) = declaration(text) else { panic!("{text}") };
        assert_eq!(variable.init_class, class, "{text}");
    }
}

#[test]
fn declarations_of_every_kind() {
    let all = declarations(
        "module A; export { global a: count = 1 &redef; option b = F; const c: set[addr] = { 1.2.3.4 }; }
         type R: record { a: count &optional; b: function(x: int; y: string): bool &default=f; } &redef;
         type E: enum { X, Y = 3, Z = -1 &deprecated=\"no\", };
         redef enum E += { W }; redef record R += { c: vector of string &log; } &log;
         redef record R$a -= { &log }; redef record R$a += &log;
         function f(a: count, b: string &default=\"x\"): table[count] of set[addr] &is_used { return g(); }
         event e(x: any) &priority=-5 { } hook h() { break; } redef event e(x: any) { }
         event e(1); hook h(); function() { }; e(2);",
    );
    let names: Vec<String> =
        all.iter().map(|kind| format!("{kind:?}").chars().take_while(char::is_ascii_alphanumeric).collect()).collect();
    let expected = "Module Variable Variable Variable Type Type RedefEnum RedefRecord RedefField RedefField \
                    Function Function Function Function Statement Statement Statement Statement";
    assert_eq!(names.join(" "), expected);
}

#[test]
fn export_marks_what_is_inside() {
    let (declarations, errors) =
        parse_file(FILE, b"global a: count; export { global b: count; type Kind: enum { X }; } global c: count;");
    assert_eq!(errors, []);
    assert_eq!(
        declarations.iter().map(|declaration| declaration.exported).collect::<Vec<_>>(),
        [false, true, true, false]
    );
}

#[test]
fn comments_document_what_they_stand_at() {
    let text = "## One.\n## Two.\ntype R: record {\n## Before.\na: count; ##< Behind.\nb: count;\n};
        type E: enum {\nX, ##< An X.\n## A Y.\nY ##< More.\n};";
    let (declarations, _) = parse_file(FILE, text.as_bytes());
    assert_eq!(declarations[0].doc.as_deref(), Some("One.\nTwo."));
    let DeclKind::Type { ty, .. } = &declarations[0].kind else { panic!() };
    let TypeExprKind::Record(fields) = &ty.kind else { panic!() };
    assert_eq!(fields[0].doc.as_deref(), Some("Before.\nBehind."));
    assert_eq!(fields[1].doc, None);
    let DeclKind::Type { ty, .. } = &declarations[1].kind else { panic!() };
    let TypeExprKind::Enum(entries) = &ty.kind else { panic!() };
    assert_eq!(entries[0].doc.as_deref(), Some("An X."));
    assert_eq!(entries[1].doc.as_deref(), Some("A Y.\nMore."));
}

#[test]
fn switch_labels() {
    let StmtKind::Switch { cases, .. } = statement(
        "switch x { case 1, a ? b : c: y; fallthrough; case type count, type string as s: z; default: break; }",
    ) else {
        panic!()
    };
    assert_eq!(cases[0].labels.len(), 2);
    assert!(matches!(&cases[1].labels[1], CaseLabel::Type { binding: Some(_), .. }));
    assert!(matches!(&cases[2].labels[0], CaseLabel::Default(_)));
}

#[test]
fn types_and_lambdas_in_expressions() {
    let ExprKind::Call(_, arguments) = expression("from_json(s, table[string] of count)").kind else { panic!() };
    assert!(matches!(arguments[1].kind, ExprKind::Type(_)));
    let ExprKind::Lambda(lambda) = expression("function[x, copy y](a: count): count { return a; }").kind else {
        panic!()
    };
    assert_eq!(lambda.captures.as_ref().unwrap().len(), 2);
    assert!(!lambda.infer_result);
    let ExprKind::Record(fields) = expression("[$f(a: count) = { return a; }, $g = 1]").kind else { panic!() };
    let ExprKind::FieldAssign(_, value) = &fields[0].kind else { panic!() };
    let ExprKind::Lambda(lambda) = &value.kind else { panic!() };
    assert!(lambda.infer_result);
    let ExprKind::Schedule(_, event) = expression("schedule 5 sec { e(1, 2) }").kind else { panic!() };
    assert_eq!(event.arguments.len(), 2);
    let ExprKind::Unary(UnaryOp::Not, _) = expression("! x").kind else { panic!() };
    let ExprKind::Binary(BinaryOp::NotIn, ..) = expression("x !in y").kind else { panic!() };
    assert!(matches!(expression("list + timer").kind, ExprKind::Binary(..)));
}

#[test]
fn prototypes() {
    let prototype = parse_prototype(&tokens("Cluster::f: function(a: count, b: string &default=\"x\"): bool")).unwrap();
    assert_eq!(prototype.name.name.as_str(), "Cluster::f");
    assert_eq!(prototype.flavor, Flavor::Function);
    assert_eq!(prototype.signature.parameters.len(), 2);
    assert!(parse_prototype(&tokens("f: count")).is_err());
}

#[test]
fn spans_cover_the_text() {
    let text = "  a + f(b)[1] ";
    let expr = expression(text);
    assert_eq!((expr.span.start, expr.span.end), (2, 13));
    let (declarations, _) = parse_file(FILE, b" global x: count; ");
    assert_eq!((declarations[0].span.start, declarations[0].span.end), (1, 17));
}

#[test]
fn repl_lines() {
    let parse = |text: &str| parse_repl_line(&tokens(text));
    assert_eq!(parse("# nothing").unwrap(), ReplInput::Empty);
    assert!(matches!(parse("1 + 2").unwrap(), ReplInput::Expression(_)));
    assert!(matches!(parse("x = 2").unwrap(), ReplInput::Expression(_)));
    for (text, count) in [
        ("print 1", 1),
        ("print 1;", 1),
        ("global x: count", 1),
        ("local x = 1; print x", 2),
        ("if (x) print 1;", 1),
        ("if (x) { print 1; }", 1),
        ("function f() { }", 1),
        ("return", 1),
    ] {
        match parse(text).unwrap() {
            ReplInput::Declarations(declarations) => assert_eq!(declarations.len(), count, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    for text in ["1 +", "f(", "function f() {", "if (x)", "if (x) print 1; else", "global x:", "local x =", "[$a=1,"] {
        assert_eq!(parse(text).unwrap(), ReplInput::Incomplete, "{text}");
    }
    for text in ["1 2", ")", "global 1", "print 1; }", "f(;"] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_comment_behind_a_statement_speaks_of_what_follows() {
    let text = "if (x) y;\n## Doc.\nfunction f() { }\n";
    let docs = |declarations: &[Decl]| declarations.iter().map(|decl| decl.doc.clone()).collect::<Vec<_>>();
    let (declarations, _) = parse_file(FILE, text.as_bytes());
    assert_eq!(docs(&declarations), [None, Some("Doc.".into())]);
    let ReplInput::Declarations(declarations) = parse_repl_line(&tokens(text)).unwrap() else { panic!() };
    assert_eq!(docs(&declarations), [None, Some("Doc.".into())]);
}
