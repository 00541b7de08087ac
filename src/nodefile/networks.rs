//! `networks.cfg`, the subnets that BroControl calls local, and the script that it makes of them.

use std::fmt::Write;
use std::net::IpAddr;

use super::ini::{lines, span_of, trimmed};
use crate::diag::{Code, Diagnostic};
use crate::source::FileId;

/// The script `local-networks` for a file, as BroControl writes it. What is wrong is added to `found`.
pub fn script(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> String {
    let mut out = String::from("# Automatically generated. Do not edit.\n\nredef Site::local_nets = {\n");
    for (start, line) in lines(text) {
        let (indent, content) = trimmed(line);
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let (subnet, tag) = content.split_once(char::is_whitespace).unwrap_or((content, ""));
        let span = span_of(file, start + indent, subnet.len());
        if let Err(message) = check(subnet) {
            let mut diagnostic = Diagnostic::error(Code::BadNetwork, span, format!("{subnet} is no subnet: {message}"));
            if let Ok(address) = subnet.parse::<IpAddr>() {
                let width = if address.is_ipv4() { 32 } else { 128 };
                diagnostic = diagnostic.fix(span, format!("{subnet}/{width}"), "one address alone");
            }
            found.push(diagnostic);
            continue;
        }
        let subnet = match subnet.split_once('/') {
            Some((address, width)) if address.contains(':') => format!("[{address}]/{width}"),
            _ => subnet.to_string(),
        };
        let tag = tag.trim_start();
        let _ = writeln!(out, "\t{subnet},{}", if tag.is_empty() { String::new() } else { format!("\t# {tag}") });
    }
    out.push_str("};\n\n");
    out
}

fn check(subnet: &str) -> Result<(), &'static str> {
    let (address, width) = subnet.split_once('/').ok_or("its width is missing, as in 10.0.0.0/8")?;
    let address: IpAddr = address.parse().map_err(|_| "an address belongs before the /")?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    match width.parse::<u8>() {
        Ok(width) if width <= most => Ok(()),
        _ => Err("the number behind the / is at most 32, or 128 for IPv6"),
    }
}

#[cfg(test)]
mod tests {
    use super::script;
    use crate::source::FileId;

    #[test]
    fn subnets_with_what_they_are() {
        let mut found = Vec::new();
        let text = script(FileId(0), "# x\n10.0.0.0/8   Private IP space\n\n fe80::/64\n", &mut found);
        let head = "# Automatically generated. Do not edit.\n\nredef Site::local_nets = {\n";
        assert_eq!(text, format!("{head}\t10.0.0.0/8,\t# Private IP space\n\t[fe80::]/64,\n}};\n\n"));
        assert!(found.is_empty());
    }

    #[test]
    fn what_is_no_subnet() {
        let mut found = Vec::new();
        script(FileId(0), "10.0.0.1\nfe80::1\n10.0.0.0/33\nx/8\n10.0.0.0/\n", &mut found);
        assert_eq!(found.len(), 5);
        assert_eq!(found[0].fix.as_ref().unwrap().replacement, "10.0.0.1/32");
    }
}
