//! Tables of text that fit a terminal.

/// Between two columns.
const GAP: usize = 2;

/// No column gets narrower than this for the sake of others.
const NARROWEST: usize = 8;

/// Lays rows out under their headings; columns without content are left out, those that are too wide for the whole to
/// fit are wrapped.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let used: Vec<usize> =
        (0..headings.len()).filter(|&column| rows.iter().any(|row| !cell(row, column).is_empty())).collect();
    let natural = |column: usize| {
        let cells = rows.iter().map(|row| cell(row, column).chars().count()).max().unwrap_or(0);
        cells.max(headings.get(column).map_or(0, |heading| heading.chars().count()))
    };
    let mut widths: Vec<usize> = used.iter().map(|&column| natural(column)).collect();
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        let Some(widest) = widths.iter_mut().max() else { break };
        if *widest <= NARROWEST {
            break;
        }
        *widest -= 1;
    }
    let mut out = String::new();
    let heading: Vec<String> = headings.iter().map(ToString::to_string).collect();
    push_row(&mut out, &used, &widths, &heading);
    let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    push_line(&mut out, &widths, &rules);
    for row in rows {
        push_row(&mut out, &used, &widths, row);
    }
    out
}

fn cell(row: &[String], column: usize) -> &str {
    row.get(column).map_or("", String::as_str)
}

fn push_row(out: &mut String, used: &[usize], widths: &[usize], row: &[String]) {
    let wrapped: Vec<Vec<String>> =
        used.iter().zip(widths).map(|(&column, width)| lines(cell(row, column), *width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0).max(1);
    for line in 0..height {
        let cells: Vec<String> = wrapped.iter().map(|cell| cell.get(line).cloned().unwrap_or_default()).collect();
        push_line(out, widths, &cells);
    }
}

fn push_line(out: &mut String, widths: &[usize], cells: &[String]) {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str(cell);
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count()) + GAP));
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

/// Wraps at blanks; a word that is too long is cut into pieces.
fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in crate::reference::render::wrap(text, width) {
        let letters: Vec<char> = line.chars().collect();
        lines.extend(letters.chunks(width.max(1)).map(|piece| piece.iter().collect::<String>()));
    }
    lines
}

/// Names with runs of numbers put together: `proxy-1, worker-1 to worker-60`.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    struct Run<'n> {
        first: &'n str,
        last: &'n str,
        /// What the names begin with and the last one's number.
        counted: Option<(&'n str, u64)>,
    }
    let mut runs: Vec<Run<'_>> = Vec::new();
    for name in names {
        let digits = name.len() - name.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
        let (stem, number) = name.split_at(name.len() - digits);
        // A number with a zero in front is no part of a run.
        let number = number.parse::<u64>().ok().filter(|value| value.to_string() == number);
        let counted = number.map(|number| (stem, number));
        if let (Some((stem, number)), Some(Run { last, counted: Some((open, end)), .. })) = (counted, runs.last_mut())
            && stem == *open
            && number == *end + 1
        {
            *end = number;
            *last = name;
            continue;
        }
        runs.push(Run { first: name, last: name, counted });
    }
    let text = |run: Run<'_>| {
        if run.first == run.last { run.first.to_string() } else { format!("{} to {}", run.first, run.last) }
    };
    let texts: Vec<String> = runs.into_iter().map(text).collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{names, table};

    #[test]
    fn columns_without_content_are_left_out() {
        let rows = vec![vec!["a".into(), String::new(), "1".into()], vec!["bb".into(), String::new(), "2".into()]];
        assert_eq!(table(&["name", "empty", "n"], &rows, 80), "name  n\n----  -\na     1\nbb    2\n");
    }

    #[test]
    fn what_is_too_wide_is_wrapped() {
        let rows = vec![vec!["a".into(), "one two three four five six".into()]];
        let text = table(&["k", "words"], &rows, 20);
        assert!(text.lines().all(|line| line.chars().count() <= 20), "{text}");
        assert!(text.contains("one two three"), "{text}");
    }

    #[test]
    fn runs_of_numbers_are_told_by_their_ends() {
        let workers: Vec<String> = (1..=60).map(|number| format!("worker-{number}")).collect();
        let all = ["proxy-1", "manager"].into_iter().chain(workers.iter().map(String::as_str));
        assert_eq!(names(all), "proxy-1, manager, worker-1 to worker-60");
        assert_eq!(names(["a1", "a3", "b01", "b02"]), "a1, a3, b01, b02");
    }
}
