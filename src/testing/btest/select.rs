//! Which of the tests that were found are meant: by their groups, and by lists of names.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::header::Test;

/// Groups as the command line names them: `a,b`, `-a`, and `-` for tests without any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    wanted: BTreeSet<String>,
    unwanted: BTreeSet<String>,
}

impl Groups {
    pub fn read(text: &str) -> Groups {
        let mut groups = Groups::default();
        for name in text.split(',') {
            match name.strip_prefix('-') {
                Some(name) => groups.unwanted.insert(name.to_owned()),
                None => groups.wanted.insert(name.to_owned()),
            };
        }
        groups
    }

    pub fn have(&self, test: &Test) -> bool {
        self.take(&test.groups)
    }

    fn take(&self, groups: &BTreeSet<String>) -> bool {
        if !groups.is_disjoint(&self.wanted) {
            true
        } else if self.unwanted.contains("") {
            groups.is_empty()
        } else {
            !self.unwanted.is_empty() && groups.is_disjoint(&self.unwanted)
        }
    }
}

/// The names in a file, a line each; empty lines and those with `#` in front are none.
pub fn list(file: &Path) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(file)?;
    let names = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(names.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_chosen_as_btest_chooses_them() {
        let takes = |chosen: &str, groups: &[&str]| {
            Groups::read(chosen).take(&groups.iter().map(|name| (*name).to_owned()).collect())
        };
        assert!(takes("a", &["a", "b"]) && takes("x,b", &["a", "b"]));
        assert!(!takes("x", &["a"]) && !takes("x", &[]));
        assert!(takes("-a", &["b"]) && takes("-a", &[]) && !takes("-a", &["a", "b"]));
        assert!(takes("-", &[]) && !takes("-", &["a"]));
        assert!(takes("a,-", &["a"]) && takes("a,-", &[]) && !takes("a,-", &["b"]));
    }
}
