//! `fmt`: templates in the manner of `printf`.
//!
//! A mistake in a template does not stop Bro: it reports the error and goes on with the text. So the result has both.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::describe::{Describer, Style};
use super::printf::{Spec, float, integer};
use super::{Address, Value};

/// The widest field and the greatest precision.
const MAX_WIDTH: usize = 128;

/// Something wrong with a template or an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// Bro's wording.
    pub message: String,
    /// What Bro shows behind the message: an argument by its place, or the template.
    pub subject: Subject,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Nothing beyond the call itself.
    Call,
    Template,
    Argument(usize),
}

/// What `fmt` gives, and what it had to complain about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formatted {
    pub text: Vec<u8>,
    pub errors: Vec<FormatError>,
}

/// Whether a template shows a time, for which the zone matters.
pub fn shows_time(template: &[u8]) -> bool {
    template.split(|&byte| byte == b'%').skip(1).any(|directive| {
        let letter = directive.iter().find(|byte| !matches!(byte, b'-' | b'.' | b'0'..=b'9'));
        matches!(letter, Some(b'D' | b'T'))
    })
}

/// Fills `arguments` into `template`. `%D` and `%T` show times in `zone`.
pub fn format(template: &[u8], arguments: &[Value], zone: &TimeZone) -> Formatted {
    let mut errors = Vec::new();
    let mut template = template;
    if template.contains(&0) {
        let shown = String::from_utf8_lossy(&super::describe::escaped(template)).into_owned();
        let message = format!("string with embedded NUL: \"{shown}\"");
        errors.push(FormatError { message, subject: Subject::Call });
        template = b"<string-with-NUL>";
    }
    let mut formatter = Formatter { rest: template, out: Describer::new(Style::TEXT), errors, zone };
    let mut used = 0;
    let too_few = loop {
        let Some(place) = formatter.rest.iter().position(|&byte| byte == b'%') else {
            formatter.literal(formatter.rest.len());
            break false;
        };
        formatter.literal(place);
        formatter.skip(1);
        if formatter.rest.first() == Some(&b'%') {
            formatter.literal(1);
            continue;
        }
        let Some(argument) = arguments.get(used) else { break true };
        formatter.directive(argument, used);
        used += 1;
        if formatter.rest.is_empty() {
            break false;
        }
    };
    let Formatter { out, mut errors, .. } = formatter;
    if too_few || used < arguments.len() {
        let message = if too_few { "too few arguments for format" } else { "too many arguments for format" };
        errors.push(FormatError { message: message.to_owned(), subject: Subject::Template });
        return Formatted { text: Vec::new(), errors };
    }
    Formatted { text: out.finish(), errors }
}

struct Formatter<'a> {
    rest: &'a [u8],
    out: Describer,
    errors: Vec<FormatError>,
    zone: &'a TimeZone,
}

