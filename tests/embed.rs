//! The library inside another program: what the face for that promises beyond its examples.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../examples/embed.rs"]
mod example;

use std::sync::atomic::Ordering;
use std::time::Duration;

use brood::vm::MemoryHost;
use brood::{Node, NodeBuilder, NodeError, Severity, Value, with_stack};

fn script(text: &str) -> NodeBuilder {
    Node::builder().bare().host(MemoryHost::new()).text("test.bro", text)
}

fn load(text: &str) -> Node {
    script(text).load().unwrap()
}

#[test]
fn the_example_tells_what_it_should() {
    let expected = [
        "nodes: 8",
        "I am a Cluster::WORKER",
        "manager at 127.0.0.1:27762, rack 1",
        "failed: nobody knows where worker-4 is",
        "printed: asked about manager",
        "printed: asked about worker-4",
        "asked about: {worker-4,manager}",
    ];
    example::main().unwrap();
    let lines = example::report().unwrap();
    assert_eq!(lines[..6], expected[..6]);
    assert!(lines[6].contains("manager") && lines[6].contains("worker-4"), "{}", lines[6]);
}

#[test]
fn a_run_begins_and_ends_as_a_program() {
    let mut node = load("event bro_init() { print \"init\"; }\nevent bro_done() { print \"done\"; }");
    assert_eq!(node.run(), 0);
    assert_eq!(node.take_output(), b"init\ndone\n");
    assert_eq!(node.take_output(), b"");
}

#[test]
fn a_run_step_by_step_handles_queued_events() {
    let mut node = load(
        "redef exit_only_after_terminate = T;
        event ask(n: count) { print n; if ( n == 0 ) terminate(); else schedule 1 min { ask(n - 1) }; }",
    );
    node.start().unwrap();
    node.queue_event("ask", &[Value::Count(2)]).unwrap();
    let mut rounds = 0;
    while node.step().unwrap() {
        rounds += 1;
        assert!(rounds < 10_000);
    }
    node.stop().unwrap();
    assert_eq!(node.take_output(), b"2\n1\n0\n");
}

#[test]
fn what_is_wrong_with_a_script_keeps_it_from_loading() {
    let error = script("global a: count = nowhere;\nglobal b = ;").load().map(|_| ()).unwrap_err();
    let NodeError::Failed(diagnostics) = error else { panic!("{error}") };
    assert_eq!(diagnostics.len(), 2);
    assert!(diagnostics[0].message.contains("nowhere"));
}

#[test]
fn warnings_are_told_and_shown() {
    let mut node = load("event bro_init() { local a = 1; a; }");
    let diagnostics = node.take_diagnostics();
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].severity, Severity::Warning);
    assert!(node.show(&diagnostics[0]).contains("test.bro:1:"));
    assert_eq!(node.take_diagnostics(), []);
}

