//! What the command shows of a run, and when.

use crate::{joined, play_with, sim, text};

#[test]
fn what_a_scenario_prints_stands_where_it_happened() {
    let script = "event bro_init() { schedule 2sec { hello() }; }\nevent hello() { print \"hello\"; }";
    let script = format!("global hello: event();\n{script}");
    let deed = "print \"first\"; Sim::advance(10sec); print \"last\"; Sim::advance(1sec);";
    for arguments in [&[][..], &["--for", "5sec"]] {
        let output = play_with(crate::FOLDER, deed, &script, arguments);
        let lines: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
        assert_eq!(lines.first().map(String::as_str), Some("first"), "{lines:?}");
        assert_eq!(lines.iter().filter(|line| line.ends_with("| hello")).count(), 5, "{lines:?}");
        // A scenario that does not end in its time shows what it did until then.
        assert_eq!(lines.last().map(String::as_str) == Some("last"), arguments.is_empty(), "{lines:?}");
    }
}

#[test]
fn what_all_nodes_say_is_told_once_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("wrong.bro"), "event bro_init() { print nothing; }\n").unwrap();
    let output = sim(folder.path(), &["wrong.bro", "--for", "1sec"]);
    let errors = text(&output.stderr);
    assert_eq!(errors.matches("unknown identifier nothing").count(), 1, "{errors}");
    let names = "brood sim: logger-1, manager, proxy-1, worker-1, worker-2 ended with status 1 error[B1001]";
    assert!(joined(&output.stderr).starts_with(names), "{errors}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn files_of_seeds_without_failure_are_not_missed_silently() {
    let folder = tempfile::tempdir().unwrap();
    let output = sim(folder.path(), &["--for", "1sec", "--seeds", "1..2", "--trace", "trace.json"]);
    let told = "2 seeds, no failure\nnothing was written: files are of the seed that fails\n";
    assert_eq!(text(&output.stdout), told);
    assert!(!folder.path().join("trace.json").exists());
}
