//! The topology as a Mermaid flowchart. Many connections between two tiers are one arrow, as in Graphviz' form.

use std::collections::HashMap;
use std::fmt::Write;

use super::Drawing;

pub(super) fn draw(drawing: &Drawing<'_>) -> String {
    let mut out = String::from("flowchart BT\n");
    let mut ids: HashMap<&str, String> = HashMap::new();
    for (index, tier) in drawing.tiers.iter().enumerate() {
        let _ = writeln!(out, "    subgraph t{index} [\"{}\"]", escaped(&tier.heading()));
        for node in &tier.nodes {
            // Names may hold what Mermaid takes for syntax, so nodes are numbered.
            let id = format!("n{}", ids.len());
            let logs = if drawing.writes_logs(node) { "<br/>writes logs" } else { "" };
            let _ = writeln!(out, "        {id}[\"{}<br/>{}{logs}\"]", escaped(&node.name), escaped(&node.endpoint()));
            ids.insert(&node.name, id);
        }
        for (lower, upper) in tier.rows() {
            if let (Some(lower), Some(upper)) = (ids.get(lower), ids.get(upper)) {
                let _ = writeln!(out, "        {lower} ~~~ {upper}");
            }
        }
        out.push_str("    end\n");
    }
    let (bundled, single) = drawing.split_connections();
    for connection in single {
        if let (Some(from), Some(to)) = (ids.get(&*connection.from), ids.get(&*connection.to)) {
            let _ = writeln!(out, "    {from} --> {to}");
        }
    }
    for bundle in bundled {
        let place = |role| drawing.tiers.iter().position(|tier| tier.role == role);
        if let (Some(from), Some(to)) = (place(bundle.from), place(bundle.to)) {
            let _ = writeln!(out, "    t{from} ==>|\"{}\"| t{to}", escaped(&drawing.sentence(bundle)));
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
