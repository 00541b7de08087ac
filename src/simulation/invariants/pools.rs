//! Pools are the same on all nodes that have them: the same members in the same order, which is where rotations begin. On
//! every node the members that live are the node itself and those that it is connected with; keys choose among the
//! connected ones, and nodes with the same ones send a key to the same member.
//!
//! Nodes with a connection on which a scenario has lost messages are excused while it lasts.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::scripts::{count, field, record, text};
use super::{Breach, Moment, Simulation};
use crate::engine::Engine;
use crate::value::{RecordObject, Value};

/// Keys that are tried.
const KEYS: [&str; 3] = ["10.0.0.1", "a key", "worker-1"];

/// A pool as a node has it.
struct Seen {
    topic: String,
    /// Names and numbers, in the order of rotations.
    members: Vec<(String, u64)>,
    alive: BTreeSet<String>,
    alive_count: u64,
    sites: BTreeSet<u64>,
    /// Where the keys go.
    chosen: Vec<String>,
}

fn pools(engine: &Engine) -> Vec<Rc<RecordObject>> {
    match engine.vm.global_by_name("Cluster::registered_pools") {
        Some(Value::Vector(pools)) => pools.with(|pools| pools.iter().filter_map(record).collect()),
        _ => Vec::new(),
    }
}

fn see(engine: &mut Engine, pool: &Rc<RecordObject>) -> Option<Seen> {
    let spec = record(&field(pool, "spec")?)?;
    let topic = text(&spec, "topic")?;
    let Value::Vector(list) = field(pool, "node_list")? else { return None };
    let list: Vec<Rc<RecordObject>> = list.with(|list| list.iter().filter_map(record).collect());
    let members = list.iter().filter_map(|member| Some((text(member, "name")?, count(member, "site_id")?))).collect();
    let is_alive = |member: &&Rc<RecordObject>| matches!(field(member, "alive"), Some(Value::Bool(true)));
    let alive = list.iter().filter(is_alive).filter_map(|member| text(member, "name")).collect();
    let hrw_pool = record(&field(pool, "hrw_pool")?)?;
    let Value::Table(sites) = field(&hrw_pool, "sites")? else { return None };
    let number = |key: Vec<Value>| if let Some(Value::Count(id)) = key.first() { Some(*id) } else { None };
    let sites: BTreeSet<u64> = sites.snapshot().into_iter().filter_map(|(key, _)| number(key)).collect();
    let mut chosen = Vec::new();
    if let Some(Value::Func(hrw_topic)) = engine.vm.global_by_name("Cluster::hrw_topic") {
        for key in KEYS {
            let topic = engine.vm.call(&hrw_topic, &[Value::Record(pool.clone()), Value::string(key)]).ok()?;
            chosen.push(String::from_utf8_lossy(topic.as_bytes()?).into_owned());
        }
    }
    Some(Seen { topic, members, alive, alive_count: count(pool, "alive_count")?, sites, chosen })
}

/// What is wrong with a pool on a node that is connected with these.
fn wrong(pool: &Seen, own: &str, peers: &BTreeSet<&str>) -> Option<String> {
    let members = || pool.members.iter().map(|(name, _)| name.as_str());
    let expected: BTreeSet<&str> = members().filter(|name| *name == own || peers.contains(name)).collect();
    let alive: BTreeSet<&str> = pool.alive.iter().map(String::as_str).collect();
    if alive != expected || pool.alive_count != expected.len() as u64 {
        let names = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
        let (alive, expected, count) = (names(&alive), names(&expected), pool.alive_count);
        return Some(format!("alive are {count}: [{alive}], and connected are [{expected}]"));
    }
    let connected = pool.members.iter().filter(|(name, _)| peers.contains(name.as_str()));
    let expected: BTreeSet<u64> = connected.map(|(_, site)| *site).collect();
    let sites = &pool.sites;
    // A node that is told it is up itself is among those that keys choose, too.
    let is_own = |site: &u64| pool.members.iter().any(|(name, id)| name == own && id == site);
    let differs = sites.symmetric_difference(&expected).any(|site| !is_own(site));
    differs.then(|| format!("keys choose among the sites {sites:?}, and the connected ones are {expected:?}"))
}

pub(super) fn look(simulation: &mut Simulation, _moment: Moment) -> Vec<Breach> {
    let (names, mut breaches) = (simulation.names(), Vec::new());
    // By topic: the members as the first node has them. By topic and sites: where its keys go.
    let mut members: BTreeMap<String, (usize, Vec<(String, u64)>)> = BTreeMap::new();
    let mut chosen: BTreeMap<(String, BTreeSet<u64>), (usize, Vec<String>)> = BTreeMap::new();
    for node in simulation.running() {
        if simulation.network.borrow().is_lossy(node) {
            continue;
        }
        let peers = simulation.network.borrow().peers(node);
        let peers: BTreeSet<&str> = peers.into_iter().filter_map(|peer| names.get(peer)).map(String::as_str).collect();
        let own = names.get(node).map_or("", String::as_str);
        let seen = simulation
            .peek(node, |engine| pools(engine).iter().filter_map(|pool| see(engine, pool)).collect::<Vec<Seen>>());
        for pool in seen.unwrap_or_default() {
            let mut say = |what: String| breaches.push(Breach { node, what: format!("pool {}: {what}", pool.topic) });
            let other = |node: usize| names.get(node).map_or("", String::as_str);
            if let Some(what) = wrong(&pool, own, &peers) {
                say(what);
            }
            let (first, known) = members.entry(pool.topic.clone()).or_insert_with(|| (node, pool.members.clone()));
            if *known != pool.members {
                say(format!("the members are {:?}, and {known:?} on {}", pool.members, other(*first)));
            }
            let key = (pool.topic.clone(), pool.sites.clone());
            let (first, known) = chosen.entry(key).or_insert_with(|| (node, pool.chosen.clone()));
            if *known != pool.chosen {
                say(format!("the keys {KEYS:?} go to {:?}, and to {known:?} on {}", pool.chosen, other(*first)));
            }
        }
    }
    breaches
}
