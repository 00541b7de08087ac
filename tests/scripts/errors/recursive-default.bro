type R: record { a: R &default=R(); };

event bro_init()
	{
	local r: R;
	print "not reached";
	}

event bro_init() { print "goes on"; }
