//! Events from one node to another.

use std::net::TcpListener;
use std::path::Path;

use crate::harness::{Node, free_ports};

const HEAD: &str = "@load base/frameworks/broker\nredef exit_only_after_terminate = T;\n\
                    redef Log::default_writer = Log::WRITER_NONE;\n";

/// Writes a script in which PORT stands for a port.
fn script(folder: &Path, name: &str, port: u16, text: &str) {
    let text = text.replace("PORT", &format!("{port}/tcp"));
    std::fs::write(folder.join(name), format!("{HEAD}{text}")).unwrap();
}

fn start(folder: &Path, name: &str) -> Node {
    let mut node = Node::start(folder, "", &[name]);
    name.clone_into(&mut node.name);
    node
}

#[test]
fn an_argument_that_does_not_fit_is_refused_with_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        "listener.bro",
        port,
        r#"
global odd: event(n: count);
event odd(n: count) { print "never"; }
event bro_init() { Broker::subscribe("t/"); print Broker::listen("127.0.0.1", PORT); }
"#,
    );
    script(
        folder.path(),
        "dialler.bro",
        port,
        r#"
global odd: event(n: string);
event bro_init() { Broker::peer("127.0.0.1", PORT, 1sec); }
event Broker::peer_added(e: Broker::EndpointInfo, m: string) { print m; Broker::publish("t/x", odd, "one"); }
"#,
    );
    let mut listener = start(folder.path(), "listener.bro");
    listener.waits_for(&format!("{port}/tcp"));
    let mut dialler = start(folder.path(), "dialler.bro");
    dialler.waits_for("received handshake from remote core");
    listener.waits_for("failed to convert remote event 'odd' arg #1");
}

#[test]
fn what_is_published_automatically_goes_out_when_it_is_raised_here() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        "teller.bro",
        port,
        r#"
global tell: event(n: count);
global heard: event(n: count);

event bro_init()
	{
	Broker::subscribe("back/");
	Broker::auto_publish("t/tell", tell);
	Broker::peer("127.0.0.1", PORT, 1sec);
	}

event tell(n: count)
	{
	print fmt("here %d, remote %s", n, is_remote_event());
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	event tell(1);
	}

event heard(n: count)
	{
	print fmt("heard %d, remote %s", n, is_remote_event());

	if ( n == 1 )
		{
		print Broker::auto_unpublish("t/tell", tell);
		event tell(2);
		Broker::publish("t/tell", tell, 3);
		}
	}
"#,
    );
    script(
        folder.path(),
        "hearer.bro",
        port,
        r#"
global tell: event(n: count);
global heard: event(n: count);

event bro_init()
	{
	Broker::subscribe("t/");
	# What another node raised does not go round in circles.
	Broker::auto_publish("back/", tell);
	Broker::listen("127.0.0.1", PORT);
	}

event tell(n: count)
	{
	print fmt("there %d, remote %s", n, is_remote_event());
	Broker::publish("back/x", heard, n);
	}
"#,
    );
    let _hearer = start(folder.path(), "hearer.bro");
    let mut teller = start(folder.path(), "teller.bro");
    for line in ["here 1, remote F", "heard 1, remote T", "here 2, remote F", "heard 3, remote T"] {
        teller.waits_for(line);
    }
    teller.never_printed("here 1, remote T");
    teller.never_printed("heard 2");
}

#[test]
fn a_node_that_only_forwards_raises_nothing_itself() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        "relay.bro",
        port,
        r#"
redef Broker::forward_messages = T;
global note: event(n: count);
global ready: event();

event bro_init()
	{
	print fmt("forward %s %s", Broker::forward("through/"), Broker::forward("through/"));
	Broker::subscribe("here/");
	Broker::listen("127.0.0.1", PORT);
	}

event note(n: count)
	{
	print fmt("relay has %d", n);
	}

event ready()
	{
	Broker::publish("ready/", ready);
	}
"#,
    );
    let end = |own: &str, other: &str| {
        format!(
            r#"
global note: event(n: count);
global ready: event();
global hello: event();

event bro_init()
	{{
	Broker::subscribe("{own}");
	Broker::subscribe("through/{own}");
	Broker::peer("127.0.0.1", PORT, 1sec);
	}}

event note(n: count)
	{{
	print fmt("{own} has %d", n);

	if ( n < 3 )
		Broker::publish("through/{other}", note, n + 1);
	else
		Broker::publish("here/", note, 4);
	}}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{{
	print "peered";
	}}
"#
        )
    };
    script(folder.path(), "left.bro", port, &end("left", "right"));
    let starts = r#"
