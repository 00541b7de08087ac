//! The scripts that the binary carries, under Bro's own names.
//!
//! The table is static and sorted: start-up touches only the entries it looks up. On the search path all of them stand
//! under [`ROOT`], which behaves as the three directories of Bro's installation do: the scripts themselves, `policy`
//! and `site`.

/// The directory that stands for the embedded scripts, in `BROPATH` and in messages. No colon can be in it, since
/// those part the entries of `BROPATH`; it is absolute, so that nothing takes it for a place below the current
/// directory.
pub const ROOT: &str = "/brood-embedded";

/// What is searched under [`ROOT`], in this order: `share/bro`, `share/bro/policy` and `share/bro/site` of an
/// installed Bro.
pub const SEARCHED: [&str; 3] = ["", "policy/", "site/"];

/// A set of scripts, sorted by name.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    scripts: &'static [(&'static str, &'static [u8])],
}

/// The scripts of this binary.
pub static SCRIPTS: Embedded = Embedded { scripts: include!(concat!(env!("OUT_DIR"), "/scripts.rs")) };

impl Embedded {
    /// For tests: `scripts` must be sorted by name.
    pub const fn new(scripts: &'static [(&'static str, &'static [u8])]) -> Self {
        Embedded { scripts }
    }

    /// The script of exactly this name: `base/frameworks/cluster/main.bro`.
    pub fn get(&self, name: &str) -> Option<(&'static str, &'static [u8])> {
        let index = self.scripts.binary_search_by(|(entry, _)| (*entry).cmp(name)).ok()?;
        self.scripts.get(index).copied()
    }

    pub fn is_directory(&self, name: &str) -> bool {
        name.is_empty() || !self.under(name).is_empty()
    }

    /// All scripts below a directory, by name; all there are for the empty name.
    pub fn under(&self, directory: &str) -> &'static [(&'static str, &'static [u8])] {
        let directory = directory.trim_end_matches('/');
        if directory.is_empty() {
            return self.scripts;
        }
        let behind = |name: &str| name.strip_prefix(directory).and_then(|rest| rest.as_bytes().first().copied());
        let start = self.scripts.partition_point(|(name, _)| match name.strip_prefix(directory) {
            Some(rest) => rest.as_bytes().first().is_none_or(|byte| *byte < b'/'),
            None => *name < directory,
        });
        let rest = self.scripts.get(start..).unwrap_or(&[]);
        let length = rest.iter().take_while(|(name, _)| behind(name) == Some(b'/')).count();
        rest.get(..length).unwrap_or(&[])
    }

    /// Every script, by name.
    pub fn all(&self) -> &'static [(&'static str, &'static [u8])] {
        self.scripts
    }
}

#[cfg(test)]
mod tests {
    use super::{Embedded, SCRIPTS};

    static SET: Embedded = Embedded::new(&[
        ("a", b"0"),
        ("a-b/x.bro", b"1"),
        ("a.bro", b"2"),
        ("a/x.bro", b"3"),
        ("a/y/z.bro", b"4"),
        ("ab/x.bro", b"5"),
    ]);

    #[test]
    fn exact_names() {
        assert_eq!(SET.get("a.bro"), Some(("a.bro", &b"2"[..])));
        assert_eq!(SET.get("a/y"), None);
        assert_eq!(SET.get(""), None);
    }

    #[test]
    fn directories_are_whole_components() {
        let names = |directory| SET.under(directory).iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(names("a"), ["a/x.bro", "a/y/z.bro"]);
        assert_eq!(names("a/"), ["a/x.bro", "a/y/z.bro"]);
        assert_eq!(names("a/y"), ["a/y/z.bro"]);
        assert_eq!(names("ab"), ["ab/x.bro"]);
        assert!(names("a/y/z.bro").is_empty() && names("b").is_empty() && names("a/x").is_empty());
        assert_eq!(names("").len(), 6);
        assert!(SET.is_directory("a") && SET.is_directory("") && !SET.is_directory("a.bro"));
    }

    #[test]
    fn the_table_is_sorted_and_holds_the_frameworks() {
        assert!(SCRIPTS.all().is_sorted_by(|(left, _), (right, _)| left < right));
        assert!(SCRIPTS.get("base/frameworks/cluster/__load__.bro").is_some());
    }
}
