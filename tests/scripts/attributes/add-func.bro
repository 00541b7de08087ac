const names: set[string] = { "a" } &redef &add_func=function(old: set[string], new: set[string]): set[string]
	{
	print "adding", |new|;
	return new;
	};

redef names += { "b" };

event bro_init() { print |names|; }
