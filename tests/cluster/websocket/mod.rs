//! WebSocket clients: those of another library against running nodes.

mod events;
mod limits;
mod servers;

use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket, client};

pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// A client that has subscribed.
pub(super) struct Client<S> {
    pub(super) socket: WebSocket<S>,
    pub(super) endpoint: String,
}

pub(super) fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

impl<S: std::io::Read + std::io::Write> Client<S> {
    pub(super) fn new(stream: S, path: &str, name: Option<&str>) -> Self {
        let mut request = format!("ws://localhost{path}").into_client_request().unwrap();
        if let Some(name) = name {
            request.headers_mut().insert("X-Application-Name", name.parse().unwrap());
        }
        let (socket, _) = client(request, stream).map_err(|error| error.to_string()).unwrap();
        Client { socket, endpoint: String::new() }
    }

    pub(super) fn subscribed(stream: S, topics: &Json) -> Self {
        let mut client = Client::new(stream, "/v1/messages/json", Some("test/1.0"));
        client.say(&topics.to_string());
        let ack: Json = serde_json::from_str(&client.hear()).unwrap();
        assert_eq!(ack["type"], "ack", "{ack}");
        assert!(ack["version"].is_string());
        ack["endpoint"].as_str().unwrap().clone_into(&mut client.endpoint);
        client
    }

    pub(super) fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).unwrap();
    }

    pub(super) fn publish(&mut self, topic: &str, event: &str, arguments: &[Json]) {
        let value = |ty: &str, data: Json| json!({"@data-type": ty, "data": data});
        let event = value("vector", json!([value("string", json!(event)), value("vector", json!(arguments))]));
        let content = json!([value("count", json!(1)), value("count", json!(1)), event]);
        let message = json!({"type": "data-message", "topic": topic, "@data-type": "vector", "data": content});
        self.say(&message.to_string());
    }

    /// The next message; pings are answered meanwhile.
    pub(super) fn hear(&mut self) -> String {
        loop {
            match self.socket.read().unwrap() {
                Message::Text(text) => return text.as_str().to_owned(),
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The name and the arguments of the next event.
    pub(super) fn hear_event(&mut self) -> (String, Vec<Json>) {
        let text = self.hear();
        let message: Json = serde_json::from_str(&text).unwrap();
        let fields = &message["data"][2]["data"];
        let name = fields[0]["data"].as_str().unwrap_or_else(|| panic!("{text}")).to_owned();
        let arguments = fields[1]["data"].as_array().unwrap().iter().map(|argument| argument["data"].clone());
        (name, arguments.collect())
    }

    /// How it ends.
    pub(super) fn end(&mut self) -> (u16, String) {
        loop {
            match self.socket.read().unwrap() {
                Message::Close(Some(frame)) => return (frame.code.into(), frame.reason.as_str().to_owned()),
                Message::Close(None) => return (0, String::new()),
                _ => {}
            }
        }
    }
}

pub(super) fn string(text: &str) -> Json {
    json!({"@data-type": "string", "data": text})
}

pub(super) fn count(number: u64) -> Json {
    json!({"@data-type": "count", "data": number})
}

pub(super) const HEAD: &str = r#"
@load base/frameworks/cluster
redef exit_only_after_terminate = T;

event Cluster::websocket_client_added(endpoint: Cluster::EndpointInfo, subscriptions: string_vec)
	{
	print fmt("added %s %s", endpoint$application_name, subscriptions);
	}

event Cluster::websocket_client_lost(endpoint: Cluster::EndpointInfo, code: count, reason: string)
	{
	print fmt("lost %s with %d '%s'", endpoint$application_name, code, reason);
	}
"#;

pub(super) fn script(folder: &Path, text: &str) {
    std::fs::write(folder.join("node.bro"), format!("{HEAD}{text}")).unwrap();
}
