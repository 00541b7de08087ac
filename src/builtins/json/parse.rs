//! JSON text as a tree. Messages and what they mean are those of `RapidJSON`, which Zeek uses.

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 256;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A whole number that is below zero.
    Negative(i64),
    Whole(u64),
    Double(f64),
    String(Vec<u8>),
    Array(Vec<Json>),
    /// In order; a name may stand there twice.
    Object(Vec<(Vec<u8>, Json)>),
}

impl Json {
    /// What messages call this.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "bool",
            Json::Negative(_) | Json::Whole(_) | Json::Double(_) => "number",
            Json::String(_) => "string",
            Json::Array(_) => "array",
            Json::Object(_) => "object",
        }
    }

    pub(super) fn as_double(&self) -> Option<f64> {
        match self {
            Json::Negative(number) => Some(*number as f64),
            Json::Whole(number) => Some(*number as f64),
            Json::Double(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&[u8]> {
        if let Json::String(text) = self { Some(text) } else { None }
    }

    pub(super) fn member(&self, name: &str) -> Option<&Json> {
        let Json::Object(members) = self else { return None };
        members.iter().find(|(key, _)| key == name.as_bytes()).map(|(_, value)| value)
    }
}

/// What is wrong, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ParseError {
    pub(super) message: &'static str,
    pub(super) offset: usize,
}

pub(super) fn parse(text: &[u8]) -> Result<Json, ParseError> {
    let mut parser = Parser { text, at: 0 };
    parser.skip_blanks();
    if parser.peek().is_none() {
        return Err(parser.error("The document is empty."));
    }
    let json = parser.value(0)?;
    parser.skip_blanks();
    match parser.peek() {
        None => Ok(json),
        Some(_) => Err(parser.error("The document root must not be followed by other values.")),
    }
}

struct Parser<'t> {
    text: &'t [u8],
    at: usize,
}

