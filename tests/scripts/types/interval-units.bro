event bro_init()
	{
	print 1usec, 1 usec, 2 usecs, 1msec, 250 msecs;
	print 1sec, 1 sec, 2secs, 1.5 secs, 1min, 90 secs, 5 mins;
	print 1hr, 2.5hrs, 24 hrs, 1day, 7 days, 36 hrs;
	print 0 secs, -1 sec, -5 mins, 1 min + 1 sec;
	print type_name(1 sec);
	}
