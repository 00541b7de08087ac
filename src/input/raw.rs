//! The reader of anything: a file, or what a command writes, cut into records.
//!
//! A source that ends in `|` is a command for the shell. Its output is taken as it comes; nobody waits for it.

use std::io;

use super::columns::Column;
use super::lines::{Lines, Seen, find};
use super::output::Output;
use super::reader::{Info, Mode, Reader};
use super::settings::text;
use crate::logging::{Kind, LogValue};
use crate::types::Type;
use crate::vm::{ProcessEnd, ProcessId, ProcessStart, Vm, reason};

struct Raw {
    info: Info,
    separator: Vec<u8>,
    source: Source,
    /// The source was just opened for the first time.
    is_fresh: bool,
}

enum Source {
    File { file: Option<Lines>, seen: Seen, offset: i64 },
    Command(Command),
}

struct Command {
    start: ProcessStart,
    force_kill: bool,
    running: Option<ProcessId>,
    /// What came and was not read yet.
    output: Vec<u8>,
    errors: Vec<u8>,
    end: Option<ProcessEnd>,
}

pub(super) fn begin(vm: &mut Vm, info: &Info, columns: &[Column], output: &mut Output) -> Option<Box<dyn Reader>> {
    let mut reader = match Raw::new(vm, info, columns) {
        Ok(reader) => reader,
        Err(message) => {
            output.error(message);
            return None;
        }
    };
    if let Err(message) = reader.open(vm) {
        output.error(message);
        return None;
    }
    if !reader.read(vm, output) {
        output.end();
    }
    Some(Box::new(reader))
}

impl Raw {
    fn new(vm: &Vm, info: &Info, columns: &[Column]) -> Result<Self, String> {
        if info.source.is_empty() {
            return Err("No source path provided".to_owned());
        }
        let command = info.source.strip_suffix('|');
        let reads_errors = command.is_some() && info.config.contains_key("read_stderr");
        let offset = info.config.get("offset");
        if offset.is_some() && (command.is_some() || info.mode == Mode::Reread) {
            return Err("Offset only is supported for MODE_STREAM and MODE_MANUAL; it is also not supported when \
                        executing a command"
                .to_owned());
        }
        let wanted = if reads_errors { 2 } else { 1 };
        if columns.len() != wanted {
            return Err(format!(
                "Filter for raw reader contains wrong number of fields -- got {}, expected {wanted}. Filters for the \
                 raw reader contain one string field when used in normal mode and one string and one bool fields when \
                 using execute mode with stderr capuring. Filter ignored.",
                columns.len()
            ));
        }
        if columns.first().is_some_and(|column| column.kind != Kind::String) {
            return Err("First field for raw reader always has to be of type string.".to_owned());
        }
        if columns.get(1).is_some_and(|column| column.kind != Kind::Bool) {
            return Err("Second field for raw reader always has to be of type bool.".to_owned());
        }
        if command.is_some() && info.mode == Mode::Reread {
            return Err("Rereading only supported for files, not for executables.".to_owned());
        }
        let source = match command {
            Some(command) => Source::Command(Command {
                start: ProcessStart {
                    command: command.to_owned(),
                    input: info.config.get("stdin").map(|text| text.as_bytes().to_vec()).unwrap_or_default(),
                    reads_errors,
                },
                force_kill: info.config.contains_key("force_kill"),
                running: None,
                output: Vec::new(),
                errors: Vec::new(),
                end: None,
            }),
            None => Source::File {
                file: None,
                seen: Seen::default(),
                offset: offset.map_or(0, |text| crate::value::convert::leading_int(text.as_bytes())),
            },
        };
        Ok(Raw { info: info.clone(), separator: text(vm, "InputRaw::record_separator", "\n"), source, is_fresh: true })
    }

    fn open(&mut self, vm: &mut Vm) -> Result<(), String> {
        let path = &self.info.source;
        match &mut self.source {
            Source::Command(command) => {
                let started = vm.host.start_process(command.start.clone());
                let id = started.map_err(|error| format!("Could not create child process: {}", reason(&error)))?;
                command.running = Some(id);
            }
            Source::File { file, offset, seen } => {
                let mut lines = Lines::open(vm, path).map_err(|_| format!("Init: cannot open {path}"))?;
                if *offset != 0 {
                    let place = match u64::try_from(*offset) {
                        Ok(place) => Ok(place),
                        // -1 is the end.
                        Err(_) => vm.host.status(path).map(|status| status.size.saturating_add_signed(*offset + 1)),
                    };
                    place
                        .and_then(|place| lines.seek(vm, place))
                        .map_err(|error| format!("Seek failed in init: {}", reason(&error)))?;
                }
                *file = Some(lines);
                if let Ok(status) = vm.host.status(path) {
                    seen.look(&status);
                }
            }
        }
        Ok(())
    }

