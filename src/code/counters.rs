//! How often statements ran, for those who ask.
//!
//! Whether anything is counted is decided when a body becomes code: with counters at hand a statement begins with an
//! instruction that counts it, otherwise nothing of all this is in the code. A counter belongs to a place in the
//! source, so it outlives the code, and what is made anew goes on counting where it stood.

use rustc_hash::FxHashMap;

use crate::hir::{Body, Stmt, StmtKind};
use crate::source::Span;

/// What has a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    Statement(Span),
    /// A body, each time that it begins; the body of a `when` each time that its condition holds.
    Body(Span),
}

/// A counter for each thing that became code.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    numbers: FxHashMap<Counted, u32>,
    counts: Vec<u64>,
}

impl Counters {
    /// The number of the counter, which is made where there is none yet.
    pub fn number(&mut self, counted: Counted) -> u32 {
        let next = self.counts.len() as u32;
        let number = *self.numbers.entry(counted).or_insert(next);
        if number == next {
            self.counts.push(0);
        }
        number
    }

    pub fn count(&mut self, number: u32) {
        if let Some(count) = self.counts.get_mut(number as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// How often it ran; 0 for what never became code.
    pub fn get(&self, counted: Counted) -> u64 {
        let number = self.numbers.get(&counted);
        number.and_then(|number| self.counts.get(*number as usize)).copied().unwrap_or(0)
    }
}

/// Whether a statement is one that is written, and does something. Blocks are what is in them.
pub fn is_counted(statement: &Stmt) -> bool {
    !statement.span.is_none() && !matches!(statement.kind, StmtKind::Block(_) | StmtKind::Init(_, None))
}

/// The statements of a body in the order of the text, those inside others behind them.
pub fn statements(body: &Body) -> Vec<&Stmt> {
    let mut found = Vec::new();
    let timeout = body.when.as_ref().map_or(&[][..], |when| &when.timeout);
    let mut open: Vec<&Stmt> = body.root.iter().chain(timeout).rev().collect();
    while let Some(statement) = open.pop() {
        found.push(statement);
        match &statement.kind {
            StmtKind::Block(inner) | StmtKind::While { body: inner, .. } => open.extend(inner.iter().rev()),
            StmtKind::For(each) => open.extend(each.body.iter().rev()),
            StmtKind::If { then, otherwise, .. } => open.extend(then.iter().chain(otherwise).rev()),
            StmtKind::Switch(switch) => open.extend(switch.cases.iter().flat_map(|case| &case.body).rev()),
            _ => {}
        }
    }
    found
}
