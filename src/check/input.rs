//! What the words on the command line stand for: a layout, scripts, or directories with both.

use super::Refusal;
use super::alias::is_layout_name;
use crate::cluster::Role;
use crate::load::files::{Entry, Files};
use crate::load::path::{Finder, SearchPath, Wanted, base_name, directory};
use crate::vm::Host;

/// A script to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Script {
    pub path: String,
    /// `local-worker.bro` and its kin are loaded by nodes of that role only.
    pub role: Option<Role>,
}

/// What is to be checked. Paths are such that no search finds anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Input {
    pub layout: Option<String>,
    pub scripts: Vec<Script>,
    /// Where a layout was looked for in vain.
    pub searched: Vec<String>,
}

/// More than any script has.
const LIMIT: u64 = u32::MAX as u64 - 1;

/// Finds out what the paths stand for. The layout comes first: among the scripts, then beside them, then on the
/// search path, as the framework would find it.
pub(super) fn resolve(
    paths: &[String],
    search: &SearchPath,
    files: &dyn Files,
    host: &dyn Host,
) -> Result<Input, Refusal> {
    let mut input = Input::default();
    let mut directories = Vec::new();
    for given in paths {
        let mut path = anchored(given);
        if files.look(&path) == Entry::Missing {
            // As @load would name it.
            let finder = Finder { path: search, files, embedded: crate::load::embedded::SCRIPTS };
            match finder.find(given, None, Wanted::Script) {
                Ok(found) if found.embedded.is_some() => {
                    input.add_script(given, None);
                    continue;
                }
                Ok(found) => path = anchored(&found.name),
                Err(_) => {}
            }
        }
        match files.look(&path) {
            Entry::Missing => {
                return Err(Refusal(match host.status(&path) {
                    Err(error) => format!("{path}: {error}"),
                    Ok(_) => format!("{path}: not a file that can be read"),
                }));
            }
            Entry::Directory => {
                input.add_directory(&path, host)?;
                directories.push(path.trim_end_matches('/').to_string());
            }
            Entry::File(_) => {
                files.read(&path, LIMIT).map_err(|error| Refusal(format!("{path}: {error}")))?;
                input.add_file(&path, files)?;
                directories.push(directory(&path).to_string());
            }
        }
    }
    directories.dedup();
    if input.layout.is_none() {
        input.search(&directories, search, files);
    }
    if let Some(layout) = &input.layout {
        files.read(layout, LIMIT).map_err(|error| Refusal(format!("{layout}: {error}")))?;
    }
    let wants_layout = paths.iter().any(|path| files.look(&anchored(path)) == Entry::Directory);
    if input.layout.is_none() && wants_layout {
        let searched = input.searched.join(", ");
        return Err(Refusal(format!(
            "no cluster-layout.bro and no cluster-layout.zeek to be found; searched: {searched}"
        )));
    }
    Ok(input)
}

