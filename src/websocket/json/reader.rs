//! JSON text, read from front to back without a tree in between.
//!
//! As Broker's reader it takes a little more than JSON is: bytes in strings as they are, `\v`, and the numbers `inf` and
//! `nan`, since servers of Zeek write those. It never reads deeper than [`MAX_DEPTH`].

use super::DecodeError;

/// How deep arrays and objects may nest, as with Broker.
const MAX_DEPTH: u32 = 128;

/// A number, as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Whole(u64),
    /// A whole number with a minus sign.
    Negative(i64),
    /// With a point or an exponent.
    Real(f64),
}

/// What a value begins with tells what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// With its article, for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Bool => "a boolean",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        }
    }
}

/// A place in a text.
pub(super) struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    depth: u32,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Reader { text, at: 0, depth: 0 }
    }

    /// The byte that comes next.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes to a place where [`Reader::at`] was at the same depth.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn malformed<T>(&self, expected: &'static str) -> Result<T, DecodeError> {
        Err(DecodeError::Malformed { at: self.at, expected })
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes a byte if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Takes a word if it is what comes next.
    fn take_word(&mut self, word: &[u8]) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// What the next value is.
    pub(super) fn kind(&mut self) -> Result<Kind, DecodeError> {
        self.skip_blanks();
        let rest = self.rest();
        match rest.first() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'"') => Ok(Kind::String),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') if rest.starts_with(b"null") => Ok(Kind::Null),
            Some(b'-' | b'0'..=b'9' | b'i' | b'n') => Ok(Kind::Number),
            _ => self.malformed("a value"),
        }
    }

    /// Nothing more but blanks may follow.
    pub(super) fn end(&mut self) -> Result<(), DecodeError> {
        self.skip_blanks();
        if self.peek().is_none() { Ok(()) } else { self.malformed("the end") }
    }

    pub(super) fn null(&mut self) -> Result<(), DecodeError> {
        if self.take_word(b"null") { Ok(()) } else { self.malformed("null") }
    }

    pub(super) fn bool(&mut self) -> Result<bool, DecodeError> {
        if self.take_word(b"true") {
            return Ok(true);
        }
        if self.take_word(b"false") { Ok(false) } else { self.malformed("true or false") }
    }

    pub(super) fn number(&mut self) -> Result<Number, DecodeError> {
        let start = self.at;
        let negative = self.take(b'-');
        for (word, number) in [(&b"inf"[..], f64::INFINITY), (b"nan", f64::NAN)] {
            if self.take_word(word) {
                return Ok(Number::Real(if negative { -number } else { number }));
            }
        }
        let zero = self.peek() == Some(b'0');
        if self.digits()? > 1 && zero {
            self.at = start;
            return self.malformed("a number without zeros before it");
        }
        let mut real = false;
        if self.take(b'.') {
            self.digits()?;
            real = true;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
            real = true;
        }
        let text = self.text.get(start..self.at).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
        let number = match (real, negative) {
            (true, _) => text.parse().ok().map(Number::Real),
            // Minus zero is zero.
            (false, true) if text.trim_start_matches(['-', '0']).is_empty() => Some(Number::Whole(0)),
            (false, true) => text.parse().ok().map(Number::Negative),
            (false, false) => text.parse().ok().map(Number::Whole),
        };
        number.ok_or(DecodeError::Malformed { at: start, expected: "a number of 64 bits" })
    }

    /// Skips digits, of which there must be one. Their number.
    fn digits(&mut self) -> Result<usize, DecodeError> {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return self.malformed("a digit");
        }
        self.at += count;
        Ok(count)
    }

    pub(super) fn string(&mut self) -> Result<Vec<u8>, DecodeError> {
        let mut out = Vec::new();
        self.read_string(|bytes| out.extend_from_slice(bytes))?;
        Ok(out)
    }

    /// Gives a string piece by piece.
    fn read_string(&mut self, mut give: impl FnMut(&[u8])) -> Result<(), DecodeError> {
        if !self.take(b'"') {
            return self.malformed("a string");
        }
        loop {
            let rest = self.rest();
            let Some(plain) = memchr::memchr2(b'"', b'\\', rest) else {
                self.at = self.text.len();
                return self.malformed("the end of a string");
            };
            give(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            if self.take(b'"') {
                return Ok(());
            }
            self.at += 1;
            let byte = match self.peek() {
                Some(byte @ (b'"' | b'\\' | b'/')) => byte,
                Some(b'b') => 8,
                Some(b'f') => 12,
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b't') => b'\t',
                Some(b'v') => 11,
                Some(b'u') => {
                    self.at += 1;
                    let character = self.code_point()?;
                    give(character.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
                _ => return self.malformed("the rest of an escape"),
            };
            self.at += 1;
            give(&[byte]);
        }
    }

    /// The digits behind `\u`, and the second half of a pair of them.
    fn code_point(&mut self) -> Result<char, DecodeError> {
        let first = self.hex()?;
        let code = match first {
            0xd800..0xdc00 => {
                if !self.take_word(b"\\u") {
                    return self.malformed("the second half of a surrogate pair");
                }
                let second = self.hex()?;
                if !(0xdc00..0xe000).contains(&second) {
                    return self.malformed("the second half of a surrogate pair");
                }
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            code => code,
        };
        char::from_u32(code).map_or_else(|| self.malformed("a character"), Ok)
    }

    fn hex(&mut self) -> Result<u32, DecodeError> {
        let digits = self.rest().first_chunk::<4>().filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let Some(code) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            return self.malformed("four hexadecimal digits");
        };
        self.at += 4;
        Ok(code)
    }

    /// Reads an array. `element` reads one element, at which the reader stands.
    pub(super) fn array(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        self.list(b'[', b']', "a comma or the end of an array", |reader| element(reader))
    }

    /// Reads an object. `member` reads the value of a key, at which the reader stands.
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &[u8]) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        self.list(b'{', b'}', "a comma or the end of an object", |reader| {
            let key = reader.string()?;
            reader.skip_blanks();
            if !reader.take(b':') {
                return reader.malformed("a colon");
            }
            reader.skip_blanks();
            member(reader, &key)
        })
    }

    fn list(
        &mut self,
        open: u8,
        close: u8,
        separator: &'static str,
        mut element: impl FnMut(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        if !self.take(open) {
            return self.malformed("an array or an object");
        }
        if self.depth == MAX_DEPTH {
            return self.malformed("less nesting");
        }
        self.depth += 1;
        self.skip_blanks();
        if !self.take(close) {
            loop {
                self.skip_blanks();
                element(self)?;
                self.skip_blanks();
                if self.take(close) {
                    break;
                }
                if !self.take(b',') {
                    return self.malformed(separator);
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    pub(super) fn skip_value(&mut self) -> Result<(), DecodeError> {
        match self.kind()? {
            Kind::Null => self.null(),
            Kind::Bool => self.bool().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::String => self.read_string(|_| {}),
            Kind::Array => self.array(Self::skip_value),
            Kind::Object => self.object(|reader, _| reader.skip_value()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, Number, Reader};

    #[test]
    fn numbers_keep_their_form() {
        for (text, number) in [
            ("0", Number::Whole(0)),
            ("-0", Number::Whole(0)),
            ("18446744073709551615", Number::Whole(u64::MAX)),
            ("-9223372036854775808", Number::Negative(i64::MIN)),
            ("5.0", Number::Real(5.0)),
            ("1e3", Number::Real(1000.0)),
            ("-1.5E-1", Number::Real(-0.15)),
            ("-inf", Number::Real(f64::NEG_INFINITY)),
        ] {
            let mut reader = Reader::new(text.as_bytes());
            assert_eq!(reader.number(), Ok(number), "{text}");
            assert_eq!(reader.end(), Ok(()), "{text}");
        }
        for text in
            ["", "-", "01", "-01", "1.", ".5", "1e", "18446744073709551616", "-9223372036854775809", "+1", "0x1"]
        {
            let mut reader = Reader::new(text.as_bytes());
            assert!(reader.number().and_then(|_| reader.end()).is_err(), "{text}");
        }
    }

    #[test]
    fn strings_lose_their_escapes() {
        let text = br#""a\u0000\"\\\/\b\f\n\r\t\v\u00fc\ud83d\ude00""#;
        assert_eq!(Reader::new(text).string().unwrap(), "a\0\"\\/\u{8}\u{c}\n\r\t\u{b}ü😀".as_bytes());
        assert_eq!(Reader::new(b"\"\x00\xff\"").string().unwrap(), b"\x00\xff");
        for text in
            [&b"\""[..], b"\"\\", b"\"\\x\"", b"\"\\u12\"", b"\"\\ud83d\"", b"\"\\ud83d\\u0041\"", b"\"\\udc00\""]
        {
            assert!(Reader::new(text).string().is_err(), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert_eq!(Reader::new(&nested(MAX_DEPTH as usize)).skip_value(), Ok(()));
        assert!(Reader::new(&nested(MAX_DEPTH as usize + 1)).skip_value().is_err());
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "[1", "[1 2]", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "tru", "nul", "[1]]"]
        {
            let mut reader = Reader::new(text.as_bytes());
            assert!(reader.skip_value().and_then(|()| reader.end()).is_err(), "{text}");
        }
        let mut reader = Reader::new(b" { \"a\" : [ 1 , null , true , false , {} , [] ] } ");
        assert_eq!(reader.skip_value().and_then(|()| reader.end()), Ok(()));
    }
}
