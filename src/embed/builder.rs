//! What a node is made of.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::texts::Texts;
use super::{Node, NodeError};
use crate::diag::{Code, Diagnostic};
use crate::engine::{Engine, Options, Personality, Sink};
use crate::load::Setup;
use crate::load::embedded::SCRIPTS;
use crate::load::path::{SearchPath, directory, is_layout};
use crate::source::{SourceMap, Span};
use crate::value::Value;
use crate::vm::{Arguments, Captured, Host, OwnNative, Raise, RedirectedHost, SystemHost, Vm};

/// A native of the program's own: name, prototype, body.
type Own = (&'static str, &'static str, OwnNative);

/// Says what to load, as which node, and with what around it. Where nothing is said it is as for the program `brood`
/// without its environment variables.
#[derive(Default)]
pub struct NodeBuilder {
    host: Option<Box<dyn Host>>,
    options: Options,
    search: String,
    variables: Vec<(String, String)>,
    texts: Texts,
    scripts: Vec<String>,
    settings: Vec<String>,
    natives: Vec<Own>,
    jumps: Option<u64>,
}

impl NodeBuilder {
    /// Be this node of the layout: `CLUSTER_NODE`.
    #[must_use]
    pub fn node(self, name: &str) -> Self {
        self.variable("CLUSTER_NODE", name)
    }

    /// The layout, a file. Its folder leads the search path, so that the cluster framework finds it.
    #[must_use]
    pub fn layout(self, path: &str) -> Self {
        self.script(path)
    }

    /// Loads a script: a path, or a name on the search path. In the order in which they are named.
    #[must_use]
    pub fn script(mut self, name: &str) -> Self {
        self.scripts.push(name.to_string());
        self
    }

    /// Loads a script that is no file. Others may `@load` it by its name.
    #[must_use]
    pub fn text(mut self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.texts.insert(name, text.as_ref());
        self.script(name)
    }

    /// Where scripts are looked for, as `BROPATH` has it. Before it the current directory, behind it the scripts in
    /// the library.
    #[must_use]
    pub fn search_path(mut self, directories: &str) -> Self {
        self.search = directories.to_string();
        self
    }

    /// Sets a variable when everything is loaded: `Module::name=value`, as on the command line.
    #[must_use]
    pub fn setting(mut self, setting: &str) -> Self {
        self.settings.push(setting.to_string());
        self
    }

    /// A variable of the environment, for the scripts.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_string(), value.to_string()));
        self
    }

    /// Loads only what every script needs of the base scripts: `-b`.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.options.bare = true;
        self
    }

    /// Whose ways to follow where releases differ.
    #[must_use]
    pub fn personality(mut self, personality: Personality) -> Self {
        self.options.personality = personality;
        self
    }

    /// The outside as scripts see it, in place of the real one: clock, files, environment. Standard output and
    /// standard error are captured whatever the host does with them.
    #[must_use]
    pub fn host(mut self, host: impl Host + 'static) -> Self {
        self.host = Some(Box::new(host));
        self
    }

    /// Lets scripts make this many jumps (rounds of loops, more or less) in all; then what runs ends with an error.
    #[must_use]
    pub fn limit_jumps(mut self, jumps: u64) -> Self {
        self.jumps = Some(jumps);
        self
    }

    /// Adds a native function, or puts one in the place of brood's own. `prototype` is its type as Bro writes it:
    /// `function(name: string, n: count): string`. The body takes the arguments by type, and gives a value of the
    /// result's type; an error ends the statement that calls it.
    #[must_use]
    pub fn native(
        mut self,
        name: &'static str,
        prototype: &'static str,
        body: impl Fn(&mut Vm, &mut Arguments<'_>) -> Result<Value, Raise> + 'static,
    ) -> Self {
        self.natives.push((name, prototype, Rc::new(body)));
        self
    }

    /// Loads everything.
    ///
    /// # Errors
    /// The errors that loading reported. Warnings and notes are among [`Node::take_diagnostics`].
    pub fn load(self) -> Result<Node, NodeError> {
        let captured = Captured::default();
        let mut host = self.host.unwrap_or_else(|| Box::new(SystemHost::new()));
        for (name, value) in &self.variables {
            host.set_variable(name, value);
        }
        let diagnostics: Rc<RefCell<Vec<Diagnostic>>> = Rc::default();
        let sink: Sink = {
            let diagnostics = diagnostics.clone();
            Rc::new(RefCell::new(move |_: &SourceMap, diagnostic: &Diagnostic| {
                diagnostics.borrow_mut().push(diagnostic.clone());
            }))
        };
        let host = RedirectedHost::new(host, captured.clone());
        let mut engine = Engine::new(Box::new(host), self.options, sink);
        let interrupt = Arc::default();
        engine.vm.set_interrupt(Arc::clone(&interrupt));
        engine.vm.set_patience(self.jumps);
        for (name, prototype, body) in self.natives {
            if !engine.vm.add_native(name, prototype, body) {
                let message = format!("{prototype} is no prototype for {name}");
                return Err(NodeError::Failed(vec![Diagnostic::error(Code::SyntaxError, Span::NONE, message)]));
            }
        }
        let layouts = self.scripts.iter().rev().filter(|script| is_layout(script));
        let path = layouts.fold(SearchPath::new(&self.search), |path, layout| path.led_by(directory(layout)));
        let setup = Setup {
            files: Rc::new(self.texts),
            path,
            embedded: SCRIPTS,
            prefixes: Vec::new(),
            recover: true,
            salvage: false,
            parsed: None,
        };
        engine.load(setup, &self.scripts, &self.settings, None);
        let node = Node { engine, captured, diagnostics, interrupt };
        if node.engine.error_count() > 0 { Err(node.failure(0)) } else { Ok(node) }
    }
}
