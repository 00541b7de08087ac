//! Reports in the form of lcov, which many programs read.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Coverage, File, lines};

/// A record for each file.
pub fn report(coverage: &Coverage) -> String {
    let mut text = String::new();
    for (path, file) in &coverage.files {
        record(&mut text, path, file);
    }
    text
}

fn record(text: &mut String, path: &str, file: &File) {
    let functions = functions(file);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "TN:\nSF:{path}");
    for (name, line, _) in &functions {
        let _ = writeln!(text, "FN:{line},{name}");
    }
    for (name, _, count) in &functions {
        let _ = writeln!(text, "FNDA:{count},{name}");
    }
    let ran = functions.iter().filter(|(.., count)| *count > 0).count();
    let _ = writeln!(text, "FNF:{}\nFNH:{ran}", functions.len());
    let lines = lines(file);
    for (number, line) in &lines {
        let _ = writeln!(text, "DA:{number},{}", line.count);
    }
    let ran = lines.values().filter(|line| line.count > 0).count();
    let _ = writeln!(text, "LF:{}\nLH:{ran}\nend_of_record", lines.len());
}

/// Name, line and count. A function has one name; handlers of one event that has several have their line behind it.
fn functions(file: &File) -> Vec<(String, u32, u64)> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for function in &file.functions {
        *times.entry(&function.name).or_default() += 1;
    }
    let named = file.functions.iter().map(|function| {
        let is_alone = times.get(function.name.as_str()) == Some(&1);
        let name = if is_alone {
            function.name.clone()
        } else {
            format!("{}@{}:{}", function.name, function.line, function.column)
        };
        (name, function.line, function.count)
    });
    named.collect()
}
