//! Ports for nodes under test.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// Below the range from which the kernel takes ports for outgoing connections: nobody gets one of these by chance.
const FIRST: u32 = 10_000;

/// Ports that belong together, and how many such blocks there are.
const BLOCK: u32 = 8;
const BLOCKS: u32 = 2700;

/// So many ports, at most eight, on which nobody listens. Tests that run at once look at different ones, whether they
/// are threads or processes.
pub(crate) fn free_ports(count: usize) -> Vec<u16> {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    let block = || -> Vec<u16> {
        let block = (std::process::id() + TAKEN.fetch_add(1, Ordering::Relaxed) * 331) % BLOCKS;
        (u16::try_from(FIRST + block * BLOCK).unwrap()..).take(count).collect()
    };
    let is_free = |port: &u16| TcpListener::bind(("0.0.0.0", *port)).is_ok();
    (0..BLOCKS).map(|_| block()).find(|ports| ports.iter().all(is_free)).unwrap()
}
