//! What is made before compiling: the index of the scripts that the binary carries, and the parser; and how it is linked.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    index_scripts()?;
    compile_grammar()?;
    pack_relocations();
    Ok(())
}

/// Has the addresses that are set when the program starts written down in a twentieth of the space. All of them are
/// read at each start, so each node takes that much less memory.
///
/// The loader must know the short form: glibc does from 2.36 on. A program that was linked here does not start on an
/// older system, and one that is linked for another system gets the long form.
fn pack_relocations() {
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let is_here = variable("TARGET") == variable("HOST") && variable("CARGO_CFG_TARGET_ENV") == "gnu";
    if is_here && variable("PROFILE") == "release" && libc_version().is_some_and(|version| version >= (2, 36)) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of the system's glibc.
fn libc_version() -> Option<(u32, u32)> {
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// `grammar/bro.lalrpop` becomes `OUT_DIR/bro.rs`, which `src/syntax/parser.rs` includes.
fn compile_grammar() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=grammar/bro.lalrpop");
    let target = env::var("OUT_DIR")?;
    lalrpop::Configuration::new().set_in_dir("grammar").set_out_dir(target).process()
}

/// Writes the table that `src/load/embedded.rs` includes: every file under `scripts/`, sorted by name.
fn index_scripts() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("scripts");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut names = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            let path = folder.join(&name);
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                names.push(path.to_str().ok_or("a script's name is not UTF-8")?.to_string());
            }
        }
    }
    names.sort_unstable();
    let mut table = String::from("&[\n");
    for name in names {
        let path = root.join(&name);
        let path = path.to_str().ok_or("the path of scripts/ is not UTF-8")?;
        writeln!(table, "    ({name:?}, include_bytes!({path:?}) as &'static [u8]),")?;
    }
    table.push_str("]\n");
    let target = env::var("OUT_DIR")?;
    fs::write(Path::new(&target).join("scripts.rs"), table)?;
    Ok(())
}
