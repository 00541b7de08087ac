//! How a value is shown: as `print` shows it, or for people laid out over several lines where one is not enough.

use nu_ansi_term::Style as Paint;

use super::session::Style;
use crate::reference::type_text;
use crate::types::{RecordType, Type, TypeTag};
use crate::value::describe::Style as TextStyle;
use crate::value::{RecordObject, TableObject, Value};

/// Of a container with more entries only the first are shown.
const MAX_ENTRIES: usize = 60;

/// Containers deeper inside are shown on one line.
const MAX_DEPTH: usize = 6;

/// A value's text with its end of line.
pub(super) fn value(value: &Value, ty: &Type, style: Style) -> Vec<u8> {
    if !style.rich {
        return crate::value::describe::print_line(std::slice::from_ref(value), false);
    }
    let mut layout = Layout { out: String::new(), style };
    layout.write(value, 0, 0, MAX_DEPTH);
    let note = format!(": {}", type_text(ty));
    let last = layout.out.lines().last().map_or(0, |line| line.chars().count());
    let room = style.width.saturating_sub(last + 2);
    // The parts of a long value speak for themselves.
    let is_long = layout.out.contains('\n');
    if ty.is(TypeTag::Any) || note.chars().count() > room || (is_long && ty.name().is_none()) {
        return format!("{}\n", layout.out).into_bytes();
    }
    let dim = if style.color { Paint::new().dimmed().paint(note).to_string() } else { note };
    format!("{}  {dim}\n", layout.out).into_bytes()
}

struct Layout {
    out: String,
    style: Style,
}

/// A part of a container.
struct Part {
    /// `name=`, `[index] = ` or nothing.
    key: String,
    value: Value,
}

impl Layout {
    /// Writes a value behind `column` characters of its line.
    fn write(&mut self, value: &Value, indent: usize, column: usize, depth: usize) {
        if let Some(text) = one_line(value, self.style.width.saturating_sub(column + 1)) {
            self.out.push_str(&text);
            return;
        }
        let Some(depth) = depth.checked_sub(1) else {
            self.out.push_str(&plain_text(value));
            return;
        };
        match value {
            Value::Record(record) => {
                let (parts, unset) = fields(record);
                self.parts('[', &parts, 0, true, indent, depth);
                if indent == 0 {
                    self.unset(&unset, indent);
                }
                self.close(']', indent);
            }
            Value::Vector(vector) => {
                let part = |value: &Value| Part { key: String::new(), value: value.clone() };
                let parts: Vec<Part> = vector.with(|elements| elements.iter().take(MAX_ENTRIES).map(part).collect());
                let more = vector.len() - parts.len();
                self.parts('[', &parts, more, true, indent, depth);
                self.close(']', indent);
            }
            Value::Table(table) => {
                let parts = entries(table);
                let more = table.len() - parts.len();
                self.parts('{', &parts, more, table.is_set(), indent, depth);
                self.close('}', indent);
            }
            _ => self.out.push_str(&plain_text(value)),
        }
    }

    /// Writes the parts of a container, short ones side by side where `fill` says so.
    fn parts(&mut self, bracket: char, parts: &[Part], more: usize, fill: bool, indent: usize, depth: usize) {
        self.out.push(bracket);
        let inside = indent + 2;
        let width = self.style.width;
        // Where the line is, and whether something short may follow on it.
        let (mut column, mut open) = (0, false);
        for (position, part) in parts.iter().enumerate() {
            let end = if position + 1 < parts.len() || more > 0 { "," } else { "" };
            let room = width.saturating_sub(inside + part.key.chars().count() + 1);
            let short = if part.value.is_set() { one_line(&part.value, room) } else { Some(String::new()) };
            let length =
                part.key.chars().count() + short.as_ref().map_or(width, |text| text.chars().count()) + end.len();
            if open && fill && column + 1 + length <= width {
                self.out.push(' ');
                column += 1 + length;
            } else {
                self.new_line(inside);
                column = inside + length;
            }
            self.out.push_str(&part.key);
            match &short {
                Some(text) => self.out.push_str(text),
                None => self.write(&part.value, inside, inside + part.key.chars().count() + end.len(), depth),
            }
            self.out.push_str(end);
            open = short.is_some();
        }
        if more > 0 {
            self.new_line(inside);
            self.faint(&format!("... and {more} more"));
        }
    }

    /// Names the fields that have no value.
    fn unset(&mut self, names: &[&str], indent: usize) {
        if names.is_empty() {
            return;
        }
        let text = format!("not set: {}", names.join(", "));
        for line in crate::reference::render::wrap(&text, self.style.width.saturating_sub(indent + 4)) {
            self.new_line(indent + 2);
            self.faint(&format!("# {line}"));
        }
    }

    fn close(&mut self, bracket: char, indent: usize) {
        self.new_line(indent);
        self.out.push(bracket);
    }

