//! `brood doc`: the reference of natives and of the framework's names.

use std::cell::RefCell;
use std::rc::Rc;

use super::output::print;
use crate::diag::say;
use clap::{Args, ValueEnum};

use crate::engine::{Engine, Options, Personality};
use crate::load::embedded::SCRIPTS;
use crate::load::files::MemoryFiles;
use crate::load::path::SearchPath;
use crate::load::{Loader, Setup};
use crate::reference::render::{Form, entry, listing, overview};
use crate::reference::{Entry, Found, Reference};
use crate::vm::MemoryHost;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A name, with or without its module; a module; or a part of names. Without it, the modules are listed.
    name: Option<String>,
    /// How to write it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Every entry in full, instead of a list.
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For a terminal of 80 columns.
    Text,
    Markdown,
}

pub(super) fn run(arguments: &Arguments) -> i32 {
    let form = match arguments.format {
        Format::Text => Form::Text { width: 80 },
        Format::Markdown => Form::Markdown,
    };
    let reference = reference();
    let text = match &arguments.name {
        None if arguments.all => in_full(reference.entries(), form),
        None => {
            let mut text = overview(&reference, form);
            if let Format::Text = arguments.format {
                text.push_str("\n`brood doc NAME` tells of a module or a name, `brood doc WORD` finds names.\n");
            }
            text
        }
        Some(name) => match reference.find(name) {
            Found::One(one) => entry(one, form),
            Found::Several(several) if arguments.all => in_full(several, form),
            Found::Several(several) => listing(name, &several, form),
            Found::Nothing(suggestion) => {
                let help = suggestion.map_or_else(
                    || "`brood doc` lists the modules".to_string(),
                    |suggestion| format!("did you mean {suggestion}?"),
                );
                say!("brood doc: nothing is known of {name}; {help}");
                return 1;
            }
        },
    };
    print("brood doc", text)
}

fn in_full<'a>(entries: impl IntoIterator<Item = &'a Entry>, form: Form) -> String {
    let texts: Vec<String> = entries.into_iter().map(|one| entry(one, form)).collect();
    texts.join("\n")
}

/// The names of the base scripts with their values, and the names that the other scripts add.
fn reference() -> Reference {
    let mut reference = Reference::of(&load(&[]).vm);
    let policy: Vec<String> =
        SCRIPTS.under("policy").iter().map(|(name, _)| name.trim_start_matches("policy/").to_string()).collect();
    reference.extend(Reference::of(&load(&policy).vm));
    reference
}

/// Loads embedded scripts in a world of their own; nothing runs, and what does not fit together is of no interest.
fn load(scripts: &[String]) -> Engine {
    let options = Options { personality: Personality::Brood, ..Options::default() };
    let mut engine = Engine::new(Box::new(MemoryHost::new()), options, Rc::new(RefCell::new(|_: &_, _: &_| {})));
    let setup = Setup {
        files: Rc::new(MemoryFiles::default()),
        path: SearchPath::default(),
        embedded: SCRIPTS,
        prefixes: Vec::new(),
        recover: true,
        salvage: false,
        parsed: None,
    };
    engine.load_with(&mut Loader::new(setup), scripts, &[], None);
    engine
}
