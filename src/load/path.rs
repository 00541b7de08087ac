//! Where scripts are looked for.
//!
//! A name that begins with `.` is looked for beside the file that loads it, an absolute one where it says, any other in
//! the entries of the search path, in order. In each place the name is tried with `.zeek`, with `.bro`, and as it
//! stands; a directory is a package and stands for the `__load__` script in it. Bro knows only `.bro`, Zeek only
//! `.zeek`: so that scripts of both load, a name that says one extension finds the other where its own is missing.

use super::embedded::{Embedded, ROOT, SEARCHED};
use super::files::{Entry, Files, Identity};

/// The entries of the search path. Always holds `.` and the embedded scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPath {
    entries: Vec<String>,
    /// The file that is the layout of the cluster, where it is called otherwise.
    layout: Option<String>,
}

impl SearchPath {
    /// From the value of `BROPATH` or `ZEEKPATH`: the current directory comes first and the embedded scripts last,
    /// unless it says otherwise.
    pub fn new(variable: &str) -> Self {
        let mut entries: Vec<String> = Vec::new();
        for entry in variable.split(':').filter(|entry| !entry.is_empty()) {
            let entry = tidy(entry);
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        if !entries.iter().any(|entry| entry == ".") {
            entries.insert(0, ".".into());
        }
        if !entries.iter().any(|entry| entry == ROOT) {
            entries.push(ROOT.into());
        }
        SearchPath { entries, layout: None }
    }

    /// The same path with a file of any name that is found as the layout of the cluster, and its directory first.
    #[must_use]
    pub fn with_layout(self, file: &str) -> Self {
        let mut path = self.led_by(directory(file));
        path.layout = Some(file.to_owned());
        path
    }

    /// The same path with a directory put before everything else.
    #[must_use]
    pub fn led_by(mut self, directory: &str) -> Self {
        let entry = tidy(directory);
        self.entries.retain(|other| *other != entry);
        self.entries.insert(0, entry);
        self
    }

    pub fn entries(&self) -> &[String] {
        &self.entries
    }

    /// For use as `BROPATH`.
    pub fn text(&self) -> String {
        self.entries.join(":")
    }

    /// A found file's name relative to the entry it is in: what automatic prefixes are put before.
    pub fn without_entry<'a>(&self, name: &'a str) -> &'a str {
        for entry in &self.entries {
            if let Some(rest) = name.strip_prefix(entry.as_str()).and_then(|rest| rest.strip_prefix('/')) {
                return rest.trim_start_matches('/');
            }
        }
        name
    }
}

impl Default for SearchPath {
    fn default() -> Self {
        SearchPath::new("")
    }
}

/// What the cluster framework loads.
const LAYOUT: &str = "cluster-layout";

/// Whether a script is a layout of a cluster, by its name.
pub fn is_layout(script: &str) -> bool {
    let name = base_name(script);
    name.strip_suffix(".bro").or_else(|| name.strip_suffix(".zeek")).unwrap_or(name) == LAYOUT
}

/// A script that was found and not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// As messages show it: `./x.bro`, `/brood-embedded/base/utils/site.bro`.
    pub name: String,
    pub identity: Identity,
    /// The text, for embedded scripts.
    pub embedded: Option<&'static [u8]>,
}

/// Nothing was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotFound {
    /// Every directory that was searched.
    pub searched: Vec<String>,
    /// Directories of that name that hold no `__load__` script.
    pub not_packages: Vec<String>,
}

/// What kind of file is wanted; decides the extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Script,
    Signatures,
}

/// Finds files by name.
#[derive(Clone, Copy)]
pub struct Finder<'a> {
    pub path: &'a SearchPath,
    pub files: &'a dyn Files,
    pub embedded: Embedded,
}

