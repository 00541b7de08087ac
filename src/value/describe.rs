//! Values as text, exactly as Bro writes them.
//!
//! There is one text form in several styles: what `print` writes, what `cat` and `fmt` make, what messages show. They
//! differ in how strings are escaped and in the lines of tables. Nested and cyclic values are walked with an explicit
//! stack; a container inside itself reads `<recursion>`.

use std::fmt;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::compare::identity;
use super::function_text::function_text;
use super::numbers::{address_text, double_text, interval_text, subnet_text};
use super::table::Key;
use super::{FileObject, Protocol, RecordObject, TableIterator, Value, VectorObject};
use crate::types::TypeKind;

/// A text longer than this ends with `...`: shared parts can make a small value print without bound.
const MAX_TEXT: usize = 1 << 28;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Strings byte by byte; otherwise bytes that are not printable ASCII read `\x0a`.
    pub raw: bool,
    /// Strings between `"`.
    pub quotes: bool,
    pub lines: Lines,
}

/// What a table does with its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    Plain,
    /// Each begins with a tab for each table around.
    Tabs,
    /// No line breaks. Types inside the text are short, too.
    Joined,
}

impl Style {
    /// What `print` writes to a file.
    pub const PRINT: Style = Style { raw: false, quotes: false, lines: Lines::Plain };
    /// What `cat` and `%s` make, and what is printed to a file with `&raw_output`.
    pub const TEXT: Style = Style { raw: true, quotes: false, lines: Lines::Tabs };
    /// What messages show.
    pub const MESSAGE: Style = Style { raw: false, quotes: false, lines: Lines::Joined };
}

/// As `cat` shows it; bytes that are no text are replaced.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_text()))
    }
}

impl Value {
    /// As messages show the value, on one line.
    pub fn describe(&self) -> Vec<u8> {
        self.text(Style::MESSAGE)
    }

    /// As `cat` and `%s` show the value.
    pub fn to_text(&self) -> Vec<u8> {
        self.text(Style::TEXT)
    }

    pub fn text(&self, style: Style) -> Vec<u8> {
        let mut describer = Describer::new(style);
        describer.add_value(self);
        describer.finish()
    }
}

/// What the `print` statement writes: values separated by `, ` on one line, or for a file with `&raw_output` just
/// their bytes.
pub fn print_line(values: &[Value], raw: bool) -> Vec<u8> {
    let mut describer = Describer::new(if raw { Style::TEXT } else { Style::PRINT });
    for (place, value) in values.iter().enumerate() {
        if place > 0 && !raw {
            describer.add(b", ");
        }
        describer.add_value(value);
    }
    if !raw {
        describer.add_bytes(b"\n");
    }
    describer.finish()
}

/// What `cat` makes: the text of the values without anything between.
pub fn concat(values: &[Value]) -> Vec<u8> {
    let mut describer = Describer::new(Style::TEXT);
    for value in values {
        describer.add_value(value);
    }
    describer.finish()
}

/// Collects the text of several values in one style.
pub struct Describer {
    out: Vec<u8>,
    style: Style,
    level: usize,
}

/// A container half written.
enum Frame {
    Record { record: Rc<RecordObject>, next: u16 },
    Vector { vector: Rc<VectorObject>, next: usize },
    Table { entries: TableIterator, first: bool, in_entry: bool },
    Columns { columns: Key, next: usize },
    List { values: Rc<Vec<Value>>, next: usize },
}

impl Describer {
    pub fn new(style: Style) -> Self {
        Describer { out: Vec::new(), style, level: 0 }
    }

    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    /// Appends bytes as they are, without the tabs that begin a line.
    pub fn add_bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Appends text, at the beginning of a line behind tabs.
    pub fn add(&mut self, text: &[u8]) {
        if self.style.lines == Lines::Tabs && self.out.last() == Some(&b'\n') {
            self.out.resize(self.out.len() + self.level, b'\t');
        }
        self.out.extend_from_slice(text);
    }

