//! `@if` and its kin.

use super::{declared, load, messages};

#[test]
fn branches() {
    assert_eq!(declared("@if ( T )\nglobal a = 1;\n@else\nglobal b = 1;\n@endif"), ["global a = 1;"]);
    assert_eq!(declared("@if ( F )\nglobal a = 1;\n@else\nglobal b = 1;\n@endif"), ["global b = 1;"]);
    assert_eq!(declared("@if ( F )\nglobal a = 1;\n@endif\nglobal b = 1;"), ["global b = 1;"]);
    assert_eq!(declared("@if(T)global a = 1;@endif global b = 1;"), ["global a = 1;", "global b = 1;"]);
}

#[test]
fn a_condition_sees_what_stands_before_it_and_no_more() {
    let text = "global a = 1;\n@if ( a )\nglobal b = 1;\n@endif\n@if ( c )\nglobal d = 1;\n@endif\nglobal c = 1;";
    assert_eq!(declared(text), ["global a = 1;", "global b = 1;", "global c = 1;"]);
}

#[test]
fn defined_names() {
    let text = "global a = 1;\n@ifdef ( a )\nglobal b = 1;\n@endif\n@ifdef ( x )\nglobal c = 1;\n@endif\n\
                @ifndef ( a )\nglobal d = 1;\n@else\nglobal e = 1;\n@endif\n@ifndef(x)\nglobal f = 1;\n@endif";
    assert_eq!(declared(text), ["global a = 1;", "global b = 1;", "global e = 1;", "global f = 1;"]);
}

#[test]
fn nesting() {
    let text = "@if ( T )\n@if ( F )\nglobal a = 1;\n@else\nglobal b = 1;\n@endif\n@else\n\
                @if ( T )\nglobal c = 1;\n@else\nglobal d = 1;\n@endif\n@endif\nglobal e = 1;";
    assert_eq!(declared(text), ["global b = 1;", "global e = 1;"]);
}

#[test]
fn dead_branches_may_hold_anything() {
    let text = "@if ( F )\n\"unclosed ' \x01 @load nowhere @nonsense } ) ]\n@endif\nglobal a = 1;";
    assert_eq!(declared(text), ["global a = 1;"]);
}

#[test]
fn anywhere_a_token_may_stand() {
    let head = "@if ( T )\nfunction f(a: count)\n@else\nlalala\n@endif\n\t{ print a; }\nglobal g = 1;";
    assert_eq!(load(&[("x.bro", head)]).lines.len(), 2);
    let braces = "redef nodes = {\n@if ( T )\n\t[\"a\"] = 1,\n@else\n\t[\"b\"] = 2,\n@endif\n};\nglobal g = 1;";
    assert_eq!(load(&[("x.bro", braces)]).lines.len(), 2);
    let body = "event e() {\n@if ( F )\n\tprint 1;\n@else\n\tprint 2;\n@endif\n}";
    assert_eq!(declared(body).len(), 1);
    let export = "export {\n@ifdef ( x )\nglobal a = 1;\n@endif\nglobal b = 1;\n}";
    assert_eq!(declared(export), ["export global b = 1;"]);
    // The `{` of export in one branch.
    assert_eq!(declared("@if ( T )\nexport {\n@endif\nglobal a = 1;\n}"), ["export global a = 1;"]);
}

#[test]
fn the_token_behind_a_condition_follows_what_stood_before() {
    assert_eq!(declared("global p =\n@if ( T )\n/a+/\n@else\n/b/\n@endif\n;").len(), 1);
    assert_eq!(declared("global p =\n@if ( F )\n/a+/\n@else\n/b/\n@endif\n;").len(), 1);
    assert_eq!(declared("global n = 4\n@if ( T )\n/ 2\n@endif\n;").len(), 1);
    assert_eq!(declared("global a = set(\n@if ( T )\n[fe80::1],\n@endif\n[fe80::2]);").len(), 1);
}

