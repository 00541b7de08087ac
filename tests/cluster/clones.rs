//! What a clone asks of its master: every command, and what becomes of it on both sides.

use std::path::Path;

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

/// Asks for everything that changes a store, and says what came of it when its last change is back.
const EVERYTHING: &str = r#"
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;
redef Broker::default_connect_retry = 100msec;
global s: opaque of Broker::Store;

function show(key: string)
	{
	when [key] ( local r = Broker::get(s, key) ) { print fmt("%s: %s", key, r$status == Broker::SUCCESS ? cat(r$result) : "none"); }
	timeout 20sec { print fmt("%s: no answer", key); }
	}

event questions()
	{
	for ( key in set("put", "count", "int", "double", "interval", "time", "text", "set", "table", "vector", "erased", "brief") )
		show(key);

	when ( local e = Broker::exists(s, "put") ) { print fmt("exists: %s", e$result); } timeout 20sec { print "no exists"; }
	when ( local m = Broker::exists(s, "erased") ) { print fmt("exists not: %s", m$result); } timeout 20sec { print "no exists"; }
	when ( local i = Broker::get_index_from_value(s, "table", "b") ) { print fmt("at b: %s", i$result); } timeout 20sec { print "no index"; }
	when ( local n = Broker::get_index_from_value(s, "vector", 7) ) { print fmt("at 7: %s", n$status); } timeout 20sec { print "no index"; }
	when ( local w = Broker::get_index_from_value(s, "set", 3) ) { print fmt("has 3: %s", w$result); } timeout 20sec { print "no index"; }
	when ( local k = Broker::keys(s) ) { print fmt("keys: %s", k$result); } timeout 20sec { print "no keys"; }
	}

global waits_for: event(key: string, there: bool);

event waits_for(key: string, there: bool)
	{
	when [key, there] ( local r = Broker::exists(s, key) )
		{
		if ( (r$result as bool) != there )
			schedule 20msec { waits_for(key, there) };
		else if ( key == "last" )
			event waits_for("brief", F);
		else if ( key == "brief" )
			{
			event questions();
			print fmt("clear: %s", Broker::clear(s));
			event waits_for("put", F);
			}
		else
			when ( local k = Broker::keys(s) ) { print fmt("at the end: %s", k$result); terminate(); }
			timeout 20sec { print "no keys"; }
		}
	timeout 20sec { print "no answer"; }
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	s = Broker::create_clone("s");
	Broker::put(s, "put", 1.2.3.4);
	Broker::put(s, "count", 5);
	Broker::increment(s, "count", 3);
	Broker::decrement(s, "count");
	Broker::decrement(s, "int", 1);
	Broker::put(s, "int", -5);
	Broker::increment(s, "int", +2);
	Broker::increment(s, "double", 0.5);
	Broker::increment(s, "interval", 5sec);
	Broker::decrement(s, "interval", 1sec);
	Broker::put(s, "time", double_to_time(10.0));
	Broker::increment(s, "time", 5sec);
	Broker::append(s, "text", "one");
	Broker::append(s, "text", " two");
	Broker::insert_into_set(s, "set", 3);
	Broker::insert_into_set(s, "set", 4);
	Broker::remove_from(s, "set", 4);
	Broker::insert_into_table(s, "table", "a", 1);
	Broker::insert_into_table(s, "table", "b", 2);
	Broker::remove_from(s, "table", "a");
	Broker::push(s, "vector", "x");
	Broker::push(s, "vector", "y");
	Broker::push(s, "vector", "z");
	Broker::pop(s, "vector");
	Broker::put(s, "erased", T);
	Broker::erase(s, "erased");
	# What does not fit changes nothing and ends nothing.
	Broker::increment(s, "text", 1);
	Broker::push(s, "put", 1);
	Broker::put(s, "brief", T, 300msec);
	Broker::put(s, "last", T);
	event waits_for("last", T);
	}

event bro_init()
	{
	Broker::peer("127.0.0.1", PORT/tcp);
	}
"#;

fn write(folder: &Path, name: &str, script: &str, port: u16) {
    std::fs::write(folder.join(name), script.replace("PORT", &port.to_string())).unwrap();
}

#[test]
fn every_change_that_a_clone_asks_for_comes_back_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    write(folder.path(), "master.bro", MASTER, port);
    write(folder.path(), "clone.bro", EVERYTHING, port);
    let master = Node::start(folder.path(), "", &["master.bro"]);
    let mut clone = Node::start(folder.path(), "", &["clone.bro"]);
    for line in [
        "put: [data=broker::data{1.2.3.4}]",
        "count: [data=broker::data{7}]",
        "int: [data=broker::data{-3}]",
        "double: [data=broker::data{0.500000}]",
        "interval: [data=broker::data{4000000000ns}]",
        "time: [data=broker::data{15000000000ns}]",
        "text: [data=broker::data{one two}]",
        "set: [data=broker::data{{3}}]",
        "table: [data=broker::data{{b -> 2}}]",
        "vector: [data=broker::data{[x, y]}]",
        "erased: none",
        "brief: none",
        "exists: [data=broker::data{T}]",
        "exists not: [data=broker::data{F}]",
        "at b: [data=broker::data{2}]",
        "at 7: Broker::FAILURE",
        "has 3: [data=broker::data{T}]",
        "keys: [data=broker::data{{count, double, int, interval, last, put, set, table, text, time, vector}}]",
        "clear: T",
        "at the end: [data=broker::data{{}}]",
    ] {
        clone.waits_for(line);
    }
    clone.ends();
    master.ends();
}

#[test]
fn a_store_has_one_master_among_nodes_that_know_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    write(folder.path(), "master.bro", MASTER, port);
    write(
        folder.path(),
        "second.bro",
        r#"
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;

event bro_done() { print "done"; }

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	# What is there already is not made twice, here either.
	Broker::create_master("own");
	print Broker::store_name(Broker::create_master("own")), Broker::store_name(Broker::create_clone("own"));
	Broker::create_master("s");
	print "never";
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string) &priority=-1
	{
	terminate();
	}

event bro_init()
	{
	Broker::peer("127.0.0.1", PORT/tcp);
	}
"#,
        port,
    );
    let master = Node::start(folder.path(), "", &["master.bro"]);
    let mut second = Node::start_as_bro(folder.path(), "second.bro", &[("BRO_DEFAULT_CONNECT_RETRY", "1")]);
    second.waits_for("Failed to attach master store master_exists");
    second.waits_for("Could not create Broker master store 's'");
    second.waits_for("done");
    second.ends();
    master.ends();
}

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

#[test]
fn no_write_of_a_clone_is_lost_however_often_its_master_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let on_disk = MASTER.replace("create_master(\"s\")", "create_master(\"s\", Broker::SQLITE)");
    // It goes on when its clone is gone.
    let on_disk = on_disk.replace("terminate();", "");
    write(folder.path(), "master.bro", &on_disk, port);
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
