//! Strings with what cannot be printed written out: escapes, hexadecimal digits, dumps, shell words.

use std::fmt::Write;
use std::rc::Rc;

use super::results::{message_text, without_zeros};
use crate::value::Text;
use crate::value::describe::escaped;
use crate::vm::natives;

/// As [`escaped`], with a backslash before the bytes in `also`.
fn escaped_with(bytes: &[u8], also: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if also.contains(byte) {
            out.extend([b'\\', *byte]);
        } else {
            out.extend(escaped(&[*byte]));
        }
    }
    out
}

/// Two digits for each byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// With a backslash before what keeps its meaning between double quotes of a shell.
fn shell_escaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        if matches!(byte, b'`' | b'"' | b'\\' | b'$') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out
}

/// How many bytes a line of a dump shows, and how wide each of its two halves is.
const DUMP_BYTES: usize = 16;
const DUMP_HALF: usize = 24;

/// One line of a dump: the place, the bytes as digits in two halves, the bytes as they are in two halves.
fn dump_line(place: usize, bytes: &[u8]) -> String {
    let place = format!("{place:04x}");
    let (first, second) = bytes.split_at_checked(DUMP_BYTES / 2).unwrap_or((bytes, &[]));
    let digits = |half: &[u8]| half.iter().flat_map(|byte| [hex(&[*byte]), " ".to_owned()]).collect::<String>();
    let shown = |byte: &u8| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' };
    // Bro has room for four digits of the place.
    let place = place.get(..4).unwrap_or_default();
    let mut line = format!("{place}  {:DUMP_HALF$} {:DUMP_HALF$} ", digits(first), digits(second));
    line.extend(first.iter().map(shown));
    if first.len() == DUMP_BYTES / 2 {
        line.push(' ');
    }
    line.extend(second.iter().map(shown));
    line.push('\n');
    line
}

/// What C's `sscanf` does with `%2hhx` at the front of a text.
enum Scanned {
    Byte(u8),
    NoDigit,
    /// Nothing but blanks.
    End,
}

/// Blanks are skipped; a sign is allowed and takes the place of a digit.
fn scan_hex_byte(text: &[u8]) -> Scanned {
    let Some(start) = text.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0x0b) else {
        return Scanned::End;
    };
    let (negative, width, text) = match text.get(start..).unwrap_or_default() {
        [b'-', rest @ ..] => (true, 1, rest),
        [b'+', rest @ ..] => (false, 1, rest),
        text => (false, 2, text),
    };
    let digits: Vec<u32> = text.iter().take(width).map_while(|byte| char::from(*byte).to_digit(16)).collect();
    if digits.is_empty() {
        return Scanned::NoDigit;
    }
    let value = digits.iter().fold(0u8, |value, digit| value << 4 | *digit as u8);
    Scanned::Byte(if negative { value.wrapping_neg() } else { value })
}

