//! The module `Sim`: what a script that controls a simulated cluster can do to it.
//!
//! The cluster itself is elsewhere; whoever runs it hands a [`Director`] to the machine of the controlling script. Nodes
//! work while time passes and at no other time, so that what is looked at stands still.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use super::results::string_vector;
use crate::broker::{data_value, to_data};
use crate::diag::bro;
use crate::value::{FuncObject, TableObject, Text, Value, VectorObject};
use crate::vm::{Interval, Raise, Rest, Vm, natives};
use crate::wire::Data;

/// The longest time that can pass at once, and the farthest that clocks can be apart: a hundred years. A clock that begins
/// today still counts it.
pub const LONGEST: Duration = Duration::from_hours(100 * 365 * 24);

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Something happened.
    Moved,
    /// The end of the time has come.
    Passed,
    /// The end of the time has come, and nothing can happen any more.
    Quiet,
    /// The end of the whole run has come.
    Over,
}

/// What befalls messages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mischief {
    Delay(Duration),
    Drop,
    Duplicate,
}

/// Somebody who runs a simulated cluster. Nodes have numbers.
pub trait Director {
    fn find(&self, name: &str) -> Option<usize>;
    fn names(&self) -> Vec<String>;
    fn start(&mut self, node: usize);
    fn stop(&mut self, node: usize);
    fn kill(&mut self, node: usize);
    fn is_running(&self, node: usize) -> bool;
    fn partition(&mut self, one: BTreeSet<usize>, other: BTreeSet<usize>);
    fn heal(&mut self);
    fn heal_between(&mut self, one: BTreeSet<usize>, other: BTreeSet<usize>);
    /// Messages of topics with this prefix meet with something, with a probability of 0 to 1.
    fn befall(&mut self, prefix: &[u8], mischief: Mischief, probability: f64);
    fn leave_messages_alone(&mut self);
    fn stall(&mut self, node: usize, length: Duration);
    fn fill_disk(&mut self, node: usize, full: bool);
    fn skew(&mut self, node: usize, seconds: f64);
    /// Lets all nodes do what they have to do now.
    fn settle(&mut self);
    /// Lets them do what they have to do now, and goes on to what happens next; at most to a time.
    fn step(&mut self, end: Duration) -> Step;
    fn now(&self) -> Duration;
    /// The value of an expression on a node, or what is wrong.
    fn evaluate(&mut self, node: usize, expression: &str) -> Result<Data, String>;
    /// As `print` shows it.
    fn describe(&mut self, node: usize, expression: &str) -> Result<String, String>;
    /// Calls a function on a node; true stands for a result where it has none.
    fn call(&mut self, node: usize, function: &str, arguments: &[Data]) -> Result<Data, String>;
    fn raise(&mut self, node: usize, event: &str, arguments: &[Data]) -> Result<(), String>;
    fn output(&self, node: usize) -> Vec<u8>;
    fn errors(&self, node: usize) -> Vec<u8>;
    fn file(&self, node: usize, path: &str) -> Option<Vec<u8>>;
    fn files(&self, node: usize) -> Vec<String>;
    /// The nodes that a node has a peering with.
    fn peers(&self, node: usize) -> Vec<String>;
    /// What explains a failure: how the nodes are, the last messages.
    fn situation(&self) -> String;
    /// Something was expected and is not so; with its place in the scenario.
    fn failed(&mut self, what: &str, place: Option<&str>);
}

#[derive(Default)]
struct Direction(Option<Rc<RefCell<dyn Director>>>);

/// Lets the script of a machine control a cluster.
pub fn set_director(vm: &mut Vm, director: Rc<RefCell<dyn Director>>) {
    vm.state::<Direction>().0 = Some(director);
}

fn director(vm: &mut Vm) -> Result<Rc<RefCell<dyn Director>>, Raise> {
    let missing = || Raise::error("no simulation here: `brood sim LAYOUT --scenario FILE` runs one for a script");
    vm.state::<Direction>().0.clone().ok_or_else(missing)
}

fn text(text: &Text) -> String {
    String::from_utf8_lossy(text.as_bytes()).into_owned()
}

/// Works on a node.
fn with_node<R>(vm: &mut Vm, name: &Text, work: impl FnOnce(&mut dyn Director, usize) -> R) -> Result<R, Raise> {
    let director = director(vm)?;
    let mut director = director.borrow_mut();
    let name = text(name);
    match director.find(&name) {
        Some(node) => Ok(work(&mut *director, node)),
        None => {
            Err(Raise::error(format!("no node {name:?} in the simulation; it has {}", director.names().join(", "))))
        }
    }
}

