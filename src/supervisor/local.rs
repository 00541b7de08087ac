//! This machine's addresses and ports.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, SocketAddr, SocketAddrV6, UdpSocket};

use crate::cluster::Node;

/// Whether a node's address is one of this machine: it is where a socket can be bound to it.
pub fn is_local(node: &Node) -> bool {
    let address = match node.ip.0 {
        IpAddr::V4(_) => SocketAddr::new(node.ip.0, 0),
        IpAddr::V6(address) => SocketAddrV6::new(address, 0, 0, scope(&node.zone_id)).into(),
    };
    UdpSocket::bind(address).is_ok()
}

/// The number of a zone: that of the interface that it names.
fn scope(zone: &str) -> u32 {
    let index = || fs::read_to_string(format!("/sys/class/net/{zone}/ifindex")).ok()?.trim().parse().ok();
    match zone {
        "" => 0,
        _ => zone.parse().ok().or_else(index).unwrap_or(0),
    }
}

/// Who listens on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub pid: u32,
    /// What its program is called.
    pub program: String,
}

/// The process that listens on a TCP port, where the kernel tells: other users' processes are none of ours.
pub fn port_owner(port: u16) -> Option<Owner> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let sockets: BTreeSet<String> = tables
        .iter()
        .flat_map(|table| table.lines().skip(1))
        .filter_map(|line| listener(line, port))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let Ok(files) = fs::read_dir(entry.path().join("fd")) else { continue };
        let mut targets = files.flatten().filter_map(|file| fs::read_link(file.path()).ok());
        if targets.any(|target| target.to_str().is_some_and(|target| sockets.contains(target))) {
            let program = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
            return Some(Owner { pid, program: program.trim().to_owned() });
        }
    }
    None
}

/// The number of the socket in a line of the kernel's table, where it listens on a port.
fn listener(line: &str, port: u16) -> Option<&str> {
    const LISTENS: &str = "0A";
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let (_, own) = fields.get(1)?.rsplit_once(':')?;
    let is_it = u16::from_str_radix(own, 16).ok() == Some(port) && fields.get(3) == Some(&LISTENS);
    is_it.then(|| fields.get(9).copied()).flatten()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::{Owner, listener, port_owner};

    #[test]
    fn a_listener_is_found_in_the_kernel_s_table() {
        let line = "   0: 0100007F:6C71 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 4242 1 0 100 0";
        assert_eq!(listener(line, 0x6c71), Some("4242"));
        assert_eq!(listener(line, 0x6c72), None);
        assert_eq!(listener(&line.replace(" 0A ", " 01 "), 0x6c71), None);
        assert_eq!(listener("", 1), None);
    }

    #[test]
    fn this_process_is_found_by_its_port() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let Some(Owner { pid, .. }) = port_owner(listener.local_addr().unwrap().port()) else {
            panic!("nobody was found");
        };
        assert_eq!(pid, std::process::id());
    }
}
