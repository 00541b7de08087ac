//! What runs inputs: the child process that tries them, the parent that watches, shrinks and keeps what was found.

pub(crate) mod child;
pub(crate) mod guard;
pub(crate) mod parent;
pub(crate) mod settings;
pub(crate) mod shrink;

use crate::inputs::dice::Dice;

/// Something to fuzz.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    /// The folder of its regressions; targets that take the same kind of input share one.
    pub(crate) regressions: &'static str,
    /// The ending of regression files.
    pub(crate) extension: &'static str,
    /// Most memory that the process may have taken, in bytes.
    pub(crate) memory: u64,
    pub(crate) generate: fn(&mut Dice) -> Vec<u8>,
    /// Runs one input; the error says which property does not hold.
    pub(crate) check: fn(&[u8]) -> Result<(), Broken>,
}

/// A property that does not hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The same for every input that shows the same mistake: shrinking keeps it.
    pub(crate) property: String,
    pub(crate) detail: String,
}

impl Broken {
    pub(crate) fn new(property: impl Into<String>, detail: impl Into<String>) -> Self {
        Broken { property: property.into(), detail: detail.into() }
    }
}

/// Fails with a property's name where a condition does not hold.
pub(crate) fn holds(condition: bool, property: &str, detail: impl FnOnce() -> String) -> Result<(), Broken> {
    if condition { Ok(()) } else { Err(Broken::new(property, detail())) }
}
