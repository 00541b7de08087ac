//! Ports for tests: free when they are given out, and never in two tests at once.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Mutex, PoisonError};

/// From here on systems take ports for outgoing connections, whenever one is made.
const OUTGOING: u16 = 32768;

/// Somewhere among these a process begins, so that several at once look at different ones.
const STRIDE: u32 = 331;

#[derive(Debug)]
pub(super) struct Ports(Mutex<VecDeque<u16>>);

impl Ports {
    /// Those of a range, in which each process begins elsewhere.
    pub(super) fn new((low, high): (u16, u16), process: u32) -> Ports {
        let (mut ports, outgoing): (VecDeque<u16>, VecDeque<u16>) = (low..=high).partition(|port| *port < OUTGOING);
        if let Some(place) = process.wrapping_mul(STRIDE).checked_rem(ports.len() as u32) {
            ports.rotate_left(place as usize);
        }
        ports.extend(outgoing);
        Ports(Mutex::new(ports))
    }

    /// So many ports that nobody listens on. None where there are not enough.
    pub(super) fn take(&self, count: usize) -> Option<Vec<u16>> {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        // What is bound stays so until all are found.
        let mut bound = Vec::new();
        for _ in 0..free.len() {
            if taken.len() == count {
                break;
            }
            let Some(port) = free.pop_front() else { break };
            match TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)) {
                Ok(listener) => {
                    bound.push(listener);
                    taken.push(port);
                }
                Err(_) => free.push_back(port),
            }
        }
        if taken.len() < count {
            free.extend(taken);
            return None;
        }
        Some(taken)
    }

    pub(super) fn give_back(&self, ports: Vec<u16>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(ports);
    }
}

#[cfg(test)]
mod tests {
    use super::Ports;

    #[test]
    fn processes_look_at_different_ports_and_outgoing_ones_come_last() {
        let all = |low, high, process| -> Vec<u16> { Ports::new((low, high), process).0.into_inner().unwrap().into() };
        assert_eq!(all(5000, 5003, 0), [5000, 5001, 5002, 5003]);
        assert_eq!(all(5000, 5003, 1), [5003, 5000, 5001, 5002]);
        assert_eq!(all(32766, 32769, 1), [32767, 32766, 32768, 32769]);
        assert_eq!(all(40000, 40001, 1), [40000, 40001]);
    }
}
