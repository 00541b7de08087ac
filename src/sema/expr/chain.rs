//! Binary operators in a row: `a op b op c ...`.
//!
//! However long, they are walked and not recursed into. Where it makes no difference which of the same operators comes
//! first (`&&` and `||` of bools, `+` of strings) a long row becomes a balanced tree: its depth, and for strings the
//! work, stay small.

use super::literal_subnet;
use crate::hir::{ExprId, ExprKind};
use crate::sema::Checker;
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, UnaryOp};
use crate::types::{Type, TypeTag};

/// From so many equal operators on, a row is balanced.
const LONG: usize = 32;

/// An operator, its right operand, and the span from the beginning to that operand.
type Link<'a> = (BinaryOp, &'a ast::Expr, Span);

impl Checker<'_> {
    pub(super) fn check_binary_chain(&mut self, expr: &ast::Expr) -> ExprId {
        let (leftmost, links) = links(expr);
        let mut left = self.check(leftmost);
        let mut rest = &links[..];
        if let [(BinaryOp::Divide, right, span), behind @ ..] = rest
            && let Some(net) = literal_subnet(leftmost, right)
        {
            left = self.add(ExprKind::Const(net), Type::subnet(), *span);
            rest = behind;
        }
        while let Some((op, ..)) = rest.first() {
            let equal = rest.iter().take_while(|(other, ..)| other == op).count();
            let (row, behind) = rest.split_at(equal);
            left = if equal >= LONG && matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Add) {
                self.check_row(*op, left, row)
            } else {
                row.iter().fold(left, |left, link| self.check_link(left, link))
            };
            rest = behind;
        }
        left
    }

    fn check_link(&mut self, left: ExprId, (op, right, span): &Link<'_>) -> ExprId {
        match op {
            BinaryOp::In => self.check_in(left, right, *span),
            BinaryOp::NotIn => {
                let inside = self.check_in(left, right, *span);
                if self.is_error(inside) {
                    inside
                } else {
                    self.add(ExprKind::Unary(UnaryOp::Not, inside), Type::bool(), *span)
                }
            }
            _ => {
                let right = self.check(right);
                self.check_binary(*op, left, right, *span)
            }
        }
    }

    /// Many operands with the same operator between them.
    fn check_row(&mut self, op: BinaryOp, left: ExprId, row: &[Link<'_>]) -> ExprId {
        let mut operands = vec![left];
        operands.extend(row.iter().map(|(_, right, _)| self.check(right)));
        let wanted = if op == BinaryOp::Add { TypeTag::String } else { TypeTag::Bool };
        if operands.iter().any(|id| self.tag(*id) != wanted) {
            let links = row.iter().zip(operands.iter().skip(1));
            return links.fold(left, |left, ((op, _, span), right)| self.check_binary(*op, left, *right, *span));
        }
        // Neighbours are joined until one is left.
        while operands.len() > 1 {
            operands = operands.chunks(2).map(|pair| self.joined(op, pair)).collect();
        }
        operands.first().copied().unwrap_or(left)
    }

    fn joined(&mut self, op: BinaryOp, pair: &[ExprId]) -> ExprId {
        match *pair {
            [left, right] => {
                let span = self.span(left).to(self.span(right));
                self.check_binary(op, left, right, span)
            }
            [single, ..] => single,
            [] => self.invalid("?", Span::NONE),
        }
    }
}

/// The leftmost operand and the operators behind it.
fn links(expr: &ast::Expr) -> (&ast::Expr, Vec<Link<'_>>) {
    let mut links = Vec::new();
    let mut leftmost = expr;
    loop {
        leftmost = match &leftmost.kind {
            ast::ExprKind::Binary(op, left, right) => {
                links.push((*op, &**right, leftmost.span));
                left
            }
            ast::ExprKind::Chain(first, rest) => {
                links.extend(rest.iter().rev().map(|(op, right)| (*op, right, first.span.to(right.span))));
                first
            }
            _ => break,
        };
    }
    links.reverse();
    (leftmost, links)
}
