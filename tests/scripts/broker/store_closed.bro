# A store that is closed answers no more: questions under way fail, later ones time out. Its entries stay, and show
# again when a store of its name is made.
global h: opaque of Broker::Store;

event later()
	{
	when ( local r = Broker::get(h, "k") ) { print "answer", r; } timeout 500msec { print "no answer"; }

	print "put", Broker::put(h, "l", 2);
	local again = Broker::create_master("store");
	print Broker::is_closed(h), Broker::is_closed(again);
	when ( local k = Broker::keys(again) ) { print "again", k$result; } timeout 5sec { print "timeout"; }
	}

event bro_init()
	{
	h = Broker::create_master("store");
	Broker::put(h, "k", 1);
	when ( local r = Broker::get(h, "k") ) { print "under way", r; } timeout 5sec { print "timeout"; }

	print Broker::is_closed(h), Broker::close(h), Broker::is_closed(h), Broker::close(h);
	event later();
	}
