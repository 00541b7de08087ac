//! `brood convert` as a user runs it. Each file in tests/convert is a case: its first line holds the arguments behind
//! `#:`, and what is printed must be what the file of the same name with `.expected` behind it holds: standard output,
//! what was told, and the exit status. With `BROOD_BASELINE=1` these files are written instead: look at the difference
//! before keeping it. Layouts were compared with those that BroControl and ZeekControl write.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use brood::cluster::places::Places;
use brood::diag::Code;
use brood::nodefile::node_cfg::{self, Reading};
use brood::nodefile::{Cluster, RELEASES, Release, Settings, layout_text, write_node_cfg, write_zeek_conf, zeek_conf};
use brood::source::FileId;
use proptest::prelude::{Strategy, any, prop};
use proptest::test_runner::{Config, TestRunner};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/convert")
}

fn convert(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brood"));
    command.arg("convert").args(arguments).current_dir(folder).env_remove("CLUSTER_NODE").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The cases: files that have an `.expected` beside them, or are to get one.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> =
        entries.filter(|path| path.is_file() && path.extension().is_some_and(|ending| ending != "expected")).collect();
    cases.sort();
    cases
}

fn expected(case: &Path) -> PathBuf {
    let mut name = case.as_os_str().to_owned();
    name.push(".expected");
    PathBuf::from(name)
}

