type R: record { o: string &optional; d: count &default=3; };

event bro_init()
	{
	local r: R = [$o="set", $d=9];
	delete r$o;
	delete r$d;
	print r$d, r?$o;
	}
