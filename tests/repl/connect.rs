//! The prompt and other processes: `--connect`, and scripts that use the network while somebody types.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use crate::ports::free_ports;
use crate::terminal::Terminal;
use crate::{BROOD, piped};

const TYPES: &str = r"
type Place: record { name: string; at: addr; };
global beat: event(n: count, place: Place);
global poke: event(text: string);
";

/// What is at the other end.
const NODE: &str = r#"
@load frameworks/control/controllee
@load ./types
global greeting = "hello, world";
global places: table[string] of Place = {
	["one"] = Place($name="the first", $at=10.0.0.1),
};
global beats = 0;

event poke(text: string)
	{
	print fmt("poked: %s", text);
	greeting = text;
	}

event send_beat()
	{
	Broker::publish("my/beat", beat, ++beats, places["one"]);
	schedule 50msec { send_beat() };
	}

event bro_init() &priority=-20
	{
	Broker::subscribe("my/in");
	event send_beat();
	print "ready";
	}
"#;

fn free_port() -> u16 {
    free_ports(1)[0]
}

struct Node {
    child: Child,
    output: BufReader<ChildStdout>,
    port: u16,
}

impl Node {
    fn start(folder: &Path, scripts: &[&str]) -> Node {
        let port = free_port();
        Node::start_at(folder, port, scripts)
    }

    fn start_at(folder: &Path, port: u16, scripts: &[&str]) -> Node {
        let mut command = Command::new(BROOD);
        command.args(["run", "-b"]).args(scripts);
        Node::of(command, folder, port)
    }

    fn of(mut command: Command, folder: &Path, port: u16) -> Node {
        command.arg(format!("Broker::default_port={port}/tcp"));
        let mut child = command.current_dir(folder).env_clear().stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut node = Node { child, output, port };
        assert_eq!(node.line(), "ready");
        node
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("types.bro"), TYPES).unwrap();
    std::fs::write(folder.path().join("node.bro"), NODE).unwrap();
    folder
}