/// The arguments of a verb that names a node and what is to be called there, and hands the others on.
fn deed(vm: &mut Vm, verb: &str, what: &str, arguments: Rest<'_>) -> Result<(Rc<Text>, String, Vec<Data>), Raise> {
    let [Value::String(node), Value::String(name), arguments @ ..] = &*arguments.0 else {
        return Err(Raise::error(format!("{verb} takes the names of a node and of {what}, and its arguments")));
    };
    let mut data = Vec::new();
    for argument in arguments {
        data.push(to_data(vm, argument).map_err(|unsupported| Raise::error(unsupported.0))?);
    }
    Ok((node.clone(), text(name), data))
}

type Sides = (BTreeSet<usize>, BTreeSet<usize>);

fn nodes(vm: &mut Vm, names: &TableObject) -> Result<BTreeSet<usize>, Raise> {
    let mut nodes = BTreeSet::new();
    for (key, _) in names.snapshot() {
        if let Some(Value::String(name)) = key.first() {
            nodes.insert(with_node(vm, name.as_ref(), |_, node| node)?);
        }
    }
    Ok(nodes)
}

/// Two sets of nodes, of which an empty one means all nodes that are not in the other; `None` where both are empty.
fn sides(vm: &mut Vm, one: &TableObject, other: &TableObject) -> Result<Option<Sides>, Raise> {
    let (one, other) = (nodes(vm, one)?, nodes(vm, other)?);
    let count = director(vm)?.borrow().names().len();
    let others = |side: &BTreeSet<usize>| (0..count).filter(|node| !side.contains(node)).collect();
    Ok(match (one.is_empty(), other.is_empty()) {
        (true, true) => None,
        (true, false) => Some((others(&other), other)),
        (false, true) => Some((one.clone(), others(&one))),
        (false, false) => Some((one, other)),
    })
}

fn length(interval: Interval) -> Result<Duration, Raise> {
    match Duration::try_from_secs_f64(interval.0) {
        Ok(length) if length <= LONGEST => Ok(length),
        Ok(_) => Err(Raise::error(format!("{} seconds are longer than a hundred years", interval.0))),
        Err(_) => Err(Raise::error(format!("{} seconds cannot pass", interval.0))),
    }
}

fn befall(vm: &mut Vm, topic: &Text, mischief: Mischief, probability: f64) -> Result<(), Raise> {
    if !(0.0..=1.0).contains(&probability) {
        return Err(Raise::error(format!("{probability} is no probability: it is from 0 to 1")));
    }
    director(vm)?.borrow_mut().befall(topic.as_bytes(), mischief, probability);
    Ok(())
}

/// The controlling script lives in the time of its cluster.
fn tell_time(vm: &mut Vm, director: &Rc<RefCell<dyn Director>>) {
    let now = director.borrow().now();
    vm.set_network_time(now.as_secs_f64());
}

/// Lets time pass until a condition holds, at most so much.
fn run_until(vm: &mut Vm, condition: &Rc<FuncObject>, longest: Duration) -> Result<bool, Raise> {
    let director = director(vm)?;
    let end = director.borrow().now() + longest;
    loop {
        director.borrow_mut().settle();
        tell_time(vm, &director);
        if matches!(vm.call(condition, &[])?, Value::Bool(true)) {
            return Ok(true);
        }
        let step = director.borrow_mut().step(end);
        match step {
            Step::Moved => {}
            Step::Passed => return Ok(false),
            Step::Over => return Err(Raise::exit(1)),
            Step::Quiet => {
                let situation = director.borrow().situation();
                let waits = format!("nothing can happen any more, and what is waited for is not so\n{situation}");
                vm.host.write_error(waits.as_bytes());
                return Ok(false);
            }
        }
    }
}

