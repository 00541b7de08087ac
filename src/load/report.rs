//! The wording of everything that can be wrong about loading. Messages are Bro's where Bro has one.

use std::io;

use super::advice::{UNCLOSED, advise};
use super::embedded::ROOT;
use super::files::Files;
use super::path::{Finder, NotFound};
use super::suggest::suggest;
use crate::diag::{Code, Diagnostic, bro, similar};
use crate::source::Span;
use crate::syntax::lexer::{LexError, LexErrorKind};
use crate::syntax::{SyntaxError, SyntaxErrorKind};

pub(super) fn not_found(name: &str, span: Span, missed: &NotFound, finder: Finder<'_>) -> Diagnostic {
    if let Some(folder) = missed.not_packages.first() {
        return Diagnostic::fatal(Code::NotAPackage, span, format!("can't open {folder}/__load__.bro"))
            .label("a directory without `__load__.bro` or `__load__.zeek`")
            .note(searched(missed, finder.files));
    }
    let mut diagnostic = Diagnostic::fatal(Code::FileNotFound, span, format!("can't find {name}"))
        .label("no script of this name")
        .note(searched(missed, finder.files));
    if name.starts_with('.') {
        diagnostic = diagnostic.note("a name that begins with `.` is looked for only beside the script that loads it");
    }
    if name == "cluster-layout" {
        diagnostic = diagnostic
            .note("name the layout on the command line, or put its folder into BROPATH")
            .note("it is needed because CLUSTER_NODE or Cluster::node says which node this is");
    }
    if let Some(known) = suggest(name, finder.embedded) {
        diagnostic = if span.is_none() {
            diagnostic.note(format!("did you mean `{known}`?"))
        } else {
            diagnostic.fix(span, format!("@load {known}"), format!("did you mean `@load {known}`?"))
        };
    }
    diagnostic
}

fn searched(missed: &NotFound, files: &dyn Files) -> String {
    let places: Vec<String> = missed
        .searched
        .iter()
        .map(|place| match place.as_str() {
            "." => format!("{} (the current directory)", files.current_directory()),
            ROOT => "the scripts inside brood".into(),
            place if place.starts_with(ROOT) => format!("{place} (inside brood)"),
            place => place.into(),
        })
        .collect();
    format!("searched: {}", places.join(", "))
}

pub(super) fn unreadable(name: &str, span: Span, error: &io::Error) -> Diagnostic {
    let message = format!("can't open {name}");
    if error.kind() == io::ErrorKind::FileTooLarge {
        return Diagnostic::fatal(Code::LoadLimit, span, message).note("larger than a script can be");
    }
    Diagnostic::fatal(Code::FileUnreadable, span, message).note(error.to_string())
}

pub(super) fn too_deep(name: &str, span: Span, limit: usize) -> Diagnostic {
    Diagnostic::fatal(Code::LoadLimit, span, format!("can't load {name}: more than {limit} scripts load each other"))
}

pub(super) fn too_many_scripts(name: &str, span: Span, limit: usize) -> Diagnostic {
    Diagnostic::fatal(Code::LoadLimit, span, format!("can't load {name}: more than {limit} scripts"))
}

pub(super) fn too_many(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::fatal(Code::LoadLimit, span, format!("{limit} errors and warnings; the rest is not read"))
}

pub(super) fn unload_not_found(name: &str, span: Span, missed: &NotFound, finder: Finder<'_>) -> Diagnostic {
    Diagnostic::error(Code::FileNotFound, span, format!("failed find file associated with @unload {name}"))
        .note(searched(missed, finder.files))
}

pub(super) fn signatures_not_found(name: &str, span: Span, missed: &NotFound, finder: Finder<'_>) -> Diagnostic {
    Diagnostic::error(Code::FileNotFound, span, format!("failed to find file associated with @load-sigs {name}"))
        .note(searched(missed, finder.files))
}

pub(super) fn plugin(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::PluginUnavailable, span, format!("plugin {name} is not available"))
        .note("plugins are compiled code for Bro itself and cannot be loaded here")
}

pub(super) fn deprecated(span: Span, loader: &str, comment: &str) -> Diagnostic {
    Diagnostic::warning(Code::DeprecatedScript, span, format!("deprecated script loaded from {loader} {comment}"))
}

pub(super) fn else_without_if(span: Span) -> Diagnostic {
    Diagnostic::error(Code::UnbalancedConditional, span, "@else without @if...")
}

pub(super) fn second_else(span: Span, first: Span, opened: Span) -> Diagnostic {
    Diagnostic::warning(Code::UnbalancedConditional, span, "second @else of one @if")
        .related(first, "the first @else")
        .related(opened, "of this")
}

/// Bro counts over files, so that an `@endif` of another file would do; here each file is for itself.
pub(super) fn endif_without_if(span: Span) -> Diagnostic {
    Diagnostic::error(Code::UnbalancedConditional, span, "unbalanced @if... @endif").label("no `@if` is open here")
}

pub(super) fn unclosed_conditional(opened: Span) -> Diagnostic {
    Diagnostic::error(Code::UnbalancedConditional, opened, "unbalanced @if... @endif")
        .label("no `@endif` for this in the file")
}

