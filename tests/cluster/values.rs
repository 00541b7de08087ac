//! Values of every type of scripts, from one process to another.

use crate::harness::{Node, free_ports};

const BOTH: &str = r#"
redef exit_only_after_terminate = T;
redef Log::default_writer = Log::WRITER_NONE;

type Color: enum { RED, GREEN };

type Shape: record {
	sides: count;
	name: string &optional;
	color: Color &default=GREEN;
	points: vector of interval &optional;
};

global simple: event(b: bool, i: int, c: count, d: double, s: string, t: time, v: interval, e: Color);
global network: event(four: addr, six: addr, net: subnet, net6: subnet, p: port);
global made_of: event(r: Shape, s: set[string], two: set[addr, port], t: table[count, string] of Shape, v: vector of Shape);
global others: event(p: pattern, f: function(n: count): count, e: event(n: count), out: file, whatever: any);
global nameless: event(first: function(n: count): count, second: function(n: count): count, third: function(): string);
global opaques: event(digest: opaque of md5, seen: opaque of bloomfilter, frequent: opaque of topk);
global handled: event(n: count);

event handled(n: count) { }

function plus_one(n: count): count
	{
	return n + 1;
	}

function plus(k: count): function(n: count): count
	{
	return function[k](n: count): count { return n + k; };
	}

function hello(): function(): string
	{
	return function(): string { return "hello"; };
	}
"#;

const HEARER: &str = r#"
event bro_init()
	{
	Broker::subscribe("t/");
	print Broker::listen("127.0.0.1", PORT/tcp);
	}

event simple(b: bool, i: int, c: count, d: double, s: string, t: time, v: interval, e: Color)
	{
	print b, i, c, d, s, t, v, e;
	}

event network(four: addr, six: addr, net: subnet, net6: subnet, p: port)
	{
	print four, six, net, net6, p;
	}

event made_of(r: Shape, s: set[string], two: set[addr, port], t: table[count, string] of Shape, v: vector of Shape)
	{
	print cat(r), |s|, "x" in s, [1.2.3.4, 80/tcp] in two, cat(t[1, "a"]), cat(v[1]$points);
	}

event others(p: pattern, f: function(n: count): count, e: event(n: count), out: file, whatever: any)
	{
	print p == "FOO", p == "f", f(4), type_name(e), out, type_name(whatever), whatever as set[count];
	}

event nameless(first: function(n: count): count, second: function(n: count): count, third: function(): string)
	{
	print first(1), second(1), third();
	}

event opaques(digest: opaque of md5, seen: opaque of bloomfilter, frequent: opaque of topk)
	{
	md5_hash_update(digest, "c");
	print md5_hash_finish(digest) == md5_hash("abc"), bloomfilter_lookup(seen, "x"), topk_get_top(frequent, 1);
	}
"#;

const SPEAKER: &str = r#"
event bro_init()
	{
	Broker::peer("127.0.0.1", PORT/tcp, 1sec);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string)
	{
	Broker::publish("t/", simple, T, -3, 18446744073709551615, 1.5, "a\x00b\xff", double_to_time(12.25), 3msec, RED);
	Broker::publish("t/", network, 1.2.3.4, [2001:db8::1], 10.0.0.0/8, [2001:db8::]/32, 53/udp);
	Broker::publish("t/", made_of, Shape($sides=3), set("x", "y"), set([1.2.3.4, 80/tcp]),
	                table([1, "a"] = Shape($sides=4, $name="square")),
	                vector(Shape($sides=5), Shape($sides=6, $points=vector(1sec))));
	Broker::publish("t/", nameless, plus(10), plus(20), hello());
	Broker::publish("t/", others, /fo+/i, plus_one, handled, open("out.txt"), set(7));

	local digest = md5_hash_init();
	md5_hash_update(digest, "ab");
	local seen = bloomfilter_basic_init(0.1, 10, "seen");
	bloomfilter_add(seen, "x");
	local frequent = topk_init(2);
	topk_add(frequent, "often");
	Broker::publish("t/", opaques, digest, seen, frequent);
	}
"#;

#[test]
fn values_of_every_type_arrive_as_they_were_sent() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    for (name, part) in [("hearer.bro", HEARER), ("speaker.bro", SPEAKER)] {
        let script = format!("{BOTH}{part}").replace("PORT", &port.to_string());
        std::fs::write(folder.path().join(name), script).unwrap();
    }
    let mut hearer = Node::start(folder.path(), "", &["hearer.bro"]);
    hearer.waits_for(&format!("{port}/tcp"));
    let _speaker = Node::start(folder.path(), "", &["speaker.bro"]);
    for line in [
        "T, -3, 18446744073709551615, 1.5, a\\x00b\\xff, 12.25, 3.0 msecs, RED",
        "1.2.3.4, 2001:db8::1, 10.0.0.0/8, 2001:db8::/32, 53/udp",
        "[sides=3, name=<uninitialized>, color=GREEN, points=<uninitialized>], 2, T, T, \
         [sides=4, name=square, color=GREEN, points=<uninitialized>], [1.0 sec]",
        "11, 21, hello",
        "T, F, 5, event(n:count;), file \"out.txt\" of string, record { data:opaque of Broker::Data; }, {",
        "T, 1, [often]",
    ] {
        hearer.waits_for(line);
    }
}
