//! Finding matches one after another, and what is built on that.
//!
//! A match at a position is the longest one there, and the text is taken to start at that position: as in Bro, `^` matches
//! wherever the search stands.

use std::borrow::Cow;

use super::Pattern;
use super::plan::Plan;
use super::survey::Survey;

/// How often the text may be read in vain, and how many bytes more, before a [`Survey`] of it is made.
const READS_IN_VAIN: usize = 4;
const FREE_READS: usize = 1024;

impl Pattern {
    /// The first match of at least one byte that begins at `at` or later.
    pub fn find_from(&self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        Finder::new(self, text, false).next_from(at)
    }

    /// The first match, which may be empty (`find_first`).
    pub fn find_first(&self, text: &[u8]) -> Option<(usize, usize)> {
        Finder::new(self, text, true).next_from(0)
    }

    /// The match that begins last, which may be empty (`find_last`).
    pub fn find_last(&self, text: &[u8]) -> Option<(usize, usize)> {
        let mut finder = Finder::new(self, text, true);
        (0..text.len()).rev().find_map(|at| finder.at(at))
    }

    /// All matches from left to right without overlap, also empty ones (`find_all`).
    pub fn find_all<'p, 't>(&'p self, text: &'t [u8]) -> Matches<'p, 't> {
        Matches { finder: Finder::new(self, text, true), at: 0 }
    }

    /// The pieces of `text` between matches of at least one byte; with `separators` the matches, too. At most `limit`
    /// matches count unless it is 0.
    pub fn split<'p, 't>(&'p self, text: &'t [u8], separators: bool, limit: u64) -> Split<'p, 't> {
        Split {
            finder: Finder::new(self, text, false),
            next: Next::Piece(0),
            separators,
            left: if limit == 0 { u64::MAX } else { limit },
        }
    }

    /// `text` with the first match of at least one byte replaced, or with all of them.
    pub fn substitute<'t>(&self, text: &'t [u8], replacement: &[u8], all: bool) -> Cow<'t, [u8]> {
        let mut finder = Finder::new(self, text, false);
        let mut result = Vec::new();
        let mut at = 0;
        while let Some((start, end)) = finder.next_from(at) {
            if at == 0 {
                result.reserve(text.len() + replacement.len());
            }
            result.extend_from_slice(text.get(at..start).unwrap_or_default());
            result.extend_from_slice(replacement);
            at = end;
            if !all {
                break;
            }
        }
        if at == 0 {
            return Cow::Borrowed(text);
        }
        result.extend_from_slice(text.get(at..).unwrap_or_default());
        Cow::Owned(result)
    }
}

/// Iterates over matches as `(start, end)`.
pub struct Matches<'p, 't> {
    finder: Finder<'p, 't>,
    at: usize,
}

impl Iterator for Matches<'_, '_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let (start, end) = self.finder.next_from(self.at)?;
        self.at = end.max(start + 1);
        Some((start, end))
    }
}

/// Iterates over the parts of a split text.
pub struct Split<'p, 't> {
    finder: Finder<'p, 't>,
    next: Next,
    separators: bool,
    /// How many more matches count.
    left: u64,
}

enum Next {
    /// The piece that begins here.
    Piece(usize),
    Separator(usize, usize),
    Nothing,
}

impl<'t> Iterator for Split<'_, 't> {
    type Item = &'t [u8];

    #[inline]
    fn next(&mut self) -> Option<&'t [u8]> {
        let text = self.finder.text;
        match self.next {
            Next::Nothing => None,
            Next::Separator(start, end) => {
                self.next = Next::Piece(end);
                text.get(start..end)
            }
            Next::Piece(at) => {
                let found = if self.left > 0 { self.finder.next_from(at) } else { None };
                let Some((start, end)) = found else {
                    self.next = Next::Nothing;
                    return text.get(at..);
                };
                self.left -= 1;
                self.next = if self.separators { Next::Separator(start, end) } else { Next::Piece(end) };
                text.get(at..start)
            }
        }
    }
}

/// Finds matches of one pattern in one text.
struct Finder<'p, 't> {
    pattern: &'p Pattern,
    plan: &'p Plan,
    text: &'t [u8],
    /// Whether an empty match is one.
    empty: bool,
    /// How many bytes were read without becoming part of a match.
    in_vain: usize,
    /// What keeps the rest of the search linear, once too much was read in vain.
    survey: Option<Survey>,
}

impl<'p, 't> Finder<'p, 't> {
    fn new(pattern: &'p Pattern, text: &'t [u8], empty: bool) -> Self {
        Self { pattern, plan: pattern.plan(), text, empty, in_vain: 0, survey: None }
    }

    /// The first match that begins at `at` or later, and before the end of the text.
    #[inline]
    fn next_from(&mut self, at: usize) -> Option<(usize, usize)> {
        match self.plan {
            Plan::Class { table, runs } => {
                let rest = self.text.get(at..)?;
                let start = rest.iter().position(|&byte| table[usize::from(byte)])?;
                let more = || rest.get(start + 1..)?.iter().position(|&byte| !table[usize::from(byte)]);
                let length = if *runs { more().map_or(rest.len() - start, |more| more + 1) } else { 1 };
                Some((at + start, at + start + length))
            }
            Plan::Literal(literal) => literal.find(self.text, at).map(|start| (start, start + literal.len())),
            Plan::After(_) | Plan::FirstByte { .. } => self.search_from(at),
        }
    }

    fn search_from(&mut self, mut at: usize) -> Option<(usize, usize)> {
        while at < self.text.len() {
            at = self.candidate(at)?;
            if let Some(found) = self.at(at) {
                return Some(found);
            }
            at += 1;
        }
        None
    }

    /// The first position from `at` on where a match may begin.
    fn candidate(&self, at: usize) -> Option<usize> {
        match self.plan {
            Plan::After(literal) => literal.find(self.text, at),
            Plan::FirstByte { nullable: true, .. } if self.empty => Some(at),
            Plan::FirstByte { table, .. } | Plan::Class { table, .. } => {
                let rest = self.text.get(at..)?;
                Some(at + rest.iter().position(|&byte| table[usize::from(byte)])?)
            }
            Plan::Literal(_) => Some(at),
        }
    }

    /// The match that begins at `at`.
    fn at(&mut self, at: usize) -> Option<(usize, usize)> {
        let length = if let Some(survey) = &mut self.survey {
            self.pattern.longest_surveyed(self.text, at, survey)
        } else {
            let (length, read) = self.pattern.longest(self.text.get(at..)?);
            self.in_vain += read - length.unwrap_or(0);
            if self.in_vain > READS_IN_VAIN * self.text.len() + FREE_READS {
                self.survey = self.pattern.survey(self.text);
            }
            length
        };
        let length = length.filter(|&length| length > 0 || self.empty)?;
        Some((at, at + length))
    }
}
