type R: record { a: count; b: count; };

event bro_init()
	{
	local r: R = [$a=1];
	local s = R($b=1);
	}