#[test]
fn locals_of_the_body_around_it() {
    let text = "event e(a: count) { local b = 1;\n@ifdef ( a )\nprint 1;\n@endif\n@ifdef ( b )\nprint 2;\n@endif\n\
                @ifdef ( c )\nprint 3;\n@endif\n}";
    assert_eq!(declared(text), [text.replace(['\n', '\t'], " ")]);
    // The recorder gives locals no value, and what has no value counts as true.
    let text = "event e(a: count) {\n@if ( a )\nprint 1;\n@else\n!!!\n@endif\n}";
    assert_eq!(declared(text).len(), 1);
}

#[test]
fn names_of_directories_and_files_in_conditions() {
    assert_eq!(messages("@if ( @DIR == @FILENAME )\nglobal a = 1;\n@endif"), [""; 0]);
}

#[test]
fn unbalanced() {
    let prefix = "./x.bro, line";
    assert_eq!(messages("@else\nglobal a = 1;"), [format!("error in {prefix} 1: @else without @if...")]);
    assert_eq!(messages("\n@endif"), [format!("error in {prefix} 2: unbalanced @if... @endif")]);
    assert_eq!(messages("@if ( T )\n"), [format!("error in {prefix} 1: unbalanced @if... @endif")]);
    assert_eq!(messages("@if ( F )\n@if ( T )"), [format!("error in {prefix} 1: unbalanced @if... @endif")]);
    let twice = messages("@if ( T )\n@else\n@else\nglobal a = 1;\n@endif");
    assert_eq!(twice, [format!("warning in {prefix} 3: second @else of one @if")]);
}

#[test]
fn each_file_for_itself() {
    let recorder = load(&[
        ("x.bro", "@if ( T )\n@load y\n@endif\nglobal x = 1;"),
        ("y.bro", "@endif\n@else\n@if ( F )\nglobal y = 1;"),
    ]);
    let expected = [
        "error in ./y.bro, line 1: unbalanced @if... @endif",
        "error in ./y.bro, line 2: @else without @if...",
        "error in ./y.bro, line 3: unbalanced @if... @endif",
    ];
    assert_eq!(recorder.messages(), expected);
    assert_eq!(recorder.lines, ["global x = 1;"]);
}

#[test]
fn conditions_that_are_none() {
    let without = |directive: &str| format!("error in ./x.bro, line 1: {directive} without its condition");
    for (text, directive) in [
        ("@if T\n@endif", "@if"),
        ("@if\n@endif", "@if"),
        ("@ifdef name\n@endif", "@ifdef"),
        ("@ifdef ( 1 )\n@endif", "@ifdef"),
        ("@ifndef ( a b )\n@endif", "@ifndef"),
        ("@if ( T; global a = 1;\n@endif", "@if"),
        ("@if ( T", "@if"),
    ] {
        assert_eq!(messages(text).first(), Some(&without(directive)), "{text}");
    }
    let directive = "error in ./x.bro, line 1: a directive inside the condition of another";
    assert_eq!(messages("@if ( @if ( T )\n@endif").first().map(String::as_str), Some(directive));
    assert_eq!(messages("@if ( 1 + ; )\n@endif\n")[0], without("@if"));
    assert_eq!(messages(&format!("@if {}", "(".repeat(20_000)))[0], without("@if"));
    for text in ["@if ( )", "@if ( 1 + )"] {
        let expected = "error in ./x.bro, line 1: syntax error, at or near \")\"";
        assert_eq!(messages(&format!("{text}\n@endif")), [expected]);
    }
    assert_eq!(messages("@if ( T\n@endif\n").len(), 1);
    assert_eq!(messages("@if\n@endif\n").len(), 1);
    assert_eq!(messages("@if # comment (\n ( T )\n@endif\n"), [""; 0]);
    assert_eq!(messages("@if ( T F )\n@endif\n")[0], "error in ./x.bro, line 1: syntax error, at or near \"F\"");
}
