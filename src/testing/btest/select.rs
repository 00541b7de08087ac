//! Which of the tests that were found are meant: by their groups, and by lists of names.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::header::lines;
use crate::source::{SourceMap, SourceText, Span};

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

    /// Whether a test of these groups is meant.
    pub fn take(&self, groups: &BTreeSet<String>) -> bool {
        if !groups.is_disjoint(&self.wanted) {
            true
        } else if self.unwanted.contains("") {
            groups.is_empty()
        } else {
            !self.unwanted.is_empty() && groups.is_disjoint(&self.unwanted)
        }
    }
}

/// A test by its name or its file, and where that is written, if it is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub name: String,
    pub place: Span,
}

impl From<&str> for Mention {
    fn from(name: &str) -> Mention {
        Mention { name: name.to_owned(), place: Span::NONE }
    }
}

/// The names in a file, a line each; empty lines and those with `#` in front are none.
///
/// # Errors
/// Where it cannot be read.
pub fn list(file: &Path, sources: &mut SourceMap) -> io::Result<Vec<Mention>> {
    let text = fs::read(file)?;
    let id = sources.add(&file.to_string_lossy(), SourceText::from(text.as_slice()), false);
    let mention = |(place, line): (usize, &[u8])| {
        let begin = place + line.len() - line.trim_ascii_start().len();
        let line = line.trim_ascii();
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let place = Span::new(id, offset(begin), offset(begin + line.len()));
        let name = String::from_utf8_lossy(line).into_owned();
        (!line.is_empty() && !line.starts_with(b"#")).then_some(Mention { name, place })
    };
    Ok(lines(&text).filter_map(mention).collect())
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
