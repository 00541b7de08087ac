//! Where inputs come from.

pub(crate) mod corpus;
pub(crate) mod dice;
pub(crate) mod grammar;
pub(crate) mod mutate;
pub(crate) mod typed;
