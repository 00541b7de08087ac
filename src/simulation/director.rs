//! The simulation as a controlling script has it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::rc::Rc;
use std::time::Duration;

use super::node::Node;
use super::{Simulation, Stage, scenario};
use crate::broker::{from_data, to_data};
use crate::builtins::sim::{Director, Mischief, Step};
use crate::engine::Engine;
use crate::types::{TypeKind, TypeRef};
use crate::value::{FuncObject, Value};
use crate::vm::Raise;
use crate::wire::{Data, Real};

impl Director for Simulation {
    fn find(&self, name: &str) -> Option<usize> {
        Simulation::find(self, name)
    }

    fn names(&self) -> Vec<String> {
        Simulation::names(self)
    }

    fn start(&mut self, node: usize) {
        Simulation::start(self, node);
    }

    fn stop(&mut self, node: usize) {
        Simulation::stop(self, node);
    }

    fn kill(&mut self, node: usize) {
        Simulation::kill(self, node);
    }

    fn is_running(&self, node: usize) -> bool {
        matches!(self.stage(node), Stage::Running | Stage::Stopping)
    }

    fn partition(&mut self, one: BTreeSet<usize>, other: BTreeSet<usize>) {
        Simulation::partition(self, one, other);
    }

    fn heal(&mut self) {
        Simulation::heal(self);
    }

    fn heal_between(&mut self, one: BTreeSet<usize>, other: BTreeSet<usize>) {
        Simulation::heal_between(self, one, other);
    }

    fn befall(&mut self, prefix: &[u8], mischief: Mischief, probability: f64) {
        self.rule(prefix, mischief, probability);
    }

    fn leave_messages_alone(&mut self) {
        Simulation::leave_messages_alone(self);
    }

    fn stall(&mut self, node: usize, length: Duration) {
        Simulation::stall(self, node, length);
    }

    fn fill_disk(&mut self, node: usize, full: bool) {
        Simulation::fill_disk(self, node, full);
    }

    fn skew(&mut self, node: usize, seconds: f64) {
        Simulation::skew(self, node, seconds);
    }

    fn settle(&mut self) {
        Simulation::settle(self);
    }

    fn step(&mut self, end: Duration) -> Step {
        Simulation::step(self, end)
    }

    fn now(&self) -> Duration {
        Simulation::now(self)
    }

    fn evaluate(&mut self, node: usize, expression: &str) -> Result<Data, String> {
        let value = self.value(node, expression)?;
        let data = self.with_engine(node, |engine| to_data(&mut engine.vm, &value));
        data.unwrap_or(Ok(Data::None)).map_err(|unsupported| unsupported.0)
    }

    fn describe(&mut self, node: usize, expression: &str) -> Result<String, String> {
        Ok(String::from_utf8_lossy(&self.value(node, expression)?.describe()).into_owned())
    }

    fn call(&mut self, node: usize, function: &str, arguments: &[Data]) -> Result<Data, String> {
        let Value::Func(callee) = self.value(node, function)? else { return Err(format!("{function} is no function")) };
        self.ask(node, |engine| call(engine, &callee, arguments))?
    }

    fn raise(&mut self, node: usize, event: &str, arguments: &[Data]) -> Result<(), String> {
        self.ask(node, |engine| Ok(raise(engine, event, arguments)))?
    }

    fn output(&self, node: usize) -> Vec<u8> {
        Simulation::output(self, node)
    }

    fn errors(&self, node: usize) -> Vec<u8> {
        Simulation::errors(self, node)
    }

    fn file(&self, node: usize, path: &str) -> Option<Vec<u8>> {
        Simulation::file(self, node, path)
    }

    fn files(&self, node: usize) -> Vec<String> {
        Simulation::files(self, node)
    }

    fn peers(&self, node: usize) -> Vec<String> {
        let peers = self.network.borrow().peers(node);
        let names = self.names();
        peers.into_iter().filter_map(|peer| names.get(peer).cloned()).collect()
    }

