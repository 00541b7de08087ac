//! `when`: a condition waited for, with the locals of its function copied along.

use crate::diag::Code;
use crate::hir::{BodyKind, GlobalId, When, WhenRoots};
use crate::program::BodyEntry;
use crate::sema::errors::Object;
use crate::sema::names::free_names;
use crate::sema::{Checker, Context};
use crate::source::{Span, Symbol};
use crate::syntax::ast;
use crate::syntax::visit;
use crate::types::TypeTag;

impl Checker<'_> {
    pub(super) fn check_when(&mut self, when: &ast::WhenStmt, span: Span) -> Option<When> {
        let timeout = match &when.timeout {
            Some((timeout, _)) => {
                let id = self.check_value(timeout);
                if !matches!(self.tag(id), TypeTag::Interval | TypeTag::Time | TypeTag::Error) {
                    let message = "when timeout requires a time or time interval";
                    self.error(Code::BadStatement, &Object::Expr(id), message);
                    return None;
                }
                Some(id)
            }
            None => None,
        };
        let (name, result) = {
            let context = self.context();
            (context.name, context.result.clone())
        };
        let captures = self.when_captures(when);
        let context = Context::new(name, BodyKind::When, result);
        let captured = self.enter_with_captures(context, &captures);
        let condition = self.check_value(&when.condition);
        self.require_bool(condition, "conditional in test must be boolean");
        let mut watched: Vec<GlobalId> = std::mem::take(&mut self.context().mentioned);
        watched.sort_unstable();
        watched.dedup();
        let root = self.check_branch(&when.body);
        let otherwise = match &when.timeout {
            Some((_, block)) => self.check_block(block),
            None => Vec::new(),
        };
        self.context().when = Some(WhenRoots { condition, timeout: otherwise });
        let body = self.finish(root, span);
        let body = self.program.add_body(BodyEntry::Typed(body));
        Some(When { body, captures: captured, timeout, is_return: when.is_return, watched })
    }

    /// Every local of the enclosing body that the statement mentions, deep copied as Bro copies the frame, unless a
    /// capture list says otherwise.
    fn when_captures(&self, when: &ast::WhenStmt) -> Vec<(Symbol, bool)> {
        if let Some(listed) = &when.captures {
            return listed.iter().map(|capture| (capture.name.name, capture.copy)).collect();
        }
        let mut declared = Vec::new();
        let mut mentioned = Vec::new();
        let mut mention = |name, _| mentioned.push(name);
        let mut declare = |name| declared.push(name);
        visit::names_in_condition(&when.condition, &mut mention, &mut declare);
        visit::names_in_stmt(&when.body, &mut mention, &mut declare);
        if let Some((_, block)) = &when.timeout {
            visit::names_in_block(block, &mut mention, &mut declare);
        }
        free_names(&mentioned, &declared)
            .into_iter()
            .filter(|name| self.contexts.last().is_some_and(|context| context.by_name.contains_key(name)))
            .map(|name| (name, true))
            .collect()
    }
}
