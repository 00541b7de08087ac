type R: record { length: count; };

event bro_init()
	{
	local r: R = [$length=1];
	print r$lenght;
	print r?$nothing;
	r$nothing = 1;
	local s: R = [$length=1, $other=2];
	print "x"$length;
	}
