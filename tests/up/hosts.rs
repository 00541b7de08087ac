//! A cluster of two hosts: network namespaces with a cable between them, where the system lets anybody make these.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::cluster::{BROOD, until};

/// Makes both hosts, starts the cluster's nodes on each, and goes on until its input ends.
const HOSTS: &str = r#"
set -e
ip link set lo up
unshare -n sleep 600 & other=$!
trap 'kill $other' EXIT
until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
ip link add name left type veth peer name right
ip link set right netns $other
ip addr add 10.9.0.1/24 dev left
ip link set left up
nsenter -t $other -n sh -c 'ip link set lo up; ip addr add 10.9.0.2/24 dev right; ip link set right up'
"$BROOD" up etc/site.bro node.bro --spool left > left.out 2>&1 &
nsenter -t $other -n "$BROOD" up etc/site.bro node.bro --spool right > right.out 2>&1 &
echo made
cat > /dev/null
"#;

/// Whether hosts can be made here.
fn can_make_hosts() -> bool {
    let make = ["-rn", "ip", "link", "add", "name", "left", "type", "veth", "peer", "name", "right"];
    let made = Command::new("unshare").args(make).output().is_ok_and(|output| output.status.success());
    let can_enter = || Command::new("nsenter").arg("--version").output().is_ok_and(|output| output.status.success());
    made && can_enter()
}

struct Hosts {
    folder: tempfile::TempDir,
    child: Child,
}

impl Hosts {
    fn new(nodes: &[(&str, &str, &str)]) -> Hosts {
        let folder = tempfile::tempdir().unwrap();
        let mut layout = "redef Cluster::manager_is_logger = F;\nredef Cluster::nodes = {\n".to_owned();
        for (port, (name, role, address)) in (47761..).zip(nodes) {
            let manager = if *role == "WORKER" { ", $manager=\"manager\"" } else { "" };
            layout.push_str(&format!(
                "\t[\"{name}\"] = [$node_type=Cluster::{role}, $ip={address}, $p={port}/tcp{manager}],\n"
            ));
        }
        layout.push_str("};\n");
        std::fs::create_dir(folder.path().join("etc")).unwrap();
        std::fs::write(folder.path().join("etc/site.bro"), layout).unwrap();
        std::fs::write(folder.path().join("node.bro"), "redef Cluster::retry_interval = 1sec;\n").unwrap();
        let mut command = Command::new("unshare");
        command.args(["-rn", "sh", "-c", HOSTS]).env("BROOD", BROOD).current_dir(folder.path());
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        Hosts { folder, child }
    }

    fn brood(&self, arguments: &[&str]) -> std::process::Output {
        Command::new(BROOD).args(arguments).current_dir(self.folder.path()).output().unwrap()
    }

    fn status(&self, host: &str) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.brood(&["status", "--json", "--spool", host]).stdout).ok()
    }

    fn read(&self, file: impl AsRef<Path>) -> String {
        std::fs::read_to_string(self.folder.path().join(file)).unwrap_or_default()
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        for host in ["right", "left"] {
            self.brood(&["down", "--spool", host]);
        }
        // The end of its input ends the hosts.
        drop(self.child.stdin.take().map(|mut input| input.flush()));
        let _ = self.child.wait();
    }
}

#[test]
fn each_host_starts_its_own_nodes_and_they_are_one_cluster() {
    if !can_make_hosts() {
        eprintln!("not run: no network namespaces for everybody here, or no `ip`, `unshare` and `nsenter`");
        return;
    }
    let (left, right) = ("10.9.0.1", "10.9.0.2");
    let hosts = Hosts::new(&[
        ("logger-1", "LOGGER", left),
        ("manager", "MANAGER", left),
        ("worker-1", "WORKER", left),
        ("worker-2", "WORKER", right),
        ("worker-3", "WORKER", right),
    ]);
    for (host, here, elsewhere) in [("left", 3, "worker-2, worker-3"), ("right", 2, "logger-1, manager, worker-1")] {
        until(&format!("all is well on the {host}: {}", hosts.read(format!("{host}.out"))), || {
            let status = hosts.status(host)?;
            let nodes = status["nodes"].as_array()?;
            let is_well = |node: &serde_json::Value| node["state"] == "up" && node["peers"] == node["peers_expected"];
            (nodes.len() == here && nodes.iter().all(is_well)).then_some(())
        });
        let told = hosts.read(format!("{host}.out"));
        assert!(told.contains(&format!("not started here: {elsewhere}")), "{told}");
    }
    // What nodes of the other host log is kept on this one.
    for host in ["right", "left"] {
        let down = hosts.brood(&["down", "--spool", host]);
        assert!(down.status.success(), "{down:?}");
    }
    let log = hosts.read("left/logger-1/cluster.log");
    for wanted in [
        "\tmanager\tgot hello from worker-3 (",
        "\tworker-3\tgot hello from manager (",
        "\tmanager\tnode down: worker-2",
    ] {
        assert!(log.contains(wanted), "no {wanted} in {log}");
    }
    let broker = hosts.read("left/logger-1/broker.log");
    assert!(
        broker.contains(&format!("\t::ffff:{right}\t")) && broker.contains(&format!("\t{left}\t47762\t")),
        "{broker}"
    );
}