impl Finder<'_> {
    /// `loader` is the name of the file that asks, if one does.
    pub fn find(&self, name: &str, loader: Option<&str>, wanted: Wanted) -> Result<Found, NotFound> {
        let mut missed = NotFound::default();
        let found = if name.is_empty() {
            None
        } else if name.starts_with('/') || name.starts_with('.') {
            let path = match loader.unwrap_or("") {
                _ if name.starts_with('/') => tidy(name),
                loader => tidy(&format!("{}/{name}", directory(loader))),
            };
            missed.searched.push(directory(&path).to_string());
            match below_root(&path) {
                Some(below) => self.embedded_at(below, wanted),
                None => self.file_at(&path, wanted, &mut missed),
            }
        } else if let Some(layout) = self.path.layout.as_deref().filter(|_| name == LAYOUT) {
            missed.searched.push(directory(layout).to_string());
            self.file_at(&tidy(layout), wanted, &mut missed)
        } else {
            self.path.entries.iter().find_map(|entry| {
                missed.searched.push(entry.clone());
                match below_root(entry) {
                    Some("") => self.find_embedded(name, wanted),
                    Some(folder) => self.embedded_at(&format!("{folder}/{name}"), wanted),
                    None => self.file_at(&tidy(&format!("{entry}/{name}")), wanted, &mut missed),
                }
            })
        };
        found.ok_or(missed)
    }

    /// Looks in the embedded scripts alone, in all of the directories they stand for.
    pub fn find_embedded(&self, name: &str, wanted: Wanted) -> Option<Found> {
        SEARCHED.iter().find_map(|folder| self.embedded_at(&format!("{folder}{name}"), wanted))
    }

    fn file_at(&self, path: &str, wanted: Wanted, missed: &mut NotFound) -> Option<Found> {
        for candidate in candidates(path, wanted) {
            match self.files.look(&candidate) {
                Entry::Missing => {}
                Entry::File(identity) => return Some(Found { name: candidate, identity, embedded: None }),
                Entry::Directory => {
                    let loaders = if wanted == Wanted::Script { &PACKAGE_LOADERS[..] } else { &[] };
                    for loader in loaders {
                        let name = format!("{}/{loader}", candidate.trim_end_matches('/'));
                        if let Entry::File(identity) = self.files.look(&name) {
                            return Some(Found { name, identity, embedded: None });
                        }
                    }
                    missed.not_packages.push(candidate);
                }
            }
        }
        None
    }

    fn embedded_at(&self, below: &str, wanted: Wanted) -> Option<Found> {
        let below = resolve(below)?;
        let found = |name: &str| {
            let (key, text) = self.embedded.get(name)?;
            let name = format!("{ROOT}/{key}");
            Some(Found { name, identity: Identity::Embedded(key), embedded: Some(text) })
        };
        candidates(&below, wanted).iter().find_map(|name| found(name)).or_else(|| {
            let folder = if below.is_empty() { String::new() } else { format!("{below}/") };
            PACKAGE_LOADERS.iter().find_map(|loader| found(&format!("{folder}{loader}")))
        })
    }
}

/// What makes a directory a package.
pub const PACKAGE_LOADERS: [&str; 2] = ["__load__.zeek", "__load__.bro"];

fn candidates(path: &str, wanted: Wanted) -> Vec<String> {
    if wanted == Wanted::Signatures {
        return vec![format!("{path}.sig"), path.to_string()];
    }
    if let Some(stem) = path.strip_suffix(".bro") {
        vec![path.to_string(), format!("{stem}.zeek")]
    } else if let Some(stem) = path.strip_suffix(".zeek") {
        vec![path.to_string(), format!("{stem}.bro")]
    } else {
        vec![format!("{path}.zeek"), format!("{path}.bro"), path.to_string()]
    }
}

/// The part of a path below the embedded scripts' root.
fn below_root(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(ROOT)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// The directory of a file, as `dirname` tells it: `.` for a name without one.
pub fn directory(name: &str) -> &str {
    match name.rsplit_once('/') {
        None => ".",
        Some(("", _)) => "/",
        Some((directory, _)) => directory,
    }
}

/// The last part of a file's name.
pub fn base_name(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, base)| base)
}

/// The name that Bro tries for a prefix: `PREFIX.base.utils.site.bro`, without `__load__.bro` for packages.
pub fn flatten(name: &str, prefix: &str) -> String {
    let stem = if PACKAGE_LOADERS.contains(&base_name(name)) { directory(name) } else { name };
    format!("{prefix}.{}", stem.replace('/', "."))
}

/// The path without `.` and empty components, but for a leading `./`, which marks a path as relative.
fn tidy(path: &str) -> String {
    let absolute = path.starts_with('/');
    let dotted = path.starts_with("./") || path == ".";
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let joined = parts.join("/");
    match (absolute, dotted && parts.first() != Some(&"..")) {
        (true, _) => format!("/{joined}"),
        (false, true) if joined.is_empty() => ".".into(),
        (false, true) => format!("./{joined}"),
        (false, false) => joined,
    }
}

