//! Who takes what the loader reads.

use std::rc::Rc;

use crate::diag::Diagnostic;
use crate::source::{FileId, SourceMap, Span, Symbol};
use crate::syntax::ast;

/// Takes declarations in the order in which Bro would, each before the next token is looked at: whatever a
/// declaration declares or runs is there when a condition behind it is evaluated.
pub trait Consumer {
    /// Where sources are kept; the loader adds every text it reads.
    fn sources(&mut self) -> &mut SourceMap;

    fn declare(&mut self, declaration: Rc<ast::Decl>);

    /// Whether a name is known at this place: in the current module, in `GLOBAL`, or as a module's name.
    fn is_defined(&mut self, name: Symbol) -> bool;

    /// Evaluates the condition of an `@if`. `locals` are the parameters and local variables of the body it stands in;
    /// naming one is an error, since nothing has run that could have given it a value. `None` where the condition has
    /// no value; that was reported then.
    fn condition(&mut self, condition: &ast::Expr, locals: &[Symbol]) -> Option<bool>;

    /// Whether a variable on the command line is a string, so that its value needs no quotes; `None` for names that
    /// nothing declares.
    fn is_string(&mut self, name: Symbol) -> Option<bool>;

    fn diagnostic(&mut self, diagnostic: Diagnostic);

    /// Whether anything of severity error was reported so far, here or elsewhere.
    fn has_errors(&self) -> bool;

    /// How many of severity error were reported so far.
    fn error_count(&self) -> usize {
        usize::from(self.has_errors())
    }

    /// The module in force. Bro keeps it over an `@load`: a script without `module` is in the module of the script
    /// that loads it. After the script the loader puts back what was in force before.
    fn module(&self) -> Symbol;

    fn set_module(&mut self, module: Symbol);

    /// A script is about to be read. `level` counts the scripts that are being read around it; `bro_script_loaded`
    /// tells both.
    fn script_started(&mut self, file: FileId, level: usize);

    /// An `@load` line was read, whose script is now looked for. For those who watch an engine load.
    fn load_requested(&mut self, _name: &str, _span: Span) {}

    /// Between `@pragma push ignore-deprecations` and its `pop`, using what is deprecated goes unmentioned.
    fn ignore_deprecations(&mut self, ignore: bool);
}
