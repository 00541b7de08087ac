//! Which variables may be read before they have a value.
//!
//! A statement may be given up in the middle (an index that is not there, a call without result), so an assignment
//! counts only where nothing in its statement can fail that way. A variable that is never read unset needs no check,
//! and lives as a bare number where it is one.

use crate::hir::{Body, ExprId, ExprKind, GlobalId, LocalId, Part, Stmt, StmtKind};
use crate::types::TypeTag;

/// Deeper nested expressions are taken to do anything.
const MAX_DEPTH: usize = 2000;

/// For each variable, whether it may be read unset. `is_set` tells of globals that have a value already.
pub(super) fn maybe_unset(body: &Body, is_set: &dyn Fn(GlobalId) -> bool) -> Vec<bool> {
    let count = body.locals.len();
    let mut analysis = Analysis { body, is_set, assigned: vec![false; count], maybe: vec![false; count], depth: 0 };
    for index in 0..(body.parameters as usize).min(count) {
        analysis.assigned[index] = true;
    }
    // Captured values are what the enclosing frame had, perhaps nothing.
    let captures = body.parameters as usize..(body.parameters + body.captures) as usize;
    for index in captures.clone().filter(|&index| index < count) {
        analysis.maybe[index] = true;
    }
    let start = analysis.assigned.clone();
    if let Some(when) = &body.when {
        analysis.read(when.condition);
        analysis.statements(&body.root);
        analysis.assigned = start;
        analysis.statements(&when.timeout);
    } else {
        analysis.statements(&body.root);
    }
    analysis.maybe
}

struct Analysis<'a> {
    body: &'a Body,
    is_set: &'a dyn Fn(GlobalId) -> bool,
    assigned: Vec<bool>,
    maybe: Vec<bool>,
    depth: usize,
}

