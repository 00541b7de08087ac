# Two questions in one condition have two answers.
event bro_init()
	{
	local h = Broker::create_master("store");
	Broker::put(h, "a", 1);
	Broker::put(h, "b", 2);

	when ( (Broker::get(h, "a")$result as count) < (Broker::get(h, "b")$result as count) )
		print "a is less than b";
	timeout 1sec
		{
		print "timeout";
		}
	}
