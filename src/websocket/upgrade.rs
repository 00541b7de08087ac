//! The request of HTTP that a WebSocket begins with, and its answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

/// The longest request, with all its headers.
const MOST: usize = 16 * 1024;

const END: &[u8] = b"\r\n\r\n";

/// What RFC 6455 has added to a key for its answer.
const KEY_SUFFIX: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A request for a WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// As it stands in the request, with what follows a question mark.
    pub path: String,
    /// The header `X-Application-Name`.
    pub application_name: Option<String>,
    key: String,
}

/// Why a request is not one for a WebSocket, with what is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: String,
    status: &'static str,
    headers: &'static str,
}

/// What came of the bytes of a request so far.
#[derive(Debug, PartialEq, Eq)]
pub enum Read {
    /// More bytes must come.
    Unfinished,
    /// The request, and how many bytes it has.
    Done(Upgrade, usize),
    Refused(Refusal),
}

impl Refusal {
    fn bad(reason: impl Into<String>) -> Self {
        Refusal { reason: reason.into(), status: "400 Bad Request", headers: "" }
    }

    /// For a path that leads nowhere.
    pub fn path() -> Self {
        Refusal::bad("invalid path; try /v1/messages/json")
    }

    /// The answer, behind which the connection ends.
    pub fn answer(&self) -> Vec<u8> {
        let Refusal { reason, status, headers } = self;
        let length = reason.len();
        format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{reason}"
        )
        .into_bytes()
    }
}

impl Upgrade {
    /// Reads a request from its first byte.
    pub fn read(bytes: &[u8]) -> Read {
        let Some(end) = memchr::memmem::find(bytes.get(..MOST.min(bytes.len())).unwrap_or_default(), END) else {
            // Whoever does not speak HTTP is not waited for.
            let first = b"GET ".iter().zip(bytes).all(|(expected, byte)| expected == byte);
            return match (first, bytes.len() < MOST) {
                (false, _) => Read::Refused(Refusal::bad("no request for a WebSocket")),
                (true, true) => Read::Unfinished,
                (true, false) => Read::Refused(Refusal {
                    reason: "the request is too long".to_owned(),
                    status: "431 Request Header Fields Too Large",
                    headers: "",
                }),
            };
        };
        match Upgrade::parse(bytes.get(..end).unwrap_or_default()) {
            Ok(upgrade) => Read::Done(upgrade, end + END.len()),
            Err(refusal) => Read::Refused(refusal),
        }
    }

    fn parse(head: &[u8]) -> Result<Self, Refusal> {
        let head = String::from_utf8_lossy(head);
        let mut lines = head.split("\r\n");
        let mut request = lines.next().unwrap_or_default().split(' ');
        let (Some("GET"), Some(path), Some("HTTP/1.1"), None) =
            (request.next(), request.next(), request.next(), request.next())
        else {
            return Err(Refusal::bad("no request for a WebSocket"));
        };
        let mut headers = Vec::new();
        for line in lines {
            let Some((name, value)) = line.split_once(':') else {
                return Err(Refusal::bad("malformed header"));
            };
            headers.push((name, value.trim_matches([' ', '\t'])));
        }
        let header = |wanted: &str| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let lists = |wanted: &str, word: &str| {
            let values = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            values.flat_map(|(_, value)| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(word))
        };
        let missing = |field: &str| Refusal::bad(format!("Mandatory field {field} missing or invalid."));
        if !lists("Upgrade", "websocket") {
            return Err(missing("Upgrade"));
        }
        if !lists("Connection", "Upgrade") {
            return Err(missing("Connection"));
        }
        if header("Sec-WebSocket-Version").is_none_or(|(_, value)| *value != "13") {
            return Err(Refusal {
                reason: "the version of WebSocket is 13".to_owned(),
                status: "426 Upgrade Required",
                headers: "Sec-WebSocket-Version: 13\r\n",
            });
        }
        let key = header("Sec-WebSocket-Key").map(|(_, value)| (*value).to_owned()).filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| missing("Sec-WebSocket-Key"))?;
        let application_name = header("X-Application-Name").map(|(_, value)| (*value).to_owned());
        Ok(Upgrade { path: path.to_owned(), application_name, key })
    }

    /// The answer that makes the connection a WebSocket.
    pub fn answer(&self) -> Vec<u8> {
        let digest = Sha1::new().chain_update(&self.key).chain_update(KEY_SUFFIX).finalize();
        format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {}\r\nServer: brood\r\n\r\n",
            STANDARD.encode(digest)
        )
        .into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Read, Upgrade};

    const REQUEST: &str = "GET /v1/messages/json HTTP/1.1\r\nHost: a\r\nUPGRADE: WebSocket\r\n\
        Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Version: 13\r\nx-application-name:  test/1.0 \r\n\r\n";

    fn status(request: &str) -> String {
        let Read::Refused(refusal) = Upgrade::read(request.as_bytes()) else { panic!("taken: {request}") };
        String::from_utf8(refusal.answer()).unwrap().lines().next().unwrap().to_owned()
    }

    #[test]
    fn a_request_is_read_once_it_is_whole() {
        for cut in 0..REQUEST.len() {
            assert_eq!(Upgrade::read(&REQUEST.as_bytes()[..cut]), Read::Unfinished, "{cut}");
        }
        let Read::Done(upgrade, length) = Upgrade::read(format!("{REQUEST}more").as_bytes()) else { panic!() };
        assert_eq!((upgrade.path.as_str(), length), ("/v1/messages/json", REQUEST.len()));
        assert_eq!(upgrade.application_name.as_deref(), Some("test/1.0"));
        // The example of RFC 6455.
        let answer = String::from_utf8(upgrade.answer()).unwrap();
        assert!(answer.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), "{answer}");
    }

    #[test]
    fn what_asks_for_something_else_is_told_so() {
        for (from, to, expected) in [
            ("GET", "PUT", "HTTP/1.1 400 Bad Request"),
            ("HTTP/1.1\r\n", "HTTP/1.0\r\n", "HTTP/1.1 400 Bad Request"),
            ("Host: a", "Host", "HTTP/1.1 400 Bad Request"),
            ("WebSocket\r\n", "h2c\r\n", "HTTP/1.1 400 Bad Request"),
            ("Sec-WebSocket-Key", "Key", "HTTP/1.1 400 Bad Request"),
            (": 13", ": 8", "HTTP/1.1 426 Upgrade Required"),
        ] {
            assert_eq!(status(&REQUEST.replace(from, to)), expected, "{to}");
        }
        assert_eq!(status("\x16\x03\x01"), "HTTP/1.1 400 Bad Request");
        assert_eq!(status(&format!("GET /{}", "a".repeat(MOST))), "HTTP/1.1 431 Request Header Fields Too Large");
    }
}
