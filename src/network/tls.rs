//! TLS exactly as Broker has it.
//!
//! Without any certificate both sides are anonymous: what is said is encrypted, who says it is not proven. That needs a
//! suite that only OpenSSL still has. As soon as anything is configured, both sides show a certificate and check the
//! other's against the configured authorities; names are not compared.

use std::io;
use std::pin::Pin;

use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{
    Error, Ssl, SslContext, SslContextBuilder, SslFiletype, SslMethod, SslMode, SslSessionCacheMode, SslVerifyMode,
    SslVersion,
};
use openssl::x509::X509VerifyResult;
use openssl::x509::store::X509Lookup;
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

/// What an anonymous side speaks: TLS 1.2 without certificates, on one curve.
const ANONYMOUS_SUITES: &str = "AECDH-AES256-SHA@SECLEVEL=0";
const ANONYMOUS_GROUPS: &str = "P-384";

const AUTHENTICATED_SUITES: &str = "HIGH:!aNULL:!MD5";

/// The longest passphrase, as with Broker.
const MAX_PASSPHRASE: usize = 127;

/// How streams are secured (`Broker::disable_ssl`, `Broker::ssl_*`). File names are relative to the working directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Nothing is encrypted.
    pub disabled: bool,
    /// A chain of certificates, as PEM.
    pub certificate: String,
    /// The private key, as PEM.
    pub key: String,
    pub passphrase: String,
    /// Authorities that are trusted: a file of certificates.
    pub authorities: String,
    /// Authorities that are trusted: a directory of files named by their hashes.
    pub authorities_directory: String,
}

impl Security {
    fn is_anonymous(&self) -> bool {
        [&self.certificate, &self.key, &self.passphrase, &self.authorities, &self.authorities_directory]
            .iter()
            .all(|text| text.is_empty())
    }
}

/// What a listener that is not for peers shows (`Cluster::WebSocketTLSOptions`), with names of files as in [`Security`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// A chain of certificates, as PEM.
    pub certificate: String,
    /// The private key, as PEM.
    pub key: String,
    /// Whether those who connect must have a certificate too.
    pub verify: bool,
    /// A file of the authorities that those who connect are checked against; the system's where it is empty.
    pub authorities: String,
    /// The suites for TLS 1.2; those of peers where it is empty.
    pub ciphers: String,
}

/// The state of TLS for one configuration.
#[derive(Clone)]
pub(super) struct Tls(SslContext);

impl Tls {
    /// `None` where nothing is encrypted. The error tells what of the configuration does not work.
    pub(super) fn new(security: &Security) -> io::Result<Option<Self>> {
        if security.disabled {
            return Ok(None);
        }
        let mut builder = SslContext::builder(SslMethod::tls())?;
        builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
        // Nothing is kept for idle streams, nor for streams to come: peers stay for days.
        builder.set_mode(SslMode::RELEASE_BUFFERS);
        builder.set_session_cache_mode(SslSessionCacheMode::OFF);
        if security.is_anonymous() {
            builder.set_cipher_list(ANONYMOUS_SUITES)?;
            builder.set_groups_list(ANONYMOUS_GROUPS)?;
            builder.set_verify(SslVerifyMode::NONE);
        } else {
            authenticate(&mut builder, security)?;
        }
        Ok(Some(Tls(builder.build())))
    }

    /// The side that accepts with a certificate of its own.
    pub(super) fn with_certificate(certificate: &Certificate) -> io::Result<Self> {
        let mut builder = SslContext::builder(SslMethod::tls_server())?;
        builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
        let ciphers = if certificate.ciphers.is_empty() { AUTHENTICATED_SUITES } else { &certificate.ciphers };
        builder.set_cipher_list(ciphers).map_err(|error| failed("the list of ciphers", ciphers, &error))?;
        identify(&mut builder, &certificate.certificate, &certificate.key, "")?;
        if certificate.verify {
            builder.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
            trust(&mut builder, &certificate.authorities, "")?;
        }
        Ok(Tls(builder.build()))
    }

    /// The side that accepted the connection.
    pub(super) async fn accept(&self, stream: TcpStream) -> Result<SslStream<TcpStream>, Disagreement> {
        let mut stream = self.stream(stream)?;
        match Pin::new(&mut stream).accept().await {
            Ok(()) => Ok(stream),
            Err(error) => Err(Disagreement::new(stream, &error)),
        }
    }

