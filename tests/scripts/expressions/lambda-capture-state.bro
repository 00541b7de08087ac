function counter(): function(): count
	{
	local n = 0;
	return function[n](): count { n += 1; return n; };
	}

event bro_init()
	{
	local a = counter();
	local b = counter();
	print a(), a(), a(), b();
	}
