//! The entries of a table: a hash table that keeps the order of insertion.
//!
//! Entries lie in slots, oldest first, each one row: the columns of its key, then its value. An index of slot numbers
//! finds them; so an entry of a `table[addr, port] of count` takes 48 bytes, its hash and its place in the index, and
//! looking it up touches the index and the row. A removed entry leaves a dead slot behind; once most slots are dead they are
//! closed up, unless the caller says that somebody still counts on slot numbers.

use std::rc::Rc;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use smallvec::SmallVec;

use super::rows::Rows;
use crate::value::Value;
use crate::value::compare::{hash_bytes, hash_count, hash_key};

/// The columns of one index, on their own.
pub type Key = SmallVec<[Value; 2]>;

/// The hash of a dead slot; no living entry has it.
const DEAD: u32 = u32::MAX;

/// Dead slots are not worth closing up below this many.
const FEW_SLOTS: usize = 32;

/// Room for this many entries is kept even where there are none any more.
const MANY_SLOTS: usize = 256;

#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    stride: usize,
    seed: u64,
    /// Of each slot `stride` columns and, unless this is a set, the value. Those of dead slots are unset.
    rows: Rows,
    hashes: Vec<u32>,
    /// When each entry was made, read or written, for tables that expire; 0 where it is not known. May be shorter than
    /// the slots.
    stamps: Vec<f64>,
    index: HashTable<u32>,
    /// The next slot that expiry looks at.
    pub(super) cursor: usize,
    /// Changes when all entries are dropped at once, so that iterators end.
    pub(super) generation: u32,
    has_values: bool,
}

/// The index wants its bits spread over a word: it takes seven at the top beside those at the bottom.
#[inline]
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

