//! What one input is: a command, script text, text with directives, or not whole yet.
//!
//! The editor asks this to know whether Enter ends the input, plain mode to know where one input ends and the next
//! begins, and the session to know what to do.

use crate::diag::Diagnostic;
use crate::load::{syntax_diagnostic, token_diagnostic};
use crate::source::FileId;
use crate::syntax::ast::{self, DeclKind, Expr, ExprKind, StmtKind, UnaryOp};
use crate::syntax::lexer::Lexer;
use crate::syntax::token::{Directive, SpannedToken, Token};
use crate::syntax::{ReplInput, parse_repl_line};

/// One input, read.
#[derive(Debug)]
pub(super) enum Input<'a> {
    /// Blanks and comments.
    Empty,
    /// `:name arguments`, and `?name` for `:doc name`.
    Command { name: &'a str, arguments: &'a str },
    /// An expression whose value is asked for.
    Expression(Expr),
    /// Declarations and statements.
    Declarations(Vec<ast::Decl>),
    /// Text with `@load` and the like or `export { }`: the loader's business.
    Directives,
    /// Right so far; more lines must follow.
    Incomplete,
    /// Wrong.
    Broken(Box<Diagnostic>),
}

/// Reads one input; spans are in `file`.
pub(super) fn read(file: FileId, text: &str) -> Input<'_> {
    let trimmed = text.trim();
    if let Some(command) = trimmed.strip_prefix(':').filter(|rest| !rest.starts_with(':')) {
        let (name, arguments) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        return Input::Command { name, arguments: arguments.trim() };
    }
    if let Some(name) = trimmed.strip_prefix('?') {
        return Input::Command { name: "doc", arguments: name.trim() };
    }
    let mut tokens: Vec<SpannedToken> = Vec::new();
    let mut wrong = None;
    for item in Lexer::new(file, text.as_bytes()) {
        match item {
            Ok(token) => tokens.push(token),
            Err(error) => wrong = wrong.or(Some(error)),
        }
    }
    if tokens.iter().any(|(token, _)| is_for_loader(token)) {
        return if is_open(&tokens) { Input::Incomplete } else { Input::Directives };
    }
    if let Some(error) = wrong {
        return Input::Broken(Box::new(token_diagnostic(&error)));
    }
    match parse_repl_line(&tokens) {
        Ok(ReplInput::Empty) => Input::Empty,
        Ok(ReplInput::Incomplete) => Input::Incomplete,
        Ok(ReplInput::Expression(expression)) => Input::Expression(expression),
        Ok(ReplInput::Declarations(declarations)) => match pure_expression(&declarations) {
            Some(expression) => Input::Expression(expression.clone()),
            None => Input::Declarations(declarations),
        },
        Err(error) => Input::Broken(Box::new(syntax_diagnostic(&error, text.as_bytes()))),
    }
}

fn is_for_loader(token: &Token) -> bool {
    matches!(token, Token::Directive(_) | Token::Export)
}

/// Whether brackets or conditionals are open at the end.
fn is_open(tokens: &[SpannedToken]) -> bool {
    let (mut brackets, mut conditionals) = (0i64, 0i64);
    for (token, _) in tokens {
        match token {
            Token::LeftParenthesis | Token::LeftBracket | Token::LeftBrace => brackets += 1,
            Token::RightParenthesis | Token::RightBracket | Token::RightBrace => brackets -= 1,
            Token::Directive(Directive::If | Directive::IfDef | Directive::IfNDef) => conditionals += 1,
            Token::Directive(Directive::EndIf) => conditionals -= 1,
            _ => {}
        }
    }
    brackets > 0 || conditionals > 0
}

/// A single expression statement that does nothing but have a value: the `;` is habit.
fn pure_expression(declarations: &[ast::Decl]) -> Option<&Expr> {
    let [ast::Decl { kind: DeclKind::Statement(statement), .. }] = declarations else { return None };
    let StmtKind::Expr(expression) = &statement.kind else { return None };
    is_pure(expression).then_some(expression)
}

/// Whether evaluating the expression changes nothing, as far as its form tells: no call, no assignment.
pub(super) fn is_pure(expression: &Expr) -> bool {
    names_in_pure(expression).is_some()
}

