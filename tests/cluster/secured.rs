//! Nodes that prove who they are, and those who do not: both sides say why they do not come together.

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode, SslVersion};
use openssl::symm::Cipher;
use openssl::x509::extension::BasicConstraints;
use openssl::x509::{X509, X509Name};

use crate::harness::{Node, free_ports};

struct Authority {
    key: PKey<Private>,
    certificate: X509,
}

fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn name(text: &str) -> X509Name {
    let mut builder = X509Name::builder().unwrap();
    builder.append_entry_by_nid(Nid::COMMONNAME, text).unwrap();
    builder.build()
}

/// A certificate for a key, by an authority, or by itself where there is none.
fn certificate(subject: &str, key: &PKey<Private>, by: Option<&Authority>, days: u32) -> X509 {
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_u32(u32::from(by.is_some()) + 1).unwrap().to_asn1_integer().unwrap();
    builder.set_serial_number(&serial).unwrap();
    builder.set_subject_name(&name(subject)).unwrap();
    match by {
        Some(authority) => builder.set_issuer_name(authority.certificate.subject_name()).unwrap(),
        None => {
            builder.set_issuer_name(&name(subject)).unwrap();
            builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        }
    }
    // Days ago, so that a certificate of no days is over.
    builder.set_not_before(&Asn1Time::from_unix(1_500_000_000).unwrap()).unwrap();
    let end = if days == 0 { Asn1Time::from_unix(1_500_086_400) } else { Asn1Time::days_from_now(days) };
    builder.set_not_after(&end.unwrap()).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.sign(by.map_or(key, |authority| &authority.key), MessageDigest::sha256()).unwrap();
    builder.build()
}

fn authority(subject: &str) -> Authority {
    let key = key();
    Authority { certificate: certificate(subject, &key, None, 10), key }
}

/// Writes a certificate by one authority and what is trusted, and gives the settings for it.
fn identity(folder: &Path, file: &str, by: &Authority, trusts: &[&Authority], days: u32) -> String {
    let key = key();
    let write = |what: &str, bytes: Vec<u8>| {
        let name = format!("{file}-{what}.pem");
        std::fs::write(folder.join(&name), bytes).unwrap();
        name
    };
    let own = write("certificate", certificate(file, &key, Some(by), days).to_pem().unwrap());
    let secret = write("key", key.private_key_to_pem_pkcs8().unwrap());
    let trusted: Vec<u8> = trusts.iter().flat_map(|trusted| trusted.certificate.to_pem().unwrap()).collect();
    let authorities = write("authorities", trusted);
    format!(
        "redef Broker::ssl_certificate = \"{own}\";\nredef Broker::ssl_keyfile = \"{secret}\";\n\
         redef Broker::ssl_cafile = \"{authorities}\";\n"
    )
}

const HEAD: &str = "@load base/frameworks/broker\nredef exit_only_after_terminate = T;\n\
    event Broker::peer_added(e: Broker::EndpointInfo, m: string) { print \"added\"; }\n\
    event Broker::error(code: Broker::ErrorCode, m: string) { print code; }\n";

/// A node that listens and one that dials it, with these settings.
struct Two {
    folder: tempfile::TempDir,
    port: u16,
}

impl Two {
    fn new() -> Self {
        let [port] = free_ports();
        Two { folder: tempfile::tempdir().unwrap(), port }
    }

