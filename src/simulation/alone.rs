//! A world for one engine that somebody else runs: a clock that goes on when it is told to, a network with nobody else on
//! it, and files in memory.

use std::cell::RefCell;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use super::host::{Machine, NodeHost};
use super::network::{Latency, Network};
use super::random::Random;
use super::{LEAST_STEP, START};
use crate::vm::Host;

pub struct Alone {
    number: usize,
    network: Rc<RefCell<Network>>,
    machine: Rc<RefCell<Machine>>,
}

impl Alone {
    /// A machine of this name, at this address. What is left to chance is drawn from the seed.
    pub fn new(name: &str, address: IpAddr, seed: u64) -> Self {
        let mut network = Network::new(seed, START, Latency::default());
        let number = network.add(address);
        let machine = Machine::new(name, Random::branch(seed, 1), 1000);
        Alone { number, network: Rc::new(RefCell::new(network)), machine: Rc::new(RefCell::new(machine)) }
    }

    /// The machine, for an engine.
    pub fn host(&self) -> Box<dyn Host> {
        Box::new(NodeHost::new(self.number, self.machine.clone(), self.network.clone()))
    }

    /// Since the epoch.
    pub fn now(&self) -> Duration {
        self.network.borrow().now
    }

    /// What was printed.
    pub fn output(&self) -> Vec<u8> {
        self.machine.borrow().memory.output.clone()
    }

    /// What was written to standard error.
    pub fn errors(&self) -> Vec<u8> {
        self.machine.borrow().memory.errors.clone()
    }

    /// Whether something came that the engine has not looked at.
    pub fn has_mail(&self) -> bool {
        self.network.borrow().has_mail(self.number)
    }

    /// The time of the next thing that happens: on the network, or `due` as the engine has it, in seconds. Where that is
    /// past it is a little later, since time goes on.
    pub fn next(&self, due: f64) -> Option<Duration> {
        let network = self.network.borrow();
        let now = network.now;
        let left = Duration::try_from_secs_f64(due - now.as_secs_f64());
        let due = match left {
            Ok(left) => now.checked_add(left.max(LEAST_STEP)),
            Err(_) if due <= now.as_secs_f64() => Some(now + LEAST_STEP),
            Err(_) => None,
        };
        due.into_iter().chain(network.next_arrival()).min()
    }

    /// Time goes on.
    pub fn go_on(&self, to: Duration) {
        let mut network = self.network.borrow_mut();
        network.now = network.now.max(to);
        network.deliver();
    }
}