    /// Opens the source again where this read begins anew. False where there is nothing to read.
    fn reopen(&mut self, vm: &mut Vm) -> Result<bool, String> {
        match &mut self.source {
            Source::File { file, seen, .. } => {
                if self.info.mode == Mode::Reread {
                    let path = &self.info.source;
                    let status = vm.host.status(path).map_err(|_| format!("Could not get stat for {path}"))?;
                    if !seen.look(&status) {
                        return Ok(false);
                    }
                }
                if self.info.mode == Mode::Stream && file.is_some() {
                    return Ok(true);
                }
                if let Some(file) = file.take() {
                    file.close(vm);
                }
            }
            Source::Command(command) => {
                if command.running.is_some() || command.end.is_some() {
                    return Ok(true);
                }
            }
        }
        self.open(vm).map(|()| true)
    }
}

/// Takes whole records out of what came, and the rest too where nothing comes behind it.
fn records(bytes: &mut Vec<u8>, separator: &[u8], is_all: bool) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    let mut start = 0;
    while let Some(length) = find(bytes.get(start..).unwrap_or_default(), separator) {
        records.push(bytes.get(start..start + length).unwrap_or_default().to_vec());
        start += length + separator.len();
    }
    bytes.drain(..start.min(bytes.len()));
    if is_all && !bytes.is_empty() {
        records.push(std::mem::take(bytes));
    }
    records
}

impl Command {
    /// Reads what came. False where the command has ended and the stream with it.
    fn read(&mut self, info: &Info, separator: &[u8], output: &mut Output) -> bool {
        let is_all = self.end.is_some();
        let row = |text: Vec<u8>, is_error: bool| {
            let mut row = vec![LogValue::Text(text)];
            if self.start.reads_errors {
                row.push(LogValue::Bool(is_error));
            }
            row
        };
        for record in records(&mut self.output, separator, is_all) {
            output.row(row(record, false), false);
        }
        for record in records(&mut self.errors, separator, is_all) {
            output.row(row(record, true), false);
        }
        let Some(end) = self.end.take() else { return true };
        self.running = None;
        let (code, by_signal) = match end {
            ProcessEnd::Exit(code) => (code, false),
            ProcessEnd::Signal(signal) => (signal, true),
        };
        if by_signal {
            output.error(format!("Child process exited due to signal {code}"));
        } else if code != 0 {
            output.error(format!("Child process exited with non-zero return code {code}"));
        }
        output.end_of_source();
        let text = |text: &str| (LogValue::Text(text.into()), Type::string());
        let code = (LogValue::Count(code as u64), Type::count());
        let by_signal = (LogValue::Bool(by_signal), Type::bool());
        output.event("InputRaw::process_finished", vec![text(&info.name), text(&info.source), code, by_signal]);
        // A command can be run again where scripts say when.
        info.mode == Mode::Manual
    }
}

impl Reader for Raw {
    fn read(&mut self, vm: &mut Vm, output: &mut Output) -> bool {
        if !std::mem::take(&mut self.is_fresh) {
            match self.reopen(vm) {
                Ok(true) => {}
                Ok(false) => return true,
                Err(message) => {
                    output.error(message);
                    return false;
                }
            }
        }
        match &mut self.source {
            Source::Command(command) => command.read(&self.info, &self.separator, output),
            Source::File { file, .. } => {
                let Some(file) = file else { return true };
                loop {
                    match file.next(vm, &self.separator) {
                        Ok(Some(record)) => output.row(vec![LogValue::Text(record)], false),
                        Ok(None) => break,
                        Err(error) => {
                            output.error(unexpected(&error));
                            return false;
                        }
                    }
                }
                if self.info.mode != Mode::Stream {
                    output.end_of_source();
                }
                true
            }
        }
    }

    fn poll(&mut self, vm: &mut Vm) -> bool {
        let Source::Command(command) = &mut self.source else { return false };
        let Some(id) = command.running.filter(|_| command.end.is_none()) else { return false };
        let news = vm.host.process_news(id);
        let is_news = !news.is_empty();
        command.output.extend(news.output);
        command.errors.extend(news.errors);
        command.end = news.end;
        is_news
    }

    fn close(&mut self, vm: &mut Vm) {
        match &mut self.source {
            Source::File { file, .. } => {
                if let Some(file) = file.take() {
                    file.close(vm);
                }
            }
            Source::Command(command) => {
                if let Some(id) = command.running.take() {
                    vm.host.end_process(id, command.force_kill);
                }
            }
        }
    }
}

fn unexpected(error: &io::Error) -> String {
    format!("Reader encountered unexpected error code {}", error.raw_os_error().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::records;

    #[test]
    fn whole_records_are_taken() {
        let mut bytes = b"a\nb\nc".to_vec();
        assert_eq!(records(&mut bytes, b"\n", false), [b"a", b"b"]);
        assert_eq!(bytes, b"c");
        assert_eq!(records(&mut bytes, b"\n", true), [b"c"]);
        assert_eq!(records(&mut bytes, b"\n", true), Vec::<Vec<u8>>::new());
    }
}
