//! What scripts compute.

use super::{body, output};

#[test]
fn recursion() {
    let script = "function fib(n: count): count { if ( n < 2 ) return n; return fib(n - 1) + fib(n - 2); }
        event bro_init() { print fib(20); }";
    assert_eq!(output(script), "6765\n");
}

#[test]
fn loops() {
    let script = "local sum = 0; local x = 0.0; local i = 0;
        while ( i < 1000 ) { if ( i % 3 == 0 || i % 5 == 0 ) sum += i; x = x * 0.5 + i; ++i; }
        print sum, x;";
    assert_eq!(body(script), "233168, 1996.0\n");
}

#[test]
fn breaking_out_and_going_on() {
    let script = "local i = 0; local s = \"\";
        while ( T ) { ++i; if ( i == 3 ) next; if ( i == 6 ) break; s += cat(i); }
        print s;
        for ( c in \"abc\" ) { if ( c == \"b\" ) next; print c; }";
    assert_eq!(body(script), "1245\na\nc\n");
}

#[test]
fn records() {
    let script = "type P: record { name: string; id: count; up: bool &default=F; note: string &optional; };
        event bro_init() {
            local p = P($name=\"x\", $id=3);
            p$up = p$id % 2 == 1;
            print p, p?$note;
            p$note = \"n\";
            local q = copy(p);
            q$name = \"y\";
            delete p$note;
            print p$name, q$name, p?$note, q?$note;
        }";
    assert_eq!(output(script), "[name=x, id=3, up=T, note=<uninitialized>], F\nx, y, F, T\n");
}

#[test]
fn tables() {
    let script = "global hits: table[string] of count &default=0;
        event bro_init() {
            local t: table[count, string] of double;
            ++hits[\"a\"]; ++hits[\"a\"]; hits[\"b\"] += 5;
            t[1, \"x\"] = 0.5;
            t[2, \"y\"] = 1.5;
            print hits[\"a\"], hits[\"b\"], hits[\"c\"], |hits|;
            print [1, \"x\"] in t, [1, \"y\"] in t, t[2, \"y\"];
            delete t[1, \"x\"];
            for ( [n, s] in t ) print n, s, t[n, s];
            local set_of: set[count] = set(3, 1, 2);
            add set_of[5];
            delete set_of[1];
            for ( i in set_of ) print i;
        }";
    assert_eq!(output(script), "2, 5, 0, 2\nT, F, 1.5\n2, y, 1.5\n3\n2\n5\n");
}

#[test]
fn table_defaults_may_be_functions() {
    let script = "function twice(n: count): count { return 2 * n; }
        event bro_init() {
            local t: table[count] of count &default=twice;
            t[1] = 7;
            print t[1], t[4];
            local v: table[count] of vector of count &default=vector(1, 2);
            local x = v[1];
            x[0] = 9;
            print v[1];
        }";
    assert_eq!(output(script), "7, 8\n[1, 2]\n");
}

#[test]
fn vectors() {
    let script = "local v = vector(1, 2, 3);
        v[3] = 4; v += 5; v[6] = 7;
        print v, |v|;
        for ( i in v ) if ( i > 3 ) print i, v[i];
        local w = vector(1, 2) + vector(10, 20);
        print w, w[0] == 11;";
    assert_eq!(body(script), "[1, 2, 3, 4, 5, , 7], 7\n4, 5\n6, 7\n[11, 22], T\n");
}

#[test]
fn switches() {
    let script = "function name(n: count): string {
            switch ( n ) { case 1: return \"one\"; case 2, 3: return \"few\"; default: return \"many\"; }
        }
        function word(s: string): count {
            switch ( s ) { case \"a\": fallthrough; case \"b\": return 1; }
            return 0;
        }
        event bro_init() { print name(1), name(3), name(9), word(\"a\"), word(\"b\"), word(\"c\"); }";
    assert_eq!(output(script), "one, few, many, 1, 1, 0\n");
}

#[test]
fn hooks_stop_at_break() {
    let script = "global h: hook(n: count);
        hook h(n: count) &priority=5 { print \"first\"; if ( n == 1 ) break; }
        hook h(n: count) { print \"second\"; }
        event bro_init() { print hook h(0); print hook h(1); }";
    assert_eq!(output(script), "first\nsecond\nT\nfirst\nF\n");
}

#[test]
fn events_run_later_by_priority() {
    let script = "global e: event(s: string);
        event e(s: string) { print \"low\", s; }
        event e(s: string) &priority=3 { print \"high\", s; }
        event bro_init() { event e(\"x\"); print \"now\"; }";
    assert_eq!(output(script), "now\nhigh, x\nlow, x\n");
}

#[test]
fn lambdas_capture() {
    let script = "function adder(n: count): function(x: count): count {
            return function [n] (x: count): count { n += 1; return n + x; };
        }
        event bro_init() { local f = adder(10); print f(1), f(1); }";
    assert_eq!(output(script), "12, 13\n");
}

#[test]
fn booleans_decide_lazily() {
    let script = "function say(b: bool): bool { print b; return b; }
        event bro_init() {
            local x = say(F) && say(T);
            local y = say(T) || say(F);
            print x, y, ! x;
            print x ? 1 : 2;
        }";
    assert_eq!(output(script), "F\nT\nF, T, T\n2\n");
}

#[test]
fn strings() {
    let script = "local s = \"abc\"; s += \"def\"; local t = s; s += \"g\";
        print s, t, s[1], s[1:3], \"bc\" in s, s < t, /b.*f/ in s, /abc/ == \"abc\";";
    assert_eq!(body(script), "abcdefg, abcdef, b, bc, T, F, T, T\n");
}

#[test]
fn any_keeps_its_value() {
    let script = "function kind(x: any): string { if ( x is count ) return cat(x as count + 1); return \"other\"; }
        event bro_init() { print kind(3), kind(\"s\"); }";
    assert_eq!(output(script), "4, other\n");
}

#[test]
fn what_is_assigned_late_is_not_read_early() {
    let script = "local x = 1; local y = x + (x = 5); print x, y;
        local i = 0; print i + ++i + i;";
    assert_eq!(body(script), "5, 6\n2\n");
}

#[test]
fn records_share_the_containers_they_are_made_of() {
    let script = "type R: record { t: table[string] of count; n: count &default=1; };
        event bro_init() {
            local t: table[string] of count;
            local r: R = [$t=t];
            local s = R($t=t, $n=5);
            t[\"a\"] = 1;
            print |r$t|, r$n, |s$t|, s$n;
        }";
    assert_eq!(output(script), "1, 1, 1, 5\n");
}

#[test]
fn counting_in_fields_and_entries() {
    let script = "type R: record { n: count &default=1; x: double &optional; i: int &default=-1; };
        event bro_init() {
            local r = R();
            ++r$n; r$n += 3; r$i += 2; ++r$i;
            r$x = 0.5; r$x += 1.0;
            print r$n, r$i, r$x, ++r$n;
            local t: table[count, string] of count &default=10;
            ++t[1, \"a\"]; t[1, \"a\"] += 5; t[2, \"b\"] += 1;
            print t[1, \"a\"], t[2, \"b\"], r$n % 2 == 0;
        }";
    assert_eq!(output(script), "5, 2, 1.5, 6\n16, 11, T\n");
}

#[test]
fn an_index_as_any_comes_apart() {
    let script = "function f(idx: any) { local n: count; local s: string; [n, s] = idx; print n, s; }
        function gone(t: table[count, string] of count, idx: any): interval { f(idx); return 0sec; }
        global t: table[count, string] of count &create_expire=0sec &expire_func=gone;
        event bro_init() { t[1, \"a\"] = 2; }";
    let mut run = super::Run::load(script);
    run.event("bro_init");
    run.pass(30);
    assert_eq!(run.reported(), "");
    assert_eq!(run.printed(), "1, a\n");
}

#[test]
fn a_row_of_operators_may_be_of_any_length() {
    let row = |operand: &str, op: &str, count: usize| vec![operand; count].join(op);
    let script = format!(
        "event bro_init() {{ local c = 1; local b = F; local s = \"x\"; local v = vector(1);
print |{}|; print {}; print {} && T; print 20000 - {}; print {} + 0.5; print {}; }}",
        row("s", " + ", 5_000),
        row("b", " || ", 5_000),
        row("c == 1 || b", " && ", 5_000),
        row("c", " - ", 5_000),
        row("c * 2", " + ", 5_000),
        row("v", " + ", 500),
    );
    assert_eq!(output(&script), "5000\nF\nT\n15000\n10000.5\n[500]\n");
}
