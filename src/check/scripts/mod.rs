//! What can be wrong with the scripts of a cluster beyond their types. One file a theme.
//!
//! Checks of one evaluation come first; those that need what all nodes say take every evaluation together.

mod calls;
mod events;
mod layout;
mod topics;

pub(super) use calls::{arguments, early};
pub(super) use events::orphans;
pub(super) use layout::{empty_pools, layout_loads};
pub(super) use topics::unheard;