    fn start(&self, listener: &str, dialler: &str) -> (Node, Node) {
        let port = self.port;
        let write = |name: &str, settings: &str, action: &str| {
            let text = format!("{HEAD}{settings}event bro_init() {{ {action} }}\n");
            std::fs::write(self.folder.path().join(name), text).unwrap();
        };
        write("listener.bro", listener, &format!("print Broker::listen(\"127.0.0.1\", {port}/tcp);"));
        write("dialler.bro", dialler, &format!("Broker::peer(\"127.0.0.1\", {port}/tcp, 60sec);"));
        let mut first = Node::start_as_bro(self.folder.path(), "listener.bro", &[]);
        first.waits_for(&format!("{port}/tcp"));
        (first, Node::start_as_bro(self.folder.path(), "dialler.bro", &[]))
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

#[test]
fn nodes_with_certificates_of_one_authority_come_together() {
    let two = Two::new();
    let one = authority("one");
    let listener = identity(two.path(), "listener", &one, &[&one], 10);
    let dialler = identity(two.path(), "dialler", &one, &[&one], 10);
    let (mut listener, mut dialler) = two.start(&listener, &dialler);
    listener.waits_for("added");
    dialler.waits_for("added");
}

#[test]
fn a_key_may_have_a_passphrase_and_authorities_a_directory() {
    let two = Two::new();
    let one = authority("one");
    let lock = |file: &str| {
        let path = two.path().join(format!("{file}-key.pem"));
        let key = PKey::private_key_from_pem(&std::fs::read(&path).unwrap()).unwrap();
        let locked = key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"open sesame").unwrap();
        std::fs::write(path, locked).unwrap();
    };
    let listener = identity(two.path(), "listener", &one, &[&one], 10);
    let dialler = identity(two.path(), "dialler", &one, &[&one], 10);
    lock("listener");
    lock("dialler");
    // As OpenSSL looks for them: by a hash of their names.
    let file = format!("{:08x}.0", one.certificate.subject_name_hash());
    std::fs::create_dir(two.path().join("trusted")).unwrap();
    std::fs::write(two.path().join("trusted").join(file), one.certificate.to_pem().unwrap()).unwrap();
    let in_directory = listener.replace("ssl_cafile = \"listener-authorities.pem\"", "ssl_capath = \"trusted\"");
    assert_ne!(in_directory, listener);
    let with = |settings: &str, word: &str| format!("{settings}redef Broker::ssl_passphrase = \"{word}\";\n");
    let (mut first, mut second) = two.start(&with(&in_directory, "open sesame"), &with(&dialler, "open sesame"));
    first.waits_for("added");
    second.waits_for("added");
    // Whoever is not in the directory is not trusted.
    let (one_more, two) = (authority("one more"), Two::new());
    std::fs::create_dir(two.path().join("trusted")).unwrap();
    let listener = identity(two.path(), "listener", &one_more, &[], 10);
    let listener = listener.replace("ssl_cafile = \"listener-authorities.pem\"", "ssl_capath = \"trusted\"");
    let dialler = identity(two.path(), "dialler", &one_more, &[&one_more], 10);
    let (mut first, _second) = two.start(&listener, &dialler);
    first.waits_for("cut off: TLS: certificate verify failed");
}

#[test]
fn what_is_wrong_with_the_settings_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let one = authority("one");
    let whole = identity(folder.path(), "node", &one, &[&one], 10);
    let key = std::fs::read(folder.path().join("node-key.pem")).unwrap();
    let key = PKey::private_key_from_pem(&key).unwrap();
    let locked = key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"open sesame").unwrap();
    std::fs::write(folder.path().join("locked.pem"), locked).unwrap();
    let long = "x".repeat(128);
    for (settings, message) in [
        ("redef Broker::ssl_cafile = \"node-authorities.pem\";\n".to_owned(), "No certificate configured"),
        ("redef Broker::ssl_certificate = \"node-certificate.pem\";\n".to_owned(), "No private key configured"),
        (format!("{whole}redef Broker::ssl_passphrase = \"{long}\";\n"), "may not exceed 127 characters"),
        (whole.replace("node-key.pem", "nowhere.pem"), "the key nowhere.pem: No such file"),
        (whole.replace("node-certificate.pem", "nowhere.pem"), "the certificate nowhere.pem cannot be used"),
        (whole.replace("node-authorities.pem", "nowhere.pem"), "the file of authorities nowhere.pem cannot be used"),
        (
            format!("{}redef Broker::ssl_passphrase = \"wrong\";\n", whole.replace("node-key.pem", "locked.pem")),
            "the key locked.pem cannot be used",
        ),
    ] {
        let script =
            format!("{HEAD}{settings}event bro_init() {{ print Broker::listen(\"127.0.0.1\", 0/tcp, 0sec); }}\n");
        std::fs::write(folder.path().join("node.bro"), script).unwrap();
        let mut node = Node::start_as_bro(folder.path(), "node.bro", &[]);
        node.waits_for(message);
        node.waits_for("0/tcp");
    }
}

