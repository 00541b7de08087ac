//! The reader of text files like those that logging writes: a line of column names, then a row a line.

use super::columns::Column;
use super::lines::{Lines, Seen};
use super::output::Output;
use super::parse::{Format, lossy, protocol};
use super::reader::{Info, Mode, Reader};
use super::settings::{flag, setting, single};
use crate::logging::LogValue;
use crate::vm::Vm;

/// What the line of names begins with where it is marked, one separator behind it.
const FIELDS: &[u8] = b"#fields";

struct Ascii {
    info: Info,
    columns: Vec<Column>,
    separator: u8,
    format: Format,
    fails_on_lines: bool,
    trouble: Trouble,
    file: Option<Lines>,
    seen: Seen,
    /// Where the columns are, by the last line of names.
    places: Vec<Option<Place>>,
}

/// Where a column is in a line.
#[derive(Clone, Copy)]
struct Place {
    value: usize,
    /// For a port: its protocol.
    protocol: Option<usize>,
}

/// Problems with a file: errors, or warnings that are not repeated while the trouble lasts.
pub(super) struct Trouble {
    pub(super) fails: bool,
    quiet: bool,
}

impl Trouble {
    pub(super) fn new(fails: bool) -> Self {
        Trouble { fails, quiet: false }
    }

    pub(super) fn is_over(&mut self) {
        self.quiet = false;
    }

    /// Says what is wrong. Gives whether the reader goes on.
    pub(super) fn say(&mut self, output: &mut Output, message: String) -> bool {
        if self.fails {
            output.error(message);
        } else if !std::mem::replace(&mut self.quiet, true) {
            output.warning(message);
        }
        !self.fails
    }
}

pub(super) fn begin(vm: &mut Vm, info: &Info, columns: &[Column], output: &mut Output) -> Option<Box<dyn Reader>> {
    let setting = |name: &str, otherwise: &str| setting(vm, info, name, &format!("InputAscii::{name}"), otherwise);
    let separator = single("separator", &setting("separator", "\t"), output);
    let format = Format {
        set_separator: single("set_separator", &setting("set_separator", ","), output),
        empty_field: setting("empty_field", "(empty)"),
        unset_field: setting("unset_field", "-"),
    };
    let mut reader = Ascii {
        info: info.clone(),
        columns: columns.to_vec(),
        separator,
        format,
        fails_on_lines: flag(vm, info, "fail_on_invalid_lines", "InputAscii::fail_on_invalid_lines"),
        trouble: Trouble::new(flag(vm, info, "fail_on_file_problem", "InputAscii::fail_on_file_problem")),
        file: None,
        seen: Seen::default(),
        places: Vec::new(),
    };
    if reader.read(vm, output) { Some(Box::new(reader)) } else { None }
}

/// The next line of content, comments left out. The mark of a line of names is cut off.
fn next_line(vm: &mut Vm, file: &mut Lines, separator: u8) -> Option<Vec<u8>> {
    while let Some(line) = file.next_filled(vm) {
        if line.first() != Some(&b'#') {
            return Some(line);
        }
        if let Some([mark, names @ ..]) = line.strip_prefix(FIELDS)
            && *mark == separator
            && !names.is_empty()
        {
            return Some(names.to_vec());
        }
    }
    None
}

/// The parts of a line; nothing stands behind a separator at its end.
fn parts(line: &[u8], separator: u8) -> Vec<&[u8]> {
    let mut parts: Vec<&[u8]> = line.split(|byte| *byte == separator).collect();
    if parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    parts
}

impl Ascii {
    /// Opens the file and reads its names, unless it is open. False where there is trouble that ends the stream.
    fn open(&mut self, vm: &mut Vm, output: &mut Output) -> bool {
        if self.file.is_some() {
            return true;
        }
        let source = self.info.source.clone();
        let Ok(mut file) = Lines::open(vm, &source) else {
            return self.trouble.say(output, format!("Init: cannot open {source}"));
        };
        if !self.read_names(vm, &mut file, output) {
            file.close(vm);
            return self.trouble.say(output, format!("Init: cannot open {source}; problem reading file header"));
        }
        self.trouble.is_over();
        self.file = Some(file);
        true
    }

