//! The topology in Graphviz' language.
//!
//! Many connections between two tiers are one arrow from box to box, and a tier of many nodes is a grid: some hundred
//! arrows in one row of sixty nodes are a picture nobody can read.

use std::fmt::Write;

use super::{Drawing, ROW, Tier};

pub(super) fn draw(drawing: &Drawing<'_>) -> String {
    let mut out = String::from(
        "digraph cluster {\n    rankdir=BT;\n    compound=true;\n    ranksep=0.6;\n    \
         fontname=\"sans-serif\";\n    node [shape=box, style=\"rounded,filled\", fillcolor=white, \
         fontname=\"sans-serif\"];\n    edge [fontname=\"sans-serif\", fontsize=11];\n",
    );
    for (index, tier) in drawing.tiers.iter().enumerate() {
        let _ = writeln!(out, "    subgraph cluster_{index} {{");
        // Bottom is top in a picture that is built upwards.
        let _ = writeln!(out, "        label={}; labelloc=b; labeljust=l;", quoted(&tier.heading()));
        for node in &tier.nodes {
            let logs = if drawing.writes_logs(node) { "\\nwrites logs" } else { "" };
            let label = format!("{}\\n{}{logs}", escaped(&node.name), escaped(&node.endpoint()));
            let _ = writeln!(out, "        {} [label=\"{label}\"];", quoted(&node.name));
        }
        // In the order of the layout, from the left to the right.
        for row in tier.nodes.chunks(ROW).filter(|row| row.len() > 1) {
            let names: Vec<String> = row.iter().map(|node| quoted(&node.name)).collect();
            let _ = writeln!(out, "        {{ rank=same; {} [style=invis]; }}", names.join(" -> "));
        }
        for (lower, upper) in tier.rows() {
            let _ = writeln!(out, "        {} -> {} [style=invis];", quoted(lower), quoted(upper));
        }
        out.push_str("    }\n");
    }
    let (bundled, single) = drawing.split_connections();
    for connection in single {
        let (from, to) = (quoted(&connection.from), quoted(&connection.to));
        let _ = writeln!(out, "    {from} -> {to} [tooltip={}];", quoted(connection.reason));
    }
    for bundle in bundled {
        let place = |role| drawing.tiers.iter().position(|tier| tier.role == role);
        let (Some(from), Some(to)) = (place(bundle.from), place(bundle.to)) else { continue };
        let (Some(tail), Some(head)) = (drawing.tiers.get(from), drawing.tiers.get(to)) else { continue };
        let (Some(tail), Some(head)) = (middle(tail, true), middle(head, false)) else { continue };
        let label = quoted(&drawing.sentence(bundle));
        let _ = writeln!(
            out,
            "    {} -> {} [ltail=cluster_{from}, lhead=cluster_{to}, penwidth=2, label={label}];",
            quoted(tail),
            quoted(head)
        );
    }
    out.push_str("}\n");
    out
}

/// A node in the middle of a tier's first or last row, where the arrow of a bundle ends.
fn middle<'a>(tier: &Tier<'a>, of_first: bool) -> Option<&'a str> {
    let mut rows = tier.nodes.chunks(ROW);
    let row = if of_first { rows.next() } else { rows.next_back() }?;
    row.get(row.len() / 2).map(|node| node.name.as_str())
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}
