//! Operators: how tightly they bind.
//!
//! The grammar reads operands and operators as a flat chain; one table here makes a tree of it. That keeps the
//! parser's tables small, and an operand without operators costs no walk through a level per precedence.

use super::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use super::feed::GrammarError;
use crate::source::Span;

/// How tightly an operator binds: higher is tighter. All associate to the left, but comparisons do not associate.
pub(super) fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual => COMPARISON,
        BinaryOp::In | BinaryOp::NotIn => 4,
        BinaryOp::BitOr => 5,
        BinaryOp::BitXor => 6,
        BinaryOp::BitAnd => 7,
        BinaryOp::ShiftLeft | BinaryOp::ShiftRight => 8,
        BinaryOp::Add | BinaryOp::Subtract => 9,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => 10,
    }
}

/// One more than the highest precedence.
pub(super) const PRECEDENCES: usize = 11;

const COMPARISON: u8 = 3;

/// Unary operators bind tighter than all binary ones. `hook` takes whatever binds at least like a comparison, as in
/// Bro; only a call is right there.
#[derive(Clone, Copy, Debug)]
pub(super) enum PrefixOp {
    Unary(UnaryOp),
    Hook,
}

#[derive(Debug)]
pub(super) struct Prefix {
    pub(super) op: PrefixOp,
    pub(super) span: Span,
}

/// A value with the operators in front of it, the outermost first.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) prefixes: Vec<Prefix>,
    pub(super) value: Expr,
}

/// Operands with operators between them.
#[derive(Debug)]
pub(super) struct Chain {
    first: Box<Operand>,
    rest: Vec<(BinaryOp, Span, Operand)>,
}

impl Chain {
    pub(super) fn new(first: Operand) -> Self {
        Chain { first: Box::new(first), rest: Vec::new() }
    }

    #[must_use]
    pub(super) fn push(mut self, op: BinaryOp, span: Span, operand: Operand) -> Self {
        self.rest.push((op, span, operand));
        self
    }
}

/// So many operators of one precedence nest in the tree; more of them make a chain.
pub(super) const NESTED: usize = 3;

/// The tree of a chain. Recurses once per precedence and `hook` at most.
pub(super) fn fold(chain: Chain) -> Result<Expr, GrammarError> {
    let Chain { first, rest } = chain;
    let mut folding = Folding { rest: rest.into_iter().peekable() };
    let left = folding.operand(*first)?;
    folding.operators(left, 0)
}

struct Folding {
    rest: std::iter::Peekable<std::vec::IntoIter<(BinaryOp, Span, Operand)>>,
}

impl Folding {
    /// Takes the operators that bind at least like `least`, the first with `left` before it.
    fn operators(&mut self, left: Expr, least: u8) -> Result<Expr, GrammarError> {
        let mut compared = false;
        // Operators of one precedence that follow each other, with the operands behind them.
        let (mut left, mut run, mut run_level) = (left, Vec::new(), 0);
        while let Some((op, span, operand)) = self.rest.next_if(|(op, ..)| precedence(*op) >= least) {
            let level = precedence(op);
            if level == COMPARISON && compared {
                return Err(GrammarError::ChainedComparison(span));
            }
            compared = level == COMPARISON;
            if level != run_level {
                left = joined(left, std::mem::take(&mut run));
                run_level = level;
            }
            let right = self.operand(operand)?;
            run.push((op, self.operators(right, level + 1)?));
        }
        Ok(joined(left, run))
    }

    fn operand(&mut self, operand: Operand) -> Result<Expr, GrammarError> {
        let mut value = operand.value;
        for prefix in operand.prefixes.into_iter().rev() {
            value = match prefix.op {
                PrefixOp::Unary(op) => {
                    let span = prefix.span.to(value.span);
                    Expr { kind: ExprKind::Unary(op, Box::new(value)), span }
                }
                PrefixOp::Hook => hook(self.operators(value, COMPARISON)?, prefix.span),
            };
        }
        Ok(value)
    }
}

fn joined(left: Expr, run: Vec<(BinaryOp, Expr)>) -> Expr {
    if run.len() > NESTED {
        let span = run.last().map_or(left.span, |(_, last)| left.span.to(last.span));
        return Expr { kind: ExprKind::Chain(Box::new(left), run), span };
    }
    run.into_iter().fold(left, |left, (op, right)| {
        let span = left.span.to(right.span);
        Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
    })
}

fn hook(operand: Expr, keyword: Span) -> Expr {
    let span = keyword.to(operand.span);
    let mut inner = operand;
    while let ExprKind::Paren(wrapped) = inner.kind {
        inner = *wrapped;
    }
    let kind = match inner.kind {
        ExprKind::Call(callee, arguments) => ExprKind::HookCall(callee, arguments),
        kind => ExprKind::NotAHookCall(Box::new(Expr { kind, span: inner.span })),
    };
    Expr { kind, span }
}