event greet()
	{
	Broker::publish("through/left", note, 1);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	event greet();
	}
"#;
    let mut relay = start(folder.path(), "relay.bro");
    relay.waits_for("forward T F");
    let mut left = start(folder.path(), "left.bro");
    left.waits_for("peered");
    script(folder.path(), "right.bro", port, &format!("global greet: event();\n{}{starts}", end("right", "left")));
    let mut right = start(folder.path(), "right.bro");
    left.waits_for("left has 1");
    right.waits_for("right has 2");
    left.waits_for("left has 3");
    relay.waits_for("relay has 4");
    relay.never_printed("relay has 1");
    relay.never_printed("relay has 2");
}

#[test]
fn a_node_that_only_forwards_takes_globals_and_logs_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let both = r#"
module Test;
export {
	redef enum Log::ID += { LOG };
	type Line: record { n: count &log; };
}
global agreed = 0;
global note: event();

event bro_init()
	{
	Log::create_stream(LOG, [$columns=Line, $path="test"]);
	}
"#;
    script(
        folder.path(),
        "relay.bro",
        port,
        &format!(
            "{both}{}",
            r#"
event bro_init() &priority=-1
	{
	Broker::forward("bro/logs/");
	Broker::forward("ids/");
	Broker::forward("events/");
	Broker::listen("127.0.0.1", PORT);
	}

event note() { print "never"; }

event look()
	{
	local seen = get_broker_stats();

	if ( seen$num_logs_incoming == 0 )
		schedule 20msec { look() };
	else
		print fmt("agreed on %d, %d event came and was passed on", agreed, seen$num_events_incoming);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string) { event look(); }
"#
        ),
    );
    script(
        folder.path(),
        "sender.bro",
        port,
        &format!(
            "{both}{}",
            r#"
redef Log::enable_remote_logging = T;

event bro_init() &priority=-1
	{
	Broker::peer("127.0.0.1", PORT, 1sec);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	agreed = 7;
	Broker::publish("events/x", note);
	print Broker::publish_id("ids/x", "Test::agreed");
	# The first record of a stream goes out at once.
	Log::write(LOG, [$n=1]);
	Log::write(LOG, [$n=2]);
	print fmt("flushed %d, then %d", Broker::flush_logs(), Broker::flush_logs());
	}
"#
        ),
    );
    let mut relay = start(folder.path(), "relay.bro");
    let mut sender = start(folder.path(), "sender.bro");
    sender.waits_for("T");
    sender.waits_for("flushed 1, then 0");
    relay.waits_for("agreed on 7, 1 event came and was passed on");
    relay.never_printed("never");
}

#[test]
fn after_unsubscribe_nothing_of_the_prefix_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        "hearer.bro",
        port,
        r#"
global note: event(s: string);
global next_one: event();

event bro_init()
	{
	Broker::subscribe("a/");
	Broker::subscribe("b/");
	Broker::listen("127.0.0.1", PORT);
	}

event note(s: string)
	{
	print s;

	if ( s == "a and b" )
		{
		print Broker::unsubscribe("a/");
		Broker::publish("back/", next_one);
		}
	}
"#,
    );
    script(
        folder.path(),
        "speaker.bro",
        port,
        r#"
global note: event(s: string);
global next_one: event();

event bro_init()
	{
	Broker::subscribe("back/");
	Broker::peer("127.0.0.1", PORT, 1sec);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string) { Broker::publish("a/x", note, "a and b"); }

event next_one()
	{
	Broker::publish("a/x", note, "a again");
	Broker::publish("b/x", note, "only b");
	}
"#,
    );
    let mut hearer = start(folder.path(), "hearer.bro");
    let _speaker = start(folder.path(), "speaker.bro");
    hearer.waits_for("a and b");
    hearer.waits_for("T");
    hearer.waits_for("only b");
    hearer.never_printed("a again");
}

#[test]
fn after_unpeer_nothing_is_exchanged() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        "sender.bro",
        port,
        r#"
global note: event(n: count);

event bro_init()
	{
	Broker::peer("127.0.0.1", PORT, 1sec);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	Broker::publish("t/x", note, 1);
	print fmt("peers %d %s", |Broker::peers()|, Broker::peers()[0]$status);
	print fmt("outbound %s %s", Broker::is_outbound_peering("127.0.0.1", PORT),
	          Broker::is_outbound_peering("127.0.0.1", 1/tcp));
	Broker::unpeer("127.0.0.1", PORT);
	Broker::publish("t/x", note, 2);
	}

