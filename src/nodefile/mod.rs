//! The files by which control programs know a cluster: `node.cfg` of BroControl and ZeekControl, `zeek.conf` of Zeek's
//! generator for systemd, and what is made of them: layouts, compose files, and back.
//!
//! Everything goes through one [`Cluster`]. Whoever reads says what is wrong, with its place; whoever writes says what
//! it has no place for, so that nothing is lost silently. Nothing here touches the network or the disk: names of hosts
//! are resolved by whoever calls.

mod balance;
pub mod compose;
mod conf_lines;
mod cpu_list;
mod environment;
pub mod ini;
pub mod input;
pub mod json;
pub mod layout_text;
mod model;
pub mod networks;
pub mod node_cfg;
mod python;
mod release;
mod section;
mod settings;
pub mod write_node_cfg;
pub mod write_zeek_conf;
pub mod zeek_conf;

pub use model::{Cluster, Listeners, Member, Origin, Resolve};
pub use release::{RELEASES, Release};
pub use settings::Settings;

use crate::cluster::checks;
use crate::diag::{Code, Diagnostic};

/// What is wrong with the layout that a cluster would have, at the places of the file that it was read from. What
/// depends on the release is left out: the layout is written for one.
pub fn check(cluster: &Cluster, found: &mut Vec<Diagnostic>) {
    if cluster.standalone {
        return;
    }
    let mut all = checks::run(&cluster.layout(), &cluster.places);
    // All releases that know zeek.conf end the topics of nodes, so that none is the beginning of another.
    let is_of_zeek = cluster.origin == Origin::ZeekConf;
    all.retain(|found| found.code != Code::ReleaseField && !(is_of_zeek && found.code == Code::PrefixName));
    found.append(&mut all);
}
