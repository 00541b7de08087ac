//! A clone whose master is killed again and again: nothing is lost of what it asked for.

use std::path::Path;

use crate::harness::{Node, free_ports};

const MASTER: &str = r#"
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;

event bro_init()
	{
	Broker::create_master("s", Broker::SQLITE);
	Broker::listen("127.0.0.1", PORT/tcp);
	}
"#;

/// Puts one key after the other, without an answer to any, and tells now and then how far it is.
const WRITER: &str = r#"
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;
redef Broker::default_connect_retry = 1sec;
global s: opaque of Broker::Store;
global n = 0;
const all = 5000;

event compare()
	{
	when ( local k = Broker::keys(s) )
		{
		local there: set[count] = (k$result as set[count]);
		if ( all !in there )
			schedule 50msec { compare() };
		else
			{
			print fmt("%d of %d are there", |there|, all);
			terminate();
			}
		}
	timeout 20sec { event compare(); }
	}

event work()
	{
	local i = 0;
	while ( ++i <= 10 )
		{
		Broker::put(s, ++n, T);
		if ( n % 500 == 0 )
			print fmt("put %d", n);
		}
	if ( n < all )
		schedule 2msec { work() };
	else
		event compare();
	}

event bro_init()
	{
	s = Broker::create_clone("s");
	Broker::peer("127.0.0.1", PORT/tcp);
	event work();
	}
"#;

fn write(folder: &Path, name: &str, script: &str, port: u16) {
    std::fs::write(folder.join(name), script.replace("PORT", &port.to_string())).unwrap();
}

#[test]
fn no_write_of_a_clone_is_lost_however_often_its_master_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    write(folder.path(), "master.bro", MASTER, port);
    write(folder.path(), "clone.bro", WRITER, port);
    let start = || Node::start(folder.path(), "", &["master.bro"]);
    let mut master = start();
    let mut clone = Node::start(folder.path(), "", &["clone.bro"]);
    for count in (500..5000).step_by(500) {
        clone.waits_for(&format!("put {count}"));
        master.kill();
        master = start();
    }
    clone.waits_for("5000 of 5000 are there");
    clone.ends();
}
