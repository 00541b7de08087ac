//! Colours for script text, from the language's own lexer.

use nu_ansi_term::{Color, Style};

use crate::source::FileId;
use crate::syntax::lexer::Lexer;
use crate::syntax::token::Token;

/// The text in pieces, each with its style. Together they are the text.
pub(super) fn pieces(text: &str) -> Vec<(Style, &str)> {
    if text.trim_start().starts_with([':', '?']) && !text.trim_start().starts_with("::") {
        return command(text);
    }
    let mut pieces = Vec::new();
    let mut end = 0;
    for (token, span) in Lexer::new(FileId::NONE, text.as_bytes()).flatten() {
        let (start, stop) = (span.start as usize, span.end as usize);
        // A token that spans no whole characters is shown with what follows it.
        if start < end {
            continue;
        }
        let (Some(between), Some(word)) = (text.get(end..start), text.get(start..stop)) else { continue };
        push_between(&mut pieces, between);
        pieces.push((style(&token), word));
        end = stop;
    }
    push_between(&mut pieces, text.get(end..).unwrap_or_default());
    pieces
}

fn command(text: &str) -> Vec<(Style, &str)> {
    let end =
        text.trim_start().find(char::is_whitespace).map_or(text.len(), |at| at + text.len() - text.trim_start().len());
    let (name, rest) = text.split_at(end);
    vec![(Style::new().fg(Color::Cyan).bold(), name), (Style::new(), rest)]
}

/// What lies between tokens: blanks, comments, and what is no token.
fn push_between<'t>(pieces: &mut Vec<(Style, &'t str)>, text: &'t str) {
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        let (before, comment) = rest.split_at(at);
        let end = comment.find('\n').unwrap_or(comment.len());
        let (comment, behind) = comment.split_at(end);
        pieces.push((Style::new(), before));
        pieces.push((Style::new().dimmed(), comment));
        rest = behind;
    }
    // A string without its end is no token.
    match rest.find('"') {
        Some(at) => {
            let (before, string) = rest.split_at(at);
            pieces.push((Style::new(), before));
            pieces.push((Style::new().fg(Color::Green), string));
        }
        None => pieces.push((Style::new(), rest)),
    }
}

fn style(token: &Token) -> Style {
    match token {
        Token::String(_) | Token::Pattern(_) => Style::new().fg(Color::Green),
        Token::Bool(_)
        | Token::Count(_)
        | Token::Double(_)
        | Token::Interval(_)
        | Token::Port(_)
        | Token::Address(_)
        | Token::Subnet(_)
        | Token::HostName(_) => Style::new().fg(Color::Purple),
        Token::Attribute(_) | Token::AttributeWithValue(_) | Token::AttributeMaybeValue(_) | Token::Directive(_) => {
            Style::new().fg(Color::Yellow)
        }
        Token::Doc(_) => Style::new().dimmed(),
        _ => match token.fixed_text() {
            Some(text) if text.bytes().all(|byte| byte.is_ascii_alphabetic()) => Style::new().fg(Color::Blue).bold(),
            _ => Style::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn pieces_are_the_text() {
        for text in ["local x = \"a\" + y; # more", ":doc strlen", "x = \"open", "für f(", "", "1 sec /p/"] {
            let whole: String = pieces(text).into_iter().map(|(_, piece)| piece).collect();
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn keywords_and_comments_have_a_style() {
        let styled: Vec<&str> = pieces("local x # note")
            .into_iter()
            .filter(|(style, _)| !style.is_plain())
            .map(|(_, piece)| piece)
            .collect();
        assert_eq!(styled, ["local", "# note"]);
    }
}
