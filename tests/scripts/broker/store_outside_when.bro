# Questions to a store stand in the condition of a when that has a time-out.
event bro_init()
	{
	local h = Broker::create_master("store");
	print Broker::get(h, "k");
	when ( local r = Broker::get(h, "k") )
		print "no time-out", r;
	}
