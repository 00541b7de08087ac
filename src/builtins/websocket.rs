//! The natives that let WebSocket clients in.

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use super::system::VERSION;
use crate::broker::{Listening, NotListening, WebSockets};
use crate::network::Certificate;
use crate::source::Symbol;
use crate::syntax::ast::Protocol;
use crate::value::{RecordObject, Text, Value};
use crate::vm::{Port, Vm, natives};
use crate::websocket::Kind;

/// What is taken at once where scripts do not say, and how often clients are asked for a sign of life.
const MOST_WAITING: usize = 32;
const PING_INTERVAL: f64 = 5.0;

/// A field of a record by its name; unset where there is none.
fn field(record: &RecordObject, name: &str) -> Value {
    let offset = record.record_type().and_then(|ty| ty.offset(Symbol::new(name)));
    offset.map_or(Value::Unset, |offset| record.get(offset))
}

fn text(record: &RecordObject, name: &str) -> Option<String> {
    field(record, name).as_bytes().map(|text| String::from_utf8_lossy(text).into_owned())
}

/// None where it is no time that passes.
fn interval(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok().filter(|interval| !interval.is_zero())
}

fn ping_interval(vm: &Vm) -> Option<Duration> {
    match vm.global_by_name("Cluster::default_websocket_ping_interval") {
        Some(Value::Interval(seconds)) => interval(seconds),
        _ => interval(PING_INTERVAL),
    }
}

/// What a record `Cluster::WebSocketServerOptions` asks for: an address, a port, and how. The error is told to the user.
fn options(options: &RecordObject) -> Result<(String, u16, Listening), String> {
    let certificate = match field(options, "tls_options") {
        Value::Record(tls) => certificate(&tls)?,
        _ => None,
    };
    let address = match (text(options, "listen_host"), field(options, "listen_addr").as_address()) {
        (Some(_), Some(_)) => return Err("cannot use both listen_addr and listen_host".to_owned()),
        (Some(host), None) if host.parse::<IpAddr>().is_err() => return Err("invalid listen_host".to_owned()),
        (Some(host), None) => host,
        (None, Some(address)) => address.0.to_string(),
        (None, None) => return Err("missing listen_host field".to_owned()),
    };
    let Value::Port(port, _) = field(options, "listen_port") else {
        return Err("missing listen_port field".to_owned());
    };
    let most_waiting = match field(options, "max_event_queue_size") {
        Value::Count(size) => size as usize,
        _ => MOST_WAITING,
    };
    let ping_interval = match field(options, "ping_interval") {
        Value::Interval(seconds) => interval(seconds),
        _ => interval(PING_INTERVAL),
    };
    let how = Listening { kind: Kind::Cluster, version: VERSION, ping_interval, most_waiting, certificate };
    Ok((address, port, how))
}

fn certificate(tls: &RecordObject) -> Result<Option<Certificate>, String> {
    let (certificate, key) = match (text(tls, "cert_file"), text(tls, "key_file")) {
        (None, None) => return Ok(None),
        (Some(_), None) => return Err("Invalid tls_options: No key_file field".to_owned()),
        (None, Some(_)) => return Err("Invalid tls_options: No cert_file field".to_owned()),
        (Some(certificate), Some(key)) => (certificate, key),
    };
    Ok(Some(Certificate {
        certificate,
        key,
        verify: matches!(field(tls, "enable_peer_verification"), Value::Bool(true)),
        authorities: text(tls, "ca_file").unwrap_or_default(),
        ciphers: text(tls, "ciphers").unwrap_or_default(),
    }))
}

/// What is wrong, where that is more than that somebody else listens there.
fn reason(error: &io::Error) -> String {
    if error.kind() == ErrorKind::InvalidInput { format!(": {error}") } else { String::new() }
}

natives! {
    /// Accepts WebSocket clients; false where that fails. `Cluster::listen_websocket` calls this.
    fn "Cluster::__listen_websocket" = "function(options: Cluster::WebSocketServerOptions): bool";
    |vm, record: Rc<RecordObject>| -> bool {
        let (address, port, how) = match options(&record) {
            Ok(options) => options,
            Err(message) => {
                vm.builtin_error(message);
                return Ok(false);
            }
        };
        match WebSockets::listen(vm, &address, port, how) {
            Ok(_) => return Ok(true),
            Err(NotListening::Taken) => vm.builtin_error(format!("Already listening on {address}:{port}")),
            // A node that is only looked at does not listen.
            Err(NotListening::Failed(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(NotListening::Failed(error)) => {
                vm.error_without_place(format!("WebSocket: Unable to listen on {address}:{port}: {error}"));
            }
        }
        Ok(false)
    }

    /// Accepts clients as Broker's own server does; gives 0/tcp where that fails. `Broker::listen_websocket` calls this.
    fn "Broker::__listen_websocket" = "function(a: string, p: port): port";
    |vm, a: Rc<Text>, p: Port| -> Port {
        if p.1 != Protocol::Tcp {
            vm.builtin_error("listen port must use tcp");
            return Ok(Port(0, Protocol::Unknown));
        }
        let how = Listening {
            kind: Kind::Broker,
            version: VERSION,
            ping_interval: ping_interval(vm),
            most_waiting: MOST_WAITING,
            certificate: None,
        };
        let address = a.to_lossy();
        let problem = match WebSockets::listen(vm, &address, p.0, how) {
            Ok(port) => return Ok(Port(port, Protocol::Tcp)),
            Err(NotListening::Failed(error)) if error.kind() == ErrorKind::Unsupported => {
                return Ok(Port(0, Protocol::Tcp));
            }
            Err(NotListening::Failed(error)) => reason(&error),
            Err(NotListening::Taken) => String::new(),
        };
        let address = if address.is_empty() { "INADDR_ANY" } else { &address };
        vm.error_without_place(format!("Failed to listen on {address}:{}{problem}", p.0));
        Ok(Port(0, Protocol::Tcp))
    }
}
