//! Statements by lines.

use std::collections::BTreeMap;

use super::File;

/// What ran of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// How often the statement ran that ran most.
    pub count: u64,
    /// A statement on it did not run.
    pub is_missed: bool,
    /// The line goes on with a statement that began further up.
    goes_on: bool,
}

/// The lines of a file that have statements. A line on which statements begin is theirs, otherwise it belongs to the
/// innermost statement that goes on there.
pub fn lines(file: &File) -> BTreeMap<u32, Line> {
    let mut statements: Vec<_> = file.statements.iter().collect();
    statements.sort_by_key(|statement| {
        let place = statement.place;
        (place.line, place.column, std::cmp::Reverse((place.last_line, place.last_column)))
    });
    let mut lines: BTreeMap<u32, Line> = BTreeMap::new();
    for statement in statements {
        let (place, count) = (statement.place, statement.count);
        for number in place.line..=place.last_line {
            let new = Line { count, is_missed: count == 0, goes_on: number > place.line };
            match lines.get_mut(&number) {
                Some(line) if !line.goes_on && !new.goes_on => {
                    line.count = line.count.max(count);
                    line.is_missed |= new.is_missed;
                }
                Some(line) if !line.goes_on => {}
                _ => {
                    lines.insert(number, new);
                }
            }
        }
    }
    lines
}
