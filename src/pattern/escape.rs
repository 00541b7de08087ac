//! Escape sequences of patterns, and escaping text so that it stands for itself.

/// What the escape whose backslash precedes `rest` stands for, and how many bytes of `rest` belong to it.
///
/// No value means a number that is no byte. As in Bro all octal digits belong to an escape although at most three count,
/// and `\X41` is as long as `\x41` but stands for `X`.
pub(super) fn expand(rest: &[u8]) -> (Option<u8>, usize) {
    let Some(&first) = rest.first() else {
        return (Some(b'\\'), 0);
    };
    let octal = rest.iter().take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    if octal > 0 {
        let value = rest.iter().take(octal.min(3)).fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
        return (u8::try_from(value).ok(), octal);
    }
    let hex = match rest.get(1..3) {
        Some([high, low]) => nibble(*high).zip(nibble(*low)),
        _ => None,
    };
    match (first, hex) {
        (b'x', Some((high, low))) => (Some(high << 4 | low), 3),
        (b'x', None) => (Some(0), 1),
        (b'X', Some(_)) => (Some(b'X'), 3),
        _ => (Some(control(first)), 1),
    }
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

fn control(byte: u8) -> u8 {
    match byte {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        other => other,
    }
}

/// `text` as the text of a pattern that matches just that (`convert_for_pattern`).
pub(super) fn quote(text: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(text.len());
    for &byte in text {
        if b"^$-:\"\\/|*+?.(){}[]\0".contains(&byte) {
            quoted.push(b'\\');
        }
        quoted.push(byte);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::{expand, quote};

    #[test]
    fn escapes() {
        assert_eq!(expand(b"x41"), (Some(b'A'), 3));
        assert_eq!(expand(b"xfFf"), (Some(255), 3));
        assert_eq!(expand(b"x4g"), (Some(0), 1));
        assert_eq!(expand(b"X41"), (Some(b'X'), 3));
        assert_eq!(expand(b"101"), (Some(b'A'), 3));
        assert_eq!(expand(b"1018"), (Some(b'A'), 3));
        assert_eq!(expand(b"10177"), (Some(b'A'), 5));
        assert_eq!(expand(b"0"), (Some(0), 1));
        assert_eq!(expand(b"400"), (None, 3));
        assert_eq!(expand(b"9"), (Some(b'9'), 1));
        assert_eq!(expand(b"n"), (Some(b'\n'), 1));
        assert_eq!(expand(b"d"), (Some(b'd'), 1));
        assert_eq!(expand(b"\""), (Some(b'"'), 1));
    }

    #[test]
    fn quoting_leaves_plain_bytes() {
        assert_eq!(quote(b"a.b\\c/d"), b"a\\.b\\\\c\\/d");
        assert_eq!(quote(b"plain_text 1"), b"plain_text 1");
    }
}
