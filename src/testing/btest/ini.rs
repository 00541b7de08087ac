//! Configuration files in the form that Python's `configparser` reads: sections, keys, values that go on in indented
//! lines, and `%(name)s` for the values of others.

use std::collections::BTreeMap;
use std::fmt;

/// Values in values in values, so many times at most.
const DEEPEST: usize = 10;

/// Keys and raw values in their order.
pub(super) type Section = Vec<(String, String)>;

/// A file as it was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Ini {
    sections: Vec<(String, Section)>,
    /// What `%(name)s` finds in every section.
    pub(super) defaults: BTreeMap<String, String>,
}

/// What is wrong, and in which line, from 1; 0 where it is the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) line: usize,
    pub(super) message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The section whose values are the defaults of all others.
const DEFAULT: &str = "DEFAULT";

impl Ini {
    /// Reads a text. Its section `DEFAULT` goes above the defaults that are given.
    pub(super) fn read(text: &str, defaults: BTreeMap<String, String>) -> Result<Ini, Mistake> {
        let mut reader = Reader { ini: Ini { sections: Vec::new(), defaults }, ..Reader::default() };
        for (number, line) in text.lines().enumerate() {
            reader.line(number + 1, line)?;
        }
        reader.finish_value();
        Ok(reader.ini)
    }

    pub(super) fn has_section(&self, name: &str) -> bool {
        self.section(name).is_some()
    }

    /// What a section says itself.
    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|(section, _)| section == name).map(|(_, values)| values)
    }

    pub(super) fn sections(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.sections.iter().map(|(name, values)| (name.as_str(), values))
    }

    fn raw(&self, section: &str, key: &str) -> Option<&str> {
        let own = self.section(section)?.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        own.or_else(|| self.defaults.get(key).map(String::as_str))
    }

    /// The value of a key, with those of others put in. `None` where there is no such section or key.
    pub(super) fn get(&self, section: &str, key: &str) -> Result<Option<String>, String> {
        let Some(raw) = self.raw(section, key) else { return Ok(None) };
        let mut text = String::new();
        self.expand(section, key, raw, 1, &mut text)?;
        Ok(Some(text))
    }

    fn expand(&self, section: &str, key: &str, raw: &str, depth: usize, text: &mut String) -> Result<(), String> {
        let place = || format!("{section}.{key}");
        if depth > DEEPEST {
            return Err(format!("{}: values refer to one another more than {DEEPEST} deep", place()));
        }
        let mut rest = raw;
        while let Some((before, behind)) = rest.split_once('%') {
            *text += before;
            if let Some(behind) = behind.strip_prefix('%') {
                text.push('%');
                rest = behind;
            } else if let Some((name, behind)) = behind.strip_prefix('(').and_then(|name| name.split_once(")s")) {
                let value = self
                    .raw(section, name)
                    .ok_or_else(|| format!("{}: there is no value {name:?}; raw value: {raw:?}", place()))?;
                if value.contains('%') {
                    self.expand(section, name, value, depth + 1, text)?;
                } else {
                    *text += value;
                }
                rest = behind;
            } else {
                return Err(format!(
                    "{}: '%' must be followed by '%' or '(NAME)s', found: {:?}",
                    place(),
                    format!("%{behind}")
                ));
            }
        }
        *text += rest;
        Ok(())
    }
}

