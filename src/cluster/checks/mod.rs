//! What can be wrong with a layout that loads. One file a theme; a check is one row of [`CHECKS`].
//!
//! Checks look at the layout alone: they open no port, resolve no name, and do not depend on the machine they run on.

mod addresses;
mod names;
mod references;
mod releases;
mod roles;

use super::{Layout, places::Places, plan::Plan};
use crate::diag::Diagnostic;

/// What checks look at.
pub struct Facts<'a> {
    pub layout: &'a Layout,
    pub places: &'a Places,
    pub plan: &'a Plan,
}

/// Adds what it finds.
pub type Check = fn(&Facts<'_>, &mut Vec<Diagnostic>);

/// Every check of layouts, in the order in which findings of one place are shown.
pub const CHECKS: &[Check] = &[
    references::dangling,
    references::wrong_role,
    roles::managers,
    roles::without_manager,
    roles::loggers,
    roles::without_port,
    addresses::duplicates,
    addresses::ports,
    addresses::loopback,
    addresses::zones,
    names::prefixes,
    releases::fields,
];

/// Runs all checks on a layout.
pub fn run(layout: &Layout, places: &Places) -> Vec<Diagnostic> {
    let plan = Plan::of(layout);
    let facts = Facts { layout, places, plan: &plan };
    let mut found = Vec::new();
    if !layout.nodes.is_empty() {
        CHECKS.iter().for_each(|check| check(&facts, &mut found));
    }
    found
}
