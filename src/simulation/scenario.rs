//! A script that controls a cluster: it runs beside the nodes, in the same time, and is none of them.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::Simulation;
use super::host::{Machine, NodeHost};
use super::node::{Node, NodeProgram, Stage, Turn};
use super::random::Random;
use crate::builtins::sim::set_director;

/// The name of the controlling script's machine. No node of a layout is called so.
const NAME: &str = "<scenario>";

/// What came of a scenario.
pub struct ScenarioEnd {
    /// Its exit status; `None` where its time was over before it ended.
    pub status: Option<i32>,
    /// How many errors it reported.
    pub error_count: usize,
    pub output: Vec<u8>,
    pub errors: Vec<u8>,
}

/// Runs a controlling script to its end, for at most so long.
pub fn run_scenario(simulation: &Rc<RefCell<Simulation>>, program: NodeProgram, longest: Duration) -> ScenarioEnd {
    let (network, seed) = {
        let simulation = simulation.borrow();
        (simulation.network.clone(), simulation.seed)
    };
    let end = network.borrow().now + longest;
    let address = std::net::IpAddr::from([127, 0, 0, 1]);
    let number = network.borrow_mut().add(address);
    let mut script = Node::new(number, Machine::new(NAME, Random::branch(seed, u64::MAX), 999), program);
    let host = NodeHost::new(number, script.machine.clone(), network.clone());
    let director = simulation.clone();
    script.start_on(host, |engine| set_director(&mut engine.vm, director));
    loop {
        let wait = match script.turn() {
            Turn::More => continue,
            Turn::Waits(until) => Duration::try_from_secs_f64(until - script.clock()).unwrap_or(longest),
            Turn::Over => break,
        };
        let left = end.saturating_sub(simulation.borrow().now());
        if left.is_zero() {
            break;
        }
        // Somebody who waits for nothing but the end of the time.
        simulation.borrow_mut().advance(wait.clamp(super::LEAST_STEP, left));
    }
    let status = match script.stage {
        Stage::Ended(status) => Some(status),
        _ => None,
    };
    let error_count = script.errors;
    let mut machine = script.machine.borrow_mut();
    let memory = &mut machine.memory;
    let (output, errors) = (std::mem::take(&mut memory.output), std::mem::take(&mut memory.errors));
    ScenarioEnd { status, error_count, output, errors }
}