#[test]
fn arguments_are_made_to_fit() {
    let mut node = load(
        "type R: record { n: count &default=1; s: string &optional; };
        function f(i: int, d: double &default=2.5): string { return fmt(\"%s %s\", i, d); }
        function g(r: R): count { return r$n; }",
    );
    assert_eq!(node.call("f", &[Value::Count(3)]).unwrap().to_string(), "3 2.5");
    assert_eq!(node.call("f", &[Value::Int(-3), Value::Count(1)]).unwrap().to_string(), "-3 1.0");
    let record = node.evaluate("[$s=\"x\"]").unwrap();
    assert_eq!(node.call("g", &[record]).unwrap().to_string(), "1");
    let wrong = node.call("f", &[Value::string("x")]).unwrap_err();
    assert_eq!(wrong, NodeError::WrongType { expected: "int".into(), found: "string".into() });
    assert_eq!(node.call("f", &[]).unwrap_err(), NodeError::WrongCount { expected: 2, found: 0 });
    assert_eq!(node.call("R", &[]).unwrap_err(), NodeError::NotAFunction("R".into()));
    assert_eq!(node.call("nothing", &[]).unwrap_err(), NodeError::NotAFunction("nothing".into()));
}

#[test]
fn an_error_in_a_function_comes_out_with_its_place() {
    let mut node = load("function f(n: count): count\n\t{\n\treturn 10 / n;\n\t}");
    let NodeError::Failed(diagnostics) = node.call("f", &[Value::Count(0)]).unwrap_err() else { panic!() };
    assert_eq!(diagnostics[0].message, "division by zero");
    assert!(node.show(&diagnostics[0]).contains("test.bro:3:"));
    assert_eq!(node.call("f", &[Value::Count(5)]).unwrap().to_string(), "2");
}

#[test]
fn expressions_that_are_none_are_refused() {
    let mut node = load("");
    assert!(node.evaluate("1 +").unwrap_err().to_string().contains("syntax error"));
    assert!(node.evaluate("\"open").is_err());
    assert!(node.evaluate("nothing").unwrap_err().to_string().contains("unknown identifier nothing"));
    assert_eq!(node.evaluate("1 + 1").unwrap().to_string(), "2");
}

#[test]
fn natives_replace_those_there_are_and_are_held_to_their_types() {
    let mut node = script("function f(): string { return gethostname(); }\nfunction g(): count { return wrong(); }")
        .native("gethostname", "function(): string", |_, _| Ok(Value::string("here")))
        .native("wrong", "function(): count", |_, _| Ok(Value::string("no count")))
        .load()
        .unwrap();
    assert_eq!(node.call("f", &[]).unwrap().to_string(), "here");
    let error = node.call("g", &[]).unwrap_err();
    assert_eq!(error.to_string(), "native gave a string, not a count");
    let error = script("").native("bad", "a count, or so", |_, _| Ok(Value::Unset)).load().map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("no prototype for bad"));
}

#[test]
fn exit_ends_a_call() {
    let mut node = load("function f() { exit(7); }");
    assert_eq!(node.call("f", &[]).unwrap_err(), NodeError::Exit(7));
}

#[test]
fn endless_loops_end() {
    let mut node = script("function f() { while ( T ) { } }").limit_jumps(10_000).load().unwrap();
    assert!(node.call("f", &[]).is_err());

    let (begin, begun) = std::sync::mpsc::channel();
    let mut node = script("function f() { begins(); while ( T ) { } }")
        .native("begins", "function()", move |_, _| {
            let _ = begin.send(());
            Ok(Value::Unset)
        })
        .load()
        .unwrap();
    let interrupt = node.interrupt();
    let other = std::thread::spawn(move || {
        begun.recv().unwrap();
        interrupt.store(true, Ordering::Relaxed);
    });
    assert!(node.call("f", &[]).is_err());
    other.join().unwrap();
}

#[test]
fn deep_recursion_is_an_error_with_enough_stack() {
    let error = with_stack(|| {
        let mut node = load(
            "global f: function(n: count): bool;
            function order_by(a: count, b: count): int { return f(a) ? 1 : -1; }
            function f(n: count): bool { return |sort(vector(n, n + 1), order_by)| == 2; }",
        );
        node.call("f", &[Value::Count(1)]).map(|value| value.to_string()).map_err(|error| error.to_string())
    });
    assert!(error.unwrap().unwrap_err().contains("nested too deep"));
}

#[test]
fn two_nodes_live_side_by_side() {
    let layout = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/cluster/cluster-layout.bro");
    let load = |name| Node::builder().node(name).layout(layout).script("base/frameworks/cluster").load().unwrap();
    let (mut manager, mut worker) = (load("manager"), load("worker-2"));
    assert_eq!(manager.call("Cluster::local_node_type", &[]).unwrap().to_string(), "Cluster::MANAGER");
    assert_eq!(worker.call("Cluster::local_node_type", &[]).unwrap().to_string(), "Cluster::WORKER");
}

/// Longer than anything takes here.
const PATIENCE: Duration = Duration::from_mins(1);

/// A node that listens and one that peers with it, both with real sockets, both on this thread.
fn two_peers() -> (Node, Node) {
    let node = |text: &str| {
        // Logs would go to the folder that the tests run in.
        let head = "@load base/frameworks/broker\nredef Log::default_writer = Log::WRITER_NONE;
            global heard: vector of string = vector();
            global say: event(text: string);
            event say(text: string) { heard += text; }
            event bro_init() { Broker::subscribe(\"t/\"); }\n";
        let mut node = Node::builder().bare().text("peer.bro", format!("{head}{text}")).load().unwrap();
        node.start().unwrap();
        node
    };
    let listener = node("global bound: port; event bro_init() { bound = Broker::listen(\"127.0.0.1\", 0/tcp); }");
    let Some(Value::Port(port, _)) = listener.global("bound") else { panic!("it does not listen") };
    let dialler = node(&format!(
        "event bro_init() {{ Broker::peer(\"127.0.0.1\", {port}/tcp, 1sec); }}
        event Broker::peer_added(e: Broker::EndpointInfo, m: string) {{ Broker::publish(\"t/x\", say, \"hello\"); }}"
    ));
    (listener, dialler)
}

fn heard(node: &mut Node) -> String {
    node.evaluate("join_string_vec(heard, \",\")").unwrap().to_string()
}

#[test]
fn two_nodes_in_one_program_talk_to_each_other() {
    let (mut listener, mut dialler) = two_peers();
    let arrived = dialler.run_until(PATIENCE, |_| {
        assert!(listener.poll().unwrap());
        heard(&mut listener) == "hello"
    });
    assert!(arrived.unwrap());

    listener.evaluate("Broker::publish(\"t/back\", say, \"and back\")").unwrap();
    let answered = listener.run_until(PATIENCE, |_| {
        assert!(dialler.poll().unwrap());
        heard(&mut dialler) == "and back"
    });
    assert!(answered.unwrap());

    // The end of one is told to the other.
    dialler.stop().unwrap();
    assert!(
        listener.run_until(PATIENCE, |node| node.evaluate("|Broker::peers()|").unwrap().to_string() == "0").unwrap()
    );
    listener.stop().unwrap();
}

#[test]
fn running_until_something_ends_with_its_limit_or_where_nothing_can_come() {
    let (mut listener, mut nobody) = two_peers();
    assert!(!listener.run_until(Duration::from_millis(5), |_| false).unwrap());
    nobody.evaluate("terminate()").unwrap();
    assert!(!nobody.run_until(PATIENCE, |_| false).unwrap());
    assert!(!nobody.poll().unwrap());
}
