//! What a clone asks of its master: every command, and what becomes of it on both sides.

use crate::harness::{Node, free_ports};

const MASTER: &str = r#"
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;

event bro_init()
	{
	Broker::create_master("s");
	Broker::listen("127.0.0.1", PORT/tcp);
	}

event Broker::peer_lost(endpoint: Broker::EndpointInfo, msg: string)
	{
	terminate();
	}
"#;

const CLONE: &str = r#"
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;
redef Broker::default_connect_retry = 100msec;
global s: opaque of Broker::Store;
global puts: event(value: string);

event puts(value: string)
	{
	when [value] ( local r = Broker::put_unique(s, "key", value) )
		{
		print fmt("%s: %s %s", value, r$status, r$result as bool);
		if ( value == "first" )
			event puts("second");
		else
			{
			when ( local kept = Broker::get(s, "key") )
				{
				print fmt("kept: %s", kept$result as string);
				terminate();
				}
			timeout 20sec { print "no answer to get"; }
			}
		}
	timeout 20sec { print "no answer to put_unique"; }
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	s = Broker::create_clone("s");
	event puts("first");
	}

event bro_init()
	{
	Broker::peer("127.0.0.1", PORT/tcp);
	}
"#;

#[test]
fn of_two_values_that_a_clone_puts_once_the_first_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    for (name, script) in [("master.bro", MASTER), ("clone.bro", CLONE)] {
        std::fs::write(folder.path().join(name), script.replace("PORT", &port.to_string())).unwrap();
    }
    let master = Node::start(folder.path(), "", &["master.bro"]);
    let mut clone = Node::start(folder.path(), "", &["clone.bro"]);
    clone.waits_for("first: Broker::SUCCESS T");
    clone.waits_for("second: Broker::SUCCESS F");
    clone.waits_for("kept: first");
    clone.ends();
    master.ends();
}
