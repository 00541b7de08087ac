//! Where nodes are, and who listens there at which port.
//!
//! All loopback addresses are one machine, as in a real network; so are nodes with the same address.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, Ipv4Addr};

use super::{ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE};
use crate::network::ListenerId;

/// Ports from here on are given to whoever wants any.
const FIRST_FREE_PORT: u16 = 49152;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Somebody who listens.
#[derive(Clone, Copy)]
pub(super) struct Listener {
    pub(super) id: ListenerId,
    pub(super) node: usize,
    /// `None`: at all addresses of its machine.
    address: Option<IpAddr>,
    /// For other programs than nodes.
    pub(super) raw: bool,
}

struct Place {
    address: IpAddr,
    next_port: u16,
}

#[derive(Default)]
pub(super) struct Places {
    /// By the numbers of nodes.
    nodes: Vec<Place>,
    addresses: BTreeSet<IpAddr>,
    /// By machine and port, the first that listened in front.
    listeners: BTreeMap<(IpAddr, u16), Vec<Listener>>,
}

/// The address that stands for the machine that has an address.
fn machine(address: IpAddr) -> IpAddr {
    if address.is_loopback() { LOOPBACK } else { address }
}

/// An address as nodes write it.
fn parse(address: &str) -> Option<IpAddr> {
    if address == "localhost" { Some(LOOPBACK) } else { address.parse().ok() }
}

impl Places {
    /// Adds the next node.
    pub(super) fn add(&mut self, address: IpAddr) {
        self.nodes.push(Place { address, next_port: FIRST_FREE_PORT });
        self.addresses.insert(address);
    }

    pub(super) fn address(&self, node: usize) -> IpAddr {
        self.nodes.get(node).map_or(LOOPBACK, |place| place.address)
    }

    /// Whether an address is on this network.
    pub(super) fn has(&self, address: &str) -> bool {
        parse(address).is_some_and(|address| address.is_loopback() || self.addresses.contains(&address))
    }

    /// A port that nobody has used yet.
    pub(super) fn free_port(&mut self, node: usize) -> u16 {
        let Some(place) = self.nodes.get_mut(node) else { return FIRST_FREE_PORT };
        let port = place.next_port;
        place.next_port = port.checked_add(1).unwrap_or(FIRST_FREE_PORT);
        port
    }

    /// Has a node listen; at which port. Port 0 is any, no address or an unspecified one all of its machine.
    pub(super) fn listen(
        &mut self,
        id: ListenerId,
        node: usize,
        address: &str,
        port: u16,
        raw: bool,
    ) -> io::Result<u16> {
        let not_available = || io::Error::from_raw_os_error(ADDRESS_NOT_AVAILABLE);
        let address = match address {
            "" => None,
            address => Some(parse(address).ok_or_else(not_available)?).filter(|address| !address.is_unspecified()),
        };
        let own = self.address(node);
        if !address.is_none_or(|address| address.is_loopback() || address == own) {
            return Err(not_available());
        }
        let port = if port == 0 { self.free_port(node) } else { port };
        let listeners = self.listeners.entry((machine(own), port)).or_default();
        let clashes = |known: &Listener| known.address.is_none() || address.is_none() || known.address == address;
        if listeners.iter().any(clashes) {
            return Err(io::Error::from_raw_os_error(ADDRESS_IN_USE));
        }
        listeners.push(Listener { id, node, address, raw });
        Ok(port)
    }

    /// Whom a node reaches at an address.
    pub(super) fn find(&self, from: usize, address: &str, port: u16) -> Option<Listener> {
        let address = parse(address)?;
        let is_own = address.is_loopback() || address.is_unspecified();
        let machine = machine(if is_own { self.address(from) } else { address });
        let hears = |at: IpAddr| at == address || address.is_unspecified();
        let listeners = self.listeners.get(&(machine, port))?;
        listeners.iter().find(|listener| listener.address.is_none_or(hears)).copied()
    }

    /// A node does not listen any more.
    pub(super) fn forget(&mut self, node: usize) {
        let machine = machine(self.address(node));
        for (_, listeners) in self.listeners.range_mut((machine, 0)..=(machine, u16::MAX)) {
            listeners.retain(|listener| listener.node != node);
        }
    }
}
