//! The native functions, one file a family.
//!
//! To add a native, write one entry in its family's `natives!`. To add a family, write its file and one row of the
//! table below. The index by name is built when the first name is looked up.

mod addresses;
mod alignment;
#[cfg(test)]
pub(crate) mod bench;
mod broker_data;
mod broker_messages;
mod broker_stores;
mod broker_vectors;
mod cluster;
mod comments;
mod containers;
mod conversion;
mod encoding;
mod entropy;
mod event_groups;
mod event_metadata;
mod files;
mod footprint;
mod formatting;
mod hashing;
mod input;
mod json;
mod log;
mod long_hashes;
mod lookup;
mod math;
mod options;
mod packets;
mod patterns;
mod ports;
mod probabilistic;
mod protocols;
mod random;
mod reflection;
pub mod reporter;
mod results;
pub mod seeds;
pub mod sim;
mod sorting;
pub mod stats;
mod string_escapes;
mod string_join;
mod string_search;
mod strings;
pub mod system;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests_of_opaque;
mod time;
mod traffic;
pub mod unit_tests;
mod websocket;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::broker::OpaqueForm;
use crate::program::NativeInfo;
use crate::vm::{Family, Native, NativeIndex};

/// How opaque values of natives travel to other nodes.
pub const OPAQUE_FORMS: &[&[OpaqueForm]] = &[hashing::FORMS, probabilistic::FORMS, &[entropy::FORM]];

/// Every family.
pub const FAMILIES: &[Family] = &[
    Family::new("strings", strings::NATIVES),
    Family::new("search in strings", string_search::NATIVES),
    Family::new("joining and cutting strings", string_join::NATIVES),
    Family::new("escapes", string_escapes::NATIVES),
    Family::new("alignment of strings", alignment::NATIVES),
    Family::new("formatting", formatting::NATIVES),
    Family::new("conversion", conversion::NATIVES),
    Family::new("mathematics", math::NATIVES),
    Family::new("addresses", addresses::NATIVES),
    Family::new("ports", ports::NATIVES),
    Family::new("patterns", patterns::NATIVES),
    Family::new("containers", containers::NATIVES),
    Family::new("sorting", sorting::NATIVES),
    Family::new("options", options::NATIVES),
    Family::new("reflection", reflection::NATIVES),
    Family::new("JSON", json::NATIVES),
    Family::new("protocols", protocols::NATIVES),
    Family::new("traffic", traffic::NATIVES),
    Family::new("packets", packets::NATIVES),
    Family::new("comments", comments::NATIVES),
    Family::new("event groups", event_groups::NATIVES),
    Family::new("metadata of events", event_metadata::NATIVES),
    Family::new("reporter", reporter::NATIVES),
    Family::new("encoding", encoding::NATIVES),
    Family::new("hashing", hashing::NATIVES),
    Family::new("hashes of later releases", long_hashes::NATIVES),
    Family::new("random numbers", random::NATIVES),
    Family::new("entropy", entropy::NATIVES),
    Family::new("time", time::NATIVES),
    Family::new("system", system::NATIVES),
    Family::new("files", files::NATIVES),
    Family::new("names of hosts", lookup::NATIVES).polling(lookup::poll),
    Family::new("Bloom filters", probabilistic::bloom::NATIVES),
    Family::new("cardinality", probabilistic::cardinality::NATIVES),
    Family::new("most frequent elements", probabilistic::topk::NATIVES),
    Family::new("Broker's data", broker_data::NATIVES),
    Family::new("Broker's vectors and records", broker_vectors::NATIVES),
    Family::new("Broker's stores", broker_stores::NATIVES).polling(broker_stores::poll),
    Family::new("Broker's messages", broker_messages::NATIVES).polling(crate::broker::poll),
    Family::new("cluster", cluster::NATIVES),
    Family::new("WebSocket clients", websocket::NATIVES),
    Family::new("simulation", sim::NATIVES),
    Family::new("unit tests", unit_tests::NATIVES),
    Family::new("statistics", stats::NATIVES),
    Family::new("logging", log::NATIVES),
    Family::new("input", input::NATIVES).polling(input::poll),
];

static INDEX: OnceLock<FxHashMap<&'static str, NativeIndex>> = OnceLock::new();

fn index() -> &'static FxHashMap<&'static str, NativeIndex> {
    INDEX.get_or_init(|| {
        let count = FAMILIES.iter().map(|family| family.natives.len()).sum();
        let mut index = FxHashMap::with_capacity_and_hasher(count, rustc_hash::FxBuildHasher);
        for (family, of) in FAMILIES.iter().enumerate() {
            for (entry, native) in of.natives.iter().enumerate() {
                index.insert(native.name, NativeIndex::new(family, entry));
            }
        }
        index
    })
}

/// A native by its full name.
pub fn get(name: &str) -> Option<&'static Native> {
    index().get(name)?.get(FAMILIES)
}

/// Finds natives for a [`Program`](crate::program::Program).
pub fn find(name: &str) -> Option<NativeInfo> {
    let index = *index().get(name)?;
    let native = index.get(FAMILIES)?;
    Some(NativeInfo { index: index.0, prototype: native.prototype, doc: native.doc, needs: native.needs })
}

/// All natives, family by family.
pub fn all() -> impl Iterator<Item = (&'static Family, &'static Native)> {
    FAMILIES.iter().flat_map(|family| family.natives.iter().map(move |native| (family, native)))
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashSet;

    use super::{all, find};

    #[test]
    fn every_name_is_there_once() {
        let mut names = FxHashSet::default();
        for (family, native) in all() {
            assert!(names.insert(native.name), "{} is declared twice, again in {}", native.name, family.name);
            assert!(find(native.name).is_some());
        }
    }

    #[test]
    fn every_native_says_what_it_does() {
        for (_, native) in all() {
            assert!(native.doc.trim().ends_with('.'), "{} is not documented in sentences", native.name);
            assert!(native.prototype.starts_with("function("), "{} has no prototype", native.name);
        }
    }
}
