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
pub(super) const NAME: &str = "<scenario>";

/// What came of a scenario.
pub struct ScenarioEnd {
    /// Its exit status; `None` where the time was over before it ended.
    pub status: Option<i32>,
    /// How many errors it reported.
    pub error_count: usize,
    /// What it wrote to its standard error; what it prints is told with the lines of the nodes.
    pub errors: Vec<u8>,
}

/// Runs a controlling script to its end. Where there is a limit, that is all the time that may pass. Otherwise it may let
/// pass as much as it likes, and itself wait for so long at most.
pub fn run_scenario(
    simulation: &Rc<RefCell<Simulation>>,
    program: NodeProgram,
    longest_wait: Duration,
    limit: Option<Duration>,
) -> ScenarioEnd {
    let (network, seed) = {
        let simulation = simulation.borrow();
        (simulation.network.clone(), simulation.seed)
    };
    let now = network.borrow().now;
    let end = limit.map(|limit| super::START + limit);
    simulation.borrow_mut().limit = end;
    let end = end.unwrap_or(now + longest_wait);
    let address = std::net::IpAddr::from([127, 0, 0, 1]);
    let number = network.borrow_mut().add(address);
    let mut script = Node::new(number, Machine::new(NAME, Random::branch(seed, u64::MAX), 999), program);
    let host = NodeHost::new(number, script.machine.clone(), network.clone());
    simulation.borrow_mut().script = Some((script.machine.clone(), 0));
    let director = simulation.clone();
    script.start_on(host, |engine| set_director(&mut engine.vm, director));
    loop {
        let wait = match script.turn() {
            Turn::More => continue,
            Turn::Waits(until) => Duration::try_from_secs_f64(until - script.clock()).unwrap_or(longest_wait),
            Turn::Over => break,
        };
        let left = end.saturating_sub(simulation.borrow().now());
        if left.is_zero() {
            break;
        }
        let wait = wait.max(super::LEAST_STEP).min(left);
        simulation.borrow_mut().run_until(wait, |simulation| simulation.network.borrow().has_mail(number));
    }
    let is_in_time = simulation.borrow_mut().limit.take().is_none_or(|limit| network.borrow().now < limit);
    let status = match script.stage {
        Stage::Ended(status) if status == 0 || is_in_time => Some(status),
        _ => None,
    };
    let error_count = script.errors;
    simulation.borrow_mut().collect_printed(true);
    let errors = std::mem::take(&mut script.machine.borrow_mut().memory.errors);
    ScenarioEnd { status, error_count, errors }
}
