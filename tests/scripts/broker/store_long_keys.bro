# Keys and values may be of any type and shape.
type Place: record {
	host: addr;
	service: port &optional;
};

global h: opaque of Broker::Store;

event bro_init()
	{
	h = Broker::create_master("store");
	Broker::put(h, set(2, 1, 3), "set");
	Broker::put(h, Place($host=10.0.0.1), Place($host=[::1], $service=80/tcp));
	Broker::put(h, 10.0.0.0/8, vector(1.5, 2.5));
	Broker::put(h, 80/tcp, 5sec);

	when ( local a = Broker::get(h, set(3, 2, 1)) ) { print a$result; } timeout 5sec { print "timeout"; }
	when ( local b = Broker::get(h, Place($host=10.0.0.1)) ) { print (b$result as Place); } timeout 5sec { print "timeout"; }
	when ( local c = Broker::get(h, 10.0.0.0/8) ) { print (c$result as vector of double); } timeout 5sec { print "timeout"; }
	when ( local d = Broker::get(h, 80/udp) ) { print d$status; } timeout 5sec { print "timeout"; }
	}
