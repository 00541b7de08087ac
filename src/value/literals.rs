//! The strings that stand in scripts, each text once in a thread.
//!
//! A layout names the same nodes again and again, and where many engines load it, each of them does.

use std::cell::RefCell;
use std::hash::BuildHasher;
use std::rc::Rc;

use hashbrown::HashTable;

use rustc_hash::FxBuildHasher;

use super::{Text, Value};

/// Those that nobody uses any more are looked for when there are twice as many as there were, and at least so many.
const FEW: usize = 1024;

#[derive(Default)]
struct Literals {
    known: HashTable<Rc<Text>>,
    /// How many there may be until the next search.
    most: usize,
}

thread_local! {
    static LITERALS: RefCell<Literals> = RefCell::default();
}

/// The string of these bytes, shared with all literals of the same.
pub fn shared_literal(bytes: &[u8]) -> Value {
    LITERALS.with_borrow_mut(|literals| Value::String(literals.get(bytes)))
}

impl Literals {
    fn get(&mut self, bytes: &[u8]) -> Rc<Text> {
        if self.known.len() > self.most {
            self.known.retain(|text| Rc::strong_count(text) > 1);
            self.most = FEW.max(self.known.len() * 2);
        }
        let hash = |bytes: &[u8]| FxBuildHasher.hash_one(bytes);
        let rehash = |text: &Rc<Text>| hash(text.as_bytes());
        let found = self.known.entry(hash(bytes), |text| text.as_bytes() == bytes, rehash);
        found.or_insert_with(|| Rc::new(Text::new(bytes))).get().clone()
    }
}