    /// The side that opened the connection.
    pub(super) async fn connect(&self, stream: TcpStream) -> Result<SslStream<TcpStream>, Disagreement> {
        let mut stream = self.stream(stream)?;
        match Pin::new(&mut stream).connect().await {
            Ok(()) => Ok(stream),
            Err(error) => Err(Disagreement::new(stream, &error)),
        }
    }

    fn stream(&self, stream: TcpStream) -> Result<SslStream<TcpStream>, Disagreement> {
        let made = Ssl::new(&self.0).and_then(|ssl| SslStream::new(ssl, stream));
        made.map_err(|error| Disagreement { stream: None, reason: error.to_string() })
    }
}

/// The two sides could not agree on how their stream is secured.
pub(super) struct Disagreement {
    /// Which is to be closed in such a way that the other side still reads why.
    pub(super) stream: Option<SslStream<TcpStream>>,
    pub(super) reason: String,
}

impl Disagreement {
    fn new(stream: SslStream<TcpStream>, error: &Error) -> Self {
        let mut reason = words(error);
        let verified = stream.ssl().verify_result();
        if verified != X509VerifyResult::OK {
            reason = format!("{reason}: {}", verified.error_string());
        }
        Disagreement { stream: Some(stream), reason }
    }
}

/// What went wrong with a stream, in few words.
pub(super) fn reason(error: &io::Error) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(error) => words(error),
        None => error.to_string(),
    }
}

fn words(error: &Error) -> String {
    if let Some(error) = error.io_error() {
        return format!("TLS: {error}");
    }
    let reasons = error.ssl_error().map(ErrorStack::errors).unwrap_or_default();
    match reasons.iter().find_map(openssl::error::Error::reason) {
        Some(reason @ ("wrong version number" | "http request" | "packet length too long")) => {
            format!("TLS: {reason}; the other side seems to speak without (Broker::disable_ssl)")
        }
        Some(reason) => format!("TLS: {reason}"),
        None => "TLS: the other side ended the connection".to_owned(),
    }
}

fn wrong(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

fn failed(what: &str, file: &str, error: &ErrorStack) -> io::Error {
    wrong(format!("{what} {file} cannot be used: {error}"))
}

fn authenticate(builder: &mut SslContextBuilder, security: &Security) -> io::Result<()> {
    if security.certificate.is_empty() {
        return Err(wrong("No certificate configured for SSL endpoint.".to_owned()));
    }
    if security.key.is_empty() {
        return Err(wrong("No private key configured for SSL endpoint.".to_owned()));
    }
    if security.passphrase.len() > MAX_PASSPHRASE {
        return Err(wrong(format!("SSL passphrase may not exceed {MAX_PASSPHRASE} characters")));
    }
    builder.set_cipher_list(AUTHENTICATED_SUITES)?;
    builder.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
    identify(builder, &security.certificate, &security.key, &security.passphrase)?;
    trust(builder, &security.authorities, &security.authorities_directory)
}

/// What this side shows of itself.
fn identify(builder: &mut SslContextBuilder, certificate: &str, file: &str, passphrase: &str) -> io::Result<()> {
    builder.set_certificate_chain_file(certificate).map_err(|error| failed("the certificate", certificate, &error))?;
    let key = std::fs::read(file).map_err(|error| wrong(format!("the key {file}: {error}")))?;
    let key = PKey::private_key_from_pem_passphrase(&key, passphrase.as_bytes())
        .map_err(|error| failed("the key", file, &error))?;
    builder.set_private_key(&key).map_err(|error| failed("the key", file, &error))?;
    builder.check_private_key().map_err(|error| failed("the key", file, &error))
}

/// Whom this side believes who the others are.
fn trust(builder: &mut SslContextBuilder, authorities: &str, directory: &str) -> io::Result<()> {
    if !authorities.is_empty() {
        builder.set_ca_file(authorities).map_err(|error| failed("the file of authorities", authorities, &error))?;
    }
    if !directory.is_empty() {
        let lookup = builder.cert_store_mut().add_lookup(X509Lookup::hash_dir())?;
        lookup
            .add_dir(directory, SslFiletype::PEM)
            .map_err(|error| failed("the directory of authorities", directory, &error))?;
    }
    if authorities.is_empty() && directory.is_empty() {
        builder.set_default_verify_paths()?;
    }
    Ok(())
}
