//! The reader of configuration files: the name of an option and its new value on each line.
//!
//! It knows the types of all options. A value that is another one than the last time is a row, and an event
//! `InputConfig::new_value` that carries it in the option's type.

use std::collections::{BTreeMap, BTreeSet};

use super::ascii::Trouble;
use super::columns::{Column, kinds};
use super::lines::{Lines, Seen};
use super::output::Output;
use super::parse::{Format, lossy};
use super::reader::{Info, Mode, Reader};
use super::settings::{flag, format};
use crate::logging::LogValue;
use crate::program::GlobalKind;
use crate::types::{Type, TypeRef};
use crate::vm::Vm;

struct Config {
    info: Info,
    format: Format,
    trouble: Trouble,
    file: Option<Lines>,
    seen: Seen,
    /// The types of options by their names, as they were when the stream began.
    options: BTreeMap<String, TypeRef>,
    /// What the options of the file were the last time.
    values: BTreeMap<Vec<u8>, Vec<u8>>,
}

pub(super) fn begin(vm: &mut Vm, info: &Info, columns: &[Column], output: &mut Output) -> Option<Box<dyn Reader>> {
    if columns.len() != 2 {
        output.error("the config reader gives two columns, the name of an option and its value");
        return None;
    }
    let options = vm.program.globals().filter(|(_, global)| global.kind == GlobalKind::Option);
    let options = options.map(|(_, global)| (global.name.as_str().to_owned(), global.ty.clone())).collect();
    let format = Format { unset_field: Vec::new(), ..format(vm, "InputConfig", "") };
    let fails = flag(vm, info, "fail_on_file_problem", "InputConfig::fail_on_file_problem");
    let mut reader = Config {
        info: info.clone(),
        format,
        trouble: Trouble::new(fails),
        file: None,
        seen: Seen::default(),
        options,
        values: BTreeMap::new(),
    };
    if reader.read(vm, output) { Some(Box::new(reader)) } else { None }
}

/// Name and value of a line: blanks stand between them.
fn cut(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let end = line.iter().position(is_blank).filter(|end| *end > 0)?;
    let (name, rest) = line.split_at_checked(end)?;
    let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
    Some((name, rest.get(blanks..)?))
}

impl Config {
    fn open(&mut self, vm: &mut Vm, output: &mut Output) -> bool {
        if self.file.is_some() {
            return true;
        }
        match Lines::open(vm, &self.info.source) {
            Ok(file) => {
                self.trouble.is_over();
                self.file = Some(file);
                true
            }
            Err(_) => self.trouble.say(output, format!("Init: cannot open {}", self.info.source)),
        }
    }

    fn next_line(&mut self, vm: &mut Vm) -> Option<Vec<u8>> {
        let file = self.file.as_mut()?;
        while let Some(line) = file.next_filled(vm) {
            if line.first() != Some(&b'#') {
                return Some(line);
            }
        }
        None
    }

    /// Name, text, value and type of what a line sets; `None` where it is left out, which is said.
    fn option(&self, line: &[u8], output: &mut Output) -> Option<(Vec<u8>, Vec<u8>, LogValue, TypeRef)> {
        let shown = lossy(line);
        let Some((name, text)) = cut(line) else {
            output.warning(format!("Could not parse '{shown}'; line has invalid format. Ignoring line."));
            return None;
        };
        let option = lossy(name);
        let Some(ty) = self.options.get(&option) else {
            output.warning(format!("Option '{option}' does not exist. Ignoring line."));
            return None;
        };
        let Some((kind, element)) = kinds(ty) else {
            let ty = ty.kind_name();
            output.warning(format!(
                "Option '{option}' has type '{ty}', which is not supported for file input. Ignoring line."
            ));
            return None;
        };
        let Some(value) = self.format.parse(text, &option, kind, element, output) else {
            output.warning(format!("Could not convert line '{shown}' to value. Ignoring line."));
            return None;
        };
        Some((name.to_vec(), text.to_vec(), value, ty.clone()))
    }
}

impl Reader for Config {
    fn read(&mut self, vm: &mut Vm, output: &mut Output) -> bool {
        if !self.open(vm, output) {
            return false;
        }
        if self.info.mode == Mode::Reread {
            match vm.host.status(&self.info.source) {
                Err(_) => {
                    let message = format!("Could not get stat for {}", self.info.source);
                    let goes_on = self.trouble.say(output, message);
                    self.close(vm);
                    return goes_on;
                }
                Ok(status) if !self.seen.look(&status) => return true,
                Ok(_) => {}
            }
        }
        if self.info.tracks() {
            self.close(vm);
            self.open(vm, output);
        }
        let mut unseen: BTreeSet<Vec<u8>> = self.values.keys().cloned().collect();
        while let Some(line) = self.next_line(vm) {
            let Some((name, text, value, ty)) = self.option(&line, output) else { continue };
            unseen.remove(&name);
            if self.values.insert(name.clone(), text.clone()).as_ref() == Some(&text) {
                continue;
            }
            let plain = |text: &[u8]| (LogValue::Text(text.to_vec()), Type::string());
            output.row(vec![LogValue::Text(name.clone()), LogValue::Text(text)], self.info.tracks());
            let (stream, source) = (self.info.name.as_bytes(), self.info.source.as_bytes());
            output.event("InputConfig::new_value", vec![plain(stream), plain(source), plain(&name), (value, ty)]);
        }
        if self.info.tracks() {
            output.end_of_source();
        }
        self.values.retain(|name, _| !unseen.contains(name));
        true
    }

    fn close(&mut self, vm: &mut Vm) {
        if let Some(file) = self.file.take() {
            file.close(vm);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_line_has_a_name_and_a_value() {
        assert_eq!(cut(b"A::b \t x y "), Some((&b"A::b"[..], &b"x y "[..])));
        assert_eq!(cut(b"A::b "), Some((&b"A::b"[..], &b""[..])));
        assert_eq!(cut(b"A::b"), None);
        assert_eq!(cut(b" A::b x"), None);
    }
}