impl Entries {
    pub(super) fn new(stride: usize, has_values: bool) -> Self {
        // The address of something differs from process to process, and the order of entries never depends on it.
        static ANCHOR: u8 = 0;
        let seed = (std::ptr::from_ref(&ANCHOR).addr() as u64).wrapping_mul(0xff51_afd7_ed55_8ccd);
        let rows = Rows::new(stride + usize::from(has_values));
        Entries { stride, seed, rows, has_values, ..Entries::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    pub(super) fn slots(&self) -> usize {
        self.hashes.len()
    }

    /// The slots in use with their indices, in the order of insertion.
    pub(super) fn iter_live(&self) -> impl Iterator<Item = (usize, &[Value])> {
        (0..self.slots()).filter(|slot| self.is_live(*slot)).map(|slot| (slot, self.key(slot)))
    }

    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    pub(super) fn is_live(&self, slot: usize) -> bool {
        self.hashes.get(slot).is_some_and(|&hash| hash != DEAD)
    }

    pub(super) fn key(&self, slot: usize) -> &[Value] {
        self.rows.row(slot).get(..self.stride).unwrap_or_default()
    }

    /// [`Value::Unset`] for a set.
    pub(super) fn value(&self, slot: usize) -> &Value {
        match self.rows.cell(slot, self.stride) {
            Some(value) if self.has_values => value,
            _ => &Value::Unset,
        }
    }

    pub(super) fn value_mut(&mut self, slot: usize) -> Option<&mut Value> {
        self.rows.row_mut(slot).get_mut(self.stride)
    }

    pub(super) fn stamp(&self, slot: usize) -> f64 {
        self.stamps.get(slot).copied().unwrap_or(0.0)
    }

    pub(super) fn set_stamp(&mut self, slot: usize, stamp: f64) {
        if slot >= self.stamps.len() {
            self.stamps.resize(self.hashes.len(), 0.0);
        }
        if let Some(place) = self.stamps.get_mut(slot) {
            *place = stamp;
        }
    }

    #[inline]
    fn hash(&self, key: &[Value]) -> u32 {
        alive(hash_key(key, self.seed))
    }

    #[inline]
    pub(super) fn find(&self, key: &[Value]) -> Option<usize> {
        if self.index.is_empty() || key.len() != self.stride {
            return None;
        }
        // The two most usual kinds of tables get code of their own.
        match key {
            [Value::Count(wanted)] => {
                self.find_by(hash_count(*wanted, self.seed), |other| matches!(other, Value::Count(other) if other == wanted))
            }
            [Value::String(wanted)] => self.find_by(hash_bytes(wanted.as_bytes(), self.seed), |other| {
                matches!(other, Value::String(other) if Rc::ptr_eq(other, wanted) || other.as_bytes() == wanted.as_bytes())
            }),
            _ => self.find_hashed(key, self.hash(key)),
        }
    }

    #[inline]
    fn find_hashed(&self, key: &[Value], hash: u32) -> Option<usize> {
        self.index.find(spread(hash), |&slot| self.rows.has_key(slot, key)).map(|&slot| slot as usize)
    }

    /// Finds with an equality of the caller's.
    pub(super) fn find_with(&self, key: &[Value], same: impl Fn(&Value, &Value) -> bool) -> Option<usize> {
        let is_it = |&slot: &u32| {
            let other = self.key(slot as usize);
            other.len() == key.len() && other.iter().zip(key).all(|(a, b)| same(a, b))
        };
        self.index.find(spread(self.hash(key)), is_it).map(|&slot| slot as usize)
    }

    /// Finds by a hash of [`hash_key`]'s kind and a condition on the first column.
    #[inline]
    pub(super) fn find_by(&self, hash: u32, matches: impl Fn(&Value) -> bool) -> Option<usize> {
        let is_it = |&slot: &u32| self.rows.cell(slot as usize, 0).is_some_and(&matches);
        self.index.find(spread(alive(hash)), is_it).map(|&slot| slot as usize)
    }

    /// Sets the value of a key. Returns its slot and, where the key was there before, the old value. A key of another
    /// number of columns than the type says goes nowhere.
    ///
    /// No column may change later: the caller has copied records, vectors and tables.
    pub(super) fn insert(&mut self, key: &[Value], value: Value) -> (usize, Option<Value>) {
        if self.stride == 0 && self.hashes.is_empty() {
            // A table whose type is open takes the shape of its first key.
            self.stride = key.len();
            self.rows.set_width(self.stride + usize::from(self.has_values));
        }
        if key.len() != self.stride {
            return (usize::MAX, None);
        }
        let hash = self.hash(key);
        let slot = self.hashes.len();
        let Ok(number) = u32::try_from(slot) else { return (usize::MAX, None) };
        let (rows, hashes) = (&mut self.rows, &mut self.hashes);
        let rehash = |&slot: &u32| spread(hashes.get(slot as usize).copied().unwrap_or(DEAD));
        match self.index.entry(spread(hash), |&slot| rows.has_key(slot, key), rehash) {
            Entry::Occupied(place) => {
                let slot = *place.get() as usize;
                let old = self.value_mut(slot).map(|place| std::mem::replace(place, value));
                (slot, Some(old.unwrap_or_default()))
            }
            Entry::Vacant(place) => {
                place.insert(number);
                rows.push(key, value);
                hashes.push(hash);
                (slot, None)
            }
        }
    }

    /// Removes a key none of whose columns is a record, vector or table: those may hold this very table, which a
    /// caller who looks for the slot first need not mind.
    pub(super) fn remove_key(&mut self, key: &[Value]) -> Option<(Key, Value)> {
        if self.index.is_empty() || key.len() != self.stride {
            return None;
        }
        let hash = self.hash(key);
        let place = self.index.find_entry(spread(hash), |&slot| self.rows.has_key(slot, key)).ok()?;
        let slot = place.remove().0 as usize;
        Some(self.empty(slot))
    }

    /// Removes a living slot; returns key and value so that the caller drops them where nothing is borrowed.
    pub(super) fn remove(&mut self, slot: usize) -> Option<(Key, Value)> {
        let hash = *self.hashes.get(slot).filter(|&&hash| hash != DEAD)?;
        if let Ok(place) = self.index.find_entry(spread(hash), |&other| other as usize == slot) {
            place.remove();
        }
        Some(self.empty(slot))
    }

    /// Makes a slot dead that the index does not have any more.
    fn empty(&mut self, slot: usize) -> (Key, Value) {
        if let Some(hash) = self.hashes.get_mut(slot) {
            *hash = DEAD;
        }
        let mut row = self.rows.row_mut(slot).iter_mut().map(std::mem::take);
        let key = row.by_ref().take(self.stride).collect();
        let value = row.next().unwrap_or_default();
        (key, value)
    }

    /// Closes up dead slots where they are most of all. Slot numbers change.
    #[inline]
    pub(super) fn tidy(&mut self) {
        let slots = self.hashes.len();
        if slots > FEW_SLOTS && self.index.len() < slots / 2 || self.index.is_empty() && slots > 0 {
            self.compact();
        }
    }

    fn compact(&mut self) {
        let slots = self.hashes.len();
        self.stamps.resize(if self.stamps.is_empty() { 0 } else { slots }, 0.0);
        let mut target = 0;
        let mut cursor = 0;
        for slot in 0..slots {
            if self.hashes[slot] == DEAD {
                continue;
            }
            if slot != target {
                self.hashes.swap(slot, target);
                self.rows.swap(slot, target);
                if !self.stamps.is_empty() {
                    self.stamps.swap(slot, target);
                }
            }
            target += 1;
            if slot < self.cursor {
                cursor = target;
            }
        }
        self.cursor = cursor;
        self.hashes.truncate(target);
        self.rows.truncate(target);
        self.stamps.truncate(target);
        if self.hashes.capacity() > (4 * target).max(MANY_SLOTS) {
            self.hashes.shrink_to(2 * target);
            self.stamps.shrink_to(2 * target);
            self.index = HashTable::with_capacity(target);
        } else {
            self.index.clear();
        }
        let hashes = &self.hashes;
        let rehash = |&slot: &u32| spread(hashes.get(slot as usize).copied().unwrap_or(DEAD));
        for (slot, &hash) in hashes.iter().enumerate() {
            self.index.insert_unique(spread(hash), slot as u32, rehash);
        }
    }

    /// Replaces the values of all living slots; returns the old ones for the caller to drop.
    pub(super) fn map_values(&mut self, mut map: impl FnMut(&Value) -> Value) -> Vec<Value> {
        let mut old = Vec::with_capacity(self.len());
        for slot in 0..self.slots() {
            if let Some(place) = self.value_mut(slot) {
                let mapped = map(place);
                old.push(std::mem::replace(place, mapped));
            }
        }
        old
    }

    /// Forgets everything; what was there is returned for the caller to drop.
    pub(super) fn take_all(&mut self) -> Entries {
        let mut fresh = Entries::new(self.stride, self.has_values);
        fresh.generation = self.generation.wrapping_add(1);
        std::mem::replace(self, fresh)
    }

    /// Keys and values for a caller who drops them by [`release`](crate::value::release).
    pub(super) fn take_chunks(&mut self) -> impl Iterator<Item = Vec<Value>> {
        self.rows.take_chunks()
    }
}

/// Keeps a living entry's hash from looking dead.
#[inline]
fn alive(hash: u32) -> u32 {
    if hash == DEAD { 0 } else { hash }
}
