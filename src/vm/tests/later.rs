//! What happens later: timers, expiry, `when`.

use super::Run;

#[test]
fn scheduled_events_come_in_time() {
    let mut run = Run::load(
        "global e: event(n: count);
event e(n: count) { print n; if ( n < 3 ) schedule 2 sec { e(n + 1) }; }
event bro_init() { schedule 3 sec { e(1) }; schedule 1 sec { e(9) }; }",
    );
    run.event("bro_init");
    assert_eq!(run.printed(), "");
    run.pass(2);
    assert_eq!(run.printed(), "9\n");
    run.pass(10);
    assert_eq!(run.printed(), "9\n1\n2\n3\n");
}

#[test]
fn entries_expire() {
    let mut run = Run::load(
        "function gone(t: table[string] of count, idx: string): interval {
    print \"gone\", idx, t[idx];
    return idx == \"b\" && t[idx] == 2 ? 100 sec : 0 sec;
}
global t: table[string] of count &create_expire=5 sec &expire_func=gone;
event bro_init() { t[\"a\"] = 1; t[\"b\"] = 2; }
event bro_done() { print |t|; }",
    );
    run.event("bro_init");
    run.pass(40);
    run.event("bro_done");
    assert_eq!(run.printed(), "gone, a, 1\ngone, b, 2\n1\n");
}

#[test]
fn a_condition_waits_for_a_change() {
    let mut run = Run::load(
        "global go = F;
global start: event();
event start() { go = T; }
event bro_init() {
    local x = 3;
    when ( go ) { print \"went\", x; }
    x = 4;
    schedule 2 sec { start() };
}",
    );
    run.event("bro_init");
    assert_eq!(run.printed(), "");
    run.pass(5);
    assert_eq!(run.printed(), "went, 3\n");
    assert!(!run.vm.has_triggers());
}

#[test]
fn a_condition_may_time_out() {
    let mut run = Run::load(
        "global go = F;
event bro_init() { when ( go ) { print \"went\"; } timeout 3 sec { print \"too late\"; } }",
    );
    run.event("bro_init");
    run.pass(2);
    assert_eq!(run.printed(), "");
    run.pass(5);
    assert_eq!(run.printed(), "too late\n");
}

#[test]
fn a_function_may_give_its_result_later() {
    let mut run = Run::load(
        "global go = F;
global start: event();
event start() { go = T; }
function answer(n: count): count { return when ( go ) { return n + 1; } }
event bro_init() {
    when ( local x = answer(5) ) { print x; }
    schedule 2 sec { start() };
}",
    );
    run.event("bro_init");
    assert_eq!(run.printed(), "");
    run.pass(5);
    assert_eq!(run.printed(), "6\n");
    assert_eq!(run.reported(), "");
}