event Broker::peer_removed(e: Broker::EndpointInfo, m: string)
	{
	print fmt("removed %s: %s, peers %d", e$network$bound_port, m, |Broker::peers()|);
	Broker::unpeer("127.0.0.1", PORT);
	}

event Broker::error(code: Broker::ErrorCode, m: string)
	{
	print fmt("error %s %s", code, m);
	}
"#,
    );
    script(
        folder.path(),
        "receiver.bro",
        port,
        r#"
global note: event(n: count);

event bro_init()
	{
	Broker::subscribe("t/");
	Broker::listen("127.0.0.1", PORT);
	}

event note(n: count)
	{
	print fmt("note %d", n);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	print fmt("added: %s", m);
	print fmt("outbound %s", Broker::is_outbound_peering("127.0.0.1", e$network$bound_port));
	}

event Broker::peer_lost(e: Broker::EndpointInfo, m: string)
	{
	print fmt("lost: %s", m);
	}
"#,
    );
    let mut receiver = start(folder.path(), "receiver.bro");
    let mut sender = start(folder.path(), "sender.bro");
    receiver.waits_for("added: handshake successful");
    receiver.waits_for("outbound F");
    receiver.waits_for("note 1");
    receiver.waits_for("lost: lost remote peer");
    receiver.never_printed("note 2");
    sender.waits_for("peers 1 Broker::PEERED");
    sender.waits_for("outbound T F");
    sender.waits_for(&format!("removed {port}/tcp: removed peering, peers 0"));
    sender.waits_for(&format!(
        "error Broker::PEER_INVALID (invalid-node, *127.0.0.1:{port}, \"no such peer when unpeering\")"
    ));
}

#[test]
fn a_port_that_is_busy_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port();
    script(
        folder.path(),
        "listener.bro",
        port,
        r#"
event bro_init() { print fmt("bound %s", Broker::listen("127.0.0.1", PORT, 100msec)); }
event Broker::peer_added(e: Broker::EndpointInfo, m: string) { print "somebody came"; }
"#,
    );
    script(folder.path(), "dialler.bro", port, r#"event bro_init() { Broker::peer("127.0.0.1", PORT, 1sec); }"#);
    let mut listener = start(folder.path(), "listener.bro");
    listener.waits_for("bound 0/tcp");
    listener.waits_for(&format!("Failed to listen on 127.0.0.1:{port}"));
    drop(held);
    let _dialler = start(folder.path(), "dialler.bro");
    listener.waits_for("somebody came");
}

#[test]
fn an_event_brings_the_time_at_which_it_was_raised() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        "listener.bro",
        port,
        r#"
global note: event(how: string, raised: time);

event bro_init()
	{
	Broker::subscribe("t/");
	Broker::listen("127.0.0.1", PORT);
	}

event note(how: string, raised: time)
	{
	local away = current_event_time() - raised;
	print fmt("%s: %s, %d", how, away < 1usec && away > -1usec, |EventMetadata::current_all()|);
	}
"#,
    );
    let dialler = r#"
global note: event(how: string, raised: time);

event bro_init()
	{
	Broker::peer("127.0.0.1", PORT, 1sec);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	Broker::publish("t/x", note, NAME + " by broker", network_time());
	Cluster::publish("t/x", note, NAME + " by cluster", network_time());
	Cluster::publish("t/x", Cluster::make_event(note, NAME + " as event", network_time()));
	}
"#;
    let with = "@load base/frameworks/cluster\nredef EventMetadata::add_network_timestamp = T;\n";
    script(folder.path(), "with.bro", port, &format!("{with}{}", dialler.replace("NAME", "\"with\"")));
    let without = "@load base/frameworks/cluster\n";
    script(folder.path(), "without.bro", port, &format!("{without}{}", dialler.replace("NAME", "\"without\"")));
    let mut listener = start(folder.path(), "listener.bro");
    let _with = start(folder.path(), "with.bro");
    for how in ["broker: T, 1", "cluster: T, 1"] {
        listener.waits_for(&format!("with by {how}"));
    }
    listener.waits_for("with as event: T, 1");
    let _without = start(folder.path(), "without.bro");
    for how in ["broker: F, 0", "cluster: F, 0"] {
        listener.waits_for(&format!("without by {how}"));
    }
}
