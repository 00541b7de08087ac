//! `brood repl` as a user has it: on a terminal, and with its input from a pipe.

#![expect(clippy::unwrap_used, reason = "what cannot be done ends a test")]

mod connect;
#[path = "../support/ports.rs"]
mod ports;
#[path = "../support/terminal.rs"]
mod terminal;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use terminal::Terminal;

const BROOD: &str = env!("CARGO_BIN_EXE_brood");

const LAYOUT: &str = r#"
redef Cluster::nodes = {
	["manager-1"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=47760/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=47761/tcp, $manager="manager-1"],
};
"#;

impl Terminal {
    fn start(folder: &Path, arguments: &[&str]) -> Terminal {
        Terminal::start_with(folder, arguments, &[("NO_COLOR", "1")])
    }

    fn start_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Terminal {
        Terminal::run(folder, &[&["repl"], arguments].concat(), variables, (40, 80))
    }

    fn enter(&self, line: &str) {
        self.press(&format!("{line}\r"));
    }

    /// Whether anything on the screen has a colour.
    fn has_color(&self) -> bool {
        let shown = self.screen.0.lock().unwrap();
        let screen = shown.0.screen();
        let (rows, columns) = screen.size();
        let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        let mut cells = cells.filter_map(|(row, column)| screen.cell(row, column));
        cells.any(|cell| cell.fgcolor() != vt100::Color::Default)
    }

    /// Waits for the prompt to come back at the bottom.
    fn see_prompt(&self, prompt: &str) -> String {
        self.wait(prompt, |screen| screen.trim_end().lines().last().map(str::trim_end) == Some(prompt))
    }
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("cluster-layout.bro"), LAYOUT).unwrap();
    folder
}