    fn new_line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn faint(&mut self, text: &str) {
        if self.style.color {
            self.out.push_str(&Paint::new().dimmed().paint(text).to_string());
        } else {
            self.out.push_str(text);
        }
    }
}

/// The fields that have a value, and the names of the others.
fn fields(record: &RecordObject) -> (Vec<Part>, Vec<&'static str>) {
    let mut parts = Vec::new();
    let mut unset = Vec::new();
    for (offset, field) in record.record_type().map(RecordType::save).unwrap_or_default().iter().enumerate() {
        let value = record.get(offset as u16);
        if value.is_set() {
            parts.push(Part { key: format!("{}=", field.name), value });
        } else {
            unset.push(field.name.as_str());
        }
    }
    (parts, unset)
}

/// The first entries.
fn entries(table: &TableObject) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let is_set = table.is_set();
    table.for_each(|key, value| {
        if parts.len() < MAX_ENTRIES {
            let columns: Vec<String> = key.iter().map(plain_text).collect();
            let columns = columns.join(", ");
            let key = match (is_set, key.len()) {
                (true, 1) => columns,
                (true, _) => format!("[{columns}]"),
                (false, _) => format!("[{columns}] = "),
            };
            parts.push(Part { key, value: value.clone() });
        }
    });
    parts
}

/// As `print` shows it.
fn plain_text(value: &Value) -> String {
    String::from_utf8_lossy(&value.text(TextStyle::PRINT)).into_owned()
}

/// The value on one line of so many characters, if it fits. Fields without a value are left out.
fn one_line(value: &Value, width: usize) -> Option<String> {
    let mut out = String::new();
    flat(value, &mut out, width, MAX_DEPTH)?;
    Some(out)
}

/// Writes a value, and gives up where it gets longer than `width`.
fn flat(value: &Value, out: &mut String, width: usize, depth: usize) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let join = |parts: Vec<Part>, out: &mut String| {
        for (position, part) in parts.into_iter().enumerate() {
            out.push_str(if position > 0 { ", " } else { "" });
            out.push_str(&part.key);
            if part.value.is_set() {
                flat(&part.value, out, width, depth)?;
            }
        }
        Some(())
    };
    match value {
        Value::Record(record) => {
            out.push('[');
            join(fields(record).0, out)?;
            out.push(']');
        }
        Value::Vector(vector) if vector.len() <= width => {
            out.push('[');
            let part = |value: &Value| Part { key: String::new(), value: value.clone() };
            join(vector.with(|elements| elements.iter().map(part).collect()), out)?;
            out.push(']');
        }
        Value::Table(table) if table.len() < MAX_ENTRIES => {
            out.push('{');
            join(entries(table), out)?;
            out.push('}');
        }
        Value::Vector(_) | Value::Table(_) => return None,
        _ => out.push_str(&plain_text(value)),
    }
    (out.chars().count() <= width && !out.contains('\n')).then_some(())
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{Style, value};
    use crate::types::Type;
    use crate::value::{TableObject, Value, VectorObject};

    const RICH: Style = Style { color: false, width: 40, rich: true };

    fn shown(of: &Value) -> String {
        String::from_utf8(value(of, &of.type_of(), RICH)).unwrap()
    }

    #[test]
    fn what_is_short_stands_with_its_type() {
        assert_eq!(shown(&Value::Count(3)), "3  : count\n");
    }

    #[test]
    fn what_is_long_is_laid_out() {
        let table = TableObject::new(Type::table(vec![Type::string()], Type::vector(Type::count())));
        for name in ["a", "b"] {
            let numbers = (0..20).map(|number| Value::Count(1000 + number)).collect();
            let vector = VectorObject::new(Type::vector(Type::count()), numbers);
            table.insert(&[Value::string(name)], Value::Vector(Rc::new(vector)));
        }
        let text = shown(&Value::Table(Rc::new(table)));
        assert!(text.starts_with("{\n  [a] = [\n    1000, 1001, 1002, 1003, 1004, 1005,\n"), "{text}");
        assert!(text.contains("1019\n  ],\n  [b] = ["), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
    }

    #[test]
    fn of_many_entries_the_first_are_shown() {
        let numbers = (0..1000).map(Value::Count).collect();
        let vector = VectorObject::new(Type::vector(Type::count()), numbers);
        assert!(shown(&Value::Vector(Rc::new(vector))).contains("... and 940 more"));
    }

    #[test]
    fn plain_is_what_print_writes() {
        let table = TableObject::new(Type::set(vec![Type::count()]));
        table.insert(&[Value::Count(1)], Value::Unset);
        let table = Value::Table(Rc::new(table));
        assert_eq!(value(&table, &table.type_of(), Style::default()), b"{\n1\n}\n");
    }
}