/// Enters lines in a session that is connected with a node; gives the output and the errors.
fn answers(folder: &Path, place: &str, scripts: &[&str], lines: &[&str]) -> (String, String) {
    let output = piped(folder, &[&["--connect", place], scripts].concat(), &(lines.join("\n") + "\n"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn variables_of_a_node_are_read_with_their_types() {
    let folder = folder();
    let node = Node::start(folder.path(), &["node.bro"]);
    let (shown, errors) =
        answers(folder.path(), &node.place(), &[], &[":get greeting", ":get |Broker::default_log_topic_prefix|"]);
    assert_eq!((shown.as_str(), errors.as_str()), ("hello, world\n9\n", ""));

    // Whose type is known here is a value here.
    std::fs::write(
        folder.path().join("own.bro"),
        "@load ./types\nglobal places: table[string] of Place;\nglobal greeting = \"mine\";\n",
    )
    .unwrap();
    let lines =
        [":get places[\"one\"]$at", "fmt(\"%s\", _)", ":get |greeting| + 1", "greeting", ":get places[\"two\"]"];
    let (shown, errors) = answers(folder.path(), &node.place(), &["own.bro"], &lines);
    assert_eq!(shown, "10.0.0.1\n10.0.0.1\n13\nmine\n");
    assert!(errors.contains("no such index"), "{errors}");

    let (_, errors) =
        answers(folder.path(), &node.place(), &[], &[":get nowhere::to_be_found", ":get to_upper(\"a\")"]);
    assert!(errors.contains("has no variable nowhere::to_be_found with a value\n"), "{errors}");
    assert!(errors.contains("only what changes nothing can be asked"), "{errors}");
}

#[test]
fn nodes_with_the_topics_of_zeek_answer_too() {
    let folder = folder();
    let zeek = folder.path().join("zeek");
    std::os::unix::fs::symlink(BROOD, &zeek).unwrap();
    let port = free_port();
    let mut command = Command::new(zeek);
    command.args(["-b", "node.bro"]);
    let node = Node::of(command, folder.path(), port);
    let (shown, errors) = answers(folder.path(), &node.place(), &[], &[":get Control::topic_prefix", ":get greeting"]);
    assert_eq!((shown.as_str(), errors.as_str()), ("zeek/control\nhello, world\n", ""));
}

#[test]
fn events_are_published_to_a_node() {
    let folder = folder();
    let mut node = Node::start(folder.path(), &["node.bro"]);
    let lines = [":publish my/in poke(\"as it is\")", ":publish out/side poke(\"nobody\")"];
    let (_, errors) = answers(folder.path(), &node.place(), &[], &lines);
    assert_eq!(errors, "nobody who is connected hears out/side\n");
    assert_eq!(node.line(), "poked: as it is");

    let lines = [":publish my/in poke(1)", ":publish my/in poke(\"a\", \"b\")", ":publish my/in poke(\"declared\")"];
    let (_, errors) = answers(folder.path(), &node.place(), &["types.bro"], &lines);
    assert_eq!(errors, "poke takes a string for text, not a count\npoke takes 1 argument, not 2\n");
    assert_eq!(node.line(), "poked: declared");

    let (shown, _) = answers(folder.path(), &node.place(), &[], &[":peers"]);
    assert!(shown.contains(&format!("127.0.0.1 {}/tcp  peered\n", node.port)), "{shown}");
    assert!(shown.contains("(this session)  127.0.0.1  peered\n"), "{shown}");
}

#[test]
fn messages_of_a_node_are_shown_as_they_come() {
    let folder = folder();
    let node = Node::start(folder.path(), &["node.bro"]);
    let terminal = Terminal::start(folder.path(), &["types.bro", "--connect", &node.place()]);
    terminal.see(&format!("Connected with {}.", node.place()));
    terminal.see_prompt(&format!("@{}>", node.place()));
    terminal.enter(":monitor my/");
    let screen = terminal.see("beat(");
    assert!(screen.contains("Watching topics like my/...; any key ends it."), "{screen}");
    terminal.see(", [name=\"the first\", at=10.0.0.1])");
    // Three seen, one after the other.
    terminal.wait("several", |screen| screen.matches("my/beat").count() > 3);
    terminal.press("q");
    terminal.wait("their number", |screen| screen.contains(" messages\n"));
    terminal.see_prompt(&format!("@{}>", node.place()));
    // A terminal as it was: lines begin at the left, and what is typed is an input.
    terminal.enter(":get greeting");
    terminal.see("\n\"hello, world\"  : string\n");
    terminal.enter(":monitor no/such/topic");
    terminal.see("Watching topics like no/such/topic");
    terminal.press("\x03");
    terminal.see("0 messages");
    terminal.see_prompt(&format!("@{}>", node.place()));
    terminal.press("\x04");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn messages_are_shown_line_by_line_until_the_next_line_comes() {
    let folder = folder();
    let node = Node::start(folder.path(), &["node.bro"]);
    let mut command = Command::new(BROOD);
    command.args(["repl", "-b", "--connect", &node.place()]).current_dir(folder.path()).env_clear();
    let mut session = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = session.stdin.take().unwrap();
    let mut lines = BufReader::new(session.stdout.take().unwrap()).lines().map_while(Result::ok);
    std::io::Write::write_all(&mut input, b":monitor my/\n").unwrap();
    for line in lines.by_ref().take(3) {
        let (time, message) = line.split_once(' ').unwrap();
        assert_eq!(time.len(), "12:00:00.000".len(), "{line}");
        assert!(message.starts_with("my/beat beat("), "{line}");
        assert!(message.ends_with(", [\"the first\", 10.0.0.1])"), "{line}");
    }
    std::io::Write::write_all(&mut input, b"6 * 7\n").unwrap();
    drop(input);
    assert_eq!(lines.last().as_deref(), Some("42"));
    assert!(session.wait().unwrap().success());
}

#[test]
fn a_node_that_goes_and_comes_back_is_told_of() {
    let folder = folder();
    let mut node = Node::start(folder.path(), &["node.bro"]);
    let (place, port) = (node.place(), node.port);
    let terminal = Terminal::start(folder.path(), &["-b", "--connect", &place]);
    terminal.see_prompt(&format!("@{place}>"));
    terminal.press(":get gree");
    node.child.kill().unwrap();
    node.child.wait().unwrap();
    terminal.see(&format!("{place} is gone; it is tried again every second."));
    terminal.press("ting\r");
    terminal.see(&format!("{place} is not there"));
    let _node = Node::start_at(folder.path(), port, &["node.bro"]);
    terminal.see(&format!("{place} is back."));
    terminal.enter(":get greeting");
    terminal.see("\"hello, world\"");
    terminal.see_prompt(&format!("@{place}>"));
    terminal.press("\x04");
    assert_eq!(terminal.end(), 0);
}

/// The errors of a session that does not come about.
fn fails(folder: &Path, arguments: &[&str]) -> String {
    let output = piped(folder, arguments, "");
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn who_cannot_be_reached_is_told_with_the_reason() {
    let folder = folder();
    let fails = |arguments: &[&str]| fails(folder.path(), arguments);
    assert_eq!(fails(&["--connect", "somewhere"]), "brood repl: somewhere is no HOST:PORT, such as 127.0.0.1:47760\n");
    let free = format!("127.0.0.1:{}", free_port());
    assert_eq!(fails(&["--connect", &free]), format!("brood repl: nobody answers at {free}\n"));

    std::fs::write(
        folder.path().join("deaf.bro"),
        "@load base/frameworks/broker\nevent bro_init() { Broker::listen(); print \"ready\"; }\n",
    )
    .unwrap();
    let deaf = Node::start(folder.path(), &["deaf.bro"]);
    let (_, errors) = answers(folder.path(), &deaf.place(), &[], &[":get greeting"]);
    assert!(errors.contains("it has not loaded frameworks/control/controllee"), "{errors}");
    let (_, errors) = answers(folder.path(), &deaf.place(), &["-b"], &[":connect nowhere"]);
    assert!(errors.contains("nowhere is no HOST:PORT"), "{errors}");
}

#[test]
fn scripts_use_the_network_while_somebody_types() {
    let folder = folder();
    let port = free_port();
    let terminal = Terminal::start(folder.path(), &["-b", "base/frameworks/broker", "types.bro"]);
    terminal.see_prompt("brood>");
    terminal.enter("event poke(text: string) { print fmt(\"%s, remote %s\", text, is_remote_event()); }");
    terminal.enter("Broker::subscribe(\"my/in\")");
    terminal.enter(&format!("Broker::listen(\"127.0.0.1\", {port}/tcp)"));
    terminal.see(&format!("{port}/tcp  : port"));
    terminal.press("1 + ");
    let dialler = format!(
        "event Broker::peer_added(e: Broker::EndpointInfo, m: string) {{ Broker::publish(\"my/in\", poke, \"knock\"); }}\n\
         event Broker::peer_lost(e: Broker::EndpointInfo, m: string) {{ terminate(); }}\n\
         event bro_init() {{ Broker::peer(\"127.0.0.1\", {port}/tcp); print \"ready\"; }}\n"
    );
    std::fs::write(folder.path().join("dialler.bro"), format!("@load ./types\n{dialler}")).unwrap();
    let mut node = Node::start(folder.path(), &["base/frameworks/broker", "dialler.bro"]);
    terminal.see("knock, remote T");
    terminal.press("1\r");
    terminal.see("2  : count");
    terminal.see_prompt("brood>");
    // A session that ends says so to its peers.
    terminal.press("\x04");
    assert_eq!(terminal.end(), 0);
    assert!(node.child.wait().unwrap().success());
}

#[test]
fn a_node_that_encrypts_otherwise_is_told_from_none() {
    let folder = folder();
    let fails = |arguments: &[&str]| fails(folder.path(), arguments);
    let node = Node::start(folder.path(), &["node.bro"]);
    let plain = fails(&["--connect", &node.place(), "Broker::disable_ssl=T"]);
    assert!(plain.contains(&format!("{} refuses the connection", node.place())), "{plain}");
    assert!(plain.contains("this side does not encrypt (Broker::disable_ssl=T); does that one?"), "{plain}");
    let plain_node = Node::start(folder.path(), &["node.bro", "Broker::disable_ssl=T"]);
    let encrypted = fails(&["--connect", &plain_node.place()]);
    assert!(encrypted.contains(&format!("{} refuses the connection", plain_node.place())), "{encrypted}");
    assert!(encrypted.contains("this side encrypts; Broker::disable_ssl=T turns that off"), "{encrypted}");
    let (shown, _) = answers(folder.path(), &plain_node.place(), &["Broker::disable_ssl=T"], &[":get greeting"]);
    assert_eq!(shown, "hello, world\n");
}
