//! The topology as a Mermaid flowchart.

use std::collections::HashMap;
use std::fmt::Write;

use super::Drawing;

pub(super) fn draw(drawing: &Drawing<'_>) -> String {
    let mut out = String::from("flowchart BT\n");
    let mut ids: HashMap<&str, String> = HashMap::new();
    for tier in &drawing.tiers {
        let _ = writeln!(out, "    subgraph {}", tier.title.replace(' ', "_"));
        for node in &tier.nodes {
            // Names may hold what Mermaid takes for syntax, so nodes are numbered.
            let id = format!("n{}", ids.len());
            let logs = if drawing.writes_logs(node) { "<br/>writes logs" } else { "" };
            let _ = writeln!(out, "        {id}[\"{}<br/>{}{logs}\"]", escaped(&node.name), escaped(&node.endpoint()));
            ids.insert(&node.name, id);
        }
        out.push_str("    end\n");
    }
    for connection in &drawing.plan.connections {
        if let (Some(from), Some(to)) = (ids.get(&*connection.from), ids.get(&*connection.to)) {
            let _ = writeln!(out, "    {from} --> {to}");
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
