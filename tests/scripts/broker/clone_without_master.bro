# A clone whose master is nowhere has no answers; one whose master is here is the store itself.
event bro_init()
	{
	local far = Broker::create_clone("far");
	print Broker::put(far, "k", 1);
	when ( local r = Broker::get(far, "k") ) { print "answer", r; }
	timeout 100msec { print "timeout"; }

	local near = Broker::create_master("near");
	Broker::put(near, "k", 1);
	when ( local n = Broker::get(Broker::create_clone("near"), "k") ) { print n$result; }
	timeout 1sec { print "timeout near"; }
	}
