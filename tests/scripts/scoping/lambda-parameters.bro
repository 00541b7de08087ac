global x = 1;

event bro_init()
	{
	local f = function(n: count): count { local inner = n + x; return inner; };
	local g = function(n: count): count { local inner = n * 10; return inner; };
	print f(2), g(2);
	}
