//! The folder in which a test runs, with what the test brings along.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use super::config::Config;
use super::header::Test;
use super::name::absolute;

/// Makes the folder anew.
pub(super) fn prepare(test: &Test, folder: &Path, config: &Config) -> Result<(), String> {
    let removed = match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(folder),
        Ok(_) => fs::remove_file(folder),
        Err(_) => Ok(()),
    };
    removed.map_err(|error| format!("cannot remove tmp directory {}: {error}", folder.display()))?;
    create(folder)?;
    for (name, content) in &test.files {
        write(folder, name, content)
            .map_err(|error| format!("cannot write test's additional file '{name}': {error}"))?;
    }
    for (copy, place) in &test.copies {
        let source = with_variables(copy, &config.environment);
        let path = absolute(Path::new(&source), &config.base);
        let name = path.file_name().unwrap_or_default();
        let copied = if path.is_dir() { Err("it is a directory".to_owned()) } else { Ok(()) };
        let copied = copied.and_then(|()| fs::copy(&path, folder.join(name)).map_err(|error| error.to_string()));
        copied.map_err(|error| format!("{place}: cannot copy {source}: {error}"))?;
    }
    for (file, content) in &test.inputs {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        write(folder, &name, content).map_err(|error| format!("cannot write '{name}': {error}"))?;
    }
    Ok(())
}

pub(super) fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("cannot create directory {}: {error}", folder.display()))
}

fn write(folder: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, content)
}

/// The text with the values of variables for `${NAME}`, and nothing for those that are not there.
pub(super) fn with_variables(text: &str, environment: &BTreeMap<OsString, OsString>) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        result += before;
        let name = behind.split_once('}').map(|(name, _)| name);
        match name.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')) {
            Some(name) => {
                if let Some(value) = environment.get(OsStr::new(name)) {
                    result += &value.to_string_lossy();
                }
                rest = behind.get(name.len() + 1..).unwrap_or_default();
            }
            None => {
                result += "${";
                rest = behind;
            }
        }
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_stand_for_their_values() {
        let environment = BTreeMap::from([("A".into(), "x".into())]);
        assert_eq!(with_variables("${A}/b/${NONE}${A}", &environment), "x/b/x");
        assert_eq!(with_variables("$A ${} ${A", &environment), "$A ${} ${A");
    }
}
