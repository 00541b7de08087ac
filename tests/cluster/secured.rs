//! Nodes that prove who they are, and those who do not: both sides say why they do not come together.

use std::path::Path;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode};
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