natives! {
    /// Gives `str` with `\xXX` for each byte that is not printable ASCII. A backslash stays as it is.
    #[example("clean(\"a\\x00b\")", "a\\x00b")]
    fn "clean" = "function(str: string): string";
    |_vm, str: Rc<Text>| -> Vec<u8> {
        Ok(escaped(str.as_bytes()))
    }

    /// Gives `str` as it would stand between quotes in a script: `\xXX` for each byte that is not printable ASCII, and
    /// a backslash before backslashes and quotes.
    #[example("|to_string_literal(\"'\")|", "2")]
    fn "to_string_literal" = "function(str: string): string";
    |_vm, str: Rc<Text>| -> Vec<u8> {
        Ok(escaped_with(str.as_bytes(), b"\\'\""))
    }

    /// Gives `s` with `\xXX` for each byte that is not printable ASCII, and two backslashes for one. No other string
    /// gives the same.
    #[example("|escape_string(\"\\\\\")|", "2")]
    fn "escape_string" = "function(s: string): string";
    |_vm, s: Rc<Text>| -> Vec<u8> {
        Ok(escaped_with(s.as_bytes(), b"\\"))
    }

    /// Gives two hexadecimal digits for each byte of `s`.
    #[example("string_to_ascii_hex(\"az\")", "617a")]
    fn "string_to_ascii_hex" = "function(s: string): string";
    |_vm, s: Rc<Text>| -> String {
        Ok(hex(s.as_bytes()))
    }

    /// Gives two hexadecimal digits for each byte of `bytestring`.
    #[example("bytestring_to_hexstr(\"az\")", "617a")]
    fn "bytestring_to_hexstr" = "function(bytestring: string): string";
    |_vm, bytestring: Rc<Text>| -> String {
        Ok(hex(bytestring.as_bytes()))
    }

    /// Gives the bytes that `hexstr` holds as two hexadecimal digits each.
    #[example("hexstr_to_bytestring(\"617a\")", "az")]
    fn "hexstr_to_bytestring" = "function(hexstr: string): string";
    |vm, hexstr: Rc<Text>| -> Vec<u8> {
        let length = hexstr.as_bytes().len();
        if !length.is_multiple_of(2) {
            let shown = message_text(vm, &hexstr);
            vm.error_without_place(format!("Hex string '{shown}' has invalid length (not divisible by 2)"));
            return Ok(Vec::new());
        }
        let digits = without_zeros(vm, &hexstr);
        let mut bytes = Vec::with_capacity(length / 2);
        for place in (0..length).step_by(2) {
            let problem = match scan_hex_byte(digits.get(place..).unwrap_or_default()) {
                Scanned::Byte(byte) => {
                    bytes.push(byte);
                    continue;
                }
                Scanned::NoDigit => {
                    format!("Could not read hex element from input {}", String::from_utf8_lossy(digits))
                }
                Scanned::End => {
                    format!("Hex string {} contains invalid input: Success", String::from_utf8_lossy(digits))
                }
            };
            vm.error_without_place(problem);
            return Ok(Vec::new());
        }
        Ok(bytes)
    }

    /// Gives the bytes of `data_str` as lines: the place, sixteen bytes in hexadecimal digits, and the bytes themselves
    /// with a dot for what is not printable.
    #[example("|hexdump(\"0123456789abcdef\")|", "74")]
    fn "hexdump" = "function(data_str: string): string";
    |_vm, data_str: Rc<Text>| -> String {
        let bytes = data_str.as_bytes();
        if bytes.is_empty() {
            return Ok(format!("{:50}\n", ""));
        }
        let lines = bytes.chunks(DUMP_BYTES).enumerate();
        Ok(lines.map(|(line, bytes)| dump_line(line * DUMP_BYTES, bytes)).collect())
    }

    /// Gives `source` with a backslash before each backslash, double quote, backquote and dollar sign: what keeps its
    /// meaning between double quotes of a shell.
    #[example("str_shell_escape(\"a$b\")", "a\\$b")]
    fn "str_shell_escape" = "function(source: string): string";
    |_vm, source: Rc<Text>| -> Vec<u8> {
        Ok(shell_escaped(source.as_bytes()))
    }

    /// Gives `source` as one word for a shell, between double quotes.
    #[example("safe_shell_quote(\"a b\")", "\"a b\"")]
    fn "safe_shell_quote" = "function(source: string): string";
    |_vm, source: Rc<Text>| -> Vec<u8> {
        let mut quoted = shell_escaped(source.as_bytes());
        quoted.insert(0, b'"');
        quoted.push(b'"');
        Ok(quoted)
    }

    /// Gives the text form of a UUID of sixteen bytes, of which the first three numbers are taken to be in the order of
    /// the machine.
    #[example("uuid_to_string(\"0123456789abcdef\")", "33323130-3534-3736-3839-616263646566")]
    fn "uuid_to_string" = "function(uuid: string): string";
    |_vm, uuid: Rc<Text>| -> String {
        let Ok(bytes) = <[u8; 16]>::try_from(uuid.as_bytes()) else {
            return Ok("<Invalid UUID>".to_owned());
        };
        let number = u128::from_be_bytes(bytes);
        // The first three numbers lie as the machine keeps numbers.
        let low = ((number >> 96) as u32).to_be();
        let (mid, high) = (((number >> 80) as u16).to_be(), ((number >> 64) as u16).to_be());
        let (clock, node) = ((number >> 48) as u16, number as u64 & 0xffff_ffff_ffff);
        Ok(format!("{low:08x}-{mid:04x}-{high:04x}-{clock:04x}-{node:012x}"))
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;
    use crate::value::Value;

    #[test]
    fn what_each_escape_leaves() {
        let mut natives = Natives::new();
        let text = Value::string(b"a\\'\"\n\x80");
        for (name, expected) in [
            ("clean", r#"a\'"\x0a\x80"#),
            ("to_string_literal", r#"a\\\'\"\x0a\x80"#),
            ("escape_string", r#"a\\'"\x0a\x80"#),
            ("string_to_ascii_hex", "615c27220a80"),
        ] {
            assert_eq!(natives.text(name, std::slice::from_ref(&text)), expected);
        }
    }

    #[test]
    fn dumps_show_sixteen_bytes_a_line() {
        let mut natives = Natives::new();
        let dump = natives.text("hexdump", &[Value::string("0123456789abcdefAB\n")]);
        let expected = "0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  01234567 89abcdef\n\
                        0010  41 42 0a                                          AB.\n";
        assert_eq!(dump, expected);
        assert_eq!(natives.text("hexdump", &[Value::string("")]).len(), 51);
    }

    #[test]
    fn identifiers() {
        let mut natives = Natives::new();
        let text = natives.text("uuid_to_string", &[Value::string("0123456789abcdef")]);
        assert_eq!(
            text,
            if cfg!(target_endian = "little") {
                "33323130-3534-3736-3839-616263646566"
            } else {
                "30313233-3435-3637-3839-616263646566"
            }
        );
        assert_eq!(natives.text("uuid_to_string", &[Value::string("short")]), "<Invalid UUID>");
    }

    #[test]
    fn digits_become_bytes() {
        let mut natives = Natives::new();
        let bytes = natives.call("hexstr_to_bytestring", &[Value::string("617A-1")]).unwrap();
        assert_eq!(bytes.as_bytes(), Some(&b"az\xff"[..]));
        for (text, message) in [
            ("617", "error: Hex string '617' has invalid length (not divisible by 2)\n"),
            ("61zz", "error: Could not read hex element from input 61zz\n"),
            ("61  ", "error: Hex string 61   contains invalid input: Success\n"),
        ] {
            assert_eq!(natives.text("hexstr_to_bytestring", &[Value::string(text)]), "");
            assert_eq!(natives.messages(), message);
        }
    }
}
