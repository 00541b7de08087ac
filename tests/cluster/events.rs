//! Events from one node to another.

use crate::harness::{Node, free_ports};

#[test]
fn an_argument_that_does_not_fit_is_refused_with_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let script = |name: &str, text: &str| {
        let head = "@load base/frameworks/broker\nredef exit_only_after_terminate = T;\n";
        std::fs::write(folder.path().join(name), format!("{head}{text}")).unwrap();
    };
    script(
        "listener.bro",
        &format!(
            "global odd: event(n: count);\nevent odd(n: count) {{ print \"never\"; }}\n\
             event bro_init() {{ Broker::subscribe(\"t/\"); print Broker::listen(\"127.0.0.1\", {port}/tcp); }}\n"
        ),
    );
    script(
        "dialler.bro",
        &format!(
            "global odd: event(n: string);\n\
             event bro_init() {{ Broker::peer(\"127.0.0.1\", {port}/tcp, 1sec); }}\n\
             event Broker::peer_added(e: Broker::EndpointInfo, m: string)\n\
             \t{{ print m; Broker::publish(\"t/x\", odd, \"one\"); }}\n"
        ),
    );
    let mut listener = Node::start(folder.path(), "", &["listener.bro"]);
    listener.waits_for(&format!("{port}/tcp"));
    let mut dialler = Node::start(folder.path(), "", &["dialler.bro"]);
    dialler.waits_for("received handshake from remote core");
    listener.waits_for("failed to convert remote event 'odd' arg #1");
}
