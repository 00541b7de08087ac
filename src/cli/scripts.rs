//! `brood scripts`: the scripts that the program carries, to read or to write out.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::output::print;
use crate::diag::say;
use crate::diag::similar;
use crate::load::embedded::SCRIPTS;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List them.
    List {
        /// Only those below this folder.
        folder: Option<String>,
    },
    /// Print a script, or all scripts of a package in the order of their names.
    Show {
        /// As `@load` names it: `base/frameworks/cluster`.
        name: String,
    },
    /// Write all of them below a folder, for editing or reading.
    Export {
        folder: PathBuf,
        /// Replace files that are there already.
        #[arg(long)]
        force: bool,
    },
}

pub(super) fn run(arguments: Arguments) -> i32 {
    let result = match arguments.what {
        What::List { folder } => list(folder.as_deref()),
        What::Show { name } => show(&name),
        What::Export { folder, force } => export(&folder, force),
    };
    match result {
        Ok(()) => 0,
        Err(message) => {
            say!("brood scripts: {message}");
            1
        }
    }
}

fn list(folder: Option<&str>) -> Result<(), String> {
    let folder = folder.map(|folder| folder.trim_end_matches('/'));
    let mut names = String::new();
    for (name, _) in SCRIPTS.all() {
        let inside = folder.is_none_or(|folder| {
            name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/') || rest.is_empty())
        });
        if inside {
            names.push_str(name);
            names.push('\n');
        }
    }
    if names.is_empty() { Err(format!("no scripts below {}", folder.unwrap_or("."))) } else { write(names) }
}

/// To standard output.
fn write(text: impl AsRef<[u8]>) -> Result<(), String> {
    match print("brood scripts", text) {
        0 => Ok(()),
        _ => Err("not written as a whole".into()),
    }
}

fn show(name: &str) -> Result<(), String> {
    let name = name.trim_end_matches('/');
    let single = [name.to_string(), format!("{name}.bro"), format!("{name}.zeek")];
    let found: Vec<_> = match single.iter().find_map(|name| SCRIPTS.get(name)) {
        Some(script) => vec![script],
        None => SCRIPTS.under(name).to_vec(),
    };
    if found.is_empty() {
        let names = SCRIPTS.all().iter().flat_map(|(name, _)| [name.rsplit_once('.'), name.rsplit_once('/')]);
        let names = names.flatten().map(|(name, _)| name);
        let help = similar(name, names).map_or_else(
            || "`brood scripts list` names them all".to_string(),
            |known| format!("did you mean {known}?"),
        );
        return Err(format!("there is no script or package {name}; {help}"));
    }
    let several = found.len() > 1;
    let mut text: Vec<u8> = Vec::new();
    for (name, script) in found {
        if several {
            text.extend(format!("# ---- {name}\n").into_bytes());
        }
        text.extend(script);
        if several {
            text.push(b'\n');
        }
    }
    write(text)
}

fn export(folder: &Path, force: bool) -> Result<(), String> {
    if !force && let Some((name, _)) = SCRIPTS.all().iter().find(|(name, _)| folder.join(name).exists()) {
        return Err(format!("{} exists; use --force to replace it", folder.join(name).display()));
    }
    let mut count = 0;
    for (name, text) in SCRIPTS.all() {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
        }
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        count += 1;
    }
    write(format!("wrote {count} scripts below {}\n", folder.display()))
}