    fn new_line(&mut self) {
        if self.style.lines != Lines::Joined {
            self.out.push(b'\n');
        }
    }

    pub fn add_value(&mut self, value: &Value) {
        match value {
            Value::Count(number) => return self.number(*number, false),
            Value::Int(number) => return self.number(number.unsigned_abs(), *number < 0),
            Value::String(text) => return self.string(text.as_bytes()),
            _ => {}
        }
        let mut frames = Vec::new();
        let mut open = FxHashSet::default();
        self.begin(value, &mut frames, &mut open);
        while let Some(frame) = frames.last_mut() {
            if self.out.len() > MAX_TEXT {
                self.out.extend_from_slice(b"...");
                return;
            }
            match self.step(frame) {
                Step::Into(value) => self.begin(&value, &mut frames, &mut open),
                Step::Columns(columns) => frames.push(Frame::Columns { columns, next: 0 }),
                Step::Stay => {}
                Step::Done => {
                    if let Some(frame) = frames.pop() {
                        open.remove(&frame.identity());
                    }
                }
            }
        }
    }

    /// Writes a simple value, or the opening of a container, whose rest is left in `frames`.
    fn begin(&mut self, value: &Value, frames: &mut Vec<Frame>, open: &mut FxHashSet<usize>) {
        let key = identity(value);
        if key == 0 {
            return self.simple(value);
        }
        if !open.insert(key) {
            return self.add(b"<recursion>");
        }
        match value {
            Value::Record(record) => {
                self.add(b"[");
                frames.push(Frame::Record { record: record.clone(), next: 0 });
            }
            Value::Vector(vector) => {
                self.add(b"[");
                frames.push(Frame::Vector { vector: vector.clone(), next: 0 });
            }
            Value::Table(table) => {
                self.add(b"{");
                self.level += 1;
                self.new_line();
                frames.push(Frame::Table { entries: TableIterator::new(table), first: true, in_entry: false });
            }
            Value::List(values) => frames.push(Frame::List { values: values.clone(), next: 0 }),
            _ => {}
        }
    }

    fn step(&mut self, frame: &mut Frame) -> Step {
        match frame {
            Frame::Record { record, next } => self.step_record(record, next),
            Frame::Vector { vector, next } => {
                let Some(element) = vector.get(*next) else {
                    self.add(b"]");
                    return Step::Done;
                };
                if *next > 0 {
                    self.add(b", ");
                }
                *next += 1;
                if element.is_set() { Step::Into(element) } else { Step::Stay }
            }
            Frame::Table { entries, first, in_entry } => self.step_table(entries, first, in_entry),
            Frame::Columns { columns, next } => self.step_list(columns, next),
            Frame::List { values, next } => self.step_list(values, next),
        }
    }

    fn step_record(&mut self, record: &RecordObject, next: &mut u16) -> Step {
        let Some(field) = record
            .record_type()
            .and_then(|ty| ty.with_fields(|all| all.get(usize::from(*next)).map(|field| field.name)))
        else {
            self.add(b"]");
            return Step::Done;
        };
        if *next > 0 {
            self.add(b", ");
        }
        self.add(field.as_str().as_bytes());
        self.add(b"=");
        let value = record.get(*next);
        *next = next.saturating_add(1);
        if value.is_set() {
            return Step::Into(value);
        }
        self.add(b"<uninitialized>");
        Step::Stay
    }

    fn step_table(&mut self, entries: &TableIterator, first: &mut bool, in_entry: &mut bool) -> Step {
        let table = entries.table();
        let (is_set, columns) = (table.is_set(), table.columns());
        if *in_entry {
            *in_entry = false;
            if !is_set {
                self.add(b"] = ");
                return Step::Into(entries.value());
            }
            if columns != 1 {
                self.add(b"] ");
            }
        }
        if !entries.advance() {
            self.level -= 1;
            self.new_line();
            self.add(b"}");
            return Step::Done;
        }
        if !std::mem::take(first) {
            self.add(b",");
            self.new_line();
        }
        if columns != 1 || !is_set {
            self.add(b"[");
        }
        *in_entry = true;
        Step::Columns(entries.key())
    }

