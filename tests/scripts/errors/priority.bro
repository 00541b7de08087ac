# What a priority cannot be.
global unset: count;

event bro_init() &priority=unset
	{
	print "here all the same";
	}

event bro_init() &priority=1.5
	{
	}

event bro_init() &priority="high"
	{
	}

event bro_init() &priority=nowhere
	{
	}
