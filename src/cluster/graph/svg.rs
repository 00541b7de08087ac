//! The topology as SVG: a box per tier with a card per node, and beside them one arrow per pair of tiers.
//!
//! Sixty workers each dial every proxy, every logger and a manager: drawn one by one these lines hide everything, so
//! connections between two tiers are one arrow that carries their number, and a line below says who dials whom.

use std::fmt::Write;

use super::lanes::{self, Lane};
use super::{Bundle, Drawing, Tier};
use crate::cluster::{Node, Role};

const MARGIN: usize = 24;
/// The tiers' boxes; right of them run the arrows.
const BOX_WIDTH: usize = 860;
const HEAD: usize = 40;
const GAP: usize = 12;
const TITLE: usize = 34;
const BETWEEN: usize = 34;
const LEGEND_LINE: usize = 22;
/// Pixels that a character takes, in bold names and in the small monospaced lines below them.
const NAME_CHARACTER: usize = 8;
const SMALL_CHARACTER: usize = 7;
const CARD_WIDTHS: (usize, usize) = (132, 410);
/// Beyond so many nodes in a tier, interfaces are left to the tooltips.
const DETAILED: usize = 120;

/// How the cards of a tier are laid out.
struct Cards {
    width: usize,
    height: usize,
    per_row: usize,
    /// A line for the interface.
    detailed: bool,
}

impl Cards {
    fn of(drawing: &Drawing<'_>, tier: &Tier<'_>) -> Cards {
        let detailed = tier.nodes.len() <= DETAILED && tier.nodes.iter().any(|node| node.interface.is_some());
        let wanted = tier.nodes.iter().map(|node| {
            let badge = if drawing.writes_logs(node) { 40 } else { 0 };
            let name = length(&node.name) * NAME_CHARACTER + badge;
            let interface = node.interface.as_deref().filter(|_| detailed).map_or(0, length);
            name.max(length(&node.endpoint()).max(interface) * SMALL_CHARACTER) + 20
        });
        let (least, most) = CARD_WIDTHS;
        let wanted = wanted.max().unwrap_or(least).clamp(least, most);
        let room = BOX_WIDTH - GAP;
        let per_row = (room / (wanted + GAP)).max(1);
        // Cards of full rows take all of the width, those of a single short row only what they need.
        let width = if tier.nodes.len() >= per_row { room / per_row - GAP } else { wanted };
        Cards { width, height: if detailed { 60 } else { 46 }, per_row, detailed }
    }

    fn box_height(&self, tier: &Tier<'_>) -> usize {
        TITLE + tier.nodes.len().div_ceil(self.per_row) * (self.height + GAP)
    }
}

pub(super) fn draw(drawing: &Drawing<'_>) -> String {
    let cards: Vec<Cards> = drawing.tiers.iter().map(|tier| Cards::of(drawing, tier)).collect();
    let mut boxes = Vec::new();
    let mut bottom = MARGIN + HEAD;
    for (tier, cards) in drawing.tiers.iter().zip(&cards) {
        let height = cards.box_height(tier);
        boxes.push((bottom, height));
        bottom += height + BETWEEN;
    }
    let bundles = &drawing.bundles;
    let lanes = lanes::of(bundles, &drawing.tiers.iter().map(|tier| tier.role).collect::<Vec<_>>(), &boxes);
    let width = lanes::right_edge(MARGIN + BOX_WIDTH, lanes.len()) + MARGIN;
    let height = bottom + lanes.len() * LEGEND_LINE + MARGIN - if lanes.is_empty() { BETWEEN } else { 0 };

    let mut out = String::new();
    open(&mut out, drawing, width, height);
    for ((tier, cards), (top, height)) in drawing.tiers.iter().zip(&cards).zip(&boxes) {
        draw_tier(&mut out, drawing, tier, cards, *top, *height);
    }
    lanes.iter().for_each(|lane| draw_lane(&mut out, lane));
    // Numbers lie above all lines.
    lanes.iter().for_each(|lane| draw_number(&mut out, lane));
    for (index, lane) in lanes.iter().enumerate() {
        draw_legend(&mut out, drawing, lane.bundle, bottom + index * LEGEND_LINE);
    }
    out.push_str("</svg>\n");
    out
}

fn open(out: &mut String, drawing: &Drawing<'_>, width: usize, height: usize) {
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"13\">\n<defs>"
    );
    for role in Role::ALL {
        let (_, stroke) = colors(role);
        let _ = writeln!(
            out,
            "<marker id=\"{}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"6\" markerHeight=\"6\" \
             orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"{stroke}\"/></marker>",
            role.name()
        );
    }
    let nodes: usize = drawing.tiers.iter().map(|tier| tier.nodes.len()).sum();
    let hosts: std::collections::BTreeSet<_> =
        drawing.tiers.iter().flat_map(|tier| &tier.nodes).map(|node| node.ip.0).collect();
    let _ = writeln!(
        out,
        "</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n<text x=\"{MARGIN}\" y=\"{}\" \
         font-size=\"17\" font-weight=\"600\" fill=\"#222\">{} on {}, {}</text>",
        MARGIN + 18,
        counted(nodes, "node", "nodes"),
        counted(hosts.len(), "host", "hosts"),
        counted(drawing.plan.connections.len(), "connection", "connections"),
    );
}

