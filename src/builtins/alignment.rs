//! How strings resemble each other: edit distance, and the common parts that the algorithm of Smith and Waterman finds.

use std::rc::Rc;

use super::results::{record_of, type_named};
use crate::value::{RecordObject, Text, Value, VectorObject};
use crate::vm::{Raise, Vm, natives};

/// The largest matrix that is worked on: its cells take 8 bytes.
const MAX_CELLS: usize = 1 << 26;

/// One row of the matrix at a time is enough for the distance.
fn distance(a: &[u8], b: &[u8]) -> u64 {
    let mut row: Vec<u64> = (0..=b.len() as u64).collect();
    for (line, x) in (1..).zip(a) {
        let mut diagonal = std::mem::replace(&mut row[0], line);
        let mut left = line;
        for (cell, y) in row.iter_mut().skip(1).zip(b) {
            let above = *cell;
            *cell = (above + 1).min(left + 1).min(diagonal + u64::from(x != y));
            diagonal = above;
            left = *cell;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Where the best path to a cell comes from.
#[derive(Clone, Copy, Default, PartialEq)]
enum Step {
    #[default]
    Nowhere,
    /// From the cell above to the left, over a byte that both strings have.
    Match,
    Above,
    Left,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    score: u32,
    step: Step,
    is_match: bool,
    visited: bool,
}

/// The matrix: a row for each byte of the first string, a column for each byte of the second, and an empty one of each.
struct Matrix {
    cells: Vec<Cell>,
    columns: usize,
    /// The cell with the best score, the first of several.
    best: Option<usize>,
}

/// A common part: its bytes, where it begins in both strings, and whether an alignment begins with it.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    bytes: Vec<u8>,
    places: [usize; 2],
    begins: bool,
}

impl Part {
    /// Whether the other part lies within this one in both strings.
    fn covers(&self, other: &Part) -> bool {
        self.places
            .iter()
            .zip(&other.places)
            .all(|(own, theirs)| own <= theirs && own + self.bytes.len() >= theirs + other.bytes.len())
    }
}

impl Matrix {
    fn new(a: &[u8], b: &[u8]) -> Self {
        let columns = b.len() + 1;
        let mut cells = vec![Cell::default(); columns * (a.len() + 1)];
        let mut best = None;
        // Only scores above 1 are worth a path.
        let mut best_score = 1;
        for (row, x) in a.iter().enumerate() {
            for (column, y) in b.iter().enumerate() {
                let above_left = row * columns + column;
                let here = above_left + columns + 1;
                let (diagonal, above, left) = (cells[above_left], cells[above_left + 1], cells[here - 1]);
                let cell = if x == y {
                    // A match that continues others counts for much more.
                    let score = diagonal.score.saturating_add(if diagonal.is_match { 100 } else { 1 });
                    Cell { score, step: Step::Match, is_match: true, visited: false }
                } else {
                    let score = above.score.max(left.score).max(diagonal.score);
                    let step = if score == above.score { Step::Above } else { Step::Left };
                    Cell { score, step, is_match: false, visited: false }
                };
                if cell.score > best_score {
                    best_score = cell.score;
                    best = Some(here);
                }
                cells[here] = cell;
            }
        }
        Matrix { cells, columns, best }
    }

    /// The common parts on the path that ends at a cell, last one first. All but the one at the front of the path are
    /// left out where they are shorter than `shortest`.
    fn parts_to(&mut self, end: Option<usize>, shortest: u64, bytes_of: &[u8]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut bytes = Vec::new();
        let mut places = [0; 2];
        let mut next = end;
        let finish = |bytes: &mut Vec<u8>, places| {
            let mut bytes = std::mem::take(bytes);
            bytes.reverse();
            Part { bytes, places, begins: false }
        };
        while let Some(place) = next {
            let Some(cell) = self.cells.get_mut(place) else { break };
            cell.visited = true;
            let (row, column) = (place / self.columns, place % self.columns);
            if cell.is_match {
                places = [row.saturating_sub(1), column.saturating_sub(1)];
                bytes.push(bytes_of.get(places[0]).copied().unwrap_or(0));
            } else if bytes.len() as u64 >= shortest && !bytes.is_empty() {
                parts.push(finish(&mut bytes, places));
            } else {
                bytes.clear();
            }
            next = match cell.step {
                Step::Nowhere => None,
                Step::Match => place.checked_sub(self.columns + 1),
                Step::Above => place.checked_sub(self.columns),
                Step::Left => place.checked_sub(1),
            };
        }
        if !bytes.is_empty() {
            parts.push(finish(&mut bytes, places));
        }
        if let Some(last) = parts.last_mut() {
            last.begins = true;
        }
        parts
    }

    /// The alignments that end at any match which is on no other path yet, without those that another one covers.
    fn all_parts(&mut self, shortest: u64, bytes_of: &[u8]) -> Vec<Part> {
        let mut alignments: Vec<Vec<Part>> = Vec::new();
        for place in (self.columns + 1..self.cells.len()).rev() {
            if self.cells.get(place).is_none_or(|cell| !cell.is_match || cell.visited) {
                continue;
            }
            let new = self.parts_to(Some(place), shortest, bytes_of);
            let mut covered = false;
            'compared: for old in &mut alignments {
                for old_part in old.iter() {
                    for new_part in &new {
                        if old_part.covers(new_part) {
                            covered = true;
                            break 'compared;
                        }
                        if new_part.covers(old_part) {
                            old.clear();
                            break 'compared;
                        }
                    }
                }
            }
            if !covered {
                alignments.push(new);
            }
        }
        alignments.concat()
    }
}

/// The common parts of two strings, in the order of their places in the shorter one.
fn smith_waterman(a: &[u8], b: &[u8], shortest: u64, all: bool) -> Vec<Part> {
    let mut matrix = Matrix::new(a, b);
    let mut parts = if all { matrix.all_parts(shortest, a) } else { matrix.parts_to(matrix.best, shortest, a) };
    let sorted_by = usize::from(a.len() <= b.len());
    // Bro's comparison takes equal places for being in order, so its sort puts the later of them in front.
    parts.reverse();
    parts.sort_by_key(|part| part.places.get(sorted_by).copied());
    parts
}

/// The parts as `sw_substring_vec`; vectors in it are numbered from 1.
fn to_value(vm: &mut Vm, parts: &[Part], strings: [&Rc<Text>; 2]) -> Result<Rc<VectorObject>, Raise> {
    let part_type = type_named(vm, "sw_substring")?;
    let align_type = type_named(vm, "sw_align")?;
    let aligns_type = type_named(vm, "sw_align_vec")?;
    let mut elements = Vec::with_capacity(parts.len() + 1);
    for part in parts {
        let mut aligns = vec![Value::Unset];
        for (string, place) in strings.iter().zip(part.places) {
            let fields = [("str", Value::String(Rc::clone(string))), ("index", Value::Count(place as u64))];
            aligns.push(record_of(vm, &align_type, &fields)?);
        }
        let aligns = Value::Vector(Rc::new(VectorObject::new(aligns_type.clone(), aligns)));
        let fields = [("str", Value::string(&part.bytes)), ("aligns", aligns), ("new", Value::Bool(part.begins))];
        elements.push(record_of(vm, &part_type, &fields)?);
    }
    if !elements.is_empty() {
        elements.insert(0, Value::Unset);
    }
    Ok(Rc::new(VectorObject::new(type_named(vm, "sw_substring_vec")?, elements)))
}

natives! {
    /// Gives the number of bytes to insert, delete or change that turn `s1` into `s2`.
    #[example("levenshtein_distance(\"kitten\", \"sitting\")", "3")]
    fn "levenshtein_distance" = "function(s1: string, s2: string): count";
    |_vm, s1: Rc<Text>, s2: Rc<Text>| -> u64 {
        Ok(distance(s1.as_bytes(), s2.as_bytes()))
    }

    /// Finds parts that `s1` and `s2` have in common by the algorithm of Smith and Waterman, with the shortest length
    /// and the variant that `params` gives. The result is numbered from 1: its first element is missing.
    #[example("str_smith_waterman(\"foobarxx\", \"yyfoobar\", [$min_strlen=3, $sw_variant=0])[1]$str", "foobar")]
    fn "str_smith_waterman" = "function(s1: string, s2: string, params: sw_params): sw_substring_vec";
    |vm, s1: Rc<Text>, s2: Rc<Text>, params: Rc<RecordObject>| -> Rc<VectorObject> {
        let number = |offset| if let Value::Count(number) = params.get(offset) { number } else { 0 };
        let (shortest, variant) = (number(0), number(1));
        let (a, b) = (s1.as_bytes(), s2.as_bytes());
        if (a.len() + 1).saturating_mul(b.len() + 1) > MAX_CELLS {
            return Err(Raise::error("strings are too long for str_smith_waterman()"));
        }
        let too_short = (a.len().min(b.len()) as u64) < shortest;
        let parts = if too_short { Vec::new() } else { smith_waterman(a, b, shortest, variant == 1) };
        to_value(vm, &parts, [&s1, &s2])
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, distance, smith_waterman};

    #[test]
    fn distances() {
        for (a, b, expected) in
            [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("abc", "abc", 0)]
        {
            assert_eq!(distance(a.as_bytes(), b.as_bytes()), expected, "{a} {b}");
        }
    }

    fn part(text: &str, places: [usize; 2], begins: bool) -> Part {
        Part { bytes: text.into(), places, begins }
    }

    #[test]
    fn the_best_alignment_may_have_several_parts() {
        let parts = smith_waterman(b"abcAAxyz", b"abcBxyz", 3, false);
        assert_eq!(parts, [part("abc", [0, 0], true), part("xyz", [5, 4], false)]);
        assert_eq!(smith_waterman(b"abc", b"xyz", 2, false), []);
    }

    #[test]
    fn repeated_alignments_cover_all() {
        let parts = smith_waterman(b"foo", b"foofoo", 3, true);
        let places: Vec<_> = parts.iter().map(|part| part.places).collect();
        assert_eq!(places, [[0, 0], [0, 3]]);
    }
}
