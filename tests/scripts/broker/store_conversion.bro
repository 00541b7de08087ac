# Keys and values that have no form as data are refused, with the argument named.
event bro_init()
	{
	local h = Broker::create_master("store");
	local odd = h;
	print Broker::put(h, odd, 1), Broker::put(h, 1, odd);
	print Broker::append(h, odd, "x"), Broker::increment(h, 1, odd), Broker::insert_into_table(h, 1, odd, 1);
	when ( local r = Broker::get(h, odd) ) { print r$status; } timeout 1sec { print "timeout"; }
	when ( local u = Broker::put_unique(h, 1, odd) ) { print u$status; } timeout 1sec { print "timeout"; }
	}