/// The names in an expression whose evaluation changes nothing; `None` where it may change something.
pub(super) fn names_in_pure(expression: &Expr) -> Option<Vec<crate::source::Symbol>> {
    let mut pending = vec![expression];
    let mut names = Vec::new();
    while let Some(expression) = pending.pop() {
        match &expression.kind {
            ExprKind::Name(name) => names.push(*name),
            ExprKind::Literal(_) | ExprKind::Type(_) => {}
            ExprKind::Unary(op, operand) => {
                if matches!(op, UnaryOp::Increment | UnaryOp::Decrement) {
                    return None;
                }
                pending.push(operand);
            }
            ExprKind::Binary(_, left, right) => pending.extend([&**left, &**right]),
            ExprKind::Chain(first, rest) => {
                pending.push(first);
                pending.extend(rest.iter().map(|(_, operand)| operand));
            }
            ExprKind::Conditional(condition, then, otherwise) => {
                pending.extend([&**condition, &**then, &**otherwise]);
            }
            ExprKind::Index(container, indices) => {
                pending.push(container);
                pending.extend(indices);
            }
            ExprKind::Field(operand, _)
            | ExprKind::HasField(operand, _)
            | ExprKind::Copy(operand)
            | ExprKind::Size(operand)
            | ExprKind::Cast(operand, _)
            | ExprKind::Is(operand, _)
            | ExprKind::Paren(operand) => pending.push(operand),
            ExprKind::List(elements) => pending.extend(elements),
            _ => return None,
        }
    }
    Some(names)
}

/// The names that a declaration or a statement outside any function declares, as written.
pub(super) fn declared_names(declaration: &ast::Decl) -> Vec<crate::source::Symbol> {
    use crate::syntax::ast::{TypeExprKind, VariableClass};
    let mut names = Vec::new();
    match &declaration.kind {
        DeclKind::Variable(variable) if variable.class != VariableClass::Redef => names.push(variable.name.name),
        DeclKind::Type { name, ty, .. } => {
            names.push(name.name);
            if let TypeExprKind::Enum(entries) = &ty.kind {
                names.extend(entries.iter().map(|entry| entry.name.name));
            }
        }
        DeclKind::Function(function) if function.flavor == ast::Flavor::Function && !function.redef => {
            names.push(function.name.name);
        }
        DeclKind::Statement(statement) => {
            crate::syntax::visit::names_in_stmt(statement, &mut |_, _| {}, &mut |name| names.push(name));
        }
        _ => {}
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{Input, read};
    use crate::source::FileId;

    fn kind(text: &str) -> &'static str {
        match read(FileId::NONE, text) {
            Input::Empty => "empty",
            Input::Command { .. } => "command",
            Input::Expression(_) => "expression",
            Input::Declarations(_) => "declarations",
            Input::Directives => "directives",
            Input::Incomplete => "incomplete",
            Input::Broken(_) => "broken",
        }
    }

    #[test]
    fn commands_begin_with_a_colon_or_a_question_mark() {
        assert!(matches!(read(FileId::NONE, " :doc  strlen "), Input::Command { name: "doc", arguments: "strlen" }));
        assert!(matches!(read(FileId::NONE, "?strlen"), Input::Command { name: "doc", arguments: "strlen" }));
        assert_eq!(kind("::x"), "expression");
    }

    #[test]
    fn a_semicolon_behind_a_value_is_habit() {
        assert_eq!(kind("1 + 1"), "expression");
        assert_eq!(kind("1 + 1;"), "expression");
        assert_eq!(kind("f(1)"), "expression");
        assert_eq!(kind("f(1);"), "declarations");
        assert_eq!(kind("x = 1;"), "declarations");
    }

    #[test]
    fn open_ends_wait_for_more() {
        for text in ["function f() {", "f(1,", "@if ( T )", "global x = {", "if ( T )", "export {"] {
            assert_eq!(kind(text), "incomplete", "{text}");
        }
        assert_eq!(kind("@if ( T )\nprint 1;\n@endif"), "directives");
        assert_eq!(kind("@load base/utils/site"), "directives");
        assert_eq!(kind("# nothing"), "empty");
        assert_eq!(kind("1 +* 2"), "broken");
    }
}