impl Formatter<'_> {
    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    /// Copies that many bytes of the template.
    fn literal(&mut self, count: usize) {
        let (text, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, b""));
        self.out.add_bytes(text);
        self.rest = rest;
    }

    fn error(&mut self, message: &str, subject: Subject) {
        self.errors.push(FormatError { message: message.to_owned(), subject });
    }

    /// A run of digits; the largest number where it is too long.
    fn number(&mut self) -> usize {
        let mut number: usize = 0;
        while let Some(digit) = self.rest.first().filter(|byte| byte.is_ascii_digit()) {
            number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
            self.skip(1);
        }
        number
    }

    /// One directive, from behind the `%` to behind its letter.
    fn directive(&mut self, argument: &Value, place: usize) {
        let mut spec = Spec::default();
        if self.rest.first() == Some(&b'-') {
            spec.left = true;
            self.skip(1);
        }
        if self.rest.first().is_some_and(u8::is_ascii_digit) {
            spec.zeros = self.rest.first() == Some(&b'0');
            spec.width = self.number();
        }
        if self.rest.first() == Some(&b'.') {
            self.skip(1);
            spec.precision = Some(self.number());
        }
        if spec.width > MAX_WIDTH || spec.precision.is_some_and(|precision| precision > MAX_WIDTH) {
            // The letter is left and shows as text.
            return self.error("excessive field width or precision", Subject::Call);
        }
        let letter = self.rest.first().copied().unwrap_or(0);
        if spec == Spec::default() && self.plain(letter, argument) {
            return self.skip(1);
        }
        if spec.precision.is_some() && !matches!(letter, b'e' | b'f' | b'g') {
            self.error("precision specified for non-floating point", Subject::Call);
        }
        let text = match letter {
            b'D' | b'T' => self.date(letter, argument, place),
            b'd' | b'x' => self.integer(spec, letter, argument, place),
            b's' => argument.to_text(),
            b'e' | b'f' | b'g' => match argument {
                Value::Double(number) | Value::Time(number) | Value::Interval(number) => {
                    float(spec, letter, *number).into_bytes()
                }
                _ => self.bad_type("bad type for floating-point format", place),
            },
            _ => {
                self.error("bad format", Subject::Call);
                Vec::new()
            }
        };
        self.pad(spec, &text);
        self.skip(1);
    }

    /// The usual `%d` and `%s` without flags, straight into the text.
    fn plain(&mut self, letter: u8, argument: &Value) -> bool {
        match (letter, argument) {
            (b'd', Value::Count(number)) => self.out.number(*number, false),
            (b'd', Value::Int(number)) => self.out.number(number.unsigned_abs(), *number < 0),
            (b's', Value::String(text)) => self.out.add_bytes(text.as_bytes()),
            _ => return false,
        }
        true
    }

    fn bad_type(&mut self, message: &str, place: usize) -> Vec<u8> {
        self.error(message, Subject::Argument(place));
        Vec::new()
    }

    fn pad(&mut self, spec: Spec, text: &[u8]) {
        // On the left Bro counts as C does, up to the first zero byte.
        let counted = text.iter().position(|&byte| byte == 0).filter(|_| !spec.left).unwrap_or(text.len());
        let spaces = vec![b' '; spec.width.saturating_sub(counted)];
        let (before, behind): (&[u8], &[u8]) = if spec.left { (b"", &spaces) } else { (&spaces, b"") };
        for part in [before, text, behind] {
            self.out.add_bytes(part);
        }
    }

    fn integer(&mut self, spec: Spec, letter: u8, argument: &Value, place: usize) -> Vec<u8> {
        let number = match argument {
            Value::Addr4(_) | Value::Addr6(_) if letter == b'x' => {
                return argument.as_address().map(hex_address).unwrap_or_default().into_bytes();
            }
            Value::Count(number) => return unsigned(spec, letter, *number),
            Value::Port(number, _) => return unsigned(spec, letter, u64::from(*number)),
            Value::Bool(flag) => i64::from(*flag),
            Value::Enum(number, _) => i64::from(*number),
            Value::Int(number) => *number,
            // Bro allows a subnet here but has no number for it.
            Value::Subnet4(..) | Value::Subnet6(_) => 0,
            _ => return self.bad_type("bad type for %d/%x format", place),
        };
        if letter == b'x' {
            return unsigned(spec, letter, number as u64);
        }
        integer(spec, number < 0, &number.unsigned_abs().to_string()).into_bytes()
    }

    fn date(&mut self, letter: u8, argument: &Value, place: usize) -> Vec<u8> {
        let Value::Time(seconds) = argument else {
            return self.bad_type("bad type for Date/Time format", place);
        };
        let Ok(time) = Timestamp::from_second(*seconds as i64) else {
            return b"<problem getting time> ".to_vec();
        };
        let local = time.to_zoned(self.zone.clone());
        if letter == b'D' {
            return local.strftime("%Y-%m-%d-%H:%M:%S").to_string().into_bytes();
        }
        let whole = *seconds as u64;
        let past_minute = (whole % 60) as f64 + seconds - whole as f64;
        format!("{}:{past_minute:012.9}", local.strftime("%Y-%m-%d-%H:%M")).into_bytes()
    }
}

fn unsigned(spec: Spec, letter: u8, number: u64) -> Vec<u8> {
    let digits = if letter == b'x' { format!("{number:x}") } else { number.to_string() };
    integer(spec, false, &digits).into_bytes()
}

