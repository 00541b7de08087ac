//! The entries of a table: a hash table that keeps the order of insertion.
//!
//! Entries lie in slots, oldest first. The columns of all keys stand in one vector, `stride` to a slot, the values in
//! another one, and an index of slot numbers finds them; so an entry of a `table[addr, port] of count` takes 48 bytes,
//! its hash and its place in the index. A removed entry leaves a dead slot behind; once most slots are dead they are
//! closed up, unless the caller says that somebody still counts on slot numbers.

use hashbrown::HashTable;
use smallvec::SmallVec;

use crate::value::Value;
use crate::value::compare::{hash_key, same, same_key};

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
    /// Columns of all slots; those of dead slots are unset.
    keys: Vec<Value>,
    /// Empty for sets.
    values: Vec<Value>,
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
        Entries { stride, seed, has_values, ..Entries::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    pub(super) fn slots(&self) -> usize {
        self.hashes.len()
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
        self.keys.get(slot * self.stride..(slot + 1) * self.stride).unwrap_or(&[])
    }

    /// [`Value::Unset`] for a set.
    pub(super) fn value(&self, slot: usize) -> &Value {
        self.values.get(slot).unwrap_or(&Value::Unset)
    }

    pub(super) fn value_mut(&mut self, slot: usize) -> Option<&mut Value> {
        self.values.get_mut(slot)
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
        self.find_hashed(key, self.hash(key))
    }

    #[inline]
    fn find_hashed(&self, key: &[Value], hash: u32) -> Option<usize> {
        let found = if let [single] = key {
            self.index.find(spread(hash), |&slot| self.keys.get(slot as usize).is_some_and(|other| same(other, single)))
        } else {
            self.index.find(spread(hash), |&slot| same_key(self.key(slot as usize), key))
        };
        found.map(|&slot| slot as usize)
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
    pub(super) fn find_by(&self, hash: u32, matches: impl Fn(&Value) -> bool) -> Option<usize> {
        let is_it = |&slot: &u32| self.key(slot as usize).first().is_some_and(&matches);
        self.index.find(spread(alive(hash)), is_it).map(|&slot| slot as usize)
    }

    /// Sets the value of a key. Returns its slot and, where the key was there before, the old value.
    ///
    /// No column may change later: the caller has copied records, vectors and tables.
    pub(super) fn insert(&mut self, key: &[Value], value: Value) -> (usize, Option<Value>) {
        if self.stride == 0 && self.hashes.is_empty() {
            // A table whose type is open takes the shape of its first key.
            self.stride = key.len();
        }
        let hash = self.hash(key);
        if let Some(slot) = self.find_hashed(key, hash) {
            let old = self.values.get_mut(slot).map(|place| std::mem::replace(place, value));
            return (slot, Some(old.unwrap_or_default()));
        }
        let slot = self.hashes.len();
        let Ok(number) = u32::try_from(slot) else { return (slot, None) };
        self.reserve_one();
        self.keys.extend(key.iter().cloned());
        // Whatever the caller gave, every slot has its columns.
        self.keys.resize((slot + 1) * self.stride, Value::Unset);
        if self.has_values {
            self.values.push(value);
        }
        self.hashes.push(hash);
        let hashes = &self.hashes;
        let rehash = |&slot: &u32| spread(hashes.get(slot as usize).copied().unwrap_or(DEAD));
        self.index.insert_unique(spread(hash), number, rehash);
        (slot, None)
    }

    /// Grows by half rather than to the double: large tables are most of what a process holds.
    fn reserve_one(&mut self) {
        let slots = self.hashes.len();
        if slots < self.hashes.capacity() || slots < 64 {
            return;
        }
        let more = slots / 2;
        self.hashes.reserve_exact(more);
        self.keys.reserve_exact(more * self.stride);
        if self.has_values {
            self.values.reserve_exact(more);
        }
    }

    /// Removes a living slot; returns key and value so that the caller drops them where nothing is borrowed.
    pub(super) fn remove(&mut self, slot: usize) -> Option<(Key, Value)> {
        let hash = *self.hashes.get(slot).filter(|&&hash| hash != DEAD)?;
        if let Ok(place) = self.index.find_entry(spread(hash), |&other| other as usize == slot) {
            place.remove();
        }
        if let Some(hash) = self.hashes.get_mut(slot) {
            *hash = DEAD;
        }
        let columns = self.keys.get_mut(slot * self.stride..(slot + 1) * self.stride).unwrap_or_default();
        let key = columns.iter_mut().map(std::mem::take).collect();
        let value = self.values.get_mut(slot).map(std::mem::take).unwrap_or_default();
        Some((key, value))
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
                for column in 0..self.stride {
                    self.keys.swap(slot * self.stride + column, target * self.stride + column);
                }
                if self.has_values {
                    self.values.swap(slot, target);
                }
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
        self.keys.truncate(target * self.stride);
        self.values.truncate(target);
        self.stamps.truncate(target);
        if self.hashes.capacity() > (4 * target).max(MANY_SLOTS) {
            self.hashes.shrink_to(2 * target);
            self.keys.shrink_to(2 * target * self.stride);
            self.values.shrink_to(2 * target);
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
        let mapped: Vec<Value> = self.values.iter().map(&mut map).collect();
        std::mem::replace(&mut self.values, mapped)
    }

    /// Forgets everything; what was there is returned for the caller to drop.
    pub(super) fn take_all(&mut self) -> Entries {
        let mut fresh = Entries::new(self.stride, self.has_values);
        fresh.generation = self.generation.wrapping_add(1);
        std::mem::replace(self, fresh)
    }

    /// Keys and values for a caller who drops them by [`release`](crate::value::release).
    pub(super) fn take_parts(&mut self) -> (Vec<Value>, Vec<Value>) {
        (std::mem::take(&mut self.keys), std::mem::take(&mut self.values))
    }
}

/// Keeps a living entry's hash from looking dead.
#[inline]
fn alive(hash: u32) -> u32 {
    if hash == DEAD { 0 } else { hash }
}
