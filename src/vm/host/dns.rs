//! The questions that the standard library's resolver does not answer: the name of an address, and text records.
//!
//! One datagram to each name server of `/etc/resolv.conf`, no cache: a script asks seldom.

use std::fmt::Write;
use std::fs;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

const POINTER: u16 = 12;
const TEXT: u16 = 16;
const TIMEOUT: Duration = Duration::from_secs(3);
/// More jumps than a name in a real answer has; a loop of pointers ends here.
const MAX_LABELS: usize = 128;

/// The name of an address: from `/etc/hosts`, then from a name server.
pub(super) fn name_of(address: IpAddr) -> Option<String> {
    let hosts = fs::read_to_string("/etc/hosts").unwrap_or_default();
    if let Some(name) = name_in_hosts(&hosts, address) {
        return Some(name);
    }
    ask(&reverse_name(address), POINTER)
}

/// The text record of a name.
pub(super) fn text_of(name: &str) -> Option<String> {
    ask(name, TEXT)
}

fn name_in_hosts(hosts: &str, address: IpAddr) -> Option<String> {
    hosts.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        (words.next()?.parse::<IpAddr>().ok()? == address).then(|| words.next().map(str::to_owned))?
    })
}

fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(v6) => {
            let mut name = String::with_capacity(72);
            for byte in v6.octets().iter().rev() {
                // Writing to a string cannot fail.
                let _ = write!(name, "{:x}.{:x}.", byte & 15, byte >> 4);
            }
            name + "ip6.arpa"
        }
    }
}

fn ask(name: &str, kind: u16) -> Option<String> {
    let query = question(name, kind)?;
    let config = fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let servers = config.lines().filter_map(|line| line.strip_prefix("nameserver")?.trim().parse::<IpAddr>().ok());
    servers.into_iter().find_map(|server| {
        let local: SocketAddr = if server.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0u16; 8], 0).into() };
        let socket = UdpSocket::bind(local).ok()?;
        socket.set_read_timeout(Some(TIMEOUT)).ok()?;
        socket.connect((server, 53)).ok()?;
        socket.send(&query).ok()?;
        let mut answer = [0; 4096];
        let length = socket.recv(&mut answer).ok()?;
        read_answer(answer.get(..length)?, kind)
    })
}

fn question(name: &str, kind: u16) -> Option<Vec<u8>> {
    // The identifier need not be secret: the socket is connected and used once.
    let mut query = vec![0x42, 0x72, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.trim_end_matches('.').split('.') {
        query.push(u8::try_from(label.len()).ok().filter(|length| (1..64).contains(length))?);
        query.extend_from_slice(label.as_bytes());
    }
    query.push(0);
    query.extend_from_slice(&kind.to_be_bytes());
    query.extend_from_slice(&1u16.to_be_bytes());
    Some(query)
}

fn read_answer(message: &[u8], kind: u16) -> Option<String> {
    let word = |at: usize| Some(u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]));
    let (questions, answers) = (word(4)?, word(6)?);
    let mut at = 12;
    for _ in 0..questions {
        at = read_name(message, at)?.1 + 4;
    }
    for _ in 0..answers {
        at = read_name(message, at)?.1;
        let (found, length) = (word(at)?, usize::from(word(at + 8)?));
        at += 10;
        if found == kind {
            return match kind {
                POINTER => Some(read_name(message, at)?.0),
                _ => Some(read_text(message.get(at..at + length)?)),
            };
        }
        at += length;
    }
    None
}

/// A name, and where it ends in the place where it was met.
fn read_name(message: &[u8], start: usize) -> Option<(String, usize)> {
    let (mut at, mut end, mut name) = (start, None, String::new());
    for _ in 0..MAX_LABELS {
        let length = usize::from(*message.get(at)?);
        if length == 0 {
            return Some((name, end.unwrap_or(at + 1)));
        }
        if length & 0xc0 == 0xc0 {
            end = end.or(Some(at + 2));
            at = (length & 0x3f) << 8 | usize::from(*message.get(at + 1)?);
            continue;
        }
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&String::from_utf8_lossy(message.get(at + 1..at + 1 + length)?));
        at += 1 + length;
    }
    None
}

/// The parts of a text record, joined.
fn read_text(mut data: &[u8]) -> String {
    let mut text = String::new();
    while let Some((&length, rest)) = data.split_first() {
        let (part, rest) = rest.split_at(usize::from(length).min(rest.len()));
        text.push_str(&String::from_utf8_lossy(part));
        data = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{POINTER, TEXT, name_in_hosts, question, read_answer, reverse_name};

    #[test]
    fn reverse_names() {
        assert_eq!(reverse_name("192.0.2.1".parse().unwrap()), "1.2.0.192.in-addr.arpa");
        assert!(reverse_name("2001:db8::1".parse().unwrap()).starts_with("1.0.0.0."));
    }

    #[test]
    fn hosts_file() {
        let hosts = "# local\n127.0.0.1 localhost box # comment\n";
        assert_eq!(name_in_hosts(hosts, "127.0.0.1".parse().unwrap()).as_deref(), Some("localhost"));
        assert_eq!(name_in_hosts(hosts, "127.0.0.2".parse().unwrap()), None);
    }

    #[test]
    fn an_answer_with_a_compressed_name() {
        let mut message = question("a.example", POINTER).unwrap();
        message[7] = 1;
        message.extend_from_slice(&[0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 9, 0, 4, 1, b'b', 0xc0, 14]);
        assert_eq!(read_answer(&message, POINTER).as_deref(), Some("b.example"));
        assert_eq!(read_answer(&message, TEXT), None);
    }

    #[test]
    fn a_pointer_to_itself_ends() {
        let mut message = question("a", POINTER).unwrap();
        message[7] = 1;
        let at = message.len() as u8;
        message.extend_from_slice(&[0xc0, at]);
        assert_eq!(read_answer(&message, POINTER), None);
    }
}
