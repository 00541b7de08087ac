//! Which nodes of a layout are evaluated: one of each group whose members cannot be told apart by what was loaded.
//!
//! Two nodes are in one group if they have the same type and the same fields, and every constant in the user's
//! scripts treats them alike: a string is or is not the node's name, its interface, or a part of the name; a pattern
//! does or does not match the name; an address or port is or is not the node's. Loading one node may reach code, and
//! with it constants, that no other reached; so groups are formed anew after each evaluation.
//!
//! What the rule cannot see is a script that computes with names or addresses (a hash of the name, say);
//! `--all-nodes` evaluates every node.

use std::collections::HashMap;

use super::survey::Literals;
use crate::cluster::{Layout, Node};
use crate::pattern::Pattern;

/// The group of each node, by a number; nodes in the order of the layout.
pub(super) fn of(layout: &Layout, literals: &Literals) -> Vec<usize> {
    let longest = layout.nodes.iter().map(|node| node.name.len()).max().unwrap_or(0);
    let strings: Vec<&str> = literals
        .strings
        .iter()
        .filter_map(|text| std::str::from_utf8(text).ok())
        .filter(|text| !text.is_empty())
        .collect();
    let parts: Vec<&str> = strings.iter().copied().filter(|text| text.len() <= longest).collect();
    let patterns: Vec<Pattern> =
        literals.patterns.iter().filter_map(|(text, any_case)| Pattern::parse(text, *any_case, false).ok()).collect();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    layout
        .nodes
        .iter()
        .map(|node| {
            let mark = signature(node, literals, &strings, &parts, &patterns);
            let next = numbers.len();
            *numbers.entry(mark).or_insert(next)
        })
        .collect()
}

/// What tells a node's group.
fn signature(node: &Node, literals: &Literals, strings: &[&str], parts: &[&str], patterns: &[Pattern]) -> String {
    let mut mark = format!("{} {}|", node.role.name(), node.fields.join(" "));
    let mut bit = |holds: bool| mark.push(if holds { '1' } else { '0' });
    for part in parts {
        bit(*part == node.name);
        bit(node.name.contains(part));
    }
    if let Some(interface) = &node.interface {
        strings.iter().for_each(|text| bit(text == interface));
    }
    for pattern in patterns {
        bit(pattern.matches_exactly(node.name.as_bytes()));
        bit(pattern.matches_anywhere(node.name.as_bytes()));
    }
    literals.addresses.iter().for_each(|address| bit(node.ip.0.to_canonical() == address.to_canonical()));
    literals.ports.iter().for_each(|port| bit(node.port.number == *port));
    mark
}
