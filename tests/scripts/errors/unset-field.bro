type R: record { a: count &optional; inner: R &optional; };

event bro_init()
	{
	local r: R;
	print r$a;
	print "not reached";
	}

event bro_init()
	{
	local r: R;
	print r$inner$a;
	}