natives! {
    /// Starts a node that does not run, one that is about to end as soon as it has. What earlier lives left on its disk is
    /// there. One that runs goes on.
    fn "Sim::start" = "function(node: string)";
    |vm, node: Rc<Text>| -> () {
        with_node(vm, &node, |director, node| director.start(node))
    }

    /// Asks a node to end, as a signal does. It says farewell to the others while time passes. Nothing where it does not
    /// run.
    fn "Sim::stop" = "function(node: string)";
    |vm, node: Rc<Text>| -> () {
        with_node(vm, &node, |director, node| director.stop(node))
    }

    /// Ends a node without a word. What it had not brought to its disk is lost. Nothing where it does not run.
    fn "Sim::kill" = "function(node: string)";
    |vm, node: Rc<Text>| -> () {
        with_node(vm, &node, |director, node| director.kill(node))
    }

    /// Kills a node and starts it again at once.
    fn "Sim::restart" = "function(node: string)";
    |vm, node: Rc<Text>| -> () {
        with_node(vm, &node, |director, node| {
            director.kill(node);
            director.start(node);
        })
    }

    /// Tells whether a node runs.
    fn "Sim::is_running" = "function(node: string): bool";
    |vm, node: Rc<Text>| -> bool {
        with_node(vm, &node, |director, node| director.is_running(node))
    }

    /// Gives the names of all nodes.
    fn "Sim::nodes" = "function(): vector of string";
    |vm| -> Rc<VectorObject> {
        let names = director(vm)?.borrow().names();
        Ok(string_vector(names))
    }

    /// Lets nothing get through between two sets of nodes until `Sim::heal`; between one set and all other nodes where the
    /// second is empty. Messages wait; a connection on which nothing came for a minute breaks.
    fn "Sim::partition" = "function(one: set[string], other: set[string] &default=set())";
    |vm, one: Rc<TableObject>, other: Rc<TableObject>| -> () {
        let Some((one, other)) = sides(vm, &one, &other)? else {
            return Err(Raise::error("Sim::partition: no node is named"));
        };
        director(vm)?.borrow_mut().partition(one, other);
        Ok(())
    }

    /// Lets everything through again between two sets of nodes; between one set and all other nodes where the second is
    /// empty; without any, between all. What waited goes on.
    fn "Sim::heal" = "function(one: set[string] &default=set(), other: set[string] &default=set())";
    |vm, one: Rc<TableObject>, other: Rc<TableObject>| -> () {
        let sides = sides(vm, &one, &other)?;
        let director = director(vm)?;
        match sides {
            Some((one, other)) => director.borrow_mut().heal_between(one, other),
            None => director.borrow_mut().heal(),
        }
        Ok(())
    }

    /// Makes messages of topics with this prefix take longer, each with a probability of 0 to 1.
    fn "Sim::delay" = "function(topic: string, by: interval, probability: double &default=1.0)";
    |vm, topic: Rc<Text>, by: Interval, probability: f64| -> () {
        befall(vm, &topic, Mischief::Delay(length(by)?), probability)
    }

    /// Loses messages of topics with this prefix, each with a probability of 0 to 1.
    fn "Sim::drop" = "function(topic: string, probability: double &default=1.0)";
    |vm, topic: Rc<Text>, probability: f64| -> () {
        befall(vm, &topic, Mischief::Drop, probability)
    }

    /// Delivers messages of topics with this prefix twice, each with a probability of 0 to 1.
    fn "Sim::duplicate" = "function(topic: string, probability: double &default=1.0)";
    |vm, topic: Rc<Text>, probability: f64| -> () {
        befall(vm, &topic, Mischief::Duplicate, probability)
    }

    /// Leaves messages alone again: takes back what `Sim::delay`, `Sim::drop` and `Sim::duplicate` asked for.
    fn "Sim::leave_messages_alone" = "function()";
    |vm| -> () {
        director(vm)?.borrow_mut().leave_messages_alone();
        Ok(())
    }

    /// Keeps a node that runs from doing anything for so long, as if its process were stopped.
    fn "Sim::stall" = "function(node: string, length: interval)";
    |vm, node: Rc<Text>, stalled: Interval| -> () {
        let stalled = length(stalled)?;
        let runs = with_node(vm, &node, |director, node| {
            director.stall(node, stalled);
            director.is_running(node)
        })?;
        if runs { Ok(()) } else { Err(Raise::error(format!("{} does not run", text(&node)))) }
    }

    /// Fills the disk of a node, so that nothing can be written there, or makes room again.
    fn "Sim::fill_disk" = "function(node: string, full: bool &default=T)";
    |vm, node: Rc<Text>, full: bool| -> () {
        with_node(vm, &node, |director, node| director.fill_disk(node, full))
    }

    /// Puts the clock of a node ahead of the others, or behind them where `by` is negative.
    fn "Sim::skew" = "function(node: string, by: interval)";
    |vm, node: Rc<Text>, by: Interval| -> () {
        let most = LONGEST.as_secs_f64();
        if !(-most..=most).contains(&by.0) {
            return Err(Raise::error(format!("no clock is {} seconds ahead: a hundred years is most", by.0)));
        }
        with_node(vm, &node, |director, node| director.skew(node, by.0))
    }

    /// Lets so much time pass.
    fn "Sim::advance" = "function(length: interval)";
    |vm, passes: Interval| -> () {
        let director = director(vm)?;
        let end = director.borrow().now() + length(passes)?;
        let step = loop {
            let step = director.borrow_mut().step(end);
            if step != Step::Moved {
                break step;
            }
        };
        tell_time(vm, &director);
        if step == Step::Over { Err(Raise::exit(1)) } else { Ok(()) }
    }

    /// Lets time pass until a condition holds, and tells whether it does: not when so much time has passed, or when
    /// nothing can happen any more.
    fn "Sim::run_until" = "function(condition: function(): bool, longest: interval &default=1min): bool";
    |vm, condition: Rc<FuncObject>, longest: Interval| -> bool {
        let longest = length(longest)?;
        run_until(vm, &condition, longest)
    }

    /// Gives the value of an expression on a node, to be used with `as`: `Sim::eval("manager", "Cluster::worker_count")
    /// as count`.
    fn "Sim::eval" = "function(node: string, expression: string): any";
    |vm, node: Rc<Text>, expression: Rc<Text>| -> Value {
        let data = with_node(vm, &node, |director, node| director.evaluate(node, &text(&expression)))?;
        Ok(data_value(vm, data.map_err(Raise::error)?))
    }

    /// Gives the value of an expression on a node, as `print` shows it.
    fn "Sim::show" = "function(node: string, expression: string): string";
    |vm, node: Rc<Text>, expression: Rc<Text>| -> String {
        with_node(vm, &node, |director, node| director.describe(node, &text(&expression)))?.map_err(Raise::error)
    }

    /// Calls a function on a node and gives its result, to be used with `as`, or `T` where it has none:
    /// `Sim::call(node, function, arguments...)`.
    fn "Sim::call" = "function(va_args: any): any";
    |vm, arguments: Rest<'_>| -> Value {
        let (node, function, arguments) = deed(vm, "Sim::call", "a function", arguments)?;
        let data = with_node(vm, &node, |director, node| director.call(node, &function, &arguments))?;
        Ok(data_value(vm, data.map_err(Raise::error)?))
    }

    /// Raises an event on a node: `Sim::raise(node, event, arguments...)`. It is handled while time passes.
    fn "Sim::raise" = "function(va_args: any)";
    |vm, arguments: Rest<'_>| -> () {
        let (node, event, arguments) = deed(vm, "Sim::raise", "an event", arguments)?;
        with_node(vm, &node, |director, node| director.raise(node, &event, &arguments))?.map_err(Raise::error)
    }

    /// Gives what a node has printed since its first start.
    fn "Sim::output" = "function(node: string): string";
    |vm, node: Rc<Text>| -> Vec<u8> {
        with_node(vm, &node, |director, node| director.output(node))
    }

    /// Gives what a node has written to its standard error since its first start.
    fn "Sim::errors" = "function(node: string): string";
    |vm, node: Rc<Text>| -> Vec<u8> {
        with_node(vm, &node, |director, node| director.errors(node))
    }

    /// Gives the text of a file of a node, such as `cluster.log`; nothing where there is none.
    fn "Sim::file" = "function(node: string, path: string): string";
    |vm, node: Rc<Text>, path: Rc<Text>| -> Vec<u8> {
        with_node(vm, &node, |director, node| director.file(node, &text(&path)).unwrap_or_default())
    }

    /// Gives the names of a node's files.
    fn "Sim::files" = "function(node: string): vector of string";
    |vm, node: Rc<Text>| -> Rc<VectorObject> {
        with_node(vm, &node, |director, node| string_vector(director.files(node)))
    }

    /// Gives the names of the nodes that a node has a peering with, in the order of the layout.
    fn "Sim::peers" = "function(node: string): vector of string";
    |vm, node: Rc<Text>| -> Rc<VectorObject> {
        with_node(vm, &node, |director, node| string_vector(director.peers(node)))
    }

    /// Expects something. Where it is not so the run has failed, and goes on: the message is told with the time, the line
    /// that expects it, how the nodes are, and the last messages between them.
    fn "Sim::expect" = "function(holds: bool, message: string)";
    |vm, holds: bool, message: Rc<Text>| -> () {
        if !holds {
            let place = bro::place(&vm.program.sources, vm.place());
            let what = Some(text(&message)).filter(|what| !what.is_empty());
            let what = what.unwrap_or_else(|| "an expectation does not hold".to_owned());
            director(vm)?.borrow_mut().failed(&what, place.as_deref());
        }
        Ok(())
    }
}
