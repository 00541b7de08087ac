//! Ports for tests: free when they are given out, and never in two tests at once.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Mutex, PoisonError};

#[derive(Debug)]
pub(super) struct Ports(Mutex<VecDeque<u16>>);

impl Ports {
    pub(super) fn new((low, high): (u16, u16)) -> Ports {
        Ports(Mutex::new((low..=high).collect()))
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