#[test]
fn values_show_with_their_types() {
    let folder = folder();
    let terminal = Terminal::start(folder.path(), &["-b"]);
    terminal.see_prompt("brood>");
    terminal.enter("40 + 2");
    terminal.see("42  : count");
    terminal.enter("_ / 4.0");
    terminal.see("10.5  : double");
    terminal.see_prompt("brood>");
    terminal.press("\x04");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_function_takes_several_lines() {
    let folder = folder();
    let terminal = Terminal::start(folder.path(), &["-b"]);
    terminal.see_prompt("brood>");
    terminal.enter("function twice(x: count): count");
    terminal.see(".....>");
    terminal.enter("{");
    terminal.enter("return x * 2;");
    terminal.enter("}");
    terminal.see_prompt("brood>");
    terminal.enter("twice(4321)");
    terminal.see("8642  : count");
}

#[test]
fn what_was_entered_is_remembered_by_the_next_session() {
    let folder = folder();
    let terminal = Terminal::start(folder.path(), &["-b"]);
    terminal.see_prompt("brood>");
    terminal.enter("\"remember\" + \"ed\"");
    terminal.see("remembered  : string");
    terminal.see_prompt("brood>");
    terminal.press("\x04");
    assert_eq!(terminal.end(), 0);
    assert!(folder.path().join("state/brood/history").is_file());
    let terminal = Terminal::start(folder.path(), &["-b"]);
    terminal.see_prompt("brood>");
    terminal.press("\x1b[A");
    terminal.see_prompt("brood> \"remember\" + \"ed\"");
    terminal.press("\r");
    terminal.see("remembered  : string");
}

#[test]
fn the_tab_key_completes_by_type() {
    let folder = folder();
    let terminal = Terminal::start(folder.path(), &["-b", "base/frameworks/cluster", "cluster-layout.bro"]);
    terminal.see_prompt("brood>");
    terminal.press("Cluster::nodes[\"worker-1\"]$node_t\t");
    terminal.see_prompt("brood> Cluster::nodes[\"worker-1\"]$node_type");
    terminal.press("\r");
    terminal.see("Cluster::WORKER  : Cluster::NodeType");
    terminal.press("Cluster::nodes[\"worker-1\"]$m\t");
    let menu = terminal.see("metrics_port");
    assert!(menu.contains("manager") && !menu.contains("zone_id"), "{menu}");
}

#[test]
fn an_error_leaves_everything_as_it_was() {
    let folder = folder();
    let terminal = Terminal::start(folder.path(), &["-b"]);
    terminal.see_prompt("brood>");
    terminal.enter("global x = 12345;");
    terminal.enter("local zero = 0; x = 1; print 1 / zero;");
    terminal.see("division by zero");
    terminal.see_prompt("brood>");
    terminal.enter("x");
    terminal.see("12345  : count");
    terminal.enter("zero");
    terminal.see("unknown identifier zero");
    assert!(!folder.path().join("reporter.log").exists());
}

#[test]
fn an_input_that_never_ends_is_stopped() {
    let folder = folder();
    let terminal = Terminal::start(folder.path(), &["-b"]);
    terminal.see_prompt("brood>");
    terminal.enter("global n = 4321;");
    terminal.see_prompt("brood>");
    terminal.enter("n = 1; print \"run\" + \"ning\"; while ( T ) { n += 1; }");
    terminal.see("running");
    terminal.press("\x03");
    terminal.see("interrupted");
    terminal.see_prompt("brood>");
    terminal.enter("n");
    terminal.see("4321  : count");
}

#[test]
fn time_passes_while_nobody_types() {
    let folder = folder();
    let terminal = Terminal::start(folder.path(), &["-b"]);
    terminal.see_prompt("brood>");
    terminal.enter("event told(text: string) { print text + \"!\"; }");
    terminal.enter("schedule 200msec { told(\"later\") };");
    terminal.see("later!");
    terminal.see_prompt("brood>");
    terminal.enter("event done() { terminate(); }");
    terminal.enter("schedule 200msec { done() };");
    // Scripts do not end what somebody looks at; who types does.
    terminal.see("The scripts asked to terminate; the session goes on.");
    terminal.see_prompt("brood>");
    terminal.enter("terminate();");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn the_prompt_names_the_node() {
    let folder = folder();
    let terminal = Terminal::start(folder.path(), &["-b", "base/frameworks/cluster", "cluster-layout.bro"]);
    terminal.see_prompt("brood>");
    terminal.enter("local kept = 77;");
    terminal.enter(":node worker-1");
    terminal.see_prompt("worker-1>");
    terminal.enter("kept + 1");
    terminal.see("78  : count");
    terminal.enter("exit(5)");
    assert_eq!(terminal.end(), 5);
}

#[test]
fn the_tab_key_completes_names_of_a_module_and_commands() {
    let folder = folder();
    let terminal = Terminal::start(folder.path(), &["-b", "base/frameworks/cluster", "cluster-layout.bro"]);
    terminal.see_prompt("brood>");
    terminal.press("Cluster::is_en\t");
    terminal.see_prompt("brood> Cluster::is_enabled");
    // Ctrl-C gives up the line.
    terminal.press("\x03");
    terminal.see_prompt("brood>");
    terminal.press("Cluster::n\t");
    let menu = terminal.see("Cluster::nodeid_topic");
    assert!(menu.contains("Cluster::nodes") && !menu.contains("network_time"), "{menu}");
    terminal.press("\x03");
    terminal.see_prompt("brood>");
    terminal.press(":re\t");
    let menu = terminal.see("reset");
    assert!(menu.contains("reload"), "{menu}");
}

#[test]
fn colours_are_there_unless_somebody_does_not_want_them() {
    let folder = folder();
    for (variables, expected) in [(&[][..], true), (&[("NO_COLOR", "1")][..], false)] {
        let terminal = Terminal::start_with(folder.path(), &["-b"], variables);
        terminal.see_prompt("brood>");
        terminal.enter("nothing_of_this_name");
        terminal.see("unknown identifier");
        terminal.see_prompt("brood>");
        assert_eq!(terminal.has_color(), expected, "{variables:?}");
    }
}

#[test]
fn a_script_that_ends_does_not_end_the_session() {
    let folder = folder();
    std::fs::write(folder.path().join("ends.bro"), "event bro_init() { print \"in it\"; terminate(); }\n").unwrap();
    std::fs::write(folder.path().join("exits.bro"), "event bro_init() { exit(3); }\n").unwrap();
    let terminal = Terminal::start(folder.path(), &["-b"]);
    terminal.see_prompt("brood>");
    terminal.enter(":load ends.bro");
    terminal.see("The scripts asked to terminate; the session goes on.");
    terminal.enter(":load exits.bro");
    terminal.see("The scripts asked to exit; the session goes on.");
    terminal.enter("6 * 7");
    terminal.see("42  : count");
    terminal.see_prompt("brood>");
    terminal.enter(":quit");
    assert_eq!(terminal.end(), 0);
}

/// What each line of input printed, without what went to standard error.
fn answers(folder: &Path, lines: &[&str]) -> Vec<String> {
    let marked: String = lines.iter().map(|line| format!("{line}\n\"~next~\"\n")).collect();
    let output = piped(folder, &["-b", "base/frameworks/cluster", "cluster-layout.bro"], &marked);
    let text = text(&output.stdout);
    text.split("~next~\n").map(str::to_string).collect()
}

#[test]
fn every_command_answers() {
    let folder = folder();
    std::fs::write(folder.path().join("more.bro"), "global more = 7;\nprint \"loaded\";\n").unwrap();
    for (lines, expected) in [
        (&[":help"][..], ":layout [table|json|dot|mermaid]"),
        (&[":help undo"], "take back"),
        (&[":load more.bro"], "loaded\n"),
        (&[":load more.bro", "more"], "7\n"),
        (&["local x = 3;", ":reload", "x"], "3\n"),
        (&[":node"], "This is no node of a cluster. The layout has manager-1, worker-1."),
        (&[":node worker-1", "Cluster::node"], "worker-1\n"),
        (&[":node worker-1", ":node -", "Cluster::is_enabled()"], "F\n"),
        (&[":layout"], "worker-1   worker   127.0.0.1:47761"),
        (&[":layout json"], "\"node_type\": \"WORKER\""),
        (&[":layout dot"], "\"worker-1\" -> \"manager-1\""),
        (&[":layout mermaid"], "flowchart BT"),
        (&[":plan worker-1"], "its manager"),
        (&[":topics"], "bro/cluster/worker"),
        (&[":topics worker-1"], "bro/cluster/node/worker-1"),
        (&[":topics bro/cluster/worker"], "reaches worker-1"),
        (&[":type Cluster::nodes"], "table[string] of Cluster::Node\n"),
        (&[":doc Cluster::node_topic"], "function Cluster::node_topic(name: string): string"),
        (&["?Cluster::node_topic"], "function Cluster::node_topic(name: string): string"),
        (&["local y = 1;", ":vars"], "y     count   1"),
        (&[":vars"], "There are no variables yet."),
        (&[":check"], "cluster-layout.bro: 2 nodes"),
        (&[":time 1 + 1"], "2\ntook "),
        (&["local z = 1;", ":undo"], "undone: local z = 1;"),
        (&["global z = 1;", "\"z\" in global_ids()"], "T\n"),
        (&["global z = 1;", ":reset", "\"z\" in global_ids()"], "F\n"),
        (&[":quit", "print \"too late\";"], ""),
    ] {
        let answers = answers(folder.path(), lines);
        let last = answers.get(lines.len() - 1).map_or("", String::as_str);
        assert!(last.contains(expected), "{lines:?}: {answers:#?}");
        assert!(!answers.concat().contains("too late"), "{answers:?}");
    }
}

/// Feeds the program from a pipe.
pub(crate) fn piped(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(BROOD);
    command.arg("repl").args(arguments).current_dir(folder).env_clear();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn from_a_pipe_values_are_what_print_shows() {
    let folder = folder();
    let input =
        "1 + 1\nset(1, 2)\nfunction f(x: count): count\n{\nreturn x + 1;\n}\n\nf(\n3)\n# a comment\n\"a\\x00b\"";
    let output = piped(folder.path(), &["-b"], input);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout), "2\n{\n1,\n2\n}\n4\na\\x00b\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_status_tells_whether_a_line_failed() {
    let folder = folder();
    for failing in ["nothing", "1 +", "1 +* 2", ":nonsense", ":layout", "1 / (1 - 1)", "function f() {"] {
        let output = piped(folder.path(), &["-b"], &format!("{failing}\n"));
        assert_eq!(output.status.code(), Some(1), "{failing}");
        assert_eq!(text(&output.stdout), "", "{failing}");
        assert!(!output.stderr.is_empty(), "{failing}");
    }
    let output = piped(folder.path(), &["-b"], "nothing\nprint \"goes on\";\n");
    assert_eq!(text(&output.stdout), "goes on\n");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(piped(folder.path(), &["-b"], "exit(7)\nprint 1;\n").status.code(), Some(7));
    assert_eq!(piped(folder.path(), &["-b"], "").status.code(), Some(0));
}

#[test]
fn a_layout_may_have_any_name() {
    let folder = folder();
    std::fs::rename(folder.path().join("cluster-layout.bro"), folder.path().join("site.bro")).unwrap();
    let input = "|Cluster::nodes| > 0\n:node worker-1\nCluster::local_node_type()\n";
    let output = piped(folder.path(), &["--layout", "site.bro"], input);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout), "T\nCluster::WORKER\n");
}

