//! One file a target. To add one, write its file and a row of the table.

mod checker;
mod clients;
mod envelopes;
mod frames;
mod handshakes;
mod json;
mod logs;
mod machine;
mod node_files;
mod parser;
mod patterns;
mod scripts;
mod store_files;
mod stores;
mod wire;

use crate::harness::Target;

pub(crate) const TARGETS: &[Target] = &[
    parser::TARGET,
    checker::TARGET,
    machine::TARGET,
    patterns::TARGET,
    wire::TARGET,
    frames::TARGET,
    handshakes::TARGET,
    envelopes::TARGET,
    logs::TARGET,
    stores::TARGET,
    store_files::TARGET,
    json::TARGET,
    clients::TARGET,
    node_files::TARGET,
];