    fn step_list(&mut self, values: &[Value], next: &mut usize) -> Step {
        let Some(value) = values.get(*next) else { return Step::Done };
        if *next > 0 {
            self.add(b",");
            self.add_bytes(b" ");
        }
        *next += 1;
        Step::Into(value.clone())
    }

    fn simple(&mut self, value: &Value) {
        match value {
            Value::Unset => self.add(b"<uninitialized>"),
            Value::Bool(flag) => self.add(if *flag { b"T" } else { b"F" }),
            Value::Int(number) => self.number(number.unsigned_abs(), *number < 0),
            Value::Count(number) => self.number(*number, false),
            Value::Double(number) | Value::Time(number) => self.add(double_text(*number).as_bytes()),
            Value::Interval(seconds) => self.add(interval_text(*seconds).as_bytes()),
            Value::Enum(number, of) => {
                self.add(of.name_of(*number).map_or("<undefined>", |name| name.as_str()).as_bytes());
            }
            Value::Port(number, protocol) => {
                self.add(format!("{number}/{}", protocol_name(*protocol)).as_bytes());
            }
            Value::Addr4(_) | Value::Addr6(_) => {
                self.add(value.as_address().map(address_text).unwrap_or_default().as_bytes());
            }
            Value::Subnet4(..) | Value::Subnet6(_) => {
                self.add(value.as_subnet().map(subnet_text).unwrap_or_default().as_bytes());
            }
            Value::String(text) => self.string(text.as_bytes()),
            Value::Pattern(pattern) => self.add(&pattern.text()),
            Value::Func(func) => self.add(function_text(func).as_bytes()),
            Value::File(file) => self.file(file),
            Value::Opaque(object) => {
                self.add(object.describe().as_deref().unwrap_or("<no value description>").as_bytes());
            }
            // Bro 2.6 has no text for types as values.
            _ => self.add(b"<no value description>"),
        }
    }

    /// A whole number; scripts make many strings with numbers in them.
    pub(super) fn number(&mut self, number: u64, negative: bool) {
        let mut digits = [0; 21];
        let mut rest = number;
        let mut start = digits.len();
        for (place, digit) in digits.iter_mut().enumerate().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
            start = place;
            if rest == 0 {
                break;
            }
        }
        self.add(if negative { b"-" } else { b"" });
        self.add_bytes(digits.get(start..).unwrap_or_default());
    }

    fn string(&mut self, bytes: &[u8]) {
        if self.style.quotes {
            self.add(b"\"");
        }
        if self.style.raw {
            self.add_bytes(bytes);
        } else {
            self.add(&escaped(bytes));
        }
        if self.style.quotes {
            self.add(b"\"");
        }
    }

    fn file(&mut self, file: &FileObject) {
        let element = match &file.ty.kind {
            TypeKind::File(element) if self.style.lines == Lines::Joined => element.short(),
            TypeKind::File(element) => element.to_string(),
            _ => "(no type)".to_owned(),
        };
        self.add(format!("file \"{}\" of {element}", file.name).as_bytes());
    }
}

enum Step {
    Into(Value),
    Columns(Key),
    Stay,
    Done,
}

impl Frame {
    fn identity(&self) -> usize {
        match self {
            Frame::Record { record, .. } => Rc::as_ptr(record).addr(),
            Frame::Vector { vector, .. } => Rc::as_ptr(vector).addr(),
            Frame::Table { entries, .. } => Rc::as_ptr(entries.table()).addr(),
            Frame::List { values, .. } => Rc::as_ptr(values).addr(),
            Frame::Columns { .. } => 0,
        }
    }
}

/// `tcp`, `udp`, `icmp`, `unknown`
pub fn protocol_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Icmp => "icmp",
        Protocol::Unknown => "unknown",
    }
}

