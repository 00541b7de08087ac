event bro_init()
	{
	local z = 0 secs;
	print 5 secs / z;
	}
