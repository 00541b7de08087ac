//! Where the arrows beside the tiers run: each in a lane of its own, short ones inside long ones, and their ends in
//! such an order that arrows cross as little as possible.

use super::Bundle;
use crate::cluster::Role;

/// From one lane to the next.
const WIDTH: usize = 40;

/// The arrow of a bundle.
pub(super) struct Lane<'a> {
    pub bundle: &'a Bundle,
    pub index: usize,
    /// Heights of its ends.
    pub from: usize,
    pub to: usize,
}

/// Where so many lanes right of `edge` end.
pub(super) fn right_edge(edge: usize, lanes: usize) -> usize {
    edge + if lanes == 0 { 0 } else { 6 + lanes * WIDTH }
}

/// The arrows for bundles between tiers that stand below each other; `boxes` has top and height of each.
pub(super) fn of<'a>(bundles: &'a [Bundle], tiers: &[Role], boxes: &[(usize, usize)]) -> Vec<Lane<'a>> {
    let tier = |role: Role| tiers.iter().position(|other| *other == role);
    let mut arrows: Vec<(&Bundle, usize, usize)> =
        bundles.iter().filter_map(|bundle| Some((bundle, tier(bundle.from)?, tier(bundle.to)?))).collect();
    arrows.sort_by_key(|(_, from, to)| from.abs_diff(*to));
    // The ends at each tier, in the order in which they come from the top: those that go up, inner lanes first, then
    // those that go down, outer lanes first. So no two of them cross.
    let height = |at: usize, lane: usize| {
        let mut ends: Vec<(bool, isize, usize)> = arrows
            .iter()
            .enumerate()
            .filter(|(_, (_, from, to))| *from == at || *to == at)
            .map(|(lane, (_, from, to))| {
                let goes_down = (*from).max(*to) > at;
                let order = if goes_down { -(lane as isize) } else { lane as isize };
                (goes_down, order, lane)
            })
            .collect();
        ends.sort_unstable();
        let position = ends.iter().position(|(.., other)| *other == lane).unwrap_or(0);
        let (top, height) = boxes.get(at).copied().unwrap_or_default();
        // Spread over the middle of a high box.
        let spread = height.min(24 * (ends.len() + 1));
        top + (height - spread) / 2 + spread * (position + 1) / (ends.len() + 1)
    };
    let lanes = arrows.iter().enumerate().map(|(index, (bundle, from, to))| Lane {
        bundle,
        index,
        from: height(*from, index),
        to: height(*to, index),
    });
    lanes.collect()
}
