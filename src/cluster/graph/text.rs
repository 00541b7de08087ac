//! The topology as plain text, for terminals.

use std::fmt::Write;

use super::Drawing;

/// Columns there are.
const WIDTH: usize = 80;

pub(super) fn draw(drawing: &Drawing<'_>) -> String {
    let mut out = String::new();
    for tier in &drawing.tiers {
        let _ = writeln!(out, "{}", tier.heading());
        let cells: Vec<String> = tier
            .nodes
            .iter()
            .map(|node| {
                let logs = if drawing.writes_logs(node) { " [logs]" } else { "" };
                format!("{} {}{logs}", node.name, node.endpoint())
            })
            .collect();
        let width = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0) + 3;
        let per_row = ((WIDTH - 2) / width).max(1);
        for row in cells.chunks(per_row) {
            let mut line = String::from("  ");
            for cell in row {
                let _ = write!(line, "{cell:<width$}");
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out.push('\n');
    }
    let bundles = &drawing.bundles;
    if !bundles.is_empty() {
        let _ = writeln!(out, "Connections");
    }
    for bundle in bundles {
        let _ = writeln!(out, "  {}", drawing.sentence(bundle));
    }
    out
}
