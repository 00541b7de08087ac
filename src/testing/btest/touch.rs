//! Which tests a changed file touches, as far as that can be told from what tests say.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::config::Config;
use super::header::Test;
use super::name::{absolute, part_of};
use super::sandbox::with_variables;

/// Scripts that load scripts, so many at most.
const MOST_SCRIPTS: usize = 2_000;

/// What names a script in a search path may stand for.
const FORMS: [&str; 5] = ["", ".zeek", ".bro", "/__load__.zeek", "/__load__.bro"];

/// Variables with the search path of scripts.
const PATHS: [&str; 2] = ["ZEEKPATH", "BROPATH"];

/// The files outside of its own that a test uses: what it copies, what its commands name, the scripts it loads.
pub fn files_of(test: &Test, config: &Config) -> BTreeSet<PathBuf> {
    let mut files: BTreeSet<PathBuf> = test.inputs.iter().map(|(file, _)| file.clone()).collect();
    for (copy, _) in &test.copies {
        files.insert(absolute(Path::new(&with_variables(copy, &config.environment)), &config.base));
    }
    let commands = test.parts.iter().flat_map(|part| &part.commands).chain(&test.requires);
    for word in
        commands.flat_map(|command| command.line.split(|c: char| c.is_whitespace() || "\"'<>=;|&()".contains(c)))
    {
        if word.contains('/') {
            let word = word.replace("%DIR", &test.folder().to_string_lossy());
            let path = absolute(Path::new(&with_all_variables(&word, config)), &config.base);
            if path.is_file() {
                files.insert(path);
            }
        }
    }
    let texts = test.inputs.iter().map(|(_, text)| text).chain(test.files.iter().map(|(_, text)| text));
    let mut waiting: Vec<(PathBuf, Vec<u8>)> = texts.map(|text| (test.folder().to_owned(), text.clone())).collect();
    let mut known = 0;
    while let Some((folder, text)) = waiting.pop() {
        for name in loads(&text) {
            let Some(script) = script(&name, &folder, config).filter(|_| known < MOST_SCRIPTS) else { continue };
            if files.insert(script.clone())
                && let Ok(text) = fs::read(&script)
            {
                known += 1;
                waiting.push((script.parent().unwrap_or(Path::new("/")).to_owned(), text));
            }
        }
    }
    files
}

/// The tests that have to do with what has changed: all, where that cannot be told.
pub fn touched(tests: Vec<Test>, config: &Config, changed: &BTreeSet<PathBuf>) -> Vec<Test> {
    let of: Vec<BTreeSet<PathBuf>> = tests
        .iter()
        .map(|test| {
            let mut files = files_of(test, config);
            // Its baselines, and the further parts of the test.
            files.extend(changed.iter().filter(|path| is_own(path, test, config)).cloned());
            files
        })
        .collect();
    let is_known = |path: &PathBuf| of.iter().any(|files| files.contains(path)) || is_left_over(path, &tests, config);
    if changed.iter().all(is_known) {
        let pairs = tests.into_iter().zip(of);
        pairs.filter(|(_, files)| !files.is_disjoint(changed)).map(|(test, _)| test).collect()
    } else {
        tests
    }
}

fn is_own(path: &Path, test: &Test, config: &Config) -> bool {
    config.baselines.iter().any(|folder| path.starts_with(folder.join(&test.name)))
        || part_of(path).0 == part_of(&test.file).0
}

/// A baseline of a test that is not there touches nothing.
fn is_left_over(path: &Path, tests: &[Test], config: &Config) -> bool {
    config.baselines.iter().any(|folder| path.starts_with(folder))
        && !tests.iter().any(|test| is_own(path, test, config))
}

/// What a script names behind `@load`.
fn loads(text: &[u8]) -> Vec<String> {
    let lines = text.split(|byte| *byte == b'\n');
    let names = lines.filter_map(|line| line.trim_ascii().strip_prefix(b"@load"));
    names
        .filter(|rest| rest.first().is_some_and(u8::is_ascii_whitespace))
        .map(|rest| String::from_utf8_lossy(rest).split('#').next().unwrap_or_default().trim().to_owned())
        .collect()
}

fn script(name: &str, folder: &Path, config: &Config) -> Option<PathBuf> {
    let path = PATHS.iter().find_map(|variable| config.environment.get(OsStr::new(variable)));
    let above: Vec<PathBuf> = if name.starts_with('.') {
        vec![folder.to_owned()]
    } else {
        path.map_or_else(Vec::new, |path| std::env::split_paths(path).collect())
    };
    let forms = above.iter().flat_map(|above| FORMS.iter().map(move |form| (above, form)));
    forms.map(|(above, form)| absolute(&above.join(format!("{name}{form}")), &config.base)).find(|path| path.is_file())
}

/// The text with the values of `$NAME` and `${NAME}`.
fn with_all_variables(text: &str, config: &Config) -> String {
    let mut braced = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        braced += before;
        let end = behind.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(behind.len());
        let (name, behind) = behind.split_at(end);
        braced += &if name.is_empty() { "$".to_owned() } else { format!("${{{name}}}") };
        rest = behind;
    }
    with_variables(&(braced + rest), &config.environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_name_those_they_load() {
        let text = b"@load base/utils # for paths\n  @load ./other\n@loadx\nprint \"@load no\";\n@load\tlast";
        assert_eq!(loads(text), ["base/utils", "./other", "last"]);
    }
}