/// Fill and stroke.
fn colors(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Logger => ("#fff6e5", "#b8741a"),
        Role::Manager => ("#eaf2fd", "#2b66a8"),
        Role::Proxy => ("#f1ecfa", "#7350b0"),
        Role::Worker => ("#eaf7ee", "#2f8049"),
        Role::TimeMachine | Role::Control | Role::None => ("#f4f4f4", "#6b6b6b"),
    }
}

fn draw_tier(out: &mut String, drawing: &Drawing<'_>, tier: &Tier<'_>, cards: &Cards, top: usize, height: usize) {
    let (fill, stroke) = colors(tier.role);
    let title = tier.heading();
    let _ = writeln!(
        out,
        "<rect x=\"{MARGIN}\" y=\"{top}\" width=\"{BOX_WIDTH}\" height=\"{height}\" rx=\"10\" fill=\"{fill}\" \
         stroke=\"{stroke}\"/>\n<text x=\"{}\" y=\"{}\" font-weight=\"700\" fill=\"{stroke}\">{title}</text>",
        MARGIN + GAP,
        top + 22
    );
    for (index, node) in tier.nodes.iter().enumerate() {
        let x = MARGIN + GAP + (index % cards.per_row) * (cards.width + GAP);
        let y = top + TITLE + (index / cards.per_row) * (cards.height + GAP);
        draw_card(out, node, cards, drawing.writes_logs(node), (x, y), stroke);
    }
}

fn draw_card(out: &mut String, node: &Node, cards: &Cards, logs: bool, (x, y): (usize, usize), stroke: &str) {
    let (width, height) = (cards.width, cards.height);
    let room = width - 20;
    let endpoint = node.endpoint();
    let interface = node.interface.as_deref().unwrap_or_default();
    let tooltip = [node.name.as_str(), &endpoint, interface].join(" ");
    let _ = write!(
        out,
        "<g><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"#fff\" \
         stroke=\"{stroke}\" stroke-opacity=\"0.55\"/>",
        escaped(tooltip.trim_end())
    );
    let name_room = (room - if logs { 40 } else { 0 }) / NAME_CHARACTER;
    let _ = write!(
        out,
        "<text x=\"{}\" y=\"{}\" font-weight=\"600\" fill=\"#222\">{}</text>",
        x + 10,
        y + 19,
        escaped(&shortened(&node.name, name_room))
    );
    let small = [Some(endpoint.as_str()), Some(interface).filter(|text| cards.detailed && !text.is_empty())];
    for (line, text) in small.into_iter().flatten().enumerate() {
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\" fill=\"{}\" font-size=\"11\" font-family=\"monospace\">{}</text>",
            x + 10,
            y + 36 + line * 15,
            if line == 0 { "#444" } else { "#777" },
            escaped(&shortened(text, room / SMALL_CHARACTER))
        );
    }
    if logs {
        let _ = write!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"34\" height=\"16\" rx=\"8\" fill=\"{stroke}\"/><text x=\"{}\" y=\"{}\" \
             font-size=\"10\" fill=\"#fff\" text-anchor=\"middle\">logs</text>",
            x + width - 42,
            y + 7,
            x + width - 25,
            y + 18
        );
    }
    out.push_str("</g>\n");
}

fn draw_lane(out: &mut String, lane: &Lane<'_>) {
    let (_, stroke) = colors(lane.bundle.from);
    let edge = MARGIN + BOX_WIDTH;
    let x = lanes::right_edge(edge, lane.index + 1);
    let (from, to) = (lane.from, lane.to);
    // Rounded corners towards the other end.
    let down = if to < from { "-8" } else { "8" };
    let turn = if to < from { to + 8 } else { to.saturating_sub(8) };
    let _ = writeln!(
        out,
        "<path d=\"M{edge} {from}H{}q8 0 8 {down}V{turn}q0 {down} -8 {down}H{}\" fill=\"none\" stroke=\"{stroke}\" \
         stroke-width=\"1.8\" marker-end=\"url(#{})\"/>",
        x - 8,
        edge + 2,
        lane.bundle.from.name()
    );
}

fn draw_number(out: &mut String, lane: &Lane<'_>) {
    let (_, stroke) = colors(lane.bundle.from);
    let x = lanes::right_edge(MARGIN + BOX_WIDTH, lane.index + 1);
    let count = lane.bundle.count.to_string();
    let width = count.len() * SMALL_CHARACTER + 14;
    // Nearer to the end that dials, where fewer arrows cross.
    let y = (2 * lane.from + lane.to) / 3;
    let _ = writeln!(
        out,
        "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"18\" rx=\"9\" fill=\"#fff\" stroke=\"{stroke}\"/><text \
         x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\" fill=\"{stroke}\">{count}</text>",
        x - width / 2,
        y - 9,
        y + 4
    );
}

fn draw_legend(out: &mut String, drawing: &Drawing<'_>, bundle: &Bundle, y: usize) {
    let (_, stroke) = colors(bundle.from);
    let _ = writeln!(
        out,
        "<path d=\"M{MARGIN} {y}h26\" stroke=\"{stroke}\" stroke-width=\"1.8\" marker-end=\"url(#{})\"/><text x=\"{}\" \
         y=\"{}\" fill=\"#333\">{}</text>",
        bundle.from.name(),
        MARGIN + 38,
        y + 4,
        drawing.sentence(bundle)
    );
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn shortened(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_string();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['\u{2026}']).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