/// A file while it is read.
#[derive(Default)]
struct Reader {
    ini: Ini,
    /// Where keys go: a section, or the defaults.
    section: Option<usize>,
    in_defaults: bool,
    key: Option<(String, Vec<String>)>,
    /// The indentation of the key.
    indent: usize,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), Mistake> {
        let mistake = |message: String| Mistake { line: number, message };
        let content = line.trim();
        let is_comment = content.starts_with('#') || content.starts_with(';');
        if content.is_empty() || is_comment {
            // An empty line may stand inside of a value; a comment there is none of it.
            if let Some((_, lines)) = &mut self.key
                && !is_comment
            {
                lines.push(String::new());
            }
            return Ok(());
        }
        let indent = line.len() - line.trim_start().len();
        if let Some((_, lines)) = &mut self.key
            && indent > self.indent
        {
            lines.push(content.to_owned());
            return Ok(());
        }
        self.finish_value();
        self.indent = indent;
        if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name) {
            self.in_defaults = name == DEFAULT;
            if !self.in_defaults {
                if self.ini.has_section(name) {
                    return Err(mistake(format!("section '{name}' is there twice")));
                }
                self.section = Some(self.ini.sections.len());
                self.ini.sections.push((name.to_owned(), Section::new()));
            }
            return Ok(());
        }
        if self.section.is_none() && !self.in_defaults {
            return Err(mistake(format!("no section heads this line: {content:?}")));
        }
        let Some((key, value)) = content.split_once(['=', ':']) else {
            return Err(mistake(format!("neither '[SECTION]' nor 'KEY=VALUE': {content:?}")));
        };
        let key = key.trim_end();
        if key.is_empty() {
            return Err(mistake(format!("no key before the value: {content:?}")));
        }
        let is_double =
            !self.in_defaults && self.values().is_some_and(|values| values.iter().any(|(name, _)| name == key));
        if is_double {
            return Err(mistake(format!("'{key}' is there twice in this section")));
        }
        self.key = Some((key.to_owned(), vec![value.trim().to_owned()]));
        Ok(())
    }

    fn values(&mut self) -> Option<&mut Section> {
        self.section.and_then(|section| self.ini.sections.get_mut(section)).map(|(_, values)| values)
    }

    fn finish_value(&mut self) {
        let Some((key, lines)) = self.key.take() else { return };
        let value = lines.join("\n").trim_end().to_owned();
        if self.in_defaults {
            self.ini.defaults.insert(key, value);
        } else if let Some(values) = self.values() {
            values.push((key, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Ini {
        Ini::read(text, BTreeMap::from([("testbase".to_owned(), "/base".to_owned())])).unwrap()
    }

    #[test]
    fn values_have_the_form_of_configparser() {
        let ini = read(
            "# comment\n[btest]\nTestDirs = a b\n  c\n\n  d\nTmpDir: %(testbase)s/.tmp\nPercent=100%%\n; other\nE=\n[x]\nk=a=b",
        );
        assert_eq!(ini.get("btest", "TestDirs"), Ok(Some("a b\nc\n\nd".to_owned())));
        assert_eq!(ini.get("btest", "TmpDir"), Ok(Some("/base/.tmp".to_owned())));
        assert_eq!(ini.get("btest", "Percent"), Ok(Some("100%".to_owned())));
        assert_eq!(ini.get("btest", "E"), Ok(Some(String::new())));
        assert_eq!(ini.get("x", "k"), Ok(Some("a=b".to_owned())));
        assert_eq!(ini.get("x", "testbase"), Ok(Some("/base".to_owned())));
        assert_eq!(ini.get("x", "no"), Ok(None));
        assert_eq!(ini.get("no", "testbase"), Ok(None));
    }

    #[test]
    fn values_refer_to_others_of_their_section_and_to_defaults() {
        let ini = read("[DEFAULT]\nval=abcd\n[environment]\nA=%(val)s\nB=%(A)s/%(testbase)s\n");
        assert_eq!(ini.get("environment", "B"), Ok(Some("abcd//base".to_owned())));
        let ini = read("[s]\na=%(b)s\nb=%(a)s\nc=%(none)s\nd=%x\n");
        for key in ["a", "c", "d"] {
            assert!(ini.get("s", key).is_err(), "{key}");
        }
    }

    #[test]
    fn mistakes_have_lines() {
        let line = |text: &str| Ini::read(text, BTreeMap::new()).unwrap_err().line;
        assert_eq!(line("[a]\nx=1\nx=2\n"), 3);
        assert_eq!(line("[a]\n[a]\n"), 2);
        assert_eq!(line("x=1\n"), 1);
        assert_eq!(line("[a]\n\nnothing\n"), 3);
        assert_eq!(line("[a]\n=1\n"), 2);
    }
}
