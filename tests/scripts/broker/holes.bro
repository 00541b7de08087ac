# As in Bro the holes of a vector are left out of what is sent; other releases refuse such a vector.
global tell: event(v: vector of count);

event bro_init()
	{
	local v = vector(1, 2);
	v[4] = 5;
	print v, Broker::data(v), Broker::make_event(tell, v);
	}
