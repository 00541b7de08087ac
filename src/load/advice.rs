//! Advice on syntax errors: what people write who know other languages, or other tools, and what they should write.
//!
//! It goes by the text before the error and the text that cannot stand there. What is advised is a guess, said beside
//! the error and never in its place.

use crate::diag::{Diagnostic, similar};
use crate::source::Span;
use crate::syntax::ast::AttributeKind;
use crate::syntax::{SyntaxError, SyntaxErrorKind};

/// No more of the text before an error is looked at.
const REACH: usize = 2000;

/// Words that begin a statement elsewhere, and what to write here.
const OPENINGS: &[(&str, &str)] = &[
    ("var", DECLARE),
    ("let", DECLARE),
    ("auto", DECLARE),
    ("my", DECLARE),
    ("elif", "write `else if`"),
    ("elsif", "write `else if`"),
    ("elseif", "write `else if`"),
    ("foreach", "write `for ( x in values )`"),
    ("def", FUNCTION),
    ("func", FUNCTION),
    ("fn", FUNCTION),
    ("void", FUNCTION),
    ("import", LOAD),
    ("include", LOAD),
    ("require", LOAD),
    ("use", LOAD),
];

const DECLARE: &str = "a variable is declared with `local` in a function and with `global` outside";
const FUNCTION: &str = "a function is written `function NAME(PARAMETER: TYPE): TYPE { ... }`";
const LOAD: &str = "another script is read by a line `@load NAME`";

/// Names of types that begin a declaration elsewhere.
const TYPES: &[&str] =
    &["bool", "count", "int", "double", "string", "addr", "port", "subnet", "time", "interval", "pattern"];

/// The source around an error.
struct Place<'a> {
    /// Up to the error, no more than matters.
    before: &'a str,
    /// The text in error and what follows it.
    behind: &'a str,
    /// The text in error.
    found: &'a str,
    error: &'a SyntaxError,
}

/// The finding with advice where there is some. `source` is the whole text in which the error is.
pub(super) fn advise(diagnostic: Diagnostic, error: &SyntaxError, source: &[u8]) -> Diagnostic {
    let (start, end) = (error.span.start as usize, error.span.end as usize);
    let text = |from: usize, to: usize| source.get(from..to.min(source.len())).unwrap_or(&[]);
    let ascii = |bytes: &[u8]| -> String {
        bytes.iter().map(|byte| if byte.is_ascii() { *byte as char } else { '?' }).collect()
    };
    let before = ascii(text(start.saturating_sub(REACH), start));
    let behind = ascii(text(start, start + 200));
    let found = ascii(text(start, end.min(start + 200)));
    let place = Place { before: &before, behind: &behind, found: &found, error };
    if let SyntaxErrorKind::Missing(token) = &error.kind {
        let text = token.to_string();
        let sign = text.trim_matches('`').to_string();
        return diagnostic.fix(error.span, sign, format!("put {text} here"));
    }
    if let Some(note) = place.note() {
        let diagnostic = if place.may_lack_brace() { diagnostic } else { without_bracket(diagnostic) };
        return diagnostic.note(note);
    }
    if let Some((span, written, message)) = place.replacement() {
        return without_bracket(diagnostic).fix(span, written, message);
    }
    place.missing_semicolon(diagnostic)
}

/// The bracket that is open is not the mistake.
fn without_bracket(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.related.retain(|(_, text)| text != UNCLOSED);
    diagnostic
}

/// What is said at a bracket that is open where an error is.
pub(super) const UNCLOSED: &str = "this is not closed";

