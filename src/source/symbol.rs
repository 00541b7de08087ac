//! Interned names.
//!
//! A [`Symbol`] is a four-byte handle to a name. Interned text lives until the process ends, which lets a symbol
//! hand out `&'static str`; the amount is bounded by the distinct identifiers in the sources that were read.

use std::cell::RefCell;
use std::fmt;

use rustc_hash::FxHashMap;

/// An interned identifier, possibly qualified (`Cluster::nodes`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

#[derive(Default)]
struct Interner {
    by_text: FxHashMap<&'static str, Symbol>,
    texts: Vec<&'static str>,
}

thread_local! {
    static INTERNER: RefCell<Interner> = RefCell::default();
}

impl Symbol {
    /// The symbol of `text`; equal texts give equal symbols on the same thread.
    pub fn new(text: &str) -> Self {
        INTERNER.with_borrow_mut(|interner| {
            if let Some(&symbol) = interner.by_text.get(text) {
                return symbol;
            }
            let symbol = Symbol(u32::try_from(interner.texts.len()).unwrap_or(u32::MAX));
            let text: &'static str = Box::leak(text.into());
            interner.texts.push(text);
            interner.by_text.insert(text, symbol);
            symbol
        })
    }

    pub fn as_str(self) -> &'static str {
        INTERNER.with_borrow(|interner| interner.texts.get(self.0 as usize).copied().unwrap_or(""))
    }

    /// The module part of a qualified name: `Cluster` of `Cluster::nodes`.
    pub fn module(self) -> Option<&'static str> {
        self.as_str().rsplit_once("::").map(|(module, _)| module)
    }

    /// The name without its module: `nodes` of `Cluster::nodes`.
    pub fn base_name(self) -> &'static str {
        self.as_str().rsplit_once("::").map_or(self.as_str(), |(_, name)| name)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.as_str())
    }
}

impl From<&str> for Symbol {
    fn from(text: &str) -> Self {
        Symbol::new(text)
    }
}
