//! The README's section "Test your cluster scripts in five minutes", followed to the letter: files have the lines that
//! it shows, commands print what stands below them. Only the first, which names where the program was built, is not run.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const TITLE: &str = "## Test your cluster scripts in five minutes\n";

/// A block of the section: its kind, and its lines.
struct Block<'a> {
    kind: &'a str,
    text: &'a str,
}

fn section(readme: &str) -> &str {
    let (_, section) = readme.split_once(TITLE).expect(TITLE);
    section.split_once("\n##").map_or(section, |(section, _)| section)
}

fn blocks(section: &str) -> Vec<Block<'_>> {
    let inside = section.split("```").skip(1).step_by(2);
    inside
        .map(|block| block.split_once('\n').expect("a block of lines"))
        .map(|(kind, text)| Block { kind, text })
        .collect()
}

/// Commands, each with what it has to print.
fn commands(console: &str) -> impl Iterator<Item = (&str, &str)> {
    let commands = console.strip_prefix("$ ").expect("a command first").split("\n$ ");
    commands.map(|command| command.trim_end().split_once('\n').unwrap_or((command.trim_end(), "")))
}

/// Whether a text is one with any lines in the place of each line `...`.
fn fits(text: &str, wanted: &str) -> bool {
    let mut parts = wanted.split("...\n");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = Some(part);
    }
    rest.is_empty() || last == Some("")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            fs::copy(&path, &copied).unwrap();
        }
    }
}

/// Every file of a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn the_files_are_as_shown() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let mut paths = Vec::new();
    files(&Path::new(ROOT).join("examples/alarm"), &mut paths);
    let texts: Vec<String> = paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let shown: Vec<Block<'_>> = blocks(section(&readme)).into_iter().filter(|block| block.kind == "bro").collect();
    assert_eq!(shown.len(), 3, "the script of a unit test, of a cluster's test, of a scenario");
    for block in shown {
        assert!(texts.iter().any(|text| text.contains(block.text)), "no file has:\n{}", block.text);
    }
}

#[test]
fn the_commands_print_what_is_shown() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let programs = Path::new(env!("CARGO_BIN_EXE_brood")).parent().unwrap();
    let path = std::env::join_paths(
        [programs.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let path = path.unwrap();
    copy(&Path::new(ROOT).join("examples"), &folder.path().join("examples"));
    let mut here = folder.path().to_owned();
    let mut count = 0;
    for block in blocks(section(&readme)).into_iter().filter(|block| block.kind == "console") {
        for (command, wanted) in commands(block.text) {
            if command.starts_with("PATH=") {
                continue;
            }
            if let Some(folder) = command.strip_prefix("cd ") {
                here.push(folder);
                continue;
            }
            let mut shell = Command::new("timeout");
            shell.args(["-s", "KILL", "120", "sh", "-c", &format!("{command} 2>&1")]);
            let output = shell.current_dir(&here).env_clear().env("PATH", &path).output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(fits(text.trim_end(), wanted), "{command}\nshould print\n{wanted}\nand prints\n{text}");
            count += 1;
        }
    }
    assert!(count >= 6, "{count} commands were found");
}
