//! A list of tests with what they say of themselves, as text with marks.

use std::fmt::Write;

use super::header::Test;

/// Which marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    ReStructuredText,
    Markdown,
}

/// All tests, by their folders.
pub fn reference(tests: &[Test], marks: Marks) -> String {
    let section = |test: &Test| test.name.rsplit_once('.').map_or("", |(section, _)| section).to_owned();
    let mut sections: Vec<(String, Vec<&Test>)> = Vec::new();
    for test in tests {
        let name = section(test);
        match sections.iter_mut().find(|(other, _)| *other == name) {
            Some((_, members)) => members.push(test),
            None => sections.push((name, vec![test])),
        }
    }
    let mut text = String::new();
    for (name, members) in &sections {
        match marks {
            Marks::ReStructuredText => {
                let _ = writeln!(text, "{name}\n{}\n", "-".repeat(name.chars().count()));
            }
            Marks::Markdown => {
                let _ = writeln!(text, "# {name}\n");
            }
        }
        for test in members {
            let (bullet, indent, end) = match marks {
                Marks::ReStructuredText => (format!("    ``{}``:", test.name), "        ", "\n"),
                Marks::Markdown => (format!("* `{}`:", test.name), "    ", ""),
            };
            text += &bullet;
            text.push('\n');
            if test.documentation.is_empty() {
                let _ = writeln!(text, "{indent}No documentation.");
            }
            for line in &test.documentation {
                let _ = writeln!(text, "{indent}{line}");
            }
            text += end;
        }
        if marks == Marks::Markdown {
            text.push('\n');
        }
    }
    text
}
