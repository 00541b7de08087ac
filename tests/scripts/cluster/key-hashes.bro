# Keys are hashed as Bro 2.6 does, so that its nodes choose the same member of a pool. The expected values are not
# ours: they come from its binary form of values, worked out by hand.
@load base/frameworks/cluster

type Endpoint: record {
	h: addr;
	p: port;
};

event bro_init()
	{
	print "string", fnv1a32("worker-1.0");
	print "count", fnv1a32(258);
	print "int", fnv1a32(-1);
	print "addr", fnv1a32(10.0.0.1);
	print "addr6", fnv1a32([2001:db8::1]);
	print "subnet", fnv1a32(10.0.0.0/8);
	print "port", fnv1a32(80/tcp);
	print "bool", fnv1a32(T);
	print "double", fnv1a32(1.5);
	print "interval", fnv1a32(1min + 30sec + 500msec);
	print "enum", fnv1a32(Cluster::PROXY);
	print "record", fnv1a32(Endpoint($h=10.0.0.1, $p=53/udp));
	print "vector", fnv1a32(vector(7, 8));
	print "set", fnv1a32(set("k"));
	}