    fn situation(&self) -> String {
        let mut text = String::new();
        let names = self.names();
        let since = |time: Duration| time.saturating_sub(super::START).as_secs_f64();
        let _ = writeln!(text, "  the nodes at {:.6}:", since(self.now()));
        for (number, name) in names.iter().enumerate() {
            let peers = some_of(&self.peers(number));
            let _ = match self.stage(number) {
                Stage::Running => writeln!(text, "    {name} runs, peers with {peers}{}", self.waits(number)),
                Stage::Stopping => writeln!(text, "    {name} says farewell to {peers}"),
                Stage::Absent => writeln!(text, "    {name} was not started"),
                Stage::Ended(status) => writeln!(text, "    {name} has ended with status {status}"),
                Stage::Killed => writeln!(text, "    {name} was killed"),
            };
        }
        let last = self.last_messages();
        if !last.is_empty() {
            text.push_str("  the last messages:\n");
        }
        for passage in last {
            let name = |node: usize| names.get(node).map_or(scenario::NAME, String::as_str);
            let came = passage.came.map_or("lost".to_owned(), |came| format!("{:.6}", since(came)));
            let (from, to) = (name(passage.from), name(passage.to));
            let line = format!("    {came} {from} to {to}: {} {} {}", passage.kind, passage.topic, passage.what);
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    fn failed(&mut self, what: &str, place: Option<&str>) {
        let at = self.now().saturating_sub(super::START).as_secs_f64();
        let place = place.map_or(String::new(), |place| format!(" ({place})"));
        let failure = format!("{what}, at {at:.6}{place}\n{}", self.situation());
        self.failures.push(failure);
    }
}

impl Simulation {
    /// Has a node's scripts work.
    fn ask<R>(&mut self, node: usize, work: impl FnOnce(&mut Engine) -> Result<R, Raise>) -> Result<R, String> {
        self.with_node(node, |node| node.ask(work))
    }

    fn value(&mut self, node: usize, expression: &str) -> Result<Value, String> {
        self.with_node(node, |node| node.evaluate(expression))
    }

    fn with_node<R>(&mut self, node: usize, work: impl FnOnce(&mut Node) -> Result<R, String>) -> Result<R, String> {
        let found = self.nodes.get_mut(node).ok_or("there is no such node")?;
        let result = work(found);
        self.was_disturbed(node);
        result
    }

    /// What a node waits for, besides messages.
    fn waits(&self, node: usize) -> String {
        let since = |time: Duration| time.saturating_sub(super::START).as_secs_f64();
        if let Some(until) = self.stalled.get(&node) {
            return format!(", is held up until {:.6}", since(*until));
        }
        match self.wake_of.get(node).copied().flatten() {
            Some(at) => format!(", has something to do at {:.6}", since(at)),
            None => ", waits for messages".to_owned(),
        }
    }
}

/// Names for somebody who reads them: the first ones of many.
fn some_of(names: &[String]) -> String {
    const MOST: usize = 12;
    match names.split_at_checked(MOST) {
        _ if names.is_empty() => "nobody".to_owned(),
        Some((first, rest)) if !rest.is_empty() => format!("{} and {} more", first.join(", "), rest.len()),
        _ => names.join(", "),
    }
}

/// The arguments of a function or event as it takes them, with its defaults for those that are not given.
fn fitting(engine: &mut Engine, function: &FuncObject, arguments: &[Data]) -> Result<Vec<Value>, String> {
    let name = function.name;
    let parameters = &function.ty.as_func().ok_or_else(|| format!("{name} is no function"))?.parameters;
    let least = parameters.iter().rposition(|parameter| parameter.default.is_none()).map_or(0, |last| last + 1);
    if !(least..=parameters.len()).contains(&arguments.len()) {
        let takes = match parameters.len() {
            1 if least == 1 => "1 argument".to_owned(),
            most if most == least => format!("{most} arguments"),
            most => format!("{least} to {most} arguments"),
        };
        return Err(format!("{name} takes {takes}, not {}", arguments.len()));
    }
    let mut values = Vec::new();
    for (data, parameter) in arguments.iter().zip(parameters) {
        match from_data(&mut engine.vm, &coerced(data, &parameter.ty), &parameter.ty) {
            Ok(Some(value)) => values.push(value),
            _ => return Err(format!("{} is no {}", String::from_utf8_lossy(&data.to_text()), parameter.ty)),
        }
    }
    for default in parameters.iter().skip(arguments.len()).filter_map(|parameter| parameter.default) {
        let value = engine.vm.thunk(default).map_err(|raise| format!("{name}: {raise}"))?;
        values.push(value);
    }
    Ok(values)
}

/// A number as a call in a script would take it: what is written as a count may go where an int or a double is wanted.
fn coerced<'a>(data: &'a Data, ty: &TypeRef) -> Cow<'a, Data> {
    let number = match (data, &ty.kind) {
        (Data::Count(number), TypeKind::Int) => i64::try_from(*number).ok().map(Data::Integer),
        (Data::Count(number), TypeKind::Double) => Some(Data::Real(Real(*number as f64))),
        (Data::Integer(number), TypeKind::Double) => Some(Data::Real(Real(*number as f64))),
        _ => None,
    };
    number.map_or(Cow::Borrowed(data), Cow::Owned)
}

fn raise(engine: &mut Engine, event: &str, arguments: &[Data]) -> Result<(), String> {
    let Some(Value::Func(function)) = engine.vm.global_by_name(event) else {
        return Err(format!("there is no event {event} there"));
    };
    let arguments = fitting(engine, &function, arguments)?;
    engine.vm.queue_event(&function, arguments);
    Ok(())
}

/// The outer result is that of a script that calls `exit`.
fn call(engine: &mut Engine, function: &Rc<FuncObject>, arguments: &[Data]) -> Result<Result<Data, String>, Raise> {
    let arguments = match fitting(engine, function, arguments) {
        Ok(arguments) => arguments,
        Err(what) => return Ok(Err(what)),
    };
    Ok(match engine.call(function, &arguments)? {
        Some(value) if value.is_set() => to_data(&mut engine.vm, &value).map_err(|unsupported| unsupported.0),
        Some(_) => Ok(Data::Bool(true)),
        None => Err(format!("{} failed there, as the node said itself", function.name)),
    })
}
