event bro_init()
	{
	local f = function(n: count): count { return n / 0; };
	print f(5);
	}
