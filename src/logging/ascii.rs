//! The writer of text files: tab-separated columns under a header, or JSON.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::json::TimeFormat;
use super::settings::{config_flag, flag, text};
use super::text::{Separators, escape_header, hex};
use super::value::{Field, LogValue};
use super::writer::{Info, Rotated, Writer};
use crate::calendar::{local_time, strftime};
use crate::value::Value;
use crate::vm::{OpenMode, Vm, reason};

/// Files that are not files.
const DEVICES: &str = "/dev/";

struct Settings {
    separators: Separators,
    meta_prefix: Vec<u8>,
    include_meta: bool,
    /// Only one line of header.
    tsv: bool,
    json: Option<TimeFormat>,
    to_stdout: bool,
    gzip_level: u32,
}

struct Ascii {
    settings: Settings,
    fields: Vec<Field>,
    path: String,
    file_name: String,
    open: Option<Output>,
    buffered: bool,
}

struct Output {
    handle: u32,
    gzip: Option<GzEncoder<Vec<u8>>>,
}

pub(super) fn begin(vm: &mut Vm, info: &Info, fields: &[Field]) -> Result<Box<dyn Writer>, String> {
    let settings = Settings::new(vm, info)?;
    let path = if settings.to_stdout { "/dev/stdout".to_owned() } else { info.path.clone() };
    let file_name = if path.starts_with(DEVICES) { path.clone() } else { settings.file_name(vm, &path) };
    let mut writer = Ascii { settings, fields: fields.to_vec(), path, file_name, open: None, buffered: true };
    writer.open(vm)?;
    Ok(Box::new(writer))
}

impl Settings {
    fn new(vm: &mut Vm, info: &Info) -> Result<Self, String> {
        let mut settings = Settings {
            separators: Separators {
                separator: text(vm, "LogAscii::separator", "\t"),
                set_separator: text(vm, "LogAscii::set_separator", ","),
                empty_field: text(vm, "LogAscii::empty_field", "(empty)"),
                unset_field: text(vm, "LogAscii::unset_field", "-"),
            },
            meta_prefix: text(vm, "LogAscii::meta_prefix", "#"),
            include_meta: flag(vm, "LogAscii::include_meta", true),
            tsv: false,
            json: None,
            to_stdout: flag(vm, "LogAscii::output_to_stdout", false),
            gzip_level: 0,
        };
        let mut json = flag(vm, "LogAscii::use_json", false);
        let mut gzip = match vm.global_by_name("LogAscii::gzip_level") {
            Some(Value::Count(level)) => level as i64,
            Some(Value::Int(level)) => level,
            _ => 0,
        };
        let times = vm.global_by_name("LogAscii::json_timestamps").map(|value| value.to_text());
        let mut times = times.map_or("JSON::TS_EPOCH".into(), |text| String::from_utf8_lossy(&text).into_owned());
        for (key, value) in &info.config {
            let bytes = || value.as_bytes().to_vec();
            match key.as_str() {
                "tsv" => settings.tsv = config_flag(key, value)?,
                "use_json" => json = config_flag(key, value)?,
                "output_to_stdout" => settings.to_stdout = config_flag(key, value)?,
                "gzip_level" => gzip = crate::value::convert::leading_int(value.as_bytes()),
                "separator" => settings.separators.separator = bytes(),
                "set_separator" => settings.separators.set_separator = bytes(),
                "empty_field" => settings.separators.empty_field = bytes(),
                "unset_field" => settings.separators.unset_field = bytes(),
                "meta_prefix" => settings.meta_prefix = bytes(),
                "json_timestamps" => times.clone_from(value),
                _ => {}
            }
        }
        settings.gzip_level = u32::try_from(gzip)
            .ok()
            .filter(|level| *level <= 9)
            .ok_or("invalid value for 'gzip_level', must be a number between 0 and 9.")?;
        if json {
            let format = TimeFormat::named(&times);
            settings.json = Some(format.ok_or_else(|| format!("Invalid JSON timestamp format: {times}"))?);
            settings.include_meta = false;
        }
        Ok(settings)
    }

    fn file_name(&self, vm: &Vm, path: &str) -> String {
        let suffix = vm.variable("ZEEK_LOG_SUFFIX").unwrap_or_else(|| "log".to_owned());
        format!("{path}.{suffix}{}", if self.gzip_level > 0 { ".gz" } else { "" })
    }

