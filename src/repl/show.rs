//! How a value is shown: as `print` shows it, or for people laid out over several lines where one is not enough.

use nu_ansi_term::Style as Paint;

use super::session::Style;
use crate::reference::type_text;
use crate::types::{Type, TypeTag};
use crate::value::Value;
use crate::value::describe::Style as TextStyle;

/// Of a container with more entries only the first are shown.
const MAX_ENTRIES: usize = 60;

/// Containers deeper inside are shown on one line.
const MAX_DEPTH: usize = 6;

/// A container with more entries is not tried on one line.
const FEW: usize = 40;

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

impl Layout {
    /// Writes a value behind `column` characters of its line.
    fn write(&mut self, value: &Value, indent: usize, column: usize, depth: usize) {
        if let Some(text) = one_line(value, self.style.width.saturating_sub(column + 1)) {
            self.out.push_str(&text);
            return;
        }
        let Some(depth) = depth.checked_sub(1) else {
            self.plain(value);
            return;
        };
        match value {
            Value::Record(record) => {
                let fields = record.record_type().map(crate::types::RecordType::save).unwrap_or_default();
                self.out.push('[');
                for (offset, field) in fields.iter().enumerate() {
                    let end = if offset + 1 < fields.len() { "," } else { "" };
                    self.entry(&format!("{}=", field.name), &record.get(offset as u16), end, indent, depth);
                }
                self.close(']', indent);
            }
            Value::Vector(vector) => {
                let elements = vector.with(|elements| elements.iter().take(MAX_ENTRIES).cloned().collect::<Vec<_>>());
                let (count, shown) = (vector.len(), elements.len());
                self.out.push('[');
                for (position, element) in elements.iter().enumerate() {
                    let end = if position + 1 < count { "," } else { "" };
                    self.entry("", element, end, indent, depth);
                }
                self.more(count - shown, indent);
                self.close(']', indent);
            }
            Value::Table(table) => {
                let mut entries: Vec<(String, Value)> = Vec::new();
                let is_set = table.is_set();
                table.for_each(|key, value| {
                    if entries.len() < MAX_ENTRIES {
                        let columns: Vec<String> = key.iter().map(plain_text).collect();
                        let columns = columns.join(", ");
                        let key = match (is_set, key.len()) {
                            (true, 1) => columns,
                            (true, _) => format!("[{columns}]"),
                            (false, _) => format!("[{columns}] = "),
                        };
                        entries.push((key, value.clone()));
                    }
                });
                let (count, shown) = (table.len(), entries.len());
                self.out.push('{');
                for (position, (key, value)) in entries.iter().enumerate() {
                    let end = if position + 1 < count { "," } else { "" };
                    if is_set {
                        self.new_line(indent + 2);
                        self.out.push_str(key);
                        self.out.push_str(end);
                    } else {
                        self.entry(key, value, end, indent, depth);
                    }
                }
                self.more(count - shown, indent);
                self.close('}', indent);
            }
            _ => self.plain(value),
        }
    }

    fn entry(&mut self, key: &str, value: &Value, end: &str, indent: usize, depth: usize) {
        let indent = indent + 2;
        self.new_line(indent);
        self.out.push_str(key);
        if value.is_set() {
            self.write(value, indent, indent + key.chars().count() + end.len(), depth);
        } else {
            self.faint("<uninitialized>");
        }
        self.out.push_str(end);
    }

    fn more(&mut self, count: usize, indent: usize) {
        if count > 0 {
            self.new_line(indent + 2);
            self.faint(&format!("... and {count} more"));
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

    fn plain(&mut self, value: &Value) {
        self.out.push_str(&plain_text(value));
    }

    fn faint(&mut self, text: &str) {
        if self.style.color {
            self.out.push_str(&Paint::new().dimmed().paint(text).to_string());
        } else {
            self.out.push_str(text);
        }
    }
}

/// As `print` shows it.
fn plain_text(value: &Value) -> String {
    String::from_utf8_lossy(&value.text(TextStyle::PRINT)).into_owned()
}

/// The value on one line of so many characters, if it fits.
fn one_line(value: &Value, width: usize) -> Option<String> {
    let many = match value {
        Value::Table(table) => table.len() > FEW,
        Value::Vector(vector) => vector.len() > FEW,
        _ => false,
    };
    if many {
        return None;
    }
    let text = match value {
        // On one line a table is short where `print` would use three.
        Value::Table(_) => String::from_utf8_lossy(&value.describe()).into_owned(),
        _ => plain_text(value),
    };
    (!text.contains('\n') && text.chars().count() <= width).then_some(text)
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
        assert!(text.starts_with("{\n  [a] = [\n    1000,\n"), "{text}");
        assert!(text.contains("\n    1019\n  ],\n  [b] = ["), "{text}");
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