/// Bytes with what is not printable ASCII as `\x0a`; a backslash stays as it is.
pub fn escaped(bytes: &[u8]) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        if (b' '..=b'~').contains(&byte) {
            out.push(byte);
        } else {
            out.extend([b'\\', b'x', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::{Style, concat, print_line};
    use crate::pattern::Pattern;
    use crate::source::{Span, Symbol};
    use crate::syntax::ast::{Flavor, Protocol};
    use crate::types::{EnumType, Field, FuncType, RecordType, Type, TypeKind, TypeRef};
    use crate::value::{FileObject, FuncObject, RecordObject, TableObject, Value, VectorObject};

    fn printed(value: &Value) -> String {
        String::from_utf8(value.text(Style::PRINT)).unwrap()
    }

    fn text(value: &Value) -> String {
        String::from_utf8(value.to_text()).unwrap()
    }

    fn set(index: Vec<TypeRef>, keys: &[&[Value]]) -> Value {
        let table = TableObject::new(Type::set(index));
        for key in keys {
            table.insert(key, Value::Unset);
        }
        Value::Table(Rc::new(table))
    }

    fn record(fields: &[(&str, TypeRef, Value)]) -> Value {
        let field = |(name, ty, _): &(&str, TypeRef, Value)| Field {
            optional: true,
            ..Field::new(Symbol::new(name), ty.clone(), Span::NONE)
        };
        let ty = Type::record(RecordType::new(fields.iter().map(field).collect()));
        let values = fields.iter().map(|(_, _, value)| value.clone()).collect();
        Value::Record(Rc::new(RecordObject::new(ty, values)))
    }

    #[test]
    fn simple_values() {
        let color = Rc::new(EnumType::new(Symbol::new("M::Color")));
        color.add(Symbol::new("M::RED"), None);
        let file = FileObject {
            ty: Type::new(TypeKind::File(Type::string())),
            name: "out.txt".into(),
            handle: Cell::new(None),
            raw: Cell::new(false),
        };
        let signature =
            FuncType { flavor: Flavor::Event, parameters: Vec::new(), result: Type::void(), variadic: false };
        let event = FuncObject::script(Symbol::new("M::ready"), Type::func(signature));
        for (value, expected) in [
            (Value::Bool(true), "T"),
            (Value::Bool(false), "F"),
            (Value::Int(-5), "-5"),
            (Value::Int(i64::MIN), "-9223372036854775808"),
            (Value::Count(0), "0"),
            (Value::Count(1200), "1200"),
            (Value::Count(u64::MAX), "18446744073709551615"),
            (Value::Double(2.0), "2.0"),
            (Value::Interval(90.0), "1.0 min 30.0 secs"),
            (Value::Time(1_299_470_395.0), "1299470395.0"),
            (Value::Port(53, Protocol::Udp), "53/udp"),
            (Value::Port(0, Protocol::Unknown), "0/unknown"),
            (Value::Addr4(0x0a00_0001), "10.0.0.1"),
            (Value::Subnet4(0x0a00_0000, 8), "10.0.0.0/8"),
            (Value::Enum(0, color.clone()), "M::RED"),
            (Value::Enum(7, color), "<undefined>"),
            (Value::File(Rc::new(file)), "file \"out.txt\" of string"),
            (Value::Func(event), "M::ready"),
            (Value::Type(Type::count()), "<no value description>"),
            (Value::Pattern(Rc::new(Pattern::parse(b"fo+", false, false).unwrap())), "/^?(fo+)$?/"),
            (Value::Unset, "<uninitialized>"),
        ] {
            assert_eq!(printed(&value), expected);
        }
    }

    #[test]
    fn strings_are_escaped_by_print_alone() {
        let value = Value::string(b"a\\b\n\xff\"");
        assert_eq!(printed(&value), "a\\b\\x0a\\xff\"");
        assert_eq!(value.to_text(), b"a\\b\n\xff\"");
        let quoted = Style { quotes: true, ..Style::PRINT };
        assert_eq!(value.text(quoted), b"\"a\\b\\x0a\\xff\"\"");
    }

    #[test]
    fn tables_take_several_lines_and_tabs_in_strings() {
        let numbers = set(vec![Type::count()], &[&[Value::Count(1)], &[Value::Count(2)]]);
        assert_eq!(printed(&numbers), "{\n1,\n2\n}");
        assert_eq!(text(&numbers), "{\n\t1,\n\t2\n}");
        assert_eq!(numbers.describe(), b"{1,2}");
        assert_eq!(printed(&set(vec![Type::count()], &[])), "{\n\n}");
        let words = set(vec![Type::string()], &[&[Value::string("a")], &[Value::string("b")]]);
        assert_eq!(text(&words), "{\na,\nb\n}");
        let pairs = set(
            vec![Type::addr(), Type::port()],
            &[&[Value::Addr4(1), Value::Port(22, Protocol::Tcp)], &[Value::Addr4(2), Value::Port(23, Protocol::Tcp)]],
        );
        assert_eq!(printed(&pairs), "{\n[0.0.0.1, 22/tcp] ,\n[0.0.0.2, 23/tcp] \n}");
        let table = TableObject::new(Type::table(vec![Type::string()], Type::any()));
        table.insert(&[Value::string("x")], numbers.clone());
        table.insert(&[Value::string("y")], Value::Count(3));
        let table = Value::Table(Rc::new(table));
        assert_eq!(printed(&table), "{\n[x] = {\n1,\n2\n},\n[y] = 3\n}");
        assert_eq!(text(&table), "{\n\t[x] = {\n\t\t1,\n\t\t2\n\t},\n\t[y] = 3\n}");
    }

    #[test]
    fn records_and_vectors_stay_on_one_line() {
        let inner = record(&[("x", Type::count(), Value::Count(1))]);
        let outer = record(&[
            ("a", inner.type_of(), inner),
            ("b", Type::string(), Value::Unset),
            ("c", Type::vector(Type::count()), Value::Unset),
        ]);
        assert_eq!(printed(&outer), "[a=[x=1], b=<uninitialized>, c=<uninitialized>]");
        assert_eq!(printed(&record(&[])), "[]");
        let vector =
            |values: &[Value]| Value::Vector(Rc::new(VectorObject::new(Type::vector(Type::count()), values.to_vec())));
        assert_eq!(printed(&vector(&[])), "[]");
        assert_eq!(printed(&vector(&[Value::Count(1), Value::Unset, Value::Count(3)])), "[1, , 3]");
        assert_eq!(printed(&vector(&[Value::Count(1), Value::Unset])), "[1, ]");
    }

    #[test]
    fn values_are_separated_by_print_unless_raw() {
        let values = [Value::Count(1), Value::string("a\n"), Value::Bool(true)];
        assert_eq!(print_line(&values, false), b"1, a\\x0a, T\n");
        assert_eq!(print_line(&values, true), b"1a\nT");
        assert_eq!(print_line(&[], false), b"\n");
        assert_eq!(concat(&values), b"1a\nT");
    }

    #[test]
    fn cycles_and_deep_values_end() {
        let cyclic = Rc::new(VectorObject::new(Type::vector(Type::any()), Vec::new()));
        let other = Value::Vector(Rc::new(VectorObject::new(Type::vector(Type::any()), Vec::new())));
        cyclic.with_mut(|elements| {
            elements.extend([Value::Vector(cyclic.clone()), other.clone(), other]);
        });
        assert_eq!(printed(&Value::Vector(cyclic.clone())), "[<recursion>, [], []]");
        cyclic.with_mut(Vec::clear);
        let mut deep = Value::Count(7);
        for _ in 0..100_000 {
            deep = Value::Vector(Rc::new(VectorObject::new(Type::vector(Type::any()), vec![deep])));
        }
        assert_eq!(printed(&deep).len(), 200_001);
    }
}