#[test]
fn commands_work_from_a_pipe_too() {
    let folder = folder();
    let arguments = ["-b", "base/frameworks/cluster", "cluster-layout.bro"];
    let output = piped(folder.path(), &arguments, ":plan\n:node worker-1\nCluster::node\n:undo\n:quit\n1\n");
    let expected = "node       listens on       dials\n\
                    ---------  ---------------  ---------\n\
                    manager-1  127.0.0.1:47760  nobody\n\
                    worker-1   127.0.0.1:47761  manager-1\n\
                    1 connection; :plan NODE tells more\n\
                    worker-1\n";
    assert_eq!(text(&output.stdout), expected);
    assert!(text(&output.stderr).ends_with("nothing was entered that could be undone\n"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn scripts_begin_and_end_around_the_lines() {
    let folder = folder();
    let script = "event bro_init() { print \"begins\"; }\nevent bro_done() { print \"ends\"; }\n";
    std::fs::write(folder.path().join("script.bro"), script).unwrap();
    let output = piped(folder.path(), &["-b", "script.bro"], "print \"between\";\n");
    assert_eq!(text(&output.stdout), "begins\nbetween\nends\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn bytes_that_are_no_text_are_an_error_not_a_crash() {
    let folder = folder();
    let mut command = Command::new(BROOD);
    command.args(["repl", "-b"]).current_dir(folder.path()).env_clear();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"\xff\xfe\x00\x01\nprint \"on\";\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stdout), "on\n");
    assert_eq!(output.status.code(), Some(1));
}
