//! Script tests: every `tests/scripts/<area>/<name>.bro` is run by the binary, and what it prints must equal
//! `<name>.out` beside it.
//!
//! One behaviour a file. A first line `# run: ARGUMENTS` replaces the arguments `run -b`; the script's path follows
//! them, or stands where they say `%s`. The test runs in a copy of the script's folder with an empty environment but for
//! `# env: NAME=value` lines. The expectation holds standard output, then, where there are any, standard error behind a
//! line `--- stderr` and a status other than 0 in a line `--- status N`. `BROOD_UPDATE=1 cargo test --test scripts`
//! writes the expectations anew; look at the difference before you keep it.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};

/// A script that loops for ever must not hold up the run.
const LIMIT_SECONDS: &str = "60";

fn main() {
    let mut arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let update = std::env::var_os("BROOD_UPDATE").is_some();
    if update {
        arguments.nocapture = true;
    }
    let mut scripts = Vec::new();
    collect(&root, &mut scripts);
    scripts.sort();
    let trials = scripts
        .into_iter()
        .map(|script| {
            let name = script.strip_prefix(&root).unwrap_or(&script).with_extension("");
            let name = name.to_string_lossy().replace('/', "::");
            Trial::test(name, move || check(&script, update))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

/// Scripts with an expectation, or, when expectations are written, all scripts: others are parts of a test.
fn collect(folder: &Path, scripts: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, scripts);
        } else if is_script(&path) && !is_part(&path) {
            scripts.push(path);
        }
    }
}

fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "bro" || extension == "zeek")
}

/// Files below a folder named `parts` are loaded by tests and are none themselves.
fn is_part(path: &Path) -> bool {
    path.components().any(|component| component.as_os_str() == "parts")
}

fn check(script: &Path, update: bool) -> Result<(), Failed> {
    let actual = run(script)?;
    let expectation = script.with_extension("out");
    if update {
        fs::write(&expectation, &actual)?;
        return Ok(());
    }
    let expected = fs::read_to_string(&expectation)
        .map_err(|error| format!("{}: {error}; the script printed:\n{actual}", expectation.display()))?;
    if actual == expected {
        return Ok(());
    }
    Err(difference(&expected, &actual).into())
}

fn run(script: &Path) -> Result<String, Failed> {
    let text = String::from_utf8_lossy(&fs::read(script)?).into_owned();
    let scratch = tempfile::tempdir()?;
    let folder = script.parent().unwrap_or(Path::new("."));
    let there = scratch.path().join(folder.file_name().unwrap_or_default());
    // Scripts find what is beside them, and leave nothing there.
    link_all(folder.parent().unwrap_or(folder), scratch.path(), Some(folder))?;
    fs::create_dir(&there)?;
    link_all(folder, &there, None)?;
    let name = script.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut command = Command::new("timeout");
    command.args([LIMIT_SECONDS, env!("CARGO_BIN_EXE_brood")]);
    let arguments = header(&text, "# run:").next().unwrap_or("run -b");
    let mut placed = false;
    for word in arguments.split_whitespace() {
        placed = placed || word.contains("%s");
        command.arg(word.replace("%s", &name));
    }
    if !placed {
        command.arg(&name);
    }
    command.env_clear().env("PATH", "/usr/bin:/bin").env("TZ", "UTC").current_dir(&there).stdin(Stdio::null());
    for variable in header(&text, "# env:") {
        if let Some((name, value)) = variable.split_once('=') {
            command.env(name, value);
        }
    }
    Ok(render(&command.output()?))
}

fn link_all(from: &Path, to: &Path, except: Option<&Path>) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if Some(&*path) != except {
            std::os::unix::fs::symlink(&path, to.join(path.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// The values of header lines, which stand before anything else in the file.
fn header<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = &'t str> {
    text.lines().take_while(|line| line.starts_with('#')).filter_map(move |line| line.strip_prefix(mark)).map(str::trim)
}

fn render(output: &Output) -> String {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.stderr.is_empty() {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str("<no end of line>\n");
        }
        text.push_str("--- stderr\n");
        text.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    match output.status.code() {
        Some(0) => {}
        Some(status) => {
            let _ = writeln!(text, "--- status {status}");
        }
        None => text.push_str("--- killed\n"),
    }
    text
}

/// The first lines that differ, with both sides.
fn difference(expected: &str, actual: &str) -> String {
    let mut lines = expected.lines().zip(actual.lines()).enumerate();
    let first = lines.find(|(_, (expected, actual))| expected != actual).map(|(index, _)| index);
    let at = first.unwrap_or_else(|| expected.lines().count().min(actual.lines().count()));
    let show = |text: &str| text.lines().skip(at).take(8).collect::<Vec<_>>().join("\n    ");
    format!(
        "line {} differs\n  expected:\n    {}\n  printed:\n    {}\n  all of it:\n{actual}",
        at + 1,
        show(expected),
        show(actual)
    )
}
