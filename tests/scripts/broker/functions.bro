# Functions travel by their names, those without one with what they captured; one of another type does not fit.
type Callback: function(n: count): count;

global count_up: event(n: count);

function double_it(n: count): count
	{
	return 2 * n;
	}

function adder(k: count): Callback
	{
	return function[k](n: count): count { return n + k; };
	}

function greet(name: string): string
	{
	return "hello " + name;
	}

event bro_init()
	{
	print (Broker::data(double_it) as Callback)(4);

	local two = Broker::data(adder(2)) as Callback;
	local three = Broker::data(adder(3)) as Callback;
	print two(4), three(4);

	local total: table[string] of count = { ["all"] = 0 };
	local log = function[total](n: count): count { total["all"] += n; return total["all"]; };
	log(5);
	local far = Broker::data(log) as Callback;
	# What it captured went along as it was.
	print far(1), far(1), log(1);

	print Broker::data(greet) is Callback, Broker::data(count_up) is Callback, Broker::data("double_it") is Callback;
	print Broker::data(two) is function(n: count): string;
	}
