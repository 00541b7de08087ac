//! Commands from one process to another through the control framework, as Bro has them on its command line.

use std::path::Path;
use std::process::{Command, Output};

use crate::harness::{Node, free_ports};

const CONTROLLEE: &str = r#"
const greeting = "unset" &redef;
redef Broker::default_connect_retry = 1sec;

event bro_init() &priority=-20
	{
	print "ready", greeting;
	}

event Control::configuration_update()
	{
	print "updated", greeting;
	}

event bro_done()
	{
	print "done";
	}
"#;

/// What a user adds to see the answers.
const ANSWERS: &str = r#"
redef Broker::default_connect_retry = 1sec;

event Control::id_value_response(id: string, val: string)
	{
	print fmt("%s is %s", id, val);
	}

event Control::peer_status_response(s: string)
	{
	print s;
	}

event Control::net_stats_response(s: string)
	{
	print s;
	}

event Control::configuration_update_response()
	{
	print "update is done";
	}

event Control::shutdown_response()
	{
	print "it goes down";
	}
"#;

fn controllee(folder: &Path, port: u16) -> Node {
    std::fs::write(folder.join("controllee.bro"), CONTROLLEE).unwrap();
    std::fs::write(folder.join("answers.bro"), ANSWERS).unwrap();
    let setting = format!("Broker::default_port={port}/tcp");
    let mut node = Node::start(folder, "", &["frameworks/control/controllee", "controllee.bro", &setting]);
    node.waits_for("ready, unset");
    node
}

fn command(folder: &Path, port: u16, scripts: &[&str], settings: &[&str]) -> Output {
    let mut controller = Command::new(env!("CARGO_BIN_EXE_brood"));
    controller.args(["run", "-b", "frameworks/control/controller", "answers.bro", "Control::host=127.0.0.1"]);
    controller.arg(format!("Control::host_port={port}/tcp")).args(scripts).args(settings);
    controller.current_dir(folder).env_clear().output().unwrap()
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_command_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let mut node = controllee(folder.path(), port);
    let ask = |settings: &[&str]| text(&command(folder.path(), port, &[], settings));

    assert_eq!(ask(&["Control::cmd=id_value", "Control::arg=greeting"]), "greeting is unset\n");
    assert_eq!(ask(&["Control::cmd=id_value", "Control::arg=nothing"]), "nothing is <unknown id>\n");
    let peers = ask(&["Control::cmd=peer_status"]);
    assert!(peers.contains("127.0.0.1 status=Broker::PEERED"), "{peers}");
    let counts = ask(&["Control::cmd=net_stats"]);
    assert!(counts.contains(" recvd=0 dropped=0 link=0"), "{counts}");

    assert_eq!(ask(&["Control::cmd=shutdown"]), "it goes down\n");
    node.waits_for("done");
    assert!(node.child.wait().unwrap().success());
}

#[test]
fn constants_of_the_controller_become_those_of_the_controllee() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let mut node = controllee(folder.path(), port);
    std::fs::write(folder.path().join("greeting.bro"), "const greeting = \"unset\" &redef;\n").unwrap();

    let output =
        command(folder.path(), port, &["greeting.bro"], &["Control::cmd=configuration_update", "greeting=hello"]);
    assert_eq!(text(&output), "update is done\n");
    node.waits_for("updated, hello");
}

#[test]
fn a_command_that_nobody_knows_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    std::fs::write(folder.path().join("answers.bro"), ANSWERS).unwrap();
    let output = command(folder.path(), port, &[], &["Control::cmd=dance"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("The 'dance' control command is unknown."), "{errors}");
}

#[test]
fn a_controller_waits_for_its_controllee() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    std::fs::write(folder.path().join("answers.bro"), ANSWERS).unwrap();
    let place = format!("Control::host_port={port}/tcp");
    let scripts = ["frameworks/control/controller", "answers.bro", "Control::host=127.0.0.1", &place];
    let asks = ["Control::cmd=id_value", "Control::arg=greeting"];
    let mut controller = Node::start(folder.path(), "", &[&scripts[..], &asks[..]].concat());
    let _node = controllee(folder.path(), port);
    controller.waits_for("greeting is unset");
    assert!(controller.child.wait().unwrap().success());
}