#[test]
fn every_case_becomes_what_is_expected() {
    let mut failed = Vec::new();
    for case in cases() {
        let name = case.file_name().unwrap().to_str().unwrap();
        let content = fs::read_to_string(&case).unwrap();
        let words =
            content.lines().next().and_then(|line| line.strip_prefix("#:")).expect("arguments in the first line");
        let arguments: Vec<&str> = std::iter::once(name).chain(words.split_whitespace()).collect();
        let output = convert(&folder(), &arguments);
        let (out, told) = (text(&output.stdout), text(&output.stderr));
        let found = format!("{out}----\n{told}status {}\n", output.status.code().unwrap());
        if std::env::var_os("BROOD_BASELINE").is_some() {
            fs::write(expected(&case), &found).unwrap();
        }
        let wanted = fs::read_to_string(expected(&case)).unwrap_or_default();
        if found != wanted {
            failed.push(format!("---- {name}\n{wanted}---- but found\n{found}"));
        }
        assert_eq!(out.is_empty(), !output.status.success(), "{name}: something is written exactly where all is well");
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_code_of_node_files_has_a_case() {
    let all: String = cases().iter().map(|case| fs::read_to_string(expected(case)).unwrap_or_default()).collect();
    let codes = Code::ALL.iter().map(|code| code.id()).filter(|code| code.starts_with("B6"));
    let missing: Vec<&str> = codes.filter(|code| !all.contains(&format!("[{code}]"))).collect();
    assert!(missing.is_empty(), "codes without a case in tests/convert: {missing:?}");
}

fn no_names(host: &str) -> Result<Vec<IpAddr>, String> {
    host.parse().map(|address| vec![address]).map_err(|_| "no such host".to_string())
}

fn read_node_cfg(text: &str, release: &'static Release, port: Option<u16>) -> Option<Cluster> {
    let reading = Reading { release, settings: &Settings::default(), port, resolve: &no_names };
    node_cfg::read(FileId(0), text, &reading, &mut Vec::new())
}

/// Clusters as somebody might write them, in any order.
fn node_cfg_text() -> impl Strategy<Value = String> {
    let host = prop::sample::select(vec!["10.0.0.1", "10.0.0.2", "fd00::1"]);
    let worker = (host.clone(), 0..4_usize, any::<bool>());
    let several = prop::collection::vec(worker, 0..5);
    (host, 0..3_usize, 1..4_usize, several, any::<bool>()).prop_map(|(host, loggers, proxies, workers, turned)| {
        let node = |name: String, kind: &str, host: &str| format!("[{name}]\ntype={kind}\nhost={host}\n");
        let mut sections = vec![node("manager".into(), "manager", host)];
        sections.extend((0..loggers).map(|number| node(format!("logger-{number}"), "logger", host)));
        sections.extend((0..proxies).map(|number| node(format!("proxy-{number}"), "proxy", host)));
        for (number, (host, processes, pinned)) in workers.into_iter().enumerate() {
            let mut section = node(format!("worker-{number}"), "worker", host) + "interface=eth%%0\n";
            if processes > 0 {
                section += &format!("lb_procs={processes}\nlb_method=custom\n");
            }
            if pinned {
                section += "pin_cpus=1,2\n";
            }
            sections.push(section);
        }
        if turned {
            sections.reverse();
        }
        sections.concat()
    })
}

#[test]
fn a_node_cfg_made_of_a_layout_makes_the_same_layout() {
    let cases = (node_cfg_text(), 0..RELEASES.len(), prop::option::of(1..60_000_u16));
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 300, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    runner
        .run(&cases, |(text, release, port)| {
            let release = &RELEASES[release];
            let cluster = read_node_cfg(&text, release, port).expect("a cluster without mistakes");
            let layout = layout_text::text(&cluster, release);
            let of_layout = Cluster::of_layout(&cluster.layout(), Places::default());
            let mut found = Vec::new();
            let back = write_node_cfg::text(&of_layout, release, &mut found).expect("BroControl can make its own");
            assert!(found.is_empty(), "{found:?}");
            let first = cluster.members[0].node.port.number - u16::try_from(release.reserved()).unwrap();
            let again = read_node_cfg(&back, release, Some(first)).expect("what was written is right");
            // Interfaces are no part of layouts since 7.1; the text has none either.
            assert_eq!(layout_text::text(&again, release), layout);
            // From the cluster itself nothing is lost at all.
            let mut found = Vec::new();
            let direct = write_node_cfg::text(&cluster, release, &mut found).unwrap();
            let again = read_node_cfg(&direct, release, Some(first)).unwrap();
            assert!(found.is_empty(), "{found:?}");
            for (one, other) in cluster.members.iter().zip(&again.members) {
                assert_eq!((&one.interface, one.cpu, &one.host), (&other.interface, other.cpu, &other.host));
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_zeek_conf_made_of_a_cluster_makes_the_same_cluster() {
    let interfaces = prop::collection::btree_map("[a-z]{1,4}", (1..4_usize, 0..3_usize), 1..4);
    let cases = (0..3_usize, 0..3_usize, 1..60_000_u16, 1..60_000_u16, interfaces);
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 300, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    runner
        .run(&cases, |(loggers, proxies, port, metrics, interfaces)| {
            let mut text = format!("loggers={loggers}\nproxies={proxies}\nport={port}\nmetrics_port={metrics}\n");
            let several = interfaces.len() > 1;
            if several {
                text.insert_str(0, "[zeek]\n");
            }
            for (interface, (workers, cpus)) in &interfaces {
                if several {
                    text += &format!("[interface {interface}]\n");
                }
                text += &format!("interface=af_packet::{interface}\nworkers={workers}\nworker_env =\n  A=b\n");
                if *cpus > 0 {
                    text += &format!("workers_cpu_list=2-{}\n", 2 + cpus);
                }
            }
            let read = |text: &str| zeek_conf::read(FileId(0), text, &no_names, &mut Vec::new()).unwrap();
            let cluster = read(&text);
            let mut found = Vec::new();
            let back = write_zeek_conf::text(&cluster, &mut found).unwrap();
            assert!(found.is_empty(), "{found:?}");
            let again = read(&back);
            assert_eq!(layout_text::generated(&again), layout_text::generated(&cluster), "{back}");
            for (one, other) in cluster.members.iter().zip(&again.members) {
                assert_eq!((&one.interface, one.cpu), (&other.interface, other.cpu));
                assert_eq!(one.environment, other.environment);
            }
            Ok(())
        })
        .unwrap();
}