impl Place<'_> {
    /// The advice is about a brace.
    fn may_lack_brace(&self) -> bool {
        ["global", "option"].contains(&self.found) || self.behind_head() || self.trimmed().ends_with("function")
    }

    /// The text before without blanks at its end.
    fn trimmed(&self) -> &str {
        self.before.trim_end()
    }

    /// The word that ends the text before.
    fn word_before(&self) -> &str {
        let text = self.trimmed();
        let start = text.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
        text.get(start..).unwrap_or_default()
    }

    /// What stands before the last word.
    fn before_word(&self) -> &str {
        let text = self.trimmed();
        text.get(..text.len() - self.word_before().len()).unwrap_or_default().trim_end()
    }

    /// The statement under way.
    fn statement(&self) -> &str {
        let start = self.trimmed().rfind([';', '{', '}']).map_or(0, |at| at + 1);
        self.trimmed().get(start..).unwrap_or_default().trim_start()
    }

    /// Whether the last word before begins a statement.
    fn word_begins_statement(&self) -> bool {
        let before = self.before_word();
        before.is_empty()
            || before.ends_with([';', '{', '}', ')'])
            || before.lines().last().is_some_and(|line| line.trim_start().starts_with(['#', '@']))
    }

    /// Inside the parentheses of a loop, with nothing but names so far.
    fn in_loop_head(&self) -> bool {
        let Some(at) = self.statement().rfind("for") else { return false };
        let head = self.statement().get(at + 3..).unwrap_or_default().trim_start();
        head.strip_prefix('(')
            .is_some_and(|names| names.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ' ' || c == ','))
    }

    /// Inside the parameters of a function, behind one without type.
    fn in_parameters(&self) -> bool {
        let text = self.before_word();
        let Some(open) = text.rfind('(') else { return false };
        let (head, inside) = text.split_at(open);
        let mut words = head.split_ascii_whitespace().rev();
        let is_head =
            words.next().is_some() && words.next().is_some_and(|word| ["function", "event", "hook"].contains(&word));
        is_head && (inside == "(" || inside.ends_with(','))
    }

    /// Inside the braces of a record type.
    fn in_record_type(&self) -> bool {
        let Some(open) = self.trimmed().rfind('{') else { return false };
        self.trimmed().get(..open).is_some_and(|text| text.trim_end().ends_with("record"))
    }

    fn note(&self) -> Option<String> {
        let found = self.found;
        let word = self.word_before();
        let is_name = found.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let statement = self.statement();
        let opening = statement.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if let Some((_, advice)) = OPENINGS.iter().find(|(known, _)| *known == opening) {
            return Some((*advice).to_string());
        }
        let note = match found {
            "=" | "of" | ":" if self.in_loop_head() => {
                "`for ( x in values )` goes through a table, set, vector or string; to count, use `while`".to_string()
            }
            "-" if self.behind.starts_with("->") => "the type of the result stands behind a colon: `): count`".into(),
            "~" => "a text is matched by `/pattern/ in text`, or as a whole by `/pattern/ == text`".into(),
            "++" | "--" => format!("it stands before the variable: `{found}{word}`"),
            "global" | "option" if self.error.unclosed.is_some() => {
                "inside a function a variable is declared with `local`; or the `}` of the function is missing".into()
            }
            "," if self.in_record_type() => "each field of a record type ends with `;`".into(),
            "(" if ["set", "table", "vector"].contains(&word) => {
                format!("the type of what it holds stands in brackets: `{word}[...]`")
            }
            ")" | "," if self.in_parameters() => format!("each parameter has a type: `{word}: count`"),
            ":" if self.trimmed().ends_with(')') => "no colon is needed here".into(),
            "'" => "string constants stand in double quotes".into(),
            "{" | ":" | "(" if self.error.unclosed.is_some() && self.behind_head() => {
                "the `}` of what stands before this is missing".into()
            }
            _ if is_name && self.trimmed().ends_with("function") && self.error.unclosed.is_some() => {
                "the `}` of what stands before this is missing".into()
            }
            _ if is_name && TYPES.contains(&word) && self.word_begins_statement() => {
                format!("the type stands behind the name: `local {found}: {word}`")
            }
            _ => return None,
        };
        Some(note)
    }

    /// Behind `event name(`: in a body this raises an event.
    fn behind_head(&self) -> bool {
        ["event", "hook", "function"].contains(&self.statement().split_ascii_whitespace().next().unwrap_or_default())
    }

    /// What to put in the place of what.
    fn replacement(&self) -> Option<(Span, String, String)> {
        let span = self.error.span;
        let put = |written: &str| Some((span, written.to_string(), format!("write `{written}`")));
        match self.found {
            "and" => put("&&"),
            "or" => put("||"),
            ":" => self.address().or_else(|| self.sign_for_colon()),
            ">" if self.before.ends_with('=') => {
                let span = Span { start: span.start.saturating_sub(1), ..span };
                Some((span, "=".into(), "write `=` between a key and its value".into()))
            }
            "&" => self.attribute(),
            _ if self.word_before() == "not" => {
                let length = self.before.len() - self.before_word().len();
                let blanks = self.before_word().len();
                let lead = self.before.get(blanks..).map_or(0, |rest| rest.len() - rest.trim_start().len());
                let start = span.start.saturating_sub(u32::try_from(length - lead).unwrap_or(0));
                Some((Span { start, end: span.start, ..span }, "!".into(), "write `!`".into()))
            }
            _ => None,
        }
    }

    /// A colon between a field or a key and its value.
    fn sign_for_colon(&self) -> Option<(Span, String, String)> {
        let word = self.word_before();
        let span = self.error.span;
        if self.before_word().ends_with('$') && !word.is_empty() {
            return Some((span, "=".into(), format!("a field gets its value by `=`: ${word}=...")));
        }
        if self.trimmed().ends_with(']') {
            return Some((span, " =".into(), "write `=` between a key and its value".into()));
        }
        None
    }

    /// An IPv6 address without brackets.
    fn address(&self) -> Option<(Span, String, String)> {
        let is_part = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
        let before = self.before.len() - self.before.trim_end_matches(is_part).len();
        let behind = self.behind.len() - self.behind.trim_start_matches(is_part).len();
        let text = [self.before.get(self.before.len() - before..)?, self.behind.get(..behind)?].concat();
        let text = text.trim_end_matches('.');
        text.parse::<std::net::Ipv6Addr>().ok()?;
        let start = self.error.span.start.checked_sub(u32::try_from(before).ok()?)?;
        let span = Span { start, end: start + u32::try_from(text.len()).ok()?, ..self.error.span };
        Some((span, format!("[{text}]"), format!("an IPv6 address stands in brackets: [{text}]")))
    }

    /// A misspelt attribute.
    fn attribute(&self) -> Option<(Span, String, String)> {
        let name: String = self.behind.chars().skip(1).take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let wanted = format!("&{name}");
        let known = similar(&wanted, AttributeKind::ALL.iter().map(|kind| kind.text()))?;
        let end = self.error.span.start + u32::try_from(wanted.len()).ok()?;
        Some((Span { end, ..self.error.span }, known.to_string(), format!("did you mean `{known}`?")))
    }

    /// A `;` that was most likely forgotten at the end of the last line before.
    fn missing_semicolon(&self, diagnostic: Diagnostic) -> Diagnostic {
        let trimmed = self.trimmed();
        let blanks = self.before.get(trimmed.len()..).unwrap_or_default();
        let has_comment = trimmed.lines().last().is_some_and(|line| line.contains('#'));
        let is_expected = self.error.expected.first().is_some_and(|first| first == "`;`");
        if !is_expected || has_comment || !blanks.contains('\n') || trimmed.is_empty() {
            return diagnostic;
        }
        let end = self.error.span.start.saturating_sub(u32::try_from(blanks.len()).unwrap_or(0));
        let place = Span { start: end, end, ..self.error.span };
        diagnostic.fix(place, ";", "perhaps `;` is missing at the end of the line before")
    }
}
