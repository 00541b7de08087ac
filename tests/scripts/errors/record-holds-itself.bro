type R: record { n: count; inner: R; };

event bro_init()
	{
	local r: R;
	print "not reached";
	}

event bro_init() { print "goes on"; }