impl Input {
    fn set_layout(&mut self, path: &str) -> Result<(), Refusal> {
        match &self.layout {
            None => self.layout = Some(path.to_string()),
            Some(known) if known == path => {}
            Some(known) => {
                return Err(Refusal(format!("both {known} and {path} are layouts; check one cluster at a time")));
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &str, files: &dyn Files) -> Result<(), Refusal> {
        let is_layout = is_layout_name(path) || files.read(path, LIMIT).is_ok_and(|text| redefines_nodes(&text));
        if is_layout {
            return self.set_layout(path);
        }
        self.add_script(path, None);
        Ok(())
    }

    fn add_script(&mut self, path: &str, role: Option<Role>) {
        if self.scripts.iter().all(|script| script.path != path) {
            self.scripts.push(Script { path: path.to_string(), role });
        }
    }

    /// The layout of a directory and the scripts in it, not in those below. Of two layouts the loader takes the one
    /// of Zeek's name.
    pub(super) fn add_directory(&mut self, folder: &str, host: &dyn Host) -> Result<(), Refusal> {
        let names = host.list_directory(folder).map_err(|error| Refusal(format!("{folder}: {error}")))?;
        let folder = folder.trim_end_matches('/');
        let mut scripts: Vec<&String> = names.iter().filter(|name| is_script(name)).collect();
        // A package's loader says in which order the rest is to be read.
        scripts.sort_by_key(|name| (!name.starts_with("__load__."), *name));
        if let Some(name) = scripts.iter().rev().find(|name| is_layout_name(name)) {
            self.set_layout(&format!("{folder}/{name}"))?;
        }
        for name in scripts {
            let path = format!("{folder}/{name}");
            // Names with a prefix are loaded where the prefix is in force, which only the loader knows.
            let is_prefixed = name.starts_with("cluster.") || name.starts_with("cluster-");
            if !is_prefixed && host.status(&path).is_ok_and(|status| !status.is_dir) {
                self.add_script(&path, local_role(name));
            }
        }
        Ok(())
    }

    fn search(&mut self, directories: &[String], search: &SearchPath, files: &dyn Files) {
        for folder in directories {
            for ending in ["zeek", "bro"] {
                let path = format!("{folder}/cluster-layout.{ending}");
                if matches!(files.look(&path), Entry::File(_)) {
                    self.layout = Some(path);
                    return;
                }
            }
            let here = folder == ".";
            self.searched.push(if here { files.current_directory() } else { folder.clone() });
        }
        let finder = Finder { path: search, files, embedded: crate::load::embedded::SCRIPTS };
        match finder.find("cluster-layout", None, Wanted::Script) {
            Ok(found) => self.layout = Some(found.name),
            Err(missed) => {
                let here = files.current_directory();
                for place in missed.searched {
                    let place = if place == "." { here.clone() } else { place };
                    if !self.searched.contains(&place) && !place.starts_with(crate::load::embedded::ROOT) {
                        self.searched.push(place);
                    }
                }
            }
        }
    }
}

/// Whether a file's name is that of a script. The loader knows these endings in lower case only.
fn is_script(name: &str) -> bool {
    matches!(name.rsplit_once('.'), Some((_, "bro" | "zeek")))
}

/// A path that is looked for nowhere else.
pub(super) fn anchored(path: &str) -> String {
    if path.starts_with('/') || path.starts_with("./") || path.starts_with("../") || path == "." || path == ".." {
        path.to_string()
    } else {
        format!("./{path}")
    }
}

/// Control programs load `local-worker.bro` on workers, and so on.
fn local_role(name: &str) -> Option<Role> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let role = stem.strip_prefix("local-")?.to_ascii_uppercase();
    Role::ALL.into_iter().find(|known| *known != Role::None && known.name() == role)
}

/// Whether a text looks like a layout.
fn redefines_nodes(text: &[u8]) -> bool {
    const NAME: &[u8] = b"Cluster::nodes";
    let mut rest = text;
    while let Some(at) = rest.windows(NAME.len()).position(|window| window == NAME) {
        let (before, found) = rest.split_at(at);
        let after = found.get(NAME.len()..).unwrap_or_default();
        if before.trim_ascii_end().ends_with(b"redef") && !after.first().is_some_and(u8::is_ascii_alphanumeric) {
            return true;
        }
        rest = after;
    }
    false
}

/// How a path is shown: as it was given.
pub(super) fn shown(path: &str) -> &str {
    let shown = path.strip_prefix("./").unwrap_or(path);
    if base_name(shown).is_empty() { path } else { shown }
}

#[cfg(test)]
mod tests {
    use super::{anchored, local_role, redefines_nodes};
    use crate::cluster::Role;

    #[test]
    fn layouts_are_known_by_what_they_say() {
        assert!(redefines_nodes(b"x\nredef\n Cluster::nodes += {};"));
        assert!(!redefines_nodes(b"print Cluster::nodes;"));
        assert!(!redefines_nodes(b"redef Cluster::nodesx = 1;"));
    }

    #[test]
    fn names() {
        assert_eq!(local_role("local-worker.bro"), Some(Role::Worker));
        assert_eq!(local_role("local.bro"), None);
        assert_eq!(local_role("local-none.bro"), None);
        assert_eq!((anchored("x"), anchored("../x")), ("./x".into(), "../x".into()));
    }
}