impl Analysis<'_> {
    fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            self.statement(&statement.kind);
        }
    }

    fn statement(&mut self, statement: &StmtKind) {
        match statement {
            StmtKind::Block(statements) => self.statements(statements),
            StmtKind::Expr(expr) => self.whole(&[*expr]),
            StmtKind::Print(exprs) | StmtKind::Event { arguments: exprs, .. } => self.whole(exprs),
            StmtKind::If { condition, then, otherwise } => {
                let before = self.assigned.clone();
                let failed = self.read(*condition);
                let start = self.assigned.clone();
                self.statements(then);
                let mut after = std::mem::replace(&mut self.assigned, start);
                self.statements(otherwise);
                both(&mut after, &self.assigned);
                if failed {
                    both(&mut after, &before);
                }
                self.assigned = after;
            }
            StmtKind::While { condition, body } => {
                let before = self.assigned.clone();
                let failed = self.read(*condition);
                let after = if failed { before } else { self.assigned.clone() };
                self.statements(body);
                self.assigned = after;
            }
            StmtKind::For(each) => {
                let before = self.assigned.clone();
                self.read(each.container);
                for local in each.keys.iter().flatten().chain(&each.value) {
                    self.assign(*local);
                }
                self.statements(&each.body);
                self.assigned = before;
            }
            StmtKind::Switch(switch) => {
                let before = self.assigned.clone();
                self.read(switch.subject);
                for case in &switch.cases {
                    // A case may be entered from the top as well as from the case before.
                    self.assigned.clone_from(&before);
                    for local in case.types.iter().filter_map(|(_, local)| *local) {
                        self.assign(local);
                    }
                    self.statements(&case.body);
                }
                self.assigned = before;
            }
            StmtKind::Null => {}
            StmtKind::Next | StmtKind::Break | StmtKind::Fallthrough => self.unreachable(),
            StmtKind::Return(expr) => {
                if let Some(expr) = expr {
                    self.read(*expr);
                }
                self.unreachable();
            }
            StmtKind::Add(expr) | StmtKind::Delete(expr) => {
                self.whole(&[*expr]);
            }
            StmtKind::When(when) => {
                let before = self.assigned.clone();
                if let Some(timeout) = when.timeout {
                    self.read(timeout);
                }
                self.assigned = before;
                // A capture copies whatever is there, set or not; so its home must be able to be unset.
                for capture in &when.captures {
                    self.use_of(capture.outer);
                }
            }
            StmtKind::Assert { condition, message } => {
                let before = self.assigned.clone();
                self.read(*condition);
                if let Some(message) = message {
                    self.read(*message);
                }
                self.assigned = before;
            }
            StmtKind::Init(locals, _) => {
                for local in locals {
                    let starts_set =
                        self.body.locals.get(local.0 as usize).is_some_and(|local| {
                            matches!(local.ty.tag(), TypeTag::Table | TypeTag::Set | TypeTag::Vector)
                        });
                    if let Some(place) = self.assigned.get_mut(local.0 as usize) {
                        *place = starts_set;
                    }
                }
            }
        }
    }

    /// Behind a jump everything counts as assigned: what follows is not reached from here.
    fn unreachable(&mut self) {
        self.assigned.fill(true);
    }

    /// Expressions that make up a statement: what they assign counts only if all of it runs.
    fn whole(&mut self, exprs: &[ExprId]) {
        let before = self.assigned.clone();
        let mut failed = false;
        for expr in exprs {
            failed |= self.read(*expr);
        }
        if failed {
            self.assigned = before;
        }
    }

    fn assign(&mut self, local: LocalId) {
        if let Some(place) = self.assigned.get_mut(local.0 as usize) {
            *place = true;
        }
    }

    /// Notes a use of a variable; true where it may be unset.
    fn use_of(&mut self, local: LocalId) -> bool {
        let index = local.0 as usize;
        if !self.assigned.get(index).copied().unwrap_or(false)
            && let Some(place) = self.maybe.get_mut(index)
        {
            *place = true;
        }
        self.maybe.get(index).copied().unwrap_or(true)
    }

    fn read_all(&mut self, exprs: &[ExprId]) -> bool {
        let mut failed = false;
        for expr in exprs {
            failed |= self.read(*expr);
        }
        failed
    }

    /// Reads an expression; true where it may have no value, which gives up the statement.
    fn read(&mut self, id: ExprId) -> bool {
        let Some(expr) = self.body.exprs.get(id.0 as usize) else { return true };
        if self.depth > MAX_DEPTH {
            self.assigned.fill(false);
            self.maybe.fill(true);
            return true;
        }
        self.depth += 1;
        let failed = self.read_kind(&expr.kind);
        self.depth -= 1;
        failed
    }

    fn read_kind(&mut self, kind: &ExprKind) -> bool {
        match kind {
            ExprKind::Const(_) => false,
            ExprKind::Local(local) => self.use_of(*local),
            ExprKind::Global(global) => !(self.is_set)(*global),
            ExprKind::Unary(_, a)
            | ExprKind::Field(a, _)
            | ExprKind::HasField(a, _)
            | ExprKind::Copy(a)
            | ExprKind::Size(a)
            | ExprKind::Convert(_, a)
            | ExprKind::Cast(a)
            | ExprKind::Sequence(a)
            | ExprKind::Is(a, _) => self.read(*a),
            ExprKind::Increment { target, .. } => {
                self.read(*target);
                true
            }
            ExprKind::Binary(op, a, b) => {
                let left = self.read(*a);
                if matches!(op, crate::hir::BinaryOp::And | crate::hir::BinaryOp::Or) {
                    let before = self.assigned.clone();
                    let right = self.read(*b);
                    self.assigned = before;
                    return left | right;
                }
                left | self.read(*b) | self.is_vector(*a) | self.is_vector(*b)
            }
            ExprKind::Conditional(condition, a, b) => {
                let failed = self.read(*condition) | self.is_vector(*condition);
                let before = self.assigned.clone();
                let left = self.read(*a);
                let mut after = std::mem::replace(&mut self.assigned, before);
                let right = self.read(*b);
                both(&mut after, &self.assigned);
                self.assigned = after;
                failed | left | right
            }
            ExprKind::Assign(target, value) => {
                let failed = self.read(*value);
                match self.body.exprs.get(target.0 as usize).map(|target| &target.kind) {
                    // Where the value fails the whole statement does, so the assignment may be noted here.
                    Some(ExprKind::Local(local)) => {
                        if !failed {
                            self.assign(*local);
                        }
                        failed
                    }
                    Some(ExprKind::List(parts)) => failed | self.assign_list(parts, failed),
                    Some(ExprKind::Global(_)) | None => failed,
                    _ => {
                        self.read(*target);
                        true
                    }
                }
            }
            ExprKind::AddTo(target, value) | ExprKind::RemoveFrom(target, value) => {
                let target = self.read(*target);
                target | self.read(*value)
            }
            ExprKind::Index { container, indices } | ExprKind::In { indices, container } => {
                let failed = self.read(*container);
                let failed = self.read_all(indices) | failed;
                failed || matches!(kind, ExprKind::Index { .. })
            }
            ExprKind::Slice { container, low, high } => {
                self.read_all(&[*container, *low, *high]);
                true
            }
            ExprKind::Record(fields) => {
                for (_, value) in fields {
                    self.read(*value);
                }
                // Defaults run scripts.
                true
            }
            ExprKind::Table { entries, .. } => {
                let mut failed = false;
                for (key, value) in entries {
                    failed |= self.read_all(key);
                    failed |= self.read(*value);
                }
                failed
            }
            ExprKind::Set { entries, .. } => {
                let mut failed = false;
                for key in entries {
                    failed |= self.read_all(key);
                }
                failed
            }
            ExprKind::Vector(parts) | ExprKind::List(parts) => self.read_all(parts),
            ExprKind::Call { callee, arguments } => {
                self.read(*callee);
                self.read_all(arguments);
                true
            }
            ExprKind::Schedule { delay, arguments, .. } => {
                self.read(*delay);
                self.read_all(arguments);
                true
            }
            ExprKind::Lambda { captures, .. } => {
                for capture in captures {
                    self.use_of(capture.outer);
                }
                false
            }
            ExprKind::Merged { container, parts } => {
                self.read(*container);
                for part in parts {
                    match part {
                        Part::Flatten(from) => {
                            self.read(*from);
                        }
                        Part::Product { columns, value } => {
                            for (column, _) in columns {
                                self.read(*column);
                            }
                            if let Some(value) = value {
                                self.read(*value);
                            }
                        }
                    }
                }
                true
            }
            ExprKind::Thunk(_) | ExprKind::Invalid(_) => true,
        }
    }

    fn assign_list(&mut self, parts: &[ExprId], failed: bool) -> bool {
        let mut all = false;
        for part in parts {
            match self.body.exprs.get(part.0 as usize).map(|part| &part.kind) {
                Some(ExprKind::Local(local)) => {
                    if !failed {
                        self.assign(*local);
                    }
                }
                Some(ExprKind::Global(_)) | None => {}
                _ => {
                    self.read(*part);
                    all = true;
                }
            }
        }
        all
    }

    fn is_vector(&self, id: ExprId) -> bool {
        self.body.exprs.get(id.0 as usize).is_none_or(|expr| expr.ty.is(TypeTag::Vector))
    }
}

/// Keeps what is assigned in both.
fn both(into: &mut [bool], other: &[bool]) {
    for (into, other) in into.iter_mut().zip(other) {
        *into &= other;
    }
}