/// The suites and the numbers of the extensions that a client offers, with the groups among the latter. Of the two ways
/// to say that it negotiates anew in a safe way, newer versions of OpenSSL take the other one; it is not among them.
fn offer(record: &[u8]) -> (Vec<u16>, Vec<u16>, Vec<u8>) {
    let word = |at: usize| u16::from_be_bytes([record[at], record[at + 1]]);
    // Record, message, version, random bytes, session.
    let at = 5 + 4 + 2 + 32;
    let suites = at + 1 + usize::from(record[at]);
    let end = suites + 2 + usize::from(word(suites));
    let mut list: Vec<u16> = (suites + 2..end).step_by(2).map(word).collect();
    let mut next = end + 1 + usize::from(record[end]) + 2;
    let (mut extensions, mut groups) = (Vec::new(), Vec::new());
    while next < record.len() {
        let (number, length) = (word(next), usize::from(word(next + 2)));
        if number == 10 {
            groups = record[next + 6..next + 4 + length].to_vec();
        }
        extensions.push(number);
        next += 4 + length;
    }
    extensions.sort_unstable();
    list.retain(|suite| *suite != 0x00ff);
    extensions.retain(|number| *number != 0xff01);
    (list, extensions, groups)
}

#[test]
fn without_certificates_a_node_offers_what_zeek_does() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../vectors/handshake.json")).unwrap();
    let vectors = vectors.as_array().unwrap();
    let hello = vectors.iter().find(|vector| vector["name"] == "tls_anon_client_hello").unwrap();
    let hex = hello["hex"].as_str().unwrap();
    let zeeks: Vec<u8> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();

    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = format!("{HEAD}event bro_init() {{ Broker::peer(\"127.0.0.1\", {port}/tcp); }}\n");
    std::fs::write(folder.path().join("node.bro"), script).unwrap();
    let _node = Node::start_as_bro(folder.path(), "node.bro", &[]);
    let (mut stream, _) = listener.accept().unwrap();
    let mut record = vec![0; 5];
    stream.read_exact(&mut record).unwrap();
    record.resize(5 + usize::from(u16::from_be_bytes([record[3], record[4]])), 0);
    stream.read_exact(&mut record[5..]).unwrap();
    assert_eq!(offer(&record), offer(&zeeks));
}

#[test]
fn who_connects_as_zeek_does_without_certificates_gets_its_suite() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let script = format!("{HEAD}event bro_init() {{ print Broker::listen(\"127.0.0.1\", {port}/tcp); }}\n");
    std::fs::write(folder.path().join("node.bro"), script).unwrap();
    let mut node = Node::start_as_bro(folder.path(), "node.bro", &[]);
    node.waits_for(&format!("{port}/tcp"));
    let mut zeek = SslConnector::builder(SslMethod::tls()).unwrap();
    zeek.set_min_proto_version(Some(SslVersion::TLS1_2)).unwrap();
    zeek.set_cipher_list("AECDH-AES256-SHA@SECLEVEL=0").unwrap();
    zeek.set_groups_list("P-384").unwrap();
    zeek.set_verify(SslVerifyMode::NONE);
    let stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    let configuration = zeek.build().configure().unwrap().use_server_name_indication(false).verify_hostname(false);
    let mut stream = configuration.connect("node", stream).unwrap();
    assert_eq!(stream.ssl().version_str(), "TLSv1.2");
    assert_eq!(stream.ssl().current_cipher().unwrap().standard_name(), Some("TLS_ECDH_anon_WITH_AES_256_CBC_SHA"));
    // What is said first is Broker's probe.
    let mut probe = [0; 9];
    stream.read_exact(&mut probe).unwrap();
    assert_eq!(&probe, b"\0\0\0\x05\x07ZEEK");
}

