//! Node files: whatever they say, every place lies in them; what is written of a cluster is read again as it was.

use std::net::IpAddr;

use brood::cluster::graph::{Form, draw};
use brood::diag::{Diagnostic, render};
use brood::nodefile::node_cfg::{self, Reading};
use brood::nodefile::{
    Cluster, RELEASES, Release, Settings, compose, input, json, layout_text, networks, write_node_cfg, write_zeek_conf,
    zeek_conf,
};
use brood::source::{FileId, SourceMap};

use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "node_files", regressions: "node_files", extension: "cfg", memory: 512 << 20, generate, check };

/// Pieces of node files, whole and broken.
const PIECES: &[&str] = &[
    "[manager]\ntype=manager\nhost=10.0.0.1\n",
    "[proxy-1]\ntype=proxy\nhost=10.0.0.1\n",
    "[logger-1]\ntype=logger\nhost=10.0.0.1\n",
    "[worker-1]\ntype=worker\nhost=10.0.0.2\ninterface=eth0\n",
    "[worker-2]\ntype=worker\nhost=fd00::2\ninterface=zc:eth0\nlb_procs=3\nlb_method=pf_ring\npin_cpus=1,2\n",
    "[w]\ntype=worker\nhost=10.0.0.3\nlb_procs=2\nlb_method=interfaces\nlb_interfaces=eth0, eth1\n",
    "[alone]\ntype=standalone\nhost=::1\ninterface=eth0\n",
    "[DEFAULT]\nhost=10.0.0.1\nenv_vars=A=%(type)s,B=2\n",
    "aux_scripts=a.bro\n",
    "lb_procs=9999999999999999999\n",
    "count=3\n",
    "k: v\n  more\n\n  and more\n",
    "x=%(x)s\n",
    "x=%%\n",
    "; comment\n",
    "# comment\n",
    "[zeek]\nloggers = 2\nport = 65534\nenv =\n  A=b\n",
    "[interface tap]\ninterface = napatech::${worker_index0}\nworkers = 3\nworkers_cpu_list = 0-8:2,1\n",
    "interface = \\${worker_cpu}${worker_cpu}\nworkers = 2\n",
    "10.0.0.0/8 ours\nfe80::/64\n",
    "[",
    "]",
    "=",
    ":",
    "%",
    "${",
    "\r",
    "\n",
    "\u{feff}",
    "\u{2028}",
    "é",
];

fn generate(dice: &mut Dice) -> Vec<u8> {
    let mut text = Vec::new();
    for _ in 0..=dice.few(8) {
        text.extend_from_slice(dice.pick(PIECES).as_bytes());
    }
    for _ in 0..dice.few(3) {
        text = mutate::change_bytes(dice, text);
    }
    text
}

/// Names have no addresses here: nobody is asked.
fn resolve(host: &str) -> Result<Vec<IpAddr>, String> {
    input::literal(host).map(|address| vec![address]).ok_or_else(|| "no such host".into())
}

fn check(bytes: &[u8]) -> Result<(), Broken> {
    let mut sources = SourceMap::default();
    let file = sources.add("node.cfg", bytes.into(), false);
    let mut found = Vec::new();
    let _ = input::Kind::guess("-", bytes);
    let Some(text) = input::as_text(file, bytes, &mut found) else { return placed(&sources, text_of(bytes), &found) };
    networks::script(file, text, &mut found);
    if let Some(cluster) = zeek_conf::read(file, text, &resolve, &mut found) {
        written(&cluster, Release::latest(), &mut found)?;
    }
    for release in [Release::bro(), Release::latest()] {
        if let Some(cluster) = read(file, text, release, &mut found) {
            brood::nodefile::check(&cluster, &mut found);
            written(&cluster, release, &mut found)?;
            back(&cluster, release)?;
        }
    }
    placed(&sources, text, &found)
}

fn text_of(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or_default()
}

fn read(file: FileId, text: &str, release: &'static Release, found: &mut Vec<Diagnostic>) -> Option<Cluster> {
    let settings = Settings::default();
    node_cfg::read(file, text, &Reading { release, settings: &settings, port: Some(1000), resolve: &resolve }, found)
}

/// Every place can be shown, and is at the edge of a character.
fn placed(sources: &SourceMap, text: &str, found: &[Diagnostic]) -> Result<(), Broken> {
    for one in found {
        let places = one.related.iter().map(|(span, _)| *span).chain(one.fix.iter().map(|fix| fix.span));
        for span in places.chain([one.span]).filter(|span| !span.is_none()) {
            let is_edge = |at: u32| text.is_empty() || text.is_char_boundary(at as usize);
            let lies = span.start <= span.end && is_edge(span.start) && is_edge(span.end);
            holds(lies, "places lie in the text", || format!("{one:?}"))?;
        }
        let shown = render::human(sources, one, render::Style::default());
        holds(shown.contains(one.code.id()), "what is found can be shown", || format!("{one:?}"))?;
    }
    Ok(())
}

/// Every form can be written.
fn written(cluster: &Cluster, release: &'static Release, found: &mut Vec<Diagnostic>) -> Result<(), Broken> {
    for release in &RELEASES {
        layout_text::text(cluster, release);
    }
    layout_text::generated(cluster);
    layout_text::losses(cluster, release, found);
    draw(&cluster.layout(), Form::Dot);
    let json = serde_json::from_str::<serde_json::Value>(&json::text(cluster));
    holds(json.is_ok(), "JSON is JSON", || json::text(cluster))?;
    compose::text(cluster, &compose::Extras { scripts: &[], release }, found);
    if let Some(text) = write_zeek_conf::text(cluster, found) {
        let again = zeek_conf::read(FileId(0), &text, &resolve, &mut Vec::new());
        let count = |cluster: &Cluster| cluster.members.iter().filter(|member| !member.interface.is_empty()).count();
        let is_same = again.as_ref().is_some_and(|again| count(again) >= count(cluster));
        let is_plain = cluster.members.iter().all(|member| member.interface.trim() == member.interface);
        holds(
            is_same || !is_plain || found.iter().any(|one| one.severity.is_error()),
            "a zeek.conf is read again",
            || text,
        )?;
    }
    Ok(())
}

/// The `node.cfg` that is made of a cluster makes that cluster.
fn back(cluster: &Cluster, release: &'static Release) -> Result<(), Broken> {
    let Some(text) = write_node_cfg::text(cluster, release, &mut Vec::new()) else { return Ok(()) };
    let mut found = Vec::new();
    let again = read(FileId(0), &text, release, &mut found);
    let layout = |cluster: &Cluster| layout_text::text(cluster, release);
    let is_same = again.as_ref().map(layout) == Some(layout(cluster));
    holds(is_same, "a node.cfg that was written makes the same layout", || format!("{text}\n{found:?}"))
}
