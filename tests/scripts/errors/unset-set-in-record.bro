type R: record { s: set[count] &optional; v: vector of count &optional; };

event bro_init()
	{
	local r: R;
	add r$s[1];
	print "not reached";
	}

event bro_init()
	{
	local r: R;
	for ( i in r$v )
		print i;
	print "not reached";
	}