    fn read_names(&mut self, vm: &mut Vm, file: &mut Lines, output: &mut Output) -> bool {
        let source = &self.info.source;
        let Some(line) = next_line(vm, file, self.separator) else {
            let message = format!("Could not read input data file {source}; first line could not be read");
            self.trouble.say(output, message);
            return false;
        };
        let names = parts(&line, self.separator);
        let find = |name: &str| names.iter().rposition(|known| *known == name.as_bytes());
        let mut places = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let Some(value) = find(&column.name) else {
                if column.optional {
                    places.push(None);
                    continue;
                }
                let message = format!("Did not find requested field {} in input data file {source}.", column.name);
                self.trouble.say(output, message);
                return false;
            };
            let protocol = column.protocol.as_ref().filter(|name| !name.is_empty());
            let protocol = match protocol.map(|name| (name, find(name))) {
                Some((name, None)) => {
                    let message = format!("Could not find requested port type field {name} in input data file.");
                    self.trouble.say(output, message);
                    return false;
                }
                Some((_, found)) => found,
                None => None,
            };
            places.push(Some(Place { value, protocol }));
        }
        self.places = places;
        true
    }

    /// Whether the file is another one than when it was last read. `None` where that cannot be told.
    fn changed(&mut self, vm: &mut Vm) -> Option<bool> {
        let status = vm.host.status(&self.info.source).ok()?;
        Some(self.seen.look(&status))
    }

    /// The values of a line. `Err(true)` leaves it out, `Err(false)` ends the stream.
    fn row(&self, line: &[u8], output: &mut Output) -> Result<Vec<LogValue>, bool> {
        let parts = parts(line, self.separator);
        let mut values = Vec::with_capacity(self.columns.len());
        for (column, place) in self.columns.iter().zip(&self.places) {
            let Some(place) = place else {
                values.push(LogValue::Unset);
                continue;
            };
            let protocol_text = place.protocol.map(|place| parts.get(place));
            let (Some(text), false) = (parts.get(place.value), protocol_text == Some(None)) else {
                let message = format!(
                    "Not enough fields in line {}. Found {} fields, want positions {} and {}",
                    lossy(line),
                    parts.len() as i64 - 1,
                    place.value,
                    place.protocol.map_or(-1, |place| place as i64)
                );
                if self.fails_on_lines {
                    output.error(message);
                } else {
                    output.warning(message);
                }
                return Err(!self.fails_on_lines);
            };
            let Some(mut value) = self.format.parse(text, &column.name, column.kind, column.element, output) else {
                output.warning(format!("Could not convert line '{}' to Val. Ignoring line.", lossy(line)));
                return Err(true);
            };
            if let (LogValue::Port(_, of), Some(Some(text))) = (&mut value, protocol_text) {
                *of = protocol(text, output);
            }
            values.push(value);
        }
        Ok(values)
    }
}

impl Reader for Ascii {
    fn read(&mut self, vm: &mut Vm, output: &mut Output) -> bool {
        if !self.open(vm, output) {
            return false;
        }
        if self.info.mode == Mode::Reread {
            match self.changed(vm) {
                None => {
                    let message = format!("Could not get stat for {}", self.info.source);
                    let goes_on = self.trouble.say(output, message);
                    self.close(vm);
                    return goes_on;
                }
                Some(false) => return true,
                Some(true) => {}
            }
        }
        if self.info.tracks() {
            // From the beginning.
            self.close(vm);
            self.open(vm, output);
        }
        while let Some(file) = &mut self.file
            && let Some(line) = next_line(vm, file, self.separator)
        {
            match self.row(&line, output) {
                Ok(row) => output.row(row, self.info.tracks()),
                Err(true) => {}
                Err(false) => return false,
            }
        }
        if self.info.tracks() {
            output.end_of_source();
        }
        true
    }

    fn close(&mut self, vm: &mut Vm) {
        if let Some(file) = self.file.take() {
            file.close(vm);
        }
    }
}
