# Values of every type arrive as they were sent.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run hearer brood run -b ../hearer.bro
# @TEST-EXEC: btest-bg-run speaker brood run -b ../speaker.bro
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff hearer/.stdout

# @TEST-START-FILE both.bro
@load peers

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
# @TEST-END-FILE

# @TEST-START-FILE hearer.bro
@load ./both

event bro_init()
	{
	Broker::subscribe("t/");
	Broker::listen("127.0.0.1", test_port);
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
	terminate();
	}
# @TEST-END-FILE

# @TEST-START-FILE speaker.bro
@load ./both
@load until-lost

event bro_init()
	{
	Broker::peer("127.0.0.1", test_port, 100msec);
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
# @TEST-END-FILE
