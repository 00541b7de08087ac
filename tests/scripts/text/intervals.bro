event bro_init()
	{
	print 0 secs, 1 sec, 1.0 secs, 2 secs, 1.5 secs, 59 secs, 60 secs, 61 secs, 3599 secs, 1 hr, 1.5 hrs;
	print 1 day, 30 days, 365.25 days, 1 msec, 999 usecs, 1 usec, 0.5 usecs, -90 secs, 1 day + 1 sec;
	}