#[test]
fn a_certificate_of_somebody_else_is_refused_with_a_message_on_both_sides() {
    let (one, other) = (authority("one"), authority("other"));
    // Who dials trusts the listener, who does not trust it.
    let two = Two::new();
    let listener = identity(two.path(), "listener", &one, &[&one], 10);
    let dialler = identity(two.path(), "dialler", &other, &[&one, &other], 10);
    let (mut listener, mut dialler) = two.start(&listener, &dialler);
    listener.waits_for("cut off: TLS: certificate verify failed");
    dialler.waits_for(&format!("connection with 127.0.0.1:{} cut off: TLS: tlsv1 alert unknown ca", two.port));
    // And the other way round.
    let two = Two::new();
    let listener = identity(two.path(), "listener", &other, &[&one, &other], 10);
    let dialler = identity(two.path(), "dialler", &one, &[&one], 10);
    let (mut listener, mut dialler) = two.start(&listener, &dialler);
    listener.waits_for("cut off: TLS: tlsv1 alert unknown ca");
    dialler.waits_for("cut off: TLS: certificate verify failed");
    dialler.waits_for("PEER_UNAVAILABLE");
}

#[test]
fn a_certificate_that_is_over_is_refused_with_a_message_on_both_sides() {
    let two = Two::new();
    let one = authority("one");
    let listener = identity(two.path(), "listener", &one, &[&one], 10);
    let dialler = identity(two.path(), "dialler", &one, &[&one], 0);
    let (mut listener, mut dialler) = two.start(&listener, &dialler);
    listener.waits_for("cut off: TLS: certificate verify failed: certificate has expired");
    dialler.waits_for("expired");
}

#[test]
fn who_has_no_certificate_is_refused_with_a_message_on_both_sides() {
    let two = Two::new();
    let one = authority("one");
    let listener = identity(two.path(), "listener", &one, &[&one], 10);
    let (mut listener, mut dialler) = two.start(&listener, "");
    listener.waits_for("cut off: TLS: ");
    dialler.waits_for(&format!("connection with 127.0.0.1:{} cut off: TLS: ", two.port));
    // Somebody who speaks everything, and has nothing to show.
    let mut stranger = SslConnector::builder(SslMethod::tls()).unwrap();
    stranger.set_verify(SslVerifyMode::NONE);
    let stream = std::net::TcpStream::connect(("127.0.0.1", two.port)).unwrap();
    let address = stream.local_addr().unwrap();
    // With the version of today the client is through before it hears that it is refused.
    let _ = stranger.build().connect("node", stream);
    listener.waits_for(&format!("connection with {address} cut off: TLS: peer did not return a certificate"));
}

#[test]
fn one_that_speaks_without_and_one_that_does_not_say_so() {
    const PLAIN: &str = "redef Broker::disable_ssl = T;\n";
    let two = Two::new();
    let (mut listener, mut dialler) = two.start(PLAIN, "");
    listener.waits_for("the other side seems to speak TLS (Broker::disable_ssl)");
    dialler.waits_for("the other side seems to speak without (Broker::disable_ssl)");
    let two = Two::new();
    let (mut listener, mut dialler) = two.start("", PLAIN);
    listener.waits_for("the other side seems to speak without (Broker::disable_ssl)");
    dialler.waits_for("it may speak TLS (Broker::disable_ssl)");
}
