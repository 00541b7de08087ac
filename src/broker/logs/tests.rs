//! What was sent to a Zeek, sent to a node here: it says the same, and writes the same lines.

use serde_json::Value as Json;

use crate::broker::{Peering, incoming};
use crate::embed::Node;
use crate::vm::{MemoryHost, Vm};
use crate::wire::EndpointId;

const SCRIPT: &str = r#"
module Foo;

export {
	redef enum Log::ID += { LOG, LOG2 };

	type Info: record {
		ts: time &log;
		msg: string &log &optional;
	};
}

event bro_init()
	{
	Log::create_stream(Foo::LOG, [$columns=Info, $path="foo"]);
	}
"#;

fn vectors() -> Vec<Json> {
    let all: Vec<Json> = serde_json::from_str(include_str!("../../../tests/vectors/logs.json")).unwrap();
    all.into_iter().filter(|vector| vector["name"].as_str().unwrap().starts_with("in_")).collect()
}

fn bytes(vector: &Json) -> Vec<u8> {
    let hex = vector["hex"].as_str().unwrap();
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn node() -> Node {
    let script = format!("@load base/frameworks/broker\nredef Log::default_rotation_interval = 0sec;\n{SCRIPT}");
    let mut node = Node::builder().host(MemoryHost::new()).bare().text("foo.bro", script).load().unwrap();
    node.start().unwrap();
    node
}

fn receive(vm: &mut Vm, payload: &[u8]) {
    incoming::receive(vm, EndpointId([7; 16]), payload, false);
}

fn lines(vm: &mut Vm, file: &str) -> Vec<String> {
    let text = String::from_utf8(vm.host.read_file(file).unwrap()).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn a_logger_says_what_zeek_says() {
    let mut node = node();
    for vector in vectors() {
        receive(&mut node.engine().vm, &bytes(&vector));
        // Bro showed vectors in other brackets than Zeek does.
        let said = node.take_diagnostics().into_iter().map(|found| found.message.replace('[', "("));
        let said: Vec<String> = said.collect();
        let printed: Vec<&str> = vector["zeek_printed"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
        let same = said.len() == printed.len()
            && said.iter().zip(&printed).all(|(said, line)| said.starts_with(line.trim_start_matches("warning: ")));
        assert!(same, "{}: {said:#?} for {printed:#?}", vector["name"]);
    }
    node.stop().unwrap();
    let vm = &mut node.engine().vm;
    // Two, one without a batch, one with bytes behind it, one with an odd subtype.
    assert_eq!(lines(vm, "foo.log").len(), 5);
    assert_eq!(Peering::statistics(vm).logs_in, 8);
}

#[test]
fn a_damaged_message_stops_nothing() {
    let mut node = node();
    let vectors = vectors();
    let named = |name: &str| bytes(vectors.iter().find(|vector| vector["name"] == name).unwrap());
    receive(&mut node.engine().vm, &named("in_create"));
    for vector in &vectors {
        let whole = bytes(vector);
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x15;
            receive(&mut node.engine().vm, &changed);
            receive(&mut node.engine().vm, &whole[..at]);
        }
        node.take_diagnostics();
    }
    // The log of the first announcement goes on.
    let before = Peering::statistics(&mut node.engine().vm).logs_in;
    receive(&mut node.engine().vm, &named("in_write_without_batch"));
    assert_eq!(Peering::statistics(&mut node.engine().vm).logs_in, before + 1);
    assert!(node.take_diagnostics().is_empty());
}
