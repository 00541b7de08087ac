//! Real scripts: those in the binary, those of the tests, and what was found before.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use brood::load::embedded::SCRIPTS;

use super::dice::Dice;

/// Folders of the project with scripts in them.
const FOLDERS: [&str; 4] = ["tests/scripts", "tests/check", "examples", "fuzz/regressions/scripts"];

/// Pieces this long are taken out of scripts: short inputs are many inputs.
const LINES: usize = 40;

static CORPUS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();

fn all() -> &'static [Vec<u8>] {
    CORPUS.get_or_init(|| {
        let mut scripts: Vec<Vec<u8>> = SCRIPTS.all().iter().map(|(_, text)| text.to_vec()).collect();
        for folder in FOLDERS {
            collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut scripts);
        }
        scripts
    })
}

fn collect(folder: &Path, scripts: &mut Vec<Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, scripts);
        } else if path.extension().is_some_and(|extension| extension == "bro" || extension == "zeek") {
            scripts.extend(fs::read(&path));
        }
    }
}

/// Some lines of a script, or all of a short one.
pub(crate) fn piece(dice: &mut Dice) -> Vec<u8> {
    let scripts = all();
    let script = &scripts[dice.below(scripts.len())];
    let lines: Vec<&[u8]> = script.split_inclusive(|byte| *byte == b'\n').collect();
    if lines.len() <= LINES {
        return script.clone();
    }
    let start = dice.below(lines.len());
    let end = (start + 1 + dice.below(LINES)).min(lines.len());
    lines[start..end].concat()
}
