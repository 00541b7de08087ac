# The event queue: two events that raise each other, one with a string and one with an address.
global pings = 0;
global pongs = 0;

global ping: event(left: count, from: string);
global pong: event(left: count, to: addr);

event ping(left: count, from: string)
	{
	++pings;
	event pong(left, 10.0.0.1);
	}

event pong(left: count, to: addr)
	{
	if ( to == 10.0.0.1 )
		++pongs;

	if ( left > 0 )
		event ping(left - 1, "worker");
	}

event zeek_done()
	{
	print pings, pongs;
	}

event zeek_init()
	{
	event ping(1000000, "manager");
	}
