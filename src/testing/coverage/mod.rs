//! Coverage: which statements of the scripts ran, and how often.
//!
//! Counts come from engines ([`Coverage::of`]), from files that processes leave ([`Coverage::read`], and
//! [`profile`] for those in Bro's form), and add up ([`Coverage::merge`]). What is known of a file has its text, so that
//! a report can be made where the file is gone or has changed. Reports are made by [`text`], [`lcov`] and [`page`].

mod collect;
mod data;
mod gather;
pub mod lcov;
mod lines;
pub mod page;
pub mod profile;
pub mod text;
mod wanted;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use gather::{Gathered, Gathering};
pub use lines::{Line, lines};
pub use wanted::{FILE, Wanted};

use super::btest::relative;

/// Where a statement stands: lines and columns from 1, columns in characters, the last one included. Columns are 0
/// where only lines are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub line: u32,
    pub column: u32,
    pub last_line: u32,
    pub last_column: u32,
}

/// A statement, and how often it ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub place: Place,
    pub count: u64,
    /// What tells it from others on the same lines, where columns are not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// A body of a function, event or hook, or of a `when`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    pub line: u32,
    pub column: u32,
    pub name: String,
    /// How often it began.
    pub count: u64,
}

/// What is known of a file. Statements and functions are in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub text: String,
    pub statements: Vec<Statement>,
    pub functions: Vec<Function>,
}

/// What ran of several files, by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    pub files: BTreeMap<String, File>,
}

/// How much ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub statements: usize,
    pub ran: usize,
}

impl Share {
    /// Percent, rounded down: only what ran completely has 100.
    pub fn percent(self) -> usize {
        (self.ran * 100).checked_div(self.statements).unwrap_or(100)
    }

    pub fn missed(self) -> usize {
        self.statements.saturating_sub(self.ran)
    }
}

impl Coverage {
    /// Adds the counts of another run. Of a file whose text has changed, those of the other run only are kept.
    pub fn merge(&mut self, other: Coverage) {
        for (path, file) in other.files {
            match self.files.get_mut(&path) {
                Some(known) if known.text == file.text => known.add(file),
                _ => {
                    self.files.insert(path, file);
                }
            }
        }
    }

    /// Of all files together.
    pub fn share(&self) -> Share {
        self.files.values().map(File::share).fold(Share::default(), |all, one| Share {
            statements: all.statements + one.statements,
            ran: all.ran + one.ran,
        })
    }

    /// Leaves only files that are wanted, by their path.
    pub fn retain(&mut self, is_wanted: impl Fn(&str) -> bool) {
        self.files.retain(|path, _| is_wanted(path));
    }
}

impl File {
    pub fn share(&self) -> Share {
        let ran = self.statements.iter().filter(|statement| statement.count > 0).count();
        Share { statements: self.statements.len(), ran }
    }

    /// Adds the counts of the same file.
    fn add(&mut self, other: File) {
        self.statements.extend(other.statements);
        self.functions.extend(other.functions);
        self.tidy();
    }

    /// Brings everything in order, each place once.
    fn tidy(&mut self) {
        self.statements.sort_by(|a, b| (a.place, &a.description).cmp(&(b.place, &b.description)));
        self.statements.dedup_by(|next, first| {
            let is_same = next.place == first.place && next.description == first.description;
            if is_same {
                first.count = first.count.saturating_add(next.count);
            }
            is_same
        });
        self.functions.sort_by(|a, b| (a.line, a.column, &a.name).cmp(&(b.line, b.column, &b.name)));
        self.functions.dedup_by(|next, first| {
            let is_same = (next.line, next.column, &next.name) == (first.line, first.column, &first.name);
            if is_same {
                first.count = first.count.saturating_add(next.count);
            }
            is_same
        });
    }
}

/// Paths as they are shown: from the folder, where that is shorter.
fn shown(path: &str, folder: &str) -> String {
    let from_folder = relative(Path::new(path), Path::new(folder)).to_string_lossy().into_owned();
    if from_folder.len() < path.len() { from_folder } else { path.to_owned() }
}
