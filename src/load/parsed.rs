//! Declarations that were parsed before, for many engines in one thread that load the same texts.
//!
//! A declaration is found again by where it stands: the same text, kept alive by this table, read under the same number
//! of a file, so that spans are the same. Those with a directive in them are not kept, since what becomes of it differs.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::source::{FileId, SourceText};
use crate::syntax::ast::Decl;

/// Where a declaration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    /// Of the first byte of the text.
    address: usize,
    file: FileId,
    start: u32,
    end: u32,
    exported: bool,
}

impl Place {
    pub(super) fn new(text: &SourceText, file: FileId, start: u32, end: u32, exported: bool) -> Self {
        Place { address: text.as_ptr().addr(), file, start, end, exported }
    }
}

/// What was parsed, and the texts it was parsed from.
#[derive(Debug, Default)]
pub struct Parsed(RefCell<FxHashMap<Place, (Rc<Decl>, SourceText)>>);

impl Parsed {
    pub(super) fn find(&self, place: &Place) -> Option<Rc<Decl>> {
        self.0.borrow().get(place).map(|(declaration, _)| declaration.clone())
    }

    pub(super) fn keep(&self, place: Place, declaration: Rc<Decl>, text: SourceText) {
        self.0.borrow_mut().insert(place, (declaration, text));
    }
}
