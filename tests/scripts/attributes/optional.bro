type R: record { a: count &optional; };

event bro_init()
	{
	local r: R;
	print r?$a;
	local s = R();
	print s;
	}
