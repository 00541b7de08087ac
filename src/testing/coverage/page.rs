//! A page for browsers: a table of all files, and the source of each with counts beside its lines.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Coverage, File, Line, Share, lines, shown};

/// It loads nothing from elsewhere, and needs no scripts.
const PAGE: &str = include_str!("page.html");

const INDEX: &str = "<!--index-->";
const FILES: &str = "<!--files-->";

/// The page. Files in `folder` are shown without it.
pub fn report(coverage: &Coverage, folder: &str) -> String {
    let mut index = head("h1", "Coverage", coverage.share(), coverage.files.len());
    index.push_str(
        "<table class=\"files\"><thead><tr><th>file<th><th>ran<th>statements<th>missed</tr></thead><tbody>\n",
    );
    let mut files = String::new();
    for (number, (path, file)) in coverage.files.iter().enumerate() {
        let (name, share) = (escaped(&shown(path, folder)), file.share());
        // Writing to a string cannot fail.
        let _ = writeln!(
            index,
            "<tr><td><a href=\"#file{number}\">{name}</a><td>{}<td>{}%<td>{}<td>{}</tr>",
            bar(share),
            share.percent(),
            share.statements,
            share.missed(),
        );
        let _ = write!(files, "<section id=\"file{number}\">\n{}", head("h2", &name, share, 0));
        files.push_str("<div class=\"code\"><table>\n");
        source(&mut files, file);
        files.push_str("</table></div>\n<p class=\"key\"><span><i style=\"background:var(--ran)\"></i>ran</span>");
        files.push_str("<span><i style=\"background:var(--part)\"></i>ran in part</span>");
        files.push_str("<span><i style=\"background:var(--missed)\"></i>did not run</span></p>\n</section>\n");
    }
    index.push_str("</tbody></table>\n");
    let Some((before, rest)) = PAGE.split_once(INDEX) else { return String::new() };
    let Some((between, after)) = rest.split_once(FILES) else { return String::new() };
    [before, &index, between, &files, after].concat()
}

/// A title with how much ran. Of a single file it leads back to the table.
fn head(tag: &str, title: &str, share: Share, files: usize) -> String {
    let back = if tag == "h1" { "" } else { "<a href=\"#\">all files</a>" };
    let count = match files {
        0 => String::new(),
        1 => " in one file".to_owned(),
        files => format!(" in {files} files"),
    };
    format!(
        "<header>{back}<{tag}>{title}</{tag}><b>{}%</b>{}<span>{} of {} statements{count}</span></header>\n",
        share.percent(),
        bar(share),
        share.ran,
        share.statements,
    )
}

fn bar(share: Share) -> String {
    let width = (share.ran * 1000).checked_div(share.statements).unwrap_or(1000);
    format!("<span class=\"bar\"><i style=\"width:{}.{}%\"></i></span>", width / 10, width % 10)
}

fn source(out: &mut String, file: &File) {
    let lines = lines(file);
    let missed = missed_columns(file);
    for (number, text) in (1_u32..).zip(file.text.lines()) {
        let (class, count) = match lines.get(&number) {
            None => ("", String::new()),
            Some(line) => (class(*line), line.count.to_string()),
        };
        let columns = missed.get(&number).map_or(&[][..], Vec::as_slice);
        let text = if class == "part" { marked(text, columns) } else { escaped(text) };
        let _ = writeln!(out, "<tr class=\"{class}\"><td>{number}<td>{count}<td>{text}</tr>");
    }
}

fn class(line: Line) -> &'static str {
    match (line.is_missed, line.count) {
        (false, _) => "ran",
        (true, 0) => "missed",
        (true, _) => "part",
    }
}

/// By line, from which column to which something did not run.
fn missed_columns(file: &File) -> BTreeMap<u32, Vec<(u32, u32)>> {
    let mut found: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
    for statement in file.statements.iter().filter(|statement| statement.count == 0) {
        let place = statement.place;
        if place.column == 0 {
            continue;
        }
        let last = if place.last_line == place.line { place.last_column } else { u32::MAX };
        found.entry(place.line).or_default().push((place.column, last));
    }
    found
}

/// A line in which what did not run is marked.
fn marked(text: &str, columns: &[(u32, u32)]) -> String {
    let mut out = String::new();
    let mut is_inside = false;
    for (column, letter) in (1_u32..).zip(text.chars()) {
        let is_missed = columns.iter().any(|(first, last)| (*first..=*last).contains(&column));
        if is_missed != is_inside {
            out.push_str(if is_missed { "<mark>" } else { "</mark>" });
            is_inside = is_missed;
        }
        escape(&mut out, letter);
    }
    if is_inside {
        out.push_str("</mark>");
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|letter| escape(&mut out, letter));
    out
}

fn escape(out: &mut String, letter: char) {
    match letter {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        letter => out.push(letter),
    }
}
