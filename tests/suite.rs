//! The tests in tests/suite, which brood itself runs: `brood test -j -d tests/suite`. Those of nodes run with processes
//! and in simulated time, and must print the same; those of packages are unit tests.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

const BROOD: &str = env!("CARGO_BIN_EXE_brood");

/// Runs tests of the suite. What the tests call bro and zeek is brood, whatever else is installed.
fn run(arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let programs = folder.path().join("programs");
    fs::create_dir(&programs).unwrap();
    for name in ["bro", "zeek"] {
        symlink(BROOD, programs.join(name)).unwrap();
    }
    let path = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths(std::iter::once(programs).chain(std::env::split_paths(&path))).unwrap();
    let place = format!("Place={}", folder.path().join("tests").display());
    let mut command = Command::new(BROOD);
    command.args(["test", "-b", "-d", "--set", &place]).args(arguments);
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let output = command.current_dir(suite).env("PATH", path).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.ends_with(" tests successful\n"), "{text}");
}

#[test]
fn all_pass_with_processes() {
    // They wait for each other more than they work. Unit tests load what they need themselves.
    run(&["-j", "8", "--bare-mode"]);
}

#[test]
fn all_pass_in_simulated_time() {
    run(&["-j", "2", "--sim", "cluster", "control", "events", "logs", "stores"]);
}
