//! `brood check` as a user runs it. Each directory in tests/check is a case: the paths in its file `arguments` (or
//! `.`) are checked from within it, and what is printed must be what its file `expected` holds. With `BROOD_BASELINE=1`
//! the expected files are written instead: look at the difference before keeping it. What needs other commands than that
//! is in tests/suite/check.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Standard output, standard error and exit status.
struct Outcome {
    output: String,
    error: String,
    status: i32,
}

fn check(directory: &Path, arguments: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_brood"))
        .arg("check")
        .args(arguments)
        .current_dir(directory)
        .env_remove("BROPATH")
        .env_remove("ZEEKPATH")
        .env("CLUSTER_NODE", "never-asked-for")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Outcome {
        output: text(output.stdout),
        error: text(output.stderr),
        status: output.status.code().expect("no signal ended it"),
    }
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn paths(case: &Path) -> Vec<String> {
    let words = fs::read_to_string(case.join("arguments")).unwrap_or_else(|_| ".".into());
    words.split_whitespace().map(str::to_string).collect()
}

fn run(case: &Path, format: &str) -> Outcome {
    let paths = paths(case);
    let arguments: Vec<&str> = ["-b", "--format", format].into_iter().chain(paths.iter().map(String::as_str)).collect();
    check(case, &arguments)
}

#[test]
fn every_case_is_reported_as_expected() {
    let here = env!("CARGO_MANIFEST_DIR");
    let mut failed = Vec::new();
    for case in cases() {
        let outcome = run(&case, "text");
        let found = format!("{}{}status {}\n", outcome.output, outcome.error, outcome.status);
        let found = found.replace(here, "HERE");
        let file = case.join("expected");
        if std::env::var_os("BROOD_BASELINE").is_some() {
            fs::write(&file, &found).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if found != expected {
            failed.push(format!("--- {}\n{expected}--- but found\n{found}", case.display()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn json_and_sarif_say_the_same_as_the_text() {
    let mut findings = 0;
    for case in cases() {
        let json = run(&case, "json");
        if json.status == 2 {
            continue;
        }
        let document: Value = serde_json::from_str(&json.output).unwrap();
        let errors = document["errors"].as_u64().unwrap();
        assert_eq!(json.status, i32::from(errors > 0), "{}", case.display());
        let list = document["findings"].as_array().unwrap();
        for finding in list {
            assert!(finding["code"].as_str().unwrap().starts_with('B'));
            assert!(matches!(finding["severity"].as_str().unwrap(), "error" | "warning" | "note" | "fatal error"));
            assert!(finding.get("line").is_none_or(|line| line.as_u64().unwrap() > 0), "{finding}");
        }
        let sarif: Value = serde_json::from_str(&run(&case, "sarif").output).unwrap();
        assert_eq!(sarif["version"], "2.1.0");
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(results.len(), list.len());
        for (result, finding) in results.iter().zip(list) {
            assert_eq!(result["ruleId"], finding["code"]);
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], finding["code"]);
        }
        findings += list.len();
    }
    assert!(findings > 30, "the cases have many findings, not {findings}");
}

#[test]
fn every_code_of_layouts_and_clusters_has_a_case() {
    let expected: String =
        cases().iter().map(|case| fs::read_to_string(case.join("expected")).unwrap_or_default()).collect();
    let list = Command::new(env!("CARGO_BIN_EXE_brood")).arg("explain").output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let missing: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|code| code.starts_with("B3") || code.starts_with("B4"))
        .filter(|code| !expected.contains(&format!("[{code}]")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn bytes_that_are_no_script_are_errors_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut noise = 1u64;
    let mut random = || {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (noise >> 33) as u8
    };
    let random: Vec<u8> = (0..5_000).map(|_| random()).collect();
    for (name, bytes) in [
        ("random", random),
        ("nuls", vec![0; 10_000]),
        (
            "not UTF-8",
            b"redef Cluster::nodes = { [\"\xff\xfe\"] = [$node_type=Cluster::MANAGER, $ip=1.2.3.4] };\xff".to_vec(),
        ),
        ("open braces", b"redef Cluster::nodes = ".iter().chain(&b"{".repeat(100_000)).copied().collect()),
        ("open brackets", b"[".repeat(100_000)),
        ("endless string", b"redef Cluster::nodes = { [\"".iter().chain(&b"x".repeat(100_000)).copied().collect()),
    ] {
        fs::write(folder.path().join("cluster-layout.bro"), bytes).unwrap();
        for format in ["text", "json"] {
            let outcome = check(folder.path(), &["-b", "--format", format, "."]);
            assert_eq!(outcome.status, 1, "{name}: {} {}", outcome.output, outcome.error);
            assert_eq!(outcome.error, "", "{name}");
            assert!(outcome.output.contains("error"), "{name}: {}", outcome.output);
        }
    }
}