/// Resolves `..` among the embedded scripts, where no links are; `None` for what climbs out of them.
fn resolve(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{Finder, NotFound, SearchPath, Wanted, directory, flatten, tidy};
    use crate::load::embedded::Embedded;
    use crate::load::files::MemoryFiles;

    static EMBEDDED: Embedded = Embedded::new(&[
        ("base/a/__load__.bro", b""),
        ("base/a/main.bro", b""),
        ("policy/tuning.zeek", b""),
        ("site/local.bro", b""),
    ]);

    fn search(variable: &str, files: &[&str], name: &str, loader: Option<&str>) -> Result<String, NotFound> {
        let files: MemoryFiles = files.iter().map(|file| (*file, "")).collect();
        let path = SearchPath::new(variable);
        let finder = Finder { path: &path, files: &files, embedded: EMBEDDED };
        finder.find(name, loader, Wanted::Script).map(|found| found.name)
    }

    fn find(variable: &str, files: &[&str], name: &str) -> String {
        search(variable, files, name, None).unwrap_or_else(|missed| panic!("{missed:?}"))
    }

    #[test]
    fn the_search_path_has_its_two_ends() {
        assert_eq!(SearchPath::new("").text(), ".:/brood-embedded");
        assert_eq!(SearchPath::new("/x:rel/y/:/x::").text(), ".:/x:rel/y:/brood-embedded");
        assert_eq!(SearchPath::new("/brood-embedded:.").text(), "/brood-embedded:.");
        let path = SearchPath::new("/x:./y");
        assert_eq!(SearchPath::new(&path.text()), path);
    }

    #[test]
    fn a_directory_leads_the_path_once() {
        let path = SearchPath::new("/x:some/dir");
        assert_eq!(path.clone().led_by("some/dir/").text(), "some/dir:.:/x:/brood-embedded");
        assert_eq!(path.led_by(".").text(), ".:/x:some/dir:/brood-embedded");
    }

    #[test]
    fn a_layout_may_have_any_name() {
        let files: MemoryFiles =
            ["cluster-layout.bro", "etc/site.bro", "etc/x.bro"].into_iter().map(|file| (file, "")).collect();
        let find = |layout: &str, name: &str| {
            let path = SearchPath::new("").with_layout(layout);
            let finder = Finder { path: &path, files: &files, embedded: EMBEDDED };
            finder.find(name, None, Wanted::Script).map(|found| found.name)
        };
        assert_eq!(find("etc/site", "cluster-layout").unwrap(), "etc/site.bro");
        assert_eq!(find("./etc/site.bro", "cluster-layout").unwrap(), "./etc/site.bro");
        assert_eq!(find("etc/site.bro", "x").unwrap(), "etc/x.bro");
        assert_eq!(find("etc/none.bro", "cluster-layout").unwrap_err().searched, ["etc"]);
    }

    #[test]
    fn extensions() {
        assert_eq!(find("", &["x.bro"], "x"), "./x.bro");
        assert_eq!(find("", &["x.zeek", "x.bro"], "x"), "./x.zeek");
        assert_eq!(find("", &["x", "x.bro"], "x"), "./x.bro");
        assert_eq!(find("", &["x"], "x"), "./x");
        assert_eq!(find("", &["x.zeek", "x.bro"], "x.bro"), "./x.bro");
        assert_eq!(find("", &["x.zeek"], "x.bro"), "./x.zeek");
        assert_eq!(find("", &["x.bro"], "x.zeek"), "./x.bro");
    }

    #[test]
    fn entries_in_order() {
        assert_eq!(find("/lib", &["/lib/x.bro", "x.bro"], "x"), "./x.bro");
        assert_eq!(find("/lib:.", &["/lib/x.bro", "x.bro"], "x"), "/lib/x.bro");
        assert_eq!(find("/lib", &["/lib/d/x.bro"], "d/x"), "/lib/d/x.bro");
    }

    #[test]
    fn packages() {
        assert_eq!(find("", &["p/__load__.bro"], "p"), "./p/__load__.bro");
        assert_eq!(find("", &["p/__load__.bro", "p/__load__.zeek"], "p/"), "./p/__load__.zeek");
        // A directory without a loader does not hide what comes later on the path.
        assert_eq!(find("", &["base/a/x.bro"], "base/a"), "/brood-embedded/base/a/__load__.bro");
        let missed = search("", &["q/x.bro"], "q", None).unwrap_err();
        assert_eq!(missed.not_packages, ["./q"]);
    }

    #[test]
    fn embedded_scripts_stand_for_three_directories() {
        assert_eq!(find("", &[], "base/a"), "/brood-embedded/base/a/__load__.bro");
        assert_eq!(find("", &[], "base/a/main"), "/brood-embedded/base/a/main.bro");
        assert_eq!(find("", &[], "base/a/main.zeek"), "/brood-embedded/base/a/main.bro");
        assert_eq!(find("", &[], "policy/tuning"), "/brood-embedded/policy/tuning.zeek");
        assert_eq!(find("", &[], "tuning"), "/brood-embedded/policy/tuning.zeek");
        assert_eq!(find("", &[], "local"), "/brood-embedded/site/local.bro");
        assert_eq!(find("/brood-embedded", &["local.bro"], "local"), "./local.bro");
        assert_eq!(find("/brood-embedded/policy", &["tuning.bro"], "tuning"), "./tuning.bro");
        assert_eq!(find("/brood-embedded/policy:.", &["tuning.bro"], "tuning"), "/brood-embedded/policy/tuning.zeek");
    }

    #[test]
    fn relative_to_the_loading_file() {
        let files = ["/l/a.bro", "/l/d/b.bro", "x.bro", "d/y.bro"];
        let from = |loader, name| search("", &files, name, Some(loader));
        assert_eq!(from("/l/a.bro", "./d/b").unwrap(), "/l/d/b.bro");
        assert_eq!(from("/l/d/b.bro", "../a").unwrap(), "/l/d/../a.bro");
        assert_eq!(from("./x.bro", "./d/y").unwrap(), "./d/y.bro");
        assert_eq!(from("./d/y.bro", "../x").unwrap(), "./d/../x.bro");
        assert_eq!(from("<command line>", "./x").unwrap(), "./x.bro");
        assert!(from("/l/a.bro", "./x").is_err());
        let main = "/brood-embedded/base/a/main.bro";
        assert_eq!(from(main, ".").unwrap(), "/brood-embedded/base/a/__load__.bro");
        assert_eq!(from(main, "./__load__").unwrap(), "/brood-embedded/base/a/__load__.bro");
        assert_eq!(from(main, "../../policy/tuning").unwrap(), "/brood-embedded/policy/tuning.zeek");
        assert!(from(main, "../../../../etc/passwd").is_err());
        assert!(from(main, "./tuning").is_err());
    }

    #[test]
    fn absolute_names() {
        assert_eq!(find("", &["/l/a.bro"], "/l/a"), "/l/a.bro");
        assert_eq!(find("", &[], "/brood-embedded/site/local"), "/brood-embedded/site/local.bro");
        // Only the search looks into policy and site.
        assert!(search("", &[], "/brood-embedded/local", None).is_err());
    }

    #[test]
    fn what_was_searched() {
        let searched = |name, loader| search("/l", &[], name, loader).unwrap_err().searched;
        assert_eq!(searched("no/x", None), [".", "/l", "/brood-embedded"]);
        assert_eq!(searched("./no/x", Some("/l/a.bro")), ["/l/no"]);
        assert_eq!(searched("./x", None), ["."]);
        assert_eq!(searched("/no/x", None), ["/no"]);
        assert!(searched("", None).is_empty());
    }

    #[test]
    fn signatures() {
        let files: MemoryFiles = [("s.sig", ""), ("t.bro", "")].into_iter().collect();
        let path = SearchPath::default();
        let finder = Finder { path: &path, files: &files, embedded: EMBEDDED };
        let find = |name| finder.find(name, Some("./x.bro"), Wanted::Signatures).map(|found| found.name);
        assert_eq!(find("s").unwrap(), "./s.sig");
        assert_eq!(find("./s.sig").unwrap(), "./s.sig");
        assert!(find("t").is_err());
    }

    #[test]
    fn prefixed_names() {
        let path = SearchPath::new("/lib");
        assert_eq!(flatten(path.without_entry("/lib/d/x.bro"), "p"), "p.d.x.bro");
        assert_eq!(flatten(path.without_entry("/brood-embedded/base/a/__load__.bro"), "p"), "p.base.a");
        assert_eq!(flatten(path.without_entry("./x.bro"), "p"), "p.x.bro");
        assert_eq!(flatten(path.without_entry("/else/x.bro"), "p"), "p..else.x.bro");
    }

    #[test]
    fn tidy_paths() {
        for (path, tidied) in [("./x", "./x"), ("././x", "./x"), ("./../x", "../x"), ("a//b/./c/", "a/b/c"), ("/", "/")]
        {
            assert_eq!(tidy(path), tidied);
        }
        assert_eq!((directory("x"), directory("/x"), directory("a/b/c")), (".", "/", "a/b"));
    }
}
