//! Longest-prefix look-up: which widths the subnets of a table have.
//!
//! A look-up asks the hash table once for every width present, the longest first. Tables hold few different widths,
//! so this beats a tree and costs nothing per entry. Widths count within 128 bits, IPv4 mapped, as Bro does it: `::/0`
//! holds every IPv4 address.

use smallvec::SmallVec;

use crate::value::{Subnet, Value};

#[derive(Clone, Debug, Default)]
pub(super) struct Prefixes {
    /// Widths with the number of entries of each, longest first.
    widths: SmallVec<[(u8, u32); 4]>,
}

impl Prefixes {
    pub(super) fn add(&mut self, key: &[Value]) {
        let Some(width) = width(key) else { return };
        let place = self.widths.partition_point(|&(other, _)| other > width);
        match self.widths.get_mut(place) {
            Some((other, count)) if *other == width => *count += 1,
            _ => self.widths.insert(place, (width, 1)),
        }
    }

    pub(super) fn remove(&mut self, key: &[Value]) {
        let Some(width) = width(key) else { return };
        let Some(place) = self.widths.iter().position(|&(other, _)| other == width) else { return };
        self.widths[place].1 -= 1;
        if self.widths[place].1 == 0 {
            self.widths.remove(place);
        }
    }

    pub(super) fn clear(&mut self) {
        self.widths.clear();
    }

    /// The subnets that cover `net` and may be in the table, the narrowest first.
    pub(super) fn candidates(&self, net: Subnet) -> impl Iterator<Item = Subnet> {
        let own = net.width6();
        self.widths.iter().filter(move |(width, _)| *width <= own).map(move |&(width, _)| net.widened(width))
    }
}

fn width(key: &[Value]) -> Option<u8> {
    as_net(key).map(Subnet::width6)
}

/// The subnet that an index means: an address stands for itself alone.
pub(super) fn as_net(key: &[Value]) -> Option<Subnet> {
    let [column] = key else { return None };
    column.as_subnet().or_else(|| column.as_address().map(Subnet::host))
}
