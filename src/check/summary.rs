//! The lines that end a report.

use super::{LayoutReport, Report};
use crate::cluster::releases::{ERAS, in_words};
use crate::diag::Severity;

/// How much was found, in how much, and which releases take the layout.
pub(super) fn text(report: &Report) -> String {
    let counts = [
        plural(report.count(Severity::is_error), "error", "errors"),
        plural(report.count(|severity| severity == Severity::Warning), "warning", "warnings"),
        plural(report.count(|severity| severity == Severity::Note), "note", "notes"),
    ];
    let found: Vec<&str> = counts.iter().filter(|count| !count.starts_with("0 ")).map(String::as_str).collect();
    let found = if found.is_empty() { "nothing found".to_string() } else { found.join(", ") };
    let Some(layout) = &report.layout else {
        let searched = match report.searched.len() {
            0 => String::new(),
            _ => format!(" (no cluster-layout in {})", report.searched.join(", ")),
        };
        return format!("{found}; checked without a cluster{searched}\n");
    };
    let nodes = match (layout.nodes, layout.evaluated.len()) {
        (0, _) => return format!("{found}; {} gives no nodes to evaluate\n", layout.path),
        (nodes, evaluated) if nodes == evaluated || evaluated == 0 => plural(nodes, "node", "nodes"),
        (nodes, evaluated) => format!("{nodes} nodes, {evaluated} evaluated and the rest like them"),
    };
    format!("{found}; {}: {nodes}\n{}", layout.path, accepted(layout))
}

fn accepted(layout: &LayoutReport) -> String {
    match layout.releases.as_deref() {
        None => String::new(),
        Some([]) => "no release accepts this layout as a whole\n".into(),
        Some(releases) if releases.len() == ERAS.len() => "every release of Bro and Zeek accepts this layout\n".into(),
        Some(releases) => format!("releases that accept this layout: {}\n", in_words(releases)),
    }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
