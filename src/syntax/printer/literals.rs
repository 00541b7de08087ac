//! Constants.

use std::fmt::Write;
use std::net::IpAddr;

use super::Printer;
use crate::syntax::ast::{Literal, Protocol};

impl Printer {
    pub(super) fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Bool(true) => self.put("T"),
            Literal::Bool(false) => self.put("F"),
            Literal::Count(value) => self.display(value),
            Literal::Int(value) => self.display(value),
            Literal::Double(value) => self.double(*value),
            Literal::Interval(seconds) => self.interval(*seconds),
            Literal::String(bytes) => self.string(bytes),
            Literal::Pattern { text, ignore_case, single_line } => {
                self.put("/");
                self.pattern(text);
                self.put("/");
                if *ignore_case {
                    self.put("i");
                }
                if *single_line {
                    self.put("s");
                }
            }
            Literal::Port { number, protocol } => {
                self.display(number);
                self.put(match protocol {
                    Protocol::Unknown => "/unknown",
                    Protocol::Tcp => "/tcp",
                    Protocol::Udp => "/udp",
                    Protocol::Icmp => "/icmp",
                });
            }
            Literal::Addr(IpAddr::V4(address)) => self.display(address),
            Literal::Addr(IpAddr::V6(address)) => {
                self.put("[");
                // An IPv6 constant without `::` needs all eight groups, which this form has.
                self.display(address);
                self.put("]");
            }
            Literal::HostName(name) => self.put(name),
        }
    }

    fn display(&mut self, value: &impl std::fmt::Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{value}");
    }

    /// The shortest text that reads back as the same number.
    fn double(&mut self, value: f64) {
        if value.is_infinite() {
            self.put(if value < 0.0 { "-1e999" } else { "1e999" });
        } else {
            let _ = write!(self.text, "{value:?}");
        }
    }

    /// In the largest unit that divides it.
    fn interval(&mut self, seconds: f64) {
        const UNITS: [(f64, &str); 6] =
            [(86_400.0, "day"), (3_600.0, "hr"), (60.0, "min"), (1.0, "sec"), (1e-3, "msec"), (1e-6, "usec")];
        let whole = UNITS.iter().find(|(unit, _)| {
            let number = (seconds / unit).round();
            number != 0.0 && number.abs() < 1e15 && number * unit == seconds
        });
        if let Some((unit, name)) = whole {
            let number = (seconds / unit).round() as i64;
            let plural = if number == 1 { "" } else { "s" };
            let _ = write!(self.text, "{number} {name}{plural}");
        } else {
            self.double(seconds);
            self.put(" secs");
        }
    }

    fn string(&mut self, bytes: &[u8]) {
        self.put("\"");
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '"' => self.put("\\\""),
                    '\\' => self.put("\\\\"),
                    '\n' => self.put("\\n"),
                    '\t' => self.put("\\t"),
                    '\r' => self.put("\\r"),
                    c if c.is_ascii_control() => self.hex(c as u8),
                    c => self.text.push(c),
                }
            }
            for byte in chunk.invalid() {
                self.hex(*byte);
            }
        }
        self.put("\"");
    }

    fn pattern(&mut self, bytes: &[u8]) {
        for chunk in bytes.utf8_chunks() {
            self.put(chunk.valid());
            for byte in chunk.invalid() {
                self.hex(*byte);
            }
        }
    }

    fn hex(&mut self, byte: u8) {
        let _ = write!(self.text, "\\x{byte:02x}");
    }
}
