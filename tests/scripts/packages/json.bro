# Values as JSON.

@load base/utils/json

type Inner: record {
	a: count &log;
	_b: string &default="x";
};

type Outer: record {
	i: int &default=-1;
	d: double &default=1.5;
	t: time &default=double_to_time(10.0);
	v: interval &default=1min;
	b: bool &default=T;
	p: port &default=80/tcp;
	n: subnet &default=10.0.0.0/8;
	s: string &default="say \"hi\"";
	e: transport_proto &default=tcp;
	inner: Inner &default=[$a=1];
	list: vector of string &default=vector("a", "b");
	group: set[addr] &default=set(1.2.3.4);
	by_name: table[string] of count &default=table(["one"] = 1);
	by_number: table[count] of string &default=table([1] = "one");
	none: string &optional;
};

event bro_init()
	{
	print to_json(Outer());
	print to_json(Inner($a=1), T);
	print to_json(vector(T, F));
	}