impl Parser<'_> {
    fn error(&self, message: &'static str) -> ParseError {
        ParseError { message, offset: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, ParseError> {
        if depth > MAX_DEPTH {
            return Err(self.error("The document is nested too deep."));
        }
        match self.peek() {
            Some(b'n') => self.word("null", Json::Null),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b'[') => self.array(depth),
            Some(b'{') => self.object(depth),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, ParseError> {
        let start = self.at;
        for byte in word.bytes() {
            if !self.take(byte) {
                return Err(ParseError { message: "Invalid value.", offset: self.at.max(start + 1) });
            }
        }
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Json, ParseError> {
        self.at += 1;
        let mut elements = Vec::new();
        self.skip_blanks();
        if self.take(b']') {
            return Ok(Json::Array(elements));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            self.skip_blanks();
            if self.take(b']') {
                return Ok(Json::Array(elements));
            }
            if !self.take(b',') {
                return Err(self.error("Missing a comma or ] after an array element."));
            }
            self.skip_blanks();
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, ParseError> {
        self.at += 1;
        let mut members = Vec::new();
        self.skip_blanks();
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("Missing a name for object member."));
            }
            let name = self.string()?;
            self.skip_blanks();
            if !self.take(b':') {
                return Err(self.error("Missing a colon after a name of object member."));
            }
            self.skip_blanks();
            members.push((name, self.value(depth + 1)?));
            self.skip_blanks();
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.take(b',') {
                return Err(self.error("Missing a comma or } after an object member."));
            }
            self.skip_blanks();
        }
    }

    fn string(&mut self) -> Result<Vec<u8>, ParseError> {
        let start = self.at;
        self.at += 1;
        let mut text = Vec::new();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => self.escape(&mut text)?,
                None => {
                    return Err(ParseError { message: "Missing a closing quotation mark in string.", offset: start });
                }
                Some(0..0x20) => return Err(self.error("Invalid encoding in string.")),
                Some(byte) => {
                    text.push(byte);
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), ParseError> {
        let start = self.at;
        self.at += 1;
        let byte = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                self.at += 1;
                let character = self.code_point(start)?;
                text.extend(character.encode_utf8(&mut [0; 4]).bytes());
                return Ok(());
            }
            _ => return Err(ParseError { message: "Invalid escape character in string.", offset: start }),
        };
        text.push(byte);
        self.at += 1;
        Ok(())
    }

    /// The character of `\uNNNN`, of two where it takes two.
    fn code_point(&mut self, start: usize) -> Result<char, ParseError> {
        let pair = ParseError { message: "The surrogate pair in string is invalid.", offset: start };
        let first = self.hex4(start)?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first).ok_or(pair);
        }
        if first >= 0xdc00 || !self.take(b'\\') || !self.take(b'u') {
            return Err(pair);
        }
        let second = self.hex4(start)?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(pair)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low).ok_or(pair)
    }

    fn hex4(&mut self, start: usize) -> Result<u32, ParseError> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let wrong = ParseError { message: "Incorrect hex digit after \\u escape in string.", offset: start };
            code = code << 4 | digit.ok_or(wrong)?;
            self.at += 1;
        }
        Ok(code)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Json, ParseError> {
        let start = self.at;
        let negative = self.take(b'-');
        // A zero stands alone in front of the point.
        if !self.take(b'0') && self.digits() == 0 {
            return Err(self.error("Invalid value."));
        }
        let mut whole = true;
        if self.take(b'.') {
            whole = false;
            if self.digits() == 0 {
                return Err(self.error("Miss fraction part in number."));
            }
        }
        if self.take(b'e') || self.take(b'E') {
            whole = false;
            if !self.take(b'+') {
                self.take(b'-');
            }
            if self.digits() == 0 {
                return Err(self.error("Miss exponent in number."));
            }
        }
        let text = self.text.get(start..self.at).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
        if whole {
            if !negative && let Ok(number) = text.parse() {
                return Ok(Json::Whole(number));
            }
            if let Ok(number) = text.parse() {
                return Ok(Json::Negative(number));
            }
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Json::Double(number)),
            _ => Err(ParseError { message: "Number too big to be stored in double.", offset: start }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{Json, parse};

    #[test]
    fn every_kind() {
        let text = br#" {"a": [1, -2, 3.5, 1e2], "b": "x\n\u00e4\ud83d\ude00", "c": null, "d": true, "a": {}} "#;
        let Json::Object(members) = parse(text).unwrap() else { panic!("no object") };
        let numbers = vec![Json::Whole(1), Json::Negative(-2), Json::Double(3.5), Json::Double(100.0)];
        assert_eq!(members[0], (b"a".to_vec(), Json::Array(numbers)));
        assert_eq!(members[1].1, Json::String("x\nä😀".into()));
        assert_eq!(members[2].1, Json::Null);
        assert_eq!(members[3].1, Json::Bool(true));
        assert_eq!(members[4], (b"a".to_vec(), Json::Object(Vec::new())));
        assert_eq!(parse(b"18446744073709551615").unwrap(), Json::Whole(u64::MAX));
        assert_eq!(parse(b"18446744073709551616").unwrap(), Json::Double(18_446_744_073_709_551_616.0));
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, message, offset) in [
            ("", "The document is empty.", 0),
            ("1 2", "The document root must not be followed by other values.", 2),
            ("[1", "Missing a comma or ] after an array element.", 2),
            ("{1}", "Missing a name for object member.", 1),
            ("{\"a\"}", "Missing a colon after a name of object member.", 4),
            ("{\"a\":1", "Missing a comma or } after an object member.", 6),
            ("\"a", "Missing a closing quotation mark in string.", 0),
            ("\"\\x\"", "Invalid escape character in string.", 1),
            ("\"\\u00g0\"", "Incorrect hex digit after \\u escape in string.", 1),
            ("\"\\ud800\"", "The surrogate pair in string is invalid.", 1),
            ("1.", "Miss fraction part in number.", 2),
            ("1e", "Miss exponent in number.", 2),
            ("1e999", "Number too big to be stored in double.", 0),
            ("x", "Invalid value.", 0),
            ("nul", "Invalid value.", 3),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert_eq!((error.message, error.offset), (message, offset), "{text}");
        }
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in any::<Vec<u8>>()) {
            let _ = parse(&text);
        }
    }
}
