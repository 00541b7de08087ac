//! Long rows of operators, which lean to the left: `((a + b) + c) + d ...`.
//!
//! Lowering recurses into operands. So the left part of a long row is evaluated piece by piece, innermost first, into
//! one register, and counts as evaluated from then on.

use super::super::Home;
use super::{Lower, Lowerer};
use crate::code::Kind;
use crate::hir::{BinaryOp, ExprId, ExprKind};

/// Operators that are lowered by recursion at once.
const PIECE: usize = 16;

impl Lowerer<'_, '_> {
    /// Where a part that is evaluated already stands.
    pub(super) fn partial(&self, id: ExprId) -> Option<Home> {
        self.partial.iter().rev().find(|(part, _)| *part == id).map(|(_, home)| *home)
    }

    /// Evaluates the left part of a long row. Gives how many parts there were before, to be cut back to when the row is
    /// done; the registers are given back by the caller too.
    pub(super) fn shorten(&mut self, id: ExprId) -> Lower<usize> {
        let before = self.partial.len();
        let mut spine = Vec::new();
        let mut left = id;
        while let ExprKind::Binary(op, next, _) = self.expr(left)?.kind
            && !self.is_logic(op, next)?
            && self.partial(left).is_none()
        {
            spine.push(left);
            left = next;
        }
        if spine.len() <= PIECE {
            return Ok(before);
        }
        let mut homes: [Option<Home>; 2] = [None, None];
        for part in spine.into_iter().rev().skip(PIECE - 1).step_by(PIECE) {
            if part == id {
                break;
            }
            let kind = self.kind_of(part)?;
            let index = usize::from(kind.is_some());
            let home = match (homes.get(index).copied().flatten(), kind) {
                (Some(Home::Number(_, register)), Some(kind)) => Home::Number(kind, register),
                (Some(home), _) => home,
                (None, Some(kind)) => Home::Number(kind, self.number_register()?),
                (None, None) => Home::Value(self.value_register()?),
            };
            match home {
                Home::Number(_, to) => self.number_into(part, to)?,
                Home::Value(to) => self.value_into_raw(part, to)?,
            }
            if let Some(place) = homes.get_mut(index) {
                *place = Some(home);
            }
            self.partial.truncate(before);
            self.partial.push((part, home));
        }
        Ok(before)
    }

    /// `&&` and `||` evaluate their right side only if needed.
    fn is_logic(&self, op: BinaryOp, left: ExprId) -> Lower<bool> {
        Ok(matches!(op, BinaryOp::And | BinaryOp::Or) && self.kind_of(left)? == Some(Kind::Bool))
    }
}