fn hex_address(address: Address) -> String {
    use std::net::IpAddr;
    match address.0 {
        IpAddr::V4(v4) => format!("{:08x}", v4.to_bits()),
        IpAddr::V6(v6) => format!("{:032x}", v6.to_bits()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{Formatted, Subject, format};
    use crate::syntax::ast::Protocol;
    use crate::value::Value;

    fn filled(template: &str, arguments: &[Value]) -> String {
        let result = format(template.as_bytes(), arguments, &TimeZone::UTC);
        assert_eq!(result.errors, [], "{template}");
        String::from_utf8(result.text).unwrap()
    }

    /// The text and the one error.
    fn refused(template: &str, arguments: &[Value]) -> (String, String, Subject) {
        let Formatted { text, errors } = format(template.as_bytes(), arguments, &TimeZone::UTC);
        assert_eq!(errors.len(), 1, "{errors:?}");
        (String::from_utf8(text).unwrap(), errors[0].message.clone(), errors[0].subject)
    }

    #[test]
    fn every_letter() {
        for (template, argument, expected) in [
            ("%d", Value::Count(7), "7"),
            ("%d", Value::Int(-7), "-7"),
            ("%x", Value::Int(-1), "ffffffffffffffff"),
            ("%08x", Value::Count(255), "000000ff"),
            ("%d", Value::Bool(true), "1"),
            ("%d", Value::Port(80, Protocol::Tcp), "80"),
            ("%x", Value::Addr4(0x0a00_0001), "0a000001"),
            ("[%-10s]", Value::string("left"), "[left      ]"),
            ("[%10s]", Value::string("right"), "[     right]"),
            ("%s", Value::Double(3.0), "3.0"),
            ("%s", Value::string("a\nb"), "a\nb"),
            ("%.2f", Value::Double(4.14159), "4.14"),
            ("%.3e", Value::Time(1234.5), "1.234e+03"),
            ("%g", Value::Interval(0.5), "0.5"),
            ("%08.3f", Value::Double(-1.5), "-001.500"),
            ("%D", Value::Time(1_322_082_000.0), "2011-11-23-21:00:00"),
            ("%T", Value::Time(1_322_082_061.5), "2011-11-23-21:01:01.500000000"),
            ("100%% of %d", Value::Count(3), "100% of 3"),
        ] {
            assert_eq!(filled(template, &[argument]), expected);
        }
        assert_eq!(filled("no directive", &[]), "no directive");
        assert_eq!(filled("%s%%", &[Value::string("50")]), "50%");
        assert_eq!(filled("", &[]), "");
    }

    #[test]
    fn the_number_of_arguments_must_fit() {
        let (text, message, subject) = refused("%d and %d", &[Value::Count(1)]);
        assert_eq!((text.as_str(), message.as_str(), subject), ("", "too few arguments for format", Subject::Template));
        let (text, message, _) = refused("%d", &[Value::Count(1), Value::Count(2)]);
        assert_eq!((text.as_str(), message.as_str()), ("", "too many arguments for format"));
    }

    #[test]
    fn a_wrong_type_is_reported_and_the_rest_goes_on() {
        for (template, argument, expected, message) in [
            ("<%d>", Value::string("x"), "<>", "bad type for %d/%x format"),
            ("<%f>", Value::Count(1), "<>", "bad type for floating-point format"),
            ("<%D>", Value::Count(1), "<>", "bad type for Date/Time format"),
            ("<%q>", Value::Count(1), "<>", "bad format"),
            ("<%200d>", Value::Count(1), "<d>", "excessive field width or precision"),
            ("<%.3d>", Value::Count(1), "<001>", "precision specified for non-floating point"),
        ] {
            let (text, found, _) = refused(template, &[argument]);
            assert_eq!((text.as_str(), found.as_str()), (expected, message));
        }
        assert_eq!(refused("%", &[Value::Count(1)]).1, "bad format");
    }

    #[test]
    fn only_dates_need_a_zone() {
        assert!(["%D", "at %-20T", "%%%D"].iter().all(|template| super::shows_time(template.as_bytes())));
        assert!(!["GET %s", "%.2f D", "%s%", ""].iter().any(|template| super::shows_time(template.as_bytes())));
    }

    #[test]
    fn zero_bytes() {
        let result = format(b"a\0b", &[], &TimeZone::UTC);
        assert_eq!(result.text, b"<string-with-NUL>");
        assert_eq!(result.errors[0].message, "string with embedded NUL: \"a\\x00b\"");
        let padded = format(b"%4s|%-4s", &[Value::string(b"a\0b"), Value::string(b"a\0b")], &TimeZone::UTC);
        assert_eq!(padded.text, b"   a\0b|a\0b ");
    }
}