    /// The lines at the beginning of a file.
    fn header(&self, path: &str, fields: &[Field], now: &str) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.include_meta {
            return out;
        }
        let joined = |text: &dyn Fn(&Field) -> String| {
            let parts: Vec<Vec<u8>> = fields.iter().map(|field| text(field).into_bytes()).collect();
            parts.join(&self.separators.separator[..])
        };
        let names = joined(&|field| field.name.clone());
        if self.tsv {
            out.extend(names);
            out.push(b'\n');
            return out;
        }
        out.extend_from_slice(&self.meta_prefix);
        // Whatever separates, the line that names it separates with a blank.
        out.extend_from_slice(b"separator ");
        out.extend(escape_header(&self.separators.separator));
        out.push(b'\n');
        let mut line = |key: &str, value: &[u8]| out.extend(self.header_line(key, value));
        line("set_separator", &escape_header(&self.separators.set_separator));
        line("empty_field", &escape_header(&self.separators.empty_field));
        line("unset_field", &escape_header(&self.separators.unset_field));
        line("path", &escape_header(path.as_bytes()));
        line("open", now.as_bytes());
        line("fields", &names);
        line("types", &joined(&Field::type_name));
        out
    }

    fn header_line(&self, key: &str, value: &[u8]) -> Vec<u8> {
        [&self.meta_prefix, key.as_bytes(), &self.separators.separator, value, b"\n"].concat()
    }
}

/// The clock on the wall as headers show it.
fn now(vm: &mut Vm) -> String {
    let zone = vm.time_zone();
    let now = vm.host.now();
    let time = local_time(&zone, now).map(|time| strftime(b"%Y-%m-%d-%H-%M-%S", &time)).unwrap_or_default();
    String::from_utf8_lossy(&time).into_owned()
}

impl Ascii {
    fn open(&mut self, vm: &mut Vm) -> Result<(), String> {
        let failed = |error| format!("cannot open {}: {}", self.file_name, reason(&error));
        let handle = vm.open_handle(&self.file_name, OpenMode::Write).map_err(failed)?;
        if !self.buffered {
            vm.set_handle_buffered(handle, false);
        }
        let level = self.settings.gzip_level;
        let gzip = (level > 0).then(|| GzEncoder::new(Vec::new(), Compression::new(level)));
        self.open = Some(Output { handle, gzip });
        let now = now(vm);
        let header = self.settings.header(&self.path, &self.fields, &now);
        self.put(vm, &header)
    }

    fn put(&mut self, vm: &mut Vm, bytes: &[u8]) -> Result<(), String> {
        let Some(output) = &mut self.open else { return Ok(()) };
        let written = match &mut output.gzip {
            None => vm.write_handle(output.handle, bytes),
            Some(gzip) => gzip.write_all(bytes).and_then(|()| {
                let ready = std::mem::take(gzip.get_mut());
                vm.write_handle(output.handle, &ready)
            }),
        };
        written.map_err(|error| format!("error writing to {}: {}", self.file_name, reason(&error)))
    }

    fn close(&mut self, vm: &mut Vm) -> Result<(), String> {
        if self.open.is_none() {
            return Ok(());
        }
        if self.settings.include_meta && !self.settings.tsv {
            let line = self.settings.header_line("close", now(vm).as_bytes());
            self.put(vm, &line)?;
        }
        let Some(output) = self.open.take() else { return Ok(()) };
        let rest = output.gzip.map(GzEncoder::finish).transpose();
        let written = rest.and_then(|rest| vm.write_handle(output.handle, &rest.unwrap_or_default()));
        let closed = written.and(vm.close_handle(output.handle));
        closed.map_err(|error| format!("error writing to {}: {}", self.file_name, reason(&error)))
    }
}

impl Writer for Ascii {
    fn write(&mut self, vm: &mut Vm, values: &[LogValue]) -> Result<(), String> {
        if self.open.is_none() {
            self.open(vm)?;
        }
        let mut line = Vec::new();
        match self.settings.json {
            Some(format) => {
                for problem in format.object(&mut line, &self.fields, values) {
                    vm.error_without_place(problem);
                }
            }
            None => self.settings.separators.line(&mut line, values),
        }
        line.push(b'\n');
        // A line must not read as one of the header.
        if line.starts_with(&self.settings.meta_prefix)
            && let Some((first, rest)) = line.split_first()
        {
            let mut escaped = Vec::with_capacity(line.len() + 3);
            hex(&mut escaped, *first);
            escaped.extend_from_slice(rest);
            line = escaped;
        }
        self.put(vm, &line)
    }

    fn set_buffered(&mut self, vm: &mut Vm, buffered: bool) {
        self.buffered = buffered;
        if let Some(output) = &self.open {
            vm.set_handle_buffered(output.handle, buffered);
        }
    }

    fn flush(&mut self, vm: &mut Vm) {
        if let Some(output) = &self.open {
            let _ = vm.flush_handle(output.handle);
        }
    }

    fn rotate(&mut self, vm: &mut Vm, path: &str) -> Result<Rotated, String> {
        if self.open.is_none() || self.path.starts_with(DEVICES) {
            return Ok(Rotated::Nothing);
        }
        self.close(vm)?;
        let new_name = self.settings.file_name(vm, path);
        vm.host
            .rename(&self.file_name, &new_name)
            .map_err(|error| format!("failed to rename {} to {new_name}: {}", self.file_name, reason(&error)))?;
        Ok(Rotated::Done { new_name, old_name: self.file_name.clone() })
    }

    fn finish(&mut self, vm: &mut Vm) -> Result<(), String> {
        self.close(vm)
    }
}
