//! What is seen of a run: the lines that its nodes and its scenario write, and which nodes failed.

use std::cell::RefCell;
use std::rc::Rc;

use super::NAME;
use crate::cli::output::print;
use crate::simulation::{Line, START, Simulation, Stage};

/// What nodes and the scenario have written.
#[derive(Default)]
pub(super) struct Shown {
    /// It is printed as it comes.
    pub(super) is_aloud: bool,
    /// What was not printed.
    pub(super) kept: String,
    /// Whether what was printed could be.
    pub(super) status: i32,
}

impl Shown {
    fn add(&mut self, line: &str) {
        if !self.is_aloud {
            self.kept += line;
        } else if self.status == 0 {
            self.status = print(NAME, line);
        }
    }
}

/// Has what nodes and the scenario write shown as it comes, or kept.
pub(super) fn show(simulation: &mut Simulation, shown: &Rc<RefCell<Shown>>) {
    let names = simulation.names();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    let shown = shown.clone();
    simulation.listen(move |line| shown.borrow_mut().add(&as_shown(&line, &names, width)));
}

/// The nodes that failed, with what they said: once for all that said the same.
pub(super) fn failed_nodes(simulation: &Simulation) -> Vec<String> {
    let mut failed: Vec<(String, String, Vec<String>)> = Vec::new();
    for (node, name) in simulation.names().into_iter().enumerate() {
        let what = match simulation.stage(node) {
            Stage::Ended(status) if status != 0 => format!("ended with status {status}"),
            _ if simulation.was_cut_off(node) => "would have gone on for ever".to_owned(),
            _ => continue,
        };
        let errors = String::from_utf8_lossy(&simulation.errors(node)).into_owned();
        match failed.iter_mut().find(|(known, said, _)| *known == what && *said == errors) {
            Some((_, _, names)) => names.push(name),
            None => failed.push((what, errors, vec![name])),
        }
    }
    failed.into_iter().map(|(what, errors, names)| format!("{} {what}\n{errors}", names.join(", "))).collect()
}

/// A line of a node with its time and name; one of a scenario as it is.
fn as_shown(line: &Line, names: &[String], width: usize) -> String {
    let Line { at, node, is_error, text } = line;
    let Some(name) = node.and_then(|node| names.get(node)) else { return format!("{text}\n") };
    let (at, mark) = (at.saturating_sub(START).as_secs_f64(), if *is_error { '!' } else { '|' });
    format!("{at:>12.6} {name:<width$} {mark} {text}\n")
}
