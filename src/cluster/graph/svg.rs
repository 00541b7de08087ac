//! The topology as SVG: a box per tier with a card per node, and beside them one arrow per pair of tiers.
//!
//! Sixty workers each dial every proxy, every logger and a manager: drawn one by one these lines hide everything, so
//! connections between two tiers are one arrow that says how many there are.

use std::fmt::Write;

use super::{Bundle, Drawing, Tier};
use crate::cluster::{Node, Role};

const WIDTH: usize = 1080;
/// The tiers' boxes; right of them run the arrows.
const BOX_WIDTH: usize = 800;
const MARGIN: usize = 24;
const CARD_WIDTH: usize = 180;
const CARD_HEIGHT: usize = 46;
const GAP: usize = 12;
const TITLE: usize = 34;
const BETWEEN: usize = 36;
const LANE: usize = 36;

pub(super) fn draw(drawing: &Drawing<'_>) -> String {
    let mut tops = Vec::new();
    let mut height = MARGIN;
    for tier in &drawing.tiers {
        tops.push(height);
        height += box_height(tier) + BETWEEN;
    }
    let height = height + MARGIN - BETWEEN.min(height);
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n<defs><marker id=\"arrow\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" \
         markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#555\"/></marker></defs>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (tier, top) in drawing.tiers.iter().zip(&tops) {
        draw_tier(&mut out, drawing, tier, *top);
    }
    for (lane, bundle) in drawing.bundles().iter().enumerate() {
        draw_bundle(&mut out, drawing, &tops, bundle, lane);
    }
    out.push_str("</svg>\n");
    out
}

fn per_row() -> usize {
    (BOX_WIDTH - 2 * GAP + GAP) / (CARD_WIDTH + GAP)
}

fn box_height(tier: &Tier<'_>) -> usize {
    let rows = tier.nodes.len().div_ceil(per_row());
    TITLE + rows * (CARD_HEIGHT + GAP) + 2
}

fn colors(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Logger => ("#fff6e5", "#d9902f"),
        Role::Manager => ("#eaf2fd", "#3572b0"),
        Role::Proxy => ("#f1ecfa", "#7a5bb5"),
        Role::Worker => ("#eaf7ee", "#3c8f58"),
        Role::TimeMachine | Role::Control | Role::None => ("#f4f4f4", "#777777"),
    }
}

fn draw_tier(out: &mut String, drawing: &Drawing<'_>, tier: &Tier<'_>, top: usize) {
    let (fill, stroke) = colors(tier.role);
    let height = box_height(tier);
    let count = tier.nodes.len();
    let title = if count == 1 { tier.title.to_string() } else { format!("{} ({count})", tier.title) };
    let _ = writeln!(
        out,
        "<rect x=\"{MARGIN}\" y=\"{top}\" width=\"{BOX_WIDTH}\" height=\"{height}\" rx=\"10\" fill=\"{fill}\" stroke=\"{stroke}\"/>\n\
         <text x=\"{}\" y=\"{}\" font-weight=\"bold\" fill=\"{stroke}\">{title}</text>",
        MARGIN + GAP,
        top + 22
    );
    for (index, node) in tier.nodes.iter().enumerate() {
        let x = MARGIN + GAP + (index % per_row()) * (CARD_WIDTH + GAP);
        let y = top + TITLE + (index / per_row()) * (CARD_HEIGHT + GAP);
        draw_card(out, node, drawing.writes_logs(node), (x, y), stroke);
    }
}

fn draw_card(out: &mut String, node: &Node, logs: bool, (x, y): (usize, usize), stroke: &str) {
    let name = shortened(&node.name, 19);
    let endpoint = match &node.interface {
        Some(interface) => format!("{} {interface}", node.endpoint()),
        None => node.endpoint(),
    };
    let mark = if logs { " &#128462;" } else { "" };
    let _ = writeln!(
        out,
        "<g><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{CARD_WIDTH}\" height=\"{CARD_HEIGHT}\" rx=\"6\" fill=\"#fff\" \
         stroke=\"{stroke}\" stroke-opacity=\"0.6\"/><text x=\"{}\" y=\"{}\" font-weight=\"600\">{}{mark}</text>\
         <text x=\"{}\" y=\"{}\" fill=\"#555\" font-size=\"11\" font-family=\"monospace\">{}</text></g>",
        escaped(&format!("{} {}", node.name, endpoint)),
        x + 10,
        y + 19,
        escaped(&name),
        x + 10,
        y + 36,
        escaped(&shortened(&endpoint, 24)),
    );
}

fn draw_bundle(out: &mut String, drawing: &Drawing<'_>, tops: &[usize], bundle: &Bundle, lane: usize) {
    let middle = |role: Role| {
        let index = drawing.tiers.iter().position(|tier| tier.role == role)?;
        Some(tops.get(index)? + box_height(drawing.tiers.get(index)?) / 2)
    };
    let (Some(from), Some(to)) = (middle(bundle.from), middle(bundle.to)) else { return };
    let edge = MARGIN + BOX_WIDTH;
    let x = edge + 24 + lane * LANE;
    let shift = lane * 7;
    let (_, stroke) = colors(bundle.from);
    let _ = writeln!(
        out,
        "<path d=\"M{edge} {} H{x} V{} H{}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"1.8\" marker-end=\"url(#arrow)\"/>",
        from + shift,
        to + shift,
        edge + 2
    );
    let how = if bundle.complete { "" } else { " (some)" };
    let _ = writeln!(
        out,
        "<text transform=\"translate({} {}) rotate(-90)\" text-anchor=\"middle\" font-size=\"11\" fill=\"#333\">{} dial{how}</text>",
        x + 12,
        usize::midpoint(from + shift, to + shift),
        bundle.count
    );
}

fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_string();
    }
    text.chars().take(limit - 1).chain(['\u{2026}']).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
