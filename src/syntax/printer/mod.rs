//! Trees back to source text, in the style of Bro's own scripts: tabs, bodies in braces on lines of their own.
//!
//! Reading the text again gives the same tree but for the spans. Parentheses are nodes, so a tree from the parser
//! prints none that were not written; a tree from elsewhere gets those that its shape needs.

mod declarations;
mod expressions;
mod literals;
mod statements;
mod types;

use std::rc::Rc;

use super::ast::{Decl, Expr, TypeExpr};

/// A whole script: exported declarations stand in `export { }`.
pub fn print_file(declarations: &[Decl]) -> String {
    let mut printer = Printer::default();
    printer.file(declarations);
    printer.text
}

/// One declaration with its end of line.
pub fn print_declaration(declaration: &Decl) -> String {
    let mut printer = Printer::default();
    printer.declaration(declaration);
    printer.line();
    printer.text
}

/// An expression on one line.
pub fn print_expr(expr: &Expr) -> String {
    let mut printer = Printer { on_one_line: true, ..Printer::default() };
    printer.expr(expr);
    printer.text
}

/// A type on one line.
pub fn print_type(ty: &TypeExpr) -> String {
    let mut printer = Printer { on_one_line: true, ..Printer::default() };
    printer.ty(ty);
    printer.text
}

#[derive(Default)]
struct Printer {
    text: String,
    indent: usize,
    /// Write blanks where lines would end.
    on_one_line: bool,
}

impl Printer {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the line and indents the next.
    fn line(&mut self) {
        if self.on_one_line {
            self.put(" ");
            return;
        }
        // An empty line has no indentation.
        self.text.truncate(self.text.trim_end_matches('\t').len());
        self.text.push('\n');
        for _ in 0..self.indent {
            self.text.push('\t');
        }
    }

    /// A line before what `inside` prints, which is indented; the line behind it is not begun.
    fn indented(&mut self, inside: impl FnOnce(&mut Self)) {
        self.indent += 1;
        self.line();
        inside(self);
        self.indent -= 1;
    }

    /// `[`, what `inside` prints, and `]`. A blank keeps `[A::b ]` from being read as an address.
    fn bracketed(&mut self, inside: impl FnOnce(&mut Self)) {
        self.put("[");
        let start = self.text.len();
        inside(self);
        let digits = &self.text[start..];
        let is_digit = |byte: u8| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.';
        if digits.bytes().all(is_digit) && digits.matches(':').count() > 1 {
            self.put(" ");
        }
        self.put("]");
    }

    fn separated<T>(&mut self, items: &[T], separator: &str, mut print: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.put(separator);
            }
            print(self, item);
        }
    }

    /// A documentation comment on lines of its own.
    fn doc(&mut self, doc: Option<&Rc<str>>) {
        let Some(doc) = doc else { return };
        if self.on_one_line {
            return;
        }
        for line in doc.split('\n') {
            self.put("##");
            if !line.is_empty() {
                self.put(" ");
                self.put(line);
            }
            self.line();
        }
    }
}
