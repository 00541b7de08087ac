# Data prints as in Broker, tells its type, and is cast to the types it fits.
type R: record { s: string; n: count &optional; };

event bro_init()
	{
	local all = vector(Broker::data(T), Broker::data(+1), Broker::data(1), Broker::data(1.5), Broker::data("a b"),
	                   Broker::data(1.2.3.4), Broker::data(10.0.0.0/8), Broker::data(53/udp),
	                   Broker::data(double_to_time(1.5)), Broker::data(2sec), Broker::data(Broker::BOOL),
	                   Broker::data(set("b", "a")), Broker::data(table([1, "x"] = T)), Broker::data(vector(1, 2)),
	                   Broker::data(R($s="r")), Broker::data(/ab/));

	for ( i in all )
		print Broker::data_type(all[i]), all[i];

	print Broker::data(5) as count, Broker::data(5) is count, Broker::data(5) is int;
	print Broker::data(set("b", "a")) as set[string];
	print Broker::data(table([1, "x"] = T)) as table[count, string] of bool;
	print Broker::data(R($s="r")) as R;
	print Broker::data(vector("x", "y")) as vector of string;
	print Broker::data(Broker::BOOL) as Broker::DataType;
	print Broker::data(bro_init);
	}
