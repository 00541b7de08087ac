//! What verbs of scenarios do where they might do nothing.

use crate::{joined, play, play_with, text};

/// Plays a scenario that ends well.
#[track_caller]
fn holds(scenario: &str) -> String {
    let output = play(scenario);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn a_node_that_is_asked_to_end_starts_again_when_it_has() {
    holds(
        "Sim::advance(5sec);\n\
         Sim::call(\"worker-1\", \"note\", 1);\n\
         Sim::advance(1sec);\n\
         Sim::expect(Sim::show(\"worker-1\", \"told\") == \"[1]\", \"its first life knows\");\n\
         Sim::stop(\"worker-1\");\n\
         Sim::start(\"worker-1\");\n\
         Sim::advance(20sec);\n\
         Sim::expect(Sim::is_running(\"worker-1\"), \"it runs again\");\n\
         Sim::expect(Sim::show(\"worker-1\", \"told\") == \"[]\", \"in a new life\");\n\
         Sim::expect(Sim::show(\"manager\", \"Cluster::worker_count\") == \"2\", \"which the others know\");\n\
         Sim::stop(\"worker-1\");\n\
         Sim::start(\"worker-1\");\n\
         Sim::stop(\"worker-1\");\n\
         Sim::advance(20sec);\n\
         Sim::expect(! Sim::is_running(\"worker-1\"), \"the last word counts\");",
    );
}

#[test]
fn an_empty_side_of_a_partition_is_everybody_else() {
    holds(
        "Sim::advance(5sec);\n\
         Sim::partition(set(\"manager\"));\n\
         Sim::advance(2min);\n\
         Sim::expect(|Sim::peers(\"manager\")| == 0 && |Sim::peers(\"worker-1\")| == 2, \"the manager is alone\");\n\
         Sim::heal(set(\"manager\"));\n\
         Sim::advance(2min);\n\
         Sim::expect(|Sim::peers(\"manager\")| == 4, \"and is back\");\n\
         Sim::partition(set(), set(\"worker-1\"));\n\
         Sim::advance(2min);\n\
         Sim::expect(|Sim::peers(\"worker-1\")| == 0 && |Sim::peers(\"worker-2\")| == 3, \"so is the worker\");",
    );
}

#[test]
fn what_cannot_befall_a_node_is_said() {
    for (deed, told) in [
        ("Sim::partition(set());", "Sim::partition: no node is named"),
        ("Sim::kill(\"manager\"); Sim::stall(\"manager\", 1sec);", "manager does not run"),
        ("Sim::kill(\"\");", "no node \"\" in the simulation; it has"),
        ("Sim::expect(F, \"\");", "an expectation does not hold, at 0.01"),
    ] {
        let output = play(deed);
        assert!(joined(&output.stderr).contains(told), "no {told:?} in:\n{}", text(&output.stderr));
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn a_handler_behind_an_endless_one_runs_in_full() {
    let script = "event spin() { while ( T ) { } }\n\
                  event work() { local n = 0; while ( ++n < 1000000 ) { } print \"done\", n; }\n\
                  function both() { event spin(); event work(); }";
    let output = play_with(super::FOLDER, "Sim::call(\"worker-1\", \"both\"); Sim::advance(1sec);", script, &[]);
    let shown = text(&output.stdout);
    assert!(shown.contains("script runs for too long") && shown.contains("worker-1 | done, 1000000\n"), "{shown}");
    assert_eq!(output.status.code(), Some(1));
    let script = "event spin() { event spin(); while ( T ) { } }";
    let deed = "Sim::raise(\"worker-1\", \"spin\"); Sim::advance(1min); print Sim::is_running(\"worker-1\");";
    let output = play_with(super::FOLDER, deed, script, &[]);
    assert!(text(&output.stdout).ends_with("F\n"), "loops without end have an end: {}", text(&output.stdout));
}
