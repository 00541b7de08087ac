# Values to JSON and back.
type Inner: record { x: count; };
type R: record {
	n: count &log;
	s: string &optional;
	_hidden: bool &default=T;
	inner: Inner &optional &log;
	list: vector of double &optional;
	by_name: table[string] of interval &optional;
	ports: set[port] &optional;
};

event bro_init()
	{
	local r = R($n=1, $s="a \"quoted\"\n\x07 line", $inner=[$x=2], $list=vector(1.0, 2.5), $by_name=table(["k"] = 90sec), $ports=set(80/tcp));
	print to_json(r);
	print to_json(r, T);
	print to_json(r, F, /^(s|n)$/, T);
	print to_json(set([1, "a"], [2, "b"]));
	print to_json(table([1, 10.0.0.1] = T));
	print to_json(10.0.0.0/8), to_json(/foo/), to_json(bro_init);

	local back = from_json("{\"n\": 7, \"inner\": {\"x\": 3}, \"ports\": [\"53/udp\", {\"port\": 80, \"proto\": \"tcp\"}], \"by_name\": {\"a\": \"2 mins 3 secs\", \"b\": 4}, \"list\": [1, 2.5e1, null]}", R);
	print back$valid, back$v;
	for ( text in set("{\"n\": -1}", "{}", "[1", "{\"n\": 1, \"ports\": [\"x\"]}", "{\"n\": null}", "\"R\"") )
		print text, from_json(text, R)$err;
	print from_json("{\"N\": 1}", R, function(s: string): string { return to_lower(s); })$valid;
	print from_json("{\"1\": \"a\"}", table_string_of_string)$v;
	}

