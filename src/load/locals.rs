//! Local names of a body that is still being read, for conditions inside it.

use crate::source::Symbol;
use crate::syntax::token::{SpannedToken, Token};

/// The parameters and local variables that the tokens of an unfinished declaration introduce; none where it is no
/// function, event or hook.
pub(super) fn locals(tokens: &[SpannedToken]) -> Vec<Symbol> {
    let mut rest = tokens.iter().map(|(token, _)| token).filter(|token| !matches!(token, Token::Doc(_))).peekable();
    rest.next_if(|token| matches!(token, Token::Redef));
    let mut names = Vec::new();
    match rest.next() {
        Some(Token::Function | Token::Event | Token::Hook) => parameters(&mut rest, &mut names),
        _ => return names,
    }
    let mut in_case_type = false;
    while let Some(token) = rest.next() {
        match token {
            Token::Function => parameters(&mut rest, &mut names),
            Token::Local | Token::Const => names.extend(identifier(rest.peek())),
            Token::For => {
                while let Some(token) = rest.next_if(|token| !matches!(token, Token::In | Token::LeftBrace)) {
                    names.extend(identifier(Some(&token)));
                }
            }
            // `case type count as c:`
            Token::Type => in_case_type = true,
            Token::Colon => in_case_type = false,
            Token::As if in_case_type => names.extend(identifier(rest.peek())),
            _ => {}
        }
    }
    names
}

/// Names before a colon, up to the end of the list. The types between may have lists of their own.
fn parameters<'t>(rest: &mut std::iter::Peekable<impl Iterator<Item = &'t Token>>, names: &mut Vec<Symbol>) {
    rest.next_if(|token| matches!(token, Token::Identifier(_)));
    if rest.next_if(|token| matches!(token, Token::LeftParenthesis)).is_none() {
        return;
    }
    let mut depth = 1u32;
    let mut before = None;
    for token in rest.by_ref() {
        match token {
            Token::LeftParenthesis | Token::LeftBracket | Token::LeftBrace => depth += 1,
            Token::RightParenthesis | Token::RightBracket | Token::RightBrace => depth -= 1,
            Token::Colon if depth == 1 => names.extend(before),
            _ => {}
        }
        if depth == 0 {
            return;
        }
        before = identifier(Some(&token));
    }
}

fn identifier(token: Option<&&Token>) -> Option<Symbol> {
    match token {
        Some(Token::Identifier(name)) => Some(*name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::locals;
    use crate::source::{FileId, Symbol};
    use crate::syntax::lexer::Lexer;

    fn names(text: &str) -> Vec<&'static str> {
        let tokens: Vec<_> = Lexer::new(FileId(0), text.as_bytes()).map(Result::unwrap).collect();
        locals(&tokens).into_iter().map(Symbol::as_str).collect()
    }

    #[test]
    fn of_every_kind() {
        assert_eq!(names("event e(a: count, b: record { c: count; }) { local x = 1; const y"), ["a", "b", "x", "y"]);
        assert_eq!(names("function f(a: table[count] of string): string { for ( k, v in a ) {"), ["a", "k", "v"]);
        assert_eq!(names("hook h() { for ( [i, j] in t ) { local"), ["i", "j"]);
        assert_eq!(names("redef event e(a: count) {"), ["a"]);
        assert_eq!(names("function f() { local g = function(p: count): bool { "), ["g", "p"]);
        assert_eq!(names("function f(x: any) { switch ( x ) { case type count as c: "), ["x", "c"]);
        assert_eq!(names("function f(x: any) { local y = x as Cluster::Info; event g(x ? y : x); "), ["x", "y"]);
    }

    #[test]
    fn outside_bodies_there_are_none() {
        assert!(names("global f: function(a: count) = { [1] = 2,").is_empty());
        assert!(names("").is_empty());
        assert_eq!(names("function f(a"), [""; 0]);
    }
}
