//! brood as a library: a program that looks at a layout as one of its nodes, and brings a native function along.
//!
//! `cargo run --example embed`

use brood::{Node, NodeError, Raise, Value};

const LAYOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/cluster/cluster-layout.bro");

const SCRIPT: &str = r#"
@load base/frameworks/cluster

global asked: set[string];

function describe_peer(name: string): string
	{
	add asked[name];
	local n = Cluster::nodes[name];
	print fmt("asked about %s", name);
	return fmt("%s at %s:%d, rack %s", name, n$ip, n$p, Inventory::rack(name));
	}
"#;

/// The program's own knowledge, for its scripts.
fn rack(name: &str) -> Option<u64> {
    ["manager", "proxy-1", "worker-1"].iter().position(|known| *known == name).map(|place| place as u64 + 1)
}

/// What the program tells: one line each.
pub(crate) fn report() -> Result<Vec<String>, NodeError> {
    let mut node = Node::builder()
        .node("worker-1")
        .layout(LAYOUT)
        .text("peers.bro", SCRIPT)
        .native("Inventory::rack", "function(name: string): count", |_vm, arguments| {
            let name: String = arguments.take()?;
            rack(&name).map(Value::Count).ok_or_else(|| Raise::error(format!("nobody knows where {name} is")))
        })
        .load()?;

    let mut lines = vec![format!("nodes: {}", node.evaluate("|Cluster::nodes|")?)];
    lines.push(format!("I am a {}", node.call("Cluster::local_node_type", &[])?));
    lines.push(node.call("describe_peer", &[Value::string("manager")])?.to_string());
    // An error ends the call and is there to be shown.
    if let Err(error) = node.call("describe_peer", &[Value::string("worker-4")]) {
        lines.push(format!("failed: {error}"));
    }
    lines.extend(String::from_utf8_lossy(&node.take_output()).lines().map(|line| format!("printed: {line}")));
    lines.push(format!("asked about: {}", node.global("asked").unwrap_or_default()));
    Ok(lines)
}

pub(crate) fn main() -> Result<(), NodeError> {
    report()?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
