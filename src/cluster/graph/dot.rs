//! The topology in Graphviz' language.

use std::fmt::Write;

use super::Drawing;

pub(super) fn draw(drawing: &Drawing<'_>) -> String {
    let mut out = String::from(
        "digraph cluster {\n    rankdir=BT;\n    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n",
    );
    for (index, tier) in drawing.tiers.iter().enumerate() {
        let _ = writeln!(out, "    subgraph cluster_{index} {{");
        let _ = writeln!(out, "        label={};", quoted(tier.title));
        for node in &tier.nodes {
            let logs = if drawing.writes_logs(node) { "\\nwrites logs" } else { "" };
            let label = format!("{}\\n{}{logs}", escaped(&node.name), escaped(&node.endpoint()));
            let _ = writeln!(out, "        {} [label=\"{label}\"];", quoted(&node.name));
        }
        out.push_str("    }\n");
    }
    for connection in &drawing.plan.connections {
        let (from, to) = (quoted(&connection.from), quoted(&connection.to));
        let _ = writeln!(out, "    {from} -> {to} [tooltip={}];", quoted(connection.reason));
    }
    out.push_str("}\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}