pub(super) fn condition_expected(span: Span, directive: &str) -> Diagnostic {
    let form = if directive == "@if" { "@if ( CONDITION )".to_string() } else { format!("{directive} ( NAME )") };
    Diagnostic::error(Code::BadDirective, span, format!("{directive} without its condition"))
        .note(format!("write {form}"))
}

pub(super) fn directive_in_condition(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BadDirective, span, "a directive inside the condition of another")
}

pub(super) fn debug(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BadDirective, span, bro::near("syntax error", b"@DEBUG"))
        .label("this is for the input of Bro's debugger")
}

pub(super) fn pragma_without_value(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BadPragma, span, "@pragma push without value")
}

pub(super) fn unknown_pragma_value(span: Span, value: &str) -> Diagnostic {
    Diagnostic::warning(Code::BadPragma, span, format!("pushing unknown @pragma value '{value}'"))
}

pub(super) fn unknown_pragma(span: Span, pragma: &str) -> Diagnostic {
    Diagnostic::warning(Code::BadPragma, span, format!("Ignoring unknown pragma: '{pragma}'"))
}

pub(super) fn pop_without_push(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BadPragma, span, "@pragma pop without active pragma")
}

pub(super) fn pop_of_other(span: Span, found: &str, active: &str, pushed: Span) -> Diagnostic {
    Diagnostic::error(Code::BadPragma, span, format!("@pragma pop with unexpected '{found}', expected '{active}'"))
        .related(pushed, "pushed here")
}

pub(super) fn push_without_pop(pushed: Span) -> Diagnostic {
    Diagnostic::error(Code::BadPragma, pushed, "unbalanced @pragma push pop in file").label("never popped")
}

pub(super) fn unclosed_export(end: Span, open: Span) -> Diagnostic {
    Diagnostic::error(Code::UnfinishedDeclaration, end, bro::near("syntax error", b""))
        .label("the file ends inside `export {`")
        .related(open, "this brace is not closed")
}

/// `source` is the text of the error's file.
pub fn syntax(error: &SyntaxError, source: &[u8]) -> Diagnostic {
    let text = source.get(error.span.start as usize..error.span.end as usize).unwrap_or_default();
    let code = match error.kind {
        SyntaxErrorKind::UnexpectedEnd => Code::UnfinishedDeclaration,
        _ => Code::SyntaxError,
    };
    let mut diagnostic = Diagnostic::error(code, error.span, error.bro_text(text)).label(error.message());
    if let Some(unclosed) = error.unclosed {
        diagnostic = diagnostic.related(unclosed, UNCLOSED);
    }
    advise(diagnostic, error, source)
}

pub fn token(error: &LexError) -> Diagnostic {
    let code = match error.kind {
        LexErrorKind::UnknownDirective(_) | LexErrorKind::MissingArgument(_) => Code::BadDirective,
        _ => Code::SyntaxError,
    };
    let diagnostic = Diagnostic::error(code, error.span, error.kind.bro_text()).label(error.kind.to_string());
    let diagnostic = match (&error.kind, error.span.start) {
        (LexErrorKind::Unrecognized(0xef), 0) => {
            let mark = Span { end: error.span.end.min(3), ..error.span };
            diagnostic.label("a byte order mark").fix(mark, "", "remove the three bytes at the start of the file")
        }
        _ if is_utf16(error) => diagnostic.label("this is UTF-16: save the file as UTF-8, without byte order mark"),
        _ => diagnostic,
    };
    let LexErrorKind::UnknownDirective(name) = &error.kind else { return diagnostic };
    match similar(name, DIRECTIVES.iter().copied()) {
        Some(known) => {
            // The mistake has the rest of its line, since that cannot be script text.
            let length = u32::try_from(name.len() + 1).unwrap_or(0);
            let span = Span { end: (error.span.start + length).min(error.span.end), ..error.span };
            diagnostic.fix(span, format!("@{known}"), format!("did you mean @{known}?"))
        }
        None => diagnostic,
    }
}

/// Whether a text begins as UTF-16 does. Nothing in it is script then.
pub(super) fn is_utf16(error: &LexError) -> bool {
    error.span.start == 0 && matches!(error.kind, LexErrorKind::Unrecognized(0xfe | 0xff)) && error.span.end >= 2
}

/// What may stand behind `@`.
const DIRECTIVES: [&str; 15] = [
    "load",
    "load-sigs",
    "load-plugin",
    "unload",
    "prefixes",
    "pragma",
    "deprecated",
    "if",
    "ifdef",
    "ifndef",
    "else",
    "endif",
    "DIR",
    "FILENAME",
    "DEBUG",
];

pub(super) fn declaration_after_statement(span: Span, near: &[u8], statement: Span) -> Diagnostic {
    Diagnostic::error(Code::DeclarationAfterStatement, span, bro::near("syntax error", near))
        .label("no declaration may follow a statement")
        .related(statement, "this is a statement outside any function")
}

pub(super) fn parameter_without_value(name: &str) -> Diagnostic {
    let message = format!("must assign non-empty value to '{name}' in command-line options");
    Diagnostic::error(Code::BadInitializer, Span::NONE, message)
}

pub(super) fn unknown_parameter(name: &str) -> Diagnostic {
    let message = format!("unknown identifier '{name}' in command-line options");
    Diagnostic::error(Code::UnknownIdentifier, Span::NONE, message)
}
