//! Finding entries by what somebody remembers of a name.

use super::{Entry, Reference};
use crate::sema::similar;

/// What a search gives.
#[derive(Debug, PartialEq)]
pub enum Found<'a> {
    /// That is its name, with or without the module.
    One(&'a Entry),
    /// A module, or the beginning or a part of several names.
    Several(Vec<&'a Entry>),
    /// Nothing; perhaps this was meant.
    Nothing(Option<String>),
}

impl Reference {
    /// Looks for a full name, a name without its module, a module, the beginning of names, and a word in names.
    pub fn find(&self, wanted: &str) -> Found<'_> {
        let wanted = wanted.strip_prefix("GLOBAL::").unwrap_or(wanted);
        if let Some(entry) = self.get(wanted) {
            return Found::One(entry);
        }
        let module = wanted.trim_end_matches("::");
        let collect = |fits: &dyn Fn(&Entry) -> bool| -> Option<Found<'_>> {
            let found: Vec<&Entry> = self.entries().iter().filter(|entry| fits(entry)).collect();
            match &found[..] {
                [] => None,
                [only] => Some(Found::One(only)),
                _ => Some(Found::Several(found)),
            }
        };
        let lower = wanted.to_lowercase();
        let base = |entry: &Entry| entry.name.rsplit("::").next().unwrap_or_default().to_string();
        let several = (!wanted.contains("::"))
            .then(|| collect(&|entry| base(entry) == wanted))
            .flatten()
            .or_else(|| {
                self.entries()
                    .iter()
                    .any(|entry| entry.module() == module)
                    .then(|| Found::Several(self.entries().iter().filter(|entry| entry.module() == module).collect()))
            })
            .or_else(|| collect(&|entry| entry.name.starts_with(wanted)))
            .or_else(|| collect(&|entry| entry.name.to_lowercase() == lower || base(entry).to_lowercase() == lower))
            .or_else(|| collect(&|entry| !lower.is_empty() && entry.name.to_lowercase().contains(&lower)));
        several.unwrap_or_else(|| Found::Nothing(self.suggestion(wanted)))
    }

    fn suggestion(&self, wanted: &str) -> Option<String> {
        let names = || self.entries().iter().map(|entry| entry.name.as_str());
        let modules = self.modules().map(|(module, _)| module);
        similar(wanted, names())
            .or_else(|| similar(wanted, modules))
            .or_else(|| {
                let base = similar(wanted, names().filter_map(|name| name.rsplit("::").next()))?;
                names().find(|name| name.rsplit("::").next() == Some(base))
            })
            .map(str::to_string)
    }
}
