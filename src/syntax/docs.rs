//! Documentation comments, by the place of what they speak of.

use std::rc::Rc;

use super::token::{DocPlace, SpannedToken, Token};
use crate::source::Span;

/// The `##` and `##<` comments among some tokens. They may stand anywhere, so the grammar does not see them; a node
/// asks for those at its start and its end.
#[derive(Debug, Default)]
pub(super) struct Docs {
    /// By the start of the token that follows, ascending.
    before: Vec<(u32, Rc<str>)>,
    /// By the end of the token that precedes, not counting a comma, ascending.
    after: Vec<(u32, Rc<str>)>,
}

impl Docs {
    pub(super) fn new(tokens: &[SpannedToken]) -> Self {
        let mut docs = Docs::default();
        let mut pending: Option<String> = None;
        let mut previous_end = None;
        for (token, span) in tokens {
            match token {
                Token::Doc(doc) => match (doc.place, previous_end) {
                    (DocPlace::Next, _) => match &mut pending {
                        Some(lines) => {
                            lines.push('\n');
                            lines.push_str(&doc.text);
                        }
                        None => pending = Some(doc.text.to_string()),
                    },
                    (DocPlace::Previous, Some(end)) => docs.add_after(end, &doc.text),
                    _ => {}
                },
                token => {
                    if let Some(lines) = pending.take() {
                        docs.before.push((span.start, lines.into()));
                    }
                    if *token != Token::Comma {
                        previous_end = Some(span.end);
                    }
                }
            }
        }
        docs
    }

    fn add_after(&mut self, end: u32, text: &Rc<str>) {
        match self.after.last_mut() {
            Some((last, lines)) if *last == end => *lines = format!("{lines}\n{text}").into(),
            _ => self.after.push((end, text.clone())),
        }
    }

    /// What is said of the node that covers `span`.
    pub(super) fn of(&self, span: Span) -> Option<Rc<str>> {
        let before = find(&self.before, span.start);
        let after = find(&self.after, span.end);
        match (before, after) {
            (Some(before), Some(after)) => Some(format!("{before}\n{after}").into()),
            (before, after) => before.or(after).cloned(),
        }
    }
}

fn find(docs: &[(u32, Rc<str>)], offset: u32) -> Option<&Rc<str>> {
    let index = docs.binary_search_by_key(&offset, |doc| doc.0).ok()?;
    docs.get(index).map(|doc| &doc.1)
}
