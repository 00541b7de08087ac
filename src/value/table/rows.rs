//! Rows of values in chunks: a growing table neither moves what it has nor needs room for it twice.

use std::mem::take;

use crate::value::Value;
use crate::value::compare::{same, same_key};

/// Rows in a chunk. The first chunk grows by itself, so a small table is one small vector.
const CHUNK: usize = 1024;

/// Rows of `width` values each, numbered from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    width: usize,
    len: usize,
    first: Vec<Value>,
    /// The chunks behind the first.
    more: Vec<Vec<Value>>,
}

impl Rows {
    pub(super) fn new(width: usize) -> Self {
        Rows { width, ..Rows::default() }
    }

    /// For rows that have none yet: what a table learns from its first key.
    pub(super) fn set_width(&mut self, width: usize) {
        if self.len == 0 {
            self.width = width;
        }
    }

    /// The chunk of a row, from its first value on.
    #[inline]
    fn from(&self, row: usize) -> &[Value] {
        let (chunk, place) = if row < CHUNK {
            (&self.first, row)
        } else {
            let Some(chunk) = self.more.get(row / CHUNK - 1) else { return &[] };
            (chunk, row % CHUNK)
        };
        chunk.get(place * self.width..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn row(&self, row: usize) -> &[Value] {
        self.from(row).get(..self.width).unwrap_or_default()
    }

    /// One value of a row. The column is one of the row's.
    #[inline]
    pub(super) fn cell(&self, row: usize, column: usize) -> Option<&Value> {
        self.from(row).get(column)
    }

    #[inline]
    pub(super) fn row_mut(&mut self, row: usize) -> &mut [Value] {
        let (chunk, place) = if row < CHUNK {
            (&mut self.first, row)
        } else {
            let Some(chunk) = self.more.get_mut(row / CHUNK - 1) else { return &mut [] };
            (chunk, row % CHUNK)
        };
        chunk.get_mut(place * self.width..(place + 1) * self.width).unwrap_or_default()
    }

    /// Whether a row begins with the columns of `key`.
    #[inline]
    pub(super) fn has_key(&self, row: u32, key: &[Value]) -> bool {
        let row = self.from(row as usize);
        match key {
            [single] => row.first().is_some_and(|other| same(other, single)),
            [first, second] => matches!(row, [a, b, ..] if same(a, first) && same(b, second)),
            _ => row.get(..key.len()).is_some_and(|columns| same_key(columns, key)),
        }
    }

    /// Appends a row of the columns of `key` and, where the width leaves room, `value`.
    #[inline]
    pub(super) fn push(&mut self, key: &[Value], value: Value) {
        let (width, place) = (self.width, self.len % CHUNK);
        let chunk = if self.len < CHUNK {
            &mut self.first
        } else {
            if place == 0 {
                self.more.push(Vec::with_capacity(CHUNK * width));
            }
            let Some(chunk) = self.more.last_mut() else { return };
            chunk
        };
        chunk.extend_from_slice(key.get(..width).unwrap_or(key));
        if chunk.len() < (place + 1) * width {
            chunk.push(value);
        }
        if chunk.len() < (place + 1) * width {
            // Whatever the caller gave, every row is whole.
            chunk.resize((place + 1) * width, Value::Unset);
        }
        self.len += 1;
    }

    /// Exchanges a row with an earlier one.
    pub(super) fn swap(&mut self, row: usize, earlier: usize) {
        let width = self.width;
        let pair = if row / CHUNK == earlier / CHUNK {
            let chunk = if row < CHUNK { Some(&mut self.first) } else { self.more.get_mut(row / CHUNK - 1) };
            let chunk = chunk.map_or(&mut [][..], Vec::as_mut_slice);
            let halves = chunk.split_at_mut_checked(row % CHUNK * width);
            halves.and_then(|(head, tail)| Some((tail, head.get_mut(earlier % CHUNK * width..)?)))
        } else {
            let (before, chunk) = self.more.split_at_mut_checked(row / CHUNK - 1).unwrap_or_default();
            let other = if earlier < CHUNK { Some(&mut self.first) } else { before.get_mut(earlier / CHUNK - 1) };
            let places = (row % CHUNK * width, earlier % CHUNK * width);
            let chunk = chunk.first_mut().and_then(|chunk| chunk.get_mut(places.0..));
            chunk.zip(other.and_then(|other| other.get_mut(places.1..)))
        };
        let Some((row, earlier)) = pair else { return };
        for (value, other) in row.iter_mut().zip(earlier).take(width) {
            std::mem::swap(value, other);
        }
    }

    /// Forgets the rows from `len` on, which have no values any more, and gives back room that is far too much.
    pub(super) fn truncate(&mut self, len: usize) {
        if len >= self.len {
            return;
        }
        self.len = len;
        self.first.truncate(len * self.width);
        self.more.truncate(len.div_ceil(CHUNK).saturating_sub(1));
        if let Some(last) = self.more.last_mut() {
            let used = (len - 1) % CHUNK + 1;
            last.truncate(used * self.width);
        }
    }

    /// Takes all chunks out.
    pub(super) fn take_chunks(&mut self) -> impl Iterator<Item = Vec<Value>> {
        self.len = 0;
        std::iter::once(take(&mut self.first)).chain(take(&mut self.more))
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Rows};
    use crate::value::Value;

    fn number(rows: &Rows, row: usize) -> Option<u64> {
        if let [Value::Count(number), Value::Unset] = rows.row(row) { Some(*number) } else { None }
    }

    #[test]
    fn rows_keep_their_numbers_across_chunks() {
        let mut rows = Rows::new(2);
        let count = 3 * CHUNK + 5;
        for row in 0..count {
            rows.push(&[Value::Count(row as u64)], Value::Unset);
        }
        assert!((0..count).all(|row| number(&rows, row) == Some(row as u64)));
        assert!(rows.row(count).is_empty());
        for (row, earlier) in [(2 * CHUNK, 7), (9, 8), (CHUNK + 9, CHUNK + 8), (2 * CHUNK + 3, CHUNK), (1, 0)] {
            rows.swap(row, earlier);
            assert_eq!((number(&rows, row), number(&rows, earlier)), (Some(earlier as u64), Some(row as u64)));
        }
        for len in [2 * CHUNK, CHUNK + 1, CHUNK, 1, 0] {
            rows.truncate(len);
            assert!(rows.row(len).is_empty());
            rows.push(&[Value::Count(1)], Value::Unset);
            assert_eq!(number(&rows, len), Some(1));
        }
    }
}
