//! What the plugins for load balancing do to workers: names of interfaces, and environment variables that tell the
//! capturing library how to share packets.

use std::collections::HashMap;

use super::environment::set_default;
use super::release::Release;
use super::section::{Draft, Kind};
use super::settings::Settings;
use crate::diag::{Code, Diagnostic};
use crate::source::Span;

/// Ways in which `PF_RING` shares packets.
const CLUSTER_TYPES: &[&str] = &["2-tuple", "4-tuple", "5-tuple", "tcp-5-tuple", "6-tuple", "round-robin"];

/// Applies all of them; the drafts are in the order of BroControl.
pub(super) fn apply(drafts: &mut [Draft], release: &Release, settings: &Settings, found: &mut Vec<Diagnostic>) {
    custom(drafts, settings);
    myricom(drafts);
    pf_ring(drafts, release, settings, found);
    if release.af_packet {
        af_packet(drafts, found);
    }
}

fn workers<'a>(drafts: &'a mut [Draft], method: &'a str) -> impl Iterator<Item = &'a mut Draft> {
    drafts.iter_mut().filter(move |draft| draft.kind == Kind::Worker && draft.keys.text("lb_method") == method)
}

/// For packet sources of other plugins: `af_packet::` before the interface.
fn custom(drafts: &mut [Draft], settings: &Settings) {
    let prefix = settings.text("lb_custom.interfaceprefix").unwrap_or_default();
    let suffix = settings.text("lb_custom.interfacesuffix").unwrap_or_default();
    for draft in workers(drafts, "custom") {
        draft.interface = format!("{prefix}{}{suffix}", draft.interface);
    }
}

fn myricom(drafts: &mut [Draft]) {
    for draft in workers(drafts, "myricom") {
        let rings = draft.processes.clone().unwrap_or_default();
        set_default(&mut draft.environment, "SNF_NUM_RINGS", rings);
        set_default(&mut draft.environment, "SNF_FLAGS", "0x101");
    }
}

fn pf_ring(drafts: &mut [Draft], release: &Release, settings: &Settings, found: &mut Vec<Diagnostic>) {
    let cluster = settings.number("pfringclusterid").unwrap_or(21);
    if cluster == 0 || workers(drafts, "pf_ring").next().is_none() {
        return;
    }
    let kind = settings.text("pfringclustertype").unwrap_or("4-tuple");
    if !CLUSTER_TYPES.contains(&kind) {
        let span = settings.get("pfringclustertype").map_or(Span::NONE, |setting| setting.span);
        let message = format!("PFRINGClusterType={kind} is none of {}", CLUSTER_TYPES.join(", "));
        found.push(Diagnostic::error(Code::ControlSetting, span, message));
        return;
    }
    let variable = match kind {
        "round-robin" => None,
        "6-tuple" => Some("PCAP_PF_RING_USE_CLUSTER_PER_FLOW".to_string()),
        _ => Some(format!("PCAP_PF_RING_USE_CLUSTER_PER_FLOW_{}", kind.to_uppercase().replace('-', "_"))),
    };
    let first = settings.number("pfringfirstappinstance").unwrap_or(0);
    let mut instance = first;
    // By host, the interfaces in use there with their clusters.
    let mut hosts: HashMap<String, HashMap<String, i64>> = HashMap::new();
    for draft in workers(drafts, "pf_ring") {
        let interfaces = hosts.entry(draft.host.clone()).or_default();
        let next = cluster.saturating_add(i64::try_from(interfaces.len()).unwrap_or(0));
        let cluster = *interfaces.entry(draft.interface.clone()).or_insert_with(|| {
            instance = first;
            next
        });
        if let Some(variable) = &variable {
            set_default(&mut draft.environment, variable, "1");
        }
        let is_any = |prefixes: &[&str]| prefixes.iter().any(|prefix| draft.interface.starts_with(prefix));
        let numbered = is_any(&["zc:", "pf_ring::zc:", "dna"]);
        if is_any(&["zc:", "pf_ring::zc:"]) {
            set_default(&mut draft.environment, "PCAP_PF_RING_ZC_RSS", "1");
        } else if is_any(&["dna"]) && !is_any(&["dnacl"]) {
            set_default(&mut draft.environment, "PCAP_PF_RING_DNA_RSS", "1");
        } else if !numbered {
            set_default(&mut draft.environment, "PCAP_PF_RING_CLUSTER_ID", cluster.to_string());
        }
        if numbered {
            draft.interface = format!("{}@{instance}", draft.interface);
        }
        instance = instance.saturating_add(1);
        let name = format!("{}-{}", release.ending(), draft.interface);
        set_default(&mut draft.environment, "PCAP_PF_RING_APPNAME", name);
    }
}

/// Puts the packet source before the interface. Where that is there already, ZeekControl's plugin complains and leaves
/// this worker and all after it as they are.
fn af_packet(drafts: &mut [Draft], found: &mut Vec<Diagnostic>) {
    for draft in workers(drafts, "af_packet") {
        if draft.interface.starts_with("af_packet::") {
            let span = draft.keys.0.get("interface").map_or(draft.span, |entry| entry.value_span);
            let message =
                format!("lb_method=af_packet puts af_packet:: before the interface of {} itself", draft.group);
            let plain = draft.interface.trim_start_matches("af_packet::");
            found.push(Diagnostic::warning(Code::LoadBalancing, span, message).fix(span, plain, "the interface alone"));
            return;
        }
        draft.interface = format!("af_packet::{}", draft.interface);
    }
}
