//! The order of the modules in `src/lib.rs` is their order of layers: each imports only from those before it.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The modules of the library in order.
fn layers(source: &Path) -> Vec<String> {
    let text = fs::read_to_string(source.join("lib.rs")).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod ")))
        .filter_map(|rest| rest.strip_suffix(';'))
        .map(str::to_string)
        .collect()
}

/// The top-level modules a file names behind `crate::`.
fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| {
        line.split("crate::").skip(1).map(|rest| {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            &rest[..end]
        })
    })
}

#[test]
fn each_layer_imports_only_from_those_before_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layers = layers(&source);
    assert!(layers.len() > 10, "the modules of src/lib.rs were not found");
    let place = |name: &str| layers.iter().position(|layer| layer == name);
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&source).unwrap();
        let own = relative.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        // The first is the layer itself, which one of tests is, too.
        let mut parts = relative.components().skip(1);
        let is_test = parts.any(|part| part.as_os_str().to_string_lossy().starts_with("test"));
        let Some(own_place) = place(&own).filter(|_| !is_test) else { continue };
        let text = fs::read_to_string(&file).unwrap();
        // Tests at the end of a file may reach further.
        let text = text.split("#[cfg(test)]").next().unwrap();
        for name in mentioned(text) {
            if place(name).is_some_and(|other| other > own_place) {
                wrong.push(format!("{} imports crate::{name}", relative.display()));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "imports from a later layer:\n{}", wrong.join("\n"));
}
