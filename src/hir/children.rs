//! The expressions inside an expression.

use super::{Expr, ExprId, ExprKind, Part};

impl Expr {
    /// Calls `visit` with every expression directly inside this one.
    pub fn for_each_child(&self, mut visit: impl FnMut(ExprId)) {
        match &self.kind {
            ExprKind::Const(_)
            | ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Lambda { .. }
            | ExprKind::Thunk(_)
            | ExprKind::Invalid(_) => {}
            ExprKind::Unary(_, operand)
            | ExprKind::Increment { target: operand, .. }
            | ExprKind::Field(operand, _)
            | ExprKind::HasField(operand, _)
            | ExprKind::Copy(operand)
            | ExprKind::Size(operand)
            | ExprKind::Convert(_, operand)
            | ExprKind::Cast(operand)
            | ExprKind::Is(operand, _)
            | ExprKind::Sequence(operand) => visit(*operand),
            ExprKind::Binary(_, left, right)
            | ExprKind::Assign(left, right)
            | ExprKind::AddTo(left, right)
            | ExprKind::RemoveFrom(left, right) => [*left, *right].into_iter().for_each(visit),
            ExprKind::Conditional(condition, then, otherwise) => {
                [*condition, *then, *otherwise].into_iter().for_each(visit);
            }
            ExprKind::Slice { container, low, high } => [*container, *low, *high].into_iter().for_each(visit),
            ExprKind::Index { container, indices } | ExprKind::In { indices, container } => {
                visit(*container);
                indices.iter().copied().for_each(visit);
            }
            ExprKind::Record(fields) => fields.iter().for_each(|(_, value)| visit(*value)),
            ExprKind::Table { entries, .. } => {
                for (indices, value) in entries {
                    indices.iter().copied().for_each(&mut visit);
                    visit(*value);
                }
            }
            ExprKind::Set { entries, .. } => entries.iter().flatten().copied().for_each(visit),
            ExprKind::Merged { container, parts } => {
                visit(*container);
                for part in parts {
                    match part {
                        Part::Flatten(whole) => visit(*whole),
                        Part::Product { columns, value } => {
                            columns.iter().for_each(|(column, _)| visit(*column));
                            value.iter().copied().for_each(&mut visit);
                        }
                    }
                }
            }
            ExprKind::Vector(elements) | ExprKind::List(elements) => elements.iter().copied().for_each(visit),
            ExprKind::Call { callee, arguments } => {
                visit(*callee);
                arguments.iter().copied().for_each(visit);
            }
            ExprKind::Schedule { delay, arguments, .. } => {
                visit(*delay);
                arguments.iter().copied().for_each(visit);
            }
        }
    }
}
